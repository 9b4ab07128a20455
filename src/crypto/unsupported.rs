//! Keys that are recognised only to be refused: each is named.

use super::error::KeyError;

/// What is accepted instead.
macro_rules! refused {
    ($what:literal) => {
        concat!(
            "the key is ",
            $what,
            "; accepted are RSA keys and EC keys on P-256, P-384 and P-521"
        )
    };
}

/// A curve that is written out, whichever it is.
pub(super) const EXPLICIT_CURVE: &str =
    refused!("on a curve that is given by explicit curve parameters instead of its name");

/// The refusal of a type of key, by the content of its OBJECT IDENTIFIER.
pub(super) fn key_type(oid: &[u8]) -> &'static str {
    match oid {
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" => refused!("a key restricted to RSASSA-PSS"),
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07" => refused!("a key restricted to RSAES-OAEP"),
        b"\x2b\x65\x6e" => refused!("an X25519 key, which cannot sign"),
        b"\x2b\x65\x6f" => refused!("an X448 key, which cannot sign"),
        b"\x2b\x65\x70" => refused!("an Ed25519 key"),
        b"\x2b\x65\x71" => refused!("an Ed448 key"),
        b"\x2a\x86\x48\xce\x38\x04\x01" => refused!("a DSA key"),
        b"\x2a\x86\x48\xce\x3e\x02\x01" | b"\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01" => {
            refused!("a Diffie-Hellman key, which cannot sign")
        }
        b"\x2b\x81\x04\x01\x0c" | b"\x2b\x81\x04\x01\x0d" => {
            refused!("a key restricted to ECDH or ECMQV, which cannot sign")
        }
        [0x2a, 0x85, 0x03, ..] => refused!("a GOST key"),
        b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d" => refused!("an SM2 key"),
        // The signature schemes of NIST: FIPS 204 and FIPS 205.
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11..=0x13] => refused!("an ML-DSA key"),
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x14..=0x1f] => refused!("an SLH-DSA key"),
        _ => refused!("of an unknown type"),
    }
}

/// The refusal of a curve, by the content of its OBJECT IDENTIFIER.
pub(super) fn curve(oid: &[u8]) -> &'static str {
    match oid {
        b"\x2a\x86\x48\xce\x3d\x03\x01\x01" => refused!("on the curve P-192"),
        b"\x2b\x81\x04\x00\x21" => refused!("on the curve P-224"),
        b"\x2b\x81\x04\x00\x0a" => refused!("on the curve secp256k1"),
        b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d" => refused!("on the curve SM2"),
        [0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, _] => refused!("on a Brainpool curve"),
        _ => refused!("on a curve that is not supported"),
    }
}

/// DSA keys of OpenSSL's own format have no OBJECT IDENTIFIER.
pub(super) const DSA: KeyError = KeyError::Unsupported(refused!("a DSA key"));

#[cfg(test)]
mod tests {
    use super::*;
    use const_oid::ObjectIdentifier;

    #[test]
    fn keys_and_curves_have_names() {
        let content = |oid| ObjectIdentifier::new_unwrap(oid);
        for (oid, name) in [
            ("1.2.840.113549.1.1.10", "a key restricted to RSASSA-PSS"),
            ("1.2.840.113549.1.1.7", "a key restricted to RSAES-OAEP"),
            ("1.3.101.110", "an X25519 key"),
            ("1.3.101.111", "an X448 key"),
            ("1.3.101.112", "an Ed25519 key"),
            ("1.3.101.113", "an Ed448 key"),
            ("1.2.840.10040.4.1", "a DSA key"),
            ("1.2.840.10046.2.1", "a Diffie-Hellman key"),
            ("1.2.840.113549.1.3.1", "a Diffie-Hellman key"),
            ("1.3.132.1.12", "a key restricted to ECDH"),
            ("1.2.643.7.1.1.1.1", "a GOST key"),
            ("2.16.840.1.101.3.4.3.18", "an ML-DSA key"),
            ("2.16.840.1.101.3.4.3.20", "an SLH-DSA key"),
            ("1.2.3", "of an unknown type"),
        ] {
            let refusal = key_type(content(oid).as_bytes());
            assert!(
                refusal.starts_with(&format!("the key is {name}")),
                "{oid}: {refusal}"
            );
            assert!(
                refusal.ends_with("accepted are RSA keys and EC keys on P-256, P-384 and P-521")
            );
        }
        for (oid, name) in [
            ("1.2.840.10045.3.1.1", "P-192"),
            ("1.3.132.0.33", "P-224"),
            ("1.3.132.0.10", "secp256k1"),
            ("1.2.156.10197.1.301", "SM2"),
            ("1.3.36.3.3.2.8.1.1.7", "Brainpool"),
            ("1.2.3", "not supported"),
        ] {
            assert!(curve(content(oid).as_bytes()).contains(name), "{oid}");
        }
    }
}
