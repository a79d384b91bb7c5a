//! The codes and words, by what they say. In lower case, as they are looked for.

/// OpenAI's, Anthropic's (`enforced_spend_limit_reached` stands in `error.details`), and those of one-api and its kin.
pub(super) const MONEY_CODES: [&str; 7] = [
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_error",
    "enforced_spend_limit_reached",
    "insufficient_balance",
    "insufficient_user_quota",
    "pre_consume_token_quota_failed",
];
pub(super) const SPEND_LIMIT_CODE: &str = "enforced_spend_limit_reached";
pub(super) const MONEY_WORDS: [&str; 12] = [
    "credit balance",
    "insufficient balance",
    "insufficient credit",
    "insufficient quota",
    "insufficient_quota",
    "spend limit",
    "api usage limits",
    "billing_hard_limit",
    "billing hard limit",
    "余额不足",
    "prepayment credits",
    "spending cap",
];
/// Of a quota that is gone, where the status leaves no doubt (403).
pub(super) const QUOTA_WORDS: [&str; 2] = ["quota", "额度"];
pub(super) const CHANNEL_WORDS: [&str; 2] = ["no available channel", "无可用渠道"];
pub(super) const KEY_CODES: [&str; 6] = [
    "invalid_api_key",
    "invalid_organization",
    "account_deactivated",
    "authentication_error",
    "api_key_invalid",
    "unauthenticated",
];
pub(super) const KEY_WORDS: [&str; 7] = [
    "invalid api key",
    "incorrect api key",
    "api key not valid",
    "api key expired",
    "invalid x-api-key",
    "account_deactivated",
    "organization has been disabled",
];
pub(super) const PERMISSION_CODES: [&str; 2] = ["permission_error", "permission_denied"];
pub(super) const PERMISSION_WORDS: [&str; 5] = [
    "permission",
    "api key",
    "api_key",
    "unauthorized",
    "not authorized",
];
pub(super) const REGION_CODES: [&str; 1] = ["unsupported_country_region_territory"];
pub(super) const REGION_WORDS: [&str; 5] = [
    "unsupported_country",
    "country, region, or territory",
    "location is not supported",
    "not available in your region",
    "not available in your country",
];
pub(super) const MODEL_CODES: [&str; 2] = ["model_not_found", "model_not_exist"];
/// After the word "model".
pub(super) const MISSING_WORDS: [&str; 4] = [
    "does not exist",
    "not exist",
    "not found",
    "do not have access",
];
pub(super) const UNKNOWN_MODEL_WORDS: [&str; 4] = [
    "unknown model",
    "invalid model name",
    "invalid model:",
    "not a valid model",
];
pub(super) const CLOSED_MODEL_WORDS: [&str; 6] = [
    "access to model",
    "access to the model",
    "access to this model",
    "access model",
    "model not allowed",
    "无权访问模型",
];
/// A path that is no call of the API: OpenAI's and one-api's words, Groq's, Express's and Kong's.
pub(super) const PATH_WORDS: [&str; 5] = [
    "invalid url",
    "unknown request url",
    "cannot post ",
    "route not found",
    "no route matched",
];
/// All that a FastAPI server (vLLM, LiteLLM) says of one: `{"detail":"Not Found"}`.
pub(super) const NO_PATH: &str = "not found";
pub(super) const OVERLOADED_CODES: [&str; 4] = [
    "overloaded_error",
    "engine_overloaded",
    "model_capacity_exhausted",
    "model_capacity_exceeded",
];
pub(super) const OVERLOADED_WORDS: [&str; 2] = ["overloaded", "slow down"];
/// Anthropic names the model in brackets ("… (org: …, model: claude-x)"), others in the sentence.
pub(super) const MODEL_LIMIT_WORDS: [&str; 5] = [
    ", model: ",
    "(model: ",
    "for model ",
    "for this model",
    "per model",
];
