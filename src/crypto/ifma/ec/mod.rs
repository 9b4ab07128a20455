//! P-256 and P-384 on the 52-bit multipliers of AVX-512: multiples of points and sums of them, for the
//! keys and signatures of [`portable::ec`](crate::crypto::portable::ec), which has all the rest on
//! words: scalars and their inverses, nonces, and the last answer where a sum in lanes met an
//! exception.
//!
//! # Layout
//!
//! The files in this folder are compiled for each curve, those of the field twice: in registers of eight
//! lanes ([`eight`]), each with another job or another window of one scalar, and of four ([`four`]), for
//! one job alone. A curve ([`p256`], [`p384`]) adds its constants and what its prime gives for the
//! reduction.
//!
//! | | many at once | alone |
//! |---|---|---|
//! | `k G`, secret | `comb`: a scalar in each lane | `spread`: an eighth of the windows in each lane, and a tree of sums |
//! | `u G + v Q`, public | `sums`: windows of 4 bits of `v`, then the comb | `alone`: X, Y, Z and `a Z^4 / 3` in four lanes |
//!
//! From four jobs on they are done together: a pass of eight takes as long as some four alone. Only the
//! generator has tables, which are made at the first use in a fraction of a millisecond and shared by
//! threads: 148 KiB and 40 KiB on P-256, 192 KiB and 96 KiB on P-384.
//!
//! # Numbers
//!
//! A number has `D` digits of 52 bits, 5 or 8, and stands for itself times `R = 2^(52 D)`, modulo `p`
//! (Montgomery's representation); `R` is `16 p` and `2^32 p`. Numbers of words stand for themselves times
//! `2^(64 N)`, and one product leads from one to the other.
//!
//! # Bounds
//!
//! A multiplication reads the low 52 bits of a digit and nothing else. Let `a < A p` and `b < B p`; with
//! `R >= 16 p (1 - 2^-32)`:
//!
//! * The product of both, reduced, is less than `(A B / 16 + 1) p` and a little: the reduction adds
//!   `q p` with `q < R`, and nothing is subtracted. Formulas say at each value what it is less than, in
//!   the worse case, which is P-256.
//! * Columns: of a product at most `2 D` halves of products, each less than `2^52`, doubled at most 3
//!   times, and as many that are added: less than `2^60`. The reduction adds at most `2 D` halves to a
//!   column, and a carry. Signed columns are carried with arithmetic shifts.
//! * `settled` takes digits of either sign and not carried, of a number between `-2^8 p` and `2^8 p`,
//!   and subtracts `p` as often as the bits of the top digit above those of `p` say, less one. Digits
//!   below the top one may be signed and as large as `2^60`: they move the number by less than
//!   `2^-10 p`. What is left is between `0.99 p` and `2.01 p`.
//! * Differences of what is less than `2.01 p` have 2, 3 or 4 times `p` added, and are not negative.
//! * The way to words: a product with a constant less than `p` is less than `1.2 p`, and one subtraction
//!   of `p` on words is enough.
//!
//! # Exceptional cases
//!
//! Sums of points are incomplete: of equal or opposite points, or with infinity, they have `H = 0`, hence
//! `Z = 0`, and each later doubling and sum keeps that. Whoever finds `Z = 0` at the end asks the complete
//! formulas on words for that job alone; so does a sum that is infinity in truth. An attacker who chooses
//! keys and signatures can force this and pays for it with the time of one job on words; the other jobs
//! of the batch are as they were. Odd multiples of one point below 256 are never equal or opposite,
//! because the order is prime; their `Z` is never 0.
//!
//! # Secrets
//!
//! Secret are the scalars of `comb` and `spread`, their digits, and the sums up to affine coordinates, their
//! `Z` included. The rules are those of [`rsa`](super::rsa) and of the words:
//!
//! * No branch and no address depends on a secret. A row of a table is read whole: in `comb` a register
//!   has one word of eight entries, permutations choose by the digit's bits, and masks blend; in `spread`
//!   each entry is loaded and masked. The sign of a digit goes into the mask of a subtraction, and a scalar
//!   is made odd by masks.
//! * No instruction whose time depends on its operands.
//! * Whether a sum met an exception shows. For secret scalars that are not chosen that has one chance in
//!   `2^250`.
//! * `sums`, `alone`, `odd` and `co_z` take public numbers alone. `sums` reads the comb as if they were
//!   secret.
//!
//! What is secret on the heap is wiped: see [`batch`](crate::crypto::portable::ec). The stack below is
//! wiped after each operation. What the compiler made of it:
//!
//! ```text
//! cargo bench --no-run --features hooks --bench leak
//! objdump -d --no-show-raw-insn -C target/release/deps/leak-* |
//!   awk '/^[0-9a-f]+ </ {name = /ifma::ec::/ ? $0 : ""} name && /\tj[a-z]+ |cmov|div/ {print name; print}'
//! ```
//!
//! In `add_multiple`, `multiples`, `multiple` of `spread`, `add_affine`, `add_points`, `total` and
//! `add_alone` the jumps are those of loops that count rows, entries, jobs and lanes, and of lengths.
//! `benches/leak.rs` measures whether times differ between scalars.
//!
//! # Faults
//!
//! Each signature is checked before it leaves, with another multiple of the generator: see
//! [`portable::ec`](crate::crypto::portable::ec).
#![allow(
    clippy::duplicate_mod,
    reason = "files are compiled for each curve and each width of registers"
)]
#![allow(
    clippy::large_types_passed_by_value,
    reason = "they are in registers, or nowhere: the functions are put in line"
)]
#![allow(
    clippy::needless_range_loop,
    reason = "digits of several numbers go together"
)]

mod constants;
mod eight;
mod four;
#[cfg(feature = "hooks")]
pub(crate) mod hooks;
mod p256;
mod p384;
mod products;

#[cfg(test)]
mod tests;

use super::Ifma;
use crate::crypto::portable::ec::{Arithmetic, WordCurve};

/// A curve with arithmetic in lanes.
pub(in crate::crypto) trait InLanes<const N: usize>: WordCurve<N> {
    fn in_lanes(ifma: Ifma) -> impl Arithmetic<Self, N>;
}
