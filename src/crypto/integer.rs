//! Unsigned big-endian numbers without leading zeros, as DER's INTEGER has them.

/// How many bits the number has.
pub(super) fn bit_length(number: &[u8]) -> u32 {
    let Some((first, rest)) = number.split_first() else {
        return 0;
    };
    u32::try_from(rest.len())
        .unwrap_or(u32::MAX / 8 - 1)
        .saturating_mul(8)
        + (8 - first.leading_zeros())
}

pub(super) fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_lengths() {
        assert_eq!(bit_length(&[]), 0);
        assert_eq!(bit_length(&[1]), 1);
        assert_eq!(bit_length(&[0x80, 0]), 16);
        assert_eq!(bit_length(&[0x7f, 0]), 15);
    }

    #[test]
    fn odd_numbers() {
        assert!(!is_odd(&[]));
        assert!(is_odd(&[1]));
        assert!(is_odd(&[2, 3]));
        assert!(!is_odd(&[1, 0]));
    }
}
