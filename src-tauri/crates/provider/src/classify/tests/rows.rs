//! The rows: status, body, and what they mean.

use super::*;
use Scope::{Instance, Model};

/// Status, message, type, code, and what they mean.
type Row = (u16, &'static str, &'static str, &'static str, Cause, Scope);

fn check(rows: &[Row]) {
    for &(status, message, kind, code, cause, scope) in rows {
        let refusal = answered(status, &[], &openai(message, kind, code));
        let told = (refusal.cause, refusal.scope);
        assert_eq!(told, (cause, scope), "{status} {message} {kind} {code}");
        assert_eq!(refusal.status, Some(status));
    }
}

#[test]
fn openai_refusals_mean_what_the_table_says() {
    use Cause::{BadRequest, Forbidden, KeyDead, ModelMissing, OtherCall, OutOfMoney};
    #[rustfmt::skip]
    let rows = [
        (400, "too long", "invalid_request_error", "context_length_exceeded", BadRequest, Instance),
        (400, "refused", "invalid_request_error", "content_policy_violation", BadRequest, Instance),
        (400, "refused", "invalid_request_error", "content_filter", BadRequest, Instance),
        (401, "bad", "invalid_request_error", "invalid_api_key", KeyDead, Instance),
        (401, "bad", "invalid_request_error", "invalid_organization", KeyDead, Instance),
        (401, "bad", "invalid_request_error", "account_deactivated", KeyDead, Instance),
        (400, "bad", "invalid_request_error", "account_deactivated", KeyDead, Instance),
        (402, "Insufficient Balance", "unknown_error", "invalid_request_error", OutOfMoney, Instance),
        (403, "Country, region, or territory not supported", "request_forbidden", "unsupported_country_region_territory", Forbidden, Instance),
        (403, "no", "permission_denied", "", KeyDead, Instance),
        (403, "Project `p` does not have access to model `gpt-x`", "invalid_request_error", "model_not_found", ModelMissing, Model),
        (403, "You have no permission for this", "x", "", KeyDead, Instance),
        (403, "key not allowed to access model", "x", "", ModelMissing, Model),
        (404, "The model `gpt-x` does not exist", "invalid_request_error", "model_not_found", ModelMissing, Model),
        (404, "nothing here", "x", "", ModelMissing, Model),
        (404, "This model is only supported in v1/responses and not in v1/chat/completions.", "invalid_request_error", "", OtherCall, Model),
        (400, "Function tools with reasoning_effort are not supported for gpt-x in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.", "invalid_request_error", "", OtherCall, Model),
        (400, "The model `gpt-x` does not exist or you do not have access to it", "invalid_request_error", "", ModelMissing, Model),
        (400, "Model Not Exist", "invalid_request_error", "", ModelMissing, Model),
        (400, "gpt-x is not a valid model ID", "", "", ModelMissing, Model),
    ];
    check(&rows);
}

#[test]
fn openai_limits_and_failures_mean_what_the_table_says() {
    use Cause::{BadRequest, OutOfMoney, Overloaded, RateLimited, Transient};
    #[rustfmt::skip]
    let rows = [
        (405, "Method not allowed", "x", "", Transient, Instance),
        (408, "time-out", "x", "", Transient, Instance),
        (409, "conflict", "x", "", Transient, Instance),
        (413, "too large", "x", "", BadRequest, Instance),
        (415, "media", "x", "", Transient, Instance),
        (422, "validation", "x", "", BadRequest, Instance),
        (425, "early", "x", "", Transient, Instance),
        (431, "headers", "x", "", Transient, Instance),
        (429, "Rate limit reached for requests", "requests", "rate_limit_exceeded", RateLimited, Instance),
        (429, "Rate limit reached for gpt-x in organization org-made-up on tokens per min.", "tokens", "rate_limit_exceeded", RateLimited, Model),
        (429, "gone", "insufficient_quota", "insufficient_quota", OutOfMoney, Instance),
        (429, "gone", "x", "billing_hard_limit_reached", OutOfMoney, Instance),
        (400, "Billing hard limit has been reached", "invalid_request_error", "billing_hard_limit_reached", OutOfMoney, Instance),
        (429, "You exceeded your current quota, please check your plan", "x", "", OutOfMoney, Instance),
        (429, "You exceeded your current quota. Please retry in 12s", "x", "", RateLimited, Instance),
        (429, "busy", "x", "engine_overloaded", Overloaded, Instance),
        (403, "用户额度不足", "new_api_error", "insufficient_user_quota", OutOfMoney, Instance),
        (403, "user quota is not enough", "x", "", OutOfMoney, Instance),
        (500, "gone", "x", "insufficient_user_quota", OutOfMoney, Instance),
        (500, "oops", "server_error", "", Transient, Instance),
        (500, "That model is currently overloaded", "server_error", "", Overloaded, Instance),
        (502, "oops", "server_error", "", Transient, Instance),
        (503, "oops", "server_error", "", Overloaded, Instance),
        (504, "oops", "server_error", "", Transient, Instance),
        (520, "oops", "", "", Transient, Instance),
        (526, "oops", "", "", Transient, Instance),
        (529, "oops", "", "", Overloaded, Instance),
        (401, "No available channel for model gpt-x", "new_api_error", "", Transient, Model),
        (403, "当前分组下对于模型 gpt-x 无可用渠道", "new_api_error", "", Transient, Model),
        (503, "No available channel for model gpt-x", "new_api_error", "", Transient, Model),
    ];
    check(&rows);
}

#[test]
fn anthropic_errors_mean_what_the_table_says() {
    use Cause::{
        BadRequest, KeyDead, ModelMissing, OutOfMoney, Overloaded, RateLimited, Transient,
    };
    let limit = "This request would exceed your organization's rate limit of 30,000 input tokens per minute";
    let of_model = format!("{limit} (org: made-up, model: claude-x).");
    #[rustfmt::skip]
    let rows = [
        (400, "invalid_request_error", "prompt is too long: 300000 tokens", BadRequest, Instance),
        (400, "invalid_request_error", "Your credit balance is too low to access the API.", OutOfMoney, Instance),
        (400, "invalid_request_error", "The organization's spend limit is reached", OutOfMoney, Instance),
        (400, "invalid_request_error", "This organization has been disabled.", KeyDead, Instance),
        (401, "authentication_error", "invalid x-api-key", KeyDead, Instance),
        (402, "billing_error", "payment", OutOfMoney, Instance),
        (403, "permission_error", "not allowed", KeyDead, Instance),
        (404, "not_found_error", "model: claude-x", ModelMissing, Model),
        (409, "conflict_error", "conflict", Transient, Instance),
        (413, "request_too_large", "over 32 MB", BadRequest, Instance),
        (429, "rate_limit_error", limit, RateLimited, Instance),
        (429, "rate_limit_error", &of_model, RateLimited, Model),
        (500, "api_error", "Internal server error", Transient, Instance),
        (504, "timeout_error", "late", Transient, Instance),
        (529, "overloaded_error", "Overloaded", Overloaded, Instance),
        (500, "overloaded_error", "Overloaded", Overloaded, Instance),
    ];
    for (status, kind, message, cause, scope) in rows {
        let headers = HeaderMap::new();
        let body = anthropic(kind, message);
        let answer = Answer {
            status,
            headers: &headers,
            body: body.as_bytes(),
        };
        let refusal = refusal(CLAUDE, answer, now());
        assert_eq!(
            (refusal.cause, refusal.scope),
            (cause, scope),
            "{status} {kind} {message}"
        );
    }
}

#[test]
fn bodies_of_other_shapes_mean_what_the_table_says() {
    use Cause::{
        BadRequest, Forbidden, KeyDead, ModelMissing, OutOfMoney, Overloaded, Transient, WrongUrl,
    };
    let html = "<!DOCTYPE html><title>Attention Required! | Cloudflare</title> api key quota";
    #[rustfmt::skip]
    let rows = [
        (403, html, Forbidden),
        (404, html, WrongUrl),
        (405, html, WrongUrl),
        (404, "", WrongUrl),
        (405, "", WrongUrl),
        (404, "404 page not found", WrongUrl),
        (404, "model gpt-x not found", ModelMissing),
        (404, "{}", ModelMissing),
        (404, r#"{"error":{"message":"Invalid URL (POST /v1/responses)","type":"invalid_request_error"}}"#, WrongUrl),
        (404, r#"{"error":{"message":"Unknown request URL: POST /v1/responses.","code":"unknown_url"}}"#, WrongUrl),
        (404, r#"{"detail":"Not Found"}"#, WrongUrl),
        (404, r#"{"message":"Cannot POST /v1/responses","error":"Not Found","statusCode":404}"#, WrongUrl),
        (404, r#"{"error":"model 'gpt-x' not found"}"#, ModelMissing),
        (401, html, KeyDead),
        (413, html, BadRequest),
        (503, html, Overloaded),
        (522, html, Transient),
        (403, "", Forbidden),
        (403, "Forbidden", Forbidden),
        (402, "", OutOfMoney),
        (400, "Insufficient Balance", OutOfMoney),
        (400, r#"{"error":"insufficient balance"}"#, OutOfMoney),
        (400, r#"{"message":"Your credit balance is too low"}"#, OutOfMoney),
        (403, r#"{"detail":"Invalid API key"}"#, KeyDead),
        (400, r#"{"code":401,"msg":"Invalid API key"}"#, KeyDead),
        (400, r#"[{"error":{"message":"API key not valid. Please pass a valid API key."}}]"#, KeyDead),
        (400, r#"[{"error":{"message":"User location is not supported for the API use."}}]"#, Forbidden),
        (422, r#"{"detail":[{"loc":["body","messages"],"msg":"field required","type":"missing"}]}"#, BadRequest),
        (499, "", Transient),
        (451, "", Transient),
        (999, "", Transient),
    ];
    for (status, body, cause) in rows {
        assert_eq!(answered(status, &[], body).cause, cause, "{status} {body}");
    }
}

#[test]
fn a_clients_text_in_a_refusal_blames_no_account() {
    let long = format!(
        "invalid message: {} insufficient balance",
        "word ".repeat(200)
    );
    for text in [
        long.as_str(),
        "tools.0: function get_model_price not found",
        "tools.0: function get_model not found",
        "messages.1.content: quota must be a string",
        "this model does not support image input",
        "Previous response with id 'resp_1' not found",
    ] {
        let refusal = answered(400, &[], &openai(text, "invalid_request_error", ""));
        assert_eq!(refusal.cause, Cause::BadRequest, "{text}");
    }
}

#[test]
fn an_error_in_a_stream_is_told_by_its_type_code_or_words() {
    use Cause::{
        BadRequest, Forbidden, KeyDead, ModelMissing, OutOfMoney, Overloaded, RateLimited,
        Transient,
    };
    #[rustfmt::skip]
    let rows = [
        (r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, Overloaded, Some(529)),
        (r#"{"type":"error","error":{"type":"rate_limit_error","message":"m"}}"#, RateLimited, Some(429)),
        (r#"{"type":"error","error":{"type":"api_error","message":"m"}}"#, Transient, Some(500)),
        (r#"{"type":"error","error":{"type":"timeout_error","message":"m"}}"#, Transient, Some(504)),
        (r#"{"type":"error","error":{"type":"authentication_error","message":"m"}}"#, KeyDead, Some(401)),
        (r#"{"type":"error","error":{"type":"permission_error","message":"m"}}"#, KeyDead, Some(403)),
        (r#"{"type":"error","error":{"type":"not_found_error","message":"m"}}"#, ModelMissing, Some(404)),
        (r#"{"type":"error","error":{"type":"invalid_request_error","message":"m"}}"#, BadRequest, Some(400)),
        (r#"{"type":"error","error":{"type":"billing_error","message":"m"}}"#, OutOfMoney, Some(402)),
        (r#"{"error":{"message":"m","code":"insufficient_quota"}}"#, OutOfMoney, Some(429)),
        (r#"{"error":{"message":"m","type":"server_error"}}"#, Transient, Some(500)),
        (r#"{"error":{"message":"m","code":502}}"#, Transient, Some(502)),
        (r#"{"error":{"message":"m","code":429}}"#, RateLimited, Some(429)),
        (r#"{"error":{"message":"m","code":403}}"#, Forbidden, Some(403)),
        (r#"{"error":"rate limit hit"}"#, RateLimited, Some(429)),
        (r#"{"error":"overloaded"}"#, Overloaded, None),
        (r#"{"error":"what"}"#, Transient, None),
    ];
    for (body, cause, status) in rows {
        let error = read_error(body.as_bytes()).unwrap();
        let refusal = refusal_from_error(CLAUDE, &error, None, now());
        assert_eq!((refusal.cause, refusal.status), (cause, status), "{body}");
        let hinted = refusal_from_error(CLAUDE, &error, Some(200), now());
        assert_eq!(hinted, refusal, "{body}");
    }
    let error = read_error(br#"{"error":{"message":"m. Try again in 2s","code":429}}"#).unwrap();
    assert_eq!(
        refusal_from_error(OPENAI, &error, None, now()).wait,
        Some(Duration::from_secs(2))
    );
    assert_eq!(
        refusal_from_error(OPENAI, &error, Some(500), now()).cause,
        Cause::Transient
    );
}
