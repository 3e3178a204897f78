//! Signature blocks and certificates in encodings that no tool writes, beside AOSP's apksig: the same verdict, for the
//! same reasons. Each block is one of a fixture's with one of its values changed, moved, doubled or left out, and
//! the lengths around them put right, so that what is odd is read rather than refused at the door. Manifests and
//! signature files likewise, signed after the change.
//!
//! `APKLENS_MUTATIONS` sets how many blocks are tried of each fixture, `APKLENS_SEED` which.

mod common;
#[path = "common/der.rs"]
mod der;
#[path = "common/v1.rs"]
mod v1;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use common::apksig::{Question, ask};
use common::random::Random;
use common::setting;
use der::Value;
use v1::{difference, entry, rewrite, verdict};

/// The fixtures, with the name of the block and the lowest SDK level to ask about.
const FIXTURES: [(&str, &str, u32); 12] = [
    ("rsa-2048", "META-INF/CERT.RSA", 18),
    ("ec-secp256r1", "META-INF/CERT.EC", 18),
    ("ec-secp521r1", "META-INF/CERT.EC", 21),
    ("dsa-1024", "META-INF/CERT.DSA", 21),
    ("openssl-sha256", "META-INF/CERT.RSA", 18),
    ("openssl-sha256-attributes", "META-INF/CERT.RSA", 24),
    ("openssl-sha1-attributes", "META-INF/CERT.RSA", 19),
    ("openssl-two-signers", "META-INF/CERT.RSA", 24),
    ("openssl-chain", "META-INF/CERT.RSA", 24),
    ("certificate-many-extensions", "META-INF/CERT.RSA", 24),
    ("certificate-multivalued", "META-INF/CERT.RSA", 18),
    ("jarsigner-RSASSA-PSS", "META-INF/CERT.RSA", 18),
];

/// The way to a block's certificates: ContentInfo's content, SignedData, its fourth field (RFC 5652 section 5.1).
///
/// Values in them keep their stated lengths, because Java 17 loses what follows a constructed value of indefinite length:
/// of such a name, `sun.security.util.DerInputStream.getSequence` gives the parts up to there. Android's readers do not,
/// and neither do we.
const CERTIFICATES: [usize; 3] = [1, 0, 3];

#[test]
fn a_block_that_is_encoded_oddly_has_apksigs_verdict() {
    let count = setting("APKLENS_MUTATIONS", 60);
    let folder = tempfile::tempdir().unwrap();
    let mut differences = Vec::new();
    let mut verified = 0;
    for (fixture, block, min_sdk) in FIXTURES {
        let apk = fs::read(common::fixture(&format!("signing-v1/{fixture}.apk"))).unwrap();
        let [intact]: [Value; 1] = Value::parse_all(&entry(&apk, block)).unwrap().try_into().unwrap();
        let certificates = intact.places(&CERTIFICATES);
        let mut random = Random(setting("APKLENS_SEED", 1));
        let mut changes = Vec::new();
        let mut questions = Vec::new();
        for number in 0..count {
            let mut value = intact.clone();
            let how = value.change(&mut random, &certificates);
            let mut bytes = Vec::new();
            value.encode(&mut bytes);
            let path = folder.path().join(format!("{number}.apk"));
            fs::write(&path, rewrite(&apk, &[(block, &bytes)])).unwrap();
            changes.push(how);
            questions.push(Question { path, min_sdk: Some(min_sdk), max_sdk: None });
        }
        for ((question, answer), how) in questions.iter().zip(&ask(&questions)).zip(&changes) {
            let ours = verdict(read(&question.path), min_sdk, None);
            verified += usize::from(answer.verified);
            differences.extend(difference(&ours, answer).map(|difference| format!("{fixture}, {how}: {difference}")));
        }
    }
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
    assert!(verified > 0, "no oddity was accepted");
}

