//! Path building and validation (RFC 5280 section 6).

mod budget;
mod constraints;
mod defect;
mod installation;
mod issuance;
mod node;
mod options;
mod peer_name;
mod policies;
mod pool;
mod profile;
mod rules;
mod search;
mod trust_store;

pub use defect::{ChainCertificate, ChainDefect, ChainRule, Limit};
pub(crate) use installation::{Above, Installation};
pub(crate) use issuance::{NamesRefused, check_constraints};
pub use options::{PathOptions, Purpose};
pub(crate) use pool::{CertificateBundle, read_anchors};
pub use trust_store::{ChainLink, RejectedAnchor, TrustStore, ValidatedChain};
