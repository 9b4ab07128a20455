//! Numbers that lie across the lanes, for one operation at a time: four lanes for one number
//! modulo each prime, or all eight for one number modulo `n`.
//!
//! A number is cut into chunks of `C = 52 K - 2` bits, one a lane, of `K` digits each: register
//! `t` holds digit `t` of every chunk. The two spare bits take up the carries between chunks, which
//! therefore need not ripple: a chunk may be a little more than `2^C`.
//!
//! With `R = 2^(C * chunks)`, products are `a b / R mod n` as in [`super::modular`], a chunk of
//! `b` at a time. All chunks but the last are reduced by a multiple of the modulus that is
//! `-1 mod 2^C`: the chunk to clear is then itself the factor that clears it, and no digit has to
//! wait for the one before. Such a multiple can leave a result of up to `2n` where the product
//! was small, so numbers here are less than `3n`.

use crate::crypto::ifma::digits::{BITS, LANES, V, of_lanes, to_lanes};
use crate::crypto::ifma::unroll::{align_frame, high, low, pin, unroll};
use core::arch::x86_64::{
    __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52lo_epu64,
    _mm512_maskz_permutexvar_epi64, _mm512_maskz_srli_epi64, _mm512_permutexvar_epi64,
    _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srli_epi64,
};
use zeroize::{Zeroize, Zeroizing};

/// Digit `t` of every chunk.
pub(super) type Chunks<const K: usize> = [V; K];

/// Spare bits in the highest digit of a chunk.
const SPARE: u32 = 2;

/// Bits of the highest digit of a chunk.
const TOP: u32 = 50;

/// Bits in a chunk.
pub(super) const fn chunk_bits(digits: usize) -> usize {
    BITS * digits - SPARE as usize
}

/// How the lanes are shared out: among `LANES / chunks` numbers.
struct Layout {
    chunks: usize,
    /// For each chunk, where all the lanes of a number find it.
    spread: [V; LANES],
    /// Where each lane finds the next chunk of its number, and the lanes that have one.
    next: V,
    has_next: __mmask8,
    /// The same for the chunk before.
    previous: V,
    has_previous: __mmask8,
    /// The lanes of the lowest chunks.
    lowest: __mmask8,
}

impl Layout {
    fn new(chunks: usize) -> Self {
        let lanes = |find: &dyn Fn(usize) -> usize| {
            of_lanes(std::array::from_fn(|lane| (find(lane) % LANES) as u64))
        };
        let mask = |holds: &dyn Fn(usize) -> bool| {
            (0..LANES).fold(0, |mask, lane| mask | u8::from(holds(lane)) << lane)
        };
        Self {
            chunks,
            spread: std::array::from_fn(|chunk| lanes(&|lane| lane / chunks * chunks + chunk)),
            next: lanes(&|lane| lane + 1),
            has_next: mask(&|lane| lane % chunks != chunks - 1),
            previous: lanes(&|lane| lane + LANES - 1),
            has_previous: mask(&|lane| lane % chunks != 0),
            lowest: mask(&|lane| lane % chunks == 0),
        }
    }
}

/// The moduli of the numbers in a register: two of four chunks or one of eight.
pub(super) struct ChunkModulus<const K: usize> {
    layout: Layout,
    n: Chunks<K>,
    /// `(c n + 1) / 2^C`, where `c n = -1 mod 2^C`.
    multiple: Chunks<K>,
    /// `-1/n mod 2^52`.
    inverse: V,
    top: V,
}

impl<const K: usize> ChunkModulus<K> {
    /// Takes odd moduli, which leave at least 4 bits of the chunks free.
    pub(super) fn new(moduli: &[&[u64]]) -> Self {
        let chunks = LANES / moduli.len();
        let multiples: Vec<_> = moduli.iter().map(|n| multiple(n, chunk_bits(K))).collect();
        let multiples: Vec<_> = multiples.iter().map(|words| words.as_slice()).collect();
        let inverse = |lane: usize| super::modular::negated_inverse(moduli[lane / chunks][0]);
        Self {
            layout: Layout::new(chunks),
            n: pack(moduli, 0),
            multiple: pack(&multiples, 0),
            inverse: of_lanes(std::array::from_fn(inverse)),
            top: of_lanes([(1 << TOP) - 1; LANES]),
        }
    }

