//! The kernels one by one, for the benches.

use super::block::{double_add_square, multiply_add, reduce};
use super::chunks::{ChunkModulus, pack};
use super::key::{RsaKey, RsaKeyBySize};
use super::modular::{Modulus, Scratch};
use super::power::{Exponent, Table, power};
use super::primes::{fermat, miller_rabin};
use super::private::{PrivateKey, Workspace};
use super::single;
use crate::crypto::hooks::{Kernel, Trial};
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::digits::{LANES, Number, V, load, splat, zero};
use crate::crypto::ifma::unroll::low;
use crate::crypto::portable::rsa::generate::hooks::{primes, trial};
use crate::crypto::rsa_numbers::RsaNumbers;
use std::cell::{LazyCell, RefCell};
use std::hint::black_box;
use std::rc::Rc;

/// Multiplications in one run of [`limit`].
const LIMIT: u64 = 16 * 500;

/// Independent multiplications and nothing else: what the processor can do.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512ifma")]
fn limit() -> [V; 16] {
    let mut sums = [splat(3); 16];
    let factors = black_box([splat(0x1_2345_6789_abcd), splat(0xf_edcb_a987_6543)]);
    for _ in 0..LIMIT / 16 {
        for sum in &mut sums {
            low(sum, &factors[0], &factors[1]);
        }
    }
    sums
}

/// How many vector operations there are in the kernels of these sizes, loads and stores aside.
struct Count {
    block: u64,
    blocks: u64,
}

impl Count {
    const fn digits(&self) -> u64 {
        self.block * self.blocks
    }

    /// Twice the square of the block for each pair of blocks.
    const fn product(&self) -> u64 {
        2 * self.digits() * self.digits()
    }

    /// Products with the modulus, the quotient, and the carries between digits.
    const fn reduce(&self) -> u64 {
        self.product() + 5 * self.digits() - 2
    }

    const fn multiply(&self) -> u64 {
        self.product() + self.reduce()
    }

    /// Products of different digits once; each column doubled, save the first and the last one of
    /// a number that is one block.
    const fn square(&self) -> u64 {
        let doubled = 2 * self.digits() - if self.blocks == 1 { 2 } else { 0 };
        self.digits() * self.digits() + self.digits() + doubled + self.reduce()
    }

    /// One of two entries, 15 times, by four masks.
    const fn select(&self) -> u64 {
        15 * self.digits() + 4
    }

    const fn canonical(&self) -> u64 {
        6 * self.digits()
    }

    const fn power(&self, bits: u64) -> u64 {
        let windows = bits / 4;
        14 * self.square()
            + 7 * self.multiply()
            + windows * self.select()
            + (windows - 1) * (4 * self.square() + self.multiply())
    }

    /// A sum with the multiple of the modulus, carried and shifted.
    const fn halve(&self) -> u64 {
        9 * self.digits() + 4
    }

    /// Five squarings more for the constants of the moduli.
    const fn fermat(&self, bits: u64) -> u64 {
        bits / 4 * (4 * self.square() + self.halve()) + 5 * self.square()
    }

    /// Into the representation, the power, and 16 squarings that are looked at.
    const fn miller_rabin(&self, bits: u64) -> u64 {
        self.multiply()
            + self.power(bits)
            + 16 * (self.square() + self.canonical())
            + 5 * self.square()
    }

    /// Into the representation, the power, and out again.
    const fn pass(&self, bits: u64) -> u64 {
        2 * self.reduce() + self.multiply() + self.power(bits) + self.canonical()
    }

    /// Of the key's exponent, 65537.
    const fn check(&self) -> u64 {
        2 * self.multiply() + 16 * self.square() + self.canonical()
    }
}

/// The same for numbers across the lanes, of so many chunks.
const fn across(digits: u64, chunks: u64) -> u64 {
    4 * digits * digits * chunks
        + 2 * digits * chunks
        + (chunks - 1) * (6 * digits + 1)
        + 9 * digits
        + 3
}

/// The first kernel of a table, which the others are compared with.
pub(in crate::crypto::ifma) fn limit_kernel(_: Ifma) -> Kernel {
    Kernel::new("limit".to_owned(), LIMIT, 1, || {
        // SAFETY: there is the proof that the processor has the instructions.
        black_box(unsafe { limit() });
    })
}

