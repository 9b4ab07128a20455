//! The configuration: what the command line, the environment and the file say, checked.

#[cfg(test)]
mod documented;
mod error;
mod file;
mod users;

pub(crate) use error::ConfigError;
pub(crate) use users::{Role, User, Users};

use crate::cli::{LogFormat, Settings};
use certwright::catalog::{Svm, Uuid};
use certwright::{CsrRequest, SubjectAlternatives};
use file::File;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// Everything that is set, as it is in force.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) https: SocketAddr,
    pub(crate) http: Option<SocketAddr>,
    pub(crate) tls: Tls,
    pub(crate) store: StoreKind,
    pub(crate) store_key: StoreKey,
    pub(crate) users: Users,
    pub(crate) cluster: Cluster,
    pub(crate) limits: Limits,
    pub(crate) azure: Azure,
    pub(crate) log: Log,
}

/// The certificate that the server presents.
#[derive(Debug)]
pub(crate) struct Tls {
    /// Where it is.
    pub(crate) source: TlsSource,
    /// The names of the certificate that the server makes for itself: DNS names and IP addresses.
    pub(crate) names: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TlsSource {
    /// The certificate of the catalog with this name, made if it is not there.
    Catalog(String),
    /// Files in PEM: a chain, the server's own certificate first, and its key.
    Files { certificate: PathBuf, key: PathBuf },
}

#[derive(Debug)]
pub(crate) enum StoreKind {
    Embedded,
    Postgres {
        url: Url,
        root_certificate: Option<PathBuf>,
        connections: usize,
    },
}

/// A URL that may have a password in it.
pub(crate) struct Url(pub(crate) Zeroizing<String>);

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Url(…)")
    }
}

/// Where the keys are that seal private keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StoreKey {
    /// A file, made at the first start.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// What a program prints.
    Command(Vec<String>),
}

#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) uuid: Uuid,
    pub(crate) svms: Vec<Svm>,
    pub(crate) fips: bool,
    pub(crate) dcn: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Connections at one time.
    pub(crate) connections: usize,
    /// Until the head of a request is there, and between two requests of a connection.
    pub(crate) head_timeout: Duration,
    /// Until the body is there.
    pub(crate) body_timeout: Duration,
    /// How long requests may take that were accepted when the server is asked to stop.
    pub(crate) stop_timeout: Duration,
    /// Signings that wait.
    pub(crate) signings: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Azure {
    /// The CAs that the hosts of downloads are verified with, in PEM.
    pub(crate) root_certificates: PathBuf,
}

#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

/// Where Debian, and most others, keep the CAs that the system trusts.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

impl Config {
    /// What `settings` say, then the file that they name, then the defaults.
    pub(crate) fn load(settings: &Settings) -> Result<Self, ConfigError> {
        let (file, folder) = match &settings.config {
            Some(path) => {
                let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                (File::read(path)?, folder)
            }
            None => (File::default(), PathBuf::new()),
        };
        Self::of(settings, file, &folder)
    }

