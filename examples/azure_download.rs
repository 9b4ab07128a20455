//! Downloads certificates from a key vault over HTTPS, with ureq, and installs them.
//!
//! ```sh
//! cargo run --example azure_download --features azure
//! ```
//!
//! The OAuth host and the vault are stand-ins on loopback, whose certificates the library makes itself.
//! The pure-Rust provider of cryptography is for trying things; a real program would take aws-lc-rs or
//! ring, and the CAs of its system.

#[path = "azure/client.rs"]
mod client;
#[path = "azure/stand_in.rs"]
mod stand_in;

use base64ct::{Base64, Encoding as _};
use certwright::azure::{Download, DownloadRequest, Step};
use certwright::rand_core::UnwrapErr;
use certwright::{Error, InstallRequest, KeySpec, Policy, install};
use client::{Client, Result};
use getrandom::SysRng;
use stand_in::{Authority, CLIENT, CLIENT_SECRET, Secrets, TENANT};
use std::time::SystemTime;

fn main() -> Result<()> {
    let ca = Authority::new("Example CA")?;
    let www = ca.issue("www.example.com", KeySpec::P256)?;
    let secrets = Secrets::from([
        (
            "www",
            (
                "application/x-pkcs12",
                Base64::encode_string(&www.to_pkcs12(ca.certificate())?),
            ),
        ),
        ("ca", ("application/x-pem-file", ca.certificate().to_pem())),
        ("word", ("text/plain", "not a certificate".to_owned())),
    ]);
    let host = stand_in::start(&ca.issue("localhost", KeySpec::P256)?, secrets.clone())?;
    // The same vault, with a certificate of a CA that nobody knows.
    let other = Authority::new("Another CA")?.issue("localhost", KeySpec::P256)?;
    let unknown_host = stand_in::start(&other, secrets)?;
    let client = Client::new(&[ca.certificate().clone()]);

    let request = |name: &str, vault: &str| {
        DownloadRequest::server(name, format!("https://{vault}/"))
            .with_client(CLIENT, TENANT)
            .with_oauth_host(&host)
            .with_timeout(10)
    };
    let by_secret = |name| request(name, &host).with_client_secret(CLIENT_SECRET);

    println!("by a client secret:");
    installs(&by_secret("www"), &client, "www.example.com")?;

    println!("by a client certificate, whose key signs an assertion:");
    let own = ca
        .issue("client.example.com", KeySpec::Rsa2048)?
        .to_pkcs12(ca.certificate())?;
    let by_certificate = request("www", &host).with_client_certificate(Base64::encode_string(&own));
    installs(&by_certificate, &client, "www.example.com")?;

    println!("a CA:");
    let as_ca = DownloadRequest::server_ca("ca", format!("https://{host}/"))
        .with_client(CLIENT, TENANT)
        .with_oauth_host(&host)
        .with_client_secret(CLIENT_SECRET);
    installs(&as_ca, &client, "Example CA")?;

    println!("from a vault that is not verified:");
    let unverified = request("www", &unknown_host).with_client_secret(CLIENT_SECRET);
    installs(
        &unverified.clone().with_verify_host(false),
        &client,
        "www.example.com",
    )?;

    println!("and what is refused:");
    fails(&unverified, &client, 3_735_755)?;
    fails(
        &request("www", &host).with_client_secret("another"),
        &client,
        3_735_751,
    )?;
    fails(&by_secret("none"), &client, 3_735_764)?;
    fails(&by_secret("word"), &client, 3_735_753)?;
    // A host that nobody listens at.
    let nobody = request("www", "localhost:1").with_client_secret(CLIENT_SECRET);
    fails(&nobody, &client, 3_735_755)
}

fn download(
    request: &DownloadRequest,
    client: &Client,
) -> std::result::Result<InstallRequest, Error> {
    let policy = Policy::at(SystemTime::now());
    let configuration = request.check(&policy)?;
    let mut download = Download::start(configuration, &policy, &mut UnwrapErr(SysRng))?;
    loop {
        let answer = client.send(download.request());
        match download.answer(answer) {
            Step::Send(next) => download = next,
            Step::Install(request) => return Ok(*request),
            Step::Failed(error) => return Err(error),
        }
    }
}

fn installs(request: &DownloadRequest, client: &Client, common_name: &str) -> Result<()> {
    let installed = install(&download(request, client)?, &Policy::at(SystemTime::now()))?;
    println!(
        "  {} {} is installed",
        installed.r#type, installed.common_name
    );
    if installed.common_name == common_name {
        Ok(())
    } else {
        Err(format!("it is not {common_name}").into())
    }
}

fn fails(request: &DownloadRequest, client: &Client, code: u32) -> Result<()> {
    let Err(error) = download(request, client) else {
        return Err("it was granted".into());
    };
    println!("  {error}");
    for argument in error.arguments() {
        println!("    {}: {}", argument.code, argument.message);
    }
    if error.code().value() == code {
        Ok(())
    } else {
        Err(format!("it is not {code}").into())
    }
}
