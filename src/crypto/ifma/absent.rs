//! Stands in for `ifma` in builds that are to do without, and on other processors.

use super::portable::ec::{Affine, Arithmetic, P256, P384, Point, Scalar, Terms, WordCurve};
use super::portable::rsa::generate::prime::PrimeTests;
use super::rsa::RsaCheck;
use super::rsa_numbers::RsaNumbers;

/// For benches: there are no kernels.
#[cfg(feature = "hooks")]
pub(crate) mod ec_hooks {
    use crate::crypto::hooks::{Kernel, Trial};

    pub(crate) fn kernels() -> Vec<Kernel> {
        Vec::new()
    }

    pub(crate) fn trials() -> Vec<Trial> {
        Vec::new()
    }
}

/// The same of RSA.
#[cfg(feature = "hooks")]
pub(crate) mod hooks {
    use crate::crypto::hooks::{Kernel, Trial};
    use crate::crypto::rsa_numbers::RsaNumbers;

    pub(crate) fn kernels(_: &RsaNumbers) -> Vec<Kernel> {
        Vec::new()
    }

    pub(crate) fn trials(_: &RsaNumbers) -> Vec<Trial> {
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

impl<const N: usize> PrimeTests<N> for Ifma {
    const TOGETHER: usize = 1;

    fn fermat(self, _: &[&[u64; N]]) -> u8 {
        match self {}
    }

    fn miller_rabin(self, _: &[u64; N], _: &[[u64; N]]) -> bool {
        match self {}
    }
}

/// A curve with arithmetic in lanes.
pub(super) trait InLanes<const N: usize>: WordCurve<N> {
    fn in_lanes(ifma: Ifma) -> impl Arithmetic<Self, N>;
}

impl InLanes<4> for P256 {
    fn in_lanes(ifma: Ifma) -> impl Arithmetic<Self, 4> {
        ifma
    }
}

impl InLanes<6> for P384 {
    fn in_lanes(ifma: Ifma) -> impl Arithmetic<Self, 6> {
        ifma
    }
}

impl<C: WordCurve<N>, const N: usize> Arithmetic<C, N> for Ifma {
    fn multiple(self, _: &Scalar<C, N>) -> Point<C, N> {
        match self {}
    }

    fn multiples(self, _: &[Scalar<C, N>]) -> Vec<Option<Affine<C, N>>> {
        match self {}
    }

    fn sum(self, _: &Terms<C, N>) -> Point<C, N> {
        match self {}
    }

    fn sums(self, _: &[Terms<C, N>]) -> Vec<Point<C, N>> {
        match self {}
    }
}

/// Never exists.
pub(super) enum RsaKey {}

impl RsaKey {
    pub(super) fn new(ifma: Ifma, _: &RsaNumbers) -> Option<Self> {
        match ifma {}
    }

    pub(super) fn length(&self) -> usize {
        match *self {}
    }

    pub(super) fn sign(&self, _: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        match *self {}
    }
}
