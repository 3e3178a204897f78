//! Signatures: the verdict of AOSP's apksig, run beside ours on the same files.
//!
//! Two versions of apksig are asked: Debian's of 2021, and one of 2022 that knows scheme v3.1 (see
//! tests/fixtures/make-signing.sh). Where apksig has changed since, [`Difference`] says how.

use std::fs;
use std::path::{Path, PathBuf};

use crate::signing_schemes::{Difference, Version, compare, ours};
use apklens::archive::Archive;
use apklens::signing::{Scheme, SigningStatus};

/// Compares all files; what is unexplained fails.
fn hold_against(version: Version, paths: &[PathBuf]) -> Vec<(String, Difference)> {
    let mut differences = Vec::new();
    for (path, apksig) in paths.iter().zip(version.verdicts(paths)) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        differences.extend(compare(ours(path).as_ref(), &apksig).map(|difference| (name, difference)));
    }
    let unexplained: Vec<_> =
        differences.iter().filter(|(_, difference)| matches!(difference, Difference::Unexplained(_))).collect();
    let lines: String = unexplained.iter().map(|(name, difference)| format!("{name}: {difference:?}\n")).collect();
    assert!(unexplained.is_empty(), "{} of {} differ:\n{lines}", unexplained.len(), paths.len());
    differences
}

fn fixtures() -> Vec<PathBuf> {
    let paths = apks("signing");
    assert!(paths.len() > 180, "{} signed fixtures", paths.len());
    paths
}

fn apks(folder: &str) -> Vec<PathBuf> {
    let folder = testkit::fixture(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "apk"));
    paths.sort();
    paths
}

#[test]
fn real_apps_verify_as_apksig_says() {
    let paths: Vec<PathBuf> = testkit::real_apks().into_iter().map(|(_, path)| path).collect();
    for version in [Version::Debian2021, Version::Newer2022] {
        assert_eq!(hold_against(version, &paths), []);
    }
    for path in paths {
        let signing = ours(&path).unwrap();
        assert_eq!(signing.status, SigningStatus::Verified);
        assert!(signing.certificates.iter().all(|certificate| certificate.verified && !certificate.subject.is_empty()));
        assert!(!signing.blocks.is_empty());
    }
}

#[test]
fn every_scheme_key_and_structure_gets_the_verdict_of_apksig() {
    for (name, difference) in hold_against(Version::Newer2022, &fixtures()) {
        println!("{name}: {difference:?}");
    }
}

#[test]
fn what_needs_no_newer_apksig_gets_the_same_verdict_of_the_older() {
    let mut paths = fixtures();
    // v3.1, and the time in source stamps, came later.
    let newer = ["v31", "rotat", "stamped", "dev-release"];
    paths.retain(|path| !newer.iter().any(|part| path.file_stem().unwrap().to_string_lossy().contains(part)));
    assert!(paths.len() > 150, "{}", paths.len());
    hold_against(Version::Debian2021, &paths);
}

#[test]
fn odd_archives_manifests_names_and_keys_get_the_verdict_of_apksig() {
    let paths = apks("signing-odd");
    assert!(paths.len() > 450, "{}", paths.len());
    for version in [Version::Debian2021, Version::Newer2022] {
        let differences = hold_against(version, &paths);
        let names: Vec<&str> = differences.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["signers-11"]);
    }
}

#[test]
fn a_manifest_that_apksig_cannot_read_leaves_the_certificate_vouched_for() {
    let signing = ours(&testkit::fixture("signing-odd").join("v2-manifest-header-12.apk")).unwrap();
    assert_eq!(signing.status, SigningStatus::Invalid);
    assert!(signing.problems.iter().any(|note| note.code == "signature-manifest-not-accepted"), "{signing:?}");
    assert!(signing.certificates.iter().all(|certificate| certificate.verified) && !signing.certificates.is_empty());
}

#[test]
fn rotated_keys_are_listed_with_the_rights_they_keep() {
    let signing = ours(&testkit::fixture("signing").join("rotated-twice-from-33.apk")).unwrap();
    let lineage: Vec<_> = signing
        .lineage
        .iter()
        .map(|node| (node.certificate.common_names.concat(), node.capabilities.join(" "), node.certificate.verified))
        .collect();
    let all = "installed-data shared-uid permission auth";
    assert_eq!(
        lineage,
        [
            ("rsa2048".to_owned(), all.to_owned(), true),
            ("p256".to_owned(), all.to_owned(), true),
            ("rsa2048b".to_owned(), "installed-data shared-uid rollback auth".to_owned(), true),
        ]
    );
    assert_eq!(signing.certificates[0].common_names, ["rsa2048b"]);
}

