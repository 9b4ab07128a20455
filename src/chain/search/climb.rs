//! Every way up from a certificate, as far as the given certificates lead.

use super::{Exhausted, Limit, PATH_MAX, Place, Search};
use crate::base::error::quoted;
use crate::chain::defect::{ChainDefect, ChainRule};
use crate::x509::name::NameRef;

/// What stands above the first of the nodes.
pub(in crate::chain) struct Climb {
    /// The way to send, from the first node up: of those that lead on to the most certificates, the one
    /// whose issuers come first in the order of the search, which is not that of the request.
    pub(in crate::chain) way: Vec<Place>,
}

/// What is known while it goes on.
struct Ways {
    reached: Vec<bool>,
    best: Vec<Place>,
}

impl Search<'_, '_> {
    /// Goes up every way on which all rules are kept. Every node must be on one of them.
    pub(in crate::chain) fn climb(mut self) -> Result<Climb, ChainDefect> {
        let mut ways = Ways {
            reached: vec![false; self.nodes.len()],
            best: Vec::new(),
        };
        if let Err(Exhausted(limit)) = self.go_up(&mut vec![0], &mut ways) {
            return Err(self.nodes[0].defect(ChainRule::Limit(limit)));
        }
        match ways.reached.iter().position(|reached| !reached) {
            None => Ok(Climb { way: ways.best }),
            Some(unused) => Err(self.why_unused(unused, &ways)),
        }
    }

    /// The depth-first step. Says whether the last of the path may stand there.
    fn go_up(&mut self, path: &mut Vec<Place>, ways: &mut Ways) -> Result<bool, Exhausted> {
        let last = path[path.len() - 1];
        if !self.is_sound(last)? {
            return Ok(false);
        }
        ways.reached[last] = true;
        let (mut has_issuer, mut is_signed, mut goes_on) = (false, false, false);
        for &issuer in &*self.issuers_of(last) {
            self.budget.spend_edge()?;
            // RFC 4158 section 5.2: a path that comes back to the same key is longer, not better.
            let entity = self.entities[issuer];
            if path.iter().any(|&place| self.entities[place] == entity) {
                continue;
            }
            has_issuer = true;
            if let Err(rule) = self.rules.check_issued(self.nodes[last]) {
                self.note(last, rule);
                is_signed = true;
                break;
            }
            if path.len() >= PATH_MAX {
                self.note(last, ChainRule::Limit(Limit::Depth));
                is_signed = true;
                break;
            }
            if self.check_signature(path, last, issuer)? == Err(ChainRule::Signature) {
                continue;
            }
            is_signed = true;
            if self.check_edge(path, last, issuer)? {
                path.push(issuer);
                goes_on |= self.go_up(path, ways)?;
                path.pop();
            }
        }
        // One that merely has the name of the issuer tells nothing, as long as there is another.
        if has_issuer && !is_signed {
            self.note(last, ChainRule::Signature);
        }
        let is_better = ways.best.is_empty() || self.sent(path).len() > self.sent(&ways.best).len();
        if !goes_on && is_better {
            ways.best.clone_from(path);
        }
        Ok(true)
    }

    /// What of a path is sent: a root, which whoever checks the path has, is left out.
    fn sent<'p>(&self, path: &'p [Place]) -> &'p [Place] {
        match path {
            [below @ .., top] if path.len() > 1 && self.nodes[*top].is_root() => below,
            _ => path,
        }
    }

    /// Whether a certificate is what it says, whoever signed it: where it is self-signed, with its own
    /// key. The hash function of a root's own signature is checked in FIPS mode only.
    fn is_sound(&mut self, last: Place) -> Result<bool, Exhausted> {
        let top = self.nodes[last];
        let verdict = match self.rules.check_signature_algorithm(top) {
            Err(ChainRule::WeakHash(_)) if top.is_root() && !self.rules.policy.fips => Ok(()),
            // If nothing here checks the signature, that nothing here could is no defect.
            Err(ChainRule::SignatureAlgorithm) => Ok(()),
            Ok(()) if top.is_self_signed() => self.check_signature(&[], last, last)?,
            other => other,
        };
        if let Err(rule) = verdict {
            self.note(last, rule);
            return Ok(false);
        }
        Ok(true)
    }

    /// The defect to report of a node that is on no way up.
    fn why_unused(mut self, unused: Place, ways: &Ways) -> ChainDefect {
        if let Some(worst) = self.worst.take() {
            return worst;
        }
        let path = &ways.best[..];
        let top = self.nodes[path[path.len() - 1]];
        // One that stands beside the way is not what is behind a gap in it.
        let may_be_above = |place: &Place| {
            let node = self.nodes[*place];
            let is_beside = path
                .iter()
                .any(|&other| self.nodes[other].subject == node.subject);
            !ways.reached[*place] && !is_beside && node.issuer != top.issuer
        };
        match (0..self.nodes.len()).find(may_be_above) {
            Some(above) if !top.is_self_signed() => {
                let issuer = NameRef::parse(top.certificate.issuer);
                let issuer =
                    issuer.map_or_else(|_| String::new(), |name| quoted(&name.to_string()));
                let place = self.nodes[above].place;
                let unrelated = format!("{place} \"{}\"", self.nodes[above].shown_subject());
                top.defect(ChainRule::MissingIssuer { issuer, unrelated })
            }
            _ => self.nodes[unused].defect(ChainRule::Unrelated),
        }
    }
}
