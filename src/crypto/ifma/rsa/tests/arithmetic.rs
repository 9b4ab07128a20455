//! Eight numbers at a time.

use super::{
    Modulus, Operand, congruent, ifma_for, modulus, odd, operand, power_of_two, remainder,
};
use crate::crypto::ifma::digits::{
    BITS, LANES, Number, bits, load, of_lanes, to_lanes, words_of, zero,
};
use crate::crypto::ifma::rsa::modular::{self, Scratch};
use crate::crypto::ifma::rsa::power::{Exponent, Table, power};
use p256::elliptic_curve::bigint::{BoxedUint, ConcatenatingMul as _};
use proptest::prelude::*;

/// Loads a number into each lane, with something above bit 52 of each digit.
fn enter<const B: usize, const N: usize>(
    values: &[BoxedUint; LANES],
    garbage: u64,
) -> Number<B, N> {
    // SAFETY: the tests have asked for the instructions.
    let mut number = unsafe { load(values.each_ref().map(BoxedUint::as_words)) };
    for register in number.as_flattened_mut() {
        *register = of_lanes(to_lanes(*register).map(|digit: u64| digit | garbage << BITS));
    }
    number
}

/// The number of a lane, whatever stands above bit 52.
fn leave<const B: usize, const N: usize>(number: &Number<B, N>, lane: usize) -> BoxedUint {
    let mut number = *number;
    for register in number.as_flattened_mut() {
        *register = of_lanes(to_lanes(*register).map(|digit| digit & ((1 << BITS) - 1)));
    }
    BoxedUint::from_words(words_of(number.as_flattened(), lane))
}

/// One case: other moduli and other numbers in each lane.
#[derive(Clone, Debug)]
struct Case {
    moduli: [Modulus; LANES],
    a: [Operand; LANES],
    b: [Operand; LANES],
    garbage: u64,
    exponent: usize,
    halvings: [u64; LANES],
}

fn case() -> impl Strategy<Value = Case> {
    (
        prop::array::uniform8(modulus()),
        prop::array::uniform8(operand(2)),
        prop::array::uniform8(operand(2)),
        any::<u64>(),
        0..20_000_usize,
        prop::array::uniform8(0..16_u64),
    )
        .prop_map(|(moduli, a, b, garbage, exponent, halvings)| Case {
            moduli,
            a,
            b,
            garbage,
            exponent,
            halvings,
        })
}

fn arithmetic<const B: usize, const N: usize>(case: &Case, bits: usize) {
    let length = BITS * B * N;
    let n = case.moduli.map(|modulus| modulus.value(bits));
    let r = power_of_two(length);
    let words = n.each_ref().map(BoxedUint::as_words);
    let operands = |kinds: [Operand; LANES]| -> [BoxedUint; LANES] {
        std::array::from_fn(|lane| kinds[lane].value(&n[lane], length))
    };
    let (a, mut b) = (operands(case.a), operands(case.b));
    for lane in 0..LANES {
        // What a multiplication asks of its operands.
        if a[lane].concatenating_mul(&b[lane]) >= r.concatenating_mul(&n[lane]) {
            b[lane] = Operand::BelowMultiple(1).value(&n[lane], length);
        }
    }
    let mut scratch;
    let (modulus, product, square, half, own, two);
    // SAFETY: the tests have asked for the instructions.
    unsafe {
        scratch = Scratch::<B, N>::new();
        modulus = modular::Modulus::new(words, bits, &mut scratch);
        let mut x = enter(&a, case.garbage);
        modulus.multiply(&mut x, &enter(&b, !case.garbage), &mut scratch);
        product = x;
        x = enter(&b, case.garbage);
        modulus.square(&mut x, &mut scratch);
        square = x;
        x = enter(&b, case.garbage);
        modulus.halve(&mut x, of_lanes(case.halvings));
        half = x;
        x = enter(&a, case.garbage);
        modulus.leave(&mut x, &mut scratch);
        own = x;
        two = modulus.power_of_two(case.exponent % (3 * length), &mut scratch);
    }
    for lane in 0..LANES {
        let (n, a, b) = (&n[lane], &a[lane], &b[lane]);
        let twice = n.concatenating_mul(BoxedUint::from(2_u8));
        let value = leave(&product, lane);
        assert!(value < twice, "product in lane {lane}");
        assert!(
            congruent(&value.concatenating_mul(&r), &a.concatenating_mul(b), n),
            "product in lane {lane}"
        );
        let value = leave(&square, lane);
        if b < &twice {
            assert!(value < twice, "square in lane {lane}");
            assert!(
                congruent(&value.concatenating_mul(&r), &b.concatenating_mul(b), n),
                "square in lane {lane}"
            );
            let value = leave(&half, lane);
            let halvings = BoxedUint::from(1_u64 << case.halvings[lane]);
            assert!(value < twice, "half in lane {lane}");
            assert!(
                congruent(&value.concatenating_mul(&halvings), b, n),
                "half in lane {lane}"
            );
        }
        let value = BoxedUint::from_words(words_of(own.as_flattened(), lane));
        assert!(
            value < *n && congruent(&value.concatenating_mul(&r), a, n),
            "way out of lane {lane}"
        );
        for (found, exponent) in [
            (&modulus.one, length),
            (&modulus.r, 2 * length),
            (&two, case.exponent % (3 * length)),
        ] {
            let value = BoxedUint::from_words(words_of(found.as_flattened(), lane));
            assert_eq!(value, remainder(&power_of_two(exponent), n), "2^{exponent}");
        }
    }
}

