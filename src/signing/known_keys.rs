use super::model::Certificate;

/// A signing key whose private half has been published: anyone can sign with it, so that a match on its certificate
/// says nothing about who made the app.
struct KnownKey {
    /// What it is.
    name: &'static str,
    /// SHA-256 of its certificate.
    sha256: &'static str,
    /// SHA-1 of its certificate.
    sha1: &'static str,
}

/// Every digest here was computed from a certificate; `docs/certificates.md` says where each was found.
const KNOWN_KEYS: &[KnownKey] = &[KnownKey {
    name: "the AOSP test key (build/target/product/security/testkey)",
    sha256: "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc",
    sha1: "61ed377e85d386a8dfee6b864bd85b0bfaa5af81",
}];

/// The subject that Android's build tools give to the key that they make on each developer's machine.
const DEBUG_COMMON_NAME: &str = "Android Debug";

/// What is known about the private half of a certificate's key, if it is not kept secret.
pub(super) fn about(certificate: &Certificate) -> Option<String> {
    let known = KNOWN_KEYS.iter().find(|key| key.sha256 == certificate.sha256 && key.sha1 == certificate.sha1);
    if let Some(key) = known {
        return Some(key.name.to_owned());
    }
    let is_debug = certificate.common_names.iter().any(|name| name == DEBUG_COMMON_NAME);
    // Not a published key: each machine makes its own, with a password that everyone knows. The subject is all there
    // is to tell it by, and anyone can write that subject.
    is_debug
        .then(|| "a debug key, by its subject: made anew on each developer's machine, and not kept secret".to_owned())
}
