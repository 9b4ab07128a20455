//! [`SigningRequest`]: a signing request whose own signature was verified.

use super::read;
use super::wanted::Wanted;
use crate::base::error::quoted;
use crate::crypto::{Dispatch, PublicKey, SignatureScheme, Verified, VerifyError, fips};
use crate::x509::name::NameRef;
use crate::x509::request::{RequestLayout, RequestRef, VerifiedRequest};
use crate::{Error, ErrorCode, Policy};
use std::fmt;
use std::sync::Arc;

/// A signing request (RFC 2986), parsed once. Its own signature was verified, so its sender holds
/// the private key; nothing that it asks for is granted by that.
///
/// A server that decides by itself what to sign looks at [`subject`](Self::subject) and
/// [`names`](Self::names) first. A clone shares the bytes.
///
/// ```
/// use certwright::SigningRequest;
///
/// let request = SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
/// assert_eq!(request.subject(), "CN=server.example.com");
/// # Ok::<(), certwright::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningRequest(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    layout: RequestLayout,
    proof: Verified,
}

/// The field of request bodies that a signing request stands in.
pub(crate) const FIELD: &str = "signing_request";

impl SigningRequest {
    /// Reads the DER of one signing request, of at most 1 MiB, and verifies its own signature.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`](ErrorCode::SigningFailed): it is unreadable, signed with an algorithm that
    /// is not supported, or its signature does not verify;
    /// [`KeyTypeNotSupported`](ErrorCode::KeyTypeNotSupported): its key is of a type that is not
    /// supported; [`HashNotSupported`](ErrorCode::HashNotSupported): it is signed with md5 or sha1;
    /// [`OutOfMemory`](ErrorCode::OutOfMemory) above the limit.
    ///
    /// ```
    /// let error = certwright::SigningRequest::from_der(b"\x30\x00").unwrap_err();
    /// assert_eq!(error.code(), certwright::ErrorCode::SigningFailed);
    /// ```
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        read::check_size(der, FIELD)?;
        Self::read(der.to_vec())
    }

    /// Reads the PEM of one signing request; otherwise as [`SigningRequest::from_der`].
    ///
    /// # Errors
    ///
    /// As [`SigningRequest::from_der`].
    ///
    /// ```
    /// assert!(certwright::SigningRequest::from_pem(include_str!("../../vectors/csr-bad-signature.pem")).is_err());
    /// ```
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        Self::read(read::request(text, FIELD)?)
    }

    fn read(der: Vec<u8>) -> Result<Self, Error> {
        // Outside FIPS mode: whoever signs the request asks about that.
        let policy = Policy::at(crate::Time::MIN);
        let (request, key) = parse(&der, &policy)?;
        let verdict = Dispatch::detect().verify(&[request.job(key)]).pop();
        let proof = proof_of(verdict)?;
        let layout = RequestLayout::of(request, &der);
        Ok(Self(Arc::new(Inner { der, layout, proof })))
    }

    /// What it says, borrowed.
    pub(crate) fn view(&self) -> Result<VerifiedRequest<'_>, Error> {
        let Inner { der, layout, proof } = &*self.0;
        let request = layout.view(der);
        let key = public_key(&request)?;
        Ok(request.into_verified(key, *proof))
    }

    /// The DER.
    ///
    /// ```
    /// let request = certwright::SigningRequest::from_pem(include_str!("../../vectors/server.csr"))?;
    /// assert_eq!(request.der()[0], 0x30);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The subject as a string like that of RFC 4514; empty for an empty name and for one that is
    /// not readable.
    ///
    /// ```
    /// let request = certwright::SigningRequest::from_pem(include_str!("../../vectors/csr-empty-subject.pem"))?;
    /// assert_eq!(request.subject(), "");
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn subject(&self) -> String {
        let subject = self.0.layout.view(self.der()).subject;
        NameRef::parse(subject).map_or_else(|_| String::new(), |name| name.to_string())
    }
}

impl PartialEq for SigningRequest {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for SigningRequest {}

impl fmt::Debug for SigningRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningRequest")
            .field("subject", &quoted(&self.subject()))
            .finish_non_exhaustive()
    }
}

/// Reads a request and its key; refuses a signature that is no longer secure, or that the engine
/// cannot check.
pub(crate) fn parse<'a>(
    der: &'a [u8],
    policy: &Policy,
) -> Result<(RequestRef<'a>, PublicKey<'a>), Error> {
    let request = RequestRef::parse(der)
        .map_err(|error| read::malformed(der, &error, Wanted::Request, FIELD))?;
    let key = public_key(&request)?;
    check_scheme(request.scheme, &key, policy)?;
    Ok((request, key))
}

fn public_key<'a>(request: &RequestRef<'a>) -> Result<PublicKey<'a>, Error> {
    request
        .public_key()
        .map_err(|error| read::key_error(error, ErrorCode::SigningFailed, FIELD))
}

fn check_scheme(
    scheme: SignatureScheme,
    key: &PublicKey<'_>,
    policy: &Policy,
) -> Result<(), Error> {
    match scheme {
        SignatureScheme::Weak(_) | SignatureScheme::RsaPss { .. } if policy.fips => {
            fips::signature_scheme(scheme).map_err(|rule| rule.into_error(FIELD))
        }
        SignatureScheme::RsaPkcs1(_)
        | SignatureScheme::RsaPss { .. }
        | SignatureScheme::Ecdsa(_) => Ok(()),
        SignatureScheme::Weak(hash) => Err(Error::new(
            ErrorCode::HashNotSupported,
            format!(
                "the request is signed with {}, which is no longer secure",
                hash.name()
            ),
        )
        .with_target(FIELD)),
        SignatureScheme::EcdsaWithParameters => Err(failed(
            "the signature algorithm of the request is ECDSA with parameters (NULL, for one); they \
             must be absent (RFC 5758)",
        )),
        SignatureScheme::Ed25519 | SignatureScheme::Unknown => {
            // Where the key is of another type, that is what is wrong.
            key.check_numbers()
                .map_err(|error| read::key_error(error, ErrorCode::SigningFailed, FIELD))?;
            Err(failed(
                "the request is signed with an algorithm that is not supported; accepted are RSA \
                 (PKCS #1 v1.5, or PSS with one hash function) and ECDSA, with sha224 to sha512",
            ))
        }
    }
}

/// The proof that a request's own signature was checked.
pub(crate) fn proof_of(verdict: Option<Result<Verified, VerifyError>>) -> Result<Verified, Error> {
    match verdict {
        Some(Ok(proof)) => Ok(proof),
        Some(Err(VerifyError::Key(error))) => {
            Err(read::key_error(error, ErrorCode::SigningFailed, FIELD))
        }
        Some(Err(VerifyError::Signature(error))) => Err(failed(
            "the request's own signature does not verify with the key in it",
        )
        .with_source(error)),
        None => Err(failed("the request's own signature was not checked")),
    }
}

fn failed(message: &'static str) -> Error {
    Error::new(ErrorCode::SigningFailed, message).with_target(FIELD)
}
