//! An allocator that counts, for each thread by itself.
#![allow(dead_code, unreachable_pub, reason = "each program uses its part")]
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting. A program that uses it declares it `#[global_allocator]`.
pub struct Counting;

/// What a piece of work took from the heap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Blocks that were allocated or moved.
    pub allocations: usize,
    /// The most bytes that were held at one time, beside those held before.
    pub peak: usize,
    /// The bytes still held at the end: those of the result.
    pub kept: usize,
}

#[derive(Clone, Copy)]
struct Counters {
    allocations: usize,
    // Wraps below zero where a block of an earlier time, or of another thread, is given back.
    held: isize,
    peak: isize,
}

thread_local! {
    static COUNTERS: Cell<Counters> = const {
        Cell::new(Counters { allocations: 0, held: 0, peak: 0 })
    };
}

/// Does the work, and tells what it took.
pub fn count<T>(work: impl FnOnce() -> T) -> (T, Used) {
    COUNTERS.set(Counters {
        allocations: 0,
        held: 0,
        peak: 0,
    });
    let result = work();
    let counters = COUNTERS.get();
    let used = Used {
        allocations: counters.allocations,
        peak: counters.peak.unsigned_abs(),
        kept: usize::try_from(counters.held).unwrap_or(0),
    };
    (result, used)
}

/// Allocations of this thread since the last [`count`] began.
pub fn allocations() -> usize {
    COUNTERS.get().allocations
}

fn note(allocations: usize, taken: usize, given: usize) {
    // A thread that ends has no counters any more.
    let _ = COUNTERS.try_with(|cell| {
        let mut counters = cell.get();
        counters.allocations += allocations;
        counters.held += taken.cast_signed() - given.cast_signed();
        counters.peak = counters.peak.max(counters.held);
        cell.set(counters);
    });
}

// SAFETY: every call goes on to the system's allocator as it came; the counters live outside the
// heap (a `const` thread local without a destructor), so counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(1, layout.size(), 0);
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(1, layout.size(), 0);
        // SAFETY: the caller keeps `alloc_zeroed`'s contract.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(1, size, layout.size());
        // SAFETY: the caller keeps `realloc`'s contract.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(0, 0, layout.size());
        // SAFETY: the caller keeps `dealloc`'s contract.
        unsafe { System.dealloc(block, layout) }
    }
}
