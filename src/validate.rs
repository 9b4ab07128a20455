//! [`validate_chain`]: RFC 5280 section 6 path validation, from PEM to PEM.

use crate::base::secret::{Pasted, UnlessKey, pasted};
use crate::chain::{CertificateBundle, read_anchors};
use crate::{Error, PathOptions, PeerName, Policy, Profile, Purpose, TrustStore, ValidatedChain};
use std::fmt;

/// What [`validate_chain`] validates.
///
/// ```
/// use certwright::{ChainRequest, Purpose};
///
/// let request = ChainRequest::new("LEAF")
///     .with_intermediate("CA")
///     .with_trust_anchor("ROOT")
///     .with_purpose(Purpose::Client)
///     .with_peer_name("www.example.com");
/// assert_eq!(request.trust_anchors, ["ROOT"]);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainRequest {
    /// PEM: the certificate that the chain is for. Further certificates behind it count as
    /// intermediates, so that a `fullchain` file can be given as it is.
    pub public_certificate: String,
    /// PEM, one or more certificates each, in any order. They are offered, not demanded: a path
    /// need not use them.
    pub intermediate_certificates: Vec<String>,
    /// PEM, one or more certificates each: those that are trusted. They need not be self-signed.
    pub trust_anchors: Vec<String>,
    /// What the certificate is to be used for; default [`Purpose::Server`].
    pub purpose: Purpose,
    /// The DNS name or IP address that the certificate must be for, if it matters.
    pub peer_name: Option<String>,
    /// How strictly certificates are judged; default [`Profile::Rfc5280`].
    pub profile: Profile,
}

impl fmt::Debug for ChainRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let intermediates = pasted(&self.intermediate_certificates);
        f.debug_struct("ChainRequest")
            .field("public_certificate", &Pasted(&self.public_certificate))
            .field("intermediate_certificates", &intermediates)
            .field("trust_anchors", &pasted(&self.trust_anchors))
            .field("purpose", &self.purpose)
            .field("peer_name", &self.peer_name.as_deref().map(UnlessKey))
            .field("profile", &self.profile)
            .finish()
    }
}

impl ChainRequest {
    /// A request for a server's certificate, without intermediates, trust anchors or a peer name.
    ///
    /// ```
    /// assert_eq!(certwright::ChainRequest::new("LEAF").public_certificate, "LEAF");
    /// ```
    pub fn new(public_certificate: impl Into<String>) -> Self {
        Self {
            public_certificate: public_certificate.into(),
            ..Self::default()
        }
    }

    /// Offers intermediate certificates.
    ///
    /// ```
    /// let request = certwright::ChainRequest::new("LEAF").with_intermediate("CA");
    /// assert_eq!(request.intermediate_certificates, ["CA"]);
    /// ```
    #[must_use]
    pub fn with_intermediate(mut self, pem: impl Into<String>) -> Self {
        self.intermediate_certificates.push(pem.into());
        self
    }

    /// Adds trust anchors.
    ///
    /// ```
    /// let request = certwright::ChainRequest::new("LEAF").with_trust_anchor("ROOT");
    /// assert_eq!(request.trust_anchors, ["ROOT"]);
    /// ```
    #[must_use]
    pub fn with_trust_anchor(mut self, pem: impl Into<String>) -> Self {
        self.trust_anchors.push(pem.into());
        self
    }

    /// Sets the purpose.
    ///
    /// ```
    /// use certwright::{ChainRequest, Purpose};
    ///
    /// let request = ChainRequest::new("LEAF").with_purpose(Purpose::Any);
    /// assert_eq!(request.purpose, Purpose::Any);
    /// ```
    #[must_use]
    pub fn with_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Sets how strictly certificates are judged.
    ///
    /// ```
    /// use certwright::{ChainRequest, Profile};
    ///
    /// let request = ChainRequest::new("LEAF").with_profile(Profile::Compatible);
    /// assert_eq!(request.profile, Profile::Compatible);
    /// ```
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the name that the certificate must be for.
    ///
    /// ```
    /// let request = certwright::ChainRequest::new("LEAF").with_peer_name("10.0.0.1");
    /// assert_eq!(request.peer_name.as_deref(), Some("10.0.0.1"));
    /// ```
    #[must_use]
    pub fn with_peer_name(mut self, name: impl Into<String>) -> Self {
        self.peer_name = Some(name.into());
        self
    }
}

/// Validates a certificate: finds a path from it to a trust anchor in which every certificate
/// keeps the rules of RFC 5280: [`ChainRule`](crate::ChainRule) lists them.
///
/// The order of intermediates and trust anchors does not matter, and those that no path needs do
/// not hurt, as long as they are readable. A trust anchor is checked as every other certificate,
/// its validity and its name constraints too; only its signature is not, nor its serial number, nor
/// whether it has an authority key identifier. One text has at most 64 certificates, one of trust anchors
/// as many as there may be: at most 1000 certificates of 2 MiB together, and a fixed amount of work: see
/// [`Limit`](crate::Limit).
///
/// # Errors
///
/// In the order of the checks, first those of the certificate itself:
///
/// * [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable),
///   [`OutOfMemory`](crate::ErrorCode::OutOfMemory) above the limits;
/// * [`NotYetValid`](crate::ErrorCode::NotYetValid), [`Expired`](crate::ErrorCode::Expired);
/// * [`CertificateNotFips`](crate::ErrorCode::CertificateNotFips): FIPS mode, and a key or
///   signature of the path is not acceptable;
///   [`HashNotSupported`](crate::ErrorCode::HashNotSupported): one is signed with md5 or sha1;
/// * [`IssuerUnusable`](crate::ErrorCode::IssuerUnusable): any other rule.
///
/// The source of each but the first is a [`ChainDefect`](crate::ChainDefect). If several paths fail,
/// it is the most telling of their defects.
///
/// ```
/// use certwright::{ChainRequest, Policy, Time};
///
/// let request = ChainRequest::new(include_str!("../vectors/server.pem"))
///     .with_trust_anchor(include_str!("../vectors/root.pem"))
///     .with_peer_name("server.example.com");
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let chain = certwright::validate_chain(&request, &policy)?;
/// assert_eq!(chain.path.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn validate_chain(request: &ChainRequest, policy: &Policy) -> Result<ValidatedChain, Error> {
    let ChainRequest {
        public_certificate,
        intermediate_certificates,
        trust_anchors,
        purpose,
        peer_name,
        profile,
    } = request;
    let mut bundle = CertificateBundle::from_pem(public_certificate)?;
    bundle.add_intermediates(intermediate_certificates)?;
    let anchors = read_anchors(trust_anchors)?;
    let options = PathOptions {
        purpose: *purpose,
        peer_names: peer_name.iter().map(PeerName::host).collect(),
        profile: *profile,
        ..PathOptions::default()
    };
    TrustStore::new(anchors)
        .into_strict()?
        .verify_bundle(&bundle, &options, policy)
}
