//! The client's certificate, and the assertion that its key signs (RFC 7523 section 2.2).

use super::container::{is_pem, leaf_of, open};
use crate::base::uuid;
use crate::crypto::{Dispatch, PrecomputedKey, PublicKey, Seed, SigningKey, Stream, sign_pss};
use crate::{Certificate, Error, ErrorCode, Policy, Time, input};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The fewest bits of the key (RFC 7518 section 3.5).
const BITS_MIN: u32 = 2048;
/// How long an assertion is good for, in seconds.
const LIFETIME: i64 = 300;

const FIELD: &str = "azure.client_certificate";

/// The key of the client's certificate, ready to sign. Wiped when it is dropped.
pub(super) struct ClientKey {
    key: SigningKey,
    /// SHA-256 of the certificate's DER.
    thumbprint: [u8; 32],
}

impl ClientKey {
    /// Reads PKCS#12 in base64 under no password or an empty one, or PEM with both.
    pub(super) fn read(text: &str, policy: &Policy) -> Result<Self, Error> {
        input::check_size(text.as_bytes(), FIELD).map_err(unreadable)?;
        let (key, certificates) = if is_pem(text) {
            let key = input::private_key(text, FIELD).map_err(unreadable)?;
            let certificates = Certificate::read_bundle(text, FIELD).map_err(unreadable)?;
            (key, certificates)
        } else {
            let opened = open(text, policy.fips)
                .map_err(|error| refused(&error.to_string()).with_source(error))?;
            let [key] = opened.keys.as_slice() else {
                return Err(refused("it does not have one private key"));
            };
            let key = input::private_key_der(key, FIELD).map_err(unreadable)?;
            let certificates = opened.certificates.into_iter();
            let certificates = certificates.map(|der| Certificate::read(der, FIELD));
            (
                key,
                certificates.collect::<Result<_, _>>().map_err(unreadable)?,
            )
        };
        let certificate = leaf_of(&key, &certificates, policy.now)
            .and_then(|place| certificates.get(place))
            .ok_or_else(|| refused("its private key fits none of its certificates"))?;
        certificate
            .view()
            .validity
            .check(policy.now)
            .map_err(|outside| refused(&outside.to_string()).with_source(outside))?;
        let spki = key.public_key().map_err(|error| refused(error.reason()))?;
        let public = PublicKey::from_spki(&spki).map_err(|error| refused(error.reason()))?;
        match public.kind.rsa_bits() {
            Some(BITS_MIN..) => {}
            _ => return Err(refused("its key is not RSA with 2048 bits or more")),
        }
        let public = public.prepare().map_err(|error| refused(error.reason()))?;
        Ok(Self {
            thumbprint: Sha256::digest(certificate.der()).into(),
            key: SigningKey::new(key, PrecomputedKey::new(public)),
        })
    }

    /// A JWT by PS256 (RFC 7519, RFC 7518 section 3.5) with which `client` proves itself at
    /// `audience`, from `now` on. Neither needs an escape in JSON.
    pub(super) fn assertion(
        &self,
        client: &str,
        audience: &str,
        now: Time,
        seed: &Seed,
    ) -> Result<Zeroizing<String>, Error> {
        let thumbprint = Base64UrlUnpadded::encode_string(&self.thumbprint);
        let header = format!(r#"{{"alg":"PS256","typ":"JWT","x5t#S256":"{thumbprint}"}}"#);
        let octets = uuid::written(uuid::random(&mut seed.generator(Stream::TokenId)));
        let id = String::from_utf8_lossy(&octets);
        let from = now.unix();
        let until = from.saturating_add(LIFETIME);
        let claims = format!(
            r#"{{"aud":"{audience}","iss":"{client}","sub":"{client}","jti":"{id}","iat":{from},"nbf":{from},"exp":{until}}}"#
        );
        let [header, claims] =
            [header, claims].map(|part| Base64UrlUnpadded::encode_string(part.as_bytes()));
        let signed = format!("{header}.{claims}");
        let dispatch = Dispatch::detect();
        let signature = sign_pss(&self.key, dispatch, signed.as_bytes(), seed)
            .map(Zeroizing::new)
            .map_err(|error| {
                let message = "the assertion of the client could not be signed";
                Error::new(ErrorCode::AzureClientAssertion, message)
                    .with_target(FIELD)
                    .with_source(error)
            })?;
        // What makes it good is the signature.
        let signature = Zeroizing::new(Base64UrlUnpadded::encode_string(&signature));
        let mut assertion =
            Zeroizing::new(String::with_capacity(signed.len() + 1 + signature.len()));
        assertion.push_str(&signed);
        assertion.push('.');
        assertion.push_str(&signature);
        Ok(assertion)
    }
}

fn refused(why: &str) -> Error {
    let message = format!("the client certificate cannot be used: {why}");
    Error::new(ErrorCode::AzureClientCertificate, message).with_target(FIELD)
}

fn unreadable(error: Error) -> Error {
    refused(error.message()).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::portable::rsa::fault;
    use rand_core::SeedableRng as _;

    /// A faulty computation is the one thing that keeps a key that was read from signing.
    #[test]
    fn an_assertion_that_could_not_be_signed() {
        let pem = concat!(
            include_str!("../../vectors/server.pem"),
            include_str!("../../vectors/server.key")
        );
        let policy = Policy::at(Time::from_unix(1_767_225_600).unwrap());
        let key = ClientKey::read(pem, &policy).unwrap();
        let seed = Seed::draw(&mut chacha20::ChaCha20Rng::from_seed([1; 32]));
        let sign = || {
            fault::plant();
            let signed = key.assertion("me", "https://login.example", policy.now, &seed);
            fault::clear();
            signed
        };
        if Dispatch::detect().backend() == crate::Backend::Portable {
            let error = sign().unwrap_err();
            assert_eq!(error.code(), ErrorCode::AzureClientAssertion);
            assert_eq!((error.target(), error.http_status()), (Some(FIELD), 500));
        }
        let signed = key.assertion("me", "https://login.example", policy.now, &seed);
        assert_eq!(signed.unwrap().split('.').count(), 3);
    }
}