/// The kernels of this key's size; none where there are none for it.
pub(crate) fn kernels(key: &RsaNumbers) -> Vec<Kernel> {
    let Some(lanes) = Ifma::detect().and_then(|ifma| RsaKey::new(ifma, key)) else {
        return Vec::new();
    };
    let moduli = [&key.p, &key.q, &key.n].map(Vec::clone);
    let mut kernels = vec![limit_kernel(lanes.ifma)];
    match lanes.key {
        RsaKeyBySize::Rsa2048(key) => {
            of_size(&mut kernels, key, &moduli, 2048);
            tests_of_primes::<20, 1, 16>(&mut kernels, &moduli[0]);
        }
        RsaKeyBySize::Rsa3072(key) => {
            of_size(&mut kernels, key, &moduli, 3072);
            tests_of_primes::<15, 2, 24>(&mut kernels, &moduli[0]);
        }
        RsaKeyBySize::Rsa4096(key) => {
            of_size(&mut kernels, key, &moduli, 4096);
            tests_of_primes::<20, 2, 32>(&mut kernels, &moduli[0]);
        }
    }
    kernels
}

fn tests_of_primes<const B: usize, const N: usize, const W: usize>(
    kernels: &mut Vec<Kernel>,
    prime: &[u64],
) {
    let Ok(prime) = <[u64; W]>::try_from(prime) else {
        return;
    };
    let count = Count {
        block: B as u64,
        blocks: N as u64,
    };
    let bits = 64 * W;
    kernels.push(Kernel::new(
        format!("candidates_{}", 2 * bits),
        count.fermat(bits as u64),
        8,
        // SAFETY, here and below: there are kernels, hence the processor has the instructions.
        move || unsafe {
            black_box(fermat::<B, N, W>(black_box(&[&prime; LANES])));
        },
    ));
    let bases = [[3; W]; LANES];
    kernels.push(Kernel::new(
        format!("rounds_{}", 2 * bits),
        count.miller_rabin(bits as u64),
        1,
        move || unsafe {
            black_box(miller_rabin::<B, N, W>(
                black_box(&prime),
                black_box(&bases),
            ));
        },
    ));
}

