//! [`KeyAndCertificates`]: what PKCS#12 files hold.

use super::refused;
use crate::crypto::PrivateKey;
use crate::match_key::{is_that, public_half};
use crate::x509::pkcs12::{self, Contents};
use crate::x509::written_key::WrittenKey;
use crate::{Certificate, Error, ErrorCode, Policy, SecretDer, SecretPem, input};
use rand_core::CryptoRng;
use std::fmt;

/// A private key with its certificate and those above it, as they stand in a PKCS#12 file (`.p12`,
/// `.pfx`; RFC 7292). A file may have the key or certificates alone.
///
/// ```
/// use certwright::{CertificateKind, InstallSpec, KeyAndCertificates, Policy, Time};
///
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let file = include_bytes!("../../vectors/pkcs12/openssl.p12");
/// let read = KeyAndCertificates::from_pkcs12(file, "certwright", &policy)?;
/// let (Some(key), [leaf, above @ ..]) = (read.private_key_der(), read.certificates()) else {
///     panic!("the file has a key and certificates");
/// };
/// let installed = InstallSpec::new(CertificateKind::Server, leaf.clone())?
///     .with_private_key_der(key.as_bytes())?
///     .with_intermediates(above)?
///     .install(&policy)?;
/// assert_eq!(installed.common_name, "server.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct KeyAndCertificates {
    key: Option<WrittenKey>,
    certificates: Vec<Certificate>,
}

const FILE: &str = "pkcs12";
const KEY: &str = "private_key";

