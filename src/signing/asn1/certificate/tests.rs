use super::*;

/// The certificate of AOSP's test key, as found in the signature block of an app that is published on npm
/// (`appium-uiautomator2-server`).
const TEST_KEY: &[u8] = include_bytes!("testkey.der");

#[test]
fn every_fact_of_a_real_certificate_is_told() {
    let facts = facts(TEST_KEY);
    assert_eq!(facts.sha256, "a40da80a59d170caa950cf15c18c454d47a39b26989d8b640ecd745ba71bf5dc");
    assert_eq!(facts.sha1, "61ed377e85d386a8dfee6b864bd85b0bfaa5af81");
    assert_eq!(facts.md5, "e89b158e4bcf988ebd09eb83f5378e87");
    assert_eq!(
        facts.subject,
        "emailAddress=android@android.com,CN=Android,OU=Android,O=Android,L=Mountain View,ST=California,C=US"
    );
    assert_eq!(facts.issuer, facts.subject);
    assert_eq!(facts.serial, "936eacbe07f201df");
    assert_eq!((facts.not_before.as_str(), facts.not_after.as_str()), ("2008-02-29T01:33:46Z", "2035-07-17T01:33:46Z"));
    assert_eq!((facts.key.algorithm.as_str(), facts.key.bits), ("RSA", Some(2048)));
    assert_eq!(facts.signature_algorithm, "SHA1withRSA");
    assert_eq!((facts.common_names, facts.organizations), (vec!["Android".to_owned()], vec!["Android".to_owned()]));
    assert!(facts.public_private_key.unwrap().contains("AOSP test key \"testkey\""));
    assert!(!facts.verified);
}

#[test]
fn a_certificate_cut_short_or_changed_anywhere_still_has_its_digests() {
    let own_key = facts(TEST_KEY).key.sha256;
    for place in 0..TEST_KEY.len() {
        assert_eq!(facts(&TEST_KEY[..place]).sha256.len(), 64);
        for bit in [0x01, 0x80] {
            let mut changed = TEST_KEY.to_vec();
            changed[place] ^= bit;
            let facts = facts(&changed);
            assert_eq!(facts.sha256.len(), 64);
            assert!(facts.public_private_key.is_none() || facts.key.sha256 == own_key);
        }
    }
}

#[test]
fn serial_numbers_are_signed() {
    assert_eq!(serial_text(&[0x00, 0x93, 0x6E]), "936e");
    assert_eq!(serial_text(&[0x01]), "1");
    assert_eq!(serial_text(&[0xFF]), "-1");
    assert_eq!(serial_text(&[0x80, 0x00]), "-8000");
    assert_eq!(serial_text(&[]), "0");
}
