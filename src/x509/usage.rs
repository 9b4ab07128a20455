//! What a key may be used for: `key_usages` and `extended_key_usages`.

use super::der::element::Elements;
use super::der::oid::Oid;
use crate::base::error::quoted;
use crate::{Error, ErrorCode};
use const_oid::ObjectIdentifier;
use der::flagset::FlagSet;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};

/// The most extended key usages of one request.
pub(crate) const PURPOSES_MAX: usize = 100;

/// The bits of RFC 5280 section 4.2.1.3 by their names there.
const USAGES: [(KeyUsages, &str); 9] = [
    (KeyUsages::DigitalSignature, "digitalSignature"),
    (KeyUsages::NonRepudiation, "nonRepudiation"),
    (KeyUsages::KeyEncipherment, "keyEncipherment"),
    (KeyUsages::DataEncipherment, "dataEncipherment"),
    (KeyUsages::KeyAgreement, "keyAgreement"),
    (KeyUsages::KeyCertSign, "keyCertSign"),
    (KeyUsages::CRLSign, "cRLSign"),
    (KeyUsages::EncipherOnly, "encipherOnly"),
    (KeyUsages::DecipherOnly, "decipherOnly"),
];

const fn oid(text: &'static str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The purposes of RFC 5280 section 4.2.1.12, RFC 4945 section 5.1.3.12 and the IPsec ones that
/// came before it, by their names.
const PURPOSES: [(ObjectIdentifier, &str); 11] = [
    (oid("1.3.6.1.5.5.7.3.1"), "serverAuth"),
    (oid("1.3.6.1.5.5.7.3.2"), "clientAuth"),
    (oid("1.3.6.1.5.5.7.3.3"), "codeSigning"),
    (oid("1.3.6.1.5.5.7.3.4"), "emailProtection"),
    (oid("1.3.6.1.5.5.7.3.5"), "ipsecEndSystem"),
    (oid("1.3.6.1.5.5.7.3.6"), "ipsecTunnel"),
    (oid("1.3.6.1.5.5.7.3.7"), "ipsecUser"),
    (oid("1.3.6.1.5.5.7.3.8"), "timeStamping"),
    (oid("1.3.6.1.5.5.7.3.9"), "OCSPSigning"),
    (oid("1.3.6.1.5.5.7.3.17"), "ipsecIKE"),
    (oid("2.5.29.37.0"), "anyExtendedKeyUsage"),
];

/// Reads names of key usages in any case, their words together or with `_`, `-` or spaces between.
/// `None` if there are no names.
pub(crate) fn key_usages(
    names: &[String],
    target: &'static str,
) -> Result<Option<KeyUsage>, Error> {
    let mut bits = FlagSet::default();
    for name in names {
        let plain = match plain(name).as_str() {
            "contentcommitment" => "nonrepudiation".to_owned(),
            "certsign" | "keycertificatesign" => "keycertsign".to_owned(),
            other => other.to_owned(),
        };
        let (bit, _) = USAGES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(&plain))
            .ok_or_else(|| {
                let accepted = USAGES.map(|(_, known)| known).join(", ");
                refused(name, "a key usage", &accepted, target)
            })?;
        bits |= *bit;
    }
    Ok((!bits.is_empty()).then_some(KeyUsage(bits)))
}

/// Reads names of extended key usages, spelled as [`key_usages`] may be, or their dotted OIDs.
/// Repeated ones collapse, the order stays. `None` if there are no names.
pub(crate) fn extended_key_usages(
    names: &[String],
    target: &'static str,
) -> Result<Option<ExtendedKeyUsage>, Error> {
    if names.len() > PURPOSES_MAX {
        let message = format!(
            "{} extended key usages; accepted are at most {PURPOSES_MAX}",
            names.len()
        );
        return Err(Error::over_limit(message).with_target(target));
    }
    let mut purposes = Vec::with_capacity(names.len());
    for name in names {
        let purpose = purpose(name).ok_or_else(|| {
            let accepted = PURPOSES.map(|(_, known)| known).join(", ");
            let accepted = format!("{accepted} and OIDs in dotted form");
            refused(name, "an extended key usage", &accepted, target)
        })?;
        if !purposes.contains(&purpose) {
            purposes.push(purpose);
        }
    }
    Ok((!purposes.is_empty()).then_some(ExtendedKeyUsage(purposes)))
}

fn purpose(name: &str) -> Option<ObjectIdentifier> {
    let plain = plain(name);
    let plain = if plain == "any" {
        "anyextendedkeyusage"
    } else {
        &plain
    };
    PURPOSES
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(plain))
        .map(|(oid, _)| *oid)
        .or_else(|| ObjectIdentifier::new(name.trim()).ok())
}

fn plain(name: &str) -> String {
    let separator =
        |character: char| character == '_' || character == '-' || character.is_whitespace();
    name.to_ascii_lowercase().replace(separator, "")
}

