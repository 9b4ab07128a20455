//! Stands in for `lanes` in builds that are to do without, and on other processors.

use super::rsa::RsaCheck;

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
