//! What tests and benches ask of the arithmetic: to do without the kernels, or to show them as
//! work to be timed.

use std::cell::Cell;

thread_local! {
    static PORTABLE: Cell<bool> = const { Cell::new(false) };
}

/// Does some work on portable arithmetic, whatever the processor has; on this thread alone.
pub fn with_portable_arithmetic<T>(work: impl FnOnce() -> T) -> T {
    /// Also when the work panics.
    struct Restore(bool);

    impl Drop for Restore {
        fn drop(&mut self) {
            PORTABLE.set(self.0);
        }
    }

    let _restore = Restore(PORTABLE.replace(true));
    work()
}

#[cfg_attr(
    not(all(feature = "ifma", target_arch = "x86_64")),
    allow(dead_code, reason = "there is nothing else")
)]
pub(super) fn is_portable_forced() -> bool {
    PORTABLE.get()
}

/// A kernel to be timed.
pub struct Kernel {
    /// What it does and for which size of key.
    pub name: String,
    /// How many vector operations that takes.
    pub operations: u64,
    /// How many results there are.
    pub units: u32,
    run: Box<dyn FnMut()>,
}

impl Kernel {
    #[cfg_attr(
        not(all(feature = "ifma", target_arch = "x86_64")),
        allow(dead_code, reason = "there are no kernels")
    )]
    pub(crate) fn new(
        name: String,
        operations: u64,
        units: u32,
        run: impl FnMut() + 'static,
    ) -> Self {
        Self {
            name,
            operations,
            units,
            run: Box::new(run),
        }
    }

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }
}

/// Takes a secret, in 64-bit words.
type SetSecret = dyn FnMut(&[u64]);

/// Work with a secret, to be timed for signs of it.
pub struct Trial {
    /// What is done, and what is secret.
    pub name: &'static str,
    /// How often it is to be timed.
    pub runs: usize,
    /// Length of the secret in 64-bit words.
    pub words: usize,
    /// A secret that is like no random one, such as 1.
    pub edge: Option<Vec<u64>>,
    set: Box<SetSecret>,
    run: Box<dyn FnMut()>,
}

impl Trial {
    pub(crate) fn new(
        name: &'static str,
        runs: usize,
        words: usize,
        set: impl FnMut(&[u64]) + 'static,
        run: impl FnMut() + 'static,
    ) -> Self {
        Self {
            name,
            runs,
            words,
            edge: None,
            set: Box::new(set),
            run: Box::new(run),
        }
    }

    /// The same trial with a secret to be compared with random ones, too.
    #[must_use]
    pub(crate) fn with_edge(mut self, edge: Vec<u64>) -> Self {
        self.edge = Some(edge);
        self
    }

    /// Takes the secret of the next run.
    pub fn set(&mut self, words: &[u64]) {
        (self.set)(words);
    }

    /// Does it once.
    pub fn run(&mut self) {
        (self.run)();
    }
}
