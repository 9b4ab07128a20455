//! Certificates out of an Azure Key Vault, row by row: what is asked for, what is sent, what comes of
//! each answer, and the job that the service makes of it.

mod answers;
mod assertion;
#[path = "../common/mod.rs"]
mod common;
mod configuration;
mod hostile;
mod jobs;
mod memory;
mod requests;
#[path = "../common/rest.rs"]
mod rest;
#[path = "../common/watching.rs"]
mod watching;
mod world;

use certwright::azure::{
    Configuration, Download, DownloadRequest, HttpRequest, HttpResponse, Proxy, ProxyRequest,
    SecretText, Step,
};

/// What goes to other threads and is shared between them. Checked when this file is compiled.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Configuration>();
    shared::<Download>();
    shared::<DownloadRequest>();
    shared::<HttpRequest>();
    shared::<HttpResponse>();
    shared::<Proxy>();
    shared::<ProxyRequest>();
    shared::<SecretText>();
    shared::<Step>();
};
