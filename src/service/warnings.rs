//! [`Warnings`]: what a server should log of a request that was granted.

use super::reply::Reply;
use crate::Warning;
use crate::catalog::{AddedRecord, Uuid};

/// What was granted and still is worth a word: an extension of the response, for the server's log.
/// The body is that of the API and has no place for it.
///
/// A response to `POST` that added or signed certificates has one if there is anything to say, and so
/// has that of [`PendingJob::run`](super::PendingJob::run), whether anybody waits for it or not.
///
/// ```
/// use certwright::service::Warnings;
///
/// fn log(response: &http::Response<Vec<u8>>) {
///     if let Some(Warnings(list)) = response.extensions().get() {
///         for (uuid, warning) in list {
///             eprintln!("{uuid} {}: {warning}", warning.name());
///         }
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warnings(
    /// Each with the UUID of the record that was added, or of the CA that signed.
    pub Vec<(Uuid, Warning)>,
);

/// The reply with the warnings about what was added.
pub(super) fn about_records(reply: Reply, added: &[AddedRecord]) -> Reply {
    let pairs = added.iter().flat_map(|AddedRecord { record, warnings }| {
        warnings.iter().map(|warning| (record.uuid, warning))
    });
    with(reply, pairs)
}

/// The reply with the warnings about what a CA signed.
pub(super) fn about_signature(reply: Reply, ca: Uuid, warnings: &[Warning]) -> Reply {
    with(reply, warnings.iter().map(|warning| (ca, warning)))
}

fn with<'a>(mut reply: Reply, pairs: impl Iterator<Item = (Uuid, &'a Warning)>) -> Reply {
    let list: Vec<_> = pairs
        .map(|(uuid, warning)| (uuid, warning.clone()))
        .collect();
    if !list.is_empty() {
        reply.extensions_mut().insert(Warnings(list));
    }
    reply
}
