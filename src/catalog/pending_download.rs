//! [`PendingDownload`]: a job that hands out requests until there is something to install.

use super::plan::{Made, Plan, Task};
use super::resolve::Owner;
use super::uuid::Uuid;
use crate::azure::{Download, HttpRequest, HttpResponse, Step};
use crate::{Error, ErrorCode, InstallRequest, Policy};
use rand_core::CryptoRng;

/// A download, and where the record goes that comes of it.
pub(super) struct PendingDownload {
    owner: Owner,
    name: Option<String>,
    verify_host: bool,
    progress: Progress,
}

enum Progress {
    Waits(Box<Download>),
    Ended(Result<Box<InstallRequest>, Error>),
}

impl PendingDownload {
    pub(super) fn new(owner: Owner, name: Option<String>, download: Download) -> Self {
        Self {
            owner,
            name,
            verify_host: download.configuration().verify_host(),
            progress: Progress::Waits(Box::new(download)),
        }
    }

    pub(super) fn request(&self) -> Option<&HttpRequest> {
        match &self.progress {
            Progress::Waits(download) => Some(download.request()),
            Progress::Ended(_) => None,
        }
    }

    /// What is not waited for is passed over.
    pub(super) fn answer(
        mut self,
        answer: Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.progress = match self.progress {
            Progress::Waits(download) => match download.answer(answer) {
                Step::Send(next) => Progress::Waits(Box::new(next)),
                Step::Install(request) => Progress::Ended(Ok(request)),
                Step::Failed(error) => Progress::Ended(Err(error)),
            },
            ended @ Progress::Ended(_) => ended,
        };
        self
    }

    /// Installs what came.
    pub(super) fn make(
        self,
        record: Uuid,
        policy: &Policy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Made, Error> {
        let Self {
            owner,
            name,
            verify_host,
            progress,
        } = self;
        let request = match progress {
            Progress::Ended(outcome) => outcome?,
            Progress::Waits(_) => {
                let message = "the call to Azure failed: the server did not send the request";
                return Err(Error::new(ErrorCode::AzureCall, message));
            }
        };
        let spec = request.check(policy)?;
        let key = spec.private_key_der()?;
        let installed = Box::new(spec.install(policy)?);
        let plan = Plan {
            owner,
            name,
            verify_host: Some(verify_host),
            task: Task::Install(installed, key),
        };
        plan.make(|_| record, policy, rng)
    }
}
