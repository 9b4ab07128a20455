//! The way out of four lanes. Compiled for each curve.

use super::field::{Element, constant, join, multiply};
use super::instructions::V;
use super::reduction::N;
use super::{CONSTANTS, Curve};
use crate::crypto::portable::ec::{Element as Words, Residue};

#[target_feature(enable = "avx512f,avx512ifma,avx512dq,avx512vl")]
pub(in crate::crypto::ifma::ec) fn to_words(number: &Element) -> [Words<Curve, N>; 4] {
    let words = join(&multiply(number, &constant(&CONSTANTS.to_words)));
    // SAFETY: both are 32 bytes of plain bits.
    let words = words.map(|word| unsafe { core::mem::transmute::<V, [u64; 4]>(word) });
    std::array::from_fn(|lane| {
        let number = std::array::from_fn(|word| words[word][lane]);
        Residue::from_montgomery(&number, words[N][lane])
    })
}
