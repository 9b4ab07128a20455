//! The checks before anything is sent, in their order.

use crate::common::order::{Fault, each_comes_first, fault};
use crate::common::rows::each_row;
use crate::common::{policy, rng, vector};
use crate::world::{base64, body, bomb, by_certificate, file, pair, pkcs12, read, refused, with};
use certwright::ErrorCode::{
    AzureClientCertificate as Unusable, AzureConfigurationIncomplete as Incomplete,
    AzureConfigurationIncorrect as Incorrect, SerialNumberGiven, TypeNotSupported,
};
use certwright::azure::Download;
use certwright::{CreateRequest, KeyAndCertificates, create};
use serde_json::{Value, json};

/// The code and the field of what is refused.
#[track_caller]
fn check(body: &Value, code: u32, field: &str) {
    let error = refused(body, &policy()).expect("it is refused");
    let found = (error.code().value(), error.target());
    assert_eq!(found, (code, Some(field)), "{error}");
    assert_eq!(error.http_status(), 400);
    let shown = format!("{error} {error:?}");
    assert!(
        shown.len() < 3000 && !shown.contains("secret+with"),
        "{shown}"
    );
}

#[test]
fn the_type() {
    for kind in [json!("root_ca"), json!(""), json!("x"), Value::Null] {
        check(&with(body(), "type", kind), 3_735_622, "type");
    }
}

#[test]
fn what_is_missing() {
    for field in [
        "name",
        "azure.key_vault",
        "azure.client_id",
        "azure.tenant_id",
        "azure.client_secret",
    ] {
        for nothing in [Value::Null, json!(""), json!(" \t")] {
            check(&with(body(), field, nothing), 3_735_763, field);
        }
    }
    let proxy = json!({"type": "http", "host": "proxy.example.com", "port": 3128});
    let rows = [
        (json!({}), "type"),
        (json!({"host": "a", "port": 1}), "type"),
        (with(proxy.clone(), "type", json!("")), "type"),
        (with(proxy.clone(), "host", Value::Null), "host"),
        (with(proxy.clone(), "port", Value::Null), "port"),
        (with(proxy.clone(), "username", json!("me")), "password"),
        (with(proxy, "password", json!("secret")), "username"),
    ];
    each_row(rows, |(proxy, field)| {
        let body = with(body(), "azure.proxy", proxy);
        check(&body, 3_735_763, &format!("azure.proxy.{field}"));
    });
}

#[test]
fn what_is_incorrect() {
    let long = |count| json!("a".repeat(count));
    let mut rows = vec![("name", long(128))];
    let names = ["a_b", "a/b", "a.b", "a b", "ä", "a\u{200b}", "../x", "a?x"];
    rows.extend(names.map(|name| ("name", json!(name))));
    let vaults = [
        "example.vault.azure.net",
        "http://example.vault.azure.net",
        "https://",
        "https:///",
        "https://example.vault.azure.net/secrets",
        "https://example.vault.azure.net//",
        "https://example.vault.azure.net?x",
        "https://example.vault.azure.net#x",
        "https://user@example.vault.azure.net",
        "https://example.vault.azure.net:",
        "https://example.vault.azure.net:0",
        "https://example.vault.azure.net:65536",
        "https://exa mple.vault.azure.net",
        "https://example.vault.azure.net\\",
        "https://example.vault.azure.net\r\nX: y",
        "https://exämple.vault.azure.net",
        "https://-/",
    ];
    rows.extend(vaults.map(|vault| ("azure.key_vault", json!(vault))));
    for field in ["azure.client_id", "azure.tenant_id"] {
        rows.push((field, long(129)));
        rows.extend(["a b", "a/b", "a_b", "a\"b", "a%b", "ä"].map(|id| (field, json!(id))));
    }
    rows.push(("azure.client_certificate", json!(pair("server"))));
    let hosts = [
        "https://login.microsoftonline.com",
        "a/b",
        "a:0",
        "a:x",
        "a b",
        "a@b",
        "a..b",
        "[::1",
    ];
    rows.extend(hosts.map(|host| ("azure.oauth_host", json!(host))));
    let timeouts = [
        json!(31),
        json!(-1),
        json!(1.5),
        json!("31"),
        json!("1e1"),
        json!("+1"),
        json!(4_294_967_296_u64),
    ];
    rows.extend(timeouts.map(|timeout| ("azure.timeout", timeout)));
    each_row(rows, |(field, value)| {
        check(&with(body(), field, value), 3_735_762, field);
    });
    let proxy = json!({"type": "http", "host": "proxy.example.com", "port": 3128});
    let rows = [
        ("type", json!("socks5")),
        ("type", json!("HTTP")),
        ("type", json!("string")),
        ("host", json!("http://proxy.example.com")),
        ("host", json!("proxy.example.com:3128")),
        ("host", json!("a b")),
        ("port", json!(0)),
        ("port", json!(65536)),
        ("port", json!(-1)),
        ("port", json!("x")),
    ];
    each_row(rows, |(field, value)| {
        let proxy = with(proxy.clone(), field, value);
        let field = format!("azure.proxy.{field}");
        check(&with(body(), "azure.proxy", proxy), 3_735_762, &field);
    });
}

