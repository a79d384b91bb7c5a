//! What the model behind every upstream says: the same words for all SDKs, and a file read for the assistants.

use serde_json::json;
use tests::fake::{Ask, Break, Point, Script};

use crate::assistant;

const HI: &str = "Hello from the pond.";
const CITIES: [&str; 2] = ["Paris", "Oslo"];

/// The model.
pub(crate) fn script() -> Script {
    Script::choose(|ask| assistant::answer(ask).unwrap_or_else(|| answer(ask)))
}

/// A key whose model is always asked too often.
pub(crate) fn busy() -> Script {
    Script::error(429, "the pond is crowded").header("retry-after", "7")
}

fn answer(ask: &Ask) -> Script {
    let turn = &ask.turn;
    if !turn.results.is_empty() {
        let told: Vec<&str> = turn.results.iter().map(|(_, text)| text.as_str()).collect();
        return Script::text(&told.join("; "));
    }
    match turn.text.as_str() {
        "refuse this" => Script::error(400, "the pond is frozen"),
        "break off" => Script::text(HI).breaks(Point::AfterContent(2), Break::Cut),
        "think first" => Script::thinking("Deep water.").then_text(HI),
        "weather of both" if !turn.tools.is_empty() => {
            let [first, second] = CITIES.map(|city| json!({ "city": city }).to_string());
            Script::tool("call_1", "weather", &first).then_tool("call_2", "weather", &second)
        }
        _ if turn.structured => Script::text(r#"{"city": "Paris", "degrees": 5}"#),
        _ if turn.images == 1 => Script::text("I see 1 picture."),
        _ => Script::text(HI),
    }
}
