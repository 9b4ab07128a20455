//! Work with secrets, for the bench that looks for signs of them in its time.

use super::generate;
use super::modulus::{Modulus, Scratch};
use super::power::{Table, power};
use super::private::PrivateKey;
use crate::crypto::hooks::Trial;
use crate::crypto::rsa_numbers::RsaNumbers;
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

/// What is done with a secret, and how often it is to be timed; for a key of 2048 bits.
pub(crate) fn trials(key: &RsaNumbers) -> Vec<Trial> {
    let (Ok(p), Some(private)) = (
        <[u64; 16]>::try_from(key.p.as_slice()),
        PrivateKey::<16, 32>::new(key),
    ) else {
        return Vec::new();
    };
    let modulus = Rc::new(Modulus::new(&p));
    let mut trials = vec![
        multiply(&modulus, p),
        select(&modulus),
        raise(modulus, p),
        sign(private),
    ];
    trials.extend(generate::hooks::trials());
    trials
}

/// The number one, as it is written.
fn one(words: usize) -> Vec<u64> {
    let mut one = vec![0; words];
    one[0] = 1;
    one
}

fn multiply(modulus: &Rc<Modulus<16>>, p: [u64; 16]) -> Trial {
    let secret = Rc::new(RefCell::new([0; 16]));
    let (set, own) = (Rc::clone(&secret), Rc::clone(modulus));
    let mut scratch = Scratch::new();
    Trial::new(
        "portable: multiply, another number",
        1_000_000,
        16,
        move |words| set.borrow_mut().copy_from_slice(words),
        move || {
            let mut x = *secret.borrow();
            own.multiply(&mut x, &p, &mut scratch);
            own.square(&mut x, &mut scratch);
            own.canonical(&mut x);
            black_box(x);
        },
    )
    .with_edge(one(16))
}

fn select(modulus: &Modulus<16>) -> Trial {
    let mut table = Table::new();
    table.fill(&modulus.one(), modulus, &mut Scratch::new());
    let window = Rc::new(RefCell::new(0));
    let set = Rc::clone(&window);
    Trial::new(
        "portable: table, another entry",
        1_000_000,
        1,
        move |words| *set.borrow_mut() = words[0] & 15,
        move || {
            let mut x = [0; 16];
            table.select(black_box(*window.borrow()), &mut x);
            black_box(x);
        },
    )
    .with_edge(vec![15])
}

fn raise(modulus: Rc<Modulus<16>>, p: [u64; 16]) -> Trial {
    let secret = Rc::new(RefCell::new([0; 16]));
    let set = Rc::clone(&secret);
    let (mut scratch, mut table) = (Scratch::new(), Table::new());
    Trial::new(
        "portable: power of 1024 bits, another exponent",
        10_000,
        16,
        move |words| set.borrow_mut().copy_from_slice(words),
        move || {
            let mut x = p;
            x[0] ^= 0x1234;
            power(&mut x, &secret.borrow(), &modulus, &mut table, &mut scratch);
            black_box(x);
        },
    )
    .with_edge(one(16))
}

fn sign(private: Box<PrivateKey<16, 32>>) -> Trial {
    let secret = Rc::new(RefCell::new([0; 32]));
    let set = Rc::clone(&secret);
    Trial::new(
        "portable: one signature, another message",
        5_000,
        32,
        move |words| {
            set.borrow_mut().copy_from_slice(words);
            set.borrow_mut()[31] >>= 8;
        },
        move || {
            black_box(private.sign(&secret.borrow()));
        },
    )
    .with_edge(one(32))
}
