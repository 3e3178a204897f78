#![no_main]

use apklens::signing::asn1::certificate::{self, X509};
use apklens::signing::asn1::key::{Digest, SignatureAlgorithm, VerifyingKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    certificate::facts(bytes);
    if let Ok(certificate) = X509::parse_as_java(bytes) {
        let _ = (certificate.may_sign(), certificate.has_unknown_critical_extension());
        let encoded = certificate.encoded_key().expect("what was read can be written");
        let Ok(key) = VerifyingKey::from_spki(certificate.spki) else { return };
        assert!(VerifyingKey::from_record(&encoded).is_ok());
        let digest = Digest::Sha256;
        for algorithm in [
            SignatureAlgorithm::RsaPkcs1(digest),
            SignatureAlgorithm::RsaPss(digest),
            SignatureAlgorithm::Dsa(digest),
            SignatureAlgorithm::Ecdsa(digest),
        ] {
            let _ = key.verify(algorithm, b"message", &bytes[..bytes.len().min(300)]);
        }
    }
});