    /// Squares a number some times, then multiplies it.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn raise(&self, x: &mut Chunks<K>, squarings: usize, factor: &Chunks<K>) {
        let mut power = *x;
        for _ in 0..squarings {
            power = product(&power, &power, self);
        }
        *x = product(&power, factor, self);
    }

    /// `x * y / R` for `x` less than `R`, and `y` less than `n`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn multiply(&self, x: &mut Chunks<K>, y: &Chunks<K>) {
        self.raise(x, 0, y);
    }

    /// The sum of two numbers.
    #[target_feature(enable = "avx512f")]
    pub(super) fn add(&self, x: &mut Chunks<K>, y: &Chunks<K>) {
        crate::crypto::ifma::digits::clean(x);
        let mut y = *y;
        crate::crypto::ifma::digits::clean(&mut y);
        for (x, y) in x.iter_mut().zip(y) {
            *x = _mm512_add_epi64(*x, y);
        }
        *x = carry(*x, self);
    }
}

impl<const K: usize> Zeroize for ChunkModulus<K> {
    fn zeroize(&mut self) {
        let Self {
            layout: _,
            n,
            multiple,
            inverse,
            top: _,
        } = self;
        n.zeroize();
        multiple.zeroize();
        inverse.zeroize();
    }
}

/// Adds the columns below `K` of a product of chunks to `$sum`, row by row: neighbouring
/// instructions have different sums.
macro_rules! low_columns {
    ($sum:ident, $a:expr, $b:expr) => {
        unroll!(I < K <= 10, {
            unroll!(J < K <= 10, {
                if I + J < K {
                    low(&mut $sum[I + J], &$a[J], &$b[I]);
                }
                if I + J + 1 < K {
                    high(&mut $sum[I + J + 1], &$a[J], &$b[I]);
                }
            });
        })
    };
}

/// The same for the columns from `K` on.
macro_rules! high_columns {
    ($sum:ident, $a:expr, $b:expr) => {
        unroll!(I < K <= 10, { high_columns!($sum, $a, $b, I) })
    };
    ($sum:ident, $a:expr, $b:expr, $row:expr) => {
        unroll!(J < K <= 10, {
            if $row + J >= K {
                low(&mut $sum[$row + J - K], &$a[J], &$b[$row]);
            }
            if $row + J + 1 >= K {
                high(&mut $sum[$row + J + 1 - K], &$a[J], &$b[$row]);
            }
        })
    };
}

/// A chunk of each number, in all of the number's lanes.
macro_rules! spread {
    ($number:expr, $chunk:expr, $layout:expr) => {{
        let index = $layout.spread[$chunk];
        let mut chunk = [_mm512_setzero_si512(); K];
        unroll!(J < K <= 10, {
            chunk[J] = _mm512_permutexvar_epi64(index, $number[J]);
        });
        chunk
    }};
}

