//! What is said about an app, and why: its capabilities and the verdict. Judges, and parses nothing.

mod capabilities;
pub mod capability_table;
mod maker_names;
mod model;
pub mod reasons;
mod verdict;

pub use capabilities::capabilities;
pub use model::*;
pub use verdict::{Abilities, Carried, Findings, verdict};
