//! APK Signature Schemes v3 and v3.1: what they add to a signer, an SDK range and the keys that came before.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v3> and `.../v3-1`, apksig's
//! `V3SchemeVerifier`.

use crate::signing::notes;
use crate::signing::schemes::algorithm::SdkRange;
use crate::signing::schemes::fields::{Fields, Malformed};
use crate::signing::schemes::lineage::{Lineage, LineageError};
use crate::signing::schemes::problems::Problems;
use crate::signing::schemes::signer::{Dialect, Signer, SignerNotes};

/// The attributes of a signer. Source: apksig's `V3SchemeConstants`.
const PROOF_OF_ROTATION: u32 = 0x3BA0_6F8C;
const ROTATION_MIN_SDK: u32 = 0x559F_8B02;
const ROTATION_ON_DEVELOPMENT_RELEASE: u32 = 0xC2A6_B3BA;

/// Reads the signers of scheme v3 or v3.1.
pub struct V3 {
    /// Whether this is v3.1.
    pub is_v31: bool,
    /// The SDK level from which the signers of a v3.1 block are used, where there is such a block.
    pub rotation_min_sdk: Option<i32>,
    /// Whether the signer says from which SDK level a v3.1 block is to be expected.
    rotation_stated: bool,
}

impl V3 {
    /// A reader of a v3.1 block.
    pub fn rotated() -> Self {
        Self { is_v31: true, rotation_min_sdk: None, rotation_stated: false }
    }

    /// A reader of a v3 block. `rotation_min_sdk` is the SDK level from which a v3.1 block takes over.
    pub fn base(rotation_min_sdk: Option<i32>) -> Self {
        Self { is_v31: false, rotation_min_sdk, rotation_stated: false }
    }
}

