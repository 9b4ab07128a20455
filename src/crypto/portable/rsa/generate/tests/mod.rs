//! New keys against the standard and against other implementations.

use super::candidate::{SQRT_2, are_apart, is_in_range};
use super::prime::{PrimeTests, Words, is_probably_prime, rounds};
use super::residues::{has_small_factor, modulo_exponent};
use crate::crypto::rsa_numbers::RsaNumbers;
use crate::{CreateRequest, ErrorCode, Policy, Time, create};
use chacha20::ChaCha20Rng;
use p256::elliptic_curve::bigint::{
    BoxedUint, ConcatenatingMul as _, ConcatenatingSquare as _, NonZero, Odd, Resize as _,
};
use proptest::prelude::*;
use rand_core::{CryptoRng, SeedableRng as _};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use std::cell::Cell;

mod search;
mod soak;
mod statistics;

thread_local! {
    static REJECTS_ALL: Cell<bool> = const { Cell::new(false) };
}

/// Whether no candidate is to pass.
pub(super) fn rejects_all() -> bool {
    REJECTS_ALL.get()
}

/// Tests that take another number of candidates at a time.
#[derive(Clone, Copy)]
pub(crate) struct Few<T, const COUNT: usize>(pub(crate) T);

impl<T: PrimeTests<N>, const N: usize, const COUNT: usize> PrimeTests<N> for Few<T, COUNT> {
    const TOGETHER: usize = COUNT;

    fn fermat(self, candidates: &[&[u64; N]]) -> u8 {
        assert!((1..=COUNT).contains(&candidates.len()));
        self.0.fermat(candidates)
    }

    fn miller_rabin(self, candidate: &[u64; N], bases: &[[u64; N]]) -> bool {
        self.0.miller_rabin(candidate, bases)
    }
}

/// `p (2 p - 1)` with primes of 512 bits, and 5 modulo 8: it passes Fermat's test with base 2, and
/// Miller's and Rabin's with one base of eight and more.
pub(crate) const PSEUDOPRIME: &str = "\
    c2ec5c0af66b3e4649674def620e0cbd02007d0ab57387830dfa4adccddf83d3\
    7a7ef6c1d0318bae618efbcb9d895162264250849f1e9e83f10db403516c1f99\
    18dbaf24d926e900edd423520d7faea1fe8d6bfb7e85a87109ba46ac9e953405\
    cf5d682f667cb68a896db565d1a74450b233bfdfe226d375d8ac2f2ec7627fa5";

/// A prime that is one more than an odd multiple of 2^20.
pub(crate) const TWENTY_TWOS: &str = "\
    c79e38abf1d8d31bc37500a4fdb96875a5d0346f5c362c6eb943be3c114ec180\
    3d55d03abade3bd1cabc8f36a5956c4217f9f752fa5e1d93e3b634a7a333620d\
    3cf65e61565849d3fa269b04a1c663b70cd3e88fe61bd9754548a6f8386b4824\
    4013d1211e1fcecc82e24d1a4e76ea84e63ba1577fd40e95b65091d594500001";

pub(crate) fn of_hex<const N: usize>(hex: &str) -> [u64; N] {
    let bits = u32::try_from(64 * N).unwrap();
    let number = BoxedUint::from_str_radix_vartime(hex, 16).unwrap();
    number.resize(bits).as_words().try_into().unwrap()
}

/// A key by the portable tests.
fn generate(bits: usize, rng: &mut impl CryptoRng) -> Option<RsaNumbers> {
    super::generate(bits, rng, Words)
}

fn number(words: &[u64]) -> BoxedUint {
    BoxedUint::from_words(words.iter().copied())
}

/// The number modulo one of 64 bits.
fn rest(words: &[u64], divisor: u64) -> u64 {
    let divide = |rest: u128, word: &u64| (rest << 64 | u128::from(*word)) % u128::from(divisor);
    u64::try_from(words.iter().rev().fold(0, divide)).unwrap()
}

