//! `export`: all that the store has, into one file.

use super::CommandError;
use crate::private_file;
use crate::store::ServerStore;
use crate::store::backup::{self, BackupError, Cost, Counts};
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek as _};
use std::path::Path;

/// How often it begins again when records are deleted meanwhile.
const TRIES: usize = 3;

/// Writes all that the store has into a file that is not there yet, sealed with the password. If it
/// fails, there is no file.
pub(super) fn run(
    store: &dyn ServerStore,
    path: &Path,
    password: &[u8],
) -> Result<Counts, CommandError> {
    let in_file = |error| CommandError::File(path.to_owned(), error);
    let file = private_file::create(path).map_err(in_file)?;
    let written = write(store, &file, password).and_then(|counts| {
        file.sync_all()?;
        private_file::sync_folder_of(path)?;
        Ok(counts)
    });
    written.map_err(|error| {
        // Half a file would be refused anyway.
        let _ = fs::remove_file(path);
        match error {
            BackupError::Io(error) => in_file(error),
            other => other.into(),
        }
    })
}

fn write(store: &dyn ServerStore, file: &File, password: &[u8]) -> Result<Counts, BackupError> {
    for _ in 1..TRIES {
        match write_once(store, file, password) {
            Err(BackupError::Changed) => {}
            done => return done,
        }
    }
    write_once(store, file, password)
}

fn write_once(
    store: &dyn ServerStore,
    mut file: &File,
    password: &[u8],
) -> Result<Counts, BackupError> {
    file.set_len(0)?;
    file.rewind()?;
    let mut output = BufWriter::new(file);
    let counts = backup::export(store, &mut output, password, Cost::USUAL)?;
    output.into_inner().map_err(io::Error::from)?;
    Ok(counts)
}
