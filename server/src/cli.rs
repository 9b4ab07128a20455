//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The ONTAP certificate API (/api/security/certificates) over HTTPS, with a store of its own.
///
/// Without a command it serves. What is not said here is taken from the configuration file, and then
/// from the defaults; docs/configuration.md has every setting.
#[derive(Debug, Parser)]
#[command(name = "certwright-server", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What the command line and the environment say, before the configuration file does.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The configuration file (TOML).
    #[arg(
        long,
        short,
        global = true,
        env = "CERTWRIGHT_CONFIG",
        value_name = "FILE"
    )]
    pub(crate) config: Option<PathBuf>,
    /// The folder of the embedded store, the key that seals private keys, and the first login
    /// [default: certwright-data]
    #[arg(long, global = true, env = "CERTWRIGHT_DATA", value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// Where HTTPS is served [default: 127.0.0.1:8443]
    #[arg(long, global = true, env = "CERTWRIGHT_HTTPS", value_name = "ADDRESS")]
    pub(crate) https: Option<SocketAddr>,
    /// Where plain HTTP is served too; passwords cross the network in the clear [default: nowhere]
    #[arg(long, global = true, env = "CERTWRIGHT_HTTP", value_name = "ADDRESS")]
    pub(crate) http: Option<SocketAddr>,
    /// The PostgreSQL database that takes the place of the embedded store
    #[arg(
        long,
        global = true,
        env = "CERTWRIGHT_POSTGRES",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) postgres: Option<String>,
    /// What is logged, as tracing filters have it: `info`, `certwright_server=debug,warn`
    /// [default: info]
    #[arg(long, global = true, env = "CERTWRIGHT_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How it is logged [default: text]
    #[arg(
        long,
        global = true,
        env = "CERTWRIGHT_LOG_FORMAT",
        value_name = "FORMAT"
    )]
    pub(crate) log_format: Option<LogFormat>,
}

/// How lines of the log look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// An object of JSON a line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve until SIGTERM or SIGINT; SIGHUP reads certificate files and users again
    Serve,
    /// Read the configuration, say what is wrong with it, and end
    CheckConfig,
    /// Read a password from standard input and print its hash for the configuration
    HashPassword,
    /// Write all that the store has into a new file, sealed with a password from standard input
    Export {
        /// The file
        file: PathBuf,
    },
    /// Fill an empty store, embedded or not, with what was exported
    Import {
        /// The file
        file: PathBuf,
    },
    /// Seal the private keys of the store with a new key, while no server runs
    RotateKey {
        /// Only put the new key in front of the old one: for several servers on one store, which then
        /// start again with this file
        #[arg(long, conflicts_with = "finish")]
        prepare: bool,
        /// Only seal the private keys with the first key of the file, and drop the others
        #[arg(long)]
        finish: bool,
    },
}
