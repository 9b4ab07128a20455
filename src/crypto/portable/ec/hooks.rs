//! What is done with secrets, one by one, for the bench of leaks.

use super::arithmetic::Arithmetic as _;
use super::curve::Scalar;
use super::ecdsa::PrivateKey;
use super::nonce::{FRESH, nonce};
use super::residue::invert_both;
use super::tables::WordCurve;
use super::words::to_be;
use super::{P256, P384};
use crate::crypto::hooks::Trial;
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

const RUNS: usize = 50_000;

/// The trials of both curves. What else the check of a signature does with secrets is a multiple of the
/// generator, which is the first one here.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    of_curve::<P256, 4>(
        &mut trials,
        [
            "portable p256: multiple of the generator, another scalar",
            "portable p256: inverse, another scalar",
            "portable p256: nonce, another key",
            "portable p256: signature, another key and nonce",
        ],
    );
    of_curve::<P384, 6>(
        &mut trials,
        [
            "portable p384: multiple of the generator, another scalar",
            "portable p384: inverse, another scalar",
            "portable p384: nonce, another key",
            "portable p384: signature, another key and nonce",
        ],
    );
    trials
}

fn of_curve<C: WordCurve<N>, const N: usize>(trials: &mut Vec<Trial>, names: [&'static str; 4]) {
    let [multiple, inverse, of_nonce, signature] = names;
    let mut push = |name, work: fn(&Scalar<C, N>)| {
        let secret = Rc::new(RefCell::new(Scalar::<C, N>::ONE));
        let set = Rc::clone(&secret);
        let trial = Trial::new(
            name,
            RUNS,
            N,
            move |words| *set.borrow_mut() = scalar::<C, N>(words),
            move || work(&secret.borrow()),
        );
        trials.push(trial.with_edge(one(N)));
    };
    push(multiple, |k| {
        black_box(C::tables().multiple(black_box(k)).to_affine());
    });
    push(inverse, |k| {
        black_box(black_box(k).invert());
    });
    push(of_nonce, |d| {
        black_box(nonce::<C, N>(black_box(d), &[1; FRESH], &[2; FRESH]));
    });
    let state = Rc::new(RefCell::new(None));
    let set = Rc::clone(&state);
    let trial = Trial::new(
        signature,
        RUNS,
        2 * N,
        move |words| {
            let (d, k) = words.split_at(N);
            let mut bytes = [[0; 8]; N];
            to_be(&scalar::<C, N>(d).to_integer(), bytes.as_flattened_mut());
            let key = PrivateKey::<C, N>::new(C::tables(), bytes.as_flattened());
            *set.borrow_mut() = key.map(|key| (key, scalar::<C, N>(k)));
        },
        move || {
            if let Some((key, k)) = &*state.borrow() {
                let point = C::tables().multiple(k);
                let (of_z, of_k) = invert_both(&point.z, k);
                let made = key.sign_with(&point.with_inverse(&of_z), &of_k, &[3; 32]);
                black_box(made.map(|made| key.is_of_nonce(&made, k, &[3; 32])));
            }
        },
    );
    trials.push(trial.with_edge([one(N), one(N)].concat()));
}

/// The number one, as it is written.
fn one(words: usize) -> Vec<u64> {
    let mut one = vec![0; words];
    one[0] = 1;
    one
}

fn scalar<C: WordCurve<N>, const N: usize>(words: &[u64]) -> Scalar<C, N> {
    let mut number = [0; N];
    number.copy_from_slice(words);
    Scalar::<C, N>::from_integer(&number)
}
