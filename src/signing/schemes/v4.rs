//! APK Signature Scheme v4: the `.idsig` file beside an APK, which signs the root of an fs-verity tree over the whole
//! file, so that an app can be installed while it is still arriving.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v4>, apksig's `V4Signature` and
//! `V4SchemeVerifier`.

use crate::bytes::u32_at;
use crate::note::Template;
use crate::signing::asn1::key::{KeyError, VerifyingKey};
use crate::signing::model::Scheme;
use crate::signing::notes;
use crate::signing::schemes::algorithm;
use crate::signing::schemes::content_digest::{ContentDigestAlgorithm, PAGE, VerityTree};
use crate::signing::schemes::fields::{Fields, Malformed};
use crate::signing::schemes::outcome::Outcome;
use crate::signing::schemes::problems::Problems;
use crate::signing::schemes::signer::Signer;
use crate::signing::schemes::stored::StoredCertificate;
use crate::source::{Source, SourceError, for_each_block, read_vec};

/// The version of the format that is known.
const VERSION: u32 = 2;

/// The longest part that is read. Android's incremental file system takes 8 KB in all.
const MAX_PART: u64 = 1 << 20;

/// The bytes that a tree has of each page below: a SHA-256.
const DIGEST: u64 = 32;

/// Verifies `idsig` against the whole of `apk`. As in apksig, an `.idsig` file that cannot be read fails the verdict
/// (the outcome's own problems); a signer that does not hold fails scheme v4 alone (the signer's problems).
///
/// # Errors
/// When a source fails.
pub fn verify(apk: &dyn Source, idsig: &dyn Source) -> Result<Outcome, SourceError> {
    let mut outcome = Outcome::new(Scheme::V4);
    let file = match IdSig::read(idsig)? {
        Ok(file) => file,
        Err(template) => {
            outcome.problems.error(template, &[]);
            return Ok(outcome);
        }
    };
    let Ok(hashing) = Hashing::read(&file.hashing) else {
        outcome.problems.error(&notes::V4_SIG_MALFORMED_SIGNERS, &[]);
        return Ok(outcome);
    };
    let mut fields = Fields::new(&file.signing);
    let mut first = true;
    while first || !fields.is_empty() {
        let info = match first {
            true => SigningInfo::read(&mut fields),
            // v4 with a rotated key: an identifier before each further one.
            false => fields.u32().and_then(|_| fields.nested()).and_then(|mut nested| SigningInfo::read(&mut nested)),
        };
        first = false;
        let Ok(info) = info else {
            outcome.problems.error(&notes::V4_SIG_MALFORMED_SIGNERS, &[]);
            return Ok(outcome);
        };
        outcome.signers.push(info.verify(apk.len(), &hashing));
        if outcome.has_errors() {
            return Ok(outcome);
        }
    }
    if let Some(signer) = outcome.signers.first_mut() {
        check_tree(apk, idsig, hashing.root_hash, file.tree, &mut signer.problems)?;
    }
    outcome.verified = !outcome.has_errors();
    Ok(outcome)
}

/// The file in its parts.
struct IdSig {
    hashing: Vec<u8>,
    signing: Vec<u8>,
    /// Where the tree lies in the file, and its length; none when the file does not have it as a whole.
    tree: Option<(u64, u64)>,
}

impl IdSig {
    /// Splits the file. The inner error says what is wrong with it.
    fn read(idsig: &dyn Source) -> Result<Result<Self, &'static Template>, SourceError> {
        let mut offset = 0;
        let Some(version) = read_u32(idsig, &mut offset)? else { return Ok(Err(&notes::V4_SIG_NO_SIGNATURES)) };
        if version != VERSION {
            return Ok(Err(&notes::V4_SIG_VERSION_NOT_CURRENT));
        }
        let mut parts = Vec::new();
        for _ in 0..2 {
            match read_part(idsig, &mut offset)? {
                Some((start, length)) if length <= MAX_PART => parts.push(read_vec(idsig, start, length)?),
                _ => return Ok(Err(&notes::V4_SIG_MALFORMED_SIGNERS)),
            }
        }
        // apksig takes a tree that is cut off for none.
        let tree = read_part(idsig, &mut offset)?;
        let (signing, hashing) = (parts.pop().unwrap_or_default(), parts.pop().unwrap_or_default());
        Ok(Ok(Self { hashing, signing, tree }))
    }
}

