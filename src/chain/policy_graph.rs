//! Certificate policies along a path (RFC 5280 sections 6.1.2 to 6.1.5), by the graph of RFC 9618:
//! a policy is one node of its level, however many ways lead to it, so that no chain of mappings
//! costs more than its length.

use super::budget::{Budget, Exhausted};
use super::defect::ChainRule;
use super::node::Node;
use super::options::PathOptions;
use crate::x509::policies::{PolicyExtensions, SkipCerts};
use crate::x509::policy_id::CertificatePolicy;
use const_oid::db::rfc5280::ANY_POLICY;
use std::collections::{BTreeMap, BTreeSet};

/// A rule that a path breaks, with the place of the certificate in it.
pub(super) type Broken = (usize, ChainRule);

/// The inputs of RFC 5280 section 6.1.1 (c), (e), (f) and (g).
#[derive(Clone, Copy, Debug)]
struct Inputs<'o> {
    /// Empty for any policy.
    user: &'o [CertificatePolicy],
    explicit_policy: bool,
    policy_mapping_inhibit: bool,
    any_policy_inhibit: bool,
}

/// A certificate as the policies see it.
#[derive(Clone, Copy, Debug)]
struct Step<'s, 'a> {
    extensions: &'s PolicyExtensions<'a>,
    is_self_issued: bool,
}

/// The nodes of one depth of the graph.
#[derive(Debug, Default)]
struct Level<'s> {
    /// By `valid_policy`, all but anyPolicy.
    nodes: BTreeMap<&'s [u8], PolicyNode<'s>>,
    /// Whether there is a node of anyPolicy.
    any: bool,
}

#[derive(Debug, Default)]
struct PolicyNode<'s> {
    /// Policies of the level above; empty for a child of anyPolicy.
    parents: Vec<&'s [u8]>,
}

