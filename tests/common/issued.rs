//! The extensions of an issued certificate as they stand in the DER.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use der::Decode;
use x509_cert::Certificate;

/// Each extension and whether it is critical.
pub fn extensions(pem: &str) -> Vec<(ObjectIdentifier, bool)> {
    let (_, der) = pem_rfc7468::decode_vec(pem.as_bytes()).unwrap();
    let certificate = Certificate::from_der(&der).unwrap();
    let list = certificate.tbs_certificate().extensions().unwrap();
    list.iter()
        .map(|extension| (extension.extn_id, extension.critical))
        .collect()
}

/// All that a certificate below a CA has; whether its alternative names are critical, if it has any.
pub fn expected(alternatives: Option<bool>) -> Vec<(ObjectIdentifier, bool)> {
    let mut list = vec![
        (ID_CE_BASIC_CONSTRAINTS, true),
        (ID_CE_KEY_USAGE, true),
        (ID_CE_EXT_KEY_USAGE, false),
    ];
    list.extend(alternatives.map(|critical| (ID_CE_SUBJECT_ALT_NAME, critical)));
    list.extend([
        (ID_CE_SUBJECT_KEY_IDENTIFIER, false),
        (ID_CE_AUTHORITY_KEY_IDENTIFIER, false),
    ]);
    list
}
