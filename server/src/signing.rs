//! Requests for signatures that come together are signed together.

use crate::policy::PolicySource;
use certwright::catalog::{Catalog, SigningQueue};
use certwright::rand_core::UnwrapErr;
use certwright::service::PendingSignature;
use certwright::{Error, SignedCertificate};
use getrandom::SysRng;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

/// Threads that sign. Those that wait for the same CA while one works are its next batch, so that a
/// request waits for the batch before its own and no longer; a request that comes alone is signed at
/// once.
pub(crate) struct Signers {
    queue: Arc<SigningQueue>,
    threads: Vec<JoinHandle<()>>,
}

impl Signers {
    /// As many threads as there are cores.
    pub(crate) fn start(
        catalog: &Arc<Catalog>,
        policy: PolicySource,
        waiting: usize,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(SigningQueue::new(waiting));
        let count = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..count).map(|number| {
            let (queue, catalog) = (Arc::clone(&queue), Arc::clone(catalog));
            thread::Builder::new()
                .name(format!("signer-{number}"))
                .spawn(move || {
                    while let Some(batch) = queue.take() {
                        batch.run(&catalog, &policy.now(), &mut UnwrapErr(SysRng));
                    }
                })
        });
        let threads = threads.collect::<Result<_, _>>()?;
        Ok(Self { queue, threads })
    }

    /// Signs, and records what was signed.
    pub(crate) async fn sign(
        &self,
        pending: &PendingSignature,
    ) -> Result<SignedCertificate, Error> {
        let (sender, receiver) = oneshot::channel();
        let answer = move |outcome| {
            // Who asked may have gone.
            let _ = sender.send(outcome);
        };
        self.queue
            .submit(pending.ca(), pending.request().clone(), answer)?;
        receiver.await.unwrap_or_else(|_| {
            let code = certwright::ErrorCode::SigningFailed;
            Err(Error::new(code, "the server stopped before it signed").with_http_status(503))
        })
    }

    /// Signs what waits, takes no more, and ends the threads.
    pub(crate) fn stop(self) {
        self.queue.close();
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}
