#![allow(missing_docs)]
use super::*;
use certwright::SecretDer;
use certwright::catalog::*;
use std::sync::Arc;
pub(crate) struct Temporary(MemoryStore, std::sync::Mutex<Vec<Svm>>);
impl Temporary {
    pub(crate) fn new(_: Arc<KeyRing>, _: &std::path::Path) -> Self {
        Self(MemoryStore::new(), Default::default())
    }
}
impl Store for Temporary {
    fn record(&self, uuid: Uuid) -> Result<Option<Arc<Record>>, StoreError> {
        self.0.record(uuid)
    }
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.0.snapshot()
    }
    fn private_key(&self, uuid: Uuid) -> Result<Option<SecretDer>, StoreError> {
        self.0.private_key(uuid)
    }
    fn job(&self, uuid: Uuid) -> Result<Option<Job>, StoreError> {
        self.0.job(uuid)
    }
    fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.0.jobs()
    }
    fn issued_by(&self, ca: Uuid) -> Result<Vec<Arc<IssuedCertificate>>, StoreError> {
        self.0.issued_by(ca)
    }
    fn revision(&self) -> Result<u64, StoreError> {
        self.0.revision()
    }
    fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.0.commit(commit)
    }
}
impl ServerStore for Temporary {
    fn svms(&self) -> Result<Vec<Svm>, StoreError> {
        Ok(self.1.lock().unwrap().clone())
    }
    fn add_svm(&self, svm: &Svm) -> Result<bool, StoreError> {
        self.1.lock().unwrap().push(svm.clone());
        Ok(true)
    }
    fn remove_svm(&self, uuid: Uuid) -> Result<bool, StoreError> {
        let mut s = self.1.lock().unwrap();
        let n = s.len();
        s.retain(|x| x.uuid != uuid);
        Ok(s.len() < n)
    }
    fn is_abandoned(&self, _: Uuid) -> Result<bool, StoreError> {
        Ok(true)
    }
    fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
    fn reseal(&self) -> Result<usize, StoreError> {
        Ok(0)
    }
    fn issued_after(
        &self,
        _: Uuid,
        _: Option<u64>,
        _: usize,
    ) -> Result<Vec<(u64, Arc<IssuedCertificate>)>, StoreError> {
        Ok(vec![])
    }
}
