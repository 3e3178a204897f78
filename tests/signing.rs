//! Signatures: the verdict of AOSP's apksig.

mod common;

use std::fs::File;

use apklens::archive::Archive;
use apklens::signing::{ManifestFacts, Scheme, SigningStatus, verify};
use apklens::source::FileSource;

#[test]
fn real_apps_verify_with_their_certificates() {
    for (name, path) in common::real_apks() {
        let source = FileSource::new(File::open(path).unwrap()).unwrap();
        let archive = Archive::open(&source).unwrap();
        let facts = ManifestFacts { min_sdk: Some(26), ..ManifestFacts::default() };
        let signing = verify(&archive, None, &facts);
        assert_eq!(signing.status, SigningStatus::Verified, "{name}: {signing:#?}");
        let v2 = signing.schemes.iter().find(|result| result.scheme == Scheme::V2).unwrap();
        assert!(v2.verified, "{name}");
        assert!(signing.certificates.iter().all(|certificate| certificate.verified && !certificate.subject.is_empty()));
        assert!(!signing.blocks.is_empty(), "{name}");
    }
}