impl KeyAndCertificates {
    /// Puts a private key (the DER of PKCS#8, PKCS#1 or SEC 1) and certificates together. The one that
    /// the key fits comes first, the others stay in their order.
    ///
    /// # Errors
    ///
    /// [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable),
    /// [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported);
    /// [`KeyMismatch`](ErrorCode::KeyMismatch): the key fits none of the certificates;
    /// [`OutOfMemory`](ErrorCode::OutOfMemory): more than 63 certificates.
    ///
    /// ```
    /// use certwright::{CreateRequest, KeyAndCertificates, Policy};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let made = certwright::create(&CreateRequest::server("a.example.com").with_algorithm("ec"), &policy, &mut rng)?;
    /// let both = KeyAndCertificates::new(made.private_key_der.as_bytes(), vec![made.certificate])?;
    /// assert_eq!(both.private_key(), Some(&made.private_key));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(private_key: &[u8], certificates: Vec<Certificate>) -> Result<Self, Error> {
        if certificates.len() >= pkcs12::ENTRIES_MAX {
            let most = pkcs12::ENTRIES_MAX - 1;
            let message = format!("there are more than {most} certificates");
            return Err(Error::over_limit(message).with_target(FILE));
        }
        let private = input::private_key_der(private_key, KEY)?;
        let mut both = Self {
            key: None,
            certificates,
        };
        if !both.put_first(&private) {
            let message = "the private key is not that of one of the certificates";
            return Err(Error::new(ErrorCode::KeyMismatch, message).with_target(KEY));
        }
        both.key = Some(super::written(&private, KEY)?);
        Ok(both)
    }

    /// Opens a PKCS#12 file of at most 1 MiB: DER, or BER as NSS and old versions of Windows write it.
    /// An empty `password` stands for none as well.
    ///
    /// The message authentication is checked first, where there is one: by SHA-1, SHA-2 or PBMAC1
    /// (RFC 9579). Encryption may be PBES2 (RFC 8018) of AES or 3DES in CBC mode with PBKDF2 or scrypt, or
    /// that of old files: SHA-1 with 3DES or RC2. All derivations of keys of a file together may take
    /// 4,000,000 iterations; scrypt may take 64 MiB.
    ///
    /// # Errors
    ///
    /// * [`PrivateKeyUnreadable`](ErrorCode::PrivateKeyUnreadable): no PKCS#12, a wrong password, data
    ///   that were changed, a scheme that is not supported, or more than one private key;
    /// * [`CertificateNotFips`](ErrorCode::CertificateNotFips): FIPS mode, and an encryption other than AES
    ///   with PBKDF2, or an authentication by SHA-1;
    /// * [`OutOfMemory`](ErrorCode::OutOfMemory): more work, keys or certificates than allowed;
    /// * [`CertificateUnreadable`](ErrorCode::CertificateUnreadable),
    ///   [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported): of what is in it.
    ///
    /// ```
    /// use certwright::{ErrorCode, KeyAndCertificates, Policy};
    ///
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let file = include_bytes!("../../vectors/pkcs12/openssl.p12");
    /// let read = KeyAndCertificates::from_pkcs12(file, "certwright", &policy)?;
    /// assert_eq!(read.certificates()[0].subject(), "CN=server.example.com");
    ///
    /// let error = KeyAndCertificates::from_pkcs12(file, "another", &policy).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_pkcs12(file: &[u8], password: &str, policy: &Policy) -> Result<Self, Error> {
        input::check_size(file, FILE)?;
        let Contents { keys, certificates } =
            pkcs12::open(file, password, policy.fips).map_err(|error| {
                refused("PKCS#12 file", error, ErrorCode::PrivateKeyUnreadable, FILE)
            })?;
        let private = match keys.as_slice() {
            [] => None,
            [key] => Some(input::private_key_der(key, FILE)?),
            several => {
                let count = several.len();
                let message =
                    format!("the PKCS#12 file has {count} private keys; give one with one");
                return Err(Error::new(ErrorCode::PrivateKeyUnreadable, message).with_target(FILE));
            }
        };
        let certificates = certificates
            .into_iter()
            .map(|der| Certificate::read(der, FILE))
            .collect::<Result<_, _>>()?;
        let mut both = Self {
            key: private
                .as_ref()
                .map(|key| super::written(key, FILE))
                .transpose()?,
            certificates,
        };
        if let Some(private) = &private {
            both.put_first(private);
        }
        Ok(both)
    }

    /// The file, PKCS#12: the key encrypted by PBES2 with AES-256-CBC and 600,000 iterations of PBKDF2 with
    /// HMAC-SHA-256, the certificates in the clear, all of it authenticated by HMAC-SHA-256 after 600,000
    /// iterations: work for a moment, on purpose.
    ///
    /// Draws 48 bytes from `rng`, or 16 where there is no key.
    ///
    /// ```
    /// use certwright::{KeyAndCertificates, Policy};
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let old = include_bytes!("../../vectors/pkcs12/legacy.p12");
    /// let read = KeyAndCertificates::from_pkcs12(old, "certwright", &policy)?;
    /// let new = read.to_pkcs12("a long password", &mut rng);
    /// let again = KeyAndCertificates::from_pkcs12(&new, "a long password", &policy)?;
    /// assert_eq!(again.certificates(), read.certificates());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn to_pkcs12(&self, password: &str, rng: &mut (impl CryptoRng + ?Sized)) -> Vec<u8> {
        let key = self.private_key_der().map(SecretDer::as_bytes);
        let certificates: Vec<_> = self.certificates.iter().map(Certificate::der).collect();
        pkcs12::write(key, &certificates, password, rng)
    }

    /// The private key: PEM, label `PRIVATE KEY` (PKCS#8).
    ///
    /// ```
    /// use certwright::{KeyAndCertificates, Policy, SecretPem};
    ///
    /// let file = include_bytes!("../../vectors/pkcs12/openssl.p12");
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let read = KeyAndCertificates::from_pkcs12(file, "certwright", &policy)?;
    /// let key = SecretPem::from(include_str!("../../vectors/server.key"));
    /// assert_eq!(read.private_key(), Some(&key));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn private_key(&self) -> Option<&SecretPem> {
        self.key.as_ref().map(|key| &key.pem)
    }

    /// The private key: PKCS#8 in DER.
    ///
    /// ```
    /// use certwright::{KeyAndCertificates, Policy};
    ///
    /// let file = include_bytes!("../../vectors/pkcs12/certificates.p12");
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// assert!(KeyAndCertificates::from_pkcs12(file, "certwright", &policy)?.private_key_der().is_none());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn private_key_der(&self) -> Option<&SecretDer> {
        self.key.as_ref().map(|key| &key.der)
    }

    /// The certificates: first the one that the key fits, where there is one, then the others in the
    /// order of the file.
    ///
    /// ```
    /// use certwright::{KeyAndCertificates, Policy};
    ///
    /// let file = include_bytes!("../../vectors/pkcs12/openssl.p12");
    /// let policy = Policy::at(std::time::SystemTime::now());
    /// let read = KeyAndCertificates::from_pkcs12(file, "certwright", &policy)?;
    /// let subjects: Vec<_> = read.certificates().iter().map(|one| one.subject()).collect();
    /// assert_eq!(subjects, ["CN=server.example.com", "CN=certwright test root"]);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Moves the certificate of the key to the front; says whether there is one.
    fn put_first(&mut self, private: &PrivateKey) -> bool {
        let Some(own) = public_half(private) else {
            return false;
        };
        let fits = |certificate: &Certificate| {
            let public = certificate.view().public_key();
            public.is_ok_and(|public| is_that(&own, &public))
        };
        let place = self.certificates.iter().position(fits);
        if let Some(place) = place {
            self.certificates[..=place].rotate_right(1);
        }
        place.is_some()
    }
}

impl fmt::Debug for KeyAndCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyAndCertificates")
            .field("certificates", &self.certificates)
            .finish_non_exhaustive()
    }
}
