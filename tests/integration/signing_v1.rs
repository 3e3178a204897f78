//! Scheme v1 beside AOSP's apksig: the same verdict, for the same reasons.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use crate::signing_v1_verdict::{codes, difference, entry, rewrite, verdict};
use apklens::signing::certificate;
use testkit::apksig::{Question, ask};

/// The SDK ranges that every fixture is verified for: the ends, and each side of the levels at which Android changed.
const RANGES: [(u32, Option<u32>); 14] = [
    (1, None),
    (1, Some(8)),
    (8, Some(17)),
    (9, None),
    (17, Some(17)),
    (18, None),
    (18, Some(20)),
    (19, Some(23)),
    (21, Some(21)),
    (21, None),
    (22, None),
    (24, None),
    (24, Some(27)),
    (28, None),
];

fn fixtures() -> Vec<PathBuf> {
    let folder = testkit::fixture("signing-v1");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "apk"));
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_fixture_has_apksigs_verdict_on_every_sdk_range() {
    let mut questions = Vec::new();
    for path in fixtures() {
        // Where there is a newer signature too, apksig looks at both; tests/signing.rs has those.
        if !matches!(name(&path).as_str(), "with-v2" | "with-v2-v3") {
            questions.extend(RANGES.map(|(min_sdk, max_sdk)| Question {
                path: path.clone(),
                min_sdk: Some(min_sdk),
                max_sdk,
            }));
        }
    }
    assert!(questions.len() > 50 * RANGES.len());
    let answers = ask(&questions);
    let mut verified = 0;
    let mut differences = Vec::new();
    for (question, answer) in questions.iter().zip(&answers) {
        let bytes = fs::read(&question.path).unwrap();
        let ours = verdict(bytes, question.min_sdk.unwrap(), question.max_sdk);
        if let Some(difference) = difference(&ours, answer) {
            differences.push(format!(
                "{} {:?}-{:?}: {difference}",
                name(&question.path),
                question.min_sdk,
                question.max_sdk
            ));
        }
        if answer.verified {
            verified += 1;
            let signers: Vec<String> =
                ours.signers.iter().map(|signer| certificate::facts(&signer.certificates[0]).sha256).collect();
            assert_eq!(signers, answer.signers, "{}", name(&question.path));
        }
    }
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), questions.len(), differences.join("\n"));
    assert!(verified > 100, "{verified}");
}

#[test]
fn archives_that_were_tampered_with_have_apksigs_verdict() {
    let apk = fs::read(testkit::fixture("signing-v1/rsa-2048.apk")).unwrap();
    let other = fs::read(testkit::fixture("signing-v1/two-signers.apk")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (block, file) = (entry(&apk, "META-INF/CERT.RSA"), entry(&apk, "META-INF/CERT.SF"));
    let manifest = entry(&apk, "META-INF/MANIFEST.MF");
    let copies = |count: usize| -> Vec<(String, Vec<u8>)> {
        (0..count)
            .flat_map(|n| [(format!("META-INF/C{n}.RSA"), block.clone()), (format!("META-INF/C{n}.SF"), file.clone())])
            .collect()
    };
    let with = |extra: &[(&str, &[u8])]| {
        let extra: Vec<(String, Vec<u8>)> =
            extra.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        edit(&apk, &[], &extra)
    };
    let manifest_and = |section: &[u8]| rewrite(&apk, &[("META-INF/MANIFEST.MF", &[&manifest, section].concat())]);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("no-manifest", edit(&apk, &["META-INF/MANIFEST.MF"], &[])),
        ("no-signature-file", edit(&apk, &["META-INF/CERT.SF"], &[])),
        ("no-block", edit(&apk, &["META-INF/CERT.RSA"], &[])),
        ("entry-removed", edit(&apk, &["resources.arsc"], &[])),
        ("all-removed", edit(&apk, &["resources.arsc", "AndroidManifest.xml"], &[])),
        ("entry-added", with(&[("classes.dex", b"dex")])),
        ("folder-added", with(&[("assets/", b"")])),
        ("unprotected", with(&[("META-INF/services/x", b"x"), ("META-INF/x/", b"")])),
        ("block-alone", with(&[("META-INF/OTHER.EC", &block)])),
        ("file-alone", with(&[("META-INF/OTHER.SF", &file)])),
        ("ten-signers", edit(&apk, &[], &copies(9))),
        ("one-of-two-files", edit(&other, &["META-INF/TWO.SF"], &[])),
        ("one-of-two-blocks", edit(&other, &["META-INF/TWO.EC"], &[])),
        ("duplicate", renamed(with(&[("resources.arsd", b"x")]), "resources.arsd", "resources.arsc")),
        ("listed-and-missing", manifest_and(b"Name: nothing\r\nSHA-256-Digest: AAAA\r\n\r\n")),
        ("listed-twice", manifest_and(b"Name: resources.arsc\r\nSHA-256-Digest: AAAA\r\n\r\n")),
        ("listed-without-name", manifest_and(b"SHA-256-Digest: AAAA\r\n\r\n")),
        ("local-name", once_renamed(apk.clone(), "resources.arsc", "resources.arsd")),
        ("manifest-empty", rewrite(&apk, &[("META-INF/MANIFEST.MF", b"")])),
        ("block-empty", rewrite(&apk, &[("META-INF/CERT.RSA", b"")])),
        ("file-empty", rewrite(&apk, &[("META-INF/CERT.SF", b"")])),
    ];
    let mut questions = Vec::new();
    for (case, bytes) in &cases {
        let path = folder.path().join(format!("{case}.apk"));
        fs::write(&path, bytes).unwrap();
        questions.extend([17, 18, 24].map(|min_sdk| Question {
            path: path.clone(),
            min_sdk: Some(min_sdk),
            max_sdk: None,
        }));
    }
    let answers = ask(&questions);
    let differences: Vec<String> = questions
        .iter()
        .zip(&answers)
        .filter_map(|(question, answer)| {
            let ours = verdict(fs::read(&question.path).unwrap(), question.min_sdk.unwrap(), None);
            Some(format!("{} {:?}: {}", name(&question.path), question.min_sdk, difference(&ours, answer)?))
        })
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));

    // apksig 31.0.2, which Debian has, knows no limit yet; the current one does.
    let eleven = verdict(edit(&apk, &[], &copies(10)), 18, None);
    assert!(!eleven.verified && codes(&eleven.problems.errors).contains("jar-sig-max-signatures-exceeded"));
}

