//! Keys that are too short, or none.

use crate::common::issue::{Cert, Key, algorithm, oid, rsa_spki, sequence, tlv};
use crate::common::rows::{each_named, each_row};
use crate::common::{Folder, assert_runs, policy, rng, tool, vector};
use crate::root;
use certwright::{
    ErrorCode as Code, FipsRule, InstallRequest, SignRequest, Warning, check_fips, install, sign,
};

const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";

#[test]
fn short_keys_of_requests() {
    let refused = |csr: String, bits: &str| {
        let error = sign(&root(), &SignRequest::new(csr), &policy(), &mut rng(1)).unwrap_err();
        assert_eq!(error.code(), Code::SigningFailed, "{error}");
        assert!(
            error.message().contains(&format!("has {bits} bits")),
            "{error}"
        );
    };
    refused(vector("csr-rsa1024.pem"), "1024");
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("short-keys-of-requests");
    each_row(["512", "1536", "2047"], |bits| {
        let (key, csr) = (folder.path("key"), folder.path("csr"));
        let size = format!("rsa:{bits}");
        #[rustfmt::skip]
        assert_runs("openssl", &["req", "-new", "-newkey", &size, "-nodes", "-keyout", &key,
            "-subj", "/CN=svm1.example.com", "-out", &csr]);
        refused(std::fs::read_to_string(&csr).unwrap(), bits);
    });
}

#[test]
fn short_keys_that_are_installed() {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("short-keys-that-are-installed");
    each_row([512, 1023, 1024, 2047, 2048], |bits: u32| {
        let (key, certificate) = (folder.path("key"), folder.path("certificate"));
        let size = format!("rsa:{bits}");
        #[rustfmt::skip]
        assert_runs("openssl", &["req", "-x509", "-newkey", &size, "-nodes", "-keyout", &key,
            "-subj", "/CN=svm1.example.com", "-addext", "subjectAltName=DNS:svm1.example.com",
            "-days", "9000", "-out", &certificate]);
        let certificate = std::fs::read_to_string(&certificate).unwrap();
        let key = std::fs::read_to_string(&key).unwrap();
        let now = certwright::Policy::at(std::time::SystemTime::now());
        let requests = [
            InstallRequest::server(&*certificate, key),
            InstallRequest::client_ca(&*certificate),
        ];
        for request in requests {
            match (bits, install(&request, &now)) {
                (..1024, installed) => {
                    let error = installed.unwrap_err();
                    assert_eq!(error.code(), Code::KeySizeNotSupported, "{error}");
                    assert_eq!(error.target(), Some("public_certificate"));
                }
                (..2048, installed) => {
                    let subject = "CN=svm1.example.com".to_owned();
                    assert_eq!(
                        installed.unwrap().warnings,
                        [Warning::WeakKey { subject, bits }]
                    );
                }
                (_, installed) => assert!(installed.unwrap().warnings.is_empty()),
            }
        }
    });
}

fn ec_spki(curve: &str, point: &[u8]) -> Vec<u8> {
    let algorithm = sequence(&[oid("1.2.840.10045.2.1"), oid(curve)]);
    sequence(&[algorithm, tlv(3, &[&[0], point].concat())])
}

#[test]
fn what_is_no_key_is_not_acceptable() {
    let mut even = [0x81; 256];
    even[255] = 0x82;
    let rows = [
        ("off P-256", ec_spki(P256, &[&[4][..], &[1; 64]].concat())),
        ("off P-384", ec_spki(P384, &[&[4][..], &[1; 96]].concat())),
        (
            "an x that no point has",
            ec_spki(P256, &[&[2][..], &[0xff; 32]].concat()),
        ),
        ("infinity", ec_spki(P256, &[0])),
        ("even modulus", rsa_spki(&even)),
    ];
    each_named(rows, |spki| {
        let certificate = Cert::leaf("a.example", &Cert::root("root")).with_key(Key::public(spki));
        let error = check_fips(&certificate.pem()).unwrap_err();
        assert_eq!(error.code(), Code::CertificateNotFips);
        assert_eq!(error.fips_rule(), Some(FipsRule::KeyUnreadable));
    });
    let good = Cert::leaf("a.example", &Cert::root("root"));
    assert!(check_fips(&good.pem()).is_ok());
}

#[test]
fn a_salt_longer_than_the_digest() {
    let request = SignRequest::new(vector("csr-pss-salt-max.pem"));
    assert!(sign(&root(), &request, &policy(), &mut rng(1)).is_ok());
    let error = sign(&root(), &request, &policy().with_fips(), &mut rng(1)).unwrap_err();
    assert_eq!(error.code(), Code::CertificateNotFips);
    assert!(
        matches!(error.fips_rule(), Some(FipsRule::PssSalt { octets: 33.. })),
        "{error}"
    );
    let fits = SignRequest::new(vector("csr-pss.pem"));
    assert!(sign(&root(), &fits, &policy().with_fips(), &mut rng(1)).is_ok());

    // The same of a certificate, for check_fips, install and chains. Its signature is not looked at
    // before.
    let mut certificate = Cert::root("root");
    certificate.signer.algorithm = pss(64);
    let error = check_fips(&certificate.pem()).unwrap_err();
    assert_eq!(error.fips_rule(), Some(FipsRule::PssSalt { octets: 64 }));
    let installed = InstallRequest::server_ca(certificate.pem());
    let error = install(&installed, &policy().with_fips()).unwrap_err();
    assert_eq!(error.fips_rule(), Some(FipsRule::PssSalt { octets: 64 }));
    certificate.signer.algorithm = pss(32);
    assert!(check_fips(&certificate.pem()).is_ok());
}

/// The identifier of PSS with SHA-256 and a salt of so many octets.
fn pss(salt: u8) -> Vec<u8> {
    let sha256 = algorithm("2.16.840.1.101.3.4.2.1");
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), sha256.clone()]);
    let parameters = [
        tlv(0xa0, &sha256),
        tlv(0xa1, &mask),
        tlv(0xa2, &tlv(2, &[salt])),
    ];
    sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&parameters)])
}
