//! Modular inverses by division steps (Bernstein and Yang, "Fast constant-time gcd computation and
//! modular inversion", 2019), in the variant that starts with delta = 1/2. Numbers are signed digits
//! of 62 bits.

use std::array;
use std::hint::black_box;

const MASK: i64 = (1 << 62) - 1;
/// Steps from one update of the long numbers to the next, in constant time.
const STEPS: u32 = 60;

/// How many digits the numbers of a modulus have: `[i64; L]`.
pub(in crate::crypto) trait Digits<const N: usize>:
    Copy + AsRef<[i64]> + AsMut<[i64]>
{
    const ZERO: Self;
    /// So often [`STEPS`] are enough for any two numbers of `64 N` bits: that takes
    /// `(45907 * 64 N + 30179) / 19929` steps, 591 for four words, 886 for six.
    const ROUNDS: usize;
}

impl Digits<4> for [i64; 5] {
    const ZERO: Self = [0; 5];
    const ROUNDS: usize = 10;
}

impl Digits<6> for [i64; 7] {
    const ZERO: Self = [0; 7];
    const ROUNDS: usize = 15;
}

/// A product of division steps, times `2^62`.
#[derive(Clone, Copy)]
struct Transition {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// Division steps, which look at the lowest bits alone; no branch depends on them.
struct Steps {
    zeta: i64,
    f: i64,
    g: i64,
    transition: Transition,
}

impl Steps {
    #[inline(always)]
    fn new(zeta: i64, f: i64, g: i64) -> Self {
        let scale = 1 << (62 - STEPS);
        let transition = Transition {
            u: scale,
            v: 0,
            q: 0,
            r: scale,
        };
        Self {
            zeta,
            f,
            g,
            transition,
        }
    }

    #[inline(always)]
    fn step(&mut self) {
        let Self { zeta, f, g, .. } = self;
        let Transition { u, v, q, r } = &mut self.transition;
        let swap = *zeta >> 63;
        let odd = -(*g & 1);
        let x = (*f ^ swap).wrapping_sub(swap);
        let y = (*u ^ swap).wrapping_sub(swap);
        let z = (*v ^ swap).wrapping_sub(swap);
        *g = g.wrapping_add(x & odd);
        *q = q.wrapping_add(y & odd);
        *r = r.wrapping_add(z & odd);
        let both = swap & odd;
        *zeta = (*zeta ^ both).wrapping_sub(1);
        *f = f.wrapping_add(*g & both);
        *u = u.wrapping_add(*q & both);
        *v = v.wrapping_add(*r & both);
        *g >>= 1;
        *u = u.wrapping_shl(1);
        *v = v.wrapping_shl(1);
    }
}

/// 62 steps, several zeros or up to six bits at once: for public numbers.
#[allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "numbers modulo 2^64, and counts up to 62"
)]
fn steps_public(mut eta: i64, f: i64, g: i64) -> (i64, Transition) {
    let (mut u, mut v, mut q, mut r) = (1_i64, 0_i64, 0_i64, 1_i64);
    let (mut f, mut g) = (f as u64, g as u64);
    let mut left = 62_u32;
    loop {
        let zeros = (g | (u64::MAX << left)).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            return (eta, Transition { u, v, q, r });
        }
        let multiple;
        if eta < 0 {
            eta = -eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, -u);
            (v, r) = (r, -v);
            let bits = (eta as u32 + 1).min(left).min(6);
            // f (f^2 - 2) = -1 / f modulo 64
            let minus_inverse = f.wrapping_mul(f.wrapping_mul(f).wrapping_sub(2));
            multiple = minus_inverse.wrapping_mul(g) & ((1 << bits) - 1);
        } else {
            let bits = (eta as u32 + 1).min(left).min(4);
            // The inverse modulo 16.
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            multiple = inverse.wrapping_neg().wrapping_mul(g) & ((1 << bits) - 1);
        }
        g = g.wrapping_add(f.wrapping_mul(multiple));
        q += u * multiple as i64;
        r += v * multiple as i64;
    }
}

