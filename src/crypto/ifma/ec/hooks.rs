//! The kernels one by one, for the benches, and what is done with secrets.

use super::InLanes;
use crate::crypto::hooks::{Kernel, Trial};
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::rsa::hooks::limit_kernel;
use crate::crypto::portable::ec::{
    Arithmetic as _, P256, P384, PrivateKey, Residue, Scalar, Terms,
};
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

/// How many vector operations there are in the formulas, loads and stores aside.
struct Count {
    digits: u64,
    /// Of a step of the reduction, and of taking multiples of `p` off.
    step: u64,
    settle: u64,
    /// Bits of a scalar, and of the windows of the comb.
    bits: u64,
    window: u64,
}

impl Count {
    const P256: Self = Self {
        digits: 5,
        step: 8,
        settle: 11,
        bits: 256,
        window: 7,
    };
    const P384: Self = Self {
        digits: 8,
        step: 12,
        settle: 11,
        bits: 384,
        window: 6,
    };

    const fn product(&self) -> u64 {
        2 * self.digits * self.digits
    }

    const fn square(&self) -> u64 {
        self.digits * (self.digits - 1) + 4 * self.digits - 2
    }

    const fn reduce(&self) -> u64 {
        self.digits * self.step
    }

    const fn carry(&self) -> u64 {
        3 * (self.digits - 1)
    }

    const fn factor(&self) -> u64 {
        2 * (self.digits - 1)
    }

    const fn settled(&self) -> u64 {
        self.settle + self.carry()
    }

    /// See `doubled!`.
    const fn double(&self) -> u64 {
        5 * self.square()
            + 3 * self.product()
            + 7 * self.reduce()
            + 3 * self.carry()
            + 5 * self.factor()
            + 3 * self.settled()
            + 13 * self.digits
            + 4 * self.digits
    }

    /// See `sum_with_affine!`.
    const fn add(&self) -> u64 {
        3 * self.square()
            + 8 * self.product()
            + 10 * self.reduce()
            + 4 * self.carry()
            + 5 * self.factor()
            + 2 * self.settled()
            + 10 * self.digits
    }

    /// The entry of a row and the sum with it.
    const fn row(&self) -> u64 {
        let pairs = (1 << (self.window - 1)) / 16;
        self.add() + self.bits / 64 * 4 * pairs + 4 * self.digits
    }

    const fn comb(&self) -> u64 {
        self.bits.div_ceil(self.window) * self.row()
    }

    const fn multiply(&self) -> u64 {
        self.product() + self.reduce() + self.carry()
    }

    /// Multiples of a key, 8 of them, the windows of its scalar, and the comb.
    const fn sum(&self) -> u64 {
        let multiples = 7 * (7 * self.multiply() + 4 * self.settled() + 4 * self.multiply());
        let windows = self.bits / 4;
        let select = 8 * (2 * self.digits + 1);
        multiples + windows * (4 * self.double() + self.add() + select) + self.comb()
    }

    /// A product in four lanes, with its halves apart.
    const fn quick(&self) -> u64 {
        self.product() + 3 * self.digits + self.reduce()
    }

    /// The windows of a scalar in eight lanes, a sum of four points and four others, and three sums of
    /// two points.
    const fn spread(&self) -> u64 {
        let select = 8 * (2 * self.digits + 1);
        let four = 16 * self.quick() + 12 * self.carry() + 4 * self.settled() + 10 * self.digits;
        let one = 5 * self.quick() + 5 * self.carry() + 4 * self.settled() + 38 * self.digits;
        let to_words = self.multiply();
        self.bits / 32 * (self.add() + select) + four + 8 * self.digits + 3 * one + to_words
    }

    /// The odd multiples of one point, in two blocks of four.
    const fn odd(&self) -> u64 {
        let add = 3 * self.quick() + 3 * self.carry() + 3 * self.settled() + 22 * self.digits;
        let double = 3 * self.quick() + self.carry() + 4 * self.settled() + 16 * self.digits;
        let block = 4 * (self.quick() + self.carry()) + self.settled() + 38 * self.digits;
        double + 7 * (add + self.quick() + self.carry()) + 2 * block
    }

    /// Doublings of one point, a sum for each six of them, and a multiple of the generator.
    const fn sum_alone(&self) -> u64 {
        let double = 3 * self.quick() + self.carry() + 2 * self.settled() + 20 * self.digits;
        let add = 4 * self.quick() + 3 * self.carry() + 3 * self.settled() + 26 * self.digits;
        self.odd() + self.bits * double + self.bits / 6 * add + self.spread()
    }
}

/// The kernels of both curves; none where the processor has none.
pub(crate) fn kernels() -> Vec<Kernel> {
    let Some(ifma) = Ifma::detect() else {
        return Vec::new();
    };
    let mut kernels = vec![limit_kernel(ifma)];
    of_curve::<P256, 4>(&mut kernels, ifma, &Count::P256);
    of_curve::<P384, 6>(&mut kernels, ifma, &Count::P384);
    kernels
}

