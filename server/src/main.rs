//! A server of the ONTAP certificate API: certwright over HTTPS, with a store of its own.

mod command;
mod private_file;
mod store;

fn main() {}
