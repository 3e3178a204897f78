//! Who signed the app, and whether the signature holds: APK Signature Schemes v1 to v4 and source stamps, with the
//! verdict of AOSP's `apksigner verify`.

mod model;

pub use model::*;