/// `(d, e)` times the transition, divided by `2^62` modulo the modulus.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "digits of sums")]
fn update_inverses<L: Digits<N>, const N: usize>(
    d: &mut L,
    e: &mut L,
    t: &Transition,
    modulus: &L,
    inverse: i64,
) {
    let (d, e, m) = (d.as_mut(), e.as_mut(), modulus.as_ref());
    let last = m.len() - 1;
    let [u, v, q, r] = [t.u, t.v, t.q, t.r].map(i128::from);
    let (d_sign, e_sign) = (d[last] >> 63, e[last] >> 63);
    let mut of_d = (t.u & d_sign) + (t.v & e_sign);
    let mut of_e = (t.q & d_sign) + (t.r & e_sign);
    let mut to_d = u * i128::from(d[0]) + v * i128::from(e[0]);
    let mut to_e = q * i128::from(d[0]) + r * i128::from(e[0]);
    of_d -= inverse.wrapping_mul(to_d as i64).wrapping_add(of_d) & MASK;
    of_e -= inverse.wrapping_mul(to_e as i64).wrapping_add(of_e) & MASK;
    let [of_d, of_e] = [of_d, of_e].map(i128::from);
    to_d = (to_d + i128::from(m[0]) * of_d) >> 62;
    to_e = (to_e + i128::from(m[0]) * of_e) >> 62;
    for i in 1..m.len() {
        let [d_i, e_i, m_i] = [d[i], e[i], m[i]].map(i128::from);
        to_d += u * d_i + v * e_i + m_i * of_d;
        to_e += q * d_i + r * e_i + m_i * of_e;
        d[i - 1] = to_d as i64 & MASK;
        e[i - 1] = to_e as i64 & MASK;
        to_d >>= 62;
        to_e >>= 62;
    }
    d[last] = to_d as i64;
    e[last] = to_e as i64;
}

/// `(f, g)` times the transition, divided by `2^62`, which leaves nothing.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "digits of sums")]
fn update_numbers<L: Digits<N>, const N: usize>(f: &mut L, g: &mut L, t: &Transition) {
    let (f, g) = (f.as_mut(), g.as_mut());
    let last = f.len() - 1;
    let [u, v, q, r] = [t.u, t.v, t.q, t.r].map(i128::from);
    let mut to_f = (u * i128::from(f[0]) + v * i128::from(g[0])) >> 62;
    let mut to_g = (q * i128::from(f[0]) + r * i128::from(g[0])) >> 62;
    for i in 1..=last {
        let [f_i, g_i] = [f[i], g[i]].map(i128::from);
        to_f += u * f_i + v * g_i;
        to_g += q * f_i + r * g_i;
        f[i - 1] = to_f as i64 & MASK;
        g[i - 1] = to_g as i64 & MASK;
        to_f >>= 62;
        to_g >>= 62;
    }
    f[last] = to_f as i64;
    g[last] = to_g as i64;
}

fn carry(a: &mut [i64]) {
    for i in 1..a.len() {
        a[i] += a[i - 1] >> 62;
        a[i - 1] &= MASK;
    }
}

/// `d` or `-d`, by the sign of `f`, from between `-2m` and `m` into `[0, m)`.
#[allow(clippy::cast_sign_loss, reason = "the digits are no longer negative")]
fn finish<L: Digits<N>, const N: usize>(mut d: L, f: &L, modulus: &L) -> [u64; N] {
    let (d, m) = (d.as_mut(), modulus.as_ref());
    let last = m.len() - 1;
    // Black boxes: of these masks the compiler makes jumps over the additions.
    let is_negative = black_box(d[last] >> 63);
    let minus = black_box(f.as_ref()[last] >> 63);
    for i in 0..m.len() {
        d[i] += m[i] & is_negative;
        d[i] = (d[i] ^ minus) - minus;
    }
    carry(d);
    let is_negative = black_box(d[last] >> 63);
    for i in 0..m.len() {
        d[i] += m[i] & is_negative;
    }
    carry(d);
    let mut words = [0; N];
    for (i, word) in words.iter_mut().enumerate() {
        let (digit, shift) = (64 * i / 62, 64 * i % 62);
        *word = d[digit] as u64 >> shift | (d[digit + 1] as u64) << (62 - shift);
    }
    words
}

