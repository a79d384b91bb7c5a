use std::collections::BTreeMap;
use std::sync::Mutex;

use proptest::prelude::*;

use super::*;

/// Entries in memory, with the platform's limit, that stop changing after so many changes, as if the process were killed.
struct Memory {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: BTreeMap<String, Vec<u8>>,
    changes_left: Option<usize>,
}

const NAME: &str = "entry";

impl Memory {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::default(),
        }
    }

    fn kill_after(&self, changes: Option<usize>) {
        self.state.lock().unwrap().changes_left = changes;
    }

    fn names(&self) -> Vec<String> {
        self.state.lock().unwrap().entries.keys().cloned().collect()
    }

    fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>),
    ) -> Result<(), KeychainFailure> {
        let mut state = self.state.lock().unwrap();
        if let Some(left) = state.changes_left {
            state.changes_left = Some(left.checked_sub(1).ok_or(killed())?);
        }
        change(&mut state.entries);
        Ok(())
    }

    fn value(&self) -> Option<Vec<u8>> {
        read(self, NAME).unwrap().map(Secret::into_inner)
    }
}

fn killed() -> KeychainFailure {
    KeychainFailure::Failed("killed".to_owned())
}

impl Entries for Memory {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainFailure> {
        Ok(self
            .state
            .lock()
            .unwrap()
            .entries
            .get(name)
            .cloned()
            .map(Secret::new))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeychainFailure> {
        assert!(
            value.len() <= self.limit,
            "{} bytes do not fit in an entry",
            value.len()
        );
        self.change(|entries| drop(entries.insert(name.to_owned(), value.to_owned())))
    }

    fn erase(&self, name: &str) -> Result<(), KeychainFailure> {
        self.change(|entries| drop(entries.remove(name)))
    }
}

/// Any value, short and long ones, some of which look like a head.
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..1200),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(|tail| [MAGIC, &tail].concat()),
    ]
}

proptest! {
    #[test]
    fn any_value_in_parts_of_any_size_comes_back_whole_and_goes_without_a_trace(
        values in prop::collection::vec(value(), 1..5), part in 0..400_usize,
    ) {
        let memory = Memory::new(part.max(MIN_PART));
        for value in values {
            write(&memory, NAME, &value, part).unwrap();
            prop_assert_eq!(memory.value(), Some(value.clone()));
            let needed = if value.len() <= memory.limit && !value.starts_with(MAGIC) {
                1
            } else {
                1 + value.len().div_ceil(memory.limit)
            };
            prop_assert_eq!(memory.names().len(), needed, "no part of an older value is left");
        }
        erase(&memory, NAME).unwrap();
        prop_assert_eq!(memory.names(), Vec::<String>::new());
    }

    #[test]
    fn an_interrupted_write_leaves_the_old_value_or_the_new_one(
        old in prop::option::of(value()), new in value(), newer in value(),
        first_kill in 0..20_usize, second_kill in 0..20_usize,
    ) {
        let memory = Memory::new(MIN_PART);
        if let Some(old) = &old {
            write(&memory, NAME, old, MIN_PART).unwrap();
        }
        let mut before = old;
        for (value, kill) in [(new, first_kill), (newer.clone(), second_kill)] {
            memory.kill_after(Some(kill));
            let written = write(&memory, NAME, &value, MIN_PART);
            let after = memory.value();
            prop_assert!(after == before || after.as_ref() == Some(&value));
            prop_assert!(written.is_err() || after == Some(value));
            before = after;
        }
        memory.kill_after(None);
        write(&memory, NAME, &newer, MIN_PART).unwrap();
        prop_assert_eq!(memory.value(), Some(newer));
        erase(&memory, NAME).unwrap();
        prop_assert_eq!(memory.names(), Vec::<String>::new(), "what interrupted writes left is found");
    }

    #[test]
    fn an_interrupted_erasing_leaves_the_value_or_none_and_can_be_finished(
        value in value(), kill in 0..20_usize,
    ) {
        let memory = Memory::new(MIN_PART);
        write(&memory, NAME, &value, MIN_PART).unwrap();
        memory.kill_after(Some(kill));
        let _ = erase(&memory, NAME);
        let after = memory.value();
        prop_assert!(after.is_none() || after == Some(value));
        memory.kill_after(None);
        erase(&memory, NAME).unwrap();
        prop_assert_eq!(memory.names(), Vec::<String>::new());
    }

    #[test]
    fn a_value_with_a_damaged_part_is_an_error_and_never_another_value(
        value in prop::collection::vec(any::<u8>(), 100..800), at in any::<prop::sample::Index>(),
        byte in any::<prop::sample::Index>(), flip in 1..=255_u8, lose in any::<bool>(),
    ) {
        let memory = Memory::new(MIN_PART);
        write(&memory, NAME, &value, MIN_PART).unwrap();
        let parts = memory.names().split_off(1);
        let name = at.get(&parts);
        let mut part = memory.read(name).unwrap().unwrap().into_inner();
        if lose {
            memory.erase(name).unwrap();
        } else {
            let byte = byte.index(part.len());
            part[byte] ^= flip;
            memory.write(name, &part).unwrap();
        }
        prop_assert!(matches!(read(&memory, NAME), Err(KeychainFailure::Damaged(_))));
    }
}

#[test]
fn a_head_that_makes_no_sense_is_damage_and_can_be_overwritten() {
    let memory = Memory::new(MIN_PART);
    for head in [
        "",
        "c 1 1 0",
        "a 1 1",
        "a x 1 0",
        "a 1 1 0 more",
        "a 1 1 zz",
    ] {
        memory
            .write(NAME, format!("millpond-parts-1 {head}").as_bytes())
            .unwrap();
        assert!(
            matches!(read(&memory, NAME), Err(KeychainFailure::Damaged(_))),
            "{head}"
        );
        write(&memory, NAME, b"anew", MIN_PART).unwrap();
        assert_eq!(memory.value(), Some(b"anew".to_vec()));
    }
}

#[test]
fn the_longest_head_fits_in_the_smallest_part() {
    let head = Head {
        row: Row::A,
        parts: 99_999_999,
        bytes: usize::MAX,
        checksum: u64::MAX,
    };
    assert!(head.text().len() <= MIN_PART, "{}", head.text().len());
    assert!(matches!(Head::find(head.text().as_bytes()), Found::Head(found) if found == head));
}

#[test]
fn a_value_replaced_under_a_reader_is_read_anew() {
    /// Replaces the value between the reading of the head and that of the first part.
    struct Replaced(Memory, Mutex<Option<Vec<u8>>>);
    impl Entries for Replaced {
        fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, KeychainFailure> {
            if name != NAME
                && let Some(newer) = self.1.lock().unwrap().take()
            {
                write(&self.0, NAME, &newer, MIN_PART)?;
            }
            self.0.read(name)
        }
        fn write(&self, name: &str, value: &[u8]) -> Result<(), KeychainFailure> {
            self.0.write(name, value)
        }
        fn erase(&self, name: &str) -> Result<(), KeychainFailure> {
            self.0.erase(name)
        }
    }

    let [old, newer] = [vec![1; 300], vec![2; 500]];
    let memory = Memory::new(MIN_PART);
    write(&memory, NAME, &old, MIN_PART).unwrap();
    let entries = Replaced(memory, Mutex::new(Some(newer.clone())));
    assert!(read(&entries, NAME).unwrap().unwrap().matches(&newer));
}
