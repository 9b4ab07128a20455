//! The rules of what is signed, in the order of their codes.

use super::spec::SignSpec;
use super::warnings;
use crate::chain::{NamesRefused, check_constraints};
use crate::crypto::fips;
use crate::input::signing_request::FIELD;
use crate::issue::addresses::Addresses;
use crate::issue::alternatives;
use crate::issue::purposes::{self, Purposes};
use crate::issue::requested::RequestedExtensions;
use crate::issue::subject;
use crate::request::common_name;
use crate::x509::name::NameRef;
use crate::x509::name::fold::case_ignore_match;
use crate::x509::name::key::NameKey;
use crate::x509::request::VerifiedRequest;
use crate::{CertificateAuthority, Error, ErrorCode, Policy, Time, Warning};
use std::borrow::Cow;
use x509_cert::ext::pkix::KeyUsage;

/// What a request that may be signed will have in its certificate.
pub(super) struct Grant<'a> {
    /// DER of the Name.
    pub(super) subject: Cow<'a, [u8]>,
    pub(super) subject_is_empty: bool,
    /// DER of the SubjectAltName.
    pub(super) alternatives: Option<Cow<'a, [u8]>>,
    /// Of which the profile grants some.
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) purposes: Purposes<'a>,
    pub(super) warnings: Vec<Warning>,
}

/// The rules, in the order of their codes. A request is granted nothing that is not named here.
pub(super) fn decide<'a>(
    ca: &CertificateAuthority,
    spec: &SignSpec,
    request: &VerifiedRequest<'a>,
    policy: &Policy,
) -> Result<Grant<'a>, Error> {
    let name = NameRef::parse(request.subject)
        .map_err(|error| failed("its subject is not readable").with_source(error))?;
    let asked = RequestedExtensions::read(&request.extensions)
        .map_err(|defect| failed(defect.to_string()).with_source(defect))?;
    ca.check_valid(policy.now)?;
    let said = subject::without_empty(name);
    let name = match &said {
        Cow::Borrowed(_) => name,
        Cow::Owned(der) => NameRef::parse(der)
            .map_err(|error| failed("its subject is not readable").with_source(error))?,
    };
    let common_name = common_name(name, asked.alternatives.is_some())?;
    check_fips(ca, request, policy)?;
    refuse_short_key(request)?;
    refuse_ca_below_last(ca, &asked)?;
    refuse_name_of_ca(ca, name, common_name.as_deref())?;
    refuse_outliving(ca, spec.not_after)?;
    let addresses = Addresses::of_subject(name);
    let named = alternatives(&asked, common_name.as_deref())?;
    let is_named = named.is_some();
    let alternatives = with_addresses(named, &addresses)?;
    let issued = subject::for_issuance(&name).map_err(|error| {
        failed(format!("its subject cannot go into a certificate: {error}"))
            .with_argument("attribute", &error.to_string())
            .with_source(error)
    })?;
    refuse_constrained(ca, name, alternatives.as_deref())?;
    let mut warnings = warnings::of_request(&asked, &request.key);
    let others = addresses.others.into_iter();
    warnings.extend(others.map(Warning::EmailAddressIsNoMailbox));
    let purposes = purposes::grant(asked.extended_key_usages, &ca.extended_key_usages)
        .ok_or_else(|| no_purpose(ca))?;
    let mut grant = Grant {
        subject_is_empty: name.is_empty(),
        alternatives,
        key_usage: asked.key_usage,
        purposes,
        warnings,
        subject: match (&said, issued) {
            (Cow::Borrowed(said), Cow::Borrowed(_)) => Cow::Borrowed(said),
            (_, issued) => Cow::Owned(issued.into_owned()),
        },
    };
    warnings::of_grant(
        &grant.purposes,
        is_named,
        common_name.as_deref(),
        &mut grant.warnings,
    );
    Ok(grant)
}

/// The subject alternative names: as asked for, else the common name where it is one.
fn alternatives<'a>(
    asked: &RequestedExtensions<'a>,
    common_name: Option<&str>,
) -> Result<Option<Cow<'a, [u8]>>, Error> {
    let Some(names) = asked.alternatives else {
        return Ok(common_name
            .and_then(alternatives::of_common_name)
            .map(Cow::Owned));
    };
    granted(names).map(Some)
}

/// The names with the e-mail addresses of the subject among them.
fn with_addresses<'a>(
    names: Option<Cow<'a, [u8]>>,
    addresses: &Addresses,
) -> Result<Option<Cow<'a, [u8]>>, Error> {
    match addresses.behind(names.as_deref()) {
        Some(all) => Ok(Some(granted(&all)?.into_owned().into())),
        None => Ok(names),
    }
}

