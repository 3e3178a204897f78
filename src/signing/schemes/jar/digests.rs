//! Which digests of a section Android looks at, and how they are written.

use super::manifest::Section;
use crate::signing::asn1::key::Digest;
use crate::signing::base64::{NotBase64, base64};

/// From this SDK level on (4.3, JELLY_BEAN_MR2), Android takes the strongest digest that is there.
const STRONGEST_DIGEST: u32 = 18;
/// From this SDK level on (2.3, GINGERBREAD), SHA-384 and SHA-512 are known.
const LONG_DIGESTS: u32 = 9;
/// The digests that are looked for from [`STRONGEST_DIGEST`] on, in this order, by the beginning of their name.
const STRONGEST_FIRST: [(&str, Digest); 4] =
    [("SHA-512", Digest::Sha512), ("SHA-384", Digest::Sha384), ("SHA-256", Digest::Sha256), ("SHA1", Digest::Sha1)];

/// A digest that a section states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub digest: Digest,
    pub value: Vec<u8>,
}

/// The digests in `section`, under names that end with `suffix`, that some Android version of the range checks; none
/// when some version finds none.
///
/// Source: apksig's `V1SchemeVerifier.getDigestsToVerify`.
pub(super) fn to_verify(section: &Section, suffix: &str, min_sdk: u32, max_sdk: u32) -> Result<Vec<Stated>, NotBase64> {
    let mut stated = Vec::new();
    let state = |digest, text: &str| base64(text).map(|value| Stated { digest, value });
    if min_sdk < STRONGEST_DIGEST {
        let algorithms = section.attribute("Digest-Algorithms").unwrap_or("SHA SHA1".into());
        let first =
            algorithms.split([' ', '\t', '\n', '\r', '\x0C']).filter(|name| !name.is_empty()).find_map(|name| {
                let text = section.attribute(&format!("{name}{suffix}"))?;
                Some((known(name, min_sdk)?, text))
            });
        match first {
            Some((digest, text)) => stated.push(state(digest, &text)?),
            None => return Ok(stated),
        }
    }
    if max_sdk >= STRONGEST_DIGEST {
        let strongest = STRONGEST_FIRST
            .iter()
            .find_map(|(name, digest)| Some((*digest, section.attribute(&format!("{name}{suffix}"))?)));
        if let Some((digest, text)) = strongest {
            let strongest = state(digest, &text)?;
            if !stated.contains(&strongest) {
                stated.push(strongest);
            }
        }
    }
    Ok(stated)
}

/// The digest of this name in `Digest-Algorithms`, where Android knows it on the SDK level.
fn known(name: &str, sdk: u32) -> Option<Digest> {
    match name.to_uppercase().as_str() {
        "MD5" => Some(Digest::Md5),
        "SHA" | "SHA1" | "SHA-1" => Some(Digest::Sha1),
        "SHA-256" => Some(Digest::Sha256),
        "SHA-384" if sdk >= LONG_DIGESTS => Some(Digest::Sha384),
        "SHA-512" if sdk >= LONG_DIGESTS => Some(Digest::Sha512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::Sections;
    use super::*;

    const ANY: u32 = u32::MAX;

    fn chosen(section: &str, min_sdk: u32, max_sdk: u32) -> Vec<(Digest, u8)> {
        let section = Sections::new(section.as_bytes()).next().unwrap();
        let stated = to_verify(&section, "-Digest", min_sdk, max_sdk).unwrap();
        stated.iter().map(|stated| (stated.digest, stated.value[0])).collect()
    }

    #[test]
    fn old_versions_follow_the_list_and_new_ones_take_the_strongest() {
        let section = "Name: x\nDigest-Algorithms: MD2 SHA-256 MD5\nMD2-Digest: AA\nMD5-Digest: AQ\nSHA-256-Digest: Ag\nSHA1-Digest: Aw\n";
        assert_eq!(chosen(section, 1, 17), [(Digest::Sha256, 2)]);
        assert_eq!(chosen(section, 18, ANY), [(Digest::Sha256, 2)]);
        assert_eq!(chosen(section, 1, ANY), [(Digest::Sha256, 2)]);
        let section = "Name: x\nSHA1-Digest: AQ\nSHA-512-Digest: Ag\n";
        assert_eq!(chosen(section, 1, ANY), [(Digest::Sha1, 1), (Digest::Sha512, 2)]);
        let section = "Name: x\nDigest-Algorithms: SHA-384\nSHA-384-Digest: AQ\n";
        assert_eq!(chosen(section, 8, ANY), []);
        assert_eq!(chosen(section, 9, ANY), [(Digest::Sha384, 1)]);
        assert_eq!(chosen("Name: x\nSHA-256-Digest: AQ\n", 17, ANY), []);
        assert_eq!(chosen("Name: x\nMD5-Digest: AQ\n", 18, ANY), []);
    }
}
