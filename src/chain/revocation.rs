//! Whether the certificates of a path are revoked (RFC 5280 section 6.3).

use super::budget::{Budget, Exhausted};
use super::crl_store::{CrlKind, CrlStore};
use super::defect::ChainRule;
use super::node::Node;
use super::options::{PathOptions, Purpose, Revocation};
use super::reason::{RevocationReason, RevocationStatus};
use super::rules::Rules;
use super::search::{Goal, Search};
use crate::crypto::fips;
use crate::x509::crl::{CrlEntry, REMOVE_FROM_CRL};
use crate::x509::distribution_point::{
    DistributionPoint, IssuingDistributionPoint, PointName, Reasons,
};
use crate::x509::name::key::NameKey;
use crate::{Crl, Time};

/// How deep CRL signers may lean on lists of further signers.
const SIGNERS_MAX: usize = 4;

/// The lists and the certificates that a path is checked with.
#[derive(Clone, Copy)]
pub(super) struct Lists<'s, 'a> {
    /// Every certificate that was given, the leaf first, those of signers last.
    pub(super) nodes: &'s [&'s Node<'a>],
    pub(super) options: &'s PathOptions,
    pub(super) rules: Rules,
}

/// A certificate whose status is sought, and how it was come to.
struct Target<'s, 'a> {
    node: &'s Node<'a>,
    /// The path that it is part of, leaf first, and its place there.
    path: &'s [&'s Node<'a>],
    place: usize,
    /// Signers of lists whose own status is being sought.
    signers: &'s [&'s Node<'a>],
}

/// What a list says of a certificate.
enum Verdict {
    Good,
    Revoked(CrlEntry),
}

impl<'s, 'a> Lists<'s, 'a> {
    /// The status of each certificate of a path, leaf first; or which is not accepted, and why.
    pub(super) fn check_path(
        &self,
        path: &[&'s Node<'a>],
        budget: &mut Budget,
    ) -> Result<Result<Vec<RevocationStatus>, (usize, ChainRule)>, Exhausted> {
        self.check(path, &[], budget)
    }

    fn check(
        &self,
        path: &[&'s Node<'a>],
        signers: &[&'s Node<'a>],
        budget: &mut Budget,
    ) -> Result<Result<Vec<RevocationStatus>, (usize, ChainRule)>, Exhausted> {
        let asked = self.options.revocation;
        let mut statuses = vec![RevocationStatus::NotAsked; path.len()];
        if asked == Revocation::NotAsked {
            return Ok(Ok(statuses));
        }
        // From above: a list of a CA that is revoked says nothing.
        for place in (0..path.len().saturating_sub(1)).rev() {
            let target = Target {
                node: path[place],
                path,
                place,
                signers,
            };
            let is_required = match asked {
                Revocation::RequiredForPath => true,
                Revocation::RequiredForLeaf => place == 0 && signers.is_empty(),
                Revocation::NotAsked | Revocation::WhereGiven => false,
            };
            statuses[place] = match self.status(&target, budget)? {
                Some(Verdict::Good) => RevocationStatus::Good,
                Some(Verdict::Revoked(entry)) => {
                    let rule = ChainRule::Revoked {
                        reason: RevocationReason::of(entry.reason),
                        date: entry.date,
                    };
                    return Ok(Err((place, rule)));
                }
                None if is_required => return Ok(Err((place, ChainRule::RevocationUnknown))),
                None => RevocationStatus::Unknown,
            };
        }
        Ok(Ok(statuses))
    }

