//! What comes of it, before the tools of others.

use crate::bundles::{HOST, install_all};
use crate::common::issue::{
    CODE_SIGNING, Cert, DAY, Extension, SERVER_AUTH, UNKNOWN, alternative_names, basic_constraints,
    dns, email, extended_key_usage, ip, key_usage, name_constraints, rdn, sequence, uri,
};
use crate::common::request::{COMMON_NAME, Csr, MICROSOFT_EXTENSIONS, ORGANIZATION, UTF8};
use crate::common::rows::each_named;
use crate::common::{Folder, NOW, assert_runs, run, tool};
use crate::{load, signed_by};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

/// What a server is configured with, as one file.
struct Sent {
    leaf: String,
    above: Vec<String>,
}

fn webpki(sent: &Sent, root: &Cert) {
    let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let root = CertificateDer::from(root.der());
    let anchor = anchor_from_trusted_cert(&root).unwrap();
    let above: Vec<_> = sent.above.iter().map(|pem| der(pem)).collect();
    let leaf = der(&sent.leaf);
    let leaf = EndEntityCert::try_from(&leaf).unwrap();
    let provider = rustls_rustcrypto::provider();
    leaf.verify_for_usage(
        provider.signature_verification_algorithms.all,
        &[anchor],
        &above,
        UnixTime::since_unix_epoch(Duration::from_secs(NOW.unsigned_abs())),
        KeyUsage::server_auth(),
        None,
        None,
    )
    .unwrap();
    let host = ServerName::try_from(HOST).unwrap();
    leaf.verify_is_valid_for_subject_name(&host).unwrap();
}

fn openssl(sent: &Sent, root: &Cert, folder: &Folder) {
    let root = folder.write("root.pem", &root.pem());
    let leaf = folder.write("leaf.pem", &sent.leaf);
    let now = NOW.to_string();
    let mut args = vec![
        "verify",
        "-x509_strict",
        "-purpose",
        "sslserver",
        "-attime",
        &now,
    ];
    args.extend([
        "-no-CApath",
        "-no-CAstore",
        "-CAfile",
        &root,
        "-verify_hostname",
        HOST,
    ]);
    let above;
    if !sent.above.is_empty() {
        above = folder.write("above.pem", &sent.above.concat());
        args.extend(["-untrusted", &above]);
    }
    args.push(&leaf);
    assert_runs("openssl", &args);
}

fn certtool(sent: &Sent, root: &Cert, folder: &Folder) {
    let root = folder.write("root.pem", &root.pem());
    let chain = folder.write("chain.pem", &(sent.leaf.clone() + &sent.above.concat()));
    #[rustfmt::skip]
    assert_runs("certtool", &["--verify", "--load-ca-certificate", &root, "--infile", &chain,
        "--verify-purpose", SERVER_AUTH, "--verify-hostname", HOST]);
}

#[test]
fn what_install_returns() {
    let (openssl_is_here, certtool_is_here) = (tool("openssl"), tool("certtool"));
    let folder = Folder::new("what-install-returns");
    let old_root = Cert::root("old root");
    let root = Cert::root("root");
    let crossed = Cert::root("root").below(&old_root);
    let upper = Cert::ca("upper", &root);
    let lower = Cert::ca("lower", &upper);
    let by_other = Cert::ca("upper", &Cert::root("other root"));
    let server = Cert::leaf(HOST, &lower);
    let mut expired = lower.clone();
    (expired.not_before, expired.not_after) = (NOW - 900 * DAY, NOW - 30 * DAY);
    expired.serial = vec![1];
    let without_root = server.clone().below(&root);
    // The bundle, and the roots of which each alone is enough.
    let rows = [
        ("fullchain", vec![&server, &lower, &upper], vec![&root]),
        ("CA first", vec![&upper, &lower, &server], vec![&root]),
        (
            "with its root",
            vec![&root, &upper, &server, &lower],
            vec![&root],
        ),
        (
            "cross-certificate",
            vec![&server, &lower, &upper, &crossed],
            vec![&old_root, &root],
        ),
        (
            "cross-certificate and root",
            vec![&server, &root, &crossed, &lower, &upper],
            vec![&old_root, &root],
        ),
        (
            "expired twin",
            vec![&server, &expired, &upper, &lower],
            vec![&root],
        ),
        ("below the root", vec![&root, &without_root], vec![&root]),
    ];
    each_named(
        rows.map(|(name, bundle, roots)| (name, (bundle, roots))),
        |(bundle, roots)| {
            let installed = install_all(&server, &bundle).unwrap();
            let sent = Sent {
                leaf: installed.public_certificate,
                above: installed.intermediate_certificates,
            };
            for root in roots {
                webpki(&sent, root);
                if openssl_is_here {
                    openssl(&sent, root, &folder);
                }
                if certtool_is_here {
                    certtool(&sent, root, &folder);
                }
            }
        },
    );
    // Of two issuers the result has one; whoever has its root is served.
    let both = install_all(&server, &[&server, &lower, &upper, &by_other]).unwrap();
    let sent = Sent {
        leaf: both.public_certificate,
        above: both.intermediate_certificates,
    };
    let root = if sent.above[1] == upper.pem() {
        root
    } else {
        Cert::root("other root")
    };
    webpki(&sent, &root);
}

