//! [`Disk`]: a disk whose power fails.

use super::super::RedbStore;
use super::super::open::OpenError;
use super::super::open::builder;
use crate::store::KeyRing;
use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex};

/// A disk whose power fails after so many writes and flushes: of what was not flushed then, each write
/// is there, or not, or cut off, as chance has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What survives.
    flushed: Vec<u8>,
    /// What is read.
    seen: Vec<u8>,
    waiting: Vec<Step>,
    /// How many steps are left.
    left: Option<usize>,
    chance: u64,
}

#[derive(Debug)]
enum Step {
    Write(usize, Vec<u8>),
    Resize(usize),
}

impl Step {
    fn apply(&self, disk: &mut Vec<u8>) {
        match self {
            Self::Write(at, data) => {
                let end = at + data.len();
                disk.resize(disk.len().max(end), 0);
                disk[*at..end].copy_from_slice(data);
            }
            Self::Resize(length) => disk.resize(*length, 0),
        }
    }
}

impl Disk {
    /// The store on it.
    pub(super) fn open(&self, ring: Arc<KeyRing>) -> Result<RedbStore, OpenError> {
        let disk = self.clone();
        let open = move || builder().create_with_backend(disk.clone());
        RedbStore::with(Box::new(open), ring)
    }

    /// One on which other parts are lost.
    pub(super) fn with_chance(chance: u64) -> Self {
        let disk = Self::default();
        disk.0.lock().unwrap().chance = chance;
        disk
    }

    /// Lets the power fail after so many steps from now.
    pub(super) fn fail_after(&self, steps: usize) {
        self.0.lock().unwrap().left = Some(steps);
    }

    /// Power is there again.
    pub(super) fn restart(&self) {
        let mut state = self.0.lock().unwrap();
        state.left = None;
        state.seen = state.flushed.clone();
        state.waiting.clear();
    }
}

impl State {
    /// One step more, if there is power.
    fn step(&mut self) -> io::Result<()> {
        match &mut self.left {
            Some(0) => return Err(io::Error::other("no power")),
            Some(left) => *left -= 1,
            None => return Ok(()),
        }
        if self.left == Some(0) {
            self.fail();
            return Err(io::Error::other("power fails"));
        }
        Ok(())
    }

    fn fail(&mut self) {
        for mut step in std::mem::take(&mut self.waiting) {
            // Knuth's generator: any chance will do.
            self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005) + 1;
            let kept = self.chance >> 33;
            if let Step::Write(_, data) = &mut step {
                match kept % 4 {
                    0 => data.clear(),
                    1 => data.truncate(usize::try_from(kept).unwrap() % (data.len() + 1)),
                    _ => {}
                }
            }
            step.apply(&mut self.flushed);
        }
    }

    fn change(&mut self, step: Step) -> io::Result<()> {
        step.apply(&mut self.seen);
        self.waiting.push(step);
        self.step()
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.0.lock().unwrap().seen.len()).unwrap())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        let start = usize::try_from(offset).unwrap();
        let read = state.seen.get(start..start + out.len());
        out.copy_from_slice(read.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let length = usize::try_from(len).unwrap();
        self.0.lock().unwrap().change(Step::Resize(length))
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.step()?;
        let State {
            flushed, waiting, ..
        } = &mut *state;
        for step in waiting.drain(..) {
            step.apply(flushed);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let at = usize::try_from(offset).unwrap();
        let step = Step::Write(at, data.to_vec());
        self.0.lock().unwrap().change(step)
    }
}
