//! Which key a request asks for: `algorithm` with `key_size` or `security_strength`.

use crate::crypto::KeySpec;
use crate::{Error, ErrorCode, Policy};

#[derive(Clone, Copy)]
enum Algorithm {
    Rsa,
    Ec,
}

/// The key of `algorithm` (RSA without one) and `key_size` in bits (without one 2048 and P-256).
pub(crate) fn of_size(
    algorithm: Option<&str>,
    key_size: Option<u32>,
    policy: &Policy,
) -> Result<KeySpec, Error> {
    let refused = |size: u32, accepted| {
        let size = size.to_string();
        let code = code(&size, policy);
        Error::not_accepted(code, "key_size", &size, "an offered key size", accepted)
    };
    match read_algorithm(algorithm)? {
        Algorithm::Rsa => match key_size.unwrap_or(2048) {
            2048 => Ok(KeySpec::Rsa2048),
            3072 => Ok(KeySpec::Rsa3072),
            size => Err(refused(size, "2048 and 3072")),
        },
        Algorithm::Ec => match key_size.unwrap_or(256) {
            256 => Ok(KeySpec::P256),
            384 => Ok(KeySpec::P384),
            521 => Ok(KeySpec::P521),
            size => Err(refused(size, "256, 384 and 521")),
        },
    }
}

/// The key of `algorithm` (RSA without one) and `strength` in bits (without one 112).
pub(crate) fn of_strength(
    algorithm: Option<&str>,
    strength: Option<&str>,
    policy: &Policy,
) -> Result<KeySpec, Error> {
    let algorithm = read_algorithm(algorithm)?;
    let text = strength.unwrap_or("112").trim();
    match (text, algorithm) {
        ("112", Algorithm::Rsa) => Ok(KeySpec::Rsa2048),
        ("128", Algorithm::Rsa) => Ok(KeySpec::Rsa3072),
        ("192", Algorithm::Rsa) => Ok(KeySpec::Rsa4096),
        ("112" | "128", Algorithm::Ec) => Ok(KeySpec::P256),
        ("192", Algorithm::Ec) => Ok(KeySpec::P384),
        ("256", Algorithm::Ec) => Ok(KeySpec::P521),
        _ => Err(strength_refused(text, algorithm, policy)),
    }
}

fn read_algorithm(text: Option<&str>) -> Result<Algorithm, Error> {
    let text = text.unwrap_or("rsa");
    match text.to_ascii_lowercase().as_str() {
        "rsa" => Ok(Algorithm::Rsa),
        "ec" => Ok(Algorithm::Ec),
        _ => {
            let (code, noun) = (ErrorCode::CreateFailed, "an offered algorithm");
            let accepted = "rsa and ec";
            Err(Error::not_accepted(code, "algorithm", text, noun, accepted))
        }
    }
}

/// Strengths below 112 are those of the reference's smaller keys, so FIPS mode has its own code for
/// them.
fn strength_refused(text: &str, algorithm: Algorithm, policy: &Policy) -> Error {
    let accepted = match algorithm {
        Algorithm::Rsa => "112, 128 and 192 for rsa",
        Algorithm::Ec => "112, 128, 192 and 256 for ec",
    };
    let (code, noun) = match text.parse::<u32>() {
        Ok(1..112) if policy.fips => (
            ErrorCode::KeySizeNotFips,
            "a security strength that is enough in FIPS mode",
        ),
        _ => (code(text, policy), "an offered security strength"),
    };
    Error::not_accepted(code, "security_strength", text, noun, accepted)
}

/// The code of a size that is not offered. The reference knows RSA keys of 512, 1024 and 1536 bits,
/// and has a code of its own for them in FIPS mode.
fn code(size: &str, policy: &Policy) -> ErrorCode {
    if policy.fips && matches!(size, "512" | "1024" | "1536") {
        ErrorCode::KeySizeNotFips
    } else {
        ErrorCode::KeySizeNotSupported
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::at(std::time::UNIX_EPOCH)
    }

    #[track_caller]
    fn refused(result: Result<KeySpec, Error>, code: ErrorCode, message: &str) {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.message()), (code, message));
    }

    #[test]
    fn what_is_not_offered_is_named() {
        refused(
            of_size(Some("RSA"), Some(1024), &policy()),
            ErrorCode::KeySizeNotSupported,
            "\"1024\" is not an offered key size; accepted are 2048 and 3072",
        );
        refused(
            of_size(None, Some(1024), &policy().with_fips()),
            ErrorCode::KeySizeNotFips,
            "\"1024\" is not an offered key size; accepted are 2048 and 3072",
        );
        refused(
            of_strength(Some("ec"), Some("1"), &policy()),
            ErrorCode::KeySizeNotSupported,
            "\"1\" is not an offered security strength; accepted are 112, 128, 192 and 256 for ec",
        );
        refused(
            of_strength(None, Some("111"), &policy().with_fips()),
            ErrorCode::KeySizeNotFips,
            "\"111\" is not a security strength that is enough in FIPS mode; accepted are 112, 128 \
             and 192 for rsa",
        );
        refused(
            of_size(Some("dsa"), None, &policy()),
            ErrorCode::CreateFailed,
            "\"dsa\" is not an offered algorithm; accepted are rsa and ec",
        );
    }

    #[test]
    fn leading_zeros_do_not_lengthen_a_message() {
        let strength = format!("{}1", "0".repeat(5000));
        let error = of_strength(None, Some(&strength), &policy().with_fips()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::KeySizeNotFips);
        assert!(error.message().len() < 200);
    }
}
