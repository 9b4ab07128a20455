//! What browsers ask of the certificates of public CAs beside RFC 5280: rules of the Baseline
//! Requirements of the CA/Browser Forum, with their sections.

use super::public_suffixes::PublicSuffixes;
use super::rule::{Check, Rule};
use crate::chain::node::{Node, ReadExtensions};
use crate::crypto::{Curve, KeyKind};
use crate::x509::certificate::Version;
use crate::x509::der::element::Elements;
use crate::x509::name::attribute::COMMON_NAME;
use crate::x509::name::{NameRef, Rdn};
use crate::x509::san::general_name::GeneralName;
use const_oid::db::rfc5280 as oid;
use const_oid::db::rfc5912::ID_PE_AUTHORITY_INFO_ACCESS;
use der::Tag;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;

pub(super) const RULES: &[Rule] = &[
    Rule {
        says: "RSA keys have 2048 bits or more, in whole octets; other keys are on P-256, P-384 or P-521",
        section: "BR 6.1.5",
        check: Check::Every(key),
    },
    Rule {
        says: "authorityInfoAccess is readable",
        section: "BR 7.1.2",
        check: Check::Every(authority_information),
    },
    Rule {
        says: "a root's authorityKeyIdentifier is its own key identifier alone",
        section: "BR 7.1.2.1.3",
        check: Check::Root(root_authority_key),
    },
    Rule {
        says: "a root has no extendedKeyUsage",
        section: "BR 7.1.2.1.2",
        check: Check::Root(root_usage),
    },
    Rule {
        says: "the leaf is of version 3 and no CA",
        section: "BR 7.1.1, 7.1.2.7.8",
        check: Check::Leaf(no_ca),
    },
    Rule {
        says: "the leaf has an extendedKeyUsage, which is not critical and not for any purpose",
        section: "BR 7.1.2.7.10",
        check: Check::Leaf(leaf_usage),
    },
    Rule {
        says: "the leaf has subject alternative names, in an extension that is critical only if the subject is empty",
        section: "BR 7.1.2.7.12",
        check: Check::Leaf(alternatives),
    },
    Rule {
        says: "the leaf's common name, one at most, is among its subject alternative names, letter by letter, or the domain of a wildcard there",
        section: "BR 7.1.4.3",
        check: Check::Leaf(common_names),
    },
];

/// What the table says of [`wildcards`], which needs the caller's list.
#[cfg(test)]
pub(super) const WILDCARDS: (&str, &str) = (
    "no wildcard directly below a public suffix: a top-level domain, or one of the list that the caller gives",
    "BR 3.2.2.6",
);

/// BR 3.2.2.6.
pub(in crate::chain) fn wildcards(
    extensions: &ReadExtensions<'_>,
    suffixes: &PublicSuffixes,
) -> Result<(), &'static str> {
    let is_too_wide = |name: &GeneralName<'_>| match name {
        GeneralName::Dns(name) => name
            .strip_prefix(b"*.")
            .is_some_and(|parent| suffixes.has(parent)),
        _ => false,
    };
    if extensions.names.names.iter().any(is_too_wide) {
        return Err("it has a wildcard directly below a public suffix");
    }
    Ok(())
}

fn key(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    match node.key.as_ref().map(|key| key.kind) {
        Ok(KeyKind::Rsa { bits: ..2048 }) => Err("its RSA key has fewer than 2048 bits"),
        Ok(KeyKind::Rsa { bits }) if bits % 8 != 0 => Err("its RSA key is not of whole octets"),
        Ok(KeyKind::Rsa { .. } | KeyKind::Ec(Curve::P256 | Curve::P384 | Curve::P521)) => Ok(()),
        _ => Err("its key is neither RSA nor on P-256, P-384 or P-521"),
    }
}

