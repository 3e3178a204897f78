//! What the schemes say about each other: the same signers must stand behind all of them.
//!
//! Source: the end of apksig's `ApkVerifier.verify`.

use crate::note::{Note, Template};
use crate::signing::model::Scheme;
use crate::signing::notes;
use crate::signing::schemes::content_digest::ContentDigestAlgorithm::{ChunkedSha256, ChunkedSha512, VeritySha256};
use crate::signing::schemes::outcome::Outcome;
use crate::signing::schemes::signer::Signer;
use crate::signing::schemes::stored::StoredCertificate;

/// The SDK level from which on an app that is made for it must be signed with v2 or later.
const TARGET_SDK_THAT_NEEDS_V2: u32 = 30;

/// Compares the schemes that were verified, and says what does not fit.
pub fn check(outcomes: &[Outcome], target_sdk: Option<u32>) -> Vec<Note> {
    let mut errors = Vec::new();
    v1_against_v2(outcomes, &mut errors);
    v3_against_older(outcomes, &mut errors);
    v4_against_others(outcomes, &mut errors);
    let mut errors: Vec<Note> = errors.into_iter().map(|error| Note::new(error, &[])).collect();
    let newer = [Scheme::V2, Scheme::V3, Scheme::V31].into_iter().any(|scheme| verified(outcomes, scheme).is_some());
    if let Some(sdk) = target_sdk.filter(|sdk| *sdk >= TARGET_SDK_THAT_NEEDS_V2 && !newer) {
        errors.push(Note::new(&notes::MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET, &[("sdk", &sdk)]));
    }
    errors
}

fn verified(outcomes: &[Outcome], scheme: Scheme) -> Option<&Outcome> {
    outcomes.iter().find(|outcome| outcome.scheme == scheme && outcome.verified)
}

fn certificate(signer: &Signer) -> Option<&[u8]> {
    signer.certificate().map(StoredCertificate::stored)
}

fn certificates(outcome: &Outcome) -> Vec<&[u8]> {
    outcome.signers.iter().filter_map(certificate).collect()
}

/// Every v1 signer must be a v2 signer, and the other way about.
fn v1_against_v2(outcomes: &[Outcome], errors: &mut Vec<&'static Template>) {
    let (Some(v1), Some(v2)) = (verified(outcomes, Scheme::V1), verified(outcomes, Scheme::V2)) else { return };
    let (v1, v2) = (certificates(v1), certificates(v2));
    if v1.iter().any(|certificate| !v2.contains(certificate)) {
        errors.push(&notes::V2_SIG_MISSING);
    }
    if v2.iter().any(|certificate| !v1.contains(certificate)) {
        errors.push(&notes::JAR_SIG_MISSING);
    }
}

/// The v1 or v2 signer must be the v3 signer, or the first key of its lineage.
fn v3_against_older(outcomes: &[Outcome], errors: &mut Vec<&'static Template>) {
    let Some(v3) = verified(outcomes, Scheme::V3) else { return };
    let older = verified(outcomes, Scheme::V1).or_else(|| verified(outcomes, Scheme::V2));
    let Some(older) = older else { return };
    if older.signers.len() != 1 {
        errors.push(&notes::V3_SIG_MULTIPLE_PAST_SIGNERS);
    }
    let old = certificates(older).first().copied();
    let v31 = verified(outcomes, Scheme::V31);
    let fits = match v31.and_then(|v31| v31.lineage.as_ref()).or(v3.lineage.as_ref()) {
        Some(lineage) => old.and_then(|old| lineage.position(old)) == Some(1),
        None => {
            if v3.signers.len() != 1 {
                errors.push(&notes::V3_SIG_MULTIPLE_SIGNERS);
            }
            old == certificates(v3).first().copied()
        }
    };
    if !fits {
        errors.push(&notes::V3_SIG_PAST_SIGNERS_MISMATCH);
    }
}

/// The v4 signer must be the one of v3, else of v2, and must have signed the same digest; with v3.1 there is a second
/// for the rotated key.
fn v4_against_others(outcomes: &[Outcome], errors: &mut Vec<&'static Template>) {
    let Some(v4) = verified(outcomes, Scheme::V4) else { return };
    let base = verified(outcomes, Scheme::V3).or_else(|| verified(outcomes, Scheme::V2));
    let Some(base) = base else {
        errors.push(&notes::V4_SIG_ALONE);
        return;
    };
    let rotated = verified(outcomes, Scheme::V31).filter(|_| base.scheme == Scheme::V3);
    let pairs: Vec<&Outcome> = [base].into_iter().chain(rotated).collect();
    if v4.signers.len() != pairs.len() {
        errors.push(if rotated.is_some() {
            &notes::V41_SIG_NEEDS_TWO_SIGNERS
        } else {
            &notes::V4_SIG_MULTIPLE_SIGNERS
        });
        return;
    }
    for (outcome, v4_signer) in pairs.into_iter().zip(&v4.signers) {
        if outcome.signers.len() != 1 {
            errors.push(&notes::V4_SIG_MULTIPLE_SIGNERS);
        }
        let Some(signer) = outcome.signers.first() else { continue };
        if certificate(signer) != certificate(v4_signer) {
            errors.push(&notes::V4_SIG_V2_V3_SIGNERS_MISMATCH);
        }
        let digests = signer.digests();
        let best = [ChunkedSha512, VeritySha256, ChunkedSha256]
            .into_iter()
            .find_map(|wanted| digests.iter().find(|(algorithm, _)| *algorithm == wanted));
        let signed = v4_signer.content_digests.first().map(|(_, digest)| digest.as_slice());
        if best.map(|(_, digest)| *digest) != signed {
            errors.push(&notes::V4_SIG_V2_V3_DIGESTS_MISMATCH);
        }
    }
}
