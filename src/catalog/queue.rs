//! [`SigningQueue`]: signings that come together are done together.

use super::authorities::lock;
use super::catalog::Catalog;
use super::policy::CatalogPolicy;
use super::uuid::Uuid;
use crate::{Error, ErrorCode, SignRequest, SignedCertificate};
use rand_core::CryptoRng;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Condvar, Mutex, PoisonError};

/// Signings that wait for a thread of the host's. Those that wait for the same CA are handed out
/// together, so that the engine signs many at once and the store writes once for all of them.
///
/// A thread that answers requests [submits](Self::submit) them, with what is to be done with the
/// answer; the threads that sign [take](Self::take) batches and [run](Batch::run) them.
///
/// ```
/// use certwright::SignRequest;
/// use certwright::catalog::{SigningQueue, Uuid};
/// use std::sync::mpsc;
///
/// let queue = SigningQueue::new(1000);
/// let ca = Uuid::from_bytes([1; 16]);
/// let (sender, receiver) = mpsc::channel();
/// for _ in 0..2 {
///     let sender = sender.clone();
///     queue.submit(ca, SignRequest::new("CSR"), move |answer| { let _ = sender.send(answer); })?;
/// }
/// let batch = queue.take().expect("it is open");
/// assert_eq!((batch.ca(), batch.requests().len()), (ca, 2));
/// // batch.run(&catalog, &policy, &mut rng); nobody who submitted waits in vain:
/// drop(batch);
/// assert!(receiver.recv()?.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SigningQueue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    limit: usize,
}

#[derive(Default)]
struct Waiting {
    by_ca: BTreeMap<Uuid, Vec<(SignRequest, Answer)>>,
    /// The CAs of `by_ca`, those that wait longest first.
    order: VecDeque<Uuid>,
    count: usize,
    is_closed: bool,
}

type Answer = Box<dyn FnOnce(Result<SignedCertificate, Error>) + Send>;

/// The most signings in one batch: more would not be faster.
const BATCH: usize = 1024;

impl SigningQueue {
    /// A queue in which at most `limit` signings wait.
    ///
    /// ```
    /// use certwright::SignRequest;
    /// use certwright::catalog::{SigningQueue, Uuid};
    ///
    /// let queue = SigningQueue::new(0);
    /// assert!(queue.submit(Uuid::from_bytes([1; 16]), SignRequest::new("CSR"), |_| ()).is_err());
    /// ```
    pub fn new(limit: usize) -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            limit,
        }
    }

    /// Lets a signing wait. `answer` is called once, by the thread that signs.
    ///
    /// # Errors
    ///
    /// Too many wait, or the queue is closed; then `answer` is not called.
    ///
    /// ```
    /// # use certwright::catalog::{SigningQueue, Uuid};
    /// # fn example(queue: &SigningQueue, ca: Uuid, csr: &str) -> Result<(), certwright::Error> {
    /// queue.submit(ca, certwright::SignRequest::new(csr), |answer| match answer {
    ///     Ok(signed) => println!("{}", signed.public_certificate),
    ///     Err(error) => println!("{error}"),
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn submit(
        &self,
        ca: Uuid,
        request: SignRequest,
        answer: impl FnOnce(Result<SignedCertificate, Error>) + Send + 'static,
    ) -> Result<(), QueueFull> {
        let mut waiting = lock(&self.waiting);
        if waiting.is_closed || waiting.count >= self.limit {
            return Err(QueueFull);
        }
        waiting.count += 1;
        let of_ca = waiting.by_ca.entry(ca).or_default();
        of_ca.push((request, Box::new(answer)));
        if of_ca.len() == 1 {
            waiting.order.push_back(ca);
        }
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// The signings that wait for the CA whose turn it is, at most 1024. Blocks while there are
    /// none; `None` once the queue is closed and empty.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy, SigningQueue};
    /// # fn example(queue: &SigningQueue, catalog: &Catalog) {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// while let Some(batch) = queue.take() {
    ///     let policy = CatalogPolicy::at(std::time::SystemTime::now());
    ///     batch.run(catalog, &policy, &mut rng);
    /// }
    /// # }
    /// ```
    pub fn take(&self) -> Option<Batch> {
        let mut waiting = lock(&self.waiting);
        loop {
            if let Some(batch) = waiting.next() {
                // One arrival may have woken this thread alone, and left work for another.
                if !waiting.order.is_empty() {
                    self.arrived.notify_one();
                }
                return Some(batch);
            }
            if waiting.is_closed {
                return None;
            }
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes no more signings. Those that wait are still handed out.
    ///
    /// ```
    /// let queue = certwright::catalog::SigningQueue::new(1000);
    /// queue.close();
    /// assert!(queue.take().is_none());
    /// ```
    pub fn close(&self) {
        lock(&self.waiting).is_closed = true;
        self.arrived.notify_all();
    }
}

impl Waiting {
    fn next(&mut self) -> Option<Batch> {
        let ca = self.order.pop_front()?;
        let mut signings = self.by_ca.remove(&ca)?;
        if signings.len() > BATCH {
            let rest = signings.split_off(BATCH);
            self.by_ca.insert(ca, rest);
            self.order.push_back(ca);
        }
        self.count -= signings.len();
        let (requests, answers) = signings.into_iter().unzip();
        Some(Batch {
            ca,
            requests,
            answers,
        })
    }
}

impl fmt::Debug for SigningQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningQueue")
            .field("waiting", &lock(&self.waiting).count)
            .finish_non_exhaustive()
    }
}

