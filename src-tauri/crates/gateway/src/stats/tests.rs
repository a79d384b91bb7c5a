//! Statistics against real files.

mod fixture;

mod answers;
mod faults;
mod keeping;
