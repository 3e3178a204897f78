//! The errors and warnings of scheme v1. The codes are the names of apksig's `ApkVerifier.Issue` in kebab case, but for
//! the last five: there apksig ends with an exception, or has no limit.

use crate::note::note_templates;

note_templates! {
    NO_MANIFEST = "jar-sig-no-manifest",
        "There is no v1 signature: META-INF/MANIFEST.MF is missing.";
    NO_SIGNATURES = "jar-sig-no-signatures",
        "There is no v1 signature: no signature file with its signature block in META-INF.";
    NO_SIGNED_ZIP_ENTRIES = "jar-sig-no-signed-zip-entries",
        "The v1 signature covers no file at all.";
    DUPLICATE_ZIP_ENTRY = "jar-sig-duplicate-zip-entry",
        "More than one file in the archive is called {entry}.";
    DUPLICATE_MANIFEST_SECTION = "jar-sig-duplicate-manifest-section",
        "META-INF/MANIFEST.MF has more than one section about {entry}.";
    UNNAMED_MANIFEST_SECTION = "jar-sig-unnnamed-manifest-section",
        "Section {number} of META-INF/MANIFEST.MF does not say which file it is about.";
    UNNAMED_SIG_FILE_SECTION = "jar-sig-unnnamed-sig-file-section",
        "Section {number} of {file} does not say which file it is about.";
    MISSING_ZIP_ENTRY = "jar-sig-missing-zip-entry-referenced-in-manifest",
        "META-INF/MANIFEST.MF lists {entry}, which is not in the archive.";
    NO_DIGEST_IN_MANIFEST = "jar-sig-no-zip-entry-digest-in-manifest",
        "META-INF/MANIFEST.MF has no digest of {entry} that Android would check.";
    NO_DIGEST_IN_SIG_FILE = "jar-sig-no-zip-entry-digest-in-sig-file",
        "{file} has no digest of the manifest's section about {entry} that Android would check.";
    ZIP_ENTRY_NOT_SIGNED = "jar-sig-zip-entry-not-signed",
        "{entry} is not covered by any v1 signer.";
    SIGNERS_MISMATCH = "jar-sig-zip-entry-signers-mismatch",
        "{entry} is covered by other v1 signers ({signers}) than {first} ({first_signers}).";
    DIGEST_DID_NOT_VERIFY = "jar-sig-zip-entry-digest-did-not-verify",
        "{entry} was changed after it was signed: its {algorithm} digest is {actual}, and {file} says {expected}.";
    MAIN_SECTION_DIGEST_DID_NOT_VERIFY = "jar-sig-manifest-main-section-digest-did-not-verify",
        "The first section of META-INF/MANIFEST.MF was changed after it was signed: its {algorithm} digest is {actual}, and {file} says {expected}.";
    SECTION_DIGEST_DID_NOT_VERIFY = "jar-sig-manifest-section-digest-did-not-verify",
        "What META-INF/MANIFEST.MF says about {entry} was changed after it was signed: the section's {algorithm} digest is {actual}, and {file} says {expected}.";
    NO_MANIFEST_DIGEST = "jar-sig-no-manifest-digest-in-sig-file",
        "{file} has no digest of the whole META-INF/MANIFEST.MF.";
    NO_STRIP_PROTECTION = "jar-sig-no-apk-sig-strip-protection",
        "{file} does not say that there is a newer signature, so that nobody would notice if it were removed.";
    MISSING_FILE = "jar-sig-missing-file",
        "The signature block {block} has no signature file {file} beside it and counts for nothing.";
    VERIFY_EXCEPTION = "jar-sig-verify-exception",
        "The signature in {block} over {file} could not be checked: {error}.";
    UNSUPPORTED_SIG_ALG = "jar-sig-unsupported-sig-alg",
        "{block} uses {digest} and {signature}, which Android does not know on SDK levels {levels}.";
    PARSE_EXCEPTION = "jar-sig-parse-exception",
        "The signature block {block} cannot be read: {error}.";
    DID_NOT_VERIFY = "jar-sig-did-not-verify",
        "The signature in {block} was not made with its signer's key over {file}: one of them was changed.";
    NO_SIGNERS = "jar-sig-no-signers",
        "The signature block {block} names no signer.";
    DUPLICATE_SIG_FILE_SECTION = "jar-sig-duplicate-sig-file-section",
        "{file} has more than one section about {entry}.";
    MISSING_VERSION = "jar-sig-missing-version-attr-in-sig-file",
        "{file} does not state its version, so that Android does not take it for a signature file.";
    UNKNOWN_SCHEME = "jar-sig-unknown-apk-sig-scheme-id",
        "{file} names signature scheme {id}, which is not known.";
    MISSING_SCHEME = "jar-sig-missing-apk-sig-referenced",
        "{file} says that there is also a signature of scheme v{id}, and there is none that holds: it may have been removed.";
    UNPROTECTED_ZIP_ENTRY = "jar-sig-unprotected-zip-entry",
        "{entry} is not covered by the v1 signature: anyone can change it unnoticed.";
    MAX_SIGNATURES_EXCEEDED = "jar-sig-max-signatures-exceeded",
        "There are {count} v1 signers, more than the {max} that are allowed.";
    MALFORMED_ZIP_ENTRY = "jar-sig-malformed-zip-entry",
        "{entry} cannot be checked, because the archive does not describe it consistently: {error}.";
    MALFORMED_DIGEST = "jar-sig-malformed-digest",
        "{file} states a digest for {entry} that is not in Base64.";
    FILE_TOO_LARGE = "jar-sig-file-too-large",
        "{entry} has more than {limit} bytes, too many for a file of the signature.";
    TOO_MANY_SECTIONS = "jar-sig-too-many-sections",
        "{file} has more than {limit} sections, too many for a file of the signature.";
    MORE = "jar-sig-more-problems",
        "There are more problems with the v1 signature than the {limit} that are listed here.";
}
