//! Candidates for a prime, as FIPS 186-5 appendix A.1.3 draws them.

use super::residues::{has_small_factor, modulo_exponent};
use crate::crypto::portable::rsa::product::square;
use crate::crypto::portable::rsa::words::{assign_if, is_less, of_bytes, subtract_if};
use rand_core::CryptoRng;
use zeroize::{Zeroize as _, Zeroizing};

/// Draws until a number is in the range, where seven of ten are not. A generator that makes so many
/// others is stuck.
const DRAWS: usize = 1024;

/// The next candidate in the range: `64 N` random bits, made odd by adding one to an even number. The
/// standard throws those below away, and does not count them.
pub(super) fn draw_in_range<const N: usize>(
    rng: &mut impl CryptoRng,
) -> Option<Zeroizing<[u64; N]>> {
    let mut bytes = Zeroizing::new([[0; 8]; N]);
    for _ in 0..DRAWS {
        rng.fill_bytes(bytes.as_flattened_mut());
        let mut candidate = Zeroizing::new(of_bytes(bytes.as_flattened()));
        candidate[0] |= 1;
        if is_in_range(&candidate) {
            return Some(candidate);
        }
    }
    None
}

/// The first word of `sqrt(2) 2^(64 N - 1)`.
pub(super) const SQRT_2: u64 = 0xb504_f333_f9de_6484;

/// Whether the candidate is at least `sqrt(2) 2^(64 N - 1)`, so that the product of two has all
/// its bits. The time tells whether, and nothing more but once in 2^64.
pub(super) fn is_in_range<const N: usize>(candidate: &[u64; N]) -> bool {
    let first = candidate[N - 1];
    if first != SQRT_2 {
        return first > SQRT_2;
    }
    // Its square is at least 2^(128 N - 1): the highest bit is set.
    let mut wide = [[0; N]; 2];
    square(&mut wide, candidate);
    let is_in_range = wide[1][N - 1] >> 63 == 1;
    wide.zeroize();
    is_in_range
}

/// Whether the two are further apart than `2^(64 N - 100)`.
pub(super) fn are_apart<const N: usize>(p: &[u64; N], q: &[u64; N]) -> bool {
    let mut bound = [0; N];
    bound[N - 2] = 1 << 28;
    let mut difference = Zeroizing::new(*p);
    let mut negative = Zeroizing::new(*q);
    let is_negative = subtract_if(&mut *difference, q, true);
    subtract_if(&mut *negative, p, true);
    assign_if(&mut *difference, &*negative, is_negative);
    is_less(&bound, &*difference)
}

/// Whether a candidate is worth a test: no small prime divides it, and `gcd(candidate - 1, e)` is 1,
/// for which `e`, a prime, must not divide `candidate - 1`.
pub(super) fn is_promising<const N: usize>(candidate: &[u64; N]) -> bool {
    !has_small_factor(candidate) && modulo_exponent(candidate) != 1
}
