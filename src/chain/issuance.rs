//! What the name constraints of a CA say of a certificate that it is to sign (RFC 5280 section
//! 4.2.1.10).

use super::budget::{Budget, Exhausted};
use super::constraints::{ConstrainedNames, NameConstraints, OffendingName, Violation};
use super::node::email_addresses;
use crate::Certificate;
use crate::base::error::quoted;
use crate::x509::der::element::Elements;
use crate::x509::name::attribute::COMMON_NAME;
use crate::x509::name::key::NameKey;
use crate::x509::name::{NameRef, Rdn};
use crate::x509::san::general_name::GeneralName;
use const_oid::db::rfc5280::ID_CE_NAME_CONSTRAINTS;
use std::borrow::Cow;
use std::fmt;

/// Why a CA cannot certify names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamesRefused {
    /// What is wrong with the constraints.
    Constraints(&'static str),
    /// What is wrong with the names.
    Names(der::Error),
    /// Shortened and escaped, as the next one is.
    NotPermitted(String),
    Excluded(String),
    Kind(&'static str),
    TooMany,
}

impl NamesRefused {
    /// The name that is refused.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::NotPermitted(name) | Self::Excluded(name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for NamesRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constraints(what) => f.write_str(what),
            Self::Names(error) => write!(f, "its names are not readable: {error}"),
            Self::NotPermitted(name) => write!(
                f,
                "the name \"{name}\" is not among those that the CA's name constraints permit"
            ),
            Self::Excluded(name) => {
                write!(f, "the CA's name constraints exclude the name \"{name}\"")
            }
            Self::Kind(kind) => write!(
                f,
                "the CA's name constraints are on names of the kind {kind}, which are not processed"
            ),
            Self::TooMany => f.write_str("there are too many names for the CA's name constraints"),
        }
    }
}

impl std::error::Error for NamesRefused {}

/// Whether the CA's own name constraints let it certify this subject and these alternative names, the
/// DER of the SubjectAltName.
///
/// Stricter than RFC 5280 where others are, OpenSSL for one: e-mail addresses in the subject are held
/// against the constraints whatever else there is, and where there is no DNS name among the alternatives,
/// so are common names that look like one.
pub(crate) fn check_constraints(
    ca: &Certificate,
    subject: NameRef<'_>,
    alternatives: Option<&[u8]>,
) -> Result<(), NamesRefused> {
    let extensions = ca.view().extensions;
    let Some(constraints) = extensions.find(ID_CE_NAME_CONSTRAINTS) else {
        return Ok(());
    };
    let constraints =
        NameConstraints::parse(constraints.value).map_err(NamesRefused::Constraints)?;
    let key = NameKey::of_name(&subject);
    let mut names = match alternatives {
        Some(der) => general_names(der).map_err(NamesRefused::Names)?,
        None => Vec::new(),
    };
    names.extend(email_addresses(&subject));
    let common_names: Vec<_> = common_names(subject).collect();
    if !names.iter().any(|name| matches!(name, GeneralName::Dns(_))) {
        let hosts = common_names.iter().filter(|name| looks_like_dns(name));
        names.extend(hosts.map(|name| GeneralName::Dns(name.as_bytes())));
    }
    let names = ConstrainedNames {
        subject: (!key.is_empty()).then_some(key),
        names,
    };
    let shown = |name: &OffendingName<'_>| match name {
        OffendingName::Subject => quoted(&subject.to_string()),
        OffendingName::Alternative(name) => quoted(&name.to_string()),
    };
    match constraints.check(&names, &mut Budget::default()) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Violation::NotPermitted(name))) => Err(NamesRefused::NotPermitted(shown(&name))),
        Ok(Err(Violation::Excluded(name))) => Err(NamesRefused::Excluded(shown(&name))),
        Ok(Err(Violation::Unprocessed(kind))) => Err(NamesRefused::Kind(kind.name())),
        Err(Exhausted(_)) => Err(NamesRefused::TooMany),
    }
}

fn common_names(subject: NameRef<'_>) -> impl Iterator<Item = Cow<'_, str>> {
    let attributes = subject.rdns().flat_map(Rdn::attributes);
    attributes
        .filter(|attribute| attribute.oid == COMMON_NAME)
        .filter_map(|attribute| attribute.text().ok())
}

fn general_names(der: &[u8]) -> der::Result<Vec<GeneralName<'_>>> {
    let known = |element| GeneralName::of(element).ok_or(der::Tag::Sequence.value_error().into());
    Elements::of_sequence(der)?
        .map(|element| known(element?))
        .collect()
}

/// Letters, digits, hyphens and underscores between dots, at least one of them inside: what OpenSSL
/// takes for a DNS name.
fn looks_like_dns(name: &str) -> bool {
    let is_of_hosts = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.bytes().all(is_of_hosts) && name.trim_matches('.').contains('.')
}
