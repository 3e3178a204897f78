//! Object identifiers of keys, curves, digests, signatures and signed data, in dotted form.

/// rsaEncryption (RFC 8017).
pub const RSA: &str = "1.2.840.113549.1.1.1";
/// rsa of X.509 (1988), annex H: the same kind of key.
pub const RSA_X509: &str = "2.5.8.1.1";
/// id-RSASSA-PSS (RFC 8017).
pub const RSA_PSS: &str = "1.2.840.113549.1.1.10";
/// id-dsa (RFC 3279).
pub const DSA: &str = "1.2.840.10040.4.1";
/// id-ecPublicKey (RFC 5480).
pub const EC: &str = "1.2.840.10045.2.1";

/// secp256r1 (RFC 5480).
pub const P256: &str = "1.2.840.10045.3.1.7";
/// secp384r1.
pub const P384: &str = "1.3.132.0.34";
/// secp521r1.
pub const P521: &str = "1.3.132.0.35";
/// prime-field (RFC 3279 section 2.3.5).
pub const PRIME_FIELD: &str = "1.2.840.10045.1.1";

/// The size of a named curve's field, in bits (SEC 2; RFC 5639 for the Brainpool curves).
pub fn curve_bits(curve: &str) -> Option<u32> {
    Some(match curve {
        P256 | "1.3.132.0.10" | "1.3.36.3.3.2.8.1.1.7" => 256,
        P384 | "1.3.36.3.3.2.8.1.1.11" => 384,
        P521 => 521,
        "1.2.840.10045.3.1.1" | "1.3.132.0.31" => 192,
        "1.3.132.0.32" | "1.3.132.0.33" => 224,
        "1.3.36.3.3.2.8.1.1.13" => 512,
        _ => return None,
    })
}

/// The common name of a signature algorithm, as Java and `keytool` say it (RFC 3279, 4055, 5758, 8410).
pub fn signature_algorithm_name(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.113549.1.1.2" => "MD2withRSA",
        "1.2.840.113549.1.1.3" => "MD4withRSA",
        "1.2.840.113549.1.1.4" => "MD5withRSA",
        // The second is OIW's identifier for the same algorithm, which old tools wrote.
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => "SHA1withRSA",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "SHA256withRSA",
        "1.2.840.113549.1.1.12" => "SHA384withRSA",
        "1.2.840.113549.1.1.13" => "SHA512withRSA",
        "1.2.840.113549.1.1.14" => "SHA224withRSA",
        "1.2.840.10040.4.3" | "1.3.14.3.2.27" => "SHA1withDSA",
        "2.16.840.1.101.3.4.3.1" => "SHA224withDSA",
        "2.16.840.1.101.3.4.3.2" => "SHA256withDSA",
        "2.16.840.1.101.3.4.3.3" => "SHA384withDSA",
        "2.16.840.1.101.3.4.3.4" => "SHA512withDSA",
        "1.2.840.10045.4.1" => "SHA1withECDSA",
        "1.2.840.10045.4.3.1" => "SHA224withECDSA",
        "1.2.840.10045.4.3.2" => "SHA256withECDSA",
        "1.2.840.10045.4.3.3" => "SHA384withECDSA",
        "1.2.840.10045.4.3.4" => "SHA512withECDSA",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => return None,
    })
}
