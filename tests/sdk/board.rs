//! What came of it: a line a scenario, and a table at the end.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One scenario of one client through one upstream.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) client: &'static str,
    pub(crate) upstream: String,
    pub(crate) scenario: String,
    pub(crate) took: Duration,
    /// Why it failed.
    pub(crate) failed: Option<String>,
}

impl Line {
    /// One that did not even run.
    pub(crate) fn failed(
        client: &'static str,
        upstream: &str,
        scenario: &str,
        why: String,
    ) -> Self {
        Self {
            client,
            upstream: upstream.to_owned(),
            scenario: scenario.to_owned(),
            took: Duration::ZERO,
            failed: Some(why),
        }
    }
}

/// All lines so far.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Vec<Line>>);

impl Board {
    /// Shows a line and keeps it.
    pub(crate) fn note(&self, line: Line) {
        let Line {
            client,
            upstream,
            scenario,
            took,
            failed,
        } = &line;
        let millis = took.as_millis();
        match failed {
            None => println!("{client} × {upstream} × {scenario} … ok ({millis} ms)"),
            Some(why) => println!("{client} × {upstream} × {scenario} … FAILED\n{why}"),
        }
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    /// Shows how many passed, client by upstream, and says whether all did.
    pub(crate) fn close(&self) -> ExitCode {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut table: BTreeMap<(&str, &str), (usize, Vec<&str>)> = BTreeMap::new();
        for line in lines.iter() {
            let cell = table.entry((line.client, &line.upstream)).or_default();
            if line.failed.is_none() {
                cell.0 += 1;
            } else {
                cell.1.push(&line.scenario);
            }
        }
        println!();
        for ((client, upstream), (passed, failed)) in &table {
            let failed = match failed.as_slice() {
                [] => String::new(),
                names => format!(", failed: {}", names.join(", ")),
            };
            println!("{client:26} × {upstream:24} {passed:2} ok{failed}");
        }
        let failed = lines.iter().filter(|line| line.failed.is_some()).count();
        println!("\n{} passed, {failed} failed", lines.len() - failed);
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
