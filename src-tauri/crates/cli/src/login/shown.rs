//! What of a sign-in is printed: what to do on standard output, how it goes on standard error.

use std::io::{IsTerminal as _, Write as _};

use account::sign_in::{SignedIn, Step};
use jiff::Timestamp;

use crate::told;

/// What was shown so far.
pub(super) struct Shown {
    browser: bool,
    last: Option<Step>,
    counting: bool,
}

impl Shown {
    /// With a browser that is opened, or without.
    pub(super) fn new(browser: bool) -> Self {
        Self {
            browser,
            last: None,
            counting: false,
        }
    }

    /// Shows a step once, and how much time is left each time.
    pub(super) fn show(&mut self, step: &Step) {
        let is_news = self.last.as_ref() != Some(step);
        if is_news {
            self.end_countdown();
            self.tell(step);
            self.last = Some(step.clone());
        }
        self.count_down(step);
    }

    fn tell(&self, step: &Step) {
        match step {
            Step::Starting => {}
            Step::Open {
                address,
                returns_to,
                notice,
                ..
            } => {
                if let Some(notice) = notice {
                    eprintln!("note: {notice}");
                }
                self.point_at(
                    "Open this address in a browser, on this machine or another:",
                    address,
                );
                told::line(&format!(
                    "If its page cannot come back by itself, paste the address that it ends on ({returns_to}…) here."
                ));
            }
            Step::Code {
                address,
                complete,
                code,
                ..
            } => {
                let same =
                    matches!(&self.last, Some(Step::Code { code: before, .. }) if before == code);
                if !same {
                    let address = complete.as_ref().unwrap_or(address);
                    self.point_at("Open this page on any device:", address);
                    told::line(&format!("Enter this code there: {code}"));
                }
            }
            Step::Verify {
                address, reason, ..
            } => {
                eprintln!("note: {reason}");
                self.point_at(
                    "Verify the account there; Millpond goes on by itself then:",
                    address,
                );
            }
            Step::Finishing { doing } => eprintln!("now: {doing}"),
            Step::Done { account } => done(account),
            // It is told as the reason why the command failed.
            Step::Failed { .. } => {}
        }
    }

    fn point_at(&self, what: &str, address: &str) {
        told::line(what);
        told::line(address);
        if self.browser && open::that_detached(address).is_err() {
            eprintln!("note: no browser could be opened here");
        }
    }

    /// On a terminal only.
    fn count_down(&mut self, step: &Step) {
        let (Step::Open { until, .. } | Step::Code { until, .. } | Step::Verify { until, .. }) =
            step
        else {
            return;
        };
        let mut to = std::io::stderr();
        if to.is_terminal() {
            let left = until.duration_since(Timestamp::now()).as_secs().max(0);
            let _closed = write!(to, "\rwaiting, {}:{:02} left ", left / 60, left % 60);
            self.counting = true;
        }
    }

    fn end_countdown(&mut self) {
        if std::mem::take(&mut self.counting) {
            eprintln!();
        }
    }
}

fn done(account: &SignedIn) {
    told::line(&format!("signed in: {}", account.name));
    let more = [("plan", &account.plan), ("left", &account.left)];
    for (name, value) in more {
        if let Some(value) = value {
            told::line(&format!("{name}: {value}"));
        }
    }
    if let Some(instance) = account.instance {
        told::line(&format!("instance: {instance}"));
    }
    for note in &account.notes {
        eprintln!("note: {note}");
    }
}
