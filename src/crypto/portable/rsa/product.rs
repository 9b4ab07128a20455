//! Products, squares and Montgomery's reduction, four words of one number at a time.
//!
//! A row is four words of the multiplier. It goes over the words of the other number with a window
//! of four words that slides along: what the row has added at the places that are not written yet.
//! A product of two words with two words added to it is less than `2^128`, so a window never grows.

/// Words in a row: as many as there are registers for.
const ROW: usize = 4;

type Row = [u64; ROW];

/// A number of `2 N` words, least significant first.
pub(super) type Wide<const N: usize> = [[u64; N]; 2];

/// Adds `row * b` and `t` to the window and takes its lowest word.
#[inline(always)]
fn slide(window: &mut Row, row: &Row, b: u64, t: u64) -> u64 {
    let (word, mut carry) = row[0].carrying_mul_add(b, window[0], t);
    for place in 1..ROW {
        (window[place - 1], carry) = row[place].carrying_mul_add(b, window[place], carry);
    }
    window[ROW - 1] = carry;
    word
}

/// Adds `row * b` to the words of `t` as far as `b` has words, and sets the four above them.
#[inline(always)]
fn add_row(t: &mut [u64], row: &Row, b: &[u64]) {
    let mut window = [0; ROW];
    let (low, high) = t.split_at_mut(b.len());
    for (t, &b) in low.iter_mut().zip(b) {
        *t = slide(&mut window, row, b, *t);
    }
    high[..ROW].copy_from_slice(&window);
}

/// The square of four words.
#[inline(always)]
fn square_row(a: &Row) -> [u64; 2 * ROW] {
    let mut square = [0; 2 * ROW];
    for i in 0..ROW {
        let mut carry = 0;
        for j in i + 1..ROW {
            (square[i + j], carry) = a[i].carrying_mul_add(a[j], square[i + j], carry);
        }
        square[i + ROW] = carry;
    }
    let mut bit = 0;
    let mut carry = false;
    for i in 0..ROW {
        let (low, high) = a[i].carrying_mul(a[i], 0);
        let pair = [square[2 * i], square[2 * i + 1]];
        (square[2 * i], carry) = (pair[0] << 1 | bit).carrying_add(low, carry);
        (square[2 * i + 1], carry) = (pair[1] << 1 | pair[0] >> 63).carrying_add(high, carry);
        bit = pair[1] >> 63;
    }
    square
}

/// Adds the multiple of `n` that makes the lowest four words of `t` zero. `carry` is what the row
/// before carried out of its highest word.
#[inline(always)]
fn reduce_row(t: &mut [u64], n: &[u64], inverse: u64, mut carry: bool) -> bool {
    let (t, above) = t.split_at_mut(n.len());
    let (t_low, t_high) = t.split_at_mut(ROW);
    let (n_low, n_high) = n.split_at(ROW);
    let mut window = row(t_low);
    let n_low = row(n_low);
    let mut quotient = [0; ROW];
    for digit in &mut quotient {
        *digit = window[0].wrapping_mul(inverse);
        slide(&mut window, &n_low, *digit, 0);
    }
    for (t, &n) in t_high.iter_mut().zip(n_high) {
        *t = slide(&mut window, &quotient, n, *t);
    }
    for (t, word) in above.iter_mut().zip(window) {
        (*t, carry) = t.carrying_add(word, carry);
    }
    carry
}

#[inline(always)]
fn row(words: &[u64]) -> Row {
    std::array::from_fn(|place| words[place])
}

/// `wide = a b`.
pub(super) fn multiply<const N: usize>(wide: &mut Wide<N>, a: &[u64; N], b: &[u64; N]) {
    wide[0] = [0; N];
    let wide = wide.as_flattened_mut();
    for (place, a) in a.chunks_exact(ROW).enumerate() {
        let start = ROW * place;
        add_row(&mut wide[start..start + N + ROW], &row(a), b);
    }
}

/// `wide = a^2`.
pub(super) fn square<const N: usize>(wide: &mut Wide<N>, a: &[u64; N]) {
    *wide = [[0; N]; 2];
    let wide = wide.as_flattened_mut();
    // The products of different rows, each once,
    for end in (ROW..N).step_by(ROW) {
        let (a, above) = a.split_at(end);
        let start = 2 * end - ROW;
        add_row(
            &mut wide[start..start + above.len() + ROW],
            &row(&a[end - ROW..]),
            above,
        );
    }
    // then twice, and the squares of the rows.
    let mut bit = 0;
    let mut carry = false;
    for (wide, a) in wide.chunks_exact_mut(2 * ROW).zip(a.chunks_exact(ROW)) {
        for (word, square) in wide.iter_mut().zip(square_row(&row(a))) {
            let double = *word << 1 | bit;
            bit = *word >> 63;
            (*word, carry) = double.carrying_add(square, carry);
        }
    }
}

/// Montgomery's reduction: `out = wide / 2^(64 N) mod n`, less than `2^(64 N)`. `inverse` is
/// `-1/n mod 2^64`. `wide` is left without meaning.
pub(super) fn reduce<const N: usize>(
    out: &mut [u64; N],
    wide: &mut Wide<N>,
    n: &[u64; N],
    inverse: u64,
) {
    let words = wide.as_flattened_mut();
    let mut carry = false;
    for start in (0..N).step_by(ROW) {
        carry = reduce_row(&mut words[start..start + N + ROW], n, inverse, carry);
    }
    *out = wide[1];
    super::words::subtract_if(out, n, carry);
}
