//! What we write, read by other tools.

use crate::common::{Folder, assert_runs, policy, rng, run, skip, tool, vector};
use crate::{PASSWORD, open};
use certwright::{Certificate, CreateRequest, KeyAndCertificates, SecretPem, create};

const OTHER: &str = "päss→😀";

/// A key of each type with its certificate, and a certificate above it.
fn containers() -> Vec<(&'static str, KeyAndCertificates)> {
    let root = open("openssl.p12", PASSWORD).unwrap().certificates()[1].clone();
    let made = |name, algorithm: &str, size| {
        let request = CreateRequest::server("a.example.com");
        let request = request.with_algorithm(algorithm).with_key_size(size);
        let made = create(&request, &policy(), &mut rng(7)).unwrap();
        let certificates = vec![root.clone(), made.certificate];
        let both = KeyAndCertificates::new(made.private_key_der.as_bytes(), certificates);
        (name, both.unwrap())
    };
    vec![
        made("rsa", "rsa", 2048),
        made("p256", "ec", 256),
        made("p521", "ec", 521),
    ]
}

/// Each file that we write, as `read` takes it: its path and password.
fn each_file(folder: &Folder, mut read: impl FnMut(&str, &str, &KeyAndCertificates)) {
    for (name, both) in containers() {
        for (kind, password) in [("word", PASSWORD), ("other", OTHER)] {
            let der = both.to_pkcs12(password, &mut rng(9));
            let again = KeyAndCertificates::from_pkcs12(&der, password, &policy().with_fips());
            assert_eq!(again.unwrap().certificates(), both.certificates());
            let path = folder.path(&format!("{name}-{kind}.p12"));
            std::fs::write(&path, der).unwrap();
            read(&path, password, &both);
        }
    }
}

/// The blocks of PEM in a text, each without what stands around it.
fn blocks(text: &str, label: &str) -> Vec<String> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    text.split(&begin)
        .skip(1)
        .map(|rest| {
            let body = rest.split(&end).next().unwrap();
            format!("{begin}{body}{end}\n")
        })
        .collect()
}

fn certificates_of(both: &KeyAndCertificates) -> Vec<String> {
    let certificates = both.certificates().iter();
    certificates.map(Certificate::to_pem).collect()
}

#[test]
fn openssl_reads_what_we_write() {
    if !tool("openssl") {
        return skip("openssl is not there");
    }
    let folder = Folder::new("p12-openssl");
    each_file(&folder, |path, password, both| {
        let pass = format!("pass:{password}");
        let text = assert_runs(
            "openssl",
            &["pkcs12", "-in", path, "-passin", &pass, "-noenc"],
        );
        assert_eq!(blocks(&text, "CERTIFICATE"), certificates_of(both));
        assert_eq!(
            blocks(&text, "PRIVATE KEY"),
            [both.private_key().unwrap().as_str()]
        );
    });
}

#[test]
fn openssl_reads_keys_that_we_encrypt() {
    if !tool("openssl") {
        return skip("openssl is not there");
    }
    let folder = Folder::new("encrypted-openssl");
    for name in ["server.key", "ca-p384.key"] {
        let key = SecretPem::from(vector(name));
        let encrypted = key.encrypt(OTHER, &mut rng(3)).unwrap();
        assert_eq!(encrypted.decrypt(OTHER, &policy()).unwrap(), key);
        let path = folder.write("key.pem", encrypted.as_str());
        let pass = format!("pass:{OTHER}");
        let read = assert_runs("openssl", &["pkey", "-in", &path, "-passin", &pass]);
        assert_eq!(read, key.as_str());
    }
}

#[test]
fn certtool_reads_what_we_write() {
    if !tool("certtool") {
        return skip("certtool is not there");
    }
    let folder = Folder::new("p12-certtool");
    each_file(&folder, |path, password, both| {
        let arguments = [
            "--inder",
            "--p12-info",
            "--infile",
            path,
            "--password",
            password,
        ];
        let text = assert_runs("certtool", &arguments);
        assert_eq!(
            blocks(&text, "CERTIFICATE").len(),
            both.certificates().len()
        );
        // It shows keys encrypted anew.
        assert!(text.contains("PRIVATE KEY-----"), "{text}");
    });
}

#[test]
fn java_reads_what_we_write() {
    if !tool("keytool") {
        return skip("keytool is not there");
    }
    let folder = Folder::new("p12-java");
    each_file(&folder, |path, password, both| {
        // keytool takes passwords in the characters of its locale.
        if password != PASSWORD {
            return;
        }
        let arguments = ["-list", "-rfc", "-keystore", path, "-storetype", "PKCS12"];
        let arguments = [&arguments[..], &["-storepass", password]].concat();
        let text = assert_runs("keytool", &arguments);
        assert!(text.contains("PrivateKeyEntry"), "{text}");
        let leaf = both.certificates()[0].to_pem();
        let found = blocks(&text.replace('\r', ""), "CERTIFICATE");
        assert_eq!(found.first(), Some(&leaf));
    });
}

#[test]
fn nss_reads_what_we_write() {
    if !tool("pk12util") {
        return skip("pk12util is not there");
    }
    let folder = Folder::new("p12-nss");
    let db = format!("sql:{}", folder.path("db"));
    std::fs::create_dir_all(folder.path("db")).unwrap();
    assert_runs("certutil", &["-N", "-d", &db, "--empty-password"]);
    each_file(&folder, |path, password, _| {
        assert_runs("pk12util", &["-i", path, "-d", &db, "-W", password]);
    });
}

#[test]
fn python_reads_what_we_write() {
    const SCRIPT: &str = "import sys
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
key, leaf, above = pkcs12.load_key_and_certificates(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())
assert key is not None
print(''.join(one.public_bytes(Encoding.PEM).decode() for one in [leaf, *above]), end='')";
    let python = std::env::var("CERTWRIGHT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = run(&python, &["-c", "import cryptography"]);
    if !has.status.success() {
        return skip("Python's cryptography is not there");
    }
    let folder = Folder::new("p12-python");
    each_file(&folder, |path, password, both| {
        let text = assert_runs(&python, &["-c", SCRIPT, path, password]);
        assert_eq!(blocks(&text, "CERTIFICATE"), certificates_of(both));
    });
}
