use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::mock;

use super::*;

const CANARY: &str = "canary-77c0-must-not-show";

/// The next call on the entry `name` fails with `error`.
fn fail_next(store: &Arc<mock::Store>, name: &str, error: Error) {
    let entry = store.build(SERVICE, name, None).unwrap();
    let cred: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    cred.set_error(error);
}

/// The platform's seam over `keyring-core`'s mock store, put in below `keyring`'s own choice of a store.
fn mocked() -> (Arc<mock::Store>, impl Entries) {
    let store = mock::Store::new().unwrap();
    let entries = Platform({
        let store = Arc::clone(&store);
        move |name: &str| {
            store
                .build(SERVICE, name, None)
                .map(|inner| Entry { inner })
        }
    });
    (store, entries)
}

#[test]
fn entries_are_written_read_and_erased_and_absence_is_no_error() {
    let (_store, entries) = mocked();
    assert!(entries.read("a").unwrap().is_none());
    entries.erase("a").unwrap();
    entries.write("a", b"\xff\x00 any bytes").unwrap();
    entries.write("a", b"\xff\x00 other bytes").unwrap();
    assert!(
        entries
            .read("a")
            .unwrap()
            .unwrap()
            .matches(b"\xff\x00 other bytes")
    );
    assert!(entries.read("b").unwrap().is_none());
    entries.erase("a").unwrap();
    assert!(entries.read("a").unwrap().is_none());
}

#[test]
fn no_error_of_the_platform_carries_the_value() {
    let canary = || CANARY.as_bytes().to_vec();
    let cause = || Box::new(std::io::Error::other("the cause"));
    let errors = [
        ("Damaged", Error::BadEncoding(canary())),
        ("Damaged", Error::BadDataFormat(canary(), cause())),
        ("Locked(\"the cause\")", Error::NoStorageAccess(cause())),
        (
            "Failed(\"Platform failure: the cause\")",
            Error::PlatformFailure(cause()),
        ),
        ("limit of 2560", Error::TooLong("secret".into(), 2560)),
        ("0 entries", Error::Ambiguous(Vec::new())),
    ];
    for (expected, error) in errors {
        let (store, entries) = mocked();
        entries.write("a", CANARY.as_bytes()).unwrap();
        fail_next(&store, "a", error);
        let failure = entries.read("a").unwrap_err();
        // As bytes, too: a derived Debug shows a vector as numbers.
        let text = format!("{failure} {failure:?}");
        assert!(text.contains(expected), "{text}");
        assert!(
            !text.contains(CANARY) && !text.contains("99, 97, 110"),
            "{text}"
        );
        assert!(
            entries.read("a").unwrap().is_some(),
            "the value itself is as it was"
        );
    }
}
