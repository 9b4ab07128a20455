//! Other validators.

use crate::case::Case;
use crate::common::issue::{SERVER_AUTH, pem};
use crate::common::{Folder, NOW, run, tool_of_version};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// With `-x509_strict`.
    OpenSsl,
    /// Without: what it accepts in practice.
    LaxOpenSsl,
    GnuTls,
    Webpki,
}

/// The tools that are here, of the versions that `differences.txt` is about. webpki, a crate,
/// always is.
pub(crate) fn available() -> Vec<Tool> {
    let mut found = vec![Tool::Webpki];
    if tool_of_version("openssl", "version", "OpenSSL 3.0.") {
        found.push(Tool::OpenSsl);
    }
    if tool_of_version("certtool", "--version", "certtool 3.7.") {
        found.push(Tool::GnuTls);
    }
    found
}

impl Tool {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OpenSsl => "openssl",
            Self::LaxOpenSsl => "lax-openssl",
            Self::GnuTls => "gnutls",
            Self::Webpki => "webpki",
        }
    }

    /// `Err` says why it does not accept the chain.
    pub(crate) fn verdict(self, case: &Case, folder: &Folder) -> Result<(), String> {
        match self {
            Self::OpenSsl => openssl(case, folder, &["-x509_strict"]),
            Self::LaxOpenSsl => openssl(case, folder, &[]),
            Self::GnuTls => gnutls(case, folder),
            Self::Webpki => webpki(case).map_err(|error| format!("{error:?}")),
        }
    }
}

fn pems(ders: &[Vec<u8>]) -> String {
    ders.iter().map(|der| pem(der)).collect()
}

fn is_ip(peer: &str) -> bool {
    peer.parse::<std::net::IpAddr>().is_ok()
}

fn verdict_of(program: &str, args: &[&str]) -> Result<(), String> {
    let output = run(program, args);
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    Err(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn openssl(case: &Case, folder: &Folder, strictness: &[&str]) -> Result<(), String> {
    let anchors = folder.write("anchors.pem", &pems(&case.anchors));
    let leaf = folder.write("leaf.pem", &pem(&case.leaf));
    let now = NOW.to_string();
    let mut args = vec!["verify", "-purpose", "sslserver"];
    args.extend(strictness);
    args.extend(["-attime", &now]);
    // Any trusted certificate is a trust anchor, not only self-signed ones.
    args.extend([
        "-partial_chain",
        "-no-CApath",
        "-no-CAstore",
        "-CAfile",
        &anchors,
    ]);
    let intermediates;
    if !case.intermediates.is_empty() {
        intermediates = folder.write("intermediates.pem", &pems(&case.intermediates));
        args.extend(["-untrusted", &intermediates]);
    }
    if let Some(peer) = &case.peer {
        let option = if is_ip(peer) {
            "-verify_ip"
        } else {
            "-verify_hostname"
        };
        args.extend([option, peer]);
    }
    args.push(&leaf);
    verdict_of("openssl", &args)
}

fn gnutls(case: &Case, folder: &Folder) -> Result<(), String> {
    let anchors = folder.write("anchors.pem", &pems(&case.anchors));
    let chain = pem(&case.leaf) + &pems(&case.intermediates);
    let chain = folder.write("chain.pem", &chain);
    let mut args = vec![
        "--verify",
        "--load-ca-certificate",
        &anchors,
        "--infile",
        &chain,
    ];
    args.extend(["--verify-purpose", SERVER_AUTH]);
    if let Some(peer) = &case.peer {
        args.extend(["--verify-hostname", peer]);
    }
    verdict_of("certtool", &args)
}

fn webpki(case: &Case) -> Result<(), webpki::Error> {
    let provider = rustls_rustcrypto::provider();
    let anchors: Vec<_> = case
        .anchors
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    let anchors = anchors
        .iter()
        .map(anchor_from_trusted_cert)
        .collect::<Result<Vec<_>, _>>()?;
    let intermediates: Vec<_> = case
        .intermediates
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    let leaf = CertificateDer::from(case.leaf.as_slice());
    let leaf = EndEntityCert::try_from(&leaf)?;
    let now = Duration::from_secs(NOW.unsigned_abs());
    leaf.verify_for_usage(
        provider.signature_verification_algorithms.all,
        &anchors,
        &intermediates,
        UnixTime::since_unix_epoch(now),
        KeyUsage::server_auth(),
        None,
        None,
    )?;
    if let Some(peer) = &case.peer {
        let peer =
            ServerName::try_from(peer.as_str()).map_err(|_| webpki::Error::UnsupportedNameType)?;
        leaf.verify_is_valid_for_subject_name(&peer)?;
    }
    Ok(())
}
