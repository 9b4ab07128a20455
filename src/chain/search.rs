//! Path building: from the leaf up, every issuer that fits by name, until a path keeps all rules.

pub(super) mod climb;
mod known;
mod signatures;

#[cfg(feature = "hooks")]
pub(crate) use signatures::hooks;

use super::budget::{Budget, Exhausted};
use super::constraints::Violation;
use super::defect::{ChainDefect, ChainRule, Limit, RULE_BROKEN};
use super::node::Node;
use super::options::PathOptions;
use super::reason::RevocationStatus;
use super::rules::{self, Rules};
use crate::CertificatePolicy;
use crate::x509::name::key::NameKey;
use known::Signatures;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where a path ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal<'o> {
    /// At a trust anchor, one of the first so many nodes behind the leaf.
    Anchor {
        anchors: usize,
        options: &'o PathOptions,
    },
    /// At whichever certificate comes last: for [`climb`].
    UseAll,
}

/// The most certificates of one path. Real ones have three or four.
const PATH_MAX: usize = 64;

/// A node by its place in the list.
type Place = usize;

/// A search over `nodes`: the leaf, then the others, none of them twice.
pub(super) struct Search<'s, 'a> {
    nodes: &'s [&'s Node<'a>],
    /// Of each node, the first one that certifies the same key for the same subject.
    entities: Vec<Place>,
    /// Of each subject, the nodes that certify it, the trust anchors first.
    by_subject: BTreeMap<&'s NameKey, Vec<Place>>,
    /// Of each node, those that may be its issuer by name, once that was asked, the likeliest
    /// first.
    issuers: Vec<Option<Rc<[Place]>>>,
    goal: Goal<'s>,
    rules: Rules,
    budget: Budget,
    /// Of each node, what is wrong with it as an issuer, once that is known.
    own: Vec<Option<Result<(), ChainRule>>>,
    signatures: Signatures,
    worst: Option<ChainDefect>,
    judge: Option<&'s Judge<'s, 'a>>,
    /// What the judge found of the path.
    whole: WholePath,
}

/// Judges a path that is complete, leaf first; a defect comes with its certificate's place in it.
pub(super) type Judge<'s, 'a> = dyn Fn(&[&'s Node<'a>], &mut Budget) -> Result<Result<WholePath, (usize, ChainRule)>, Exhausted>
    + 's;

/// What a path is found to be as a whole.
#[derive(Debug, Default)]
pub(super) struct WholePath {
    /// The user-constrained policy set.
    pub(super) policies: Vec<CertificatePolicy>,
    /// Of each certificate, leaf first.
    pub(super) statuses: Vec<RevocationStatus>,
}

/// A path that keeps all rules.
pub(super) struct FoundPath {
    /// Leaf first.
    pub(super) places: Vec<Place>,
    pub(super) whole: WholePath,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn new(nodes: &'s [&'s Node<'a>], goal: Goal<'s>, rules: Rules) -> Self {
        let mut known: BTreeMap<(&NameKey, &[u8]), Place> = BTreeMap::new();
        let mut by_subject: BTreeMap<&NameKey, Vec<Place>> = BTreeMap::new();
        let mut entities = Vec::with_capacity(nodes.len());
        for (place, node) in nodes.iter().enumerate() {
            let entity = (&node.subject, node.certificate.spki);
            entities.push(*known.entry(entity).or_insert(place));
            if place > 0 {
                by_subject.entry(&node.subject).or_default().push(place);
            }
        }
        for places in by_subject.values_mut() {
            // Not as they were given, so that the order of a request changes nothing.
            places.sort_by_cached_key(|&place| {
                let certificate = &nodes[place].certificate;
                let latest_first = Reverse(certificate.validity.not_after);
                (!goal.is_anchor(place), latest_first, certificate.der)
            });
        }
        Self {
            by_subject,
            issuers: vec![None; nodes.len()],
            own: vec![None; nodes.len()],
            nodes,
            entities,
            goal,
            rules,
            budget: Budget::default(),
            signatures: Signatures::default(),
            worst: None,
            judge: None,
            whole: WholePath::default(),
        }
    }

    /// A path; or the most telling defect.
    pub(super) fn run(self) -> Result<FoundPath, ChainDefect> {
        let leaf = self.nodes[0];
        match self.run_within() {
            Ok((verdict, _)) => verdict,
            Err(Exhausted(limit)) => Err(leaf.defect(ChainRule::Limit(limit))),
        }
    }

    /// Whole paths are judged too.
    pub(super) fn with_judge(mut self, judge: &'s Judge<'s, 'a>) -> Self {
        self.judge = Some(judge);
        self
    }

    /// Goes on with what is left of another search's budget.
    pub(super) fn with_budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// As [`Self::run`]; gives back what is left of the budget.
    pub(super) fn run_within(
        mut self,
    ) -> Result<(Result<FoundPath, ChainDefect>, Budget), Exhausted> {
        let mut path = vec![0];
        let verdict = if self.extend(&mut path)? {
            Ok(FoundPath {
                places: path,
                whole: self.whole,
            })
        } else {
            let no_issuer = || self.nodes[0].defect(ChainRule::NoIssuer);
            Err(self.worst.unwrap_or_else(no_issuer))
        };
        Ok((verdict, self.budget))
    }

