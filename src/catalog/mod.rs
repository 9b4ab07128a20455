//! Certificates that are kept: records in scopes, found, named, signed with and deleted under the
//! rules of the certificate API. Typed, without JSON and HTTP, and as the operations without files,
//! sockets, clock and global state.
//!
//! A [`Catalog`] works on a [`Store`], which keeps records, private keys, jobs and what CAs signed,
//! and asks a [`Host`] what only the machine around it knows. [`MemoryStore`] keeps everything in
//! memory; whoever writes another store runs `testing::check` (feature `testing`) on it.
//!
//! ```
//! use certwright::catalog::{Catalog, CatalogPolicy, Host, MemoryStore, Svm, Uuid};
//! use certwright::{CreateRequest, SignRequest, Time};
//!
//! struct Standalone;
//!
//! impl Host for Standalone {
//!     fn cluster_name(&self) -> String {
//!         "cluster1".to_owned()
//!     }
//!     fn svm_by_name(&self, _: &str) -> Option<Svm> {
//!         None
//!     }
//!     fn svm_by_uuid(&self, _: Uuid) -> Option<Svm> {
//!         None
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
//! let policy = CatalogPolicy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
//! let catalog = Catalog::new(MemoryStore::new(), Standalone);
//!
//! // A root CA, and the two entries that others are verified with.
//! let root = CreateRequest::root_ca("ROOT").with_algorithm("ec").with_expiry("P3650D");
//! let root = catalog.add(&root.into(), &policy, &mut rng)?.into_record().expect("no job");
//! assert_eq!(catalog.snapshot()?.len(), 3);
//!
//! let request = SignRequest::new(include_str!("../../vectors/server.csr"));
//! let signed = catalog.sign(root.uuid, &request, &policy, &mut rng)?;
//! assert_eq!(catalog.issued_by(root.uuid)?[0].certificate, signed.certificate);
//!
//! catalog.delete(root.uuid, &policy, &mut rng)?;
//! assert!(catalog.snapshot()?.is_empty());
//! assert!(catalog.sign(root.uuid, &request, &policy, &mut rng).is_err());
//! # Ok(())
//! # }
//! ```

mod add;
mod added;
mod addition;
mod authorities;
#[allow(clippy::module_inception, reason = "it holds the type of this name")]
mod catalog;
mod delete;
#[cfg(feature = "azure")]
mod download;
mod errors;
mod host;
mod job;
mod memory;
mod names;
#[cfg(feature = "azure")]
mod pending_download;
mod plan;
mod policy;
mod preload;
mod queue;
mod record;
mod resolve;
mod scope;
mod sign;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod treap;
mod uuid;
mod work;

#[cfg(feature = "service")]
pub(crate) use errors::{in_element, not_found};

pub use added::Added;
pub use addition::{Addition, NewCertificate};
pub use catalog::Catalog;
pub use delete::Deleted;
pub use host::Host;
pub use job::{Job, JobError, JobState, Reservation};
pub use memory::MemoryStore;
pub use policy::CatalogPolicy;
pub use preload::Preloaded;
pub use queue::{Batch, QueueFull, SigningQueue};
pub use record::{AddedRecord, IssuedCertificate, Record, RecordParts};
pub use scope::{Scope, ScopeRequest, Svm};
pub use store::{Commit, CommitError, Put, Snapshot, Store, StoreError};
pub use uuid::{Uuid, UuidError};
pub use work::Work;
