//! Whether a JSON text that comes in pieces is whole.

/// Follows a JSON text, without checking it.
#[derive(Debug, Default)]
pub(super) struct Whole {
    depth: u32,
    in_string: bool,
    escaped: bool,
    whole: bool,
}

impl Whole {
    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &str) {
        for byte in piece.bytes() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        self.whole = self.depth == 0;
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.whole = self.depth == 0;
                }
                _ => {}
            }
        }
    }

    /// Whether nothing can follow but blanks.
    pub(super) fn is(&self) -> bool {
        self.whole && self.depth == 0 && !self.in_string
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_whole_when_its_last_bracket_has_come() {
        for text in [
            r#"{}"#,
            r#"{"a":"}\"{","b":[1,{"c":null}]}"#,
            r#" [ "\\" ] "#,
            r#""a text""#,
        ] {
            for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
                let mut whole = Whole::default();
                whole.push(&text[..cut]);
                assert_eq!(whole.is(), text[cut..].trim().is_empty(), "{text} at {cut}");
                whole.push(&text[cut..]);
                assert!(whole.is(), "{text} at {cut}");
            }
        }
    }
}
