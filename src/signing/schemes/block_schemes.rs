//! Schemes v3.1, v3 and v2 as apksig's `ApkVerifier.verify` goes through them: in this order, as far as Android versions
//! of the app's range look at them, up to the first that does not hold.

use crate::note::Place;
use crate::signing::model::{Scheme, SchemeStatus};
use crate::signing::notes;
use crate::signing::schemes::algorithm::SdkRange;
use crate::signing::schemes::content_digest::{ContentDigestAlgorithm, ContentDigests, Contents, PAGE};
use crate::signing::schemes::outcome::Outcome;
use crate::signing::schemes::signer::{self, Dialect, Signer, SignerNotes, read_signers};
use crate::signing::schemes::signing_block::{ID_V2, ID_V3, ID_V31, Pair, Sections, SigningBlock};
use crate::signing::schemes::v2::{MAX_SIGNERS, V2};
use crate::signing::schemes::v3::{self, V3};
use crate::source::{Source, SourceError};

/// SDK levels by the name of their release. Source: apksig's `AndroidSdkVersion`.
const N: i32 = 24;
const P: i32 = 28;

/// The schemes of the signing block: their pairs, and what they say as far as they were checked.
pub struct BlockSchemes {
    /// The outcomes in the order in which they were checked: v3.1, v3, v2. Only the last can have errors.
    pub outcomes: Vec<Outcome>,
    /// The schemes that are there and were not checked, with the reason.
    pub passed_over: Vec<Outcome>,
}

/// Checks the schemes of the signing block, as far as Android versions from `min_sdk` on look at them.
///
/// # Errors
/// When the source fails.
pub fn check_block(
    source: &dyn Source,
    sections: &Sections,
    block: &SigningBlock,
    min_sdk: i32,
) -> Result<BlockSchemes, SourceError> {
    let mut schemes = read_block(block, min_sdk)?;
    let algorithms: Vec<_> = schemes.outcomes.iter().flat_map(Outcome::content_digests).collect();
    let contents = Contents {
        source,
        signing_block_offset: block.offset,
        central_directory_offset: sections.central_directory_offset,
        eocd_offset: sections.eocd_offset,
    };
    let digests = match algorithms.is_empty() {
        true => ContentDigests::default(),
        false => ContentDigests::compute(&contents, &algorithms)?,
    };
    let v31_from = rotation_min_sdk(&schemes.outcomes);
    let mut failed = None;
    for (index, outcome) in schemes.outcomes.iter_mut().enumerate() {
        if !outcome.has_errors() {
            finish(outcome, &digests, &contents, min_sdk, v31_from);
        }
        if outcome.has_errors() {
            failed = Some(index);
            break;
        }
        outcome.verified = true;
    }
    if let Some(index) = failed {
        let not_reached = schemes.outcomes.split_off(index + 1);
        schemes
            .passed_over
            .extend(not_reached.into_iter().map(|outcome| outcome.not_checked(SchemeStatus::NotReached)));
    }
    Ok(schemes)
}

