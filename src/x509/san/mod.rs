//! Subject alternative names (RFC 5280 section 4.2.1.6): the syntax of each kind, the extension.

pub(crate) mod dns;
pub(crate) mod email;
pub(crate) mod extension;
pub(crate) mod general_name;
pub(crate) mod uri;
