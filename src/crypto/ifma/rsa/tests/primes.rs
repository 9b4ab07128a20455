//! Tests of primes in lanes, and keys made with them, against the portable ones.

use super::ifma_for;
use crate::crypto::dispatch::Dispatch;
use crate::crypto::ifma::Ifma;
use crate::crypto::portable::rsa::generate::generate;
use crate::crypto::portable::rsa::generate::prime::{PrimeTests, Words};
use crate::crypto::portable::rsa::generate::tests::{Few, PSEUDOPRIME, TWENTY_TWOS, of_hex};
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// Odd numbers with all their bits, less than three quarters of what fits.
fn numbers<const N: usize>(rng: &mut ChaCha20Rng, count: usize) -> Vec<[u64; N]> {
    let number = |_| {
        let mut number: [u64; N] = std::array::from_fn(|_| rng.next_u64());
        number[0] |= 1;
        number[N - 1] = number[N - 1] >> 2 | 1 << 63;
        number
    };
    (0..count).map(number).collect()
}

fn key_of_seed<T>(bits: usize, seed: u64, tests: T) -> [Vec<u64>; 2]
where
    T: PrimeTests<16> + PrimeTests<24> + PrimeTests<32>,
{
    let mut key = generate(bits, &mut ChaCha20Rng::seed_from_u64(seed), tests).unwrap();
    [&mut key.p, &mut key.q].map(std::mem::take)
}

/// Primes in each lane, beside numbers that are none, and some that pass though they are none.
fn compare_verdicts<const N: usize>(ifma: Ifma, primes: &[[u64; N]])
where
    Ifma: PrimeTests<N>,
{
    let mut rng = ChaCha20Rng::seed_from_u64(N as u64);
    for count in 1..=8 {
        for place in 0..count {
            let mut candidates = numbers(&mut rng, count);
            candidates[place] = primes[(count + place) % primes.len()];
            let candidates: Vec<_> = candidates.iter().collect();
            let passes = ifma.fermat(&candidates);
            assert_eq!(passes, Words.fermat(&candidates), "{count}, {place}");
            assert_eq!(passes >> place & 1, 1, "{count}, {place}");
        }
    }
    for prime in primes {
        let bases = numbers(&mut rng, 8);
        for count in 1..=8 {
            assert!(ifma.miller_rabin(prime, &bases[..count]));
        }
    }
    let [number] = numbers(&mut rng, 1)[..] else {
        panic!("one number")
    };
    assert!(!ifma.miller_rabin(&number, &numbers(&mut rng, 8)));
}

fn primes_of<const N: usize>(bits: usize, ifma: Ifma) -> Vec<[u64; N]> {
    let primes = key_of_seed(bits, 11, ifma);
    primes.map(|prime| prime.try_into().unwrap()).to_vec()
}

#[test]
fn verdicts_are_those_of_the_portable_tests() {
    let Some(ifma) = ifma_for(verdicts_are_those_of_the_portable_tests) else {
        return;
    };
    let mut primes = primes_of::<16>(2048, ifma);
    primes.push(of_hex(TWENTY_TWOS));
    compare_verdicts(ifma, &primes);
    compare_verdicts(ifma, &primes_of::<24>(3072, ifma));
    compare_verdicts(ifma, &primes_of::<32>(4096, ifma));
}

/// Some bases take this number for a prime: each lane says what the portable test says.
#[test]
fn each_lane_has_a_base_of_its_own() {
    let Some(ifma) = ifma_for(each_lane_has_a_base_of_its_own) else {
        return;
    };
    let number: [u64; 16] = of_hex(PSEUDOPRIME);
    assert_eq!(ifma.fermat(&[&number; 3]), 0b111);
    let bases = numbers(&mut ChaCha20Rng::seed_from_u64(1), 100);
    let (liars, witnesses): (Vec<_>, Vec<_>) = bases
        .iter()
        .partition(|base| Words.miller_rabin(&number, &[**base]));
    assert!(liars.len() >= 8 && witnesses.len() >= 8, "{}", liars.len());
    let mut liars: Vec<_> = liars.into_iter().copied().take(8).collect();
    for count in 1..=8 {
        assert!(ifma.miller_rabin(&number, &liars[..count]));
    }
    for (lane, witness) in witnesses.iter().enumerate() {
        let liar = std::mem::replace(&mut liars[lane % 8], **witness);
        assert!(!ifma.miller_rabin(&number, &liars), "lane {lane}");
        assert!(!ifma.miller_rabin(&number, &[**witness]));
        liars[lane % 8] = liar;
    }
}

/// Whatever the number of lanes, and without lanes.
fn compare_keys(ifma: Ifma, bits: usize, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let key = key_of_seed(bits, seed, ifma);
        let one_lane = key_of_seed(bits, seed, Few::<_, 1>(ifma));
        assert!(key == one_lane, "{bits} bits, seed {seed}, one lane");
        let three_lanes = key_of_seed(bits, seed, Few::<_, 3>(ifma));
        assert!(key == three_lanes, "{bits} bits, seed {seed}, three lanes");
        let portable = key_of_seed(bits, seed, Words);
        assert!(key == portable, "{bits} bits, seed {seed}, portable");
    }
}

#[test]
fn the_same_keys_in_lanes_as_portable() {
    let Some(ifma) = ifma_for(the_same_keys_in_lanes_as_portable) else {
        return;
    };
    compare_keys(ifma, 2048, 0..4);
    compare_keys(ifma, 3072, 0..1);
}

/// `cargo test --release --lib hundred_keys -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn hundred_keys_of_each_size_in_lanes_as_portable() {
    let Some(ifma) = ifma_for(hundred_keys_of_each_size_in_lanes_as_portable) else {
        return;
    };
    for bits in [2048, 3072, 4096] {
        compare_keys(ifma, bits, 0..100);
        println!("{bits} bits: 100 seeds, the same key with 8, 3 and 1 lanes and portable");
    }
}

/// What is dispatched to is what was detected.
#[test]
fn keys_are_made_in_lanes() {
    let Some(ifma) = ifma_for(keys_are_made_in_lanes) else {
        return;
    };
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let key = Dispatch::detect().generate_rsa(2048, &mut rng).unwrap();
    assert_eq!([key.p.clone(), key.q.clone()], key_of_seed(2048, 2, ifma));
    // More candidates were drawn than one by one.
    let mut one_by_one = ChaCha20Rng::seed_from_u64(2);
    generate(2048, &mut one_by_one, Words).unwrap();
    assert_ne!(rng.next_u64(), one_by_one.next_u64());
}
