//! A file that a password seals: [`SealedWriter`] and [`SealedReader`].
//!
//! ```text
//! header    "certwright backup", version (1), then m (KiB), t and p of argon2id in four octets each,
//!           big-endian, and 16 octets of salt
//! parts     64 KiB each, the last one less or as much, each encrypted with AES-256-GCM
//! ```
//!
//! The nonce of a part is its number and whether it is the last, and the header is authenticated with
//! each: nothing can be altered, left out, put elsewhere or cut off.

use super::backup::BackupError;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use std::io::{BufRead as _, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use zeroize::Zeroizing;

const MAGIC: &[u8; 17] = b"certwright backup";
const VERSION: u8 = 1;
const SALT: usize = 16;
const HEADER: usize = MAGIC.len() + 1 + 3 * size_of::<u32>() + SALT;
const PART: usize = 64 << 10;
const TAG: usize = 16;

/// What a header may ask for: 1 GiB, and time in proportion.
const MEMORY_MAX: u32 = 1 << 20;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;

/// What it costs to try a password: the parameters of argon2id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// In KiB.
    pub(super) memory: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Cost {
    /// The second choice of RFC 9106 section 4: 64 MiB, three passes, four lanes.
    pub(crate) const USUAL: Self = Self {
        memory: 64 << 10,
        passes: 3,
        lanes: 4,
    };
}

fn cipher(password: &[u8], salt: &[u8], cost: Cost) -> Result<Aes256Gcm, BackupError> {
    let is_asked_too_much =
        cost.memory > MEMORY_MAX || cost.passes > PASSES_MAX || cost.lanes > LANES_MAX;
    let params = Params::new(cost.memory, cost.passes, cost.lanes, None);
    let params = params
        .ok()
        .filter(|_| !is_asked_too_much)
        .ok_or(BackupError::NoBackup)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Zeroizing::new([0; 32]);
    let derived = argon2.hash_password_into(password, salt, &mut *key);
    derived.map_err(|_| BackupError::Password)?;
    Ok(Aes256Gcm::new((&*key).into()))
}

/// A number is never used twice with one key: the salt of each file is its own.
fn nonce(number: u64, is_last: bool) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce.into()
}

