//! What is written in ASN.1: keys, names, certificates and PKCS #7 signatures, as Java and apksig read them.

mod algorithm_identifier;
pub(super) mod ber;
pub(super) mod canonical_name;
pub mod certificate;
mod distinguished_name;
pub mod key;
pub(super) mod oid;
pub mod pkcs7;
