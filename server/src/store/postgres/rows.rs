//! Rows become records, jobs and certificates, whatever is in them.

use super::fault::{Cause, Fault};
use super::session::column;
use certwright::catalog::{
    IssuedCertificate, Job, JobError, JobState, Record, RecordParts, Reservation, Scope, Svm, Uuid,
};
use certwright::{Certificate, CertificateKind, Error, ErrorArgument, ErrorCode, Time};
use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

/// The columns of a record, in this order.
macro_rules! record_columns {
    () => {
        "uuid, svm, name, kind, fingerprint, certificate, common_name, intermediates, root, \
         preinstalled, verify_host"
    };
}
/// The columns of a job, in this order.
macro_rules! job_columns {
    () => {
        "uuid, record, description, state, error, started_at, ended_at, reserved_svm, reserved_name"
    };
}
pub(super) use {job_columns, record_columns};

/// A row of `records`.
pub(super) struct RecordRow<'a> {
    pub(super) uuid: &'a [u8],
    pub(super) svm: &'a [u8],
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    pub(super) fingerprint: &'a [u8],
    pub(super) certificate: &'a [u8],
    pub(super) common_name: Option<&'a [u8]>,
    pub(super) intermediates: &'a [u8],
    pub(super) root: Option<&'a [u8]>,
    pub(super) preinstalled: bool,
    pub(super) verify_host: Option<bool>,
}

/// A row of `jobs`.
pub(super) struct JobRow<'a> {
    pub(super) uuid: &'a [u8],
    pub(super) record: &'a [u8],
    pub(super) description: &'a str,
    pub(super) state: &'a str,
    pub(super) error: Option<&'a str>,
    pub(super) started_at: i64,
    pub(super) ended_at: Option<i64>,
    pub(super) reserved_svm: Option<&'a [u8]>,
    pub(super) reserved_name: Option<&'a str>,
}

/// What a job failed with, as JSON.
#[derive(Serialize, Deserialize)]
struct StoredError {
    code: u32,
    message: String,
    target: Option<String>,
    arguments: Vec<(String, String)>,
    http_status: u16,
}

impl<'a> RecordRow<'a> {
    pub(super) fn of(row: &'a Row) -> Result<Self, Fault> {
        Ok(Self {
            uuid: column(row, 0)?,
            svm: column(row, 1)?,
            name: column(row, 2)?,
            kind: column(row, 3)?,
            fingerprint: column(row, 4)?,
            certificate: column(row, 5)?,
            common_name: column(row, 6)?,
            intermediates: column(row, 7)?,
            root: column(row, 8)?,
            preinstalled: column(row, 9)?,
            verify_host: column(row, 10)?,
        })
    }

    pub(super) fn record(&self) -> Result<Record, Fault> {
        let uuid = uuid(self.uuid)?;
        self.parts(uuid)
            .map_err(|what| Fault::failed(&format_args!("the row of record {uuid}: {what}")))
    }

    fn parts(&self, uuid: Uuid) -> Result<Record, Damage> {
        let kind = KINDS.into_iter().find(|kind| kind.name() == self.kind);
        let mut parts = RecordParts::new(
            uuid,
            self.name,
            scope(self.svm)?,
            kind.ok_or("its kind is none")?,
            certificate(self.certificate)?,
        );
        parts.common_name = match self.common_name {
            Some(octets) => {
                let text = std::str::from_utf8(octets);
                Some(text.map_err(|_| "its common name is no text")?.to_owned())
            }
            None => None,
        };
        parts.intermediates = read_intermediates(self.intermediates)?;
        parts.root = self.root.map(octets16).transpose()?;
        parts.preinstalled = self.preinstalled;
        parts.verify_host = self.verify_host;
        let record = Record::new(parts).map_err(|_| "its certificate cannot be read")?;
        if record.fingerprint()[..] == *self.fingerprint {
            Ok(record)
        } else {
            Err("its certificate is another than it was")
        }
    }
}

/// What is wrong with a row.
type Damage = &'static str;

const KINDS: [CertificateKind; 5] = [
    CertificateKind::Server,
    CertificateKind::Client,
    CertificateKind::ServerCa,
    CertificateKind::ClientCa,
    CertificateKind::RootCa,
];

