//! One number modulo each prime, or modulo `n`, across the lanes.

use super::{Modulus, Operand, congruent, ifma_for, modulus, operand, power_of_two};
use crate::crypto::ifma::digits::{BITS, LANES, of_lanes, to_lanes};
use crate::crypto::ifma::rsa::chunks::{ChunkModulus, Chunks, chunk_bits, pack, unpack};
use p256::elliptic_curve::bigint::{BoxedUint, ConcatenatingMul as _};
use proptest::prelude::*;

/// One case: two numbers side by side, or the first alone.
#[derive(Clone, Debug)]
struct Case {
    moduli: [Modulus; 2],
    a: [Operand; 2],
    b: [Operand; 2],
    garbage: u64,
    squarings: usize,
}

fn case() -> impl Strategy<Value = Case> {
    (
        prop::array::uniform2(modulus()),
        prop::array::uniform2(operand(3)),
        prop::array::uniform2(operand(3)),
        any::<u64>(),
        0..7_usize,
    )
        .prop_map(|(moduli, a, b, garbage, squarings)| Case {
            moduli,
            a,
            b,
            garbage,
            squarings,
        })
}

/// Puts something above bit 52 of each digit but the highest of a chunk, which has none there.
fn soiled<const K: usize>(mut number: Chunks<K>, garbage: u64) -> Chunks<K> {
    for register in &mut number[..K - 1] {
        *register = of_lanes(to_lanes(*register).map(|digit: u64| digit | garbage << BITS));
    }
    number
}

fn products<const K: usize>(case: &Case, bits: usize, numbers: usize) {
    let chunks = LANES / numbers;
    let length = chunks * chunk_bits(K);
    let r = power_of_two(length);
    let n: Vec<_> = case.moduli[..numbers]
        .iter()
        .map(|kind| kind.value(bits))
        .collect();
    let value = |kind: &Operand, n: &BoxedUint| kind.value(n, length);
    let a: Vec<_> = case
        .a
        .iter()
        .zip(&n)
        .map(|(kind, n)| value(kind, n))
        .collect();
    let mut b: Vec<_> = case
        .b
        .iter()
        .zip(&n)
        .map(|(kind, n)| value(kind, n))
        .collect();
    let thrice = |n: &BoxedUint| n.concatenating_mul(BoxedUint::from(3_u8));
    for ((a, b), n) in a.iter().zip(&mut b).zip(&n) {
        if *a >= thrice(n) || *b >= thrice(n) {
            *b = value(&Operand::BelowMultiple(1), n);
        }
    }
    let words = |values: &[BoxedUint]| -> Vec<Vec<u64>> {
        values
            .iter()
            .map(|value| value.as_words().to_vec())
            .collect()
    };
    let (n_words, a_words, b_words) = (words(&n), words(&a), words(&b));
    let slices = |words: &[Vec<u64>]| -> Chunks<K> {
        let words: Vec<_> = words.iter().map(Vec::as_slice).collect();
        pack(&words, 0)
    };
    let moduli: Vec<_> = n_words.iter().map(Vec::as_slice).collect();
    let modulus = ChunkModulus::<K>::new(&moduli);
    let mut product = soiled(slices(&a_words), case.garbage);
    let factor = soiled(slices(&b_words), !case.garbage);
    let mut chain;
    let mut sum;
    // SAFETY: the tests have asked for the instructions.
    unsafe {
        modulus.multiply(&mut product, &factor);
        chain = product;
        modulus.raise(&mut chain, case.squarings, &product);
        sum = product;
        modulus.add(&mut sum, &chain);
        modulus.multiply(&mut sum, &factor);
    }
    let out = |number: &Chunks<K>, which: usize| {
        BoxedUint::from_words(unpack(number, which * chunks, chunks).iter().copied())
    };
    for which in 0..numbers {
        let (n, a, b) = (&n[which], &a[which], &b[which]);
        let first = out(&product, which);
        assert!(first < thrice(n), "the product is too large");
        assert!(
            congruent(&first.concatenating_mul(&r), &a.concatenating_mul(b), n),
            "the product is wrong"
        );
        // The same number of divisions by R as the chain has multiplications.
        let mut expected = super::remainder(&first, n);
        let mut divisor = BoxedUint::one();
        for _ in 0..case.squarings {
            expected = super::remainder(&expected.concatenating_mul(&expected), n);
            divisor = super::remainder(
                &divisor.concatenating_mul(&divisor).concatenating_mul(&r),
                n,
            );
        }
        expected = expected.concatenating_mul(&first);
        divisor = divisor.concatenating_mul(&r);
        let last = out(&chain, which);
        assert!(last < thrice(n), "the power is too large");
        assert!(
            congruent(&last.concatenating_mul(&divisor), &expected, n),
            "the power is wrong"
        );
        let total = out(&sum, which);
        assert!(total < thrice(n), "the product of a sum is too large");
        let expected = super::remainder(&first.wrapping_add(&last), n).concatenating_mul(b);
        assert!(
            congruent(&total.concatenating_mul(&r), &expected, n),
            "the product of a sum is wrong"
        );
    }
}

#[test]
fn products_of_every_size() {
    if ifma_for(products_of_every_size).is_none() {
        return;
    }
    proptest!(ProptestConfig::with_cases(48), |(case in case())| {
        products::<5>(&case, 1024, 2);
        products::<8>(&case, 1536, 2);
        products::<10>(&case, 2048, 2);
        products::<5>(&case, 2048, 1);
        products::<8>(&case, 3072, 1);
        products::<10>(&case, 4096, 1);
    });
}