    /// Completes the path, if it can be: the depth-first step.
    fn extend(&mut self, path: &mut Vec<Place>) -> Result<bool, Exhausted> {
        let last = path[path.len() - 1];
        if self.goal.is_anchor(last) {
            return self.check_whole(path);
        }
        // Before any signature is looked at: there may be none that could be.
        let issued = self.rules.check_issued(self.nodes[last]);
        let (mut has_issuer, mut is_signed) = (false, false);
        for &issuer in &*self.issuers_of(last) {
            self.budget.spend_edge()?;
            // RFC 4158 section 5.2: a path that comes back to the same key is longer, not better.
            let entity = self.entities[issuer];
            let comes_back = path.iter().any(|&place| self.entities[place] == entity);
            if comes_back && !self.goal.is_anchor(issuer) {
                continue;
            }
            has_issuer = true;
            if let Err(rule) = &issued {
                self.note(last, rule.clone());
                return Ok(false);
            }
            if path.len() >= PATH_MAX {
                self.note(last, ChainRule::Limit(Limit::Depth));
                continue;
            }
            if self.check_signature(path, last, issuer)? == Err(ChainRule::Signature) {
                continue;
            }
            is_signed = true;
            if self.check_edge(path, last, issuer)? {
                path.push(issuer);
                if self.extend(path)? {
                    return Ok(true);
                }
                path.pop();
            }
        }
        // One that merely has the name of the issuer tells nothing, as long as there is another.
        if has_issuer && !is_signed {
            self.note(last, ChainRule::Signature);
        }
        if !has_issuer {
            self.note(last, ChainRule::NoIssuer);
        }
        Ok(false)
    }

    /// Whether a whole path passes the judge of whole paths.
    fn check_whole(&mut self, path: &[Place]) -> Result<bool, Exhausted> {
        let Some(judge) = self.judge else {
            return Ok(true);
        };
        let nodes: Vec<_> = path.iter().map(|&place| self.nodes[place]).collect();
        match judge(&nodes, &mut self.budget)? {
            Ok(whole) => {
                self.whole = whole;
                Ok(true)
            }
            Err((depth, rule)) => {
                self.note(path[depth], rule);
                Ok(false)
            }
        }
    }

    /// Those that may be the issuer of a node by name. Of trust anchors, and of the others, those
    /// come first that the node's authority key identifier names.
    fn issuers_of(&mut self, place: Place) -> Rc<[Place]> {
        let (nodes, goal, by_subject) = (self.nodes, self.goal, &self.by_subject);
        let issuers = self.issuers[place].get_or_insert_with(|| {
            let node = nodes[place];
            let named = by_subject.get(&node.issuer).map_or(&[][..], Vec::as_slice);
            let mut likeliest_first = named.to_vec();
            likeliest_first.sort_by_cached_key(|&issuer| {
                (!goal.is_anchor(issuer), !node.names_key_of(nodes[issuer]))
            });
            likeliest_first.into()
        });
        Rc::clone(issuers)
    }

    /// Whether all rules allow one certificate, which signed the last of a path, as its issuer.
    fn check_edge(
        &mut self,
        path: &[Place],
        last: Place,
        issuer: Place,
    ) -> Result<bool, Exhausted> {
        let verdict = self.check_signature(path, last, issuer)?;
        if let Err(rule) = verdict.and_then(|()| self.check_standing(path, issuer)) {
            self.note(issuer, rule);
            return Ok(false);
        }
        let node = self.nodes[issuer];
        let below: Vec<_> = path.iter().map(|&place| self.nodes[place]).collect();
        if let Err((depth, violation)) = rules::check_names(node, &below, &mut self.budget)? {
            self.note_violation(path[depth], &violation);
            return Ok(false);
        }
        Ok(true)
    }

    /// What can be said of a certificate as the issuer above a path, but for signatures and names.
    fn check_standing(&mut self, path: &[Place], issuer: Place) -> Result<(), ChainRule> {
        let node = self.nodes[issuer];
        let rules = self.rules;
        let is_anchor = self.goal.is_anchor(issuer);
        let own = self.own[issuer].get_or_insert_with(|| {
            rules
                .check_issuer(node, is_anchor)
                .and_then(|()| rules.check(node))
                .and_then(|()| {
                    if is_anchor {
                        rules.check_anchor(node)
                    } else {
                        Ok(())
                    }
                })
        });
        own.clone()?;
        let below = path.iter().map(|&place| self.nodes[place]);
        if let Goal::Anchor { options, .. } = self.goal
            && !is_anchor
            && let Some(most) = options.max_intermediates
        {
            let above = below.clone().skip(1).chain([node]);
            if above.filter(|node| !node.is_self_issued).count() > most {
                return Err(ChainRule::MaxIntermediates(most));
            }
        }
        rules::check_path_length(node, below).map_err(ChainRule::PathLength)
    }

    /// Remembers the most telling defect, of several the first.
    fn note(&mut self, place: Place, rule: ChainRule) {
        if self.is_telling(rule.rank()) {
            self.worst = Some(self.nodes[place].defect(rule));
        }
    }

    /// As [`Self::note`]; names can be long, so they are written only if they will be read.
    fn note_violation(&mut self, place: Place, violation: &Violation<'_>) {
        if self.is_telling(RULE_BROKEN) {
            let rule = rules::violated(violation, self.nodes[place]);
            self.note(place, rule);
        }
    }

    fn is_telling(&self, rank: u8) -> bool {
        let known = self.worst.as_ref().map(|known| known.rule.rank());
        known.is_none_or(|known| known < rank)
    }
}

impl Goal<'_> {
    fn is_anchor(self, place: Place) -> bool {
        match self {
            Self::Anchor { anchors, .. } => (1..=anchors).contains(&place),
            Self::UseAll => false,
        }
    }
}
