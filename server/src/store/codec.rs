//! Records, jobs and what CAs signed, as octets on a disk.
//!
//! Each begins with the version of its layout. A later version of the server reads all earlier layouts
//! and writes its own; an earlier one refuses a layout that it does not know. Nothing secret is in them.

use certwright::catalog::{
    IssuedCertificate, Job, JobError, JobState, Record, RecordParts, Reservation, Scope,
    StoreError, Uuid,
};
use certwright::{Certificate, CertificateKind, Error, ErrorArgument, ErrorCode, Time};
use serde::{Deserialize, Serialize};

const VERSION: u8 = 1;

const KINDS: [CertificateKind; 5] = [
    CertificateKind::Server,
    CertificateKind::Client,
    CertificateKind::ServerCa,
    CertificateKind::ClientCa,
    CertificateKind::RootCa,
];

/// The fields of [`RecordParts`] but the UUID, which is the key of the entry.
#[derive(Serialize, Deserialize)]
struct RecordLayout<'a> {
    name: &'a str,
    svm: Option<[u8; 16]>,
    kind: &'a str,
    common_name: Option<&'a str>,
    #[serde(borrow)]
    certificate: &'a [u8],
    #[serde(borrow)]
    intermediates: Vec<&'a [u8]>,
    root: Option<[u8; 16]>,
    preinstalled: bool,
    verify_host: Option<bool>,
}

#[derive(Serialize, Deserialize)]
struct JobLayout<'a> {
    record: [u8; 16],
    description: &'a str,
    state: &'a str,
    #[serde(borrow)]
    error: Option<JobErrorLayout<'a>>,
    start_time: i64,
    end_time: Option<i64>,
    #[serde(borrow)]
    reservation: Option<ReservationLayout<'a>>,
}

#[derive(Serialize, Deserialize)]
struct JobErrorLayout<'a> {
    code: u32,
    message: &'a str,
    target: Option<&'a str>,
    #[serde(borrow)]
    arguments: Vec<(&'a str, &'a str)>,
    http_status: u16,
}

#[derive(Serialize, Deserialize)]
struct ReservationLayout<'a> {
    svm: Option<[u8; 16]>,
    name: &'a str,
}

#[derive(Serialize, Deserialize)]
struct IssuedLayout<'a> {
    signed_at: i64,
    certificate: &'a [u8],
}

pub(super) fn encode_record(record: &Record) -> Result<Vec<u8>, StoreError> {
    let intermediates = record.intermediates.iter().map(Certificate::der);
    encode(&RecordLayout {
        name: &record.name,
        svm: svm_of(record.scope),
        kind: record.r#type.name(),
        common_name: record.common_name.as_deref(),
        certificate: record.certificate.der(),
        intermediates: intermediates.collect(),
        root: record.root.map(octets),
        preinstalled: record.preinstalled,
        verify_host: record.verify_host,
    })
}

pub(super) fn decode_record(uuid: Uuid, stored: &[u8]) -> Result<Record, StoreError> {
    let layout: RecordLayout<'_> = decode(stored)?;
    let mut kinds = KINDS.into_iter();
    let kind = kinds.find(|kind| kind.name() == layout.kind);
    let mut parts = RecordParts::new(
        uuid,
        layout.name,
        scope_of(layout.svm),
        kind.ok_or_else(unreadable)?,
        certificate(layout.certificate)?,
    );
    let intermediates = layout.intermediates.into_iter().map(certificate);
    parts.intermediates = intermediates.collect::<Result<_, _>>()?;
    parts.common_name = layout.common_name.map(str::to_owned);
    parts.root = layout.root.map(Uuid::from_bytes);
    parts.preinstalled = layout.preinstalled;
    parts.verify_host = layout.verify_host;
    Record::new(parts).map_err(StoreError::new)
}

pub(super) fn encode_job(job: &Job) -> Result<Vec<u8>, StoreError> {
    let error = job.error.as_ref().map(|error| {
        let arguments = error.arguments.iter();
        JobErrorLayout {
            code: error.code.value(),
            message: &error.message,
            target: error.target.as_deref(),
            arguments: arguments
                .map(|argument| (&*argument.code, &*argument.message))
                .collect(),
            http_status: error.http_status,
        }
    });
    let reservation = job.reservation.as_ref();
    encode(&JobLayout {
        record: octets(job.record),
        description: &job.description,
        state: job.state.name(),
        error,
        start_time: job.start_time.unix(),
        end_time: job.end_time.map(Time::unix),
        reservation: reservation.map(|reservation| ReservationLayout {
            svm: svm_of(reservation.scope),
            name: &reservation.name,
        }),
    })
}

pub(super) fn decode_job(uuid: Uuid, stored: &[u8]) -> Result<Job, StoreError> {
    let layout: JobLayout<'_> = decode(stored)?;
    let record = Uuid::from_bytes(layout.record);
    let mut job = Job::new(uuid, record, layout.description, time(layout.start_time)?);
    let mut states = JobState::ALL.into_iter();
    let state = states.find(|state| state.name() == layout.state);
    job.state = state.ok_or_else(unreadable)?;
    job.error = layout.error.map(job_error).transpose()?;
    job.end_time = layout.end_time.map(time).transpose()?;
    job.reservation = layout.reservation.map(|layout| Reservation {
        scope: scope_of(layout.svm),
        name: layout.name.to_owned(),
    });
    Ok(job)
}

