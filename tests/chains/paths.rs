//! Which path there is, and how long it may be.

use crate::case::{At, Case, DEPTHS, GOOD, HOST, chain, each, place};
use crate::common::NOW;
use crate::common::issue::{
    AUTHORITY_KEY, Cert, DAY, KEY_CERT_SIGN, Key, basic_constraints, key_usage, name,
};

pub(crate) fn add(cases: &mut Vec<Case>) {
    for depth in [0, 1, 2, 3, 6, 7, 8] {
        let case = Case::of(format!("good/{depth}"), &chain(depth), GOOD);
        cases.push(case.for_peer(HOST));
    }
    // A path has at most 64 certificates.
    cases.push(Case::of("long/62", &chain(62), GOOD));
    cases.push(Case::of("long/63", &chain(63), "Intermediate(62) Limit"));
    each(cases, "wrong-issuer", At::Issued, "NoIssuer", |mut cert| {
        cert.issuer = name("nobody");
        cert
    });
    what_is_given(cases);
    which_anchor(cases);
    cross_signed(cases);
    path_lengths(cases);
}

fn what_is_given(cases: &mut Vec<Case>) {
    for depth in [2, 3] {
        let mut swapped = Case::of(format!("swapped/{depth}"), &chain(depth), GOOD);
        swapped.intermediates.reverse();
        cases.push(swapped);
    }
    for depth in 1..=2 {
        for missing in 1..=depth {
            let mut chain = chain(depth);
            chain.remove(missing);
            let below = place(chain.len(), missing);
            let name = format!("missing/{depth}/ca{missing}");
            cases.push(Case::of(name, &chain, &format!("{below} NoIssuer")));
        }
    }
    for depth in DEPTHS {
        let strangers = [
            &Cert::root("stranger"),
            &Cert::ca("stranger 1", &Cert::root("stranger")),
        ];
        let case = |what: &str| Case::of(format!("{what}/{depth}"), &chain(depth), GOOD);
        cases.push(case("strangers").with_intermediates(&strangers));
        cases.push(case("strange-anchors").with_anchors(&strangers));
        cases.push(case("root-twice").with_intermediates(&[&Cert::root("root")]));
        let mut first = case("strangers-first").with_intermediates(&strangers);
        first.intermediates.reverse();
        cases.push(first);
    }
}

fn which_anchor(cases: &mut Vec<Case>) {
    for depth in DEPTHS {
        let good = chain(depth);
        let mut untrusted = Case::of(
            format!("root-not-trusted/{depth}"),
            &good,
            &format!("Intermediate({depth}) NoIssuer"),
        )
        .with_intermediates(&[&good[0]]);
        untrusted.anchors = vec![Cert::root("stranger").der()];
        cases.push(untrusted);

        let mut own = Case::of(format!("leaf-is-anchor/{depth}"), &good, GOOD);
        own.anchors = vec![own.leaf.clone()];
        cases.push(own);

        let mut impostor = Cert::root("root");
        impostor = impostor.with_key(Key::p256("impostor"));
        impostor.signer = impostor.key.clone();
        let top = place(good.len(), 1);
        let mut replaced = good.clone();
        replaced[0] = impostor;
        let expected = format!("{top} Signature");
        cases.push(Case::of(
            format!("root-of-another-key/{depth}"),
            &replaced,
            &expected,
        ));
    }
    for depth in 1..=2 {
        let below_root = &chain(depth)[1..];
        cases.push(Case::of(format!("ca-is-anchor/{depth}"), below_root, GOOD));
    }
    let mut alone = Cert::leaf(HOST, &Cert::root("root"));
    alone.issuer.clone_from(&alone.subject);
    alone.signer = alone.key.clone();
    let alone = alone.without(AUTHORITY_KEY);
    let own = |name: &str, leaf: &Cert, expected: &str| {
        Case::of(name, &[leaf.clone(), leaf.clone()], expected)
    };
    cases.push(own("self-signed-leaf/trusted", &alone, GOOD).for_peer(HOST));
    let mut expired = alone.clone();
    expired.not_after = NOW - DAY;
    cases.push(own("self-signed-leaf/expired", &expired, "Leaf Expired"));
    let untrusted = [Cert::root("root"), alone];
    cases.push(Case::of(
        "self-signed-leaf/not-trusted",
        &untrusted,
        "Leaf NoIssuer",
    ));
    let root = Cert::root("root");
    cases.push(own("root-is-leaf", &root, GOOD));
    let mut again = root.clone();
    again.serial = vec![1];
    cases.push(Case::of("root-is-leaf-again", &[root.clone(), again], GOOD));
    let ca = [root.clone(), Cert::ca("ca 1", &root)];
    cases.push(Case::of("ca-is-leaf", &ca, GOOD));
}

