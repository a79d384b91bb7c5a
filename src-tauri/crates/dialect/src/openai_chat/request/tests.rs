//! Requests, both ways.
