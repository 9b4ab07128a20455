//! A server of the ONTAP certificate API: certwright over HTTPS, with a store of its own.

mod api;
mod auth;
mod azure;
mod cli;
mod command;
mod config;
mod http;
mod jobs;
mod log;
mod machine;
mod metrics;
mod policy;
mod private_file;
mod signing;
mod store;
mod tls;

use clap::Parser as _;
use cli::{Cli, Command};
use command::{BoxError, Rotation};
use config::Config;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("certwright-server: {}", log::chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<(), BoxError> {
    if let Some(Command::HashPassword) = cli.command {
        return command::hash_password();
    }
    let config = Config::load(&cli.settings)?;
    match &cli.command {
        Some(Command::CheckConfig) => command::check_config(&config),
        Some(Command::HashPassword) => command::hash_password(),
        Some(Command::Export { file }) => command::export(&config, file),
        Some(Command::Import { file }) => command::import(&config, file),
        Some(Command::RotateKey { prepare, finish }) => {
            let rotation = match (prepare, finish) {
                (true, _) => Rotation::Prepare,
                (_, true) => Rotation::Finish,
                _ => Rotation::Whole,
            };
            command::rotate_key(&config, rotation)
        }
        None | Some(Command::Serve) => {
            log::start(&config.log)?;
            command::serve(&cli.settings, config)
        }
    }
}