impl Dialect for V3 {
    const NOTES: &'static SignerNotes = &SignerNotes {
        malformed_signers: &notes::V3_SIG_MALFORMED_SIGNERS,
        no_signers: &notes::V3_SIG_NO_SIGNERS,
        malformed_signer: &notes::V3_SIG_MALFORMED_SIGNER,
        malformed_signature: &notes::V3_SIG_MALFORMED_SIGNATURE,
        unknown_algorithm: &notes::V3_SIG_UNKNOWN_SIG_ALGORITHM,
        no_signatures: &notes::V3_SIG_NO_SIGNATURES,
        no_supported_signatures: &notes::V3_SIG_NO_SUPPORTED_SIGNATURES,
        malformed_public_key: &notes::V3_SIG_MALFORMED_PUBLIC_KEY,
        verify_exception: &notes::V3_SIG_VERIFY_EXCEPTION,
        did_not_verify: &notes::V3_SIG_DID_NOT_VERIFY,
        malformed_certificate: &notes::V3_SIG_MALFORMED_CERTIFICATE,
        no_certificates: &notes::V3_SIG_NO_CERTIFICATES,
        public_key_mismatch: &notes::V3_SIG_PUBLIC_KEY_MISMATCH,
        malformed_digest: &notes::V3_SIG_MALFORMED_DIGEST,
        algorithm_mismatch: &notes::V3_SIG_SIG_ALG_MISMATCH,
        malformed_attribute: &notes::V3_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE,
        unknown_attribute: &notes::V3_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE,
        digest_did_not_verify: &notes::V3_SIG_APK_DIGEST_DID_NOT_VERIFY,
    };

    fn sdk_range(&self, fields: &mut Fields, signer: &mut Signer, signed: bool) -> Result<(), Malformed> {
        // Java's `int`.
        let stated = signer.sdk;
        let min = fields.u32()? as i32;
        if !signed {
            let range = SdkRange { min, max: fields.u32()? as i32 };
            if range.min < 0 || range.min > range.max {
                let values: [(&str, &dyn ToString); 2] = [("min", &range.min), ("max", &range.max)];
                signer.problems.error(&notes::V3_SIG_INVALID_SDK_VERSIONS, &values);
            }
            signer.sdk = Some(range);
            return Ok(());
        }
        if stated.is_some_and(|stated| stated.min != min) {
            signer.problems.error(&notes::V3_MIN_SDK_VERSION_MISMATCH, &[]);
        }
        let max = fields.u32()? as i32;
        if stated.is_some_and(|stated| stated.max != max) {
            signer.problems.error(&notes::V3_MAX_SDK_VERSION_MISMATCH, &[]);
        }
        Ok(())
    }

    fn signature_range(&self, signer: &Signer) -> SdkRange {
        signer.sdk.unwrap_or(SdkRange { min: 0, max: i32::MAX })
    }

    fn attribute(&mut self, id: u32, value: &[u8], signer: &mut Signer) -> Result<bool, Malformed> {
        match id {
            PROOF_OF_ROTATION => read_lineage(value, signer),
            ROTATION_MIN_SDK => {
                self.rotation_stated = true;
                let stated = Fields::new(value).u32()? as i32;
                match self.rotation_min_sdk {
                    Some(found) if found != stated => signer
                        .problems
                        .error(&notes::V31_ROTATION_MIN_SDK_MISMATCH, &[("stated", &stated), ("found", &found)]),
                    Some(_) => {}
                    None => signer.problems.error(&notes::V31_BLOCK_MISSING, &[("sdk", &stated)]),
                }
            }
            ROTATION_ON_DEVELOPMENT_RELEASE => {
                signer.targets_development_release = true;
                if !self.is_v31 {
                    signer.problems.warning(&notes::V31_ROTATION_TARGETS_DEV_RELEASE_ON_V3_SIGNER, &[]);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn attributes_end(&mut self, signer: &mut Signer) {
        let stated = std::mem::take(&mut self.rotation_stated);
        if let Some(sdk) = self.rotation_min_sdk.filter(|_| !stated) {
            signer.problems.warning(&notes::V31_ROTATION_MIN_SDK_ATTR_MISSING, &[("sdk", &sdk)]);
        }
    }
}

/// Reads a proof of rotation, which must end with the signer's own certificate.
fn read_lineage(value: &[u8], signer: &mut Signer) {
    match Lineage::read(value) {
        Ok(lineage) => {
            let own = signer.certificate().and_then(|certificate| lineage.position(certificate.stored()));
            if own != Some(lineage.0.len()) {
                signer.problems.error(&notes::V3_SIG_POR_CERT_MISMATCH, &[]);
            }
            signer.lineage = Some(lineage);
        }
        Err(LineageError::DidNotVerify) => signer.problems.error(&notes::V3_SIG_POR_DID_NOT_VERIFY, &[]),
        Err(LineageError::Version) => signer.problems.error(&notes::V3_SIG_POR_CERT_MISMATCH, &[]),
        Err(LineageError::Malformed) => signer.problems.error(&notes::V3_SIG_MALFORMED_LINEAGE, &[]),
    }
}

/// Checks that the signers cover `range` without overlap or gap, and that the lineages of earlier ranges are
/// beginnings of later ones. `v31_from` is the SDK level from which a v3.1 block takes over. Returns the lineage of
/// them all.
pub fn check_ranges(
    signers: &[Signer],
    range: SdkRange,
    v31_from: Option<i32>,
    problems: &mut Problems,
) -> Option<Lineage> {
    // apksig sorts by the end of the range, and of two signers with the same end keeps the last.
    let mut sorted: Vec<(SdkRange, &Signer)> = Vec::new();
    for signer in signers {
        let Some(sdk) = signer.sdk else { continue };
        sorted.retain(|(other, _)| other.max != sdk.max);
        sorted.push((sdk, signer));
    }
    sorted.sort_by_key(|(sdk, _)| sdk.max);
    let (mut first, mut last, mut lineage_length) = (0, 0i32, 0);
    let mut lineages = Vec::new();
    for (sdk, signer) in sorted {
        if first == 0 {
            first = sdk.min;
        } else {
            let shares = sdk.min == last && signer.targets_development_release;
            if !shares && Some(sdk.min) != last.checked_add(1) {
                problems.error(&notes::V3_INCONSISTENT_SDK_VERSIONS, &[]);
                break;
            }
        }
        last = sdk.max;
        if let Some(lineage) = &signer.lineage {
            if lineage.0.len() < lineage_length {
                problems.error(&notes::V3_INCONSISTENT_LINEAGES, &[]);
                break;
            }
            lineage_length = lineage.0.len();
            lineages.push(lineage);
        }
    }
    if first > range.min || last < v31_from.map_or(range.max, |sdk| sdk.saturating_sub(1)) {
        problems.error(&notes::V3_MISSING_SDK_VERSIONS, &[("min", &first), ("max", &last)]);
    }
    Lineage::consolidate(&lineages).unwrap_or_else(|_| {
        problems.error(&notes::V3_INCONSISTENT_LINEAGES, &[]);
        None
    })
}