    /// Section 6.3.3. `None` where the lists leave a reason open.
    fn status(
        &self,
        target: &Target<'_, 'a>,
        budget: &mut Budget,
    ) -> Result<Option<Verdict>, Exhausted> {
        let node = target.node;
        let own = DistributionPoint {
            point: None,
            reasons: Reasons::ALL,
            crl_issuer: None,
        };
        let Some(points) = node.distribution_points() else {
            return Ok(None);
        };
        let mut covered = Reasons::NONE;
        // "Any available CRLs not specified in a distribution point but issued by the certificate
        // issuer" come last.
        for (point, is_own) in points
            .iter()
            .map(|point| (point, false))
            .chain([(&own, true)])
        {
            if !Reasons::ALL.adds_to(covered) {
                break;
            }
            let issuer = match point.crl_issuer {
                Some(name) => match NameKey::of(name) {
                    Ok(name) => name,
                    Err(_) => continue,
                },
                None => node.issuer.clone(),
            };
            for (number, crl) in self.crls().of(&issuer, CrlKind::Complete, self.now()) {
                budget.spend_crl()?;
                let scope = crl.layout().scope(crl.der());
                if !is_in_scope(node, point, is_own, crl, &scope) {
                    continue;
                }
                let reasons = point.reasons.and(scope.reasons);
                if !reasons.adds_to(covered) {
                    continue;
                }
                let Some(signer) = self.signer(number, &issuer, target, budget)? else {
                    continue;
                };
                if let Some(entry) = self.entry(crl, signer, node, &issuer, budget)? {
                    return Ok(Some(Verdict::Revoked(entry)));
                }
                covered = covered.or(reasons);
            }
        }
        Ok((!Reasons::ALL.adds_to(covered)).then_some(Verdict::Good))
    }

    /// Section 6.3.3 (i) to (k): what a complete list, with the newest delta that fits it, says.
    fn entry(
        &self,
        complete: &Crl,
        signer: &Node<'_>,
        node: &Node<'_>,
        issuer: &NameKey,
        budget: &mut Budget,
    ) -> Result<Option<CrlEntry>, Exhausted> {
        let find = |crl: &Crl| {
            let serial = node.certificate.serial;
            crl.layout().find(crl.der(), &node.issuer, serial)
        };
        for (number, delta) in self.crls().of(issuer, CrlKind::Delta, self.now()) {
            budget.spend_crl()?;
            if fits(delta, complete) && self.is_signed(number, signer, budget)? {
                if let Some(entry) = find(delta) {
                    return Ok((entry.reason != REMOVE_FROM_CRL).then_some(entry));
                }
                break;
            }
        }
        Ok(find(complete).filter(|entry| entry.reason != REMOVE_FROM_CRL))
    }

    /// Section 6.3.3 (f) and (g): a certificate of the list's issuer, with a path to the same trust
    /// anchor, whose key signed the list.
    fn signer(
        &self,
        number: usize,
        issuer: &NameKey,
        target: &Target<'_, 'a>,
        budget: &mut Budget,
    ) -> Result<Option<&'s Node<'a>>, Exhausted> {
        let Some(above) = target.path.get(target.place + 1..) else {
            return Ok(None);
        };
        // Those of the path are known to be good, and so are those that wait for this.
        let known = above.iter().chain(target.signers);
        for signer in known.copied().filter(|node| node.subject == *issuer) {
            let signer = self.same(signer);
            if let Some(signer) = signer
                && may_sign_lists(signer)
                && self.is_signed(number, signer, budget)?
            {
                return Ok(Some(signer));
            }
        }
        if target.signers.len() >= SIGNERS_MAX {
            return Ok(None);
        }
        let Some(anchor) = above.last() else {
            return Ok(None);
        };
        for signer in self.nodes.iter().skip(1).copied() {
            if signer.subject != *issuer {
                continue;
            }
            budget.spend_edge()?;
            let is_known = above
                .iter()
                .chain(target.signers)
                .any(|known| known.is(signer));
            if is_known || signer.is(target.node) || !may_sign_lists(signer) {
                continue;
            }
            if self.rules_of_signers().check(signer).is_err() {
                continue;
            }
            if self.is_below(signer, anchor, target.signers, budget)?
                && self.is_signed(number, signer, budget)?
            {
                return Ok(Some(signer));
            }
        }
        Ok(None)
    }

    /// The node of the list that is this certificate.
    fn same(&self, node: &Node<'_>) -> Option<&'s Node<'a>> {
        self.nodes.iter().copied().find(|known| known.is(node))
    }

