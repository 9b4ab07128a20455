//! What is kept of a certificate, and that nothing secret is shown.

use super::{World, refusal, refused, root_ca, server, server_ca};
use crate::common::issue::Cert;
use crate::common::vector;
use certwright::catalog::{Addition, Store};
use certwright::{Certificate, InstallRequest};

#[test]
fn intermediates_are_kept_with_their_certificate() {
    let mut world = World::new();
    let ca = Cert::ca("ca", &Cert::root("root"));
    let server = Cert::leaf("a.example", &ca);
    let request =
        InstallRequest::server(server.pem(), server.key.private_pem()).with_intermediate(ca.pem());
    let record = world.add(request).unwrap();
    let kept = Certificate::from_pem(&ca.pem()).unwrap();
    assert_eq!(record.intermediates, [kept]);
    assert_eq!(world.catalog.get(record.uuid).unwrap(), record);
}

#[test]
fn a_record_shows_what_inspect_shows() {
    let mut world = World::new();
    let request = InstallRequest::server(vector("server.pem"), vector("server.key"))
        .with_intermediate(vector("root.pem"))
        .with_common_name("mine")
        .with_name("www");
    let record = world.add(request).unwrap();
    let info = certwright::inspect(&vector("server.pem")).unwrap();
    assert_eq!(record.name, "www");
    assert_eq!(record.common_name.as_deref(), Some("mine"));
    assert_eq!(record.ca, Some(info.ca));
    assert_eq!(record.serial_number, Some(info.serial_number));
    assert_eq!(record.hash_function, info.hash_function);
    assert_eq!(record.key_size, info.key_size);
    assert_eq!(record.expiry_time, info.expiry_time);
    assert_eq!(record.subject_alternatives, info.subject_alternatives);
    assert_eq!(record.subject_key_identifier, info.subject_key_identifier);
    assert_eq!(
        record.authority_key_identifier,
        info.authority_key_identifier
    );
    assert_eq!(record.certificate.to_pem(), vector("server.pem"));
    assert!(record.intermediates.is_empty(), "a root is not sent");
    assert_eq!(world.catalog.get(record.uuid).unwrap(), record);
    // A name of the addition counts before that of the request.
    let request = server_ca("root.pem").with_name("a");
    assert_eq!(
        world
            .add(Addition::from(request).with_name("b"))
            .unwrap()
            .name,
        "b"
    );
}

#[test]
fn keys_are_kept_apart_and_not_shown() {
    let mut world = World::new();
    let made = world.add(root_ca("ROOT")).unwrap();
    let installed = InstallRequest::server(vector("server.pem"), vector("server.key"));
    let installed = world.add(installed).unwrap();
    for record in [made, installed] {
        let key = world.store.private_key(record.uuid).unwrap().unwrap();
        let digits: String = key
            .as_bytes()
            .iter()
            .map(|octet| format!("{octet}, "))
            .collect();
        let shown = format!("{record:?} {:?} {key:?}", world.catalog);
        assert!(
            !shown.contains(&digits[..60]) && !shown.contains("PRIVATE"),
            "{shown}"
        );
        let loaded = certwright::CertificateAuthority::from_der(
            record.certificate.der(),
            key.as_bytes(),
            &super::policy().policy,
        );
        // It is the key of the certificate, whether that is a CA's or not.
        let code = loaded.map_or_else(|error| error.to_string(), |_| String::new());
        assert!(!code.contains("private key"), "{code}");
    }
}

#[test]
fn a_body_is_checked_as_the_operations_check_it() {
    let mut world = World::new();
    let rows: [(Addition, u32, &str); 5] = [
        (
            server_ca("server.pem").into(),
            3_735_632,
            "public_certificate",
        ),
        (
            InstallRequest::server(vector("server.pem"), "").into(),
            3_735_693,
            "private_key",
        ),
        (
            InstallRequest::server_ca("").into(),
            52_559_975,
            "public_certificate",
        ),
        (
            server("a.example").with_key_size(7).into(),
            3_735_700,
            "key_size",
        ),
        (
            server("a.example").with_expiry("P0D").into(),
            3_735_701,
            "expiry_time",
        ),
    ];
    for (addition, code, target) in rows {
        assert_eq!(refusal(world.add(addition)), refused(code, 400, target));
    }
    assert_eq!(world.revision(), 0);
}
