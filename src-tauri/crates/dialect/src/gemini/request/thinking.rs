//! How much to think, as models of each generation are told.
//!
//! Gemini 2.5 takes budgets, Gemini 3 levels, never both. Words and budgets stand for each other as in the vendor's own
//! OpenAI-compatible API (ai.google.dev, `/gemini-api/docs/openai`): low 1,024, medium 8,192, high 24,576. Ranges of
//! budgets are those of `/gemini-api/docs/thinking`.

use chat::{Dialect, Effort, Loss, Reasoning};
use serde_json::{Map, Value};

/// How a model is told how much to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// Not at all: it does not think.
    Unthinking,
    /// By a budget of tokens.
    Budget(Range),
    /// By a word.
    Level(Levels),
    /// A name that tells nothing: in the words in which the client said it.
    Unknown,
}

/// The budgets that a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    least: u64,
    most: u64,
    /// Whether it can be told not to think.
    off: bool,
}

/// The words that a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Levels {
    minimal: bool,
    medium: bool,
}

impl Generation {
    /// By the model's name: `gemini-2.5-pro`, `models/gemini-3-flash-preview`.
    pub(super) fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or_default();
        let Some(rest) = name.strip_prefix("gemini-") else {
            return Self::Unknown;
        };
        let (number, variant) = rest.split_once('-').unwrap_or((rest, ""));
        let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
        let (Ok(major), Ok(minor)) = (major.parse::<u32>(), minor.parse::<u32>()) else {
            return Self::Unknown;
        };
        let pro = variant.starts_with("pro");
        let lite = variant.starts_with("flash-lite");
        match (major, minor) {
            (0..=1, _) | (2, 0..=4) => Self::Unthinking,
            (2, _) if pro => Self::Budget(Range {
                least: 128,
                most: 32_768,
                off: false,
            }),
            (2, _) => Self::Budget(Range {
                least: if lite { 512 } else { 1 },
                most: 24_576,
                off: true,
            }),
            _ => Self::Level(Levels {
                minimal: !pro,
                medium: !(pro && (major, minor) == (3, 0)),
            }),
        }
    }

    /// Whether a call of an earlier turn must bear a signature (Gemini 3; ai.google.dev,
    /// `/gemini-api/docs/thought-signatures`). Names without a number are aliases of the newest.
    pub(super) fn checks_signatures(self, model: &str) -> bool {
        let alias = model.rsplit('/').next().unwrap_or_default();
        match self {
            Self::Level(_) => true,
            Self::Unknown => alias.starts_with("gemini-"),
            Self::Unthinking | Self::Budget(_) => false,
        }
    }

    /// Whether the result of a tool may hold media (Gemini 3).
    pub(super) const fn takes_media_in_results(self) -> bool {
        matches!(self, Self::Level(_))
    }

    /// Whether it answers in JSON only where it has no tools.
    pub(super) const fn has_json_or_tools(self) -> bool {
        matches!(self, Self::Unthinking | Self::Budget(_))
    }
}

/// `thinkingConfig`; `None` where there is nothing to say.
pub(super) fn write(
    reasoning: &Reasoning,
    generation: Generation,
    losses: &mut Vec<Loss>,
) -> Option<Map<String, Value>> {
    let mut config = Map::new();
    let off = reasoning.enabled == Some(false) || reasoning.effort == Some(Effort::None);
    if generation == Generation::Unthinking {
        if !off {
            losses.push(lost(reasoning, "this model does not think"));
        }
        return None;
    }
    // Where thinking is asked for in a dialect that then shows it, it is to be shown.
    let shown = reasoning.visible.or(reasoning.enabled.filter(|on| *on));
    if let Some(shown) = shown {
        config.insert("includeThoughts".to_owned(), shown.into());
    }
    let told = match generation {
        Generation::Level(levels) => level(reasoning, off, levels, losses).map(level_of),
        Generation::Budget(range) => budget(reasoning, off, range, losses).map(budget_of),
        _ => as_said(reasoning, off, losses),
    };
    config.extend(told);
    let extra = reasoning.extra.as_ref();
    if let Some(extra) = extra.and_then(|extra| extra.fields_of(Dialect::Gemini)) {
        config.extend(extra.clone());
    }
    (!config.is_empty()).then_some(config)
}

