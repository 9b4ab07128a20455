//! The work in stages, each for all requests before the next begins, so that arithmetic that works
//! on many at once can: read, verify, decide, build, sign, encode. A request that is refused in one
//! stage takes no part in the later ones.

use super::body::{SignRequest, SignedCertificate};
use super::pending::PendingCertificate;
use super::rules;
use super::spec::SignSpec;
use crate::authority;
use crate::crypto::{PublicKey, Seed, VerifyJob};
use crate::input::signing_request::{self, FIELD};
use crate::x509::request::RequestRef;
use crate::{CertificateAuthority, Error, Policy, input};
use rand_core::CryptoRng;

/// A stage of [`sign_batch`](super::sign_batch).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hooks"), allow(unreachable_pub))]
pub enum Stage {
    /// The fields, and the base64 of the signing requests.
    Read,
    /// The DER of the signing requests.
    Parse,
    /// The signing requests' own signatures, with the preparation of their keys.
    Verify,
    /// The rules, and the certificates' bytes up to the signature.
    Build,
    /// The CA's signatures, with their digests and the check of each.
    Sign,
    /// The certificates' PEM.
    Encode,
}

/// The most requests that go through the stages together: more would not be faster, and what they
/// hold between the stages would no longer fit into the processor's caches.
const PART: usize = 1024;

/// [`sign_batch`](super::sign_batch), which reports to `ended` when a stage is over.
pub(crate) fn sign_in_stages(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
    ended: &mut impl FnMut(Stage),
) -> Vec<Result<SignedCertificate, Error>> {
    if ca.check_has_key().is_err() {
        let refused = |_: &SignRequest| Err(authority::has_no_key());
        return requests.iter().map(refused).collect();
    }
    let mut answers = Vec::with_capacity(requests.len());
    for part in requests.chunks(PART) {
        sign_part(ca, part, policy, rng, ended, &mut answers);
    }
    answers
}

fn sign_part(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut (impl CryptoRng + ?Sized),
    ended: &mut impl FnMut(Stage),
    answers: &mut Vec<Result<SignedCertificate, Error>>,
) {
    let mut bytes = Vec::with_capacity(requests.len());
    let specs: Vec<_> = requests
        .iter()
        .map(|request| {
            let spec = request.check(policy)?;
            bytes.push(input::request(&request.signing_request, FIELD)?);
            Ok::<_, Error>(spec)
        })
        .collect();
    ended(Stage::Read);
    let mut bytes = bytes.iter();
    let parsed: Vec<_> = specs
        .into_iter()
        .map(|spec| Parsed::read(spec?, bytes.next().map_or(&[], Vec::as_slice), policy))
        .collect();
    ended(Stage::Parse);
    let jobs: Vec<_> = parsed.iter().flatten().map(Parsed::job).collect();
    let mut verdicts = ca.dispatch.verify(&jobs).into_iter();
    ended(Stage::Verify);
    // Each stays where it is until it is wiped: what is moved leaves a copy behind.
    let mut seeds = Vec::with_capacity(requests.len());
    let pending: Vec<_> = parsed
        .into_iter()
        .map(|parsed| {
            let Parsed { spec, request, key } = parsed?;
            let proof = signing_request::proof_of(verdicts.next())?;
            let request = request.into_verified(key, proof);
            let grant = rules::decide(ca, &spec, &request, policy)?;
            seeds.push(Seed::draw(rng));
            let seed = &seeds[seeds.len() - 1];
            let built = PendingCertificate::build(ca, &spec, &request, grant, policy.now, seed);
            if built.is_err() {
                seeds.pop();
            }
            built
        })
        .collect();
    ended(Stage::Build);
    let jobs: Vec<_> = pending
        .iter()
        .flatten()
        .zip(&seeds)
        .map(|(pending, seed)| pending.job(seed))
        .collect();
    let mut signatures = ca.sign_batch(&jobs).into_iter();
    ended(Stage::Sign);
    let signed = pending
        .into_iter()
        .map(|pending| pending?.with_signature(signatures.next()));
    answers.extend(signed);
    ended(Stage::Encode);
}

/// A request whose own signature is still to be checked.
struct Parsed<'a> {
    spec: SignSpec,
    request: RequestRef<'a>,
    key: PublicKey<'a>,
}

impl<'a> Parsed<'a> {
    fn read(spec: SignSpec, der: &'a [u8], policy: &Policy) -> Result<Self, Error> {
        let (request, key) = signing_request::parse(der, policy)?;
        Ok(Self { spec, request, key })
    }

    fn job(&self) -> VerifyJob<'a> {
        self.request.job(self.key)
    }
}
