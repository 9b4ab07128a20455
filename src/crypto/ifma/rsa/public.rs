//! The RSA public operation: eight at once, of different keys that have the exponent in common.

use super::modular::{Modulus, Scratch};
use crate::crypto::ifma::digits::{LANES, Number, canonical, load, same};

/// The moduli of eight lanes and their exponent.
pub(super) struct PublicKeys<const B: usize, const N: usize> {
    pub(super) modulus: Modulus<B, N>,
    exponent: u64,
}

impl<const B: usize, const N: usize> PublicKeys<B, N> {
    /// Takes odd moduli of exactly `bits` bits, in 64-bit words, and an odd exponent above 1.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn new(
        moduli: [&[u64]; LANES],
        bits: usize,
        exponent: u64,
        scratch: &mut Scratch<B, N>,
    ) -> Self {
        Self {
            modulus: Modulus::new(moduli, bits, scratch),
            exponent,
        }
    }

    /// Tells, in the bit of each lane, whether its signature, raised to the public exponent, is
    /// its encoded message. Both are less than the modulus; `signatures` has clean digits.
    ///
    /// Nothing here is secret; the exponent's bits decide what is done.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn check(
        &self,
        signatures: &Number<B, N>,
        encoded: [&[u64]; LANES],
        scratch: &mut Scratch<B, N>,
    ) -> u8 {
        let Self { modulus, exponent } = self;
        let mut base = *signatures;
        modulus.multiply(&mut base, &modulus.r, scratch);
        let mut power = base;
        let below_top = u64::BITS - 1 - exponent.leading_zeros();
        for bit in (1..below_top).rev() {
            modulus.square(&mut power, scratch);
            if exponent >> bit & 1 == 1 {
                modulus.multiply(&mut power, &base, scratch);
            }
        }
        // The lowest bit is set; a factor that does not stand for itself times R leaves the
        // representation.
        modulus.square(&mut power, scratch);
        modulus.multiply(&mut power, signatures, scratch);
        canonical(&mut power, &modulus.n);
        same(&power, &load(encoded))
    }
}
