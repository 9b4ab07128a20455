//! New RSA keys. How long one takes varies widely, so many are made in turns, and the spread is
//! printed with the median.

use crate::fixtures::policy;
use crate::timing::{Options, Samples, figure};
use certwright::rand_core::UnwrapErr;
use certwright::{CreateRequest, CsrRequest, create, generate_csr};
use getrandom::SysRng;
use openssl::rsa::Rsa;
use rcgen_aws_lc_rs::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use std::hint::black_box;
use std::time::Instant;

/// Whether the command line has this word.
pub fn is_argument(word: &str) -> bool {
    std::env::args().skip(1).any(|argument| argument == word)
}

/// Makes a key of so many bits.
type Make = fn(u32);

/// A whole certificate, or a signing request where certificates have no such keys: the key, its
/// encoding and a signature.
fn ours(bits: u32) {
    let (policy, mut rng) = (policy(), UnwrapErr(SysRng));
    if bits == 4096 {
        let request = CsrRequest::new("CN=ROOT").with_security_strength(192);
        black_box(generate_csr(&request, &policy, &mut rng).expect("a request"));
        return;
    }
    let request = CreateRequest::root_ca("ROOT")
        .with_algorithm("rsa")
        .with_key_size(bits);
    black_box(create(&request, &policy, &mut rng).expect("a certificate"));
}

/// The key alone.
fn aws_lc_rs(bits: u32) {
    let size = match bits {
        2048 => RsaKeySize::_2048,
        3072 => RsaKeySize::_3072,
        _ => RsaKeySize::_4096,
    };
    black_box(KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size).expect("a key"));
}

/// The key alone.
fn openssl(bits: u32) {
    black_box(Rsa::generate(bits).expect("a key"));
}

/// Of the sizes on the command line, or of all.
pub fn compare(options: Options) {
    let sizes = [2048, 3072, 4096];
    let named: Vec<_> = sizes
        .into_iter()
        .filter(|size| is_argument(&size.to_string()))
        .collect();
    for bits in if named.is_empty() {
        sizes.to_vec()
    } else {
        named
    } {
        let peers: [(&str, Make); 3] = [
            ("certwright", ours),
            ("aws-lc-rs", aws_lc_rs),
            ("openssl", openssl),
        ];
        let mut times = [(); 3].map(|()| Samples::default());
        for _ in 0..if options.quick { 10 } else { 200 } {
            for ((_, make), samples) in peers.iter().zip(&mut times) {
                let start = Instant::now();
                make(bits);
                samples.push(start.elapsed());
            }
        }
        println!(
            "\n{:<36} {:>11} {:>11} {:>11}",
            format!("keygen/rsa{bits}"),
            "p10 us",
            "median us",
            "p90 us"
        );
        let mut medians = Vec::new();
        for ((name, _), samples) in peers.iter().zip(&mut times) {
            let [p10, median, p90] = [10, 50, 90].map(|percent| samples.percentile(percent));
            println!("{name:<36} {p10:>11.0} {median:>11.0} {p90:>11.0}");
            figure(&format!("keygen/rsa{bits}/{name}/median"), median, "us");
            medians.push(median);
        }
        for ((name, _), median) in peers.iter().zip(&medians).skip(1) {
            println!("ratio keygen/rsa{bits} {name} {:.2}", median / medians[0]);
        }
    }
}
