//! What Millpond is tested with.
