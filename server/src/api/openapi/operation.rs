//! A method of a path.

use super::{errors, named, object};
use serde_json::{Map, Value, json};

/// A method of a path, to be written out.
pub(super) struct Operation {
    method: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    parameters: Vec<Value>,
    body: Option<(&'static str, bool)>,
    answers: Vec<(u16, Answer)>,
    is_public: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// JSON, by a schema of the components.
    Json(&'static str),
    /// The same, with the place of what was made.
    Made(&'static str),
    /// Of another content type.
    Text(&'static str),
    /// Headers alone.
    Headers,
    /// The methods of the path.
    Methods,
}

/// What every request that needs a login may be refused with.
const ALWAYS: [u16; 5] = [400, 401, 408, 413, 429];
/// And what reads or changes what is kept.
const STORE: [u16; 2] = [500, 503];

impl Operation {
    pub(super) fn new(
        method: &'static str,
        id: &'static str,
        tag: &'static str,
        summary: &'static str,
    ) -> Self {
        let refusals = ALWAYS.into_iter().chain(STORE);
        let changes = !["get", "head", "options"].contains(&method);
        let refusals = refusals.chain(changes.then_some(403));
        Self {
            method,
            id,
            tag,
            summary,
            parameters: Vec::new(),
            body: None,
            answers: refusals
                .map(|status| (status, Answer::Json("Error")))
                .collect(),
            is_public: false,
        }
    }

    /// One that needs no login.
    pub(super) fn public(
        id: &'static str,
        summary: &'static str,
        content_type: &'static str,
    ) -> Self {
        Self {
            answers: vec![(200, Answer::Text(content_type))],
            is_public: true,
            ..Self::new("get", id, "server", summary)
        }
    }

    pub(super) fn with(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    pub(super) fn body(mut self, schema: &'static str, is_required: bool) -> Self {
        self.body = Some((schema, is_required));
        self
    }

    pub(super) fn answers(mut self, status: u16, answer: Answer) -> Self {
        self.answers.push((status, answer));
        self
    }

    pub(super) fn refused(self, statuses: impl IntoIterator<Item = u16>) -> Self {
        statuses.into_iter().fold(self, |this, status| {
            this.answers(status, Answer::Json("Error"))
        })
    }

    /// The same by HEAD.
    fn head(&self) -> Self {
        let answers = self
            .answers
            .iter()
            .map(|(status, _)| (*status, Answer::Headers));
        Self {
            method: "head",
            id: "",
            tag: self.tag,
            summary: "As GET, without the body",
            parameters: self.parameters.clone(),
            body: None,
            answers: answers.collect(),
            is_public: self.is_public,
        }
    }

    fn written(&self) -> Value {
        let mut written = json!({
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": self.parameters,
            "responses": object(self.answers.iter().map(|(status, answer)| (status.to_string(), answer.written(*status)))),
        });
        if !self.id.is_empty() {
            written["operationId"] = self.id.into();
        }
        if let Some((schema, is_required)) = self.body {
            written["requestBody"] = json!({"required": is_required, "content": {"application/json": {"schema": named(schema)}}});
        }
        if self.is_public {
            written["security"] = json!([]);
        }
        written
    }
}

impl Answer {
    fn written(self, status: u16) -> Value {
        let about = match status {
            200 => "Done",
            201 => "Made",
            202 => "It is done by a job",
            _ => errors::about(status),
        };
        let mut headers = Map::new();
        let mut header = |name: &str, is_required: bool, schema: Value| {
            headers.insert(
                name.to_owned(),
                json!({"required": is_required, "schema": schema}),
            );
        };
        match (status, self) {
            (401, _) => header("WWW-Authenticate", true, json!({"type": "string"})),
            (429, _) | (503, Self::Json(_)) => header(
                "Retry-After",
                true,
                json!({"type": "integer", "minimum": 1}),
            ),
            (_, Self::Methods) => header("Allow", true, json!({"type": "string"})),
            // A list that is added has no place.
            (_, Self::Made(_)) => header(
                "Location",
                false,
                json!({"type": "string", "format": "uri-reference"}),
            ),
            _ => {}
        }
        let mut written = json!({"description": about});
        if !headers.is_empty() {
            written["headers"] = Value::Object(headers);
        }
        let schema = match self {
            Self::Json(schema) | Self::Made(schema) => named(schema),
            Self::Methods => named("Nothing"),
            Self::Text(content_type) => {
                let schema = if content_type == "application/json" {
                    "object"
                } else {
                    "string"
                };
                written["content"] = json!({content_type: {"schema": {"type": schema}}});
                return written;
            }
            Self::Headers => return written,
        };
        written["content"] = json!({
            "application/hal+json": {"schema": schema},
            "application/json": {"schema": schema},
        });
        written
    }
}

/// A path with its methods, HEAD and OPTIONS among them. `in_path` are the parts of the path that have no
/// certain form.
pub(super) fn path(operations: impl IntoIterator<Item = Operation>, in_path: &[Value]) -> Value {
    let mut methods = Map::new();
    let (mut tag, mut is_public) = ("", false);
    for operation in operations {
        (tag, is_public) = (operation.tag, operation.is_public);
        if operation.method == "get" {
            methods.insert("head".to_owned(), operation.head().written());
        }
        methods.insert(operation.method.to_owned(), operation.written());
    }
    if !is_public {
        let mut options = Operation::new("options", "", tag, "The methods of the path")
            .with(in_path.iter().cloned())
            .answers(200, Answer::Methods);
        options
            .answers
            .retain(|(status, _)| !STORE.contains(status));
        methods.insert("options".to_owned(), options.written());
    }
    Value::Object(methods)
}
