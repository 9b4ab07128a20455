//! The seam between the engine and the arithmetic behind it: every signature that is made or
//! checked on the hot path goes through [`Dispatch`], one at a time or many at once.

use super::algorithm::{SignatureAlgorithm, SignatureScheme};
use super::ec::{EcChecks, EcPlace};
use super::error::{BadSignature, KeyError};
use super::hash::HashFunction;
use super::ifma::{self, Ifma};
use super::portable;
use super::portable::rsa::generate::prime::Words;
use super::precomputed::PrecomputedKey;
use super::private::PrivateKey;
use super::public::{KeyKind, PublicKey, VerifyingKey};
use super::rsa::{RsaCheck, encode_pkcs1};
use super::rsa_numbers::RsaNumbers;
use super::seed::{SignJob, Stream};
use super::signer::SignerError;
use rand_core::CryptoRng;
use std::fmt;

/// The arithmetic that signatures are made and checked with. All give the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// On 64-bit words, on any processor: RSA, P-256 and P-384 by this crate's own code, P-521 and RSA
    /// keys of odd sizes by the RustCrypto crates.
    Portable,
    /// RSA of 2048, 3072 and 4096 bits, P-256 and P-384 on the 52-bit multipliers of AVX-512 (Intel
    /// since 2019, AMD since 2022), eight numbers at a time; the rest is portable.
    Ifma,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
            Self::Ifma => "avx512-ifma",
        })
    }
}

/// The arithmetic that is in use on this processor, in this build.
///
/// ```
/// println!("signing with {} arithmetic", certwright::backend());
/// ```
pub fn backend() -> Backend {
    Dispatch::detect().backend()
}

/// Which implementation does the work.
#[derive(Clone, Copy)]
pub(crate) struct Dispatch {
    ifma: Option<Ifma>,
}

impl Dispatch {
    pub(crate) const PORTABLE: Self = Self { ifma: None };

    /// The fastest that this processor has, unless a test forces another. Each operation asks here;
    /// a CA has asked when it was loaded.
    pub(crate) fn detect() -> Self {
        Self {
            ifma: Ifma::detect(),
        }
    }

    pub(crate) fn backend(self) -> Backend {
        match self.ifma {
            Some(_) => Backend::Ifma,
            None => Backend::Portable,
        }
    }

    /// A new RSA key of 2048, 3072 or 4096 bits, from a generator that is used for nothing else.
    pub(super) fn generate_rsa(self, bits: usize, rng: &mut impl CryptoRng) -> Option<RsaNumbers> {
        match self.ifma {
            Some(ifma) => portable::rsa::generate(bits, rng, ifma),
            None => portable::rsa::generate(bits, rng, Words),
        }
    }

