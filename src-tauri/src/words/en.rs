//! English.

use gateway::state::State;
use provider::ProviderType;

use super::Say;

pub(super) fn say(text: Say<'_>) -> String {
    match text {
        Say::Ready { ready, all } => format!("Ready: {ready} of {all} {}", instances(all)),
        Say::RestingUntil(at) => format!("Resting until {at}"),
        Say::Nobody => "Nobody can serve".to_owned(),
        Say::Empty => "No instance yet".to_owned(),
        Say::Paused => "Paused".to_owned(),
        Say::Stopping => "Stopping".to_owned(),
        Say::NotListening => "Not listening".to_owned(),
        Say::BackAt { name, at } => format!("{name} back at {at}"),
        Say::NeedYou(1) => "1 needs you".to_owned(),
        Say::NeedYou(n) => format!("{n} need you"),
        Say::CopyEndpoint(at) => format!("Copy endpoint · {at}"),
        Say::CopyKey(hint) => format!("Copy key · {hint}"),
        Say::Pool { name, ready, all } => format!("{name} · {ready} of {all} ready"),
        Say::PoolNeeds {
            name,
            ready,
            all,
            need,
        } => {
            let needs = say(Say::NeedYou(need));
            format!("{name} · {ready} of {all}, {needs}")
        }
        Say::InFlight(n) => format!("{n} in flight"),
        Say::ReadyBut { model, until } => format!("ready, {model} back at {until}"),
        Say::Left { percent, of } => format!("{percent}% of {of} left"),
        Say::Until { state, at } => match state {
            State::Unhealthy => format!("unhealthy, tried at {at}"),
            other => format!("{} until {at}", word(other)),
        },
        Say::In(State::NeedsLogin) => "needs login: sign in again".to_owned(),
        Say::In(state) => word(state).to_owned(),
        Say::Because { state, reason } => format!("{}: {reason}", word(state)),
        Say::Checking => "checking".to_owned(),
        Say::MoreReady(n) => format!("and {n} more ready"),
        Say::More(n) => format!("and {n} more"),
        other => of_menu(&other),
    }
}

fn of_menu(text: &Say<'_>) -> String {
    match text {
        Say::CheckPool => "Check this pool now".to_owned(),
        Say::OpenPool => "Open pool".to_owned(),
        Say::CheckAll => "Check all now".to_owned(),
        Say::CheckingAll(n) => format!("Checking {n}…"),
        Say::Checked(ready) => format!("Checked, {ready} ready"),
        Say::Pause => "Pause new requests".to_owned(),
        Say::Resume => "Resume".to_owned(),
        Say::SignIn => "Sign in".to_owned(),
        Say::SignInTo(kind) => format!("{}…", brand(*kind)),
        Say::Ended(kind) => format!("{0}: ended by {0}", brand(*kind)),
        Say::Open => "Open Millpond".to_owned(),
        Say::AtLogin => "Start at login".to_owned(),
        Say::Finishing(1) => "Quit: finishing 1 request…".to_owned(),
        Say::Finishing(n) if *n > 0 => format!("Quit: finishing {n} requests…"),
        Say::Finishing(_) => "Quit: saving…".to_owned(),
        Say::NoticeLogin => "needs a login".to_owned(),
        Say::NoticeRefused => "was refused".to_owned(),
        Say::NoticeBack => "is ready again".to_owned(),
        Say::NoticePoolGone => "nobody can serve".to_owned(),
        Say::NoticePoolBack => "can serve again".to_owned(),
        _ => "Quit Millpond".to_owned(),
    }
}

pub(super) const fn brand(kind: ProviderType) -> &'static str {
    match kind {
        ProviderType::KiroOauth => "Kiro",
        ProviderType::GeminiCliOauth => "Gemini CLI",
        ProviderType::QwenOauth => "Qwen",
        other => other.plain_name(),
    }
}

const fn word(state: State) -> &'static str {
    match state {
        State::NeedsLogin => "needs login",
        other => other.as_str(),
    }
}

const fn instances(count: usize) -> &'static str {
    if count == 1 { "instance" } else { "instances" }
}
