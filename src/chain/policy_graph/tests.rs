//! The graph beside the policy tree of RFC 5280, written down as the RFC has it.

use super::*;
use crate::chain::defect::Limit;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::slice;

/// Four policies, and anyPolicy.
const POLICIES: [&[u8]; 5] = [
    &[0x2a, 1],
    &[0x2a, 2],
    &[0x2a, 3],
    &[0x2a, 4],
    ANY_POLICY.as_bytes(),
];
const ANY: usize = 4;

#[derive(Clone, Debug)]
struct Certificate {
    policies: Option<BTreeSet<usize>>,
    mappings: BTreeSet<(usize, usize)>,
    constraints: SkipCerts,
    is_self_issued: bool,
}

impl Certificate {
    fn extensions(&self) -> PolicyExtensions<'static> {
        let named = |set: &BTreeSet<usize>| {
            let named = set.iter().filter(|&&policy| policy != ANY);
            named.map(|&policy| POLICIES[policy]).collect()
        };
        PolicyExtensions {
            policies: self.policies.as_ref().map(named),
            has_any_policy: self.policies.as_ref().is_some_and(|set| set.contains(&ANY)),
            has_policy_twice: false,
            mappings: self
                .mappings
                .iter()
                .map(|&(issuers, subjects)| [POLICIES[issuers], POLICIES[subjects]])
                .collect(),
            constraints: self.constraints,
        }
    }
}

#[derive(Debug)]
struct TreeNode {
    depth: usize,
    policy: usize,
    expected: BTreeSet<usize>,
    parent: usize,
    is_deleted: bool,
}

/// A valid_policy_tree; its first node is the root.
#[derive(Debug)]
struct Tree(Vec<TreeNode>);

impl Tree {
    fn at(&self, depth: usize) -> Vec<usize> {
        let is_there = |&place: &usize| self.0[place].depth == depth && !self.0[place].is_deleted;
        (0..self.0.len()).filter(is_there).collect()
    }

    fn add(&mut self, parent: usize, policy: usize, expected: BTreeSet<usize>) {
        let depth = self.0[parent].depth + 1;
        self.0.push(TreeNode {
            depth,
            policy,
            expected,
            parent,
            is_deleted: false,
        });
    }

    fn delete(&mut self, place: usize) {
        self.0[place].is_deleted = true;
        for child in place + 1..self.0.len() {
            if self.0[child].parent == place {
                self.delete(child);
            }
        }
    }

    /// Deletes the nodes above this depth that have no children.
    fn prune(&mut self, depth: usize) {
        for depth in (0..depth).rev() {
            for place in self.at(depth) {
                let children = self.at(depth + 1);
                if !children.iter().any(|&child| self.0[child].parent == place) {
                    self.0[place].is_deleted = true;
                }
            }
        }
    }
}

