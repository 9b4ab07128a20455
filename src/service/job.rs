//! A job as JSON.

use super::error_body::ErrorFields;
use super::record::{One, Text, to_itself};
use super::route::JOBS;
use crate::catalog::{Job, Uuid};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The fields of a job, in the order of [`JobFields`].
const NAMES: [&str; 8] = [
    "uuid",
    "description",
    "state",
    "message",
    "code",
    "error",
    "start_time",
    "end_time",
];

/// Which fields of a job are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JobFields([bool; NAMES.len()]);

impl JobFields {
    pub(super) const ALL: Self = Self([true; NAMES.len()]);
    pub(super) const UUID: Self = {
        let mut fields = [false; NAMES.len()];
        fields[0] = true;
        Self(fields)
    };

    /// What a name in `fields` means.
    pub(super) fn named(name: &str) -> Option<Self> {
        if matches!(name, "*" | "**") {
            return Some(Self::ALL);
        }
        let fields = NAMES.map(|other| other == name);
        fields.contains(&true).then_some(Self(fields))
    }

    pub(super) fn with(self, other: Self) -> Self {
        let mut both = self.0;
        both.iter_mut()
            .zip(other.0)
            .for_each(|(one, other)| *one |= other);
        Self(both)
    }
}

/// A job with what is shown of it.
pub(super) struct ShownJob<'a> {
    pub(super) job: &'a Job,
    pub(super) fields: JobFields,
}

impl Serialize for ShownJob<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { job, fields } = self;
        let mut map = serializer.serialize_map(None)?;
        for (name, is_shown) in NAMES.into_iter().zip(fields.0) {
            if !is_shown {
                continue;
            }
            match name {
                "uuid" => map.serialize_entry(name, &Text(job.uuid))?,
                "description" => map.serialize_entry(name, &job.description)?,
                "state" => map.serialize_entry(name, job.state.name())?,
                "message" => map.serialize_entry(name, job.message())?,
                "code" => map.serialize_entry(name, &job.code())?,
                "start_time" => map.serialize_entry(name, &Text(job.start_time))?,
                "end_time" => {
                    if let Some(end) = job.end_time {
                        map.serialize_entry(name, &Text(end))?;
                    }
                }
                _ => {
                    if let Some(error) = &job.error {
                        map.serialize_entry(name, &ErrorFields(&error.to_error()))?;
                    }
                }
            }
        }
        map.serialize_entry("_links", &way_to(job.uuid))?;
        map.end()
    }
}

/// `_links` of a job.
fn way_to(job: Uuid) -> One<One<String>> {
    to_itself(format!("{JOBS}/{job}"))
}

/// A job as the answer that begins it names it.
pub(super) struct Begun(pub(super) Uuid);

impl Serialize for Begun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("uuid", &Text(self.0))?;
        map.serialize_entry("_links", &way_to(self.0))?;
        map.end()
    }
}
