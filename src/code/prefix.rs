//! Program code before an archive ("Janus", CVE-2017-13156): which versions of Android run it.
//!
//! ART takes a file for a DEX file or for an archive by its first bytes (`DexFile::Open` in `dex_file.cc`, Android 5.0 to
//! 8.0; Dalvik went by the file's name), while the package manager read the same file from its end. The patch of
//! 2017-12-01 (Android Security Bulletin, December 2017) has libziparchive refuse an archive that does not begin with a
//! local header, so that such a file is no longer installed; Android 8.1 has it from the start. Scheme v1 signs entries
//! and no other byte, so that the code may be anybody's; scheme v2, which Android 7.0 and later look at, signs all bytes.

use super::notes::outside::{CODE_BEFORE, CODE_BEFORE_RUNS};
use crate::archive::Archive;
use crate::note::{Note, Place, Region};
use crate::signing::schemes::jar;
use crate::signing::{Scheme, SchemeResult, Signing};

/// The versions of Android that may be without the patch and run such code, by SDK level.
const VERSIONS: [(u32, &str); 6] = [(21, "5.0"), (22, "5.1"), (23, "6.0"), (24, "7.0"), (25, "7.1"), (26, "8.0")];

/// The first SDK level that looks at scheme v2.
const FIRST_WITH_V2: u32 = 24;

/// What is said of `length` bytes before an archive that begin as a DEX file does.
pub fn notes(length: u64, archive: &Archive, min_sdk: Option<u32>, signing: &Signing) -> Vec<Note> {
    let place = Place::offset(0).outside(Region::BeforeFirstEntry, None);
    let mut notes = vec![Note::new(&CODE_BEFORE, &[("length", &length)]).at(place.clone())];
    // Where the archive's offsets do not count the code, Android finds no entry of it, and never did.
    if archive.layout().prefix == 0
        && let Some((from, to)) = versions(min_sdk.unwrap_or(1), signing)
    {
        notes.push(Note::new(&CODE_BEFORE_RUNS, &[("from", &from), ("to", &to)]).at(place));
    }
    notes
}

/// The first and the last version that install an app with these signatures and run the code.
fn versions(min_sdk: u32, signing: &Signing) -> Option<(&'static str, &'static str)> {
    let holds = |scheme| {
        let result: Option<&SchemeResult> = signing.schemes.iter().find(|result| result.scheme == scheme);
        // An algorithm that older versions lack keeps none of these from taking the signature.
        let fails = |problem: &Note| !problem.is(&jar::notes::UNSUPPORTED_SIG_ALG);
        result.map(|result| !result.problems.iter().any(fails))
    };
    let v1 = holds(Scheme::V1) == Some(true);
    let v2 = holds(Scheme::V2);
    let mut run = VERSIONS.into_iter().filter(|(sdk, _)| {
        let signed = if *sdk < FIRST_WITH_V2 { v1 } else { v2.unwrap_or(v1) };
        *sdk >= min_sdk && signed
    });
    let (_, first) = run.next()?;
    Some((first, run.next_back().map_or(first, |(_, last)| last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::SchemeStatus;

    fn signing(schemes: &[(Scheme, bool)]) -> Signing {
        let result = |(scheme, holds): &(Scheme, bool)| SchemeResult {
            scheme: *scheme,
            status: if *holds { SchemeStatus::Holds } else { SchemeStatus::Fails },
            verified: *holds,
            signers: Vec::new(),
            problems: if *holds { Vec::new() } else { vec![Note::new(&CODE_BEFORE, &[])] },
            warnings: Vec::new(),
        };
        Signing { schemes: schemes.iter().map(result).collect(), ..Signing::default() }
    }

    #[test]
    fn the_versions_follow_from_the_signatures_that_they_look_at() {
        for (schemes, min_sdk, expected) in [
            (&[(Scheme::V1, true)][..], 1, Some(("5.0", "8.0"))),
            (&[(Scheme::V1, true)], 23, Some(("6.0", "8.0"))),
            (&[(Scheme::V1, true)], 26, Some(("8.0", "8.0"))),
            (&[(Scheme::V1, true)], 27, None),
            // The code came after the v2 signature, which says so where it is looked at.
            (&[(Scheme::V1, true), (Scheme::V2, false)], 1, Some(("5.0", "6.0"))),
            (&[(Scheme::V1, true), (Scheme::V2, false)], 24, None),
            // Whoever signed signed the code, too.
            (&[(Scheme::V1, true), (Scheme::V2, true)], 1, Some(("5.0", "8.0"))),
            (&[(Scheme::V2, true)], 1, Some(("7.0", "8.0"))),
            (&[(Scheme::V1, false)], 1, None),
            (&[], 1, None),
        ] {
            assert_eq!(versions(min_sdk, &signing(schemes)), expected, "{schemes:?} {min_sdk}");
        }
    }
}
