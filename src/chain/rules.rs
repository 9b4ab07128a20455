//! The rules of path validation for one certificate, and for one as the issuer of those below it
//! (RFC 5280 sections 6.1.3 and 6.1.4).

use super::budget::{Budget, Exhausted};
use super::constraints::{OffendingName, Violation};
use super::defect::ChainRule;
use super::node::Node;
use super::options::{PathOptions, Purpose};
use super::peer_name::{self, PeerName};
use super::profile::Profile;
use super::profiles::{self, Standing};
use crate::base::error::quoted;
use crate::crypto::{KeyError, KeyKind, SignatureScheme, fips};
use crate::x509::issuer::{self, NotAnIssuer};
use crate::x509::validity::OutsideValidity;
use crate::{FipsRule, Policy};
use const_oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_CE_SUBJECT_ALT_NAME};

/// What a search is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) policy: Policy,
    pub(super) purpose: Purpose,
    pub(super) profile: Profile,
}

/// The fewest bits of an RSA key whose signatures are relied on: shorter ones have been factored.
const RSA_BITS_MIN: u32 = 1024;

impl Rules {
    /// The rules that a certificate must keep wherever in a path it stands.
    pub(super) fn check(&self, node: &Node<'_>) -> Result<(), ChainRule> {
        self.check_validity(node)?;
        self.check_key(node)?;
        self.check_content(node)
    }

    /// What its extensions say, and the profile.
    pub(super) fn check_content(&self, node: &Node<'_>) -> Result<(), ChainRule> {
        let extensions = node.extensions.as_ref().map_err(Clone::clone)?;
        profiles::check(self.profile, Standing::Anywhere, node, extensions)?;
        // Section 4.2.1.12. On a CA it bounds what the certificates below are for, by common
        // practice.
        match (self.purpose.usage(), &extensions.extended_usage) {
            (Some(wanted), Some(usages))
                if !usages
                    .iter()
                    .any(|usage| *usage == wanted || *usage == ANY_EXTENDED_KEY_USAGE) =>
            {
                Err(ChainRule::ExtendedKeyUsage)
            }
            _ => Ok(()),
        }
    }

    /// The rules for a certificate whose signature is relied on.
    pub(super) fn check_issued(&self, node: &Node<'_>) -> Result<(), ChainRule> {
        self.check_signature_algorithm(node)?;
        self.check_standing(Standing::Issued, node)
    }

    /// The rules of the profile for a certificate that stands there, beside those for all.
    pub(super) fn check_standing(
        &self,
        standing: Standing,
        node: &Node<'_>,
    ) -> Result<(), ChainRule> {
        let extensions = node.extensions.as_ref().map_err(Clone::clone)?;
        profiles::check(self.profile, standing, node, extensions)
    }

    /// As [`check_issuer`]. A trust anchor that says nothing of being a CA, as those of version 1, is
    /// one because it was given (section 6.1.1 d), but for the profiles that judge how it was made.
    pub(super) fn check_issuer(&self, node: &Node<'_>, is_anchor: bool) -> Result<(), ChainRule> {
        match (check_issuer(node), &node.extensions) {
            (Err(ChainRule::NotCa), Ok(extensions))
                if is_anchor
                    && self.profile == Profile::Compatible
                    && extensions.basic.is_none()
                    && extensions.usage.is_none_or(|usage| usage.key_cert_sign()) =>
            {
                check_issuing_key(node)
            }
            (verdict, _) => verdict,
        }
    }

    /// That a trust anchor may be one.
    pub(super) fn check_anchor(&self, anchor: &Node<'_>) -> Result<(), ChainRule> {
        if anchor.is_self_issued {
            self.check_standing(Standing::Anchor, anchor)?;
        }
        Ok(())
    }

    /// Section 6.1.3 (a) (2).
    pub(super) fn check_validity(&self, node: &Node<'_>) -> Result<(), ChainRule> {
        let verdict = node.certificate.validity.check(self.policy.now);
        verdict.map_err(|outside| match outside {
            OutsideValidity::NotYetValid(not_before) => ChainRule::NotYetValid(not_before),
            OutsideValidity::Expired(not_after) => ChainRule::Expired(not_after),
        })
    }