/// The names as a certificate may have them.
fn granted(names: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    alternatives::for_issuance(names).map_err(|refused| {
        let error = failed(format!("its subjectAltName cannot be granted: {refused}"));
        let error = match &refused.name {
            Some(name) => error.with_argument("name", name),
            None => error,
        };
        error.with_source(refused)
    })
}

/// The common name, which may be missing only where subject alternative names are asked for.
fn common_name(name: NameRef<'_>, has_alternatives: bool) -> Result<Option<Cow<'_, str>>, Error> {
    let found = name.common_name().map_err(|error| {
        Error::new(ErrorCode::CommonNameInvalid, "the common name is not text")
            .with_target(FIELD)
            .with_source(error)
    })?;
    match found {
        None if has_alternatives => Ok(None),
        Some(found) if has_alternatives || !found.trim().is_empty() => {
            common_name::check_as_it_stands(&found, FIELD)?;
            Ok(Some(found))
        }
        _ => Err(Error::new(
            ErrorCode::CommonNameMissing,
            "the request has neither a common name nor a subject alternative name",
        )
        .with_target(FIELD)),
    }
}

fn check_fips(
    ca: &CertificateAuthority,
    request: &VerifiedRequest<'_>,
    policy: &Policy,
) -> Result<(), Error> {
    if !policy.fips {
        return Ok(());
    }
    fips::public_key(&request.key).map_err(|rule| rule.into_error(FIELD))?;
    ca.fips.map_err(|rule| rule.into_error("ca_certificate"))
}

/// Shorter keys can be broken by those who want to; their signature proves nothing then.
fn refuse_short_key(request: &VerifiedRequest<'_>) -> Result<(), Error> {
    match request.key.kind.rsa_bits() {
        Some(bits @ ..2048) => Err(failed(format!(
            "its RSA key has {bits} bits; accepted are at least 2048"
        ))
        .with_argument("key_size", &bits.to_string())),
        _ => Ok(()),
    }
}

/// A request to be a CA is granted nowhere; below a CA of path length 0 it could not even be.
fn refuse_ca_below_last(
    ca: &CertificateAuthority,
    asked: &RequestedExtensions<'_>,
) -> Result<(), Error> {
    if asked.to_be_ca && ca.path_len_is_zero {
        return Err(Error::new(
            ErrorCode::CaCannotSign,
            "the request asks to be a CA, and the CA certificate's path length is 0",
        )
        .with_target(FIELD));
    }
    Ok(())
}

/// Where neither has a common name, the whole names are compared: a certificate of the CA's name
/// would look self-issued.
fn refuse_name_of_ca(
    ca: &CertificateAuthority,
    subject: NameRef<'_>,
    common_name: Option<&str>,
) -> Result<(), Error> {
    match (&ca.folded_common_name, common_name) {
        (Some(own), Some(asked)) if case_ignore_match(own, asked) => Err(Error::new(
            ErrorCode::SameCommonNameAsCa,
            "the common name of the request is that of the CA certificate",
        )
        .with_target(FIELD)
        .with_argument("common_name", asked)),
        (None, None) if Ok(NameKey::of_name(&subject)) == NameKey::of(&ca.name) => Err(Error::new(
            ErrorCode::SameCommonNameAsCa,
            "the subject of the request is that of the CA certificate",
        )
        .with_target(FIELD)),
        _ => Ok(()),
    }
}

fn refuse_outliving(ca: &CertificateAuthority, not_after: Time) -> Result<(), Error> {
    if not_after > ca.validity.not_after {
        return Err(Error::new(
            ErrorCode::OutlivesCa,
            format!(
                "the certificate would expire at {not_after}, after the CA certificate at {}",
                ca.validity.not_after
            ),
        )
        .with_target("expiry_time"));
    }
    Ok(())
}

/// What its own name constraints keep the CA from certifying.
fn refuse_constrained(
    ca: &CertificateAuthority,
    subject: NameRef<'_>,
    alternatives: Option<&[u8]>,
) -> Result<(), Error> {
    check_constraints(ca.certificate(), subject, alternatives).map_err(|refused| {
        let error = match &refused {
            NamesRefused::Constraints(what) => Error::new(
                ErrorCode::CaCannotSign,
                format!("the CA certificate cannot be used for signing: {what}"),
            )
            .with_target("ca_certificate"),
            _ => failed(format!("it cannot be signed by this CA: {refused}")),
        };
        let error = match refused.name() {
            Some(name) => error.with_argument("name", name),
            None => error,
        };
        error.with_source(refused)
    })
}

fn no_purpose(ca: &CertificateAuthority) -> Error {
    let granted = &ca.extended_key_usages;
    let granted: Vec<_> = granted.iter().map(ToString::to_string).collect();
    failed(format!(
        "the CA grants none of the extended key usages that it asks for; granted are {}",
        granted.join(", ")
    ))
}

pub(super) fn failed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::SigningFailed, message).with_target(FIELD)
}