fn refused(name: &str, noun: &str, accepted: &str, target: &'static str) -> Error {
    let message = format!(
        "\"{}\" is not {noun}; accepted are {accepted}",
        quoted(name)
    );
    Error::new(ErrorCode::CreateFailed, message)
        .with_target(target)
        .with_argument("value", name)
}

/// The names of the bits that are set, as RFC 5280 spells them and in its order.
pub(crate) fn key_usage_names(usage: KeyUsage) -> impl Iterator<Item = &'static str> {
    USAGES
        .iter()
        .filter(move |(bit, _)| usage.0.contains(*bit))
        .map(|(_, name)| *name)
}

/// The purposes of an encoded `ExtKeyUsageSyntax` (RFC 5280 section 4.2.1.12), at least one.
pub(crate) fn purposes_of(der: &[u8]) -> der::Result<Vec<Oid<'_>>> {
    let mut list = Elements::of_sequence(der)?;
    let mut purposes = vec![list.oid()?];
    while !list.is_empty() {
        purposes.push(list.oid()?);
    }
    Ok(purposes)
}

/// The name of an extended key usage, if it has one here.
pub(crate) fn extended_key_usage_name(purpose: ObjectIdentifier) -> Option<&'static str> {
    PURPOSES
        .iter()
        .find(|(oid, _)| *oid == purpose)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use const_oid::db::rfc5280 as db;
    use proptest::prelude::*;

    fn usages(names: &[&str]) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let usage = key_usages(&names, "key_usages").unwrap();
        usage.into_iter().flat_map(key_usage_names).collect()
    }

    fn purposes(names: &[&str]) -> Result<Vec<ObjectIdentifier>, Error> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let usage = extended_key_usages(&names, "extended_key_usages")?;
        Ok(usage.map(|usage| usage.0).unwrap_or_default())
    }

    #[test]
    fn reads_key_usages_in_every_spelling() {
        for (_, name) in USAGES {
            assert_eq!(
                usages(&[name, &name.to_lowercase(), &name.to_uppercase()]),
                [name]
            );
        }
        assert_eq!(
            usages(&[
                "crl sign",
                "digital_signature",
                " Content-Commitment ",
                "certSign"
            ]),
            [
                "digitalSignature",
                "nonRepudiation",
                "keyCertSign",
                "cRLSign"
            ]
        );
        assert!(key_usages(&[], "key_usages").unwrap().is_none());
    }

    #[test]
    fn reads_extended_key_usages() {
        assert_eq!(
            purposes(&[
                "SERVERAUTH",
                "client_auth",
                "1.3.6.1.5.5.7.3.1",
                "ocsp signing",
                "any"
            ])
            .unwrap(),
            [
                db::ID_KP_SERVER_AUTH,
                db::ID_KP_CLIENT_AUTH,
                db::ID_KP_OCSP_SIGNING,
                db::ANY_EXTENDED_KEY_USAGE,
            ]
        );
        assert_eq!(purposes(&[" 1.3.6.1.4.1.311.20.2.2 "]).unwrap().len(), 1);
        assert_eq!(purposes(&[]).unwrap(), []);
        for (oid, name) in PURPOSES {
            assert_eq!(purposes(&[name]).unwrap(), [oid]);
            assert_eq!(extended_key_usage_name(oid), Some(name));
        }
        assert_eq!(extended_key_usage_name(oid("1.2.3")), None);
    }

    #[test]
    fn unknown_names_are_refused() {
        let error = key_usages(&["signing".to_owned()], "key_usage").unwrap_err();
        assert_eq!(error.code(), ErrorCode::CreateFailed);
        assert_eq!(error.target(), Some("key_usage"));
        for bad in [
            "",
            "server",
            "1",
            "1.",
            "1.2.x",
            "3.1.2",
            "1.40.1",
            "1.2.99999999999999999999",
        ] {
            let error = purposes(&[bad]).unwrap_err();
            assert_eq!(error.code(), ErrorCode::CreateFailed, "{bad}");
            assert_eq!(error.target(), Some("extended_key_usages"));
        }
        let error = purposes(&["serverAuth"; 101]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::OutOfMemory);
    }

    proptest! {
        #[test]
        fn arbitrary_names_never_panic(name in "\\PC{0,40}|[0-9.]{0,80}") {
            let _ = key_usages(std::slice::from_ref(&name), "key_usages");
            let _ = extended_key_usages(&[name], "extended_key_usages");
        }

        #[test]
        fn oids_read_back(arcs in prop::collection::vec(any::<u32>(), 1..5)) {
            let text = arcs.iter().fold("1.3".to_owned(), |text, arc| format!("{text}.{arc}"));
            prop_assert_eq!(purposes(&[&text]).unwrap()[0].to_string(), text);
        }
    }
}
