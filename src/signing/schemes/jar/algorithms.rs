//! Which pairs of digest and signature algorithm Android takes in a signature block, and on which SDK levels.

use std::ops::RangeInclusive;

use crate::signing::asn1::key::{Digest, SignatureAlgorithm};

/// A digest's object identifier (RFC 8017 appendix B.1).
fn digest(oid: &str) -> Option<Digest> {
    Some(match oid {
        "1.2.840.113549.2.5" => Digest::Md5,
        "1.3.14.3.2.26" => Digest::Sha1,
        "2.16.840.1.101.3.4.2.4" => Digest::Sha224,
        "2.16.840.1.101.3.4.2.1" => Digest::Sha256,
        "2.16.840.1.101.3.4.2.2" => Digest::Sha384,
        "2.16.840.1.101.3.4.2.3" => Digest::Sha512,
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    Dsa,
    Ec,
}

/// A signature algorithm's object identifier: the kind of key and, where it says so, the digest.
fn signature(oid: &str) -> Option<(Family, Option<Digest>)> {
    Some(match oid {
        "1.2.840.113549.1.1.1" => (Family::Rsa, None),
        "1.2.840.113549.1.1.4" => (Family::Rsa, Some(Digest::Md5)),
        "1.2.840.113549.1.1.5" => (Family::Rsa, Some(Digest::Sha1)),
        "1.2.840.113549.1.1.14" => (Family::Rsa, Some(Digest::Sha224)),
        "1.2.840.113549.1.1.11" => (Family::Rsa, Some(Digest::Sha256)),
        "1.2.840.113549.1.1.12" => (Family::Rsa, Some(Digest::Sha384)),
        "1.2.840.113549.1.1.13" => (Family::Rsa, Some(Digest::Sha512)),
        "1.2.840.10040.4.1" => (Family::Dsa, None),
        "1.2.840.10040.4.3" => (Family::Dsa, Some(Digest::Sha1)),
        "2.16.840.1.101.3.4.3.1" => (Family::Dsa, Some(Digest::Sha224)),
        "2.16.840.1.101.3.4.3.2" => (Family::Dsa, Some(Digest::Sha256)),
        "1.2.840.10045.2.1" => (Family::Ec, None),
        "1.2.840.10045.4.1" => (Family::Ec, Some(Digest::Sha1)),
        "1.2.840.10045.4.3.1" => (Family::Ec, Some(Digest::Sha224)),
        "1.2.840.10045.4.3.2" => (Family::Ec, Some(Digest::Sha256)),
        "1.2.840.10045.4.3.3" => (Family::Ec, Some(Digest::Sha384)),
        "1.2.840.10045.4.3.4" => (Family::Ec, Some(Digest::Sha512)),
        _ => return None,
    })
}

/// The two algorithms of a signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Algorithms {
    /// The digest of the contents in the signed attributes.
    pub digest: Digest,
    /// The signature.
    pub signature: SignatureAlgorithm,
    family: Family,
    named: Option<Digest>,
}

impl Algorithms {
    /// The pair, if Android knows both. A signature algorithm that names no digest uses the other one's.
    pub(super) fn from_oids(digest_oid: &str, signature_oid: &str) -> Option<Self> {
        let digest = digest(digest_oid)?;
        let (family, named) = signature(signature_oid)?;
        let signed = named.unwrap_or(digest);
        let signature = match family {
            Family::Rsa => SignatureAlgorithm::RsaPkcs1(signed),
            Family::Dsa => SignatureAlgorithm::Dsa(signed),
            Family::Ec => SignatureAlgorithm::Ecdsa(signed),
        };
        Some(Self { digest, signature, family, named })
    }

    /// The SDK levels on which Android takes the pair, in order.
    ///
    /// Source: apksig's `OidConstants.SUPPORTED_SIG_ALG_OIDS`. A signature algorithm that names another digest than
    /// the contents' was taken from 5.0 to 6.0 alone, with three pairs in 5.0 alone.
    fn sdk_levels(self) -> &'static [RangeInclusive<u32>] {
        use Digest::{Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
        use Family::{Dsa, Ec, Rsa};
        const ALL: &[RangeInclusive<u32>] = &[0..=u32::MAX];
        const FROM_9: &[RangeInclusive<u32>] = &[9..=u32::MAX];
        const FROM_18: &[RangeInclusive<u32>] = &[18..=u32::MAX];
        const FROM_21: &[RangeInclusive<u32>] = &[21..=u32::MAX];
        const FROM_22: &[RangeInclusive<u32>] = &[22..=u32::MAX];
        const UP_TO_8_AND_FROM_18: &[RangeInclusive<u32>] = &[0..=8, 18..=u32::MAX];
        const UP_TO_8_AND_FROM_21: &[RangeInclusive<u32>] = &[0..=8, 21..=u32::MAX];
        const ONLY_21: &[RangeInclusive<u32>] = &[21..=21];
        const FROM_21_TO_23: &[RangeInclusive<u32>] = &[21..=23];
        match (self.family, self.digest, self.named) {
            (Rsa, Md5 | Sha1, None) | (Rsa, Sha1, Some(Sha1)) | (Dsa, Sha1, None) => ALL,
            (Rsa, Md5, Some(Md5)) | (Rsa, Sha224, None | Some(Sha224)) => UP_TO_8_AND_FROM_21,
            (Rsa, Sha256, None | Some(Sha256)) => UP_TO_8_AND_FROM_18,
            (Rsa, Sha384 | Sha512, None) => FROM_18,
            (Rsa, Sha384, Some(Sha384)) | (Rsa, Sha512, Some(Sha512)) => FROM_21,
            (Rsa, Sha224, Some(Sha256)) | (Rsa, Sha256, Some(Sha1)) | (Rsa, Sha512, Some(Sha384)) => ONLY_21,
            (Dsa, Sha1, Some(Sha1)) => FROM_9,
            (Dsa, Sha224 | Sha256, None) => FROM_22,
            (Dsa, Sha224, Some(Sha224)) | (Dsa, Sha256, Some(Sha256)) => FROM_21,
            (Dsa, Md5 | Sha384 | Sha512, None) | (Ec, Md5, None) => &[],
            (Ec, Sha224, None) => FROM_21,
            (Ec, _, None) | (Ec, Sha1, Some(Sha1)) => FROM_18,
            (Ec, digest, Some(named)) if digest == named => FROM_21,
            _ => FROM_21_TO_23,
        }
    }

    /// The SDK levels of the range on which Android does not take the pair, as text; none when it always does.
    pub(super) fn unsupported_levels(this: Option<Self>, min_sdk: u32, max_sdk: u32) -> Option<String> {
        let mut gaps = Vec::new();
        let mut next = min_sdk;
        for levels in this.map_or(&[][..], Self::sdk_levels) {
            if next > max_sdk {
                break;
            }
            if *levels.start() > next && *levels.end() >= next {
                gaps.push(next..=(levels.start() - 1).min(max_sdk));
            }
            if *levels.end() >= next {
                match levels.end().checked_add(1) {
                    Some(after) => next = after,
                    None => return text(&gaps),
                }
            }
        }
        if next <= max_sdk {
            gaps.push(next..=max_sdk);
        }
        text(&gaps)
    }
}

fn text(gaps: &[RangeInclusive<u32>]) -> Option<String> {
    let texts: Vec<String> = gaps
        .iter()
        .map(|gap| match (*gap.start(), *gap.end()) {
            (start, u32::MAX) => format!("{start}+"),
            (start, end) if start == end => start.to_string(),
            (start, end) => format!("{start}-{end}"),
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// The names that are shown for the two object identifiers.
pub(super) fn names(digest_oid: &str, signature_oid: &str) -> (String, String) {
    let digest_name = digest(digest_oid).map_or_else(|| digest_oid.to_owned(), |digest| digest.name().to_owned());
    let signature_name = match signature(signature_oid) {
        Some((family, named)) => {
            let family = match family {
                Family::Rsa => "RSA",
                Family::Dsa => "DSA",
                Family::Ec => "ECDSA",
            };
            named.map_or(family.to_owned(), |digest| format!("{} with {family}", digest.name()))
        }
        None => signature_oid.to_owned(),
    };
    (digest_name, signature_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds the table against apksig's, for every pair of its digest and signature algorithms.
    #[test]
    fn the_pairs_and_their_sdk_levels_are_apksigs() {
        let table: Vec<[&str; 3]> = include_str!("algorithms.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split(' ').collect::<Vec<_>>().try_into().unwrap())
            .collect();
        assert_eq!(table.len(), 98);
        let oids = |column: usize| table.iter().map(move |row| row[column]);
        for digest_oid in oids(0) {
            for signature_oid in oids(1) {
                let expected =
                    table.iter().find(|row| row[..2] == [digest_oid, signature_oid]).map_or("", |row| row[2]);
                let algorithms = Algorithms::from_oids(digest_oid, signature_oid).unwrap();
                let levels = algorithms.sdk_levels().iter().map(|levels| match *levels.end() {
                    u32::MAX => format!("{}-", levels.start()),
                    end => format!("{}-{end}", levels.start()),
                });
                assert_eq!(levels.collect::<Vec<_>>().join(","), expected, "{digest_oid} {signature_oid}");
            }
        }
    }

    #[test]
    fn the_levels_without_support_are_told() {
        let sha256 = Algorithms::from_oids("2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1");
        let levels = |min, max| Algorithms::unsupported_levels(sha256, min, max);
        assert_eq!(levels(1, u32::MAX).as_deref(), Some("9-17"));
        assert_eq!(levels(10, 12).as_deref(), Some("10-12"));
        assert_eq!(levels(17, 20).as_deref(), Some("17"));
        assert_eq!((levels(18, u32::MAX), levels(1, 8)), (None, None));
        assert_eq!(Algorithms::unsupported_levels(None, 24, u32::MAX).as_deref(), Some("24+"));
        let mixed = Algorithms::from_oids("1.2.840.113549.2.5", "1.2.840.113549.1.1.5");
        assert_eq!(Algorithms::unsupported_levels(mixed, 19, 30).as_deref(), Some("19-20, 24-30"));
    }
}
