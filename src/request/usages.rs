//! What a key may be used for: `key_usages` and `extended_key_usages`.

use crate::x509::usage::{ExtendedKeyUsage, KeyUsage, PURPOSES, PURPOSES_MAX};
use crate::{Error, ErrorCode};
use x509_cert::ext::pkix;

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
) -> Result<Vec<ExtendedKeyUsage>, Error> {
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
    Ok(purposes)
}

fn purpose(name: &str) -> Option<ExtendedKeyUsage> {
    let plain = plain(name);
    let plain = if plain == "any" {
        "anyextendedkeyusage"
    } else {
        &plain
    };
    let mut known = PURPOSES.iter().map(|(_, known)| known);
    let known = known.find(|known| known.eq_ignore_ascii_case(plain));
    known.map_or(name, |known| known).parse().ok()
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
    use proptest::prelude::*;

    fn usages(names: &[&str]) -> Vec<&'static str> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let usage = key_usages(&names, "key_usages").unwrap();
        let read = usage.into_iter().flat_map(KeyUsage::all_of);
        read.map(KeyUsage::name).collect()
    }

    fn purposes(names: &[&str]) -> Result<Vec<String>, Error> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let usages = extended_key_usages(&names, "extended_key_usages")?;
        Ok(usages.iter().map(ToString::to_string).collect())
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
                "serverAuth",
                "clientAuth",
                "OCSPSigning",
                "anyExtendedKeyUsage"
            ]
        );
        assert_eq!(purposes(&[" 1.3.6.1.4.1.311.20.2.2 "]).unwrap().len(), 1);
        assert!(purposes(&[]).unwrap().is_empty());
        for (oid, name) in PURPOSES {
            assert_eq!(purposes(&[name]).unwrap(), [name]);
            assert_eq!(purposes(&[&oid.to_string()]).unwrap(), [name]);
        }
        // A UUID's, of ITU-T X.667 section 7.
        for long in [u128::MAX, 1 << 127, 1 << 32] {
            let oid = format!("2.25.{long}");
            assert_eq!(purposes(&[&oid]).unwrap(), [oid]);
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
            "1.2-3",
            "2.25.340282366920938463463374607431768211456",
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
        fn oids_read_back(arcs in prop::collection::vec(any::<u128>(), 1..9)) {
            let text = arcs.iter().fold("1.3".to_owned(), |text, arc| format!("{text}.{arc}"));
            prop_assert_eq!(purposes(&[&text]).unwrap(), [text]);
        }
    }
}
