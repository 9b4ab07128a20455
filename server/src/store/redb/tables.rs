//! What is in the file.

use certwright::catalog::Uuid;
use redb::TableDefinition;
use std::ops::RangeInclusive;

/// The layout of the tables. A file with a higher one is of a newer version of the server.
pub(super) const FORMAT_VERSION: u64 = 1;

/// [`FORMAT`] and [`REVISION`].
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// The layout of the tables.
pub(super) const FORMAT: &str = "format";
/// The number of commits.
pub(super) const REVISION: &str = "revision";

/// A UUID, and what is stored under it.
pub(super) type Entry = ([u8; 16], Vec<u8>);

pub(super) type ByUuid = TableDefinition<'static, [u8; 16], &'static [u8]>;

pub(super) const RECORDS: ByUuid = TableDefinition::new("records");
/// Sealed private keys, by the UUIDs of their records.
pub(super) const KEYS: ByUuid = TableDefinition::new("keys");
pub(super) const JOBS: ByUuid = TableDefinition::new("jobs");
/// The names of SVMs.
pub(super) const SVMS: TableDefinition<'_, [u8; 16], &str> = TableDefinition::new("svms");
/// What CAs signed, by [`issued_key`].
pub(super) const ISSUED: TableDefinition<'_, [u8; 24], &[u8]> = TableDefinition::new("issued");

/// The CA and the running number: what one CA signed stands together, in order.
pub(super) fn issued_key(ca: Uuid, number: u64) -> [u8; 24] {
    let mut key = [0; 24];
    key[..16].copy_from_slice(ca.as_bytes());
    key[16..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The running number in a key.
pub(super) fn number_of(key: [u8; 24]) -> u64 {
    key[16..]
        .iter()
        .fold(0, |number, &octet| number << 8 | u64::from(octet))
}

/// The keys of all that a CA signed, from this number on.
pub(super) fn issued_from(ca: Uuid, number: u64) -> RangeInclusive<[u8; 24]> {
    issued_key(ca, number)..=issued_key(ca, u64::MAX)
}
