//! What requests have. `null` is absent, a string where a list is meant is a list of one.

use super::{named, object};
use certwright::{CertificateKind, ExtendedKeyUsage, HashFunction, KeyUsage};
use serde_json::{Value, json};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    vec![
        (
            "NewCertificate",
            either(&[
                "CreateCertificate",
                "InstallCertificate",
                "DownloadCertificate",
                "NewCertificates",
            ]),
        ),
        ("NewCertificates", several()),
        ("CreateCertificate", create()),
        ("InstallCertificate", install()),
        ("DownloadCertificate", download()),
        ("SignCertificate", sign()),
        ("GenerateRequest", signing_request()),
        ("DeleteCertificates", deletion()),
        ("NoFields", closed(&json!({}), &[])),
        ("NewSvm", svm()),
    ]
}

/// An object with these properties. Others are absent too if they are `null`.
fn closed(properties: &Value, required: &[&str]) -> Value {
    let mut schema = super::closed(properties, required);
    schema["additionalProperties"] = json!({"type": "null"});
    schema
}

fn either(schemas: &[&str]) -> Value {
    json!({"anyOf": schemas.iter().map(|schema| named(schema)).collect::<Vec<_>>()})
}

fn text(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn secret(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about, "writeOnly": true})
}

fn spelled(pattern: &str, about: &str) -> Value {
    json!({"type": ["string", "null"], "pattern": pattern, "description": about})
}

fn list(about: &str) -> Value {
    json!({"type": ["array", "string", "null"], "items": {"type": "string"}, "description": about})
}

/// One of these numbers, or its digits.
fn number(values: &[u16], about: &str) -> Value {
    let digits: Vec<_> = values.iter().map(ToString::to_string).collect();
    json!({
        "anyOf": [
            {"type": "integer", "enum": values},
            {"type": "string", "pattern": format!("^ *({}) *$", digits.join("|"))},
            {"type": "null"},
        ],
        "description": about,
    })
}

/// Up to `most`, or its digits.
fn up_to(least: u32, most: u32, about: &str) -> Value {
    json!({
        "anyOf": [
            {"type": "integer", "minimum": least, "maximum": most},
            {"type": "string"},
            {"type": "null"},
        ],
        "description": about,
    })
}

/// The types, with a hyphen too.
fn kinds(accepted: &[CertificateKind]) -> Value {
    let mut names: Vec<_> = accepted.iter().map(|kind| kind.name().to_owned()).collect();
    let hyphened: Vec<_> = names
        .iter()
        .filter(|name| name.contains('_'))
        .map(|name| name.replace('_', "-"))
        .collect();
    names.extend(hyphened);
    json!({"type": "string", "enum": names})
}

/// The hash functions to sign with, in any case, with a hyphen too.
fn hash_function() -> Value {
    let numbers = HashFunction::ALL.map(|hash| hash.name().trim_start_matches("sha"));
    let pattern = format!("^ *[Ss][Hh][Aa]-?({}) *$", numbers.join("|"));
    spelled(&pattern, "sha256 where none is given")
}

fn algorithm() -> Value {
    spelled(
        "^([Rr][Ss][Aa]|[Ee][Cc])$",
        "The kind of the key: rsa, where none is given, or ec",
    )
}

fn expiry_time() -> Value {
    let about = "How long, as in ISO 8601 (P365D, P1Y6M, P52W), or until when (2030-01-25T11:20:13Z, \
                 2030-01-25 11:20:13 +0000): from a day to ten years. P365D where none is given";
    text(about)
}

fn alternatives() -> Value {
    let names = json!({
        "dns": list("DNS names; a wildcard is a whole first label"),
        "email": list("E-mail addresses"),
        "ip": list("IP addresses"),
        "uri": list("URIs"),
    });
    let mut schema = closed(&names, &[]);
    schema["type"] = json!(["object", "null"]);
    schema
}

/// Where it belongs, in every body of a certificate.
fn place() -> Vec<(&'static str, Value)> {
    let svm = json!({
        "name": text("An SVM, or the cluster"),
        "uuid": text("The UUID of an SVM"),
    });
    let mut svm = closed(&svm, &[]);
    svm["type"] = json!(["object", "null"]);
    vec![
        ("svm", svm),
        ("scope", spelled("^(cluster|svm)$", "It must fit svm")),
    ]
}

fn certificate(own: Value, required: &[&str]) -> Value {
    let mut properties = object(place());
    if let (Value::Object(all), Value::Object(own)) = (&mut properties, own) {
        all.extend(own);
    }
    closed(&properties, required)
}

fn name(about: &str) -> Value {
    json!({"type": ["string", "null"], "maxLength": 255, "description": about})
}

fn create() -> Value {
    let kinds = kinds(&[
        CertificateKind::Server,
        CertificateKind::Client,
        CertificateKind::RootCa,
    ]);
    let absent = json!({"type": "null"});
    certificate(
        json!({
            "type": kinds,
            "common_name": {"type": "string", "minLength": 1, "description": "1 to 64 characters"},
            "name": name("Made of the common name where none is given"),
            "algorithm": algorithm(),
            "key_size": number(&[2048, 3072, 256, 384, 521], "2048 or 3072 for rsa, 256, 384 or \
                521 for ec; the first where none is given"),
            "hash_function": hash_function(),
            "expiry_time": expiry_time(),
            "subject_alternatives": alternatives(),
            "public_certificate": absent,
            "private_key": absent,
            "intermediate_certificates": absent,
            "serial_number": absent,
            "azure": absent,
        }),
        &["type", "common_name"],
    )
}

