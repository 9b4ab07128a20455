//! What the benches look at inside the crate; not part of its interface.

pub use crate::sign::Stage;

use crate::{CertificateAuthority, Error, Policy, SignRequest, SignedCertificate};
use rand_core::CryptoRng;

/// [`sign_batch`](crate::sign_batch), which tells `ended` when a stage is over.
pub fn sign_batch(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut impl CryptoRng,
    mut ended: impl FnMut(Stage),
) -> Vec<Result<SignedCertificate, Error>> {
    crate::sign::in_stages(ca, requests, policy, rng, &mut ended)
}
