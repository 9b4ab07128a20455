//! Peers by the names of their certificates, of every kind, and who they are.

mod common;

use certwright::{
    Certificate, ChainRule, PathOptions, PeerIdentity, PeerName, Profile, TrustStore,
};
use common::issue::{
    ALTERNATIVE_NAMES, CLIENT_AUTH, Cert, SUBJECT_KEY, alternative_names, dns, email,
    extended_key_usage, ip, rdn, sequence, tlv, uri,
};
use common::policy;
use common::rows::each_row;

const EMAIL_ADDRESS: &str = "1.2.840.113549.1.9.1";

fn parsed(cert: &Cert) -> Certificate {
    Certificate::from_der(&cert.der()).unwrap()
}

fn client(root: &Cert) -> Cert {
    Cert::leaf("client", root).with(extended_key_usage(&[CLIENT_AUTH]))
}

/// Who the client is, or the rule that its certificate breaks.
fn verify(root: &Cert, client: &Cert, options: &PathOptions) -> Result<PeerIdentity, ChainRule> {
    let store = TrustStore::new([parsed(root)]);
    match store.verify(&parsed(client), &[], options, &policy()) {
        Ok(chain) => Ok(chain.path[0].identity()),
        Err(error) => Err(error.chain_defect().unwrap().rule.clone()),
    }
}

fn mailbox(text: &str) -> PeerName {
    PeerName::Mailbox(text.to_owned())
}

fn uri_name(text: &str) -> PeerName {
    PeerName::Uri(text.to_owned())
}

#[test]
fn one_of_the_names_must_be_the_peers() {
    let root = Cert::root("root");
    let client = client(&root).with(alternative_names(&[
        dns("client.example.com"),
        email("admin@example.com"),
        uri("spiffe://example.org/billing"),
        ip(&[10, 0, 0, 7]),
    ]));
    let other = PeerName::host("other.example.com");
    each_row(
        [
            (vec![], true),
            (vec![PeerName::host("client.example.com")], true),
            (vec![PeerName::host("10.0.0.7")], true),
            (vec![mailbox("admin@EXAMPLE.com")], true),
            (vec![uri_name("spiffe://example.org/billing")], true),
            (vec![other.clone()], false),
            (vec![mailbox("Admin@example.com")], false),
            (vec![uri_name("spiffe://example.org/billing/")], false),
            (vec![uri_name("spiffe://example.org")], false),
            (vec![other.clone(), PeerName::host("10.0.0.7")], true),
            (vec![PeerName::host("10.0.0.7"), other.clone()], true),
            (vec![other.clone(), mailbox("x@example.com")], false),
            // A name of one kind is none of another.
            (vec![uri_name("client.example.com")], false),
            (vec![PeerName::Dns("admin@example.com".to_owned())], false),
            (vec![PeerName::Dns("10.0.0.7".to_owned())], false),
        ],
        |(names, is_accepted)| {
            let verdict = verify(
                &root,
                &client,
                &PathOptions::client().with_peer_names(names),
            );
            match verdict {
                Ok(_) => assert!(is_accepted),
                Err(rule) => assert_eq!((rule, is_accepted), (ChainRule::PeerName, false)),
            }
        },
    );
}

#[test]
fn the_subject_names_no_peer() {
    let root = Cert::root("root");
    let mut client = client(&root).without(ALTERNATIVE_NAMES);
    client.subject = sequence(&[
        rdn("2.5.4.3", 0x0c, "client.example.com"),
        rdn(EMAIL_ADDRESS, 0x16, "admin@example.com"),
    ]);
    for name in [
        PeerName::host("client.example.com"),
        mailbox("admin@example.com"),
    ] {
        let options = PathOptions::client().with_peer_names([name]);
        assert_eq!(verify(&root, &client, &options), Err(ChainRule::PeerName));
    }
    let identity = verify(&root, &client, &PathOptions::client()).unwrap();
    assert_eq!(identity.names, []);
    assert!(identity.subject.contains("admin@example.com"));
}

#[test]
fn the_identity_is_what_the_certificate_says() {
    let root = Cert::root("root");
    let client = client(&root).with(alternative_names(&[
        uri("spiffe://example.org/billing"),
        tlv(0xa4, &common::issue::name("directory")),
        dns("client.example.com"),
        dns("two.example.com"),
        ip(&[10, 0, 0, 7]),
        email("admin@example.com"),
    ]));
    let identity = verify(&root, &client, &PathOptions::client()).unwrap();
    let info = parsed(&client).info().unwrap();
    assert_eq!(identity.subject, "O=Example,CN=client");
    assert_eq!(identity.issuer, "O=Example,CN=root");
    assert_eq!(identity.serial_number, info.serial_number);
    assert_eq!(identity.key_identifier, info.subject_key_identifier);
    assert_eq!(
        identity.names,
        [
            uri_name("spiffe://example.org/billing"),
            PeerName::host("client.example.com"),
            PeerName::host("two.example.com"),
            PeerName::host("10.0.0.7"),
            mailbox("admin@example.com"),
        ]
    );
    let line = identity.to_string();
    for part in [
        "O=Example,CN=client",
        "spiffe://example.org/billing",
        &identity.serial_number,
    ] {
        assert!(line.contains(part), "{line}");
    }
}

/// The profile `compatible` does not look at the form of names.
#[test]
fn a_malformed_name_is_nobodys() {
    let root = Cert::root("root");
    let client = client(&root).without(SUBJECT_KEY).with(alternative_names(&[
        dns("admin.example.com\0.evil.example"),
        dns("client.example.com"),
        email("admin@example.com\n"),
        ip(&[10, 0, 0]),
    ]));
    let mut options = PathOptions::client();
    options.profile = Profile::Compatible;
    let identity = verify(&root, &client, &options).unwrap();
    assert_eq!(identity.names, [PeerName::host("client.example.com")]);
    assert_eq!(identity.key_identifier, None);
    let options =
        options.with_peer_names([PeerName::Dns("admin.example.com\0.evil.example".to_owned())]);
    assert_eq!(verify(&root, &client, &options), Err(ChainRule::PeerName));
}

/// However long what the certificate says.
#[test]
fn the_line_for_the_log_is_short() {
    let root = Cert::root(&"r".repeat(60_000));
    let mut client = client(&root);
    client.subject = common::issue::name(&"\n".repeat(60_000));
    let identity = verify(&root, &client, &PathOptions::client()).unwrap();
    let line = identity.to_string();
    assert!(line.len() < 1000 && !line.contains('\n'), "{line}");
}
