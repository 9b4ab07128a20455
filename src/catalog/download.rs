//! Beginning to download a certificate.

use super::addition::Addition;
use super::catalog::Catalog;
use super::errors::duplicate;
use super::names;
use super::pending_download::PendingDownload;
use super::policy::CatalogPolicy;
use super::store::Snapshot;
use super::work::Work;
use crate::Error;
use crate::azure::{Download, DownloadRequest};
use rand_core::CryptoRng;

impl Catalog {
    pub(super) fn begin_download(
        &self,
        addition: &Addition,
        request: &DownloadRequest,
        snapshot: &dyn Snapshot,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Work, Error> {
        let owner = self.owner(&addition.scope)?;
        let configuration = request.check(&policy.policy)?;
        let own_name = request.name.as_deref();
        let name = names::given(addition.name.as_deref().or(own_name))?;
        if let Some(name) = &name
            && snapshot.is_name_taken(owner.scope, name)
        {
            return Err(duplicate());
        }
        let download = Download::start(configuration, &policy.policy, rng)?;
        let job = self.begin_job(&owner, name.as_deref(), policy, rng)?;
        let pending = PendingDownload::new(owner, name, download);
        Ok(Work::download(job, pending, policy))
    }
}