/// Signings with one CA. Dropped without having been run, it answers each with
/// [`SigningFailed`](ErrorCode::SigningFailed).
pub struct Batch {
    ca: Uuid,
    requests: Vec<SignRequest>,
    /// In the order of the requests.
    answers: VecDeque<Answer>,
}

impl Batch {
    /// The root_ca.
    ///
    /// ```
    /// # fn example(batch: &certwright::catalog::Batch) {
    /// println!("{}", batch.ca());
    /// # }
    /// ```
    pub fn ca(&self) -> Uuid {
        self.ca
    }

    /// What is to be signed.
    ///
    /// ```
    /// # fn example(batch: &certwright::catalog::Batch) {
    /// println!("{}", batch.requests().len());
    /// # }
    /// ```
    pub fn requests(&self) -> &[SignRequest] {
        &self.requests
    }

    /// Signs with the catalog's CA and answers each.
    ///
    /// ```
    /// # use certwright::catalog::{Batch, Catalog, CatalogPolicy};
    /// # fn example(batch: Batch, catalog: &Catalog, policy: &CatalogPolicy) {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// batch.run(catalog, policy, &mut rng);
    /// # }
    /// ```
    pub fn run(
        mut self,
        catalog: &Catalog,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) {
        let signed = catalog.sign_batch(self.ca, &self.requests, policy, rng);
        for outcome in signed {
            if let Some(answer) = self.answers.pop_front() {
                answer(outcome);
            }
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        for answer in self.answers.drain(..) {
            let message = "the request was dropped before it was signed";
            answer(Err(
                Error::new(ErrorCode::SigningFailed, message).with_http_status(500)
            ));
        }
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("ca", &self.ca)
            .field("requests", &self.requests.len())
            .finish_non_exhaustive()
    }
}

/// Too many signings wait, or the queue is closed.
///
/// ```
/// let error = certwright::Error::from(certwright::catalog::QueueFull);
/// assert_eq!((error.code().value(), error.http_status()), (3_735_626, 503));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueFull;

impl fmt::Display for QueueFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many requests wait for their signature")
    }
}

impl std::error::Error for QueueFull {}

impl From<QueueFull> for Error {
    fn from(full: QueueFull) -> Self {
        Self::new(ErrorCode::SigningFailed, full.to_string()).with_http_status(503)
    }
}
