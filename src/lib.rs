//! apklens tells whether an Android app file (APK) is known stalkerware, what it can do, and who signed it, entirely
//! on the visitor's own machine.
//!
//! An [`Analyzer`] reads a file and returns a [`Report`] of each app in it:
//!
//! ```
//! use apklens::{Analyzer, Database, Input, Level, Rules};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let analyzer = Analyzer::builder().database(Database::built_in()?).rules(Rules::shipped()?).build();
//!
//! // Any `Source` will do: a file on disk is a `FileSource`.
//! let bytes = b"no app".to_vec();
//! for report in analyzer.analyze(&Input::new("some.apk", &bytes)) {
//!     println!("{}: {}", report.file.name, report.verdict.level);
//!     for reason in &report.verdict.reasons {
//!         println!("  {}", reason.text);
//!     }
//!     # assert_eq!(report.verdict.level, Level::CouldNotCheck);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A report is the same, byte for byte, natively and in a browser; `docs/report.schema.json` describes its JSON form.
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

pub use analyzer::{Analyzer, Builder, Input, Phase};
pub use assess::{Capability, Concern, Level, Verdict};
pub use indicators::yara::{CompileErrors, Rules};
pub use indicators::{Class, Database, Kind, Match, Strength, Weakening};
pub use manifest::{Component, Package, Permission};
pub use note::{Note, Place};
pub use report::{File, Report};
pub use signing::{Certificate, Signing};
pub use source::{FileSource, Source, SourceError};