/// Reads the signers of the schemes, up to the first scheme with an error.
fn read_block(block: &SigningBlock, min_sdk: i32) -> Result<BlockSchemes, SourceError> {
    let mut schemes = BlockSchemes { outcomes: Vec::new(), passed_over: Vec::new() };
    for (scheme, id) in [(Scheme::V31, ID_V31), (Scheme::V3, ID_V3), (Scheme::V2, ID_V2)] {
        let before = &schemes.outcomes;
        let failed = before.last().is_some_and(Outcome::has_errors);
        let Some(pair) = block.pair(id) else {
            if scheme == Scheme::V3 && !before.is_empty() && !failed {
                // The v3.1 signature counts for nothing without the v3 signature.
                let mut missing = Outcome::new(Scheme::V3);
                missing.problems.error(&notes::V31_BLOCK_FOUND_WITHOUT_V3_BLOCK, &[]);
                schemes.outcomes.push(missing);
            }
            continue;
        };
        let needed = scheme != Scheme::V2 || min_sdk < P || before.is_empty();
        if failed || !needed {
            let status = if needed { SchemeStatus::NotReached } else { SchemeStatus::NotUsed };
            let unchecked = Outcome { signers: read_unchecked(block, pair, scheme)?, ..Outcome::new(scheme) };
            schemes.passed_over.push(unchecked.not_checked(status));
            continue;
        }
        let outcome = match scheme {
            Scheme::V31 => read_scheme(block, pair, scheme, &mut V3::rotated())?,
            Scheme::V3 => read_scheme(block, pair, scheme, &mut V3::base(rotation_min_sdk(before)))?,
            _ => {
                let found_v3 = before.iter().any(|outcome| outcome.scheme == Scheme::V3);
                let range = SdkRange { min: min_sdk.max(N), max: i32::MAX };
                let mut outcome = read_scheme(block, pair, scheme, &mut V2::new(range, found_v3))?;
                let count = outcome.signers.len();
                if count > MAX_SIGNERS {
                    let values: [(&str, &dyn ToString); 2] = [("count", &count), ("max", &MAX_SIGNERS)];
                    outcome.problems.error(&notes::V2_SIG_MAX_SIGNATURES_EXCEEDED, &values);
                }
                outcome
            }
        };
        schemes.outcomes.push(outcome);
    }
    Ok(schemes)
}

/// Reads the signers of one scheme's value.
fn read_scheme<D: Dialect>(
    block: &SigningBlock,
    pair: Pair,
    scheme: Scheme,
    dialect: &mut D,
) -> Result<Outcome, SourceError> {
    let (mut signers, problems) = read_signers(&block.value(pair)?, dialect);
    let place = Place::offset(pair.offset);
    for signer in &mut signers {
        signer.problems = std::mem::take(&mut signer.problems).at(&place);
    }
    Ok(Outcome { signers, problems: problems.at(&place), ..Outcome::new(scheme) })
}

/// The signers of a scheme with nothing but their certificates.
fn read_unchecked(block: &SigningBlock, pair: Pair, scheme: Scheme) -> Result<Vec<Signer>, SourceError> {
    Ok(signer::read_certificates(&block.value(pair)?, scheme != Scheme::V2))
}

/// The SDK level from which on the v3.1 signers are used, where there are any. Source: `ApkVerifier.verify`.
fn rotation_min_sdk(outcomes: &[Outcome]) -> Option<i32> {
    let v31 = outcomes.iter().find(|outcome| outcome.scheme == Scheme::V31)?;
    v31.signers.iter().map(|signer| signer.sdk.map_or(0, |sdk| sdk.min)).min().filter(|sdk| *sdk > 0)
}

/// Checks what the digests of the contents are needed for, and what follows.
fn finish(outcome: &mut Outcome, digests: &ContentDigests, contents: &Contents, min_sdk: i32, v31_from: Option<i32>) {
    let notes: &SignerNotes = if outcome.scheme == Scheme::V2 { V2::NOTES } else { V3::NOTES };
    // apksig gives up where a page does not start where the tree needs it: `verifyIntegrity`.
    let block_size = contents.central_directory_offset - contents.signing_block_offset;
    let aligned = contents.signing_block_offset.is_multiple_of(PAGE as u64) && block_size.is_multiple_of(PAGE as u64);
    if outcome.content_digests().contains(&ContentDigestAlgorithm::VeritySha256) && !aligned {
        outcome.problems.error(&notes::VERITY_NOT_ALIGNED, &[]);
        return;
    }
    outcome.check_contents(digests, notes);
    let (min, v31_from) = match outcome.scheme {
        // v3.1 may start anywhere, since v3 covers the rest.
        Scheme::V31 => (i32::MAX, None),
        Scheme::V3 => (min_sdk.max(P), v31_from),
        _ => return,
    };
    let range = SdkRange { min, max: i32::MAX };
    outcome.lineage = v3::check_ranges(&outcome.signers, range, v31_from, &mut outcome.problems);
}
