//! `GET /api/cluster`: what every client asks first.

use super::query::parameters;
use crate::http::{App, Reply, json};
use certwright::Error;
use http::{Request, StatusCode};
use serde_json::json as value;

pub(super) fn get(app: &App, request: &Request<Vec<u8>>) -> Result<Reply, Error> {
    parameters(request.uri().query(), &["fields", "ignore_unknown_fields"])?;
    let cluster = app.machine.cluster();
    // The release of ONTAP whose API this is.
    let full = format!(
        "certwright {} (the certificate API of ONTAP 9.16.1)",
        env!("CARGO_PKG_VERSION")
    );
    let body = value!({
        "name": cluster.name,
        "uuid": cluster.uuid.to_string(),
        "version": {"full": full, "generation": 9, "major": 16, "minor": 1},
        "_links": {"self": {"href": "/api/cluster"}},
    });
    Ok(json(StatusCode::OK, &body))
}