    fn of(settings: &Settings, file: File, folder: &Path) -> Result<Self, ConfigError> {
        let File {
            data,
            listen,
            tls,
            store,
            users,
            cluster,
            limits,
            azure,
            log,
        } = file;
        let placed = |path: PathBuf| folder.join(path);
        let data = match (&settings.data, data) {
            (Some(data), _) => data.clone(),
            (None, Some(data)) => placed(data),
            (None, None) => PathBuf::from("certwright-data"),
        };
        if tls.certificate.is_some() && tls.certificate_file.is_some() {
            let why = "certificate is in the catalog, and certificate_file in a file: one of them";
            return Err(ConfigError::value("tls", why));
        }
        let source = match (tls.certificate_file, tls.key_file) {
            (Some(certificate), Some(key)) => TlsSource::Files {
                certificate: placed(certificate),
                key: placed(key),
            },
            (None, None) => TlsSource::Catalog(
                tls.certificate
                    .unwrap_or_else(|| "certwright_server".to_owned()),
            ),
            _ => {
                let why = "certificate_file and key_file are given together, or neither";
                return Err(ConfigError::value("tls", why));
            }
        };
        let store_key = match (store.key.file, store.key.environment, store.key.command) {
            (file, None, None) => {
                StoreKey::File(file.map_or_else(|| data.join("store.key"), placed))
            }
            (None, Some(name), None) => StoreKey::Environment(name),
            (None, None, Some(words)) if !words.is_empty() => StoreKey::Command(words),
            _ => {
                let why = "one of file, environment and command says where the key is";
                return Err(ConfigError::value("store.key", why));
            }
        };
        let url = settings.postgres.clone().or(store.postgres);
        let kind = match url {
            Some(url) => StoreKind::Postgres {
                url: Url(url.into()),
                root_certificate: store.root_certificate.map(placed),
                connections: in_range("store.connections", store.connections, 16, 1..=1000)?,
            },
            None => StoreKind::Embedded,
        };
        let seconds = |name, value, default, most| {
            in_range(name, value, default, 1..=most).map(Duration::from_secs)
        };
        Ok(Self {
            https: settings
                .https
                .or(listen.https)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8443))),
            http: settings.http.or(listen.http),
            tls: Tls {
                source,
                names: names(tls.names)?,
            },
            store: kind,
            store_key,
            users: Users::of(users)?,
            cluster: Cluster::of(cluster)?,
            limits: Limits {
                connections: in_range(
                    "limits.connections",
                    limits.connections,
                    960,
                    1..=1_000_000,
                )?,
                head_timeout: seconds("limits.head_seconds", limits.head_seconds, 30, 3600)?,
                body_timeout: seconds("limits.body_seconds", limits.body_seconds, 30, 3600)?,
                stop_timeout: seconds("limits.stop_seconds", limits.stop_seconds, 60, 3600)?,
                signings: in_range("limits.signings", limits.signings, 10_000, 1..=1_000_000)?,
            },
            azure: Azure {
                root_certificates: azure
                    .root_certificates
                    .map_or_else(|| PathBuf::from(SYSTEM_ROOTS), placed),
            },
            log: Log {
                filter: filter(settings.log.clone().or(log.filter))?,
                format: settings.log_format.or(log.format).unwrap_or_default(),
            },
            data,
        })
    }
}

fn in_range<T: PartialOrd + Copy + fmt::Display>(
    name: &'static str,
    value: Option<T>,
    default: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, ConfigError> {
    let value = value.unwrap_or(default);
    if range.contains(&value) {
        return Ok(value);
    }
    let why = format!(
        "{value} is not between {} and {}",
        range.start(),
        range.end()
    );
    Err(ConfigError::value(name, why))
}

fn names(given: Option<Vec<String>>) -> Result<Vec<String>, ConfigError> {
    let names = given.unwrap_or_else(|| {
        ["localhost", "127.0.0.1", "::1"]
            .map(str::to_owned)
            .to_vec()
    });
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(ConfigError::value(
            "tls.names",
            "at least one name, and none that is empty",
        ));
    }
    let policy = certwright::Policy::at(SystemTime::now());
    match own_request(&names).check(&policy) {
        Ok(_) => Ok(names),
        Err(error) => Err(ConfigError::value("tls.names", error.message())),
    }
}

/// The request for a certificate of the server's own with these names.
pub(crate) fn own_request(names: &[String]) -> CsrRequest {
    let alternatives =
        names
            .iter()
            .fold(
                SubjectAlternatives::new(),
                |alternatives, name| match name.parse::<IpAddr>() {
                    Ok(address) => alternatives.with_ip(address.to_string()),
                    Err(_) => alternatives.with_dns(name),
                },
            );
    let common_name = names.first().map_or("localhost", String::as_str);
    CsrRequest::new(format!("CN={common_name}"))
        .with_algorithm("ec")
        .with_subject_alternatives(alternatives)
}

fn filter(given: Option<String>) -> Result<String, ConfigError> {
    let filter = given.unwrap_or_else(|| "info".to_owned());
    match EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(error) => Err(ConfigError::value("log.filter", error)),
    }
}

impl Cluster {
    fn of(file: file::Cluster) -> Result<Self, ConfigError> {
        let name = file.name.unwrap_or_else(|| "cluster1".to_owned());
        check_name("cluster.name", &name)?;
        let mut svms: Vec<Svm> = Vec::new();
        for svm in file.svms {
            check_name("cluster.svms.name", &svm.name)?;
            let uuid = match svm.uuid {
                Some(text) => uuid("cluster.svms.uuid", &text)?,
                None => named_uuid("SVM", &svm.name),
            };
            let is_taken = |other: &Svm| other.name == svm.name || other.uuid == uuid;
            if svm.name == name || svms.iter().any(is_taken) {
                let why = "two have the same name or UUID, or the name is the cluster's";
                return Err(ConfigError::value("cluster.svms", why));
            }
            svms.push(Svm {
                name: svm.name,
                uuid,
            });
        }
        Ok(Self {
            uuid: match file.uuid {
                Some(text) => uuid("cluster.uuid", &text)?,
                None => named_uuid("cluster", &name),
            },
            name,
            svms,
            fips: file.fips,
            dcn: file.dcn,
        })
    }
}