/// Requests as devices make them, each of which is signed.
fn odd_requests() -> Vec<(&'static str, Csr)> {
    let mut microsoft = Csr::named(HOST)
        .with(alternative_names(&[dns(HOST), dns("svm1.example.com")]))
        .with(extended_key_usage(&[SERVER_AUTH]));
    microsoft.extension_attributes = vec![MICROSOFT_EXTENSIONS];
    let empty = sequence(&[
        rdn("2.5.4.6", 0x13, ""),
        rdn(ORGANIZATION, UTF8, ""),
        rdn("1.2.840.113549.1.9.1", 0x16, ""),
        rdn(COMMON_NAME, UTF8, HOST),
    ]);
    let nameless = Csr::new(sequence(&[rdn(COMMON_NAME, UTF8, "")]));
    let all_kinds = [
        dns(HOST),
        email("admin@example.com"),
        uri("https://svm1.example.com/a"),
        ip(&[10, 0, 0, 1]),
        ip(&[0; 16]),
    ];
    vec![
        ("Microsoft's attribute", microsoft),
        ("empty attributes", Csr::new(empty)),
        (
            "empty subject",
            nameless.with(alternative_names(&[dns(HOST)])),
        ),
        ("trailing dot", Csr::named("svm1.example.com.")),
        ("underscore", Csr::named("svm_1.example.com")),
        (
            "to be a CA",
            Csr::named(HOST)
                .with(basic_constraints(true, Some(0)))
                .with(key_usage(0x86)),
        ),
        (
            "usages",
            Csr::named(HOST).with(extended_key_usage(&[CODE_SIGNING, SERVER_AUTH])),
        ),
        (
            "unknown",
            Csr::named(HOST)
                .with(Extension::critical(UNKNOWN, vec![5, 0]))
                .with(name_constraints(&[dns("a.example")], &[])),
        ),
        (
            "every kind of name",
            Csr::named(HOST).with(alternative_names(&all_kinds)),
        ),
        (
            "Teletex",
            Csr::new(sequence(&[
                rdn(ORGANIZATION, 0x14, "Acme"),
                rdn(COMMON_NAME, 0x16, HOST),
            ])),
        ),
        (
            "T61 and e-mail",
            Csr::new(sequence(&[
                rdn(COMMON_NAME, 0x14, HOST),
                rdn("1.2.840.113549.1.9.1", 0x16, "admin@example.com"),
            ])),
        ),
        (
            "an e-mail address that is asked for too",
            Csr::new(sequence(&[
                rdn(COMMON_NAME, UTF8, HOST),
                rdn("1.2.840.113549.1.9.1", 0x16, "admin@example.com"),
            ]))
            .with(alternative_names(&[dns(HOST), email("admin@example.com")])),
        ),
    ]
}

#[test]
fn what_is_signed_is_read_by_all() {
    let root = Cert::root("Root");
    let ca = load(&root);
    let folder = Folder::new("what-is-signed");
    let root_file = folder.write("root.pem", &root.pem());
    let mut files = Vec::new();
    for (place, (name, csr)) in odd_requests().into_iter().enumerate() {
        let signed = signed_by(&ca, &csr).unwrap_or_else(|error| panic!("{name}: {error}"));
        files.push((
            name,
            folder.write(&format!("{place}.pem"), &signed.public_certificate),
        ));
    }
    if tool("openssl") {
        let at = (NOW + 3600).to_string();
        each_named(files.clone(), |file| {
            let text = assert_runs("openssl", &["x509", "-noout", "-text", "-in", &file]);
            assert!(!text.contains("<ERROR>"), "{text}");
            let verify = [
                "verify",
                "-x509_strict",
                "-attime",
                &at,
                "-CAfile",
                &root_file,
                &file,
            ];
            assert_runs("openssl", &verify);
        });
    }
    if tool("lint_pkix_cert") {
        each_named(files.clone(), |file| {
            let output = run("lint_pkix_cert", &["lint", "-s", "ERROR", &file]);
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{text}");
        });
    }
    if tool("go") {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/others/read.go");
        let mut args = vec!["run", program, &root_file];
        args.extend(files.iter().map(|(_, file)| file.as_str()));
        assert_runs("go", &args);
    }
}
