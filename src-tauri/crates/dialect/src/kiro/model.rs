//! Models under the names that Kiro has for them.

/// Endings that clients put behind a model's name, and that are none of it there.
const ENDINGS: [&str; 3] = ["-thinking", "-agentic", "[1m]"];

/// What Kiro calls a model that is named as its vendor does: `claude-sonnet-4-5-20250929` is `claude-sonnet-4.5` there.
/// A name of its own stays as it is.
pub fn model_id(name: &str) -> String {
    let mut name = name.trim().to_ascii_lowercase();
    while let Some(rest) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
        name = rest.to_owned();
    }
    if !name.starts_with("claude-") {
        return name;
    }
    let name = without_date(&name);
    let mut words = name.rsplit('-');
    match (words.next(), words.next()) {
        (Some(minor), Some(major)) if is_number(minor) && is_number(major) => {
            let head = name.len() - minor.len() - 1;
            format!("{}.{minor}", name.get(..head).unwrap_or_default())
        }
        _ => name.to_owned(),
    }
}

fn without_date(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((rest, date)) if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => name,
    }
}

fn is_number(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::model_id;

    #[test]
    fn vendors_names_are_told_in_kiros_words() {
        for (name, id) in [
            ("claude-haiku-4-5-20251001", "claude-haiku-4.5"),
            ("Claude-Sonnet-4-5", "claude-sonnet-4.5"),
            ("claude-opus-4-8-thinking", "claude-opus-4.8"),
            ("claude-sonnet-4-5-thinking-agentic", "claude-sonnet-4.5"),
            ("claude-sonnet-4-6[1m]", "claude-sonnet-4.6"),
            ("claude-sonnet-4-20250514", "claude-sonnet-4"),
            ("claude-sonnet-5", "claude-sonnet-5"),
            ("claude-sonnet-4.5", "claude-sonnet-4.5"),
            ("qwen3-coder-next", "qwen3-coder-next"),
            ("gpt-5.6-sol", "gpt-5.6-sol"),
            ("auto", "auto"),
            ("", ""),
        ] {
            assert_eq!(model_id(name), id);
        }
    }
}
