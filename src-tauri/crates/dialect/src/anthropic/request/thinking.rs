//! How much to think, as each model takes it, and the limit of the answer that goes with it.
//!
//! Models that think by a budget ask more of a conversation: the turn that is going on (a loop of calls and results is one
//! turn) has to begin with a thought that the vendor signed, and no tool may be forced. Where that is not so (the loop was begun
//! by another vendor, whose thoughts were dropped), this one request goes without thinking, and without the thoughts
//! of that turn; the next turn thinks again. Models that think adaptively take either. (The vendor's pages "Extended thinking",
//! "Adaptive thinking", "Troubleshooting thinking".)

use chat::{Dialect, Effort, Reasoning, Request, ToolChoice};
use serde_json::{Map, Value};

use super::lower::Losses;
use super::turns::{Turns, Who};
use crate::anthropic::json::Object;
use crate::anthropic::model::{Model, Thinks};
use crate::anthropic::piece::Piece;
use crate::translate::Target;

const FIELD: &str = "reasoning";
/// The least budget that the API takes.
const LEAST: u64 = 1024;

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
        (Wish::On, Thinks::ByBudget) => by_budget(request, reasoning, default, plan, turns, losses),
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

/// A budget for an effort. The greatest leaves 8,192 tokens for the answer within 32,000, the least limit of the models
/// that think by a budget.
const fn budget_for(effort: &Effort) -> u64 {
    match effort {
        Effort::None | Effort::Minimal => LEAST,
        Effort::Low => 4096,
        Effort::Medium => 8192,
        Effort::High | Effort::Other(_) => 16_000,
        Effort::XHigh | Effort::Max => 23_808,
    }
}

fn by_budget<'a>(
    request: &'a Request,
    reasoning: &'a Reasoning,
    default: u64,
    mut plan: Plan<'a>,
    turns: &mut Turns<'_>,
    losses: &mut Losses,
) -> Plan<'a> {
    if plan.extra.is_some_and(|extra| extra.contains_key("type")) {
        plan.mode = Some(Mode::Own);
        return plan;
    }
    let refused = if is_forced(request) {
        Some("no tool may be forced together with it there")
    } else if !turns.may_think() {
        Some("the turn that is going on was begun without a thought of this vendor's")
    } else {
        None
    };
    if let Some(why) = refused {
        losses.value(FIELD, "on", why);
        turns.forget_thoughts();
        return plan;
    }
    // What the API does where only `adaptive` was asked for is a high effort.
    let effort = reasoning.effort.as_ref().unwrap_or(&Effort::High);
    let asked = reasoning
        .budget
        .unwrap_or_else(|| budget_for(effort))
        .max(LEAST);
    match request.max_tokens {
        None if asked.saturating_add(LEAST) > default => {
            plan.max_tokens = asked.saturating_add(default);
            plan.mode = Some(Mode::Enabled(asked));
        }
        None => plan.mode = Some(Mode::Enabled(asked)),
        Some(limit) if asked < limit => plan.mode = Some(Mode::Enabled(asked)),
        // A quarter of the limit is left for the answer.
        Some(limit) if limit > LEAST => {
            let budget = (limit - limit / 4).clamp(LEAST, limit - 1);
            losses.value(
                "reasoning.budget",
                asked,
                "the limit of the answer is below it",
            );
            plan.mode = Some(Mode::Enabled(budget));
        }
        Some(_) => {
            losses.value(
                FIELD,
                "on",
                "the limit of the answer is below the least budget",
            );
            turns.forget_thoughts();
            return plan;
        }
    }
    // Older relays do not know it, and showing is what these models do.
    plan.display = display(reasoning).filter(|display| *display == "omitted");
    if reasoning.budget.is_some() {
        plan.effort = reasoning.effort.as_ref().map(own_word);
    }
    plan
}

/// The word as it came: beside a budget it came from this dialect.
fn own_word(effort: &Effort) -> &str {
    match effort {
        Effort::None | Effort::Minimal | Effort::Low => "low",
        Effort::Medium => "medium",
        Effort::High => "high",
        Effort::XHigh => "xhigh",
        Effort::Max => "max",
        Effort::Other(word) => word,
    }
}

fn is_forced(request: &Request) -> bool {
    matches!(
        request.tool_choice,
        Some(
            ToolChoice::Required
                | ToolChoice::Named(_)
                | ToolChoice::Allowed { required: true, .. }
        )
    ) && !request.tools.is_empty()
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

impl Turns<'_> {
    /// Where the turn that is going on begins: behind the last words of the user's own.
    fn going_on(&self) -> Option<usize> {
        let mut begin = None;
        for (at, turn) in self.turns.iter().enumerate().rev() {
            let answers = || {
                turn.pieces
                    .iter()
                    .any(|one| matches!(one, Piece::Result { .. }))
            };
            match turn.who {
                Who::Assistant => begin = Some(at),
                Who::User if answers() => {}
                Who::User => break,
                Who::System => {}
            }
        }
        begin
    }

    /// Whether the turn that is going on, if any, begins with a thought.
    fn may_think(&self) -> bool {
        let begun = self.going_on().and_then(|at| self.turns.get(at));
        begun.is_none_or(|turn| turn.pieces.first().is_some_and(is_thought))
    }

    /// Drops the thoughts of the turn that is going on: without thinking they may not stand there.
    fn forget_thoughts(&mut self) {
        let Some(begin) = self.going_on() else {
            return;
        };
        for turn in self.turns.iter_mut().skip(begin) {
            turn.pieces.retain(|piece| !is_thought(piece));
        }
        self.join();
    }
}

const fn is_thought(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Thinking { .. } | Piece::Redacted(_))
}
