//! What operations leave behind on the stack.

use zeroize::Zeroize;

/// More than what the deepest operation with a secret has in its frames; see the `sub` of the stack
/// pointer in the functions' first lines.
const WORDS: usize = 16 * 1024 / 8;

/// Wipes the stack below the caller, where the functions that it called had their frames.
#[inline(never)]
pub(super) fn wipe() {
    let mut frames = [0_u64; WORDS];
    frames.zeroize();
    std::hint::black_box(&frames);
}