#[test]
fn what_is_of_another_type() {
    for (field, value) in [
        ("azure", json!("x")),
        ("azure.client_secret", json!(7)),
        ("azure.client_certificate", json!(["x"])),
        ("azure.key_vault", json!({"x": 1})),
        ("azure.timeout", json!([])),
        ("azure.verify_host", json!("true")),
        ("azure.verify_host", json!(1)),
        ("azure.proxy", json!("http://proxy.example.com:3128")),
        ("azure.proxy.port", json!(true)),
    ] {
        let error = refused(&with(body(), field, value), &policy()).unwrap();
        assert_eq!(
            (error.code().value(), error.target()),
            (262_197, Some(field))
        );
    }
    let error = refused(&with(body(), "azure.client", json!("x")), &policy()).unwrap();
    assert_eq!(
        (error.code().value(), error.target()),
        (262_179, Some("azure.client"))
    );
}

/// PKCS#12 without a password of a key that the crate made.
fn made(algorithm: &str) -> String {
    let request = CreateRequest::client("me").with_algorithm(algorithm);
    let made = create(&request, &policy(), &mut rng(3)).unwrap();
    let both = KeyAndCertificates::new(made.private_key_der.as_bytes(), vec![made.certificate]);
    base64(&both.unwrap().to_pkcs12("", &mut rng(4)))
}

/// PKCS#12 without a password of certificates alone.
fn without_key() -> String {
    let file = file("certificates.p12");
    let both = KeyAndCertificates::from_pkcs12(&file, "certwright", &policy()).unwrap();
    base64(&both.to_pkcs12("", &mut rng(9)))
}

#[test]
fn the_client_certificate() {
    let (server, key) = (vector("server.pem"), vector("server.key"));
    let rows = [
        ("nothing", "x".to_owned()),
        ("not base64", pkcs12("empty.p12").replacen('M', "-", 1)),
        ("something else", base64(b"something else")),
        ("cut off", pkcs12("empty.p12")[..1000].to_owned()),
        ("under a password", pkcs12("openssl.p12")),
        ("other octets", made("ec").replace('A', "B")),
        ("certificates alone", without_key()),
        ("a key of EC", made("ec")),
        ("PEM of EC", pair("ca-p256")),
        ("PEM of 1024 bits", pair("rsa1024")),
        ("no key", server.clone()),
        ("no certificate", key.clone()),
        ("two keys", server.clone() + &key + &key),
        ("another key", server.clone() + &vector("root.key")),
        (
            "an encrypted key",
            vector("root.pem") + &vector("root.encrypted.key"),
        ),
        ("expired", vector("expired.pem") + &key),
        ("not valid yet", vector("future.pem") + &key),
        ("an iteration bomb", bomb()),
        ("too large", "A".repeat(1 << 21)),
    ];
    each_row(rows, |(_, certificate)| {
        check(
            &by_certificate(&certificate),
            3_735_756,
            "azure.client_certificate",
        );
    });
    // FIPS mode does not read it from a container that it does not have.
    let old = by_certificate(&pkcs12("empty-legacy.p12"));
    assert!(refused(&old, &policy()).is_none());
    let error = refused(&old, &policy().with_fips()).unwrap();
    assert_eq!(error.code().value(), 3_735_756);
}

#[test]
fn the_fields_of_an_installation() {
    check(
        &with(body(), "serial_number", json!("1")),
        3_735_645,
        "serial_number",
    );
    check(
        &with(body(), "common_name", json!("a\nb")),
        3_735_588,
        "common_name",
    );
}

