//! The RSA private operation by the Chinese remainder theorem.

use super::modulus::{Modulus, Scratch};
use super::power::{Table, power};
use super::product::{Wide, multiply};
use super::public::PublicKey;
use crate::crypto::rsa_numbers::RsaNumbers;
use zeroize::Zeroize;

/// What powers modulo one prime take.
struct Prime<const N: usize> {
    modulus: Modulus<N>,
    /// The private exponent modulo the prime less one.
    exponent: [u64; N],
    /// `R^3` modulo the prime.
    cube: [u64; N],
}

impl<const N: usize> Prime<N> {
    fn new(prime: &[u64; N], exponent: &[u64; N], space: &mut Workspace<N>) -> Self {
        let modulus = Modulus::new(prime);
        let mut cube = modulus.r_squared(&mut space.scratch);
        let square = cube;
        modulus.multiply(&mut cube, &square, &mut space.scratch);
        Self {
            modulus,
            exponent: *exponent,
            cube,
        }
    }

    /// `message^exponent` modulo the prime.
    fn raise(&self, message: &Wide<N>, space: &mut Workspace<N>) -> [u64; N] {
        let Self {
            modulus,
            exponent,
            cube,
        } = self;
        let Workspace { table, scratch } = space;
        let mut x = modulus.reduce(message, scratch);
        modulus.multiply(&mut x, cube, scratch);
        power(&mut x, exponent, modulus, table, scratch);
        modulus.leave(&mut x, scratch);
        x
    }
}

impl<const N: usize> Drop for Prime<N> {
    fn drop(&mut self) {
        let Self {
            modulus,
            exponent,
            cube,
        } = self;
        modulus.zeroize();
        exponent.zeroize();
        cube.zeroize();
    }
}

/// Memory that the powers are computed in; wiped when it is dropped.
struct Workspace<const N: usize> {
    table: Table<N>,
    scratch: Scratch<N>,
}

/// A private key whose two primes have `64 N` bits each and whose modulus has `64 M`, twice that.
pub(super) struct PrivateKey<const N: usize, const M: usize> {
    p: Prime<N>,
    q: Prime<N>,
    /// `R/q mod p`.
    coefficient: [u64; N],
    public: PublicKey<M>,
}

impl<const N: usize, const M: usize> PrivateKey<N, M> {
    /// `None` if the numbers are of another size.
    pub(super) fn new(numbers: &RsaNumbers) -> Option<Box<Self>> {
        let mut space = Box::new(Workspace {
            table: Table::new(),
            scratch: Scratch::new(),
        });
        let half = |words: &[u64]| <[u64; N]>::try_from(words).ok();
        let p = Prime::new(&half(&numbers.p)?, &half(&numbers.dp)?, &mut space);
        let q = Prime::new(&half(&numbers.q)?, &half(&numbers.dq)?, &mut space);
        let mut coefficient = half(&numbers.coefficient)?;
        let r_squared = p.modulus.r_squared(&mut space.scratch);
        p.modulus
            .multiply(&mut coefficient, &r_squared, &mut space.scratch);
        let n = numbers.n.as_slice().try_into().ok()?;
        Some(Box::new(Self {
            p,
            q,
            coefficient,
            public: PublicKey::new(&n, numbers.e, &mut Scratch::new()),
        }))
    }

    /// Signs an encoded message, less than the modulus. `None` if the result was found wrong.
    pub(super) fn sign(&self, message: &[u64; M]) -> Option<[u64; M]> {
        let mut space = Box::new(Workspace {
            table: Table::new(),
            scratch: Scratch::new(),
        });
        let mut wide = [[0; N]; 2];
        wide.as_flattened_mut().copy_from_slice(message);
        let [of_p, of_q] = [&self.p, &self.q].map(|prime| prime.raise(&wide, &mut space));
        #[cfg(test)]
        let of_p = super::tests::fault::strike(of_p);
        let signature = self.combine(of_p, of_q, &mut space.scratch);
        let is_good = self.public.check(&signature, message, &mut Scratch::new());
        is_good.then_some(signature)
    }

    /// The number modulo `n` that is `of_p` modulo `p` and `of_q` modulo `q`.
    fn combine(&self, of_p: [u64; N], of_q: [u64; N], scratch: &mut Scratch<N>) -> [u64; M] {
        let p = &self.p.modulus;
        // h = (of_p - of_q) / q mod p
        let mut h = of_p;
        p.subtract(&mut h, &of_q);
        p.multiply(&mut h, &self.coefficient, scratch);
        p.canonical(&mut h);
        // of_q + h q, less than n.
        let mut wide = [[0; N]; 2];
        multiply(&mut wide, &h, &self.q.modulus.n);
        let mut signature = [0; M];
        let mut carry = false;
        let of_q = of_q.iter().chain(std::iter::repeat(&0));
        for ((word, product), of_q) in signature.iter_mut().zip(wide.as_flattened()).zip(of_q) {
            (*word, carry) = product.carrying_add(*of_q, carry);
        }
        wide.zeroize();
        h.zeroize();
        signature
    }
}

impl<const N: usize, const M: usize> Drop for PrivateKey<N, M> {
    fn drop(&mut self) {
        // The primes wipe themselves.
        self.coefficient.zeroize();
    }
}