fn check_name(setting: &'static str, name: &str) -> Result<(), ConfigError> {
    if is_svm_name(name) {
        return Ok(());
    }
    let why = "a name has 1 to 255 characters, none of which is a control character";
    Err(ConfigError::value(setting, why))
}

/// Whether an SVM or a cluster may be called so.
pub(crate) fn is_svm_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=255).contains(&length) && !name.chars().any(char::is_control)
}

fn uuid(setting: &'static str, text: &str) -> Result<Uuid, ConfigError> {
    text.parse()
        .map_err(|_| ConfigError::value(setting, "it is no UUID"))
}

/// A UUID that is the same wherever the name is: version 8 of RFC 9562, out of a SHA-256.
fn named_uuid(kind: &str, name: &str) -> Uuid {
    let digest = Sha256::digest(format!("certwright {kind} {name}"));
    let mut octets = [0; 16];
    octets.copy_from_slice(&digest[..16]);
    octets[6] = octets[6] & 0x0f | 0x80;
    octets[8] = octets[8] & 0x3f | 0x80;
    Uuid::from_bytes(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        Config::of(
            &Settings::default(),
            File::parse(text)?,
            Path::new("/etc/certwright"),
        )
    }

    #[test]
    fn nothing_is_needed() {
        let config = config("").unwrap();
        assert_eq!(config.https.to_string(), "127.0.0.1:8443");
        assert_eq!(config.http, None);
        assert_eq!(config.data, Path::new("certwright-data"));
        assert_eq!(
            config.store_key,
            StoreKey::File("certwright-data/store.key".into())
        );
        assert_eq!(config.cluster.name, "cluster1");
        assert!(matches!(config.store, StoreKind::Embedded));
    }

    #[test]
    fn paths_are_those_of_the_file_and_the_command_line_comes_first() {
        let file = File::parse("data = \"d\"\n[listen]\nhttp = \"127.0.0.1:1\"\n").unwrap();
        let settings = Settings {
            http: Some("127.0.0.1:2".parse().unwrap()),
            ..Settings::default()
        };
        let config = Config::of(&settings, file, Path::new("/etc/certwright")).unwrap();
        assert_eq!(config.data, Path::new("/etc/certwright/d"));
        assert_eq!(config.http.unwrap().port(), 2);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, words) in [
            ("colour = 1", "colour"),
            ("[listen]\nhttps = \"here\"", "line 2"),
            ("[tls]\nkey_file = \"k\"", "tls"),
            (
                "[tls]\ncertificate = \"a\"\ncertificate_file = \"c\"\nkey_file = \"k\"",
                "tls: certificate",
            ),
            ("[tls]\nnames = []", "tls.names"),
            (
                "[tls]\nnames = [\"a\", \"no name!\"]",
                "tls.names: \"no name!\" is not a DNS name",
            ),
            ("[log]\nfilter = \"==\"", "log.filter"),
            (
                "[store]\npostgres = \"postgresql://h/d\"\nconnections = 0",
                "store.connections",
            ),
            (
                "[store.key]\nfile = \"f\"\nenvironment = \"E\"",
                "store.key",
            ),
            ("[limits]\nconnections = 0", "limits.connections"),
            ("[cluster]\nname = \"\"", "cluster.name"),
            ("[cluster]\nuuid = \"x\"", "cluster.uuid"),
            ("[[cluster.svms]]\nname = \"cluster1\"", "cluster.svms"),
            (
                "[[cluster.svms]]\nname = \"a\"\n[[cluster.svms]]\nname = \"a\"",
                "cluster.svms",
            ),
            ("[[users]]\nname = \"a\"", "users"),
            ("[[users]]\nname = \"a:b\"\npassword_hash = \"\"", "users"),
        ] {
            let error = config(text).err().map(|error| error.to_string());
            let error = error.unwrap_or_else(|| panic!("{text} is taken"));
            assert!(error.contains(words), "{text}: {error}");
            assert!(error.len() < 1000, "{text}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let text = "[store]\npostgres = \"postgresql://u:secret@h/d\"";
        assert!(!format!("{:?}", config(text).unwrap()).contains("secret"));
    }
}
