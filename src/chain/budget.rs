//! A fixed amount of work for one search, so that no input makes it long.

use super::defect::Limit;
use crate::crypto::{Curve, KeyKind, PublicKey};

/// What is left to spend: about nanoseconds, on a usual core without any instructions that make
/// arithmetic fast. All kinds of work share it, so that no mixture of them takes longer than one.
#[derive(Clone, Debug)]
pub(super) struct Budget(u64);

/// The search would have taken more than its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exhausted(pub(super) Limit);

/// Some hundred signatures of usual keys; more than any chain that was ever in use needs.
const WORK: u64 = 40_000_000;

/// Looking at a possible issuer.
const EDGE: u64 = 1000;
/// Comparing a name with the base of a constraint.
const COMPARISON: u64 = 20;
/// Looking at a revocation list.
const LIST: u64 = 1000;
/// Carrying a certificate policy or a mapping to the next certificate.
const POLICY: u64 = 300;

impl Default for Budget {
    fn default() -> Self {
        Self(WORK)
    }
}

impl Budget {
    fn spend(&mut self, work: u64, limit: Limit) -> Result<(), Exhausted> {
        self.0 = self.0.checked_sub(work).ok_or(Exhausted(limit))?;
        Ok(())
    }

    fn spend_each(&mut self, count: usize, work: u64, limit: Limit) -> Result<(), Exhausted> {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.spend(count.saturating_mul(work), limit)
    }

    /// One check of a signature with a key, on a message of so many octets.
    pub(super) fn spend_signature(
        &mut self,
        key: &PublicKey<'_>,
        message: usize,
    ) -> Result<(), Exhausted> {
        self.spend(cost(key), Limit::Signatures)?;
        // Hashing: three nanoseconds an octet.
        self.spend_each(message, 3, Limit::Signatures)
    }

    /// One look at a possible issuer.
    pub(super) fn spend_edge(&mut self) -> Result<(), Exhausted> {
        self.spend(EDGE, Limit::Edges)
    }

    /// One look at a revocation list.
    pub(super) fn spend_crl(&mut self) -> Result<(), Exhausted> {
        self.spend(LIST, Limit::Crls)
    }

    /// Comparisons of a name with the base of a constraint.
    pub(super) fn spend_comparisons(&mut self, count: usize) -> Result<(), Exhausted> {
        self.spend_each(count, COMPARISON, Limit::Comparisons)
    }

    /// Certificate policies and mappings to carry from one certificate to the next.
    pub(super) fn spend_policies(&mut self, count: usize) -> Result<(), Exhausted> {
        self.spend_each(count, POLICY, Limit::Policies)
    }
}

/// About the nanoseconds that one check takes.
fn cost(key: &PublicKey<'_>) -> u64 {
    match key.kind {
        // Each bit of the exponent is a multiplication, which takes the square of the length; the
        // preparation of the key takes as long as some of them.
        KeyKind::Rsa { bits } => {
            let kilobits = u64::from(bits.div_ceil(1024));
            let exponent = key.rsa_exponent().map_or(0, <[u8]>::len);
            match u64::try_from(8 * exponent) {
                Ok(exponent_bits @ 0..=256) => {
                    15_000 + kilobits * kilobits * (exponent_bits + 10) * 550
                }
                // A longer one is refused before it is used.
                _ => 15_000,
            }
        }
        KeyKind::Ec(Curve::P256) | KeyKind::P224 => 75_000,
        KeyKind::Ec(Curve::P384) => 250_000,
        KeyKind::Ec(Curve::P521) => 800_000,
        KeyKind::OtherCurve | KeyKind::Ed25519 | KeyKind::Dsa { .. } | KeyKind::Other => 0,
    }
}
