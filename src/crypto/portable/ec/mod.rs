//! P-256 and P-384 on 64-bit words.
//!
//! # Numbers
//!
//! A number has `N` words, 4 or 6, as many as the prime `p` of the field and the order `n` of the
//! group. A [`residue`] stands for itself times `R = 2^(64 N)` (Montgomery's representation) and is
//! always less than its modulus. Code is written once for both curves and both moduli; a curve gives
//! its constants and, for `p`, a shorter [`step`](residue::Modulus::step) of the reduction.
//!
//! | | secret scalars | public scalars |
//! |---|---|---|
//! | multiples | [`comb`]: of the generator | [`multiples`]: `u G + v Q` |
//! | inverses | [`inverse::invert`] | [`inverse::invert_public`] |
//! | used in | keys, signatures and their check | verification |
//!
//! The tables of the generator are made at the first use, in about a millisecond, and shared by
//! threads without a lock: 43 rows of 32 points, 86 KiB, on P-256, and 64 rows, 192 KiB, on P-384, and
//! 64 points for verification, 4 and 6 KiB. A CA's key has no table: the check of its signatures needs
//! none (see [`ecdsa`]).
//!
//! Keys and signatures ask an [`arithmetic`] for multiples of points, which is this one or that of lanes.
//!
//! # Bounds
//!
//! Let `m` be the modulus: `R / 2 < m < R`, `a, b < m`.
//!
//! * [`mul`](residue::Residue::mul): the sum `t + top R` before a row is less than `2 m`: that row adds
//!   less than `2^64 m`, the step at most `(2^64 - 1) m`, and after the division by `2^64` it is less
//!   than `(2 m + (2^64 - 1) m + (2^64 - 1) m) / 2^64 < 2 m`. So `top` is 0 or 1, the word above the
//!   sum, `top + carry` and the upper words of the row, is less than `2^64` but for a carry of 1, which
//!   is added after the step; and one subtraction of `m` is enough at the end.
//! * [`square`](residue::Residue::square): all products of different words are less than `R^2 / 2`, so
//!   that they can be doubled in `2 N` words. Of its lower half `N` steps leave less than `R + m`, as a
//!   carry and `N` words, and with the upper half it is less than `2 m`, because
//!   `(a^2 + R m) / R < 2 m`.
//! * [`from_integer`](residue::Residue::from_integer) takes any `a < R`: `(a b + R m) / R < 2 m` for
//!   `b < m`.
//! * Sums are less than `2 m`, differences above `-m`: one subtraction or addition of `m`.
//! * [`inverse`]: a transition has `|u| + |v| <= 2^62` and `|q| + |r| <= 2^62`; digits are less than
//!   `2^62`, the last one is signed. So a column of `u d + v e + m x` is less than `2^126`. `d` and `e`
//!   stay between `-2 m` and `m`, which the last digit has room for.
//!
//! # Points
//!
//! Jacobian coordinates; doubling is right for every point. The additions differ:
//! [`add_public`](point::Point::add_public) answers every case, so whoever chooses a key and a
//! signature can provoke equal or opposite points, and infinity, and gets the right answer for at most
//! one doubling more each time. In [`comb`] the sum before a row is a multiple of the generator that is
//! smaller than what the row adds, so that they cannot meet, except in the last row, where the multiple
//! may pass `n`: there [`add_any`](point::Point::add_any) does both, the sum and the double, and
//! chooses by a mask.
//!
//! # Secrets
//!
//! Secret are the private number, the nonce, its inverse, the digits of both and their multiples of the
//! generator up to the x-coordinate of the nonce's; in the check, `r d`, `s k` and `k + d`.
//! Public are digests, signatures, public keys, and whether a signature could be made at all. The
//! rules:
//!
//! * No branch and no address depends on a secret. Loops count words, rows, entries and rounds. An
//!   entry is read out of its row by reading all of the row, with a mask for each entry; the sign of a
//!   digit, an odd scalar and a last subtraction are chosen by masks.
//! * No instruction whose time depends on its operands: no division.
//! * Masks that the compiler could see to have two values are hidden from it (`black_box`): it makes
//!   branches of such.
//! * What ends early says nothing: a private number out of range is drawn again, and a nonce, `r` or
//!   `s` of zero has one chance in `2^255`.
//! * Functions with `public` in their names, and [`multiples`], take public numbers alone; whoever inverts
//!   many numbers at once says with which function.
//!
//! The private number stands in a box that is wiped when it is dropped, as are the nonces and scalars of
//! a [`batch`]; [`stack`](crate::crypto::stack) wipes what is below after each operation.
//!
//! What the compiler made of it is there to be read: in
//!
//! ```text
//! cargo bench --no-run --features hooks --bench leak
//! objdump -d --no-show-raw-insn -C target/release/deps/leak-* |
//!   awk '/^[0-9a-f]+ </ {name = /portable::ec::/ ? $0 : ""} name && /\tj[a-z]+ |cmov|div/ {print name; print}'
//! ```
//!
//! there is no division in what is secret, and the jumps of `mul`, `invert`, `nonce` and `sign_with` are
//! those of loops that count, of comparisons of lengths, and of whether a number is zero, which none
//! will be. `.ci/traces` runs the trials of `benches/leak.rs` under Valgrind with different secrets, the
//! scalar 1 among them, and finds the same instructions and the same addresses each time;
//! `benches/leak.rs` measures whether times differ.
//!
//! # Faults
//!
//! Each signature is checked before it leaves, against a digest that is computed anew: see
//! [`ecdsa`]. A wrong one could give away the key.

mod arithmetic;
mod batch;
mod comb;
mod curve;
mod ecdsa;
#[cfg(feature = "hooks")]
pub(crate) mod hooks;
mod inverse;
#[cfg(all(feature = "ifma", target_arch = "x86_64"))]
mod lanes;
mod multiples;
mod nonce;
mod p256;
mod p384;
mod point;
mod residue;
mod tables;
mod words;

#[cfg(test)]
mod tests;

pub(in crate::crypto) use arithmetic::{Arithmetic, Terms};
pub(in crate::crypto) use batch::{Check, verify};
pub(in crate::crypto) use curve::Scalar;
pub(in crate::crypto) use ecdsa::{PrivateKey, PublicKey, Signature};
#[cfg(all(feature = "ifma", target_arch = "x86_64"))]
pub(in crate::crypto) use lanes::{
    Element, Residue, generator_rows, invert_or_zero, modulus, nonadjacent, odd_of, power_of_two,
};
pub(in crate::crypto) use nonce::FRESH;
pub(in crate::crypto) use p256::P256;
pub(in crate::crypto) use p384::P384;
pub(in crate::crypto) use point::{Affine, Point};
pub(in crate::crypto) use tables::WordCurve;
