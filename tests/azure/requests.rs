//! The two requests, byte for byte.

use crate::common::policy;
use crate::common::rows::each_row;
use crate::world::{TOKEN, body, by_certificate, next, pair, start, token, with};
use certwright::azure::HttpRequest;
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

/// A request as it stands on the wire, less what an HTTP client adds.
fn written(request: &HttpRequest) -> String {
    let mut text = format!("{} {}\n", request.method(), request.url());
    for (name, value) in request.headers() {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text.push('\n');
    text + std::str::from_utf8(request.body()).unwrap()
}

#[test]
fn with_a_client_secret() {
    let download = start(&body());
    let first = "POST https://login.microsoftonline.com/87654321-abcd-abcd-1234-720ef604b100/oauth2/v2.0/token
Content-Type: application/x-www-form-urlencoded
Accept: application/json

grant_type=client_credentials&client_id=12345678-abcd-1234-12ad-dfa5dffafdaa&scope=https%3A%2F%2Fvault.azure.net%2F.default&client_secret=a~secret%2Bwith%2Fodd%3Dcharacters%26more";
    assert_eq!(written(download.request()), first);
    let download = next(download.answer(Ok(token())));
    let second = format!(
        "GET https://example.vault.azure.net/secrets/www-example-com?api-version=7.4
Authorization: Bearer {TOKEN}
Accept: application/json

"
    );
    assert_eq!(written(download.request()), second);
}

/// The assertion is looked at elsewhere.
#[test]
fn with_a_client_certificate() {
    let download = start(&by_certificate(&pair("server")));
    let first = "POST https://login.microsoftonline.com/87654321-abcd-abcd-1234-720ef604b100/oauth2/v2.0/token
Content-Type: application/x-www-form-urlencoded
Accept: application/json

grant_type=client_credentials&client_id=12345678-abcd-1234-12ad-dfa5dffafdaa&scope=https%3A%2F%2Fvault.azure.net%2F.default&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=";
    let text = written(download.request());
    let assertion = text.strip_prefix(first).unwrap();
    let mut parts = assertion.split('.');
    for _ in 0..3 {
        let part = parts.next().unwrap();
        assert!(
            part.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }
    assert_eq!(parts.next(), None);
    let again = start(&by_certificate(&pair("server")));
    assert_eq!(
        written(again.request()),
        text,
        "the same randomness gives the same bytes"
    );
}

#[test]
fn clouds_hosts_and_ports() {
    let rows = [
        ("https://x.vault.azure.cn", "vault.azure.cn"),
        (
            "https://x.vault.usgovcloudapi.net/",
            "vault.usgovcloudapi.net",
        ),
        ("https://X.Vault.Azure.CN:8443", "vault.azure.cn"),
        ("https://vault.azure.cn", "vault.azure.net"),
        ("https://x.managedhsm.azure.net", "vault.azure.net"),
        ("https://127.0.0.1:8443", "vault.azure.net"),
        ("https://[::1]:8443/", "vault.azure.net"),
        ("https://vault", "vault.azure.net"),
        ("https://a.b.vault.azure.cn", "vault.azure.net"),
    ];
    each_row(rows, |(vault, scope)| {
        let download = start(&with(body(), "azure.key_vault", json!(vault)));
        let text = written(download.request());
        assert!(
            text.contains(&format!("&scope=https%3A%2F%2F{scope}%2F.default&")),
            "{text}"
        );
        let download = next(download.answer(Ok(token())));
        let vault = vault.trim_end_matches('/');
        let url = format!("{vault}/secrets/www-example-com?api-version=7.4");
        assert_eq!(download.request().url(), url);
    });
    let download = start(&with(
        body(),
        "azure.oauth_host",
        json!("login.example:8443"),
    ));
    let url = "https://login.example:8443/87654321-abcd-abcd-1234-720ef604b100/oauth2/v2.0/token";
    assert_eq!(download.request().url(), url);
}

#[test]
fn what_they_carry_for_the_http_client() {
    let both = |body| {
        let first = start(&body);
        let of = |request: &HttpRequest| {
            let proxy = request.proxy().map(|proxy| {
                let credentials = proxy.credentials();
                let owned = |(name, word): (&str, &str)| format!("{name}:{word}");
                (proxy.url(), credentials.map(owned))
            });
            (request.timeout(), request.verify_host(), proxy)
        };
        let token_request = of(first.request());
        let second = next(first.answer(Ok(token())));
        (token_request, of(second.request()))
    };
    let usual = (Duration::from_secs(25), true, None);
    assert_eq!(both(body()), (usual.clone(), usual.clone()));
    // The host of the vault alone goes unverified.
    let body = with(body(), "azure.verify_host", json!(false));
    assert_eq!(
        both(body.clone()),
        (usual, (Duration::from_secs(25), false, None))
    );
    let body = with(body, "azure.timeout", json!(0));
    let proxy = json!({"type": "http", "host": "proxy.example.com", "port": 3128});
    let (first, second) = both(with(body.clone(), "azure.proxy", proxy));
    let expected = ("http://proxy.example.com:3128".to_owned(), None);
    assert_eq!(first, (Duration::ZERO, true, Some(expected.clone())));
    assert_eq!(second, (Duration::ZERO, false, Some(expected)));
    let proxy =
        json!({"type": "https", "host": "::1", "port": "443", "username": "me", "password": "p:w"});
    let (first, _) = both(with(body, "azure.proxy", proxy));
    let expected = ("https://[::1]:443".to_owned(), Some("me:p:w".to_owned()));
    assert_eq!(first.2, Some(expected));
}

#[test]
fn nothing_shows_a_secret() {
    let proxy = json!({"type": "http", "host": "p", "port": 1, "username": "me", "password": "proxy-password"});
    let body = with(body(), "azure.proxy", proxy);
    let request = crate::world::read(&body);
    let configuration = request.check(&policy()).unwrap();
    let mut shown = format!("{request:?} {configuration:?}");
    let download = start(&body);
    write!(
        shown,
        "{download:?} {:?} {:?}",
        download.request(),
        download.request().proxy()
    )
    .unwrap();
    let step = download.answer(Ok(token()));
    write!(shown, "{step:?}").unwrap();
    let download = next(step);
    write!(shown, "{download:?} {:?}", download.request()).unwrap();
    for secret in ["a~secret", "a~secret%2B", "the-token", "proxy-password"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    let request = crate::world::read(&by_certificate(&pair("server")));
    let download = start(&by_certificate(&pair("server")));
    let shown = format!("{request:?} {download:?} {:?}", download.request());
    assert!(
        !shown.contains("PRIVATE") && !shown.contains("eyJ"),
        "{shown}"
    );
}
