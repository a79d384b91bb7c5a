//! Each generation in its own words.

use super::*;

fn told(model: &str, reasoning: &Reasoning) -> (String, usize) {
    let mut losses = Vec::new();
    let config = write(reasoning, Generation::of(model), &mut losses);
    let text = config.map_or_else(String::new, |map| Value::Object(map).to_string());
    (text, losses.len())
}

fn by(effort: Effort) -> Reasoning {
    Reasoning {
        effort: Some(effort),
        ..Reasoning::default()
    }
}

fn tokens(budget: u64) -> Reasoning {
    Reasoning {
        budget: Some(budget),
        ..Reasoning::default()
    }
}

fn enabled(on: bool) -> Reasoning {
    Reasoning {
        enabled: Some(on),
        ..Reasoning::default()
    }
}

#[test]
fn each_generation_is_told_in_its_own_words() {
    #[rustfmt::skip]
    let rows = [
        ("gemini-2.5-pro", by(Effort::Low), r#"{"thinkingBudget":1024}"#, 0),
        ("gemini-2.5-pro", tokens(64), r#"{"thinkingBudget":128}"#, 1),
        ("gemini-2.5-pro", enabled(false), r#"{"thinkingBudget":128}"#, 1),
        ("gemini-2.5-flash", enabled(false), r#"{"thinkingBudget":0}"#, 0),
        ("gemini-2.5-flash", by(Effort::Max), r#"{"thinkingBudget":24576}"#, 0),
        ("gemini-2.5-flash-lite", tokens(100), r#"{"thinkingBudget":512}"#, 1),
        ("models/gemini-2.5-flash", enabled(true), r#"{"includeThoughts":true,"thinkingBudget":-1}"#, 0),
        ("gemini-3-pro-preview", by(Effort::Medium), r#"{"thinkingLevel":"high"}"#, 0),
        ("gemini-3-pro-preview", by(Effort::Minimal), r#"{"thinkingLevel":"low"}"#, 0),
        ("gemini-3.1-pro-preview", by(Effort::Medium), r#"{"thinkingLevel":"medium"}"#, 0),
        ("gemini-3-flash-preview", enabled(false), r#"{"thinkingLevel":"minimal"}"#, 1),
        ("gemini-3.5-flash", tokens(5_000), r#"{"thinkingLevel":"medium"}"#, 1),
        ("gemini-3.5-flash", by(Effort::XHigh), r#"{"thinkingLevel":"high"}"#, 1),
        ("gemini-2.0-flash", by(Effort::High), "", 1),
        ("gemini-2.0-flash", enabled(false), "", 0),
        ("gemini-flash-latest", by(Effort::High), r#"{"thinkingLevel":"high"}"#, 0),
        ("gemini-flash-latest", tokens(5_000), r#"{"thinkingBudget":5000}"#, 0),
        ("somebody/else", by(Effort::Other("odd".to_owned())), r#"{"thinkingLevel":"odd"}"#, 0),
    ];
    for (model, reasoning, config, losses) in rows {
        assert_eq!(
            told(model, &reasoning),
            (config.to_owned(), losses),
            "{model} {reasoning:?}"
        );
    }
}

#[test]
fn only_where_signatures_are_checked_are_they_missed() {
    for (model, checks) in [
        ("gemini-3-pro-preview", true),
        ("gemini-10.2-flash", true),
        ("gemini-pro-latest", true),
        ("gemini-2.5-pro", false),
        ("gemini-1.5-pro", false),
        ("gemma-4-31b-it", false),
        ("", false),
    ] {
        assert_eq!(
            Generation::of(model).checks_signatures(model),
            checks,
            "{model}"
        );
    }
}