/// Seals what is written. Without [`finish`](Self::finish) the file is refused when it is read.
pub(super) struct SealedWriter<W> {
    output: W,
    cipher: Aes256Gcm,
    header: [u8; HEADER],
    part: Zeroizing<Vec<u8>>,
    number: u64,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a file.
    pub(super) fn new(mut output: W, password: &[u8], cost: Cost) -> Result<Self, BackupError> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|error| BackupError::Io(error.into()))?;
        let mut header = [0; HEADER];
        let mut rest = &mut header[..];
        rest.write_all(MAGIC)?;
        rest.write_all(&[VERSION])?;
        for number in [cost.memory, cost.passes, cost.lanes] {
            rest.write_all(&number.to_be_bytes())?;
        }
        rest.write_all(&salt)?;
        output.write_all(&header)?;
        Ok(Self {
            output,
            cipher: cipher(password, &salt, cost)?,
            header,
            part: Zeroizing::new(Vec::with_capacity(PART)),
            number: 0,
        })
    }

    pub(super) fn write_all(&mut self, mut data: &[u8]) -> Result<(), BackupError> {
        while !data.is_empty() {
            if self.part.len() == PART {
                self.seal(false)?;
            }
            let fits = data.len().min(PART - self.part.len());
            let (now, later) = data.split_at(fits);
            self.part.extend_from_slice(now);
            data = later;
        }
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<W, BackupError> {
        self.seal(true)?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn seal(&mut self, is_last: bool) -> Result<(), BackupError> {
        let payload = Payload {
            msg: &self.part,
            aad: &self.header,
        };
        let sealed = self.cipher.encrypt(&nonce(self.number, is_last), payload);
        self.output
            .write_all(&sealed.map_err(|_| BackupError::Altered)?)?;
        self.part.clear();
        self.number += 1;
        Ok(())
    }
}

/// Reads what [`SealedWriter`] wrote. No octet of a part is handed out before the part is known to be
/// as it was written.
pub(super) struct SealedReader<R> {
    input: BufReader<R>,
    cipher: Aes256Gcm,
    header: [u8; HEADER],
    part: Zeroizing<Vec<u8>>,
    /// How much of the part has been read.
    read: usize,
    number: u64,
    is_last: bool,
}

impl<R: Read + Seek> SealedReader<R> {
    /// Reads the header, and the first part, which shows whether it is the password.
    pub(super) fn new(input: R, password: &[u8]) -> Result<Self, BackupError> {
        let mut input = BufReader::with_capacity(PART + TAG, input);
        let mut header = [0; HEADER];
        input.read_exact(&mut header).map_err(|error| {
            if error.kind() == ErrorKind::UnexpectedEof {
                BackupError::NoBackup
            } else {
                error.into()
            }
        })?;
        let rest = header.strip_prefix(MAGIC).ok_or(BackupError::NoBackup)?;
        let (version, rest) = rest.split_at(1);
        if version != [VERSION] {
            return Err(BackupError::Newer);
        }
        let (costs, salt) = rest.split_at(3 * size_of::<u32>());
        let mut costs = costs.chunks_exact(size_of::<u32>()).map(|number| {
            number
                .iter()
                .fold(0, |number, &octet| number << 8 | u32::from(octet))
        });
        let mut next = || costs.next().ok_or(BackupError::NoBackup);
        let cost = Cost {
            memory: next()?,
            passes: next()?,
            lanes: next()?,
        };
        let cipher = cipher(password, salt, cost)?;
        let mut reader = Self {
            input,
            cipher,
            header,
            part: Zeroizing::default(),
            read: 0,
            number: 0,
            is_last: false,
        };
        reader.open().map_err(|error| match error {
            BackupError::Altered => BackupError::Password,
            other => other,
        })?;
        Ok(reader)
    }

    /// Begins again.
    pub(super) fn rewind(&mut self) -> Result<(), BackupError> {
        let start = u64::try_from(HEADER).unwrap_or(u64::MAX);
        self.input.seek(SeekFrom::Start(start))?;
        self.number = 0;
        self.open()
    }

    /// Appends so many octets.
    pub(super) fn read_to(&mut self, out: &mut Vec<u8>, count: usize) -> Result<(), BackupError> {
        let mut missing = count;
        while missing > 0 {
            if self.read == self.part.len() {
                if self.is_last {
                    return Err(BackupError::Altered);
                }
                self.open()?;
            }
            let end = self.part.len().min(self.read + missing);
            out.extend_from_slice(&self.part[self.read..end]);
            missing -= end - self.read;
            self.read = end;
        }
        Ok(())
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_last && self.read == self.part.len()
    }

    fn open(&mut self) -> Result<(), BackupError> {
        let mut sealed = Vec::with_capacity(PART + TAG);
        let most = u64::try_from(PART + TAG).unwrap_or(u64::MAX);
        self.input.by_ref().take(most).read_to_end(&mut sealed)?;
        self.is_last = self.input.fill_buf()?.is_empty();
        let payload = Payload {
            msg: &sealed,
            aad: &self.header,
        };
        let part = self
            .cipher
            .decrypt(&nonce(self.number, self.is_last), payload);
        self.part = Zeroizing::new(part.map_err(|_| BackupError::Altered)?);
        self.read = 0;
        self.number += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    fn sealed(data: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), b"secret", CHEAP).unwrap();
        for part in data.chunks(1000) {
            writer.write_all(part).unwrap();
        }
        writer.finish().unwrap()
    }

    fn opened(file: &[u8], password: &[u8], length: usize) -> Result<Vec<u8>, BackupError> {
        let mut reader = SealedReader::new(Cursor::new(file), password)?;
        let mut out = Vec::new();
        reader.read_to(&mut out, length)?;
        if !reader.is_at_end() {
            return Err(BackupError::Altered);
        }
        reader.rewind()?;
        let mut again = Vec::new();
        reader.read_to(&mut again, length)?;
        assert_eq!(out, again);
        Ok(out)
    }

    #[test]
    fn reads_what_was_written_of_every_size_around_a_part() {
        for length in [0, 1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1] {
            let data: Vec<u8> = (0..length).map(|at| at.to_le_bytes()[0]).collect();
            let file = sealed(&data);
            assert_eq!(opened(&file, b"secret", length).unwrap(), data);
            let answer = opened(&file, b"Secret", length);
            assert!(matches!(answer, Err(BackupError::Password)));
            assert!(opened(&file, b"secret", length + 1).is_err());
        }
    }

    #[test]
    fn refuses_what_was_altered_cut_off_or_moved() {
        let data = vec![7; 3 * PART];
        let file = sealed(&data);
        let is_refused = |file: &[u8]| opened(file, b"secret", data.len()).is_err();
        for at in (0..HEADER).chain((HEADER..file.len()).step_by(9973)) {
            let mut altered = file.clone();
            // The salt and the costs are in the key; a cost of more is refused before it is tried.
            altered[at] ^= 0x80;
            assert!(is_refused(&altered), "octet {at}");
            assert!(is_refused(&file[..at]), "octet {at}");
        }
        let sealed_part = PART + TAG;
        assert!(is_refused(&file[..HEADER + sealed_part]));
        assert!(is_refused(&file[..HEADER + 2 * sealed_part]));
        let mut moved = file.clone();
        moved[HEADER..HEADER + 2 * sealed_part].rotate_left(sealed_part);
        assert!(is_refused(&moved));
        let mut longer = file;
        longer.push(0);
        assert!(is_refused(&longer));
    }

    #[test]
    fn what_is_no_backup_or_newer_is_said() {
        let file = sealed(b"data");
        let answer = |file: &[u8]| opened(file, b"secret", 4);
        assert!(matches!(answer(b""), Err(BackupError::NoBackup)));
        assert!(matches!(answer(&[0; 200]), Err(BackupError::NoBackup)));
        let mut newer = file;
        newer[MAGIC.len()] += 1;
        assert!(matches!(answer(&newer), Err(BackupError::Newer)));
    }
}