fn install() -> Value {
    let kinds = kinds(&[
        CertificateKind::Server,
        CertificateKind::Client,
        CertificateKind::ClientCa,
        CertificateKind::ServerCa,
    ]);
    certificate(
        json!({
            "type": kinds,
            "public_certificate": {"type": "string", "description": "In PEM; for server and \
                client it may be a bundle"},
            "private_key": secret("In PEM, for server and client"),
            "intermediate_certificates": list("In PEM, for server and client"),
            "common_name": text("Needed where the subject is empty"),
            "name": name("Made of the common name where none is given"),
            "serial_number": {"type": "null"},
            "algorithm": text("Of no effect"),
            "key_size": up_to(0, u32::MAX, "Of no effect"),
            "hash_function": text("Of no effect"),
            "expiry_time": text("Of no effect"),
            "subject_alternatives": alternatives(),
            "azure": {"type": "null"},
        }),
        &["type", "public_certificate"],
    )
}

fn download() -> Value {
    let proxy = json!({
        "type": spelled("^ *[Hh][Tt][Tt][Pp][Ss]? *$", "http or https"),
        "host": text("Its name or address"),
        "port": up_to(1, 65535, "Its port"),
        "username": text("With password, or neither"),
        "password": secret("With username, or neither"),
    });
    let mut proxy = closed(&proxy, &[]);
    proxy["type"] = json!(["object", "null"]);
    let azure = closed(
        &json!({
            "key_vault": {"type": "string", "description": "https:// and the vault's host"},
            "client_id": {"type": "string", "minLength": 1},
            "tenant_id": {"type": "string", "minLength": 1},
            "client_secret": secret("This or client_certificate"),
            "client_certificate": secret("PKCS#12 in base64, or PEM with certificate and key"),
            "oauth_host": text("login.microsoftonline.com where none is given"),
            "timeout": up_to(0, 30, "In seconds; 25 where none is given"),
            "verify_host": {"type": ["boolean", "null"], "description": "Whether the vault is \
                verified; true where it is not given"},
            "proxy": proxy,
        }),
        &["key_vault", "client_id", "tenant_id"],
    );
    let absent = json!({"type": "null"});
    let kinds = kinds(&[
        CertificateKind::Server,
        CertificateKind::Client,
        CertificateKind::ClientCa,
        CertificateKind::ServerCa,
    ]);
    certificate(
        json!({
            "type": kinds,
            "name": {"type": "string", "minLength": 1, "description": "1 to 127 letters, digits \
                and hyphens: its name in the vault"},
            "azure": azure,
            "common_name": text("Needed where the subject is empty"),
            "algorithm": text("Of no effect"),
            "serial_number": absent,
            "public_certificate": absent,
            "private_key": absent,
            "intermediate_certificates": absent,
            "subject_alternatives": absent,
            "key_size": absent,
            "hash_function": absent,
            "expiry_time": absent,
        }),
        &["type", "name", "azure"],
    )
}

fn several() -> Value {
    let element = either(&["CreateCertificate", "InstallCertificate"]);
    closed(
        &json!({"records": {"type": "array", "minItems": 1, "items": element, "description": "All are added, or none"}}),
        &["records"],
    )
}

fn sign() -> Value {
    closed(
        &json!({
            "signing_request": {"type": "string", "description": "A PKCS#10 request in PEM"},
            "expiry_time": expiry_time(),
            "hash_function": hash_function(),
        }),
        &["signing_request"],
    )
}

fn signing_request() -> Value {
    let usages = KeyUsage::ALL.map(KeyUsage::name).join(", ");
    let usages = format!("In any case: {usages}");
    let purposes = [
        ExtendedKeyUsage::SERVER_AUTH,
        ExtendedKeyUsage::CLIENT_AUTH,
        ExtendedKeyUsage::CODE_SIGNING,
        ExtendedKeyUsage::EMAIL_PROTECTION,
        ExtendedKeyUsage::TIME_STAMPING,
        ExtendedKeyUsage::OCSP_SIGNING,
    ];
    let purposes = purposes.map(|purpose| purpose.to_string()).join(", ");
    let purposes = format!("In any case: {purposes}; others as dotted object identifiers");
    let mut schema = closed(
        &json!({
            "subject_name": text("Such as C=US,O=Example,CN=www.example.com"),
            "subject_alternatives": alternatives(),
            "algorithm": algorithm(),
            "security_strength": number(&[112, 128, 192, 256], "In bits: 112, 128 and 192 are \
                RSA of 2048, 3072 and 4096 bits; 112 and 128 are P-256, 192 is P-384, 256 is \
                P-521. 112 where none is given"),
            "hash_function": hash_function(),
            "key_usages": list(&usages),
            "key_usage": list("The same in another spelling"),
            "extended_key_usages": list(&purposes),
            "extended_key_usage": list("The same in another spelling"),
        }),
        &[],
    );
    schema["description"] = "It has a subject_name or subject_alternatives".into();
    schema
}

fn deletion() -> Value {
    let element = closed(
        &json!({"uuid": {"type": "string", "format": "uuid"}}),
        &["uuid"],
    );
    closed(
        &json!({"records": {"type": ["array", "null"], "minItems": 1, "items": element, "description": "Instead of filters"}}),
        &[],
    )
}

fn svm() -> Value {
    super::closed(
        &json!({
            "name": {"type": "string", "minLength": 1, "maxLength": 255},
            "uuid": {"type": ["string", "null"], "format": "uuid", "description": "Made where none is given"},
        }),
        &["name"],
    )
}
