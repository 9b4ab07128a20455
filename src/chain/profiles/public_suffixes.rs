//! [`PublicSuffixes`]: the domains below which anybody may have a name.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// A list of public suffixes, for [`Profile::WebPki`](crate::Profile::WebPki): no wildcard may stand
/// directly below one. None is part of this crate, as such a list changes by the day; every top-level
/// domain counts as one without a list too.
///
/// ```
/// use certwright::{PathOptions, Profile, PublicSuffixes};
///
/// let list = PublicSuffixes::parse("// a comment\ncom\nco.uk\n*.ck\n!www.ck\n");
/// assert_eq!(list.len(), 4);
/// let mut options = PathOptions::server("www.example.co.uk");
/// options.profile = Profile::WebPki;
/// options.public_suffixes = list;
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PublicSuffixes(Arc<BTreeSet<Box<str>>>);

impl PublicSuffixes {
    /// Reads the format of publicsuffix.org: a rule a line, `co.uk`, `*.ck` or `!www.ck`; what
    /// follows a space, and lines that start with `//`, are comments. Names that are not ASCII must
    /// be written as A-labels; others are passed over.
    ///
    /// ```
    /// assert!(certwright::PublicSuffixes::parse("// nothing").is_empty());
    /// ```
    pub fn parse(list: &str) -> Self {
        let rules = list.lines().filter_map(|line| {
            let rule = line.split_whitespace().next()?;
            (rule.is_ascii() && !rule.starts_with("//")).then(|| rule.to_ascii_lowercase().into())
        });
        Self(Arc::new(rules.collect()))
    }

    /// How many rules there are.
    ///
    /// ```
    /// assert_eq!(certwright::PublicSuffixes::parse("com\nnet").len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no rule.
    ///
    /// ```
    /// assert!(certwright::PublicSuffixes::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this DNS name is a public suffix itself.
    pub(super) fn has(&self, name: &[u8]) -> bool {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let Some((_, parent)) = name.split_once('.') else {
            return true;
        };
        let has = |rule: &str| self.0.contains(rule);
        !has(&format!("!{name}")) && (has(&name) || has(&format!("*.{parent}")))
    }
}

impl fmt::Debug for PublicSuffixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicSuffixes")
            .field("rules", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_each_kind() {
        let list = PublicSuffixes::parse("// x\n\nCo.uk a comment\n*.ck\n!www.ck\n公司.cn\n");
        for (name, is_suffix) in [
            ("com", true),
            ("co.uk", true),
            ("CO.UK", true),
            ("example.co.uk", false),
            ("a.ck", true),
            ("www.ck", false),
            ("b.a.ck", false),
            ("example.com", false),
        ] {
            assert_eq!(list.has(name.as_bytes()), is_suffix, "{name}");
        }
    }
}
