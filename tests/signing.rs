//! Signatures: the verdict of AOSP's apksig, run beside ours on the same files.
//!
//! Two versions of apksig are asked: Debian's of 2021, and one of 2022 that knows scheme v3.1 (see
//! tests/fixtures/make-signing.sh). Where apksig has changed since, [`Differences`] says how.

mod common;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use apklens::archive::Archive;
use apklens::manifest;
use apklens::signing::{ManifestFacts, Scheme, Signing, SigningStatus, verify};
use apklens::source::{FileSource, Source};
use common::apksig::{self, Answer, Question};

#[derive(Clone, Copy, PartialEq)]
enum Version {
    Debian2021,
    Newer2022,
}

impl Version {
    /// The verdicts on all files over their manifests' SDK ranges.
    fn verdicts(self, paths: &[PathBuf]) -> Vec<Answer> {
        let ask = |path: &PathBuf| Question { path: path.clone(), min_sdk: None, max_sdk: None };
        let questions: Vec<Question> = paths.iter().map(ask).collect();
        let mut answers = match self {
            Self::Debian2021 => apksig::ask(&questions),
            Self::Newer2022 => apksig::ask_of(&apksig::newer(), &questions),
        };
        for answer in &mut answers {
            answer.errors = std::mem::take(&mut answer.errors).into_iter().map(merged).collect();
            answer.warnings = std::mem::take(&mut answer.warnings).into_iter().map(merged).collect();
        }
        answers
    }
}

/// Whether a key or a signature cannot be one, or is a false one, is for the cryptographic provider to tell: the JDK takes
/// a point that is not on its curve for a key, and says later that the signature does not hold.
fn merged(code: String) -> String {
    code.replace("verify-exception", "did-not-verify").replace("malformed-public-key", "did-not-verify")
}

/// Ours on one file, with the `.idsig` file beside it, if there is one. None when the archive does not open.
fn ours(path: &Path) -> Option<Signing> {
    let source = FileSource::new(File::open(path).unwrap()).unwrap();
    let idsig = File::open(format!("{}.idsig", path.display())).ok().map(|file| FileSource::new(file).unwrap());
    let archive = Archive::open(&source).ok()?;
    let package = manifest::read(&archive).package;
    let facts = ManifestFacts {
        min_sdk: package.as_ref().map(|package| package.min_sdk),
        target_sdk: package.as_ref().map(|package| package.target_sdk),
        target_sandbox_version: None,
    };
    Some(verify(&archive, idsig.as_ref().map(|idsig| idsig as &dyn Source), &facts))
}

/// What differs between ours and apksig's, and why it may.
#[derive(Debug, PartialEq)]
enum Difference {
    /// apksig of before 2023 loses the errors that concern a scheme as a whole: `ApkVerifier.Result.mergeFrom` took over
    /// the signers alone. Today's takes over `source.getErrors()`, too.
    LostSchemeErrors,
    /// apksig of before 2023 does not count the errors of v3.1 signers: `ApkVerifier.Result.containsErrors` did not look
    /// at them. Today's does.
    LostV31Errors,
    /// apksig of 2022 does not look at v3 beside v3.1 when the lowest SDK level is 33 or more. Today's does.
    V3BesideV31,
    /// No apksig compares the content digests of v3.1: `ApkSigningBlockUtils.verifyIntegrity` knows v2 and v3. Android's
    /// `ApkSignatureSchemeV3Verifier` does, so that such an app is not installed from Android 13 on.
    V31Digests,
    /// apksig of before 2023 takes any number of signers.
    MaxSigners,
    /// apksig no longer looks at source stamps of the first version, which Android 11 does.
    FirstStamps,
    /// What must not be.
    Unexplained(String),
}

/// The errors that concern a scheme as a whole, by scheme.
const SCHEME_ERRORS: &[(Scheme, &str, &[&str])] = &[
    (Scheme::V2, "v2", &["v2-sig-malformed-signers", "v2-sig-no-signers"]),
    (
        Scheme::V3,
        "v3",
        &[
            "v3-sig-malformed-signers",
            "v3-sig-no-signers",
            "v3-inconsistent-sdk-versions",
            "v3-missing-sdk-versions",
            "v3-inconsistent-lineages",
        ],
    ),
];

/// Codes of ours that apksig does not have: where it ends with an exception, or says nothing.
const OUR_CODES: &[&str] = &[
    "scheme-not-needed",
    "scheme-not-reached",
    "signing-block-duplicate-entry",
    "signing-block-malformed-entry",
    "signing-block-size",
    "central-directory-not-before-end-record",
];

/// What ours says of a source stamp of the first version.
const FIRST_STAMP: &str = "source-stamp-first-version";