fn authority_information(node: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let Some(extension) = node
        .certificate
        .extensions
        .find(ID_PE_AUTHORITY_INFO_ACCESS)
    else {
        return Ok(());
    };
    let descriptions = Elements::of_sequence(extension.value)
        .ok()
        .filter(|list| !list.is_empty());
    let is_readable = descriptions.is_some_and(|mut list| {
        list.all(|description| {
            description
                .and_then(|description| {
                    let mut fields = description.open(Tag::Sequence)?;
                    fields.oid()?;
                    let location = fields.any()?;
                    fields.finish()?;
                    Ok(GeneralName::of(location).is_some())
                })
                .unwrap_or(false)
        })
    });
    if is_readable {
        Ok(())
    } else {
        Err("its authorityInfoAccess is not readable")
    }
}

fn root_authority_key(root: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let Some(identifier) = root.certificate.extensions.get::<AuthorityKeyIdentifier>() else {
        return Ok(());
    };
    let identifier = identifier.map_err(|_| "its authorityKeyIdentifier is not readable")?;
    let key = identifier.key_identifier.as_ref();
    let is_own = key.map(der::asn1::OctetString::as_bytes) == root.key_identifier;
    let has_others = identifier.authority_cert_issuer.is_some()
        || identifier.authority_cert_serial_number.is_some();
    if is_own && !has_others {
        Ok(())
    } else {
        Err("it is a root and its authorityKeyIdentifier is not its own key identifier alone")
    }
}

fn root_usage(_: &Node<'_>, extensions: &ReadExtensions<'_>) -> Result<(), &'static str> {
    match extensions.extended_usage {
        Some(_) => Err("it is a root and has an extendedKeyUsage"),
        None => Ok(()),
    }
}

fn no_ca(leaf: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    if leaf.certificate.version != Version::V3 {
        return Err("it is not of version 3");
    }
    if leaf.is_ca() {
        return Err("it is a CA, and the certificate that the path is for");
    }
    Ok(())
}

fn leaf_usage(leaf: &Node<'_>, extensions: &ReadExtensions<'_>) -> Result<(), &'static str> {
    let Some(usages) = &extensions.extended_usage else {
        return Err("it has no extendedKeyUsage");
    };
    if usages
        .iter()
        .any(|usage| *usage == oid::ANY_EXTENDED_KEY_USAGE)
    {
        return Err("its extendedKeyUsage is for any purpose");
    }
    match leaf.certificate.extensions.find(oid::ID_CE_EXT_KEY_USAGE) {
        Some(extension) if extension.critical => Err("its extendedKeyUsage is critical"),
        _ => Ok(()),
    }
}

fn alternatives(leaf: &Node<'_>, _: &ReadExtensions<'_>) -> Result<(), &'static str> {
    match leaf
        .certificate
        .extensions
        .find(oid::ID_CE_SUBJECT_ALT_NAME)
    {
        None => Err("it has no subjectAltName"),
        Some(extension) if extension.critical && !leaf.subject.is_empty() => {
            Err("its subjectAltName is critical and its subject is not empty")
        }
        Some(_) => Ok(()),
    }
}

fn common_names(leaf: &Node<'_>, extensions: &ReadExtensions<'_>) -> Result<(), &'static str> {
    const MISSING: &str = "its common name is not among its subject alternative names";
    let subject = NameRef::parse(leaf.certificate.subject).map_err(|_| MISSING)?;
    let names = &extensions.names.names;
    let attributes = subject.rdns().flat_map(Rdn::attributes);
    let is_there = |common_name: &str| {
        names.iter().any(|name| match name {
            // The domain of a wildcard counts, as it does for the public suites.
            GeneralName::Dns(text) => {
                let common_name = common_name.as_bytes();
                *text == common_name || text.strip_prefix(b"*.") == Some(common_name)
            }
            GeneralName::Ip(_) => name.to_string() == common_name,
            _ => false,
        })
    };
    let mut common_names = attributes.filter(|attribute| attribute.oid == COMMON_NAME);
    match (common_names.next(), common_names.next()) {
        (None, _) => Ok(()),
        (Some(only), None) if only.text().is_ok_and(|text| is_there(&text)) => Ok(()),
        (Some(_), None) => Err(MISSING),
        (Some(_), Some(_)) => Err("it has several common names"),
    }
}
