//! One pool: its title, and its instances below it.

use gateway::checks::Which;
use gateway::state::State;
use gateway::status::{InstanceStatus, Mode, PoolStatus};

use super::sentence::clock;
use super::{Action, Item, Moment, Row, click, said};
use crate::names::Names;
use crate::words::Say;

/// So many instances have a line of their own.
const MOST: usize = 12;

/// A pool's row.
pub(super) fn row(pool: &PoolStatus, mode: Mode, names: &Names<'_>, moment: &Moment) -> Row {
    let kind = pool.provider;
    let mut instances: Vec<&InstanceStatus> = pool.instances.iter().collect();
    instances.sort_by_key(|one| trouble(one.state));
    let (shown, rest) = instances.split_at(instances.len().min(MOST));
    let mut rows: Vec<Row> = (0_usize..)
        .zip(shown)
        .map(|(place, one)| {
            // The place is the row: instances change places in it, so that the menu stays as it is.
            let text = instance(one, names, moment);
            click(
                format!("place/{kind}/{place}"),
                text,
                Action::ShowInstance(one.uuid),
            )
        })
        .collect();
    if !rest.is_empty() {
        let all_ready = rest.iter().all(|one| one.state == State::Ready);
        let text = match all_ready {
            true => Say::MoreReady(rest.len()),
            false => Say::More(rest.len()),
        };
        rows.push(said(&format!("more/{kind}"), moment.words.say(text)));
    }
    rows.push(Row::Line("line-pool"));
    let check = moment.words.say(Say::CheckPool);
    rows.push(match mode {
        Mode::Stopping => said(&format!("check/{kind}"), check),
        _ => click(
            format!("check/{kind}"),
            check,
            Action::Check(Which::Pool(kind)),
        ),
    });
    rows.push(click(
        format!("open/{kind}"),
        moment.words.say(Say::OpenPool),
        Action::ShowPool(kind),
    ));
    Row::Sub(
        Item::read(format!("pool/{kind}"), title(pool, moment)),
        rows,
    )
}

fn title(pool: &PoolStatus, moment: &Moment) -> String {
    let (name, all) = (moment.words.pool(pool.provider), pool.instances.len());
    let ready = pool.ready;
    let instances = pool.instances.iter();
    let text = match instances.filter(|one| one.state.needs_the_user()).count() {
        0 => Say::Pool { name, ready, all },
        need => Say::PoolNeeds {
            name,
            ready,
            all,
            need,
        },
    };
    moment.words.say(text)
}

/// Trouble first, and first of all what waits for the user.
const fn trouble(state: State) -> u8 {
    match state {
        State::NeedsLogin => 0,
        State::Refused => 1,
        State::Unhealthy => 2,
        State::Cooling => 3,
        State::Ready => 4,
        State::Disabled => 5,
    }
}

fn instance(one: &InstanceStatus, names: &Names<'_>, moment: &Moment) -> String {
    let shape = match one.state {
        State::Ready => '●',
        State::Cooling => '◐',
        State::Unhealthy => '▲',
        State::NeedsLogin => '◇',
        State::Refused => '⊖',
        State::Disabled => '○',
    };
    format!(
        "{shape} {} · {}",
        names.name(one),
        state(one, names, moment)
    )
}

/// What is left of the quota that ends first, once half of it is used up.
fn quota(one: &InstanceStatus) -> Option<Say<'_>> {
    let known = one.quota.iter();
    let known = known.filter_map(|quota| Some((quota.percent_left?, quota.name.as_str())));
    let (percent, of) = known.min_by(|a, b| a.0.total_cmp(&b.0))?;
    // Percents fit, and a part of one is nobody's concern.
    let percent = percent.clamp(0.0, 100.0).floor() as u32;
    (percent <= 50).then_some(Say::Left { percent, of })
}

fn state(one: &InstanceStatus, names: &Names<'_>, moment: &Moment) -> String {
    let until = one.until.map(|at| clock(at, moment));
    let reason = one.reason.as_deref().map(|reason| names.veiled(reason));
    // A model that it does not have is no news.
    let rest = one.resting_models.iter().find(|rest| !rest.absent);
    let rest = rest.map(|rest| (rest.model.as_str(), clock(rest.until, moment)));
    let text = match (one.state, &until, &reason) {
        _ if one.checking => Say::Checking,
        (State::Ready, ..) if one.in_flight > 0 => Say::InFlight(one.in_flight),
        (State::Ready, ..) => match &rest {
            Some((model, until)) => Say::ReadyBut { model, until },
            None => quota(one).unwrap_or(Say::In(State::Ready)),
        },
        (State::Cooling | State::Unhealthy, Some(at), _) => Say::Until {
            state: one.state,
            at,
        },
        (State::Refused, _, Some(reason)) => Say::Because {
            state: one.state,
            reason,
        },
        (state, ..) => Say::In(state),
    };
    moment.words.say(text)
}