/// The bounds of the standard, and what the `rsa` crate finds when it computes the key anew.
fn check(key: &RsaNumbers, bits: u32) {
    let [n, d, p, q] = [&key.n, &key.d, &key.p, &key.q].map(|words| number(words));
    assert_eq!(n.bit_width(), bits);
    for prime in [&p, &q] {
        // prime^2 >= 2^(bits - 1)
        let square = prime.concatenating_square();
        assert_eq!(square.bit_width(), bits);
        assert_ne!(rest(prime.as_words(), 65_537), 1);
    }
    let apart = if p > q {
        p.wrapping_sub(&q)
    } else {
        q.wrapping_sub(&p)
    };
    assert!(apart.bit_width() > bits / 2 - 100);
    assert!(d.bit_width() > bits / 2);
    let one = BoxedUint::one();
    let [a, b] = [&p, &q].map(|prime| prime.wrapping_sub(&one));
    let multiple = lcm(&a, &b);
    assert!(d < multiple);
    for order in [&a, &b] {
        let product = d.mul_mod(
            &BoxedUint::from(65_537_u32),
            &NonZero::new(order.clone()).unwrap(),
        );
        assert_eq!(product, one);
    }
    let der = key.to_pkcs8().unwrap();
    let read = rsa::PrivateKey::from_pkcs8_der(&der).unwrap();
    assert_eq!(*read.n().as_ref(), n);
    let again = RsaNumbers::of(&read).unwrap();
    // The crate has computed these anew.
    assert_eq!(again.dp, key.dp);
    assert_eq!(again.dq, key.dq);
    assert_eq!(again.coefficient, key.coefficient);
    assert_eq!(again.to_pkcs8().unwrap(), der);
}

/// By Euclid's algorithm, in other words than the code under test.
fn lcm(a: &BoxedUint, b: &BoxedUint) -> BoxedUint {
    let (mut x, mut y) = (a.clone(), b.clone());
    while let Some(divisor) = Option::from(NonZero::new(y.clone())) {
        let rest = x.rem(&divisor);
        (x, y) = (y, rest);
    }
    let quotient = a / &NonZero::new(x).unwrap();
    quotient.concatenating_mul(b)
}

#[test]
fn keys_are_as_the_standard_says() {
    for (bits, seed) in [(2048, 1), (2048, 2), (3072, 3), (4096, 4)] {
        let key = generate(bits, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
        check(&key, u32::try_from(bits).unwrap());
    }
    assert!(generate(1024, &mut ChaCha20Rng::seed_from_u64(1)).is_none());
}

#[test]
fn the_same_seed_gives_the_same_key() {
    let key = |seed| generate(2048, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
    let [first, again, other] = [1, 1, 2].map(key);
    assert_eq!(first.to_pkcs8().unwrap(), again.to_pkcs8().unwrap());
    assert_ne!(first.n, other.n);
}

/// The first candidate of the generator that is a prime in the range is the first prime of the key.
#[test]
fn the_first_good_candidate_wins() {
    let key = generate(2048, &mut ChaCha20Rng::seed_from_u64(5)).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    rng.fill_bytes(&mut [0; 32]);
    let mut primes = [&key.p, &key.q].into_iter();
    let mut wanted = primes.next();
    while let Some(prime) = wanted {
        let mut bytes = [0; 128];
        rng.fill_bytes(&mut bytes);
        bytes[127] |= 1;
        let candidate = BoxedUint::from_be_slice(&bytes, 1024).unwrap();
        if candidate == number(prime) {
            wanted = primes.next();
        } else if candidate.concatenating_square().bit_width() == 2048
            && rest(candidate.as_words(), 65_537) != 1
        {
            let two = BoxedUint::from(2_u8).resize(1024);
            let less_one = candidate.wrapping_sub(BoxedUint::one());
            let modulus = Odd::new(candidate.clone()).unwrap();
            assert_ne!(two.pow_mod(&less_one, &modulus), BoxedUint::one());
        }
    }
}

#[test]
fn the_search_ends() {
    for stuck in [0, 0xff] {
        struct Stuck(u8);
        impl rand_core::TryRng for Stuck {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(u32::from_ne_bytes([self.0; 4]))
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(u64::from_ne_bytes([self.0; 8]))
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                bytes.fill(self.0);
                Ok(())
            }
        }
        impl rand_core::TryCryptoRng for Stuck {}
        // All zeros are out of the range, and 2^1024 - 1 is a multiple of three.
        assert!(generate(2048, &mut Stuck(stuck)).is_none());
    }
}

#[test]
fn no_prime_is_an_error_of_create() {
    let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>().unwrap());
    let request = CreateRequest::root_ca("ROOT")
        .with_algorithm("rsa")
        .with_key_size(2048);
    REJECTS_ALL.set(true);
    let error = create(&request, &policy, &mut ChaCha20Rng::seed_from_u64(1)).unwrap_err();
    REJECTS_ALL.set(false);
    assert_eq!(error.code(), ErrorCode::CreateFailed);
    assert_eq!(error.code().value(), 3_735_553);
}