/// Sections 6.1.2 to 6.1.5, the trust anchor's constraints as if it were certificate 0.
#[allow(clippy::too_many_lines, reason = "as the RFC has it, step by step")]
fn brute_force(
    anchor: &Certificate,
    path: &[Certificate],
    user: &BTreeSet<usize>,
    [explicit, mapping, any]: [bool; 3],
) -> Result<BTreeSet<usize>, ()> {
    let never = u32::try_from(path.len()).unwrap() + 1;
    let from = |flag| if flag { 0 } else { never };
    let (mut explicit, mut mapping, mut any) = (from(explicit), from(mapping), from(any));
    let lower =
        |counter: &mut u32, bound: Option<u32>| *counter = (*counter).min(bound.unwrap_or(never));
    lower(&mut explicit, anchor.constraints.require_explicit_policy);
    lower(&mut mapping, anchor.constraints.inhibit_policy_mapping);
    lower(&mut any, anchor.constraints.inhibit_any_policy);
    let mut tree = Tree(Vec::new());
    tree.0.push(TreeNode {
        depth: 0,
        policy: ANY,
        expected: [ANY].into(),
        parent: 0,
        is_deleted: false,
    });
    tree.0[0].parent = usize::MAX;
    for (index, certificate) in path.iter().enumerate() {
        let depth = index + 1;
        let is_last = depth == path.len();
        match &certificate.policies {
            None => tree.0[0].is_deleted = true,
            Some(policies) => {
                for &policy in policies.iter().filter(|&&policy| policy != ANY) {
                    let mut parents = tree.at(depth - 1);
                    parents.retain(|&place| tree.0[place].expected.contains(&policy));
                    if parents.is_empty() {
                        parents = tree.at(depth - 1);
                        parents.retain(|&place| tree.0[place].policy == ANY);
                    }
                    for parent in parents {
                        tree.add(parent, policy, [policy].into());
                    }
                }
                if policies.contains(&ANY) && (any > 0 || !is_last && certificate.is_self_issued) {
                    for parent in tree.at(depth - 1) {
                        for value in tree.0[parent].expected.clone() {
                            let children = tree.at(depth);
                            let is_child = |&child: &usize| {
                                tree.0[child].parent == parent && tree.0[child].policy == value
                            };
                            if !children.iter().any(is_child) {
                                tree.add(parent, value, [value].into());
                            }
                        }
                    }
                }
            }
        }
        if tree.at(0).is_empty() {
            for place in 0..tree.0.len() {
                tree.0[place].is_deleted = true;
            }
        }
        tree.prune(depth);
        if explicit == 0 && tree.at(0).is_empty() {
            return Err(());
        }
        if is_last {
            explicit = explicit.saturating_sub(1);
            if certificate.constraints.require_explicit_policy == Some(0) {
                explicit = 0;
            }
            break;
        }
        let issuers: BTreeSet<_> = certificate
            .mappings
            .iter()
            .map(|&(issuers, _)| issuers)
            .collect();
        for issuers in issuers {
            let subjects = || {
                let of = certificate.mappings.iter().filter(|pair| pair.0 == issuers);
                of.map(|pair| pair.1).collect::<BTreeSet<_>>()
            };
            let mut nodes = tree.at(depth);
            nodes.retain(|&place| tree.0[place].policy == issuers);
            if mapping == 0 {
                for place in nodes {
                    tree.delete(place);
                }
                continue;
            }
            for &place in &nodes {
                tree.0[place].expected = subjects();
            }
            let any_node = tree
                .at(depth)
                .into_iter()
                .find(|&place| tree.0[place].policy == ANY);
            if let (true, Some(any_node)) = (nodes.is_empty(), any_node) {
                tree.add(tree.0[any_node].parent, issuers, subjects());
            }
        }
        tree.prune(depth);
        if !certificate.is_self_issued {
            for counter in [&mut explicit, &mut mapping, &mut any] {
                *counter = counter.saturating_sub(1);
            }
        }
        lower(
            &mut explicit,
            certificate.constraints.require_explicit_policy,
        );
        lower(&mut mapping, certificate.constraints.inhibit_policy_mapping);
        lower(&mut any, certificate.constraints.inhibit_any_policy);
    }
    let node_set = |tree: &Tree| {
        let mut nodes: Vec<_> = (1..tree.0.len())
            .filter(|&place| !tree.0[place].is_deleted)
            .collect();
        nodes.retain(|&place| tree.0[tree.0[place].parent].policy == ANY);
        nodes
    };
    let depth = path.len();
    if !tree.at(0).is_empty() && !user.contains(&ANY) {
        for place in node_set(&tree) {
            let policy = tree.0[place].policy;
            if policy != ANY && !user.contains(&policy) {
                tree.delete(place);
            }
        }
        let any_node = tree
            .at(depth)
            .into_iter()
            .find(|&place| tree.0[place].policy == ANY);
        if let Some(any_node) = any_node {
            for &policy in user {
                if !node_set(&tree)
                    .iter()
                    .any(|&place| tree.0[place].policy == policy)
                {
                    tree.add(tree.0[any_node].parent, policy, [policy].into());
                }
            }
            tree.delete(any_node);
        }
        tree.prune(depth);
    }
    let is_null = tree.at(0).is_empty();
    if explicit == 0 && is_null {
        return Err(());
    }
    // anyPolicy counts where it reaches the last certificate.
    let places = node_set(&tree)
        .into_iter()
        .filter(|&place| !is_null && (tree.0[place].policy != ANY || tree.0[place].depth == depth));
    Ok(places.map(|place| tree.0[place].policy).collect())
}

fn skip() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![3 => Just(None), 2 => (0_u32..4).prop_map(Some)]
}

fn certificate() -> impl Strategy<Value = Certificate> {
    let policies = prop_oneof![
        1 => Just(None),
        12 => prop::collection::btree_set(0_usize..5, 1..5).prop_map(Some),
    ];
    let mappings = prop_oneof![
        1 => Just(BTreeSet::new()),
        1 => prop::collection::btree_set((0_usize..4, 0_usize..4), 0..5),
    ];
    let constraints = (skip(), skip(), skip());
    (policies, mappings, constraints, prop::bool::weighted(0.2)).prop_map(
        |(policies, mappings, (explicit, mapping, any), is_self_issued)| Certificate {
            policies,
            mappings,
            constraints: SkipCerts {
                require_explicit_policy: explicit,
                inhibit_policy_mapping: mapping,
                inhibit_any_policy: any,
            },
            is_self_issued,
        },
    )
}

