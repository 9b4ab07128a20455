//! The header of Basic authentication (RFC 7617).

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

/// A name and a password, as they were sent.
pub(super) struct Credentials {
    pub(super) name: String,
    pub(super) password: Zeroizing<Vec<u8>>,
}

/// More octets than a name with its password may have.
const MAX: usize = 4096;

impl Credentials {
    /// Those of a value of the header `Authorization`; `None` if it has none.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let (scheme, encoded) = value.split_at_checked(6)?;
        if !scheme.eq_ignore_ascii_case(b"basic ") {
            return None;
        }
        let encoded = encoded.trim_ascii();
        let mut buffer = Zeroizing::new([0; MAX]);
        // Some clients leave the padding out; base64 of a whole length needs none.
        let encoded = std::str::from_utf8(encoded).ok()?;
        let decoded = match Base64::decode(encoded, &mut *buffer) {
            Ok(decoded) => decoded,
            Err(_) => base64ct::Base64Unpadded::decode(encoded, &mut *buffer).ok()?,
        };
        let colon = decoded.iter().position(|octet| *octet == b':')?;
        let (name, password) = decoded.split_at(colon);
        Some(Self {
            name: std::str::from_utf8(name).ok()?.to_owned(),
            password: Zeroizing::new(password[1..].to_vec()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(value: &str) -> Option<(String, Vec<u8>)> {
        Credentials::parse(value.as_bytes()).map(|own| (own.name, own.password.to_vec()))
    }

    #[test]
    fn headers() {
        let is = |name: &str, password: &str| Some((name.to_owned(), password.into()));
        assert_eq!(parsed("Basic YWRtaW46eA=="), is("admin", "x"));
        assert_eq!(parsed("bAsIc  YWRtaW46eA== "), is("admin", "x"));
        assert_eq!(parsed("Basic YWRtaW46eA"), is("admin", "x"));
        assert_eq!(parsed("Basic YTpiOmM="), is("a", "b:c"));
        assert_eq!(parsed("Basic Og=="), is("", ""));
        for value in [
            "",
            "Basic",
            "Basic ",
            "Basic YWRtaW4=",
            "Bearer YWRtaW46eA==",
            "Basic !!!!",
            "Basic /zo=",
            &format!("Basic {}", "AAAA".repeat(MAX)),
        ] {
            assert_eq!(parsed(value), None, "{value:.40}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "[^:]{0,40}", password in proptest::collection::vec(any::<u8>(), 0..200)) {
            let pair = [name.as_bytes(), b":", &password].concat();
            let value = format!("Basic {}", Base64::encode_string(&pair));
            prop_assert_eq!(parsed(&value), Some((name, password)));
        }

        #[test]
        fn anything_is_borne(value in proptest::collection::vec(any::<u8>(), 0..300)) {
            Credentials::parse(&value);
            Credentials::parse(&[b"Basic ", &value[..]].concat());
        }
    }
}