fn of_curve<C: InLanes<N>, const N: usize>(kernels: &mut Vec<Kernel>, ifma: Ifma, count: &Count) {
    let bits = 64 * N;
    let mut add = |name: &str, operations, units, run: Box<dyn FnMut()>| {
        kernels.push(Kernel::new(
            format!("{name}_p{bits}"),
            operations,
            units,
            run,
        ));
    };
    let lanes = C::in_lanes(ifma);
    let scalars: Vec<Scalar<C, N>> = (1..=64_u64).map(some_scalar::<C, N>).collect();
    let keys = lanes.multiples(&scalars);
    let terms: Vec<_> = keys
        .into_iter()
        .flatten()
        .zip(&scalars)
        .map(|(q, u)| Terms {
            u: *u,
            v: u.square(),
            q,
        })
        .collect();
    for together in [64, 8_u32] {
        let blocks = u64::from(together / 8);
        let some = scalars[..together as usize].to_vec();
        add(
            &format!("multiples_{together}"),
            blocks * count.comb(),
            together,
            Box::new(move || {
                black_box(lanes.multiples(black_box(&some)));
            }),
        );
        let some = terms[..together as usize].to_vec();
        add(
            &format!("sums_{together}"),
            blocks * count.sum(),
            together,
            Box::new(move || {
                black_box(lanes.sums(black_box(&some)));
            }),
        );
    }
    let scalar = scalars[3];
    add(
        "multiple_alone",
        count.spread(),
        1,
        Box::new(move || {
            black_box(lanes.multiple(black_box(&scalar)));
        }),
    );
    let one = terms[3];
    add(
        "sum_alone",
        count.sum_alone(),
        1,
        Box::new(move || {
            black_box(lanes.sum(black_box(&one)));
        }),
    );
    let key = PrivateKey::<C, N>::new(lanes, &[0x5a; 48][..8 * N]).map(Rc::new);
    for together in [64, 8, 1_u32] {
        let Some(key) = key.clone() else { return };
        let fresh = vec![[3; 32]; together as usize];
        add(
            &format!("sign_and_check_{together}"),
            match together {
                1 => 2 * count.spread(),
                _ => 2 * u64::from(together / 8) * count.comb(),
            },
            together,
            Box::new(move || {
                if together == 1 {
                    black_box(key.sign(lanes, || [7; 32].as_slice(), &fresh[0]));
                } else {
                    black_box(key.sign_batch(lanes, |_| [7; 32].as_slice(), &fresh));
                }
            }),
        );
    }
}

fn some_scalar<C: InLanes<N>, const N: usize>(number: u64) -> Scalar<C, N> {
    let words =
        std::array::from_fn(|word| (number + word as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    Scalar::<C, N>::from_integer(&words)
}

/// What is done with secrets on both curves.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    if let Some(ifma) = Ifma::detect() {
        trials_of::<P256, 4>(
            &mut trials,
            ifma,
            [
                "lanes p256: multiple of the generator alone, another scalar",
                "lanes p256: multiples of the generator together, other scalars",
                "lanes p256: signatures together, another key and nonces",
            ],
        );
        trials_of::<P384, 6>(
            &mut trials,
            ifma,
            [
                "lanes p384: multiple of the generator alone, another scalar",
                "lanes p384: multiples of the generator together, other scalars",
                "lanes p384: signatures together, another key and nonces",
            ],
        );
    }
    trials
}

fn trials_of<C: InLanes<N>, const N: usize>(
    trials: &mut Vec<Trial>,
    ifma: Ifma,
    names: [&'static str; 3],
) {
    const RUNS: usize = 50_000;
    let lanes = C::in_lanes(ifma);
    let [alone, together, signatures] = names;
    let mut one = vec![0; N];
    one[0] = 1;
    let secret = Rc::new(RefCell::new(Scalar::<C, N>::ONE));
    let set = Rc::clone(&secret);
    trials.push(
        Trial::new(
            alone,
            RUNS,
            N,
            move |words| *set.borrow_mut() = scalar::<C, N>(words),
            move || {
                black_box(lanes.multiple(&secret.borrow()));
            },
        )
        .with_edge(one.clone()),
    );
    let secret = Rc::new(RefCell::new([Scalar::<C, N>::ONE; 8]));
    let set = Rc::clone(&secret);
    trials.push(
        Trial::new(
            together,
            RUNS,
            N,
            move |words| *set.borrow_mut() = [scalar::<C, N>(words); 8],
            move || {
                black_box(lanes.multiples(&*secret.borrow()));
            },
        )
        .with_edge(one),
    );
    let secret = Rc::new(RefCell::new(None));
    let set = Rc::clone(&secret);
    trials.push(Trial::new(
        signatures,
        RUNS / 4,
        N,
        move |words| {
            let bytes: Vec<_> = words
                .iter()
                .rev()
                .flat_map(|word| word.to_be_bytes())
                .collect();
            *set.borrow_mut() = PrivateKey::<C, N>::new(lanes, &bytes);
        },
        move || {
            if let Some(key) = &*secret.borrow() {
                black_box(key.sign_batch(lanes, |_| [7; 32].as_slice(), &[[3; 32]; 8]));
            }
        },
    ));
}

fn scalar<C: InLanes<N>, const N: usize>(words: &[u64]) -> Scalar<C, N> {
    let mut number = [0; N];
    number.copy_from_slice(words);
    Residue::from_integer(&number)
}
