//! The signature algorithms of schemes v2 and later, and which of a signer's signatures Android looks at.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v2#signature-algorithm-ids>, apksig's
//! `SignatureAlgorithm` and `ApkSigningBlockUtils.getSignaturesToVerify`.

use crate::signing::asn1::key::{Digest, SignatureAlgorithm};
use crate::signing::schemes::content_digest::ContentDigestAlgorithm;

/// The range of Android versions (SDK levels), both ends included, over which a verdict is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SdkRange {
    /// The lowest.
    pub min: i32,
    /// The highest.
    pub max: i32,
}

/// One algorithm: how the contents are digested, and how the digests are signed.
#[derive(Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// Its identifier in the signing block.
    pub id: u32,
    /// Its name in a sentence.
    pub name: &'static str,
    /// How the digests are signed.
    pub signature: SignatureAlgorithm,
    /// How the contents are digested.
    pub content: ContentDigestAlgorithm,
    /// The first SDK level whose APK verifier knows it.
    pub min_sdk: i32,
    /// The first SDK level whose cryptographic provider knows the signature: what a source stamp needs.
    pub provider_min_sdk: i32,
}

const fn algorithm(
    id: u32,
    name: &'static str,
    signature: SignatureAlgorithm,
    content: ContentDigestAlgorithm,
    min_sdk: i32,
    provider_min_sdk: i32,
) -> Algorithm {
    Algorithm { id, name, signature, content, min_sdk, provider_min_sdk }
}

use ContentDigestAlgorithm::{ChunkedSha256, ChunkedSha512, VeritySha256};
use SignatureAlgorithm::{Dsa, Ecdsa, RsaPkcs1, RsaPss};

static ALGORITHMS: [Algorithm; 10] = [
    algorithm(0x0101, "RSA-PSS with SHA-256", RsaPss(Digest::Sha256), ChunkedSha256, 24, 23),
    algorithm(0x0102, "RSA-PSS with SHA-512", RsaPss(Digest::Sha512), ChunkedSha512, 24, 23),
    algorithm(0x0103, "RSA with SHA-256", RsaPkcs1(Digest::Sha256), ChunkedSha256, 24, 1),
    algorithm(0x0104, "RSA with SHA-512", RsaPkcs1(Digest::Sha512), ChunkedSha512, 24, 1),
    algorithm(0x0201, "ECDSA with SHA-256", Ecdsa(Digest::Sha256), ChunkedSha256, 24, 11),
    algorithm(0x0202, "ECDSA with SHA-512", Ecdsa(Digest::Sha512), ChunkedSha512, 24, 11),
    algorithm(0x0301, "DSA with SHA-256", Dsa(Digest::Sha256), ChunkedSha256, 24, 1),
    algorithm(0x0421, "RSA with SHA-256 over a verity tree", RsaPkcs1(Digest::Sha256), VeritySha256, 28, 1),
    algorithm(0x0423, "ECDSA with SHA-256 over a verity tree", Ecdsa(Digest::Sha256), VeritySha256, 28, 11),
    algorithm(0x0425, "DSA with SHA-256 over a verity tree", Dsa(Digest::Sha256), VeritySha256, 28, 1),
];

/// The algorithm with this identifier.
pub fn by_id(id: u32) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.id == id)
}

/// A signature by a known algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    /// How it was made.
    pub algorithm: &'static Algorithm,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The signatures that some Android version of the range looks at, in the order of their identifiers: each version
/// looks at the one with the strongest content digest that it knows. `known_since` tells from which SDK level on an
/// algorithm is known. None when a version of the range knows none of them.
pub fn to_verify<'a>(
    signatures: &[Signature<'a>],
    range: SdkRange,
    known_since: impl Fn(&Algorithm) -> i32,
) -> Option<Vec<Signature<'a>>> {
    let mut best: Vec<Signature<'a>> = Vec::new();
    for signature in signatures.iter().filter(|signature| known_since(signature.algorithm) <= range.max) {
        let since = known_since(signature.algorithm);
        match best.iter_mut().find(|other| known_since(other.algorithm) == since) {
            Some(other) if signature.algorithm.content.strength() > other.algorithm.content.strength() => {
                *other = *signature;
            }
            Some(_) => {}
            None => best.push(*signature),
        }
    }
    let first = best.iter().map(|signature| known_since(signature.algorithm)).min()?;
    best.sort_by_key(|signature| signature.algorithm.id);
    (first <= range.min).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(ids: &[u32], range: SdkRange) -> Option<Vec<u32>> {
        let signatures =
            ids.iter().map(|id| Signature { algorithm: by_id(*id).unwrap(), bytes: &[] }).collect::<Vec<_>>();
        to_verify(&signatures, range, |algorithm| algorithm.min_sdk)
            .map(|chosen| chosen.iter().map(|signature| signature.algorithm.id).collect())
    }

    #[test]
    fn each_version_looks_at_the_strongest_that_it_knows() {
        let all = SdkRange { min: 24, max: i32::MAX };
        assert_eq!(chosen(&[0x0103, 0x0104, 0x0421], all), Some(vec![0x0104, 0x0421]));
        assert_eq!(chosen(&[0x0103, 0x0201], all), Some(vec![0x0103]), "the first of equals");
        assert_eq!(chosen(&[0x0421], all), None, "24 to 27 know none of them");
        assert_eq!(chosen(&[0x0421], SdkRange { min: 28, max: 30 }), Some(vec![0x0421]));
        assert_eq!(chosen(&[0x0421, 0x0103], SdkRange { min: 24, max: 27 }), Some(vec![0x0103]));
        assert_eq!(chosen(&[], all), None);
    }
}
