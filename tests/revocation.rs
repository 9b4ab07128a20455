//! Revocation lists: the verdict of each case is the one that its row says and, where OpenSSL is
//! here, the one that it has with `-crl_check_all -extended_crl -use_deltas`.

mod common;

use certwright::RevocationStatus::{Good, NotAsked, Unknown};
use certwright::{
    Certificate, ChainRule, Crl, CrlStore, Error, ErrorCode, PathOptions, Policy, Revocation,
    RevocationReason, TrustStore, ValidatedChain,
};
use common::issue::{
    CODE_SIGNING, CRL_SIGN, Cert, Extension, Key, algorithm_null, basic_constraints, directory,
    extended_key_usage, key_usage, oid, sequence, tlv,
};
use common::list::{List, POINT};
use common::{Folder, NOW, policy, run, tool, vector};
use std::time::SystemTime;

const DAY: i64 = 86_400;
const HOST: &str = "www.example.com";
/// The cRLDistributionPoints of a certificate.
const POINTS: &str = "2.5.29.31";

struct Chain {
    root: Cert,
    ca: Cert,
    leaf: Cert,
}

fn chain() -> Chain {
    let root = Cert::root("root");
    let ca = Cert::ca("ca", &root);
    let leaf = Cert::leaf(HOST, &ca);
    Chain { root, ca, leaf }
}

fn parsed(cert: &Cert) -> Certificate {
    Certificate::from_der(&cert.der()).unwrap()
}

fn verify(chain: &Chain, lists: &[List], revocation: Revocation) -> Result<ValidatedChain, Error> {
    let crls = lists
        .iter()
        .filter_map(|list| Crl::from_der(list.der()).ok());
    let options = PathOptions::server(HOST).with_revocation(revocation, CrlStore::new(crls));
    TrustStore::new([parsed(&chain.root)]).verify(
        &parsed(&chain.leaf),
        &[parsed(&chain.ca)],
        &options,
        &policy(),
    )
}

fn openssl_accepts(chain: &Chain, lists: &[List], folder: &Folder) -> bool {
    let pem = |list: &List| {
        pem_rfc7468::encode_string("X509 CRL", pem_rfc7468::LineEnding::LF, &list.der()).unwrap()
    };
    let root = folder.write("root.pem", &chain.root.pem());
    let ca = folder.write("ca.pem", &chain.ca.pem());
    let leaf = folder.write("leaf.pem", &chain.leaf.pem());
    let crls = folder.write("crls.pem", &lists.iter().map(pem).collect::<String>());
    let now = NOW.to_string();
    let mut args = vec!["verify", "-attime", &now, "-no-CApath", "-no-CAstore"];
    args.extend(["-CAfile", &root, "-untrusted", &ca]);
    args.extend(["-crl_check_all", "-extended_crl", "-use_deltas"]);
    if !lists.is_empty() {
        args.extend(["-CRLfile", &crls]);
    }
    args.push(&leaf);
    run("openssl", &args).status.success()
}

/// What comes of it where the status of every certificate is required.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Good,
    Revoked(RevocationReason),
    Unknown,
}

fn outcome(verdict: &Result<ValidatedChain, Error>) -> Outcome {
    let Err(error) = verdict else {
        return Outcome::Good;
    };
    assert_eq!(error.code(), ErrorCode::IssuerUnusable, "{error}");
    match error.chain_defect().unwrap().rule {
        ChainRule::Revoked { reason, date } => {
            assert_eq!(date, certwright::Time::from_unix(NOW - 2 * DAY).unwrap());
            Outcome::Revoked(reason)
        }
        ChainRule::RevocationUnknown => Outcome::Unknown,
        ref rule => panic!("{rule:?}"),
    }
}

