//! One instance, ready to be asked: a call goes up, and comes back as content or as a refusal.
//!
//! [`Upstream::send`] returns only when the answer has begun to say something (or is whole), so that
//! whoever called may still ask somebody else when it does not.

mod answer;
mod course;
mod hops;
mod line;
mod probe;
mod quotas;
mod signed_in;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dialect::Dialect;
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body_util::Full;
use jiff::Timestamp;
use tokio::time::Instant;

pub use answer::{Answer, Opened, Whole};
pub use course::Course;
pub use hops::Hops;
use line::Line;
pub use quotas::Quotas;

use crate::classify::{self, without_key};
use crate::endpoint::{Api, BadBase};
use crate::headers::{BadHeader, HeaderPlan};
use crate::hop::{BadRoute, Hop, HopBody, HopError};
use crate::instance::{Instance, Limits};
use crate::refusal::{Cause, Refusal};

/// An instance whose settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadInstance {
    /// Its address.
    #[error(transparent)]
    Base(#[from] BadBase),
    /// Its key or a header of the user's.
    #[error(transparent)]
    Header(#[from] BadHeader),
    /// Its proxy.
    #[error(transparent)]
    Route(#[from] BadRoute),
}

/// One call of a client, or of Millpond's own.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// Which call.
    pub api: Api,
    /// The model, which the path of Gemini's calls names; others say it in the body.
    pub model: &'a str,
    /// The dialect of the answer.
    pub dialect: Dialect,
    /// Who asked, in which dialect and with which headers; `None` for calls of Millpond's own.
    pub client: Option<(Dialect, &'a HeaderMap)>,
    /// The client's query, of which little goes up.
    pub query: Option<&'a str>,
    /// The body that goes up.
    pub body: Bytes,
    /// Whether the answer is to be a stream.
    pub stream: bool,
}

/// An instance with all that each request would else have to work out.
#[derive(Debug)]
pub struct Upstream {
    instance: Instance,
    line: Arc<Line>,
    /// Where the tokens of a signed-in account say that it is spoken to, with what says so.
    moved: Mutex<Option<(String, Arc<Line>)>>,
    plan: HeaderPlan,
    hops: Hops,
    limits: Limits,
    /// Whether `Authorization: Bearer` was found to work where `x-api-key` did not.
    bearer: AtomicBool,
    quotas: Mutex<Option<Quotas>>,
}

impl Call<'_> {
    /// Whether the stream is to be one JSON array: a client of Gemini's own dialect that did not ask for `alt=sse`.
    fn is_array(&self) -> bool {
        let sse = |query: &str| query.split('&').any(|pair| pair == "alt=sse");
        self.stream
            && self.api == Api::GenerateContent
            && matches!(self.client, Some((Dialect::Gemini, _)))
            && !self.query.is_some_and(sse)
    }
}

impl Upstream {
    /// Prepares an instance; connections are shared with the others of its origin.
    pub fn new(instance: Instance, limits: Limits, hops: &Hops) -> Result<Self, BadInstance> {
        let (kind, proxy) = (instance.kind, instance.proxy.as_deref());
        let line = Line::new(kind, &instance.base_url, proxy, hops)?;
        let plan = HeaderPlan::new(&instance)?;
        Ok(Self {
            instance,
            line: Arc::new(line),
            moved: Mutex::default(),
            plan,
            hops: hops.clone(),
            limits,
            bearer: AtomicBool::new(false),
            quotas: Mutex::default(),
        })
    }

    /// The instance as it was configured.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// The limits of its attempts.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The user says that it may work now: an account that was signed in to is tried again.
    pub fn forgive(&self) {
        if let Some(login) = &self.instance.login {
            login.tokens.forgive();
        }
    }

    /// Whether this is the vendor's own address, which takes what relays may not.
    pub fn is_official(&self) -> bool {
        matches!(
            self.line.addresses.origin().host.as_str(),
            "api.openai.com" | "api.anthropic.com" | "generativelanguage.googleapis.com"
        )
    }

    /// Sends a call and waits for content: the first of a stream, the whole of any other answer.
    ///
    /// `course` tells of it meanwhile.
    pub async fn send(&self, call: &Call<'_>, course: &Course) -> Result<Answer, Refusal> {
        if let Some(login) = &self.instance.login {
            return self.send_signed_in(login, call, course).await;
        }
        let outcome = match self.attempt(call, course).await {
            Err(refusal) if self.may_flip(&refusal) => {
                self.bearer.fetch_xor(true, Ordering::Relaxed);
                let again = self.attempt(call, course).await;
                if again.as_ref().is_err_and(|e| e.cause == Cause::KeyDead) {
                    self.bearer.fetch_xor(true, Ordering::Relaxed);
                }
                again
            }
            other => other,
        };
        outcome.map_err(|refusal| self.clean(refusal))
    }

    fn may_flip(&self, refusal: &Refusal) -> bool {
        refusal.cause == Cause::KeyDead && refusal.status == Some(401) && self.plan.has_other_auth()
    }

    fn clean(&self, refusal: Refusal) -> Refusal {
        match &self.instance.key {
            Some(key) => without_key(refusal, key.expose()),
            None => refusal,
        }
    }

    async fn attempt(&self, call: &Call<'_>, course: &Course) -> Result<Answer, Refusal> {
        course.begins();
        let (response, deadline) = self
            .head_of(&self.line, self.request(call)?, course)
            .await?;
        if !response.status().is_success() {
            return Err(self.refused(response, deadline).await);
        }
        let kind = self.instance.kind;
        if call.stream {
            let form = match call.is_array() {
                true => answer::Form::Array,
                false => answer::Form::Events,
            };
            answer::open(kind, (call.dialect, form), response, deadline, &self.limits).await
        } else {
            answer::whole(
                (kind, false),
                call.dialect,
                response,
                deadline,
                &self.limits,
            )
            .await
        }
    }

    /// The head of an answer, and when its first content must be there.
    async fn head_of(
        &self,
        line: &Line,
        request: Request<Full<Bytes>>,
        course: &Course,
    ) -> Result<(Response<HopBody>, Instant), Refusal> {
        let Limits {
            connect,
            first_content,
            ..
        } = self.limits;
        let asked = line.hop.send(request, connect, first_content, course).await;
        asked.map_err(|error| unreached(&error))
    }

    fn request(&self, call: &Call<'_>) -> Result<Request<Full<Bytes>>, Refusal> {
        let odd = || Refusal::new(Cause::WrongUrl, "the address of this call cannot be sent");
        let bearer = self.bearer.load(Ordering::Relaxed);
        let mut headers = self
            .plan
            .for_request(call.api, call.client, call.stream, bearer);
        self.line.address(&mut headers);
        let mut request = Request::new(Full::new(call.body.clone()));
        *request.method_mut() = match call.api {
            Api::Models => Method::GET,
            _ => Method::POST,
        };
        *request.uri_mut() = match (call.api.method(call.stream), call.query) {
            (Some(method), _) => {
                let sse = call.stream && !call.is_array();
                let path = self.line.addresses.of_model(call.model, method, sse);
                target(&self.line.hop, &path).map_err(|_| odd())?
            }
            (None, None) => self.line.target(call.api).ok_or_else(odd)?,
            (None, Some(query)) => {
                let path = self.line.addresses.with_client_query(call.api, Some(query));
                target(&self.line.hop, &path).map_err(|_| odd())?
            }
        };
        *request.headers_mut() = headers;
        Ok(request)
    }

    async fn refused(&self, response: Response<HopBody>, deadline: Instant) -> Refusal {
        let (head, body) = response.into_parts();
        // What could not be read of a refusal's body changes nothing about its status.
        let body = answer::some_of(body, deadline).await;
        let answer = classify::Answer {
            status: head.status.as_u16(),
            headers: &head.headers,
            body: &body,
        };
        classify::refusal(self.instance.kind, answer, Timestamp::now())
    }
}

fn target(hop: &Hop, path_and_query: &str) -> Result<Uri, BadBase> {
    Uri::try_from(hop.route().request_target(path_and_query)).map_err(|_| unfit(path_and_query))
}

fn unfit(address: &str) -> BadBase {
    BadBase::NotAUrl(classify::one_line(address))
}

fn unreached(error: &HopError) -> Refusal {
    let cause = match error {
        HopError::Silent(limit) => return silent(*limit),
        HopError::ConnectTimeout(_) => Cause::ConnectTimeout,
        HopError::Connect { local: true, .. } => Cause::NoNetwork,
        HopError::Connect { .. } | HopError::Broken(_) => Cause::Unreachable,
    };
    Refusal::new(cause, classify::one_line(&error.to_string()))
}

fn silent(limit: Duration) -> Refusal {
    let text = format!(
        "no content within {} ms (FIRST_CONTENT_TIMEOUT_MS)",
        limit.as_millis()
    );
    Refusal::new(Cause::FirstContentTimeout, text)
}

#[cfg(test)]
mod tests;
