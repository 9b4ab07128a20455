//! [`TrustStore`]: trust anchors that are loaded once and used for many validations.

use super::budget::{Budget, Exhausted};
use super::defect::{ChainCertificate, ChainDefect, ChainRule};
use super::identity::PeerIdentity;
use super::node::Node;
use super::options::{PathOptions, Revocation};
use super::policy_graph;
use super::pool::{self, CertificateBundle};
use super::reason::RevocationStatus;
use super::revocation::Lists;
use super::rules::{self, Rules};
use super::search::{Goal, Search, WholePath};
use crate::x509::name::key::NameKey;
use crate::{Certificate, CertificatePolicy, Error, Policy, input};
use self_cell::self_cell;
use std::collections::BTreeMap;
use std::fmt;

/// Trust anchors, read once: threads share them for any number of validations.
///
/// A trust anchor need not be self-signed. It is checked like every other certificate of a path,
/// its validity and its name constraints too; only its signature is not, nor how it was issued.
///
/// ```
/// use certwright::{Certificate, PathOptions, Policy, Time, TrustStore};
///
/// let store = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
/// let leaf = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
/// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
/// let options = PathOptions::server("server.example.com");
/// let chain = store.verify(&leaf, &[], &options, &policy)?;
/// assert_eq!(chain.path.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TrustStore {
    anchors: Vec<Anchor>,
    /// The anchors of each subject.
    by_subject: BTreeMap<NameKey, Vec<usize>>,
    rejected: Vec<RejectedAnchor>,
}

self_cell!(
    /// A trust anchor and what the rules ask of it.
    struct Anchor {
        owner: Certificate,
        #[covariant]
        dependent: Node,
    }
);

/// A certificate that cannot be used as a trust anchor.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedAnchor {
    /// Which of those that were given, counted from 0.
    pub index: usize,
    /// Why.
    pub error: Error,
}

/// A path that keeps all rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidatedChain {
    /// From the leaf to the trust anchor. One link, if the leaf is a trust anchor itself.
    pub path: Vec<ChainLink>,
    /// The certificate policies that the path is valid for, of those that the caller takes (RFC 5280
    /// section 6.1.6, the user-constrained policy set), sorted: [`CertificatePolicy::any`] alone for
    /// any of them, nothing for none.
    pub user_constrained_policies: Vec<CertificatePolicy>,
}

/// A certificate of a [`ValidatedChain`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainLink {
    /// Where it was given.
    pub place: ChainCertificate,
    /// The certificate.
    pub certificate: Certificate,
    /// What the revocation lists say of it.
    pub revocation: RevocationStatus,
}

impl TrustStore {
    /// Takes certificates as trust anchors, at most 1000. Those that cannot be used are left out:
    /// [`rejected`](Self::rejected) names them.
    ///
    /// ```
    /// use certwright::{Certificate, TrustStore};
    ///
    /// let root = Certificate::from_pem(include_str!("../../vectors/root.pem"))?;
    /// assert!(TrustStore::new([root]).rejected().is_empty());
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn new(anchors: impl IntoIterator<Item = Certificate>) -> Self {
        let mut store = Self {
            anchors: Vec::new(),
            by_subject: BTreeMap::new(),
            rejected: Vec::new(),
        };
        for (index, anchor) in anchors.into_iter().enumerate() {
            store.add(index, anchor);
        }
        store
    }