/// The user-constrained policy set of a path, leaf first and trust anchor last: anyPolicy alone for
/// any, empty for none.
pub(super) fn check(
    path: &[&Node<'_>],
    options: &PathOptions,
    budget: &mut Budget,
) -> Result<Result<Vec<CertificatePolicy>, Broken>, Exhausted> {
    let mut steps = Vec::with_capacity(path.len());
    for (place, node) in path.iter().enumerate() {
        match &node.policies {
            Ok(extensions) => steps.push(Step {
                extensions,
                is_self_issued: node.is_self_issued,
            }),
            Err(rule) => return Ok(Err((place, rule.clone()))),
        }
    }
    let inputs = Inputs {
        user: &options.user_initial_policies,
        explicit_policy: options.initial_explicit_policy,
        policy_mapping_inhibit: options.initial_policy_mapping_inhibit,
        any_policy_inhibit: options.initial_any_policy_inhibit,
    };
    process(&steps, inputs, budget)
}

fn process(
    path: &[Step<'_, '_>],
    inputs: Inputs<'_>,
    budget: &mut Budget,
) -> Result<Result<Vec<CertificatePolicy>, Broken>, Exhausted> {
    let Some((anchor, issued)) = path.split_last() else {
        return Ok(Ok(Vec::new()));
    };
    let mut counters = Counters::new(inputs, issued.len());
    // How policies are named there is not judged, but what a trust anchor demands of those below
    // it holds, as its name constraints do.
    counters.tighten(anchor.extensions.constraints);
    let mut levels = vec![Level {
        nodes: BTreeMap::new(),
        any: true,
    }];
    let mut emptied = None;
    for (place, step) in issued.iter().enumerate().rev() {
        if step.extensions.maps_any_policy() {
            return Ok(Err((place, ChainRule::AnyPolicyMapped)));
        }
        let is_leaf = place == 0;
        if let Some(level) = levels.last_mut()
            && emptied.is_none()
        {
            let takes_any = counters.inhibit_any_policy > 0 || !is_leaf && step.is_self_issued;
            budget.spend_policies(level.nodes.len() + step.extensions.size())?;
            level.take(step.extensions, takes_any);
            if level.is_empty() {
                emptied = Some(place);
            } else if !is_leaf {
                let next = level.map(step.extensions, counters.policy_mapping > 0);
                levels.push(next);
            }
        }
        counters.pass(*step, is_leaf);
    }
    if let Some(place) = emptied {
        return Ok(if counters.explicit_policy == 0 {
            Err((place, ChainRule::ExplicitPolicy))
        } else {
            Ok(Vec::new())
        });
    }
    let policies = user_constrained(&levels, inputs.user);
    Ok(if policies.is_empty() && counters.explicit_policy == 0 {
        Err((0, ChainRule::ExplicitPolicy))
    } else {
        Ok(policies)
    })
}

impl<'s> Level<'s> {
    fn is_empty(&self) -> bool {
        self.nodes.is_empty() && !self.any
    }

    /// Section 6.1.3 (d) and (e): of the policies that are expected, those stay that the
    /// certificate has.
    fn take<'a: 's>(&mut self, certificate: &PolicyExtensions<'a>, takes_any: bool) {
        let Some(policies) = &certificate.policies else {
            *self = Self::default();
            return;
        };
        let takes_any = takes_any && certificate.has_any_policy;
        if !takes_any {
            self.nodes
                .retain(|policy, _| policies.binary_search(policy).is_ok());
        }
        if self.any {
            for policy in policies {
                self.nodes.entry(policy).or_default();
            }
        }
        self.any &= takes_any;
    }

    /// Section 6.1.4 (b): the policies that are expected of the next certificate.
    fn map<'a: 's>(&mut self, certificate: &PolicyExtensions<'a>, may_map: bool) -> Self {
        let mut next = Self {
            nodes: BTreeMap::new(),
            any: self.any,
        };
        let mut is_mapped = BTreeSet::new();
        for [issuers, subjects] in &certificate.mappings {
            if !may_map {
                self.nodes.remove(issuers);
                continue;
            }
            if self.any {
                self.nodes.entry(issuers).or_default();
            }
            if self.nodes.contains_key(issuers) {
                is_mapped.insert(*issuers);
                let node = next.nodes.entry(*subjects).or_default();
                node.parents.push(issuers);
            }
        }
        for policy in self.nodes.keys() {
            if !is_mapped.contains(policy) {
                next.nodes.entry(policy).or_default().parents.push(policy);
            }
        }
        next
    }
}

/// Section 6.1.5 (g): the nodes below anyPolicy that lead to a policy of the last certificate, as
/// far as the user takes them.
fn user_constrained(levels: &[Level<'_>], user: &[CertificatePolicy]) -> Vec<CertificatePolicy> {
    let any = ANY_POLICY.as_bytes();
    let takes_any = user.is_empty() || user.iter().any(CertificatePolicy::is_any);
    let mut found = BTreeSet::new();
    let Some(last) = levels.last() else {
        return Vec::new();
    };
    if last.any && takes_any {
        found.insert(any);
    } else if last.any {
        found.extend(user.iter().map(CertificatePolicy::as_bytes));
    }
    let mut reached: BTreeSet<&[u8]> = last.nodes.keys().copied().collect();
    for level in levels.iter().rev() {
        let mut above = BTreeSet::new();
        for policy in reached {
            match level.nodes.get(policy).map(|node| &node.parents[..]) {
                Some([]) => {
                    let is_users = |taken: &CertificatePolicy| taken.as_bytes() == policy;
                    if takes_any || user.iter().any(is_users) {
                        found.insert(policy);
                    }
                }
                Some(parents) => above.extend(parents.iter().copied()),
                None => {}
            }
        }
        reached = above;
    }
    found.into_iter().map(CertificatePolicy::known).collect()
}

/// The state variables of section 6.1.2 (d), (e) and (f): how many certificates may yet follow.
#[derive(Clone, Copy, Debug)]
struct Counters {
    explicit_policy: u32,
    inhibit_any_policy: u32,
    policy_mapping: u32,
}

impl Counters {
    fn new(inputs: Inputs<'_>, certificates: usize) -> Self {
        let never = u32::try_from(certificates + 1).unwrap_or(u32::MAX);
        let from = |at_once| if at_once { 0 } else { never };
        Self {
            explicit_policy: from(inputs.explicit_policy),
            inhibit_any_policy: from(inputs.any_policy_inhibit),
            policy_mapping: from(inputs.policy_mapping_inhibit),
        }
    }

    /// What follows one certificate: section 6.1.4 (h), (i) and (j); for the leaf 6.1.5 (a) and
    /// (b).
    fn pass(&mut self, step: Step<'_, '_>, is_leaf: bool) {
        let constraints = step.extensions.constraints;
        if is_leaf {
            self.explicit_policy = self.explicit_policy.saturating_sub(1);
            if constraints.require_explicit_policy == Some(0) {
                self.explicit_policy = 0;
            }
            return;
        }
        if !step.is_self_issued {
            for counter in [
                &mut self.explicit_policy,
                &mut self.inhibit_any_policy,
                &mut self.policy_mapping,
            ] {
                *counter = counter.saturating_sub(1);
            }
        }
        self.tighten(constraints);
    }

    fn tighten(&mut self, constraints: SkipCerts) {
        for (counter, bound) in [
            (
                &mut self.explicit_policy,
                constraints.require_explicit_policy,
            ),
            (&mut self.inhibit_any_policy, constraints.inhibit_any_policy),
            (&mut self.policy_mapping, constraints.inhibit_policy_mapping),
        ] {
            *counter = bound.map_or(*counter, |bound| bound.min(*counter));
        }
    }
}

#[cfg(test)]
mod tests;
