//! Subject alternative names (RFC 5280 section 4.2.1.6): the syntax of each kind, the extension.

pub(crate) mod alternatives;
pub(crate) mod dns;
pub(crate) mod email;
pub(crate) mod encode;
pub(crate) mod extension;
pub(crate) mod form;
pub(crate) mod general_name;
pub(crate) mod uri;

pub use alternatives::SubjectAlternatives;

use std::net::IpAddr;

/// The most alternative names of one certificate or request.
pub(crate) const ENTRIES_MAX: usize = 1000;

/// The content of an iPAddress.
pub(crate) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}
