//! [`Residue`]: integers modulo the field's prime or the group's order, `R = 2^(64 N)` times
//! themselves (Montgomery's representation).

use super::inverse::{self, Digits};
use super::words::{adc, add, any_bits, mac, sbb, select, sub, wide};
use std::fmt::Debug;
use std::hint::black_box;
use std::marker::PhantomData;
use zeroize::{Zeroize, Zeroizing};

/// An odd modulus above `R / 2`.
pub(in crate::crypto) trait Modulus<const N: usize>:
    Copy + Debug + Eq + Send + Sync + 'static
{
    const MODULUS: [u64; N];
    /// The same for [`inverse`].
    type Digits: Digits<N>;

    /// `(t + top R + q m) / 2^64`, with the `q` that makes it a whole number, as `N` words and a
    /// carry. `t + top R < 2^64 R`; so the result is less than `R + m`.
    #[inline(always)]
    fn step(t: [u64; N], top: u64) -> ([u64; N], u64) {
        let m = &Self::MODULUS;
        let q = t[0].wrapping_mul(const { negated_inverse(Self::MODULUS[0]) });
        let (mut less, mut carry) = ([0; N], 0);
        mac(t[0], q, m[0], &mut carry);
        for i in 1..N {
            less[i - 1] = mac(t[i], q, m[i], &mut carry);
        }
        let mut over = 0;
        less[N - 1] = adc(top, carry, &mut over);
        (less, over)
    }
}

/// `-m^-1 mod 2^64`, by Newton's iteration: `m` itself is right in three bits.
const fn negated_inverse(m: u64) -> u64 {
    let mut inverse = m;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(m.wrapping_mul(inverse)));
        round += 1;
    }
    inverse.wrapping_neg()
}

/// `a 2^shift mod m`, for constants.
pub(super) const fn shifted<const N: usize>(a: [u64; N], shift: usize, m: [u64; N]) -> [u64; N] {
    let mut a = a;
    let mut done = 0;
    while done < shift {
        let mut doubled = [0; N];
        let mut less = [0; N];
        let (mut carry, mut borrow) = (0, false);
        let mut i = 0;
        while i < N {
            doubled[i] = a[i] << 1 | carry;
            carry = a[i] >> 63;
            let (d, first) = doubled[i].overflowing_sub(m[i]);
            let (d, second) = d.overflowing_sub(borrow as u64);
            less[i] = d;
            borrow = first | second;
            i += 1;
        }
        a = if carry == 1 || !borrow { less } else { doubled };
        done += 1;
    }
    a
}

/// Does something for each index below `N`, which is at most 6, written out: the compiler leaves loops
/// with so much in them as they are, which costs a quarter more.
macro_rules! unrolled {
    ($i:ident => $body:expr) => {
        unrolled!($i => $body; 0 1 2 3 4 5)
    };
    ($i:ident => $body:expr; $($number:literal)*) => {
        $(if $number < N {
            let $i = $number;
            $body
        })*
    };
}

/// Less than the modulus, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::crypto) struct Residue<M, const N: usize>(pub(super) [u64; N], PhantomData<M>);

impl<M, const N: usize> Zeroize for Residue<M, N> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl<M: Modulus<N>, const N: usize> Residue<M, N> {
    pub(in crate::crypto) const ZERO: Self = Self::raw([0; N]);
    pub(in crate::crypto) const ONE: Self = Self::constant(unit());
    const R2: Self = Self::raw(shifted(unit(), 128 * N, M::MODULUS));
    const R3: Self = Self::raw(shifted(unit(), 192 * N, M::MODULUS));

    const fn raw(words: [u64; N]) -> Self {
        Self(words, PhantomData)
    }

    /// `a`, which is less than the modulus.
    pub(super) const fn constant(a: [u64; N]) -> Self {
        Self::raw(shifted(a, 64 * N, M::MODULUS))
    }

    /// Any number of `N` words.
    #[inline(always)]
    pub(in crate::crypto) fn from_integer(a: &[u64; N]) -> Self {
        Self::raw(*a).mul(&Self::R2)
    }

