//! What is said about an app, and why: its capabilities and the verdict. Judges, and parses nothing.

mod model;

pub use model::*;