fn level_of(word: &'static str) -> (String, Value) {
    ("thinkingLevel".to_owned(), word.into())
}

fn budget_of(tokens: i64) -> (String, Value) {
    ("thinkingBudget".to_owned(), tokens.into())
}

fn level(
    reasoning: &Reasoning,
    off: bool,
    levels: Levels,
    losses: &mut Vec<Loss>,
) -> Option<&'static str> {
    let least = if levels.minimal { "minimal" } else { "low" };
    if off {
        losses.push(lost(
            reasoning,
            "this model always thinks; it got its least level",
        ));
        return Some(least);
    }
    if let Some(tokens) = reasoning.budget {
        losses.push(lost(reasoning, "this model takes a level, not a budget"));
        return Some(match tokens {
            0..=1_024 => "low",
            1_025..=8_192 if levels.medium => "medium",
            _ => "high",
        });
    }
    Some(match reasoning.effort.as_ref()? {
        Effort::None | Effort::Minimal => least,
        Effort::Low => "low",
        Effort::Medium if levels.medium => "medium",
        Effort::Medium | Effort::High => "high",
        Effort::XHigh | Effort::Max => {
            losses.push(lost(reasoning, "the highest level is high"));
            "high"
        }
        Effort::Other(_) => {
            losses.push(lost(reasoning, "this level is not known"));
            return None;
        }
    })
}

fn budget(reasoning: &Reasoning, off: bool, range: Range, losses: &mut Vec<Loss>) -> Option<i64> {
    if off && range.off {
        return Some(0);
    }
    let wanted = if off {
        0
    } else if let Some(tokens) = reasoning.budget {
        tokens
    } else {
        match &reasoning.effort {
            // As much as it likes.
            None => return reasoning.enabled.map(|_| -1),
            Some(Effort::None | Effort::Minimal | Effort::Low) => 1_024,
            Some(Effort::Medium) => 8_192,
            Some(Effort::High) => 24_576,
            Some(Effort::XHigh | Effort::Max) => range.most,
            Some(Effort::Other(_)) => {
                losses.push(lost(reasoning, "this level is not known"));
                return None;
            }
        }
    };
    let told = wanted.clamp(range.least, range.most);
    if told != wanted {
        losses.push(lost(reasoning, "this model takes budgets of another range"));
    }
    i64::try_from(told).ok()
}

fn as_said(reasoning: &Reasoning, off: bool, losses: &mut Vec<Loss>) -> Option<(String, Value)> {
    if off {
        return Some(budget_of(0));
    }
    if let Some(tokens) = reasoning.budget {
        return Some(budget_of(i64::try_from(tokens).ok()?));
    }
    let word = match reasoning.effort.as_ref() {
        None => return reasoning.enabled.map(|_| budget_of(-1)),
        Some(Effort::None | Effort::Minimal) => "minimal",
        Some(Effort::Low) => "low",
        Some(Effort::Medium) => "medium",
        Some(Effort::High) => "high",
        Some(Effort::XHigh | Effort::Max) => {
            losses.push(lost(reasoning, "the highest level is high"));
            "high"
        }
        Some(Effort::Other(word)) => {
            return Some(("thinkingLevel".to_owned(), word.clone().into()));
        }
    };
    Some(level_of(word))
}

fn lost(reasoning: &Reasoning, why: &'static str) -> Loss {
    let value = match (&reasoning.effort, reasoning.budget) {
        (Some(Effort::Other(word)), _) => word.clone(),
        (Some(effort), _) => format!("{effort:?}").to_lowercase(),
        (None, Some(tokens)) => tokens.to_string(),
        (None, None) if reasoning.enabled == Some(false) => "off".to_owned(),
        (None, None) => "on".to_owned(),
    };
    Loss::Value {
        field: "reasoning",
        value,
        why,
    }
}

#[cfg(test)]
mod tests;