#[allow(clippy::too_many_lines, reason = "a table")]
#[test]
fn verdicts_are_those_of_the_rows_and_of_openssl() {
    let all = chain();
    let Chain { root, ca, leaf } = &all;
    let stranger = Cert::root("stranger");
    let (of_root, of_ca) = (List::of(root), List::of(ca));
    let both = |of_ca: List| vec![of_root.clone(), of_ca];
    let times = |this_update, next_update| List {
        this_update,
        next_update,
        ..of_ca.clone()
    };
    let point = |fields: &[Vec<u8>]| Extension::critical(POINT, sequence(fields));
    let unknown = Extension::critical("1.3.6.1.4.1.32473.1", vec![5, 0]);
    let uri = |text: &str| tlv(0xa0, &tlv(0xa0, &tlv(0x86, text.as_bytes())));
    let rows = [
        ("nobody", both(of_ca.clone()), Outcome::Good),
        ("none", vec![], Outcome::Unknown),
        ("none-of-the-ca", vec![of_root.clone()], Outcome::Unknown),
        ("none-of-the-root", vec![of_ca.clone()], Outcome::Unknown),
        (
            "leaf",
            both(of_ca.clone().with(leaf, 1)),
            Outcome::Revoked(RevocationReason::KeyCompromise),
        ),
        (
            "leaf-on-hold",
            both(of_ca.clone().with(leaf, 6)),
            Outcome::Revoked(RevocationReason::CertificateHold),
        ),
        ("another", both(of_ca.clone().with(ca, 1)), Outcome::Good),
        (
            "ca",
            vec![of_root.clone().with(ca, 4), of_ca.clone()],
            Outcome::Revoked(RevocationReason::Superseded),
        ),
        (
            "expired",
            both(times(NOW - 9 * DAY, NOW - DAY)),
            Outcome::Unknown,
        ),
        (
            "not-yet-valid",
            both(times(NOW + DAY, NOW + 9 * DAY)),
            Outcome::Unknown,
        ),
        (
            "wrong-issuer",
            both(List {
                issuer: stranger.subject.clone(),
                ..of_ca.clone()
            }),
            Outcome::Unknown,
        ),
        (
            "wrong-signature",
            both(List {
                signer: stranger.key.clone(),
                ..of_ca.clone()
            }),
            Outcome::Unknown,
        ),
        (
            "critical-extension",
            both(of_ca.clone().and(unknown)),
            Outcome::Unknown,
        ),
        (
            "delta-revokes",
            vec![
                of_root.clone(),
                of_ca.clone(),
                of_ca.clone().delta(5).with(leaf, 4),
            ],
            Outcome::Revoked(RevocationReason::Superseded),
        ),
        (
            "delta-removes",
            vec![
                of_root.clone(),
                of_ca.clone().with(leaf, 6),
                of_ca.clone().delta(4).with(leaf, 8),
            ],
            Outcome::Good,
        ),
        (
            "delta-of-a-later-list",
            vec![
                of_root.clone(),
                of_ca.clone().with(leaf, 6),
                of_ca.clone().delta(6).with(leaf, 8),
            ],
            Outcome::Revoked(RevocationReason::CertificateHold),
        ),
        (
            "delta-alone",
            both(of_ca.clone().delta(5)),
            Outcome::Unknown,
        ),
        (
            "of-users",
            both(of_ca.clone().and(point(&[tlv(0x81, &[0xff])]))),
            Outcome::Good,
        ),
        (
            "of-cas",
            both(of_ca.clone().and(point(&[tlv(0x82, &[0xff])]))),
            Outcome::Unknown,
        ),
        (
            "of-some-reasons",
            both(of_ca.clone().and(point(&[tlv(0x83, &[5, 0x60])]))),
            Outcome::Unknown,
        ),
        (
            "of-another-point",
            both(of_ca.clone().and(point(&[uri("http://example.com/crl")]))),
            Outcome::Unknown,
        ),
    ];
    let folder = tool("openssl").then(|| Folder::new("revocation"));
    for (name, lists, expected) in rows {
        let verdict = verify(&all, &lists, Revocation::RequiredForPath);
        assert_eq!(outcome(&verdict), expected, "{name}");
        if let Some(folder) = &folder {
            let accepted = openssl_accepts(&all, &lists, folder);
            assert_eq!(accepted, expected == Outcome::Good, "openssl, {name}");
        }
    }
}

