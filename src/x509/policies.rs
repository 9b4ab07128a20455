//! The extensions that speak of certificate policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11
//! and 4.2.1.14).

use super::der::element::Elements;
use super::der::oid::Oid;
use super::extension::Extensions;
use const_oid::db::rfc5280 as oid;
use der::{Tag, TagNumber};

/// What a certificate says of policies. Object identifiers are the contents of their encodings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PolicyExtensions<'a> {
    /// The certificatePolicies but anyPolicy, sorted, each once; `None` without the extension.
    pub(crate) policies: Option<Vec<&'a [u8]>>,
    pub(crate) has_any_policy: bool,
    pub(crate) has_policy_twice: bool,
    /// Pairs of an issuer's and a subject's policy, sorted, each once.
    pub(crate) mappings: Vec<[&'a [u8]; 2]>,
    pub(crate) constraints: SkipCerts,
}

/// After how many further certificates something holds; numbers above 2³² - 1 count as that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SkipCerts {
    pub(crate) require_explicit_policy: Option<u32>,
    pub(crate) inhibit_policy_mapping: Option<u32>,
    pub(crate) inhibit_any_policy: Option<u32>,
}

/// Why they cannot be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PoliciesError {
    Unreadable(&'static str),
    /// A critical certificatePolicies has qualifiers of kinds that only others understand.
    Qualifiers,
}

impl<'a> PolicyExtensions<'a> {
    pub(crate) fn read(extensions: &Extensions<'a>) -> Result<Self, PoliciesError> {
        let mut read = Self::default();
        if let Some(extension) = extensions.find(oid::ID_CE_CERTIFICATE_POLICIES) {
            let has_known_qualifiers =
                read.read_policies(extension.value)
                    .ok_or(PoliciesError::Unreadable(
                        "its certificatePolicies are not readable",
                    ))?;
            // One who understands the extension has to understand its qualifiers.
            if extension.critical && !has_known_qualifiers {
                return Err(PoliciesError::Qualifiers);
            }
        }
        if let Some(extension) = extensions.find(oid::ID_CE_POLICY_MAPPINGS) {
            read.mappings = mappings(extension.value).ok_or(PoliciesError::Unreadable(
                "its policyMappings are not readable",
            ))?;
        }
        if let Some(extension) = extensions.find(oid::ID_CE_POLICY_CONSTRAINTS) {
            read.read_constraints(extension.value)
                .ok_or(PoliciesError::Unreadable(
                    "its policyConstraints are not readable",
                ))?;
        }
        if let Some(extension) = extensions.find(oid::ID_CE_INHIBIT_ANY_POLICY) {
            let skip = inhibit_any_policy(extension.value).ok_or(PoliciesError::Unreadable(
                "its inhibitAnyPolicy is not readable",
            ))?;
            read.constraints.inhibit_any_policy = Some(skip);
        }
        Ok(read)
    }

    /// How many policies and mappings there are.
    pub(crate) fn size(&self) -> usize {
        self.policies.as_ref().map_or(0, Vec::len) + self.mappings.len()
    }

    /// Whether a policy is mapped to or from anyPolicy.
    pub(crate) fn maps_any_policy(&self) -> bool {
        let any = oid::ANY_POLICY.as_bytes();
        self.mappings.iter().any(|pair| pair.contains(&any))
    }

    /// Whether all qualifiers are of known kinds.
    fn read_policies(&mut self, der: &'a [u8]) -> Option<bool> {
        let list = Elements::of_sequence(der).ok()?;
        if list.is_empty() {
            return None;
        }
        let mut policies = Vec::new();
        let mut all_known = true;
        for policy in list {
            let mut fields = policy.ok()?.open(Tag::Sequence).ok()?;
            policies.push(fields.oid().ok()?.as_bytes());
            if let Some(qualifiers) = fields.optional(Tag::Sequence).ok()? {
                all_known &= are_known(qualifiers.open(Tag::Sequence).ok()?)?;
            }
            fields.finish().ok()?;
        }
        policies.sort_unstable();
        let count = policies.len();
        policies.dedup();
        self.has_policy_twice = policies.len() < count;
        let any = policies.binary_search(&oid::ANY_POLICY.as_bytes());
        if let Ok(place) = any {
            policies.remove(place);
        }
        self.has_any_policy = any.is_ok();
        self.policies = Some(policies);
        Some(all_known)
    }

