//! Against the arithmetic on words. Without the processor for it, each test says so and ends.

mod faults;
mod points;
mod signatures;

use super::InLanes;
use crate::crypto::ifma::Ifma;
use crate::crypto::portable::ec::{Element, Point, Scalar};
use chacha20::ChaCha20Rng;
use rand_core::Rng as _;

/// The proof, or a note that there is none.
fn ifma() -> Option<Ifma> {
    let ifma = Ifma::detect();
    if ifma.is_none() {
        println!("skipped: this processor has no AVX-512 IFMA");
    }
    ifma
}

/// The same tests on each curve, which are functions of it.
macro_rules! on_each_curve {
    ($($test:ident)*) => {
        mod p256 {
            $(#[test]
            fn $test() {
                super::$test::<crate::crypto::portable::ec::P256, 4>();
            })*
        }
        mod p384 {
            $(#[test]
            fn $test() {
                super::$test::<crate::crypto::portable::ec::P384, 6>();
            })*
        }
    };
}
use on_each_curve;

fn random_words<const N: usize>(rng: &mut ChaCha20Rng) -> [u64; N] {
    std::array::from_fn(|_| rng.next_u64())
}

fn random<C: InLanes<N>, const N: usize>(rng: &mut ChaCha20Rng) -> Scalar<C, N> {
    Scalar::<C, N>::from_integer(&random_words(rng))
}

/// Scalars at the ends of the range, and with long runs of equal bits.
fn edges<C: InLanes<N>, const N: usize>() -> Vec<Scalar<C, N>> {
    let mut edges = Vec::new();
    for i in 0..40 {
        edges.push(small::<C, N>(i));
    }
    let mut power = Scalar::<C, N>::ONE;
    for i in 0..64 * N {
        if i % 5 == 0 || i % 7 == 0 {
            edges.push(power);
            edges.push(power.sub(&Scalar::<C, N>::ONE));
            edges.push(power.invert());
        }
        power = power.double();
    }
    let opposite: Vec<_> = edges.iter().map(Scalar::<C, N>::negate).collect();
    edges.extend(opposite);
    edges
}

fn small<C: InLanes<N>, const N: usize>(number: u64) -> Scalar<C, N> {
    let mut words = [0; N];
    words[0] = number;
    Scalar::<C, N>::from_integer(&words)
}

/// X and Y divided, `None` for infinity.
fn affine<C: InLanes<N>, const N: usize>(point: &Point<C, N>) -> Option<[Element<C, N>; 2]> {
    point.to_affine().map(|point| [point.x, point.y])
}