#[allow(clippy::too_many_lines, reason = "a list")]
fn of_size<const B: usize, const N: usize, const M: usize, const K: usize>(
    kernels: &mut Vec<Kernel>,
    key: Box<PrivateKey<B, N, M, K>>,
    moduli: &[Vec<u64>],
    bits: usize,
) {
    let half = Count {
        block: B as u64,
        blocks: N as u64,
    };
    let full = Count {
        block: B as u64,
        blocks: M as u64,
    };
    let prime_bits = bits as u64 / 2;
    let messages: [Vec<u64>; LANES] =
        std::array::from_fn(|lane| vec![0x0123_4567_89ab_cdef + lane as u64; bits / 64]);
    let prime = moduli[0].clone();
    let n = moduli[2].clone();
    let number = moduli[1].clone();
    let key = Rc::new(key);
    // SAFETY, here and below: there is a key in lanes, hence the processor has the instructions.
    let (modulus, mut x, y) = unsafe {
        let mut scratch = Scratch::<B, N>::new();
        let modulus = Rc::new(Modulus::new([&prime; LANES], bits / 2, &mut scratch));
        (modulus, load([&number; LANES]), load([&number; LANES]))
    };
    let scratch = || unsafe { Scratch::<B, N>::new() };
    let mut add = |name: &str, operations, units, run: Box<dyn FnMut()>| {
        kernels.push(Kernel::new(format!("{name}{bits}"), operations, units, run));
    };
    let block = [y[0]; 4];
    let b = B as u64;
    let [mut below, mut above, a, _] = block;
    add(
        "block_multiply_",
        2 * b * b,
        1,
        Box::new(move || unsafe {
            multiply_add::<B, false>(black_box(&mut below), black_box(&mut above), &a, &a);
        }),
    );
    let [mut below, mut above, a, _] = block;
    add(
        "block_square_",
        b * b + 3 * b,
        1,
        Box::new(move || unsafe {
            double_add_square::<B, false>(black_box(&mut below), black_box(&mut above), &a);
        }),
    );
    let [below, mut above, a, mut quotient] = block;
    add(
        "block_reduce_",
        2 * b * b + 3 * b,
        1,
        Box::new(move || unsafe {
            reduce(
                &below,
                black_box(&mut above),
                &a,
                a[0],
                black_box(&mut quotient),
                None,
            );
        }),
    );
    let (own, mut space) = (modulus.clone(), scratch());
    add(
        "square_mod_prime_",
        half.square(),
        1,
        Box::new(move || unsafe {
            own.square(black_box(&mut x), &mut space);
        }),
    );
    let (own, mut space, mut x) = (modulus, scratch(), y);
    add(
        "multiply_mod_prime_",
        half.multiply(),
        1,
        Box::new(move || unsafe {
            own.multiply(black_box(&mut x), &y, &mut space);
        }),
    );
    let own = ChunkModulus::<K>::new(&[&moduli[0], &moduli[1]]);
    let mut x = pack(&[&number, &prime], 0);
    let y = x;
    add(
        "multiply_across_lanes_",
        across(K as u64, 4),
        1,
        Box::new(move || unsafe {
            own.multiply(black_box(&mut x), &y);
        }),
    );
    let (own, text) = (key.clone(), messages.clone());
    let mut space = unsafe { Workspace::new() };
    let batch = 2 * half.pass(prime_bits)
        + half.multiply()
        + half.product()
        + half.canonical()
        + full.check();
    add(
        "sign_batch_",
        batch,
        8,
        Box::new(move || unsafe {
            let messages = text.each_ref().map(Vec::as_slice);
            black_box(own.sign(black_box(&messages), &mut space));
        }),
    );
    let windows = prime_bits.div_ceil(5);
    let one = (2 + 30 + 6 * (windows - 1) + 1) * across(K as u64, 4)
        + windows * 32 * (1 + K as u64)
        + half.multiply()
        + half.product()
        + 18 * across(K as u64, 8);
    let (own, text) = (key, messages.clone());
    let mut space = unsafe { Workspace::new() };
    add(
        "sign_one_",
        one,
        1,
        Box::new(move || unsafe {
            black_box(own.sign_one(black_box(&text[0]), &mut space));
        }),
    );
    let mut space = unsafe { Scratch::<B, M>::new() };
    let signatures: Number<B, M> = unsafe { load(messages.each_ref().map(Vec::as_slice)) };
    // With the preparation of eight moduli, five squarings of it and some shifts.
    let verify = full.check() + 5 * full.square();
    add(
        "verify_batch_",
        verify,
        8,
        Box::new(move || unsafe {
            let keys =
                super::public::PublicKeys::new([black_box(&n); LANES], bits, 65537, &mut space);
            let encoded = messages.each_ref().map(Vec::as_slice);
            black_box(keys.check(&signatures, encoded, &mut space));
        }),
    );
}

