//! Who signed the app, and whether the signature holds: APK Signature Schemes v1 to v4 and source stamps, with the
//! verdict of AOSP's `apksigner verify`.

mod ber;
pub mod certificate;
mod distinguished_name;
pub mod jar;
pub mod key;
mod known_keys;
mod model;
mod oid;
pub mod pkcs7;
mod problems;

pub use model::*;

/// Bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