#[test]
fn what_is_asked_for_is_said() {
    let all = chain();
    let statuses = |lists: &[List], revocation| {
        let chain = verify(&all, lists, revocation).ok()?;
        Some(
            chain
                .path
                .iter()
                .map(|link| link.revocation)
                .collect::<Vec<_>>(),
        )
    };
    let of_ca = [List::of(&all.ca)];
    let revoking = [List::of(&all.ca).with(&all.leaf, 1)];
    assert_eq!(
        statuses(&revoking, Revocation::NotAsked),
        Some(vec![NotAsked; 3])
    );
    assert_eq!(
        statuses(&of_ca, Revocation::WhereGiven),
        Some(vec![Good, Unknown, NotAsked])
    );
    assert_eq!(
        statuses(&of_ca, Revocation::RequiredForLeaf),
        Some(vec![Good, Unknown, NotAsked])
    );
    assert_eq!(statuses(&of_ca, Revocation::RequiredForPath), None);
    assert_eq!(
        statuses(&[], Revocation::WhereGiven),
        Some(vec![Unknown, Unknown, NotAsked])
    );
    assert_eq!(statuses(&[], Revocation::RequiredForLeaf), None);
    assert_eq!(statuses(&revoking, Revocation::WhereGiven), None);
}

/// An indirect list whose signer's certificate the peer does not present.
#[test]
fn signers_are_given_with_the_lists() {
    let Chain { root, ca, leaf } = chain();
    let signer = |issuer: &Cert| {
        Cert::ca("signer", issuer)
            .with(basic_constraints(false, None))
            .with(key_usage(CRL_SIGN))
    };
    let between = Cert::ca("between", &root);
    let stranger = signer(&Cert::root("stranger"));
    let (signer, below) = (signer(&root), signer(&between));
    let of_other_use = signer.clone().with(extended_key_usage(&[CODE_SIGNING]));
    let point = tlv(0xa2, &directory(&signer.subject));
    let leaf = leaf.with(Extension::new(POINTS, sequence(&[sequence(&[point])])));
    let indirect = Extension::critical(POINT, sequence(&[tlv(0x84, &[0xff])]));
    let list = List::of(&signer).and(indirect);
    let rows: [(&str, &[&Cert], Outcome); 7] = [
        ("none", &[], Outcome::Unknown),
        ("its own", &[&signer], Outcome::Good),
        ("for another use than TLS", &[&of_other_use], Outcome::Good),
        ("with what is above", &[&below, &between], Outcome::Good),
        ("without what is above", &[&below], Outcome::Unknown),
        ("below another root", &[&stranger], Outcome::Unknown),
        (
            "others too",
            &[&ca, &leaf, &root, &stranger, &signer],
            Outcome::Good,
        ),
    ];
    for (name, signers, expected) in rows {
        let crls = CrlStore::new([Crl::from_der(list.der()).unwrap()])
            .with_signers(signers.iter().map(|signer| parsed(signer)));
        let options = PathOptions::server(HOST).with_revocation(Revocation::RequiredForLeaf, crls);
        let store = TrustStore::new([parsed(&root)]);
        let verdict = store.verify(&parsed(&leaf), &[parsed(&ca)], &options, &policy());
        assert_eq!(outcome(&verdict), expected, "{name}");
    }
}

/// RSASSA-PSS by SHA-256 with a salt of 33 octets.
fn long_salt() -> Vec<u8> {
    let hash = algorithm_null("2.16.840.1.101.3.4.2.1");
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash.clone()]);
    let parameters = sequence(&[
        tlv(0xa0, &hash),
        tlv(0xa1, &mask),
        tlv(0xa2, &tlv(2, &[33])),
    ]);
    sequence(&[oid("1.2.840.113549.1.1.10"), parameters])
}

#[test]
fn in_fips_mode_lists_are_signed_by_its_schemes() {
    if !tool("openssl") {
        return;
    }
    let (root, file) = (Cert::root("root"), path("root.key"));
    let root = root.with_key(Key::rsa("root.key"));
    let root = Cert {
        signer: root.key.clone(),
        ..root
    };
    let leaf = Cert::leaf(HOST, &root);
    let options = [
        "-sha256",
        "-sigopt",
        "rsa_padding_mode:pss",
        "-sigopt",
        "rsa_pss_saltlen:33",
    ];
    let command = [&["openssl", "dgst", "-sign", &file], &options[..]].concat();
    let signers = [
        (root.key.clone(), true),
        (
            Key::command(root.key.spki.clone(), long_salt(), &command),
            false,
        ),
    ];
    for (signer, is_of_fips) in signers {
        let list = List {
            signer,
            ..List::of(&root)
        };
        let crls = CrlStore::new([Crl::from_der(list.der()).unwrap()]);
        let options = PathOptions::server(HOST).with_revocation(Revocation::RequiredForLeaf, crls);
        let store = TrustStore::new([parsed(&root)]);
        for policy in [policy(), policy().with_fips()] {
            let verdict = store.verify(&parsed(&leaf), &[], &options, &policy);
            let is_unknown = outcome(&verdict) == Outcome::Unknown;
            assert_eq!(is_unknown, policy.fips && !is_of_fips, "{verdict:?}");
        }
    }
}