    /// RFC 5280 section 4.2.1.11: one of the two is there.
    fn read_constraints(&mut self, der: &[u8]) -> Option<()> {
        let mut fields = Elements::of_sequence(der).ok()?;
        let mut field = |number| {
            let tag = Tag::ContextSpecific {
                constructed: false,
                number: TagNumber(number),
            };
            let field = fields.optional(tag).ok()?;
            Some(match field {
                Some(field) => Some(skip_certs(field.value)?),
                None => None,
            })
        };
        let (explicit, mapping) = (field(0)?, field(1)?);
        fields.finish().ok()?;
        self.constraints.require_explicit_policy = explicit;
        self.constraints.inhibit_policy_mapping = mapping;
        explicit.or(mapping).map(|_| ())
    }
}

fn inhibit_any_policy(der: &[u8]) -> Option<u32> {
    let mut value = Elements::of(der);
    let skip = value.expect(Tag::Integer).ok()?.value;
    value.finish().ok()?;
    skip_certs(skip)
}

/// SkipCerts: the content of an INTEGER that is not negative and as short as it can be.
fn skip_certs(content: &[u8]) -> Option<u32> {
    let magnitude = match content {
        [0] => &[],
        [0, next, ..] if next & 0x80 == 0 => return None,
        [0, rest @ ..] => rest,
        [first, ..] if first & 0x80 == 0 => content,
        _ => return None,
    };
    if magnitude.len() > 4 {
        return Some(u32::MAX);
    }
    Some(
        magnitude
            .iter()
            .fold(0, |value, &octet| value << 8 | u32::from(octet)),
    )
}

/// Whether all qualifiers are of the two kinds of RFC 5280, which only speak to people.
fn are_known(qualifiers: Elements<'_>) -> Option<bool> {
    let known = [oid::ID_QT_CPS, oid::ID_QT_UNOTICE];
    let mut all = true;
    for qualifier in qualifiers {
        let mut fields = qualifier.ok()?.open(Tag::Sequence).ok()?;
        let identifier = fields.oid().ok()?;
        fields.any().ok()?;
        fields.finish().ok()?;
        all &= known.iter().any(|known| identifier == *known);
    }
    Some(all)
}

