//! iPAddress: an address and a mask in the style of CIDR (RFC 5280 section 4.2.1.10).

/// A network, its address and prefix as numbers of 32 or 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    V4 { address: u32, mask: u32 },
    V6 { address: u128, mask: u128 },
}

impl Network {
    /// Reads 4 + 4 or 16 + 16 octets; `None` for other lengths and masks with holes.
    pub(super) fn parse(octets: &[u8]) -> Option<Self> {
        let (address, mask) = octets.split_at(octets.len() / 2);
        if let (Ok(address), Ok(mask)) = (address.try_into(), mask.try_into()) {
            let (address, mask) = (u32::from_be_bytes(address), u32::from_be_bytes(mask));
            return (mask.leading_ones() == mask.count_ones())
                .then_some(Self::V4 { address, mask });
        }
        let address = u128::from_be_bytes(address.try_into().ok()?);
        let mask = u128::from_be_bytes(mask.try_into().ok()?);
        (mask.leading_ones() == mask.count_ones()).then_some(Self::V6 { address, mask })
    }

    /// Whether the address lies in the network; `None` if it is not an address. One of the other
    /// version is in none.
    pub(super) fn contains(self, octets: &[u8]) -> Option<bool> {
        let v4 = <[u8; 4]>::try_from(octets).map(u32::from_be_bytes);
        let v6 = <[u8; 16]>::try_from(octets).map(u128::from_be_bytes);
        match (self, v4, v6) {
            (_, Err(_), Err(_)) => None,
            (Self::V4 { address, mask }, Ok(ip), _) => Some(ip & mask == address & mask),
            (Self::V6 { address, mask }, _, Ok(ip)) => Some(ip & mask == address & mask),
            _ => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn networks() {
        let net = Network::parse(&[192, 0, 2, 0, 255, 255, 255, 0]).unwrap();
        assert_eq!(net.contains(&[192, 0, 2, 7]), Some(true));
        assert_eq!(net.contains(&[192, 0, 3, 7]), Some(false));
        assert_eq!(net.contains(&[0; 16]), Some(false));
        assert_eq!(net.contains(&[192, 0, 2, 0, 255, 255, 255, 0]), None);
        let all = Network::parse(&[0; 32]).unwrap();
        assert_eq!(all.contains(&[7; 16]), Some(true));
        assert_eq!(all.contains(&[7; 4]), Some(false));
        for octets in [
            &[][..],
            &[0; 4],
            &[0; 7],
            &[0; 16],
            &[1, 2, 3, 4, 255, 0, 255, 0],
        ] {
            assert_eq!(Network::parse(octets), None);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_prefix_of_bits(address: [u8; 4], ip: [u8; 4], prefix in 0u32..=32) {
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0).to_be_bytes();
            let net = Network::parse(&[address, mask].concat()).unwrap();
            let bits = |octets: [u8; 4]| format!("{:032b}", u32::from_be_bytes(octets));
            let same = bits(address)[..prefix as usize] == bits(ip)[..prefix as usize];
            prop_assert_eq!(net.contains(&ip), Some(same));
        }

        #[test]
        fn arbitrary_bytes_never_panic(base in prop::collection::vec(any::<u8>(), 0..40), ip in prop::collection::vec(any::<u8>(), 0..20)) {
            let _ = Network::parse(&base).map(|net| net.contains(&ip));
        }
    }
}
