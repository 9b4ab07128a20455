//! dNSName: "any DNS name that can be constructed by simply adding zero or more labels to the
//! left-hand side of the name" (RFC 5280 section 4.2.1.10).

use crate::x509::san::dns::{self, Wildcard};

/// A host name; the empty one, which holds every name, is common practice.
pub(super) fn is_base(base: &[u8]) -> bool {
    base.is_empty() || dns::check(base, Wildcard::Refused).is_ok()
}

/// The hosts that a SAN entry stands for.
#[derive(Clone, Copy)]
pub(super) struct Hosts<'a> {
    name: &'a [u8],
    /// What the wildcard stands before, if the name has one.
    parent: Option<&'a [u8]>,
}

impl<'a> Hosts<'a> {
    /// `None` for what is not a host name.
    pub(super) fn parse(name: &'a [u8]) -> Option<Self> {
        dns::check(name, Wildcard::Accepted).ok()?;
        let parent = name.strip_prefix(b"*.");
        Some(Self { name, parent })
    }

    pub(super) fn are_within(self, base: &[u8]) -> bool {
        ends_in(self.name, base)
    }

    /// Whether one of them may lie in the subtree: `*.example.com` in that of `www.example.com`.
    pub(super) fn may_be_within(self, base: &[u8]) -> bool {
        let base_parent = || {
            let dot = base.iter().position(|&byte| byte == b'.')?;
            base.get(dot + 1..)
        };
        ends_in(self.name, base)
            || self.parent.is_some_and(|parent| {
                base_parent().is_some_and(|base_parent| base_parent.eq_ignore_ascii_case(parent))
            })
    }
}

/// Whether the last labels of `name` are those of `base`.
pub(super) fn ends_in(name: &[u8], base: &[u8]) -> bool {
    let Some(start) = name.len().checked_sub(base.len()) else {
        return false;
    };
    let (front, tail) = name.split_at(start);
    tail.eq_ignore_ascii_case(base)
        && (front.is_empty() || base.is_empty() || front.ends_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_within(name: &str, base: &str) -> Option<bool> {
        Some(Hosts::parse(name.as_bytes())?.are_within(base.as_bytes()))
    }

    fn may_be_within(name: &str, base: &str) -> Option<bool> {
        Some(Hosts::parse(name.as_bytes())?.may_be_within(base.as_bytes()))
    }

    #[test]
    fn subtrees() {
        for (name, base, within, may_be) in [
            ("example.com", "example.com", true, true),
            ("WWW.example.COM", "Example.com", true, true),
            ("a.b.example.com", "example.com", true, true),
            ("notexample.com", "example.com", false, false),
            ("example.com", "www.example.com", false, false),
            ("com", "example.com", false, false),
            ("anything.org", "", true, true),
            ("*.example.com", "example.com", true, true),
            ("*.example.com", "www.example.com", false, true),
            ("*.example.com", "a.www.example.com", false, false),
            ("*.example.com", "example.org", false, false),
        ] {
            assert_eq!(is_within(name, base), Some(within));
            assert_eq!(may_be_within(name, base), Some(may_be));
        }
        for name in [".example.com", "", "a..example.com", "example.com."] {
            assert_eq!(is_within(name, "example.com"), None);
        }
    }

    #[test]
    fn bases() {
        for base in ["", "com", "example.com", "a.b.c"] {
            assert!(is_base(base.as_bytes()), "{base}");
        }
        for base in [
            ".",
            ".example.com",
            "example.com.",
            "*.example.com",
            "a_b.c",
            "1.2.3.4",
        ] {
            assert!(!is_base(base.as_bytes()), "{base}");
        }
    }

    proptest! {
        #[test]
        fn labels_on_the_left_stay_within(labels in "([a-z]{1,5}\\.){0,3}", base in "[a-z]{1,5}(\\.[a-z]{1,5}){0,3}") {
            let name = format!("{labels}{base}");
            prop_assert_eq!(is_within(&name, &base), Some(true));
            prop_assert_eq!(may_be_within(&name, &base), Some(true));
            prop_assert_eq!(is_within(&format!("x{base}"), &base), Some(false));
        }

        #[test]
        fn what_is_within_may_be_within(name in "[a-c*.]{0,8}", base in "[a-c.]{0,6}") {
            prop_assert!(is_within(&name, &base) <= may_be_within(&name, &base));
        }
    }
}
