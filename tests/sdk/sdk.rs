//! One SDK's table of scenarios, run against every upstream.

use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::board::{Board, Line};
use crate::kit::{Kit, script};
use crate::pond::Pond;

/// How long a whole table may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(400);

/// An SDK and the file of its scenarios.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sdk {
    /// As the board shows it.
    pub(crate) name: &'static str,
    program: &'static str,
    file: &'static str,
}

/// What a program tells of one scenario.
#[derive(Debug, Deserialize)]
struct Told {
    upstream: String,
    scenario: String,
    seconds: f64,
    failed: Option<String>,
}

impl Sdk {
    /// All of them.
    pub(crate) const ALL: [Self; 8] = [
        Self::python("python openai, Chat", "python/openai_chat.py"),
        Self::python("python openai, Responses", "python/openai_responses.py"),
        Self::python("python anthropic", "python/anthropic_messages.py"),
        Self::python("python google-genai", "python/google_genai.py"),
        Self::node("node openai, Chat", "node/openai_chat.mjs"),
        Self::node("node openai, Responses", "node/openai_responses.mjs"),
        Self::node("node @anthropic-ai/sdk", "node/anthropic_messages.mjs"),
        Self::node("node @google/genai", "node/google_genai.mjs"),
    ];

    const fn python(name: &'static str, file: &'static str) -> Self {
        Self {
            name,
            program: "python",
            file,
        }
    }

    const fn node(name: &'static str, file: &'static str) -> Self {
        Self {
            name,
            program: "node",
            file,
        }
    }

    /// Runs its table.
    pub(crate) async fn play(self, kit: &Kit, pond: &Pond, board: &Board) {
        let told: Vec<Value> = pond.upstreams.iter().map(|one| one.told()).collect();
        let child = kit
            .program(self.program)
            .arg(script(self.file))
            .env("POND", Value::from(told).to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
        let Ok(output) = ended else {
            let text = format!("it did not end within {PATIENCE:?}");
            return board.note(Line::failed(self.name, "all", "the whole table", text));
        };
        let output = output.expect("output");
        let mut count = 0;
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(told) = serde_json::from_str::<Told>(line) else {
                println!("{}: {line}", self.name);
                continue;
            };
            count += 1;
            board.note(Line {
                client: self.name,
                upstream: told.upstream,
                scenario: told.scenario,
                took: Duration::from_secs_f64(told.seconds),
                failed: told.failed,
            });
        }
        if !output.status.success() || count == 0 {
            let text = format!(
                "{}\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
            board.note(Line::failed(self.name, "all", "the whole table", text));
        }
    }
}
