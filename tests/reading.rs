//! What people paste where a certificate, a signing request or a private key should be: what is read
//! all the same, and what the refusal of the rest says. One table for each kind:
//!
//! | kind | tests |
//! |---|---|
//! | the certificate that fits the key is not the first of a bundle | `others`: `bundles::the_leaf_is_the_one_that_the_key_fits`, `bundles::a_key_that_fits_nothing` |
//! | another kind of file: PKCS#7, PKCS#12, CMS, DER, base64 of PEM, SSH and public keys, UTF-16, HTML | `another_kind_of_file_is_named_with_the_way_out` |
//! | label and content of a key differ | `keys_are_read_whatever_their_label_says` |
//! | formats of keys that RFC 5958 and 5915 allow, or that old tools write | `keys_are_read_whatever_their_label_says` |
//! | keys and curves that are not supported | `keys_that_are_not_supported_are_named_in_every_container` |
//! | RSA keys without NULL, compressed points | `public_keys_are_read_in_odd_forms_and_issued_in_the_usual_one` |
//! | ECDSA with parameters | `parameters_of_ecdsa_must_be_absent` |
//! | object identifiers of any arc size | `object_identifiers_have_arcs_of_any_size`, `long_object_identifiers_in_certificates` |
//! | base64 with a foreign character, or a space for a `+` | `a_base64_fault_has_its_place` |
//! | octets behind the DER, or too few | `octets_behind_the_der_are_counted` |
//! | several certificates where one is wanted | `the_first_of_a_bundle_is_meant` |
//! | a BEGIN that does not start a line | `a_begin_within_a_line_is_no_block` |
//! | hidden characters in names | `names_show_what_they_hide` |
//! | a name in JSON that is no field | `bodies`: `unknown_names_come_before_fixed_ones_and_those_before_types` |
//! | a string where a list is meant, a key where none is | `bodies`: `every_field_is_read_as_its_type_and_no_other`, `no_error_shows_a_key`, `no_operation_shows_a_key` |
//!
//! That no message grows with its input is for `messages`.

mod common;

use base64ct::{Base64, Encoding as _};
use certwright::{
    Certificate, CertificateAuthority, ChainRequest, CsrRequest, Error, ErrorCode,
    ExtendedKeyUsage, InstallRequest, KeyAlgorithm, SignRequest, SignedCertificate, SigningRequest,
    Warning, check_fips, generate_csr, inspect, install, match_key, sign, validate_chain,
};
use common::issue::{self, sequence, tlv};
use common::rows::each_named;
use common::{ca, policy, rng, vector};
use der::{Decode as _, Encode as _};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::Path;

fn pasted(name: &str) -> String {
    vector(&format!("reading/{name}"))
}

fn octets(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/reading");
    std::fs::read(folder.join(name)).unwrap()
}

/// What a field is for.
#[derive(Clone, Copy)]
enum Field {
    Certificate,
    Request,
    Key,
}
use Field::{Certificate as Cert, Key, Request};

/// The refusals of all operations that read such a field.
fn refusals(field: Field, text: &str) -> Vec<Error> {
    let (server, key) = (vector("server.pem"), vector("server.key"));
    let loaded = |certificate: &str, key: &str| {
        CertificateAuthority::from_pem(certificate, key, &policy()).err()
    };
    let of_install = |certificate: &str, key: &str| {
        install(&InstallRequest::server(certificate, key), &policy()).err()
    };
    let errors = match field {
        Field::Certificate => vec![
            inspect(text).err(),
            check_fips(text).err(),
            match_key(text, &key).err(),
            Certificate::from_pem_bundle(text).err(),
            of_install(text, &key),
            loaded(text, &key),
        ],
        Field::Request => vec![SigningRequest::from_pem(text).err(), signed(text).err()],
        Field::Key => vec![
            match_key(&server, text).err(),
            of_install(&server, text),
            loaded(&vector("root.pem"), text),
        ],
    };
    errors
        .into_iter()
        .enumerate()
        .map(|(at, error)| error.unwrap_or_else(|| panic!("operation {at} accepts it")))
        .collect()
}

fn signed(text: &str) -> Result<SignedCertificate, Error> {
    let ca = ca("ca-p256");
    sign(&ca, &SignRequest::new(text), &policy(), &mut rng(1))
}

/// Each operation says the same: with the code of the field (a CA that is loaded has its own), what
/// was found and the way out.
fn refused(field: Field, text: &str, says: &[&str]) {
    let code = match field {
        Field::Certificate => ErrorCode::CertificateUnreadable,
        Field::Request => ErrorCode::SigningFailed,
        Field::Key => ErrorCode::PrivateKeyUnreadable,
    };
    refused_with(code, field, text, says);
}

fn refused_with(code: ErrorCode, field: Field, text: &str, says: &[&str]) {
    for error in refusals(field, text) {
        let of_ca = error
            .target()
            .is_some_and(|target| target.starts_with("ca_"));
        if code == ErrorCode::KeyTypeNotSupported || !of_ca {
            assert_eq!(error.code(), code, "{error}");
        } else {
            assert_eq!(error.code(), ErrorCode::CaCannotSign, "{error}");
        }
        for words in says {
            assert!(
                error.message().contains(words),
                "{words:?} is not in: {error}"
            );
        }
        assert!(error.message().len() < 400, "{error}");
    }
}

