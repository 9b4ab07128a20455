//! What other tools write.

use crate::common::rows::each_row;
use crate::common::{policy, vector};
use crate::{PASSWORD, file, fips, open, text};
use certwright::{Certificate, ErrorCode, KeyAndCertificates, SecretPem};

const OTHER: &str = "päss→😀";

/// File, password, whether it has the key, how many certificates, whether FIPS mode takes it.
const FILES: [(&str, &str, bool, usize, bool); 31] = [
    ("openssl.p12", PASSWORD, true, 2, true),
    ("legacy.p12", PASSWORD, true, 2, false),
    ("sha1-3des.p12", PASSWORD, true, 2, false),
    ("sha1-mac.p12", PASSWORD, true, 2, false),
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
        ("aes256.key in a mail", "quopri"),
        ("aes256.key cut off", "lacks characters"),
        ("aes256.key in one string", "escaped for JSON twice"),
    ];
    each_row(rows, |(name, words)| {
        let (name, fate) = name.split_once(' ').unwrap_or((name, ""));
        let pem = text(name);
        let encrypted = SecretPem::from(match fate {
            "in a mail" => pem.replacen('M', "=4D", 1),
            "cut off" => pem
                .replacen("\n-----END", "x\n-----END", 1)
                .replace('=', ""),
            "in one string" => pem.replacen('\n', "\\n", 1).replacen('\n', "\\n", 1),
            _ => pem,
        });
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

/// `EncryptedPrivateKeyInfo` with lengths that are not definite, and data in pieces.
#[test]
fn a_key_in_ber() {
    let (_, der) = pem_rfc7468::decode_vec(text("aes256.key").as_bytes()).unwrap();
    let header = |der: &[u8]| 2 + usize::from(der[1] & 0x7f) * usize::from(der[1] >> 7);
    let inside = &der[header(&der)..];
    // The algorithm is short.
    let (algorithm, data) = inside.split_at(2 + usize::from(inside[1]));
    let data = &data[header(data)..];
    let mut ber = vec![0x30, 0x80];
    ber.extend_from_slice(algorithm);
    ber.extend_from_slice(&[0x24, 0x80]);
    for piece in data.chunks(100) {
        ber.extend_from_slice(&[4, u8::try_from(piece.len()).unwrap()]);
        ber.extend_from_slice(piece);
    }
    ber.extend_from_slice(&[0; 4]);
    let label = "ENCRYPTED PRIVATE KEY";
    let pem = pem_rfc7468::encode_string(label, pem_rfc7468::LineEnding::LF, &ber).unwrap();
    let key = SecretPem::from(pem).decrypt(PASSWORD, &policy()).unwrap();
    assert_eq!(key, SecretPem::from(vector("server.key")));
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
    let in_mail = text("bundle.p7b.pem").replacen('M', "=4D", 1);
    let error = Certificate::from_pkcs7(in_mail.as_bytes()).unwrap_err();
    assert!(error.message().contains("quopri"), "{error}");
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
