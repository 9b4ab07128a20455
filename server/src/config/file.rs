//! The configuration file, as it is written.

use super::error::ConfigError;
use crate::cli::LogFormat;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) data: Option<PathBuf>,
    pub(super) listen: Listen,
    pub(super) tls: Tls,
    pub(super) store: Store,
    pub(super) users: Vec<User>,
    pub(super) cluster: Cluster,
    pub(super) limits: Limits,
    pub(super) azure: Azure,
    pub(super) log: Log,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Listen {
    pub(super) https: Option<SocketAddr>,
    pub(super) http: Option<SocketAddr>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tls {
    pub(super) certificate: Option<String>,
    pub(super) certificate_file: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) names: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Store {
    pub(super) postgres: Option<String>,
    pub(super) root_certificate: Option<PathBuf>,
    pub(super) connections: Option<usize>,
    pub(super) key: StoreKey,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StoreKey {
    pub(super) file: Option<PathBuf>,
    pub(super) environment: Option<String>,
    pub(super) command: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) password_hash: Option<String>,
    #[serde(default)]
    pub(super) role: super::Role,
    #[serde(default)]
    pub(super) certificates: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cluster {
    pub(super) name: Option<String>,
    pub(super) uuid: Option<String>,
    pub(super) svms: Vec<Svm>,
    pub(super) fips: bool,
    pub(super) dcn: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Svm {
    pub(super) name: String,
    pub(super) uuid: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    pub(super) connections: Option<usize>,
    pub(super) head_seconds: Option<u64>,
    pub(super) body_seconds: Option<u64>,
    pub(super) stop_seconds: Option<u64>,
    pub(super) signings: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Azure {
    pub(super) root_certificates: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    pub(super) filter: Option<String>,
    pub(super) format: Option<LogFormat>,
}

/// The largest file that is read, in octets.
const SIZE_MAX: u64 = 1 << 20;

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = crate::private_file::read_text(path, SIZE_MAX)
            .map_err(|error| ConfigError::file(path, error))?;
        Self::parse(&Zeroizing::new(text)).map_err(|error| ConfigError::file(path, error))
    }

    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::syntax(text, &error))
    }
}
