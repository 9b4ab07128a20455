//! The queries of the API's methods, checked into values.

use super::field::{Field, FieldSet};
use super::filter::Condition;
use super::headers::ScopeHeaders;
use super::job::JobFields;
use super::order::{OrderBy, Place};
use super::page;
use super::refusals::bad_value;
use super::target::{Parameter, boolean, check_names, number, value};
use crate::{Error, ErrorCode};
use std::time::Duration;

/// The most records of a page.
const PAGE: u16 = 10_000;
/// The most alternatives of all filters together.
const ALTERNATIVES: usize = 64;
/// The longest that a caller may wait, in seconds.
const WAIT: u16 = 120;

const RETURN_TIMEOUT: &str = "return_timeout";
const RETURN_RECORDS: &str = "return_records";
const IGNORE_UNKNOWN: &str = "ignore_unknown_fields";

/// The query of GET on the collection.
pub(super) struct ListQuery<'a> {
    pub(super) fields: FieldSet,
    pub(super) order: OrderBy,
    pub(super) max_records: usize,
    pub(super) wants_records: bool,
    pub(super) conditions: Vec<Condition>,
    pub(super) start: Option<Place<'a>>,
}

impl<'a> ListQuery<'a> {
    /// # Errors
    ///
    /// In this order: unknown parameters, those given twice, and values that are none: of `fields`,
    /// `order_by`, `max_records`, `return_timeout`, `return_records`, the filters, the place where
    /// the page begins.
    pub(super) fn parse(
        parameters: &'a [Parameter],
        scope: &ScopeHeaders,
        cluster: &str,
    ) -> Result<Self, Error> {
        check_names(parameters, |name| {
            let known = [
                "fields",
                "order_by",
                "max_records",
                RETURN_TIMEOUT,
                RETURN_RECORDS,
                IGNORE_UNKNOWN,
            ];
            known.contains(&name) || name.starts_with("start.") || Field::filter(name).is_some()
        })?;
        let otherwise = FieldSet::of([Field::Uuid, Field::Name, Field::SvmName]);
        let shown = fields(parameters, otherwise)?;
        let order = OrderBy::parse(value(parameters, "order_by")?.unwrap_or_default())?;
        let max_records = number(parameters, "max_records", 1..=PAGE)?.unwrap_or(PAGE);
        wait(parameters)?;
        let wants_records = boolean(parameters, RETURN_RECORDS)?.unwrap_or(true);
        let mut conditions = filters(parameters)?;
        let filtered_by = FieldSet::of(conditions.iter().map(Condition::field));
        conditions.extend(scope.conditions()?);
        Ok(Self {
            fields: shown.with(filtered_by),
            start: page::start(parameters, &order, cluster)?,
            order,
            max_records: max_records.into(),
            wants_records,
            conditions,
        })
    }
}

/// The query of GET on one certificate: which fields are shown.
pub(super) fn of_certificate(parameters: &[Parameter]) -> Result<FieldSet, Error> {
    check_names(parameters, is_of_instance)?;
    fields(parameters, FieldSet::all())
}

/// The query of GET on a job: which fields are shown.
pub(super) fn of_job(parameters: &[Parameter]) -> Result<JobFields, Error> {
    check_names(parameters, is_of_instance)?;
    let named = named_fields(parameters, JobFields::named)?;
    Ok(named.map_or(JobFields::ALL, |named| {
        named.into_iter().fold(JobFields::UUID, JobFields::with)
    }))
}

fn is_of_instance(name: &str) -> bool {
    matches!(name, "fields" | IGNORE_UNKNOWN)
}

/// The query of a POST: whether it answers with records, and how long the caller waits for a job.
pub(super) fn of_post(parameters: &[Parameter]) -> Result<(bool, Duration), Error> {
    check_names(parameters, |name| {
        matches!(name, RETURN_RECORDS | RETURN_TIMEOUT)
    })?;
    let wait = wait(parameters)?;
    Ok((boolean(parameters, RETURN_RECORDS)?.unwrap_or(false), wait))
}

/// The query of a DELETE of one entry: how long the caller waits for a job.
pub(super) fn of_delete(parameters: &[Parameter]) -> Result<Duration, Error> {
    check_names(parameters, is_of_delete)?;
    wait(parameters)
}

/// The query of a DELETE on the collection: its filters.
pub(super) fn of_delete_all(parameters: &[Parameter]) -> Result<Vec<Condition>, Error> {
    check_names(parameters, |name| {
        is_of_delete(name) || Field::filter(name).is_some()
    })?;
    wait(parameters)?;
    filters(parameters)
}

fn is_of_delete(name: &str) -> bool {
    matches!(name, "fields" | RETURN_RECORDS | RETURN_TIMEOUT)
}

fn wait(parameters: &[Parameter]) -> Result<Duration, Error> {
    let seconds = number(parameters, RETURN_TIMEOUT, 0..=WAIT)?;
    Ok(Duration::from_secs(seconds.unwrap_or(0).into()))
}

fn filters(parameters: &[Parameter]) -> Result<Vec<Condition>, Error> {
    let mut conditions = Vec::new();
    let mut alternatives = 0;
    for parameter in parameters {
        let Some(field) = Field::filter(&parameter.name) else {
            continue;
        };
        let condition = Condition::parse(field, parameter.value()?)?;
        alternatives += condition.len();
        if alternatives > ALTERNATIVES {
            let message =
                format!("the query has too many alternatives; accepted are up to {ALTERNATIVES}");
            return Err(
                Error::new(ErrorCode::ValueInvalid, message).with_target(parameter.name.clone())
            );
        }
        conditions.push(condition);
    }
    Ok(conditions)
}

fn fields(parameters: &[Parameter], otherwise: FieldSet) -> Result<FieldSet, Error> {
    let always = FieldSet::of([Field::Uuid, Field::SvmName]);
    let named = named_fields(parameters, FieldSet::named)?;
    Ok(named.map_or(otherwise, |named| {
        named.into_iter().fold(always, FieldSet::with)
    }))
}

/// What the names in `fields` mean; `None` without names.
fn named_fields<T>(
    parameters: &[Parameter],
    named: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Error> {
    let ignores_unknown = boolean(parameters, IGNORE_UNKNOWN)?.unwrap_or(false);
    let text = value(parameters, "fields")?.unwrap_or_default();
    let mut entries = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .peekable();
    if entries.peek().is_none() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for name in entries {
        match named(name) {
            Some(fields) => found.push(fields),
            None if ignores_unknown => {}
            None => {
                return Err(bad_value(
                    "fields",
                    name,
                    "it is not a field that can be shown",
                ));
            }
        }
    }
    Ok(Some(found))
}
