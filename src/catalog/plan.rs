//! [`Plan`]: an addition that passed every check, and what is made of it.

use super::record::{Record, RecordParts};
use super::resolve::Owner;
use super::uuid::Uuid;
use crate::{
    CertificateKind, CreateSpec, CreatedCertificate, Error, InstalledCertificate, Policy,
    SecretDer, Warning,
};
use rand_core::CryptoRng;

/// An addition that passed every check.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) owner: Owner,
    /// The name that was given.
    pub(super) name: Option<String>,
    pub(super) verify_host: Option<bool>,
    pub(super) task: Task,
}

#[derive(Clone, Debug)]
pub(super) enum Task {
    Create(CreateSpec),
    Install(Box<InstalledCertificate>, Option<SecretDer>),
}

/// The records of one addition without their generated names: those of its entries before its own.
pub(super) struct Made {
    pub(super) owner: Owner,
    pub(super) name: Option<String>,
    pub(super) records: Vec<(Record, Option<SecretDer>)>,
    pub(super) warnings: Vec<Warning>,
}

impl Plan {
    pub(super) fn kind(&self) -> CertificateKind {
        match &self.task {
            Task::Create(spec) => spec.kind(),
            Task::Install(installed, _) => installed.r#type,
        }
    }

    /// Makes what is to be made. `own` gives the UUID of the record itself.
    pub(super) fn make<R: CryptoRng + ?Sized>(
        self,
        own: impl FnOnce(&mut R) -> Uuid,
        policy: &Policy,
        rng: &mut R,
    ) -> Result<Made, Error> {
        let Self {
            owner,
            name,
            verify_host,
            task,
        } = self;
        let (kind, certificate, key, common_name, intermediates, warnings) = match task {
            Task::Create(spec) => {
                let CreatedCertificate {
                    certificate,
                    private_key_der,
                    warnings,
                    ..
                } = spec.make(policy, rng)?;
                let key = Some(private_key_der);
                (spec.kind(), certificate, key, None, Vec::new(), warnings)
            }
            Task::Install(installed, key) => {
                let InstalledCertificate {
                    r#type,
                    common_name,
                    certificate,
                    intermediates,
                    warnings,
                    ..
                } = *installed;
                let common_name = Some(common_name);
                (
                    r#type,
                    certificate,
                    key,
                    common_name,
                    intermediates,
                    warnings,
                )
            }
        };
        let uuid = own(rng);
        let mut parts = RecordParts::new(uuid, "", owner.scope, kind, certificate);
        parts.common_name = common_name;
        parts.intermediates = intermediates;
        parts.verify_host = verify_host;
        let record = Record::new(parts)?;
        let mut records = Vec::new();
        if kind == CertificateKind::RootCa {
            for kind in [CertificateKind::ClientCa, CertificateKind::ServerCa] {
                let entry = Record {
                    uuid: Uuid::random(rng),
                    r#type: kind,
                    root: Some(uuid),
                    ..record.clone()
                };
                records.push((entry, None));
            }
        }
        records.push((record, key));
        Ok(Made {
            owner,
            name,
            records,
            warnings,
        })
    }
}
