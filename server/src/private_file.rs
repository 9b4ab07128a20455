//! Files for nobody but the user of this process, written so that a crash leaves the old one or the new.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The text of a file of at most `most` octets.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(most + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= most) {
        return Ok(text);
    }
    let why = format!("it has more than {most} octets");
    Err(io::Error::new(io::ErrorKind::FileTooLarge, why))
}

/// Makes a folder that nobody else may look into; one that is there is left as it is.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a file that is not there yet.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Puts a file in the place of the one that is there, or where none is.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace_with(path, |next| fs::write(next, contents))
}

/// As [`replace`], with what `write` writes into an empty file.
pub(crate) fn replace_with<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let next = next_to(path);
    // A crash may have left one.
    match fs::remove_file(&next) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => drop(create(&next)?),
    }
    write(&next)?;
    OpenOptions::new().write(true).open(&next)?.sync_all()?;
    fs::rename(&next, path)?;
    // What is new is there only when its folder is written too.
    Ok(sync_folder_of(path)?)
}

/// Where the next one lies until it is whole.
fn next_to(path: &Path) -> PathBuf {
    with_suffix(path, ".new")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Keeps other processes from working on this file as long as what it answers with lives; fails if one
/// does. The lock lies beside the file, as the file itself is replaced.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let path = with_suffix(path, ".lock");
    let file = match create(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => File::open(&path)?,
        created => created?,
    };
    file.try_lock()?;
    Ok(file)
}

/// Writes the entry of the file in its folder to the disk.
#[cfg(unix)]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_place_of_another_for_one_user() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(next_to(&path), "left by a crash, and longer").unwrap();
        for contents in ["one", "two"] {
            replace(&path, contents.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
            assert!(!next_to(&path).exists());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let answer = create(&path).unwrap_err();
        assert_eq!(answer.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn one_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let first = lock(&path).unwrap();
        let answer = lock(&path).unwrap_err();
        assert_eq!(answer.kind(), io::ErrorKind::WouldBlock);
        drop(first);
        lock(&path).unwrap();
        assert!(!path.exists());
    }
}
