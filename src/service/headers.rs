//! What the headers of a request say.

use super::field::Field;
use super::filter::Condition;
use super::refusals::bad_value;
use super::view::View;
use crate::catalog::ScopeRequest;
use crate::{Error, ErrorCode};
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};

/// Whether an answer has links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// Every one.
    All,
    /// Those that a client cannot do without.
    Needed,
}

/// What the client accepts: links come with everything but plain JSON. Several lines are a list, which is
/// not plain JSON.
pub(super) fn links(headers: &HeaderMap) -> Links {
    let mut accepted = headers.get_all(ACCEPT).iter();
    let is_json = |value: &HeaderValue| {
        let value = value.as_bytes().trim_ascii();
        value.eq_ignore_ascii_case(b"application/json")
    };
    match (accepted.next(), accepted.next()) {
        (Some(only), None) if is_json(only) => Links::Needed,
        _ => Links::All,
    }
}

/// The scope that `X-Dot-SVM-Name` and `X-Dot-SVM-UUID` confine a request to.
#[derive(Default)]
pub(super) struct ScopeHeaders {
    name: Option<String>,
    uuid: Option<String>,
}

impl ScopeHeaders {
    /// # Errors
    ///
    /// `ValueInvalid`: a header is not UTF-8, or is there twice.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Error> {
        let read = |header: &str, field: &str| -> Result<Option<String>, Error> {
            let mut values = headers.get_all(header).iter();
            let Some(value) = values.next() else {
                return Ok(None);
            };
            if values.next().is_some() {
                return Err(bad_value(field, "…", "the header is there twice"));
            }
            let text = std::str::from_utf8(value.as_bytes());
            let text = text.map_err(|_| bad_value(field, "…", "the header is not UTF-8"))?;
            Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
        };
        Ok(Self {
            name: read("x-dot-svm-name", "svm.name")?,
            uuid: read("x-dot-svm-uuid", "svm.uuid")?,
        })
    }

    /// The scope of a body under these headers.
    ///
    /// # Errors
    ///
    /// `SvmMismatch`: the body names another.
    pub(super) fn confine(&self, request: ScopeRequest) -> Result<ScopeRequest, Error> {
        let contradicts = |target| {
            let message = "the body names another SVM than the X-Dot-SVM header";
            Err(Error::new(ErrorCode::SvmMismatch, message).with_target(target))
        };
        match (&self.name, &request.svm_name) {
            (Some(header), Some(body)) if header != body => return contradicts("svm.name"),
            _ => {}
        }
        match (&self.uuid, &request.svm_uuid) {
            (Some(header), Some(body)) if !header.eq_ignore_ascii_case(body) => {
                return contradicts("svm.uuid");
            }
            _ => {}
        }
        Ok(ScopeRequest {
            svm_name: request.svm_name.or_else(|| self.name.clone()),
            svm_uuid: request.svm_uuid.or_else(|| self.uuid.clone()),
            scope: request.scope,
        })
    }

    /// What they require of every record.
    ///
    /// # Errors
    ///
    /// `ValueInvalid`: the UUID is none.
    pub(super) fn conditions(&self) -> Result<Vec<Condition>, Error> {
        let pairs = [(Field::SvmName, &self.name), (Field::SvmUuid, &self.uuid)];
        let given = pairs
            .into_iter()
            .filter_map(|(field, text)| Some((field, text.as_deref()?)));
        given
            .map(|(field, text)| Condition::equals(field, text))
            .collect()
    }

    /// Whether they say anything.
    pub(super) fn are_given(&self) -> bool {
        self.name.is_some() || self.uuid.is_some()
    }

    /// Whether a record is in their scope.
    pub(super) fn include(&self, view: &View<'_>) -> bool {
        self.conditions()
            .is_ok_and(|conditions| conditions.iter().all(|condition| condition.matches(view)))
    }
}