    /// Checks many signatures; one verdict for each, in order.
    pub(crate) fn verify(self, jobs: &[VerifyJob<'_>]) -> Vec<Result<Verified, VerifyError>> {
        let Some(ifma) = self.ifma else {
            return jobs.iter().map(verify_portable).collect();
        };
        let mut ec = EcChecks::default();
        let checks: Vec<_> = jobs.iter().map(|job| LaneCheck::of(job, &mut ec)).collect();
        let together = checks.iter().filter_map(|check| match check {
            LaneCheck::Rsa(check) => Some(check),
            _ => None,
        });
        let mut rsa = ifma.verify(&together.collect::<Vec<_>>()).into_iter();
        let ec = ec.verify(ifma);
        checks
            .into_iter()
            .map(|check| match check {
                LaneCheck::Rsa(_) => verdict(rsa.next() == Some(true)),
                LaneCheck::Ec(place) => verdict(ec(place)),
                LaneCheck::Known(verdict) => verdict,
            })
            .collect()
    }
}

/// A job that waits for others like it.
enum LaneCheck<'a> {
    Rsa(RsaCheck<'a>),
    Ec(EcPlace),
    /// One that had none.
    Known(Result<Verified, VerifyError>),
}

impl<'a> LaneCheck<'a> {
    fn of(job: &VerifyJob<'a>, ec: &mut EcChecks) -> Self {
        if let Some(check) = rsa_check(job) {
            return Self::Rsa(check);
        }
        let (SignatureScheme::Ecdsa(hash), KeyKind::Ec(_)) = (job.scheme, job.key.kind) else {
            return Self::Known(verify_by_crates(job));
        };
        match job.key.prepare() {
            Ok(VerifyingKey::Ec(key)) if key.has_lanes() => ec
                .add(&key, hash.digest(job.message), job.signature)
                .map_or(Self::Known(verdict(false)), Self::Ec),
            _ => Self::Known(verify_by_crates(job)),
        }
    }
}

fn verdict(is_good: bool) -> Result<Verified, VerifyError> {
    if is_good {
        Ok(Verified(()))
    } else {
        Err(VerifyError::Signature(BadSignature))
    }
}

/// The job in numbers, if it is one for RSA arithmetic of our own.
fn rsa_check<'a>(job: &VerifyJob<'a>) -> Option<RsaCheck<'a>> {
    let SignatureScheme::RsaPkcs1(hash) = job.scheme else {
        return None;
    };
    let (n, e) = job.key.rsa_numbers()?;
    RsaCheck::new(n, e, job.signature, || {
        encode_pkcs1(hash, job.message, n.len())
    })
}

/// One signature to check.
pub(crate) struct VerifyJob<'a> {
    pub(crate) key: PublicKey<'a>,
    pub(crate) scheme: SignatureScheme,
    pub(crate) message: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// Proof that a signature was checked and is good: only [`Dispatch::verify`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verified(());

/// Why a signature was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerifyError {
    /// The key's numbers are wrong, or of a kind that the engine does not verify with.
    Key(KeyError),
    Signature(BadSignature),
}

fn verify_portable(job: &VerifyJob<'_>) -> Result<Verified, VerifyError> {
    match rsa_check(job) {
        Some(check) => verdict(portable::rsa::verify(&check)),
        None => verify_by_crates(job),
    }
}

/// Keys and schemes that there is no arithmetic of our own for, and signatures that are refused by
/// their looks.
fn verify_by_crates(job: &VerifyJob<'_>) -> Result<Verified, VerifyError> {
    let key = job.key.prepare().map_err(VerifyError::Key)?;
    key.verify(job.scheme, job.message, job.signature)
        .map_err(VerifyError::Signature)?;
    Ok(Verified(()))
}

/// A private key made ready to sign many messages.
pub(crate) struct SigningKey {
    key: PrivateKey,
    public: PrecomputedKey,
    /// An RSA key in lanes, where the processor and the key allow it.
    lanes: Option<ifma::RsaKey>,
    /// An RSA key in words, where the key allows it.
    words: Option<portable::rsa::RsaKey>,
}

impl SigningKey {
    /// `public` is the public half of `key`.
    pub(crate) fn new(key: PrivateKey, public: PrecomputedKey) -> Self {
        let (lanes, words) = match &key {
            PrivateKey::Rsa(key) => (
                Dispatch::detect()
                    .ifma
                    .and_then(|ifma| ifma::RsaKey::new(ifma, key)),
                portable::rsa::RsaKey::new(key),
            ),
            _ => (None, None),
        };
        Self {
            key,
            public,
            lanes,
            words,
        }
    }

    pub(crate) fn algorithm(&self, hash: HashFunction) -> SignatureAlgorithm {
        self.key.algorithm(hash)
    }

