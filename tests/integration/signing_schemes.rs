//! The verdict on every signature scheme beside that of AOSP's apksig.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use apklens::archive::Archive;
use apklens::manifest;
use apklens::signing::{ManifestFacts, Scheme, Signing, SigningStatus, verify};
use apklens::source::{FileSource, Source};

use testkit::apksig::{self, Answer, Question};

#[derive(Clone, Copy, PartialEq)]
pub enum Version {
    Debian2021,
    Newer2022,
}

impl Version {
    /// The verdicts on all files over their manifests' SDK ranges.
    pub fn verdicts(self, paths: &[PathBuf]) -> Vec<Answer> {
        let ask = |path: &PathBuf| Question { path: path.clone(), min_sdk: None, max_sdk: None };
        let questions: Vec<Question> = paths.iter().map(ask).collect();
        let mut answers = match self {
            Self::Debian2021 => apksig::ask(&questions),
            Self::Newer2022 => apksig::ask_of(&apksig::newer(), &questions),
        };
        for answer in &mut answers {
            answer.errors = std::mem::take(&mut answer.errors).into_iter().map(merged).collect();
            answer.warnings = std::mem::take(&mut answer.warnings).into_iter().map(merged).collect();
        }
        answers
    }
}

/// Whether a key or a signature cannot be one, or is a false one, is for the cryptographic provider to tell: the JDK takes
/// a point that is not on its curve for a key, and says later that the signature does not hold.
fn merged(code: String) -> String {
    code.replace("verify-exception", "did-not-verify").replace("malformed-public-key", "did-not-verify")
}

/// Ours on one file, with the `.idsig` file beside it, if there is one. None when the archive does not open.
pub fn ours(path: &Path) -> Option<Signing> {
    let source = FileSource::new(File::open(path).unwrap()).unwrap();
    let idsig = File::open(format!("{}.idsig", path.display())).ok().map(|file| FileSource::new(file).unwrap());
    let archive = Archive::open(&source).ok()?;
    let package = manifest::read(&archive).package;
    let facts = ManifestFacts {
        min_sdk: package.as_ref().map(|package| package.min_sdk),
        target_sdk: package.as_ref().map(|package| package.target_sdk),
        target_sandbox_version: None,
    };
    Some(verify(&archive, idsig.as_ref().map(|idsig| idsig as &dyn Source), &facts))
}

/// What differs between ours and apksig's, and why it may.
#[derive(Debug, PartialEq)]
pub enum Difference {
    /// apksig of before 2023 loses the errors that concern a scheme as a whole: `ApkVerifier.Result.mergeFrom` took over
    /// the signers alone. Today's takes over `source.getErrors()`, too.
    LostSchemeErrors,
    /// apksig of before 2023 does not count the errors of v3.1 signers: `ApkVerifier.Result.containsErrors` did not look
    /// at them. Today's does.
    LostV31Errors,
    /// apksig of 2022 does not look at v3 beside v3.1 when the lowest SDK level is 33 or more. Today's does.
    V3BesideV31,
    /// No apksig compares the content digests of v3.1: `ApkSigningBlockUtils.verifyIntegrity` knows v2 and v3. Android's
    /// `ApkSignatureSchemeV3Verifier` does, so that such an app is not installed from Android 13 on.
    V31Digests,
    /// apksig of before 2023 takes any number of signers.
    MaxSigners,
    /// apksig no longer looks at source stamps of the first version, which Android 11 does.
    FirstStamps,
    /// apksig ends with an exception over a length past 2 GB in a source stamp, as over one in a scheme. Android does not
    /// look at a stamp when it installs an app, and the stamp alone is malformed.
    StampLength,
    /// What must not be.
    Unexplained(String),
}

/// The errors that concern a scheme as a whole, by scheme.
const SCHEME_ERRORS: &[(Scheme, &str, &[&str])] = &[
    (Scheme::V2, "v2", &["v2-sig-malformed-signers", "v2-sig-no-signers"]),
    (
        Scheme::V3,
        "v3",
        &[
            "v3-sig-malformed-signers",
            "v3-sig-no-signers",
            "v3-inconsistent-sdk-versions",
            "v3-missing-sdk-versions",
            "v3-inconsistent-lineages",
        ],
    ),
];

/// Codes of ours that apksig does not have: where it ends with an exception, or says nothing.
const OUR_CODES: &[&str] = &[
    "scheme-not-needed",
    "scheme-not-reached",
    "signing-block-duplicate-entry",
    "signing-block-malformed-entry",
    "signing-block-size",
    "central-directory-not-before-end-record",
    // apksig says this only where it is asked for the stamp alone (`ApkVerifier.verifySourceStamp`).
    "source-stamp-signature-block-without-cert-digest",
];

/// What ours says of a source stamp of the first version.
const FIRST_STAMP: &str = "source-stamp-first-version";

