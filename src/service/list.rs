//! GET on the collection.

use super::field::FieldSet;
use super::filter::matching;
use super::headers::Links;
use super::page;
use super::query::ListQuery;
use super::record::{One, Shown};
use super::reply::{Reply, json};
use super::request::Incoming;
use super::route::CERTIFICATES;
use super::view::{SvmNames, View};
use crate::Error;
use crate::catalog::Catalog;
use http::StatusCode;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The page that is asked for.
pub(super) fn list(catalog: &Catalog, incoming: &Incoming) -> Result<Reply, Error> {
    let host = catalog.host();
    let cluster = host.cluster_name();
    let parameters = incoming.parameters()?;
    let query = ListQuery::parse(&parameters, &incoming.scope()?, &cluster)?;
    let snapshot = catalog.snapshot()?;
    let names = SvmNames::new(host);
    let mut page: Vec<_> = snapshot
        .iter()
        .filter_map(|record| matching(record, &query.conditions, &names))
        .collect();
    if !query.wants_records {
        return Ok(json(
            StatusCode::OK,
            incoming.links,
            &Page {
                records: &[],
                count: page.len(),
                incoming,
                fields: None,
                next: None,
            },
        ));
    }
    if let Some(place) = &query.start {
        page.retain(|view| query.order.stands(view, place).is_gt());
    }
    let has_more = page.len() > query.max_records;
    if has_more {
        page.select_nth_unstable_by(query.max_records, |a, b| query.order.compare(a, b));
        page.truncate(query.max_records);
    }
    page.sort_unstable_by(|a, b| query.order.compare(a, b));
    let next = match page.last().filter(|_| has_more) {
        Some(last) => Some(page::next(
            CERTIFICATES,
            &parameters,
            &query.order,
            last,
            &cluster,
        )?),
        None => None,
    };
    Ok(json(
        StatusCode::OK,
        incoming.links,
        &Page {
            records: &page,
            count: page.len(),
            incoming,
            fields: Some(query.fields),
            next,
        },
    ))
}

struct Page<'a> {
    records: &'a [View<'a>],
    count: usize,
    incoming: &'a Incoming,
    /// `None` where no records are shown.
    fields: Option<FieldSet>,
    next: Option<String>,
}

impl Serialize for Page<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let links = self.incoming.links;
        let mut map = serializer.serialize_map(None)?;
        if let Some(fields) = self.fields {
            let shown = self.records.iter().map(|view| Shown {
                view,
                fields,
                links,
            });
            map.serialize_entry("records", &Sequence(shown))?;
        }
        map.serialize_entry("num_records", &self.count)?;
        if links == Links::All || self.next.is_some() {
            map.serialize_entry("_links", &PageLinks(self))?;
        }
        map.end()
    }
}

struct PageLinks<'a>(&'a Page<'a>);

impl Serialize for PageLinks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.0.incoming.links == Links::All {
            map.serialize_entry("self", &One("href", self.0.incoming.target()))?;
        }
        if let Some(next) = &self.0.next {
            map.serialize_entry("next", &One("href", next))?;
        }
        map.end()
    }
}

/// What an iterator gives, written one after the other.
struct Sequence<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Sequence<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}
