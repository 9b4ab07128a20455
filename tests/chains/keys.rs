//! Keys and signatures of other kinds, made by OpenSSL.

use crate::case::{Case, GOOD, HOST, chain};
use crate::common::issue::{
    Cert, ECDSA_SHA256, Key, algorithm, algorithm_null, oid, sequence, tlv,
};
use crate::common::{Folder, run, tool};
use std::path::Path;

const SHA256: &str = "2.16.840.1.101.3.4.2.1";

pub(crate) fn add(cases: &mut Vec<Case>) {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("chain-keys");
    signatures(cases, &folder);
    leaf_keys(cases, &folder);
    issuer_keys(cases, &folder);
}

fn vector(name: &str) -> String {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    vectors.join(name).to_str().unwrap().to_owned()
}

fn openssl(args: &[&str]) -> Vec<u8> {
    let output = run("openssl", args);
    assert!(output.status.success(), "{args:?}");
    output.stdout
}

fn spki(key: &str) -> Vec<u8> {
    openssl(&["pkey", "-in", key, "-pubout", "-outform", "DER"])
}

/// A new key of `openssl genpkey`.
fn generated(folder: &Folder, name: &str, options: &[&str]) -> String {
    let file = folder.path(name);
    openssl(&[&["genpkey", "-out", &file], options].concat());
    file
}

fn curve(folder: &Folder, name: &str) -> String {
    let curve = format!("ec_paramgen_curve:{name}");
    generated(folder, name, &["-algorithm", "EC", "-pkeyopt", &curve])
}

/// The key in a file, which signs with `openssl dgst` and these options.
fn signing(file: &str, algorithm: Vec<u8>, options: &[&str]) -> Key {
    let command = [&["openssl", "dgst", "-sign", file], options].concat();
    Key::command(spki(file), algorithm, &command)
}

fn pss(hash: &str) -> Vec<u8> {
    let explicit = |number: u8, value: Vec<u8>| tlv(0xa0 | number, &value);
    let hash = algorithm_null(hash);
    let mask = sequence(&[oid("1.2.840.113549.1.1.8"), hash.clone()]);
    let parameters = [
        explicit(0, hash),
        explicit(1, mask),
        explicit(2, tlv(2, &[32])),
    ];
    sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&parameters)])
}

/// A chain whose CA has this key, and signs the leaf with it.
fn below(name: &str, key: &Key, expected: &str) -> Case {
    let mut chain = chain(1);
    chain[1] = chain[1].clone().with_key(key.clone());
    chain[2] = Cert::leaf(HOST, &chain[1]);
    Case::of(name, &chain, expected)
}

const RSA_SHA256: &str = "1.2.840.113549.1.1.11";
const ECDSA_SHA384: &str = "1.2.840.10045.4.3.3";

fn signatures(cases: &mut Vec<Case>, folder: &Folder) {
    let (sha1, md5) = ("Leaf WeakHash: sha1", "Leaf WeakHash: md5");
    let unknown = "1.3.6.1.4.1.32473.1";
    for (group, stem, oid, hash, expected) in [
        ("rsa-sha256", "root", RSA_SHA256, "-sha256", GOOD),
        (
            "rsa-sha384",
            "root",
            "1.2.840.113549.1.1.12",
            "-sha384",
            GOOD,
        ),
        (
            "rsa-sha512",
            "root",
            "1.2.840.113549.1.1.13",
            "-sha512",
            GOOD,
        ),
        (
            "rsa-sha224",
            "root",
            "1.2.840.113549.1.1.14",
            "-sha224",
            GOOD,
        ),
        ("rsa-sha1", "root", "1.2.840.113549.1.1.5", "-sha1", sha1),
        ("rsa-md5", "root", "1.2.840.113549.1.1.4", "-md5", md5),
        ("rsa-exponent-3", "ca-e3", RSA_SHA256, "-sha256", GOOD),
        ("rsa-1024", "ca-rsa1024", RSA_SHA256, "-sha256", GOOD),
        ("rsa-3072", "ca-rsa3072", RSA_SHA256, "-sha256", GOOD),
        ("p256-sha384", "ca-p256", ECDSA_SHA384, "-sha384", GOOD),
        ("p384-sha384", "ca-p384", ECDSA_SHA384, "-sha384", GOOD),
        (
            "p521-sha512",
            "ca-p521",
            "1.2.840.10045.4.3.4",
            "-sha512",
            GOOD,
        ),
        ("p256-sha1", "ca-p256", "1.2.840.10045.4.1", "-sha1", sha1),
        (
            "hash-is-another",
            "root",
            RSA_SHA256,
            "-sha384",
            "Leaf Signature",
        ),
        (
            "key-is-another",
            "root",
            ECDSA_SHA256,
            "-sha256",
            "Leaf Signature",
        ),
        (
            "algorithm-unknown",
            "root",
            unknown,
            "-sha256",
            "Leaf SignatureAlgorithm",
        ),
    ] {
        let is_rsa = oid.starts_with("1.2.840.113549");
        let algorithm = if is_rsa {
            algorithm_null(oid)
        } else {
            algorithm(oid)
        };
        let key = signing(&vector(&format!("{stem}.key")), algorithm, &[hash]);
        cases.push(below(&format!("signature-of/{group}"), &key, expected));
    }
    let root = vector("root.key");
    // RFC 4055 wants NULL as the parameters; what is signed is the same without.
    let bare = signing(&root, algorithm(RSA_SHA256), &["-sha256"]);
    cases.push(below("signature-of/rsa-no-parameters", &bare, GOOD));
    let padding = [
        "-sigopt",
        "rsa_padding_mode:pss",
        "-sigopt",
        "rsa_pss_saltlen:digest",
    ];
    let key = signing(&root, pss(SHA256), &[&["-sha256"][..], &padding].concat());
    cases.push(below("signature-of/rsa-pss", &key, GOOD));

    let ed25519 = generated(folder, "ed25519", &["-algorithm", "ED25519"]);
    // It signs files alone, because it reads them twice.
    let script = "cat > $0.tbs && openssl pkeyutl -sign -rawin -inkey $0 -in $0.tbs";
    let command = ["sh", "-c", script, &ed25519];
    let key = Key::command(spki(&ed25519), algorithm("1.3.101.112"), &command);
    cases.push(below(
        "signature-of/ed25519",
        &key,
        "Leaf SignatureAlgorithm",
    ));
    anchor_of_sha1(cases);
}

