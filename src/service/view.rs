//! [`View`]: a record with the name of its SVM, field by field.

use super::field::Field;
use crate::catalog::{Host, Record, Uuid};
use crate::{Certificate, Time};
use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// The names of SVMs, each asked for once in a request.
pub(super) struct SvmNames<'a> {
    host: &'a dyn Host,
    known: RefCell<ByUuid<SvmName>>,
}

#[allow(
    clippy::disallowed_types,
    reason = "with this hasher it draws no randomness"
)]
type ByUuid<T> = std::collections::HashMap<Uuid, T, BuildHasherDefault<UuidHasher>>;

/// Of UUIDs alone, which the host chose and no client: they are spread already.
#[derive(Default)]
struct UuidHasher(u64);

impl Hasher for UuidHasher {
    fn write(&mut self, octets: &[u8]) {
        for octets in octets.chunks(8) {
            let mut word = [0; 8];
            word[..octets.len()].copy_from_slice(octets);
            let word = self.0.rotate_left(29) ^ u64::from_le_bytes(word);
            self.0 = word.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

/// The name of an SVM.
#[derive(Clone, Debug)]
pub(super) enum SvmName {
    Known(Rc<str>),
    /// The host no longer knows the SVM; its UUID stands for its name in the order.
    Unknown(Uuid),
}

impl SvmName {
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Known(name) => Cow::Borrowed(name),
            Self::Unknown(uuid) => Cow::Owned(uuid.to_string()),
        }
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            // As their texts.
            (Self::Unknown(one), Self::Unknown(other)) => one.cmp(other),
            _ => self.text().cmp(&other.text()),
        }
    }
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
            Some(svm) => SvmName::Known(svm.name.into()),
            None => SvmName::Unknown(svm),
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
    pub(super) svm: Option<SvmName>,
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
        if field != Field::SvmName {
            return value(self.record, field);
        }
        let name = self.svm_name().map(Item::Text);
        name.map_or(Value::Unset, Value::One)
    }

    /// Unset at cluster scope, and for an SVM that the host no longer knows.
    pub(super) fn svm_name(&self) -> Option<&str> {
        match self.svm.as_ref()? {
            SvmName::Known(name) => Some(name),
            SvmName::Unknown(_) => None,
        }
    }
}

/// What a record has in a field; the name of its SVM it has not.
pub(super) fn value(record: &Record, field: Field) -> Value<'_> {
    let names = &record.subject_alternatives;
    let one = match field {
        Field::SvmName => None,
        Field::Uuid => Some(Item::Uuid(record.uuid)),
        Field::Name => Some(Item::Text(&record.name)),
        Field::Scope => Some(Item::Text(record.scope.name())),
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
        Field::AuthorityKeyIdentifier => record.authority_key_identifier.as_deref().map(Item::Text),
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

fn list(names: &[String]) -> Value<'_> {
    if names.is_empty() {
        Value::Unset
    } else {
        Value::List(names)
    }
}