/// `a * b / R mod n`.
#[allow(
    clippy::too_many_lines,
    reason = "one sequence, whose order is that of the latencies"
)]
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn product<const K: usize>(a: &Chunks<K>, b: &Chunks<K>, modulus: &ChunkModulus<K>) -> Chunks<K> {
    let ChunkModulus {
        layout,
        n,
        multiple,
        inverse,
        top,
    } = modulus;
    align_frame!();
    let zero = _mm512_setzero_si512();
    let first = layout.spread[0];
    let mut factor = spread!(b, 0, layout);
    // What is to be cleared, in the lowest chunks; what belongs a chunk higher, of the products
    // that are in `sums` already; the next product.
    let mut sums = [zero; K];
    let mut above = [zero; K];
    let mut ahead;
    low_columns!(sums, a, factor);
    high_columns!(above, a, factor);
    let mut quotient = [zero; K];
    macro_rules! clear_chunk {
        ($is_first:literal) => {{
            let before = quotient;
            let mut digit = sums[0];
            unroll!(I < K <= 10, {
                let mut chosen = _mm512_permutexvar_epi64(first, digit);
                if I + 1 < K {
                    digit = _mm512_add_epi64(sums[I + 1], _mm512_srli_epi64::<52>(digit));
                } else {
                    chosen = _mm512_and_si512(chosen, *top);
                }
                quotient[I] = chosen;
            });
            pin!(digit);
            let carry = _mm512_maskz_srli_epi64::<TOP>(layout.lowest, digit);
            if !$is_first {
                high_columns!(above, multiple, before);
            }
            unroll!(J < K <= 10, {
                let shifted = _mm512_maskz_permutexvar_epi64(layout.has_next, layout.next, sums[J]);
                let above = _mm512_slli_epi64::<SPARE>(above[J]);
                sums[J] = _mm512_add_epi64(_mm512_add_epi64(above, shifted), ahead[J]);
            });
            sums[0] = _mm512_add_epi64(sums[0], carry);
            low_columns!(sums, multiple, quotient);
            pin!(sums[0]);
            above = [zero; K];
            high_columns!(above, a, factor);
        }};
    }
    macro_rules! look_ahead {
        ($chunk:expr) => {{
            factor = spread!(b, $chunk, layout);
            ahead = [zero; K];
            low_columns!(ahead, a, factor);
        }};
    }
    look_ahead!(1);
    clear_chunk!(true);
    for chunk in 2..layout.chunks {
        look_ahead!(chunk);
        clear_chunk!(false);
    }

    // The last chunk, digit by digit by the modulus itself; the products that are still missing
    // fill the time between.
    let mut carry = zero;
    let mut second = zero;
    unroll!(I < K <= 10, {
        let mut sum = sums[I];
        if I > 0 {
            sum = _mm512_add_epi64(_mm512_add_epi64(sum, second), carry);
        }
        let digit = _mm512_madd52lo_epu64(zero, sum, *inverse);
        let mut digit = _mm512_permutexvar_epi64(first, digit);
        if I + 1 == K {
            digit = _mm512_and_si512(digit, *top);
        }
        pin!(digit);
        low(&mut sum, &n[0], &digit);
        sums[I] = sum;
        carry = if I + 1 < K {
            _mm512_maskz_srli_epi64::<52>(layout.lowest, sum)
        } else {
            _mm512_maskz_srli_epi64::<TOP>(layout.lowest, sum)
        };
        // Column I + 1 is the next to be cleared: of the two products that it waits for, one is
        // kept apart until then.
        second = _mm512_madd52lo_epu64(zero, n[1], digit);
        if I + 1 < K {
            high(&mut sums[I + 1], &n[0], &digit);
        } else {
            high(&mut above[0], &n[0], &digit);
        }
        high_columns!(above, multiple, quotient, I);
        unroll!(J < K <= 10, {
            if J > 1 {
                if I + J < K {
                    low(&mut sums[I + J], &n[J], &digit);
                } else {
                    low(&mut above[I + J - K], &n[J], &digit);
                }
            }
        });
        unroll!(J < K <= 10, {
            if J > 0 {
                if I + J + 1 < K {
                    high(&mut sums[I + J + 1], &n[J], &digit);
                } else {
                    high(&mut above[I + J + 1 - K], &n[J], &digit);
                }
            }
        });
    });
    above[0] = _mm512_add_epi64(above[0], second);
    unroll!(J < K <= 10, {
        let shifted = _mm512_maskz_permutexvar_epi64(layout.has_next, layout.next, sums[J]);
        sums[J] = _mm512_add_epi64(_mm512_slli_epi64::<SPARE>(above[J]), shifted);
    });
    sums[0] = _mm512_add_epi64(sums[0], carry);
    self::carry(sums, modulus)
}

