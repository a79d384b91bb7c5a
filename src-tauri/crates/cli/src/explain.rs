//! `millpond explain`: what happened to one request.

use gateway::Stats;
use gateway::control::{Control, Reply};
use gateway::door::Client;
use gateway::home::Home;
use gateway::stats::told::{Told, Tried};

use crate::args::{Explain, Place};
use crate::failed::Failed;
use crate::told;

/// Tells it, attempt by attempt.
pub(crate) async fn run(place: &Place, args: Explain) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    let id = args.id;
    let found = match Client::find(&home).await? {
        Some(client) => match client.send(&Control::Explain { id }).await? {
            Reply::Request(found) => found.map(|told| *told),
            _ => return Err(Failed::OtherReply),
        },
        None if !home.stats().exists() => None,
        None => Stats::read_only(home.stats()).explain(id).await?,
    };
    let found = found.ok_or(Failed::NoSuchRequest(id))?;
    if args.listing.json {
        told::json(&found);
    } else {
        tell(&found);
    }
    Ok(())
}

fn tell(request: &Told) {
    told::line(&format!(
        "{} at {}: {} in {}",
        request.id,
        request.at,
        request.model,
        request.dialect.as_str()
    ));
    told::line(&format!(
        "{} with status {} after {:.0} ms{}",
        request.outcome.as_str(),
        request.status,
        request.total_ms,
        request
            .first_content_ms
            .map(|ms| format!(", first content after {ms:.0} ms"))
            .unwrap_or_default()
    ));
    if !request.route.is_empty() {
        told::line(&format!(
            "this pool was asked first because {}",
            request.route
        ));
    }
    let rows: Vec<[String; 6]> = request.attempts.iter().zip(1..).map(row).collect();
    if rows.is_empty() {
        told::line("nobody was asked");
    } else {
        told::table(["#", "instance", "pool", "status", "ms", "reason"], &rows);
    }
    if let Some(usage) = &request.usage {
        let mark = if usage.estimated { "~" } else { "" };
        told::line(&format!(
            "tokens: {mark}{} in, {mark}{} out ({} from cache, {} for thinking)",
            usage.sent(),
            usage.output,
            usage.cache_read,
            usage.reasoning
        ));
    }
    for loss in &request.losses {
        told::line(&format!("lost in translation: {loss}"));
    }
    if let Some(error) = &request.error {
        told::line(&format!("error: {error}"));
    }
}

fn row((attempt, number): (&Tried, u32)) -> [String; 6] {
    let reason = match (&attempt.cause, &attempt.reason) {
        (Some(cause), Some(reason)) => format!("{cause}: {reason}"),
        (Some(cause), None) => cause.clone(),
        (None, _) => "served".to_owned(),
    };
    [
        number.to_string(),
        attempt.name.clone(),
        attempt.provider.to_string(),
        attempt
            .status
            .map_or_else(|| "-".to_owned(), |status| status.to_string()),
        format!("{:.0}", attempt.took_ms),
        reason,
    ]
}
