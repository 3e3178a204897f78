//! A certificate as it lies in a signature, with the key in it.

use crate::signing::certificate::{self, CertificateError, X509};
use crate::signing::model::Certificate;

/// A certificate as it was stored, byte for byte: its digests are those of these bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCertificate {
    der: Vec<u8>,
    public_key: Vec<u8>,
}

impl StoredCertificate {
    /// Takes a certificate that Java, and so apksig, accepts.
    ///
    /// # Errors
    /// When it does not.
    pub fn parse(encoded: &[u8]) -> Result<Self, CertificateError> {
        let certificate = X509::parse_as_java(encoded)?;
        Ok(Self { der: encoded.to_vec(), public_key: certificate.encoded_key()? })
    }

    /// The bytes as stored.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The SubjectPublicKeyInfo, in the one encoding that a signer's record of it must have: [`X509::encoded_key`].
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// What the report says about it.
    pub fn describe(&self) -> Certificate {
        certificate::facts(&self.der)
    }
}
