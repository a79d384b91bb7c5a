//! The parameters of a request for an upstream.

use std::borrow::Cow;

use chat::{AnswerFormat, Effort, Loss};

use super::super::wire::body::{JsonSchema, ResponseFormat};
use super::super::wire::{Str, TextOr};
use super::write::{Writing, foreign_keys};

/// The most stop texts that the vendor takes.
const MOST_STOPS: usize = 4;
/// The longest id of an end user that the vendor takes, in characters.
const LONGEST_USER: usize = 64;
/// Up to these budgets of thinking, efforts are `low` and `medium`.
const LOW_BUDGET: u64 = 4096;
const MEDIUM_BUDGET: u64 = 16384;

impl Writing<'_> {
    pub(super) fn lose_value(
        &mut self,
        field: &'static str,
        value: impl ToString,
        why: &'static str,
    ) {
        self.lose(Loss::Value {
            field,
            value: value.to_string(),
            why,
        });
    }

    /// A parameter that the vendor's reasoning models refuse.
    pub(super) fn unless_reasoning<T: Copy + ToString>(
        &mut self,
        field: &'static str,
        value: Option<T>,
    ) -> Option<T> {
        let value = value?;
        if self.official() && reasons(&self.target.model) {
            self.lose_value(field, value, "reasoning models do not take it");
            return None;
        }
        Some(value)
    }
}

/// Whether a model of the vendor's thinks before it answers.
fn reasons(model: &str) -> bool {
    let version = |prefix: &str| {
        let rest = model.strip_prefix(prefix)?;
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len()))?.parse::<u32>().ok()
    };
    version("o").is_some()
        || version("gpt-").is_some_and(|version| version >= 5) && !model.contains("-chat")
}

/// 1 is the default, which every model takes.
pub(super) fn warmth(
    writing: &mut Writing<'_>,
    field: &'static str,
    value: Option<f64>,
) -> Option<f64> {
    match value {
        Some(1.0) => value,
        _ => writing.unless_reasoning(field, value),
    }
}

pub(super) fn candidates(writing: &mut Writing<'_>) -> Option<u64> {
    let candidates = writing.request.sampling.candidates?;
    if candidates > 1 {
        writing.lose_value("candidates", candidates, "one answer can be translated");
        return None;
    }
    Some(candidates)
}

pub(super) fn stop<'a>(writing: &mut Writing<'a>) -> Option<TextOr<'a, Vec<Str<'a>>>> {
    let mut stops: &[String] = &writing.request.stop;
    if writing.official() && stops.len() > MOST_STOPS {
        for stop in stops.get(MOST_STOPS..).unwrap_or_default() {
            writing.lose_value("stop", stop, "the upstream takes four");
        }
        stops = stops.get(..MOST_STOPS).unwrap_or(stops);
    }
    if writing.official() && reasons(&writing.target.model) {
        for stop in stops {
            writing.lose_value("stop", stop, "reasoning models do not take it");
        }
        stops = &[];
    }
    let stops: Vec<Str<'a>> = stops.iter().map(Str::from).collect();
    (!stops.is_empty()).then_some(TextOr::More(stops))
}

pub(super) fn effort<'a>(writing: &mut Writing<'a>) -> Option<Str<'a>> {
    let reasoning = writing.request.reasoning.as_ref()?;
    if let Some(visible) = reasoning.visible {
        writing.lose_value("reasoning.visible", visible, "the upstream decides");
    }
    for key in foreign_keys(reasoning.extra.as_ref()) {
        writing.lose(Loss::Field(key.clone()));
    }
    let word = match (&reasoning.effort, reasoning.budget) {
        (Some(effort), _) => word_of(effort),
        (None, Some(budget)) => {
            if !writing.official() {
                let why = "the dialect knows words only";
                writing.lose_value("reasoning.budget", budget, why);
                return None;
            }
            effort_for(budget)
        }
        (None, None) => {
            if let Some(enabled) = reasoning.enabled {
                let why = "the model decides, where no effort is named";
                writing.lose_value("reasoning.enabled", enabled, why);
            }
            return None;
        }
    };
    if writing.official() && !reasons(&writing.target.model) {
        writing.lose_value("reasoning.effort", word, "the model does not reason");
        return None;
    }
    Some(Str::new(word))
}

const fn effort_for(budget: u64) -> &'static str {
    if budget <= LOW_BUDGET {
        "low"
    } else if budget <= MEDIUM_BUDGET {
        "medium"
    } else {
        "high"
    }
}

fn word_of(effort: &Effort) -> &str {
    match effort {
        Effort::None => "none",
        Effort::Minimal => "minimal",
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::XHigh => "xhigh",
        Effort::Max => "max",
        Effort::Other(word) => word,
    }
}

pub(super) fn format(format: &AnswerFormat) -> ResponseFormat<'_> {
    let bare = |kind| ResponseFormat {
        kind: Str::new(kind),
        json_schema: None,
    };
    match format {
        AnswerFormat::Text => bare("text"),
        AnswerFormat::Json => bare("json_object"),
        AnswerFormat::Schema {
            name,
            description,
            schema,
            strict,
        } => ResponseFormat {
            json_schema: Some(JsonSchema {
                // A name is required, and says nothing to the model.
                name: Str::new(name.as_deref().unwrap_or("response")),
                description: description.as_ref().map(Str::from),
                schema: Some(Cow::Borrowed(schema)),
                strict: *strict,
            }),
            ..bare("json_schema")
        },
    }
}

pub(super) fn user<'a>(writing: &mut Writing<'a>) -> Option<Str<'a>> {
    let user = writing.request.user.as_ref()?;
    if user.chars().count() > LONGEST_USER {
        writing.lose_value("user", user, "the upstream takes 64 characters");
        return None;
    }
    Some(Str::from(user))
}
