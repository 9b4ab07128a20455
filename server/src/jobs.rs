//! Jobs: work that goes on after its request was answered.

use crate::azure::Client;
use crate::http::App;
use crate::policy::PolicySource;
use certwright::rand_core::UnwrapErr;
use certwright::service::PendingJob;
use getrandom::SysRng;
use http::Response;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Jobs that work at one time; the others wait, queued.
const AT_ONCE: u32 = 16;

pub(crate) struct Jobs {
    permits: Arc<Semaphore>,
    policy: PolicySource,
    client: Client,
}

impl Jobs {
    pub(crate) fn new(policy: PolicySource, client: Client) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(AT_ONCE as usize)),
            policy,
            client,
        }
    }

    /// Does the work of a job, whether anybody waits for its end or not.
    pub(crate) fn begin(
        &self,
        app: Arc<App>,
        mut job: PendingJob,
    ) -> JoinHandle<Response<Vec<u8>>> {
        let permits = Arc::clone(&self.permits);
        let (policy, client) = (self.policy, self.client.clone());
        let counted = app.metrics.job();
        tokio::spawn(async move {
            let permit = permits.acquire_owned().await;
            let ended = tokio::task::spawn_blocking(move || {
                let _counted = counted;
                let uuid = job.uuid();
                while let Some(request) = job.request() {
                    let answer = client.send(request);
                    if let Err(error) = &answer {
                        let error = crate::log::chain(&**error);
                        tracing::warn!(job = %uuid, error, "the key vault did not answer");
                    }
                    job = job.answer(answer);
                }
                let reply = job.run(&policy.now(), &mut UnwrapErr(SysRng));
                tracing::info!(job = %uuid, status = reply.status().as_u16(), "job ended");
                app.tls.follow(&app);
                reply
            })
            .await;
            drop(permit);
            ended.unwrap_or_else(|_| crate::http::broken())
        })
    }

    /// Waits until those that began have ended, for at most this time; none begins after it.
    pub(crate) async fn stop(&self, time: Duration) {
        let all = self.permits.acquire_many(AT_ONCE);
        if tokio::time::timeout(time, all).await.is_err() {
            tracing::warn!("jobs were left that took too long");
        }
        self.permits.close();
    }
}