/// Powers with other exponents in each lane.
fn exponentiation<const B: usize, const N: usize>(case: &Case, bits: usize) {
    let length = BITS * B * N;
    let n = case.moduli.map(|modulus| modulus.value(bits));
    let base: [_; LANES] =
        std::array::from_fn(|lane| remainder(&case.a[lane].value(&n[lane], length), &n[lane]));
    let exponents: [_; LANES] =
        std::array::from_fn(|lane| remainder(&case.b[lane].value(&n[lane], length), &n[lane]));
    let number = |values: &[BoxedUint; LANES]| enter::<B, N>(values, 0);
    let result;
    // SAFETY: the tests have asked for the instructions.
    unsafe {
        let mut scratch = Scratch::new();
        let words = n.each_ref().map(BoxedUint::as_words);
        let modulus = modular::Modulus::new(words, bits, &mut scratch);
        let mut x = number(&base);
        modulus.multiply(&mut x, &modulus.r, &mut scratch);
        let exponent = Exponent::new(exponents.each_ref().map(BoxedUint::as_words), bits);
        power(&mut x, &exponent, &modulus, &mut Table::new(), &mut scratch);
        modulus.leave(&mut x, &mut scratch);
        result = x;
    }
    for lane in 0..LANES {
        let value = BoxedUint::from_words(words_of(result.as_flattened(), lane));
        let expected = base[lane].pow_mod(&exponents[lane], &odd(&n[lane]));
        assert_eq!(value, expected, "lane {lane}");
    }
}

#[test]
fn arithmetic_of_every_size() {
    if ifma_for(arithmetic_of_every_size).is_none() {
        return;
    }
    proptest!(ProptestConfig::with_cases(24), |(case in case())| {
        arithmetic::<20, 1>(&case, 1024);
        arithmetic::<15, 2>(&case, 1536);
        arithmetic::<20, 2>(&case, 2048);
        arithmetic::<15, 4>(&case, 3072);
        arithmetic::<20, 4>(&case, 4096);
    });
}

#[test]
fn powers_of_every_size() {
    if ifma_for(powers_of_every_size).is_none() {
        return;
    }
    proptest!(ProptestConfig::with_cases(3), |(case in case())| {
        exponentiation::<20, 1>(&case, 1024);
        exponentiation::<15, 2>(&case, 1536);
        exponentiation::<20, 2>(&case, 2048);
    });
}

#[test]
fn numbers_come_out_as_they_went_in() {
    if ifma_for(numbers_come_out_as_they_went_in).is_none() {
        return;
    }
    let words: [Vec<u64>; LANES] =
        std::array::from_fn(|lane| super::random(lane as u64, 1040).to_words().to_vec());
    // SAFETY: the instructions were asked for.
    let number: Number<20, 1> = unsafe { load(words.each_ref().map(Vec::as_slice)) };
    for (lane, words) in words.iter().enumerate() {
        assert_eq!(words_of(number.as_flattened(), lane), *words);
    }
    // SAFETY: as above.
    let nothing: Number<20, 1> = unsafe { zero() };
    assert_eq!(words_of(nothing.as_flattened(), 0), [0; 17]);
    assert_eq!(bits(&[u64::MAX], 60), 0xf);
    assert_eq!(bits(&[0, 1], 64), 1);
    assert_eq!(bits(&[], 0), 0);
}
