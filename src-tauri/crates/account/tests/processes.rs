//! The vault's file under several processes, and under kill -9.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod child;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use account::{Secret, SecretsMode, Vault};

#[test]
fn in_child() {
    child::run_case(async |case: &str, home: PathBuf| {
        let vault = Vault::open(&home, SecretsMode::File).await.unwrap();
        match case {
            "local-key" => child::tell(vault.local_key().await.unwrap().expose()),
            "rewrite" => rewrite(&vault).await,
            writer => {
                for entry in 0..20 {
                    let secret = Secret::new(format!("{writer} {entry}"));
                    vault
                        .put(&format!("{writer}-{entry}"), &secret)
                        .await
                        .unwrap();
                }
            }
        }
    });
}

/// Replaces one long secret for ever, and tells which one is kept.
async fn rewrite(vault: &Vault) {
    for round in 0_u32.. {
        vault.put("a", &Secret::new(long(round))).await.unwrap();
        child::tell(&round.to_string());
    }
}

fn long(round: u32) -> String {
    format!("{round:08}").repeat(4096)
}

#[tokio::test]
async fn processes_that_write_at_once_lose_nothing_of_each_other() {
    let home = tempfile::tempdir().unwrap();
    let writers = ["one", "two", "three"];
    let running: Vec<_> = writers
        .iter()
        .map(|writer| child::child(&[], writer, home.path()).spawn().unwrap())
        .collect();
    for writer in running {
        assert!(writer.wait_with_output().unwrap().status.success());
    }
    let vault = Vault::open(home.path(), SecretsMode::File).await.unwrap();
    let names: Vec<_> = writers
        .iter()
        .flat_map(|w| (0..20).map(move |e| format!("{w}-{e}")))
        .collect();
    assert_eq!(vault.get_many(&names).await.unwrap().len(), 60);
}

#[test]
fn processes_that_start_at_once_agree_on_the_local_key() {
    let home = tempfile::tempdir().unwrap();
    let running: Vec<_> = (0..4)
        .map(|_| child::child(&[], "local-key", home.path()).spawn().unwrap())
        .collect();
    let mut keys: Vec<_> = running
        .into_iter()
        .map(|child| String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap())
        .map(|output| output.lines().find_map(child::told).unwrap().to_owned())
        .collect();
    keys.dedup();
    assert_eq!(keys.len(), 1);
    assert!(keys[0].starts_with("mp-"));
}

#[tokio::test]
async fn kill_9_amid_writes_loses_nothing_that_was_acknowledged_and_leaves_the_lock_free() {
    let home = tempfile::tempdir().unwrap();
    for kill_after in [1, 5, 9] {
        let mut writer = child::child(&[], "rewrite", home.path()).spawn().unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut told =
            lines.filter_map(|line| child::told(&line).map(|round| round.parse::<u32>().unwrap()));
        let acknowledged = told.by_ref().nth(kill_after).unwrap();
        writer.kill().unwrap();
        let acknowledged = told.last().unwrap_or(acknowledged);
        writer.wait().unwrap();

        let vault = Vault::open(home.path(), SecretsMode::File).await.unwrap();
        let kept = vault.get("a").await.unwrap().unwrap();
        let possible = [long(acknowledged), long(acknowledged + 1)];
        assert!(
            possible.iter().any(|value| kept.matches(value.as_bytes())),
            "round {acknowledged}"
        );
        vault
            .put("b", &Secret::new("the lock is free".to_owned()))
            .await
            .unwrap();
    }
    let mut files: Vec<_> = home
        .path()
        .read_dir()
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(
        files,
        [".vault.json.lock", "vault.json"],
        "the next writer clears what the killed one left"
    );
}