    /// `low + high R`.
    pub(super) fn from_wide(low: &[u64; N], high: &[u64; N]) -> Self {
        Self::from_integer(low).add(&Self::raw(*high).mul(&Self::R3))
    }

    /// The number that it stands for, less than the modulus.
    #[inline(always)]
    pub(in crate::crypto) fn to_integer(self) -> [u64; N] {
        Self::reduce(&self.0, &[0; N]).0
    }

    /// `a + top R - m` if that is not negative, else `a`. The compiler must not see the words of
    /// the modulus: it would make comparisons of the subtraction, twice as many instructions.
    #[inline(always)]
    pub(super) fn subtract_once(a: &[u64; N], top: u64) -> Self {
        let m = black_box(const { &M::MODULUS });
        let (less, mut borrow) = sub(a, m);
        sbb(top, 0, &mut borrow);
        Self::raw(select(borrow.wrapping_neg(), a, &less))
    }

    /// `(low + high R) / R`, for `low + high R < m R`.
    #[inline(always)]
    fn reduce(low: &[u64; N], high: &[u64; N]) -> Self {
        let (mut t, mut top) = (*low, 0);
        unrolled!(_i => (t, top) = M::step(t, top));
        let (sum, carry) = add(&t, high);
        Self::subtract_once(&sum, top + carry)
    }

    /// `(t + top R + word b + q m) / 2^64`: a row of the product is added, the lower words, then the
    /// upper ones, and a word leaves.
    #[inline(always)]
    fn multiply_row(mut t: [u64; N], top: u64, word: u64, b: &[u64; N]) -> ([u64; N], u64) {
        let row = b.map(|other| wide(word, other));
        let mut carry = 0;
        for j in 0..N {
            t[j] = adc(t[j], row[j].0, &mut carry);
        }
        let above = top + carry;
        carry = 0;
        for j in 1..N {
            t[j] = adc(t[j], row[j - 1].1, &mut carry);
        }
        let above = adc(above, row[N - 1].1, &mut carry);
        let (t, top) = M::step(t, above);
        (t, top + carry)
    }

    #[inline(always)]
    pub(in crate::crypto) fn mul(&self, other: &Self) -> Self {
        let (a, b) = (&self.0, &other.0);
        let (mut t, mut top) = ([0; N], 0);
        unrolled!(i => (t, top) = Self::multiply_row(t, top, a[i], b));
        Self::subtract_once(&t, top)
    }

    #[inline(always)]
    pub(in crate::crypto) fn square(&self) -> Self {
        let a = &self.0;
        let (mut low, mut high) = ([0; N], [0; N]);
        let word = |low: &mut [u64; N], high: &mut [u64; N], i: usize, value| {
            if i < N {
                low[i] = value;
            } else {
                high[i - N] = value;
            }
        };
        // Each product of two different words once, then all doubled, then the squares.
        unrolled!(i => {
            let mut carry = 0;
            for j in i + 1..N {
                let at = i + j;
                let old = if at < N { low[at] } else { high[at - N] };
                let sum = mac(old, a[i], a[j], &mut carry);
                word(&mut low, &mut high, at, sum);
            }
            if i + 1 < N {
                word(&mut low, &mut high, i + N, carry);
            }
        });
        for i in (0..N).rev() {
            let below = if i == 0 { low[N - 1] } else { high[i - 1] };
            high[i] = high[i] << 1 | below >> 63;
        }
        for i in (1..N).rev() {
            low[i] = low[i] << 1 | low[i - 1] >> 63;
        }
        let mut carry = 0;
        for i in 0..N {
            let (lower, upper) = wide(a[i], a[i]);
            for (at, add) in [(2 * i, lower), (2 * i + 1, upper)] {
                let old = if at < N { low[at] } else { high[at - N] };
                let sum = adc(old, add, &mut carry);
                word(&mut low, &mut high, at, sum);
            }
        }
        Self::reduce(&low, &high)
    }

