//! What the server counts, for Prometheus.

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::fmt;
use std::time::Duration;

/// Counters, and how they are written.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<OperationLabel, Histogram>,
    connections: Gauge,
    denied: Family<DenialLabel, Counter>,
    pub(crate) signed: Counter,
    jobs: Gauge,
}

/// One of what a gauge counts, as long as it lives: also if what it stands for panics.
pub(crate) struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What a request is about. The labels are these alone, so that no client can make more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Operation {
    List,
    Get,
    Add,
    Delete,
    Sign,
    SigningRequest,
    Job,
    Cluster,
    Svms,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: Operation,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabel {
    operation: Operation,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DenialLabel {
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Reason {
    Login,
    TooMany,
    Role,
}

/// The bounds of durations, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("certwright");
        let requests = Family::default();
        registry.register("requests", "Answered requests", requests.clone());
        let durations: Family<OperationLabel, Histogram> =
            Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let help = "From the head of a request to its answer";
        registry.register("request_duration_seconds", help, durations.clone());
        let connections = Gauge::default();
        registry.register("connections", "Open connections", connections.clone());
        let denied = Family::default();
        registry.register("denied", "Requests that were not let in", denied.clone());
        let signed = Counter::default();
        registry.register(
            "signed_certificates",
            "Certificates signed with a CA",
            signed.clone(),
        );
        let jobs = Gauge::default();
        registry.register("jobs", "Jobs that run here", jobs.clone());
        Self {
            registry,
            requests,
            durations,
            connections,
            denied,
            signed,
            jobs,
        }
    }

    pub(crate) fn answered(&self, operation: Operation, status: u16, took: Duration) {
        self.requests
            .get_or_create(&RequestLabels { operation, status })
            .inc();
        self.durations
            .get_or_create(&OperationLabel { operation })
            .observe(took.as_secs_f64());
    }

    /// A connection that is open.
    pub(crate) fn connection(&self) -> Counted {
        Counted::new(&self.connections)
    }

    /// A job that runs.
    pub(crate) fn job(&self) -> Counted {
        Counted::new(&self.jobs)
    }

    pub(crate) fn denied(&self, reason: Reason) {
        self.denied.get_or_create(&DenialLabel { reason }).inc();
    }

    /// The text of the OpenMetrics format.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_panics_is_not_counted_any_more() {
        let metrics = Metrics::new();
        let other = metrics.job();
        let job = metrics.job();
        assert_eq!(metrics.jobs.get(), 2);
        let ended = std::thread::spawn(move || {
            let _job = job;
            panic!("a fault that a test makes");
        });
        assert!(ended.join().is_err());
        assert_eq!(metrics.jobs.get(), 1);
        drop(other);
        assert_eq!(metrics.jobs.get(), 0);
    }

    #[test]
    fn docs_have_every_metric() {
        const PAGE: &str = include_str!("../docs/metrics.md");
        let metrics = Metrics::new();
        metrics.answered(Operation::List, 200, Duration::ZERO);
        metrics.denied(Reason::Login);
        let text = metrics.text().unwrap();
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let names = types.map(|line| match line.split_once(' ').unwrap() {
            (name, "counter") => format!("`{name}_total`"),
            (name, _) => format!("`{name}`"),
        });
        let mut names: Vec<_> = names.collect();
        let rows = PAGE
            .lines()
            .filter_map(|line| line.strip_prefix("| `certwright"));
        let mut rows: Vec<_> = rows
            .map(|row| format!("`certwright{}`", row.split_once('`').unwrap().0))
            .collect();
        names.sort();
        rows.sort();
        assert_eq!(names, rows);
    }
}
