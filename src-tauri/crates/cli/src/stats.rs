//! `millpond stats`: what was asked, served and spent in the last 30 days.

use gateway::Stats;
use gateway::control::{Control, Reply};
use gateway::door::Client;
use gateway::home::Home;
use gateway::stats::figures::{By, Figures, Percentiles, Question, Row, Summary};
use jiff::{SignedDuration, Timestamp};

use crate::args::{Listing, Place};
use crate::failed::Failed;
use crate::told;

const DAYS: i64 = 30;

/// Sums by instance and model.
pub(crate) async fn run(place: &Place, listing: Listing) -> Result<(), Failed> {
    let home = Home::resolve(place.home.clone())?;
    let question = Question {
        from: Timestamp::now() - SignedDuration::from_hours(24 * DAYS),
        until: None,
        by: vec![By::Day, By::Instance, By::Model],
        instance: None,
        provider: None,
        model: None,
        client: None,
    };
    let summary = match Client::find(&home).await? {
        Some(client) => match client.send(&Control::Summary { question }).await? {
            Reply::Summary(summary) => *summary,
            _ => return Err(Failed::OtherReply),
        },
        None if !home.stats().exists() => Summary::default(),
        None => Stats::read_only(home.stats()).summary(question).await?,
    };
    if listing.json {
        told::json(&summary);
        return Ok(());
    }
    let rows: Vec<[String; 10]> = summary.rows.iter().map(row).collect();
    let heads = [
        "day", "instance", "model", "requests", "errors", "absorbed", "in", "out", "first ms",
        "total ms",
    ];
    told::table(heads, &rows);
    told::line(&format!(
        "{} requests in {DAYS} days, {} served, {} errors that clients saw, {} failures absorbed",
        summary.total.requests, summary.total.served, summary.total.errors, summary.total.absorbed
    ));
    for cause in &summary.causes {
        told::line(&format!("{}: {}", cause.cause, cause.count));
    }
    Ok(())
}

fn row(row: &Row) -> [String; 10] {
    let Figures {
        requests,
        errors,
        absorbed,
        tokens,
        first_content,
        total,
        ..
    } = &row.figures;
    [
        row.start
            .map_or_else(String::new, |day| day.strftime("%F").to_string()),
        row.instance
            .as_ref()
            .map_or("-", |one| one.name.as_str())
            .to_owned(),
        row.model.clone().unwrap_or_default(),
        requests.to_string(),
        errors.to_string(),
        absorbed.to_string(),
        (tokens.input + tokens.cache_read + tokens.cache_write).to_string(),
        tokens.output.to_string(),
        median(first_content.as_ref()),
        median(total.as_ref()),
    ]
}

fn median(percentiles: Option<&Percentiles>) -> String {
    percentiles.map_or_else(|| "-".to_owned(), |all| format!("{:.0}", all.p50))
}
