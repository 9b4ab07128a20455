//! The rules for a certificate that is installed, and for those that come with it.

use super::defect::ChainRule;
use super::node::Node;
use super::options::Purpose;
use super::pool::CertificateBundle;
use super::profile::Profile;
use super::rules::{self, Rules};
use super::search::{Goal, Search};
use crate::{Certificate, Error, Policy, Warning};
use std::collections::BTreeSet;

/// The checks of the certificates that come with one that is installed, and the order of those
/// above it. No trust anchor is asked for, and what [`profiles`](super::profiles) judges is up to the host's own
/// clients.
pub(crate) struct Installation<'a> {
    /// The leaf, then those that may stand above it.
    nodes: Vec<Node<'a>>,
    /// Those that have expired beside a valid one of the same name.
    twins: Vec<Node<'a>>,
    rules: Rules,
}

/// What a server sends behind the installed certificate.
pub(crate) struct Above {
    /// Each signed by the next, without a root.
    pub(crate) intermediates: Vec<Certificate>,
    pub(crate) warnings: Vec<Warning>,
}

impl<'a> Installation<'a> {
    pub(crate) fn new(bundle: &'a CertificateBundle, policy: &Policy) -> Result<Self, Error> {
        let rules = Rules {
            policy: *policy,
            purpose: Purpose::Any,
            profile: Profile::Compatible,
        };
        let nodes = bundle.nodes()?;
        let mut installation = Self {
            nodes: Vec::new(),
            twins: Vec::new(),
            rules,
        };
        for node in &nodes {
            installation.result(node, node.check_readable())?;
        }
        let is_valid = |node: &Node<'_>| rules.check_validity(node).is_ok();
        let valid: Vec<_> = nodes.iter().filter(|node| is_valid(node)).collect();
        let valid: BTreeSet<_> = valid.iter().map(|node| node.subject.clone()).collect();
        for (place, node) in nodes.into_iter().enumerate() {
            let has_expired = matches!(rules.check_validity(&node), Err(ChainRule::Expired(_)));
            if place > 0 && has_expired && valid.contains(&node.subject) {
                installation.twins.push(node);
            } else {
                installation.nodes.push(node);
            }
        }
        Ok(installation)
    }

    pub(crate) fn check_validity(&self) -> Result<(), Error> {
        let leaf = &self.nodes[0];
        self.result(leaf, self.rules.check_validity(leaf))
    }

    /// The key and the signature of every certificate. Outside FIPS mode the hash function of a
    /// root's own signature is not checked.
    pub(crate) fn check_algorithms(&self) -> Result<(), Error> {
        self.nodes.iter().try_for_each(|node| {
            self.result(node, self.rules.check_key(node))?;
            match self.rules.check_signature_algorithm(node) {
                Err(ChainRule::WeakHash(_)) if node.is_root() && !self.rules.policy.fips => Ok(()),
                verdict @ Err(ChainRule::WeakHash(_) | ChainRule::Fips(_)) => {
                    self.result(node, verdict)
                }
                _ => Ok(()),
            }
        })
    }

    /// That the installed certificate may stand as a CA that others are checked with; or that it is
    /// self-signed, and so verifies itself, as what some programs make for their clients. Whether the
    /// signature is its own, [`lead_upward`](Self::lead_upward) checks.
    pub(crate) fn check_is_ca(&self) -> Result<(), Error> {
        let leaf = &self.nodes[0];
        match rules::check_issuer(leaf) {
            Err(ChainRule::NotCa) if leaf.is_self_signed() => Ok(()),
            verdict => self.result(leaf, verdict),
        }
    }

    /// The certificates above the installed one, in the order that leads upward.
    pub(crate) fn lead_upward(&self) -> Result<Above, Error> {
        let leaf = &self.nodes[0];
        self.result(leaf, self.rules.check_content(leaf))?;
        let nodes: Vec<_> = self.nodes.iter().collect();
        let climb = Search::new(&nodes, Goal::UseAll, self.rules)
            .climb()
            .map_err(|defect| defect.into_error(self.rules.policy.fips))?;
        let is_root = |place: &usize| self.nodes[*place].is_root();
        let above = climb.way.iter().skip(1).filter(|place| !is_root(place));
        let mut warnings = Vec::new();
        for &place in &climb.way {
            warnings.extend(weak_key(&self.nodes[place]));
        }
        for place in 1..self.nodes.len() {
            let node = &self.nodes[place];
            if !climb.way.contains(&place) && !is_root(&place) {
                warnings.push(Warning::AlternativeLeftOut {
                    subject: node.shown_subject(),
                    serial_number: node.owner.serial_number(),
                });
            }
        }
        for twin in &self.twins {
            warnings.push(Warning::ExpiredTwinLeftOut {
                subject: twin.shown_subject(),
                serial_number: twin.owner.serial_number(),
            });
        }
        Ok(Above {
            intermediates: above
                .map(|&place| self.nodes[place].owner.clone())
                .collect(),
            warnings,
        })
    }

    fn result(&self, node: &Node<'_>, verdict: Result<(), ChainRule>) -> Result<(), Error> {
        verdict.map_err(|rule| node.defect(rule).into_error(self.rules.policy.fips))
    }
}

/// Shorter RSA keys are taken in, but not for much longer.
fn weak_key(node: &Node<'_>) -> Option<Warning> {
    let bits = node.key.as_ref().ok()?.kind.rsa_bits()?;
    (bits < 2048).then(|| Warning::WeakKey {
        subject: node.shown_subject(),
        bits,
    })
}