/// What the graph says, the path root first.
fn by_graph(
    path: &[Certificate],
    user: &[usize],
    [explicit_policy, policy_mapping_inhibit, any_policy_inhibit]: [bool; 3],
    budget: &mut Budget,
) -> Result<Result<BTreeSet<usize>, Broken>, Exhausted> {
    let extensions: Vec<_> = path.iter().map(Certificate::extensions).collect();
    let steps = extensions
        .iter()
        .zip(path)
        .map(|(extensions, certificate)| Step {
            extensions,
            is_self_issued: certificate.is_self_issued,
        });
    let mut steps: Vec<_> = steps.collect();
    steps.reverse();
    let user: Vec<_> = user
        .iter()
        .map(|&policy| CertificatePolicy::known(POLICIES[policy]))
        .collect();
    let inputs = Inputs {
        user: &user,
        explicit_policy,
        policy_mapping_inhibit,
        any_policy_inhibit,
    };
    let verdict = process(&steps, inputs, budget)?;
    let number = |policy: CertificatePolicy| {
        POLICIES
            .iter()
            .position(|&known| known == policy.as_bytes())
    };
    Ok(verdict.map(|policies| policies.into_iter().filter_map(number).collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_graph_says_what_the_tree_says(
        anchor in certificate(),
        path in prop::collection::vec(certificate(), 1..6),
        user in prop::collection::btree_set(0_usize..5, 1..4),
        flags in any::<[bool; 3]>(),
    ) {
        let tree = brute_force(&anchor, &path, &user, flags);
        let whole: Vec<_> = slice::from_ref(&anchor).iter().chain(&path).cloned().collect();
        let user: Vec<_> = user.into_iter().collect();
        let graph = by_graph(&whole, &user, flags, &mut Budget::default()).unwrap();
        prop_assert_eq!(graph.map_err(|_| ()), tree);
    }
}

/// Every certificate has every policy and maps each to each, which takes a tree beyond all memory.
#[test]
fn crosswise_mappings_take_linear_time() {
    let names: Vec<[u8; 2]> = (0..40).map(|number| [0x2a, number]).collect();
    let policies: Vec<&[u8]> = names.iter().map(|name| &name[..]).collect();
    let mappings = policies
        .iter()
        .flat_map(|issuers| policies.iter().map(|subjects| [*issuers, *subjects]))
        .collect();
    let extensions = PolicyExtensions {
        policies: Some(policies),
        mappings,
        ..PolicyExtensions::default()
    };
    let step = Step {
        extensions: &extensions,
        is_self_issued: false,
    };
    let none = PolicyExtensions::default();
    let mut path = vec![step; 30];
    path.push(Step {
        extensions: &none,
        is_self_issued: true,
    });
    let inputs = Inputs {
        user: &[],
        explicit_policy: true,
        policy_mapping_inhibit: false,
        any_policy_inhibit: false,
    };
    let policies = process(&path, inputs, &mut Budget::default())
        .unwrap()
        .unwrap();
    assert_eq!(policies.len(), 40);
    let mut spent = Budget::default();
    let exhausted = (0..1000).find_map(|_| process(&path, inputs, &mut spent).err());
    assert_eq!(exhausted, Some(Exhausted(Limit::Policies)));
}

#[test]
fn the_certificate_that_leaves_no_policy_is_blamed() {
    let with = |policy: usize| Certificate {
        policies: Some([policy].into()),
        mappings: BTreeSet::new(),
        constraints: SkipCerts::default(),
        is_self_issued: false,
    };
    let path = [with(0), with(0), with(1), with(1)];
    let mut budget = Budget::default();
    let mut verdict = |user: &[usize], explicit| {
        by_graph(&path, user, [explicit, false, false], &mut budget).unwrap()
    };
    assert_eq!(verdict(&[], true), Err((1, ChainRule::ExplicitPolicy)));
    assert_eq!(verdict(&[], false), Ok(BTreeSet::new()));
    let mut mapping = path[..2].to_vec();
    mapping[1].mappings = [(0, ANY)].into();
    let verdict = by_graph(&mapping, &[], [false; 3], &mut budget).unwrap();
    assert_eq!(verdict, Err((0, ChainRule::AnyPolicyMapped)));
}