fn cross_signed(cases: &mut Vec<Case>) {
    let (old, new) = (Cert::root("old root"), Cert::root("root"));
    let by_old = Cert::ca("ca 1", &old);
    let chain = chain(1);
    // The certificate that leads nowhere comes first, then the other.
    let pair = |name: &str, first: &Cert, expected| {
        let mut case = Case::of(format!("cross-signed/{name}"), &chain, expected);
        case.intermediates.insert(0, first.der());
        case
    };
    cases.push(pair("by-an-unknown-root", &by_old, GOOD));
    cases.push(pair("by-two-roots", &by_old, GOOD).with_anchors(&[&old]));
    let mut expired = Cert::ca("ca 1", &new);
    expired.not_after = NOW - DAY;
    cases.push(pair("expired", &expired, GOOD));
    let twin = Cert::ca("ca 1", &new).with_key(Key::p256("twin"));
    cases.push(pair("of-another-key", &twin, GOOD));
    let powerless = Cert::ca("ca 1", &new).with(key_usage(0x80));
    cases.push(pair("without-cert-sign", &powerless, GOOD));

    // The new root, certified by the old one, which alone is trusted.
    let mut bridge = Case::of("cross-signed/root", &chain, GOOD)
        .with_intermediates(&[&Cert::root("root").below(&old)]);
    bridge.anchors = vec![old.der()];
    cases.push(bridge);

    let mut loops = Case::of("cross-signed/loop", &chain, "Intermediate(1) NoIssuer");
    loops.anchors = vec![Cert::root("stranger").der()];
    let a = Cert::ca("ca 1", &Cert::root("b"));
    let b = Cert::ca("b", &Cert::root("ca 1"));
    loops.intermediates = vec![a.der(), b.der()];
    cases.push(loops);
}

fn path_lengths(cases: &mut Vec<Case>) {
    for depth in DEPTHS {
        for index in 0..=depth {
            for length in 0..=2 {
                let mut chain = chain(depth);
                let limited = basic_constraints(true, Some(length));
                chain[index] = chain[index].clone().with(limited);
                let below = depth - index;
                let expected = if below > usize::from(length) {
                    format!("{} PathLength {length}", place(chain.len(), index))
                } else {
                    GOOD.to_owned()
                };
                let name = format!("path-length-{length}/{depth}/{index}");
                cases.push(Case::of(name, &chain, &expected));
            }
        }
    }
    // A CA that certifies its next key: self-issued, so it does not count.
    let limited = Cert::root("root").with(basic_constraints(true, Some(1)));
    let ca = Cert::ca("ca 1", &limited).with(basic_constraints(true, Some(0)));
    let next = Cert::ca("ca 1", &ca).with_key(Key::p256("next"));
    let chain = [limited, ca, next.clone(), Cert::leaf(HOST, &next)];
    cases.push(Case::of("path-length/self-issued", &chain, GOOD));

    let next = next.without(AUTHORITY_KEY);
    let chain = [
        chain[0].clone(),
        chain[1].clone(),
        next.clone(),
        Cert::leaf(HOST, &next),
    ];
    cases.push(Case::of("self-issued-without-authority-key", &chain, GOOD));

    let what = "Profile: it has a path length and is not a CA with keyCertSign";
    each(cases, "path-length-of-a-leaf", At::Leaf, what, |cert| {
        cert.with(basic_constraints(false, Some(0)))
    });
    // A CA below a path length of 0 is allowed as the last of a path (section 4.2.1.9).
    let root = Cert::root("root").with(basic_constraints(true, Some(0)));
    let ca = Cert::ca("ca 1", &root).with(key_usage(KEY_CERT_SIGN));
    cases.push(Case::of("path-length/last-is-ca", &[root, ca], GOOD));
}
