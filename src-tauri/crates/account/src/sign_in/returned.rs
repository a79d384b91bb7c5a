//! What a browser brings back: the query of the address that it ends on.

use serde_json::Value;
use url::Url;

use super::{Failure, FailureCause};
use crate::words::one_line;

/// An answer, from the loopback or pasted.
#[derive(Clone, PartialEq, Eq)]
pub struct Returned {
    pub(super) path: String,
    query: Vec<(String, String)>,
}

/// A text that is not the address that a sign-in ends on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPaste {
    /// Nothing of the kind.
    #[error(
        "this is not the address that the browser ended on: that holds \"code=\" or \"error=\"; copy the whole of it, even if its page says that it cannot connect"
    )]
    NotTheAddress,
    /// The sign-in does not wait for one.
    #[error("this sign-in waits for no address")]
    NotNow,
}

impl Returned {
    /// Reads what somebody has pasted: an address, or its query.
    ///
    /// # Errors
    /// It is neither.
    pub fn read(text: &str) -> Result<Self, BadPaste> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>']);
        let query = text.trim_start_matches(['?', '/']);
        let parsed = match Url::parse(text) {
            Ok(url) => Some(url),
            Err(_) => Url::parse(&format!("http://localhost/?{query}")).ok(),
        };
        let returned = parsed.map(|url| Self::of(&url));
        returned
            .filter(Self::is_an_answer)
            .ok_or(BadPaste::NotTheAddress)
    }

    pub(super) fn of(url: &Url) -> Self {
        let own = url.query_pairs().into_owned();
        // Some services put the answer behind the `#`.
        let fragment = url.fragment().unwrap_or_default().as_bytes();
        let more = url::form_urlencoded::parse(fragment).into_owned();
        Self {
            path: url.path().to_owned(),
            query: own.chain(more).collect(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(one, _)| one == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    /// Whether it is an answer at all. AWS's doors of Kiro's page answer without a code.
    pub(super) fn is_an_answer(&self) -> bool {
        ["code", "error", "login_option"]
            .iter()
            .any(|name| self.get(name).is_some())
    }

    /// Whether it belongs to the sign-in with this state.
    pub(super) fn has_state(&self, state: &str) -> bool {
        self.get("state") == Some(state)
    }

    /// Its code, if it belongs to the sign-in with this state and brings no error.
    pub(super) fn code(&self, state: &str) -> Result<String, Failure> {
        self.check(state)?;
        self.get("code").map(str::to_owned).ok_or_else(|| {
            let text = "the browser's answer holds no code; start again";
            Failure::new(FailureCause::OddAnswer, text)
        })
    }

    pub(super) fn check(&self, state: &str) -> Result<(), Failure> {
        if !self.has_state(state) {
            return Err(Failure::new(
                FailureCause::WrongState,
                "the answer belongs to another sign-in (its state is not the one of this); start again, and finish in the window that opens then",
            ));
        }
        let Some(error) = self.get("error") else {
            return Ok(());
        };
        let words = self.get("error_description").or(self.get("error_message"));
        let said = one_line(words.unwrap_or(error));
        let (cause, text) = match error {
            "access_denied" => (
                FailureCause::Denied,
                format!("the sign-in was refused in the browser: {said}"),
            ),
            "expired_token" => (FailureCause::Expired, format!("it came too late: {said}")),
            _ => (
                FailureCause::NotAccepted,
                format!("the service ended the sign-in: {said}"),
            ),
        };
        Err(Failure::new(cause, text).saying(Some(said), Some(one_line(error))))
    }
}

impl std::fmt::Debug for Returned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The code in it opens an account.
        write!(f, "Returned({})", self.path)
    }
}

/// A text of a JSON answer that must be there.
pub(super) fn text(value: &Value, name: &'static str) -> Result<String, Failure> {
    optional(value, name).ok_or_else(|| {
        let text = format!("the service's answer holds no {name}");
        Failure::new(FailureCause::OddAnswer, text)
    })
}

/// A text of a JSON answer.
pub(super) fn optional(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o4_the_final_address_is_read_however_it_was_pasted() {
        for text in [
            "http://localhost:8085/?code=4%2F0a&state=s1&scope=x",
            "  http://127.0.0.1:4000/oauth2callback?state=s1&code=4/0a \n",
            "kiro://kiro.kiroAgent/authenticate-success?code=4%2F0a&state=s1",
            "<http://localhost:1/x?code=4/0a&state=s1>",
            "?code=4/0a&state=s1",
            "state=s1&code=4/0a",
            "http://localhost:1/x#code=4/0a&state=s1",
        ] {
            let code = Returned::read(text).unwrap().code("s1");
            assert_eq!(code.unwrap(), "4/0a", "{text}");
        }
    }

    #[test]
    fn o4_what_is_no_final_address_is_told_at_once() {
        for text in [
            "",
            "hello",
            "4/0abc",
            "https://accounts.google.com/o/oauth2/v2/auth?state=s1",
        ] {
            assert_eq!(Returned::read(text), Err(BadPaste::NotTheAddress), "{text}");
        }
    }

    #[test]
    fn o4_another_state_and_an_error_are_named_causes() {
        let cause = |text: &str| Returned::read(text).unwrap().code("s1").unwrap_err().cause;
        assert_eq!(cause("?code=c&state=s2"), FailureCause::WrongState);
        assert_eq!(cause("?code=c"), FailureCause::WrongState);
        assert_eq!(
            cause("?error=access_denied&state=s2"),
            FailureCause::WrongState
        );
        assert_eq!(cause("?error=access_denied&state=s1"), FailureCause::Denied);
        assert_eq!(
            cause("?error=server_error&state=s1"),
            FailureCause::NotAccepted
        );
    }
}
