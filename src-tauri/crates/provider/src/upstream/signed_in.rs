//! Asking with an account that was signed in to: its access token, its address, what its service wants around a call.
//!
//! A token that is refused is renewed once, and the call repeated once. A service that refuses a fresh one has ended it.
//!
//! - `dress`: what a service wants around a call; `free`: calls that cost nothing.

mod dress;
mod free;

use std::sync::{Arc, PoisonError};

use account::Credentials;
use account::sign_in::way::instead;
use account::tokens::NoToken;
use bytes::Bytes;
use dialect::code_assist::Unwrap;
use http::{Method, Request};
use http_body_util::Full;

use super::line::Line;
use super::{Answer, Call, Course, Upstream, answer};
use crate::classify::{self, without_key};
use crate::kind::ProviderType;
use crate::login::Login;
use crate::refusal::{Cause, Refusal};

impl Upstream {
    pub(super) async fn send_signed_in(
        &self,
        login: &Login,
        call: &Call<'_>,
        course: &Course,
    ) -> Result<Answer, Refusal> {
        let credentials = login.tokens.access().await.map_err(no_token)?;
        self.find_project(login, &credentials).await?;
        let first = self.attempt_as(login, &credentials, call, course).await;
        let Err(refusal) = first else {
            return first;
        };
        if !is_about_the_token(self.instance.kind, &refusal) {
            return Err(clean(refusal, &credentials));
        }
        let fresh = login.tokens.replace(&credentials).await.map_err(no_token)?;
        let second = self.attempt_as(login, &fresh, call, course).await;
        second.map_err(|refusal| {
            let refusal = clean(clean(refusal, &credentials), &fresh);
            match is_about_the_token(self.instance.kind, &refusal) {
                true => self.ended(refusal),
                false => refusal,
            }
        })
    }

    async fn attempt_as(
        &self,
        login: &Login,
        credentials: &Credentials,
        call: &Call<'_>,
        course: &Course,
    ) -> Result<Answer, Refusal> {
        let line = self.line_of(login, credentials)?;
        let request = self.dressed(&line, login, credentials, call)?;
        course.begins();
        let (response, deadline) = self.head_of(&line, request, course).await?;
        if !response.status().is_success() {
            return Err(self.refused(response, deadline).await);
        }
        let kind = self.instance.kind;
        let in_envelope = kind == ProviderType::GeminiCliOauth;
        if call.stream {
            let form = match call.is_array() {
                // Code Assist has events only.
                true if in_envelope => answer::Form::ArrayOfEvents,
                true => answer::Form::Array,
                false => answer::Form::Events,
            };
            let response = match in_envelope {
                true if call.is_array() => {
                    response.map(|body| body.unwrapped(Unwrap::new().as_array()))
                }
                true => response.map(|body| body.unwrapped(Unwrap::new())),
                false => response,
            };
            return answer::open(kind, (call.dialect, form), response, deadline, &self.limits)
                .await;
        }
        let whole = answer::whole(
            (kind, in_envelope),
            call.dialect,
            response,
            deadline,
            &self.limits,
        );
        whole.await
    }

    /// Where these tokens are spoken to.
    pub(super) fn line_of(
        &self,
        login: &Login,
        credentials: &Credentials,
    ) -> Result<Arc<Line>, Refusal> {
        let Some(base) = login.base(self.instance.kind, credentials) else {
            return Ok(Arc::clone(&self.line));
        };
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, line)) = &*moved
            && *of == base
        {
            return Ok(Arc::clone(line));
        }
        let proxy = self.instance.proxy.as_deref();
        let line = Line::new(self.instance.kind, &base, proxy, &self.hops);
        let line = line.map_err(|bad| Refusal::new(Cause::WrongUrl, bad.to_string()))?;
        let line = Arc::new(line);
        *moved = Some((base, Arc::clone(&line)));
        Ok(line)
    }

    fn dressed(
        &self,
        line: &Line,
        login: &Login,
        credentials: &Credentials,
        call: &Call<'_>,
    ) -> Result<Request<Full<Bytes>>, Refusal> {
        let dress = dress::of(self.instance.kind, login, credentials, call)?;
        let odd = |_| Refusal::new(Cause::WrongUrl, "the address of this call cannot be sent");
        let uri = match dress.path {
            Some(path) => line.below_root(path).map_err(odd)?,
            None => line.target(call.api).ok_or_else(|| {
                let text = format!("{} has no such call", self.instance.kind.plain_name());
                Refusal::new(Cause::ModelMissing, text)
            })?,
        };
        let mut headers = self.plan.signed_in(dress.headers);
        line.address(&mut headers);
        let mut request = Request::new(Full::new(dress.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// A service that refuses a token which it has just given out.
    fn ended(&self, refusal: Refusal) -> Refusal {
        match self.instance.kind.service() {
            Some(service) if self.instance.kind == ProviderType::QwenOauth => {
                let instead = instead(service).join(", or ");
                Refusal {
                    cause: Cause::Ended,
                    message: classify::one_line(&format!(
                        "Qwen gives out tokens and refuses them: its free service ended on 15 April 2026 ({}); use {instead}",
                        refusal.message
                    )),
                    ..refusal
                }
            }
            _ => refusal,
        }
    }
}

/// Google's 403 is about the account, and no other token would help.
fn is_about_the_token(kind: ProviderType, refusal: &Refusal) -> bool {
    let may_be = match kind {
        ProviderType::GeminiCliOauth => refusal.status == Some(401),
        _ => matches!(refusal.status, Some(401 | 403)),
    };
    refusal.cause == Cause::KeyDead && may_be
}

/// Why there is no access token, as a refusal.
fn no_token(why: NoToken) -> Refusal {
    let cause = match why.needs_the_user() {
        true => Cause::KeyDead,
        false => Cause::Transient,
    };
    Refusal::new(cause, classify::one_line(&why.to_string()))
}

fn clean(refusal: Refusal, credentials: &Credentials) -> Refusal {
    let refusal = without_key(refusal, credentials.access().expose());
    match credentials.refresh() {
        Some(refresh) => without_key(refusal, refresh.expose()),
        None => refusal,
    }
}
