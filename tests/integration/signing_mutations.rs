//! Signature blocks and certificates in encodings that no tool writes, beside AOSP's apksig: the same verdict, for the
//! same reasons. Each block is one of a fixture's with one of its values changed, moved, doubled or left out, and
//! the lengths around them put right, so that what is odd is read rather than refused at the door. Manifests and
//! signature files likewise, signed after the change.
//!
//! `APKLENS_MUTATIONS` sets how many cases are tried, `APKLENS_SEED` which: see docs/testing.md.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::signing_v1_verdict::{difference, entry, rewrite, verdict};
use base64ct::{Base64, Encoding};
use testkit::apksig::{Answer, Question, ask};
use testkit::der::Value;
use testkit::explore::{Drawn, Steps, Subject, explore, seeds};
use testkit::random::Random;
use testkit::setting;

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

/// The signature blocks of the fixtures.
struct Blocks {
    originals: Vec<(Vec<u8>, Value)>,
}

impl Blocks {
    fn new() -> Self {
        let original = |(fixture, block, _): (&str, &str, u32)| {
            let apk = fs::read(testkit::fixture(&format!("signing-v1/{fixture}.apk"))).unwrap();
            let [block]: [Value; 1] = Value::parse_all(&entry(&apk, block)).unwrap().try_into().unwrap();
            (apk, block)
        };
        Self { originals: FIXTURES.map(original).into() }
    }
}

impl Subject for Blocks {
    fn name(&self) -> &'static str {
        "pkcs7"
    }

    fn draw(&self, seed: u64, steps: &Steps) -> Drawn {
        let mut random = Random(seed);
        let number = random.below(FIXTURES.len());
        let (fixture, block, min_sdk) = FIXTURES[number];
        let (apk, intact) = &self.originals[number];
        let mut value = intact.clone();
        let certificates = intact.places(&CERTIFICATES);
        // One change alone: most make a block that is refused.
        let changes = steps.make(&mut random, 1, |_, random| value.change(random, &certificates));
        let mut encoded = Vec::new();
        value.encode(&mut encoded);
        let bytes = rewrite(apk, &[(block, &encoded)]);
        Drawn { seed, base: fixture.to_owned(), changes, bytes, min_sdk: Some(min_sdk) }
    }

    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>> {
        beside_apksig(cases).into_iter().map(|(_, difference)| difference).collect()
    }
}

/// For each case whether apksig accepts it, and how ours differs.
fn beside_apksig(cases: &[Drawn]) -> Vec<(bool, Option<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let question = |case: &Drawn| {
        let path = folder.path().join(format!("{:x}.apk", case.seed));
        fs::write(&path, &case.bytes).unwrap();
        Question { path, min_sdk: case.min_sdk, max_sdk: None }
    };
    let questions: Vec<Question> = cases.iter().map(question).collect();
    let beside = |(case, answer): (&Drawn, Answer)| {
        let ours = verdict(case.bytes.clone(), case.min_sdk.unwrap(), None);
        (answer.verified, difference(&ours, &answer))
    };
    cases.iter().zip(ask(&questions)).map(beside).collect()
}

/// Fails where ours differs from apksig's in the cases of the fixed round; gives what apksig accepts.
fn hold(subject: &dyn Subject, count: u64) -> Vec<bool> {
    let (count, round) = (setting("APKLENS_MUTATIONS", count), setting("APKLENS_SEED", 1));
    let cases: Vec<Drawn> = seeds(round, count).map(|seed| subject.draw(seed, &Steps::default())).collect();
    let beside = beside_apksig(&cases);
    let differences: Vec<String> = cases
        .iter()
        .zip(&beside)
        .filter_map(|(case, (_, difference))| Some(format!("{}: {}", case.label(), difference.as_ref()?)))
        .collect();
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
    beside.into_iter().map(|(verified, _)| verified).collect()
}

#[test]
fn a_block_that_is_encoded_oddly_has_apksigs_verdict() {
    let accepted = hold(&Blocks::new(), 720);
    assert!(accepted.contains(&true), "no oddity was accepted");
}

#[test]
#[ignore = "draws anew: ./build.sh explore"]
fn explore_blocks() {
    explore(&Blocks::new(), 3000);
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
        let p12 = testkit::root().join("tests/fixtures/keys/maker.p12");
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

/// SHA-256 in Base64.
fn digest(bytes: &[u8]) -> String {
    use apklens::signing::key::Digest;
    Base64::encode_string(&Digest::Sha256.hash(bytes))
}

/// JAR manifests and signature files, signed after the change.
struct Files {
    apk: Vec<u8>,
    signer: Signer,
}

impl Files {
    fn new() -> Self {
        Self { apk: fs::read(testkit::fixture("signing-v1/rsa-2048.apk")).unwrap(), signer: Signer::new() }
    }
}

impl Subject for Files {
    fn name(&self) -> &'static str {
        "jar"
    }

    fn draw(&self, seed: u64, steps: &Steps) -> Drawn {
        const LEVELS: [u32; 4] = [9, 17, 18, 24];
        let mut random = Random(seed);
        let names = ["AndroidManifest.xml", "res/drawable/icon.png", "resources.arsc"];
        let section_on =
            |name: &str, about: &[u8]| format!("Name: {name}\r\nSHA-256-Digest: {}\r\n\r\n", digest(about));
        let sections = names.map(|name| section_on(name, &entry(&self.apk, name)));
        let main = "Manifest-Version: 1.0\r\nBuilt-By: nobody\r\nCreated-By: a test\r\n\r\n";
        let mut manifest = lines(&[main, &sections.concat()].concat());
        let original = joined(&manifest);
        // Of the files whose manifest is changed, a half state the digests of the manifest as it was before.
        let of_manifest = random.one_in(2);
        let before = of_manifest && random.one_in(2);
        let min_sdk = random.pick(&LEVELS);
        let count = random.pick(&[1, 1, 1, 2]);
        let mut change = |text: &mut Vec<Line>| steps.make(&mut random, count, |_, random| change_text(text, random));
        let mut changes = if of_manifest { change(&mut manifest) } else { vec![] };
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
            changes = change(&mut file);
        }
        let file = joined(&file);
        let block = self.signer.sign(&file);
        let parts: [(&str, &[u8]); 3] =
            [("META-INF/MANIFEST.MF", &manifest), ("META-INF/CERT.SF", &file), ("META-INF/CERT.RSA", &block)];
        let base = if of_manifest { "manifest" } else { "signature file" }.to_owned();
        Drawn { seed, base, changes, bytes: rewrite(&self.apk, &parts), min_sdk: Some(min_sdk) }
    }

    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>> {
        beside_apksig(cases).into_iter().map(|(_, difference)| difference).collect()
    }
}

#[test]
fn a_manifest_or_signature_file_that_is_written_oddly_has_apksigs_verdict() {
    let accepted = hold(&Files::new(), 240);
    assert!(accepted.contains(&true), "no oddity was accepted");
    assert!(accepted.contains(&false), "every oddity was accepted");
}

#[test]
#[ignore = "draws anew: ./build.sh explore"]
fn explore_files() {
    explore(&Files::new(), 400);
}
