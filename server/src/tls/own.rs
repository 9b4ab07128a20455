//! The certificate that the server makes for itself, by a CA of its own, both kept in the catalog.

use super::BoxError;
use super::identity::{is_called, latest};
use certwright::catalog::{Addition, Catalog, CatalogPolicy, Record, Scope, Snapshot, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::{
    CertificateKind, CreateRequest, CsrRequest, Error, ErrorCode, InstallRequest, SignRequest,
    SubjectAlternatives,
};
use getrandom::SysRng;
use std::net::IpAddr;
use std::sync::Arc;

/// How long the CA and the certificates are valid, in days. The CA is not renewed by itself: who trusts
/// it must be told.
const CA_DAYS: u32 = 3650;
const DAYS: u32 = 365;
/// When a certificate is renewed, in seconds before its end.
const RENEWED: i64 = 122 * 86_400;

/// Sees to it that there is a certificate called `name`, or `name` with an underscore and more, that will
/// be valid for a while: makes one where there is none, or where the CA's last one is about to expire,
/// and deletes those of the CA's that have. Says whether it made one. Several servers may do so at
/// once.
pub(super) fn keep(
    catalog: &Catalog,
    name: &str,
    names: &[String],
    policy: &CatalogPolicy,
) -> Result<bool, BoxError> {
    let now = policy.policy.now;
    let snapshot = catalog.snapshot()?;
    let current = latest(&*snapshot, name, now);
    let known = ca(&*snapshot);
    if let Some(current) = current {
        // What somebody installed under this name is theirs to renew.
        let is_ours = known.as_ref().is_some_and(|ca| is_issued_by(&current, ca));
        if !is_ours || current.expiry_time.unix() - now.unix() > RENEWED {
            return Ok(false);
        }
    }
    let ca = match known {
        Some(ca) => ca,
        None => make_ca(catalog, policy)?,
    };
    let new = if snapshot.is_name_taken(Scope::Cluster, name) {
        let day: String = now.to_string().chars().take(10).collect();
        format!("{name}_{day}")
    } else {
        name.to_owned()
    };
    match issue(catalog, ca.uuid, &new, names, policy) {
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

fn is_issued_by(record: &Record, ca: &Record) -> bool {
    record.authority_key_identifier.is_some()
        && record.authority_key_identifier == ca.subject_key_identifier
}

const CA_NAME: &str = "certwright_root";

/// The CA that [`keep`] made.
pub(crate) fn ca(snapshot: &dyn Snapshot) -> Option<Arc<Record>> {
    let mut roots = snapshot.iter().filter(|record| {
        record.name == CA_NAME
            && record.scope == Scope::Cluster
            && record.r#type == CertificateKind::RootCa
    });
    roots.next().cloned()
}

fn make_ca(catalog: &Catalog, policy: &CatalogPolicy) -> Result<Arc<Record>, BoxError> {
    // Roots are told apart by it, where a browser trusts those of several servers.
    let mut number = [0; 4];
    getrandom::fill(&mut number)?;
    let common_name = format!("certwright root {:08x}", u32::from_be_bytes(number));
    let request = CreateRequest::root_ca(common_name)
        .with_algorithm("ec")
        .with_expiry(format!("P{CA_DAYS}D"));
    let addition = Addition::from(request).with_name(CA_NAME);
    // At once, without a job.
    let mut policy = *policy;
    policy.dcn = false;
    match catalog.add(&addition, &policy, &mut UnwrapErr(SysRng)) {
        Ok(added) => added
            .into_record()
            .ok_or_else(|| "the CA is not there".into()),
        Err(error) if error.code() == ErrorCode::DuplicateEntry => {
            ca(&*catalog.snapshot()?).ok_or_else(|| format!("{CA_NAME:?} is no root_ca").into())
        }
        Err(error) => Err(error.into()),
    }
}

fn issue(
    catalog: &Catalog,
    ca: Uuid,
    name: &str,
    names: &[String],
    policy: &CatalogPolicy,
) -> Result<(), Error> {
    let mut alternatives = SubjectAlternatives::new();
    for name in names {
        alternatives = match name.parse::<IpAddr>() {
            Ok(address) => alternatives.with_ip(address.to_string()),
            Err(_) => alternatives.with_dns(name),
        };
    }
    let mut rng = UnwrapErr(SysRng);
    let common_name = names.first().map_or("localhost", String::as_str);
    let request = CsrRequest::new(format!("CN={common_name}"))
        .with_algorithm("ec")
        .with_subject_alternatives(alternatives);
    let made = catalog.generate_csr(&request, policy, &mut rng)?;
    let request = SignRequest::new(made.csr).with_expiry(format!("P{DAYS}D"));
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

    #[test]
    fn there_is_always_a_certificate_that_is_valid() {
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        let names = ["localhost".to_owned(), "::1".to_owned()];
        let keep = |day| keep(&catalog, "own", &names, &on_day(day)).unwrap();
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
    fn what_somebody_installed_is_left_to_them() {
        let catalog = Catalog::new(MemoryStore::new(), Standalone);
        let mut rng = UnwrapErr(SysRng);
        let request = CreateRequest::server("localhost")
            .with_algorithm("ec")
            .with_expiry("P10D");
        let addition = Addition::from(request).with_name("own_theirs");
        catalog.add(&addition, &on_day(0), &mut rng).unwrap();
        assert!(!keep(&catalog, "own", &["localhost".to_owned()], &on_day(0)).unwrap());
        assert_eq!(catalog.snapshot().unwrap().len(), 1);
        // Until it is over.
        assert!(keep(&catalog, "own", &["localhost".to_owned()], &on_day(11)).unwrap());
    }
}
