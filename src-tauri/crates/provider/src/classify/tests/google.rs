//! Google's refusals (`google.rpc.Status`).

use serde_json::{Value, json};

use super::*;
use Cause::{
    BadRequest, Forbidden, KeyDead, ModelMissing, OutOfMoney, Overloaded, RateLimited, Transient,
};
use Scope::{Instance, Model};

fn refused(status: u16, word: &str, message: &str, details: &Value) -> Refusal {
    let body =
        json!({"error": {"code": status, "message": message, "status": word, "details": details}});
    let headers = HeaderMap::new();
    // Streams that are arrays hold their errors in one, too.
    let [plain, array] = [body.to_string(), json!([body]).to_string()].map(|body| {
        let answer = Answer {
            status,
            headers: &headers,
            body: body.as_bytes(),
        };
        refusal(ProviderType::GeminiCustom, answer, now())
    });
    assert_eq!(
        (plain.cause, plain.scope, plain.wait),
        (array.cause, array.scope, array.wait)
    );
    plain
}

#[test]
fn googles_refusals_mean_what_the_table_says() {
    let reason = |reason: &str| json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}]);
    #[rustfmt::skip]
    let rows = [
        (400, "INVALID_ARGUMENT", "Unknown name \"x\": Cannot find field.", json!([]), BadRequest, Instance),
        (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", reason("API_KEY_INVALID"), KeyDead, Instance),
        (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", reason("API_KEY_INVALID"), KeyDead, Instance),
        (400, "FAILED_PRECONDITION", "User location is not supported for the API use.", json!([]), Forbidden, Instance),
        (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", json!([]), KeyDead, Instance),
        (403, "PERMISSION_DENIED", "Generative Language API has not been used in project 1", reason("SERVICE_DISABLED"), KeyDead, Instance),
        (403, "PERMISSION_DENIED", "Your API key was reported as leaked.", json!([]), KeyDead, Instance),
        (404, "NOT_FOUND", "models/x is not found for API version v1beta", json!([]), ModelMissing, Model),
        (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", json!([]), RateLimited, Model),
        (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", json!([]), RateLimited, Model),
        (429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", json!([]), OutOfMoney, Instance),
        (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota. \n* Quota exceeded for metric: m, limit: 0, model: gemini-x", json!([]), ModelMissing, Model),
        (429, "RESOURCE_EXHAUSTED", "No capacity available", reason("MODEL_CAPACITY_EXHAUSTED"), Overloaded, Model),
        (500, "INTERNAL", "An internal error has occurred.", json!([]), Transient, Instance),
        (503, "UNAVAILABLE", "The model is overloaded. Please try again later.", json!([]), Overloaded, Model),
        (504, "DEADLINE_EXCEEDED", "Deadline expired", json!([]), Transient, Instance),
    ];
    for (status, word, message, details, cause, scope) in rows {
        let refusal = refused(status, word, message, &details);
        assert_eq!(
            (refusal.cause, refusal.scope),
            (cause, scope),
            "{status} {message}"
        );
    }
}

#[test]
fn h4_a_quotas_id_says_whose_it_is_and_how_long_it_lasts() {
    let limited = |quotas: &[&str]| {
        let violations: Vec<Value> = quotas
            .iter()
            .map(|id| json!({"quotaMetric": "m", "quotaId": id}))
            .collect();
        let details = json!([
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": violations},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12.5s"},
        ]);
        let refusal = refused(
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota.",
            &details,
        );
        assert_eq!(refusal.cause, RateLimited);
        (refusal.scope, refusal.wait.unwrap())
    };
    let asked = Duration::from_millis(12_500);
    // Noon of 21 October in UTC is 5 in the morning there.
    let rest_of_the_day = Duration::from_secs(19 * 3_600);
    #[rustfmt::skip]
    let rows: [(&[&str], _, _); 5] = [
        (&[], Model, asked),
        (&["GenerateRequestsPerMinutePerProjectPerModel-FreeTier"], Model, asked),
        (&["GenerateContentInputTokensPerModelPerMinute", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"], Model, rest_of_the_day),
        (&["ApiRequestsPerMinutePerProject"], Instance, asked),
        (&["ApiRequestsPerDayPerProject"], Instance, rest_of_the_day),
    ];
    for (quotas, scope, wait) in rows {
        assert_eq!(limited(quotas), (scope, wait), "{quotas:?}");
    }
}
