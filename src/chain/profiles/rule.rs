//! A rule of a profile, and which certificates it is for.

use crate::chain::node::{Node, ReadExtensions};

/// An error says what breaks the rule.
pub(super) type Judge = fn(&Node<'_>, &ReadExtensions<'_>) -> Result<(), &'static str>;

/// A rule, with what the table in the documentation says of it.
pub(super) struct Rule {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test makes the table of rules from it")
    )]
    pub(super) says: &'static str,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test makes the table of rules from it")
    )]
    pub(super) section: &'static str,
    pub(super) check: Check,
}

/// Which certificates of a path a rule is for.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// Each, trust anchors too.
    Every(Judge),
    /// Each but the trust anchor, which was given, not issued.
    Issued(Judge),
    /// The same, and the leaf where it is a trust anchor itself.
    IssuedOrLeaf(Judge),
    Leaf(Judge),
    /// A trust anchor that is self-issued.
    Root(Judge),
}

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::chain) enum Standing {
    /// Wherever.
    Anywhere,
    /// Not as the trust anchor.
    Issued,
    /// As that which the path is for.
    Leaf,
    /// As the trust anchor.
    Anchor,
}

impl Check {
    /// The check that is due for a certificate that stands there, beside those for others.
    pub(super) fn at(self, standing: Standing) -> Option<Judge> {
        match (self, standing) {
            (Self::Every(judge), Standing::Anywhere)
            | (Self::Issued(judge) | Self::IssuedOrLeaf(judge), Standing::Issued)
            | (Self::IssuedOrLeaf(judge) | Self::Leaf(judge), Standing::Leaf)
            | (Self::Root(judge), Standing::Anchor) => Some(judge),
            _ => None,
        }
    }
}
