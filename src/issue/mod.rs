//! What is issued: new keys, what of a signing request is granted, the extensions of each kind of
//! certificate.

pub(crate) mod addresses;
pub(crate) mod alternatives;
pub(crate) mod key_pair;
pub(crate) mod profile;
pub(crate) mod purposes;
pub(crate) mod requested;
pub(crate) mod subject;
