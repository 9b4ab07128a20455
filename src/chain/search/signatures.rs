//! The signatures of a path, checked together: arithmetic that works on many at once takes little longer
//! for them than for one.
//!
//! A search asks for one signature after the other, and each answer decides where it goes on. So the
//! first question of a path has those above it answered along, once the path is known to come to its
//! end if all are good. Those that are then never asked for cost of the budget what all cost, and
//! there are never more than [`AHEAD_MAX`] of them.

use super::known::Known;
use super::{Exhausted, Goal, Place, Search};
use crate::chain::defect::ChainRule;
use crate::crypto::{Curve, Dispatch, KeyKind, PublicKey, VerifyError, VerifyJob};

/// The most signatures that were checked and that nothing has asked for.
const AHEAD_MAX: usize = 8;
/// How many issuers of one certificate are looked at for a way up.
const ISSUERS_MAX: usize = 4;
const RSA_BITS_MAX: u32 = 4096;
/// How often there may be no way up before none is looked for any more.
const MISSES_MAX: usize = 8;

/// A node, and one that may have signed it.
type Edge = (Place, Place);

impl<'a> Search<'_, 'a> {
    /// Whether `signed`, the last of a path, is signed by the entity of `issuer`.
    pub(super) fn check_signature(
        &mut self,
        path: &[Place],
        signed: Place,
        issuer: Place,
    ) -> Result<Result<(), ChainRule>, Exhausted> {
        if let Some(verdict) = self.signatures.ask((signed, self.entities[issuer])) {
            return Ok(verdict);
        }
        let key = match &self.nodes[issuer].key {
            Ok(key) => key,
            Err(rule) => return Ok(Err(rule.clone())),
        };
        let octets = self.nodes[signed].certificate.tbs.len();
        self.budget.spend_signature(key, octets)?;
        let mut edges = vec![(signed, issuer)];
        if signed != issuer && has_lanes(key) {
            edges.extend(self.look_up(path, issuer));
        }
        Ok(self.check_together(&edges))
    }

    /// Checks the signatures of edges whose issuers have keys; gives the verdict on the first.
    fn check_together(&mut self, edges: &[Edge]) -> Result<(), ChainRule> {
        let nodes = self.nodes;
        let jobs: Vec<VerifyJob<'a>> = edges
            .iter()
            .filter_map(|&(signed, issuer)| {
                let certificate = &nodes[signed].certificate;
                Some(VerifyJob {
                    key: *nodes[issuer].key.as_ref().ok()?,
                    scheme: certificate.scheme,
                    message: certificate.tbs,
                    signature: certificate.signature,
                })
            })
            .collect();
        #[cfg(feature = "hooks")]
        hooks::note(jobs.len());
        let mut verdicts = Dispatch::detect().verify(&jobs).into_iter();
        for (number, &(signed, issuer)) in edges.iter().enumerate() {
            let verdict = match verdicts.next() {
                Some(Ok(_)) => Ok(()),
                Some(Err(VerifyError::Key(error))) => Err(ChainRule::Key(error.reason())),
                Some(Err(VerifyError::Signature(_))) | None => Err(ChainRule::Signature),
            };
            let was_asked = number == 0;
            let known = Known { verdict, was_asked };
            self.signatures.add((signed, self.entities[issuer]), known);
        }
        let (signed, issuer) = edges[0];
        let known = &self.signatures.known[&(signed, self.entities[issuer])];
        known.verdict.clone()
    }

    /// The signatures above `issuer`, which is to stand on a path, that will be asked for if all are good.
    /// Takes them from the budget.
    fn look_up(&mut self, path: &[Place], issuer: Place) -> Vec<Edge> {
        if self.signatures.ahead >= AHEAD_MAX || self.signatures.misses >= MISSES_MAX {
            return Vec::new();
        }
        self.way_up(path, issuer).unwrap_or_else(|| {
            self.signatures.misses += 1;
            Vec::new()
        })
    }

    /// As [`Self::look_up`]; `None` where that does not come to the end of a path.
    fn way_up(&mut self, path: &[Place], issuer: Place) -> Option<Vec<Edge>> {
        let mut budget = self.budget.clone();
        let mut edges = Vec::new();
        let mut path = path.to_vec();
        let mut last = issuer;
        self.check_standing(&path, issuer).ok()?;
        path.push(issuer);
        while !self.goal.is_anchor(last) {
            let uses_all = matches!(self.goal, Goal::UseAll);
            let next = match self.next_up(&path, last) {
                // A root's own signature is asked for too.
                None if uses_all && self.is_asked_for_its_own(last) => last,
                None if uses_all => break,
                next => next?,
            };
            let edge = (last, self.entities[next]);
            if !self.signatures.known.contains_key(&edge) {
                if self.signatures.ahead + edges.len() >= AHEAD_MAX {
                    return None;
                }
                let key = self.nodes[next].key.as_ref().ok()?;
                let octets = self.nodes[last].certificate.tbs.len();
                budget.spend_signature(key, octets).ok()?;
                edges.push((last, next));
            }
            if next == last {
                break;
            }
            path.push(next);
            last = next;
        }
        self.budget = budget;
        Some(edges)
    }

    fn is_asked_for_its_own(&self, place: Place) -> bool {
        let node = self.nodes[place];
        node.is_self_signed()
            && node.key.as_ref().is_ok_and(has_lanes)
            && self.rules.check_signature_algorithm(node).is_ok()
    }

    /// The first of the issuers of the last of a path that may stand above it, as far as is known
    /// without a further signature.
    fn next_up(&mut self, path: &[Place], last: Place) -> Option<Place> {
        if path.len() >= AHEAD_MAX || self.rules.check_issued(self.nodes[last]).is_err() {
            return None;
        }
        let issuers = self.issuers_of(last);
        let mut first = issuers.iter().copied().take(ISSUERS_MAX);
        first.find(|&issuer| {
            let entity = self.entities[issuer];
            let comes_back = path.iter().any(|&place| self.entities[place] == entity);
            let known = self.signatures.known.get(&(last, entity));
            let key = self.nodes[issuer].key.as_ref();
            (!comes_back || self.goal.is_anchor(issuer))
                && known.is_none_or(|known| known.verdict.is_ok())
                && key.is_ok_and(has_lanes)
                && self.check_standing(path, issuer).is_ok()
        })
    }
}

/// Whether signatures that are checked with it gain by company. Those that take very long do not, so that
/// what is checked in vain takes little of the budget.
fn has_lanes(key: &PublicKey<'_>) -> bool {
    match key.kind {
        KeyKind::Rsa { bits } => {
            bits <= RSA_BITS_MAX && key.rsa_exponent().is_some_and(|e| e.len() <= 5)
        }
        KeyKind::Ec(curve) => curve != Curve::P521,
        _ => false,
    }
}

/// How signatures are checked, for tests.
#[cfg(feature = "hooks")]
pub(crate) mod hooks {
    use std::cell::RefCell;

    thread_local! {
        static TOGETHER: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn note(count: usize) {
        TOGETHER.with_borrow_mut(|together| together.push(count));
    }

    /// How many signatures were checked together each time, since this was last asked; on this thread.
    pub(crate) fn take() -> Vec<usize> {
        TOGETHER.take()
    }
}
