//! Signing blocks and `.idsig` files of our own writing, signed with the fixed keys of the fixtures. The signatures are
//! deterministic (RFC 8017 section 8.2, RFC 6979), so that the files are the same each time.

use std::path::Path;
use std::process::Command;

use ecdsa::signature::hazmat::PrehashSigner;
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey};
use sha2::{Digest, Sha256};

use crate::der::Value;

/// The identifier of the block of scheme v2 (`ApkSigningBlockUtils` of apksig, as those below).
pub const ID_V2: u32 = 0x7109_871A;
/// The identifier of the block of scheme v3.
pub const ID_V3: u32 = 0xF053_68C0;
/// The identifier of the block of scheme v3.1.
pub const ID_V31: u32 = 0x1B93_AD61;

/// A private key with its certificate.
pub struct Key {
    private: Private,
    /// The certificate, in DER.
    pub certificate: Vec<u8>,
}

enum Private {
    Rsa(Box<PrivateKey>),
    P256(Box<p256::ecdsa::SigningKey>),
}

impl Key {
    /// A key of `tests/fixtures/keys/signing`: RSA, or EC on P-256.
    pub fn read(name: &str) -> Self {
        Self::of(&crate::root().join(format!("tests/fixtures/keys/signing/{name}.p12")))
    }

    /// The key in a PKCS #12 file of the fixtures.
    pub fn of(p12: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |file: &str| folder.path().join(file).display().to_string();
        let (pem, der, certificate) = (path("pem"), path("der"), path("certificate"));
        let p12 = p12.display().to_string();
        openssl(&["pkcs12", "-in", &p12, "-passin", "pass:apklens", "-nodes", "-out", &pem]);
        openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", &pem, "-outform", "DER", "-out", &der]);
        openssl(&["x509", "-in", &pem, "-outform", "DER", "-out", &certificate]);
        // PrivateKeyInfo (RFC 5208 section 5): the key lies in its third field.
        let mut info = Value::parse(&std::fs::read(der).unwrap());
        let fields = info.at(&[2, 0]);
        let number = |field: &mut Value| BoxedUint::from_be_slice_vartime(&field.octets());
        let private = match fields.values().len() {
            // RSAPrivateKey (RFC 8017 appendix A.1.2).
            9 => {
                let [n, e, d, p, q] = [1, 2, 3, 4, 5].map(|place| number(fields.at(&[place])));
                Private::Rsa(Box::new(PrivateKey::from_components(n, e, d, vec![p, q]).unwrap()))
            }
            // ECPrivateKey (RFC 5915 section 3).
            _ => {
                let scalar = fields.at(&[1]).octets();
                Private::P256(Box::new(p256::ecdsa::SigningKey::from_slice(&scalar).unwrap()))
            }
        };
        Self { private, certificate: std::fs::read(certificate).unwrap() }
    }

    /// The identifier of the signature algorithm: with SHA-256, RSA with PKCS #1's padding.
    pub fn algorithm(&self) -> u32 {
        match self.private {
            Private::Rsa(_) => 0x0103,
            Private::P256(_) => 0x0201,
        }
    }

    /// Signs data with SHA-256.
    pub fn sign(&self, data: &[u8]) -> Vec<u8> {
        let digest = Sha256::digest(data);
        match &self.private {
            Private::Rsa(key) => {
                // DigestInfo with SHA-256 (RFC 8017 section 9.2).
                let mut prefix = vec![0x30, 0x31, 0x30, 0x0D, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0];
                prefix.extend([4, 0x20]);
                let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
                key.sign(padding, &digest).unwrap()
            }
            Private::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&digest).unwrap();
                let (r, s) = signature.split_bytes();
                let number = |bytes: &[u8]| {
                    let magnitude = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..];
                    let sign: &[u8] = if magnitude[0] & 0x80 == 0 { &[] } else { &[0] };
                    Value::primitive(2, &[sign, magnitude].concat())
                };
                Value::constructed(0x30, vec![number(&r), number(&s)]).bytes()
            }
        }
    }
}

fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().expect("openssl is missing");
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A byte string behind its length.
pub fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_le_bytes(), bytes].concat()
}

/// What a signer of scheme v2, v3 or v3.1 says.
pub struct SchemeSigner<'a> {
    /// The key that signs.
    pub key: &'a Key,
    /// The certificate, in DER.
    pub certificate: &'a [u8],
    /// The record of the key.
    pub record: &'a [u8],
    /// The SDK levels that it is for; none in scheme v2.
    pub levels: Option<(u32, u32)>,
    /// The additional attributes: identifier and value.
    pub attributes: Vec<(u32, Vec<u8>)>,
}