#[test]
fn the_bound_of_the_range() {
    let mut candidate = [u64::MAX; 16];
    candidate[15] = SQRT_2;
    assert!(is_in_range(&candidate));
    candidate[14] = 0;
    assert!(!is_in_range(&candidate));
    // The second word of the square root of two.
    candidate[14] = 0x597d_89b3_754a_be9f;
    candidate[13] = 0;
    assert!(!is_in_range(&candidate));
    candidate[13] = u64::MAX;
    assert!(is_in_range(&candidate));
    candidate[15] = SQRT_2 - 1;
    assert!(!is_in_range(&candidate));
    candidate = [0; 16];
    candidate[15] = SQRT_2 + 1;
    assert!(is_in_range(&candidate));
}

#[test]
fn the_bound_of_the_distance() {
    let p = [u64::MAX; 16];
    let mut q = p;
    assert!(!are_apart(&p, &q));
    // 2^(1024 - 100)
    q[14] -= 1 << 28;
    assert!(!are_apart(&p, &q) && !are_apart(&q, &p));
    q[0] -= 1;
    assert!(are_apart(&p, &q) && are_apart(&q, &p));
}

proptest! {
    #[test]
    fn residues(seed in any::<u64>(), times in 1_u64..20_000) {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let mut x: [u64; 16] = std::array::from_fn(|_| rng.next_u64());
        x[0] |= 1;
        prop_assert_eq!(modulo_exponent(&x), rest(&x, 65_537));
        let has_factor = |x: &[u64; 16]| (3..16_381_u64).step_by(2).any(|divisor| rest(x, divisor) == 0);
        prop_assert_eq!(has_small_factor(&x), has_factor(&x));
        // A multiple of a small number.
        x[15] = 0;
        let mut carry = 0;
        for word in &mut x {
            (*word, carry) = word.carrying_mul(times | 1, carry);
        }
        prop_assert_eq!(has_small_factor(&x), has_factor(&x));
    }
}

/// Products of primes `p (2 p - 1)`: an eighth of all bases and more take them for primes.
#[test]
fn strong_pseudoprimes_are_composite() {
    let mut bases = ChaCha20Rng::seed_from_u64(1);
    let mut search = ChaCha20Rng::seed_from_u64(2);
    let mut found = 0;
    while found < 2 {
        // A prime p of 256 bits whose 2 p - 1 is a prime too.
        let mut p: [u64; 4] = std::array::from_fn(|_| search.next_u64());
        p[0] |= 3;
        p[3] = p[3] >> 3 | 1 << 63;
        let p = number(&p);
        let is_prime = |n: &BoxedUint| {
            let one = BoxedUint::one().resize(n.bits_precision());
            let two = BoxedUint::from(2_u8).resize(n.bits_precision());
            let modulus = Odd::new(n.clone()).unwrap();
            two.pow_mod(&n.wrapping_sub(&one), &modulus) == one
        };
        let q = p
            .concatenating_mul(BoxedUint::from(2_u8))
            .wrapping_sub(BoxedUint::one());
        if rest(p.as_words(), 3) == 0
            || rest(q.as_words(), 3) == 0
            || !is_prime(&p)
            || !is_prime(&q)
        {
            continue;
        }
        found += 1;
        let product = p.concatenating_mul(&q);
        let words: [u64; 8] = product.as_words()[..8].try_into().unwrap();
        assert_eq!(words[7] >> 63, 1);
        assert!(!is_probably_prime(&words, 20, &mut bases, Words));
    }
}

#[test]
fn what_passes_the_first_test_is_tried_on() {
    let pseudoprime: [u64; 16] = of_hex(PSEUDOPRIME);
    let prime: [u64; 16] = of_hex(TWENTY_TWOS);
    let mut even_more = prime;
    even_more[1] ^= 2;
    assert_eq!(Words.fermat(&[&pseudoprime, &even_more, &prime]), 0b101);
    let mut bases = ChaCha20Rng::seed_from_u64(1);
    assert!(!is_probably_prime(&pseudoprime, 20, &mut bases, Words));
    assert!(!is_probably_prime(&even_more, 1, &mut bases, Words));
    assert!(is_probably_prime(&prime, 20, &mut bases, Words));
}

#[test]
fn rounds_are_those_of_the_table() {
    assert_eq!([1024, 1536, 2048].map(rounds), [5, 4, 4]);
}