#[inline(always)]
#[allow(clippy::cast_possible_wrap, reason = "62 bits are left")]
fn digits<L: Digits<N>, const N: usize>(a: &[u64; N]) -> L {
    let mut digits = L::ZERO;
    for (i, digit) in digits.as_mut().iter_mut().enumerate() {
        let (word, shift) = (62 * i / 64, 62 * i % 64);
        let low = a.get(word).map_or(0, |word| word >> shift);
        let high = a.get(word + 1).map_or(0, |word| word << 1 << (63 - shift));
        *digit = (low | high) as i64 & MASK;
    }
    digits
}

/// `1 / m` modulo `2^62`, for odd `m`.
#[allow(clippy::cast_possible_wrap, reason = "62 bits are left")]
const fn inverse_of_digit(m: u64) -> i64 {
    let mut inverse = m;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(m.wrapping_mul(inverse)));
        round += 1;
    }
    inverse as i64 & MASK
}

/// `1 / a mod m`, or 0 of 0, for each `a` and its `m > a`, in constant time. The steps of two do
/// not wait for each other, so that both take less time than one after the other.
#[inline(never)]
pub(super) fn invert<L: Digits<N>, const N: usize, const K: usize>(
    numbers: [&[u64; N]; K],
    moduli: [&[u64; N]; K],
) -> [[u64; N]; K] {
    let (mut d, mut e) = ([L::ZERO; K], [L::ZERO; K]);
    for e in &mut e {
        e.as_mut()[0] = 1;
    }
    let inverses = moduli.map(|modulus| inverse_of_digit(modulus[0]));
    let moduli = moduli.map(digits::<L, N>);
    let (mut f, mut g) = (moduli, numbers.map(digits::<L, N>));
    let mut zetas = [-1; K];
    for _ in 0..L::ROUNDS {
        let mut steps: [Steps; K] =
            array::from_fn(|i| Steps::new(zetas[i], f[i].as_ref()[0], g[i].as_ref()[0]));
        for _ in 0..STEPS {
            for steps in &mut steps {
                steps.step();
            }
        }
        for i in 0..K {
            zetas[i] = steps[i].zeta;
            let transition = &steps[i].transition;
            update_inverses(&mut d[i], &mut e[i], transition, &moduli[i], inverses[i]);
            update_numbers(&mut f[i], &mut g[i], transition);
        }
    }
    array::from_fn(|i| finish(d[i], &f[i], &moduli[i]))
}

/// [`invert`] in a time that depends on `a`.
#[inline(never)]
pub(super) fn invert_public<L: Digits<N>, const N: usize>(a: &[u64; N], m: &[u64; N]) -> [u64; N] {
    let (modulus, inverse) = (digits::<L, N>(m), inverse_of_digit(m[0]));
    let (mut d, mut e) = (L::ZERO, L::ZERO);
    e.as_mut()[0] = 1;
    let (mut f, mut g) = (modulus, digits::<L, N>(a));
    let mut eta = -1;
    while g.as_ref().iter().any(|&digit| digit != 0) {
        let t;
        (eta, t) = steps_public(eta, f.as_ref()[0], g.as_ref()[0]);
        update_inverses(&mut d, &mut e, &t, &modulus, inverse);
        update_numbers(&mut f, &mut g, &t);
    }
    finish(d, &f, &modulus)
}
