//! The REST API over a [`Catalog`](crate::catalog::Catalog), without a socket: HTTP requests in,
//! HTTP responses out, in the types of the crate `http`, so that axum and hyper fit as they are.
//!
//! A server reads a request, checks who sent it, calls [`Service::answer`] on a thread that may
//! block, and sends what comes back: see [`Answer`] for a function that does. `examples/service.rs`
//! is a whole server.
//!
//! What the server adds: HTTP, TLS and authentication; running jobs, and with the feature `azure`
//! sending the requests that those of downloads hand out (`PendingJob::request`); a log, which [`Warnings`] of
//! responses are for; `GET /api/cluster` and `GET /api/svm/svms`, which clients ask for first. What the store and the host must do is said at
//! [`Store`](crate::catalog::Store) and [`Host`](crate::catalog::Host).
//!
//! | method and path | |
//! |---|---|
//! | `GET /api/security/certificates` | a page of the records that match the query |
//! | `POST /api/security/certificates` | creates, installs or downloads one certificate, or creates and installs a list of them |
//! | `DELETE /api/security/certificates` | deletes the records that match, or are listed |
//! | `GET /api/security/certificates/{uuid}` | a record |
//! | `DELETE /api/security/certificates/{uuid}` | deletes a record |
//! | `POST /api/security/certificates/{ca.uuid}/sign` | signs a request with a root_ca |
//! | `POST /api/security/certificate-signing-request` | a key and a request for it |
//! | `GET /api/cluster/jobs/{uuid}` | how far a job is |
//!
//! # Queries
//!
//! Every field of a record filters: `type=server`, `name=vs*_ca`, `key_size=>=3072`,
//! `expiry_time=2026-01-01T00:00:00Z..`, `type=root_ca|server_ca`, `svm.name=!null`,
//! `name="a|b*"`. All filters must hold; a query has at most 4 KiB and 64 alternatives. `fields`
//! says what is shown, `order_by` in which order, `max_records` how many in a page, whose
//! `_links.next` leads to the next. Every record that exists throughout comes once, whatever comes
//! and goes meanwhile.
//!
//! # What clients expect
//!
//! Tried with the Python library netapp-ontap (9.19.1, `tests/clients/`) and by hand with the Ansible
//! collection netapp.ontap (23.2), with jobs and without:
//!
//! * Both send their parameters to actions in the body; a parameter in the query is refused.
//! * netapp-ontap takes the UUID of what it made from `Location`, of a job too, reads the body of
//!   every answer as JSON, `{}` at least, and refuses fields that it does not know. It sends
//!   `Accept: */*`, follows `_links.next` and adds nothing to it.
//! * Ansible asks for `/api/cluster` first, speaks HTTPS only, looks a certificate up by `name`, and
//!   compares the text `duplicate entry`. It does not wait for the jobs of certificates.
//!
//! # Limits
//!
//! Bodies have at most 4 MiB. A filter is one pass over all records; patterns are matched in linear
//! time. What a record takes in memory is said at [`MemoryStore`](crate::catalog::MemoryStore); an
//! answer with a page of 10,000 records and every field has about 20 MB. Answers carry private keys in one place: that of the signing request.

mod answer;
mod bodies;
mod error_body;
mod fetch;
mod field;
mod filter;
mod headers;
mod job;
mod json;
mod list;
mod order;
mod page;
mod query;
mod record;
mod refusals;
mod reply;
mod request;
mod route;
#[allow(clippy::module_inception, reason = "it holds the type of this name")]
mod service;
mod smallest;
mod target;
mod view;
mod warnings;

pub use answer::{Answer, PendingJob, PendingSignature};
pub use reply::refuse;
pub use service::{Authenticated, Service};
pub use warnings::Warnings;
