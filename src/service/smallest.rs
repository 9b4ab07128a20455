//! [`Smallest`]: the first of many, in an order.

use std::cmp::Ordering;

/// The first `most` of what comes, in an order. It holds at most twice as many at a time, and takes
/// time in proportion to what comes.
pub(super) struct Smallest<T, F> {
    most: usize,
    compare: F,
    /// The first `most`, the last of them at their end, and what came since.
    kept: Vec<T>,
    has_more: bool,
}

impl<T, F: Fn(&T, &T) -> Ordering> Smallest<T, F> {
    /// `most` is at least 1.
    pub(super) fn new(most: usize, compare: F) -> Self {
        Self {
            most,
            compare,
            kept: Vec::new(),
            has_more: false,
        }
    }

    pub(super) fn push(&mut self, item: T) {
        if self.has_more && (self.compare)(&item, &self.kept[self.most - 1]).is_ge() {
            return;
        }
        self.kept.push(item);
        if self.kept.len() == 2 * self.most {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        if self.kept.len() > self.most {
            self.kept
                .select_nth_unstable_by(self.most - 1, &self.compare);
            self.kept.truncate(self.most);
            self.has_more = true;
        }
    }

    /// The first ones in their order, and whether there were more.
    pub(super) fn sorted(mut self) -> (Vec<T>, bool) {
        self.shrink();
        self.kept.sort_unstable_by(self.compare);
        (self.kept, self.has_more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn are_those_of_a_sorted_list(
            items in prop::collection::vec(any::<u8>(), 0..100), most in 1_usize..20,
        ) {
            let mut smallest = Smallest::new(most, u8::cmp);
            for item in &items {
                smallest.push(*item);
            }
            let mut sorted = items.clone();
            sorted.sort_unstable();
            sorted.truncate(most);
            prop_assert_eq!(smallest.sorted(), (sorted, items.len() > most));
        }
    }
}
