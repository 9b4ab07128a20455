//! A fixed amount of work for one search, so that no input makes it long.

use super::defect::Limit;
use crate::crypto::{Curve, KeyKind, PublicKey};

/// What is left to spend.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    signatures: u32,
    edges: u32,
    comparisons: usize,
}

/// The search would have taken more than its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exhausted(pub(super) Limit);

impl Default for Budget {
    /// Some hundred signatures of usual keys; more than any chain that was ever in use needs.
    fn default() -> Self {
        Self {
            signatures: 40_000,
            edges: 20_000,
            comparisons: 1_000_000,
        }
    }
}

impl Budget {
    /// One check of a signature with a key, on a message of so many octets.
    pub(super) fn spend_signature(
        &mut self,
        key: &PublicKey<'_>,
        message: usize,
    ) -> Result<(), Exhausted> {
        // Some 300 octets are hashed in a microsecond.
        let hashing = u32::try_from(message / 300).unwrap_or(u32::MAX);
        let left = self
            .signatures
            .checked_sub(cost(key).saturating_add(hashing));
        self.signatures = left.ok_or(Exhausted(Limit::Signatures))?;
        Ok(())
    }

    /// One look at a possible issuer.
    pub(super) fn spend_edge(&mut self) -> Result<(), Exhausted> {
        let left = self.edges.checked_sub(1);
        self.edges = left.ok_or(Exhausted(Limit::Edges))?;
        Ok(())
    }

    /// Comparisons of a name with the base of a constraint.
    pub(super) fn spend_comparisons(&mut self, count: usize) -> Result<(), Exhausted> {
        let left = self.comparisons.checked_sub(count);
        self.comparisons = left.ok_or(Exhausted(Limit::Comparisons))?;
        Ok(())
    }
}

/// About the microseconds that one check takes, where nothing makes it fast.
fn cost(key: &PublicKey<'_>) -> u32 {
    match key.kind {
        // Each bit of the exponent is a multiplication, which takes the square of the length; the
        // preparation of the key takes as long as some of them.
        KeyKind::Rsa { bits } => {
            let kilobits = bits.div_ceil(1024);
            let exponent = key.rsa_exponent().map_or(0, <[u8]>::len);
            match u32::try_from(8 * exponent) {
                Ok(exponent_bits @ 0..=256) => 30 + kilobits * kilobits * (exponent_bits + 8),
                // A longer one is refused before it is used.
                _ => 30,
            }
        }
        KeyKind::Ec(Curve::P256) | KeyKind::P224 => 250,
        KeyKind::Ec(Curve::P384) => 750,
        KeyKind::Ec(Curve::P521) => 900,
        KeyKind::OtherCurve | KeyKind::Ed25519 | KeyKind::Dsa { .. } | KeyKind::Other => 0,
    }
}
