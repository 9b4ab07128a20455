//! A record as JSON: the fields that are asked for, and never another.

use super::field::{Field, FieldSet};
use super::headers::Links;
use super::json::{Object, WriteJson};
use super::route::CERTIFICATES;
use super::view::View;
use crate::catalog::Uuid;
use crate::x509::pem;
use crate::{Certificate, SignatureHash};
use serde::ser::{Serialize, Serializer};
use std::io::Write as _;

/// A record with what is shown of it.
pub(super) struct Shown<'a> {
    pub(super) view: View<'a>,
    pub(super) fields: FieldSet,
    pub(super) links: Links,
}

impl WriteJson for Shown<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let (record, fields) = (self.view.record, self.fields);
        let mut object = Object::begin(out);
        self.write_svm(&mut object);
        object.value("uuid", &Text(record.uuid));
        let mut text = |field: Field, value: Option<&str>| {
            if let Some(value) = value.filter(|_| fields.has(field)) {
                object.value(field.name(), value);
            }
        };
        text(Field::Name, Some(&record.name));
        text(Field::Scope, Some(record.scope.name()));
        text(Field::Type, Some(record.r#type.name()));
        text(Field::CommonName, record.common_name.as_deref());
        text(Field::SerialNumber, record.serial_number.as_deref());
        text(Field::Ca, record.ca.as_deref());
        text(
            Field::HashFunction,
            record.hash_function.map(SignatureHash::name),
        );
        text(
            Field::SubjectKeyIdentifier,
            record.subject_key_identifier.as_deref(),
        );
        text(
            Field::AuthorityKeyIdentifier,
            record.authority_key_identifier.as_deref(),
        );
        if let Some(bits) = record.key_size.filter(|_| fields.has(Field::KeySize)) {
            object.value("key_size", &bits);
        }
        if fields.has(Field::ExpiryTime) {
            object.value("expiry_time", &Text(record.expiry_time));
        }
        if fields.has(Field::PublicCertificate) {
            write_pem(&record.certificate, object.member("public_certificate"));
        }
        self.write_names(&mut object);
        if let Some(verify_host) = record.verify_host.filter(|_| fields.has(Field::VerifyHost)) {
            object.value("azure", &One("verify_host", verify_host));
        }
        if self.links == Links::All {
            write_way(CERTIFICATES, record.uuid, object.member("_links"));
        }
        object.end();
    }
}

impl Shown<'_> {
    /// `svm`: the fields that are asked for and there.
    fn write_svm(&self, record: &mut Object<'_>) {
        let name = self.view.svm_name();
        let name = name.filter(|_| self.fields.has(Field::SvmName));
        let uuid = self.view.record.scope.svm();
        let uuid = uuid.filter(|_| self.fields.has(Field::SvmUuid));
        if name.is_none() && uuid.is_none() {
            return;
        }
        let mut svm = Object::begin(record.member("svm"));
        if let Some(name) = name {
            svm.value("name", name);
        }
        if let Some(uuid) = uuid {
            svm.value("uuid", &Text(uuid));
            if self.links == Links::All {
                write_way("/api/svm/svms", uuid, svm.member("_links"));
            }
        }
        svm.end();
    }

    /// `subject_alternatives`: the lists that are asked for and not empty.
    fn write_names(&self, record: &mut Object<'_>) {
        let names = &self.view.record.subject_alternatives;
        let all = [
            (Field::Dns, "dns", &*names.dns),
            (Field::Email, "email", &*names.email),
            (Field::Ip, "ip", &*names.ip),
            (Field::Uri, "uri", &*names.uri),
        ];
        let is_shown = |field: Field, list: &[String]| self.fields.has(field) && !list.is_empty();
        let mut shown = all
            .into_iter()
            .filter(|(field, _, list)| is_shown(*field, list))
            .peekable();
        if shown.peek().is_none() {
            return;
        }
        let mut object = Object::begin(record.member("subject_alternatives"));
        shown.for_each(|(_, name, list)| object.value(name, list));
        object.end();
    }
}

/// The PEM; of what it has, only the ends of its lines need an escape.
fn write_pem(certificate: &Certificate, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"-----BEGIN CERTIFICATE-----\\n");
    pem::write_body(certificate.der(), b"\\n", out);
    out.extend_from_slice(b"-----END CERTIFICATE-----\\n\"");
}

/// `_links` with the way to the object itself.
fn write_way(collection: &str, uuid: Uuid, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = write!(out, r#"{{"self":{{"href":"{collection}/{uuid}"}}}}"#);
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
