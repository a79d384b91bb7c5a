//! Whole answers, both ways.
