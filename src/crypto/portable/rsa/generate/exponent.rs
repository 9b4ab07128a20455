//! Private exponents: inverses of the public one.

use super::residues::modulo_exponent;
use crate::crypto::portable::rsa::words::{assign_if, halve_if, inverse, is_less, subtract_if};
use zeroize::Zeroizing;

/// The public exponent, a prime.
pub(super) const E: u64 = 65_537;

/// `1/e` modulo an even number that `e` does not divide.
pub(super) fn invert_exponent(order: &[u64]) -> Zeroizing<Vec<u64>> {
    // The inverse is (1 + k order) / e with the k for which e divides that.
    let rest = modulo_exponent(order);
    let mut inverse = 1;
    // 1 / rest is rest^(e - 2), and e - 2 has sixteen bits, all of them set.
    for _ in 0..16 {
        inverse = inverse * inverse % E * rest % E;
    }
    let k = E - inverse;
    let mut number = Zeroizing::new(vec![0; order.len() + 1]);
    let mut carry = 1;
    for (word, order) in number.iter_mut().zip(order) {
        (*word, carry) = order.carrying_mul(k, carry);
    }
    number[order.len()] = carry;
    divide_exactly(&mut number, &[E]);
    number.truncate(order.len());
    number
}

/// Divides a number by an odd one that divides it.
fn divide_exactly(number: &mut [u64], divisor: &[u64]) {
    let inverse = inverse(divisor[0]);
    for place in 0..number.len() {
        // The quotient's next word is what makes the lowest word vanish.
        let quotient = number[place].wrapping_mul(inverse);
        let (mut carry, mut borrow) = (0, false);
        let above = divisor.iter().chain(std::iter::repeat(&0));
        for (word, divisor) in number[place..].iter_mut().zip(above) {
            let (product, high) = divisor.carrying_mul(quotient, carry);
            carry = high;
            (*word, borrow) = word.borrowing_sub(product, borrow);
        }
        number[place] = quotient;
    }
}

/// `lcm(p - 1, q - 1)`, from `p - 1` and `q - 1` and their product.
pub(super) fn least_common_multiple(a: &[u64], b: &[u64], product: &[u64]) -> Zeroizing<Vec<u64>> {
    let mut multiple = Zeroizing::new(product.to_vec());
    let (divisor, twos) = greatest_common_divisor(a, b);
    // There are not more twos than a prime has bits.
    for place in 0..64 * a.len() {
        halve_if(&mut multiple, place < twos);
    }
    divide_exactly(&mut multiple, &divisor);
    multiple
}

/// The greatest common divisor: its odd part, and how often two divides it. Each step takes a bit
/// from one of the numbers, and all steps that can be necessary are made.
fn greatest_common_divisor(a: &[u64], b: &[u64]) -> (Zeroizing<Vec<u64>>, usize) {
    let (mut a, mut b) = (Zeroizing::new(a.to_vec()), Zeroizing::new(b.to_vec()));
    let mut difference = Zeroizing::new(vec![0; a.len()]);
    let mut twos = 0;
    for _ in 0..128 * a.len() {
        let (first_is_odd, other_is_odd) = (a[0] & 1 == 1, b[0] & 1 == 1);
        twos += usize::from(!first_is_odd & !other_is_odd);
        // Of two odd numbers, the larger one becomes the difference, which is even.
        let are_odd = first_is_odd & other_is_odd;
        let is_less = is_less(&a, &b);
        difference.copy_from_slice(&a);
        subtract_if(&mut difference, &b, true);
        assign_if(&mut a, &difference, are_odd & !is_less);
        difference.copy_from_slice(&b);
        subtract_if(&mut difference, &a, are_odd & is_less);
        assign_if(&mut b, &difference, are_odd & is_less);
        // What is even is halved.
        for number in [&mut a, &mut b] {
            let is_even = number[0] & 1 == 0;
            halve_if(number, is_even);
        }
    }
    // One of the two is zero.
    for (a, b) in a.iter_mut().zip(b.iter()) {
        *a |= b;
    }
    (a, twos)
}
