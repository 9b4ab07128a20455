//! The certificate that the server makes for itself, by a CA of its own, both kept in the catalog.

use super::BoxError;
use super::identity::{candidates, is_called, is_named};
use certwright::catalog::{Addition, Catalog, CatalogPolicy, Record, Scope, Snapshot, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::{CertificateKind, CreateRequest, Error, ErrorCode, InstallRequest, SignRequest};
use getrandom::SysRng;
use std::sync::Arc;

/// How long the CA is valid, in days. It is not renewed as long as it signs: who trusts it must be told of
/// another.
const CA_DAYS: u32 = 3650;
const DAY: i64 = 86_400;
/// How long certificates are valid at most, in seconds; none is valid for longer than its CA.
const YEAR: i64 = 365 * DAY;
/// When a certificate is renewed, in seconds before its end.
const RENEWED: i64 = 122 * DAY;

/// Sees to it that there is a certificate called `name`, or `name` with an underscore and more, that will
/// be valid for a while: makes one where there is none, or where the CA's last one is about to expire,
/// and deletes those of the CA's that have. Where the CA is over too it makes another. Says whether it made
/// a certificate. Several servers may do so at once. What cannot be used to serve with is passed over.
pub(super) fn keep(
    catalog: &Catalog,
    name: &str,
    names: &[String],
    policy: &CatalogPolicy,
    is_usable: impl Fn(&Record) -> bool,
) -> Result<bool, BoxError> {
    let now = policy.policy.now;
    let snapshot = catalog.snapshot()?;
    let candidates = candidates(&*snapshot, name, now);
    let current = candidates.into_iter().find(|record| is_usable(record));
    let known = ca(&*snapshot);
    if let Some(current) = current {
        // What somebody installed under this name is theirs to renew.
        let ca = known.as_ref().filter(|ca| is_issued_by(&current, ca));
        // Nor would another be valid for longer than its CA.
        let is_ours = ca.is_some_and(|ca| ca.expiry_time > current.expiry_time);
        if !is_ours || current.expiry_time.unix() - now.unix() > RENEWED {
            return Ok(false);
        }
    }
    let ca = match known {
        // What is signed is valid for a day at least.
        Some(ca) if ca.expiry_time.unix() - now.unix() > DAY => ca,
        other => make_ca(catalog, other.is_some(), policy)?,
    };
    let new = free_name(&*snapshot, name, policy);
    let left = ca.expiry_time.unix() - now.unix();
    if left < YEAR {
        tracing::warn!(
            end = %ca.expiry_time,
            "the server's own CA will be over; then another is made, which nobody trusts yet"
        );
    }
    match issue(catalog, ca.uuid, &new, names, left.min(YEAR), policy) {
        // Another server was first.
        Err(error) if error.code() == ErrorCode::DuplicateEntry => return Ok(true),
        Err(error) => return Err(error.into()),
        Ok(()) => tracing::info!(name = new, "the server's own certificate was made"),
    }
    let over = snapshot.iter().filter(|record| {
        is_called(record, name) && record.expiry_time <= now && is_issued_by(record, &ca)
    });
    for record in over {
        if let Err(error) = catalog.delete(record.uuid, policy, &mut UnwrapErr(SysRng)) {
            tracing::warn!(
                name = record.name,
                "an expired certificate is still there: {error}"
            );
        }
    }
    Ok(true)
}

/// The name, or if it is taken the name with the day.
fn free_name(snapshot: &dyn Snapshot, name: &str, policy: &CatalogPolicy) -> String {
    if snapshot.is_name_taken(Scope::Cluster, name) {
        let day: String = policy.policy.now.to_string().chars().take(10).collect();
        format!("{name}_{day}")
    } else {
        name.to_owned()
    }
}

fn is_issued_by(record: &Record, ca: &Record) -> bool {
    record.authority_key_identifier.is_some()
        && record.authority_key_identifier == ca.subject_key_identifier
}

const CA_NAME: &str = "certwright_root";

/// The CA that [`keep`] made: of several the one that expires last.
pub(crate) fn ca(snapshot: &dyn Snapshot) -> Option<Arc<Record>> {
    let roots = snapshot.iter().filter(|record| {
        is_named(record, CA_NAME)
            && record.scope == Scope::Cluster
            && record.r#type == CertificateKind::RootCa
    });
    roots
        .max_by_key(|record| (record.expiry_time, record.uuid))
        .cloned()
}

fn make_ca(
    catalog: &Catalog,
    is_another: bool,
    policy: &CatalogPolicy,
) -> Result<Arc<Record>, BoxError> {
    let name = free_name(&*catalog.snapshot()?, CA_NAME, policy);
    // Roots are told apart by it, where a browser trusts those of several servers.
    let mut number = [0; 4];
    getrandom::fill(&mut number)?;
    let common_name = format!("certwright root {:08x}", u32::from_be_bytes(number));
    let request = CreateRequest::root_ca(common_name)
        .with_algorithm("ec")
        .with_expiry(format!("P{CA_DAYS}D"));
    let addition = Addition::from(request).with_name(&*name);
    // At once, without a job.
    let mut policy = *policy;
    policy.dcn = false;
    match catalog.add(&addition, &policy, &mut UnwrapErr(SysRng)) {
        Ok(added) => {
            if is_another {
                tracing::warn!(name, "the server's own CA is over: another was made");
            }
            let made = added.into_record();
            made.ok_or_else(|| "the CA is not there".into())
        }
        Err(error) if error.code() == ErrorCode::DuplicateEntry => {
            ca(&*catalog.snapshot()?).ok_or_else(|| format!("{name:?} is no root_ca").into())
        }
        Err(error) => Err(error.into()),
    }
}

fn issue(
    catalog: &Catalog,
    ca: Uuid,
    name: &str,
    names: &[String],
    seconds: i64,
    policy: &CatalogPolicy,
) -> Result<(), Error> {
    let mut rng = UnwrapErr(SysRng);
    let request = crate::config::own_request(names);
    let made = catalog.generate_csr(&request, policy, &mut rng)?;
    let request = SignRequest::new(made.csr).with_expiry(format!("PT{seconds}S"));
    let signed = catalog.sign(ca, &request, policy, &mut rng)?;
    let request = InstallRequest::server(signed.public_certificate, made.generated_private_key);
    let addition = Addition::from(request).with_name(name);
    catalog.add(&addition, policy, &mut rng).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use certwright::Time;
    use certwright::catalog::{Host, MemoryStore, Svm};

    struct Standalone;

    impl Host for Standalone {
        fn cluster_name(&self) -> String {
            "cluster1".to_owned()
        }

        fn svm_by_name(&self, _: &str) -> Option<Svm> {
            None
        }

        fn svm_by_uuid(&self, _: Uuid) -> Option<Svm> {
            None
        }
    }

    fn on_day(day: i64) -> CatalogPolicy {
        let start: Time = "2026-01-01T00:00:00Z".parse().unwrap();
        CatalogPolicy::at(Time::from_unix(start.unix() + day * 86_400).unwrap())
    }

    fn latest(snapshot: &dyn Snapshot, name: &str, now: Time) -> Option<Arc<Record>> {
        candidates(snapshot, name, now).into_iter().next()
    }

    #[test]
    fn there_is_always_a_certificate_that_is_valid() {
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        let names = ["localhost".to_owned(), "::1".to_owned()];
        let keep = |day| keep(&catalog, "own", &names, &on_day(day), |_| true).unwrap();
        let there = |day| {
            let snapshot = catalog.snapshot().unwrap();
            let current = latest(&*snapshot, "own", on_day(day).policy.now);
            let count = snapshot
                .iter()
                .filter(|record| is_called(record, "own"))
                .count();
            (current.map(|record| record.name.clone()), count)
        };
        assert!(keep(0) && !keep(0) && !keep(242));
        assert_eq!(there(0), (Some("own".to_owned()), 1));
        assert!(keep(243) && !keep(243));
        assert_eq!(there(243), (Some("own_2026-09-01".to_owned()), 2));
        // The first one is over when the next is made.
        assert!(keep(500));
        assert_eq!(there(500).1, 2);
        // After a long time in which nobody looked after it.
        assert!(keep(2000));
        assert_eq!(there(2000).1, 1);
    }

    #[test]
    fn a_ca_that_is_over_is_followed_by_another() {
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        let keep = |day| {
            keep(
                &catalog,
                "own",
                &["localhost".to_owned()],
                &on_day(day),
                |_| true,
            )
            .unwrap()
        };
        let there = |day| {
            let snapshot = catalog.snapshot().unwrap();
            let current = latest(&*snapshot, "own", on_day(day).policy.now).unwrap();
            let ca = ca(&*snapshot).unwrap();
            assert!(is_issued_by(&current, &ca));
            (current, ca)
        };
        assert!(keep(0));
        let (_, first) = there(0);
        assert!(keep(3400));
        let (last, ca) = there(3400);
        // None is valid for longer than its CA.
        assert_eq!((ca.uuid, last.expiry_time), (first.uuid, ca.expiry_time));
        assert!(!keep(3560) && !keep(3649));
        for day in [3650, 7301] {
            assert!(keep(day) && !keep(day), "{day}");
            let (current, ca) = there(day);
            assert!(ca.uuid != first.uuid && ca.name.starts_with("certwright_root_2"));
            assert_eq!(current.expiry_time, on_day(day + 365).policy.now);
        }
        // There is none on the last day of a CA, which signs for a day at least.
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        make_ca(&catalog, false, &on_day(0)).unwrap();
        let last = on_day(3649);
        assert!(super::keep(&catalog, "own", &["localhost".to_owned()], &last, |_| true).unwrap());
        assert_eq!(catalog.snapshot().unwrap().len(), 7);
    }

    #[test]
    fn what_is_valid_now_is_presented() {
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        let keep = |day| {
            keep(
                &catalog,
                "own",
                &["localhost".to_owned()],
                &on_day(day),
                |_| true,
            )
            .unwrap()
        };
        assert!(keep(0) && keep(250));
        let name = |day| {
            let snapshot = catalog.snapshot().unwrap();
            latest(&*snapshot, "own", on_day(day).policy.now).map(|record| record.name.clone())
        };
        assert_eq!(name(0).as_deref(), Some("own"));
        assert_eq!(name(250).as_deref(), Some("own_2026-09-08"));
        // The clock is before all of them.
        assert_eq!(name(-1).as_deref(), Some("own_2026-09-08"));
        assert!(!keep(-1));
    }

    #[test]
    fn what_somebody_installed_is_left_to_them() {
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        let mut rng = UnwrapErr(SysRng);
        let request = CreateRequest::server("localhost")
            .with_algorithm("ec")
            .with_expiry("P10D");
        let addition = Addition::from(request).with_name("own_theirs");
        catalog.add(&addition, &on_day(0), &mut rng).unwrap();
        assert!(
            !keep(
                &catalog,
                "own",
                &["localhost".to_owned()],
                &on_day(0),
                |_| true
            )
            .unwrap()
        );
        assert_eq!(catalog.snapshot().unwrap().len(), 1);
        // Unless it is of no use, or over.
        let names = ["localhost".to_owned()];
        let is_usable = |record: &Record| record.name != "own_theirs";
        assert!(keep(&catalog, "own", &names, &on_day(0), is_usable).unwrap());
        assert!(!keep(&catalog, "own", &names, &on_day(0), is_usable).unwrap());
        let own = latest(&*catalog.snapshot().unwrap(), "own", on_day(0).policy.now).unwrap();
        catalog.delete(own.uuid, &on_day(0), &mut rng).unwrap();
        assert!(
            keep(
                &catalog,
                "own",
                &["localhost".to_owned()],
                &on_day(11),
                |_| true
            )
            .unwrap()
        );
    }
}
