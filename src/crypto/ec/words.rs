//! Keys on P-256 and P-384: the encodings, around the arithmetic of
//! [`portable::ec`](crate::crypto::portable::ec).

use super::curve::EcCurve;
use super::ecdsa::bad_key;
use crate::crypto::error::KeyError;
use crate::crypto::hash::{Digest, HashFunction};
use crate::crypto::ifma::{Ifma, InLanes};
use crate::crypto::portable::ec::{
    Check, FRESH, P256, P384, PrivateKey, PublicKey, Signature, WordCurve as _, verify,
};
use crate::crypto::seed::{SignJob, Stream};
use crate::crypto::signer::SignerError;
use der::asn1::UintRef;
use der::{Decode as _, Reader as _, SliceReader};
use ecdsa::VerifyingKey;
use p256::NistP256;
use p256::elliptic_curve::SecretKey;
use p384::NistP384;
use rand_core::{CryptoRng, Rng as _};
use zeroize::Zeroizing;

/// Does something with the arithmetic of a curve, in lanes if there are any.
macro_rules! with_arithmetic {
    ($curve:ty, $ifma:expr, $arithmetic:ident => $done:expr) => {
        match $ifma {
            Some(ifma) => {
                let $arithmetic = <$curve>::in_lanes(ifma);
                $done
            }
            None => {
                let $arithmetic = <$curve>::tables();
                $done
            }
        }
    };
}

/// A curve of the crates that has numbers of `N` words here.
pub(super) trait OnWords<const N: usize>: EcCurve {
    type Words: InLanes<N>;
    /// A `SubjectPublicKeyInfo` (RFC 5480) up to the coordinates of its uncompressed point.
    const SPKI: &'static [u8];
    /// A PKCS#8 `PrivateKeyInfo` (RFC 5958) with an `ECPrivateKey` (RFC 5915) in it: up to the private
    /// number, and from there to the coordinates of the public half.
    const PKCS8: [&'static [u8]; 2];
}

impl OnWords<4> for NistP256 {
    type Words = P256;
    const SPKI: &'static [u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";
    const PKCS8: [&'static [u8]; 2] = [
        b"\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x6d\x30\x6b\x02\x01\x01\x04\x20",
        b"\xa1\x44\x03\x42\x00\x04",
    ];
}

impl OnWords<6> for NistP384 {
    type Words = P384;
    const SPKI: &'static [u8] = b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00\x04";
    const PKCS8: [&'static [u8]; 2] = [
        b"\x30\x81\xb6\x02\x01\x00\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x05\x2b\x81\x04\x00\x22\x04\x81\x9e\x30\x81\x9b\x02\x01\x01\x04\x30",
        b"\xa1\x64\x03\x62\x00\x04",
    ];
}

/// A private key, with its public half. Its memory is wiped when it is dropped.
pub(super) struct WordPrivateKey<C: OnWords<N>, const N: usize>(PrivateKey<C::Words, N>);

impl<C: OnWords<N>, const N: usize> WordPrivateKey<C, N> {
    /// A number between 0 and the order, drawn until it is one: FIPS 186-5 appendix A.2.2.
    pub(super) fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = Zeroizing::new([[0; 8]; N]);
        loop {
            rng.fill_bytes(bytes.as_flattened_mut());
            if let Some(key) = key_of::<C, N>(bytes.as_flattened()) {
                return Self(key);
            }
        }
    }

    /// Fails where the key is not one of this curve, or not that of the public half beside it.
    pub(super) fn from_sec1(key: sec1::EcPrivateKey<'_>) -> Result<Self, KeyError> {
        Self::new(&SecretKey::try_from(key).map_err(bad_key)?)
    }