impl<'a> JobRow<'a> {
    pub(super) fn of(row: &'a Row) -> Result<Self, Fault> {
        Ok(Self {
            uuid: column(row, 0)?,
            record: column(row, 1)?,
            description: column(row, 2)?,
            state: column(row, 3)?,
            error: column(row, 4)?,
            started_at: column(row, 5)?,
            ended_at: column(row, 6)?,
            reserved_svm: column(row, 7)?,
            reserved_name: column(row, 8)?,
        })
    }

    pub(super) fn job(&self) -> Result<Job, Fault> {
        let uuid = uuid(self.uuid)?;
        self.read(uuid)
            .map_err(|what| Fault::failed(&format_args!("the row of job {uuid}: {what}")))
    }

    fn read(&self, uuid: Uuid) -> Result<Job, Damage> {
        let mut job = Job::new(
            uuid,
            octets16(self.record)?,
            self.description,
            time(self.started_at)?,
        );
        job.state = job_state(self.state)?;
        job.error = self.error.map(read_error).transpose()?;
        job.end_time = self.ended_at.map(time).transpose()?;
        job.reservation = match (self.reserved_svm, self.reserved_name) {
            (Some(svm), Some(name)) => Some(Reservation {
                scope: scope(svm)?,
                name: name.to_owned(),
            }),
            (None, None) => None,
            _ => return Err("half a reservation"),
        };
        Ok(job)
    }
}

/// Whether a job with the state of this name has ended.
pub(super) fn is_end(state: &str) -> Result<bool, Fault> {
    match job_state(state) {
        Ok(state) => Ok(state.is_end()),
        Err(what) => Err(Fault::failed(what)),
    }
}

fn job_state(name: &str) -> Result<JobState, Damage> {
    let mut states = JobState::ALL.into_iter();
    states
        .find(|state| state.name() == name)
        .ok_or("its state is none")
}

pub(super) fn error_text(error: &JobError) -> Result<String, Fault> {
    let stored = StoredError {
        code: error.code.value(),
        message: error.message.clone(),
        target: error.target.clone(),
        arguments: error
            .arguments
            .iter()
            .map(|argument| (argument.code.clone(), argument.message.clone()))
            .collect(),
        http_status: error.http_status,
    };
    serde_json::to_string(&stored).map_err(|error| Fault::failed(&error))
}

fn read_error(text: &str) -> Result<JobError, Damage> {
    let stored: StoredError = serde_json::from_str(text).map_err(|_| "its error cannot be read")?;
    let code = ErrorCode::try_from(stored.code).map_err(|_| "its error's code is none")?;
    let mut error = JobError::from(&Error::new(code, String::new()));
    error.message = stored.message;
    error.target = stored.target;
    error.arguments = stored
        .arguments
        .into_iter()
        .map(|(code, message)| ErrorArgument { code, message })
        .collect();
    error.http_status = stored.http_status;
    Ok(error)
}

/// The row of `issued` with number, certificate and time.
pub(super) fn issued(ca: Uuid, row: &Row) -> Result<(u64, IssuedCertificate), Fault> {
    let (number, der, at) = (column(row, 0)?, column(row, 1)?, column(row, 2)?);
    read_issued(ca, number, der, at)
        .map_err(|what| Fault::failed(&format_args!("what {ca} signed, number {number}: {what}")))
}

fn read_issued(
    ca: Uuid,
    number: i64,
    der: &[u8],
    at: i64,
) -> Result<(u64, IssuedCertificate), Damage> {
    let number = u64::try_from(number).map_err(|_| "its number is negative")?;
    let issued = IssuedCertificate {
        ca,
        certificate: certificate(der)?,
        signed_at: time(at)?,
    };
    Ok((number, issued))
}

pub(super) fn svm(row: &Row) -> Result<Svm, Fault> {
    Ok(Svm {
        uuid: uuid(column(row, 0)?)?,
        name: column(row, 1)?,
    })
}