    /// Whether there is a path from the certificate of a signer to the trust anchor, none of which
    /// is revoked.
    fn is_below(
        &self,
        signer: &'s Node<'a>,
        anchor: &Node<'_>,
        signers: &[&Node<'a>],
        budget: &mut Budget,
    ) -> Result<bool, Exhausted> {
        let Some(anchor) = self.same(anchor) else {
            return Ok(false);
        };
        if anchor.is(signer) {
            return Ok(true);
        }
        let others = self.nodes.iter().skip(1).copied();
        let others = others.filter(|node| !node.is(signer) && !node.is(anchor));
        let nodes: Vec<&Node<'a>> = [signer, anchor].into_iter().chain(others).collect();
        let any = PathOptions::any();
        let goal = Goal::Anchor {
            anchors: 1,
            options: &any,
        };
        let search = Search::new(&nodes, goal, self.rules_of_signers()).with_budget(budget.clone());
        let (found, left) = search.run_within()?;
        *budget = left;
        let Ok(found) = found else {
            return Ok(false);
        };
        let path: Vec<_> = found.places.iter().map(|&place| nodes[place]).collect();
        let waiting: Vec<_> = signers
            .iter()
            .filter_map(|waiting| self.same(waiting))
            .chain([signer])
            .collect();
        Ok(self.check(&path, &waiting, budget)?.is_ok())
    }

    /// The purpose that is asked for is that of the leaf, not of those who sign lists.
    fn rules_of_signers(&self) -> Rules {
        Rules {
            purpose: Purpose::Any,
            ..self.rules
        }
    }

    fn is_signed(
        &self,
        number: usize,
        signer: &Node<'_>,
        budget: &mut Budget,
    ) -> Result<bool, Exhausted> {
        let Ok(key) = &signer.key else {
            return Ok(false);
        };
        if self.rules.policy.fips {
            let scheme = self.crls().scheme(number);
            if fips::signature_scheme(scheme).is_err() {
                return Ok(false);
            }
        }
        budget.spend_signature(key, 0)?;
        let spki = signer.certificate.spki;
        Ok(self.crls().is_signed_with(number, key, spki))
    }

    fn crls(&self) -> &'s CrlStore {
        &self.options.crls
    }

    fn now(&self) -> Time {
        self.rules.policy.now
    }
}

/// Section 6.3.3 (f): a key usage that is there has cRLSign.
fn may_sign_lists(node: &Node<'_>) -> bool {
    let read = node.extensions.as_ref().ok();
    read.is_some_and(|read| read.usage.is_none_or(|usage| usage.crl_sign()))
}

/// Section 6.3.3 (b): whether a list speaks of this certificate at this distribution point.
fn is_in_scope(
    node: &Node<'_>,
    point: &DistributionPoint<'_>,
    is_own: bool,
    crl: &Crl,
    scope: &IssuingDistributionPoint<'_>,
) -> bool {
    if point.crl_issuer.is_some() && !scope.is_indirect {
        return false;
    }
    if scope.only_attribute_certificates
        || scope.only_user_certificates && node.is_ca()
        || scope.only_ca_certificates && !node.is_ca()
    {
        return false;
    }
    let Some(list) = &scope.point else {
        return true;
    };
    let list_names = list.names(crl.layout().issuer(crl.der()));
    let names = match (&point.point, point.crl_issuer) {
        (Some(named), issuer) => named.names(issuer.unwrap_or(node.certificate.issuer)),
        (None, Some(issuer)) => match NameKey::of(issuer) {
            Ok(name) => vec![PointName::Directory(name)],
            Err(_) => return false,
        },
        (None, None) if is_own => vec![PointName::Directory(node.issuer.clone())],
        (None, None) => return false,
    };
    list_names.iter().any(|name| names.contains(name))
}

/// Section 5.2.4: whether a delta can be put on a complete list of the same scope.
fn fits(delta: &Crl, complete: &Crl) -> bool {
    let (new, old) = (delta.layout(), complete.layout());
    let (Some(base), Some(number), Some(newest)) = (
        new.base(delta.der()),
        old.number(complete.der()),
        new.number(delta.der()),
    ) else {
        return false;
    };
    new.point_der(delta.der()) == old.point_der(complete.der())
        && base <= number
        && number <= newest
}
