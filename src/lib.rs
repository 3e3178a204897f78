//! apklens tells whether an Android app file (APK) is known stalkerware, what it can do, and who signed it, entirely
//! on the visitor's own machine.
//!
//! Data flows one way: [`source`] → [`archive`] → ([`resources`] → [`manifest`], [`signing`], [`code`]) → [`indicators`]
//! → [`apps`] → [`reading`] → [`assess`] → [`report`]. Nothing on the left names anything on its right, which
//! `tests/integration/layers.rs` holds. [`Analyzer`] leads a file along that way: [`reading`] collects what is in it,
//! [`apps`] tells which of that is one app, and each app has a report.

mod analyzer;
pub mod apps;
pub mod archive;
pub mod assess;
mod bytes;
pub mod calendar;
pub mod code;
mod digests;
pub mod export;
pub mod hex;
pub mod indicators;
pub mod manifest;
pub mod note;
pub mod reading;
pub mod report;
pub mod resources;
mod results;
pub mod signing;
pub mod source;

pub use analyzer::{Analyzer, Input, Phase};
