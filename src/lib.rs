//! apklens tells whether an Android app file (APK) is known stalkerware, what it can do, and who signed it, entirely
//! on the visitor's own machine.
//!
//! Data flows one way: [`source`] → [`archive`] → ([`manifest`], [`signing`], [`code`]) → [`indicators`] →
//! [`assess`] → [`report`]. Nothing on the left names anything on its right.

pub mod archive;
pub mod assess;
pub mod code;
pub mod indicators;
pub mod manifest;
pub mod note;
pub mod report;
pub mod signing;
pub mod source;
