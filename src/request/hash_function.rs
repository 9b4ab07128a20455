//! Which hash function a request asks for: `hash_function`.

use crate::crypto::HashFunction;
use crate::{Error, ErrorCode, Policy};

/// Reads md5, sha1, sha224, sha256, sha384, sha512 in any case, with or without a dash, and refuses
/// the first two. Without a text it is sha256.
pub(crate) fn hash_function(text: Option<&str>, policy: &Policy) -> Result<HashFunction, Error> {
    let Some(text) = text else {
        return Ok(HashFunction::Sha256);
    };
    let name = text.trim().to_ascii_lowercase();
    let code = match plain(&name) {
        Some(("sha", "224")) => return Ok(HashFunction::Sha224),
        Some(("sha", "256")) => return Ok(HashFunction::Sha256),
        Some(("sha", "384")) => return Ok(HashFunction::Sha384),
        Some(("sha", "512")) => return Ok(HashFunction::Sha512),
        Some(("sha", "1") | ("md", "5")) if policy.fips => ErrorCode::HashNotFips,
        _ => ErrorCode::HashNotSupported,
    };
    let mode = if policy.fips { " in FIPS mode" } else { "" };
    let noun = format!("a hash function to sign with{mode}");
    let accepted = "sha224, sha256, sha384 and sha512";
    Err(Error::not_accepted(
        code,
        "hash_function",
        text,
        &noun,
        accepted,
    ))
}

/// Family and number of `sha256` or `sha-256`.
fn plain(name: &str) -> Option<(&str, &str)> {
    let (family, number) = name.split_at_checked(name.find(['-', '1', '2', '3', '5'])?)?;
    Some((family, number.strip_prefix('-').unwrap_or(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn policy() -> Policy {
        Policy::at(std::time::UNIX_EPOCH)
    }

    #[test]
    fn reads_every_spelling() {
        for hash in HashFunction::ALL {
            let name = hash.name();
            let dashed = name.replace("sha", "SHA-");
            for text in [name, &name.to_uppercase(), &dashed, &format!(" {name} ")] {
                assert_eq!(
                    hash_function(Some(text), &policy()).unwrap(),
                    hash,
                    "{text}"
                );
                assert_eq!(
                    hash_function(Some(text), &policy().with_fips()).unwrap(),
                    hash
                );
            }
        }
        assert_eq!(
            hash_function(None, &policy()).unwrap(),
            HashFunction::Sha256
        );
    }

    #[test]
    fn weak_and_unknown_ones_have_their_codes() {
        let code = |text, policy: Policy| {
            let error = hash_function(Some(text), &policy).unwrap_err();
            assert_eq!(error.target(), Some("hash_function"));
            error.code()
        };
        for weak in ["md5", "MD-5", "sha1", "SHA-1"] {
            assert_eq!(code(weak, policy()), ErrorCode::HashNotSupported, "{weak}");
            assert_eq!(
                code(weak, policy().with_fips()),
                ErrorCode::HashNotFips,
                "{weak}"
            );
        }
        for unknown in [
            "", "sha", "sha2", "sha3-256", "s-ha256", "sha--256", "256", "sha-", "md4",
        ] {
            assert_eq!(
                code(unknown, policy()),
                ErrorCode::HashNotSupported,
                "{unknown}"
            );
            assert_eq!(
                code(unknown, policy().with_fips()),
                ErrorCode::HashNotSupported
            );
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,20}|[shamd0-9-]{0,10}") {
            let _ = hash_function(Some(&text), &policy());
        }
    }
}