#[test]
fn what_is_granted() {
    let proxy = |value| with(body(), "azure.proxy", value);
    let wrapped = |text: &str| -> String {
        let lines = text.as_bytes().chunks(76);
        let lines: Vec<_> = lines.map(|line| str::from_utf8(line).unwrap()).collect();
        lines.join("\n")
    };
    let rows = [
        body(),
        with(body(), "name", json!("a".repeat(127))),
        with(body(), "azure.client_id", json!("a.b-C".repeat(25))),
        with(body(), "azure.key_vault", json!("https://127.0.0.1:8443")),
        with(body(), "azure.key_vault", json!("https://[::1]:8443/")),
        with(
            body(),
            "azure.oauth_host",
            json!("login.partner.microsoftonline.cn:443"),
        ),
        with(body(), "azure.timeout", json!(0)),
        with(body(), "azure.timeout", json!(30)),
        with(body(), "azure.timeout", json!("30")),
        with(body(), "azure.verify_host", json!(false)),
        with(body(), "azure.proxy", Value::Null),
        proxy(json!({"type": "http", "host": "10.0.0.1", "port": "65535"})),
        proxy(json!({"type": "https", "host": "::1", "port": 1, "username": "a", "password": "b"})),
        with(body(), "common_name", json!("www")),
        with(body(), "type", json!("client_ca")),
        by_certificate(&pkcs12("empty.p12")),
        by_certificate(&wrapped(&pkcs12("empty.p12"))),
        by_certificate(&pkcs12("empty-legacy.p12")),
        by_certificate(&pair("server")),
        by_certificate(&pair("ca-rsa4096")),
        // Of two certificates of the key, the one that is valid.
        by_certificate(&(vector("expired.pem") + &vector("root.pem") + &pair("server"))),
    ];
    each_row(rows, |body| {
        let configuration = read(&body).check(&policy()).unwrap();
        Download::start(configuration, &policy(), &mut rng(1)).unwrap();
    });
}

/// Sets fields of a body.
fn set<const N: usize>(body: &mut Value, fields: [(&str, Value); N]) {
    for (field, value) in fields {
        *body = with(body.take(), field, value);
    }
}

#[rustfmt::skip]
const FAULTS: &[Fault<Value>] = &[
    fault("type", TypeNotSupported, "type", "", |body| set(body, [("type", json!("root_ca"))])),
    fault("no name", Incomplete, "name", "", |body| set(body, [("name", Value::Null)])),
    fault("no vault", Incomplete, "azure.key_vault", "", |body| set(body, [("azure.key_vault", Value::Null)])),
    fault("no client", Incomplete, "azure.client_id", "", |body| set(body, [("azure.client_id", Value::Null)])),
    fault("no tenant", Incomplete, "azure.tenant_id", "", |body| set(body, [("azure.tenant_id", Value::Null)])),
    fault("no secret", Incomplete, "azure.client_secret", "", |body| {
        set(body, [("azure.client_secret", Value::Null), ("azure.client_certificate", Value::Null)]);
    }),
    fault("no type of the proxy", Incomplete, "azure.proxy.type", "", |body| {
        set(body, [("azure.proxy.host", json!("a"))]);
    }),
    fault("name", Incorrect, "name", "", |body| set(body, [("name", json!("a_b"))])),
    fault("vault", Incorrect, "azure.key_vault", "", |body| set(body, [("azure.key_vault", json!("x"))])),
    fault("client", Incorrect, "azure.client_id", "", |body| set(body, [("azure.client_id", json!("a b"))])),
    fault("tenant", Incorrect, "azure.tenant_id", "", |body| set(body, [("azure.tenant_id", json!("a b"))])),
    fault("both", Incorrect, "azure.client_certificate", "", |body| {
        set(body, [("azure.client_secret", json!("x")), ("azure.client_certificate", json!("x"))]);
    }),
    fault("OAuth host", Incorrect, "azure.oauth_host", "", |body| set(body, [("azure.oauth_host", json!("a b"))])),
    fault("timeout", Incorrect, "azure.timeout", "", |body| set(body, [("azure.timeout", json!(31))])),
    fault("certificate", Unusable, "azure.client_certificate", "", |body| {
        set(body, [("azure.client_secret", Value::Null), ("azure.client_certificate", json!("x"))]);
    }),
    fault("serial number", SerialNumberGiven, "serial_number", "", |body| {
        set(body, [("serial_number", json!("1"))]);
    }),
];

/// Two faults of one field.
const EXCLUSIVE: &[[&str; 2]] = &[
    ["no name", "name"],
    ["no vault", "vault"],
    ["no client", "client"],
    ["no tenant", "tenant"],
    ["no secret", "both"],
    ["no secret", "certificate"],
    ["both", "certificate"],
];

#[test]
fn the_first_fault_in_the_order_of_the_checks_counts() {
    each_comes_first(&body(), FAULTS, EXCLUSIVE, |body| {
        refused(body, &policy()).map_or(Ok(()), Err)
    });
}
