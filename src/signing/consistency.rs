//! What the schemes say about each other: the same signers must stand behind all of them.
//!
//! Source: the end of apksig's `ApkVerifier.verify`.

use crate::note::{Note, Template};
use crate::signing::model::Scheme;
use crate::signing::notes;
use crate::signing::outcome::Outcome;
use crate::signing::signer::Signer;
use crate::signing::stored::StoredCertificate;

/// Compares the schemes that were verified, and says what does not fit.
pub fn check(outcomes: &[Outcome]) -> Vec<Note> {
    let mut errors = Vec::new();
    v1_against_v2(outcomes, &mut errors);
    v3_against_older(outcomes, &mut errors);
    errors.into_iter().map(|error| Note::new(error, &[])).collect()
}

fn verified(outcomes: &[Outcome], scheme: Scheme) -> Option<&Outcome> {
    outcomes.iter().find(|outcome| outcome.scheme == scheme && outcome.verified)
}

fn certificates(outcome: &Outcome) -> Vec<&[u8]> {
    outcome.signers.iter().filter_map(Signer::certificate).map(StoredCertificate::der).collect()
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
