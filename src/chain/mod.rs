//! Path building and validation (RFC 5280 section 6).

mod budget;
mod constraints;
mod crl_store;
mod defect;
mod identity;
mod installation;
mod issuance;
mod node;
mod options;
mod peer_name;
mod policy_graph;
mod pool;
mod profile;
mod profiles;
mod reason;
mod revocation;
mod rules;
mod search;
mod trust_store;

pub use crl_store::{CrlStore, RejectedCrl};
pub use defect::{ChainCertificate, ChainDefect, ChainRule, Limit};
pub use identity::PeerIdentity;
pub(crate) use installation::{Above, Installation};
pub(crate) use issuance::{NamesRefused, check_constraints};
pub use options::{PathOptions, Purpose, Revocation};
pub use peer_name::PeerName;
pub(crate) use pool::{CertificateBundle, read_anchors};
pub use profile::Profile;
pub use profiles::PublicSuffixes;
pub use reason::{RevocationReason, RevocationStatus};
#[cfg(feature = "hooks")]
pub(crate) use search::hooks;
pub use trust_store::{ChainLink, RejectedAnchor, TrustStore, ValidatedChain};
