//! What tests and benches look at inside the crate; not part of its interface.

pub use crate::crypto::hooks::{Kernel, Trial, with_portable_arithmetic};
pub use crate::sign::stages::Stage;

use crate::crypto::{PrivateKey, ifma, portable};
use crate::{CertificateAuthority, Crl, Error, Policy, SignRequest, SignedCertificate};
use rand_core::CryptoRng;

/// [`sign_batch`](crate::sign_batch), which reports to `ended` when a stage is over.
pub fn sign_batch(
    ca: &CertificateAuthority,
    requests: &[SignRequest],
    policy: &Policy,
    rng: &mut impl CryptoRng,
    mut ended: impl FnMut(Stage),
) -> Vec<Result<SignedCertificate, Error>> {
    crate::sign::stages::sign_in_stages(ca, requests, policy, rng, &mut ended)
}

/// How many signatures of certificates were checked together each time, since this was last asked; on this
/// thread.
pub fn signatures_together() -> Vec<usize> {
    crate::chain::hooks::take()
}

/// Whether a list has an entry of a certificate's serial number, of the list's own issuer: the look-up
/// alone, without what makes a list count.
pub fn is_listed(crl: &Crl, serial: &[u8]) -> bool {
    let layout = crl.layout();
    layout.find(crl.der(), &layout.issuer_key, serial).is_some()
}

/// The kernels for the size of this key; the first one, `limit`, is nothing but multiplications
/// that do not wait for each other.
pub fn kernels(private_key: &str) -> Vec<Kernel> {
    match crate::input::private_key(private_key, "key") {
        Ok(PrivateKey::Rsa(key)) => ifma::hooks::kernels(&key),
        _ => Vec::new(),
    }
}

/// Those of the curves.
pub fn ec_kernels() -> Vec<Kernel> {
    ifma::ec_hooks::kernels()
}

/// The trials of what is done with this RSA key, which has 2048 bits, and with keys on the curves: on the
/// kernels, if the processor has them, and portable.
pub fn trials(private_key: &str) -> Vec<Trial> {
    let mut trials = portable::ec::hooks::trials();
    trials.extend(ifma::ec_hooks::trials());
    if let Ok(PrivateKey::Rsa(key)) = crate::input::private_key(private_key, "key") {
        trials.extend(ifma::hooks::trials(&key));
        trials.extend(portable::rsa::hooks::trials(&key));
    }
    trials
}