/// A line of a manifest or signature file, and what ends it.
type Line = (Vec<u8>, &'static [u8]);

fn lines(text: &str) -> Vec<Line> {
    text.split_terminator("\r\n").map(|line| (line.as_bytes().to_vec(), &b"\r\n"[..])).collect()
}

fn joined(lines: &[Line]) -> Vec<u8> {
    lines.iter().flat_map(|(line, ending)| [line.as_slice(), ending]).collect::<Vec<_>>().concat()
}

/// Lines that mean something to a verifier of JAR signatures.
const NEW_LINES: [&str; 16] = [
    "",
    " ",
    "x",
    ": ",
    "Name: resources.arsc",
    "Name: nothing",
    "name: resources.arsc",
    "SHA1-Digest: AAAA",
    "SHA-512-Digest: AAAA",
    "SHA-256-Digest: AAAA",
    "SHA-256-Digest-Manifest: AAAA",
    "SHA1-Digest-Manifest-Main-Attributes: AAAA",
    "Digest-Algorithms: SHA-256 SHA1",
    "Created-By: 1.0 (signtool)",
    "X-Android-APK-Signed: 2, 3",
    "Signature-Version: 1.0",
];

/// Changes one thing about one line, and says what.
fn change_text(lines: &mut Vec<Line>, random: &mut Random) -> String {
    let place = random.below(lines.len());
    let (line, ending) = &mut lines[place];
    let within = random.below(line.len() + 1);
    let how = match random.below(14) {
        0 => {
            *ending = [&b"\n"[..], b"\r", b"\r\r\n", b"\n\r", b"", b"\0"][random.below(6)];
            "another end"
        }
        1 => {
            lines.remove(place);
            "removed"
        }
        2 => {
            let copy = lines[place].clone();
            lines.insert(place, copy);
            "twice"
        }
        3 => {
            let other = random.below(lines.len());
            lines.swap(place, other);
            "in another place"
        }
        4 | 5 => {
            let line = NEW_LINES[random.below(NEW_LINES.len())];
            lines.insert(place, (line.as_bytes().to_vec(), b"\r\n"));
            return format!("line {place}: before it, {line:?}");
        }
        6 => {
            let rest = line.split_off(within);
            let rest = [b" ", rest.as_slice()].concat();
            lines.insert(place + 1, (rest, b"\r\n"));
            "continued"
        }
        7 => {
            *line = if random.below(2) == 0 { line.to_ascii_lowercase() } else { line.to_ascii_uppercase() };
            "another case"
        }
        8 => {
            line.insert(within, [b' ', b':', b'=', b'\t', 0, 0x80, 0xFF, b'-'][random.below(8)]);
            "a byte more"
        }
        9 => {
            if within < line.len() {
                line.remove(within);
            }
            "a byte less"
        }
        10 => {
            line.push([b' ', b'=', b'A', b'\t'][random.below(4)]);
            "a byte behind"
        }
        11 => {
            line.insert(0, [b' ', b'\t', 0xEF, b'x'][random.below(4)]);
            "a byte in front"
        }
        12 => {
            line.truncate(within);
            "cut short"
        }
        _ => {
            let text: String = std::iter::repeat_n("long", 20 + random.below(40)).collect();
            line.extend_from_slice(text.as_bytes());
            "long"
        }
    };
    format!("line {place}: {how}")
}

/// A key to sign with, and its certificate.
struct Signer {
    folder: tempfile::TempDir,
}

impl Signer {
    fn new() -> Self {
        let signer = Self { folder: tempfile::tempdir().unwrap() };
        let p12 = common::root().join("tests/fixtures/keys/maker.p12");
        let p12 = p12.to_str().unwrap();
        for (kind, file) in [("-nocerts", "key.pem"), ("-nokeys", "certificate.pem")] {
            let file = signer.path(file);
            run(&["pkcs12", "-in", p12, "-passin", "pass:apklens", "-nodes", kind, "-out", &file], &[]);
        }
        signer
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// A signature block over a signature file.
    fn sign(&self, file: &[u8]) -> Vec<u8> {
        let (key, certificate) = (self.path("key.pem"), self.path("certificate.pem"));
        let mut arguments = vec!["cms", "-sign", "-binary", "-noattr", "-md", "sha256", "-outform", "DER"];
        arguments.extend(["-signer", &certificate, "-inkey", &key]);
        run(&arguments, file)
    }
}

/// What openssl writes.
fn run(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut openssl = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is missing");
    openssl.stdin.take().unwrap().write_all(input).unwrap();
    let output = openssl.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}");
    output.stdout
}

/// SHA-256 in Base64, as openssl has it.
fn digest(bytes: &[u8]) -> String {
    use apklens::signing::key::Digest;
    base64(&Digest::Sha256.hash(bytes))
}

fn base64(bytes: &[u8]) -> String {
    String::from_utf8(run(&["base64", "-A"], bytes)).unwrap()
}

#[test]
fn a_manifest_or_signature_file_that_is_written_oddly_has_apksigs_verdict() {
    const LEVELS: [u32; 4] = [9, 17, 18, 24];
    let count = setting("APKLENS_MUTATIONS", 60) as usize * 4;
    let apk = fs::read(common::fixture("signing-v1/rsa-2048.apk")).unwrap();
    let signer = Signer::new();
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(setting("APKLENS_SEED", 1));
    let names = ["AndroidManifest.xml", "res/drawable/icon.png", "resources.arsc"];
    let section_on = |name: &str, about: &[u8]| format!("Name: {name}\r\nSHA-256-Digest: {}\r\n\r\n", digest(about));
    let sections = names.map(|name| section_on(name, &entry(&apk, name)));
    let main = "Manifest-Version: 1.0\r\nBuilt-By: nobody\r\nCreated-By: a test\r\n\r\n";
    let manifest = [main, &sections.concat()].concat();
    let (mut changes, mut questions) = (Vec::new(), Vec::new());
    for number in 0..count {
        let mut manifest = lines(&manifest);
        // Of the files whose manifest is changed, a half state the digests of the manifest as it was before.
        let of_manifest = random.below(2) == 0;
        let before = of_manifest && random.below(2) == 0;
        let original = joined(&manifest);
        let mut how = String::new();
        if of_manifest {
            how = format!("manifest, {}", change_text(&mut manifest, &mut random));
        }
        let manifest = joined(&manifest);
        let signed = if before { &original } else { &manifest };
        let mut file = lines(&format!(
            "Signature-Version: 1.0\r\nSHA-256-Digest-Manifest-Main-Attributes: {}\r\nSHA-256-Digest-Manifest: {}\r\n\r\n\
             {}",
            digest(main.as_bytes()),
            digest(signed),
            names.iter().zip(&sections).map(|(name, section)| section_on(name, section.as_bytes())).collect::<String>(),
        ));
        if !of_manifest {
            how = format!("signature file, {}", change_text(&mut file, &mut random));
        }
        let file = joined(&file);
        let path = folder.path().join(format!("{number}.apk"));
        let block = signer.sign(&file);
        let parts: [(&str, &[u8]); 3] =
            [("META-INF/MANIFEST.MF", &manifest), ("META-INF/CERT.SF", &file), ("META-INF/CERT.RSA", &block)];
        fs::write(&path, rewrite(&apk, &parts)).unwrap();
        changes.push(how);
        questions.push(Question { path, min_sdk: Some(LEVELS[random.below(LEVELS.len())]), max_sdk: None });
    }
    let answers = ask(&questions);
    let differences = questions.iter().zip(&answers).zip(&changes).filter_map(|((question, answer), how)| {
        let ours = verdict(read(&question.path), question.min_sdk.unwrap(), None);
        Some(format!("{how}, from {:?}: {}", question.min_sdk, difference(&ours, answer)?))
    });
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
    assert!(answers.iter().any(|answer| answer.verified), "no oddity was accepted");
    assert!(answers.iter().any(|answer| !answer.verified), "every oddity was accepted");
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap()
}