/// What is done with a secret, and how often it is to be timed.
#[allow(clippy::too_many_lines, reason = "a list")]
pub(crate) fn trials(key: &RsaNumbers) -> Vec<Trial> {
    let Some(lanes) = Ifma::detect().and_then(|ifma| RsaKey::new(ifma, key)) else {
        return Vec::new();
    };
    let RsaKeyBySize::Rsa2048(private) = lanes.key else {
        return Vec::new();
    };
    let [p, q] = [&key.p, &key.q].map(Vec::clone);
    let private = Rc::new(private);
    let mut trials = Vec::new();
    // SAFETY, here and below: there is a key in lanes, hence the processor has the instructions.
    let modulus = || unsafe { Modulus::<20, 1>::new([&p; LANES], 1024, &mut Scratch::new()) };

    let secret = Rc::new(RefCell::new(unsafe { zero() }));
    let (set, own) = (secret.clone(), modulus());
    let mut space = unsafe { Scratch::new() };
    trials.push(Trial::new(
        "multiply, another number",
        1_000_000,
        16,
        move |words| *set.borrow_mut() = unsafe { load([words; LANES]) },
        move || unsafe {
            let mut x = *secret.borrow();
            own.multiply(&mut x, &own.r, &mut space);
            black_box(x);
        },
    ));

    let secret = Rc::new(RefCell::new(p.clone()));
    let set = secret.clone();
    let mut space = unsafe { Scratch::<20, 1>::new() };
    trials.push(Trial::new(
        "constants of a modulus, another modulus",
        1_000_000,
        16,
        move |words| {
            let mut words = words.to_vec();
            words[0] |= 1;
            words[15] |= 1 << 63;
            *set.borrow_mut() = words;
        },
        move || unsafe {
            black_box(Modulus::new([&secret.borrow(); LANES], 1024, &mut space).r);
        },
    ));

    for (name, runs, words) in [
        ("power of 64 bits in lanes, another exponent", 1_000_000, 1),
        ("power of 1024 bits in lanes, another exponent", 20_000, 16),
    ] {
        let secret = Rc::new(RefCell::new(Exponent::new([&[]; LANES], 64 * words)));
        let (set, own) = (secret.clone(), modulus());
        let (mut space, mut table) = unsafe { (Scratch::new(), Table::new()) };
        trials.push(Trial::new(
            name,
            runs,
            words,
            move |exponent| *set.borrow_mut() = Exponent::new([exponent; LANES], 64 * words),
            move || unsafe {
                let mut x = own.r;
                power(&mut x, &secret.borrow(), &own, &mut table, &mut space);
                black_box(x);
            },
        ));
    }

    for (name, runs, words, bits) in [
        (
            "powers of 60 bits across the lanes, other exponents",
            1_000_000,
            1,
            60,
        ),
        (
            "powers of 1024 bits across the lanes, other exponents",
            50_000,
            16,
            1024,
        ),
    ] {
        let halves: [&[u64]; LANES] = [&p, &p, &p, &p, &q, &q, &q, &q];
        let powers = unsafe {
            let mut scratch = Scratch::<20, 1>::new();
            let primes = Modulus::new(halves, 1024, &mut scratch);
            single::Powers::<5>::new(&primes, [&p, &q], [&[], &[]], bits, &mut scratch)
        };
        let secret = Rc::new(RefCell::new(powers));
        let set = secret.clone();
        let mut table = unsafe { single::Table::new() };
        let message = [&p[..], &q[..]].concat();
        trials.push(Trial::new(
            name,
            runs,
            words,
            move |exponent| set.borrow_mut().set_exponents([exponent, exponent]),
            move || unsafe {
                black_box(secret.borrow().raise(&message, &mut table));
            },
        ));
    }

    for (name, runs, count) in [
        ("batch of eight signatures, other messages", 10_000, 8),
        ("one signature, another message", 50_000, 1),
    ] {
        let secret = Rc::new(RefCell::new(vec![0; 32]));
        let (set, own) = (secret.clone(), private.clone());
        let mut space = unsafe { Workspace::new() };
        trials.push(Trial::new(
            name,
            runs,
            32,
            move |words| {
                let mut message = words.to_vec();
                message[31] >>= 8;
                *set.borrow_mut() = message;
            },
            move || unsafe {
                let message = secret.borrow();
                let messages = [message.as_slice(); LANES];
                black_box(match count {
                    1 => own.sign_one(&message, &mut space),
                    _ => own.sign(&messages, &mut space),
                });
            },
        ));
    }
    trials.extend(trials_of_primes());
    trials
}

/// What is done with candidates that become primes.
fn trials_of_primes() -> [Trial; 2] {
    fn found() -> Vec<[u64; 16]> {
        Ifma::detect().map(primes).unwrap_or_default()
    }
    let primes = Rc::new(LazyCell::new(found as fn() -> Vec<[u64; 16]>));
    let bases = [5, 7, 11, 13, 17].map(|base| [base; 16]);
    [
        trial(
            "pass of eight candidates in lanes, other primes",
            20_000,
            &primes,
            // SAFETY, here and below: the primes were found in lanes.
            |[p, q]| unsafe {
                black_box(fermat::<20, 1, 16>(&[p, q, p, p, q, p, q, q]));
            },
        ),
        trial(
            "rounds of a prime in lanes, another prime",
            20_000,
            &primes,
            move |[p, _]| unsafe {
                black_box(miller_rabin::<20, 1, 16>(p, &bases));
            },
        ),
    ]
}
