//! The types of commands and state, told to the user interface in TypeScript.
//!
//! `cargo xtask types` writes them to `ui/src/generated/`; the test fails where what stands there is out of date.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chat::{Dialect, Usage};
use provider::ProviderType;
use serde_json::Value;
use ts_rs::{Config, TS, TypeVisitor};

use crate::control::{Control, Refused, Reply};

/// Set by `cargo xtask types`: the file is written in place of being compared.
const WRITE: &str = "MILLPOND_WRITE_TYPES";

const HEAD: &str = "\
// Generated from the Rust types by `cargo xtask types`; not edited by hand.
";

/// Every type that is reached from these, by name.
struct Collector {
    config: Config,
    seen: HashSet<TypeId>,
    told: BTreeMap<String, String>,
}

impl TypeVisitor for Collector {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // What has no file of its own is TypeScript's own, or a container.
        if self.seen.insert(TypeId::of::<T>()) {
            if T::output_path().is_some() {
                let docs = T::docs().unwrap_or_default();
                let text = format!("{docs}export {}\n", T::decl(&self.config));
                self.told.insert(T::ident(&self.config), text);
            }
            T::visit_dependencies(self);
            T::visit_generics(self);
        }
    }
}

fn generated() -> String {
    let mut all = Collector {
        // No count here comes near 2^53.
        config: Config::new().with_large_int("number"),
        seen: HashSet::new(),
        told: BTreeMap::new(),
    };
    all.visit::<Control>();
    all.visit::<Reply>();
    all.visit::<Refused>();
    all.told.insert("Dialect".to_owned(), dialects());
    all.told.insert("ProviderType".to_owned(), providers());
    all.told.insert("Usage".to_owned(), usage());
    let mut text = HEAD.to_owned();
    for told in all.told.values() {
        let _ = write!(text, "\n{}", tidy(told));
    }
    text
}

/// No blanks at the ends of lines, and a comment of one line in one line.
fn tidy(told: &str) -> String {
    let lines: Vec<&str> = told.lines().map(str::trim_end).collect();
    let mut tidy = String::new();
    let mut rest = lines.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = match rest {
            ["/**", docs, " */", after @ ..] => {
                let _ = writeln!(tidy, "/**{} */", docs.trim_start_matches(" *"));
                after
            }
            _ => {
                let _ = writeln!(tidy, "{first}");
                after
            }
        };
    }
    tidy
}

/// Types of the crates below are told by hand: none of these crates knows of a user interface.
fn providers() -> String {
    let names = ProviderType::ALL.map(ProviderType::as_str);
    union(
        "A kind of upstream account; its text is the key of a pool in `provider_pools.json`.",
        "ProviderType",
        &names.map(str::to_owned),
    )
}

fn dialects() -> String {
    let names = Dialect::ALL.map(|one| match serde_json::to_value(one) {
        Ok(Value::String(name)) => name,
        other => panic!("{other:?} is no name"),
    });
    union("A wire format.", "Dialect", &names)
}

fn usage() -> String {
    let Ok(Value::Object(fields)) = serde_json::to_value(Usage::default()) else {
        panic!("usage is an object");
    };
    let fields = fields.iter().map(|(name, value)| match value {
        Value::Bool(_) => format!("{name}: boolean"),
        _ => format!("{name}: number"),
    });
    let fields: Vec<String> = fields.collect();
    format!(
        "/**\n * What a request cost: `input` includes neither `cache_read` nor `cache_write`, `output` includes `reasoning`.\n */\n\
         export type Usage = {{ {}, }};\n",
        fields.join(", ")
    )
}

fn union(docs: &str, name: &str, members: &[String]) -> String {
    let members: Vec<String> = members.iter().map(|one| format!("\"{one}\"")).collect();
    format!(
        "/**\n * {docs}\n */\nexport type {name} = {};\n",
        members.join(" | ")
    )
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/generated/control.ts")
}

#[test]
fn v2_the_types_that_the_window_is_built_with_are_those_of_the_engine() {
    let generated = generated();
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(file().parent().unwrap()).unwrap();
        std::fs::write(file(), generated).unwrap();
        return;
    }
    let written = std::fs::read_to_string(file()).unwrap_or_default();
    assert!(
        written == generated,
        "ui/src/generated/control.ts is out of date: run `cargo xtask types`"
    );
}