fn read_u32(source: &dyn Source, offset: &mut u64) -> Result<Option<u32>, SourceError> {
    if source.len().saturating_sub(*offset) < 4 {
        return Ok(None);
    }
    let bytes = read_vec(source, *offset, 4)?;
    *offset += 4;
    Ok(u32_at(&bytes, 0))
}

/// The place of a byte string behind a 32-bit length.
fn read_part(source: &dyn Source, offset: &mut u64) -> Result<Option<(u64, u64)>, SourceError> {
    let Some(length) = read_u32(source, offset)?.map(u64::from) else { return Ok(None) };
    let start = *offset;
    if source.len() - start < length {
        return Ok(None);
    }
    *offset += length;
    Ok(Some((start, length)))
}

/// How the tree is made, and its root.
struct Hashing<'a> {
    algorithm: u32,
    log2_block_size: u8,
    salt: &'a [u8],
    root_hash: &'a [u8],
}

impl<'a> Hashing<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes);
        Ok(Self {
            algorithm: fields.u32()?,
            log2_block_size: fields.bytes(1)?[0],
            salt: fields.prefixed()?,
            root_hash: fields.prefixed()?,
        })
    }
}

/// One signer.
struct SigningInfo<'a> {
    apk_digest: &'a [u8],
    certificate: &'a [u8],
    additional_data: &'a [u8],
    public_key: &'a [u8],
    algorithm: u32,
    signature: &'a [u8],
}

impl<'a> SigningInfo<'a> {
    fn read(fields: &mut Fields<'a>) -> Result<Self, Malformed> {
        Ok(Self {
            apk_digest: fields.prefixed()?,
            certificate: fields.prefixed()?,
            additional_data: fields.prefixed()?,
            public_key: fields.prefixed()?,
            algorithm: fields.u32()?,
            signature: fields.prefixed()?,
        })
    }

    fn verify(&self, apk_size: u64, hashing: &Hashing) -> Signer {
        let mut signer = Signer::default();
        let problems = &mut signer.problems;
        signer.certificates.extend(StoredCertificate::parse(self.certificate));
        // The digest's algorithm is not said: it is one of scheme v2 or v3.
        signer.content_digests.push((0, self.apk_digest.to_vec()));
        let Some(algorithm) = algorithm::by_id(self.algorithm) else {
            problems.error(&notes::V4_SIG_UNKNOWN_SIG_ALGORITHM, &[("id", &self.algorithm)]);
            return signer;
        };
        let Ok(key) = VerifyingKey::from_record(self.public_key) else {
            problems.error(&notes::V4_SIG_MALFORMED_PUBLIC_KEY, &[]);
            return signer;
        };
        let name = &algorithm.name;
        match key.verify(algorithm.signature, &self.signed_data(apk_size, hashing), self.signature) {
            Ok(()) => {}
            Err(KeyError::WrongKind) => problems.error(&notes::V4_SIG_MALFORMED_PUBLIC_KEY, &[]),
            Err(KeyError::Mismatch) => problems.error(&notes::V4_SIG_DID_NOT_VERIFY, &[("algorithm", name)]),
            Err(error) => problems.error(&notes::V4_SIG_VERIFY_EXCEPTION, &[("algorithm", name), ("error", &error)]),
        }
        if problems.has_errors() {
            return signer;
        }
        match signer.certificates.first() {
            None => problems.error(&notes::V4_SIG_MALFORMED_CERTIFICATE, &[]),
            Some(certificate) if certificate.public_key() != self.public_key => {
                problems.error(&notes::V4_SIG_PUBLIC_KEY_MISMATCH, &[]);
            }
            Some(_) => signer.verified.push(algorithm),
        }
        signer
    }

