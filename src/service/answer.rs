//! [`Answer`]: what a server does with a request that was read.

use super::field::FieldSet;
use super::headers::Links;
use super::job::Begun;
use super::json::{Object, WriteJson, write_list};
use super::record::{One, Shown};
use super::reply::{Reply, at, json, refusal, written};
use super::view::SvmNames;
use super::warnings::{about_records, about_signature};
#[cfg(feature = "azure")]
use crate::azure::{HttpRequest, HttpResponse};
use crate::catalog::{AddedRecord, Catalog, CatalogPolicy, Uuid, Work};
use crate::{Error, SignRequest, SignedCertificate};
use http::{Response, StatusCode};
use rand_core::CryptoRng;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a server does with a request.
///
/// ```
/// use certwright::catalog::CatalogPolicy;
/// use certwright::service::{Answer, Service};
/// use std::sync::{Arc, mpsc};
/// use std::thread;
///
/// /// Called on a thread that may block.
/// fn respond(service: &Service, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
///     let now = || CatalogPolicy::at(std::time::SystemTime::now()).with_dcn();
///     let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
///     let (job, wait) = match service.answer(request, &now(), &mut rng) {
///         Answer::Done(response) => return response,
///         Answer::Work { job, wait } => (job, wait),
///         _ => unreachable!("signatures are handed out where the server asks for them"),
///     };
///     let accepted = job.accepted();
///     let (done, end) = mpsc::channel();
///     thread::spawn(move || done.send(job.run(&now(), &mut rng)));
///     if wait.is_zero() {
///         return accepted;
///     }
///     end.recv_timeout(wait).unwrap_or(accepted)
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "it is moved once, to whoever does it"
)]
pub enum Answer {
    /// The response.
    Done(Response<Vec<u8>>),
    /// A job that the server must run, on whatever thread it likes.
    Work {
        /// The job.
        job: PendingJob,
        /// How long the caller wants to wait for its end: zero to 120 seconds. Clients give up
        /// after 45.
        wait: Duration,
    },
    /// A certificate that is to be signed; only from a service with
    /// [`with_signatures_handed_out`](super::Service::with_signatures_handed_out).
    Sign(PendingSignature),
}

impl Answer {
    /// The response, if it is there.
    ///
    /// ```
    /// # fn example(answer: certwright::service::Answer) {
    /// let status = answer.into_response().map(|response| response.status());
    /// # }
    /// ```
    pub fn into_response(self) -> Option<Response<Vec<u8>>> {
        match self {
            Self::Done(response) => Some(response),
            _ => None,
        }
    }
}

/// What a client is shown of the end of a job.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Added { wants_records: bool },
    Deleted,
}

/// A job that somebody must run. Dropped without that it stays queued, until
/// [`Catalog::recover`](crate::catalog::Catalog::recover) ends it.
pub struct PendingJob {
    pub(super) catalog: Arc<Catalog>,
    pub(super) work: Work,
    pub(super) end: End,
    pub(super) links: Links,
}

impl PendingJob {
    /// What the job is known by.
    ///
    /// ```
    /// # fn example(job: &certwright::service::PendingJob) {
    /// println!("/api/cluster/jobs/{}", job.uuid());
    /// # }
    /// ```
    pub fn uuid(&self) -> Uuid {
        self.work.job()
    }

    /// The response to a caller who does not wait for the end: 202 with the job.
    ///
    /// ```
    /// # fn example(job: &certwright::service::PendingJob) {
    /// assert_eq!(job.accepted().status(), 202);
    /// # }
    /// ```
    pub fn accepted(&self) -> Response<Vec<u8>> {
        let job = One("job", Begun(self.uuid()));
        self.placed(json(StatusCode::ACCEPTED, self.links, &job))
    }

    /// The HTTP request that must be sent before the job is run: of a download from a key vault, until
    /// it has what it needs, or has failed. Other jobs have none.
    ///
    /// ```
    /// use certwright::azure::{HttpRequest, HttpResponse};
    /// use certwright::catalog::CatalogPolicy;
    /// use certwright::service::PendingJob;
    /// # type BoxError = Box<dyn std::error::Error + Send + Sync>;
    /// # fn sent(_: &HttpRequest) -> Result<HttpResponse, BoxError> { Err("no route to host".into()) }
    ///
    /// /// On a thread that may block; `sent` is the HTTP client's.
    /// fn end_of(mut job: PendingJob) -> http::Response<Vec<u8>> {
    ///     while let Some(request) = job.request() {
    ///         let answer = sent(request);
    ///         job = job.answer(answer);
    ///     }
    ///     let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    ///     job.run(&CatalogPolicy::at(std::time::SystemTime::now()), &mut rng)
    /// }
    /// ```
    #[cfg(feature = "azure")]
    pub fn request(&self) -> Option<&HttpRequest> {
        self.work.request()
    }

