//! What RFC 5280 sections 4.1 and 4.2 ask of every certificate, beside what path validation needs:
//! the rules that tell a certificate of a conforming CA.

use super::rule::{Check, Rule};
use crate::chain::node::{Node, ReadExtensions};
use crate::crypto::{KeyKind, PublicKey};
use crate::x509::certificate::Version;
use crate::x509::key_id;
use crate::x509::san::form;
use const_oid::AssociatedOid;
use const_oid::db::rfc5280 as oid;
use const_oid::db::rfc5912::ID_EC_PUBLIC_KEY;
use der::{Decode, Tag, Tagged};
use spki::SubjectPublicKeyInfoRef;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;

pub(super) const RULES: &[Rule] = &[
    Rule {
        says: "version 3 where there are extensions",
        section: "4.1.2.1",
        check: Check::Every(version),
    },
    Rule {
        says: "serial numbers are positive, of at most 20 octets",
        section: "4.1.2.2",
        check: Check::IssuedOrLeaf(serial_number),
    },
    Rule {
        says: "no empty issuer; no empty subject of a CA, or without a critical subjectAltName",
        section: "4.1.2.4, 4.1.2.6",
        check: Check::Every(names),
    },
    Rule {
        says: "subject alternative names are not empty, and are host names, mailboxes, addresses and absolute URIs",
        section: "4.2.1.6",
        check: Check::Every(subject_alternatives),
    },
    Rule {
        says: "basicConstraints of a CA are critical; a path length only with keyCertSign",
        section: "4.2.1.9",
        check: Check::Every(basic_constraints),
    },
    Rule {
        says: "keyUsage has a bit set, and keyCertSign only with CA:TRUE",
        section: "4.2.1.3",
        check: Check::Every(key_usage),
    },
    Rule {
        says: "every CA has a subjectKeyIdentifier; that it fits only helps to find issuers",
        section: "4.2.1.2",
        check: Check::Every(subject_key_identifier),
    },
    Rule {
        says: "authorityKeyIdentifier has a key identifier, and an issuer only with a serial number",
        section: "4.2.1.1",
        check: Check::Every(authority_key_identifier),
    },
    Rule {
        says: "every issued certificate has an authorityKeyIdentifier",
        section: "4.2.1.1",
        check: Check::Issued(names_its_issuers_key),
    },
    Rule {
        says: "nameConstraints only in a CA",
        section: "4.2.1.10",
        check: Check::Every(constraints_of_a_ca),
    },
    Rule {
        says: "policyConstraints and inhibitAnyPolicy are critical; no policy twice",
        section: "4.2.1.4, 4.2.1.11, 4.2.1.14",
        check: Check::Every(policies),
    },
    Rule {
        says: "EC keys name their curve",
        section: "RFC 5480 2.1.1",
        check: Check::Every(named_curve),
    },
];

/// Section 4.1.2.1.
fn version(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    if node.certificate.version != Version::V3
        && node.certificate.extensions.iter().next().is_some()
    {
        return Err("it has extensions and is not of version 3");
    }
    Ok(())
}

/// Section 4.1.2.2.
fn serial_number(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let serial = node.certificate.serial;
    let magnitude = serial.strip_prefix(&[0]).unwrap_or(serial);
    match serial {
        [0] => Err("its serial number is zero"),
        [first, ..] if first & 0x80 != 0 => Err("its serial number is negative"),
        _ if magnitude.len() > 20 => Err("its serial number is longer than 20 octets"),
        _ => Ok(()),
    }
}

/// Sections 4.1.2.4, 4.1.2.6 and 4.2.1.6.
fn names(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    if node.issuer.is_empty() {
        return Err("its issuer is empty");
    }
    if !node.subject.is_empty() {
        return Ok(());
    }
    if node.is_ca() {
        return Err("it is a CA and its subject is empty");
    }
    let alternatives = node
        .certificate
        .extensions
        .find(oid::ID_CE_SUBJECT_ALT_NAME);
    match alternatives {
        Some(alternatives) if alternatives.critical => Ok(()),
        Some(_) => Err("its subject is empty and its subjectAltName is not critical"),
        None => Err("its subject is empty and it has no subjectAltName"),
    }
}

/// Section 4.2.1.6.
fn subject_alternatives(
    node: &Node<'_>,
    extensions: &ReadExtensions<'_>,
) -> Result<(), &'static str> {
    let extension = node
        .certificate
        .extensions
        .find(oid::ID_CE_SUBJECT_ALT_NAME);
    if extension.is_some() && extensions.names.names.is_empty() {
        return Err("its subjectAltName is empty");
    }
    // Without the extension these are the e-mail addresses of the subject, which have no such rule.
    let names = extension.map_or(&[][..], |_| extensions.names.names.as_slice());
    names.iter().find_map(form::broken).map_or(Ok(()), Err)
}

