//! [`Pattern`]: text with `*` for any characters, matched in linear time.

use memchr::memmem::Finder;

/// Text with `*` for any characters, also none.
///
/// No backtracking: what stands between two stars is taken where it is found first, and no later
/// place could do more. Finding is linear too.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// What the text begins with.
    start: String,
    /// What comes after it, in this order; none is empty.
    middle: Vec<Finder<'static>>,
    /// What it ends with.
    end: String,
}

impl Pattern {
    /// `text` has at least one `*`.
    pub(super) fn new(text: &str) -> Self {
        let (start, rest) = text.split_once('*').unwrap_or((text, ""));
        let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
        let middle = middle.split('*').filter(|part| !part.is_empty());
        Self {
            start: start.to_owned(),
            middle: middle.map(|part| Finder::new(part).into_owned()).collect(),
            end: end.to_owned(),
        }
    }

    /// Whether a text that begins and ends like this may fit.
    pub(super) fn fits_between(&self, begin: &str, end: &str) -> bool {
        let alike = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
        let alike_behind = |one: &str, other: &str| one.ends_with(other) || other.ends_with(one);
        alike(&self.start, begin) && alike_behind(&self.end, end)
    }

    /// What stands between two stars.
    pub(super) fn middle(&self) -> impl Iterator<Item = &[u8]> {
        self.middle.iter().map(Finder::needle)
    }

    /// Whether UTF-8 text fits.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let between = text
            .strip_prefix(self.start.as_bytes())
            .and_then(|rest| rest.strip_suffix(self.end.as_bytes()));
        let Some(mut rest) = between else {
            return false;
        };
        self.middle.iter().all(|part| match part.find(rest) {
            Some(place) => {
                rest = &rest[place + part.needle().len()..];
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What `*` means, in its plainest and slowest form.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|place| naive(rest, &text[place..])),
            Some((first, rest)) => text.first() == Some(first) && naive(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_meaning(
            before in "[abé]{0,2}", after in "[abé*]{0,6}", text in "[abé]{0,8}"
        ) {
            let pattern = format!("{before}*{after}");
            let characters: Vec<_> = pattern.chars().collect();
            let text_characters: Vec<_> = text.chars().collect();
            prop_assert_eq!(
                Pattern::new(&pattern).matches(text.as_bytes()),
                naive(&characters, &text_characters),
                "{} {}", pattern, text
            );
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_the_text_is_long() {
        let text = "a".repeat(100_000);
        let pattern = Pattern::new(&format!("{}b", "*a".repeat(1000)));
        let others = Pattern::new(&format!("{}*b*", "*aa".repeat(1000)));
        let start = std::time::Instant::now();
        for _ in 0..10 {
            assert!(!pattern.matches(text.as_bytes()) && !others.matches(text.as_bytes()));
        }
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
