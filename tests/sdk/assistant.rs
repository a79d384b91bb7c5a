//! Claude Code and Codex, in one shot each: a task that needs two files, read by a tool of theirs.
//!
//! The model is scripted. It knows nothing of the files but their names, so an answer that holds their texts has gone the
//! whole way: the model's two calls to the assistant, the tool's results to the model, the answer back.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::LOCAL_KEY;
use tests::fake::{Ask, Script};
use tokio::process::Command;

use crate::board::{Board, Line};
use crate::kit::Kit;
use crate::pond::Upstream;

/// How long one task may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// The files, and what they say.
const FILES: [(&str, &str); 2] = [
    ("heron.txt", "The heron stands at the seventh lock."),
    ("otter.txt", "The otter sleeps below the weir."),
];
/// How their folder is marked in the task.
const MARK: [char; 2] = ['⟦', '⟧'];

/// An assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assistant {
    /// Speaks Anthropic Messages.
    ClaudeCode,
    /// Speaks OpenAI Responses.
    Codex,
}

impl Assistant {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::ClaudeCode, Self::Codex];

    /// As the board shows it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ClaudeCode => "Claude Code",
            Self::Codex => "Codex",
        }
    }

    /// Does a task through this upstream.
    pub(crate) async fn work(self, kit: &Kit, upstream: &Upstream, board: &Board) {
        let began = Instant::now();
        let scenario = "two files read by tool calls";
        let failed = self.task(kit, upstream).await.err();
        board.note(Line {
            client: self.name(),
            upstream: upstream.name.to_owned(),
            scenario: scenario.to_owned(),
            took: began.elapsed(),
            failed,
        });
    }

    async fn task(self, kit: &Kit, upstream: &Upstream) -> Result<(), String> {
        let folder =
            kit.folder(&format!("{} {}", self.name(), upstream.name).replace([' ', ','], "-"));
        for (name, text) in FILES {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        let task = format!(
            "What do the notes in {}{}{} say?",
            MARK[0],
            folder.display(),
            MARK[1]
        );
        let mut command = match self {
            Self::ClaudeCode => claude_code(kit, upstream, &folder, &task),
            Self::Codex => codex(kit, upstream, &folder, &task),
        };
        let child = command
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the assistant starts");
        let ended = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
        let output = ended
            .map_err(|_| format!("it did not end within {PATIENCE:?}"))?
            .expect("output");
        let said = match self {
            Self::ClaudeCode => said_by_claude_code(&output),
            Self::Codex => said_by_codex(&output),
        };
        let told_both = FILES.iter().all(|(_, text)| said.contains(text));
        if output.status.success() && told_both {
            return Ok(());
        }
        Err(format!(
            "{}, it said {said:?}\n{}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

fn claude_code(kit: &Kit, upstream: &Upstream, folder: &Path, task: &str) -> Command {
    let mut command = kit.program("node");
    command
        .arg(kit.module("@anthropic-ai/claude-code/cli-wrapper.cjs"))
        .args([
            "-p",
            task,
            "--output-format",
            "json",
            "--allowedTools",
            "Read",
        ])
        .env("HOME", folder)
        .env("CLAUDE_CONFIG_DIR", folder.join(".claude"))
        .env(
            "ANTHROPIC_BASE_URL",
            format!("{}/{}", upstream.url, upstream.pool),
        )
        .env("ANTHROPIC_AUTH_TOKEN", LOCAL_KEY)
        .env("ANTHROPIC_MODEL", upstream.model)
        .env("ANTHROPIC_SMALL_FAST_MODEL", upstream.model)
        .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    command
}

fn said_by_claude_code(output: &Output) -> String {
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    told["result"].as_str().unwrap_or_default().to_owned()
}

fn codex(kit: &Kit, upstream: &Upstream, folder: &Path, task: &str) -> Command {
    let config = format!(
        r#"model = "{}"
model_provider = "millpond"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[model_providers.millpond]
name = "Millpond"
base_url = "{}/{}/v1"
env_key = "MILLPOND_KEY"
wire_api = "responses"
"#,
        upstream.model, upstream.url, upstream.pool
    );
    let home = folder.join(".codex");
    std::fs::create_dir_all(&home).expect("a folder");
    std::fs::write(home.join("config.toml"), config).expect("a file");
    let mut command = kit.program("node");
    command
        .arg(kit.module("@openai/codex/bin/codex.js"))
        .args(["exec", "--skip-git-repo-check", "--json", task])
        .env("HOME", folder)
        .env("CODEX_HOME", home)
        .env("MILLPOND_KEY", LOCAL_KEY);
    command
}

fn said_by_codex(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let events = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let messages = events.filter(|event| event["item"]["type"] == "agent_message");
    let texts = messages.filter_map(|event| event["item"]["text"].as_str().map(str::to_owned));
    texts.collect::<Vec<String>>().pop().unwrap_or_default()
}

/// What the model says to an assistant: it asks for the files, then repeats what it was told. `None` to all others.
pub(crate) fn answer(ask: &Ask) -> Option<Script> {
    let turn = &ask.turn;
    let folder = marked(&ask.body.to_string())?;
    if !turn.results.is_empty() {
        let told: Vec<&str> = turn.results.iter().map(|(_, text)| text.as_str()).collect();
        return Some(Script::text(&format!("They say: {}", told.join("\n"))));
    }
    let tools = ["Read", "exec_command", "shell_command"];
    let tool = tools
        .into_iter()
        .find(|tool| turn.tools.iter().any(|one| one == tool))?;
    let mut script = Script::thinking("I look at the files.");
    for (n, (name, _)) in FILES.iter().enumerate() {
        let path = format!("{folder}/{name}");
        let shell = format!("cat '{path}'");
        let arguments = match tool {
            "Read" => json!({ "file_path": path }),
            "exec_command" => json!({ "cmd": shell }),
            _ => json!({ "command": shell }),
        };
        script = script.then_tool(&format!("call_{n}"), tool, &arguments.to_string());
    }
    Some(script)
}

/// The marked folder in a task.
fn marked(text: &str) -> Option<String> {
    let (_, behind) = text.split_once(MARK[0])?;
    let (path, _) = behind.split_once(MARK[1])?;
    Some(path.to_owned())
}
