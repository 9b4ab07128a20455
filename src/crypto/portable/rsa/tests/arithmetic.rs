//! Products, the arithmetic modulo a number, and powers.

use super::{Operand, modulus, number, odd, operand, random, remainder};
use crate::crypto::portable::rsa::modulus::{Modulus, Scratch};
use crate::crypto::portable::rsa::power::{Table, power};
use crate::crypto::portable::rsa::product::{multiply, square};
use crate::crypto::portable::rsa::words::{inverse, of_bytes, to_bytes};
use p256::elliptic_curve::bigint::{BoxedUint, ConcatenatingMul as _, NonZero};
use proptest::prelude::*;

fn products<const N: usize>(a: Operand, b: Operand) -> Result<(), TestCaseError> {
    let n = modulus(Operand::Extreme(1));
    let (a, b) = (a.words::<N>(&n), b.words::<N>(&n));
    let mut wide = [[7; N]; 2];
    multiply(&mut wide, &a, &b);
    let expected = number(&a).concatenating_mul(number(&b));
    prop_assert_eq!(wide.as_flattened(), expected.as_words());
    square(&mut wide, &a);
    let expected = number(&a).concatenating_mul(number(&a));
    prop_assert_eq!(wide.as_flattened(), expected.as_words());
    Ok(())
}

/// Each function of the modulus, with operands up to all bits set.
fn modular<const N: usize>(n: Operand, a: Operand, b: Operand) -> Result<(), TestCaseError> {
    let n = modulus::<N>(n);
    let (a, b) = (a.words(&n), b.words(&n));
    let (own, mut scratch) = (Modulus::new(&n), Scratch::new());
    let [n, a_number, b_number] = [&n, &a, &b].map(|words| number(words));
    // R mod n, and what a product is multiplied by.
    let r = number(&own.one());
    let full = number(&[&[0; N][..], &[1]].concat());
    prop_assert_eq!(remainder(&full, &n), r.clone());
    let same = |x: &[u64; N], y: &BoxedUint| remainder(&number(x), &n) == remainder(y, &n);
    let r_squared = r.concatenating_mul(&r);
    prop_assert!(same(&own.r_squared(&mut scratch), &r_squared));

    let mut x = a;
    own.multiply(&mut x, &b, &mut scratch);
    // x R = a b
    prop_assert_eq!(
        remainder(&number(&x).concatenating_mul(&r), &n),
        remainder(&a_number.concatenating_mul(&b_number), &n)
    );
    let (mut squared, mut product) = (a, a);
    own.square(&mut squared, &mut scratch);
    own.multiply(&mut product, &a, &mut scratch);
    prop_assert_eq!(squared, product);

    let mut x = a;
    own.subtract(&mut x, &b);
    let sum = remainder(&number(&x), &n).add_mod(&remainder(&b_number, &n), &non_zero(&n));
    prop_assert_eq!(sum, remainder(&a_number, &n));

    let mut x = a;
    own.canonical(&mut x);
    prop_assert_eq!(number(&x), remainder(&a_number, &n));

    let mut x = a;
    own.leave(&mut x, &mut scratch);
    prop_assert!(number(&x) < n);
    prop_assert_eq!(
        remainder(&number(&x).concatenating_mul(&r), &n),
        remainder(&a_number, &n)
    );
    Ok(())
}

fn non_zero(n: &BoxedUint) -> NonZero<BoxedUint> {
    NonZero::new(n.clone()).unwrap()
}

fn powers<const N: usize>(
    n: Operand,
    base: Operand,
    exponent: Operand,
) -> Result<(), TestCaseError> {
    let n = modulus::<N>(n);
    let (base, exponent) = (base.words(&n), exponent.words(&n));
    let (own, mut scratch) = (Modulus::new(&n), Scratch::new());
    let mut x = base;
    let r_squared = own.r_squared(&mut scratch);
    own.multiply(&mut x, &r_squared, &mut scratch);
    power(&mut x, &exponent, &own, &mut Table::new(), &mut scratch);
    own.leave(&mut x, &mut scratch);
    let base = remainder(&number(&base), &number(&n));
    let expected = base.pow_mod(&number(&exponent), &odd(&number(&n)));
    prop_assert_eq!(number(&x), expected);
    Ok(())
}

proptest! {
    #[test]
    fn products_of_every_length(a in operand(), b in operand()) {
        products::<8>(a, b)?;
        products::<16>(a, b)?;
        products::<24>(a, b)?;
        products::<32>(a, b)?;
        products::<48>(a, b)?;
        products::<64>(a, b)?;
    }

    #[test]
    fn arithmetic_modulo_a_number(n in operand(), a in operand(), b in operand()) {
        modular::<8>(n, a, b)?;
        modular::<16>(n, a, b)?;
        modular::<24>(n, a, b)?;
        modular::<32>(n, a, b)?;
        modular::<48>(n, a, b)?;
        modular::<64>(n, a, b)?;
    }

    #[test]
    fn inverses(n in any::<u64>()) {
        prop_assert_eq!((n | 1).wrapping_mul(inverse(n | 1)), 1);
    }

    #[test]
    fn bytes(seed in any::<u64>()) {
        let words = random::<8>(seed);
        let bytes = to_bytes(&words);
        prop_assert_eq!(number(&words).to_be_bytes().to_vec(), bytes.clone());
        prop_assert_eq!(of_bytes::<8>(&bytes), words);
        let short = of_bytes::<8>(&bytes[61..]);
        prop_assert_eq!(short, [words[0] & 0xff_ffff, 0, 0, 0, 0, 0, 0, 0]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn powers_of_every_length(n in operand(), base in operand(), exponent in operand()) {
        powers::<8>(n, base, exponent)?;
        powers::<16>(n, base, exponent)?;
        powers::<24>(n, base, exponent)?;
        powers::<32>(n, base, exponent)?;
    }
}