/// The same archive without some entries and with others behind.
fn edit(apk: &[u8], without: &[&str], with: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(apk)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).unwrap();
        if !without.contains(&entry.name().unwrap().as_ref()) {
            writer.raw_copy_file(entry).unwrap();
        }
    }
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, contents) in with {
        writer.start_file(name.as_str(), stored).unwrap();
        writer.write_all(contents).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Replaces a name by one of the same length wherever it stands.
fn renamed(mut archive: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    while let Some(place) = archive.windows(from.len()).position(|window| window == from.as_bytes()) {
        archive[place..place + to.len()].copy_from_slice(to.as_bytes());
    }
    archive
}

/// Replaces a name where it stands first: in the local header.
fn once_renamed(mut archive: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let place = archive.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    archive[place..place + to.len()].copy_from_slice(to.as_bytes());
    archive
}

/// One byte of every so many is changed; with APKLENS_EVERY_BYTE set, each one.
fn step(usual: usize) -> usize {
    if std::env::var_os("APKLENS_EVERY_BYTE").is_some() { 1 } else { usual }
}

/// Changes one byte at a time in an entry of a fixture, and gives the verdicts that differ.
fn differences_when_changed(fixture: &str, entry_name: &str, usual_step: usize, min_sdk: u32) -> Vec<String> {
    let apk = fs::read(testkit::fixture(&format!("signing-v1/{fixture}.apk"))).unwrap();
    let intact = entry(&apk, entry_name);
    let folder = tempfile::tempdir().unwrap();
    let mut questions = Vec::new();
    for place in (0..intact.len()).step_by(step(usual_step)) {
        for change in [0x01, 0x20, 0x80] {
            let mut changed = intact.clone();
            changed[place] ^= change;
            let path = folder.path().join(format!("{place}-{change}.apk"));
            fs::write(&path, rewrite(&apk, &[(entry_name, &changed)])).unwrap();
            questions.push(Question { path, min_sdk: Some(min_sdk), max_sdk: None });
        }
    }
    let answers = ask(&questions);
    let differences = questions.iter().zip(&answers).filter_map(|(question, answer)| {
        let ours = verdict(fs::read(&question.path).unwrap(), min_sdk, None);
        Some(format!("{fixture}, byte {}: {}", name(&question.path), difference(&ours, answer)?))
    });
    differences.collect()
}

/// Compares the verdicts on changed fixtures: name, entry, how many bytes are passed over, lowest SDK level.
fn compare_changed(cases: &[(&str, &str, usize, u32)]) {
    let differences: Vec<String> = cases
        .iter()
        .flat_map(|&(fixture, entry, step, min_sdk)| differences_when_changed(fixture, entry, step, min_sdk))
        .collect();
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn a_byte_changed_in_the_signature_block_has_apksigs_verdict() {
    compare_changed(&[
        ("rsa-2048", "META-INF/CERT.RSA", 5, 18),
        ("ec-secp256r1", "META-INF/CERT.EC", 3, 18),
        ("dsa-1024", "META-INF/CERT.DSA", 7, 21),
        ("openssl-two-signers", "META-INF/CERT.RSA", 9, 24),
        ("openssl-indefinite", "META-INF/CERT.RSA", 5, 18),
        ("openssl-sha256-attributes", "META-INF/CERT.RSA", 5, 24),
        ("certificate-many-extensions", "META-INF/CERT.RSA", 5, 24),
    ]);
}

#[test]
fn a_byte_changed_in_the_signature_file_or_the_manifest_has_apksigs_verdict() {
    for fixture in ["rsa-2048", "jarsigner-SHA-512", "rsa-2048-sdk-1"] {
        compare_changed(&[(fixture, "META-INF/CERT.SF", 5, 18), (fixture, "META-INF/MANIFEST.MF", 5, 18)]);
    }
}

#[test]
fn a_byte_changed_in_a_signed_entry_has_apksigs_verdict() {
    compare_changed(&[("rsa-2048", "AndroidManifest.xml", 211, 18), ("rsa-2048", "resources.arsc", 97, 18)]);
}
