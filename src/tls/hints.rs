//! The names of the trust anchors, for the request for a certificate.

use crate::TrustStore;
use rustls::DistinguishedName;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// rustls borrows the names from the verifier, for as long as that lives, so that those of former
/// trust anchors must stay: a list that only grows, by one for each set of names that is new.
pub(super) struct Hints {
    first: Set,
    /// Which set counts.
    current: AtomicUsize,
}

struct Set {
    names: Vec<DistinguishedName>,
    next: OnceLock<Box<Set>>,
}

/// As many sets are kept. Behind them no names are told, which means any.
const SETS_MAX: usize = 1000;

/// The most octets of all names, with their lengths. A message of the handshake has 65535, and
/// clients that get a long one are known to fail.
const OCTETS_MAX: usize = 16_384;

impl Hints {
    pub(super) fn of(roots: &TrustStore) -> Self {
        Self {
            first: Set::new(names(roots)),
            current: AtomicUsize::new(0),
        }
    }

    pub(super) fn set(&self, roots: &TrustStore) {
        let names = names(roots);
        let mut set = &self.first;
        let mut number = 0;
        while !are_same(&set.names, &names) && number < SETS_MAX {
            // Where two threads add, each finds what the other added.
            set = set.next.get_or_init(|| Box::new(Set::new(names.clone())));
            number += 1;
        }
        self.current.store(number, Ordering::Release);
    }

    pub(super) fn current(&self) -> &[DistinguishedName] {
        let number = self.current.load(Ordering::Acquire);
        let sets =
            std::iter::successors(Some(&self.first), |set| set.next.get().map(|next| &**next));
        sets.take(SETS_MAX)
            .nth(number)
            .map_or(&[], |set| &set.names)
    }
}

impl Set {
    fn new(names: Vec<DistinguishedName>) -> Self {
        Self {
            names,
            next: OnceLock::new(),
        }
    }
}

fn are_same(one: &[DistinguishedName], other: &[DistinguishedName]) -> bool {
    let octets = |name| AsRef::<[u8]>::as_ref(name);
    one.iter().map(octets).eq(other.iter().map(octets))
}

/// None where they are too many: any certificate is asked for then (RFC 8446 section 4.2.4, RFC 5246
/// section 7.4.4).
fn names(roots: &TrustStore) -> Vec<DistinguishedName> {
    let names = || roots.subjects();
    if names().map(|name| name.len() + 2).sum::<usize>() > OCTETS_MAX {
        return Vec::new();
    }
    names()
        .map(|name| DistinguishedName::from(name.to_vec()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Certificate;

    fn roots(files: &[&str]) -> TrustStore {
        TrustStore::new(
            files
                .iter()
                .map(|text| Certificate::from_pem(text).unwrap()),
        )
    }

    #[test]
    fn the_names_follow_the_roots() {
        let (one, two) = (
            include_str!("../../vectors/root.pem"),
            include_str!("../../vectors/ca-p256.pem"),
        );
        let hints = Hints::of(&roots(&[one]));
        let first = hints.current();
        assert_eq!(first.len(), 1);
        hints.set(&roots(&[one, two]));
        assert_eq!(hints.current().len(), 2);
        hints.set(&roots(&[]));
        assert!(hints.current().is_empty());
        // What was there is taken again, and what was borrowed is there still.
        for _ in 0..SETS_MAX * 2 {
            hints.set(&roots(&[one]));
            assert!(are_same(hints.current(), first));
            hints.set(&roots(&[]));
        }
        assert!(
            hints
                .first
                .next
                .get()
                .unwrap()
                .next
                .get()
                .unwrap()
                .next
                .get()
                .is_none()
        );
    }
}
