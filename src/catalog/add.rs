//! Adding: checks first, then names, then one commit.

use super::added::Added;
use super::addition::{Addition, NewCertificate};
use super::catalog::Catalog;
use super::errors::{duplicate, in_element, no_record};
use super::job::{Job, Reservation};
use super::names::{self, NameSource};
use super::plan::{Made, Plan, Task};
use super::policy::CatalogPolicy;
use super::record::{AddedRecord, Record, fingerprint};
use super::resolve::Owner;
use super::scope::Scope;
use super::store::{Commit, CommitError, Put, Snapshot};
use super::uuid::Uuid;
use super::work::Work;
use crate::{CertificateKind, Error, ErrorCode, Policy};
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most certificates that one list creates: each RSA key takes up to a second, and a body has room
/// for tens of thousands.
const KEYS_MAX: usize = 100;

/// What the elements of a list before this one take.
#[derive(Default)]
struct Taken {
    names: BTreeSet<(Scope, String)>,
    certificates: BTreeSet<(Scope, CertificateKind, [u8; 32])>,
}

/// How often generated names are chosen anew: each time means that somebody else has got one.
const TRIES: usize = 10_000;

impl Catalog {
    /// Creates or installs a certificate, or begins to download one. A root_ca gets two entries, a
    /// client_ca and a server_ca with its certificate, in the same commit. With DCN a root_ca is a job,
    /// and a download always is.
    ///
    /// Nothing is stored, and nothing drawn from `rng`, before all checks passed.
    ///
    /// # Errors
    ///
    /// In the order of the checks: those of [`resolve`](Self::resolve); those of
    /// [`create`](crate::create()) or [`install`](crate::install()), or of the check and the start of a
    /// download (module `azure`);
    /// [`ValueInvalid`](ErrorCode::ValueInvalid): the name is longer than 255 characters or has a
    /// control character; [`DuplicateEntry`](ErrorCode::DuplicateEntry): the name is taken in its
    /// scope, or the certificate is there with the same type and scope;
    /// [`StoreFailed`](ErrorCode::StoreFailed).
    ///
    /// ```
    /// # use certwright::catalog::{Added, Catalog, CatalogPolicy};
    /// # use certwright::CreateRequest;
    /// # fn example(catalog: &Catalog, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// match catalog.add(&CreateRequest::server("www.example.com").into(), policy, &mut rng)? {
    ///     Added::Record(added) => println!("{} is {}", added.record.name, added.record.uuid),
    ///     Added::Work(work) => { catalog.run(work, policy, &mut rng)?; }
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn add(
        &self,
        addition: &Addition,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Added, Error> {
        let snapshot = self.store.snapshot()?;
        #[cfg(feature = "azure")]
        if let NewCertificate::Download(request) = &addition.certificate {
            let begun = self.begin_download(addition, request, &*snapshot, policy, rng);
            return begun.map(Added::Work);
        }
        let plan = self.plan(addition, &*snapshot, &policy.policy, &mut Taken::default())?;
        if policy.dcn && plan.kind() == CertificateKind::RootCa {
            return self.begin_addition(plan, policy, rng).map(Added::Work);
        }
        let made = plan.make(Uuid::random, &policy.policy, rng)?;
        let mut kept = self.keep(&[made], None).map_err(|(_, error)| error)?;
        kept.pop().map(Added::Record).ok_or_else(no_record)
    }

    /// Adds all or none, in one commit and never as a job. The first refusal counts; its target is
    /// `records[i].field`.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add); [`RequestInvalid`](ErrorCode::RequestInvalid) for an empty list, and for one
    /// that creates more than 100 certificates.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, CatalogPolicy};
    /// # use certwright::CreateRequest;
    /// # fn example(catalog: &Catalog, policy: &CatalogPolicy) -> Result<(), certwright::Error> {
    /// # let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
    /// let two = [CreateRequest::server("a.example").into(), CreateRequest::client("b").into()];
    /// assert_eq!(catalog.add_all(&two, policy, &mut rng)?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_all(
        &self,
        additions: &[Addition],
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<AddedRecord>, Error> {
        if additions.is_empty() {
            let message = "the list of records is empty";
            return Err(Error::new(ErrorCode::RequestInvalid, message).with_target("records"));
        }
        let snapshot = self.store.snapshot()?;
        let mut taken = Taken::default();
        let plans: Vec<_> = additions
            .iter()
            .enumerate()
            .map(|(index, addition)| {
                self.plan(addition, &*snapshot, &policy.policy, &mut taken)
                    .map_err(|error| in_element(error, index))
            })
            .collect::<Result<_, _>>()?;
        let is_created = |plan: &&Plan| matches!(plan.task, Task::Create(_));
        let keys = plans.iter().filter(is_created).count();
        if keys > KEYS_MAX {
            let message = format!("{keys} keys would be made; accepted are at most {KEYS_MAX}");
            return Err(Error::new(ErrorCode::RequestInvalid, message).with_target("records"));
        }
        let made: Vec<_> = plans
            .into_iter()
            .enumerate()
            .map(|(index, plan)| {
                plan.make(Uuid::random, &policy.policy, rng)
                    .map_err(|error| in_element(error, index))
            })
            .collect::<Result<_, _>>()?;
        self.keep(&made, None)
            .map_err(|(index, error)| match index {
                Some(index) => in_element(error, index),
                None => error,
            })
    }

    fn plan(
        &self,
        addition: &Addition,
        snapshot: &dyn Snapshot,
        policy: &Policy,
        taken: &mut Taken,
    ) -> Result<Plan, Error> {
        let owner = self.owner(&addition.scope)?;
        let (task, own_name) = match &addition.certificate {
            NewCertificate::Create(request) => (Task::Create(request.check(policy)?), None),
            NewCertificate::Install(request) => {
                let spec = request.check(policy)?;
                let key = spec.private_key_der()?;
                let installed = Box::new(spec.install(policy)?);
                (Task::Install(installed, key), request.name.as_deref())
            }
            #[cfg(feature = "azure")]
            NewCertificate::Download(_) => {
                let message = "a certificate is downloaded alone, not as one of a list";
                return Err(Error::new(ErrorCode::RequestInvalid, message).with_target("azure"));
            }
        };
        let name = names::given(addition.name.as_deref().or(own_name))?;
        if let Some(name) = &name
            && (snapshot.is_name_taken(owner.scope, name)
                || !taken.names.insert((owner.scope, name.clone())))
        {
            return Err(duplicate());
        }
        if let Task::Install(installed, _) = &task {
            let fingerprint = fingerprint(&installed.certificate);
            let (scope, kind) = (owner.scope, installed.r#type);
            if snapshot.holder_of(scope, kind, &fingerprint).is_some()
                || !taken.certificates.insert((scope, kind, fingerprint))
            {
                return Err(duplicate());
            }
        }
        Ok(Plan {
            owner,
            name,
            verify_host: addition.verify_host,
            task,
        })
    }

    fn begin_addition(
        &self,
        plan: Plan,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Work, Error> {
        let job = self.begin_job(&plan.owner, plan.name.as_deref(), policy, rng)?;
        Ok(Work::addition(job, plan, policy))
    }

    /// Begins a job that makes a record and holds its name meanwhile.
    pub(super) fn begin_job(
        &self,
        owner: &Owner,
        name: Option<&str>,
        policy: &CatalogPolicy,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Job, Error> {
        let record = Uuid::random(rng);
        let description = format!("POST /api/security/certificates/{record}");
        let mut job = Job::new(Uuid::random(rng), record, description, policy.policy.now);
        job.reservation = name.map(|name| Reservation {
            scope: owner.scope,
            name: name.to_owned(),
        });
        self.begin(&job, policy, Vec::new())?;
        Ok(job)
    }

    /// Chooses the names that were not given and commits, with a job that ends by it. An error comes
    /// with the index of the addition that it is about. Answers with the record of each addition.
    pub(super) fn keep(
        &self,
        made: &[Made],
        job: Option<&Job>,
    ) -> Result<Vec<AddedRecord>, (Option<usize>, Error)> {
        for _ in 0..TRIES {
            let snapshot = self
                .store
                .snapshot()
                .map_err(|error| (None, error.into()))?;
            let named = name_all(made, &*snapshot);
            let kept: Vec<_> = named
                .iter()
                .filter_map(|puts| puts.last())
                .zip(made)
                .map(|(put, made)| AddedRecord {
                    record: Arc::clone(&put.record),
                    warnings: made.warnings.clone(),
                })
                .collect();
            let commit = Commit {
                puts: named.into_iter().flatten().collect(),
                jobs: job.into_iter().cloned().collect(),
                ..Commit::default()
            };
            match self.store.commit(commit) {
                Ok(()) => return self.unless_svm_is_gone(made, kept),
                Err(CommitError::NameTaken { scope, name }) => {
                    let holds = |made: &Made| {
                        made.owner.scope == scope && made.name.as_ref() == Some(&name)
                    };
                    if let Some(index) = made.iter().position(holds) {
                        return Err((Some(index), duplicate()));
                    }
                }
                Err(CommitError::CertificateTaken { uuid }) => {
                    let has =
                        |made: &Made| made.records.iter().any(|(record, _)| record.uuid == uuid);
                    return Err((made.iter().position(has), duplicate()));
                }
                Err(error) => return Err((None, error.into())),
            }
        }
        let message = "no free name was found for the certificate";
        Err((None, Error::new(ErrorCode::StoreFailed, message)))
    }

    /// An SVM that was deleted while records were added to it takes them with it: either the host
    /// knows it still, and [`delete_svm`](Self::delete_svm) will see them, or they go here.
    fn unless_svm_is_gone(
        &self,
        made: &[Made],
        kept: Vec<AddedRecord>,
    ) -> Result<Vec<AddedRecord>, (Option<usize>, Error)> {
        let is_gone = |made: &Made| {
            let svm = made.owner.scope.svm();
            svm.is_some_and(|svm| self.host.svm_by_uuid(svm).is_none())
        };
        let Some(index) = made.iter().position(is_gone) else {
            return Ok(kept);
        };
        let records = made.iter().flat_map(|made| &made.records);
        let deletes = records.map(|(record, _)| record.uuid).collect();
        let commit = Commit {
            deletes,
            ..Commit::default()
        };
        match self.store.commit(commit) {
            // Then `delete_svm` was faster.
            Ok(()) | Err(CommitError::Gone(_)) => {
                let message = "the SVM was deleted meanwhile";
                let error = Error::new(ErrorCode::SvmNotFound, message).with_target("svm.name");
                Err((Some(index), error))
            }
            Err(error) => Err((None, error.into())),
        }
    }
}

/// Names every record: as it was given, or with the first candidate that is free.
fn name_all(made: &[Made], snapshot: &dyn Snapshot) -> Vec<Vec<Put>> {
    let mut taken: BTreeSet<(Scope, String)> = made
        .iter()
        .filter_map(|made| Some((made.owner.scope, made.name.clone()?)))
        .collect();
    made.iter()
        .map(|made| {
            let own = made.records.len() - 1;
            let records = made.records.iter().enumerate();
            records
                .map(|(place, (record, key))| {
                    // A given name is the record's alone, not that of its entries.
                    let given = made.name.clone().filter(|_| place == own);
                    let name = given
                        .unwrap_or_else(|| generate(record, &made.owner, snapshot, &mut taken));
                    Put {
                        record: Arc::new(Record {
                            name,
                            ..record.clone()
                        }),
                        private_key: key.clone(),
                    }
                })
                .collect()
        })
        .collect()
}

fn generate(
    record: &Record,
    owner: &Owner,
    snapshot: &dyn Snapshot,
    taken: &mut BTreeSet<(Scope, String)>,
) -> String {
    let source = NameSource {
        common_name: record.common_name.as_deref().unwrap_or_default(),
        serial_number: &record.certificate.serial_number(),
        ca: record.ca.as_deref().unwrap_or_default(),
        owner: &owner.name,
    };
    let name = source.candidates().find(|name| {
        !snapshot.is_name_taken(owner.scope, name) && taken.insert((owner.scope, name.clone()))
    });
    name.unwrap_or_default()
}