fn job_error(layout: JobErrorLayout<'_>) -> Result<JobError, StoreError> {
    let code = ErrorCode::try_from(layout.code).map_err(StoreError::new)?;
    let mut error = JobError::from(&Error::new(code, ""));
    // What `Error` would shorten and escape was that when it was written.
    layout.message.clone_into(&mut error.message);
    error.target = layout.target.map(str::to_owned);
    let arguments = layout.arguments.into_iter();
    error.arguments = arguments
        .map(|(code, message)| ErrorArgument {
            code: code.to_owned(),
            message: message.to_owned(),
        })
        .collect();
    error.http_status = layout.http_status;
    Ok(error)
}

/// But for the CA, which is in the key of the entry.
pub(super) fn encode_issued(issued: &IssuedCertificate) -> Result<Vec<u8>, StoreError> {
    encode(&IssuedLayout {
        signed_at: issued.signed_at.unix(),
        certificate: issued.certificate.der(),
    })
}

pub(super) fn decode_issued(ca: Uuid, stored: &[u8]) -> Result<IssuedCertificate, StoreError> {
    let layout: IssuedLayout<'_> = decode(stored)?;
    Ok(IssuedCertificate {
        ca,
        certificate: certificate(layout.certificate)?,
        signed_at: time(layout.signed_at)?,
    })
}

fn encode(layout: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(layout, vec![VERSION]).map_err(StoreError::new)
}

fn decode<'a, T: Deserialize<'a>>(stored: &'a [u8]) -> Result<T, StoreError> {
    match stored.split_first() {
        Some((&VERSION, layout)) => match postcard::take_from_bytes(layout) {
            Ok((layout, [])) => Ok(layout),
            _ => Err(unreadable()),
        },
        Some((&version, _)) if version > VERSION => {
            Err(StoreError::new("a newer version of the server wrote it"))
        }
        _ => Err(unreadable()),
    }
}

fn unreadable() -> StoreError {
    StoreError::new("what is stored cannot be read")
}

fn certificate(der: &[u8]) -> Result<Certificate, StoreError> {
    Certificate::from_der(der).map_err(StoreError::new)
}

fn time(seconds: i64) -> Result<Time, StoreError> {
    Time::from_unix(seconds).ok_or_else(unreadable)
}

fn octets(uuid: Uuid) -> [u8; 16] {
    *uuid.as_bytes()
}

fn svm_of(scope: Scope) -> Option<[u8; 16]> {
    scope.svm().map(octets)
}