pub fn compare(signing: Option<&Signing>, apksig: &Answer) -> Option<Difference> {
    let verified = apksig.verified;
    let Some(signing) = signing else {
        return verified.then(|| Difference::Unexplained("our archive reader refuses it".to_owned()));
    };
    let result = |scheme| signing.schemes.iter().find(|result| result.scheme == scheme);
    let problems = |scheme| result(scheme).map(|result| codes(&result.problems)).unwrap_or_default();
    let v31 = problems(Scheme::V31);
    if v31.contains("v3-sig-apk-digest-did-not-verify") {
        return Some(Difference::V31Digests).filter(|_| apksig.schemes.contains("v3.1"));
    }
    if !v31.is_empty() && !apksig.schemes.contains("v3.1") && signing.status == SigningStatus::Invalid {
        return Some(Difference::LostV31Errors);
    }
    for (scheme, name, lost) in SCHEME_ERRORS {
        let lost = problems(*scheme).iter().any(|code| lost.contains(&code.as_str()));
        if lost && !apksig.schemes.contains(*name) && signing.status == SigningStatus::Invalid {
            return Some(Difference::LostSchemeErrors);
        }
    }
    let max_signers = [(Scheme::V1, "jar-sig-max-signatures-exceeded"), (Scheme::V2, "v2-sig-max-signatures-exceeded")];
    if max_signers.iter().any(|(scheme, code)| problems(*scheme).contains(*code))
        && signing.status == SigningStatus::Invalid
    {
        return Some(Difference::MaxSigners);
    }
    if result(Scheme::SourceStamp).is_some_and(|stamp| stamp.warnings.iter().any(|note| note.code == FIRST_STAMP)) {
        let missing = apksig.warnings.contains("source-stamp-sig-missing");
        return Some(Difference::FirstStamps).filter(|_| missing && verified);
    }
    let is_v3_alone = signing.schemes.iter().all(|result| result.problems.is_empty() || result.scheme == Scheme::V3)
        && signing.problems.is_empty();
    if verified
        && signing.status == SigningStatus::Invalid
        && is_v3_alone
        && apksig.schemes.contains("v3.1")
        && !apksig.schemes.contains("v3")
    {
        return Some(Difference::V3BesideV31);
    }
    if problems(Scheme::SourceStamp).contains("source-stamp-malformed-signature")
        && signing.status == SigningStatus::Verified
        && apksig.exception.as_deref() == Some("java.lang.IllegalArgumentException")
    {
        return Some(Difference::StampLength);
    }
    if (signing.status == SigningStatus::Verified) != verified {
        let schemes = signing.schemes.iter().flat_map(|result| codes(&result.problems));
        let reasons: Vec<String> = codes(&signing.problems).into_iter().chain(schemes).collect();
        return Some(Difference::Unexplained(format!(
            "verified: ours {:?} {reasons:?}, apksig {:?}",
            signing.status, apksig.exception
        )));
    }
    if apksig.exception.is_some() {
        return None;
    }
    let name = |scheme: Scheme| serde_json::to_value(scheme).unwrap().as_str().unwrap().to_owned();
    let schemes: BTreeSet<String> =
        signing.schemes.iter().filter(|result| result.verified).map(|result| name(result.scheme)).collect();
    let mut errors = BTreeSet::new();
    let mut warnings = BTreeSet::new();
    for result in &signing.schemes {
        // apksig calls whatever is wrong with a stamp a warning, and does not tell what is wrong with a v4 signer.
        match result.scheme {
            Scheme::SourceStamp => warnings.extend(codes(&result.problems)),
            Scheme::V4 if !apksig.schemes.contains("v4") => {}
            _ => errors.extend(codes(&result.problems)),
        }
        warnings.extend(codes(&result.warnings));
    }
    errors.extend(codes(&signing.problems));
    // To apksig an app without any signature is one with a broken v1 signature.
    let mut their_errors = apksig.errors.clone();
    if result(Scheme::V1).is_none() {
        their_errors.remove("jar-sig-no-manifest");
        their_errors.remove("jar-sig-no-signatures");
    }
    warnings.extend(codes(&signing.warnings));
    let differs = |what: &str, ours: &BTreeSet<String>, theirs: &BTreeSet<String>| {
        (ours != theirs).then(|| Difference::Unexplained(format!("{what}: ours {ours:?}, apksig {theirs:?}")))
    };
    if schemes != apksig.schemes {
        let mut with_v3 = apksig.schemes.clone();
        with_v3.insert("v3".to_owned());
        return match schemes.contains("v3.1") && schemes == with_v3 {
            true => Some(Difference::V3BesideV31),
            false => differs("schemes", &schemes, &apksig.schemes),
        };
    }
    if verified {
        let ours: Vec<&str> = signing.certificates.iter().map(|certificate| certificate.sha256.as_str()).collect();
        // From v3 on apksig names the signer of the newest Android versions alone.
        let ours = if schemes.contains("v3") { &ours[..1] } else { &ours[..] };
        let mut theirs: Vec<&str> = Vec::new();
        for signer in &apksig.signers {
            if !theirs.contains(&signer.as_str()) {
                theirs.push(signer);
            }
        }
        if ours != theirs || !signing.certificates.iter().all(|certificate| certificate.verified) {
            return Some(Difference::Unexplained(format!("signers: ours {ours:?}, apksig {theirs:?}")));
        }
    }
    differs("errors", &errors, &their_errors).or_else(|| differs("warnings", &warnings, &apksig.warnings))
}

fn codes(notes: &[apklens::note::Note]) -> BTreeSet<String> {
    let codes = notes.iter().map(|note| note.code.to_string()).filter(|code| !OUR_CODES.contains(&code.as_str()));
    codes.map(merged).collect()
}
