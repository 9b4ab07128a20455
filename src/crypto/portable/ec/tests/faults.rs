//! A fault anywhere in the computation gives no signature.

use super::on_each_curve;
use crate::crypto::portable::ec::ecdsa::PrivateKey;
use crate::crypto::portable::ec::{
    curve::{Element, Scalar},
    residue::invert_both,
    tables::{Tables, WordCurve as _},
};

on_each_curve! {
    type E = Element<Curve, N>;
    type S = Scalar<Curve, N>;

    fn key() -> PrivateKey<Curve, N> {
        PrivateKey::new(Curve::tables(), &[0x5a; 8 * N]).unwrap()
    }

    fn nonce() -> S {
        S::from_integer(&[0x0123_4567_89ab_cdef; N])
    }

    const DIGEST: [u8; 8 * N] = [9; 8 * N];

    #[test]
    fn none() {
        let (key, k, tables) = (key(), nonce(), Tables::<Curve, N>::new());
        let made = key.make(&tables, &k, &DIGEST, &DIGEST, invert_both).unwrap();
        assert!(key.public().verify(Curve::tables(), &DIGEST, &made));
    }

    #[test]
    fn entries_of_the_table() {
        let (key, k) = (key(), nonce());
        let (mut used, mut unused) = (0, 0);
        for entry in 0..32 {
            let mut tables = Tables::<Curve, N>::new();
            tables.comb.corrupt(entry, entry);
            tables.comb.corrupt(entry + 3, 31 - entry);
            match key.make(&tables, &k, &DIGEST, &DIGEST, invert_both) {
                Some(made) => {
                    assert!(key.public().verify(Curve::tables(), &DIGEST, &made));
                    unused += 1;
                }
                None => used += 1,
            }
        }
        assert!(used > 0 && unused > 0, "{used} {unused}");
        let mut tables = Tables::<Curve, N>::new();
        tables.comb.corrupt_all();
        assert_eq!(key.make(&tables, &k, &DIGEST, &DIGEST, invert_both), None);
    }

    #[test]
    fn an_inverse() {
        let (key, k, tables) = (key(), nonce(), Tables::<Curve, N>::new());
        let of_the_nonce = |z: &E, k: &S| {
            let (of_z, of_k) = invert_both(z, k);
            (of_z, of_k.double())
        };
        let of_z = |z: &E, k: &S| {
            let (of_z, of_k) = invert_both(z, k);
            (of_z.double(), of_k)
        };
        assert_eq!(key.make(&tables, &k, &DIGEST, &DIGEST, of_the_nonce), None);
        assert_eq!(key.make(&tables, &k, &DIGEST, &DIGEST, of_z), None);
    }

    #[test]
    fn the_private_number() {
        let (mut key, k, tables) = (key(), nonce(), Tables::<Curve, N>::new());
        key.corrupt();
        assert_eq!(key.make(&tables, &k, &DIGEST, &DIGEST, invert_both), None);
    }

    #[test]
    fn the_digest() {
        let (key, k, tables) = (key(), nonce(), Tables::<Curve, N>::new());
        assert_eq!(key.make(&tables, &k, &DIGEST, &[8; 8 * N], invert_both), None);
    }
}
