//! The store in a folder, and on a disk whose power fails.

mod conformance;
mod disk;
mod folder;
mod kill;
mod power;
