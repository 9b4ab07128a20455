//! What a catalog of 100,000 records in memory takes: a page, a record by its UUID, a pass over all
//! of them, a commit, and the memory of a record; then the same through the service, from the
//! request to the JSON, and a filter on every field.
//!
//! ```sh
//! cargo bench --features service --bench catalog
//! ```

#[path = "../tests/common/counting.rs"]
mod counting;
mod fixtures;
mod timing;

use certwright::catalog::{
    Catalog, CatalogPolicy, Commit, Host, MemoryStore, Put, Record, RecordParts, Scope, Store as _,
    Svm, Uuid,
};
use certwright::rand_core::UnwrapErr;
use certwright::service::Service;
use certwright::{Certificate, CertificateKind, SignatureHash, Time};
use counting::{Counting, count};
use fixtures::RSA_2048;
use std::hint::black_box;
use std::sync::Arc;
use timing::{Case, Options, compare, figure};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const PAGE: usize = 10_000;
/// Where octets of the serial number stand that may be any.
const SERIAL: usize = 17;

fn main() {
    let options = Options::from_args();
    let records = if options.quick { 10_000 } else { 100_000 };
    let store = Arc::new(MemoryStore::new());
    let certificate = Certificate::from_pem(RSA_2048.certificate).expect("a certificate");
    let puts: Vec<_> = (0..records)
        .map(|number| put(&certificate, number))
        .collect();
    // The records themselves are made in the same thread and counted apart.
    let ((), used) = count(|| {
        puts.chunks(1000)
            .for_each(|puts| commit(&store, puts.to_vec(), vec![]));
    });
    let (_, record) = count(|| put(&certificate, 0));
    let (index, whole) = (per(used.kept, records), per(record.kept, 1));
    let der = per(certificate.der().len(), 1);
    figure("catalog/record/index", index, "bytes");
    figure("catalog/record/der", der, "bytes");
    figure("catalog/record/rest", whole - der, "bytes");
    println!(
        "a record takes {:.0} bytes beside the DER of its certificate, which has {der:.0}",
        index + whole - der
    );

    let uuids: Vec<_> = puts.iter().map(|put| put.record.uuid).collect();
    let mut next = 0;
    let mut added = records;
    let cases = vec![
        Case::new(format!("catalog/{records}/page of {PAGE}"), 1, || {
            let snapshot = store.snapshot().expect("a snapshot");
            let page: Vec<_> = snapshot
                .iter()
                .skip(records / 2)
                .take(PAGE)
                .cloned()
                .collect();
            black_box(page);
        }),
        Case::new(format!("catalog/{records}/get by uuid"), 1, || {
            next = (next + 7919) % uuids.len();
            black_box(store.record(uuids[next]).expect("a record"));
        }),
        Case::new(format!("catalog/{records}/pass over all"), 1, || {
            let snapshot = store.snapshot().expect("a snapshot");
            let found = snapshot.iter().filter(|record| matches(record)).count();
            assert_eq!(black_box(found), 0);
        }),
        Case::new(format!("catalog/{records}/put and delete"), 1, || {
            added += 1;
            let put = put(&certificate, added);
            let uuid = put.record.uuid;
            commit(&store, vec![put], vec![]);
            commit(&store, vec![], vec![uuid]);
        }),
    ];
    compare("a catalog in memory", cases, options.budget());
    through_the_service(Arc::clone(&store), &uuids, options);
}

