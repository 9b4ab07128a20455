//! Stands in for `ifma` in builds that are to do without, and on other processors.

use super::rsa::RsaCheck;

/// For benches: there are no kernels.
#[cfg(feature = "hooks")]
pub(crate) mod hooks {
    use crate::crypto::hooks::{Kernel, Trial};

    pub(crate) fn kernels(_: &rsa::PrivateKey) -> Vec<Kernel> {
        Vec::new()
    }

    pub(crate) fn trials(_: &rsa::PrivateKey) -> Vec<Trial> {
        Vec::new()
    }
}

/// Never exists.
#[derive(Clone, Copy)]
pub(super) enum Ifma {}

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    pub(super) fn verify(self, _: &[&RsaCheck<'_>]) -> Vec<bool> {
        match self {}
    }
}

/// Never exists.
pub(super) enum RsaKey {}

impl RsaKey {
    pub(super) fn new(ifma: Ifma, _: &rsa::PrivateKey) -> Option<Self> {
        match ifma {}
    }

    pub(super) fn length(&self) -> usize {
        match *self {}
    }

    pub(super) fn sign(&self, _: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        match *self {}
    }
}
