//! Object identifiers of keys, curves, digests, signatures and signed data, in dotted form.

/// rsaEncryption (RFC 8017).
pub const RSA: &str = "1.2.840.113549.1.1.1";
/// rsa of X.509 (1988), annex H: the same kind of key.
pub const RSA_X509: &str = "2.5.8.1.1";
/// pkcs-1 (RFC 8017), the arc above rsaEncryption: Java knows it as RSA too (`sun.security.util.KnownOIDs`).
pub const PKCS1: &str = "1.2.840.113549.1.1";
/// Signatures with RSA (RFC 8017, FIPS 202's with SHA-3, and OIW's): a key with one of these is an RSA key to Java, which looks
/// for "RSA" in the algorithm's name (17's `sun.security.rsa.RSAUtil.KeyType.lookup`, with the names of `KnownOIDs`).
pub const RSA_SIGNATURES: [&str; 15] = [
    "1.2.840.113549.1.1.2",
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.5",
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.113549.1.1.14",
    "1.2.840.113549.1.1.15",
    "1.2.840.113549.1.1.16",
    "1.3.14.3.2.15",
    "1.3.14.3.2.29",
    "2.16.840.1.101.3.4.3.13",
    "2.16.840.1.101.3.4.3.14",
    "2.16.840.1.101.3.4.3.15",
    "2.16.840.1.101.3.4.3.16",
];
/// id-RSASSA-PSS (RFC 8017).
pub const RSA_PSS: &str = "1.2.840.113549.1.1.10";
/// id-dsa (RFC 3279).
pub const DSA: &str = "1.2.840.10040.4.1";
/// dsa of OIW's Security Special Interest Group: the same kind of key.
pub const DSA_OIW: &str = "1.3.14.3.2.12";
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

/// What a curve's points are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Numbers modulo a prime.
    Prime,
    /// Polynomials over two elements.
    Binary,
}

/// The field of a named curve and its size in bits: of the curves that the JDK knows by name (17's
/// `sun.security.util.CurveDB`). The names are those of SEC 2, ANSI X9.62 and RFC 5639.
pub fn curve(curve: &str) -> Option<(Field, u32)> {
    Some(match curve {
        "1.3.132.0.6" | "1.3.132.0.7" => (Field::Prime, 112),
        "1.3.132.0.28" | "1.3.132.0.29" => (Field::Prime, 128),
        "1.3.36.3.3.2.8.1.1.1" | "1.3.132.0.8" | "1.3.132.0.9" | "1.3.132.0.30" => (Field::Prime, 160),
        "1.2.840.10045.3.1.1"
        | "1.2.840.10045.3.1.2"
        | "1.2.840.10045.3.1.3"
        | "1.3.36.3.3.2.8.1.1.3"
        | "1.3.132.0.31" => (Field::Prime, 192),
        "1.3.36.3.3.2.8.1.1.5" | "1.3.132.0.32" | "1.3.132.0.33" => (Field::Prime, 224),
        "1.2.840.10045.3.1.4" | "1.2.840.10045.3.1.5" | "1.2.840.10045.3.1.6" => (Field::Prime, 239),
        P256 | "1.3.36.3.3.2.8.1.1.7" | "1.3.132.0.10" => (Field::Prime, 256),
        "1.3.36.3.3.2.8.1.1.9" => (Field::Prime, 320),
        "1.3.36.3.3.2.8.1.1.11" | P384 => (Field::Prime, 384),
        "1.3.36.3.3.2.8.1.1.13" => (Field::Prime, 512),
        P521 => (Field::Prime, 521),
        "1.3.132.0.4" | "1.3.132.0.5" => (Field::Binary, 113),
        "1.3.132.0.22" | "1.3.132.0.23" => (Field::Binary, 131),
        "1.3.132.0.1" | "1.3.132.0.2" | "1.3.132.0.15" => (Field::Binary, 163),
        "1.2.840.10045.3.0.5" | "1.2.840.10045.3.0.6" | "1.2.840.10045.3.0.7" => (Field::Binary, 191),
        "1.3.132.0.24" | "1.3.132.0.25" => (Field::Binary, 193),
        "1.3.132.0.26" | "1.3.132.0.27" => (Field::Binary, 233),
        "1.2.840.10045.3.0.11" | "1.2.840.10045.3.0.12" | "1.2.840.10045.3.0.13" | "1.3.132.0.3" => {
            (Field::Binary, 239)
        }
        "1.3.132.0.16" | "1.3.132.0.17" => (Field::Binary, 283),
        "1.2.840.10045.3.0.18" => (Field::Binary, 359),
        "1.3.132.0.36" | "1.3.132.0.37" => (Field::Binary, 409),
        "1.2.840.10045.3.0.20" => (Field::Binary, 431),
        "1.3.132.0.38" | "1.3.132.0.39" => (Field::Binary, 571),
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
