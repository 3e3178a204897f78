//! APK Signature Scheme v2: what it adds to a signer, the protection against being stripped of a later scheme.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v2>, apksig's `V2SchemeVerifier`.

use crate::signing::notes;
use crate::signing::schemes::algorithm::SdkRange;
use crate::signing::schemes::fields::{Fields, Malformed};
use crate::signing::schemes::signer::{Dialect, Signer, SignerNotes};

/// The attribute that names a later scheme with which the file was signed, too.
const STRIPPING_PROTECTION: u32 = 0xBEEF_F00D;

/// How many signers a file may have. Source: apksig's `Constants.MAX_APK_SIGNERS`.
pub const MAX_SIGNERS: usize = 10;

/// Reads scheme v2's signers.
pub struct V2 {
    /// The SDK range over which v2 is verified.
    pub range: SdkRange,
    /// Whether a v3 signature was found.
    pub found_v3: bool,
    /// The later schemes that the signer's attributes name.
    expected: Vec<u32>,
}

impl V2 {
    /// A reader over `range`.
    pub fn new(range: SdkRange, found_v3: bool) -> Self {
        Self { range, found_v3, expected: Vec::new() }
    }
}

impl Dialect for V2 {
    const NOTES: &'static SignerNotes = &SignerNotes {
        malformed_signers: &notes::V2_SIG_MALFORMED_SIGNERS,
        no_signers: &notes::V2_SIG_NO_SIGNERS,
        malformed_signer: &notes::V2_SIG_MALFORMED_SIGNER,
        malformed_signature: &notes::V2_SIG_MALFORMED_SIGNATURE,
        unknown_algorithm: &notes::V2_SIG_UNKNOWN_SIG_ALGORITHM,
        no_signatures: &notes::V2_SIG_NO_SIGNATURES,
        no_supported_signatures: &notes::V2_SIG_NO_SUPPORTED_SIGNATURES,
        malformed_public_key: &notes::V2_SIG_MALFORMED_PUBLIC_KEY,
        verify_exception: &notes::V2_SIG_VERIFY_EXCEPTION,
        did_not_verify: &notes::V2_SIG_DID_NOT_VERIFY,
        malformed_certificate: &notes::V2_SIG_MALFORMED_CERTIFICATE,
        no_certificates: &notes::V2_SIG_NO_CERTIFICATES,
        public_key_mismatch: &notes::V2_SIG_PUBLIC_KEY_MISMATCH,
        malformed_digest: &notes::V2_SIG_MALFORMED_DIGEST,
        algorithm_mismatch: &notes::V2_SIG_SIG_ALG_MISMATCH,
        malformed_attribute: &notes::V2_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE,
        unknown_attribute: &notes::V2_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE,
        digest_did_not_verify: &notes::V2_SIG_APK_DIGEST_DID_NOT_VERIFY,
    };

    fn sdk_range(&self, _: &mut Fields, _: &mut Signer, _: bool) -> Result<(), Malformed> {
        Ok(())
    }

    fn signature_range(&self, _: &Signer) -> SdkRange {
        self.range
    }

    fn attribute(&mut self, id: u32, value: &[u8], signer: &mut Signer) -> Result<bool, Malformed> {
        if id != STRIPPING_PROTECTION {
            return Ok(false);
        }
        match Fields::new(value).u32()? {
            // v2 that expects v2 fails, as it does in apksig: it counts as found only once it is verified.
            scheme @ (2 | 3) => self.expected.push(scheme),
            scheme => signer.problems.warning(&notes::V2_SIG_UNKNOWN_APK_SIG_SCHEME_ID, &[("id", &scheme)]),
        }
        Ok(true)
    }

    fn attributes_end(&mut self, signer: &mut Signer) {
        let missing = std::mem::take(&mut self.expected).into_iter().filter(|scheme| *scheme != 3 || !self.found_v3);
        if let Some(scheme) = missing.min() {
            signer.problems.error(&notes::V2_SIG_MISSING_APK_SIG_REFERENCED, &[("scheme", &format!("v{scheme}"))]);
        }
    }
}
