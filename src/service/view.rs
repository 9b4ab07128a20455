//! [`View`]: a record with the name of its SVM, field by field.

use super::field::Field;
use crate::catalog::{Host, Record, Uuid};
use crate::{Certificate, Time};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The names of SVMs, each asked for once in a request.
pub(super) struct SvmNames<'a> {
    host: &'a dyn Host,
    known: RefCell<BTreeMap<Uuid, SvmName>>,
}

#[derive(Clone)]
struct SvmName {
    /// Of an SVM that the host no longer knows, its UUID.
    text: Rc<str>,
    is_known: bool,
}

impl<'a> SvmNames<'a> {
    pub(super) fn new(host: &'a dyn Host) -> Self {
        Self {
            host,
            known: RefCell::default(),
        }
    }

    pub(super) fn view<'r>(&self, record: &'r Record) -> View<'r> {
        let svm = record.scope.svm().map(|svm| self.name(svm));
        View { record, svm }
    }

    fn name(&self, svm: Uuid) -> SvmName {
        let ask = || match self.host.svm_by_uuid(svm) {
            Some(svm) => SvmName {
                text: svm.name.into(),
                is_known: true,
            },
            None => SvmName {
                text: svm.to_string().into(),
                is_known: false,
            },
        };
        let mut known = self.known.borrow_mut();
        known.entry(svm).or_insert_with(ask).clone()
    }
}

/// A record with the name of its SVM.
#[derive(Clone)]
pub(super) struct View<'a> {
    pub(super) record: &'a Record,
    /// Unset at cluster scope.
    svm: Option<SvmName>,
}

/// What a record has in a field.
pub(super) enum Value<'a> {
    Unset,
    One(Item<'a>),
    /// At least one.
    List(&'a [String]),
}

/// A single value.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Text(&'a str),
    Number(u64),
    Instant(Time),
    Uuid(Uuid),
    Certificate(&'a Certificate),
}

impl<'a> View<'a> {
    /// Of a record at cluster scope, or for conditions that do not ask for the name of its SVM.
    pub(super) fn without_name(record: &'a Record) -> Self {
        Self { record, svm: None }
    }
}

impl View<'_> {
    pub(super) fn value(&self, field: Field) -> Value<'_> {
        let record = self.record;
        let names = &record.subject_alternatives;
        let one = match field {
            Field::Uuid => Some(Item::Uuid(record.uuid)),
            Field::Name => Some(Item::Text(&record.name)),
            Field::Scope => Some(Item::Text(record.scope.name())),
            Field::SvmName => self.svm_name().map(Item::Text),
            Field::SvmUuid => record.scope.svm().map(Item::Uuid),
            Field::Type => Some(Item::Text(record.r#type.name())),
            Field::CommonName => record.common_name.as_deref().map(Item::Text),
            Field::Ca => record.ca.as_deref().map(Item::Text),
            Field::SerialNumber => record.serial_number.as_deref().map(Item::Text),
            Field::HashFunction => record.hash_function.map(|hash| Item::Text(hash.name())),
            Field::KeySize => record.key_size.map(|bits| Item::Number(bits.into())),
            Field::ExpiryTime => Some(Item::Instant(record.expiry_time)),
            Field::PublicCertificate => Some(Item::Certificate(&record.certificate)),
            Field::SubjectKeyIdentifier => record.subject_key_identifier.as_deref().map(Item::Text),
            Field::AuthorityKeyIdentifier => {
                record.authority_key_identifier.as_deref().map(Item::Text)
            }
            Field::Dns => return list(&names.dns),
            Field::Email => return list(&names.email),
            Field::Ip => return list(&names.ip),
            Field::Uri => return list(&names.uri),
            Field::VerifyHost => record
                .verify_host
                .map(|verify| Item::Text(if verify { "true" } else { "false" })),
        };
        one.map_or(Value::Unset, Value::One)
    }

    /// Unset at cluster scope, and for an SVM that the host no longer knows.
    pub(super) fn svm_name(&self) -> Option<&str> {
        let svm = self.svm.as_ref().filter(|svm| svm.is_known)?;
        Some(&svm.text)
    }

    /// What the default order goes by before the UUID: nothing for the cluster, which comes first,
    /// else the name of the SVM.
    pub(super) fn place(&self) -> Option<&str> {
        self.svm.as_ref().map(|svm| &*svm.text)
    }
}

fn list(names: &[String]) -> Value<'_> {
    if names.is_empty() {
        Value::Unset
    } else {
        Value::List(names)
    }
}
