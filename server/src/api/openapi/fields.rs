//! The fields of a certificate: what each is, and a filter's value that it may have.

use certwright::{CertificateKind, SignatureHash};
use serde_json::{Value, json};

pub(super) struct Field {
    /// With a dot where it stands in an object.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) schema: Value,
    /// A value of a filter; none where the field is shown alone.
    pub(super) filter: Option<&'static str>,
}

const KINDS: [CertificateKind; 5] = [
    CertificateKind::Client,
    CertificateKind::Server,
    CertificateKind::ClientCa,
    CertificateKind::ServerCa,
    CertificateKind::RootCa,
];
const HASHES: [SignatureHash; 6] = [
    SignatureHash::Md5,
    SignatureHash::Sha1,
    SignatureHash::Sha224,
    SignatureHash::Sha256,
    SignatureHash::Sha384,
    SignatureHash::Sha512,
];

/// Name, what it is, a value of a filter.
type Row = (&'static str, &'static str, Option<&'static str>);

const ROWS: [Row; 20] = [
    (
        "uuid",
        "It is never used again",
        Some("1cd8a442-86d1-11e0-ae1c-123478563412"),
    ),
    ("name", "Unique in its SVM or the cluster", Some("*")),
    (
        "scope",
        "Whether it belongs to the cluster or an SVM",
        Some("cluster"),
    ),
    (
        "svm.name",
        "The SVM that it belongs to; shown whenever there is one",
        Some("!svm1"),
    ),
    ("svm.uuid", "The UUID of that SVM", Some("null")),
    ("type", "What it is kept for", Some("root_ca|server_ca")),
    (
        "common_name",
        "The one given at its installation, else that of the subject",
        Some("*.example.com"),
    ),
    (
        "ca",
        "The issuer's common name, else its whole name",
        Some("ROOT"),
    ),
    (
        "serial_number",
        "In hexadecimal digits, whole octets. As a filter without an operator it is a \
                number: 0A1B, a1b and 0A:1B are one",
        Some("15428D45CF81CF56"),
    ),
    ("hash_function", "Of its signature", Some("!sha1|md5")),
    (
        "key_size",
        "In bits: of the RSA modulus or the curve",
        Some(">=256"),
    ),
    (
        "expiry_time",
        "Its end. Filters take RFC 3339 and `2030-01-25 11:20:13 +0000`",
        Some("<2999-01-01T00:00:00Z"),
    ),
    (
        "public_certificate",
        "In PEM. White space of a filter does not count",
        Some("!null"),
    ),
    ("subject_key_identifier", "Its key's", Some("26:1F*")),
    (
        "authority_key_identifier",
        "Its issuer's key's",
        Some("!null"),
    ),
    (
        "subject_alternatives.dns",
        "DNS names. A filter is met by one of them",
        Some("*.example.com"),
    ),
    (
        "subject_alternatives.email",
        "E-mail addresses. A filter is met by one of them",
        Some("*@example.com"),
    ),
    (
        "subject_alternatives.ip",
        "IP addresses. A filter is met by one of them",
        Some("10.225.34.*"),
    ),
    (
        "subject_alternatives.uri",
        "URIs. A filter is met by one of them",
        Some("https://*"),
    ),
    (
        "azure.verify_host",
        "Whether the vault that it was downloaded from was verified",
        None,
    ),
];

/// Every field.
pub(super) fn all() -> Vec<Field> {
    let field = |(name, about, filter)| Field {
        name,
        about,
        schema: schema(name),
        filter,
    };
    ROWS.map(field).into()
}

fn schema(field: &str) -> Value {
    match field {
        "common_name" => json!({"type": "string"}),
        "uuid" | "svm.uuid" => json!({"type": "string", "format": "uuid"}),
        "name" => json!({"type": "string", "minLength": 1, "maxLength": 255}),
        "scope" => json!({"type": "string", "enum": ["cluster", "svm"]}),
        "svm.name" => json!({"type": "string", "minLength": 1}),
        "type" => json!({"type": "string", "enum": KINDS.map(CertificateKind::name)}),
        "ca" => json!({"type": "string", "minLength": 1, "maxLength": 256}),
        "serial_number" => json!({"type": "string", "pattern": "^([0-9A-F]{2}){1,20}$"}),
        "hash_function" => json!({"type": "string", "enum": HASHES.map(SignatureHash::name)}),
        "key_size" => json!({"type": "integer", "minimum": 1}),
        "expiry_time" => json!({"type": "string", "format": "date-time"}),
        "public_certificate" => {
            json!({"type": "string", "pattern": "^-----BEGIN CERTIFICATE-----\\n"})
        }
        "subject_key_identifier" | "authority_key_identifier" => {
            json!({"type": "string", "pattern": "^[0-9A-F]{2}(:[0-9A-F]{2})*$"})
        }
        "azure.verify_host" => json!({"type": "boolean"}),
        // The lists of names.
        _ => json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
    }
}