    /// Signs each message. Each signature was checked with the public key, so that a fault in the
    /// computation cannot leak the private one.
    pub(crate) fn sign_batch(
        &self,
        dispatch: Dispatch,
        jobs: &[SignJob<'_>],
    ) -> Vec<Result<Vec<u8>, SignerError>> {
        let together = match (&self.key, dispatch.ifma, &self.lanes) {
            (PrivateKey::Ec(key), ifma, _) => key.sign_batch(ifma, jobs),
            (_, Some(_), Some(key)) => Some(sign_in_lanes(key, jobs)),
            _ => None,
        };
        together.unwrap_or_else(|| jobs.iter().map(|job| self.sign_portable(job)).collect())
    }

    /// [`Self::sign_batch`] for one message.
    pub(crate) fn sign(
        &self,
        dispatch: Dispatch,
        job: SignJob<'_>,
    ) -> Result<Vec<u8>, SignerError> {
        let mut signatures = self.sign_batch(dispatch, &[job]);
        signatures
            .pop()
            .unwrap_or_else(|| Err(SignerError::new("no signature was made")))
    }

    /// Checks a signature that was made elsewhere.
    pub(crate) fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        self.public.verify(algorithm.into(), message, signature)
    }

    /// The private operation of RSA, where there is arithmetic of our own for the key, on what is
    /// encoded for a modulus of so many octets. The result was checked.
    pub(super) fn sign_encoded(
        &self,
        dispatch: Dispatch,
        encode: impl FnOnce(usize) -> Option<Vec<u8>>,
    ) -> Option<Result<Vec<u8>, SignerError>> {
        let (PrivateKey::Rsa(numbers), Some(words)) = (&self.key, &self.words) else {
            return None;
        };
        let Some(encoded) = encode(numbers.length()) else {
            return Some(Err(SignerError::new(TOO_SHORT)));
        };
        let signature = match (dispatch.ifma, &self.lanes) {
            (Some(_), Some(key)) => key.sign(&[&encoded]).pop().flatten(),
            _ => words.sign(&encoded),
        };
        Some(signature.ok_or_else(|| SignerError::new(Fault)))
    }

    /// Refuses a signature that was made and does not verify.
    pub(super) fn check_made(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignerError> {
        self.public
            .verify(scheme, message, signature)
            .map_err(|_| SignerError::new(Fault))
    }

    #[cfg(feature = "azure")]
    pub(super) fn key(&self) -> &PrivateKey {
        &self.key
    }

    fn sign_portable(&self, job: &SignJob<'_>) -> Result<Vec<u8>, SignerError> {
        let SignJob {
            hash,
            message,
            seed,
        } = *job;
        let encode = |length| encode_pkcs1(hash, message, length);
        if let Some(signed) = self.sign_encoded(Dispatch::PORTABLE, encode) {
            return signed;
        }
        let signature = self
            .key
            .sign(hash, message, &mut seed.generator(Stream::Signature))?;
        if !self.key.checks_signatures() {
            self.check_made(self.algorithm(hash).into(), message, &signature)?;
        }
        Ok(signature)
    }
}

/// Signs each message in lanes, where each signature is checked before it leaves.
fn sign_in_lanes(key: &ifma::RsaKey, jobs: &[SignJob<'_>]) -> Vec<Result<Vec<u8>, SignerError>> {
    let encoded: Vec<_> = jobs
        .iter()
        .map(|job| encode_pkcs1(job.hash, job.message, key.length()))
        .collect();
    let messages: Vec<_> = encoded.iter().flatten().map(Vec::as_slice).collect();
    let mut signatures = key.sign(&messages).into_iter();
    encoded
        .iter()
        .map(|encoded| match encoded {
            Some(_) => signatures
                .next()
                .flatten()
                .ok_or_else(|| SignerError::new(Fault)),
            None => Err(SignerError::new(TOO_SHORT)),
        })
        .collect()
}

const TOO_SHORT: &str = "the key is too short for the hash";

/// A signature that was made did not verify under the key's own public half: the computation
/// went wrong. The signature is not given out, because it could give away the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature that was made does not verify; the computation is at fault")
    }
}

impl std::error::Error for Fault {}
