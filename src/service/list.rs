//! GET on the collection.

use super::fetch::{BATCH, fetch};
use super::field::FieldSet;
use super::filter::for_each_match;
use super::headers::Links;
use super::json::{Object, WriteJson, write_list};
use super::order::Place;
use super::page;
use super::query::ListQuery;
use super::record::{One, Shown};
use super::reply::{Reply, json, written};
use super::request::Incoming;
use super::route::CERTIFICATES;
use super::smallest::Smallest;
use super::view::{SvmNames, View};
use crate::Error;
use crate::catalog::{Catalog, Record};
use http::StatusCode;

/// The page that is asked for.
pub(super) fn list(catalog: &Catalog, incoming: &Incoming) -> Result<Reply, Error> {
    let host = catalog.host();
    let cluster = host.cluster_name();
    let parameters = incoming.parameters()?;
    let mut query = ListQuery::parse(&parameters, &incoming.scope()?, &cluster)?;
    let snapshot = catalog.snapshot()?;
    let names = SvmNames::new(host);
    if let Some(start) = &mut query.start
        && let Some(record) = snapshot.get(start.uuid)
    {
        start.set_scope(&names.view(&record));
    }
    let (conditions, order) = (&query.conditions, &query.order);
    if !query.wants_records {
        let mut count = 0;
        let none = FieldSet::default();
        for_each_match(snapshot.iter(), conditions, none, &names, |_| count += 1);
        let count = One("num_records", count);
        return Ok(json(StatusCode::OK, incoming.links, &count));
    }
    let mut page = Smallest::new(query.max_records, |one: &Row<'_>, other: &Row<'_>| {
        order.compare(&one.place, &other.place)
    });
    let keys = FieldSet::of(order.fields());
    for_each_match(snapshot.iter(), conditions, keys, &names, |view| {
        let row = Row {
            record: view.record,
            place: order.place(view),
        };
        let start = query.start.as_ref();
        if start.is_none_or(|start| order.compare(&row.place, start).is_gt()) {
            page.push(row);
        }
    });
    let (page, has_more) = page.sorted();
    let next = match page.last().filter(|_| has_more) {
        Some(last) => Some(page::next(
            CERTIFICATES,
            &parameters,
            order,
            &last.place,
            &cluster,
        )?),
        None => None,
    };
    let page = Page {
        rows: &page,
        incoming,
        fields: query.fields,
        next,
    };
    Ok(written(StatusCode::OK, incoming.links, &page))
}

/// A record and its place in the order.
struct Row<'a> {
    record: &'a Record,
    place: Place<'a>,
}

struct Page<'a> {
    rows: &'a [Row<'a>],
    incoming: &'a Incoming,
    fields: FieldSet,
    next: Option<String>,
}

impl WriteJson for Page<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let (fields, links) = (self.fields, self.incoming.links);
        let mut page = Object::begin(out);
        let records = self.rows.chunks(BATCH).flat_map(|rows| {
            let records: Vec<_> = rows.iter().map(|row| row.record).collect();
            fetch(&records, fields);
            rows.iter().map(|Row { record, place }| Shown {
                view: View {
                    record,
                    svm: place.svm.clone(),
                },
                fields,
                links,
            })
        });
        write_list(page.member("records"), records);
        page.value("num_records", &self.rows.len());
        if links == Links::All || self.next.is_some() {
            let mut object = Object::begin(page.member("_links"));
            if links == Links::All {
                object.value("self", &One("href", self.incoming.target()));
            }
            if let Some(next) = &self.next {
                object.value("next", &One("href", next));
            }
            object.end();
        }
        page.end();
    }
}
