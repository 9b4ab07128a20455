//! A certificate as the search sees it: read once, however many paths it is tried in.

use super::constraints::{ConstrainedNames, NameConstraints};
use super::defect::{ChainCertificate, ChainDefect, ChainRule};
use crate::Certificate;
use crate::base::error::quoted;
use crate::crypto::PublicKey;
use crate::x509::certificate::CertificateRef;
use crate::x509::der::element::Elements;
use crate::x509::der::oid::Oid;
use crate::x509::distribution_point::{DistributionPoint, read_points};
use crate::x509::extension::{Extension, Extensions, PROCESSED};
use crate::x509::issuer;
use crate::x509::key_id;
use crate::x509::name::attribute::EMAIL_ADDRESS;
use crate::x509::name::key::NameKey;
use crate::x509::name::{NameRef, Rdn};
use crate::x509::policies::{PoliciesError, PolicyExtensions};
use crate::x509::san::form;
use crate::x509::san::general_name::GeneralName;
use crate::x509::san::uri;
use crate::x509::usage;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280 as oid;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

/// A certificate with what the rules ask of it.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) owner: &'a Certificate,
    pub(super) certificate: CertificateRef<'a>,
    pub(super) place: ChainCertificate,
    pub(super) subject: NameKey,
    pub(super) issuer: NameKey,
    /// Subject and issuer are the same name (RFC 5280 section 6.1).
    pub(super) is_self_issued: bool,
    pub(super) key: Result<PublicKey<'a>, ChainRule>,
    /// Read from its extensions; without them it can be in no path.
    pub(super) extensions: Result<ReadExtensions<'a>, ChainRule>,
    /// What it says of certificate policies.
    pub(super) policies: Result<PolicyExtensions<'a>, ChainRule>,
    pub(super) key_identifier: Option<&'a [u8]>,
    pub(super) authority_key_identifier: Option<Vec<u8>>,
}

/// The extensions that path validation processes.
#[derive(Debug)]
pub(super) struct ReadExtensions<'a> {
    pub(super) basic: Option<BasicConstraints>,
    pub(super) usage: Option<KeyUsage>,
    pub(super) extended_usage: Option<Vec<Oid<'a>>>,
    pub(super) constraints: Option<NameConstraints<'a>>,
    pub(super) names: ConstrainedNames<'a>,
}

impl<'a> Node<'a> {
    /// `None` if a name of the certificate is not readable.
    pub(super) fn read(owner: &'a Certificate, place: ChainCertificate) -> der::Result<Self> {
        let certificate = owner.view();
        let subject_name = NameRef::parse(certificate.subject)?;
        let subject = NameKey::of_name(&subject_name);
        let issuer = if certificate.issuer == certificate.subject {
            subject.clone()
        } else {
            NameKey::of(certificate.issuer)?
        };
        let key = certificate
            .public_key()
            .map_err(|error| ChainRule::Key(error.reason()));
        let policies = policies(&certificate.extensions);
        let extensions = check_critical(&certificate.extensions, &policies)
            .and_then(|()| ReadExtensions::read(&certificate, &subject_name, &subject));
        Ok(Self {
            owner,
            place,
            is_self_issued: subject == issuer,
            subject,
            issuer,
            key,
            extensions,
            policies,
            key_identifier: key_id::subject(&certificate.extensions),
            authority_key_identifier: key_id::authority(&certificate.extensions),
            certificate,
        })
    }

    /// Where the lists are that it may be on; `None` if that cannot be read.
    pub(super) fn distribution_points(&self) -> Option<Vec<DistributionPoint<'a>>> {
        let extension = self
            .certificate
            .extensions
            .find(oid::ID_CE_CRL_DISTRIBUTION_POINTS);
        match extension {
            Some(extension) => read_points(extension.value),
            None => Some(Vec::new()),
        }
    }

    pub(super) fn is_ca(&self) -> bool {
        let extensions = self.extensions.as_ref().ok();
        issuer::is_ca(extensions.and_then(|extensions| extensions.basic.as_ref()))
    }

    /// Whether its authority key identifier names this issuer: a hint, not a proof.
    pub(super) fn names_key_of(&self, issuer: &Self) -> bool {
        self.authority_key_identifier.is_some()
            && self.authority_key_identifier.as_deref() == issuer.key_identifier
    }

    /// Whether it is signed with its own key, as far as its names and key identifiers tell.
    pub(super) fn is_self_signed(&self) -> bool {
        let names_own_key = self.authority_key_identifier.is_none() || self.names_key_of(self);
        self.is_self_issued && names_own_key
    }

    /// Whether it is a CA above which there is none.
    pub(super) fn is_root(&self) -> bool {
        self.is_self_signed() && self.is_ca()
    }

    /// Whether it is the same certificate.
    pub(super) fn is(&self, other: &Node<'_>) -> bool {
        self.owner == other.owner
    }

    /// Refuses what cannot be read.
    pub(super) fn check_readable(&self) -> Result<(), ChainRule> {
        match &self.extensions {
            Err(rule @ (ChainRule::Malformed(_) | ChainRule::NotAUri)) => Err(rule.clone()),
            _ => Ok(()),
        }
    }

    /// The subject as it may stand in a message.
    pub(super) fn shown_subject(&self) -> String {
        let subject = NameRef::parse(self.certificate.subject);
        subject.map_or_else(|_| String::new(), |name| quoted(&name.to_string()))
    }

    pub(super) fn defect(&self, rule: ChainRule) -> ChainDefect {
        ChainDefect {
            certificate: self.place,
            subject: self.shown_subject(),
            name: self.offending_name(&rule),
            rule,
        }
    }

    /// The first of its alternative names that breaks the rule, where it is a rule of names.
    fn offending_name(&self, rule: &ChainRule) -> Option<String> {
        let extension = self
            .certificate
            .extensions
            .find(oid::ID_CE_SUBJECT_ALT_NAME)?;
        let names = Elements::of_sequence(extension.value).ok()?;
        let breaks = |name: &GeneralName<'_>| match (rule, name) {
            (ChainRule::Profile(what), name) => form::broken(name) == Some(*what),
            (ChainRule::NotAUri, GeneralName::Uri(text)) => !uri::has_only_its_characters(text),
            _ => false,
        };
        let name = names.flatten().filter_map(GeneralName::of).find(breaks)?;
        Some(quoted(&name.to_string()))
    }
}

