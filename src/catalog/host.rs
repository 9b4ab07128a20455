//! [`Host`]: what the machine around the catalog must tell.

use super::record::Record;
use super::scope::Svm;
use super::uuid::Uuid;
use std::sync::Arc;

/// What the machine around the catalog must tell, asked only when it is needed.
///
/// ```
/// use certwright::catalog::{Host, Svm, Uuid};
///
/// struct Standalone;
///
/// impl Host for Standalone {
///     fn cluster_name(&self) -> String {
///         "cluster1".to_owned()
///     }
///     fn svm_by_name(&self, _: &str) -> Option<Svm> {
///         None
///     }
///     fn svm_by_uuid(&self, _: Uuid) -> Option<Svm> {
///         None
///     }
/// }
/// assert!(Standalone.svm_by_name("svm1").is_none());
/// ```
pub trait Host: Send + Sync {
    /// The cluster's name, which is that of its admin SVM.
    fn cluster_name(&self) -> String;

    /// The data SVM with this name. The admin SVM is none.
    fn svm_by_name(&self, name: &str) -> Option<Svm>;

    /// The data SVM with this UUID.
    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm>;

    /// Whether a server certificate that is there needs this server-chain certificate.
    fn is_needed_by_server(&self, record: &Record) -> bool {
        let _ = record;
        false
    }

    /// Whether an external key manager is configured and uses this certificate.
    fn is_used_by_key_manager(&self, record: &Record) -> bool {
        let _ = record;
        false
    }

    /// The subsystems that use this certificate.
    fn subsystems_using(&self, record: &Record) -> Vec<String> {
        let _ = record;
        Vec::new()
    }

    /// Takes the SSL configuration of this certificate away, before it is deleted.
    ///
    /// # Errors
    ///
    /// Why it remains; then nothing is deleted.
    fn remove_ssl_configuration(
        &self,
        record: &Record,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let _ = record;
        Ok(())
    }
}

impl<T: Host + ?Sized> Host for Arc<T> {
    fn cluster_name(&self) -> String {
        (**self).cluster_name()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        (**self).svm_by_name(name)
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        (**self).svm_by_uuid(uuid)
    }

    fn is_needed_by_server(&self, record: &Record) -> bool {
        (**self).is_needed_by_server(record)
    }

    fn is_used_by_key_manager(&self, record: &Record) -> bool {
        (**self).is_used_by_key_manager(record)
    }

    fn subsystems_using(&self, record: &Record) -> Vec<String> {
        (**self).subsystems_using(record)
    }

    fn remove_ssl_configuration(
        &self,
        record: &Record,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        (**self).remove_ssl_configuration(record)
    }
}
