//! [`Warning`]: what is granted or taken in, and still worth a word.

use super::error::quoted;
use std::fmt;

/// Something that a caller should know of a result: it was made, and may not do what was meant.
///
/// The results of [`create`](crate::create()), [`sign`](crate::sign()) and
/// [`install`](crate::install()) have a list of them. A REST host logs warnings, or answers them
/// beside the API's record, of which they are no part: with the `serde` feature a warning serializes
/// by itself, as `{"warning":"weak_key","message":"…"}`.
///
/// ```
/// use certwright::{CreateRequest, Policy, Warning};
/// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///
/// let policy = Policy::at(std::time::SystemTime::now());
/// let request = CreateRequest::server("my server").with_algorithm("ec");
/// let created = certwright::create(&request, &policy, &mut rng)?;
/// assert!(created.warnings.contains(&Warning::NoSubjectAlternativeName));
/// for warning in &created.warnings {
///     eprintln!("{}: {warning}", warning.name());
/// }
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// It is for a server and has no subject alternative name, the only place where clients look for
    /// a server's name (RFC 9525 section 2).
    NoSubjectAlternativeName,
    /// This common name is no host name and no IP address, so that it did not become a subject
    /// alternative name. Shortened and escaped.
    CommonNameIsNoHostName(String),
    /// The common name begins with a key, `CN=`, which a common name is without: it was taken as it
    /// stands. Shortened and escaped.
    CommonNameHasKey(String),
    /// The subject has this e-mail address, which is no mailbox of RFC 5321 section 4.1.2, so that it
    /// did not become a subject alternative name, as RFC 5280 section 4.1.2.6 asks for. Shortened and
    /// escaped.
    EmailAddressIsNoMailbox(String),
    /// The request asked for this extended key usage, which the CA does not grant: its object
    /// identifier in dotted decimal, see
    /// [`with_extended_key_usages`](crate::CertificateAuthority::with_extended_key_usages).
    ExtendedKeyUsageDropped(String),
    /// The request asked for this key usage, which is a CA's, or one that its key cannot have.
    KeyUsageDropped(&'static str),
    /// The request asked for this extension, which is granted to none: its object identifier in
    /// dotted decimal.
    ExtensionDropped(String),
    /// The request asked to be a CA; its certificate is none.
    NotMadeACa,
    /// An RSA key has so many bits: fewer than the 2048 that are asked for today.
    WeakKey {
        /// The subject of the certificate with the key. Shortened and escaped.
        subject: String,
        /// The length of the modulus.
        bits: u32,
    },
    /// This certificate, which has expired, stood beside a valid one of the same CA and is not part
    /// of the result.
    ExpiredTwinLeftOut {
        /// Its subject. Shortened and escaped.
        subject: String,
        /// Upper-case hex.
        serial_number: String,
    },
    /// This certificate is part of another way up than the one in the result, which has one certificate
    /// of each CA.
    AlternativeLeftOut {
        /// Its subject. Shortened and escaped.
        subject: String,
        /// Upper-case hex.
        serial_number: String,
    },
}

impl Warning {
    /// What it is, for machines.
    ///
    /// ```
    /// assert_eq!(certwright::Warning::NotMadeACa.name(), "not_made_a_ca");
    /// ```
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoSubjectAlternativeName => "no_subject_alternative_name",
            Self::CommonNameIsNoHostName(_) => "common_name_is_no_host_name",
            Self::CommonNameHasKey(_) => "common_name_has_key",
            Self::EmailAddressIsNoMailbox(_) => "email_address_is_no_mailbox",
            Self::ExtendedKeyUsageDropped(_) => "extended_key_usage_dropped",
            Self::KeyUsageDropped(_) => "key_usage_dropped",
            Self::ExtensionDropped(_) => "extension_dropped",
            Self::NotMadeACa => "not_made_a_ca",
            Self::WeakKey { .. } => "weak_key",
            Self::ExpiredTwinLeftOut { .. } => "expired_twin_left_out",
            Self::AlternativeLeftOut { .. } => "alternative_left_out",
        }
    }

    /// For a common name that is written as a part of a subject.
    pub(crate) fn of_key(common_name: &str) -> Option<Self> {
        let (key, _) = common_name.split_once('=')?;
        let is_key = key.trim().eq_ignore_ascii_case("cn");
        is_key.then(|| Self::CommonNameHasKey(quoted(common_name)))
    }

    /// For the common name of a certificate that has no other name.
    pub(crate) fn no_host_name(common_name: &str) -> Self {
        Self::CommonNameIsNoHostName(quoted(common_name))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSubjectAlternativeName => f.write_str(
                "there is no subject alternative name; TLS clients will not accept the certificate by \
                 any name",
            ),
            Self::CommonNameIsNoHostName(name) => write!(
                f,
                "the common name \"{name}\" is no host name and no IP address; TLS clients will not \
                 accept the certificate by it"
            ),
            Self::CommonNameHasKey(name) => write!(
                f,
                "the common name \"{name}\" begins with CN=, which is now a part of it; a common name \
                 is written without a key"
            ),
            Self::EmailAddressIsNoMailbox(address) => write!(
                f,
                "the e-mail address \"{address}\" of the subject is no mailbox; it is not a subject \
                 alternative name"
            ),
            Self::ExtendedKeyUsageDropped(oid) => {
                write!(f, "the CA does not grant the extended key usage {oid}")
            }
            Self::KeyUsageDropped(usage) => write!(
                f,
                "the key usage {usage} is not granted: it is a CA's, or not one of this type of key"
            ),
            Self::ExtensionDropped(oid) => write!(f, "the extension {oid} is not granted"),
            Self::NotMadeACa => {
                f.write_str("the request asks to be a CA; the certificate is not one")
            }
            Self::WeakKey { subject, bits } => write!(
                f,
                "the RSA key of \"{subject}\" has {bits} bits; 2048 are asked for today"
            ),
            Self::ExpiredTwinLeftOut {
                subject,
                serial_number,
            } => write!(
                f,
                "the certificate \"{subject}\" with the serial number {serial_number} has expired and \
                 is left out; a valid one of the same name is there"
            ),
            Self::AlternativeLeftOut {
                subject,
                serial_number,
            } => write!(
                f,
                "the certificate \"{subject}\" with the serial number {serial_number} is left out: it \
                 is part of another way up"
            ),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Warning {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("Warning", 2)?;
        fields.serialize_field("warning", self.name())?;
        fields.serialize_field("message", &self.to_string())?;
        fields.end()
    }
}