    fn new(secret: &SecretKey<C>) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(secret.to_bytes());
        key_of::<C, N>(&bytes).map(Self).ok_or_else(|| bad_key(()))
    }

    #[allow(clippy::unnecessary_wraps, reason = "on P-521 it can fail")]
    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let [before, between] = C::PKCS8;
        let mut encoded = Zeroizing::new(vec![0; before.len() + between.len() + 24 * N]);
        let (start, rest) = encoded.split_at_mut(before.len());
        let (number, rest) = rest.split_at_mut(8 * N);
        let (middle, coordinates) = rest.split_at_mut(between.len());
        start.copy_from_slice(before);
        self.0.write(number);
        middle.copy_from_slice(between);
        self.0.public().write(coordinates);
        Ok(encoded)
    }

    /// The public half's `SubjectPublicKeyInfo`.
    #[allow(clippy::unnecessary_wraps, reason = "on P-521 it can fail")]
    pub(super) fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        let mut encoded = C::SPKI.to_vec();
        encoded.resize(C::SPKI.len() + 16 * N, 0);
        self.0.public().write(&mut encoded[C::SPKI.len()..]);
        Ok(encoded)
    }

    /// Signs, and checks the signature; the DER of the `Ecdsa-Sig-Value`. `rng` hedges the nonce.
    pub(super) fn sign(
        &self,
        hash: HashFunction,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignerError> {
        self.sign_one(None, hash, message, rng)
    }

    fn sign_one(
        &self,
        ifma: Option<Ifma>,
        hash: HashFunction,
        message: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, SignerError> {
        let mut fresh = Zeroizing::new([0; FRESH]);
        rng.fill_bytes(fresh.as_mut());
        let digest = || hash.digest(message);
        let made = with_arithmetic!(C::Words, ifma, arithmetic => {
            self.0.sign(arithmetic, digest, &fresh)
        });
        written(made.as_ref())
    }

    /// [`Self::sign`] for each message.
    pub(super) fn sign_batch(
        &self,
        ifma: Option<Ifma>,
        jobs: &[SignJob<'_>],
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        if let [job] = jobs {
            let mut rng = job.seed.generator(Stream::Signature);
            return vec![self.sign_one(ifma, job.hash, job.message, &mut rng)];
        }
        let mut fresh = Zeroizing::new(vec![[0; FRESH]; jobs.len()]);
        for (fresh, job) in fresh.iter_mut().zip(jobs) {
            job.seed.generator(Stream::Signature).fill_bytes(fresh);
        }
        let digest = |place: usize| jobs[place].hash.digest(jobs[place].message);
        let made = with_arithmetic!(C::Words, ifma, arithmetic => {
            self.0.sign_batch(arithmetic, digest, &fresh)
        });
        made.iter().map(|made| written(made.as_ref())).collect()
    }
}

/// The key of a big-endian number, if it is one.
fn key_of<C: OnWords<N>, const N: usize>(bytes: &[u8]) -> Option<PrivateKey<C::Words, N>> {
    with_arithmetic!(C::Words, Ifma::detect(), arithmetic => PrivateKey::new(arithmetic, bytes))
}

fn written<const N: usize>(made: Option<&Signature<N>>) -> Result<Vec<u8>, SignerError> {
    made.map(write_signature).ok_or_else(|| {
        SignerError::new("the signature that was made does not verify; the computation is at fault")
    })
}

/// A public key: a point of the curve.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WordVerifyingKey<C: OnWords<N>, const N: usize>(PublicKey<C::Words, N>);

impl<C: OnWords<N>, const N: usize> WordVerifyingKey<C, N> {
    /// Reads a point as SEC 1 section 2.3.3 has it, compressed or not.
    pub(super) fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        let bad = KeyError::Malformed("the public key is not a point of its curve");
        let expanded;
        let coordinates = if let Some((4, coordinates)) = point.split_first() {
            coordinates
        } else {
            // Compressed: the crate knows square roots.
            let key = VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| bad)?;
            expanded = key.to_sec1_point(false);
            &expanded.as_bytes()[1..]
        };
        if coordinates.len() != 16 * N {
            return Err(bad);
        }
        let (x, y) = coordinates.split_at(8 * N);
        PublicKey::new(x, y).map(Self).ok_or(bad)
    }

    /// Whether the DER `Ecdsa-Sig-Value` is a good one.
    pub(super) fn verify_digest(&self, digest: &[u8], signature: &[u8]) -> bool {
        read_signature::<C, N>(signature)
            .is_some_and(|signature| self.0.verify(C::Words::tables(), digest, &signature))
    }

    /// The same as a check to be made with others, if the signature can be read.
    pub(super) fn check(&self, digest: Digest, signature: &[u8]) -> Option<Check<C::Words, N>> {
        Some(Check {
            key: self.0,
            digest,
            signature: read_signature::<C, N>(signature)?,
        })
    }
}

/// A verdict for each check.
pub(super) fn verify_together<C: InLanes<N>, const N: usize>(
    ifma: Ifma,
    checks: &[Check<C, N>],
) -> Vec<bool> {
    match checks {
        [] => Vec::new(),
        [one] => vec![
            one.key
                .verify(C::in_lanes(ifma), &one.digest, &one.signature),
        ],
        many => verify(C::in_lanes(ifma), many),
    }
}

/// `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 section 2.2.3).
fn read_signature<C: OnWords<N>, const N: usize>(der: &[u8]) -> Option<Signature<N>> {
    let mut reader = SliceReader::new(der).ok()?;
    let [r, s] = reader
        .sequence(|reader| {
            Ok::<_, der::Error>([UintRef::decode(reader)?, UintRef::decode(reader)?])
        })
        .ok()?;
    reader.finish().ok()?;
    Signature::new::<C::Words>(r.as_bytes(), s.as_bytes())
}

fn write_signature<const N: usize>(signature: &Signature<N>) -> Vec<u8> {
    const INTEGER: u8 = 2;
    const SEQUENCE: u8 = 0x30;
    let mut der = Vec::with_capacity(2 * (8 * N + 3) + 2);
    der.extend([SEQUENCE, 0]);
    for number in signature.to_be() {
        let zeros = number.iter().take_while(|&&byte| byte == 0).count();
        let digits = &number[zeros..];
        // A number whose first bit is set would be negative.
        let padding = usize::from(digits.first().is_some_and(|byte| byte >> 7 == 1));
        #[allow(clippy::cast_possible_truncation, reason = "at most 49 octets")]
        der.extend([INTEGER, (padding + digits.len()) as u8]);
        der.extend(std::iter::repeat_n(0, padding));
        der.extend_from_slice(digits);
    }
    #[allow(clippy::cast_possible_truncation, reason = "at most 102 octets")]
    let length = (der.len() - 2) as u8;
    der[1] = length;
    der
}