    #[inline(always)]
    pub(super) fn add(&self, other: &Self) -> Self {
        let (sum, carry) = add(&self.0, &other.0);
        Self::subtract_once(&sum, carry)
    }

    #[inline(always)]
    pub(in crate::crypto) fn double(&self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(in crate::crypto) fn sub(&self, other: &Self) -> Self {
        let (difference, borrow) = sub(&self.0, &other.0);
        let mask = borrow.wrapping_neg();
        Self::raw(add(&difference, &M::MODULUS.map(|word| word & mask)).0)
    }

    #[inline(always)]
    pub(in crate::crypto) fn negate(&self) -> Self {
        Self::ZERO.sub(self)
    }

    #[inline(always)]
    pub(super) fn half(&self) -> Self {
        let mask = (self.0[0] & 1).wrapping_neg();
        let (even, carry) = add(&self.0, &M::MODULUS.map(|word| word & mask));
        let mut half = even;
        for i in 0..N {
            let above = if i + 1 < N { even[i + 1] } else { carry };
            half[i] = even[i] >> 1 | above << 63;
        }
        Self::raw(half)
    }

    /// `a` where the mask is all ones, `b` where it is 0.
    #[inline(always)]
    pub(super) fn select(mask: u64, a: &Self, b: &Self) -> Self {
        Self::raw(select(mask, &a.0, &b.0))
    }

    /// Ors in the bits of `other` that the mask lets through.
    #[inline(always)]
    pub(super) fn gather(&mut self, mask: u64, other: &Self) {
        for i in 0..N {
            self.0[i] |= mask & other.0[i];
        }
    }

    /// All words in one: 0 if and only if it is 0.
    #[inline(always)]
    pub(super) fn any_bits(&self) -> u64 {
        any_bits(&self.0)
    }

    #[inline(always)]
    pub(super) fn is_zero(&self) -> bool {
        self.any_bits() == 0
    }

    /// The inverse, or 0 of 0, in constant time. Of `a R` the division steps give `1 / (a R)`, which
    /// one product sets right.
    pub(in crate::crypto) fn invert(&self) -> Self {
        let [inverse] = inverse::invert::<M::Digits, N, 1>([&self.0], [&M::MODULUS]);
        Self::raw(inverse).mul(&Self::R3)
    }

    /// [`Self::invert`] in a time that depends on the number: for public ones.
    pub(super) fn invert_public(&self) -> Self {
        Self::raw(inverse::invert_public::<M::Digits, N>(&self.0, &M::MODULUS)).mul(&Self::R3)
    }
}

/// [`Residue::invert`] of two numbers modulo two moduli, at once.
pub(super) fn invert_both<M, O, const N: usize>(
    a: &Residue<M, N>,
    b: &Residue<O, N>,
) -> (Residue<M, N>, Residue<O, N>)
where
    M: Modulus<N>,
    O: Modulus<N, Digits = M::Digits>,
{
    let [of_a, of_b] = inverse::invert::<M::Digits, N, 2>([&a.0, &b.0], [&M::MODULUS, &O::MODULUS]);
    let (of_a, of_b) = (Residue::raw(of_a), Residue::raw(of_b));
    (of_a.mul(&Residue::R3), of_b.mul(&Residue::R3))
}

/// Inverts numbers none of which is 0, with three products for each and one inversion for all.
pub(super) fn invert_all<M: Modulus<N>, const N: usize>(
    numbers: &mut [Residue<M, N>],
    invert: fn(&Residue<M, N>) -> Residue<M, N>,
) {
    let mut product = Residue::ONE;
    let before = numbers.iter().map(|number| {
        let before = product;
        product = product.mul(number);
        before
    });
    let before: Zeroizing<Vec<_>> = Zeroizing::new(before.collect());
    let mut inverse = invert(&product);
    for (number, before) in numbers.iter_mut().zip(before.iter()).rev() {
        let inverted = inverse.mul(before);
        inverse = inverse.mul(number);
        *number = inverted;
    }
}

pub(super) const fn unit<const N: usize>() -> [u64; N] {
    let mut one = [0; N];
    one[0] = 1;
    one
}