/// A list whose numbers are those of a hostile CA: every one twice, and none in order.
#[test]
fn a_long_list_is_searched() {
    let all = chain();
    let mut list = List::of(&all.ca);
    for number in 0_u16..20_000 {
        let [high, low] = number.wrapping_mul(31).to_be_bytes();
        let serial = vec![1 + high / 2, low, high, 3];
        list.entries.push((serial.clone(), 8));
        list.entries.push((serial, 1));
    }
    let lists = [List::of(&all.root), list.clone()];
    assert_eq!(
        outcome(&verify(&all, &lists, Revocation::RequiredForPath)),
        Outcome::Good
    );
    let lists = [List::of(&all.root), list.with(&all.leaf, 3)];
    let verdict = verify(&all, &lists, Revocation::RequiredForPath);
    assert_eq!(
        outcome(&verdict),
        Outcome::Revoked(RevocationReason::AffiliationChanged)
    );
}

/// The server's certificate of the vectors, by lists of the tools' making.
fn of_server(crl: &str, revocation: Revocation) -> Result<ValidatedChain, Error> {
    let crls = CrlStore::new([Crl::from_pem(crl).unwrap()]);
    let options = PathOptions::any().with_revocation(revocation, crls);
    let server = Certificate::from_pem(&vector("server.pem")).unwrap();
    let store = TrustStore::from_pem(&vector("root.pem")).unwrap();
    store.verify(&server, &[], &options, &Policy::at(SystemTime::now()))
}

fn is_revoked(verdict: &Result<ValidatedChain, Error>) -> bool {
    let Err(error) = verdict else { return false };
    matches!(
        error.chain_defect().unwrap().rule,
        ChainRule::Revoked { .. }
    )
}

fn path(name: &str) -> String {
    format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn lists_of_openssl_ca() {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("openssl-crl");
    let server = Certificate::from_pem(&vector("server.pem")).unwrap();
    let index = folder.write("index", "");
    let number = folder.write("number", "2A");
    let config = folder.write(
        "conf",
        &format!(
            "[ca]\ndefault_ca = this\n[this]\ndatabase = {index}\ncrlnumber = {number}\n\
             default_md = sha256\ndefault_crl_days = 7\n"
        ),
    );
    let list = |entry: &str| {
        std::fs::write(&index, entry).unwrap();
        let (root, key, out) = (path("root.pem"), path("root.key"), folder.path("crl.pem"));
        let args = [
            "ca", "-config", &config, "-gencrl", "-cert", &root, "-keyfile", &key, "-out", &out,
        ];
        common::assert_runs("openssl", &args);
        std::fs::read_to_string(out).unwrap()
    };
    let serial = server.serial_number();
    let good = list("R\t450101000000Z\t250601000000Z\t0102\tunknown\t/CN=x\n");
    assert!(of_server(&good, Revocation::RequiredForPath).is_ok());
    let hold =
        format!("R\t450101000000Z\t250601000000Z,certificateHold\t{serial}\tunknown\t/CN=x\n");
    assert!(is_revoked(&of_server(&list(&hold), Revocation::WhereGiven)));
}

#[test]
fn lists_of_certtool() {
    if !tool("certtool") {
        return;
    }
    let folder = Folder::new("certtool-crl");
    let template = folder.write("template", "crl_next_update = 7\ncrl_number = 5\n");
    let list = |certificate: &str| {
        let (root, key, out) = (path("root.pem"), path("root.key"), folder.path("crl.pem"));
        let mut args = vec!["--generate-crl", "--load-ca-certificate", &root];
        args.extend([
            "--load-ca-privkey",
            &key,
            "--template",
            &template,
            "--outfile",
            &out,
        ]);
        args.extend(["--load-certificate", certificate]);
        common::assert_runs("certtool", &args);
        std::fs::read_to_string(out).unwrap()
    };
    let (server, other) = (path("server.pem"), path("p224.pem"));
    assert!(of_server(&list(&other), Revocation::RequiredForPath).is_ok());
    assert!(is_revoked(&of_server(
        &list(&server),
        Revocation::RequiredForLeaf
    )));
}