impl SchemeSigner<'_> {
    /// The signer over an app without a signing block.
    pub fn write(&self, app: &[u8]) -> Vec<u8> {
        let algorithm = self.key.algorithm().to_le_bytes();
        let levels = self.levels.map(|(min, max)| [min.to_le_bytes(), max.to_le_bytes()].concat()).unwrap_or_default();
        let attributes: Vec<u8> =
            self.attributes.iter().flat_map(|(id, value)| prefixed(&[&id.to_le_bytes()[..], value].concat())).collect();
        let signed = [
            prefixed(&prefixed(&[&algorithm[..], &prefixed(&content_digest(app))].concat())),
            prefixed(&prefixed(self.certificate)),
            levels.clone(),
            prefixed(&attributes),
        ];
        let signed = signed.concat();
        let signature = prefixed(&[&algorithm[..], &prefixed(&self.key.sign(&signed))].concat());
        [prefixed(&signed), levels, prefixed(&signature), prefixed(self.record)].concat()
    }
}

/// The value of a scheme with these signers.
pub fn scheme(signers: &[Vec<u8>]) -> Vec<u8> {
    prefixed(&signers.iter().flat_map(|signer| prefixed(signer)).collect::<Vec<u8>>())
}

const END_RECORD: usize = 22;

/// The central directory's and the end record's offsets, in an archive without a comment.
fn sections(app: &[u8]) -> (usize, usize) {
    let end = app.len() - END_RECORD;
    (u32::from_le_bytes(app[end + 16..end + 20].try_into().unwrap()) as usize, end)
}

/// The app without its signing block.
pub fn stripped(app: &[u8]) -> Vec<u8> {
    let (directory, _) = sections(app);
    if &app[directory - 16..directory] != b"APK Sig Block 42" {
        return app.to_vec();
    }
    let size = u64::from_le_bytes(app[directory - 24..directory - 16].try_into().unwrap()) as usize;
    moved(app, &app[..directory - size - 8])
}

/// The app with a signing block of these pairs.
pub fn signed(app: &[u8], pairs: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let (directory, _) = sections(app);
    let pair =
        |(id, value): &(u32, Vec<u8>)| [&(value.len() as u64 + 4).to_le_bytes()[..], &id.to_le_bytes(), value].concat();
    let pairs: Vec<u8> = pairs.iter().flat_map(pair).collect();
    let size = (pairs.len() as u64 + 24).to_le_bytes();
    moved(app, &[&app[..directory], &size, &pairs, &size, b"APK Sig Block 42"].concat())
}

/// The app's central directory and end record behind other bytes.
fn moved(app: &[u8], before: &[u8]) -> Vec<u8> {
    let (directory, _) = sections(app);
    let mut moved = [before, &app[directory..]].concat();
    let place = moved.len() - 6;
    moved[place..place + 4].copy_from_slice(&(before.len() as u32).to_le_bytes());
    moved
}

/// The digest of an app without a signing block
/// (<https://source.android.com/docs/security/features/apksigning/v2#integrity-protected-contents>).
fn content_digest(app: &[u8]) -> Vec<u8> {
    let (directory, end) = sections(app);
    let sections = [&app[..directory], &app[directory..end], &app[end..]];
    let chunks: Vec<&[u8]> = sections.iter().flat_map(|section| section.chunks(1 << 20)).collect();
    let mut top = [&[0x5A][..], &(chunks.len() as u32).to_le_bytes()].concat();
    for chunk in chunks {
        top.extend(Sha256::digest([&[0xA5][..], &(chunk.len() as u32).to_le_bytes(), chunk].concat()));
    }
    Sha256::digest(top).to_vec()
}

/// The `.idsig` file of an app of less than 128 pages, whose v2 or v3 signature has the digest of the app without its
/// signing block (<https://source.android.com/docs/security/features/apksigning/v4>).
pub fn idsig(app: &[u8], key: &Key, certificate: &[u8], record: &[u8]) -> Vec<u8> {
    const PAGE: usize = 4096;
    let hashes = app.chunks(PAGE).flat_map(|page| {
        let mut page = page.to_vec();
        page.resize(PAGE, 0);
        Sha256::digest(page)
    });
    let mut level: Vec<u8> = hashes.collect();
    assert!(level.len() <= PAGE, "an app of one level");
    level.resize(PAGE, 0);
    let root = Sha256::digest(level);
    let digest = content_digest(&stripped(app));
    let hashing = [&1u32.to_le_bytes()[..], &[12], &prefixed(&[]), &prefixed(&root)].concat();
    let parts = [prefixed(&digest), prefixed(certificate), prefixed(&[])].concat();
    let data = [&(app.len() as u64).to_le_bytes()[..], &hashing, &parts].concat();
    let data = [&(data.len() as u32 + 4).to_le_bytes()[..], &data].concat();
    let signature = prefixed(&key.sign(&data));
    let signing = [parts, prefixed(record), key.algorithm().to_le_bytes().to_vec(), signature].concat();
    [&2u32.to_le_bytes()[..], &prefixed(&hashing), &prefixed(&signing)].concat()
}
