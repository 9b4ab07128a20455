//! The service, section by section of the contract: requests in, answers out.
#![allow(
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "a test reads as a story"
)]

mod collection;
#[path = "../common/mod.rs"]
mod common;
mod concurrency;
mod creating;
mod deleting;
mod errors;
mod examples;
mod fields;
mod headers;
mod hostile;
mod jobs;
mod model;
mod names;
mod records;
mod scopes;
mod secrets;
mod shape;
mod signing;
mod store;
mod warnings;
#[path = "../common/rest.rs"]
mod world;

use certwright::service::{Answer, PendingJob, PendingSignature, Service};

/// What goes to other threads and is shared between them. Checked when this file is compiled.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    const fn sent<T: Send>() {}
    shared::<Service>();
    sent::<Answer>();
    sent::<PendingJob>();
    sent::<PendingSignature>();
};