/// Carries between the columns of each chunk, after the carries between the chunks went one lane
/// up. Digits below the highest keep what stands above bit 52.
#[inline]
#[target_feature(enable = "avx512f")]
fn carry<const K: usize>(mut sums: Chunks<K>, modulus: &ChunkModulus<K>) -> Chunks<K> {
    let ChunkModulus { layout, top, .. } = modulus;
    let out = _mm512_srli_epi64::<TOP>(sums[K - 1]);
    sums[K - 1] = _mm512_and_si512(sums[K - 1], *top);
    let into = _mm512_maskz_permutexvar_epi64(layout.has_previous, layout.previous, out);
    sums[0] = _mm512_add_epi64(sums[0], into);
    unroll!(J < K <= 10, {
        if J + 1 < K {
            sums[J + 1] = _mm512_add_epi64(sums[J + 1], _mm512_srli_epi64::<52>(sums[J]));
        }
    });
    sums
}

/// Takes one number or two, in 64-bit words, from bit `start` on.
pub(super) fn pack<const K: usize>(numbers: &[&[u64]], start: usize) -> Chunks<K> {
    let chunks = LANES / numbers.len();
    std::array::from_fn(|digit| {
        of_lanes(std::array::from_fn(|lane| {
            let bit = start + chunk_bits(K) * (lane % chunks) + BITS * digit;
            let bits = if digit + 1 < K { BITS } else { TOP as usize };
            crate::crypto::ifma::digits::bits(numbers[lane / chunks], bit) & ((1 << bits) - 1)
        }))
    })
}

/// The number that begins at lane `first` and has so many chunks, in 64-bit words.
pub(super) fn unpack<const K: usize>(
    number: &Chunks<K>,
    first: usize,
    chunks: usize,
) -> Zeroizing<Vec<u64>> {
    let mut words = Zeroizing::new(Vec::with_capacity(
        (chunk_bits(K) * chunks).div_ceil(64) + 1,
    ));
    // Digits overlap by the spare bits, hence the addition.
    let (mut buffer, mut start) = (0_u128, 0);
    for chunk in 0..chunks {
        for (digit, &register) in number.iter().enumerate() {
            let position = chunk_bits(K) * chunk + BITS * digit;
            if position - start >= 64 {
                words.push(halves(buffer)[0]);
                buffer >>= 64;
                start += 64;
            }
            let value = to_lanes(register)[first + chunk] & ((1 << BITS) - 1);
            buffer += u128::from(value) << (position - start);
        }
    }
    words.extend(halves(buffer));
    words
}

/// The low and the high 64 bits.
#[allow(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn halves(value: u128) -> [u64; 2] {
    [value as u64, (value >> 64) as u64]
}

/// `(c n + 1) / 2^bits`, where `c n = -1 mod 2^bits`, for odd `n`.
fn multiple(n: &[u64], bits: usize) -> Zeroizing<Vec<u64>> {
    let rows = bits.div_ceil(64);
    let inverse = super::modular::negated_inverse_64(n[0]);
    let mut sum = Zeroizing::new(vec![0_u64; n.len() + rows + 1]);
    sum[0] = 1;
    for row in 0..rows {
        // The last row clears the bits that are left, and no more.
        let mask = u64::MAX >> (64 - (bits - 64 * row).min(64));
        let factor = sum[row].wrapping_mul(inverse) & mask;
        let mut carry = 0;
        for (place, sum) in sum[row..].iter_mut().enumerate() {
            let n = n.get(place).copied().unwrap_or(0);
            let total = u128::from(factor) * u128::from(n) + u128::from(*sum) + carry;
            let [low, high] = halves(total);
            *sum = low;
            carry = u128::from(high);
        }
    }
    let shift = bits % 64;
    let words = &sum[bits / 64..];
    let mut multiple = Zeroizing::new(vec![0; words.len()]);
    for (place, word) in multiple.iter_mut().enumerate() {
        let next = words.get(place + 1).copied().unwrap_or(0);
        *word = words[place] >> shift | next << 1 << (63 - shift);
    }
    multiple
}
