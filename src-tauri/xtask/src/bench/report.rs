//! The table, on the terminal and as a page.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::bench::board::{Board, shown};
use crate::bench::failed::Failed;
use crate::bench::measure::Measure;
use crate::bench::peer::Who;

const HEADS: [&str; 7] = [
    "measured",
    "direct",
    "nginx",
    "Millpond",
    "counts as",
    "aim",
    "met",
];

/// The lines of the table, each as its cells.
fn lines(board: &Board, spread: bool) -> Vec<[String; 7]> {
    board
        .measures()
        .map(|measure| {
            let [direct, nginx, own] = Who::ALL.map(|who| cell(board, measure, who, spread));
            let judged = board.judge(measure);
            let met = match judged.as_ref().and_then(|judged| judged.met) {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            };
            let (figure, aim) = judged
                .map(|judged| (judged.figure, judged.aim))
                .unwrap_or_default();
            [
                measure.title().to_owned(),
                direct,
                nginx,
                own,
                figure,
                aim,
                met.to_owned(),
            ]
        })
        .collect()
}

fn cell(board: &Board, measure: Measure, who: Who, spread: bool) -> String {
    match (board.median(measure, who), board.range(measure, who)) {
        (Some(median), Some((least, most))) if spread => {
            format!("{} ({}–{})", shown(median), shown(least), shown(most))
        }
        (Some(median), _) => shown(median),
        (None, _) => String::new(),
    }
}

/// The table for a terminal.
pub(crate) fn table(board: &Board) -> String {
    let lines = lines(board, false);
    let heads = HEADS.map(str::to_owned);
    let mut widths = [0; 7];
    for line in std::iter::once(&heads).chain(&lines) {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for line in std::iter::once(&heads).chain(&lines) {
        for (at, (width, cell)) in widths.into_iter().zip(line).enumerate() {
            // Figures stand at the right of their column, words at the left.
            let padded = if (1..4).contains(&at) {
                format!("{cell:>width$}  ")
            } else {
                format!("{cell:<width$}  ")
            };
            text.push_str(&padded);
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// The page: where and when, how, and the table with the spread of the rounds.
pub(crate) fn page(board: &Board, rounds: usize, nginx: Option<&Path>) -> Result<String, Failed> {
    let mut text =
        String::from("# How fast Millpond is\n\nWritten by `cargo xtask bench --write`.\n\n");
    for (what, is) in circumstances(nginx) {
        let _infallible = writeln!(text, "- {what}: {is}");
    }
    let _infallible = write!(
        text,
        "\nEach figure is the median of {rounds} rounds (in brackets the least and the most); within a round the peers follow
each other: straight to the upstream, through nginx as a plain reverse proxy (one worker, kept connections, no buffering,
access log on), through Millpond with a pool of three (log and statistics on). The proxy has one core to itself; upstream and load
generator share the other. Ratios are ratios of medians. Under \"direct\", CPU and core are those of the upstream. At
200 requests/s each wait counts from the moment when the request was due. A run with one wrong answer or one stream
without its end gives no figures. Where a proxy uses less than 95 % of its core, upstream and load were its limit, and
CPU time says more than the rate.\n\n"
    );
    let _infallible = writeln!(text, "| {} |", HEADS.join(" | "));
    let _infallible = writeln!(text, "|---|---:|---:|---:|---|---|---|");
    for line in lines(board, true) {
        let _infallible = writeln!(text, "| {} |", line.join(" | "));
    }
    Ok(text)
}

fn circumstances(nginx: Option<&Path>) -> Vec<(&'static str, String)> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let cores = cpu
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut list = vec![
        ("date", said(Command::new("date").arg("+%F"))),
        (
            "commit",
            said(Command::new("git").args(["describe", "--always", "--dirty"])),
        ),
        (
            "machine",
            format!("{model}, {cores} cores, Linux {}", kernel.trim()),
        ),
        ("compiler", said(Command::new("rustc").arg("--version"))),
    ];
    if let Some(nginx) = nginx {
        list.push(("proxy beside it", said(Command::new(nginx).arg("-v"))));
    }
    list
}

/// The first line a program says, on either output.
fn said(command: &mut Command) -> String {
    command.output().map_or_else(
        |_| "unknown".to_owned(),
        |output| {
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text);
            text.lines().next().unwrap_or("unknown").to_owned()
        },
    )
}