fn scope_of(svm: Option<[u8; 16]>) -> Scope {
    svm.map_or(Scope::Cluster, |svm| Scope::Svm(Uuid::from_bytes(svm)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn certificates() -> impl Strategy<Value = Certificate> {
        let texts = [
            include_str!("../../../vectors/root.pem"),
            include_str!("../../../vectors/server.pem"),
        ];
        prop::sample::select(
            texts
                .map(|text| Certificate::from_pem(text).unwrap())
                .to_vec(),
        )
    }

    fn uuids() -> impl Strategy<Value = Uuid> {
        any::<[u8; 16]>().prop_map(Uuid::from_bytes)
    }

    fn scopes() -> impl Strategy<Value = Scope> {
        prop_oneof![Just(Scope::Cluster), uuids().prop_map(Scope::Svm)]
    }

    fn times() -> impl Strategy<Value = Time> {
        (Time::MIN.unix()..=Time::MAX.unix()).prop_map(|at| Time::from_unix(at).unwrap())
    }

    fn records() -> impl Strategy<Value = Record> {
        let kinds = prop::sample::select(&KINDS[..]);
        let options = (
            any::<Option<String>>(),
            any::<bool>(),
            any::<Option<bool>>(),
        );
        let chain = prop::collection::vec(certificates(), 0..3);
        let root = prop::option::of(uuids());
        let names = (uuids(), any::<String>(), scopes());
        (names, kinds, certificates(), chain, root, options).prop_map(
            |((uuid, name, scope), kind, certificate, chain, root, options)| {
                let mut parts = RecordParts::new(uuid, name, scope, kind, certificate);
                parts.intermediates = chain;
                parts.root = root;
                (parts.common_name, parts.preinstalled, parts.verify_host) = options;
                Record::new(parts).unwrap()
            },
        )
    }

    fn job_errors() -> impl Strategy<Value = JobError> {
        let codes = prop::sample::select(ErrorCode::ALL);
        let arguments = prop::collection::vec(any::<(String, String)>(), 0..3);
        let texts = any::<(String, Option<String>, u16)>();
        (codes, texts, arguments).prop_map(|(code, (message, target, status), arguments)| {
            let mut error = JobError::from(&Error::new(code, ""));
            (error.message, error.target, error.http_status) = (message, target, status);
            let arguments = arguments.into_iter();
            error.arguments = arguments
                .map(|(code, message)| ErrorArgument { code, message })
                .collect();
            error
        })
    }

    fn jobs() -> impl Strategy<Value = Job> {
        let names = (uuids(), uuids(), any::<String>());
        let states = prop::sample::select(&JobState::ALL[..]);
        let error = prop::option::of(job_errors());
        let times = (times(), prop::option::of(times()));
        let held = (scopes(), any::<String>());
        let held = held.prop_map(|(scope, name)| Reservation { scope, name });
        (names, states, error, times, prop::option::of(held)).prop_map(
            |((uuid, record, text), state, error, (start, end), held)| {
                let mut job = Job::new(uuid, record, text, start);
                (job.state, job.error) = (state, error);
                (job.end_time, job.reservation) = (end, held);
                job
            },
        )
    }

    fn issued() -> impl Strategy<Value = IssuedCertificate> {
        (uuids(), certificates(), times()).prop_map(|(ca, certificate, signed_at)| {
            IssuedCertificate {
                ca,
                certificate,
                signed_at,
            }
        })
    }

    proptest! {
        #[test]
        fn a_record_is_read_as_it_was_written(record in records()) {
            let stored = encode_record(&record).unwrap();
            prop_assert_eq!(decode_record(record.uuid, &stored).unwrap(), record);
        }

        #[test]
        fn a_job_is_read_as_it_was_written(job in jobs()) {
            let stored = encode_job(&job).unwrap();
            prop_assert_eq!(decode_job(job.uuid, &stored).unwrap(), job);
        }

        #[test]
        fn what_was_signed_is_read_as_it_was_written(issued in issued()) {
            let stored = encode_issued(&issued).unwrap();
            prop_assert_eq!(decode_issued(issued.ca, &stored).unwrap(), issued);
        }

        #[test]
        fn no_octets_are_a_panic(mut stored: Vec<u8>, is_marked: bool) {
            if let (true, Some(first)) = (is_marked, stored.first_mut()) {
                *first = VERSION;
            }
            let uuid = Uuid::from_bytes([1; 16]);
            // A record and what was signed have a certificate, which chance does not make.
            prop_assert!(decode_record(uuid, &stored).is_err());
            prop_assert!(decode_issued(uuid, &stored).is_err());
            let _ = decode_job(uuid, &stored);
        }

        #[test]
        fn what_is_cut_or_longer_or_newer_is_refused(record in records(), job in jobs(), cut: usize) {
            let uuid = record.uuid;
            for (mut stored, is_record) in [
                (encode_record(&record).unwrap(), true),
                (encode_job(&job).unwrap(), false),
            ] {
                let is_err = |stored: &[u8]| {
                    if is_record {
                        decode_record(uuid, stored).is_err()
                    } else {
                        decode_job(uuid, stored).is_err()
                    }
                };
                prop_assert!(is_err(&stored[..cut % stored.len()]));
                stored.push(0);
                prop_assert!(is_err(&stored));
                stored.pop();
                stored[0] = VERSION + 1;
                prop_assert!(is_err(&stored));
            }
        }
    }

    /// Stores that are there must be read by every later version.
    #[test]
    fn the_layout_stays() {
        let start: Time = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut job = Job::new(
            Uuid::from_bytes([1; 16]),
            Uuid::from_bytes([2; 16]),
            "DELETE",
            start,
        );
        job.reservation = Some(Reservation {
            scope: Scope::Cluster,
            name: "ROOT".to_owned(),
        });
        let mut layout = vec![1];
        layout.extend([2; 16]);
        layout.extend(b"\x06DELETE\x06queued\x00\x80\xe4\xad\x95\x0d\x00\x01\x00\x04ROOT");
        assert_eq!(encode_job(&job).unwrap(), layout);
        let root = Certificate::from_pem(include_str!("../../../vectors/root.pem")).unwrap();
        let der = root.der();
        let length = [
            der.len().to_le_bytes()[0] | 0x80,
            u8::try_from(der.len() >> 7).unwrap(),
        ];
        let svm = Scope::Svm(Uuid::from_bytes([3; 16]));
        let kind = CertificateKind::ServerCa;
        let mut parts = RecordParts::new(Uuid::from_bytes([1; 16]), "n", svm, kind, root.clone());
        parts.common_name = Some("c".to_owned());
        parts.root = Some(Uuid::from_bytes([4; 16]));
        parts.verify_host = Some(true);
        let layout = [
            &b"\x01\x01n\x01"[..],
            &[3; 16],
            b"\x09server_ca\x01\x01c",
            &length,
            der,
            b"\0\x01",
            &[4; 16],
            b"\0\x01\x01",
        ];
        let record = Record::new(parts).unwrap();
        assert_eq!(encode_record(&record).unwrap(), layout.concat());
        let issued = IssuedCertificate {
            ca: Uuid::from_bytes([1; 16]),
            certificate: root.clone(),
            signed_at: start,
        };
        let layout = [&b"\x01\x80\xe4\xad\x95\x0d"[..], &length, der];
        assert_eq!(encode_issued(&issued).unwrap(), layout.concat());
    }
}