/// Who holds a name, from `svm` and `name`.
pub(super) fn reservation(svm: &[u8], name: String) -> Result<Reservation, Fault> {
    match scope(svm) {
        Ok(scope) => Ok(Reservation { scope, name }),
        Err(what) => Err(Fault::failed(what)),
    }
}

pub(super) fn uuid(octets: &[u8]) -> Result<Uuid, Fault> {
    octets16(octets).map_err(|what| Fault::Failed(Cause::new(what)))
}

fn octets16(octets: &[u8]) -> Result<Uuid, Damage> {
    let octets: [u8; 16] = octets.try_into().map_err(|_| "a UUID has not 16 octets")?;
    Ok(Uuid::from_bytes(octets))
}

pub(super) fn svm_octets(scope: &Scope) -> &[u8] {
    match scope {
        Scope::Cluster => &[],
        Scope::Svm(uuid) => uuid.as_bytes(),
    }
}

fn scope(octets: &[u8]) -> Result<Scope, Damage> {
    if octets.is_empty() {
        Ok(Scope::Cluster)
    } else {
        octets16(octets).map(Scope::Svm)
    }
}

fn certificate(der: &[u8]) -> Result<Certificate, Damage> {
    Certificate::from_der(der).map_err(|_| "its certificate cannot be read")
}

fn time(seconds: i64) -> Result<Time, Damage> {
    Time::from_unix(seconds).ok_or("its time is none")
}

/// Each with its length in four octets before it.
pub(super) fn intermediates_octets(certificates: &[Certificate]) -> Vec<u8> {
    let mut octets = Vec::new();
    for certificate in certificates {
        // No certificate that was taken in is near this.
        let length = u32::try_from(certificate.der().len()).unwrap_or(u32::MAX);
        octets.extend_from_slice(&length.to_be_bytes());
        octets.extend_from_slice(certificate.der());
    }
    octets
}