/// Section 4.2.1.9.
fn basic_constraints(node: &Node<'_>, extensions: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let Some(basic) = &extensions.basic else {
        return Ok(());
    };
    let extension = node
        .certificate
        .extensions
        .find(oid::ID_CE_BASIC_CONSTRAINTS);
    if basic.ca && extension.is_some_and(|extension| !extension.critical) {
        return Err("it is a CA and its basicConstraints are not critical");
    }
    let signs = extensions.usage.is_none_or(|usage| usage.key_cert_sign());
    if basic.path_len_constraint.is_some() && !(basic.ca && signs) {
        return Err("it has a path length and is not a CA with keyCertSign");
    }
    Ok(())
}

/// Section 4.2.1.3.
fn key_usage(node: &Node<'_>, extensions: &ReadExtensions<'_>) -> Result<(), &'static str> {
    match extensions.usage {
        Some(usage) if usage.0.is_empty() => Err("its keyUsage has no bit set"),
        Some(usage) if usage.key_cert_sign() && !node.is_ca() => {
            Err("its keyUsage has keyCertSign and it is not a CA")
        }
        _ => Ok(()),
    }
}

/// Section 4.2.1.2.
fn subject_key_identifier(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    if node.is_ca() && node.key_identifier.is_none() {
        return Err("it is a CA and has no subjectKeyIdentifier");
    }
    Ok(())
}

/// Section 4.2.1.1 and its ASN.1 in appendix A.2.
fn authority_key_identifier(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let extension = node
        .certificate
        .extensions
        .find(AuthorityKeyIdentifier::OID);
    let Some(value) = extension.map(|extension| extension.value) else {
        return Ok(());
    };
    if key_id::usual_authority(value).is_some() {
        return Ok(());
    }
    let identifier = AuthorityKeyIdentifier::from_der(value);
    let identifier = identifier.map_err(|_| "its authorityKeyIdentifier is not readable")?;
    if identifier.key_identifier.is_none() {
        return Err("its authorityKeyIdentifier has no key identifier");
    }
    if identifier.authority_cert_issuer.is_some()
        != identifier.authority_cert_serial_number.is_some()
    {
        return Err(
            "its authorityKeyIdentifier has an issuer or a serial number without the other",
        );
    }
    Ok(())
}

/// Section 4.2.1.1; self-signed certificates may leave it out.
fn names_its_issuers_key(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    if node.authority_key_identifier.is_none() && !node.is_self_issued {
        return Err("it has no authorityKeyIdentifier");
    }
    Ok(())
}

/// Section 4.2.1.10.
fn constraints_of_a_ca(
    node: &Node<'_>,
    extensions: &ReadExtensions<'_>,
) -> Result<(), &'static str> {
    if extensions.constraints.is_some() && !node.is_ca() {
        return Err("it has nameConstraints and is not a CA");
    }
    Ok(())
}

/// Sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14.
fn policies(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let is_not_critical = |oid| {
        let extension = node.certificate.extensions.find(oid);
        extension.is_some_and(|extension| !extension.critical)
    };
    if is_not_critical(oid::ID_CE_POLICY_CONSTRAINTS) {
        return Err("its policyConstraints are not critical");
    }
    if is_not_critical(oid::ID_CE_INHIBIT_ANY_POLICY) {
        return Err("its inhibitAnyPolicy is not critical");
    }
    match &node.policies {
        Ok(policies) if policies.has_policy_twice => {
            Err("its certificatePolicies have a policy twice")
        }
        _ => Ok(()),
    }
}

/// RFC 5480 section 2.1.1: explicit curve parameters must not be used.
fn named_curve(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    if let Ok(PublicKey {
        kind: KeyKind::Rsa { .. } | KeyKind::Ec(_),
        ..
    }) = node.key
    {
        return Ok(());
    }
    let Ok(spki) = SubjectPublicKeyInfoRef::from_der(node.certificate.spki) else {
        return Ok(());
    };
    let parameters = spki.algorithm.parameters;
    let named = parameters.is_some_and(|any| any.tag() == Tag::ObjectIdentifier);
    if spki.algorithm.oid == ID_EC_PUBLIC_KEY && !named {
        return Err("its EC key does not name its curve");
    }
    Ok(())
}
