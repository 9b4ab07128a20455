//! The program as its users meet it: over sockets.
#![allow(
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    reason = "a test reads as a story"
)]

mod api;
mod azure;
mod backup;
#[path = "../common/mod.rs"]
mod common;
mod examples;
mod limits;
mod logins;
mod running;
mod secrets;
mod tls;
