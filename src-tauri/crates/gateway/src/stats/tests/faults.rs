//! Statistics may fail; serving may not.

use std::fs;
use std::path::Path;

use super::fixture::*;
use crate::stats::told::Find;
use crate::stats::{FILE_NAME, Stats};

/// The files beside the statistics whose names say that they were set aside.
fn set_aside(home: &Path, word: &str) -> Vec<std::path::PathBuf> {
    let mark = format!("{FILE_NAME}.{word}-");
    let mut found: Vec<_> = fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with(&mark) && !name.ends_with("-wal") && !name.ends_with("-shm")
        })
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn d4_a_file_that_is_garbage_is_set_aside_and_a_new_one_begun() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    fs::write(
        &path,
        "this is no database, but long enough to be looked at".repeat(40),
    )
    .unwrap();
    let stats = Stats::open(&path);
    stats.record(served(ALICE));
    assert_eq!(sums(&stats, &[]).await.total.requests, 1);
    let aside = set_aside(home.path(), "damaged");
    assert_eq!(aside.len(), 1);
    assert!(
        fs::read_to_string(&aside[0])
            .unwrap()
            .starts_with("this is no database")
    );
    let health = stats.health();
    assert_eq!(health.fault, None);
    assert_eq!(health.set_aside.unwrap().path, aside[0]);
    assert_eq!(health.dropped, 0);
}

#[tokio::test]
async fn d4_a_newer_versions_file_and_a_strangers_are_kept() {
    for (sql, word) in [
        ("PRAGMA user_version = 99", "newer"),
        ("CREATE TABLE theirs (x)", "damaged"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(FILE_NAME);
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(sql)
            .unwrap();
        let stats = Stats::open(&path);
        stats.record(served(ALICE));
        assert_eq!(sums(&stats, &[]).await.total.requests, 1, "{sql}");
        assert_eq!(set_aside(home.path(), word).len(), 1, "{sql}");
    }
}

#[tokio::test]
async fn d4_overwritten_or_truncated_while_running_it_begins_anew() {
    for garbage in [vec![0x5a; 64 * 1024], Vec::new()] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(FILE_NAME);
        let stats = Stats::open(&path);
        stats.record(served(ALICE));
        stats.close().await;
        let stats = Stats::open(&path);
        assert_eq!(sums(&stats, &[]).await.total.requests, 1);
        // In place: the file keeps its identity, and the writer its connection.
        fs::write(&path, &garbage).unwrap();
        let mut tries = 0;
        let last = loop {
            let record = served(BOB);
            let id = record.id;
            stats.record(record);
            if let Ok(told) = stats.summary(since_ever(&[])).await
                && told.total.requests >= 1
                && stats.health().fault.is_none()
            {
                break id;
            }
            tries += 1;
            assert!(tries < 20, "{:?}", stats.health());
        };
        stats.close().await;
        assert!(
            Stats::read_only(&path)
                .explain(last)
                .await
                .unwrap()
                .is_some()
        );
    }
}

#[tokio::test]
async fn d4_damage_that_only_a_reader_meets_is_set_aside_too() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let stats = Stats::open(&path);
    for _ in 0..2_000 {
        stats.record(served(ALICE));
    }
    stats.close().await;
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len() - 4_096;
    bytes[40_960..end].fill(0xa5);
    fs::write(&path, bytes).unwrap();

    let stats = Stats::open(&path);
    while stats.health().set_aside.is_none() {
        stats
            .find(Find {
                limit: 1_000,
                ..Find::default()
            })
            .await;
    }
    stats.record(served(BOB));
    assert_eq!(sums(&stats, &[]).await.total.requests, 1);
}

#[tokio::test]
async fn d4_removed_while_running_it_begins_anew() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let stats = Stats::open(&path);
    stats.record(served(ALICE));
    assert_eq!(sums(&stats, &[]).await.total.requests, 1);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(home.path().join(format!("{FILE_NAME}{end}")));
    }
    stats.record(served(BOB));
    assert_eq!(sums(&stats, &[]).await.total.requests, 1);
    assert_eq!(stats.health().fault, None);
}

#[tokio::test]
async fn d4_a_place_that_cannot_be_written_drops_nothing_that_memory_can_show() {
    let home = tempfile::tempdir().unwrap();
    // A folder stands where the file should: so it is for root, too.
    let path = home.path().join(FILE_NAME);
    fs::create_dir(&path).unwrap();
    let stats = Stats::open(&path);
    let record = served(ALICE);
    let id = record.id;
    stats.record(record);
    assert!(stats.explain(id).await.unwrap().is_some());
    assert_eq!(stats.find(Find::default()).await.len(), 1);
    assert!(stats.summary(since_ever(&[])).await.is_err());
    assert!(stats.health().fault.is_some());
    assert_eq!(stats.health().waiting, 1);

    fs::remove_dir(&path).unwrap();
    // The writer tries again within a second; an answer waits for it no longer than two.
    while stats.health().fault.is_some() {
        tokio::task::yield_now().await;
    }
    assert_eq!(sums(&stats, &[]).await.total.requests, 1);
}

#[tokio::test]
async fn d4_another_process_that_holds_the_file_delays_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let stats = Stats::open(&path);
    stats.record(served(ALICE));
    assert_eq!(sums(&stats, &[]).await.total.requests, 1);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    stats.record(served(BOB));
    while stats.health().fault.is_none() {
        tokio::task::yield_now().await;
    }
    assert!(stats.health().fault.unwrap().contains("another process"));
    other.execute_batch("ROLLBACK").unwrap();
    while stats.health().fault.is_some() {
        tokio::task::yield_now().await;
    }
    assert_eq!(sums(&stats, &[]).await.total.requests, 2);
    assert!(set_aside(home.path(), "damaged").is_empty());
}

#[tokio::test]
async fn d4_what_comes_too_fast_is_dropped_counted_and_blocks_nobody() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    fs::create_dir(&path).unwrap();
    let stats = Stats::open(&path);
    for _ in 0..20_000 {
        stats.record(served(ALICE));
    }
    let health = stats.health();
    assert!(health.dropped >= 3_000, "{health:?}");
    assert!(health.waiting <= 17_000, "{health:?}");
    assert_eq!(health.dropped + health.waiting, 20_000);
}

#[cfg(unix)]
#[tokio::test]
async fn k_the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let stats = Stats::open(&path);
    stats.record(served(ALICE));
    sums(&stats, &[]).await;
    for file in fs::read_dir(home.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.path());
    }
}
