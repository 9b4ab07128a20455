//! Random sequences of 200 requests against a model of the contract that is as simple as can be: a
//! list of what must be there, and each rule read off it.

use crate::common::{cases, vector};
use crate::world::{CERTIFICATES, World, root_ca, server, with, written};
use proptest::prelude::*;
use serde_json::{Value, json};

const SCOPES: [&str; 4] = ["cluster1", "svm1", "svm2", "svm9"];
const NAMES: [&str; 4] = ["n0", "n1", "svm1", "a|b"];
const COMMON_NAMES: [&str; 3] = ["n0", "svm1", "cluster1"];
const FILES: [&str; 3] = ["root.pem", "ca-p256.pem", "ca-p384.pem"];
const TYPES: [&str; 5] = ["client", "server", "client_ca", "server_ca", "root_ca"];

#[derive(Clone, Debug)]
enum Step {
    Create {
        kind: usize,
        common_name: usize,
        scope: usize,
        name: Option<usize>,
    },
    Install {
        file: usize,
        kind: usize,
        scope: usize,
        name: Option<usize>,
    },
    Get(usize),
    Delete(usize),
    DeleteWhere(Filter),
    DeleteListed(usize, usize),
    Sign(usize),
    List(Filter, Order, usize),
}

#[derive(Clone, Debug)]
enum Filter {
    Type(usize),
    NotType(usize),
    Name(usize),
    NamePrefix(usize),
    CommonName(usize),
    Scope(bool),
    Svm(usize),
    NoSvm,
    Both(usize, usize),
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Default,
    Name,
    NameDown,
    SvmThenType,
}

fn filter() -> impl Strategy<Value = Filter> {
    prop_oneof![
        (0..5_usize).prop_map(Filter::Type),
        (0..5_usize).prop_map(Filter::NotType),
        (0..4_usize).prop_map(Filter::Name),
        (0..2_usize).prop_map(Filter::NamePrefix),
        (0..3_usize).prop_map(Filter::CommonName),
        any::<bool>().prop_map(Filter::Scope),
        (0..4_usize).prop_map(Filter::Svm),
        Just(Filter::NoSvm),
        (0..5_usize, 0..4_usize).prop_map(|(kind, svm)| Filter::Both(kind, svm)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let name = || proptest::option::of(0..4_usize);
    let order = prop::sample::select(vec![
        Order::Default,
        Order::Name,
        Order::NameDown,
        Order::SvmThenType,
    ]);
    prop_oneof![
        6 => (0..5_usize, 0..3_usize, 0..4_usize, name()).prop_map(|(kind, common_name, scope, name)| Step::Create { kind, common_name, scope, name }),
        4 => (0..3_usize, 0..5_usize, 0..4_usize, name()).prop_map(|(file, kind, scope, name)| Step::Install { file, kind, scope, name }),
        2 => any::<usize>().prop_map(Step::Get),
        3 => any::<usize>().prop_map(Step::Delete),
        1 => filter().prop_map(Step::DeleteWhere),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Step::DeleteListed(one, other)),
        2 => any::<usize>().prop_map(Step::Sign),
        5 => (filter(), order, 1..8_usize).prop_map(|(filter, order, size)| Step::List(filter, order, size)),
    ]
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    uuid: String,
    name: String,
    /// Its place in SCOPES.
    scope: usize,
    kind: &'static str,
    common_name: String,
    pem: String,
    root: Option<String>,
}

#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    gone: Vec<String>,
}

impl Model {
    fn is_free(&self, scope: usize, name: &str) -> bool {
        self.entries
            .iter()
            .all(|entry| (entry.scope, &*entry.name) != (scope, name))
    }

    /// The name that an entry gets beside those that are there and those that are held.
    fn generated(
        &self,
        scope: usize,
        common_name: &str,
        serial: &str,
        ca: &str,
        held: &[&str],
    ) -> String {
        let numbered = (2..).map(|number| format!("{common_name}_{serial}_{number}"));
        let mut candidates = [
            common_name.to_owned(),
            format!("{common_name}_{serial}"),
            format!("{common_name}_{serial}_{ca}"),
        ]
        .into_iter()
        .filter(|name| name != SCOPES[scope])
        .chain(numbered);
        candidates
            .find(|name| self.is_free(scope, name) && !held.contains(&&**name))
            .unwrap()
    }

