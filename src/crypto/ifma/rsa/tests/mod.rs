//! The kernels against the arithmetic of crypto-bigint, and the signatures against the `rsa` crate.

mod across;
mod arithmetic;
mod checks;
pub(super) mod fault;
mod keys;
mod primes;

use crate::crypto::ifma::Ifma;
use p256::elliptic_curve::bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Odd, Resize as _};
use proptest::prelude::*;
use rand_core::SeedableRng;
use std::io::Write as _;

/// The instructions that `_test`, a test function, needs. Where the processor does not have them,
/// says that it is skipped; past the capture of output, since a skipped test passes.
fn ifma_for<F: Fn()>(_test: F) -> Option<Ifma> {
    let ifma = Ifma::detect();
    if ifma.is_none() {
        let test = std::any::type_name::<F>();
        let notice = format!("SKIPPED: {test}: the processor has no AVX-512 IFMA\n");
        std::io::stderr().write_all(notice.as_bytes()).unwrap();
    }
    ifma
}

/// A number to compute with, in terms of the modulus.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Zero,
    One,
    /// So many times the modulus, less one.
    BelowMultiple(u8),
    Modulus,
    /// All bits set.
    Full,
    /// Less than so many times the modulus, from a seed.
    Random(u8, u64),
}

/// Operands up to `multiple` times the modulus.
fn operand(multiple: u8) -> impl Strategy<Value = Operand> {
    prop_oneof![
        Just(Operand::Zero),
        Just(Operand::One),
        (1..=multiple).prop_map(Operand::BelowMultiple),
        Just(Operand::Modulus),
        Just(Operand::Full),
        any::<u64>().prop_map(move |seed| Operand::Random(multiple, seed)),
        any::<u64>().prop_map(move |seed| Operand::Random(multiple, seed)),
    ]
}

impl Operand {
    /// The number, in `bits` bits.
    fn value(self, n: &BoxedUint, bits: usize) -> BoxedUint {
        let precision = u32::try_from(bits).unwrap();
        let times =
            |multiple: u8| widen(&n.concatenating_mul(BoxedUint::from(multiple)), precision);
        match self {
            Self::Zero => BoxedUint::zero_with_precision(precision),
            Self::One => BoxedUint::one_with_precision(precision),
            Self::BelowMultiple(multiple) => times(multiple).wrapping_sub(BoxedUint::one()),
            Self::Modulus => times(1),
            Self::Full => {
                let extra = BoxedUint::max(precision).bits_precision() - precision;
                BoxedUint::max(precision) >> extra
            }
            Self::Random(multiple, seed) => remainder(&random(seed, bits), &times(multiple)),
        }
    }
}

/// An odd number of exactly so many bits.
#[derive(Clone, Copy, Debug)]
enum Modulus {
    Smallest,
    Largest,
    Random(u64),
}

fn modulus() -> impl Strategy<Value = Modulus> {
    prop_oneof![
        1 => Just(Modulus::Smallest),
        1 => Just(Modulus::Largest),
        6 => any::<u64>().prop_map(Modulus::Random),
    ]
}

impl Modulus {
    fn value(self, bits: usize) -> BoxedUint {
        let precision = u32::try_from(bits).unwrap();
        let one = BoxedUint::one_with_precision(precision);
        let top = &one << (precision - 1);
        match self {
            Self::Smallest => top | one,
            Self::Largest => BoxedUint::max(precision),
            Self::Random(seed) => random(seed, bits) | top | one,
        }
    }
}

/// A number of at most so many bits.
fn random(seed: u64, bits: usize) -> BoxedUint {
    let mut rng = chacha20::ChaCha20Rng::seed_from_u64(seed);
    let mut bytes = vec![0; bits.div_ceil(8)];
    rand_core::Rng::fill_bytes(&mut rng, &mut bytes);
    bytes[0] &= 0xff >> (8 * bytes.len() - bits);
    BoxedUint::from_be_slice(&bytes, u32::try_from(bits).unwrap()).unwrap()
}

fn widen(x: &BoxedUint, bits: u32) -> BoxedUint {
    if x.bits_precision() < bits {
        x.resize(bits)
    } else {
        x.clone()
    }
}

fn remainder(x: &BoxedUint, n: &BoxedUint) -> BoxedUint {
    x.rem(&NonZero::new(n.clone()).unwrap())
}

/// Whether two numbers are the same modulo `n`.
fn congruent(a: &BoxedUint, b: &BoxedUint, n: &BoxedUint) -> bool {
    remainder(a, n) == remainder(b, n)
}

/// `2^exponent`.
fn power_of_two(exponent: usize) -> BoxedUint {
    let exponent = u32::try_from(exponent).unwrap();
    BoxedUint::one_with_precision(exponent + 1) << exponent
}

fn odd(n: &BoxedUint) -> Odd<BoxedUint> {
    Odd::new(n.clone()).unwrap()
}
