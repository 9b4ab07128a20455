//! Residues of a candidate modulo small primes, by multiplications alone: division takes longer
//! for some numbers than for others, and the candidate may become a secret.
//!
//! Primes are gathered in products below 2^64. A candidate of `N` words is brought to
//! `x / 2^(64 N)` modulo the product by Montgomery's reduction, a word at a time, which keeps
//! multiples of a prime multiples of it.

use crate::crypto::portable::rsa::words::inverse;

/// Odd primes below this are tried. (Their products fill groups.)
const BOUND: usize = 16_381;
/// How many odd primes there are below [`BOUND`].
const PRIMES: usize = 1898;
/// How many products they make.
const PRODUCTS: usize = 416;
/// Products that a candidate is reduced by at once, because each waits for itself.
const TOGETHER: usize = 4;

/// A small prime.
#[derive(Clone, Copy)]
struct Prime {
    /// Its inverse modulo 2^64.
    inverse: u64,
    /// The largest quotient of a word by it.
    largest: u64,
}

impl Prime {
    /// Whether it divides `x`. An exact quotient is the product with the inverse; other products
    /// are larger than any quotient.
    fn divides(self, x: u64) -> bool {
        x.wrapping_mul(self.inverse) <= self.largest
    }
}

/// A product of small primes.
#[derive(Clone, Copy)]
struct Product {
    value: u64,
    /// `-1/value mod 2^64`.
    inverse: u64,
    /// Its primes are those from here to the next product's.
    first: usize,
}

struct Tables {
    primes: [Prime; PRIMES],
    products: [Product; PRODUCTS],
}

static TABLES: Tables = tables();

const fn tables() -> Tables {
    let mut is_composite = [false; BOUND];
    let mut primes = [Prime {
        inverse: 0,
        largest: 0,
    }; PRIMES];
    let mut products = [Product {
        value: 1,
        inverse: 0,
        first: 0,
    }; PRODUCTS];
    let (mut prime, mut product, mut n) = (0, 0, 3);
    while n < BOUND {
        if !is_composite[n] {
            let mut multiple = n * n;
            while multiple < BOUND {
                is_composite[multiple] = true;
                multiple += 2 * n;
            }
            let value = n as u64;
            primes[prime] = Prime {
                inverse: inverse(value),
                largest: u64::MAX / value,
            };
            if let Some(value) = products[product].value.checked_mul(value) {
                products[product].value = value;
            } else {
                product += 1;
                products[product] = Product {
                    value,
                    inverse: 0,
                    first: prime,
                };
            }
            products[product].inverse = inverse(products[product].value).wrapping_neg();
            prime += 1;
        }
        n += 2;
    }
    assert!(prime == PRIMES && product + 1 == PRODUCTS);
    Tables { primes, products }
}

/// `x / 2^(64 N)` modulo each product, up to a multiple of it.
fn reduce<const N: usize>(x: &[u64; N], products: &[Product; TOGETHER]) -> [u64; TOGETHER] {
    let mut rests = [0_u64; TOGETHER];
    for &word in x {
        for (rest, product) in rests.iter_mut().zip(products) {
            let (sum, carry) = word.overflowing_add(*rest);
            let quotient = sum.wrapping_mul(product.inverse);
            // The low half is zero; a rest is at most the product, so one fits into a word.
            let (_, high) = quotient.carrying_mul_add(product.value, sum, 0);
            *rest = high + u64::from(carry);
        }
    }
    rests
}

/// Whether one of the small primes divides a candidate. Stops at the first that does: the time
/// tells of a candidate that is thrown away then.
pub(super) fn has_small_factor<const N: usize>(x: &[u64; N]) -> bool {
    let Tables { primes, products } = &TABLES;
    for (group, start) in products
        .as_chunks::<TOGETHER>()
        .0
        .iter()
        .zip((0..).step_by(TOGETHER))
    {
        let rests = reduce(x, group);
        for (place, rest) in rests.into_iter().enumerate() {
            let end = products
                .get(start + place + 1)
                .map_or(PRIMES, |next| next.first);
            let divides = |prime: &Prime| u8::from(prime.divides(rest));
            if primes[group[place].first..end]
                .iter()
                .map(divides)
                .sum::<u8>()
                != 0
            {
                return true;
            }
        }
    }
    false
}

/// The rest of a number modulo `2^16 + 1`, the public exponent. `2^64` is 1 modulo that, as
/// `2^16` is -1, so the words are added up.
pub(super) fn modulo_exponent(x: &[u64]) -> u64 {
    let halves = x.iter().map(|word| (word >> 32) + (word & 0xffff_ffff));
    // Likewise 2^32; a sum of 2^7 halves is less than 2^40.
    halves.sum::<u64>() % 65_537
}