    pub(super) fn check_key(&self, node: &Node<'_>) -> Result<(), ChainRule> {
        let key = node.key.as_ref().map_err(Clone::clone)?;
        if self.policy.fips {
            fips::public_key(key).map_err(ChainRule::Fips)?;
        }
        Ok(())
    }

    /// That the numbers of the leaf's key are those of a key: nothing else in a path looks at them.
    /// Keys of types that are not processed may be there, as no signature of theirs is relied on.
    pub(super) fn check_leaf_key(&self, leaf: &Node<'_>) -> Result<(), ChainRule> {
        self.check_key(leaf)?;
        let key = leaf.key.as_ref().map_err(Clone::clone)?;
        match key.check_numbers() {
            Err(KeyError::Malformed(reason)) => Err(ChainRule::Key(reason)),
            Err(KeyError::Unsupported(_)) | Ok(()) => Ok(()),
        }
    }

    pub(super) fn check_signature_algorithm(&self, node: &Node<'_>) -> Result<(), ChainRule> {
        if !node.certificate.algorithms_agree {
            return Err(ChainRule::AlgorithmsDiffer);
        }
        match node.certificate.scheme {
            scheme @ SignatureScheme::RsaPss { .. } if self.policy.fips => {
                fips::signature_scheme(scheme).map_err(ChainRule::Fips)
            }
            SignatureScheme::RsaPkcs1(_)
            | SignatureScheme::RsaPss { .. }
            | SignatureScheme::Ecdsa(_) => Ok(()),
            SignatureScheme::Weak(hash) => Err(ChainRule::WeakHash(hash.name())),
            SignatureScheme::EcdsaWithParameters
            | SignatureScheme::Ed25519
            | SignatureScheme::Unknown
                if self.policy.fips =>
            {
                Err(ChainRule::Fips(FipsRule::SignatureScheme))
            }
            SignatureScheme::EcdsaWithParameters
            | SignatureScheme::Ed25519
            | SignatureScheme::Unknown => Err(ChainRule::SignatureAlgorithm),
        }
    }

    /// Section 4.2.1.12: a key usage that is there must allow what a TLS key does. CA certificates
    /// may stand as the last of a path, and are left to what they say.
    pub(super) fn check_leaf_usage(&self, leaf: &Node<'_>) -> Result<(), ChainRule> {
        let usage = leaf.extensions.as_ref().ok().and_then(|read| read.usage);
        match (self.purpose, usage) {
            (Purpose::Any, _) | (_, None) => Ok(()),
            _ if leaf.is_ca() => Ok(()),
            (Purpose::Server, Some(usage))
                if usage.digital_signature()
                    || usage.key_encipherment()
                    || usage.key_agreement() =>
            {
                Ok(())
            }
            (Purpose::Client, Some(usage))
                if usage.digital_signature() || usage.key_agreement() =>
            {
                Ok(())
            }
            _ => Err(ChainRule::KeyUsage),
        }
    }
}

/// The rules for the certificate that a path is for, in the order of their codes.
pub(super) fn check_leaf(
    rules: &Rules,
    leaf: &Node<'_>,
    is_anchor: bool,
    options: &PathOptions,
) -> Result<(), ChainRule> {
    leaf.check_readable()?;
    rules.check_validity(leaf)?;
    rules.check_leaf_key(leaf)?;
    if !is_anchor {
        rules.check_signature_algorithm(leaf)?;
    }
    rules.check_content(leaf)?;
    rules.check_standing(Standing::Leaf, leaf)?;
    if let (Profile::WebPki, Ok(extensions)) = (rules.profile, &leaf.extensions) {
        profiles::wildcards(extensions, &options.public_suffixes).map_err(ChainRule::Profile)?;
    }
    rules.check_leaf_usage(leaf)?;
    if options.peer_names.is_empty() || is_for(leaf, &options.peer_names) {
        Ok(())
    } else {
        Err(ChainRule::PeerName)
    }
}

