//! What callers hand in, read once: each failure with its code.

mod read;

pub(crate) use read::{
    certificate, certificates, key_error, malformed, parse_certificate, private_key, request,
};
