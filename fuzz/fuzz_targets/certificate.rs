//! A certificate in DER: read, shown, checked.
#![no_main]

use certwright::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    let Ok(certificate) = Certificate::from_der(der) else {
        return;
    };
    let again = Certificate::from_pem(&certificate.to_pem()).expect("its own PEM is readable");
    assert_eq!(again.der(), der);
    let _ = (certificate.info(), certificate.check_fips());
    let _ = format!("{certificate:?} {}", certificate.serial_number());
});