    /// Reads a bundle of trust anchors: PEM, at most 1000 in 2 MiB. Certificates that cannot be read
    /// are left out too.
    ///
    /// # Errors
    ///
    /// [`CertificateUnreadable`](crate::ErrorCode::CertificateUnreadable) if there is no certificate,
    /// or what there is is no PEM; [`OutOfMemory`](crate::ErrorCode::OutOfMemory) above the limits.
    ///
    /// ```
    /// use certwright::TrustStore;
    ///
    /// let bundle = include_str!("../../vectors/root.pem").to_owned() + include_str!("../../vectors/ca-p256.pem");
    /// assert_eq!(TrustStore::from_pem(&bundle)?.len(), 2);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn from_pem(bundle: &str) -> Result<Self, Error> {
        let field = ChainCertificate::TrustAnchor(0).field();
        let mut store = Self::new([]);
        for (index, der) in input::anchors(bundle, field)?.into_iter().enumerate() {
            match pool::read(der, ChainCertificate::TrustAnchor(index)) {
                Ok(anchor) => store.add(index, anchor),
                Err(error) => store.rejected.push(RejectedAnchor { index, error }),
            }
        }
        Ok(store)
    }

    fn add(&mut self, index: usize, anchor: Certificate) {
        let place = ChainCertificate::TrustAnchor(index);
        let rejected = if index >= pool::CERTIFICATES_MAX {
            pool::check_limits(index + 1, 0).err()
        } else {
            match Anchor::try_new(anchor, |anchor| pool::read_names(anchor, place)) {
                Ok(anchor) => self.index(anchor),
                Err(error) => Some(error),
            }
        };
        if let Some(error) = rejected {
            self.rejected.push(RejectedAnchor { index, error });
        }
    }

    /// Takes an anchor in, unless no path could end at it.
    fn index(&mut self, anchor: Anchor) -> Option<Error> {
        let node = anchor.borrow_dependent();
        if let Err(rule) = node.check_readable() {
            return Some(node.defect(rule).into_error(false));
        }
        let same_subject = self.by_subject.entry(node.subject.clone()).or_default();
        let anchors = &self.anchors;
        let is_known = |&place: &usize| {
            let known: &Anchor = &anchors[place];
            known.borrow_owner() == anchor.borrow_owner()
        };
        if !same_subject.iter().any(is_known) {
            same_subject.push(anchors.len());
            self.anchors.push(anchor);
        }
        None
    }

    /// How many trust anchors there are, of equal ones one.
    ///
    /// ```
    /// assert_eq!(certwright::TrustStore::new([]).len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there is no trust anchor, so that nothing is valid.
    ///
    /// ```
    /// assert!(certwright::TrustStore::new([]).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// What was given and is no trust anchor, with the reason.
    ///
    /// ```
    /// use certwright::TrustStore;
    ///
    /// let root = include_str!("../../vectors/root.pem");
    /// let odd = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    /// let store = TrustStore::from_pem(&format!("{root}{odd}"))?;
    /// assert_eq!((store.len(), store.rejected()[0].index), (1, 1));
    /// # Ok::<(), certwright::Error>(())
    /// ```
    pub fn rejected(&self) -> &[RejectedAnchor] {
        &self.rejected
    }

    /// The DER of their subjects, each once.
    #[cfg(feature = "rustls")]
    pub(crate) fn subjects(&self) -> impl Iterator<Item = &[u8]> {
        let first = self.by_subject.values().filter_map(|places| places.first());
        first.map(|&place| self.anchors[place].borrow_dependent().certificate.subject)
    }

    /// The first of those that were left out, for callers that take all or nothing.
    pub(crate) fn into_strict(mut self) -> Result<Self, Error> {
        if self.rejected.is_empty() {
            return Ok(self);
        }
        Err(self.rejected.swap_remove(0).error)
    }

    /// Validates a certificate: finds a path from it to a trust anchor in which every certificate
    /// keeps the rules of RFC 5280.
    ///
    /// The order of the intermediates does not matter, and those that no path needs do not hurt. At
    /// most 1000 of them, of 2 MiB together, and a fixed amount of work: see
    /// [`Limit`](crate::Limit).
    ///
    /// # Errors
    ///
    /// Those of [`validate_chain`](crate::validate_chain()).
    ///
    /// ```
    /// use certwright::{Certificate, PathOptions, Policy, Time, TrustStore};
    ///
    /// let store = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let expired = Certificate::from_pem(include_str!("../../vectors/expired.pem"))?;
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let error = store.verify(&expired, &[], &PathOptions::any(), &policy).unwrap_err();
    /// assert_eq!(error.code(), certwright::ErrorCode::Expired);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify(
        &self,
        leaf: &Certificate,
        intermediates: &[Certificate],
        options: &PathOptions,
        policy: &Policy,
    ) -> Result<ValidatedChain, Error> {
        let bundle = CertificateBundle::new(leaf.clone(), intermediates)?;
        self.verify_bundle(&bundle, options, policy)
    }

    pub(crate) fn verify_bundle(
        &self,
        bundle: &CertificateBundle,
        options: &PathOptions,
        policy: &Policy,
    ) -> Result<ValidatedChain, Error> {
        let offered = bundle.usable_nodes()?;
        let leaf = &offered[0];
        let rules = Rules {
            policy: *policy,
            purpose: options.purpose,
            profile: options.profile,
        };
        let refuse = |defect: ChainDefect| defect.into_error(policy.fips);
        let leaf_is_anchor = self.of_subject(&leaf.subject).any(|anchor| anchor.is(leaf));
        rules::check_leaf(&rules, leaf, leaf_is_anchor, options)
            .map_err(|rule| refuse(leaf.defect(rule)))?;
        if leaf_is_anchor {
            return Ok(ValidatedChain {
                path: vec![ChainLink::of(leaf, RevocationStatus::NotAsked)],
                // No certificate was issued, so that none restricts them.
                user_constrained_policies: options.accepted_policies(),
            });
        }
        let anchors = self.of_issuers(&offered);
        let others = offered[1..]
            .iter()
            .filter(|node| !anchors.iter().any(|anchor| anchor.is(node)));
        let nodes: Vec<_> = [leaf]
            .into_iter()
            .chain(anchors.iter().copied())
            .chain(others)
            .collect();
        let goal = Goal::Anchor {
            anchors: anchors.len(),
            options,
        };
        let signers: Vec<_> = match options.revocation {
            Revocation::NotAsked => Vec::new(),
            _ => options.crls.signers().collect(),
        };
        let is_new = |signer: &&Node<'_>| nodes.iter().all(|node| !node.is(signer));
        let all: Vec<_> = nodes
            .iter()
            .copied()
            .chain(signers.iter().filter(is_new))
            .collect();
        let lists = Lists {
            nodes: &all,
            options,
            rules,
        };
        let judge = |path: &[_], budget: &mut _| whole(path, lists, budget);
        let found = Search::new(&nodes, goal, rules)
            .with_judge(&judge)
            .run()
            .map_err(refuse)?;
        Ok(ValidatedChain {
            user_constrained_policies: found.whole.policies,
            path: found
                .places
                .into_iter()
                .zip(found.whole.statuses)
                .map(|(place, revocation)| ChainLink::of(nodes[place], revocation))
                .collect(),
        })
    }

    /// The anchors that any of these certificates names as its issuer, in the order that they were
    /// given in.
    fn of_issuers<'a>(&'a self, nodes: &[Node<'_>]) -> Vec<&'a Node<'a>> {
        let mut places: Vec<_> = nodes
            .iter()
            .filter_map(|node| self.by_subject.get(&node.issuer))
            .flatten()
            .copied()
            .collect();
        places.sort_unstable();
        places.dedup();
        let node = |place: usize| self.anchors[place].borrow_dependent();
        places.into_iter().map(node).collect()
    }

    fn of_subject(&self, subject: &NameKey) -> impl Iterator<Item = &Node<'_>> {
        let places = self.by_subject.get(subject).into_iter().flatten();
        places.map(|&place| self.anchors[place].borrow_dependent())
    }
}