fn mappings(der: &[u8]) -> Option<Vec<[&[u8]; 2]>> {
    let list = Elements::of_sequence(der).ok()?;
    if list.is_empty() {
        return None;
    }
    let mut mappings = list
        .map(|mapping| {
            let mut fields = mapping.ok()?.open(Tag::Sequence).ok()?;
            let pair = [fields.oid().ok()?, fields.oid().ok()?].map(Oid::as_bytes);
            fields.finish().ok()?;
            Some(pair)
        })
        .collect::<Option<Vec<_>>>()?;
    mappings.sort_unstable();
    mappings.dedup();
    Some(mappings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::der::write::{INTEGER, OID, SEQUENCE, element};
    use crate::x509::extension::write;
    use const_oid::ObjectIdentifier;
    use proptest::prelude::*;
    use std::slice;

    const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.7");

    fn oid(oid: ObjectIdentifier) -> Vec<u8> {
        element(OID, oid.as_bytes())
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        element(SEQUENCE, &parts.concat())
    }

    /// What is read of one extension.
    fn read<T>(
        id: ObjectIdentifier,
        critical: bool,
        value: &[u8],
        of: impl Fn(&PolicyExtensions<'_>) -> T,
    ) -> Result<T, PoliciesError> {
        let mut list = Vec::new();
        write(id, critical, value, &mut list);
        let der = element(SEQUENCE, &list);
        let extensions = Extensions::parse(&der).unwrap();
        PolicyExtensions::read(&extensions).map(|read| of(&read))
    }

    #[test]
    fn policies_and_their_qualifiers() {
        let id = oid::ID_CE_CERTIFICATE_POLICIES;
        let plain = sequence(&[oid(POLICY)]);
        let any = sequence(&[oid(oid::ANY_POLICY)]);
        let summary = |der: &[u8], critical| {
            read(id, critical, der, |read| {
                let count = read.policies.as_ref().map(Vec::len);
                (count, read.has_any_policy, read.has_policy_twice)
            })
        };
        assert_eq!(
            summary(&sequence(slice::from_ref(&plain)), true),
            Ok((Some(1), false, false))
        );
        assert_eq!(
            summary(&sequence(&[plain.clone(), any, plain]), true),
            Ok((Some(1), true, true))
        );
        let qualified = |by| {
            let qualifier = sequence(&[oid(by), element(0x16, b"https://example.com")]);
            sequence(&[sequence(&[oid(POLICY), sequence(&[qualifier])])])
        };
        assert!(summary(&qualified(oid::ID_QT_CPS), true).is_ok());
        assert!(summary(&qualified(POLICY), false).is_ok());
        assert_eq!(
            summary(&qualified(POLICY), true),
            Err(PoliciesError::Qualifiers)
        );
        for rubbish in [sequence(&[]), sequence(&[oid(POLICY)]), vec![5, 0], vec![]] {
            assert!(summary(&rubbish, false).is_err());
        }
    }

    #[test]
    fn mappings_are_pairs() {
        let pairs = |der: &[u8]| {
            read(oid::ID_CE_POLICY_MAPPINGS, true, der, |read| {
                (read.mappings.len(), read.maps_any_policy())
            })
        };
        let pair = |a, b| sequence(&[oid(a), oid(b)]);
        let same = pair(POLICY, POLICY);
        assert_eq!(
            pairs(&sequence(&[same.clone(), same.clone()])),
            Ok((1, false))
        );
        let to_any = pair(POLICY, oid::ANY_POLICY);
        assert_eq!(pairs(&sequence(&[same, to_any])), Ok((2, true)));
        for rubbish in [
            sequence(&[]),
            sequence(&[sequence(&[oid(POLICY)])]),
            vec![5, 0],
        ] {
            assert!(pairs(&rubbish).is_err());
        }
    }

    #[test]
    fn constraints() {
        let explicit = |der: &[u8]| {
            read(oid::ID_CE_POLICY_CONSTRAINTS, true, der, |read| {
                let SkipCerts {
                    require_explicit_policy,
                    inhibit_policy_mapping,
                    ..
                } = read.constraints;
                (require_explicit_policy, inhibit_policy_mapping)
            })
        };
        let field = |tag, value: &[u8]| element(tag, value);
        assert_eq!(
            explicit(&sequence(&[field(0x80, &[3])])),
            Ok((Some(3), None))
        );
        assert_eq!(
            explicit(&sequence(&[field(0x80, &[0]), field(0x81, &[0, 200])])),
            Ok((Some(0), Some(200)))
        );
        assert_eq!(
            explicit(&sequence(&[field(0x81, &[1; 9])])),
            Ok((None, Some(u32::MAX)))
        );
        for rubbish in [
            sequence(&[]),
            sequence(&[field(0x80, &[])]),
            sequence(&[field(0x80, &[0xff])]),
            sequence(&[field(0x80, &[0, 1])]),
            sequence(&[field(0x81, &[1]), field(0x80, &[1])]),
            sequence(&[element(INTEGER, &[1])]),
        ] {
            assert!(explicit(&rubbish).is_err(), "{rubbish:02x?}");
        }
        let any = |der: &[u8]| {
            read(oid::ID_CE_INHIBIT_ANY_POLICY, true, der, |read| {
                read.constraints.inhibit_any_policy
            })
        };
        assert_eq!(any(&element(INTEGER, &[4])), Ok(Some(4)));
        assert!(any(&element(INTEGER, &[0x80])).is_err() && any(&[2, 1, 0, 5, 0]).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(value in prop::collection::vec(any::<u8>(), 0..60), kind in 0_usize..4) {
            let id = [
                oid::ID_CE_CERTIFICATE_POLICIES,
                oid::ID_CE_POLICY_MAPPINGS,
                oid::ID_CE_POLICY_CONSTRAINTS,
                oid::ID_CE_INHIBIT_ANY_POLICY,
            ][kind];
            let _ = read(id, true, &value, |_| ());
            let _ = read(id, true, &sequence(slice::from_ref(&value)), |_| ());
            let _ = read(id, true, &sequence(&[sequence(&[value])]), |_| ());
        }
    }
}
