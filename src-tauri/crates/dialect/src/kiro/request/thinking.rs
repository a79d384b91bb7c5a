//! How much to think: there is no field for it, so that it is said in tags before the first words.

use chat::{Effort, Reasoning};

use super::Pen;

/// The range of budgets, in tokens, and what is taken where the client named none.
const LEAST: u64 = 1_024;
const MOST: u64 = 24_576;
const USUAL: u64 = 20_000;

/// The tags; `None` where the client does not wish for thoughts.
pub(super) fn write(reasoning: &Reasoning, pen: &mut Pen<'_>) -> Option<String> {
    let off = reasoning.enabled == Some(false)
        || reasoning.budget == Some(0)
        || reasoning.effort == Some(Effort::None);
    if off {
        return None;
    }
    if let Some(budget) = reasoning.budget {
        let told = budget.clamp(LEAST, MOST);
        if told != budget {
            let why = "1,024 to 24,576 are taken there; the nearest was sent in its place";
            pen.value("reasoning.budget", budget, why);
        }
        return Some(enabled(told));
    }
    let level = match reasoning.effort.as_ref() {
        None => return reasoning.enabled.map(|_| enabled(USUAL)),
        Some(Effort::None | Effort::Minimal | Effort::Low) => "low",
        Some(Effort::Medium) => "medium",
        Some(Effort::High) => "high",
        Some(other @ (Effort::XHigh | Effort::Max)) => {
            let word = format!("{other:?}").to_lowercase();
            pen.value("reasoning.effort", word, "the highest level is high");
            "high"
        }
        Some(Effort::Other(word)) => {
            pen.value("reasoning.effort", word, "this level is not known");
            return None;
        }
    };
    Some(format!(
        "<thinking_mode>adaptive</thinking_mode><thinking_effort>{level}</thinking_effort>"
    ))
}

fn enabled(budget: u64) -> String {
    format!(
        "<thinking_mode>enabled</thinking_mode><max_thinking_length>{budget}</max_thinking_length>"
    )
}
