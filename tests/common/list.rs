//! A maker of revocation lists that checks nothing.

use super::NOW;
use super::issue::{Cert, DAY, Extension, Key, sequence, tlv};

pub const REASON: &str = "2.5.29.21";
pub const CRL_NUMBER: &str = "2.5.29.20";
pub const DELTA: &str = "2.5.29.27";
/// Without one OpenSSL looks for no delta.
pub const FRESHEST: &str = "2.5.29.46";
pub const POINT: &str = "2.5.29.28";

/// A list to be.
#[derive(Clone)]
pub struct List {
    pub issuer: Vec<u8>,
    pub signer: Key,
    pub this_update: i64,
    pub next_update: i64,
    /// Serial numbers, with the reason.
    pub entries: Vec<(Vec<u8>, u8)>,
    pub extensions: Vec<Extension>,
}

fn utc(unix: i64) -> Vec<u8> {
    let days = certwright::Time::from_unix(unix).unwrap().to_string();
    let digits: String = days.chars().filter(char::is_ascii_digit).collect();
    tlv(0x17, format!("{}Z", &digits[2..]).as_bytes())
}

impl List {
    pub fn of(issuer: &Cert) -> Self {
        let freshest = tlv(0xa0, &tlv(0xa0, &tlv(0x86, b"http://example.com/delta")));
        Self {
            issuer: issuer.subject.clone(),
            signer: issuer.key.clone(),
            this_update: NOW - DAY,
            next_update: NOW + DAY,
            entries: Vec::new(),
            extensions: vec![
                Extension::new(CRL_NUMBER, tlv(2, &[5])),
                Extension::new(FRESHEST, sequence(&[sequence(&[freshest])])),
            ],
        }
    }

    pub fn with(mut self, cert: &Cert, reason: u8) -> Self {
        self.entries.push((cert.serial.clone(), reason));
        self
    }

    pub fn and(mut self, extension: Extension) -> Self {
        self.extensions.retain(|known| known.oid != extension.oid);
        self.extensions.push(extension);
        self
    }

    /// A delta to a list of this number.
    pub fn delta(self, base: u8) -> Self {
        let mut delta = self;
        delta.extensions.retain(|known| known.oid != FRESHEST);
        delta
            .and(Extension::critical(DELTA, tlv(2, &[base])))
            .and(Extension::new(CRL_NUMBER, tlv(2, &[7])))
    }

    pub fn der(&self) -> Vec<u8> {
        let entries: Vec<_> = self
            .entries
            .iter()
            .map(|(serial, reason)| {
                let reason = Extension::new(REASON, tlv(10, &[*reason])).der();
                sequence(&[tlv(2, serial), utc(NOW - 2 * DAY), sequence(&[reason])])
            })
            .collect();
        let mut fields = vec![
            tlv(2, &[1]),
            self.signer.algorithm.clone(),
            self.issuer.clone(),
            utc(self.this_update),
            utc(self.next_update),
        ];
        if !entries.is_empty() {
            fields.push(sequence(&entries));
        }
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        fields.push(tlv(0xa0, &sequence(&extensions)));
        let tbs = sequence(&fields);
        let signature = [&[0][..], &self.signer.sign(&tbs)].concat();
        sequence(&[tbs, self.signer.algorithm.clone(), tlv(3, &signature)])
    }
}
