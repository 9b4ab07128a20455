//! Tests of primes: of eight candidates at once, and of one with as many bases.

use super::modular::{Modulus, Scratch};
use super::power::{Exponent, Table, halving_power, power};
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::digits::{LANES, Number, canonical, carry_signed, load, same};
use crate::crypto::portable::rsa::generate::prime::{PrimeTests, SQUARINGS, odd_part};
use core::arch::x86_64::_mm512_sub_epi64;
use subtle::Choice;
use zeroize::Zeroizing;

/// For primes of so many words, with the blocks of [`RsaKey`](super::RsaKey).
macro_rules! prime_tests {
    ($words:literal: $length:literal, $blocks:literal) => {
        impl PrimeTests<$words> for Ifma {
            const TOGETHER: usize = LANES;

            fn fermat(self, candidates: &[&[u64; $words]]) -> u8 {
                // SAFETY: `self` is the proof that the processor has the instructions.
                unsafe { fermat::<$length, $blocks, $words>(candidates) }
            }

            fn miller_rabin(self, candidate: &[u64; $words], bases: &[[u64; $words]]) -> bool {
                // SAFETY: as above.
                unsafe { miller_rabin::<$length, $blocks, $words>(candidate, bases) }
            }
        }
    };
}

prime_tests!(16: 20, 1);
prime_tests!(24: 15, 2);
prime_tests!(32: 20, 2);

/// In a frame of its own, so that none is as large whose callees leave secrets.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
fn table<const B: usize, const N: usize>() -> Box<Zeroizing<Table<B, N>>> {
    Box::new(Zeroizing::new(Table::new()))
}

/// Each lane's number; lanes that are left over do the first one's work again.
fn lanes<'a, const W: usize>(first: &'a [u64; W], all: &[&'a [u64; W]]) -> [&'a [u64]; LANES] {
    std::array::from_fn(|lane| all.get(lane).unwrap_or(&first).as_slice())
}

/// A bit for each candidate.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn fermat<const B: usize, const N: usize, const W: usize>(
    candidates: &[&[u64; W]],
) -> u8 {
    let Some(first) = candidates.first() else {
        return 0;
    };
    let words = lanes(first, candidates);
    let mut scratch = Zeroizing::new(Scratch::<B, N>::new());
    let modulus = Zeroizing::new(Modulus::new(words, 64 * W, &mut scratch));
    let mut order = Zeroizing::new(Exponent::new(words, 64 * W));
    order.clear_lowest_bit();
    let mut x = Zeroizing::new(halving_power(&order, &modulus, &mut scratch));
    canonical(&mut x, &modulus.n);
    let used = u8::MAX >> (LANES - candidates.len());
    same(&x, &modulus.one) & used
}

/// Whether all bases pass. All are tried, whatever the first ones say.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn miller_rabin<const B: usize, const N: usize, const W: usize>(
    candidate: &[u64; W],
    bases: &[[u64; W]],
) -> bool {
    let (m, a) = odd_part(candidate);
    let mut scratch = Zeroizing::new(Scratch::<B, N>::new());
    let modulus = Zeroizing::new(Modulus::new([candidate; LANES], 64 * W, &mut scratch));
    let exponent = Zeroizing::new(Exponent::new([m.as_slice(); LANES], 64 * W));
    let mut table = table();
    let mut minus_one: Zeroizing<Number<B, N>> = Zeroizing::new(modulus.n);
    for (digit, one) in minus_one
        .as_flattened_mut()
        .iter_mut()
        .zip(modulus.one.as_flattened())
    {
        *digit = _mm512_sub_epi64(*digit, *one);
    }
    carry_signed(minus_one.as_flattened_mut());
    let mut passes = u8::MAX;
    for bases in bases.chunks(LANES) {
        let bases: Vec<_> = bases.iter().collect();
        let mut x: Zeroizing<Number<B, N>> = Zeroizing::new(load(lanes(bases[0], &bases)));
        modulus.multiply(&mut x, &modulus.r, &mut scratch);
        power(&mut x, &exponent, &modulus, &mut table, &mut scratch);
        canonical(&mut x, &modulus.n);
        let mut good = same(&x, &modulus.one) | same(&x, &minus_one);
        for place in 1..=SQUARINGS.max(a) {
            modulus.square(&mut x, &mut scratch);
            canonical(&mut x, &modulus.n);
            // Behind a barrier, so that the compiler makes no branch of it.
            let counts = Choice::from(u8::from(place < a)).unwrap_u8();
            good |= same(&x, &minus_one) & counts.wrapping_neg();
        }
        passes &= good;
    }
    passes == u8::MAX && m[0] & 1 == 1
}
