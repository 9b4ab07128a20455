//! Writing names.

use super::attribute::COMMON_NAME;
use crate::x509::der::write::{OID, SEQUENCE, SET, UTF8_STRING, element, push};

/// The DER of an AttributeTypeAndValue.
pub(crate) fn attribute_and_value(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    let mut fields = element(OID, oid);
    push(&mut fields, tag, value);
    element(SEQUENCE, &fields)
}

/// The DER of a Name of one common name.
pub(crate) fn common_name_only(common_name: &str) -> Vec<u8> {
    let attribute =
        attribute_and_value(COMMON_NAME.as_bytes(), UTF8_STRING, common_name.as_bytes());
    element(SEQUENCE, &element(SET, &attribute))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::tests::{CN, name};

    #[test]
    fn one_common_name_alone() {
        let der = common_name_only("ROOT");
        assert_eq!(der, name(&[&[(CN, 0x0C, b"ROOT")]]));
    }
}