    /// Takes the answer to the [request](Self::request), or why there is none.
    ///
    /// ```
    /// # fn example(job: certwright::service::PendingJob) {
    /// let job = job.answer(Err("no route to host".into()));
    /// assert!(job.request().is_none());
    /// # }
    /// ```
    #[cfg(feature = "azure")]
    #[must_use]
    pub fn answer(
        self,
        answer: Result<HttpResponse, Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            work: self.catalog.answer(self.work, answer),
            ..self
        }
    }

    /// Does the work and gives the response to a caller who waited for the end: 201 or 200, or what
    /// the job failed with. The time of the job's end is that of `policy`.
    ///
    /// ```
    /// # use certwright::{catalog::CatalogPolicy, service::PendingJob};
    /// # fn example(job: PendingJob) {
    /// let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let policy = CatalogPolicy::at(std::time::SystemTime::now());
    /// let response = job.run(&policy, &mut rng);
    /// # }
    /// ```
    pub fn run(
        self,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Response<Vec<u8>> {
        let (uuid, record) = (self.uuid(), self.work.record());
        let made = match self.catalog.run(self.work, policy, rng) {
            Ok(made) => made,
            Err(error) => return refusal(&error, self.links),
        };
        let (status, wants_records) = match self.end {
            End::Added { wants_records } => (StatusCode::CREATED, wants_records),
            End::Deleted => (StatusCode::OK, false),
        };
        let added = made.as_slice();
        let list = List::of(&self.catalog, added, wants_records, self.links);
        let reply = written(status, self.links, &EndedJob { uuid, list });
        let reply = about_records(reply, added);
        match self.end {
            End::Added { .. } => at(reply, record),
            End::Deleted => reply,
        }
    }

    fn placed(&self, reply: Reply) -> Reply {
        match self.end {
            End::Added { .. } => at(reply, self.work.record()),
            End::Deleted => reply,
        }
    }
}

impl fmt::Debug for PendingJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PendingJob").field(&self.work).finish()
    }
}

struct EndedJob<'a> {
    uuid: Uuid,
    list: List<'a>,
}

impl WriteJson for EndedJob<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut object = Object::begin(out);
        object.value("job", &Begun(self.uuid));
        if self.list.is_shown {
            self.list.write_members(&mut object);
        }
        object.end();
    }
}

/// What was made: how many, and, where that is asked for, the records.
pub(super) struct List<'a> {
    catalog: &'a Catalog,
    added: &'a [AddedRecord],
    is_shown: bool,
    links: Links,
}

impl<'a> List<'a> {
    pub(super) fn of(
        catalog: &'a Catalog,
        added: &'a [AddedRecord],
        is_shown: bool,
        links: Links,
    ) -> Self {
        Self {
            catalog,
            added,
            is_shown,
            links,
        }
    }

    fn write_members(&self, object: &mut Object<'_>) {
        object.value("num_records", &self.added.len());
        if self.is_shown {
            let names = SvmNames::new(self.catalog.host());
            let shown = self.added.iter().map(|added| Shown {
                view: names.view(&added.record),
                fields: FieldSet::all(),
                links: self.links,
            });
            write_list(object.member("records"), shown);
        }
    }
}

impl WriteJson for List<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut object = Object::begin(out);
        self.write_members(&mut object);
        object.end();
    }
}

/// A certificate that is to be signed with others at once: for a
/// [`SigningQueue`](crate::catalog::SigningQueue).
///
/// ```
/// # use certwright::catalog::SigningQueue;
/// # use certwright::service::{self, PendingSignature};
/// # use std::sync::mpsc;
/// fn submit(
///     queue: &SigningQueue,
///     signature: PendingSignature,
///     reply: mpsc::Sender<http::Response<Vec<u8>>>,
/// ) {
///     let (ca, request) = (signature.ca(), signature.request().clone());
///     let later = reply.clone();
///     let answer = move |signed| drop(later.send(signature.response(signed)));
///     if let Err(full) = queue.submit(ca, request, answer) {
///         drop(reply.send(service::refuse(&full.into())));
///     }
/// }
/// ```
pub struct PendingSignature {
    pub(super) ca: Uuid,
    pub(super) request: SignRequest,
    pub(super) links: Links,
}

impl PendingSignature {
    /// The root_ca that signs; it may not be there.
    ///
    /// ```
    /// # fn example(signature: &certwright::service::PendingSignature) {
    /// println!("{}", signature.ca());
    /// # }
    /// ```
    pub fn ca(&self) -> Uuid {
        self.ca
    }

    /// The body.
    ///
    /// ```
    /// # fn example(signature: &certwright::service::PendingSignature) {
    /// println!("{}", signature.request().signing_request);
    /// # }
    /// ```
    pub fn request(&self) -> &SignRequest {
        &self.request
    }

    /// The response to what came of it.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy};
    /// # fn example(catalog: &Catalog, signature: certwright::service::PendingSignature) {
    /// let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let policy = CatalogPolicy::at(std::time::SystemTime::now());
    /// let signed = catalog.sign(signature.ca(), signature.request(), &policy, &mut rng);
    /// let response = signature.response(signed);
    /// # }
    /// ```
    pub fn response(&self, outcome: Result<SignedCertificate, Error>) -> Response<Vec<u8>> {
        match outcome {
            Ok(signed) => {
                let body = One("public_certificate", &signed.public_certificate);
                let reply = json(StatusCode::OK, self.links, &body);
                about_signature(reply, self.ca, &signed.warnings)
            }
            Err(error) => refusal(&error, self.links),
        }
    }
}

impl fmt::Debug for PendingSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingSignature")
            .field("ca", &self.ca)
            .finish_non_exhaustive()
    }
}