/// One on every field that looks at all records, and patterns that would take a matcher with
/// backtracking for ever.
const FILTERS: [(&str, &str); 24] = [
    ("uuid", "*ffffffffff*"),
    ("name", "*none*"),
    ("scope", "cluster"),
    ("svm.name", "none"),
    ("svm.uuid", "*ffffffffff*"),
    ("type", "client"),
    ("common_name", "none"),
    ("ca", "none"),
    ("serial_number", "12345"),
    ("hash_function", "md5"),
    ("key_size", "1"),
    ("expiry_time", "<1990-01-01T00:00:00Z"),
    ("public_certificate", "none"),
    ("public_certificate", "*none*"),
    ("public_certificate", "<+"),
    ("subject_key_identifier", "*none*"),
    ("authority_key_identifier", "*none*"),
    ("subject_alternatives.dns", "none"),
    ("subject_alternatives.email", "none"),
    ("subject_alternatives.ip", "none"),
    ("subject_alternatives.uri", "none"),
    ("name", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
    ("public_certificate", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
    (
        "public_certificate",
        "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*none*",
    ),
];

/// Nobody else is there.
struct Alone;

impl Host for Alone {
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

fn through_the_service(store: Arc<MemoryStore>, uuids: &[Uuid], options: Options) {
    let service = Service::new(Arc::new(Catalog::new(store, Alone)));
    let policy = CatalogPolicy::at(Time::from_unix(1_767_225_600).expect("a time"));
    let ask = |target: &str| {
        let request = http::Request::get(target)
            .header("Authorization", "Basic eDp5")
            .body(Vec::new())
            .expect("a request");
        let mut rng = UnwrapErr(getrandom::SysRng);
        let answer = service.answer(request, &policy, &mut rng);
        let response = answer.into_response().expect("no job");
        assert_eq!(response.status(), 200);
        response.into_body()
    };
    let path = "/api/security/certificates";
    let mut next = 0;
    let records = uuids.len();
    let mut cases: Vec<_> = [
        ("", ""),
        (" by name", "?order_by=name"),
        (" by certificate", "?order_by=public_certificate+desc"),
        (" by SVM", "?order_by=svm.name"),
        (", every field", "?fields=*"),
        (", every field, by name", "?fields=*&order_by=name"),
    ]
    .into_iter()
    .map(|(what, query)| {
        let (ask, name) = (&ask, format!("service/{records}/page of {PAGE}{what}"));
        Case::new(name, 1, move || {
            black_box(ask(&format!("{path}{query}")));
        })
    })
    .collect();
    cases.push(Case::new(
        format!("service/{records}/get by uuid"),
        1,
        || {
            next = (next + 7919) % uuids.len();
            black_box(ask(&format!("{path}/{}", uuids[next])));
        },
    ));
    for (field, filter) in FILTERS {
        let ask = &ask;
        cases.push(Case::new(
            format!("service/{records}/{field}={filter}"),
            1,
            move || {
                let query = filter.replace('<', "%3C").replace('+', "%2B");
                let answer = ask(&format!("{path}?return_records=false&{field}={query}"));
                assert!(answer.starts_with(b"{\"num_records\":0"));
            },
        ));
    }
    compare(
        "a catalog in memory, through the service",
        cases,
        options.budget(),
    );
}

/// Looks at every field.
fn matches(record: &Record) -> bool {
    record.name.ends_with("none")
        || record.common_name.as_deref() == Some("none")
        || record.ca.as_deref() == Some("none")
        || record.serial_number.as_deref() == Some("none")
        || record.hash_function == Some(SignatureHash::Md5)
        || record.key_size == Some(1)
        || record.r#type == CertificateKind::Client
        || record.expiry_time.unix() == 0
        || record.subject_key_identifier.as_deref() == Some("none")
        || record.authority_key_identifier.as_deref() == Some("none")
        || record
            .subject_alternatives
            .dns
            .iter()
            .any(|name| name == "none")
        || record.certificate.der().is_empty()
}

/// A record with a certificate of its own, in an SVM of its own: the most that a page has to ask for.
fn put(certificate: &Certificate, number: usize) -> Put {
    let mut der = certificate.der().to_vec();
    // The serial number comes first in a certificate; its signature does not count here.
    der[SERIAL..SERIAL + 8].copy_from_slice(&(number as u64).to_be_bytes());
    let certificate = Certificate::from_der(&der).expect("a certificate");
    let mut octets = [0; 16];
    // Spread as random ones are.
    let spread = (number as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    octets.copy_from_slice(&spread.to_be_bytes());
    let uuid = Uuid::from_bytes(octets);
    let name = format!("certificate-{number}");
    let parts = RecordParts::new(
        uuid,
        name,
        Scope::Svm(uuid),
        CertificateKind::ServerCa,
        certificate,
    );
    Put {
        record: Arc::new(Record::new(parts).expect("a readable certificate")),
        private_key: None,
    }
}

fn commit(store: &MemoryStore, puts: Vec<Put>, deletes: Vec<Uuid>) {
    let mut commit = Commit::default();
    commit.puts = puts;
    commit.deletes = deletes;
    store.commit(commit).expect("a commit");
}

fn per(bytes: usize, count: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a figure")]
    {
        bytes as f64 / count as f64
    }
}
