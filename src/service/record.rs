//! A record as JSON: the fields that are asked for, and never another.

use super::field::{Field, FieldSet};
use super::headers::Links;
use super::route::CERTIFICATES;
use super::view::View;
use crate::SignatureHash;
use crate::catalog::Uuid;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A record with what is shown of it.
pub(super) struct Shown<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) fields: FieldSet,
    pub(super) links: Links,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            view,
            fields,
            links,
        } = self;
        let record = view.record;
        let mut map = serializer.serialize_map(None)?;
        let svm = SvmObject(self);
        if svm.has_any() {
            map.serialize_entry("svm", &svm)?;
        }
        map.serialize_entry("uuid", &Text(record.uuid))?;
        let mut text = |field: Field, value: Option<&str>| match value {
            Some(value) if fields.has(field) => map.serialize_entry(field.name(), value),
            _ => Ok(()),
        };
        text(Field::Name, Some(&record.name))?;
        text(Field::Scope, Some(record.scope.name()))?;
        text(Field::Type, Some(record.r#type.name()))?;
        text(Field::CommonName, record.common_name.as_deref())?;
        text(Field::SerialNumber, record.serial_number.as_deref())?;
        text(Field::Ca, record.ca.as_deref())?;
        text(
            Field::HashFunction,
            record.hash_function.map(SignatureHash::name),
        )?;
        text(
            Field::SubjectKeyIdentifier,
            record.subject_key_identifier.as_deref(),
        )?;
        text(
            Field::AuthorityKeyIdentifier,
            record.authority_key_identifier.as_deref(),
        )?;
        if let Some(bits) = record.key_size.filter(|_| fields.has(Field::KeySize)) {
            map.serialize_entry("key_size", &bits)?;
        }
        if fields.has(Field::ExpiryTime) {
            map.serialize_entry("expiry_time", &Text(record.expiry_time))?;
        }
        if fields.has(Field::PublicCertificate) {
            map.serialize_entry("public_certificate", &record.certificate.to_pem())?;
        }
        let names = NamesObject(self);
        if names.lists().any(|(_, list)| !list.is_empty()) {
            map.serialize_entry("subject_alternatives", &names)?;
        }
        if let Some(verify_host) = record.verify_host.filter(|_| fields.has(Field::VerifyHost)) {
            map.serialize_entry("azure", &One("verify_host", verify_host))?;
        }
        if *links == Links::All {
            map.serialize_entry(
                "_links",
                &to_itself(format!("{CERTIFICATES}/{}", record.uuid)),
            )?;
        }
        map.end()
    }
}

/// `svm`: the fields that are asked for and there.
struct SvmObject<'a>(&'a Shown<'a>);

impl SvmObject<'_> {
    fn name(&self) -> Option<&str> {
        let name = self.0.view.svm_name();
        name.filter(|_| self.0.fields.has(Field::SvmName))
    }

    fn uuid(&self) -> Option<Uuid> {
        let uuid = self.0.view.record.scope.svm();
        uuid.filter(|_| self.0.fields.has(Field::SvmUuid))
    }

    fn has_any(&self) -> bool {
        self.name().is_some() || self.uuid().is_some()
    }
}

impl Serialize for SvmObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(name) = self.name() {
            map.serialize_entry("name", name)?;
        }
        if let Some(uuid) = self.uuid() {
            map.serialize_entry("uuid", &Text(uuid))?;
            if self.0.links == Links::All {
                map.serialize_entry("_links", &to_itself(format!("/api/svm/svms/{uuid}")))?;
            }
        }
        map.end()
    }
}

/// `subject_alternatives`: the lists that are asked for and not empty.
struct NamesObject<'a>(&'a Shown<'a>);

impl NamesObject<'_> {
    fn lists(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        let names = &self.0.view.record.subject_alternatives;
        let all = [
            (Field::Dns, "dns", &*names.dns),
            (Field::Email, "email", &*names.email),
            (Field::Ip, "ip", &*names.ip),
            (Field::Uri, "uri", &*names.uri),
        ];
        let fields = self.0.fields;
        all.into_iter()
            .filter(move |(field, _, list)| fields.has(*field) && !list.is_empty())
            .map(|(_, name, list)| (name, list))
    }
}

impl Serialize for NamesObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.lists())
    }
}

/// An object with one member.
pub(super) struct One<T>(pub(super) &'static str, pub(super) T);

impl<T: Serialize> Serialize for One<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, &self.1)])
    }
}

/// What is written as it prints.
pub(super) struct Text<T>(pub(super) T);

impl<T: std::fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// `_links` with the way to the object itself.
pub(super) fn to_itself(href: String) -> One<One<String>> {
    One("self", One("href", href))
}