fn read_intermediates(mut octets: &[u8]) -> Result<Vec<Certificate>, Damage> {
    const CUT: Damage = "its intermediate certificates are cut";
    let mut certificates = Vec::new();
    while !octets.is_empty() {
        let (length, rest) = octets.split_first_chunk().ok_or(CUT)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| CUT)?;
        let (der, rest) = rest.split_at_checked(length).ok_or(CUT)?;
        certificates.push(certificate(der)?);
        octets = rest;
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOT: &str = include_str!("../../../../vectors/root.pem");
    const SERVER: &str = include_str!("../../../../vectors/server.pem");

    fn record() -> Record {
        let certificate = Certificate::from_pem(SERVER).unwrap();
        let mut parts = RecordParts::new(
            Uuid::from_bytes([1; 16]),
            "www",
            Scope::Svm(Uuid::from_bytes([2; 16])),
            CertificateKind::Server,
            certificate,
        );
        parts.common_name = Some("a\0b".to_owned());
        parts.intermediates = vec![Certificate::from_pem(ROOT).unwrap(); 2];
        parts.root = Some(Uuid::from_bytes([3; 16]));
        parts.verify_host = Some(false);
        Record::new(parts).unwrap()
    }

    /// What the row of [`record`] says after `change`.
    fn read(change: impl FnOnce(&mut RecordRow<'_>)) -> Result<Record, Fault> {
        let record = record();
        let fingerprint = record.fingerprint();
        let intermediates = intermediates_octets(&record.intermediates);
        let mut row = RecordRow {
            uuid: record.uuid.as_bytes(),
            svm: svm_octets(&record.scope),
            name: &record.name,
            kind: record.r#type.name(),
            fingerprint: &fingerprint,
            certificate: record.certificate.der(),
            common_name: record.common_name.as_deref().map(str::as_bytes),
            intermediates: &intermediates,
            root: record.root.as_ref().map(|root| &root.as_bytes()[..]),
            preinstalled: record.preinstalled,
            verify_host: record.verify_host,
        };
        change(&mut row);
        row.record()
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        assert_eq!(read(|_| {}).unwrap(), record());
    }

    #[test]
    #[allow(clippy::type_complexity, reason = "a table of changes")]
    fn a_damaged_row_is_no_record() {
        let other = Certificate::from_pem(ROOT).unwrap();
        let cut = intermediates_octets(std::slice::from_ref(&other));
        let cut = &cut[..cut.len() - 1];
        let changes: [(&str, &dyn Fn(&mut RecordRow<'_>)); 11] = [
            ("UUID", &|row| row.uuid = &[1; 15]),
            ("no UUID", &|row| row.uuid = &[]),
            ("SVM", &|row| row.svm = &[1; 17]),
            ("kind", &|row| row.kind = "Server"),
            ("fingerprint", &|row| row.fingerprint = &[0; 32]),
            ("no certificate", &|row| row.certificate = &[]),
            ("cut certificate", &|row| {
                row.certificate = &row.certificate[..row.certificate.len() - 1];
            }),
            ("common name", &|row| row.common_name = Some(&[0xff])),
            ("cut length", &|row| row.intermediates = &[0, 0, 1]),
            ("length", &|row| row.intermediates = &[0xff; 8]),
            ("root", &|row| row.root = Some(&[])),
        ];
        for (what, change) in changes {
            assert!(matches!(read(change), Err(Fault::Failed(_))), "{what}");
        }
        let of_other = other.der().to_vec();
        // A lifetime of its own: borrowed from here.
        let record = record();
        let fingerprint = record.fingerprint();
        let row = RecordRow {
            uuid: record.uuid.as_bytes(),
            svm: &[],
            name: "www",
            kind: "server",
            fingerprint: &fingerprint,
            certificate: &of_other,
            common_name: None,
            intermediates: cut,
            root: None,
            preinstalled: false,
            verify_host: None,
        };
        assert!(matches!(row.record(), Err(Fault::Failed(_))));
    }

    fn job_row(change: impl FnOnce(&mut JobRow<'_>)) -> Result<Job, Fault> {
        let mut row = JobRow {
            uuid: &[1; 16],
            record: &[2; 16],
            description: "POST /x",
            state: "queued",
            error: None,
            started_at: 0,
            ended_at: None,
            reserved_svm: None,
            reserved_name: None,
        };
        change(&mut row);
        row.job()
    }

    #[test]
    #[allow(clippy::type_complexity, reason = "a table of changes")]
    fn a_damaged_row_is_no_job() {
        assert!(job_row(|_| {}).is_ok());
        let changes: [(&str, &dyn Fn(&mut JobRow<'_>)); 9] = [
            ("UUID", &|row| row.uuid = &[]),
            ("record", &|row| row.record = &[1; 17]),
            ("state", &|row| row.state = "paused"),
            ("error", &|row| row.error = Some("{")),
            ("code", &|row| {
                row.error = Some(
                    r#"{"code":99,"message":"","target":null,"arguments":[],"http_status":500}"#,
                );
            }),
            ("start", &|row| row.started_at = i64::MIN),
            ("end", &|row| row.ended_at = Some(i64::MAX)),
            ("half", &|row| row.reserved_name = Some("a")),
            ("SVM", &|row| {
                row.reserved_svm = Some(&[1]);
                row.reserved_name = Some("a");
            }),
        ];
        for (what, change) in changes {
            assert!(matches!(job_row(change), Err(Fault::Failed(_))), "{what}");
        }
    }

    #[test]
    fn an_error_of_a_job_is_read_as_it_was_written() {
        let error = Error::new(ErrorCode::CreateFailed, "no \0 \"way\"")
            .with_target("key_size")
            .with_argument("value", "a\nb");
        let error = JobError::from(&error);
        let text = error_text(&error).unwrap();
        assert!(!text.contains('\0'), "no text of the database has this");
        assert_eq!(read_error(&text).unwrap(), error);
    }

    proptest! {
        #[test]
        fn no_octets_make_a_panic(octets in proptest::collection::vec(any::<u8>(), 0..64), number: i64) {
            let _ = read_intermediates(&octets);
            let _ = scope(&octets);
            prop_assert!(read_issued(Uuid::from_bytes([1; 16]), number, &octets, number).is_err());
            let text = String::from_utf8_lossy(&octets);
            let _ = read_error(&text);
            prop_assert!(job_state(&text).is_err());
        }
    }
}
