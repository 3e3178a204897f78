//! Hashes one chunk as `src/signing/schemes/content_digest.rs` does, for `benches/browser/webcrypto.mjs`.

use sha2::{Digest, Sha256};

/// The size of a chunk: APK Signature Scheme v2, "Integrity-protected contents".
const CHUNK: usize = 1 << 20;

static mut BUFFER: [u8; CHUNK] = [0; CHUNK];

/// Where the page puts a chunk.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *mut u8 {
    &raw mut BUFFER as *mut u8
}

/// The first bytes of the digest of the chunk's first `length` bytes, behind its prefix.
#[unsafe(no_mangle)]
pub extern "C" fn digest(length: usize) -> u32 {
    // Nothing else runs in this module: the page has written the chunk, and waits.
    let chunk = unsafe { std::slice::from_raw_parts(buffer(), length.min(CHUNK)) };
    let digest =
        Sha256::new().chain_update([0xA5]).chain_update((length as u32).to_le_bytes()).chain_update(chunk).finalize();
    u32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]])
}
