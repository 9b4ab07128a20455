//! `/api/svm/svms`: those of the configuration, and those that are made here.

use super::query::{boolean, matches, parameters};
use crate::config::is_svm_name;
use crate::http::{App, Reply, at, json};
use certwright::catalog::{Svm, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::{Error, ErrorCode};
use getrandom::SysRng;
use http::{Request, StatusCode};
use serde_json::{Value, json as value};

const PATH: &str = "/api/svm/svms";

/// Those that match `name` and `uuid`; what is shown is all that there is, whatever `fields` says.
pub(super) fn list(app: &App, request: &Request<Vec<u8>>) -> Result<Reply, Error> {
    let known = [
        "name",
        "uuid",
        "fields",
        "ignore_unknown_fields",
        "max_records",
        "order_by",
        "return_records",
        "return_timeout",
    ];
    let parameters = parameters(request.uri().query(), &known)?;
    let is_asked = |svm: &Svm| {
        parameters.iter().all(|(name, filter)| match *name {
            "name" => matches(filter, &svm.name),
            "uuid" => matches(&filter.to_ascii_lowercase(), &svm.uuid.to_string()),
            _ => true,
        })
    };
    let svms = app.machine.svms()?;
    let records: Vec<_> = svms.iter().filter(|svm| is_asked(svm)).map(shown).collect();
    let target = request
        .uri()
        .path_and_query()
        .map_or(PATH, |target| target.as_str());
    let body = value!({
        "num_records": records.len(),
        "records": records,
        "_links": {"self": {"href": target}},
    });
    Ok(json(StatusCode::OK, &body))
}

pub(super) fn get(
    app: &App,
    uuid: Option<Uuid>,
    request: &Request<Vec<u8>>,
) -> Result<Reply, Error> {
    parameters(request.uri().query(), &["fields", "ignore_unknown_fields"])?;
    let uuid = uuid.ok_or_else(no_uuid)?;
    let svms = app.machine.svms()?;
    let svm = svms
        .iter()
        .find(|svm| svm.uuid == uuid)
        .ok_or_else(not_found)?;
    Ok(json(StatusCode::OK, &shown(svm)))
}

/// `{"name": …}`, and a `uuid` if it is to have a certain one. It is there when the answer leaves; no
/// job is needed for it.
pub(super) fn post(app: &App, request: &Request<Vec<u8>>) -> Result<Reply, Error> {
    let known = ["return_records", "return_timeout"];
    let parameters = parameters(request.uri().query(), &known)?;
    let wants_records = parameters
        .iter()
        .any(|(name, value)| *name == "return_records" && boolean(value) == Some(true));
    let svm = read(request.body())?;
    if app.machine.cluster().name == svm.name
        || app
            .machine
            .svms()?
            .iter()
            .any(|own| own.name == svm.name || own.uuid == svm.uuid)
        || !app.store.add_svm(&svm)?
    {
        let error = Error::new(ErrorCode::DuplicateEntry, "duplicate entry");
        return Err(error.with_target("name"));
    }
    tracing::info!(svm = svm.name, uuid = %svm.uuid, "SVM made");
    let body = if wants_records {
        value!({"num_records": 1, "records": [shown(&svm)]})
    } else {
        value!({})
    };
    Ok(at(
        json(StatusCode::CREATED, &body),
        format!("{PATH}/{}", svm.uuid),
    ))
}

/// Its certificates go with it.
pub(super) fn delete(
    app: &App,
    uuid: Option<Uuid>,
    request: &Request<Vec<u8>>,
) -> Result<Reply, Error> {
    parameters(
        request.uri().query(),
        &["fields", "return_records", "return_timeout"],
    )?;
    let uuid = uuid.ok_or_else(no_uuid)?;
    if app
        .machine
        .cluster()
        .svms
        .iter()
        .any(|svm| svm.uuid == uuid)
    {
        let message = "the SVM is one of the server's configuration, which alone can take it away";
        return Err(Error::new(ErrorCode::RequestInvalid, message).with_target("uuid"));
    }
    if !app.store.remove_svm(uuid)? {
        return Err(not_found());
    }
    let deleted = app.service.catalog().delete_svm(uuid)?;
    tracing::info!(%uuid, certificates = deleted, "SVM deleted");
    Ok(json(StatusCode::OK, &value!({})))
}

fn read(body: &[u8]) -> Result<Svm, Error> {
    let invalid = |message: &'static str| Error::new(ErrorCode::RequestInvalid, message);
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
        return Err(invalid("the body is no JSON object"));
    };
    let mut text = |field: &'static str| match body.remove(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::new(ErrorCode::ValueInvalid, "it is no text").with_target(field)),
    };
    let (name, uuid) = (text("name")?, text("uuid")?);
    if let Some(field) = body.keys().next() {
        let field: String = field.chars().take(64).collect();
        let message = format!("Unexpected argument \"{}\".", field.escape_debug());
        return Err(Error::new(ErrorCode::UnexpectedArgument, message));
    }
    let name = name.ok_or_else(|| invalid("an SVM needs a name").with_target("name"))?;
    if !is_svm_name(&name) {
        let message = "a name has 1 to 255 characters, none of which is a control character";
        return Err(Error::new(ErrorCode::ValueInvalid, message).with_target("name"));
    }
    let uuid = match uuid {
        Some(text) => text.parse().map_err(|_| {
            Error::new(ErrorCode::ValueInvalid, "it is no UUID").with_target("uuid")
        })?,
        None => Uuid::random(&mut UnwrapErr(SysRng)),
    };
    Ok(Svm { name, uuid })
}

fn shown(svm: &Svm) -> Value {
    value!({
        "uuid": svm.uuid.to_string(),
        "name": svm.name,
        "_links": {"self": {"href": format!("{PATH}/{}", svm.uuid)}},
    })
}

fn not_found() -> Error {
    Error::new(ErrorCode::EntryNotFound, "entry doesn't exist").with_target("uuid")
}

fn no_uuid() -> Error {
    let message = "the path has no UUID like 1cd8a442-86d1-11e0-ae1c-123478563412";
    let error = Error::new(ErrorCode::RequestInvalid, message).with_http_status(404);
    error.with_target("uuid")
}
