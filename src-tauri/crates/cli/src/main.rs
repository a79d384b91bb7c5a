#![doc = "The millpond command."]
fn main() {}
