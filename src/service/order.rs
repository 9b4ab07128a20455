//! The order of a collection: `order_by`, then the default order.

use super::field::Field;
use super::refusals::bad_value;
use super::view::{Item, Value, View};
use crate::catalog::Uuid;
use crate::{Error, Time};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

/// `order_by`: fields, and whether each goes down.
#[derive(Debug, Default)]
pub(super) struct OrderBy(Vec<(Field, bool)>);

/// What a field is ordered by: of a list, its first element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    Instant(Time),
}

/// A place in the order: that of a record, which may be gone.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// What the fields of `order_by` have; `None` where nothing is set.
    pub(super) keys: Vec<Option<Key<'a>>>,
    /// See [`View::place`].
    pub(super) svm: Option<Rc<str>>,
    pub(super) uuid: Uuid,
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

    pub(super) fn compare(&self, first: &View<'_>, second: &View<'_>) -> Ordering {
        let by_fields = self.0.iter().map(|&(field, is_down)| {
            let (one, other) = (key(first, field), key(second, field));
            last_if_unset(one.as_ref(), other.as_ref(), is_down)
        });
        first_difference(by_fields)
            .then_with(|| in_default_order(first, second.place(), second.record.uuid))
    }

    /// How a record stands to a place.
    pub(super) fn stands(&self, view: &View<'_>, place: &Place<'_>) -> Ordering {
        let by_fields = self
            .0
            .iter()
            .zip(&place.keys)
            .map(|(&(field, is_down), other)| {
                last_if_unset(key(view, field).as_ref(), other.as_ref(), is_down)
            });
        first_difference(by_fields)
            .then_with(|| in_default_order(view, place.svm.as_deref(), place.uuid))
    }

    pub(super) fn place<'a>(&self, view: &'a View<'_>) -> Place<'a> {
        Place {
            keys: self.fields().map(|field| key(view, field)).collect(),
            svm: view.place().map(Into::into),
            uuid: view.record.uuid,
        }
    }
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn in_default_order(view: &View<'_>, svm: Option<&str>, uuid: Uuid) -> Ordering {
    // The cluster, which has no name here, comes first.
    let by_svm = view.place().cmp(&svm);
    by_svm.then_with(|| view.record.uuid.cmp(&uuid))
}

/// What lacks the field comes last, whether the order goes up or down.
fn last_if_unset(one: Option<&Key<'_>>, other: Option<&Key<'_>>, is_down: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if is_down => other.cmp(one),
        (Some(one), Some(other)) => one.cmp(other),
        _ => other.is_some().cmp(&one.is_some()),
    }
}

fn key<'a>(view: &'a View<'_>, field: Field) -> Option<Key<'a>> {
    let text = |text: &'a str| Some(Key::Text(text.into()));
    match view.value(field) {
        Value::Unset => None,
        Value::List(list) => text(list.first()?),
        Value::One(Item::Text(one)) => text(one),
        Value::One(Item::Number(number)) => Some(Key::Number(number)),
        Value::One(Item::Instant(instant)) => Some(Key::Instant(instant)),
        Value::One(Item::Uuid(uuid)) => Some(Key::Text(uuid.to_string().into())),
        Value::One(Item::Certificate(certificate)) => Some(Key::Text(certificate.to_pem().into())),
    }
}
