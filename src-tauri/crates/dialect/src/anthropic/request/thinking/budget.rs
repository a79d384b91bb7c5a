//! Thinking by a budget: it needs room below the limit of the answer, and a conversation that fits.

use chat::{Effort, Reasoning, Request, ToolChoice};

use super::super::lower::Losses;
use super::super::turns::Turns;
use super::{FIELD, Mode, Plan, display};

/// The least budget that the API takes.
const LEAST: u64 = 1024;

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

/// Plans for a model that thinks by a budget.
pub(super) fn by_budget<'a>(
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
    let budget = fitting(request, reasoning, default, turns, losses);
    let Some((budget, max_tokens)) = budget else {
        turns.forget_thoughts();
        return plan;
    };
    plan.mode = Some(Mode::Enabled(budget));
    plan.max_tokens = max_tokens;
    // Older relays do not know it, and showing is what these models do.
    plan.display = display(reasoning).filter(|display| *display == "omitted");
    if reasoning.budget.is_some() {
        plan.effort = reasoning.effort.as_ref().map(own_word);
    }
    plan
}

/// A budget and the limit of the answer above it; `None` where the model may not think.
fn fitting(
    request: &Request,
    reasoning: &Reasoning,
    default: u64,
    turns: &Turns<'_>,
    losses: &mut Losses,
) -> Option<(u64, u64)> {
    let refused = if is_forced(request) {
        Some("no tool may be forced together with it there")
    } else if !turns.may_think() {
        Some("the turn that is going on was begun without a thought of this vendor's")
    } else if request.max_tokens.is_some_and(|limit| limit <= LEAST) {
        Some("the limit of the answer is below the least budget")
    } else {
        None
    };
    if let Some(why) = refused {
        losses.value(FIELD, "on", why);
        return None;
    }
    // What the API does where only `adaptive` was asked for is a high effort.
    let effort = reasoning.effort.as_ref().unwrap_or(&Effort::High);
    let asked = reasoning.budget.unwrap_or_else(|| budget_for(effort));
    let asked = asked.max(LEAST);
    Some(match request.max_tokens {
        None if asked.saturating_add(LEAST) > default => (asked, asked.saturating_add(default)),
        None => (asked, default),
        Some(limit) if asked < limit => (asked, limit),
        // A quarter of the limit is left for the answer.
        Some(limit) => {
            let why = "the limit of the answer is below it";
            losses.value("reasoning.budget", asked, why);
            ((limit - limit / 4).clamp(LEAST, limit - 1), limit)
        }
    })
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
