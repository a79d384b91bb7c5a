//! What a `$ref` points to, inside of its own schema.

use serde_json::Value;

/// The schema that a reference names: by a JSON pointer, by an anchor, or by its `$id`. Nothing is fetched.
pub(super) fn find<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    match reference.strip_prefix('#') {
        Some("") => Some(root),
        Some(pointer) if pointer.starts_with('/') => root.pointer(&decoded(pointer)),
        Some(anchor) => named(root, &["$anchor", "$dynamicAnchor"], anchor),
        None => named(root, &["$id"], reference),
    }
}

/// Without percent-encoding, which a pointer in a URL may have.
fn decoded(pointer: &str) -> String {
    let mut bytes = Vec::with_capacity(pointer.len());
    let mut rest = pointer.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (found, left) = match (byte, after) {
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, behind),
                _ => (byte, after),
            },
            _ => (byte, after),
        };
        bytes.push(found);
        rest = left;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| pointer.to_owned())
}

/// A digit of base 16.
fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

fn named<'s>(schema: &'s Value, keys: &[&str], name: &str) -> Option<&'s Value> {
    match schema {
        Value::Object(fields) => {
            let is = |key: &&str| fields.get(*key).and_then(Value::as_str) == Some(name);
            if keys.iter().any(is) {
                return Some(schema);
            }
            fields.values().find_map(|below| named(below, keys, name))
        }
        Value::Array(list) => list.iter().find_map(|below| named(below, keys, name)),
        _ => None,
    }
}
