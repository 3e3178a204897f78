//! Whose certificates the Android versions go by on which an app can be installed.
//!
//! A version goes by the newest scheme that it knows and the file has: v1 always, v2 from Android 7 on, v3 from Android 9,
//! v3.1 from Android 13. Source: AOSP's `ApkSignatureVerifier` of each version.

use crate::signing::model::{Certificate, Scheme, SchemeStatus, SdkLevels};
use crate::signing::schemes::algorithm::SdkRange;
use crate::signing::schemes::outcome::Outcome;
use crate::signing::schemes::signer::Signer;
use crate::signing::schemes::stored::StoredCertificate;

/// The first SDK level that knows a scheme.
fn known_since(scheme: Scheme) -> i32 {
    match scheme {
        Scheme::V31 => 33,
        Scheme::V3 => 28,
        Scheme::V2 => 24,
        _ => 1,
    }
}

/// The signers' certificates: of all schemes that a version from `min_sdk` on goes by, the newest versions' first. Where
/// there is none, those of the strongest scheme.
pub fn certificates<'a>(outcomes: impl Iterator<Item = &'a Outcome>, min_sdk: i32) -> Vec<Certificate> {
    let mut outcomes: Vec<&Outcome> = outcomes
        .filter(|outcome| outcome.scheme <= Scheme::V31)
        .filter(|outcome| outcome.signers.iter().any(|signer| signer.certificate().is_some()))
        .collect();
    outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.scheme));
    let mut found = Vec::new();
    let mut highest = i32::MAX;
    for outcome in outcomes.iter().filter(|outcome| outcome.status() != SchemeStatus::NotUsed) {
        let range = SdkRange { min: known_since(outcome.scheme).max(min_sdk), max: highest };
        for signer in newest_first(outcome) {
            if let Some(levels) = levels(signer, range) {
                add(&mut found, outcome, signer, Some(levels));
            }
        }
        let first = outcome.signers.iter().filter_map(|signer| signer.sdk).map(|sdk| sdk.min).min();
        highest = highest.min(first.unwrap_or_default().max(known_since(outcome.scheme)) - 1);
    }
    if let (true, Some(strongest)) = (found.is_empty(), outcomes.first()) {
        newest_first(strongest).for_each(|signer| add(&mut found, strongest, signer, None));
    }
    found
}

/// The signers of a scheme. Those of v3 are for ranges of SDK levels, the most recent last.
fn newest_first(outcome: &Outcome) -> Box<dyn Iterator<Item = &Signer> + '_> {
    match outcome.scheme {
        Scheme::V3 | Scheme::V31 => Box::new(outcome.signers.iter().rev()),
        _ => Box::new(outcome.signers.iter()),
    }
}

/// The SDK levels of the range that go by a signer.
fn levels(signer: &Signer, range: SdkRange) -> Option<SdkLevels> {
    let own = signer.sdk.unwrap_or(range);
    let (min, max) = (own.min.max(range.min), own.max.min(range.max));
    let level = |sdk: i32| u32::try_from(sdk).unwrap_or_default();
    (min <= max).then(|| SdkLevels { min: level(min), max: (max != i32::MAX).then(|| level(max)) })
}

/// Adds a signer's certificate, or what is new about one that is known.
fn add(found: &mut Vec<Certificate>, outcome: &Outcome, signer: &Signer, levels: Option<SdkLevels>) {
    let mut described = signer.certificates.iter().map(StoredCertificate::describe);
    let Some(own) = described.next() else { return };
    let place = found.iter().position(|known| known.sha256 == own.sha256).unwrap_or_else(|| {
        found.push(Certificate { chain: described.collect(), ..own });
        found.len() - 1
    });
    let certificate = &mut found[place];
    certificate.verified |= outcome.verified;
    certificate.sdk_levels.extend(levels);
    join(&mut certificate.sdk_levels);
}

/// Sorts ranges, and makes one of those that meet.
fn join(ranges: &mut Vec<SdkLevels>) {
    ranges.sort_by_key(|range| range.min);
    ranges.dedup_by(|next, before| {
        let meets = before.max.is_none_or(|max| next.min <= max.saturating_add(1));
        if meets {
            before.max = before.max.zip(next.max).map(|(one, other)| one.max(other));
        }
        meets
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_meet_are_one() {
        let joined = |ranges: &[(u32, Option<u32>)]| {
            let mut ranges = ranges.iter().map(|&(min, max)| SdkLevels { min, max }).collect();
            join(&mut ranges);
            ranges.iter().map(|range| (range.min, range.max)).collect::<Vec<_>>()
        };
        assert_eq!(joined(&[(28, None), (24, Some(27)), (21, Some(23))]), [(21, None)]);
        assert_eq!(joined(&[(33, Some(34)), (21, Some(30))]), [(21, Some(30)), (33, Some(34))]);
        assert_eq!(joined(&[(24, None), (28, Some(30))]), [(24, None)]);
    }
}
