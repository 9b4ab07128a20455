//! [`Span`]: a part of an input by its place in it.

/// What an owned value keeps of a part of its bytes, in place of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The place of `part`, which is a slice of `whole`.
    pub(crate) fn of(part: &[u8], whole: &[u8]) -> Self {
        let start = part.as_ptr().addr() - whole.as_ptr().addr();
        let octets = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            start: octets(start),
            end: octets(start + part.len()),
        }
    }

    /// Where it starts.
    pub(crate) const fn start(self) -> u32 {
        self.start
    }

    /// The part of `whole` that it was made of; nothing where `whole` is shorter.
    pub(crate) fn within(self, whole: &[u8]) -> &[u8] {
        let index = |octets| usize::try_from(octets).unwrap_or(usize::MAX);
        whole
            .get(index(self.start)..index(self.end))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn gives_the_part_back(whole in prop::collection::vec(any::<u8>(), 0..100), a in 0_usize..100, b in 0_usize..100) {
            let (from, to) = (a.min(b).min(whole.len()), a.max(b).min(whole.len()));
            let part = &whole[from..to];
            let span = Span::of(part, &whole);
            prop_assert_eq!(span.within(&whole), part);
            prop_assert!(span.within(&whole[..from]).is_empty());
        }
    }
}
