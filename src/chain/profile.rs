//! [`Profile`]: how strictly certificates are judged.

/// Which rules hold beside those of path validation itself. Each profile has the rules of those
/// before it too; the README has the table of them.
///
/// ```
/// use certwright::Profile;
///
/// assert_eq!(Profile::default(), Profile::Rfc5280);
/// assert!(Profile::Compatible < Profile::WebPki);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// What TLS stacks accept in practice: path validation (RFC 5280 section 6), signatures, names and
    /// usages, and not how section 4 wants certificates to be made.
    Compatible,
    /// Section 4 of RFC 5280 too: what a conforming CA issues.
    #[default]
    Rfc5280,
    /// What browsers ask of public CAs too: the Baseline Requirements of the CA/Browser Forum, as far
    /// as a certificate shows them.
    WebPki,
}

impl Profile {
    /// Every one, the least strict first.
    pub const ALL: [Self; 3] = [Self::Compatible, Self::Rfc5280, Self::WebPki];

    /// Its name in documentation and messages.
    ///
    /// ```
    /// assert_eq!(certwright::Profile::WebPki.name(), "web_pki");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Rfc5280 => "rfc5280",
            Self::WebPki => "web_pki",
        }
    }
}
