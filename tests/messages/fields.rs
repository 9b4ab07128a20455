//! Values of the fields that take no pasted text.

use crate::common::{ca, policy, rng, vector};
use crate::{answered, check_warnings, long_texts};
use certwright::{
    ChainRequest, CreateRequest, CsrRequest, InstallRequest, SignRequest, create, generate_csr,
    install, sign, validate_chain,
};

/// Short, and longer than any limit.
fn values() -> Vec<String> {
    let mut values = long_texts(200_000);
    values.extend(long_texts(60));
    values.push(" ".repeat(100_000));
    values.push(format!("{}x", "0".repeat(100_000)));
    values
}

#[test]
fn of_create() {
    let put: [fn(&mut CreateRequest, String); 10] = [
        |request, value| request.r#type = value,
        |request, value| request.common_name = Some(value),
        |request, value| request.algorithm = Some(value),
        |request, value| request.hash_function = Some(value),
        |request, value| request.expiry_time = Some(value),
        |request, value| request.serial_number = Some(value),
        |request, value| request.subject_alternatives.dns = vec![value],
        |request, value| request.subject_alternatives.email = vec!["a@b.example".into(), value],
        |request, value| request.subject_alternatives.ip = vec![value],
        |request, value| request.subject_alternatives.uri = vec![value],
    ];
    for value in values() {
        for put in put {
            let mut request = CreateRequest::server("a.example").with_algorithm("ec");
            put(&mut request, value.clone());
            for policy in [policy(), policy().with_fips()] {
                if let Some(made) = answered("create", create(&request, &policy, &mut rng(1))) {
                    check_warnings(&made.warnings);
                }
            }
        }
    }
    let mut request = CreateRequest::root_ca("ROOT").with_key_size(u32::MAX);
    answered("create", create(&request, &policy(), &mut rng(1)));
    request.key_size = None;
    request.subject_alternatives.dns = vec!["x".repeat(300); 100_000];
    answered("create", create(&request, &policy(), &mut rng(1)));
}

#[test]
fn of_generate_csr() {
    let put: [fn(&mut CsrRequest, String); 10] = [
        |request, value| request.algorithm = Some(value),
        |request, value| request.security_strength = Some(value),
        |request, value| request.hash_function = Some(value),
        |request, value| request.subject_name = Some(value),
        |request, value| request.subject_alternatives.dns = vec![value],
        |request, value| request.subject_alternatives.email = vec![value],
        |request, value| request.subject_alternatives.ip = vec![value],
        |request, value| request.subject_alternatives.uri = vec![value],
        |request, value| request.key_usages = vec![value],
        |request, value| request.extended_key_usages = vec![value],
    ];
    let answer = |request: &CsrRequest| {
        for policy in [policy(), policy().with_fips()] {
            answered("CSR", generate_csr(request, &policy, &mut rng(1)));
        }
    };
    for value in values() {
        for put in put {
            let mut request = CsrRequest::new("CN=a.example").with_algorithm("ec");
            put(&mut request, value.clone());
            answer(&request);
        }
        for attribute in ["O", "C", "emailAddress", "SERIALNUMBER", "CN"] {
            let subject = |value: &str| format!("{attribute}={value}");
            answer(&CsrRequest::new(subject(&value)).with_algorithm("ec"));
            // Not longer than a subject may be.
            let short: String = value.chars().take(900).collect();
            answer(&CsrRequest::new(subject(&short)).with_algorithm("ec"));
            answer(&CsrRequest::new(subject(&format!("\"{short}\""))).with_algorithm("ec"));
        }
    }
    let mut request = CsrRequest::new("CN=a").with_algorithm("ec");
    request.key_usages = vec!["x".repeat(300); 10_000];
    answer(&request);
    request.key_usages = vec!["digitalSignature".into(); 100_000];
    request.extended_key_usages = vec!["x".repeat(300); 10_000];
    answer(&request);
}

#[test]
fn of_sign_install_and_validate_chain() {
    let (server, key, csr) = (
        vector("server.pem"),
        vector("server.key"),
        vector("server.csr"),
    );
    let ca = ca("ca-p256");
    let put: [fn(&mut InstallRequest, String); 4] = [
        |request, value| request.r#type = value,
        |request, value| request.common_name = Some(value),
        |request, value| request.name = Some(value),
        |request, value| request.serial_number = Some(value),
    ];
    for value in values() {
        for put in put {
            let mut request = InstallRequest::server(&*server, &*key);
            put(&mut request, value.clone());
            answered("install", install(&request, &policy()));
        }
        let request = || SignRequest::new(&*csr);
        let requests = [
            request().with_hash_function(&*value),
            request().with_expiry(&*value),
        ];
        for request in requests {
            for policy in [policy(), policy().with_fips()] {
                answered("sign", sign(&ca, &request, &policy, &mut rng(1)));
            }
        }
        let chain = ChainRequest::new(&*server).with_trust_anchor(vector("root.pem"));
        let chain = chain.with_peer_name(&*value);
        answered("chain validation", validate_chain(&chain, &policy()));
    }
    let mut request = InstallRequest::server(&*server, &*key);
    request.intermediate_certificates = vec!["x".into(); 100_000];
    answered("install", install(&request, &policy()));
}