    /// What the signature covers. Source: apksig's `V4Signature.getSignedData`.
    fn signed_data(&self, apk_size: u64, hashing: &Hashing) -> Vec<u8> {
        let mut data = apk_size.to_le_bytes().to_vec();
        data.extend(hashing.algorithm.to_le_bytes());
        data.push(hashing.log2_block_size);
        for part in [hashing.salt, hashing.root_hash, self.apk_digest, self.certificate, self.additional_data] {
            data.extend((part.len() as u32).to_le_bytes());
            data.extend_from_slice(part);
        }
        // The size at the start counts itself.
        let size = data.len() as u32 + 4;
        [&size.to_le_bytes()[..], &data].concat()
    }
}

/// Compares the root, and the tree where the file has one, with those of the APK. As apksig does it, the tree is
/// made with SHA-256, pages of 4 KB and no salt, whatever the file says.
fn check_tree(
    apk: &dyn Source,
    idsig: &dyn Source,
    root_hash: &[u8],
    stored: Option<(u64, u64)>,
    problems: &mut Problems,
) -> Result<(), SourceError> {
    let levels = levels(apk.len());
    let size: u64 = levels.iter().map(|(_, size)| size).sum();
    let mut same = stored.is_none_or(|(_, length)| length == size);
    let mut failure = None;
    let mut tree = VerityTree::new(&[], |level: u32, number: u64, page: &[u8]| {
        let (Some((start, _)), Some((offset, _))) = (stored.filter(|_| same), levels.get(level as usize)) else {
            return;
        };
        match read_vec(idsig, start + offset + number * PAGE as u64, PAGE as u64) {
            Ok(bytes) => same = bytes == page,
            Err(error) => failure = Some(error),
        }
    });
    for_each_block(apk, 0, apk.len(), |block| tree.update(block))?;
    let root = tree.finish();
    if let Some(error) = failure {
        return Err(error);
    }
    let name: (&str, &dyn ToString) = ("algorithm", &ContentDigestAlgorithm::VeritySha256.name());
    if root_hash != root {
        problems.error(&notes::V4_SIG_APK_ROOT_DID_NOT_VERIFY, &[name]);
    } else if !same {
        problems.error(&notes::V4_SIG_APK_TREE_DID_NOT_VERIFY, &[name]);
    }
    Ok(())
}

/// Where each level of the tree over `length` bytes lies in the tree, the lowest first, and its size. The highest
/// level comes first in the file.
fn levels(length: u64) -> Vec<(u64, u64)> {
    let page = PAGE as u64;
    let (mut sizes, mut below) = (Vec::new(), length);
    loop {
        let size = (below.div_ceil(page) * DIGEST).div_ceil(page).max(1) * page;
        sizes.push(size);
        below = size;
        if size <= page {
            break;
        }
    }
    let mut offset = 0;
    let mut placed: Vec<_> = sizes
        .into_iter()
        .rev()
        .map(|size| {
            offset += size;
            (offset - size, size)
        })
        .collect();
    placed.reverse();
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_level_comes_first() {
        assert_eq!(levels(10), [(0, 4096)]);
        assert_eq!(levels(128 * 4096), [(0, 4096)]);
        assert_eq!(levels(129 * 4096), [(4096, 8192), (0, 4096)]);
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_refused() {
        let whole = [&2u32.to_le_bytes()[..], &1u32.to_le_bytes(), b"h", &1u32.to_le_bytes(), b"s"].concat();
        for length in 0..whole.len() {
            assert!(IdSig::read(&whole[..length].to_vec()).unwrap().is_err(), "{length}");
        }
        assert!(IdSig::read(&whole).unwrap().is_ok());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(0u8.., 0..100)) {
            let idsig = [&2u32.to_le_bytes()[..], &bytes].concat();
            assert!(!verify(&vec![1u8; 5000], &idsig).unwrap().verified);
        }
    }
}
