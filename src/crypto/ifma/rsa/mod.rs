//! RSA on the 52-bit multipliers of AVX-512.
//!
//! # Numbers
//!
//! A register holds eight lanes of 64 bits. A number has `D` digits of 52 bits and stands for
//! itself times `R = 2^(52 D)`, modulo `n` (Montgomery's representation). There are two ways to lay
//! it out:
//!
//! * *In lanes* ([`digits`](super::digits), [`block`], [`modular`], [`shift`], [`power`], [`private`],
//!   [`public`], [`primes`]): register `j` has digit `j` of eight numbers, each with a modulus of its
//!   own. A pass makes four signatures (four powers modulo `p`, four modulo `q`), checks eight, or
//!   tests eight candidates for a prime.
//! * *Across the lanes* ([`chunks`], [`single`]): one number modulo each prime in the same
//!   registers, or one modulo `n`, for a signature alone.
//!
//! | modulus | digits of a prime, of the modulus | blocks | digits of a chunk |
//! |---|---|---|---|
//! | 2048 | 20, 40 | of 20 | 5 |
//! | 3072 | 30, 60 | of 15 | 8 |
//! | 4096 | 40, 80 | of 20 | 10 |
//!
//! # Bounds
//!
//! A multiplication reads the low 52 bits of a digit and nothing else, so digits may carry garbage
//! above, and passes that only carry do not mask.
//!
//! *In lanes*, values are less than `2n`, and `R > 4n` for all the sizes, so products need no
//! subtraction: `(a b + q n) / R < (4 n^2 + R n) / R < 2n` for `q < R`. A column of sums has at
//! most `2 D` products of `a b` and `2 D` of `q n`, each less than `2^52`, and the carry of the
//! column before it, which is less than `2^12`. For `D <= 80`
//!
//! ```text
//! 2 D 2^52 + 2 D 2^52 + 2^12 <= 320 * 2^52 + 2^12 < 2^61 < 2^64.
//! ```
//!
//! Halvings ([`Modulus::halve`](modular::Modulus::halve)) add at most `2^15 - 1` times `n`, which leaves
//! `(2n + (2^k - 1) n) / 2^k <= 2n`; the sum is less than `2^16 n`, which all sizes of `R` have room for.
//!
//! [`block::double_add_square`] doubles the products of two different digits, of which there are
//! half as many. Differences of numbers are signed digits above `-2^54`, and are carried with an
//! arithmetic shift.
//!
//! *Across the lanes*, values are less than `3n` and `R >= 2^8 n`: with quotients that are not
//! digit by digit, `(a b + q n) / R < 9 n^2 / R + n (2 + 2^(1 - C)) < 3n` with `C` bits in a
//! chunk. The upper half of the columns is
//! shifted left by the 2 spare bits of a chunk. For each chunk of `b`, a column of `K <= 10` digits
//! gains at most `2 K` products of `a b` and `2 K` of `q n` in the lower half, and as many, four
//! times, in the upper half; the last chunk has `2 K` more in each. Sums move down a lane a chunk,
//! and are not carried in between; with 8 chunks
//!
//! ```text
//! 8 (4 K + 4 * 4 K) 2^52 + (2 K + 4 * 2 K) 2^52 + 2^14 <= 1700 * 2^52 + 2^14 < 2^63 < 2^64.
//! ```
//!
//! # Secrets
//!
//! Secret are the primes, the exponents modulo them, the coefficient, and everything between the
//! encoded message and the finished signature. Public are the sizes, the modulus, the public
//! exponent, messages and signatures. The rules:
//!
//! * No branch and no address depends on a secret. Loops count digits, blocks and windows, whose
//!   numbers come from the key's size. A power is read out of its table by reading all of the
//!   table, with a mask for each entry or each bit; exponents are cut into windows at fixed places.
//! * There is no early end: each window is multiplied, the power zero too; the final subtraction
//!   is always made, and a mask chooses.
//! * No instruction whose time depends on its operands: no division, no floating point. (The reciprocal
//!   in [`shift`] is Newton's iteration of multiplications.)
//! * A candidate that becomes a prime goes by the same rules. What is seen is which lanes passed
//!   Fermat's test, whether all of the rounds passed, and how many twos there are in `n - 1` if there
//!   are more than 16. The bits of `n - 1` choose how often a lane halves: shifts by a register.
//! * [`public`] and [`check`] look at the bits of the public exponent, which is no secret.
//!
//! Memory with secrets in it is wiped: keys, [`private::Workspace`] and what [`primes`] works with when
//! they are dropped, the
//! stack below by [`stack::wipe`](crate::crypto::stack::wipe) after each operation.
//!
//! What the compiler made of it is there to be read: in
//!
//! ```text
//! cargo bench --no-run --features hooks --bench leak
//! objdump -d --no-show-raw-insn -C target/release/deps/leak-* |
//!   awk '/^[0-9a-f]+ </ {name = /ifma::rsa::/ ? $0 : ""} name && /\tj[a-z]+ |cmov/ {print name; print}'
//! ```
//!
//! the jumps are those of loops that count and of comparisons of lengths: in `power` of the words of
//! an exponent and the windows in a word, in `raise` of the windows and of the words that each is
//! cut out of, in `miller_rabin` of bases and squarings, in `product` and `reduce` of chunks and blocks, in `block::reduce` of whether the
//! number has one block. `benches/leak.rs` measures whether times differ between secrets.
//!
//! # What would gain nothing
//!
//! Most of the loops come near to what the processor's multipliers can do (`benches/kernels.rs`), so their
//! operations tell their time. On an Intel Xeon of 2023 (Sapphire Rapids):
//!
//! * Karatsuba's square of 20 digits has three of ten, 390 operations, and some 140 more for the
//!   difference, its sign and the sums: 530, where the plain one has 460 at 99 % of the limit.
//! * Windows of five bits save a fifth of the multiplications of a power and double its table and what is
//!   read of it: nothing for 1024 bits, 1.5 % for 1536 and 2.3 % for 2048, with a table of 80 KiB.
//! * The lowest column of each row of a reduction is known to become zero, but what it carries is
//!   not: comparing takes as many operations as the product that it saves.
//!
//! # Faults
//!
//! Every signature is raised to the public exponent, modulo the `n` that the key was loaded with,
//! before it leaves; one that does not come out as the encoded message is dropped, because with a
//! fault in one of the two powers it would give away a prime.

mod block;
mod check;
mod chunks;
#[cfg(feature = "hooks")]
pub(crate) mod hooks;
mod key;
mod modular;
mod power;
mod primes;
mod private;
mod public;
mod shift;
mod single;

#[cfg(test)]
mod tests;

pub(in super::super) use key::RsaKey;
