//! The verdict of AOSP's apksig, run beside ours.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, Once};

/// Where Debian's package apksigner puts apksig: the version of 2021.
const JAR: &str = "/usr/share/java/apksigner.jar";

/// The newer apksig, of 2022, that `tests/fixtures/make-signing.sh` fetches: it knows scheme v3.1.
pub fn newer() -> PathBuf {
    crate::root().join("target/tools/uber-apk-signer-1.3.0.jar")
}

/// An APK, and the SDK levels that are asked about; apksig's own choice where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Where the APK lies.
    pub path: PathBuf,
    /// The oldest SDK level that is asked about.
    pub min_sdk: Option<u32>,
    /// The newest SDK level that is asked about.
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

/// Asks Debian's apksig about many APKs.
///
/// # Panics
/// When Java or apksig are missing or fail.
pub fn ask(questions: &[Question]) -> Vec<Answer> {
    assert!(Path::new(JAR).exists(), "{JAR} is missing: install the package apksigner");
    ask_of(Path::new(JAR), questions)
}

/// Asks the apksig of `jar` about many APKs.
///
/// # Panics
/// When Java or apksig are missing or fail.
pub fn ask_of(jar: &Path, questions: &[Question]) -> Vec<Answer> {
    let mut machine = Machine::take(jar);
    let answers = questions.iter().map(|question| machine.ask(question)).collect();
    MACHINES.lock().unwrap().push(machine);
    answers
}

/// The machines that nobody asks: starting one takes as long as some hundred answers.
static MACHINES: Mutex<Vec<Machine>> = Mutex::new(Vec::new());

/// A Java machine with an apksig, which ends when this process does.
struct Machine {
    jar: PathBuf,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Machine {
    fn take(jar: &Path) -> Self {
        let mut idle = MACHINES.lock().unwrap();
        match idle.iter().position(|machine| machine.jar == jar) {
            Some(place) => idle.swap_remove(place),
            None => {
                drop(idle);
                Self::start(jar)
            }
        }
    }

    // Nothing waits for it: it ends when its input is closed, which is when this process ends.
    #[expect(clippy::zombie_processes)]
    fn start(jar: &Path) -> Self {
        let path = std::env::join_paths([jar, &classes()]).unwrap();
        let mut java = Command::new("java")
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"])
            .arg(path)
            .arg("ApksigVerdicts")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("java is missing: install a JDK");
        let answers = BufReader::new(java.stdout.take().unwrap());
        Self { jar: jar.to_owned(), questions: java.stdin.take().unwrap(), answers }
    }

    fn ask(&mut self, question: &Question) -> Answer {
        let sdk = |level: Option<u32>| level.map(|level| level.to_string()).unwrap_or_default();
        let (min_sdk, max_sdk) = (sdk(question.min_sdk), sdk(question.max_sdk));
        writeln!(self.questions, "{}\t{min_sdk}\t{max_sdk}", question.path.display()).expect("apksig failed");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("apksig failed");
        parse(line.strip_suffix('\n').expect("apksig failed"))
    }
}

/// The folder of the compiled class that asks apksig.
fn classes() -> PathBuf {
    static COMPILED: Once = Once::new();
    let folder = crate::root().join("target/tools/apksig-verdicts");
    let source = crate::root().join("tests/fixtures/ApksigVerdicts.java");
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    COMPILED.call_once(|| {
        if changed(&folder.join("ApksigVerdicts.class")) < changed(&source) {
            std::fs::create_dir_all(&folder).expect("target is writable");
            let mut javac = Command::new("javac");
            javac.args(["-nowarn", "-cp", JAR, "-d"]).arg(&folder).arg(&source);
            assert!(javac.status().expect("javac is missing: install a JDK").success(), "{}", source.display());
        }
    });
    folder
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