#[test]
fn source_stamps_of_the_first_version_are_verified_as_android_11_does_it() {
    for (name, holds) in [("own-stamp-v1", true), ("own-stamp-v1-false", false)] {
        let signing = ours(&testkit::fixture("signing").join(format!("{name}.apk"))).unwrap();
        assert_eq!(signing.status, SigningStatus::Verified, "{name}");
        let stamp = signing.schemes.iter().find(|result| result.scheme == Scheme::SourceStamp).unwrap();
        assert_eq!(stamp.verified, holds, "{name}: {stamp:?}");
        let certificate = signing.source_stamp.unwrap();
        assert_eq!((certificate.common_names.concat().as_str(), certificate.verified), ("p256b", holds));
    }
}

#[test]
fn certificates_that_nothing_vouches_for_are_listed_as_such() {
    for (name, status) in [
        ("own-v2-stronger-false", SigningStatus::Invalid),
        ("own-v3-false-digest", SigningStatus::Invalid),
        ("v2-for-21", SigningStatus::Invalid),
        ("own-no-signature-block", SigningStatus::Unsigned),
        ("own-v2-after-broken-pair", SigningStatus::Invalid),
    ] {
        let signing = ours(&testkit::fixture("signing").join(format!("{name}.apk"))).unwrap();
        assert_eq!(signing.status, status, "{name}");
        let v2_holds = name == "v2-for-21";
        assert!(signing.certificates.iter().all(|certificate| certificate.verified == v2_holds), "{name}");
        assert_eq!(
            signing.certificates.is_empty(),
            ["own-no-signature-block", "own-v2-after-broken-pair"].contains(&name)
        );
    }
}

#[test]
fn every_changed_byte_gets_the_verdict_of_apksig() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for name in [
        "v1v2v3-p256",
        "v2-rsa2048",
        "v2-dsa2048",
        "v3-p256",
        "v3-rsa4096",
        "verity-p256",
        "several-signers",
        "rotated-from-28",
        "rotated-from-33",
        "rotated-twice-from-34",
        "stamped",
        "stamped-with-lineage",
        "v4-with-tree",
        "own-v2-two-algorithms",
        "own-v2-pss256",
        "own-v2-verity-and-chunked",
        "own-v3-two-ranges",
        "own-v31-two-ranges",
    ] {
        paths.extend(mutants(name, folder.path()));
    }
    let differences = hold_against(Version::Newer2022, &paths);
    println!("{} mutants, {} explained differences", paths.len(), differences.len());
    assert!(paths.len() > 3000, "{}", paths.len());
}

/// Copies of a fixture with one bit changed, in every region: more of them in the signing block than elsewhere.
fn mutants(name: &str, folder: &Path) -> Vec<PathBuf> {
    let path = testkit::fixture("signing").join(format!("{name}.apk"));
    let bytes = fs::read(&path).unwrap();
    let idsig = fs::read(format!("{}.idsig", path.display())).ok();
    let archive = Archive::open(&bytes).unwrap();
    let layout = *archive.layout();
    let block = ours(&path).unwrap().blocks;
    let (directory, end_record) = (layout.central_directory_offset as usize, layout.eocd_offset as usize);
    let start = block.iter().map(|entry| entry.offset).min().unwrap() as usize - 20;
    // Padding is not worth many mutants.
    let padding: Vec<_> = block.iter().filter(|entry| entry.name.as_deref() == Some("padding")).collect();
    let in_padding =
        |at: usize| padding.iter().any(|entry| (entry.offset + 2..entry.offset + entry.size).contains(&(at as u64)));
    let mut positions: Vec<usize> = (0..start).step_by(211).collect();
    positions.extend((start..directory).step_by(17).filter(|at| !in_padding(*at)));
    positions.extend(start..start + 24);
    positions.extend(directory - 24..directory);
    for entry in &block {
        positions.extend(entry.offset as usize - 12..entry.offset as usize + 16);
    }
    positions.extend((directory..end_record).step_by(23));
    positions.extend(end_record..bytes.len());
    positions.sort();
    positions.dedup();
    let mut paths = Vec::new();
    let mut write = |kind: &str, at: usize, apk: &[u8], idsig: Option<&[u8]>| {
        let path = folder.join(format!("{name}-{kind}-{at}.apk"));
        fs::write(&path, apk).unwrap();
        if let Some(idsig) = idsig {
            fs::write(format!("{}.idsig", path.display()), idsig).unwrap();
        }
        paths.push(path);
    };
    for at in positions {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        write("byte", at, &changed, idsig.as_deref());
    }
    if let Some(idsig) = idsig {
        for at in (0..idsig.len()).step_by(if idsig.len() > 3000 { 13 } else { 5 }) {
            let mut changed = idsig.clone();
            changed[at] ^= 1 << (at % 8);
            write("idsig", at, &bytes, Some(&changed));
        }
    }
    paths
}
