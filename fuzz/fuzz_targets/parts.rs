//! What targets with several inputs share. No target itself.

use certwright::{Policy, Time};

/// The instant of the tests.
pub const NOW: i64 = 1_767_225_600;

pub fn policy() -> Policy {
    Policy::at(Time::from_unix(NOW).expect("it is a time"))
}

/// A key or certificate of the tests.
pub fn vector(name: &str) -> String {
    let path = format!("{}/../vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("the vectors are beside the targets")
}

/// The parts of an input: each behind two octets of its length, the last as long as there is something.
pub fn parts<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut rest = data;
    std::array::from_fn(|_| {
        let (length, behind) = match rest {
            [high, low, behind @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), behind),
            _ => (0, &[][..]),
        };
        let (part, behind) = behind.split_at(length.min(behind.len()));
        rest = behind;
        part
    })
}