    /// A UUID that is there, was there, or never was.
    fn pick(&self, number: usize) -> String {
        match number % 8 {
            0 => "00000000-0000-4000-8000-000000000000".to_owned(),
            1 if !self.gone.is_empty() => self.gone[number / 8 % self.gone.len()].clone(),
            _ if self.entries.is_empty() => "x".to_owned(),
            _ => self.entries[number / 8 % self.entries.len()].uuid.clone(),
        }
    }

    fn find(&self, uuid: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.uuid == uuid)
    }

    fn matching(&self, filter: &Filter) -> Vec<Entry> {
        let svm = |entry: &Entry| (entry.scope > 0).then(|| SCOPES[entry.scope]);
        let matches = |entry: &&Entry| match filter {
            Filter::Type(kind) => entry.kind == TYPES[*kind],
            Filter::NotType(kind) => entry.kind != TYPES[*kind],
            Filter::Name(name) => entry.name == NAMES[*name],
            Filter::NamePrefix(name) => entry.name.starts_with(NAMES[*name]),
            Filter::CommonName(name) => entry.common_name == COMMON_NAMES[*name],
            Filter::Scope(is_svm) => (entry.scope > 0) == *is_svm,
            Filter::Svm(name) => svm(entry) == Some(SCOPES[*name]),
            Filter::NoSvm => svm(entry).is_none(),
            Filter::Both(kind, name) => {
                entry.kind == TYPES[*kind] && svm(entry) == Some(SCOPES[*name])
            }
        };
        self.entries.iter().filter(matches).cloned().collect()
    }

    /// The code that a deletion is refused with, or what goes.
    fn deletion(&self, entries: &[Entry]) -> Result<Vec<String>, u32> {
        let mut going = Vec::new();
        for entry in entries {
            let root = entry.root.as_ref();
            let goes_along = |root: &String| entries.iter().any(|other| other.uuid == *root);
            match entry.kind {
                _ if root.is_some_and(goes_along) => {}
                "client_ca" if root.is_some() => return Err(3_735_650),
                "server_ca" if root.is_some() => return Err(3_735_627),
                _ => {}
            }
            going.push(entry.uuid.clone());
            let own = self
                .entries
                .iter()
                .filter(|other| other.root.as_ref() == Some(&entry.uuid));
            going.extend(own.map(|other| other.uuid.clone()));
        }
        Ok(going)
    }

    fn remove(&mut self, going: &[String]) {
        self.entries.retain(|entry| !going.contains(&entry.uuid));
        self.gone.extend_from_slice(going);
    }
}

fn query(filter: &Filter) -> Vec<(&'static str, String)> {
    let quoted = |text: &str| format!("\"{text}\"");
    match filter {
        Filter::Type(kind) => vec![("type", TYPES[*kind].to_owned())],
        Filter::NotType(kind) => vec![("type", format!("!{}", TYPES[*kind]))],
        Filter::Name(name) => vec![("name", quoted(NAMES[*name]))],
        Filter::NamePrefix(name) => vec![("name", format!("{}*", NAMES[*name]))],
        Filter::CommonName(name) => vec![("common_name", COMMON_NAMES[*name].to_owned())],
        Filter::Scope(is_svm) => {
            vec![("scope", if *is_svm { "svm" } else { "CLUSTER" }.to_owned())]
        }
        Filter::Svm(name) => vec![("svm.name", SCOPES[*name].to_owned())],
        Filter::NoSvm => vec![("svm.uuid", "null".to_owned())],
        Filter::Both(kind, name) => vec![
            ("svm.name", SCOPES[*name].to_owned()),
            ("type", TYPES[*kind].to_owned()),
        ],
    }
}

fn target(query: &[(&str, String)]) -> String {
    let pairs: Vec<_> = query
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    format!("{CERTIFICATES}{}", written(&pairs))
}

/// Takes over what an addition made, with the names that it must have.
fn adopt(world: &mut World, model: &mut Model, uuid: &str, scope: usize, name: Option<&str>) {
    let record = world.get(uuid).ok();
    let text = |record: &Value, name: &str| record[name].as_str().unwrap().to_owned();
    let pem = text(&record, "public_certificate");
    let (common_name, serial, ca) = (
        text(&record, "common_name"),
        text(&record, "serial_number"),
        text(&record, "ca"),
    );
    let kind = *TYPES.iter().find(|kind| record["type"] == **kind).unwrap();
    let mut held: Vec<&str> = name.into_iter().collect();
    let kinds: &[&'static str] = if kind == "root_ca" {
        &["client_ca", "server_ca", "root_ca"]
    } else {
        &[kind]
    };
    for kind in kinds {
        let is_own = record["type"] == **kind;
        let expected = match name {
            Some(name) if is_own => name.to_owned(),
            _ => model.generated(scope, &common_name, &serial, &ca, &held),
        };
        let uuid = if is_own {
            uuid.to_owned()
        } else {
            let found = world
                .list(&[
                    ("type", kind),
                    ("public_certificate", &pem),
                    ("fields", "uuid"),
                ])
                .ok();
            text(&found["records"][0], "uuid")
        };
        model.entries.push(Entry {
            uuid,
            name: expected,
            scope,
            kind,
            common_name: common_name.clone(),
            pem: pem.clone(),
            root: (!is_own).then(|| text(&record, "uuid")),
        });
        held = name.into_iter().collect();
    }
}

