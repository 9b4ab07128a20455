//! What other tools write.

use crate::common::rows::each_row;
use crate::common::{policy, vector};
use crate::{PASSWORD, file, fips, open, text};
use certwright::{Certificate, ErrorCode, KeyAndCertificates, SecretPem};

const OTHER: &str = "päss→😀";

/// File, password, whether it has the key, how many certificates, whether FIPS mode takes it.
const FILES: [(&str, &str, bool, usize, bool); 30] = [
    ("openssl.p12", PASSWORD, true, 2, true),
    ("legacy.p12", PASSWORD, true, 2, false),
    ("sha1-3des.p12", PASSWORD, true, 2, false),
    ("sha1-2des.p12", PASSWORD, true, 2, false),
    ("aes128.p12", PASSWORD, true, 2, true),
    ("aes192.p12", PASSWORD, true, 2, true),
    ("des3.p12", PASSWORD, true, 2, false),
    ("clear-certificates.p12", PASSWORD, true, 2, true),
    ("clear.p12", PASSWORD, true, 2, true),
    ("no-mac.p12", PASSWORD, true, 2, true),
    ("iterations.p12", PASSWORD, true, 2, true),
    ("empty.p12", "", true, 2, true),
    ("empty-legacy.p12", "", true, 2, false),
    ("utf8.p12", OTHER, true, 2, true),
    ("utf8-legacy.p12", OTHER, true, 2, false),
    ("key.p12", PASSWORD, true, 0, true),
    ("certificates.p12", PASSWORD, false, 2, true),
    ("keytool.p12", PASSWORD, true, 2, true),
    ("keytool-legacy.p12", PASSWORD, true, 2, false),
    ("truststore.p12", PASSWORD, false, 1, true),
    ("certtool.p12", PASSWORD, true, 2, true),
    ("certtool-3des.p12", PASSWORD, true, 2, false),
    ("nss.p12", PASSWORD, true, 2, true),
    ("nss-legacy.p12", PASSWORD, true, 2, false),
    ("python.p12", PASSWORD, true, 2, true),
    ("python-legacy.p12", PASSWORD, true, 2, false),
    ("pbmac1.p12", PASSWORD, true, 2, true),
    ("pbmac1-sha512.p12", PASSWORD, true, 2, true),
    ("pbmac1-mixed.p12", PASSWORD, true, 2, true),
    ("ber.p12", PASSWORD, true, 2, true),
];

#[test]
fn files_of_every_tool() {
    let key = SecretPem::from(vector("server.key"));
    each_row(FILES, |(name, password, has_key, certificates, _)| {
        let read = open(name, password).unwrap();
        assert_eq!(read.private_key(), has_key.then_some(&key));
        assert_eq!(read.certificates().len(), certificates);
        if has_key && certificates > 0 {
            let leaf = Certificate::from_pem(&vector("server.pem")).unwrap();
            assert_eq!(read.certificates()[0], leaf);
        }
    });
}

#[test]
fn fips_mode_takes_aes_and_sha_2_alone() {
    each_row(
        FILES,
        |(name, password, _, _, allowed)| match KeyAndCertificates::from_pkcs12(
            &file(name),
            password,
            &fips(),
        ) {
            Ok(_) => assert!(allowed),
            Err(error) => {
                assert!(!allowed, "{error}");
                assert_eq!(error.code(), ErrorCode::CertificateNotFips);
            }
        },
    );
}

#[test]
fn wrong_passwords() {
    each_row(FILES, |(name, password, ..)| {
        // Without encryption and authentication a password is not asked for.
        for wrong in ["", "Certwright", OTHER, "certwright "] {
            if wrong != password {
                let error = open(name, wrong).unwrap_err();
                assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable, "{wrong}");
                assert!(
                    error.to_string().contains("the password is wrong"),
                    "{error}"
                );
            }
        }
    });
}

