//! Requests for signatures that come together are signed together.

use crate::policy::PolicySource;
use certwright::catalog::{Catalog, SigningQueue};
use certwright::rand_core::UnwrapErr;
use certwright::service::PendingSignature;
use certwright::{Error, SignedCertificate};
use getrandom::SysRng;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Threads that sign. Those that wait for the same CA while one works are its next batch, so that a
/// request waits for the batch before its own and no longer; a request that comes alone is signed at
/// once.
pub(crate) struct Signers {
    queue: Arc<SigningQueue>,
    answered: Arc<Answered>,
    threads: Vec<JoinHandle<()>>,
}

impl Signers {
    /// As many threads as there are cores. To be called where there is a runtime.
    pub(crate) fn start(
        catalog: &Arc<Catalog>,
        policy: PolicySource,
        waiting: usize,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(SigningQueue::new(waiting));
        let answered = Arc::new(Answered {
            waiting: Mutex::default(),
            runtime: Handle::current(),
        });
        let count = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..count).map(|number| {
            let (queue, catalog) = (Arc::clone(&queue), Arc::clone(catalog));
            let answered = Arc::clone(&answered);
            thread::Builder::new()
                .name(format!("signer-{number}"))
                .spawn(move || {
                    while let Some(batch) = queue.take() {
                        let run = || batch.run(&catalog, &policy.now(), &mut UnwrapErr(SysRng));
                        // A batch that panics answers all the same, and the thread goes on.
                        let _ = panic::catch_unwind(AssertUnwindSafe(run));
                        answered.hand_over();
                    }
                })
        });
        let threads = threads.collect::<Result<_, _>>()?;
        Ok(Self {
            queue,
            answered,
            threads,
        })
    }

    /// Signs, and records what was signed.
    pub(crate) async fn sign(
        &self,
        pending: &PendingSignature,
    ) -> Result<SignedCertificate, Error> {
        let (sender, receiver) = oneshot::channel();
        let answered = Arc::clone(&self.answered);
        let answer = move |outcome| answered.push(sender, outcome);
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

type Outcome = Result<SignedCertificate, Error>;

/// Answers that are handed over a batch at a time: one by one, each would wake a thread of the runtime, which
/// would take the core from who answers.
struct Answered {
    waiting: Mutex<Vec<(oneshot::Sender<Outcome>, Outcome)>>,
    runtime: Handle,
}

impl Answered {
    fn push(&self, to: oneshot::Sender<Outcome>, outcome: Outcome) {
        let waiting = self.waiting.lock();
        waiting
            .unwrap_or_else(PoisonError::into_inner)
            .push((to, outcome));
    }

    fn hand_over(&self) {
        let waiting = self.waiting.lock();
        let answered = mem::take(&mut *waiting.unwrap_or_else(PoisonError::into_inner));
        self.runtime.spawn(async move {
            for (to, outcome) in answered {
                // Who asked may have gone.
                let _ = to.send(outcome);
            }
        });
    }
}
