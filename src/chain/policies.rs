//! Certificate policies. Nobody asks for an explicit one, and a certificate that does is refused,
//! so they have no effect on a path; they are read so that none that is critical is taken unread.

use super::defect::ChainRule;
use crate::x509::der::element::Elements;
use crate::x509::extension::Extensions;
use const_oid::db::rfc5280 as oid;
use der::{Decode, Tag};
use std::collections::BTreeSet;

/// Reads the critical ones: RFC 5280 sections 4.2.1.4, 4.2.1.5 and 4.2.1.14.
pub(super) fn read_critical(extensions: &Extensions<'_>) -> Result<(), ChainRule> {
    let critical = |oid| {
        let extension = extensions.find(oid);
        extension.filter(|extension| extension.critical)
    };
    if let Some(extension) = critical(oid::ID_CE_CERTIFICATE_POLICIES) {
        let policies = policies(extension.value);
        let policies = policies.ok_or(ChainRule::Malformed(UNREADABLE_POLICIES))?;
        // One who understands the extension has to understand its qualifiers.
        if !policies.iter().all(|policy| policy.has_known_qualifiers) {
            let oid = extension.oid.to_string();
            return Err(ChainRule::CriticalExtension(oid));
        }
    }
    if let Some(extension) = critical(oid::ID_CE_POLICY_MAPPINGS)
        && mappings(extension.value).is_none()
    {
        return Err(ChainRule::Malformed(UNREADABLE_MAPPINGS));
    }
    if let Some(extension) = critical(oid::ID_CE_INHIBIT_ANY_POLICY)
        && u32::from_der(extension.value).is_err()
    {
        return Err(ChainRule::Malformed("its inhibitAnyPolicy is not readable"));
    }
    Ok(())
}

/// What RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14 ask of issuers, and section 6.1.4
/// (a).
pub(super) fn check(extensions: &Extensions<'_>) -> Result<(), &'static str> {
    let is_not_critical = |oid| {
        let extension = extensions.find(oid);
        extension.is_some_and(|extension| !extension.critical)
    };
    // A critical one is refused as not processed.
    if is_not_critical(oid::ID_CE_POLICY_CONSTRAINTS) {
        return Err("its policyConstraints are not critical");
    }
    if is_not_critical(oid::ID_CE_INHIBIT_ANY_POLICY) {
        return Err("its inhibitAnyPolicy is not critical");
    }
    if let Some(extension) = extensions.find(oid::ID_CE_CERTIFICATE_POLICIES) {
        let policies = policies(extension.value).ok_or(UNREADABLE_POLICIES)?;
        let mut seen = BTreeSet::new();
        if !policies.iter().all(|policy| seen.insert(policy.identifier)) {
            return Err("its certificatePolicies have a policy twice");
        }
    }
    if let Some(extension) = extensions.find(oid::ID_CE_POLICY_MAPPINGS) {
        let mappings = mappings(extension.value).ok_or(UNREADABLE_MAPPINGS)?;
        if mappings.concat().contains(&oid::ANY_POLICY.as_bytes()) {
            return Err("its policyMappings map anyPolicy");
        }
    }
    Ok(())
}

const UNREADABLE_POLICIES: &str = "its certificatePolicies are not readable";
const UNREADABLE_MAPPINGS: &str = "its policyMappings are not readable";

/// A PolicyInformation.
struct Policy<'a> {
    /// Content of the OBJECT IDENTIFIER.
    identifier: &'a [u8],
    has_known_qualifiers: bool,
}

fn policies(der: &[u8]) -> Option<Vec<Policy<'_>>> {
    let list = Elements::of_sequence(der)
        .ok()
        .filter(|list| !list.is_empty())?;
    list.map(|policy| {
        let mut fields = policy.ok()?.open(Tag::Sequence).ok()?;
        let identifier = fields.expect(Tag::ObjectIdentifier).ok()?.value;
        let qualifiers = fields.optional(Tag::Sequence).ok()?;
        fields.finish().ok()?;
        let has_known_qualifiers = match qualifiers {
            Some(qualifiers) => are_known(qualifiers.open(Tag::Sequence).ok()?)?,
            None => true,
        };
        Some(Policy {
            identifier,
            has_known_qualifiers,
        })
    })
    .collect()
}

/// Whether all qualifiers are of the two kinds of RFC 5280, which only speak to people.
fn are_known(qualifiers: Elements<'_>) -> Option<bool> {
    let known = [oid::ID_QT_CPS, oid::ID_QT_UNOTICE];
    let mut all = true;
    for qualifier in qualifiers {
        let mut fields = qualifier.ok()?.open(Tag::Sequence).ok()?;
        let identifier = fields.expect(Tag::ObjectIdentifier).ok()?.value;
        fields.any().ok()?;
        fields.finish().ok()?;
        all &= known.iter().any(|known| known.as_bytes() == identifier);
    }
    Some(all)
}

/// Pairs of contents of OBJECT IDENTIFIERs.
fn mappings(der: &[u8]) -> Option<Vec<[&[u8]; 2]>> {
    let list = Elements::of_sequence(der)
        .ok()
        .filter(|list| !list.is_empty())?;
    list.map(|mapping| {
        let mut fields = mapping.ok()?.open(Tag::Sequence).ok()?;
        let issuers = fields.expect(Tag::ObjectIdentifier).ok()?.value;
        let subjects = fields.expect(Tag::ObjectIdentifier).ok()?.value;
        fields.finish().ok()?;
        Some([issuers, subjects])
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::write::{OID, SEQUENCE, element};
    use const_oid::ObjectIdentifier;

    fn oid(oid: ObjectIdentifier) -> Vec<u8> {
        element(OID, oid.as_bytes())
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        element(SEQUENCE, &parts.concat())
    }

    #[test]
    fn policies_and_their_qualifiers() {
        let policy = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.7");
        let qualified = |by| {
            let qualifier = sequence(&[oid(by), element(0x16, b"https://example.com")]);
            sequence(&[sequence(&[oid(policy), sequence(&[qualifier])])])
        };
        let known = |der: &[u8]| Some(policies(der)?.first()?.has_known_qualifiers);
        assert_eq!(known(&sequence(&[sequence(&[oid(policy)])])), Some(true));
        assert_eq!(known(&qualified(oid::ID_QT_CPS)), Some(true));
        assert_eq!(known(&qualified(policy)), Some(false));
        for rubbish in [sequence(&[]), sequence(&[oid(policy)]), vec![5, 0], vec![]] {
            assert_eq!(known(&rubbish), None);
        }
    }

    #[test]
    fn mappings_are_pairs() {
        let any = oid(oid::ANY_POLICY);
        let pair = sequence(&[sequence(&[any.clone(), any.clone()])]);
        assert_eq!(mappings(&pair).map(|pairs| pairs.len()), Some(1));
        for rubbish in [sequence(&[]), sequence(&[sequence(&[any])]), vec![5, 0]] {
            assert_eq!(mappings(&rubbish), None);
        }
    }
}
