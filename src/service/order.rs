//! The order of a collection: `order_by`, then the default order.

use super::field::Field;
use super::refusals::bad_value;
use super::view::{Item, SvmName, Value, View, value};
use crate::catalog::Uuid;
use crate::{Certificate, Error, Time};
use base64ct::{Base64, Encoding as _};
use std::borrow::Cow;
use std::cmp::Ordering;

/// `order_by`: fields, and whether each goes down.
#[derive(Debug, Default)]
pub(super) struct OrderBy(Vec<(Field, bool)>);

/// What a field is ordered by: of a list, its first element.
#[derive(Clone, Debug)]
pub(super) enum Key<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    Instant(Time),
    Uuid(Uuid),
    /// Ordered as its PEM is.
    Certificate(Cow<'a, Certificate>),
}

/// A place in the order: that of a record, which may be gone.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// What the fields of `order_by` have; `None` where nothing is set.
    pub(super) keys: Vec<Option<Key<'a>>>,
    /// What the default order goes by before the UUID: nothing for the cluster, which comes first.
    pub(super) svm: Option<SvmName>,
    pub(super) uuid: Uuid,
}

impl Place<'_> {
    /// Corrects whether it is the cluster's, by its record while that is there: a link has the name of an
    /// SVM or that of the cluster, which may have another name by now.
    pub(super) fn set_scope(&mut self, view: &View<'_>) {
        if self.svm.is_some() != view.svm.is_some() {
            self.svm.clone_from(&view.svm);
        }
    }
}

impl Key<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.cmp(other),
            (Self::Instant(one), Self::Instant(other)) => one.cmp(other),
            (Self::Uuid(one), Self::Uuid(other)) => one.cmp(other),
            (Self::Certificate(one), Self::Certificate(other)) => {
                compare_base64(one.der(), other.der())
            }
            // The kind of a field gives both sides: nothing else meets.
            _ => Ordering::Equal,
        }
    }
}

/// How the base64 of two certificates compares. Neither begins with the other: DER says where it ends.
fn compare_base64(one: &[u8], other: &[u8]) -> Ordering {
    let difference = one.iter().zip(other).position(|(one, other)| one != other);
    let group = difference.unwrap_or_else(|| one.len().min(other.len())) / 3 * 3;
    let text = |octets: &[u8]| {
        let mut text = [0; 4];
        let octets = &octets[group..octets.len().min(group + 3)];
        let _ = Base64::encode(octets, &mut text);
        text
    };
    text(one).cmp(&text(other))
}

impl OrderBy {
    /// # Errors
    ///
    /// `ValueInvalid`: an unknown field, a direction that is none, or a field twice.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let mut fields: Vec<(Field, bool)> = Vec::new();
        for entry in text.split(',') {
            let mut words = entry.split_ascii_whitespace();
            let Some(name) = words.next() else { continue };
            let field = Field::filter(name);
            let is_down = match words.next() {
                None => Some(false),
                Some(word) if word.eq_ignore_ascii_case("asc") => Some(false),
                Some(word) if word.eq_ignore_ascii_case("desc") => Some(true),
                Some(_) => None,
            };
            let is_new = |field| fields.iter().all(|(other, _)| *other != field);
            match (field, is_down, words.next()) {
                (Some(field), Some(is_down), None) if is_new(field) => {
                    fields.push((field, is_down));
                }
                _ => {
                    let why = "accepted are fields of a certificate, each once, with asc or desc";
                    return Err(bad_value("order_by", entry.trim(), why));
                }
            }
        }
        Ok(Self(fields))
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.0.iter().map(|(field, _)| *field)
    }

    /// How one place stands to another.
    pub(super) fn compare(&self, one: &Place<'_>, other: &Place<'_>) -> Ordering {
        let keys = one.keys.iter().zip(&other.keys);
        let mut by_fields = self
            .0
            .iter()
            .zip(keys)
            .map(|(&(_, is_down), (one, other))| {
                last_if_unset(one.as_ref(), other.as_ref(), is_down)
            });
        by_fields
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
            .then_with(|| compare_svms(one.svm.as_ref(), other.svm.as_ref()))
            .then_with(|| one.uuid.cmp(&other.uuid))
    }

    pub(super) fn place<'a>(&self, view: View<'a>) -> Place<'a> {
        Place {
            keys: self.fields().map(|field| key(&view, field)).collect(),
            uuid: view.record.uuid,
            svm: view.svm,
        }
    }
}

fn compare_svms(one: Option<&SvmName>, other: Option<&SvmName>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => one.compare(other),
        // The cluster, which has no name here, comes first.
        _ => one.is_some().cmp(&other.is_some()),
    }
}

/// What lacks the field comes last, whether the order goes up or down.
fn last_if_unset(one: Option<&Key<'_>>, other: Option<&Key<'_>>, is_down: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if is_down => other.compare(one),
        (Some(one), Some(other)) => one.compare(other),
        _ => other.is_some().cmp(&one.is_some()),
    }
}

fn key<'a>(view: &View<'a>, field: Field) -> Option<Key<'a>> {
    if field == Field::SvmName {
        return Some(Key::Text(view.svm_name()?.to_owned().into()));
    }
    match value(view.record, field) {
        Value::Unset => None,
        Value::List(list) => Some(Key::Text(list.first()?.as_str().into())),
        Value::One(Item::Text(one)) => Some(Key::Text(one.into())),
        Value::One(Item::Number(number)) => Some(Key::Number(number)),
        Value::One(Item::Instant(instant)) => Some(Key::Instant(instant)),
        Value::One(Item::Uuid(uuid)) => Some(Key::Uuid(uuid)),
        Value::One(Item::Certificate(certificate)) => {
            Some(Key::Certificate(Cow::Borrowed(certificate)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn certificates_are_ordered_as_their_pem(
            before in prop::collection::vec(any::<u8>(), 0..8),
            one in prop::collection::vec(any::<u8>(), 1..4),
            other in prop::collection::vec(any::<u8>(), 1..4),
        ) {
            prop_assume!(!one.starts_with(&other) && !other.starts_with(&one) || one == other);
            let (one, other) = ([&*before, &one].concat(), [&*before, &other].concat());
            let by_text = Base64::encode_string(&one).cmp(&Base64::encode_string(&other));
            prop_assert_eq!(compare_base64(&one, &other), by_text);
        }
    }
}
