//! The signature with which a peer proves in the handshake that the key is its own.

use crate::Certificate;
use crate::crypto::{self, Curve, Dispatch, HashFunction, KeyKind, VerifyJob};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, DigitallySignedStruct, PeerMisbehaved, SignatureScheme};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Tls12,
    Tls13,
}

/// A scheme of TLS that is verified.
struct Scheme {
    tls: SignatureScheme,
    engine: crypto::SignatureScheme,
    /// In TLS 1.3 the scheme is of this curve alone (RFC 8446 section 4.2.3).
    curve: Option<Curve>,
}

const fn ecdsa(tls: SignatureScheme, hash: HashFunction, curve: Curve) -> Scheme {
    Scheme {
        tls,
        engine: crypto::SignatureScheme::Ecdsa(hash),
        curve: Some(curve),
    }
}

/// "The length of the Salt MUST be equal to the length of the output of the digest algorithm."
const fn pss(tls: SignatureScheme, hash: HashFunction, salt: u16) -> Scheme {
    Scheme {
        tls,
        engine: crypto::SignatureScheme::RsaPss { hash, salt },
        curve: None,
    }
}

const fn pkcs1(tls: SignatureScheme, hash: HashFunction) -> Scheme {
    Scheme {
        tls,
        engine: crypto::SignatureScheme::RsaPkcs1(hash),
        curve: None,
    }
}

/// The preferred first. Those of PKCS#1 are for TLS 1.2.
const SCHEMES: [Scheme; 9] = [
    ecdsa(
        SignatureScheme::ECDSA_NISTP256_SHA256,
        HashFunction::Sha256,
        Curve::P256,
    ),
    ecdsa(
        SignatureScheme::ECDSA_NISTP384_SHA384,
        HashFunction::Sha384,
        Curve::P384,
    ),
    ecdsa(
        SignatureScheme::ECDSA_NISTP521_SHA512,
        HashFunction::Sha512,
        Curve::P521,
    ),
    pss(SignatureScheme::RSA_PSS_SHA256, HashFunction::Sha256, 32),
    pss(SignatureScheme::RSA_PSS_SHA384, HashFunction::Sha384, 48),
    pss(SignatureScheme::RSA_PSS_SHA512, HashFunction::Sha512, 64),
    pkcs1(SignatureScheme::RSA_PKCS1_SHA256, HashFunction::Sha256),
    pkcs1(SignatureScheme::RSA_PKCS1_SHA384, HashFunction::Sha384),
    pkcs1(SignatureScheme::RSA_PKCS1_SHA512, HashFunction::Sha512),
];

pub(super) fn schemes() -> Vec<SignatureScheme> {
    SCHEMES.iter().map(|known| known.tls).collect()
}

/// Verifies with the key of a certificate that was accepted.
pub(super) fn verify(
    version: Version,
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, rustls::Error> {
    let is_due = |known: &&Scheme| {
        let is_pkcs1 = matches!(known.engine, crypto::SignatureScheme::RsaPkcs1(_));
        known.tls == signed.scheme && !(version == Version::Tls13 && is_pkcs1)
    };
    let Some(Scheme { engine, curve, .. }) = SCHEMES.iter().find(is_due) else {
        return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
    };
    let certificate =
        Certificate::try_from(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let key = certificate
        .view()
        .public_key()
        .map_err(|_| CertificateError::BadEncoding)?;
    let is_of_curve = curve.is_none_or(|curve| key.kind == KeyKind::Ec(curve));
    if version == Version::Tls13 && !is_of_curve {
        return Err(CertificateError::BadSignature.into());
    }
    let job = VerifyJob {
        key,
        scheme: *engine,
        message,
        signature: signed.signature(),
    };
    match Dispatch::detect().verify(&[job]).pop() {
        Some(Ok(_)) => Ok(HandshakeSignatureValid::assertion()),
        _ => Err(CertificateError::BadSignature.into()),
    }
}
