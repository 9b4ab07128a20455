//! [`nonce`]: the secret number of one signature.

use super::curve::{Scalar, WordCurve};
use super::words::{from_be, to_be};
use sha2::{Digest as _, Sha512};

/// What one signature draws from the generator, in bytes.
pub(in crate::crypto) const FRESH: usize = 32;

/// `SHA-512(d || fresh || digest)` modulo the order.
pub(super) fn nonce<C: WordCurve<N>, const N: usize>(
    d: &Scalar<C, N>,
    fresh: &[u8; FRESH],
    digest: &[u8],
) -> Scalar<C, N> {
    let mut secret = [0; 48];
    let secret = &mut secret[..8 * N];
    to_be(&d.to_integer(), secret);
    let hashed = Sha512::new()
        .chain_update(&*secret)
        .chain_update(fresh)
        .chain_update(digest)
        .finalize();
    let (high, low) = hashed.split_at(hashed.len() - 8 * N);
    let mut upper = [0; 48];
    upper[8 * N - high.len()..8 * N].copy_from_slice(high);
    Scalar::<C, N>::from_wide(&from_be(low), &from_be(&upper[..8 * N]))
}
