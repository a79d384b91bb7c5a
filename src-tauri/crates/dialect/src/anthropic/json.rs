//! JSON written straight into the bytes of a body, without a value in between.

use serde::Serialize;
use serde_json::{Map, Value};

/// An object that is being written.
pub(super) struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

/// A list that is being written.
pub(super) struct List<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    pub(super) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    /// Where the value of this key is to be written; keys have nothing to escape.
    pub(super) fn at(&mut self, key: &str) -> &mut Vec<u8> {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn put(&mut self, key: &str, value: &(impl Serialize + ?Sized)) {
        write(self.at(key), value);
    }

    /// Fields of a map, but for these.
    pub(super) fn put_all(&mut self, fields: &Map<String, Value>, but: &[&str]) {
        for (key, value) in fields {
            if but.contains(&key.as_str()) {
                continue;
            }
            if !std::mem::replace(&mut self.first, false) {
                self.out.push(b',');
            }
            write(self.out, key);
            self.out.push(b':');
            write(self.out, value);
        }
    }

    pub(super) fn close(self) {
        self.out.push(b'}');
    }
}

impl<'a> List<'a> {
    pub(super) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'[');
        Self { out, first: true }
    }

    /// Where the next element is to be written.
    pub(super) fn next(&mut self) -> &mut Vec<u8> {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(b',');
        }
        self.out
    }

    pub(super) fn close(self) {
        self.out.push(b']');
    }
}

/// Writing into memory does not fail, and no key here is anything but a string.
pub(super) fn write(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}
