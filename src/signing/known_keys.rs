use super::model::Certificate;

/// The certificates whose private keys have been published, by SHA-256: anyone can sign with such a key, so that a match
/// on it says nothing about who made the app. All are from AOSP's `build/make/target/product/security`, the keys with
/// which every build of Android is signed until its maker puts others in their place; `testkey` is also what many
/// re-packing tools sign with. `docs/certificates.md` says where each digest comes from.
const PUBLISHED: &[(&str, &str)] = &[
    ("testkey", "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc"),
    ("platform", "c8a2e9bccf597c2fb6dc66bee293fc13f2fc47ec77bc6b2b0d52c11f51192ab8"),
    ("shared", "28bbfe4a7b97e74681dc55c2fbb6ccb8d6c74963733f6af6ae74d8c3a6e879fd"),
    ("media", "465983f7791f2abeb43ea2cbdc7f21a8260b72bc08a55c839fc1a43bc741a81e"),
    ("networkstack", "e1dbadce60dc080d15b58a014b0dcf9400e24de23fa00b287a5a982bfebda2ee"),
    ("sdk_sandbox", "abf21f9e2af1d881cc673fddcefa6ed9c269a437bd64b279cf45844cfd589126"),
    ("bluetooth", "a6ccc500ff0e7421200eb66a7fe174ef1b00e52ca91727070cbedf061ff76c35"),
    ("nfc", "fae9122a8721d6e2a196d2224dffcf773c9127e2bb956cbddb40b009192ffdfd"),
];

/// SHA-256 of the public keys of those whose certificate was at hand: a certificate can be issued anew for a key.
const PUBLISHED_KEYS: &[(&str, &str)] =
    &[("testkey", "ef57b690165cb561b5026922c00d2d6574e8b184fa7d161e076f06e06e6d35db")];

/// The common name that Android's build tools give to the key that they make on each developer's machine. Its password
/// is known to all (`android`), but the key is another one on each machine, so that there is no digest to know it by.
const DEBUG_COMMON_NAME: &str = "Android Debug";

/// SHA-1 of those certificates that were at hand: published lists name certificates by it.
const PUBLISHED_SHA1: &[(&str, &str)] = &[("testkey", "61ed377e85d386a8dfee6b864bd85b0bfaa5af81")];

/// The AOSP name of the published key whose certificate or public key has this digest, in lower-case hex.
pub fn published_key(digest: &str) -> Option<&'static str> {
    let known = PUBLISHED.iter().chain(PUBLISHED_KEYS).chain(PUBLISHED_SHA1).find(|(_, known)| *known == digest);
    known.map(|(name, _)| *name)
}

/// What is known about the private half of a certificate's key, where it is not kept secret.
pub(super) fn about(certificate: &Certificate) -> Option<String> {
    let published = [&certificate.sha256, &certificate.key.sha256].into_iter().find_map(|digest| published_key(digest));
    if let Some(name) = published {
        return Some(format!("AOSP test key \"{name}\": published, so anyone can sign with it"));
    }
    let is_debug = certificate.common_names.iter().any(|name| name == DEBUG_COMMON_NAME);
    is_debug.then(|| "debug key, by the name in it: made on a developer's machine, not kept secret".to_owned())
}
