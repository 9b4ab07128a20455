//! The arithmetic against that of crypto-bigint, and the signatures against the `rsa` crate.

mod arithmetic;
pub(crate) mod fault;
mod signatures;

use p256::elliptic_curve::bigint::{BoxedUint, NonZero, Odd, Resize as _};
use proptest::prelude::*;
use rand_core::SeedableRng as _;

/// A number of so many words.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Zero,
    One,
    /// All bits set.
    Full,
    /// The modulus, and its neighbours.
    Modulus,
    BelowModulus,
    AboveModulus,
    /// Words that are all zeros or all ones, from a seed: carries go far.
    Extreme(u64),
    Random(u64),
}

fn operand() -> impl Strategy<Value = Operand> {
    prop_oneof![
        Just(Operand::Zero),
        Just(Operand::One),
        Just(Operand::Full),
        Just(Operand::Modulus),
        Just(Operand::BelowModulus),
        Just(Operand::AboveModulus),
        any::<u64>().prop_map(Operand::Extreme),
        any::<u64>().prop_map(Operand::Extreme),
        any::<u64>().prop_map(Operand::Random),
        any::<u64>().prop_map(Operand::Random),
    ]
}

impl Operand {
    fn words<const N: usize>(self, n: &[u64; N]) -> [u64; N] {
        let mut words = [0; N];
        match self {
            Self::Zero => {}
            Self::One => words[0] = 1,
            Self::Full => words = [u64::MAX; N],
            Self::Modulus => words = *n,
            // The modulus is odd.
            Self::BelowModulus => {
                words = *n;
                words[0] -= 1;
            }
            Self::AboveModulus => {
                let mut carry = true;
                for (word, n) in words.iter_mut().zip(n) {
                    (*word, carry) = n.carrying_add(0, carry);
                }
            }
            Self::Extreme(seed) => {
                for (word, random) in words.iter_mut().zip(random::<N>(seed)) {
                    *word = if random & 1 == 0 { 0 } else { u64::MAX };
                }
            }
            Self::Random(seed) => words = random(seed),
        }
        words
    }
}

/// An odd number with its highest bit set.
fn modulus<const N: usize>(operand: Operand) -> [u64; N] {
    let mut n = operand.words(&[1; N]);
    n[0] |= 1;
    n[N - 1] |= 1 << 63;
    n
}

fn random<const N: usize>(seed: u64) -> [u64; N] {
    let mut rng = chacha20::ChaCha20Rng::seed_from_u64(seed);
    std::array::from_fn(|_| rng.next_u64())
}

fn number(words: &[u64]) -> BoxedUint {
    BoxedUint::from_words(words.iter().copied())
}

fn odd(n: &BoxedUint) -> Odd<BoxedUint> {
    Odd::new(n.clone()).unwrap()
}

/// `x mod n`, as long as `n`.
fn remainder(x: &BoxedUint, n: &BoxedUint) -> BoxedUint {
    let bits = x.bits_precision().max(n.bits_precision());
    let divisor = NonZero::new(n.clone().resize(bits)).unwrap();
    x.clone()
        .resize(bits)
        .rem(&divisor)
        .resize(n.bits_precision())
}
