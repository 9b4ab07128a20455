//! RSA keys by FIPS 186-5 appendix A.1.3, with primes that are probably primes.
//!
//! [`search`] owns the order of what is drawn and all decisions; whoever does the arithmetic of
//! [`PrimeTests`] only says which candidates pass.

mod candidate;
mod exponent;
#[cfg(feature = "hooks")]
pub(in crate::crypto) mod hooks;
pub(in crate::crypto) mod prime;
mod residues;
mod search;

#[cfg(test)]
pub(in crate::crypto) mod tests;

use super::modulus::{Modulus, Scratch};
use super::power::{Table, power};
use super::product::multiply;
use super::words::subtract_if;
use crate::crypto::rsa_numbers::RsaNumbers;
use crate::crypto::stack;
use candidate::are_apart;
use chacha20::ChaCha20Rng;
use exponent::{E, invert_exponent, least_common_multiple};
use prime::PrimeTests;
use rand_core::{CryptoRng, SeedableRng as _};
use search::Search;
use std::mem::take;
use zeroize::Zeroizing;

/// A new key with a modulus of so many bits; the generator may be left behind more than was needed of
/// it. `None` for other sizes than 2048, 3072 and 4096, and
/// where no primes were found within the bounds of the standard.
pub(in crate::crypto) fn generate<T>(
    bits: usize,
    rng: &mut impl CryptoRng,
    tests: T,
) -> Option<RsaNumbers>
where
    T: PrimeTests<16> + PrimeTests<24> + PrimeTests<32>,
{
    let key = match bits {
        2048 => generate_by_size::<_, 16>(rng, tests),
        3072 => generate_by_size::<_, 24>(rng, tests),
        4096 => generate_by_size::<_, 32>(rng, tests),
        _ => None,
    };
    stack::wipe();
    key
}

/// A key whose primes have `N` words. Not a part of the function that wipes what is below it.
#[inline(never)]
fn generate_by_size<T: PrimeTests<N>, const N: usize>(
    rng: &mut impl CryptoRng,
    tests: T,
) -> Option<RsaNumbers> {
    let bits = 128 * N;
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut *seed);
    let mut search = Search::new(rng, ChaCha20Rng::from_seed(*seed), tests);
    let p = search.find(5 * bits, |_| true)?;
    let q = search.find(10 * bits, |q| are_apart(&p, q))?;
    complete(&p, &q)
}

/// The key of two primes.
fn complete<const N: usize>(p: &[u64; N], q: &[u64; N]) -> Option<RsaNumbers> {
    let product = |a: &[u64; N], b: &[u64; N]| {
        let mut wide = Zeroizing::new([[0; N]; 2]);
        multiply(&mut wide, a, b);
        Zeroizing::new(wide.as_flattened().to_vec())
    };
    let less_one = |prime: &[u64; N]| {
        let mut order = Zeroizing::new(*prime);
        order[0] &= !1;
        order
    };
    let orders = [less_one(p), less_one(q)];
    let multiple =
        least_common_multiple(&*orders[0], &*orders[1], &product(&orders[0], &orders[1]));
    let mut d = invert_exponent(&multiple);
    // The standard asks for d > 2^(nlen / 2). A smaller one has never been seen.
    if d[N..].iter().all(|&word| word == 0) {
        return None;
    }
    Some(RsaNumbers {
        n: take(&mut *product(p, q)),
        e: E,
        d: take(&mut *d),
        p: p.to_vec(),
        q: q.to_vec(),
        dp: take(&mut *invert_exponent(&*orders[0])),
        dq: take(&mut *invert_exponent(&*orders[1])),
        coefficient: coefficient(p, q),
    })
}

/// `1/q mod p`, which is `q^(p - 2)`. `q` is less than `2 p`.
fn coefficient<const N: usize>(p: &[u64; N], q: &[u64; N]) -> Vec<u64> {
    let modulus = Zeroizing::new(Modulus::new(p));
    let mut scratch = Box::new(Scratch::new());
    let mut table = Box::new(Table::new());
    let mut two = [0; N];
    two[0] = 2;
    let mut exponent = Zeroizing::new(*p);
    subtract_if(&mut *exponent, &two, true);
    let mut x = Zeroizing::new(modulus.r_squared(&mut scratch));
    modulus.multiply(&mut x, q, &mut scratch);
    power(&mut x, &exponent, &modulus, &mut table, &mut scratch);
    modulus.leave(&mut x, &mut scratch);
    x.to_vec()
}
