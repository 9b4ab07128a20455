//! [`Service`]: from a request to its answer.

use super::answer::{Answer, End, List, PendingJob, PendingSignature};
use super::bodies::{self, Post};
use super::filter::matches;
use super::headers::ScopeHeaders;
use super::job::ShownJob;
use super::list::list;
use super::query;
use super::record::{One, Shown};
use super::refusals::{invalid, no_such_method, no_such_path, not_authorized};
use super::reply::{Reply, allowing, at, empty, json, refusal, without_body, written};
use super::request::Incoming;
use super::route::{Route, uuid};
use super::view::SvmNames;
use super::warnings::about_records;
use crate::Error;
use crate::catalog::{Added, Catalog, CatalogPolicy, Deleted, Record, Uuid, not_found};
use crate::json::check_size;
use http::header::AUTHORIZATION;
use http::{Method, Request, StatusCode};
use rand_core::CryptoRng;
use std::fmt;
use std::sync::Arc;

/// The REST API over a catalog. See the [module](super) for what a server adds.
///
/// ```
/// # use certwright::catalog::{Catalog, CatalogPolicy, Host, MemoryStore, Svm, Uuid};
/// use certwright::service::Service;
/// use std::sync::Arc;
/// # struct Standalone;
/// # impl Host for Standalone {
/// #     fn cluster_name(&self) -> String { "cluster1".to_owned() }
/// #     fn svm_by_name(&self, _: &str) -> Option<Svm> { None }
/// #     fn svm_by_uuid(&self, _: Uuid) -> Option<Svm> { None }
/// # }
///
/// let service = Service::new(Arc::new(Catalog::new(MemoryStore::new(), Standalone)));
/// let request = http::Request::get("/api/security/certificates")
///     .header("Authorization", "Basic …")
///     .header("Accept", "application/json")
///     .body(Vec::new())?;
/// let policy = CatalogPolicy::at(std::time::SystemTime::now());
/// let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
/// let response = service.answer(request, &policy, &mut rng).into_response().expect("no job");
/// assert_eq!(response.body(), br#"{"records":[],"num_records":0}"#);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct Service {
    catalog: Arc<Catalog>,
    hands_out_signatures: bool,
}

/// An extension of a request whose sender the server knows without an `Authorization` header, by a
/// client certificate for instance.
///
/// ```
/// let mut request = http::Request::get("/api/security/certificates").body(Vec::<u8>::new())?;
/// request.extensions_mut().insert(certwright::service::Authenticated);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authenticated;

