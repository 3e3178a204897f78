//! Verifies anything as the contents of a signing block, or as the `.idsig` file of scheme v4, beside a fixed app that
//! nobody signed: no verdict may come out as verified, and none may depend on anything but its input.
//!
//! The first byte chooses the lowest SDK level and, by its highest bit, the `.idsig` file.

#![no_main]

use apklens::archive::Archive;
use apklens::signing::{ManifestFacts, SigningStatus, verify};
use apklens::source::Source;
use libfuzzer_sys::fuzz_target;
use testkit::zip_model::{File, Zip};

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let is_idsig = choice & 0x80 != 0;
    let apk = app(if is_idsig { &[] } else { rest });
    let idsig = rest.to_vec();
    let archive = Archive::open(&apk).expect("the app is well-formed");
    let facts = ManifestFacts {
        min_sdk: (choice & 0x40 == 0).then_some(u32::from(choice & 0x3F)),
        target_sdk: Some(33),
        target_sandbox_version: None,
    };
    let run = || verify(&archive, is_idsig.then_some(&idsig as &dyn Source), &facts);
    let signing = run();
    assert_ne!(signing.status, SigningStatus::Verified);
    for result in &signing.schemes {
        assert!(!result.verified, "{:?}", result.scheme);
    }
    assert!(signing.certificates.iter().all(|certificate| !certificate.verified));
    assert_eq!(signing, run());
});

/// An app of one empty file, with `pairs` in its signing block, which starts on a page.
fn app(pairs: &[u8]) -> Vec<u8> {
    let mut zip = Zip::of(vec![File::stored("AndroidManifest.xml", b"")]);
    // The local header has 30 bytes before the name.
    zip.gap = vec![0; 4096 - 30 - "AndroidManifest.xml".len()];
    let size = (pairs.len() as u64 + 24).to_le_bytes();
    zip.gap.extend([&size, pairs, &size, b"APK Sig Block 42"].concat());
    zip.bytes()
}