/// Whether one of the names of the leaf is one of these. The addresses of a subject are none, as its
/// common name is none.
fn is_for(leaf: &Node<'_>, peers: &[PeerName]) -> bool {
    let has_alternatives = leaf.certificate.extensions.find(ID_CE_SUBJECT_ALT_NAME);
    match (&leaf.extensions, has_alternatives) {
        (Ok(read), Some(_)) => peer_name::is_any(&read.names.names, peers),
        _ => false,
    }
}

/// Whether a certificate may have issued another: section 6.1.4 (k) and (n), and a key that signatures can be
/// checked with.
pub(super) fn check_issuer(node: &Node<'_>) -> Result<(), ChainRule> {
    let extensions = node.extensions.as_ref().map_err(Clone::clone)?;
    issuer::check(extensions.basic.as_ref(), extensions.usage).map_err(|defect| match defect {
        NotAnIssuer::NotCa => ChainRule::NotCa,
        NotAnIssuer::NoKeyCertSign => ChainRule::NoKeyCertSign,
    })?;
    check_issuing_key(node)
}

/// That signatures can be relied on that are checked with its key.
fn check_issuing_key(node: &Node<'_>) -> Result<(), ChainRule> {
    let key = node.key.as_ref().map_err(Clone::clone)?;
    match key.kind {
        KeyKind::Rsa {
            bits: ..RSA_BITS_MIN,
        } => Err(ChainRule::Key("its RSA key has fewer than 1024 bits")),
        _ => Ok(()),
    }
}

/// Section 6.1.4 (m): what `issuer` says of the number of CAs in the path below it, leaf first.
pub(super) fn check_path_length<'n, 'a: 'n>(
    issuer: &Node<'_>,
    path: impl Iterator<Item = &'n Node<'a>>,
) -> Result<(), u8> {
    let basic = issuer.extensions.as_ref().ok();
    let basic = basic.and_then(|extensions| extensions.basic.as_ref());
    let below = path.skip(1).filter(|node| !node.is_self_issued);
    match basic.and_then(|basic| basic.path_len_constraint) {
        Some(length) if below.count() > usize::from(length) => Err(length),
        _ => Ok(()),
    }
}

/// Sections 6.1.3 (b) and (c): the name constraints of `issuer` on the path below it, leaf first.
/// A violation comes with the depth of the certificate whose name it is.
pub(super) fn check_names<'a>(
    issuer: &Node<'a>,
    path: &[&Node<'a>],
    budget: &mut Budget,
) -> Result<Result<(), (usize, Violation<'a>)>, Exhausted> {
    let extensions = issuer.extensions.as_ref().ok();
    let Some(constraints) = extensions.and_then(|extensions| extensions.constraints.as_ref())
    else {
        return Ok(Ok(()));
    };
    for (depth, node) in path.iter().enumerate() {
        // A self-issued certificate that is not the last of the path is exempt.
        let exempt = depth > 0 && node.is_self_issued;
        if let (false, Ok(read)) = (exempt, &node.extensions)
            && let Err(violation) = constraints.check(&read.names, budget)?
        {
            return Ok(Err((depth, violation)));
        }
    }
    Ok(Ok(()))
}

/// The rule that a violation by a name of `node` breaks.
pub(super) fn violated(violation: &Violation<'_>, node: &Node<'_>) -> ChainRule {
    let shown = |name: &OffendingName<'_>| match name {
        OffendingName::Subject => node.shown_subject(),
        OffendingName::Alternative(name) => quoted(&name.to_string()),
    };
    match violation {
        Violation::NotPermitted(name) => ChainRule::NameNotPermitted(shown(name)),
        Violation::Excluded(name) => ChainRule::NameExcluded(shown(name)),
        Violation::Unprocessed(kind) => ChainRule::NameKind(kind.name()),
    }
}
