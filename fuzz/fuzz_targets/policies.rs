//! A chain whose certificates say of policies what the input says, asked for with every setting.
#![no_main]

#[path = "../../tests/common/issue.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod issue;
mod parts;

use certwright::{Certificate, CertificatePolicy, PathOptions, Profile, TrustStore};
use issue::{Cert, Extension, POLICIES, POLICY_CONSTRAINTS};
use libfuzzer_sys::fuzz_target;
use parts::{parts, policy, vector};
use std::sync::LazyLock;

const NOW: i64 = parts::NOW;
const MAPPINGS: &str = "2.5.29.33";
const INHIBIT_ANY: &str = "2.5.29.54";

fn with(cert: Cert, values: [&[u8]; 4]) -> Cert {
    let oids = [POLICIES, MAPPINGS, POLICY_CONSTRAINTS, INHIBIT_ANY];
    let said = oids
        .into_iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty());
    said.fold(cert, |cert, (oid, value)| {
        cert.with(Extension::new(oid, value.to_vec()))
    })
}

/// The chain without policies: keys take long.
struct Frame {
    store: TrustStore,
    one: Cert,
    two: Cert,
    leaf: Cert,
}

static FRAME: LazyLock<Frame> = LazyLock::new(|| {
    let root = Cert::root("root");
    let one = Cert::ca("one", &root);
    let two = Cert::ca("two", &one);
    let leaf = Cert::leaf("server.example.com", &two);
    let store = TrustStore::new([read(&root)]);
    Frame {
        store,
        one,
        two,
        leaf,
    }
});

fn read(cert: &Cert) -> Certificate {
    Certificate::from_der(&cert.der()).expect("its frame is sound")
}

fuzz_target!(|data: &[u8]| {
    let Some((&flags, data)) = data.split_first() else {
        return;
    };
    let [a, b, c, d, e, f, g, h, i, j, k, l] = parts(data);
    let Frame {
        store,
        one,
        two,
        leaf,
    } = &*FRAME;
    let [one, two, leaf] = [
        with(one.clone(), [a, b, c, d]),
        with(two.clone(), [e, f, g, h]),
        with(leaf.clone(), [i, j, k, l]),
    ]
    .map(|cert| read(&cert));
    let others = [one, two];

    let mut options = PathOptions::any();
    options.profile = Profile::Compatible;
    options.initial_policy_mapping_inhibit = flags & 1 != 0;
    options.initial_any_policy_inhibit = flags & 2 != 0;
    let verify = |options: &PathOptions| {
        let verdict = store.verify(&leaf, &others, options, &policy());
        verdict.map_err(|error| assert!(error.message().len() < 1000))
    };
    let any = verify(&options);
    options.initial_explicit_policy = true;
    let explicit = verify(&options);
    if let Ok(chain) = &explicit {
        assert!(any.is_ok() && !chain.user_constrained_policies.is_empty());
    }
    // Who takes one of the policies that hold finds it, and no other.
    let held = any
        .map(|chain| chain.user_constrained_policies)
        .unwrap_or_default();
    for policy in held.iter().filter(|policy| !policy.is_any()).take(1) {
        options.user_initial_policies = vec![policy.clone()];
        let chain = verify(&options).expect("the policy holds for any");
        assert_eq!(chain.user_constrained_policies, [policy.clone()]);
    }
    options.user_initial_policies = vec![
        "1.3.6.1.4.1.32473.99"
            .parse::<CertificatePolicy>()
            .expect("it is one"),
    ];
    if verify(&options).is_ok() {
        assert!(explicit.is_ok());
    }
});
