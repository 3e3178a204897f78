//! The signature schemes: v1 ([`jar`]), v2, v3, v3.1 and v4, the source stamp, and the [`signing_block`] that most of
//! them lie in. Each scheme has a reader that says what it came to.

pub(super) mod algorithm;
pub(super) mod block_schemes;
pub mod content_digest;
mod fields;
pub mod jar;
mod lineage;
pub(super) mod outcome;
mod problems;
pub(super) mod signer;
pub mod signing_block;
pub(super) mod source_stamp;
pub(super) mod stored;
mod v2;
mod v3;
pub(super) mod v4;
