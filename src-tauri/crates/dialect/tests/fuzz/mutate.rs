//! Changes: of bytes, of JSON, and of the events that hold it.

use fastrand::Rng;
use serde_json::{Map, Value};

use crate::corpus::Seed;
use crate::event_stream::of_lines;

/// What readers stumble over.
const TOKENS: [&str; 30] = [
    "null",
    "true",
    "{}",
    "[]",
    "[[[[",
    "\"\"",
    "\"",
    "\\",
    "\\ud83d",
    "\\u0000",
    "1e999",
    "-0",
    "0.1e-400",
    "18446744073709551616",
    "-9223372036854775809",
    "\n",
    "\r",
    "\n\n",
    "\r\n\r\n",
    "data:",
    "data: ",
    "event: error\n",
    "[DONE]",
    ": ",
    "\u{feff}",
    "\u{2028}",
    "<thinking>",
    "</thinking>",
    "mp1.gemini.",
    "bXAxLm",
];

/// A seed, changed.
pub(crate) fn any(corpus: &[Seed], rng: &mut Rng) -> Vec<u8> {
    let seed = &corpus[rng.usize(..corpus.len())];
    let mut bytes = match seed {
        Seed::Json(bytes) if rng.u8(..10) < 7 => json(bytes, rng),
        Seed::Events(bytes) if rng.u8(..10) < 7 => events(bytes, rng),
        Seed::Lines(lines) if rng.u8(..10) < 8 => return of_lines(&changed_lines(lines, rng)),
        other => other.bytes(),
    };
    for _ in 0..rng.usize(..4) {
        let other = &corpus[rng.usize(..corpus.len())];
        change(&mut bytes, other, rng);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &Seed, rng: &mut Rng) {
    let at = rng.usize(..=bytes.len());
    let end = at + rng.usize(..=(bytes.len() - at).min(40));
    match rng.u8(..7) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
        1 => bytes.insert(at, rng.u8(..)),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let twice = bytes[at..end].to_vec();
            bytes.splice(at..at, twice);
        }
        4 => bytes.truncate(at),
        5 => {
            let other = other.bytes();
            let from = rng.usize(..=other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        _ => {
            let token = TOKENS[rng.usize(..TOKENS.len())];
            bytes.splice(at..at, token.bytes());
        }
    }
}

fn json(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else {
        return bytes.to_vec();
    };
    for _ in 0..=rng.u8(..3) {
        let whole = value.clone();
        change_value(&mut value, &whole, rng);
    }
    value.to_string().into_bytes()
}

/// One of the events, or their order.
fn events(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut blocks: Vec<String> = text.split("\n\n").map(str::to_owned).collect();
    let at = rng.usize(..blocks.len());
    match rng.u8(..6) {
        0 => drop(blocks.remove(at)),
        1 => blocks.insert(at, blocks[rng.usize(..blocks.len())].clone()),
        2 => {
            let other = rng.usize(..blocks.len());
            blocks.swap(at, other);
        }
        _ => {
            if let Some((head, data)) = blocks[at].split_once("data: ") {
                let data = String::from_utf8(json(data.as_bytes(), rng)).unwrap();
                blocks[at] = format!("{head}data: {data}");
            }
        }
    }
    blocks.join("\n\n").into_bytes()
}

fn changed_lines(lines: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    for _ in 0..=rng.u8(..3) {
        if lines.is_empty() {
            break;
        }
        let at = rng.usize(..lines.len());
        match rng.u8(..6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[rng.usize(..lines.len())].clone()),
            2 => {
                let other = rng.usize(..lines.len());
                lines.swap(at, other);
            }
            _ => {
                if let Some((name, data)) = lines[at].split_once(' ') {
                    let data = String::from_utf8(json(data.as_bytes(), rng)).unwrap();
                    lines[at] = format!("{name} {data}");
                }
            }
        }
    }
    lines.join("\n")
}

/// Some value inside of this one becomes another.
fn change_value(value: &mut Value, whole: &Value, rng: &mut Rng) {
    let deeper = rng.u8(..5) > 0;
    match value {
        Value::Object(fields) if deeper && !fields.is_empty() => {
            let at = rng.usize(..fields.len());
            let Some(key) = fields.keys().nth(at).cloned() else {
                return;
            };
            match rng.u8(..12) {
                0 => drop(fields.shift_remove(&key)),
                1 => {
                    let value = fields.shift_remove(&key).unwrap_or_default();
                    fields.insert(some_key(whole, rng), value);
                }
                2 => drop(fields.insert(some_key(whole, rng), some_value(whole, rng))),
                _ => {
                    if let Some(inner) = fields.get_mut(&key) {
                        change_value(inner, whole, rng);
                    }
                }
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = rng.usize(..list.len());
            match rng.u8(..10) {
                0 => drop(list.remove(at)),
                1 => list.insert(at, list[rng.usize(..list.len())].clone()),
                2 => {
                    let other = rng.usize(..list.len());
                    list.swap(at, other);
                }
                _ => change_value(&mut list[at], whole, rng),
            }
        }
        Value::String(text) if rng.bool() => {
            let token = TOKENS[rng.usize(..TOKENS.len())];
            let places: Vec<usize> = (0..=text.len())
                .filter(|at| text.is_char_boundary(*at))
                .collect();
            text.insert_str(places[rng.usize(..places.len())], token);
        }
        other => *other = some_value(whole, rng),
    }
}

/// A key that stands somewhere, or none that anybody knows.
fn some_key(whole: &Value, rng: &mut Rng) -> String {
    let mut keys = Vec::new();
    collect(whole, &mut keys, &mut Vec::new());
    match keys.get(rng.usize(..keys.len() + 1)) {
        Some(key) => key.clone(),
        None => "hologram".to_owned(),
    }
}

fn some_value(whole: &Value, rng: &mut Rng) -> Value {
    match rng.u8(..12) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => rng.i64(..).into(),
        3 => u64::MAX.into(),
        4 => (-1.5e300).into(),
        5 => "".into(),
        6 => TOKENS[rng.usize(..TOKENS.len())].into(),
        7 => Value::Array(Vec::new()),
        8 => Value::Object(Map::new()),
        9 => (0..rng.usize(..60)).fold(Value::Null, |inner, _| Value::Array(vec![inner])),
        _ => {
            let mut values = Vec::new();
            collect(whole, &mut Vec::new(), &mut values);
            values
                .get(rng.usize(..values.len().max(1)))
                .cloned()
                .unwrap_or_default()
        }
    }
}

fn collect(value: &Value, keys: &mut Vec<String>, values: &mut Vec<Value>) {
    if values.len() < 200 {
        values.push(value.clone());
    }
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                keys.push(key.clone());
                collect(inner, keys, values);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, keys, values)),
        _ => {}
    }
}