#[test]
fn encrypted_keys() {
    let key = SecretPem::from(vector("server.key"));
    let rows = [
        ("aes256.key", true),
        ("aes128-sha512.key", true),
        ("sha1-prf.key", true),
        ("des3.key", false),
        ("scrypt.key", false),
        ("pbe-3des.key", false),
    ];
    each_row(rows, |(name, allowed)| {
        let encrypted = SecretPem::from(text(name));
        assert_eq!(encrypted.decrypt(PASSWORD, &policy()).unwrap(), key);
        let wrong = encrypted.decrypt("wrong", &policy()).unwrap_err();
        assert_eq!(wrong.code(), ErrorCode::PrivateKeyUnreadable);
        let answer = encrypted.decrypt(PASSWORD, &fips());
        match answer {
            Ok(_) => assert!(allowed),
            Err(error) => {
                assert!(!allowed);
                assert_eq!(error.code(), ErrorCode::CertificateNotFips);
            }
        }
    });
}

#[test]
fn keys_that_are_not_decrypted_say_why() {
    let rows = [
        ("traditional.key", "openssl pkey"),
        ("pbe-md5.key", "1.2.840.113549.1.5.3 is not supported"),
    ];
    each_row(rows, |(name, words)| {
        let encrypted = SecretPem::from(text(name));
        let error = encrypted.decrypt(PASSWORD, &policy()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
        assert!(error.to_string().contains(words), "{error}");
    });
}

#[test]
fn a_key_in_the_clear_stays_what_it_is() {
    let key = SecretPem::from(vector("server.key"));
    assert_eq!(key.decrypt("", &policy()).unwrap(), key);
    let pkcs1 = SecretPem::from(vector("root.pkcs1.key"));
    let root = SecretPem::from(vector("root.key"));
    assert_eq!(pkcs1.decrypt("any", &policy()).unwrap(), root);
}

/// Those of RFC 9579 appendix A, made anew: its valid files are among [`FILES`].
#[test]
fn authentication_by_pbmac1_that_is_not_right() {
    let rows = [
        (
            "pbmac1-iterations.p12",
            "the password is wrong, or the data was changed",
        ),
        (
            "pbmac1-salt.p12",
            "the password is wrong, or the data was changed",
        ),
        (
            "pbmac1-no-length.p12",
            "the parameters of its encryption are not readable",
        ),
        // RFC 9579 section 5: a key of less than 20 octets authenticates nothing.
        (
            "pbmac1-short.p12",
            "the parameters of its encryption are not readable",
        ),
    ];
    each_row(rows, |(name, why)| {
        let error = open(name, PASSWORD).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PrivateKeyUnreadable);
        assert!(error.message().ends_with(why), "{error}");
    });
}

#[test]
fn bundles() {
    each_row(["bundle.p7b", "bundle.p7b.pem", "bundle-ber.p7b"], |name| {
        let read = Certificate::from_pkcs7(&file(name)).unwrap();
        let subjects: Vec<_> = read.iter().map(Certificate::subject).collect();
        assert_eq!(
            subjects,
            ["CN=server.example.com", "CN=certwright test root"]
        );
    });
    let error = Certificate::from_pkcs7(&file("no-certificate.p7b")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::CertificateUnreadable);
    for other in ["openssl.p12", "aes256.key", "make.sh"] {
        let error = Certificate::from_pkcs7(&file(other)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::CertificateUnreadable, "{other}");
    }
}

#[test]
fn the_certificate_of_the_key_comes_first() {
    let [server, root] =
        ["server.pem", "root.pem"].map(|name| Certificate::from_pem(&vector(name)).unwrap());
    let key = SecretPem::from(vector("server.key"));
    let der = open("key.p12", PASSWORD).unwrap();
    let der = der.private_key_der().unwrap().as_bytes();
    let both = KeyAndCertificates::new(der, vec![root.clone(), server.clone()]).unwrap();
    assert_eq!(both.certificates(), [server, root.clone()]);
    assert_eq!(both.private_key(), Some(&key));
    let error = KeyAndCertificates::new(der, vec![root]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::KeyMismatch);
}
