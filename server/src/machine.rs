//! [`Machine`]: what the library asks of the machine around the catalog.

use crate::config::Cluster;
use crate::store::ServerStore;
use certwright::catalog::{Host, Record, StoreError, Svm, Uuid};
use std::sync::{Arc, PoisonError, RwLock};

/// The cluster and its SVMs: those of the configuration, and those that were made through the API.
pub(crate) struct Machine {
    cluster: Cluster,
    store: Arc<dyn ServerStore>,
    /// The certificate of the catalog that HTTPS is served with.
    served: RwLock<Option<Uuid>>,
}

impl Machine {
    pub(crate) fn new(cluster: Cluster, store: Arc<dyn ServerStore>) -> Self {
        Self {
            cluster,
            store,
            served: RwLock::default(),
        }
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// All data SVMs, in the order of their names.
    pub(crate) fn svms(&self) -> Result<Vec<Svm>, StoreError> {
        let mut svms = self.cluster.svms.clone();
        let made = self.store.svms()?;
        // What the configuration names came later, if both have it.
        let is_new = |svm: &Svm| {
            !svms
                .iter()
                .any(|own| own.name == svm.name || own.uuid == svm.uuid)
        };
        let made: Vec<_> = made.into_iter().filter(is_new).collect();
        svms.extend(made);
        svms.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(svms)
    }

    /// Says which certificate HTTPS is served with, so that nobody deletes it.
    pub(crate) fn set_served(&self, record: Option<Uuid>) {
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = record;
    }

    fn svm(&self, is_it: impl Fn(&Svm) -> bool) -> Option<Svm> {
        match self.svms() {
            Ok(svms) => svms.into_iter().find(is_it),
            Err(error) => {
                tracing::error!(error = crate::log::chain(&error), "SVMs cannot be read");
                self.cluster.svms.iter().find(|svm| is_it(svm)).cloned()
            }
        }
    }
}

impl Host for Machine {
    fn cluster_name(&self) -> String {
        self.cluster.name.clone()
    }

    fn svm_by_name(&self, name: &str) -> Option<Svm> {
        self.svm(|svm| svm.name == name)
    }

    fn svm_by_uuid(&self, uuid: Uuid) -> Option<Svm> {
        self.svm(|svm| svm.uuid == uuid)
    }

    fn subsystems_using(&self, record: &Record) -> Vec<String> {
        let served = *self.served.read().unwrap_or_else(PoisonError::into_inner);
        if served == Some(record.uuid) {
            vec!["web server".to_owned()]
        } else {
            Vec::new()
        }
    }
}
