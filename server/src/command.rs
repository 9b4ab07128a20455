//! The commands of the program.

mod serve;

pub(crate) use serve::serve;

use crate::config::Config;
use std::io::{self, Read as _};
use zeroize::Zeroizing;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Says what is in force.
pub(crate) fn check_config(config: &Config) -> Result<(), BoxError> {
    println!("{config:#?}");
    Ok(())
}

/// The longest password, in octets.
const PASSWORD_MAX: u64 = 1024;

/// Reads a password, and prints its hash.
pub(crate) fn hash_password() -> Result<(), BoxError> {
    let mut text = Zeroizing::new(String::new());
    io::stdin()
        .take(PASSWORD_MAX + 2)
        .read_to_string(&mut text)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty()
        || password.contains(['\n', '\0'])
        || password.len() as u64 > PASSWORD_MAX
    {
        return Err("a password is one line of 1 to 1024 octets".into());
    }
    let hash = crate::auth::hash(password.as_bytes()).map_err(|error| error.to_string())?;
    println!("{hash}");
    Ok(())
}
