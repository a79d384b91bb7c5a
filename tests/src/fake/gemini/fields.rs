//! What Gemini's bodies look like (its API reference, and the types of `@google/genai`).
//!
//! Names stand in camel case; the reader takes snake case for the same.

use crate::fake::shape::Shape::{
    Any, Flag, Like, List, Map, Number, Object, Open, Text, Whole, Word,
};
use crate::fake::shape::{Field, Shape, may, must};

/// The body of `generateContent`.
pub(super) const GENERATE: &[Field] = &[
    may("model", Text),
    may("contents", List(&CONTENT)),
    may("systemInstruction", CONTENT),
    may("tools", List(&TOOL)),
    may(
        "toolConfig",
        Object(&[
            may(
                "functionCallingConfig",
                Object(&[
                    may(
                        "mode",
                        Word(&["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"]),
                    ),
                    may("allowedFunctionNames", List(&Text)),
                ]),
            ),
            may("retrievalConfig", Open),
            may("includeServerSideToolInvocations", Flag),
        ]),
    ),
    may(
        "safetySettings",
        List(&Object(&[must("category", Text), must("threshold", Text)])),
    ),
    may("generationConfig", Object(GENERATION)),
    may("cachedContent", Text),
    may("serviceTier", Text),
    may("store", Flag),
];

const GENERATION: &[Field] = &[
    may("temperature", Number(0.0, 2.0)),
    may("topP", Number(0.0, 1.0)),
    may("topK", Number(1.0, 1000.0)),
    may("candidateCount", Whole(1, 8)),
    may("maxOutputTokens", Whole(1, i64::MAX)),
    may("stopSequences", List(&Text)),
    may(
        "responseMimeType",
        Word(&["text/plain", "application/json", "text/x.enum"]),
    ),
    may("responseSchema", SCHEMA),
    may("responseJsonSchema", Any),
    may("responseFormat", Any),
    may("presencePenalty", Number(-2.0, 2.0)),
    may("frequencyPenalty", Number(-2.0, 2.0)),
    may("responseLogprobs", Flag),
    may("logprobs", Whole(0, 20)),
    may("seed", Whole(i64::MIN, i64::MAX)),
    may("responseModalities", List(&Text)),
    may("mediaResolution", Text),
    may("speechConfig", Open),
    may("imageConfig", Open),
    may("enableEnhancedCivicAnswers", Flag),
    may(
        "thinkingConfig",
        Object(&[
            may("includeThoughts", Flag),
            may("thinkingBudget", Whole(-1, 32_768)),
            may("thinkingLevel", Text),
        ]),
    ),
];

/// One turn of a conversation.
pub(super) const CONTENT: Shape = Object(&[may("role", Text), may("parts", List(&Object(PART)))]);

const BLOB: Shape = Object(&[
    must("mimeType", Text),
    must("data", Text),
    may("displayName", Text),
]);

/// What a part may hold beside its data.
pub(super) const BESIDE_DATA: [&str; 5] = [
    "thought",
    "thoughtSignature",
    "videoMetadata",
    "mediaResolution",
    "partMetadata",
];

const PART: &[Field] = &[
    may("text", Text),
    may("inlineData", BLOB),
    may(
        "fileData",
        Object(&[
            may("mimeType", Text),
            must("fileUri", Text),
            may("displayName", Text),
        ]),
    ),
    may(
        "functionCall",
        Object(&[
            may("id", Text),
            must("name", Text),
            may("args", Open),
            may("partialArgs", Any),
            may("willContinue", Flag),
        ]),
    ),
    may(
        "functionResponse",
        Object(&[
            may("id", Text),
            must("name", Text),
            must("response", Open),
            may(
                "parts",
                List(&Object(&[may("inlineData", BLOB), may("fileData", Open)])),
            ),
            may("willContinue", Flag),
            may("scheduling", Text),
        ]),
    ),
    may("executableCode", Open),
    may("codeExecutionResult", Open),
    may("thought", Flag),
    may("thoughtSignature", Text),
    may("videoMetadata", Open),
    may("mediaResolution", Open),
    may("partMetadata", Open),
];

const TOOL: Shape = Object(&[
    may("functionDeclarations", List(&Object(DECLARATION))),
    may("googleSearch", Open),
    may("googleSearchRetrieval", Open),
    may("codeExecution", Open),
    may("urlContext", Open),
    may("computerUse", Open),
    may("fileSearch", Open),
    may("googleMaps", Open),
    may("mcpServers", Any),
]);

const DECLARATION: &[Field] = &[
    must("name", Text),
    may("description", Text),
    may("behavior", Text),
    may("parameters", SCHEMA),
    may("parametersJsonSchema", Any),
    may("response", SCHEMA),
    may("responseJsonSchema", Any),
];

const SCHEMA: Shape = Like(schema);

/// The part of `OpenAPI`'s schema that Gemini knows.
fn schema() -> Shape {
    Object(SCHEMA_FIELDS)
}

const SCHEMA_FIELDS: &[Field] = &[
    must(
        "type",
        Word(&[
            "TYPE_UNSPECIFIED",
            "STRING",
            "NUMBER",
            "INTEGER",
            "BOOLEAN",
            "ARRAY",
            "OBJECT",
            "NULL",
            "string",
            "number",
            "integer",
            "boolean",
            "array",
            "object",
            "null",
        ]),
    ),
    may("format", Text),
    may("title", Text),
    may("description", Text),
    may("nullable", Flag),
    may("enum", List(&Text)),
    may("maxItems", Any),
    may("minItems", Any),
    may("properties", Map(&SCHEMA)),
    may("required", List(&Text)),
    may("minProperties", Any),
    may("maxProperties", Any),
    may("minLength", Any),
    may("maxLength", Any),
    may("pattern", Text),
    may("example", Any),
    may("anyOf", List(&SCHEMA)),
    may("propertyOrdering", List(&Text)),
    may("default", Any),
    may("items", SCHEMA),
    may("minimum", Number(f64::MIN, f64::MAX)),
    may("maximum", Number(f64::MIN, f64::MAX)),
];

/// The body of `countTokens`.
pub(super) const COUNT: &[Field] = &[
    may("contents", List(&CONTENT)),
    may("generateContentRequest", Object(GENERATE)),
];

/// The body of `embedContent`.
pub(super) const EMBED: &[Field] = &[
    may("model", Text),
    must("content", CONTENT),
    may("taskType", Text),
    may("title", Text),
    may("outputDimensionality", Whole(1, i64::MAX)),
    may("embedContentConfig", Open),
];

/// The body of `batchEmbedContents`.
pub(super) const EMBED_BATCH: &[Field] = &[must("requests", List(&Object(EMBED)))];
