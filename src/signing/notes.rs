//! The errors and warnings of the signature schemes. The codes are the names of apksig's `ApkVerifier.Issue` in kebab
//! case, where apksig has one.

use crate::note::note_templates;

note_templates! {
    // The APK Signing Block
    CENTRAL_DIRECTORY_GAP = "central-directory-not-before-end-record",
        "There is a signing block, but the central directory does not reach to the end record, so Android does not look for it.";
    SIGNING_BLOCK_SIZE = "signing-block-size",
        "There is a signing block, but its size ({size}) cannot be right, so Android does not use it.";
    SIGNING_BLOCK_PAIR = "signing-block-malformed-entry",
        "Entry {number} of the signing block cannot be read; what follows it is not seen by Android.";
    SIGNING_BLOCK_PAIRS = "signing-block-too-many-entries",
        "The signing block has more than {limit} entries; the rest was not read.";
    SIGNING_BLOCK_DUPLICATE = "signing-block-duplicate-entry",
        "The signing block has more than one entry {id}; Android uses the first.";
    SIGNATURE_UNREADABLE = "signature-unreadable",
        "The signatures could not be read: {error}.";
    ARCHIVE_NOT_ACCEPTED = "signature-archive-not-accepted",
        "The archive is not laid out as an app's must be, so no Android version looks for its signatures.";
    MANIFEST_NOT_ACCEPTED = "signature-manifest-not-accepted",
        "Android's tool for checking signatures, apksigner, cannot read this app's manifest, and so accepts no signature of the file. Android itself may read it.";
    VERITY_NOT_ALIGNED = "verity-not-aligned",
        "The signing block does not lie on a 4096-byte page, which the verity digest requires.";
    // Scheme v2
    V2_SIG_MALFORMED_SIGNERS = "v2-sig-malformed-signers",
        "The list of signers of the v2 signature cannot be read.";
    V2_SIG_NO_SIGNERS = "v2-sig-no-signers",
        "The v2 signature names no signer.";
    V2_SIG_MALFORMED_SIGNER = "v2-sig-malformed-signer",
        "Signer {number} of the v2 signature cannot be read.";
    V2_SIG_MALFORMED_SIGNATURE = "v2-sig-malformed-signature",
        "Signature {number} of a v2 signer cannot be read.";
    V2_SIG_UNKNOWN_SIG_ALGORITHM = "v2-sig-unknown-sig-algorithm",
        "A v2 signer uses the unknown signature algorithm {id}; that signature was passed over.";
    V2_SIG_NO_SIGNATURES = "v2-sig-no-signatures",
        "A v2 signer gives no signature.";
    V2_SIG_NO_SUPPORTED_SIGNATURES = "v2-sig-no-supported-signatures",
        "A v2 signer gives no signature that Android understands on every version from SDK level {min} on.";
    V2_SIG_MALFORMED_PUBLIC_KEY = "v2-sig-malformed-public-key",
        "The public key of a v2 signer cannot be read, or is not of the kind that the signature needs.";
    V2_SIG_VERIFY_EXCEPTION = "v2-sig-verify-exception",
        "A v2 signature ({algorithm}) could not be checked: {error}.";
    V2_SIG_DID_NOT_VERIFY = "v2-sig-did-not-verify",
        "A v2 signature ({algorithm}) was not made with the signer's key over what it is said to cover.";
    V2_SIG_MALFORMED_CERTIFICATE = "v2-sig-malformed-certificate",
        "Certificate {number} of a v2 signer cannot be read: {error}.";
    V2_SIG_NO_CERTIFICATES = "v2-sig-no-certificates",
        "A v2 signer gives no certificate.";
    V2_SIG_PUBLIC_KEY_MISMATCH = "v2-sig-public-key-mismatch-between-certificate-and-signatures-record",
        "The key of a v2 signer is not the one in its certificate.";
    V2_SIG_MALFORMED_DIGEST = "v2-sig-malformed-digest",
        "Digest {number} of a v2 signer cannot be read.";
    V2_SIG_SIG_ALG_MISMATCH = "v2-sig-sig-alg-mismatch-between-signatures-and-digests-records",
        "The digests and the signatures of a v2 signer do not name the same algorithms.";
    V2_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE = "v2-sig-malformed-additional-attribute",
        "Attribute {number} of a v2 signer cannot be read.";
    V2_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE = "v2-sig-unknown-additional-attribute",
        "A v2 signer has the unknown attribute {id}.";
    V2_SIG_APK_DIGEST_DID_NOT_VERIFY = "v2-sig-apk-digest-did-not-verify",
        "The file was changed after it was signed: its {algorithm} digest is not the one that the v2 signature covers.";
    V2_SIG_MAX_SIGNATURES_EXCEEDED = "v2-sig-max-signatures-exceeded",
        "The v2 signature names {count} signers, more than the {max} that are allowed.";
    V2_SIG_UNKNOWN_APK_SIG_SCHEME_ID = "v2-sig-unknown-apk-sig-scheme-id",
        "A v2 signer says that the file was signed with the unknown scheme {id}, too.";
    V2_SIG_MISSING_APK_SIG_REFERENCED = "v2-sig-missing-apk-sig-referenced",
        "A v2 signer says that the file was signed with scheme {scheme}, too, and that signature is gone.";
    // Schemes v3 and v3.1
    V3_SIG_MALFORMED_SIGNERS = "v3-sig-malformed-signers",
        "The list of signers of the v3 signature cannot be read.";
    V3_SIG_NO_SIGNERS = "v3-sig-no-signers",
        "The v3 signature names no signer.";
    V3_SIG_MALFORMED_SIGNER = "v3-sig-malformed-signer",
        "Signer {number} of the v3 signature cannot be read.";
    V3_SIG_MALFORMED_SIGNATURE = "v3-sig-malformed-signature",
        "Signature {number} of a v3 signer cannot be read.";
    V3_SIG_UNKNOWN_SIG_ALGORITHM = "v3-sig-unknown-sig-algorithm",
        "A v3 signer uses the unknown signature algorithm {id}; that signature was passed over.";
    V3_SIG_NO_SIGNATURES = "v3-sig-no-signatures",
        "A v3 signer gives no signature.";
    V3_SIG_NO_SUPPORTED_SIGNATURES = "v3-sig-no-supported-signatures",
        "A v3 signer gives no signature that Android understands on every version from SDK level {min} on.";
    V3_SIG_MALFORMED_PUBLIC_KEY = "v3-sig-malformed-public-key",
        "The public key of a v3 signer cannot be read, or is not of the kind that the signature needs.";
    V3_SIG_VERIFY_EXCEPTION = "v3-sig-verify-exception",
        "A v3 signature ({algorithm}) could not be checked: {error}.";
    V3_SIG_DID_NOT_VERIFY = "v3-sig-did-not-verify",
        "A v3 signature ({algorithm}) was not made with the signer's key over what it is said to cover.";
    V3_SIG_MALFORMED_CERTIFICATE = "v3-sig-malformed-certificate",
        "Certificate {number} of a v3 signer cannot be read: {error}.";
    V3_SIG_NO_CERTIFICATES = "v3-sig-no-certificates",
        "A v3 signer gives no certificate.";
    V3_SIG_PUBLIC_KEY_MISMATCH = "v3-sig-public-key-mismatch-between-certificate-and-signatures-record",
        "The key of a v3 signer is not the one in its certificate.";
    V3_SIG_MALFORMED_DIGEST = "v3-sig-malformed-digest",
        "Digest {number} of a v3 signer cannot be read.";
    V3_SIG_SIG_ALG_MISMATCH = "v3-sig-sig-alg-mismatch-between-signatures-and-digests-records",
        "The digests and the signatures of a v3 signer do not name the same algorithms.";
    V3_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE = "v3-sig-malformed-additional-attribute",
        "Attribute {number} of a v3 signer cannot be read.";
    V3_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE = "v3-sig-unknown-additional-attribute",
        "A v3 signer has the unknown attribute {id}.";
    V3_SIG_APK_DIGEST_DID_NOT_VERIFY = "v3-sig-apk-digest-did-not-verify",
        "The file was changed after it was signed: its {algorithm} digest is not the one that the v3 signature covers.";
    V3_SIG_INVALID_SDK_VERSIONS = "v3-sig-invalid-sdk-versions",
        "A v3 signer is for the impossible range of SDK levels {min} to {max}.";
    V3_MIN_SDK_VERSION_MISMATCH = "v3-min-sdk-version-mismatch-between-signer-and-signed-data-record",
        "The lowest SDK level of a v3 signer is not the one that was signed.";
    V3_MAX_SDK_VERSION_MISMATCH = "v3-max-sdk-version-mismatch-between-signer-and-signed-data-record",
        "The highest SDK level of a v3 signer is not the one that was signed.";
    V3_SIG_POR_DID_NOT_VERIFY = "v3-sig-por-did-not-verify",
        "The record of the signing keys that the app had before does not hold: one key does not vouch for the next.";
    V3_SIG_POR_CERT_MISMATCH = "v3-sig-por-cert-mismatch",
        "The record of the signing keys that the app had before does not end with the key that signed it.";
    V3_SIG_MALFORMED_LINEAGE = "v3-sig-malformed-lineage",
        "The record of the signing keys that the app had before cannot be read.";
    V3_INCONSISTENT_SDK_VERSIONS = "v3-inconsistent-sdk-versions",
        "The ranges of SDK levels of the v3 signers leave a gap or overlap.";
    V3_INCONSISTENT_LINEAGES = "v3-inconsistent-lineages",
        "The records of earlier signing keys that the v3 signers give contradict each other.";
    V3_MISSING_SDK_VERSIONS = "v3-missing-sdk-versions",
        "The v3 signers are for SDK levels {min} to {max} and leave out some on which the app can be installed.";
    V31_BLOCK_MISSING = "v31-block-missing",
        "The v3 signer says that another key signs from SDK level {sdk} on, and that v3.1 signature is gone.";
    V31_BLOCK_FOUND_WITHOUT_V3_BLOCK = "v31-block-found-without-v3-block",
        "There is a v3.1 signature without the v3 signature that belongs to it.";
    V31_ROTATION_MIN_SDK_MISMATCH = "v31-rotation-min-sdk-mismatch",
        "The v3 signer says that another key signs from SDK level {stated} on, but the v3.1 signature is for {found} on.";
    V31_ROTATION_MIN_SDK_ATTR_MISSING = "v31-rotation-min-sdk-attr-missing",
        "Another key signs from SDK level {sdk} on, and the v3 signer does not say so: it could be removed unnoticed.";
    V31_ROTATION_TARGETS_DEV_RELEASE_ON_V3_SIGNER = "v31-rotation-targets-dev-release-attr-on-v3-signer",
        "A v3 signer has an attribute that only means something in v3.1.";
    // Scheme v4
    V4_SIG_NO_SIGNATURES = "v4-sig-no-signatures",
        "The .idsig file holds no v4 signature.";
    V4_SIG_VERSION_NOT_CURRENT = "v4-sig-version-not-current",
        "The .idsig file is of a version that is not known.";
    V4_SIG_MALFORMED_SIGNERS = "v4-sig-malformed-signers",
        "The .idsig file cannot be read.";
    V4_SIG_UNKNOWN_SIG_ALGORITHM = "v4-sig-unknown-sig-algorithm",
        "The v4 signature uses the unknown signature algorithm {id}.";
    V4_SIG_MALFORMED_PUBLIC_KEY = "v4-sig-malformed-public-key",
        "The public key of the v4 signer cannot be read, or is not of the kind that the signature needs.";
    V4_SIG_VERIFY_EXCEPTION = "v4-sig-verify-exception",
        "The v4 signature ({algorithm}) could not be checked: {error}.";
    V4_SIG_DID_NOT_VERIFY = "v4-sig-did-not-verify",
        "The v4 signature ({algorithm}) was not made with the signer's key over what it is said to cover.";
    V4_SIG_MALFORMED_CERTIFICATE = "v4-sig-malformed-certificate",
        "The certificate of the v4 signer cannot be read.";
    V4_SIG_PUBLIC_KEY_MISMATCH = "v4-sig-public-key-mismatch-between-certificate-and-signatures-record",
        "The key of the v4 signer is not the one in its certificate.";
    V4_SIG_APK_ROOT_DID_NOT_VERIFY = "v4-sig-apk-root-did-not-verify",
        "The file was changed after the v4 signature was made: the root of its {algorithm} tree is not the signed one.";
    V4_SIG_APK_TREE_DID_NOT_VERIFY = "v4-sig-apk-tree-did-not-verify",
        "The {algorithm} tree in the .idsig file is not that of the app.";
    V4_SIG_MULTIPLE_SIGNERS = "v4-sig-multiple-signers",
        "Scheme v4 knows one signer, and there are several.";
    V41_SIG_NEEDS_TWO_SIGNERS = "v41-sig-needs-two-signers",
        "The app's key was changed with v3.1, and the .idsig file does not have a signer for both keys.";
    V4_SIG_V2_V3_SIGNERS_MISMATCH = "v4-sig-v2-v3-signers-mismatch",
        "The v4 signer is not the one who signed with v2 or v3.";
    V4_SIG_V2_V3_DIGESTS_MISMATCH = "v4-sig-v2-v3-digests-mismatch",
        "The digest in the v4 signature is not the one that v2 or v3 signed.";
    V4_SIG_ALONE = "v4-sig-without-v2-or-v3",
        "There is a v4 signature, and no v2 or v3 signature that it belongs to.";
    // Source stamp
    SOURCE_STAMP_SIG_MISSING = "source-stamp-sig-missing",
        "The app says that a store stamped it, and the stamp is gone.";
    SOURCE_STAMP_V1 = "source-stamp-first-version",
        "The source stamp is of the first version, which Android 11 reads and apksigner no longer does.";
    SOURCE_STAMP_WITHOUT_CERT_DIGEST = "source-stamp-signature-block-without-cert-digest",
        "There is a source stamp, and the app does not say whose.";
    SOURCE_STAMP_MALFORMED_SIGNATURE = "source-stamp-malformed-signature",
        "The source stamp cannot be read.";
    SOURCE_STAMP_MALFORMED_CERTIFICATE = "source-stamp-malformed-certificate",
        "The certificate of the source stamp cannot be read: {error}.";
    SOURCE_STAMP_CERTIFICATE_MISMATCH = "source-stamp-certificate-mismatch-between-signature-block-and-apk",
        "The certificate of the source stamp is not the one that the app names.";
    SOURCE_STAMP_UNKNOWN_SIG_ALGORITHM = "source-stamp-unknown-sig-algorithm",
        "The source stamp uses the unknown signature algorithm {id}.";
    SOURCE_STAMP_NO_SIGNATURE = "source-stamp-no-signature",
        "The source stamp lacks a signature for one of the app's signature schemes.";
    SOURCE_STAMP_NO_SUPPORTED_SIGNATURE = "source-stamp-no-supported-signature",
        "The source stamp gives no signature that Android understands.";
    SOURCE_STAMP_VERIFY_EXCEPTION = "source-stamp-verify-exception",
        "A signature of the source stamp ({algorithm}) could not be checked: {error}.";
    SOURCE_STAMP_DID_NOT_VERIFY = "source-stamp-did-not-verify",
        "A signature of the source stamp ({algorithm}) does not hold for this app.";
    SOURCE_STAMP_MALFORMED_ATTRIBUTE = "source-stamp-malformed-attribute",
        "Attribute {number} of the source stamp cannot be read.";
    SOURCE_STAMP_UNKNOWN_ATTRIBUTE = "source-stamp-unknown-attribute",
        "The source stamp has the unknown attribute {id}.";
    SOURCE_STAMP_INVALID_TIMESTAMP = "source-stamp-invalid-timestamp",
        "The source stamp's time is not one: {time}.";
    SOURCE_STAMP_MALFORMED_LINEAGE = "source-stamp-malformed-lineage",
        "The record of the stamp's earlier keys cannot be read.";
    SOURCE_STAMP_POR_CERT_MISMATCH = "source-stamp-por-cert-mismatch",
        "The record of the stamp's earlier keys does not end with the stamp's key.";
    SOURCE_STAMP_POR_DID_NOT_VERIFY = "source-stamp-por-did-not-verify",
        "The record of the stamp's earlier keys does not hold.";
    // Between the schemes
    V2_SIG_MISSING = "v2-sig-missing",
        "A signer of the v1 signature did not sign with v2.";
    JAR_SIG_MISSING = "jar-sig-missing",
        "A signer of the v2 signature did not sign with v1.";
    V3_SIG_MULTIPLE_SIGNERS = "v3-sig-multiple-signers",
        "There are several v3 signers and no record of how one key followed the other.";
    V3_SIG_MULTIPLE_PAST_SIGNERS = "v3-sig-multiple-past-signers",
        "Several signers signed with v1 or v2, but scheme v3 knows one only.";
    V3_SIG_PAST_SIGNERS_MISMATCH = "v3-sig-past-signers-mismatch",
        "The signer of v1 or v2 is neither the v3 signer nor the first of the keys before it.";
    NO_SIG_FOR_TARGET_SANDBOX_VERSION = "no-sig-for-target-sandbox-version",
        "The app asks for sandbox version {version}, for which it must be signed with v2 or later.";
    MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET = "min-sig-scheme-for-target-sdk-not-met",
        "The app is made for SDK level {sdk}, for which it must be signed with v2 or later.";
    SCHEME_NOT_NEEDED = "scheme-not-needed",
        "No Android version on which this app can be installed looks at this signature, so it was not checked.";
    SCHEME_NOT_REACHED = "scheme-not-reached",
        "A newer signature of the file does not hold; this one was not checked.";
    MIN_SDK_UNKNOWN = "min-sdk-unknown",
        "The app's lowest SDK level could not be read, so it is not known which of its signatures count.";
}