fn compare(signing: Option<&Signing>, apksig: &Answer) -> Option<Difference> {
    let verified = apksig.verified;
    let Some(signing) = signing else {
        return verified.then(|| Difference::Unexplained("our archive reader refuses it".to_owned()));
    };
    let result = |scheme| signing.schemes.iter().find(|result| result.scheme == scheme);
    let problems = |scheme| result(scheme).map(|result| codes(&result.problems)).unwrap_or_default();
    let v31 = problems(Scheme::V31);
    if v31.contains("v3-sig-apk-digest-did-not-verify") {
        return Some(Difference::V31Digests).filter(|_| apksig.schemes.contains("v3.1"));
    }
    if !v31.is_empty() && !apksig.schemes.contains("v3.1") && signing.status == SigningStatus::Invalid {
        return Some(Difference::LostV31Errors);
    }
    for (scheme, name, lost) in SCHEME_ERRORS {
        let lost = problems(*scheme).iter().any(|code| lost.contains(&code.as_str()));
        if lost && !apksig.schemes.contains(*name) && signing.status == SigningStatus::Invalid {
            return Some(Difference::LostSchemeErrors);
        }
    }
    let max_signers = [(Scheme::V1, "jar-sig-max-signatures-exceeded"), (Scheme::V2, "v2-sig-max-signatures-exceeded")];
    if max_signers.iter().any(|(scheme, code)| problems(*scheme).contains(*code))
        && signing.status == SigningStatus::Invalid
    {
        return Some(Difference::MaxSigners);
    }
    if result(Scheme::SourceStamp).is_some_and(|stamp| stamp.warnings.iter().any(|note| note.code == FIRST_STAMP)) {
        let missing = apksig.warnings.contains("source-stamp-sig-missing");
        return Some(Difference::FirstStamps).filter(|_| missing && verified);
    }
    if (signing.status == SigningStatus::Verified) != verified {
        return Some(Difference::Unexplained(format!(
            "verified: ours {:?}, apksig {:?}",
            signing.status, apksig.exception
        )));
    }
    if apksig.exception.is_some() {
        return None;
    }
    let name = |scheme: Scheme| serde_json::to_value(scheme).unwrap().as_str().unwrap().to_owned();
    let schemes: BTreeSet<String> =
        signing.schemes.iter().filter(|result| result.verified).map(|result| name(result.scheme)).collect();
    let mut errors = BTreeSet::new();
    let mut warnings = BTreeSet::new();
    for result in &signing.schemes {
        // apksig calls whatever is wrong with a stamp a warning, and does not tell what is wrong with a v4 signer.
        match result.scheme {
            Scheme::SourceStamp => warnings.extend(codes(&result.problems)),
            Scheme::V4 if !apksig.schemes.contains("v4") => {}
            _ => errors.extend(codes(&result.problems)),
        }
        warnings.extend(codes(&result.warnings));
    }
    errors.extend(codes(&signing.problems));
    // To apksig an app without any signature is one with a broken v1 signature.
    let mut their_errors = apksig.errors.clone();
    if result(Scheme::V1).is_none() {
        their_errors.remove("jar-sig-no-manifest");
        their_errors.remove("jar-sig-no-signatures");
    }
    warnings.extend(codes(&signing.warnings));
    let differs = |what: &str, ours: &BTreeSet<String>, theirs: &BTreeSet<String>| {
        (ours != theirs).then(|| Difference::Unexplained(format!("{what}: ours {ours:?}, apksig {theirs:?}")))
    };
    if schemes != apksig.schemes {
        let mut with_v3 = apksig.schemes.clone();
        with_v3.insert("v3".to_owned());
        return match schemes.contains("v3.1") && schemes == with_v3 {
            true => Some(Difference::V3BesideV31),
            false => differs("schemes", &schemes, &apksig.schemes),
        };
    }
    if verified {
        let ours: Vec<&str> = signing.certificates.iter().map(|certificate| certificate.sha256.as_str()).collect();
        // From v3 on apksig names the signer of the newest Android versions alone.
        let ours = if schemes.contains("v3") { &ours[..1] } else { &ours[..] };
        let mut theirs: Vec<&str> = Vec::new();
        for signer in &apksig.signers {
            if !theirs.contains(&signer.as_str()) {
                theirs.push(signer);
            }
        }
        if ours != theirs || !signing.certificates.iter().all(|certificate| certificate.verified) {
            return Some(Difference::Unexplained(format!("signers: ours {ours:?}, apksig {theirs:?}")));
        }
    }
    differs("errors", &errors, &their_errors).or_else(|| differs("warnings", &warnings, &apksig.warnings))
}

fn codes(notes: &[apklens::note::Note]) -> BTreeSet<String> {
    let codes = notes.iter().map(|note| note.code.to_string()).filter(|code| !OUR_CODES.contains(&code.as_str()));
    codes.map(merged).collect()
}

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
    let folder = common::fixture(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "apk"));
    paths.sort();
    paths
}

#[test]
fn real_apps_verify_as_apksig_says() {
    let paths: Vec<PathBuf> = common::real_apks().into_iter().map(|(_, path)| path).collect();
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
    let signing = ours(&common::fixture("signing-odd").join("v2-manifest-header-12.apk")).unwrap();
    assert_eq!(signing.status, SigningStatus::Invalid);
    assert!(signing.problems.iter().any(|note| note.code == "signature-manifest-not-accepted"), "{signing:?}");
    assert!(signing.certificates.iter().all(|certificate| certificate.verified) && !signing.certificates.is_empty());
}

#[test]
fn rotated_keys_are_listed_with_the_rights_they_keep() {
    let signing = ours(&common::fixture("signing").join("rotated-twice-from-33.apk")).unwrap();
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
        let signing = ours(&common::fixture("signing").join(format!("{name}.apk"))).unwrap();
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
        let signing = ours(&common::fixture("signing").join(format!("{name}.apk"))).unwrap();
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
    let path = common::fixture("signing").join(format!("{name}.apk"));
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
