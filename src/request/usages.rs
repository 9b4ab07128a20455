//! What a key may be used for: `key_usages` and `extended_key_usages`.

use crate::x509::usage::{KeyUsage, PURPOSES, PURPOSES_MAX};
use crate::{Error, ErrorCode};
use const_oid::ObjectIdentifier;
use x509_cert::ext::pkix::{self, ExtendedKeyUsage};

/// Reads names of key usages in any case, their words together or with `_`, `-` or spaces between.
/// `None` if there are no names.
pub(crate) fn key_usages(
    names: &[String],
    target: &'static str,
) -> Result<Option<pkix::KeyUsage>, Error> {
    let mut usages = Vec::new();
    for name in names {
        let plain = match plain(name).as_str() {
            "contentcommitment" => "nonrepudiation".to_owned(),
            "certsign" | "keycertificatesign" => "keycertsign".to_owned(),
            other => other.to_owned(),
        };
        let usage = KeyUsage::ALL
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(&plain))
            .ok_or_else(|| {
                let accepted = KeyUsage::ALL.map(KeyUsage::name).join(", ");
                refused(name, "a key usage", &accepted, target)
            })?;
        usages.push(usage);
    }
    Ok(KeyUsage::extension(usages))
}

/// Reads names of extended key usages, spelled as [`key_usages`] may be, or their dotted OIDs.
/// Repeated ones collapse, the order stays. `None` if there are no names.
pub(crate) fn extended_key_usages(
    names: &[impl AsRef<str>],
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
        let name = name.as_ref();
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
    Error::not_accepted(ErrorCode::CreateFailed, target, name, noun, accepted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use const_oid::db::rfc5280 as db;
    use proptest::prelude::*;

    fn usages(names: &[&str]) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let usage = key_usages(&names, "key_usages").unwrap();
        let read = usage.into_iter().flat_map(KeyUsage::all_of);
        read.map(KeyUsage::name).collect()
    }

    fn purposes(names: &[&str]) -> Result<Vec<ObjectIdentifier>, Error> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let usage = extended_key_usages(&names, "extended_key_usages")?;
        Ok(usage.map(|usage| usage.0).unwrap_or_default())
    }

    #[test]
    fn reads_key_usages_in_every_spelling() {
        for name in KeyUsage::ALL.map(KeyUsage::name) {
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
        }
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
