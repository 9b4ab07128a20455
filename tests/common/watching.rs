//! An allocator that looks at what is given back. For programs that take it in by its path.
#![allow(
    unsafe_code,
    reason = "a global allocator that looks at what is given back"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

/// Counts the blocks that are given back with the needle of this thread in them.
struct Watching;

thread_local! {
    static NEEDLE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static FOUND: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: allocation and deallocation are those of `System`; a block is only read, while it is
// still allocated, up to its own size.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`. Zeroed, so that the whole
        // block may be read when it comes back.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let _ = NEEDLE.try_with(|needle| {
            let Ok(needle) = needle.try_borrow() else {
                return;
            };
            if needle.is_empty() {
                return;
            }
            // SAFETY: the block is `layout.size()` bytes, initialized, and still allocated.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            if bytes.windows(needle.len()).any(|window| window == *needle) {
                let _ = FOUND.try_with(|found| found.set(found.get() + 1));
            }
        });
        // SAFETY: the caller keeps the contract of `GlobalAlloc::dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks with `needle` in them the work gives back.
pub(crate) fn given_back(needle: &[u8], work: impl FnOnce()) -> usize {
    NEEDLE.with(|cell| cell.borrow_mut().extend_from_slice(needle));
    FOUND.set(0);
    work();
    NEEDLE.with(|cell| cell.borrow_mut().clear());
    FOUND.get()
}
