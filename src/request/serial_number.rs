//! `serial_number`, which no request may have: serial numbers are generated.

use crate::{Error, ErrorCode};

/// Refuses one that is given.
pub(crate) fn refuse(serial_number: Option<&str>) -> Result<(), Error> {
    match serial_number {
        None => Ok(()),
        Some(_) => Err(Error::new(
            ErrorCode::SerialNumberGiven,
            "a serial number cannot be given; it is generated",
        )
        .with_target("serial_number")),
    }
}