/// The hash function of a trust anchor's own signature is not judged.
fn anchor_of_sha1(cases: &mut Vec<Case>) {
    let root = vector("root.key");
    let strong = signing(&root, algorithm_null(RSA_SHA256), &["-sha256"]);
    let mut anchor = Cert::root("root").with_key(strong);
    anchor.signer = signing(&root, algorithm_null("1.2.840.113549.1.1.5"), &["-sha1"]);
    let leaf = Cert::leaf(HOST, &anchor);
    cases.push(Case::of("anchor-signed-with-sha1", &[anchor, leaf], GOOD));
}

fn leaf_keys(cases: &mut Vec<Case>, folder: &Folder) {
    let ed25519 = sequence(&[
        algorithm("1.3.101.112"),
        tlv(3, &[&[0][..], &[9; 32]].concat()),
    ]);
    let dsa = openssl(&["req", "-in", &vector("csr-dsa.pem"), "-pubkey", "-noout"]);
    let dsa = folder.write("dsa.pub", &String::from_utf8(dsa).unwrap());
    let dsa = openssl(&["pkey", "-pubin", "-in", &dsa, "-outform", "DER"]);
    let explicit = openssl(&[
        "ec",
        "-in",
        &vector("ca-p256.key"),
        "-param_enc",
        "explicit",
        "-pubout",
        "-outform",
        "DER",
    ]);
    let compressed = openssl(&[
        "ec",
        "-in",
        &vector("ca-p256.key"),
        "-conv_form",
        "compressed",
        "-pubout",
        "-outform",
        "DER",
    ]);
    let short = generated(
        folder,
        "rsa512",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512"],
    );
    let on_curve = Key::p256(HOST).spki;
    let mut off_curve = on_curve.clone();
    let last = off_curve.len() - 1;
    off_curve[last] ^= 1;
    let point_missing = sequence(&[on_curve[2..23].to_vec(), tlv(3, &[0])]);
    let empty_bit_string = sequence(&[on_curve[2..23].to_vec(), tlv(3, &[])]);
    let off = "Leaf Key: the public key is not a point of its curve";
    for (group, spki, expected) in [
        ("rsa2048", spki(&vector("root.key")), GOOD),
        ("rsa1024", spki(&vector("ca-rsa1024.key")), GOOD),
        ("rsa512", spki(&short), GOOD),
        ("p384", spki(&vector("ca-p384.key")), GOOD),
        ("p521", spki(&vector("ca-p521.key")), GOOD),
        ("p224", spki(&curve(folder, "P-224")), GOOD),
        ("secp256k1", spki(&curve(folder, "secp256k1")), GOOD),
        ("ed25519", ed25519, GOOD),
        ("dsa", dsa, GOOD),
        ("p256-compressed", compressed, GOOD),
        (
            "p256-explicit-curve",
            explicit,
            "Leaf Profile: its EC key does not name its curve",
        ),
        ("p256-off-the-curve", off_curve, off),
        ("p256-no-point", point_missing, off),
        (
            "empty-bit-string",
            empty_bit_string,
            "Leaf Key: the public key is not a SubjectPublicKeyInfo",
        ),
    ] {
        let mut chain = chain(1);
        chain[2] = chain[2].clone().with_key(Key::public(spki));
        cases.push(Case::of(format!("leaf-key/{group}"), &chain, expected));
    }
}

fn issuer_keys(cases: &mut Vec<Case>, folder: &Folder) {
    let ecdsa = || algorithm("1.2.840.10045.4.3.2");
    for (group, name, curve_name) in [
        ("p224", "P-224", "the curve P-224"),
        ("secp256k1", "secp256k1", "the curve secp256k1"),
        ("brainpool", "brainpoolP256r1", "a Brainpool curve"),
    ] {
        let file = curve(folder, name);
        let expected = format!(
            "Intermediate(0) Key: the key is on {curve_name}; accepted are RSA keys and EC keys on \
             P-256, P-384 and P-521"
        );
        let key = signing(&file, ecdsa(), &["-sha256"]);
        cases.push(below(&format!("issuer-key/{group}"), &key, &expected));
    }
    let short = generated(
        folder,
        "rsa768",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:768"],
    );
    let key = signing(&short, algorithm_null(RSA_SHA256), &["-sha256"]);
    let expected = "Intermediate(0) Key: its RSA key has fewer than 1024 bits";
    cases.push(below("issuer-key/rsa768", &key, expected));
}
