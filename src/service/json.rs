//! JSON, written straight into one buffer: a page has ten thousand records.

use serde::Serialize;

/// What is written as JSON.
pub(super) trait WriteJson {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
}

/// An object that is being written.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    has_members: bool,
}

impl<'a> Object<'a> {
    pub(super) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            out,
            has_members: false,
        }
    }

    /// The name of a member; its value is to be appended. `name` needs no escapes.
    pub(super) fn member(&mut self, name: &'static str) -> &mut Vec<u8> {
        self.out
            .extend_from_slice(if self.has_members { b",\"" } else { b"\"" });
        self.has_members = true;
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn value(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        // Writing into memory does not fail, and no value here has a key that is no text.
        let _ = serde_json::to_writer(self.member(name), value);
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}

/// Appends a list of what is written one after the other.
pub(super) fn write_list(out: &mut Vec<u8>, items: impl IntoIterator<Item = impl WriteJson>) {
    out.push(b'[');
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        item.write(out);
    }
    out.push(b']');
}
