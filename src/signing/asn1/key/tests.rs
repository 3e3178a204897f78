use super::*;

const MESSAGE: &[u8] = b"signed by nobody";

struct Vector {
    algorithm: SignatureAlgorithm,
    spki: Vec<u8>,
    signature: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let bytes =
        |hex: &str| (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    let lines = include_str!("vectors.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let [kind, digest, spki, signature] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            let digest = match digest {
                "Md5" => Digest::Md5,
                "Sha1" => Digest::Sha1,
                "Sha256" => Digest::Sha256,
                "Sha512" => Digest::Sha512,
                other => panic!("{other}"),
            };
            let algorithm = match kind {
                "RsaPkcs1" => SignatureAlgorithm::RsaPkcs1(digest),
                "RsaPss" => SignatureAlgorithm::RsaPss(digest),
                "Dsa" => SignatureAlgorithm::Dsa(digest),
                "Ecdsa" => SignatureAlgorithm::Ecdsa(digest),
                other => panic!("{other}"),
            };
            Vector { algorithm, spki: bytes(spki), signature: bytes(signature) }
        })
        .collect()
}

#[test]
fn every_kind_of_key_verifies_what_openssl_signed_and_nothing_else() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 10);
    for Vector { algorithm, spki, signature } in vectors {
        let key = VerifyingKey::from_spki(&spki).unwrap();
        assert_eq!(key.verify(algorithm, MESSAGE, &signature), Ok(()), "{algorithm:?}");
        assert_eq!(key.verify(algorithm, b"signed by somebody", &signature), Err(KeyError::Mismatch), "{algorithm:?}");
        for place in (0..signature.len()).step_by(5) {
            let mut changed = signature.clone();
            changed[place] ^= 1;
            assert!(key.verify(algorithm, MESSAGE, &changed).is_err(), "{algorithm:?}, byte {place}");
        }
    }
}

#[test]
fn a_signature_of_another_kind_or_length_is_told_apart_from_one_that_does_not_match() {
    let vectors = vectors();
    let (rsa, ec) = (&vectors[0], &vectors[4]);
    let key = VerifyingKey::from_spki(&rsa.spki).unwrap();
    assert_eq!(key.verify(ec.algorithm, MESSAGE, &ec.signature), Err(KeyError::WrongKind));
    assert_eq!(key.verify(rsa.algorithm, MESSAGE, &rsa.signature[1..]), Err(KeyError::SignatureEncoding));
    let key = VerifyingKey::from_spki(&ec.spki).unwrap();
    assert_eq!(
        key.verify(ec.algorithm, MESSAGE, &[&ec.signature[..], &[0]].concat()),
        Err(KeyError::SignatureEncoding)
    );
}

#[test]
fn a_modulus_without_its_leading_zero_is_read_as_positive() {
    let Vector { algorithm, signature, .. } = vectors().swap_remove(1);
    let [_, negative] = positive_and_negative();
    let key = VerifyingKey::from_spki(&negative).unwrap();
    assert_eq!(key.verify(algorithm, MESSAGE, &signature), Ok(()));
}

#[test]
fn a_key_cut_short_or_changed_anywhere_never_panics() {
    for Vector { algorithm, spki, signature } in vectors() {
        for place in (0..spki.len()).step_by(11) {
            assert!(VerifyingKey::from_spki(&spki[..place]).is_err());
            for bit in [0x01, 0x80] {
                let mut changed = spki.clone();
                changed[place] ^= bit;
                if let Ok(key) = VerifyingKey::from_spki(&changed) {
                    let _ = key.verify(algorithm, MESSAGE, &signature);
                }
            }
        }
    }
}

#[test]
fn sizes_are_told() {
    let vectors = vectors();
    let described = vectors.iter().map(|vector| {
        let spki = SubjectPublicKeyInfo::parse(&vector.spki).unwrap();
        let (kind, bits) = spki.describe();
        format!("{kind} {}", bits.unwrap())
    });
    let described: Vec<String> = described.collect();
    assert_eq!(
        described.join(", "),
        "RSA 1024, RSA 1024, RSA 1024, RSA 1024, EC 256, EC 384, EC 521, EC 521, DSA 1024, DSA 1024"
    );
}

/// The key of the first vector, and the same without the leading zero of its modulus: 1024 bits in 129 octets and in 128.
fn positive_and_negative() -> [Vec<u8>; 2] {
    let positive = vectors().swap_remove(1).spki;
    let place = positive.windows(4).position(|window| window == [0x02, 0x81, 0x81, 0x00]).unwrap();
    let mut negative = positive.clone();
    negative.remove(place + 3);
    negative[place + 2] -= 1;
    for length in [2, place - 1, place - 5] {
        negative[length] -= 1;
    }
    [positive, negative]
}

#[test]
fn a_key_has_one_encoding_however_it_is_encoded() {
    let encode = |spki: &[u8]| SubjectPublicKeyInfo::parse(spki).unwrap().encode();
    for Vector { spki, .. } in vectors() {
        assert_eq!(encode(&spki), spki);
    }
    let [positive, negative] = positive_and_negative();
    assert_eq!(encode(&negative), positive);
    let without_null = {
        let place = positive.windows(2).position(|window| window == [5, 0]).unwrap();
        let mut bytes = [&positive[..place], &positive[place + 2..]].concat();
        bytes[2] -= 2;
        bytes[4] -= 2;
        bytes
    };
    assert_eq!(encode(&without_null), positive);
    let longer = [&[0x30, 0x82, 0][..], &positive[2..]].concat();
    assert_eq!(encode(&longer), positive);
    assert!(VerifyingKey::from_spki(&longer).is_ok() && VerifyingKey::from_record(&longer).is_err());
    let padded = [&[0x30, 0x81, positive[2] + 1, 0x30, 14, 6, 10, 0x2A, 0x80], &positive[8..]].concat();
    assert_eq!(encode(&padded), positive);
    assert!(VerifyingKey::from_spki(&padded).is_ok() && VerifyingKey::from_record(&padded).is_err());
}
