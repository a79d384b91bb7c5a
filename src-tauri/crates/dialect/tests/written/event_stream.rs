//! AWS event streams out of text that a person can read: a line a message.
//!
//! `name {json}` is an event, `!name {json}` an exception, `?code words` another error; `-` cuts the message before it in
//! half, and `#` begins a comment.

/// The stream that these lines say.
pub(crate) fn of_lines(lines: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut last = 0;
    for line in lines
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if line == "-" {
            out.truncate(last + (out.len() - last) / 2);
            continue;
        }
        last = out.len();
        let (name, said) = line.split_once(' ').unwrap_or((line, ""));
        out.extend(match name.split_at(1) {
            ("!", name) => message("exception", ":exception-type", name, said, &[]),
            ("?", code) => message(
                "error",
                ":error-code",
                code,
                "",
                &[(":error-message", said)],
            ),
            _ => message("event", ":event-type", name, said, &[]),
        });
    }
    out
}

fn message(kind: &str, key: &str, name: &str, payload: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut head = Vec::new();
    let own = [
        (":message-type", kind),
        (key, name),
        (":content-type", "application/json"),
    ];
    for (key, value) in own.iter().chain(more) {
        head.push(u8::try_from(key.len()).unwrap());
        head.extend_from_slice(key.as_bytes());
        head.push(7);
        head.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        head.extend_from_slice(value.as_bytes());
    }
    let length = u32::try_from(16 + head.len() + payload.len()).unwrap();
    let mut out = length.to_be_bytes().to_vec();
    out.extend(u32::try_from(head.len()).unwrap().to_be_bytes());
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out.extend(head);
    out.extend_from_slice(payload.as_bytes());
    out.extend(crc32fast::hash(&out).to_be_bytes());
    out
}