impl Service {
    /// The API over this catalog.
    ///
    /// ```
    /// # use certwright::{catalog::Catalog, service::Service};
    /// # use std::sync::Arc;
    /// # fn example(catalog: Arc<Catalog>) {
    /// let service = Service::new(catalog);
    /// # }
    /// ```
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            hands_out_signatures: false,
        }
    }

    /// The same, with [`Answer::Sign`] for every signature, for a server that signs many at once.
    ///
    /// ```
    /// # use certwright::{catalog::Catalog, service::Service};
    /// # use std::sync::Arc;
    /// # fn example(catalog: Arc<Catalog>) {
    /// let service = Service::new(catalog).with_signatures_handed_out();
    /// # }
    /// ```
    #[must_use]
    pub fn with_signatures_handed_out(mut self) -> Self {
        self.hands_out_signatures = true;
        self
    }

    /// The catalog.
    ///
    /// ```
    /// # fn example(service: &certwright::service::Service) -> Result<(), certwright::Error> {
    /// println!("{} certificates", service.catalog().snapshot()?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The answer to a request; every refusal is a response. The body is wiped when it was read.
    ///
    /// A request without `Authorization` header and without [`Authenticated`] is refused with 401.
    /// What the header says is for the server to check, before it asks.
    ///
    /// ```
    /// # use certwright::{catalog::CatalogPolicy, service::Service};
    /// # fn example(service: &Service) -> Result<(), http::Error> {
    /// let request = http::Request::get("/api/security/certificates").body(Vec::new())?;
    /// let policy = CatalogPolicy::at(std::time::SystemTime::now());
    /// let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let response = service.answer(request, &policy, &mut rng).into_response().expect("no job");
    /// assert_eq!(response.status(), 401);
    /// # Ok(())
    /// # }
    /// ```
    pub fn answer(
        &self,
        request: Request<Vec<u8>>,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Answer {
        let method = request.method().clone();
        let is_authorized = request.headers().contains_key(AUTHORIZATION)
            || request.extensions().get::<Authenticated>().is_some();
        let incoming = Incoming::of(request);
        let answer = if is_authorized {
            self.route(&method, &incoming, policy, rng)
        } else {
            Err(not_authorized())
        };
        match answer.unwrap_or_else(|error| Answer::Done(refusal(&error, incoming.links))) {
            Answer::Done(reply) if method == Method::HEAD => Answer::Done(without_body(reply)),
            answer => answer,
        }
    }

    fn route(
        &self,
        method: &Method,
        incoming: &Incoming,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Answer, Error> {
        check_size(&incoming.body)?;
        let route = Route::of(incoming.path()).ok_or_else(no_such_path)?;
        if !route.allows(method) {
            let reply = refusal(&no_such_method(), incoming.links);
            return Ok(Answer::Done(allowing(reply, route.allowed())));
        }
        if method == Method::OPTIONS {
            let reply = empty(StatusCode::OK, incoming.links);
            return Ok(Answer::Done(allowing(reply, route.allowed())));
        }
        match route {
            Route::Certificates if method == Method::POST => self.post(incoming, policy, rng),
            Route::Certificates if method == Method::DELETE => {
                self.delete_all(incoming, policy).map(Answer::Done)
            }
            Route::Certificates => list(&self.catalog, incoming).map(Answer::Done),
            Route::Certificate(text) => {
                let uuid = uuid(&text, "uuid")?;
                if method == Method::DELETE {
                    self.delete(uuid, incoming, policy, rng)
                } else {
                    self.get(uuid, incoming).map(Answer::Done)
                }
            }
            Route::Sign(text) => self.sign(uuid(&text, "ca.uuid")?, incoming, policy, rng),
            Route::SigningRequest => self.csr(incoming, policy, rng).map(Answer::Done),
            Route::Job(text) => self
                .job(uuid(&text, "uuid")?, incoming, policy)
                .map(Answer::Done),
        }
    }

    fn get(&self, uuid: Uuid, incoming: &Incoming) -> Result<Reply, Error> {
        let fields = query::of_certificate(&incoming.parameters()?)?;
        let record = self.record(uuid, &incoming.scope()?)?;
        let shown = Shown {
            view: SvmNames::new(self.catalog.host()).view(&record),
            fields,
            links: incoming.links,
        };
        Ok(written(StatusCode::OK, incoming.links, &shown))
    }

    /// The record, unless the headers confine the request to another scope.
    fn record(&self, uuid: Uuid, scope: &ScopeHeaders) -> Result<Arc<Record>, Error> {
        let record = self.catalog.get(uuid)?;
        if scope.are_given() {
            let view = SvmNames::new(self.catalog.host()).view(&record);
            if !scope.include(&view) {
                return Err(not_found("uuid"));
            }
        }
        Ok(record)
    }

    fn post(
        &self,
        incoming: &Incoming,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Answer, Error> {
        let (wants_records, wait) = query::of_post(&incoming.parameters()?)?;
        let (catalog, links) = (&self.catalog, incoming.links);
        match bodies::post(&incoming.body, &incoming.scope()?)? {
            Post::Many(additions) => {
                let added = catalog.add_all(&additions, policy, rng)?;
                let list = List::of(catalog, &added, wants_records, links);
                let reply = written(StatusCode::CREATED, links, &list);
                Ok(Answer::Done(about_records(reply, &added)))
            }
            Post::One(addition) => match catalog.add(&addition, policy, rng)? {
                Added::Record(added) => {
                    let uuid = added.record.uuid;
                    let added = [added];
                    let reply = if wants_records {
                        let list = List::of(catalog, &added, true, links);
                        written(StatusCode::CREATED, links, &list)
                    } else {
                        empty(StatusCode::CREATED, links)
                    };
                    Ok(Answer::Done(about_records(at(reply, uuid), &added)))
                }
                Added::Work(work) => {
                    let job = PendingJob {
                        catalog: Arc::clone(catalog),
                        work,
                        end: End::Added { wants_records },
                        links,
                    };
                    Ok(Answer::Work { job, wait })
                }
            },
        }
    }

    fn delete(
        &self,
        uuid: Uuid,
        incoming: &Incoming,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Answer, Error> {
        let wait = query::of_delete(&incoming.parameters()?)?;
        bodies::nothing(&incoming.body)?;
        let scope = incoming.scope()?;
        if scope.are_given() {
            self.record(uuid, &scope)?;
        }
        let links = incoming.links;
        Ok(match self.catalog.delete(uuid, policy, rng)? {
            Deleted::Done => Answer::Done(empty(StatusCode::OK, links)),
            Deleted::Work(work) => {
                let job = PendingJob {
                    catalog: Arc::clone(&self.catalog),
                    work,
                    end: End::Deleted,
                    links,
                };
                Answer::Work { job, wait }
            }
        })
    }

    fn delete_all(&self, incoming: &Incoming, policy: &CatalogPolicy) -> Result<Reply, Error> {
        let mut conditions = query::of_delete_all(&incoming.parameters()?)?;
        let uuids = bodies::deletion(&incoming.body)?;
        let scope = incoming.scope()?;
        let count = match uuids {
            Some(_) if !conditions.is_empty() => {
                return Err(invalid("give filters or a list of records, not both"));
            }
            Some(uuids) => {
                if scope.are_given() {
                    uuids
                        .iter()
                        .try_for_each(|uuid| self.record(*uuid, &scope).map(drop))?;
                }
                self.catalog.delete_all(&uuids, policy)?
            }
            None if conditions.is_empty() => {
                return Err(invalid(
                    "nothing says what to delete: give a filter or a list of records",
                ));
            }
            None => {
                conditions.extend(scope.conditions()?);
                let names = SvmNames::new(self.catalog.host());
                let is_meant = |record: &Record| matches(record, &conditions, &names);
                self.catalog.delete_where(is_meant, policy)?
            }
        };
        Ok(json(
            StatusCode::OK,
            incoming.links,
            &One("num_records", count),
        ))
    }

    fn sign(
        &self,
        ca: Uuid,
        incoming: &Incoming,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Answer, Error> {
        query::of_post(&incoming.parameters()?)?;
        let pending = PendingSignature {
            ca,
            request: bodies::sign(&incoming.body)?,
            links: incoming.links,
        };
        if self.hands_out_signatures {
            return Ok(Answer::Sign(pending));
        }
        let signed = self.catalog.sign(ca, pending.request(), policy, rng);
        Ok(Answer::Done(pending.response(signed)))
    }

    fn csr(
        &self,
        incoming: &Incoming,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Reply, Error> {
        query::of_post(&incoming.parameters()?)?;
        let request = bodies::csr(&incoming.body)?;
        let made = self.catalog.generate_csr(&request, policy, rng)?;
        Ok(json(StatusCode::OK, incoming.links, &made))
    }

    fn job(&self, uuid: Uuid, incoming: &Incoming, policy: &CatalogPolicy) -> Result<Reply, Error> {
        let fields = query::of_job(&incoming.parameters()?)?;
        let job = &self.catalog.job(uuid, policy)?;
        Ok(json(
            StatusCode::OK,
            incoming.links,
            &ShownJob { job, fields },
        ))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}
