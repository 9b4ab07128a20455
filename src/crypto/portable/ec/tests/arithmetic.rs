//! Residues and inverses.

use super::on_each_curve;
use crate::crypto::portable::ec::curve::CurveParameters;
use crate::crypto::portable::ec::residue::{Modulus, Residue};
use ::p256::elliptic_curve::bigint::NonZero;
use proptest::prelude::*;

/// Words at the ends of their range as often as others, where carries are.
fn word() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX - 1),
        Just(0xffff_ffff),
        Just(0xffff_ffff_0000_0000),
        any::<u64>(),
    ]
}

on_each_curve! {
    fn number(words: &[u64; N]) -> Number {
        Number::from_words(*words)
    }

    /// Less than the modulus, and near to it for some.
    fn reduced(m: &[u64; N], words: [u64; N]) -> [u64; N] {
        number(&words).rem(&modulus(m)).to_words()
    }

    fn modulus(m: &[u64; N]) -> NonZero<Number> {
        NonZero::new(number(m)).unwrap()
    }

    fn agree<M: Modulus<N>>(a: [u64; N], b: [u64; N]) {
        let m = modulus(&M::MODULUS);
        let (x, y) = (Residue::<M, N>::from_integer(&a), Residue::<M, N>::from_integer(&b));
        let (a, b) = (number(&a).rem(&m), number(&b).rem(&m));
        let is = |found: Residue<M, N>, expected: Number| {
            assert_eq!(found.to_integer(), expected.to_words());
        };
        is(x, a);
        is(x.mul(&y), a.mul_mod(&b, &m));
        is(x.square(), a.mul_mod(&a, &m));
        is(x.add(&y), a.add_mod(&b, &m));
        is(x.double(), a.add_mod(&a, &m));
        is(x.sub(&y), a.sub_mod(&b, &m));
        is(x.negate(), Number::ZERO.sub_mod(&a, &m));
        is(x.half().double(), a);
        is(Residue::select(u64::MAX, &x, &y), a);
        is(Residue::select(0, &x, &y), b);
        assert_eq!(x.is_zero(), a == Number::ZERO);
        assert_eq!(x.invert(), x.invert_public());
        let one = if x.is_zero() { Number::ZERO } else { Number::ONE };
        is(x.invert().mul(&x), one);
        let wide = Residue::<M, N>::from_wide(&a.to_words(), &b.to_words());
        let power = Number::MAX.rem(&m).add_mod(&Number::ONE, &m);
        is(wide, a.add_mod(&b.mul_mod(&power, &m), &m));
    }

    proptest! {
        #[test]
        fn field(a in prop::array::uniform::<_, N>(word()), b in prop::array::uniform::<_, N>(word())) {
            agree::<<Curve as CurveParameters<N>>::Field>(a, b);
        }

        #[test]
        fn order(a in prop::array::uniform::<_, N>(word()), b in prop::array::uniform::<_, N>(word())) {
            agree::<<Curve as CurveParameters<N>>::Order>(a, b);
        }
    }

    #[test]
    fn around_the_modulus() {
        fn all<M: Modulus<N>>() {
            let m = number(&M::MODULUS);
            let near = (0..3_u8).flat_map(|small| {
                let small = Number::from_u8(small);
                [small, m.wrapping_sub(&small), m.wrapping_add(&small), Number::MAX.wrapping_sub(&small)]
            });
            let near: Vec<_> = near.map(Number::to_words).collect();
            for a in &near {
                for b in &near {
                    agree::<M>(*a, *b);
                }
            }
            assert_eq!(reduced(&M::MODULUS, M::MODULUS), [0; N]);
        }
        all::<<Curve as CurveParameters<N>>::Field>();
        all::<<Curve as CurveParameters<N>>::Order>();
    }
}
