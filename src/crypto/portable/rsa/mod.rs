//! RSA on 64-bit words: signing, checking and key generation for 2048, 3072 and 4096 bits, on any
//! processor and without `unsafe`.
//!
//! # Numbers
//!
//! A number is an array of words, least significant first: `N` words modulo a prime (16, 24, 32),
//! twice as many modulo `n`. With `R = 2^(64 N)`, it stands for itself times `R` (Montgomery's
//! representation). [`product`] multiplies and reduces, [`modulus`] is the arithmetic modulo an odd
//! number, [`power`] raises, [`private`] and [`public`] are the two operations of RSA, and
//! [`mod@generate`] makes keys.
//!
//! # Bounds
//!
//! A modulus has all its bits: `R / 2 < n < R`. Values are less than `R`, not always less than `n`.
//! A product is less than `R^2`, and its reduction is
//!
//! ```text
//! (a b + q n) / R < (R^2 + R n) / R = R + n    for q < R,
//! ```
//!
//! so that one subtraction of `n`, made if there was a carry, brings it below `R` again. What leaves
//! the representation is at most `(R - 1 + (R - 1) n) / R <= n`, and is less than `n` after one more.
//! In a row, `a b + c + d <= (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1` for words: no carry is lost.
//!
//! # Secrets
//!
//! Secret are the primes, the exponents modulo them, the coefficient, and everything between the
//! encoded message and the finished signature. Public are the sizes, the modulus, the public
//! exponent, messages and signatures. The rules:
//!
//! * No branch and no address depends on a secret. Loops count words and windows, whose numbers come
//!   from the key's size. A power is read out of its table by reading all of the table; exponents
//!   are cut into windows of four bits at fixed places.
//! * There is no early end: each window is multiplied, the power zero too; the final subtraction is
//!   always made, of `n` or of zero. The masks that choose pass a barrier of the `subtle` crate, so
//!   that the compiler makes no branch of them.
//! * No division; no instruction whose time depends on its operands on processors of 64 bits that
//!   are in use. A processor whose multiplication ends early for small factors would show some.
//! * [`public`] looks at the bits of the public exponent, which is no secret.
//!
//! Messages and exponents are *not blinded*. Blinding hides from someone who measures time which
//! number goes through code whose time depends on numbers; here it does not. It would not help
//! against someone who measures power or radiation of a single signature, which is no claim of this
//! crate.
//!
//! New keys: candidates that become primes are secret, and pass through the same rules. What a
//! rejected one shows is public: each is drawn anew, and tells nothing of the next. So the search
//! stops at the first small factor and at the first test that fails, and how often it did is seen.
//! A prime `p` with more than 16 twos in `p - 1` shows how many there are; one in 2^16 has. Bases of
//! the rounds are reduced, not drawn until one is less than the candidate, whose size that would show.
//! What is
//! claimed is that the steps and bounds are those of FIPS 186-5 appendix A.1.3, not that this is a
//! validated module; the random numbers are those of the caller's generator, stretched by ChaCha20.
//!
//! Memory with secrets in it is wiped: keys, tables and products when they are dropped, the stack below
//! by [`stack::wipe`](crate::crypto::stack::wipe) after each operation.
//!
//! What the compiler made of it is there to be read: in
//!
//! ```text
//! cargo bench --no-run --features hooks --bench leak
//! objdump -d --no-show-raw-insn -C target/release/deps/leak-* |
//!   awk '/^[0-9a-f]+ </ {name = /portable::rsa::/ ? $0 : ""} name && /\tj[a-z]+ |cmov|div/ {print name; print}'
//! ```
//!
//! there is no division, and the jumps are those of loops that count and of comparisons of lengths: in
//! `power` of the words of an exponent and the windows in a word, in `multiply`, `square` and `reduce` of
//! rows and words. In `generate` there are those of what a candidate shows: in `draw_in_range` whether it is in
//! the range, in `has_small_factor` whether a product of primes has one that divides it, in
//! `fermat` and `miller_rabin` whether it passed, and how many twos there are above 16; in `base` whether
//! a base is trivial, which none will be; in `complete` whether all of the upper half of `d` is zero.
//!
//! Two programs look at what is done, not at how it is written: `.ci/traces` runs the trials of powers
//! and signatures in `benches/leak.rs` under Valgrind with different secrets and finds the same
//! instructions and the same addresses each time (those of primes take too long there);
//! `benches/leak.rs` measures whether times differ.
//!
//! # Faults
//!
//! Every signature is raised to the public exponent before it leaves; one that does not come out as
//! the encoded message is dropped, because with a fault in one of the two powers it would give away
//! a prime.

pub(in crate::crypto) mod generate;
#[cfg(feature = "hooks")]
pub(crate) mod hooks;
mod key;
mod modulus;
mod power;
mod private;
mod product;
mod public;
mod words;

#[cfg(test)]
mod tests;

pub(in crate::crypto) use generate::generate;
pub(in crate::crypto) use key::RsaKey;
pub(in crate::crypto) use public::verify;

#[cfg(all(test, feature = "azure"))]
pub(crate) use tests::fault;
