//! What is old goes, what it added up to stays, and an idle program writes nothing.

use std::fs;

use jiff::{SignedDuration, Timestamp};

use super::fixture::*;
use crate::stats::book::{Batch, Book};
use crate::stats::figures::By;
use crate::stats::keep::{self, Limits};
use crate::stats::store;
use crate::stats::told::Find;
use crate::stats::{FILE_NAME, Stats, reader, summary};

#[tokio::test]
async fn old_requests_go_and_their_days_stay() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let mut book = Book::open(&path).unwrap();
    let now = Timestamp::now();
    let mut batch = Batch::default();
    for days in [1, 20, 40, 41, 500] {
        let then = now - SignedDuration::from_hours(24 * days);
        for _ in 0..3 {
            batch.records.push(at(then, elsewhere(BOB, ALICE)).into());
        }
    }
    book.write(&batch, true).unwrap();
    keep::clean(&mut book.db, Limits::default()).unwrap();

    let left = reader::find(&book.db, &Find::default()).unwrap();
    assert_eq!(left.len(), 6);
    let of_bob = Find {
        instance: Some(BOB),
        ..Find::default()
    };
    assert_eq!(reader::find(&book.db, &of_bob).unwrap().len(), 6);
    let told = summary::summary(&book.db, &since_ever(&[By::Day])).unwrap();
    assert_eq!(told.rows.len(), 4, "the day of 500 days ago is gone");
    assert_eq!(told.total.requests, 12);
    assert_eq!(told.causes[0].count, 12);
    assert!(told.total.first_content.is_some());
    // Doing it again changes nothing.
    keep::clean(&mut book.db, Limits::default()).unwrap();
    assert_eq!(
        summary::summary(&book.db, &since_ever(&[By::Day])).unwrap(),
        told
    );
}

#[tokio::test]
async fn the_file_stays_within_its_size() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let mut book = Book::open(&path).unwrap();
    let mut batch = Batch::default();
    for _ in 0..12_000 {
        batch.records.push(served(ALICE).into());
    }
    book.write(&batch, true).unwrap();
    let limits = Limits {
        days: 30,
        bytes: 2_000_000,
    };
    while keep::clean(&mut book.db, limits).unwrap().is_zero() {}
    book.db
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let size = fs::metadata(&path).unwrap().len();
    assert!(size <= 2_500_000, "{size}");
    let newest = reader::find(
        &book.db,
        &Find {
            limit: 1,
            ..Find::default()
        },
    )
    .unwrap();
    assert_eq!(
        newest[0].id,
        batch.records.iter().map(|r| r.id).max().unwrap()
    );
}

#[tokio::test]
async fn hundreds_of_instances_are_summed_up_once_a_second_and_never_lost() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let mut book = Book::open(&path).unwrap();
    let mut batch = Batch::default();
    for n in 0..300 {
        batch.records.push(served(uuid::Uuid::from_u128(n)).into());
    }
    book.write(&batch, false).unwrap();
    assert!(book.holds_back());
    book.write(&Batch::default(), true).unwrap();
    assert!(!book.holds_back());
    let told = summary::summary(&book.db, &since_ever(&[By::Instance])).unwrap();
    assert_eq!((told.total.requests, told.rows.len()), (300, 300));
}

#[tokio::test]
async fn r2_an_idle_program_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    let stats = Stats::open(&path);
    stats.record(served(ALICE));
    sums(&stats, &[]).await;
    let state = || {
        let mut all: Vec<_> = fs::read_dir(home.path())
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let about = entry.metadata().unwrap();
                (entry.path(), about.len(), about.modified().unwrap())
            })
            // Readers mark their place in the shared memory, which is no file of the disk's.
            .filter(|(path, ..)| !path.to_string_lossy().ends_with("-shm"))
            .collect();
        all.sort();
        all
    };
    let before = state();
    for _ in 0..5 {
        sums(&stats, &[]).await;
        stats.find(Find::default()).await;
    }
    assert_eq!(state(), before);
}

#[test]
fn a_file_of_a_version_before_is_brought_up_to_date() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(FILE_NAME);
    fs::write(&path, "").unwrap();
    assert!(store::open_to_read(&path).is_err());
    drop(store::open(&path).unwrap());
    assert!(store::open_to_read(&path).is_ok());
    assert!(store::open(&path).is_ok());
}