type Row = (&'static str, Field, String, &'static [&'static str]);

#[track_caller]
fn each_is_refused(rows: Vec<Row>) {
    let named = rows
        .into_iter()
        .map(|(name, field, text, says)| (name, (field, text, says)));
    each_named(named, |(field, text, says)| refused(field, &text, says));
}

/// Where the crate itself reads what was given, the refusal names the function beside the command.
#[cfg(feature = "pkcs12")]
#[test]
fn the_function_that_reads_it_is_named() {
    const PKCS12: &str = "`KeyAndCertificates::from_pkcs12`";
    const PKCS7: &str = "`Certificate::from_pkcs7`";
    each_is_refused(vec![
        ("PKCS#7", Cert, pasted("pkcs7.pem"), &[PKCS7, PRINT_CERTS]),
        (
            "PKCS#7, label CERTIFICATE",
            Cert,
            pasted("pkcs7-labelled-certificate.pem"),
            &[PKCS7, PRINT_CERTS],
        ),
        (
            "PKCS#7, base64",
            Cert,
            pasted("pkcs7.b64"),
            &["base64 -d", PKCS7, PRINT_CERTS],
        ),
        (
            "PKCS#12",
            Cert,
            pasted("pkcs12.b64"),
            &["base64 -d", PKCS12, "openssl pkcs12 -nokeys"],
        ),
        (
            "PKCS#12 for a key",
            Key,
            pasted("pkcs12.b64"),
            &["base64 -d", PKCS12, "openssl pkcs12 -nocerts"],
        ),
        (
            "encrypted key",
            Key,
            pasted("key-encrypted.pem"),
            &["`SecretPem::decrypt`", "openssl pkey"],
        ),
    ]);
    // What a function does not read is not sent to it.
    for text in [
        pasted("key-encrypted-pkcs1.pem"),
        pasted("key-encrypted-labelled-plain.pem"),
    ] {
        for error in refusals(Key, &text) {
            assert!(!error.message().contains("SecretPem::decrypt"), "{error}");
        }
    }
    // The files themselves, given as the DER of a certificate.
    for (name, function) in [("openssl.p12", PKCS12), ("bundle.p7b", PKCS7)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("vectors/pkcs12")
            .join(name);
        let error = Certificate::from_der(&std::fs::read(path).unwrap()).unwrap_err();
        assert!(error.message().contains(function), "{error}");
        assert!(error.message().len() < 400);
    }
}

const PLUS: &str = "a + may have become a space";
const PRINT_CERTS: &str = "openssl pkcs7 -print_certs";

#[test]
#[rustfmt::skip]
#[allow(clippy::too_many_lines, reason = "a table")]
fn another_kind_of_file_is_named_with_the_way_out() {
    let swap = |text: &str, label: &str, other: &str| text.replace(label, other);
    let (server, csr, key) = (
        vector("server.pem"),
        vector("csr-plain.pem"),
        vector("server.key"),
    );
    let utf16 = |name| lossy(&octets(name));
    let latin = |name| latin1(&octets(name));
    let der = lossy(&octets("certificate.der"));
    let pkcs12 = Base64::decode_vec(&pasted("pkcs12.b64").replace('\n', "")).unwrap();
    let html = "<!DOCTYPE html>\n<html><body>Log in</body></html>".to_owned();
    each_is_refused(vec![
        ("PKCS#7", Cert, pasted("pkcs7.pem"), &["a PKCS#7 bundle", "PKCS7", PRINT_CERTS]),
        ("PKCS#7, label CERTIFICATE", Cert, pasted("pkcs7-labelled-certificate.pem"), &["a PKCS#7 bundle", PRINT_CERTS]),
        ("PKCS#7, label CMS", Cert, pasted("pkcs7-labelled-cms.pem"), &["a CMS message", PRINT_CERTS]),
        ("PKCS#7, label in full", Cert, pasted("pkcs7-labelled-in-full.pem"), &["a PKCS#7 bundle", PRINT_CERTS]),
        ("PKCS#7, base64", Cert, pasted("pkcs7.b64"), &["base64 of a PKCS#7 bundle", "base64 -d", PRINT_CERTS]),
        ("PKCS#7 for a request", Request, pasted("pkcs7.pem"), &["a PKCS#7 bundle", "signing request itself"]),
        ("PKCS#7 for a key", Key, pasted("pkcs7.pem"), &["a PKCS#7 bundle", "private key itself"]),
        ("encrypted CMS", Cert, pasted("cms-encrypted.pem"), &["a CMS message"]),
        ("encrypted CMS, label CERTIFICATE", Cert, swap(&pasted("cms-encrypted.pem"), "CMS", "CERTIFICATE"), &["a CMS message"]),
        ("PKCS#12, base64", Cert, pasted("pkcs12.b64"), &["base64 of a PKCS#12 file", "openssl pkcs12 -nokeys"]),
        ("PKCS#12 for a key", Key, pasted("pkcs12.b64"), &["base64 of a PKCS#12 file", "openssl pkcs12 -nocerts"]),
        ("PKCS#12, label CERTIFICATE", Cert, wrapped("CERTIFICATE", &pasted("pkcs12.b64")), &["a PKCS#12 file"]),
        ("PKCS#12, label PRIVATE KEY", Key, wrapped("PRIVATE KEY", &pasted("pkcs12.b64")), &["a PKCS#12 file", "openssl pkcs12 -nocerts"]),
        ("DER as text", Cert, der, &["binary DER", "openssl x509 -inform der"]),
        ("DER as Latin-1", Cert, latin("certificate.der"), &["binary DER", "openssl x509 -inform der"]),
        ("DER in hexadecimal", Cert, hex(&octets("certificate.der")), &["hexadecimal digits of DER", "xxd -r -p"]),
        ("base64 of PEM, in one line", Cert, pasted("certificate-pem.b64"), &["base64 of a PEM text", "base64 -d"]),
        ("base64 of PEM, a request", Request, pasted("request-pem.b64"), &["base64 of a PEM text", "base64 -d"]),
        ("base64 of PEM, a key", Key, pasted("key-pem.b64"), &["base64 of a PEM text", "base64 -d"]),
        ("base64 of PEM of something else", Cert, pasted("request-pem.b64"), &["base64 of a PEM text", "of a signing request"]),
        ("base64 of DER", Cert, pasted("certificate-der.b64"), &["base64 of a certificate", "-----BEGIN CERTIFICATE-----"]),
        ("OpenSSH, EC", Key, pasted("key-openssh-ec.pem"), &["an OpenSSH private key", "ssh-keygen -p -m PEM"]),
        ("OpenSSH, RSA", Key, pasted("key-openssh-rsa.pem"), &["an OpenSSH private key", "ssh-keygen -p -m PEM"]),
        ("OpenSSH for a certificate", Cert, pasted("key-openssh-ec.pem"), &["an OpenSSH private key", "certificate itself"]),
        ("SSH public key", Key, pasted("public-ssh.txt"), &["a public key of SSH"]),
        ("PuTTY", Key, "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n".to_owned(), &["a private key of PuTTY", "ssh-keygen -p -m PEM"]),
        ("public key", Key, pasted("public.pem"), &["a public key", "private key itself"]),
        ("public key, PKCS#1", Key, pasted("public-pkcs1.pem"), &["a public key"]),
        ("public key for a certificate", Cert, pasted("public.pem"), &["a public key"]),
        ("public key, label PRIVATE KEY", Key, swap(&pasted("public.pem"), "PUBLIC", "PRIVATE"), &["a public key was found"]),
        ("public key, PKCS#1, label PRIVATE KEY", Key, swap(&pasted("public-pkcs1.pem"), "PUBLIC", "PRIVATE"), &["a public key was found"]),
        ("public key, label CERTIFICATE", Cert, swap(&pasted("public.pem"), "PUBLIC KEY", "CERTIFICATE"), &["a public key was found"]),
        ("encrypted key", Key, pasted("key-encrypted.pem"), &["encrypted", "openssl pkey"]),
        ("encrypted key, PKCS#1", Key, pasted("key-encrypted-pkcs1.pem"), &["encrypted", "openssl pkey"]),
        ("encrypted key, label PRIVATE KEY", Key, pasted("key-encrypted-labelled-plain.pem"), &["an encrypted private key", "openssl pkey"]),
        ("request for a certificate", Cert, csr.clone(), &["a signing request", "CERTIFICATE REQUEST", "CA"]),
        ("request, label CERTIFICATE", Cert, swap(&csr, "CERTIFICATE REQUEST", "CERTIFICATE"), &["a signing request was found"]),
        ("request for a key", Key, csr.clone(), &["a signing request"]),
        ("certificate for a key", Key, server.clone(), &["a certificate", "private key itself"]),
        ("certificate, label PRIVATE KEY", Key, swap(&server, "CERTIFICATE", "PRIVATE KEY"), &["a certificate was found"]),
        ("certificate for a request", Request, server.clone(), &["a certificate", "signing request itself"]),
        ("certificate, label CERTIFICATE REQUEST", Request, swap(&server, "CERTIFICATE", "CERTIFICATE REQUEST"), &["a certificate was found"]),
        ("key for a certificate", Cert, key.clone(), &["a private key", "certificate itself"]),
        ("key, label CERTIFICATE", Cert, swap(&key, "PRIVATE KEY", "CERTIFICATE"), &["a private key was found"]),
        ("key for a request", Request, key.clone(), &["a private key", "openssl req -new"]),
        ("certificate of OpenSSL's own", Cert, pasted("trusted.pem"), &["TRUSTED CERTIFICATE", "openssl x509"]),
        ("CRL label", Cert, swap(&server, "CERTIFICATE", "X509 CRL"), &["a certificate revocation list"]),
        ("unknown label", Cert, swap(&server, "CERTIFICATE", "PGP MESSAGE"), &["a block PGP MESSAGE"]),
        ("UTF-16 with a mark", Request, utf16("request.utf16"), &["UTF-16", "iconv"]),
        ("UTF-16 as Latin-1", Request, latin("request.utf16"), &["UTF-16", "iconv"]),
        ("UTF-16, big-endian", Request, utf16("request.utf16be"), &["UTF-16", "iconv"]),
        ("UTF-16, a key", Key, key.chars().flat_map(|c| [c, '\0']).collect(), &["UTF-16", "iconv"]),
        ("PKCS#12 as text", Cert, lossy(&pkcs12), &["a PKCS#12 file", "openssl pkcs12 -nokeys"]),
        ("PKCS#12 as Latin-1", Key, latin1(&pkcs12), &["a PKCS#12 file", "openssl pkcs12 -nocerts"]),
        ("JKS as text", Cert, lossy(JKS), &["a Java keystore", "keytool -exportcert -rfc"]),
        ("JKS as Latin-1", Key, latin1(JKS), &["a Java keystore", "keytool -importkeystore"]),
        ("JKS for a request", Request, lossy(JKS), &["a Java keystore", "signing request itself"]),
        ("JCEKS as text", Key, lossy(JCEKS), &["a Java keystore"]),
        ("JCEKS as Latin-1", Cert, latin1(JCEKS), &["a Java keystore"]),
        ("JKS, base64", Key, Base64::encode_string(JKS), &["base64 of a Java keystore"]),
        ("keytool -list", Cert, "Keystore type: JKS\nKeystore provider: SUN\n".to_owned(), &["`keytool -list`", "-exportcert -rfc"]),
        ("keytool -list, a key", Key, "Keystore type: PKCS12\n".to_owned(), &["`keytool -list`", "openssl pkcs12 -nocerts"]),
        ("keytool -list -v", Cert, "Alias name: a\nCreation date: Nov 26, 2026\n".to_owned(), &["`keytool -list`"]),
        ("certtool", Cert, "X.509 Certificate Information:\n\tVersion: 3\n".to_owned(), &["`certtool`", "PEM itself"]),
        ("certtool, a request", Request, "PKCS #10 Certificate Request Information:\n".to_owned(), &["`certtool`"]),
        ("encoded for a URL", Cert, for_url(&server, "%20"), &["encoded for a URL"]),
        ("encoded for a form", Request, for_url(&csr, "+"), &["encoded for a URL"]),
        ("quoted-printable", Cert, in_mail(&server), &["quoted-printable", "quopri"]),
        ("quoted-printable, a request", Request, in_mail(&csr), &["quoted-printable", "quopri"]),
        ("quoted-printable, a key", Key, in_mail(&key), &["quoted-printable", "quopri"]),
        ("quoted-printable hyphens", Cert, in_mail(&server).replace("-----", "=2D----"), &["quoted-printable", "quopri"]),
        ("quoted-printable END", Key, in_mail(&key).replace("-----END", "=2D----END"), &["quoted-printable", "quopri"]),
        ("parameters", Key, "-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n".to_owned(), &["parameters of a key were found", "DH PARAMETERS"]),
        ("HTML", Cert, html, &["an HTML page"]),
        ("XML", Cert, "<?xml version=\"1.0\"?><ds:X509Certificate/>".to_owned(), &["an XML text"]),
        ("JSON", Cert, "{\"error\":\"not found\"}".to_owned(), &["a JSON text"]),
        ("JSON Web Key", Key, "{\"kty\":\"EC\",\"crv\":\"P-256\"}".to_owned(), &["a JSON Web Key"]),
        ("output of openssl", Cert, pasted("certificate.txt"), &["the output of `openssl -text`"]),
        ("file name", Cert, "/etc/ssl/certs/server.crt".to_owned(), &["the name of a file"]),
        ("file name of Windows", Key, "C:\\keys\\server.KEY".to_owned(), &["the name of a file"]),
        ("words", Cert, "see attachment".to_owned(), &["no BEGIN line"]),
        ("nothing", Cert, String::new(), &["the text is empty"]),
        ("nothing, a request", Request, String::new(), &["the text is empty"]),
        ("space", Request, " \r\n\t".to_owned(), &["nothing but space"]),
        ("a mark alone", Cert, "\u{feff}\n".to_owned(), &["nothing but space"]),
        ("\\n for line ends", Cert, server.replace('\n', "\\n"), &["the two characters \\n", "JSON twice"]),
        ("\\n for line ends, quoted", Cert, format!("\"{}\"", server.replace('\n', "\\n")), &["the two characters \\n"]),
        ("\\n for line ends, a key", Key, key.replace('\n', "\\n"), &["the two characters \\n"]),
        ("\\r\\n for line ends", Request, csr.replace('\n', "\\r\\n"), &["the two characters \\n"]),
        ("two keys", Key, key.repeat(2), &["more than one private key"]),
        ("two requests", Request, csr.repeat(2), &["more than one signing request"]),
    ]);
}

/// The beginnings of keystores: the version, and an entry.
const JKS: &[u8] =
    b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\x01a\0\0\x01\x9a\x17s\xb7w\0\0\x05\0";
const JCEKS: &[u8] = b"\xce\xce\xce\xce\0\0\0\x02\0\0\0\x01\0\0\0\x02\0\x01a";

/// Octets, taken for UTF-8.
fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// Octets, taken for ISO 8859-1.
fn latin1(octets: &[u8]) -> String {
    octets.iter().map(|octet| char::from(*octet)).collect()
}

fn for_url(pem: &str, space: &str) -> String {
    pem.replace('+', "%2B")
        .replace(' ', space)
        .replace('\n', "%0A")
}

/// Quoted-printable, with lines of 40 characters.
fn in_mail(pem: &str) -> String {
    let lines = pem.lines().map(|line| {
        let (start, rest) = line.split_at(line.len().min(40));
        let [start, rest] = [start, rest].map(|part| part.replace('=', "=3D"));
        if rest.is_empty() || line.starts_with('-') {
            format!("{start}{rest}\n")
        } else {
            format!("{start}=\n{rest}\n")
        }
    });
    lines.collect()
}

fn wrapped(label: &str, base64: &str) -> String {
    format!("-----BEGIN {label}-----\n{base64}-----END {label}-----\n")
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

#[test]
#[rustfmt::skip]
fn a_base64_fault_has_its_place() {
    let (server, csr, key) = (
        vector("server.pem"),
        vector("csr-plain.pem"),
        vector("server.key"),
    );
    let line = |text: &str, number: usize| text.lines().nth(number).unwrap().to_owned();
    let change = |text: &str, number: usize, change: &dyn Fn(&str) -> String| {
        let old = line(text, number);
        text.replace(&old, &change(&old))
    };
    let nbsp = |old: &str| format!("{}\u{a0}{}", &old[..10], &old[11..]);
    let blank = |old: &str| format!("{} {}", &old[..10], &old[11..]);
    let lost = |old: &str| old[1..].to_owned();
    let url = |old: &str| format!("{}-{}", &old[..10], &old[11..]);
    let four = |old: &str| {
        format!(
            "{} {} {} {} {}",
            &old[..10],
            &old[11..20],
            &old[21..30],
            &old[31..40],
            &old[41..]
        )
    };
    each_is_refused(vec![
        ("no-break space", Request, change(&csr, 3, &nbsp), &["U+00A0", "no-break space", "line 4, character 11"]),
        ("no-break space, a certificate", Cert, change(&server, 5, &nbsp), &["U+00A0", "line 6, character 11"]),
        ("no-break space, a key", Key, change(&key, 2, &nbsp), &["U+00A0", "line 3, character 11"]),
        ("behind other text", Cert, format!("a\nb\n{}", change(&server, 5, &nbsp)), &["line 8, character 11"]),
        ("lines that end in CR LF", Cert, change(&server, 5, &nbsp).replace('\n', "\r\n"), &["line 6, character 11"]),
        ("base64 of URLs", Cert, change(&server, 2, &url), &["U+002D", "base64 of URLs", "line 3, character 11"]),
        ("a space inside", Request, change(&csr, 3, &blank), &[PLUS, "line 4, character 11"]),
        ("a space inside, a certificate", Cert, change(&server, 4, &blank), &[PLUS, "line 5, character 11"]),
        ("four spaces inside", Cert, change(&server, 4, &four), &[PLUS, "line 5, character 11"]),
        ("four spaces inside, a request", Request, change(&csr, 4, &four), &[PLUS, "line 5, character 11"]),
        ("four spaces inside, a key", Key, change(&key, 4, &four), &[PLUS, "line 5, character 11"]),
        ("a character lost", Cert, change(&server, 4, &lost), &["lacks characters"]),
        ("no END line", Cert, server.lines().take(6).collect::<Vec<_>>().join("\n"), &["no END line", "cut off"]),
        ("another END line", Request, csr.replace("END CERTIFICATE REQUEST", "END CERTIFICATE"), &["no END line"]),
    ]);
}

#[test]
#[rustfmt::skip]
fn octets_behind_the_der_are_counted() {
    let mut rows: Vec<Row> = Vec::new();
    for (field, name, one, five) in [
        (Cert, "certificate", "1 octet stands behind the certificate", "5 octets stand behind the certificate"),
        (Request, "request", "1 octet stands behind the signing request", "5 octets stand behind the signing request"),
        (Key, "key", "1 octet stands behind the private key", "5 octets stand behind the private key"),
    ] {
        let says =
            |words: &'static str| -> &'static [&'static str] { Box::leak(Box::new([words])) };
        rows.push((
            name,
            field,
            pasted(&format!("{name}-one-behind.pem")),
            says(one),
        ));
        rows.push((
            name,
            field,
            pasted(&format!("{name}-five-behind.pem")),
            says(five),
        ));
        rows.push((
            name,
            field,
            pasted(&format!("{name}-cut-off.pem")),
            &["is cut off", "octets of"],
        ));
    }
    each_is_refused(rows);
}

#[test]
fn keys_are_read_whatever_their_label_says() {
    let rows = [
        ("key-pkcs8-labelled-rsa.pem", "server.pem"),
        ("key-pkcs1-labelled-pkcs8.pem", "server.pem"),
        ("key-pkcs1-labelled-ec.pem", "server.pem"),
        ("key-sec1-labelled-pkcs8.pem", "ca-p256.pem"),
        ("key-v2-without-public.pem", "server.pem"),
    ];
    each_named(rows.map(|row| (row.0, row)), |(key, certificate)| {
        match_key(&vector(certificate), &pasted(key)).unwrap();
    });
    // Those of requests, for which there is no certificate yet.
    let rows = [
        "key-pkcs8-labelled-ec.pem",
        "key-v1-with-public.pem",
        "key-with-attributes.pem",
        "key-scalar-33.pem",
        "key-scalar-40.pem",
    ];
    let p256 = signed(&vector("csr-p256.pem")).unwrap().public_certificate;
    each_named(rows.map(|row| (row, row)), |key| {
        match_key(&p256, &pasted(key)).unwrap();
    });
    let p521 = signed(&vector("csr-p521.pem")).unwrap().public_certificate;
    match_key(&p521, &pasted("key-scalar-p521-short.pem")).unwrap();
    refused(
        Key,
        &pasted("key-scalar-too-large.pem"),
        &["does not fit its curve"],
    );
}

#[test]
#[rustfmt::skip]
fn keys_that_are_not_supported_are_named_in_every_container() {
    let rows: &[(&str, Field, &'static [&'static str])] = &[
        ("reading/key-pss.pem", Key, &["a key restricted to RSASSA-PSS"]),
        ("reading/request-pss-key.pem", Request, &["a key restricted to RSASSA-PSS"]),
        ("reading/key-explicit-sec1.pem", Key, &["explicit curve parameters"]),
        ("reading/key-explicit-pkcs8.pem", Key, &["explicit curve parameters"]),
        ("reading/request-explicit.pem", Request, &["explicit curve parameters"]),
        ("reading/key-x25519.pem", Key, &["an X25519 key"]),
        ("reading/key-x448.pem", Key, &["an X448 key"]),
        ("reading/key-ed448.pem", Key, &["an Ed448 key"]),
        ("ed25519.key", Key, &["an Ed25519 key"]),
        ("csr-ed25519.pem", Request, &["an Ed25519 key"]),
        ("reading/key-dsa-traditional.pem", Key, &["a DSA key"]),
        ("dsa.key", Key, &["a DSA key"]),
        ("csr-dsa.pem", Request, &["a DSA key"]),
        ("reading/key-secp256k1-sec1.pem", Key, &["secp256k1"]),
        ("reading/key-secp256k1-pkcs8.pem", Key, &["secp256k1"]),
        ("csr-secp256k1.pem", Request, &["secp256k1"]),
        ("reading/key-brainpoolP256r1-sec1.pem", Key, &["a Brainpool curve"]),
        ("reading/key-brainpoolP256r1-pkcs8.pem", Key, &["a Brainpool curve"]),
        ("reading/key-secp224r1-sec1.pem", Key, &["P-224"]),
        ("reading/key-secp224r1-pkcs8.pem", Key, &["P-224"]),
        ("reading/key-prime192v1-sec1.pem", Key, &["P-192"]),
        ("reading/key-prime192v1-pkcs8.pem", Key, &["P-192"]),
    ];
    let code = ErrorCode::KeyTypeNotSupported;
    each_named(
        rows.iter().map(|row| (row.0, row)),
        |(name, field, says)| {
            refused_with(code, *field, &vector(name), says);
            // As DER too.
            let text = vector(name);
            let (_, der) = pem_rfc7468::decode_vec(text.as_bytes()).unwrap();
            let error = if matches!(field, Request) {
            SigningRequest::from_der(&der).err()
        } else {
                    let root = Certificate::from_pem(&vector("root.pem")).unwrap();
                    CertificateAuthority::from_der(root.der(), &der, &policy()).err()
        };
            assert_eq!(error.unwrap().code(), code);
        },
    );
}

#[test]
fn public_keys_are_read_in_odd_forms_and_issued_in_the_usual_one() {
    let ca = CertificateAuthority::from_pem(
        &pasted("ca-without-null.pem"),
        &vector("root.key"),
        &policy(),
    );
    assert!(ca.is_ok());
    let info = inspect(&pasted("ca-without-null.pem")).unwrap();
    assert_eq!(
        (info.algorithm, info.key_size),
        (KeyAlgorithm::Rsa, Some(2048))
    );
    check_fips(&pasted("ca-without-null.pem")).unwrap();
    match_key(&pasted("ca-without-null.pem"), &vector("root.key")).unwrap();
    install(
        &InstallRequest::server_ca(pasted("ca-without-null.pem")),
        &policy(),
    )
    .unwrap();

    // The same key in its usual form is in the request that they were made from.
    let rows = [
        ("request-without-null.pem", "csr-plain.pem"),
        ("request-compressed-p256.pem", "csr-p256.pem"),
        ("request-compressed-p521.pem", "csr-p521.pem"),
    ];
    each_named(rows.map(|row| (row.0, row)), |(odd, usual)| {
        let odd = signed(&pasted(odd)).unwrap().certificate;
        let usual = signed(&vector(usual)).unwrap().certificate;
        let key_of = |certificate: &Certificate| {
            let info = certificate.info().unwrap();
            info.subject_key_identifier.unwrap()
        };
        assert_eq!(key_of(&odd), key_of(&usual));
        // The point, or the NULL, as the usual one has them.
        let spki = |certificate: &Certificate| {
            let read = x509_cert::Certificate::from_der(certificate.der()).unwrap();
            read.tbs_certificate()
                .subject_public_key_info()
                .to_der()
                .unwrap()
        };
        assert_eq!(spki(&odd), spki(&usual));
    });
}

#[test]
fn object_identifiers_have_arcs_of_any_size() {
    // A UUID's, whose arc has 128 bits.
    let uuid = "2.25.329800735698586629295641978511506172918";
    let odd = pasted("request-uuid-usage.pem");
    let request = SigningRequest::from_pem(&odd).unwrap();
    assert_eq!(request.extended_key_usages().unwrap(), ["serverAuth", uuid]);
    let by_default = signed(&odd).unwrap();
    let dropped = Warning::ExtendedKeyUsageDropped(uuid.to_owned());
    assert!(by_default.warnings.contains(&dropped));
    let usages = ["serverAuth", uuid].map(|usage| usage.parse::<ExtendedKeyUsage>().unwrap());
    let ca = ca("ca-p256").with_extended_key_usages(usages);
    let granted = |csr: &str| {
        let signed = sign(&ca, &SignRequest::new(csr), &policy(), &mut rng(1)).unwrap();
        assert_eq!(signed.warnings, []);
        inspect(&signed.public_certificate)
            .unwrap()
            .extended_key_usages
    };
    assert_eq!(granted(&odd), ["serverAuth", uuid]);
    // As we make them.
    let ours = |usages: [&str; 2]| {
        let request = CsrRequest::new("CN=uuid.example.com").with_algorithm("ec");
        generate_csr(
            &request.with_extended_key_usages(usages),
            &policy(),
            &mut rng(1),
        )
    };
    assert_eq!(
        granted(&ours([uuid, "serverauth"]).unwrap().csr),
        [uuid, "serverAuth"]
    );
    // The largest UUID, and one more.
    let largest = "2.25.340282366920938463463374607431768211455";
    let csr = ours([largest, "1.2.4294967296"]).unwrap().csr;
    let request = SigningRequest::from_pem(&csr).unwrap();
    assert_eq!(
        request.extended_key_usages().unwrap(),
        [largest, "1.2.4294967296"]
    );
    let error = ours(["2.25.340282366920938463463374607431768211456", "any"]).unwrap_err();
    assert_eq!(error.target(), Some("extended_key_usages"));
}

/// In an attribute, an extension, a usage and a policy, with arcs of 33, 128 and 700 bits.
#[test]
fn long_object_identifiers_in_certificates() {
    let oids = [
        [&[0x2a][..], &[0xff; 4], &[0x7f]].concat(),
        [&[0x69, 0x83][..], &[0xf8; 17], &[0x7a]].concat(),
        [&[0x2a][..], &[0xff; 99], &[0x7f]].concat(),
    ];
    each_named(oids.iter().enumerate(), |content| {
        let oid = tlv(6, content);
        let root = issue::Cert::root("root");
        let named = |list: &[u8]| {
            let value = [&[0x0c, 1][..], b"a"].concat();
            tlv(0x31, &sequence(&[list.to_vec(), value]))
        };
        let mut leaf = issue::Cert::leaf("a.example", &root);
        leaf.subject = tlv(
            0x30,
            &[named(&oid), issue::rdn("2.5.4.3", 0x0c, "a.example")].concat(),
        );
        let usages = sequence(&[issue::oid(issue::SERVER_AUTH), oid.clone()]);
        let leaf = leaf
            .with(issue::Extension::new(issue::EXTENDED_KEY_USAGE, usages))
            .with(issue::Extension::new(
                issue::POLICIES,
                sequence(&[sequence(&[oid])]),
            ));
        let info = inspect(&leaf.pem()).unwrap();
        assert_eq!(info.extended_key_usages.len(), 2);
        check_fips(&leaf.pem()).unwrap();
        let chain = ChainRequest::new(leaf.pem()).with_trust_anchor(root.pem());
        validate_chain(&chain, &policy()).unwrap();
        install(
            &InstallRequest::server(leaf.pem(), leaf.key.private_pem()),
            &policy(),
        )
        .unwrap();
    });
}

#[test]
fn parameters_of_ecdsa_must_be_absent() {
    // Of a certificate too.
    let root = issue::Cert::root("root");
    let mut leaf = issue::Cert::leaf("a.example", &root);
    leaf.signer.algorithm = issue::algorithm_null(issue::ECDSA_SHA256);
    let chain = ChainRequest::new(leaf.pem()).with_trust_anchor(root.pem());
    let error = validate_chain(&chain, &policy()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::IssuerUnusable, "{error}");
    assert!(error.message().contains("algorithm"), "{error}");
    for name in ["request-ecdsa-null.pem", "request-ecdsa-curve.pem"] {
        refused(
            Request,
            &pasted(name),
            &["ECDSA with parameters", "must be absent"],
        );
    }
}

#[test]
fn the_first_of_a_bundle_is_meant() {
    let (server, root) = (vector("server.pem"), vector("root.pem"));
    let bundles = [
        server.clone() + &root,
        format!("{}{}", server.trim_end(), root),
        format!(
            "{}\n{server}{root}{}",
            vector("server.key"),
            vector("csr-plain.pem")
        ),
        // What is not the first is not looked at.
        server.clone() + &root.replace('A', "\u{a0}"),
    ];
    each_named(bundles.iter().enumerate(), |bundle| {
        match_key(bundle, &vector("server.key")).unwrap();
        assert_eq!(inspect(bundle).unwrap(), inspect(&server).unwrap());
        check_fips(bundle).unwrap();
        assert_eq!(Certificate::from_pem(bundle).unwrap().to_pem(), server);
    });
    let chain = root.clone() + &server;
    let ca = CertificateAuthority::from_pem(&chain, &vector("root.key"), &policy()).unwrap();
    assert_eq!(ca.certificate().to_pem(), root);
    let error = install(&InstallRequest::server_ca(chain), &policy()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::CertificateUnreadable);
}

#[test]
fn what_is_no_trust_anchor_is_named() {
    let labelled = |text: String, label: &str| text.replace(label, "CERTIFICATE");
    let rows: [(&str, String, &[&str]); 4] = [
        (
            "PKCS#7",
            pasted("pkcs7-labelled-certificate.pem"),
            &["trust anchor 0", "a PKCS#7 bundle", PRINT_CERTS],
        ),
        (
            "request",
            labelled(vector("csr-plain.pem"), "CERTIFICATE REQUEST"),
            &["trust anchor 0", "a signing request was found"],
        ),
        (
            "key",
            labelled(vector("server.key"), "PRIVATE KEY"),
            &["trust anchor 0", "a private key was found"],
        ),
        (
            "PKCS#12",
            wrapped("CERTIFICATE", &pasted("pkcs12.b64")),
            &["trust anchor 0", "a PKCS#12 file"],
        ),
    ];
    let named = rows.map(|(name, text, says)| (name, (text, says)));
    each_named(named, |(text, says)| {
        let chain = ChainRequest::new(vector("server.pem")).with_trust_anchor(&*text);
        let error = validate_chain(&chain, &policy()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::CertificateUnreadable);
        assert_eq!(error.target(), Some("trust_anchors"));
        let store = certwright::TrustStore::from_pem(&text).unwrap();
        for message in [error.message(), store.rejected()[0].error.message()] {
            for words in says {
                assert!(message.contains(words), "{words:?} is not in: {message}");
            }
        }
    });
}

#[test]
fn a_begin_within_a_line_is_no_block() {
    let (server, root, csr) = (
        vector("server.pem"),
        vector("root.pem"),
        vector("csr-plain.pem"),
    );
    for before in ["cert: ", "> ", "#", "\u{2014}", "-", "key=\""] {
        let text = format!("{before}{root}");
        refused(Cert, &text, &["start of a line"]);
        refused(Request, &format!("{before}{csr}"), &["start of a line"]);
        refused(
            Key,
            &format!("{before}{}", vector("server.key")),
            &["start of a line"],
        );
        // The next one counts, as for OpenSSL and Go.
        match_key(&format!("{text}{server}"), &vector("server.key")).unwrap();
    }
    for before in ["", "  ", "\t", "subject=CN = x\r\n", "\u{feff}"] {
        match_key(&format!("{before}{server}"), &vector("server.key")).unwrap();
    }
}

#[test]
fn names_show_what_they_hide() {
    let certificate = pasted("certificate-hidden-characters.pem");
    let info = inspect(&certificate).unwrap();
    assert_eq!(info.subject, r"CN=a\E2\80\AEgpj\E2\80\8B\0A");
    assert_eq!(info.subject, info.issuer);
    assert_eq!(
        info.common_name.as_deref(),
        Some(r"a\u{202e}gpj\u{200b}\u{a}")
    );
    assert_eq!(info.ca, r"a\u{202e}gpj\u{200b}\u{a}");
    assert_eq!(info.subject_alternatives.dns, [r"a\u{a}b\u{1b}[2J.example"]);
    assert_eq!(info.subject_alternatives.uri, [r"http://a\u{d}\u{a}b"]);
    assert_eq!(info.subject_alternatives.email, [r"a\u{7f}@b.example"]);
    let request = SigningRequest::from_pem(&pasted("request-hidden-characters.pem")).unwrap();
    assert_eq!(request.subject(), info.subject);
    assert_eq!(request.names().unwrap(), info.subject_alternatives);
    let parsed = Certificate::from_pem(&certificate).unwrap();
    for shown in [format!("{info:?}"), format!("{parsed:?} {request:?}")] {
        let hidden = |c: char| c.is_control() || "\u{202e}\u{200b}".contains(c);
        assert!(!shown.contains(hidden), "{shown}");
    }
}

fn bounded(error: &Error) {
    assert!(error.message().len() < 1000, "{error}");
    assert!(error.target().is_none_or(|target| target.len() < 1000));
    assert!(
        error
            .arguments()
            .iter()
            .all(|argument| argument.message.len() < 1000)
    );
    let hidden = |c: char| c.is_control() || "\u{202e}\u{200b}\u{feff}".contains(c);
    assert!(!error.message().contains(hidden), "{error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        assert!(cause.to_string().len() < 1000, "{cause}");
        source = cause.source();
    }
}

proptest! {
    #![proptest_config(common::cases(64))]

    /// Whatever becomes of a text on its way, no refusal is longer than a message may be, and none
    /// shows a part of a key.
    #[test]
    fn changed_texts_are_refused_in_words(
        name in prop::sample::select(vec!["server.pem", "csr-p256.pem", "csr-p256.key", "root.pkcs1.key", "ca-p256.sec1.key"]),
        at in any::<prop::sample::Index>(),
        put in "\\PC{0,3}|[\0-\u{ff}]{0,3}|-----BEGIN ",
        take in 0_usize..40,
        from in 0_usize..3,
    ) {
        let mut text = vector(name);
        let start = at.index(text.len());
        let end = (start + take).min(text.len());
        text.replace_range(start..end, &put);
        let text = &text[start.checked_div(from).unwrap_or(0)..];
        let key: String = vector(name).lines().filter(|line| !line.contains('-')).collect();
        let errors = [
            inspect(text).err(),
            match_key(&vector("server.pem"), text).err(),
            SigningRequest::from_pem(text).err(),
        ];
        for error in errors.into_iter().flatten() {
            bounded(&error);
            let shown = format!("{error:?}");
            let shows = |part: &[u8]| shown.as_bytes().windows(8).any(|own| own == part);
            prop_assert!(!key.as_bytes().windows(8).any(shows), "{}", shown);
        }
    }
}
