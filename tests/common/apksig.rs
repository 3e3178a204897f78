//! The verdict of AOSP's apksig, run beside ours.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian's package apksigner puts apksig: the version of 2021.
const JAR: &str = "/usr/share/java/apksigner.jar";

/// The newer apksig, of 2022, that `tests/fixtures/make-signing.sh` fetches: it knows scheme v3.1.
pub fn newer() -> PathBuf {
    super::root().join("target/tools/uber-apk-signer-1.3.0.jar")
}

/// An APK, and the SDK levels that are asked about; apksig's own choice where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub path: PathBuf,
    pub min_sdk: Option<u32>,
    pub max_sdk: Option<u32>,
}

/// What apksig says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it accepts the APK; an exception that ends it is a no.
    pub verified: bool,
    /// That exception.
    pub exception: Option<String>,
    /// The schemes that verified: `v1`, `v2`, `v3`, `v4`, `source-stamp`.
    pub schemes: BTreeSet<String>,
    /// The errors, as `jar-sig-no-manifest`.
    pub errors: BTreeSet<String>,
    /// The warnings.
    pub warnings: BTreeSet<String>,
    /// SHA-256 of the signers' certificates.
    pub signers: Vec<String>,
}

/// Asks Debian's apksig about many APKs in one JVM.
///
/// # Panics
/// When Java or apksig are missing or fail.
pub fn ask(questions: &[Question]) -> Vec<Answer> {
    assert!(Path::new(JAR).exists(), "{JAR} is missing: install the package apksigner");
    ask_of(Path::new(JAR), questions)
}

/// Asks the apksig of `jar` about many APKs in one JVM.
///
/// # Panics
/// When Java or apksig are missing or fail.
pub fn ask_of(jar: &Path, questions: &[Question]) -> Vec<Answer> {
    let source = super::root().join("tests/fixtures/ApksigVerdicts.java");
    let mut java = Command::new("java")
        .args(["-XX:TieredStopAtLevel=1", "-cp"])
        .arg(jar)
        .arg(source)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("java is missing: install a JDK");
    let sdk = |level: Option<u32>| level.map(|level| level.to_string()).unwrap_or_default();
    let lines: Vec<String> = questions
        .iter()
        .map(|question| format!("{}\t{}\t{}\n", question.path.display(), sdk(question.min_sdk), sdk(question.max_sdk)))
        .collect();
    let mut input = java.stdin.take().unwrap();
    // The answers are read while the questions are written: either pipe may fill up.
    let writer = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()).unwrap());
    let output = java.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "apksig failed");
    let answers: Vec<Answer> = String::from_utf8(output.stdout).unwrap().lines().map(parse).collect();
    assert_eq!(answers.len(), questions.len());
    answers
}

fn parse(line: &str) -> Answer {
    let [verdict, schemes, errors, warnings, signers]: [&str; 5] =
        line.split('\t').collect::<Vec<_>>().try_into().expect("five fields");
    let list = |field: &str| field.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let codes = |field| list(field).iter().map(|name| name.to_lowercase().replace('_', "-")).collect();
    Answer {
        verified: verdict == "true",
        exception: (!matches!(verdict, "true" | "false")).then(|| verdict.to_owned()),
        schemes: list(schemes).into_iter().collect(),
        errors: codes(errors),
        warnings: codes(warnings),
        signers: list(signers),
    }
}
