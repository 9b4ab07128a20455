//! HTTP: connections, the limits of requests, and what answers each.

mod app;
mod body;
mod handler;
mod listener;
mod replies;
mod stalling;

pub(crate) use app::App;
pub(crate) use listener::{Listeners, serve};
pub(crate) use replies::{Reply, allowing, at, broken, json, no_such_method, text};
