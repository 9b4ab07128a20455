//! What operations leave behind on the stack.

use zeroize::Zeroize;

/// More than what the deepest operation, one of RSA 4096, has in its frames; see the `sub` of the
/// stack pointer in the functions' first lines.
const DEEP: usize = 64 * 1024 / 8;
/// The same of a single operation on a curve.
const SHALLOW: usize = 16 * 1024 / 8;

/// The same where an RSA key is made ready in lanes: all its numbers pass through a frame on their way
/// to where they stay.
#[cfg(all(feature = "ifma", target_arch = "x86_64"))]
const DEEPEST: usize = 3 * DEEP;

/// Wipes the stack below the caller, where the functions that it called had their frames.
pub(super) fn wipe() {
    wipe_words::<DEEP>();
}

/// [`wipe`] after a single operation on a curve: less takes less time.
pub(super) fn wipe_shallow() {
    wipe_words::<SHALLOW>();
}

/// [`wipe`] after an RSA key was made ready in lanes.
#[cfg(all(feature = "ifma", target_arch = "x86_64"))]
pub(super) fn wipe_deep() {
    wipe_words::<DEEPEST>();
}

#[allow(clippy::large_stack_arrays, reason = "as large as what it is to cover")]
#[inline(never)]
fn wipe_words<const WORDS: usize>() {
    let mut frames = [0_u64; WORDS];
    frames.zeroize();
    std::hint::black_box(&frames);
}
