//! Signed packs: a pack in an envelope with an Ed25519 signature, so that a page can take packs from their publisher
//! alone, over whatever way they come. The layout is described in `docs/signatures.md`.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// The first bytes of a signed pack.
pub const MAGIC: [u8; 8] = *b"\x89AKLSG\r\n";
/// The version of the envelope.
const FORMAT: u16 = 1;
const KEY_BYTES: usize = 32;
const SIGNATURE_BYTES: usize = 64;
/// What is signed is this and the pack: a signature made for another purpose does not fit.
const PURPOSE: &[u8] = b"apklens signed indicator pack, format 1\n";

/// A publisher's public key.
pub type PublisherKey = [u8; KEY_BYTES];

/// Why a signed pack is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No envelope.
    #[error("this pack is not signed")]
    NotSigned,
    /// Cut off, or of another format.
    #[error("the signature of this pack is damaged")]
    Damaged,
    /// The signature does not hold.
    #[error("the signature of this pack does not hold: it was altered, or its publisher did not sign it")]
    DoesNotHold,
}

/// The pack, signed with the publisher's secret key.
pub fn sign(pack: &[u8], secret_key: &[u8; KEY_BYTES]) -> Vec<u8> {
    let key = SigningKey::from_bytes(secret_key);
    let signature = key.sign(&signed_bytes(pack));
    let mut signed = Vec::from(MAGIC);
    signed.extend(FORMAT.to_le_bytes());
    signed.extend(key.verifying_key().to_bytes());
    signed.extend(signature.to_bytes());
    signed.extend(pack);
    signed
}

/// The publisher and the pack, when the signature holds.
pub fn open(signed: &[u8]) -> Result<(PublisherKey, &[u8]), SignatureError> {
    let rest = signed.strip_prefix(&MAGIC).ok_or(SignatureError::NotSigned)?;
    let (format, rest) = rest.split_first_chunk::<2>().ok_or(SignatureError::Damaged)?;
    let (key, rest) = rest.split_first_chunk::<KEY_BYTES>().ok_or(SignatureError::Damaged)?;
    let (signature, pack) = rest.split_first_chunk::<SIGNATURE_BYTES>().ok_or(SignatureError::Damaged)?;
    if *format != FORMAT.to_le_bytes() {
        return Err(SignatureError::Damaged);
    }
    let verifying_key = VerifyingKey::from_bytes(key).map_err(|_| SignatureError::Damaged)?;
    // The strict check refuses keys of small order, under which one signature can hold for many messages.
    verifying_key
        .verify_strict(&signed_bytes(pack), &Signature::from_bytes(signature))
        .map_err(|_| SignatureError::DoesNotHold)?;
    Ok((*key, pack))
}

/// The pack within an envelope, whose signature must hold, or the bytes themselves when there is no envelope.
pub fn contents(bytes: &[u8]) -> Result<&[u8], SignatureError> {
    match open(bytes) {
        Ok((_, pack)) => Ok(pack),
        Err(SignatureError::NotSigned) => Ok(bytes),
        Err(error) => Err(error),
    }
}

fn signed_bytes(pack: &[u8]) -> Vec<u8> {
    [PURPOSE, pack].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    #[test]
    fn a_signed_pack_opens_and_tells_its_publisher() {
        let signed = sign(b"pack", &SECRET);
        let publisher = SigningKey::from_bytes(&SECRET).verifying_key().to_bytes();
        assert_eq!(open(&signed), Ok((publisher, &b"pack"[..])));
        assert_eq!(open(b"pack"), Err(SignatureError::NotSigned));
        assert_eq!(contents(b"pack"), Ok(&b"pack"[..]));
    }

    #[test]
    fn no_single_altered_byte_is_accepted() {
        let signed = sign(b"pack", &SECRET);
        for at in 0..signed.len() {
            let mut altered = signed.clone();
            altered[at] ^= 1;
            assert!(open(&altered).is_err(), "byte {at}");
            assert!(open(&signed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_signature_over_the_bare_pack_is_no_signature_of_a_pack() {
        let mut signed = sign(b"pack", &SECRET);
        let bare = SigningKey::from_bytes(&SECRET).sign(b"pack").to_bytes();
        signed[42..106].copy_from_slice(&bare);
        assert_eq!(open(&signed), Err(SignatureError::DoesNotHold));
    }
}