/// What is judged of a whole path: its policies (RFC 5280 sections 6.1.2 to 6.1.5), and revocation
/// (6.3).
fn whole<'s, 'a>(
    path: &[&'s Node<'a>],
    lists: Lists<'s, 'a>,
    budget: &mut Budget,
) -> Result<Result<WholePath, (usize, ChainRule)>, Exhausted> {
    let policies = match policy_graph::check(path, lists.options, budget)? {
        Ok(policies) => policies,
        Err(broken) => return Ok(Err(broken)),
    };
    let statuses = lists.check_path(path, budget)?;
    Ok(statuses.map(|statuses| WholePath { policies, statuses }))
}

impl ChainLink {
    /// Who its subject is. That of the first link is who the peer is.
    ///
    /// ```
    /// use certwright::{Certificate, PathOptions, Policy, Time, TrustStore};
    ///
    /// let store = TrustStore::from_pem(include_str!("../../vectors/root.pem"))?;
    /// let leaf = Certificate::from_pem(include_str!("../../vectors/server.pem"))?;
    /// let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
    /// let chain = store.verify(&leaf, &[], &PathOptions::any(), &policy)?;
    /// assert_eq!(chain.path[0].identity().subject, "CN=server.example.com");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn identity(&self) -> PeerIdentity {
        PeerIdentity::of(&self.certificate)
    }

    fn of(node: &Node<'_>, revocation: RevocationStatus) -> Self {
        Self {
            place: node.place,
            certificate: node.owner.clone(),
            revocation,
        }
    }
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustStore")
            .field("anchors", &self.anchors.len())
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}
