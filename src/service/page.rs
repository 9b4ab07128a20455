//! Where a page begins, and the link to the next one. The link has the whole state: it names the
//! last record's place in the order, and holds when that record is gone.

use super::field::{Field, Kind};
use super::filter::{in_quotes, number, out_of_quotes};
use super::order::{Key, OrderBy, Place};
use super::refusals::bad_value;
use super::target::{Parameter, encode};
use super::view::SvmName;
use crate::catalog::Uuid;
use crate::{Certificate, Error};
use std::borrow::Cow;
use std::fmt::Write as _;

const SVM: &str = "start.svm_id";
const UUID: &str = "start.uuid";

/// The place after which the page begins, if the query has one.
///
/// # Errors
///
/// `ValueInvalid`: a parameter that no link of ours has with this order, a value that is none, or
/// one without the others.
pub(super) fn start<'a>(
    parameters: &'a [Parameter],
    order: &OrderBy,
    cluster: &str,
) -> Result<Option<Place<'a>>, Error> {
    let mut given = parameters.iter().filter(|parameter| parameter.is_start());
    let Some(first) = given.clone().next() else {
        return Ok(None);
    };
    let find = |name: &str| parameters.iter().find(|parameter| parameter.name == name);
    let is_of_order = |name: &str| order.fields().any(|field| name == parameter_of(field));
    if let Some(other) =
        given.find(|one| !matches!(&*one.name, SVM | UUID) && !is_of_order(&one.name))
    {
        return Err(bad_value(
            &other.name,
            "…",
            "it does not belong to order_by",
        ));
    }
    let (Some(svm), Some(uuid)) = (find(SVM), find(UUID)) else {
        let why = "accepted are start.svm_id and start.uuid together";
        return Err(bad_value(&first.name, "…", why));
    };
    let svm = Some(svm.value()?).filter(|name| *name != cluster);
    let uuid = uuid.value()?;
    let uuid: Uuid = uuid
        .parse()
        .map_err(|_| bad_value(UUID, uuid, "it is not a UUID"))?;
    let keys = order
        .fields()
        .map(|field| match find(&parameter_of(field)) {
            Some(parameter) => read(field, parameter).map(Some),
            None => Ok(None),
        });
    Ok(Some(Place {
        keys: keys.collect::<Result<_, _>>()?,
        svm: svm.map(|name| SvmName::Known(name.into())),
        uuid,
    }))
}

/// The target of the page after the record at this place.
pub(super) fn next(
    path: &str,
    parameters: &[Parameter],
    order: &OrderBy,
    place: &Place<'_>,
    cluster: &str,
) -> Result<String, Error> {
    let svm = place.svm.as_ref().map_or(cluster.into(), SvmName::text);
    let mut href = format!("{path}?{SVM}={}&{UUID}={}", encode(&svm), place.uuid);
    let add = |href: &mut String, name: &str, value: &str| {
        let _ = write!(href, "&{name}={}", encode(value));
    };
    for (field, key) in order.fields().zip(&place.keys) {
        if let Some(key) = key {
            // The parameter that has the UUID already would be there twice.
            if field != Field::Uuid {
                add(&mut href, &parameter_of(field), &written(key));
            }
        }
    }
    for parameter in parameters.iter().filter(|parameter| !parameter.is_start()) {
        let value = parameter.value()?;
        // Clients lose a parameter without a value when they read a link.
        if !value.is_empty() {
            add(&mut href, &parameter.name, value);
        }
    }
    Ok(href)
}

fn parameter_of(field: Field) -> String {
    format!("start.{}", field.name())
}

/// A value of a place, never blank.
fn written(key: &Key<'_>) -> String {
    match key {
        Key::Number(number) => number.to_string(),
        Key::Instant(instant) => instant.to_string(),
        Key::Text(text) if text.is_empty() || text.starts_with('"') => in_quotes(text),
        Key::Text(text) => text.clone().into_owned(),
        Key::Uuid(uuid) => uuid.to_string(),
        Key::Certificate(certificate) => certificate.to_pem(),
    }
}

fn read(field: Field, parameter: &Parameter) -> Result<Key<'_>, Error> {
    let text = parameter.value()?;
    let key = match field.kind() {
        Kind::Number => number(text).map(Key::Number),
        Kind::Instant => text.parse().ok().map(Key::Instant),
        Kind::Uuid => text.parse().ok().map(Key::Uuid),
        Kind::Pem => Certificate::from_pem(text)
            .ok()
            .map(|certificate| Key::Certificate(Cow::Owned(certificate))),
        _ if text.starts_with('"') => out_of_quotes(text).map(|text| Key::Text(text.into())),
        _ => Some(Key::Text(text.into())),
    };
    key.ok_or_else(|| bad_value(&parameter.name, text, "no link of a page has it"))
}
