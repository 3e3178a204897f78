//! Who signed the app, and whether the signature holds: APK Signature Schemes v1 to v4 and source stamps, with the
//! verdict of AOSP's `apksigner verify`.
//!
//! [`verify`] is the face. [`asn1`] reads keys, certificates and PKCS #7; [`schemes`] has a reader for each scheme;
//! `verdict` says which of them are looked at, holds them against each other, and fills the [`Signing`] of the report.

pub mod asn1;
mod base64;
mod known_keys;
mod model;
pub mod notes;
pub mod schemes;
mod verdict;

pub use known_keys::published_key;
pub use model::*;
pub use verdict::{ManifestFacts, contents_length, verify};
