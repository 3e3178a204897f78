//! A certificate as it lies in a signature, with the key in it.

use crate::signing::asn1::certificate::{self, CertificateError, X509};
use crate::signing::model::Certificate;

/// A certificate as it was stored, byte for byte: two are the same when these bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCertificate {
    stored: Vec<u8>,
    public_key: Vec<u8>,
}

impl StoredCertificate {
    /// Takes a certificate that Java, and so apksig, accepts.
    ///
    /// # Errors
    /// When it does not.
    pub fn parse(encoded: &[u8]) -> Result<Self, CertificateError> {
        let der = certificate::from_stored(encoded);
        let certificate = X509::parse_as_java(&der)?;
        Ok(Self { stored: encoded.to_vec(), public_key: certificate.encoded_key()? })
    }

    /// The bytes as stored.
    pub fn stored(&self) -> &[u8] {
        &self.stored
    }

    /// The SubjectPublicKeyInfo, in the one encoding that a signer's record of it must have: [`X509::encoded_key`].
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// What the report says about it.
    pub fn describe(&self) -> Certificate {
        certificate::facts(&self.stored)
    }
}
