//! Multiples and sums of points.

use super::{affine, edges, ifma, on_each_curve, random, small};
use crate::crypto::ifma::ec::InLanes;
use crate::crypto::portable::ec::{Arithmetic as _, Scalar, Terms};
use chacha20::ChaCha20Rng;
use rand_core::SeedableRng as _;

on_each_curve! {
    multiples_together multiples_alone sums_together sums_alone chosen_sums tables_meet_their_sums
}

fn scalars<C: InLanes<N>, const N: usize>() -> Vec<Scalar<C, N>> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut scalars = edges::<C, N>();
    scalars.extend((0..200).map(|_| random::<C, N>(&mut rng)));
    scalars
}

fn multiples_together<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    let scalars = scalars::<C, N>();
    for count in [4, 7, 8, 9, 17, scalars.len()] {
        let found = C::in_lanes(ifma).multiples(&scalars[scalars.len() - count..]);
        let expected = C::tables().multiples(&scalars[scalars.len() - count..]);
        assert_eq!(found, expected);
    }
}

fn multiples_alone<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    for scalar in scalars::<C, N>() {
        let found = C::in_lanes(ifma).multiple(&scalar);
        let expected = C::tables().multiple(&scalar);
        assert_eq!(affine(&found), affine(&expected), "{scalar:?}");
        let few = C::in_lanes(ifma).multiples(&[scalar; 2]);
        assert_eq!(few, [expected.to_affine(); 2]);
    }
}

/// Those for which the last addition of a comb is one of equal points.
fn tables_meet_their_sums<C: InLanes<N>, const N: usize>() {
    let Some(ifma) = ifma() else { return };
    for window in [4, 6, 7] {
        let mut row = Scalar::<C, N>::ONE;
        for _ in 0..window * ((64 * N).div_ceil(window) - 1) {
            row = row.double();
        }
        let meeting = (1..2_u64 << window).map(|digit| row.mul(&small::<C, N>(digit)));
        let meeting: Vec<_> = meeting.flat_map(|k| [k, k.negate()]).collect();
        let expected = C::tables().multiples(&meeting);
        assert_eq!(C::in_lanes(ifma).multiples(&meeting), expected);
        for (scalar, expected) in meeting.iter().zip(expected) {
            assert_eq!(C::in_lanes(ifma).multiple(scalar).to_affine(), expected);
        }
    }
}

fn random_terms<C: InLanes<N>, const N: usize>(count: u64) -> Vec<Terms<C, N>> {
    let mut rng = ChaCha20Rng::seed_from_u64(count);
    let keys: Vec<_> = (0..count).map(|_| random::<C, N>(&mut rng)).collect();
    let keys = C::tables().multiples(&keys);
    keys.into_iter()
        .map(|q| Terms {
            u: random::<C, N>(&mut rng),
            v: random::<C, N>(&mut rng),
            q: q.expect("a point"),
        })
        .collect()
}

fn agree<C: InLanes<N>, const N: usize>(terms: &[Terms<C, N>], is_alone: bool) {
    let Some(ifma) = ifma() else { return };
    let lanes = C::in_lanes(ifma);
    let found = if is_alone {
        terms.iter().map(|terms| lanes.sum(terms)).collect()
    } else {
        lanes.sums(terms)
    };
    assert_eq!(found.len(), terms.len());
    for (found, terms) in found.iter().zip(terms) {
        let expected = C::tables().sum(terms);
        assert!(found.is_same_as(&expected), "{terms:?}");
    }
}

fn sums_together<C: InLanes<N>, const N: usize>() {
    for count in [4, 5, 8, 9, 31, 64] {
        agree(&random_terms::<C, N>(count), false);
    }
}

fn sums_alone<C: InLanes<N>, const N: usize>() {
    agree(&random_terms::<C, N>(40), true);
}

/// Sums that pass equal and opposite points, and infinity; alone, together, and among others.
fn chosen_sums<C: InLanes<N>, const N: usize>() {
    let mut all = Vec::new();
    for d in [1_u64, 2, 3, 15, 16, 17, 128] {
        for d in [small::<C, N>(d), small::<C, N>(d).negate()] {
            let q = C::tables().multiple(&d).to_affine().expect("a point");
            let numbers = [0, 1, 2, 3, 8, 15, 16, 17, 31, 128].map(small::<C, N>);
            let numbers: Vec<_> = numbers.iter().flat_map(|k| [*k, k.negate()]).collect();
            for u in &numbers {
                all.extend(numbers.iter().map(|v| Terms { u: *u, v: *v, q }));
                // u G = v Q and u G = -v Q.
                let v = u.mul(&d.invert());
                all.extend([v, v.negate()].map(|v| Terms { u: *u, v, q }));
            }
        }
    }
    agree(&all, true);
    agree(&all, false);
    let mut mixed = random_terms::<C, N>(24);
    for (place, terms) in mixed.iter_mut().enumerate().step_by(5) {
        *terms = all[place];
    }
    agree(&mixed, false);
}
