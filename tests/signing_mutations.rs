//! Signature blocks and certificates in encodings that no tool writes, beside AOSP's apksig: the same verdict, for the
//! same reasons. Each block is one of a fixture's with one of its values changed, moved, doubled or left out, and
//! the lengths around them put right, so that what is odd is read rather than refused at the door.
//!
//! `APKLENS_MUTATIONS` sets how many blocks are tried of each fixture, `APKLENS_SEED` which.

mod common;
#[path = "common/der.rs"]
mod der;
#[path = "common/v1.rs"]
mod v1;

use std::fs;

use common::apksig::{Question, ask};
use der::{Random, Value};
use v1::{difference, entry, rewrite, verdict};

/// The fixtures, with the name of the block and the lowest SDK level to ask about.
const FIXTURES: [(&str, &str, u32); 12] = [
    ("rsa-2048", "META-INF/CERT.RSA", 18),
    ("ec-secp256r1", "META-INF/CERT.EC", 18),
    ("ec-secp521r1", "META-INF/CERT.EC", 21),
    ("dsa-1024", "META-INF/CERT.DSA", 21),
    ("openssl-sha256", "META-INF/CERT.RSA", 18),
    ("openssl-sha256-attributes", "META-INF/CERT.RSA", 24),
    ("openssl-sha1-attributes", "META-INF/CERT.RSA", 19),
    ("openssl-two-signers", "META-INF/CERT.RSA", 24),
    ("openssl-chain", "META-INF/CERT.RSA", 24),
    ("certificate-many-extensions", "META-INF/CERT.RSA", 24),
    ("certificate-multivalued", "META-INF/CERT.RSA", 18),
    ("jarsigner-RSASSA-PSS", "META-INF/CERT.RSA", 18),
];

/// The way to a block's certificates: ContentInfo's content, SignedData, its fourth field (RFC 5652 section 5.1).
///
/// Values in them keep their stated lengths, because Java 17 loses what follows a constructed value of indefinite length:
/// of such a name, `sun.security.util.DerInputStream.getSequence` gives the parts up to there. Android's readers do not,
/// and neither do we.
const CERTIFICATES: [usize; 3] = [1, 0, 3];

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect("a number"))
}

#[test]
fn a_block_that_is_encoded_oddly_has_apksigs_verdict() {
    let count = setting("APKLENS_MUTATIONS").unwrap_or(60);
    let folder = tempfile::tempdir().unwrap();
    let mut differences = Vec::new();
    let mut verified = 0;
    for (fixture, block, min_sdk) in FIXTURES {
        let apk = fs::read(common::fixture(&format!("signing-v1/{fixture}.apk"))).unwrap();
        let [intact]: [Value; 1] = Value::parse_all(&entry(&apk, block)).unwrap().try_into().unwrap();
        let certificates = intact.places(&CERTIFICATES);
        let mut random = Random(setting("APKLENS_SEED").unwrap_or(1));
        let mut changes = Vec::new();
        let mut questions = Vec::new();
        for number in 0..count {
            let mut value = intact.clone();
            let how = value.change(&mut random, &certificates);
            let mut bytes = Vec::new();
            value.encode(&mut bytes);
            let path = folder.path().join(format!("{number}.apk"));
            fs::write(&path, rewrite(&apk, &[(block, &bytes)])).unwrap();
            changes.push(how);
            questions.push(Question { path, min_sdk: Some(min_sdk), max_sdk: None });
        }
        for ((question, answer), how) in questions.iter().zip(&ask(&questions)).zip(&changes) {
            let ours = verdict(fs::read(&question.path).unwrap(), min_sdk, None);
            verified += usize::from(answer.verified);
            differences.extend(difference(&ours, answer).map(|difference| format!("{fixture}, {how}: {difference}")));
        }
    }
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
    assert!(verified > 0, "no oddity was accepted");
}
