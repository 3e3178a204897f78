//! Whose certificates are told, and for which Android versions: every signer by whom some version goes on which the app can
//! be installed, and whether each scheme is looked at, holds, or does not.

use std::fs;

use apklens::archive::Archive;
use apklens::indicators::{Database, Facts, folder};
use apklens::manifest;
use apklens::signing::certificate::{X509, facts};
use apklens::signing::{ManifestFacts, Scheme, SchemeStatus, Signing, SigningStatus, verify};
use testkit::blocks::{ID_V2, ID_V3, ID_V31, Key, SchemeSigner, scheme, signed, stripped};

fn signing(apk: &[u8]) -> Signing {
    let apk = apk.to_vec();
    let archive = Archive::open(&apk).unwrap();
    let package = manifest::read(&archive).package.unwrap();
    let conditions =
        ManifestFacts { min_sdk: Some(package.min_sdk), target_sdk: Some(30), target_sandbox_version: None };
    verify(&archive, None, &conditions)
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(testkit::fixture(&format!("signing/{name}.apk"))).unwrap()
}

/// The signers: common name, SDK levels, whether a signature vouches for them.
fn signers(signing: &Signing) -> Vec<(String, String, bool)> {
    let told = signing.certificates.iter().map(|certificate| {
        let levels = certificate.sdk_levels.iter().map(|levels| match levels.max {
            Some(max) => format!("{}-{max}", levels.min),
            None => format!("{}-", levels.min),
        });
        (certificate.common_names.concat(), levels.collect::<Vec<_>>().join(","), certificate.verified)
    });
    told.collect()
}

fn expected(signers: &[(&str, &str, bool)]) -> Vec<(String, String, bool)> {
    signers.iter().map(|&(name, levels, verified)| (name.to_owned(), levels.to_owned(), verified)).collect()
}

fn statuses(signing: &Signing) -> Vec<(Scheme, SchemeStatus)> {
    signing.schemes.iter().map(|result| (result.scheme, result.status)).collect()
}

#[test]
fn a_signature_that_no_version_looks_at_is_there_and_not_used() {
    use SchemeStatus::{Holds, NotUsed};
    let old = signing(&fixture("v1v2-for-24"));
    assert_eq!(old.status, SigningStatus::Verified);
    assert_eq!(statuses(&old), [(Scheme::V1, NotUsed), (Scheme::V2, Holds)]);
    let own = &old.certificates[0].sha256;
    assert!(old.schemes.iter().all(|result| result.signers == [own.as_str()]), "{old:?}");
    assert_eq!(signers(&old), expected(&[("p256", "24-", true)]));
    let new = signing(&fixture("v1v2v3-for-28"));
    assert_eq!(statuses(&new), [(Scheme::V1, NotUsed), (Scheme::V2, NotUsed), (Scheme::V3, Holds)]);
    assert_eq!(signers(&new), expected(&[("p256", "28-", true)]));
    let all = signing(&fixture("v1v2v3-p256"));
    assert!(statuses(&all).iter().all(|(_, status)| *status == Holds), "{all:?}");
    assert_eq!(signers(&all), expected(&[("p256", "21-", true)]));
}

#[test]
fn signers_of_older_versions_are_told_beside_those_of_newer_ones() {
    let rotated = signing(&fixture("rotated-from-33"));
    assert_eq!(rotated.status, SigningStatus::Verified);
    assert_eq!(signers(&rotated), expected(&[("p256", "33-", true), ("rsa2048", "21-32", true)]));
    let earlier = signing(&fixture("rotated-from-28"));
    assert_eq!(signers(&earlier), expected(&[("p256", "28-", true), ("rsa2048", "21-27", true)]));
    let twice = signing(&fixture("rotated-twice-from-34"));
    let told = [("rsa2048b", "34-", true), ("p256", "28-33", true), ("rsa2048", "24-27", true)];
    assert_eq!(signers(&twice), expected(&told));
}

/// Signers of v3.1 and of v3 whose keys do not know each other: no lineage tells the one by the other.
#[test]
fn the_database_sees_the_signer_of_every_version() {
    let (maker, other) = (Key::of(&testkit::root().join("tests/fixtures/keys/maker.p12")), Key::read("p256"));
    let app = stripped(&fixture("v3-rsa2048"));
    let signer = |key: &Key, (min, max): (u32, u32)| {
        let certificate = &key.certificate;
        let record = X509::parse(certificate).unwrap().spki.to_vec();
        SchemeSigner { key, certificate, record: &record, levels: Some((min, max)), attributes: vec![] }.write(&app)
    };
    const LAST: u32 = i32::MAX as u32;
    let v3 = scheme(&[signer(&maker, (28, LAST))]);
    let v31 = scheme(&[signer(&other, (33, LAST))]);
    let signing = signing(&signed(&app, &[(ID_V3, v3), (ID_V31, v31)]));
    assert_eq!(signers(&signing), expected(&[("p256", "33-", true), ("Apklens Fixture maker", "28-32", true)]));
    let files = folder::load(&testkit::root().join("tests/fixtures/signatures")).unwrap();
    let database = Database::new(folder::read(&files).unwrap());
    let matches =
        database.match_facts(&Facts { certificates: signing.certificates.iter().collect(), ..Facts::default() });
    assert!(matches.iter().any(|found| facts(&maker.certificate).sha1 == found.value), "{matches:?}");
}

/// Android 7 and 8 install by v2 what Android 9 refuses for its v3 signature.
#[test]
fn the_signer_behind_a_newer_signature_that_does_not_hold_is_told_and_nothing_vouches_for_it() {
    let (old, new) = (Key::read("rsa2048"), Key::read("p256"));
    let app = stripped(&fixture("v2-rsa2048"));
    let record = |key: &Key| X509::parse(&key.certificate).unwrap().spki.to_vec();
    let (old_record, new_record) = (record(&old), record(&new));
    let v2 = SchemeSigner {
        key: &old,
        certificate: &old.certificate,
        record: &old_record,
        levels: None,
        attributes: vec![],
    };
    let v3 = SchemeSigner {
        key: &old,
        certificate: &new.certificate,
        record: &new_record,
        levels: Some((28, i32::MAX as u32)),
        attributes: vec![],
    };
    let apk = signed(&app, &[(ID_V2, scheme(&[v2.write(&app)])), (ID_V3, scheme(&[v3.write(&app)]))]);
    let signing = signing(&apk);
    assert_eq!(signing.status, SigningStatus::Invalid);
    assert_eq!(statuses(&signing), [(Scheme::V2, SchemeStatus::NotReached), (Scheme::V3, SchemeStatus::Fails)]);
    assert_eq!(signers(&signing), expected(&[("p256", "28-", false), ("rsa2048", "24-27", false)]));
}
