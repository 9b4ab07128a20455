//! What a search knows of signatures.

use crate::chain::defect::ChainRule;
use std::collections::BTreeMap;

/// The signatures that were checked, none of them twice.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    /// Whether a node is signed by an entity, both by their places.
    pub(super) known: BTreeMap<(usize, usize), Known>,
    /// How many of those nothing has asked for.
    pub(super) ahead: usize,
    /// How often no way up was found.
    pub(super) misses: usize,
}

#[derive(Debug)]
pub(super) struct Known {
    pub(super) verdict: Result<(), ChainRule>,
    pub(super) was_asked: bool,
}

impl Signatures {
    pub(super) fn add(&mut self, edge: (usize, usize), known: Known) {
        self.ahead += usize::from(!known.was_asked);
        self.known.insert(edge, known);
    }

    pub(super) fn ask(&mut self, edge: (usize, usize)) -> Option<Result<(), ChainRule>> {
        let known = self.known.get_mut(&edge)?;
        if !known.was_asked {
            known.was_asked = true;
            self.ahead -= 1;
        }
        Some(known.verdict.clone())
    }
}
