//! The OAuth client of an installed Gemini CLI, where the user points at one. Google gives it out with that program.

use std::path::Path;

use crate::Secret;
use crate::credentials::OauthClient;

/// Folders below the one that was named; files that are looked into; bytes of each.
const DEPTH: usize = 8;
const MOST_FILES: usize = 4_000;
const LARGEST: u64 = 64 << 20;

/// Looks into a script, or into all scripts of a folder, for the constants by which Gemini CLI keeps its client. Blocks.
pub fn client(path: &Path) -> Option<OauthClient> {
    let mut left = MOST_FILES;
    // A command is a link to the script that it runs.
    let path = path.canonicalize().ok()?;
    look(&path, DEPTH, &mut left).or_else(|| {
        // The script may only load what lies beside it.
        let folder = path.parent().filter(|_| path.is_file())?;
        look(folder, DEPTH, &mut left)
    })
}

fn look(path: &Path, depth: usize, left: &mut usize) -> Option<OauthClient> {
    let about = path.metadata().ok()?;
    if about.is_file() {
        *left = left.checked_sub(1)?;
        let text = std::fs::read(path)
            .ok()
            .filter(|_| about.len() <= LARGEST)?;
        return in_script(&String::from_utf8_lossy(&text));
    }
    let mut entries: Vec<_> = path
        .read_dir()
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    let depth = depth.checked_sub(1)?;
    entries.iter().find_map(|entry| {
        let script = entry
            .extension()
            .is_some_and(|e| e == "js" || e == "mjs" || e == "cjs");
        (script || entry.is_dir()).then(|| look(entry, depth, left))?
    })
}

fn in_script(text: &str) -> Option<OauthClient> {
    let id = constant(text, "OAUTH_CLIENT_ID", |value| {
        value.ends_with(".apps.googleusercontent.com")
    })?;
    let secret = constant(text, "OAUTH_CLIENT_SECRET", |value| value.len() >= 8)?;
    Some(OauthClient {
        id,
        secret: Secret::new(secret),
    })
}

/// The first text in quotes that follows a name and looks right.
fn constant(text: &str, name: &str, looks_right: fn(&str) -> bool) -> Option<String> {
    text.match_indices(name).find_map(|(at, _)| {
        let rest = text[at + name.len()..].trim_start();
        let rest = rest.strip_prefix(['=', ':'])?.trim_start();
        let quote = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let value = rest[1..].split(quote).next()?;
        let plain = value.bytes().all(|b| b.is_ascii_graphic());
        (plain && looks_right(value)).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "import x from 'y';\nif (process.env.OAUTH_CLIENT_ID) {}\nconst OAUTH_CLIENT_ID =\n    '12-ab.apps.googleusercontent.com';\nvar OAUTH_CLIENT_SECRET=\"made-up-secret\";";

    #[test]
    fn the_client_is_found_in_a_script_a_folder_and_behind_a_command() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("core/dist/src/code_assist/oauth2.js");
        std::fs::create_dir_all(script.parent().unwrap()).unwrap();
        std::fs::write(&script, SCRIPT).unwrap();
        std::fs::write(
            folder.path().join("core/dist/index.js"),
            "import './src/x.js'",
        )
        .unwrap();
        for path in [
            folder.path().to_owned(),
            script,
            folder.path().join("core/dist/index.js"),
        ] {
            let found = client(&path).unwrap();
            assert_eq!(found.id, "12-ab.apps.googleusercontent.com");
            assert_eq!(found.secret.expose(), "made-up-secret");
        }
    }

    #[test]
    fn where_there_is_none_none_is_found() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("a.js"),
            "OAUTH_CLIENT_ID = process.env.X",
        )
        .unwrap();
        assert_eq!(client(folder.path()), None);
        assert_eq!(client(&folder.path().join("missing")), None);
    }
}
