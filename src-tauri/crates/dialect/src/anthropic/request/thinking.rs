//! How much to think, as each model takes it, and the limit of the answer that goes with it.
//!
//! Models that think by a budget ask more of a conversation: the turn that is going on (a loop of calls and results is one
//! turn) has to begin with a thought that the vendor signed, and no tool may be forced. Where that is not so (the loop was begun
//! by another vendor, whose thoughts were dropped), this one request goes without thinking, and without the thoughts
//! of that turn; the next turn thinks again. Models that think adaptively take either. (The vendor's pages "Extended thinking",
//! "Adaptive thinking", "Troubleshooting thinking".)

mod budget;
mod going_on;

use chat::{Dialect, Effort, Reasoning, Request};
use serde_json::{Map, Value};

use super::lower::Losses;
use super::turns::Turns;
use crate::anthropic::json::Object;
use crate::anthropic::model::{Model, Thinks};
use crate::translate::Target;

const FIELD: &str = "reasoning";

/// What is written of it.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    mode: Option<Mode>,
    display: Option<&'static str>,
    effort: Option<&'a str>,
    /// Fields of `thinking` that are the dialect's own.
    extra: Option<&'a Map<String, Value>>,
    pub(super) max_tokens: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Enabled(u64),
    Adaptive,
    Disabled,
    /// A word of the dialect's own, which stands in `extra`.
    Own,
}

/// Plans how a request is told to think. Turns lose thoughts that may not go with it.
pub(super) fn plan<'a>(
    request: &'a Request,
    model: Model,
    target: &Target,
    turns: &mut Turns<'_>,
    losses: &mut Losses,
) -> Plan<'a> {
    let default = u64::from(target.default_max_tokens);
    let max_tokens = request.max_tokens.unwrap_or(default.max(1));
    let nothing = Plan {
        max_tokens,
        ..Plan::default()
    };
    let Some(reasoning) = &request.reasoning else {
        return nothing;
    };
    let extra = reasoning.extra.as_ref();
    let plan = Plan {
        extra: extra.and_then(|extra| extra.fields_of(Dialect::Anthropic)),
        ..nothing
    };
    match (Wish::of(reasoning), model.thinks()) {
        (Wish::Nothing, Thinks::Adaptively) if model.thinks_by_default() => Plan {
            mode: reasoning.visible.is_some().then_some(Mode::Adaptive),
            display: display(reasoning),
            ..plan
        },
        (Wish::Nothing, _) => plan,
        (Wish::Off, _) if model.always_thinks() => {
            losses.value(FIELD, "none", "this model always thinks");
            plan
        }
        (Wish::Off, _) => Plan {
            mode: Some(Mode::Disabled),
            ..plan
        },
        (Wish::On, Thinks::Adaptively) => adaptively(reasoning, model, plan, losses),
        (Wish::On, Thinks::ByBudget) => {
            budget::by_budget(request, reasoning, default, plan, turns, losses)
        }
    }
}

/// What the client wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Nothing,
    Off,
    On,
}

impl Wish {
    fn of(reasoning: &Reasoning) -> Self {
        let off = reasoning.enabled == Some(false)
            || reasoning.budget == Some(0)
            || reasoning.effort == Some(Effort::None);
        if off {
            return Self::Off;
        }
        let on =
            reasoning.enabled.is_some() || reasoning.budget.is_some() || reasoning.effort.is_some();
        if on { Self::On } else { Self::Nothing }
    }
}

const fn display(reasoning: &Reasoning) -> Option<&'static str> {
    match reasoning.visible {
        Some(true) => Some("summarized"),
        Some(false) => Some("omitted"),
        None => None,
    }
}

fn adaptively<'a>(
    reasoning: &'a Reasoning,
    model: Model,
    plan: Plan<'a>,
    losses: &mut Losses,
) -> Plan<'a> {
    let own_mode = plan.extra.is_some_and(|extra| extra.contains_key("type"));
    let effort = match (&reasoning.effort, reasoning.budget) {
        (Some(effort), _) => Some(word(effort, model, losses)),
        (None, Some(budget)) => {
            losses.value(
                "reasoning.budget",
                budget,
                "this model takes an effort in its place",
            );
            Some(effort_for(budget))
        }
        (None, None) => None,
    };
    Plan {
        mode: Some(if own_mode { Mode::Own } else { Mode::Adaptive }),
        display: display(reasoning),
        effort,
        ..plan
    }
}

/// The word for an effort, as a model takes it.
fn word<'a>(effort: &'a Effort, model: Model, losses: &mut Losses) -> &'a str {
    match effort {
        Effort::None | Effort::Minimal => {
            losses.value("reasoning.effort", "minimal", "low is the least there");
            "low"
        }
        Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::XHigh if !model.takes_xhigh() => {
            losses.value(
                "reasoning.effort",
                "xhigh",
                "this model takes high in its place",
            );
            "high"
        }
        Effort::High => "high",
        Effort::XHigh => "xhigh",
        Effort::Max => "max",
        Effort::Other(word) => word,
    }
}

const fn effort_for(budget: u64) -> &'static str {
    match budget {
        0..=4096 => "low",
        4097..=12_288 => "medium",
        _ => "high",
    }
}

impl Plan<'_> {
    /// Whether the answer may think.
    pub(super) fn thinks(&self) -> bool {
        matches!(
            self.mode,
            Some(Mode::Enabled(_) | Mode::Adaptive | Mode::Own)
        )
    }

    /// Writes `thinking`.
    pub(super) fn write(&self, body: &mut Object<'_>) {
        let Some(mode) = self.mode else {
            return;
        };
        let mut thinking = Object::open(body.at("thinking"));
        match mode {
            Mode::Enabled(budget) => {
                thinking.put("type", "enabled");
                thinking.put("budget_tokens", &budget);
            }
            Mode::Adaptive => thinking.put("type", "adaptive"),
            Mode::Disabled => thinking.put("type", "disabled"),
            Mode::Own => {}
        }
        match self.extra {
            Some(extra) if mode != Mode::Disabled => {
                thinking.put_all(extra, &["budget_tokens"]);
                if !extra.contains_key("display")
                    && let Some(display) = self.display
                {
                    thinking.put("display", display);
                }
            }
            _ => {
                if let Some(display) = self.display {
                    thinking.put("display", display);
                }
            }
        }
        thinking.close();
    }

    /// The effort, in a word.
    pub(super) const fn effort(&self) -> Option<&str> {
        self.effort
    }
}
