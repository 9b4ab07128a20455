//! `inspect`: what it shows of certificates that OpenSSL made.

mod common;

use certwright::{SignatureHash, inspect};
use common::rows::each_row;
use common::{Folder, assert_runs, tool, vector};

#[test]
fn keys_hashes_and_kinds_are_shown() {
    #[rustfmt::skip]
    let rows = [
        ("server", "rsa", Some(2048), Some("sha256"), false, None),
        ("root", "rsa", Some(2048), Some("sha256"), true, None),
        ("ca-p256", "ec", Some(256), Some("sha256"), true, None),
        ("ca-p384", "ec", Some(384), Some("sha256"), true, None),
        ("ca-p521", "ec", Some(521), Some("sha256"), true, None),
        ("ca-pathlen0", "rsa", Some(2048), Some("sha256"), true, Some(0)),
        ("rsa1024", "rsa", Some(1024), Some("sha256"), false, None),
        ("p224", "ec", Some(224), Some("sha256"), false, None),
        ("sha1", "rsa", Some(2048), Some("sha1"), false, None),
        ("md5", "rsa", Some(2048), Some("md5"), false, None),
        ("pss-salt20", "rsa", Some(2048), Some("sha256"), true, None),
    ];
    each_row(rows, |(name, algorithm, bits, hash, is_ca, length)| {
        let info = inspect(&vector(&format!("{name}.pem"))).unwrap();
        assert_eq!((info.algorithm.name(), info.key_size), (algorithm, bits));
        assert_eq!(info.hash_function.map(SignatureHash::name), hash);
        assert_eq!((info.is_ca, info.path_length), (is_ca, length));
    });
}

#[test]
fn keys_of_other_types_are_shown_too() {
    each_row(["ed25519", "secp256k1"], |name| {
        let info = inspect(&vector(&format!("{name}.pem"))).unwrap();
        assert_eq!(info.hash_function, Some(SignatureHash::Sha256));
        assert!(!info.is_ca);
    });
}

#[test]
fn serial_numbers_are_those_that_openssl_shows() {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("inspect");
    each_row(["server", "root", "ca-p256", "ed25519", "md5"], |name| {
        let pem = vector(&format!("{name}.pem"));
        let file = folder.write("certificate.pem", &pem);
        let said = assert_runs("openssl", &["x509", "-noout", "-serial", "-in", &file]);
        let info = inspect(&pem).unwrap();
        assert_eq!(said.trim(), format!("serial={}", info.serial_number));
    });
}
