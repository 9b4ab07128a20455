//! What the benches look at inside the crate; not part of its interface.

pub use crate::sign::stages::Stage;

use crate::crypto::{PrivateKey, ifma};
use crate::{CertificateAuthority, Error, Policy, SignRequest, SignedCertificate};
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

/// A kernel to be timed.
pub struct Kernel {
    /// What it does and for which size of key.
    pub name: String,
    /// How many vector operations that takes.
    pub operations: u64,
    /// How many results there are.
    pub units: u32,
    run: Box<dyn FnMut()>,
}

impl Kernel {
    #[cfg_attr(
        not(all(feature = "ifma", target_arch = "x86_64")),
        allow(dead_code, reason = "there are no kernels")
    )]
    pub(crate) fn new(
        name: String,
        operations: u64,
        units: u32,
        run: impl FnMut() + 'static,
    ) -> Self {
        Self {
            name,
            operations,
            units,
            run: Box::new(run),
        }
    }

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// The kernels for the size of this key; the first one, `limit`, is nothing but multiplications
/// that do not wait for each other.
pub fn kernels(private_key: &str) -> Vec<Kernel> {
    match crate::input::private_key(private_key, "key") {
        Ok(PrivateKey::Rsa(key)) => ifma::hooks::kernels(&key),
        _ => Vec::new(),
    }
}

/// Takes a secret, in 64-bit words.
type SetSecret = dyn FnMut(&[u64]);

/// Work with a secret, to be timed for signs of it.
pub struct Trial {
    /// What is done, and what is secret.
    pub name: &'static str,
    /// How often it is to be timed.
    pub runs: usize,
    /// Length of the secret in 64-bit words.
    pub words: usize,
    set: Box<SetSecret>,
    run: Box<dyn FnMut()>,
}

impl Trial {
    #[cfg_attr(
        not(all(feature = "ifma", target_arch = "x86_64")),
        allow(dead_code, reason = "there are no kernels")
    )]
    pub(crate) fn new(
        name: &'static str,
        runs: usize,
        words: usize,
        set: impl FnMut(&[u64]) + 'static,
        run: impl FnMut() + 'static,
    ) -> Self {
        Self {
            name,
            runs,
            words,
            set: Box::new(set),
            run: Box::new(run),
        }
    }

    /// Takes the secret of the next run.
    pub fn set(&mut self, words: &[u64]) {
        (self.set)(words);
    }

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// The trials of the kernels for this key, which has 2048 bits.
pub fn trials(private_key: &str) -> Vec<Trial> {
    match crate::input::private_key(private_key, "key") {
        Ok(PrivateKey::Rsa(key)) => ifma::hooks::trials(&key),
        _ => Vec::new(),
    }
}
