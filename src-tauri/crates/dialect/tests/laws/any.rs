//! Anything that can be said: strategies for words, requests and answers.

pub(crate) mod answers;
pub(crate) mod requests;
pub(crate) mod words;