impl<'a> ReadExtensions<'a> {
    fn read(
        certificate: &CertificateRef<'a>,
        subject_name: &NameRef<'a>,
        subject: &NameKey,
    ) -> Result<Self, ChainRule> {
        let extensions = &certificate.extensions;
        let alternatives = extensions
            .find(oid::ID_CE_SUBJECT_ALT_NAME)
            .map(general_names)
            .transpose()?;
        let names = match alternatives {
            Some(names) => names,
            None => email_addresses(subject_name),
        };
        let malformed = |what| move |_| ChainRule::Malformed(what);
        Ok(Self {
            basic: extensions
                .get()
                .transpose()
                .map_err(malformed("its basicConstraints are not readable"))?,
            usage: extensions
                .get()
                .transpose()
                .map_err(malformed("its keyUsage is not readable"))?,
            extended_usage: extensions
                .find(oid::ID_CE_EXT_KEY_USAGE)
                .map(|extension| usage::purposes_of(extension.value))
                .transpose()
                .map_err(malformed("its extendedKeyUsage is not readable"))?,
            constraints: extensions
                .find(oid::ID_CE_NAME_CONSTRAINTS)
                .map(|extension| NameConstraints::parse(extension.value))
                .transpose()
                .map_err(ChainRule::Malformed)?,
            names: ConstrainedNames {
                subject: (!subject.is_empty()).then(|| subject.clone()),
                names,
            },
        })
    }
}

/// Section 4.2: refuses critical extensions that are not processed, or not readable.
fn check_critical(
    extensions: &Extensions<'_>,
    policies: &Result<PolicyExtensions<'_>, ChainRule>,
) -> Result<(), ChainRule> {
    for extension in extensions.iter().filter(|extension| extension.critical) {
        if !PROCESSED.iter().any(|known| extension.oid == *known) {
            return Err(ChainRule::CriticalExtension(extension.oid.to_string()));
        }
        if let (true, Err(rule)) = (
            POLICIES.iter().any(|known| extension.oid == *known),
            policies,
        ) {
            return Err(rule.clone());
        }
    }
    Ok(())
}

fn policies<'a>(extensions: &Extensions<'a>) -> Result<PolicyExtensions<'a>, ChainRule> {
    PolicyExtensions::read(extensions).map_err(|error| match error {
        PoliciesError::Unreadable(what) => ChainRule::Malformed(what),
        PoliciesError::Qualifiers => {
            ChainRule::CriticalExtension(oid::ID_CE_CERTIFICATE_POLICIES.to_string())
        }
    })
}

/// The extensions on policies.
const POLICIES: [ObjectIdentifier; 4] = [
    oid::ID_CE_CERTIFICATE_POLICIES,
    oid::ID_CE_POLICY_MAPPINGS,
    oid::ID_CE_POLICY_CONSTRAINTS,
    oid::ID_CE_INHIBIT_ANY_POLICY,
];

fn general_names(extension: Extension<'_>) -> Result<Vec<GeneralName<'_>>, ChainRule> {
    let unreadable = ChainRule::Malformed("its subjectAltName is not readable");
    let names: Vec<_> = Elements::of_sequence(extension.value)
        .ok()
        .and_then(|names| names.map(|name| GeneralName::of(name.ok()?)).collect())
        .ok_or(unreadable)?;
    let is_no_uri = |name: &GeneralName<'_>| matches!(name, GeneralName::Uri(text) if !uri::has_only_its_characters(text));
    if names.iter().any(is_no_uri) {
        return Err(ChainRule::NotAUri);
    }
    Ok(names)
}

/// The addresses in a subject, as those of a certificate without a subjectAltName.
pub(super) fn email_addresses<'a>(subject: &NameRef<'a>) -> Vec<GeneralName<'a>> {
    let addresses = subject
        .rdns()
        .flat_map(Rdn::attributes)
        .filter(|attribute| attribute.oid == EMAIL_ADDRESS);
    addresses
        .map(|attribute| GeneralName::Email(attribute.value.value))
        .collect()
}
