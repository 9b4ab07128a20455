//! The rules for a certificate that is installed, and for those that come with it.

use super::defect::ChainRule;
use super::node::Node;
use super::options::Purpose;
use super::pool::CertificateBundle;
use super::profile::Profile;
use super::rules::{self, Rules};
use super::search::{Goal, Search};
use crate::{Certificate, Error, Policy};

/// The checks of the certificates that come with one that is installed, and the order of those
/// above it. No trust anchor is asked for, and what [`profiles`](super::profiles) judges is up to the host's own
/// clients.
pub(crate) struct Installation<'a> {
    nodes: Vec<Node<'a>>,
    rules: Rules,
}

impl<'a> Installation<'a> {
    pub(crate) fn new(bundle: &'a CertificateBundle, policy: &Policy) -> Result<Self, Error> {
        let rules = Rules {
            policy: *policy,
            purpose: Purpose::Any,
            profile: Profile::Compatible,
        };
        let installation = Self {
            nodes: bundle.nodes()?,
            rules,
        };
        for node in &installation.nodes {
            installation.result(node, node.check_readable())?;
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

    /// That the installed certificate may stand as a CA that others are checked with.
    pub(crate) fn check_is_ca(&self) -> Result<(), Error> {
        let leaf = &self.nodes[0];
        self.result(leaf, rules::check_issuer(leaf))
    }

    /// The certificates above the installed one, in the order that leads upward.
    pub(crate) fn lead_upward(&self) -> Result<Vec<Certificate>, Error> {
        let leaf = &self.nodes[0];
        self.result(leaf, self.rules.check_content(leaf))?;
        let nodes: Vec<_> = self.nodes.iter().collect();
        let path = Search::new(&nodes, Goal::UseAll, self.rules)
            .run()
            .map_err(|defect| defect.into_error(self.rules.policy.fips))?;
        let above = path
            .places
            .into_iter()
            .skip(1)
            .map(|place| &self.nodes[place]);
        Ok(above.map(|node| node.owner.clone()).collect())
    }

    fn result(&self, node: &Node<'_>, verdict: Result<(), ChainRule>) -> Result<(), Error> {
        verdict.map_err(|rule| node.defect(rule).into_error(self.rules.policy.fips))
    }
}
