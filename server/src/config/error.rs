//! [`ConfigError`]: what is wrong with the configuration.

use std::fmt;
use std::path::Path;

/// What is wrong with the configuration, in one line. No value that is secret is in it: a value
/// is repeated only where its setting takes no text.
#[derive(Debug)]
pub(crate) struct ConfigError(String);

impl ConfigError {
    /// A setting that is not taken.
    pub(super) fn value(setting: &str, why: impl fmt::Display) -> Self {
        Self(format!("{setting}: {why}"))
    }

    /// A file that cannot be read.
    pub(crate) fn file(path: &Path, why: impl fmt::Display) -> Self {
        Self(format!("{}: {why}", path.display()))
    }

    /// Text that is no TOML, or has settings that are unknown or of another kind.
    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start));
        let before = before.unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let why: String = error.message().chars().take(500).collect();
        // The setting whose value it is, where its name stands on the same line.
        let setting = before
            .rsplit('\n')
            .next()
            .and_then(|text| text.split_once('='));
        match setting {
            Some((setting, _)) if setting.len() < 100 => {
                Self(format!("line {line}: {}: {why}", setting.trim()))
            }
            _ => Self(format!("line {line}: {why}")),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}