fn add(
    world: &mut World,
    model: &mut Model,
    body: Value,
    scope: usize,
    name: Option<usize>,
    other: Option<u32>,
) {
    let name = name.map(|name| NAMES[name]);
    let body = with(body, json!({"svm": {"name": SCOPES[scope]}, "name": name}));
    let got = world.post(&body);
    if let Some(code) = other {
        assert_eq!(got.refusal().1, code.to_string(), "{body}");
    } else if SCOPES[scope] == "svm9" {
        got.refused(400, 2_621_462, "svm.name");
    } else if name.is_some_and(|name| !model.is_free(scope, name)) {
        got.refused(409, 1, "uuid");
    } else {
        assert_eq!(got.status, 201, "{body}: {}", got.text);
        adopt(world, model, &got.location(), scope, name);
    }
}

fn run(world: &mut World, model: &mut Model, step: &Step) {
    match step {
        Step::Create {
            kind,
            common_name,
            scope,
            name,
        } => {
            let kind = TYPES[*kind];
            let refused = matches!(kind, "client_ca" | "server_ca").then_some(3_735_622);
            let body = if kind == "root_ca" {
                root_ca(COMMON_NAMES[*common_name])
            } else {
                with(server(COMMON_NAMES[*common_name]), json!({"type": kind}))
            };
            add(world, model, body, *scope, *name, refused);
        }
        Step::Install {
            file,
            kind,
            scope,
            name,
        } => {
            let (kind, pem) = (TYPES[*kind], vector(FILES[*file]));
            let certificate = certwright::Certificate::from_pem(&pem).unwrap().to_pem();
            let is_there = model
                .entries
                .iter()
                .any(|entry| (entry.scope, entry.kind, &entry.pem) == (*scope, kind, &certificate));
            let is_named = name.is_some_and(|name| !model.is_free(*scope, NAMES[name]));
            let refused = match kind {
                "root_ca" => Some(3_735_622),
                _ if SCOPES[*scope] == "svm9" => Some(2_621_462),
                "server" | "client" => Some(3_735_693),
                _ if is_there || is_named => Some(1),
                _ => None,
            };
            add(
                world,
                model,
                json!({"type": kind, "public_certificate": pem}),
                *scope,
                *name,
                refused,
            );
        }
        Step::Get(number) => {
            let uuid = model.pick(*number);
            let got = world.get(&uuid);
            match model.find(&uuid) {
                Some(entry) => assert_eq!(got.ok()["name"], entry.name.as_str()),
                None if uuid == "x" => got.refused(404, 2, "uuid"),
                None => got.refused(404, 4, "uuid"),
            }
        }
        Step::Delete(number) => {
            let uuid = model.pick(*number);
            let got = world.delete(&uuid);
            match model
                .find(&uuid)
                .map(|entry| model.deletion(std::slice::from_ref(entry)))
            {
                Some(Ok(going)) => {
                    assert_eq!(got.ok(), json!({}));
                    model.remove(&going);
                }
                Some(Err(code)) => got.refused(400, code, "uuid"),
                None if uuid == "x" => got.refused(404, 2, "uuid"),
                None => got.refused(404, 4, "uuid"),
            }
        }
        Step::DeleteWhere(filter) => {
            let mut entries = model.matching(filter);
            entries.sort_by(|one, other| one.uuid.cmp(&other.uuid));
            let got = world.send("DELETE", &target(&query(filter)), "");
            match model.deletion(&entries) {
                Ok(going) => {
                    assert_eq!(got.ok(), json!({"num_records": entries.len()}));
                    model.remove(&going);
                }
                Err(code) => got.refused(400, code, "uuid"),
            }
        }
        Step::DeleteListed(one, other) => {
            let uuids = [model.pick(*one), model.pick(*other)];
            let records: Vec<_> = uuids.iter().map(|uuid| json!({"uuid": uuid})).collect();
            let got = world.send(
                "DELETE",
                CERTIFICATES,
                &json!({"records": records}).to_string(),
            );
            let mut entries: Vec<Entry> = Vec::new();
            for (index, uuid) in uuids.iter().enumerate() {
                match model.find(uuid) {
                    // Of one that is there twice, once.
                    Some(entry) if !entries.contains(entry) => entries.push(entry.clone()),
                    Some(_) => {}
                    None => {
                        let is_malformed = uuids.iter().position(|uuid| uuid == "x");
                        let (status, code, index) = match is_malformed {
                            Some(index) => (400, 262_197, index),
                            None => (404, 4, index),
                        };
                        return got.refused(status, code, &format!("records[{index}].uuid"));
                    }
                }
            }
            match model.deletion(&entries) {
                Ok(going) => {
                    assert_eq!(got.ok(), json!({"num_records": entries.len()}));
                    model.remove(&going);
                }
                Err(code) => got.refused(400, code, "uuid"),
            }
        }
        Step::Sign(number) => {
            let uuid = model.pick(*number);
            let got = world.sign(
                &uuid,
                &json!({"signing_request": vector("csr-p256-san.pem"), "expiry_time": "P30D"}),
            );
            match model.find(&uuid) {
                Some(entry) if entry.kind == "root_ca" => {
                    assert_eq!(got.status, 200, "{}", got.text);
                }
                Some(_) => got.refused(400, 3_735_628, "ca.uuid"),
                None if uuid == "x" => got.refused(404, 2, "ca.uuid"),
                None => got.refused(404, 4, "ca.uuid"),
            }
        }
        Step::List(filter, order, size) => {
            let mut entries = model.matching(filter);
            // The cluster first, then the SVMs by name.
            entries.sort_by(|one, other| (one.scope, &one.uuid).cmp(&(other.scope, &other.uuid)));
            let order_by = match order {
                Order::Default => "",
                Order::Name => {
                    entries.sort_by(|one, other| one.name.cmp(&other.name));
                    "name"
                }
                Order::NameDown => {
                    entries.sort_by(|one, other| other.name.cmp(&one.name));
                    "name desc"
                }
                Order::SvmThenType => {
                    // At cluster scope there is no SVM: last.
                    let key = |entry: &Entry| (entry.scope == 0, entry.scope, entry.kind);
                    entries.sort_by_key(key);
                    "svm.name,type"
                }
            };
            let mut query = query(filter);
            query.push(("order_by", order_by.to_owned()));
            query.push(("max_records", size.to_string()));
            let (mut found, mut target) = (Vec::new(), target(&query));
            loop {
                let body = world.send("GET", &target, "").ok();
                let page = body["records"].as_array().unwrap();
                found.extend(
                    page.iter()
                        .map(|record| record["uuid"].as_str().unwrap().to_owned()),
                );
                match body["_links"]["next"]["href"].as_str() {
                    Some(next) => next.clone_into(&mut target),
                    None => break,
                }
            }
            let expected: Vec<_> = entries.into_iter().map(|entry| entry.uuid).collect();
            assert_eq!(found, expected, "{filter:?} {order:?}");
        }
    }
}

/// Everything that is there, as the model has it.
fn same_records(world: &mut World, model: &Model) {
    let body = world
        .list(&[("fields", "name,type,scope,common_name")])
        .ok();
    let found: Vec<_> = body["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| {
            let text = |name: &str| record[name].as_str().unwrap().to_owned();
            let svm = record["svm"]["name"]
                .as_str()
                .unwrap_or("cluster1")
                .to_owned();
            (
                svm,
                text("uuid"),
                text("name"),
                text("type"),
                text("common_name"),
            )
        })
        .collect();
    let mut expected: Vec<_> = model
        .entries
        .iter()
        .map(|entry| {
            (
                SCOPES[entry.scope].to_owned(),
                entry.uuid.clone(),
                entry.name.clone(),
                entry.kind.to_owned(),
                entry.common_name.clone(),
            )
        })
        .collect();
    expected.sort();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(cases(12))]
    #[test]
    fn the_service_does_what_the_model_does(steps in prop::collection::vec(step(), 200)) {
        let (mut world, mut model) = (World::new(), Model::default());
        for step in &steps {
            run(&mut world, &mut model, step);
            same_records(&mut world, &model);
        }
    }
}
