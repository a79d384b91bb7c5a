//! Waiting for a person who enters a code on some device (RFC 8628).

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::returned::{optional, text};
use super::stage::{Deadline, Refused, Stage};
use super::{Failure, FailureCause, Step};
use crate::web::{Ask, Trouble};

/// A code that was given out.
pub(super) struct Code {
    pub(super) device: String,
    user: String,
    address: String,
    complete: Option<String>,
    every: Duration,
    until: Deadline,
}

/// Where a service names no interval.
const EVERY: Duration = Duration::from_secs(5);
const LIFE: Duration = Duration::from_secs(600);

impl Code {
    /// Reads the answer: names as in RFC 8628, or as AWS spells them.
    pub(super) fn read(answer: &Value) -> Result<Self, Failure> {
        let one = |snake: &'static str, camel: &'static str| match optional(answer, snake) {
            Some(value) => Ok(value),
            None => text(answer, camel),
        };
        let seconds = |snake: &str, camel: &str| {
            let value = answer.get(snake).or_else(|| answer.get(camel))?;
            value.as_u64().filter(|n| *n > 0).map(Duration::from_secs)
        };
        let life = seconds("expires_in", "expiresIn").unwrap_or(LIFE);
        Ok(Self {
            device: one("device_code", "deviceCode")?,
            user: one("user_code", "userCode")?,
            address: one("verification_uri", "verificationUri")?,
            complete: one("verification_uri_complete", "verificationUriComplete").ok(),
            every: seconds("interval", "interval").unwrap_or(EVERY),
            // More than a day is a mistake, and would overflow some clock.
            until: Deadline::after(life.min(Duration::from_secs(86_400))),
        })
    }

    fn shown(&self, every: Duration) -> Step {
        Step::Code {
            address: self.address.clone(),
            complete: self.complete.clone(),
            code: self.user.clone(),
            every: every.as_secs().max(1),
            until: self.until.shown,
        }
    }
}

/// Asks until the person has entered the code, or it ends. `slower` is the next interval after a `slow_down`.
pub(super) async fn wait(
    stage: &Stage,
    code: &Code,
    slower: fn(Duration) -> Duration,
    ask: impl Fn() -> Ask,
) -> Result<Value, Failure> {
    let mut every = code.every;
    stage.show(code.shown(every));
    loop {
        sleep(every).await;
        if code.until.has_passed() {
            return Err(expired());
        }
        let pause = match stage.once(ask()).await {
            Ok(answer) if is_pending(&answer) => None,
            Ok(answer) => return Ok(answer),
            // A machine that changes networks meanwhile must not lose the sign-in.
            Err(Refused::Unheard(_)) => None,
            Err(Refused::Trouble(trouble)) => match judged(trouble)? {
                Again::AsBefore(wait) => wait,
                Again::Slower => {
                    every = slower(every);
                    stage.show(code.shown(every));
                    None
                }
            },
        };
        if let Some(pause) = pause {
            sleep(pause).await;
        }
    }
}

enum Again {
    AsBefore(Option<Duration>),
    Slower,
}

fn judged(trouble: Trouble) -> Result<Again, Failure> {
    let Trouble::No {
        status,
        code,
        retry_after,
        ..
    } = &trouble
    else {
        return Err(trouble.into());
    };
    match code.as_str() {
        "authorization_pending" | "AuthorizationPendingException" => Ok(Again::AsBefore(None)),
        "slow_down" | "SlowDownException" => Ok(Again::Slower),
        "invalid_grant" | "InvalidGrantException" => Err(Failure {
            cause: FailureCause::NotAccepted,
            ..trouble.into()
        }),
        _ if *status == 429 => Ok(Again::AsBefore(Some(retry_after.unwrap_or(EVERY)))),
        _ if *status >= 500 => Ok(Again::AsBefore(None)),
        "" | "unauthorized" if *status == 401 => Err(expired()),
        _ => Err(trouble.into()),
    }
}

/// Qwen may say so with status 200.
fn is_pending(answer: &Value) -> bool {
    answer.get("status").and_then(Value::as_str) == Some("pending")
}

fn expired() -> Failure {
    let text = "the code has expired before it was entered; start again";
    Failure::new(FailureCause::Expired, text)
}
