//! What is true now, in a line; and what is new, in another.

use gateway::state::State;
use gateway::status::{InstanceStatus, Mode, Status};
use jiff::Timestamp;

use super::Moment;
use crate::names::Names;
use crate::words::{Say, Words};

/// The sentence that the window opens with too.
pub(super) fn of(status: &Status, moment: &Moment) -> String {
    let ready = status.pools.iter().map(|pool| pool.ready).sum();
    let all = status.instances().count();
    let back = soonest(status).map(|(_, at)| clock(at, moment));
    let text = match (status.mode, ready, &back) {
        (Mode::Paused, ..) => Say::Paused,
        (Mode::Stopping, ..) => Say::Stopping,
        _ if all == 0 => Say::Empty,
        (_, 1.., _) => Say::Ready { ready, all },
        (_, 0, Some(at)) => Say::RestingUntil(at),
        (_, 0, None) => Say::Nobody,
    };
    moment.words.say(text)
}

/// Who is back next, and how many wait for the user.
pub(super) fn news(status: &Status, names: &Names<'_>, moment: &Moment) -> Option<String> {
    let back = soonest(status).map(|(one, at)| {
        let (name, at) = (names.name(one), clock(at, moment));
        moment.words.say(Say::BackAt {
            name: &name,
            at: &at,
        })
    });
    let need = status
        .instances()
        .filter(|one| one.state.needs_the_user())
        .count();
    let need = (need > 0).then(|| moment.words.say(Say::NeedYou(need)));
    let news: Vec<String> = back.into_iter().chain(need).collect();
    (!news.is_empty()).then(|| news.join(" · "))
}

/// Who is back, or is tried, before all others that rest.
fn soonest(status: &Status) -> Option<(&InstanceStatus, Timestamp)> {
    let rest = status
        .instances()
        .filter(|one| matches!(one.state, State::Cooling | State::Unhealthy));
    rest.filter_map(|one| Some((one, one.until?)))
        .min_by_key(|(_, at)| *at)
}

/// A time of day; the date where it is more than a day away.
pub(super) fn clock(at: Timestamp, moment: &Moment) -> String {
    let local = at.to_zoned_datetime(moment.zone.clone());
    let is_far = at.duration_since(moment.now).as_hours().abs() >= 24;
    let form = match (is_far, moment.words) {
        (false, _) => "%H:%M",
        (true, Words::En) => "%-d %b",
        (true, Words::Zh) => "%-m月%-d日",
    };
    local.strftime(form).to_string()
}
