//! The CAs that are loaded: each once, until its record is deleted.

use super::errors::not_found;
use super::store::Store;
use super::uuid::Uuid;
use crate::{CertificateAuthority, CertificateKind, Error, ErrorCode, Policy};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub(super) struct Authorities {
    slots: Mutex<BTreeMap<Uuid, Arc<Slot>>>,
}

/// Locked while the CA is loaded, so that nobody else loads it.
type Slot = Mutex<Option<Arc<CertificateAuthority>>>;

impl Authorities {
    /// The CA of this record, which must be a root_ca that is there.
    pub(super) fn get(
        &self,
        uuid: Uuid,
        store: &dyn Store,
        policy: &Policy,
    ) -> Result<Arc<CertificateAuthority>, Error> {
        let Some(record) = store.record(uuid)? else {
            self.forget([uuid]);
            return Err(not_found("ca.uuid"));
        };
        if record.r#type != CertificateKind::RootCa {
            let message = format!(
                "a {} certificate has no key to sign with; only a root_ca has",
                record.r#type
            );
            return Err(Error::new(ErrorCode::CaCannotSign, message).with_target("ca.uuid"));
        }
        let slot = Arc::clone(lock(&self.slots).entry(uuid).or_default());
        let mut slot = lock(&slot);
        if let Some(authority) = &*slot {
            return Ok(Arc::clone(authority));
        }
        let loaded = store.certificate_authority(&record, policy).map(Arc::new);
        if let Ok(authority) = &loaded {
            *slot = Some(Arc::clone(authority));
        }
        // Who deleted the record meanwhile may have done so before the slot was there.
        if store.record(uuid)?.is_none() {
            self.forget([uuid]);
            return Err(not_found("ca.uuid"));
        }
        loaded
    }

    /// Drops CAs, once their records are deleted.
    pub(super) fn forget(&self, uuids: impl IntoIterator<Item = Uuid>) {
        let mut slots = lock(&self.slots);
        let dropped: Vec<_> = uuids
            .into_iter()
            .filter_map(|uuid| slots.remove(&uuid))
            .collect();
        drop(slots);
        drop(dropped);
    }
}

/// A thread that panicked leaves nothing half-done behind these locks.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
