//! [`nonce`]: the secret number of one signature.
//!
//! It is `SHA-512(d || fresh || digest) mod n`, with the private number `d` as `8 N` bytes, 32 fresh
//! bytes of the operation's seed, and the digest that is signed.
//!
//! * *A repeated generator.* If the fresh bytes come again, or are known, the nonce is a deterministic
//!   one: a pseudorandom function of the digest with `d` as its key, as in RFC 6979. Equal nonces then
//!   belong to equal digests, hence to equal signatures, which give nothing away. `d` and `fresh` have
//!   fixed lengths, so no two inputs are written alike.
//! * *A known private input aside*, the fresh bytes alone would do, too: faults and side channels meet
//!   another nonce for the same message each time.
//! * *Bias.* 512 bits are 256 more than the order of P-256 has, and 128 more than that of P-384: the
//!   nonce is uniform but for `2^-128`. This is the method of extra random bits of FIPS 186-5 appendix
//!   A.3.1, which asks for 64 more, except that zero is refused instead of moved away from. The bits are
//!   not those of a generator of SP 800-90A, as A.3.1 has it, nor of HMAC_DRBG over `d` and the digest,
//!   as A.3.3 (deterministic ECDSA) has it; a hash of all three is neither, and is cheaper.

use super::curve::{CurveParameters, Scalar};
use super::words::{from_be, to_be};
use sha2::{Digest as _, Sha512};

/// What one signature draws from the generator, in bytes.
pub(in crate::crypto) const FRESH: usize = 32;

/// `SHA-512(d || fresh || digest)` modulo the order.
pub(super) fn nonce<C: CurveParameters<N>, const N: usize>(
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
