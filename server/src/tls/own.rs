//! The certificate that the server makes for itself, by a CA of its own, both kept in the catalog.

use super::BoxError;
use super::identity::latest;
use crate::policy::PolicySource;
use crate::store::ServerStore;
use certwright::catalog::{Addition, Catalog, Record, Scope, Uuid};
use certwright::rand_core::UnwrapErr;
use certwright::{
    CertificateKind, CreateRequest, CsrRequest, Error, ErrorCode, InstallRequest, SignRequest,
    SubjectAlternatives, Time,
};
use getrandom::SysRng;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

/// How long the CA and the certificates are valid, in days. The CA is not renewed by itself: who trusts
/// it must be told.
const CA_DAYS: u32 = 3650;
const DAYS: u32 = 365;
/// When a certificate is renewed, in seconds before its end.
const RENEWED: i64 = 122 * 86_400;

/// Makes both, if there is no certificate called `name` yet. Several servers may do so at once.
pub(super) fn ensure(
    catalog: &Catalog,
    name: &str,
    names: &[String],
    policy: PolicySource,
) -> Result<(), BoxError> {
    let is_there =
        |snapshot: &dyn certwright::catalog::Snapshot| snapshot.is_name_taken(Scope::Cluster, name);
    if is_there(&*catalog.snapshot()?) {
        return Ok(());
    }
    let ca = match ca(catalog)? {
        Some(ca) => ca,
        None => make_ca(catalog, policy)?,
    };
    match issue(catalog, ca.uuid, name, names, policy) {
        // Another server was first.
        Err(error) if error.code() == ErrorCode::DuplicateEntry => Ok(()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(()),
    }
}

/// Makes a new certificate if the one called `name` is about to expire, and deletes those that have
/// expired. Says whether it made one.
pub(super) fn renew(
    catalog: &Catalog,
    store: &dyn ServerStore,
    name: &str,
    names: &[String],
    policy: PolicySource,
) -> Result<bool, BoxError> {
    let now = Time::from(SystemTime::now());
    let current = latest(store, name)?;
    if current.is_some_and(|record| record.expiry_time.unix() - now.unix() > RENEWED) {
        return Ok(false);
    }
    // What somebody installed under this name is theirs to renew.
    let Some(ca) = ca(catalog)? else {
        return Ok(false);
    };
    let day = now.to_string().chars().take(10).collect::<String>();
    match issue(catalog, ca.uuid, &format!("{name}_{day}"), names, policy) {
        Err(error) if error.code() == ErrorCode::DuplicateEntry => Ok(false),
        Err(error) => Err(error.into()),
        Ok(()) => {
            tracing::info!("the server's own certificate was renewed");
            Ok(true)
        }
    }
}

const CA_NAME: &str = "certwright_root";

fn ca(catalog: &Catalog) -> Result<Option<Arc<Record>>, Error> {
    let snapshot = catalog.snapshot()?;
    let mut roots = snapshot.iter().filter(|record| {
        record.name == CA_NAME
            && record.scope == Scope::Cluster
            && record.r#type == CertificateKind::RootCa
    });
    Ok(roots.next().cloned())
}

fn make_ca(catalog: &Catalog, policy: PolicySource) -> Result<Arc<Record>, BoxError> {
    // Roots are told apart by it, where a browser trusts those of several servers.
    let mut number = [0; 4];
    getrandom::fill(&mut number)?;
    let common_name = format!("certwright root {:08x}", u32::from_be_bytes(number));
    let request = CreateRequest::root_ca(common_name)
        .with_algorithm("ec")
        .with_expiry(format!("P{CA_DAYS}D"));
    let addition = Addition::from(request).with_name(CA_NAME);
    let mut now = policy.now();
    now.dcn = false;
    match catalog.add(&addition, &now, &mut UnwrapErr(SysRng)) {
        Ok(added) => added
            .into_record()
            .ok_or_else(|| "the CA is not there".into()),
        Err(error) if error.code() == ErrorCode::DuplicateEntry => {
            ca(catalog)?.ok_or_else(|| format!("{CA_NAME:?} is no root_ca").into())
        }
        Err(error) => Err(error.into()),
    }
}

fn issue(
    catalog: &Catalog,
    ca: Uuid,
    name: &str,
    names: &[String],
    policy: PolicySource,
) -> Result<(), Error> {
    let mut alternatives = SubjectAlternatives::new();
    for name in names {
        alternatives = match name.parse::<IpAddr>() {
            Ok(address) => alternatives.with_ip(address.to_string()),
            Err(_) => alternatives.with_dns(name),
        };
    }
    let policy = policy.now();
    let mut rng = UnwrapErr(SysRng);
    let common_name = names.first().map_or("localhost", String::as_str);
    let request = CsrRequest::new(format!("CN={common_name}"))
        .with_algorithm("ec")
        .with_subject_alternatives(alternatives);
    let made = catalog.generate_csr(&request, &policy, &mut rng)?;
    let request = SignRequest::new(made.csr).with_expiry(format!("P{DAYS}D"));
    let signed = catalog.sign(ca, &request, &policy, &mut rng)?;
    let request = InstallRequest::server(signed.public_certificate, made.generated_private_key);
    let addition = Addition::from(request).with_name(name);
    catalog.add(&addition, &policy, &mut rng).map(drop)
}
