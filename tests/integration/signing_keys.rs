//! Keys that a certificate encodes in another way than a signer's record does, beside AOSP's apksig: it writes the
//! certificate's key anew before it compares the two, so that an odd certificate goes with an ordinary record, and with its
//! own odd encoding it does not. Then certificates and records with any one of their values changed.
//!
//! `APKLENS_MUTATIONS` sets how many are tried of each key, `APKLENS_SEED` which.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::signing_v1_verdict::{entry, rewrite};
use apklens::archive::Archive;
use apklens::manifest;
use apklens::signing::certificate::{X509, facts};
use apklens::signing::{ManifestFacts, Scheme, Signing, SigningStatus, verify};
use apklens::source::{FileSource, Source};
use testkit::apksig::{Answer, Question, ask, ask_of, newer};
use testkit::blocks::{ID_V2, ID_V3, Key, SchemeSigner, idsig, scheme, signed, stripped};
use testkit::der::Value;
use testkit::random::Random;
use testkit::setting;

/// The way to the key in a certificate, and to the RSAPublicKey in the key (RFC 5280 section 4.1).
const KEY: [usize; 2] = [0, 6];
const RSA_KEY: [usize; 2] = [1, 0];

/// A change of a key.
type Change = fn(&mut Value);

/// Certificates for one key, each encoding it in one way or two.
fn rsa_certificates(intact: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let negative: Change = |key| key.at(&[1, 0, 0]).change_octets(|octets| octets.splice(..1, []).for_each(drop));
    let no_parameters: Change = |key| drop(key.at(&[0]).values().pop());
    let long_length: Change = |key| *key = key.clone().longer(1);
    let x509: Change = |key| *key.at(&[0, 0]) = Value::primitive(6, &[0x55, 8, 1, 1]);
    let changes: [(&str, Vec<Change>); 21] = [
        ("as it is", vec![]),
        ("negative modulus", vec![negative]),
        ("negative modulus, no parameters", vec![negative, no_parameters]),
        ("negative modulus, long length", vec![negative, long_length]),
        ("negative modulus, X.509's identifier", vec![negative, x509]),
        (
            "negative modulus, padded exponent",
            vec![negative, |key| key.at(&[1, 0, 1]).change_octets(|e| e.insert(0, 0))],
        ),
        ("padded modulus", vec![|key| key.at(&[1, 0, 0]).change_octets(|octets| octets.insert(0, 0))]),
        ("padded exponent", vec![|key| key.at(&[1, 0, 1]).change_octets(|octets| octets.insert(0, 0))]),
        ("no parameters", vec![no_parameters]),
        ("other parameters", vec![|key| *key.at(&[0, 1]) = Value::primitive(4, &[7])]),
        ("long parameters", vec![|key| *key.at(&[0, 1]) = Value::primitive(4, &[7]).longer(2)]),
        ("parameters of another class", vec![|key| *key.at(&[0, 1]) = Value::primitive(0x85, &[])]),
        ("two parameters", vec![|key| key.at(&[0]).values().push(Value::primitive(0x85, &[]))]),
        ("long length", vec![long_length]),
        ("long algorithm", vec![|key| *key.at(&[0]) = key.at(&[0]).clone().longer(1)]),
        ("long identifier", vec![|key| *key.at(&[0, 0]) = key.at(&[0, 0]).clone().longer(1)]),
        ("long bits", vec![|key| *key.at(&[1]) = key.at(&[1]).clone().longer(1)]),
        ("long numbers", vec![|key| *key.at(&RSA_KEY) = key.at(&RSA_KEY).clone().longer(1)]),
        ("long modulus", vec![|key| *key.at(&[1, 0, 0]) = key.at(&[1, 0, 0]).clone().longer(1)]),
        ("X.509's identifier", vec![x509]),
        ("PKCS #1's arc", vec![|key| key.at(&[0, 0]).change_octets(|octets| octets.truncate(octets.len() - 1))]),
    ];
    let signatures = RSA_SIGNATURES.map(|(name, identifier)| {
        let mut certificate = Value::parse(intact);
        *certificate.at(&KEY).at(&[0, 0]) = Value::primitive(6, identifier);
        (name, certificate.bytes())
    });
    certificates(intact, &changes).into_iter().chain(signatures).collect()
}

/// Identifiers of signatures, in octets: with those whose name has RSA in it, Java takes a record's key for one of RSA, whatever
/// kind of key it takes a certificate's for. The last three are none of those.
const RSA_SIGNATURES: [(&str, &[u8]); 12] = [
    ("MD2withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 2]),
    ("MD5withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 4]),
    ("SHA1withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 5]),
    ("SHA256withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11]),
    ("SHA224withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 14]),
    ("SHA512/256withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 16]),
    ("OIW's SHA1withRSA", &[0x2B, 14, 3, 2, 29]),
    ("OIW's other SHA1withRSA", &[0x2B, 14, 3, 2, 15]),
    ("SHA3-512withRSA", &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 16]),
    ("MD4withRSA", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 3]),
    ("OAEP", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 7]),
    ("RSASSA-PSS", &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10]),
];

fn ec_certificates(intact: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let changes: [(&str, Vec<Change>); 5] = [
        ("EC, as it is", vec![]),
        ("EC, long curve", vec![|key| *key.at(&[0, 1]) = key.at(&[0, 1]).clone().longer(1)]),
        ("EC, long bits", vec![|key| *key.at(&[1]) = key.at(&[1]).clone().longer(1)]),
        ("EC, long length", vec![|key| *key = key.clone().longer(2)]),
        ("EC, an octet behind the point", vec![|key| key.at(&[1]).change_octets(|octets| octets.push(0))]),
    ];
    certificates(intact, &changes)
}

fn certificates(intact: &[u8], changes: &[(&'static str, Vec<Change>)]) -> Vec<(&'static str, Vec<u8>)> {
    let changed = changes.iter().map(|(name, changes)| {
        let mut certificate = Value::parse(intact);
        changes.iter().for_each(|change| change(certificate.at(&KEY)));
        (*name, certificate.bytes())
    });
    changed.collect()
}

/// The key as the certificate has it.
fn own_key(certificate: &[u8]) -> Vec<u8> {
    X509::parse(certificate).unwrap().spki.to_vec()
}

/// The key as it is compared.
fn anew(certificate: &[u8]) -> Vec<u8> {
    X509::parse(certificate).unwrap().encoded_key().unwrap()
}

/// Records of a key: in DER, as the certificate has it, and as it is compared, where that is yet another.
fn records(ordinary: &[u8], certificate: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let own = own_key(certificate);
    let mut records = vec![("ordinary", ordinary.to_vec())];
    let mut add = |name, record: Vec<u8>| {
        if records.iter().all(|(_, known)| *known != record) {
            records.push((name, record));
        }
    };
    add("raw", own);
    add("anew", anew(certificate));
    records
}

/// One file to ask about.
struct Case {
    name: String,
    path: PathBuf,
}

fn ours(path: &Path) -> Signing {
    let source = FileSource::new(File::open(path).unwrap()).unwrap();
    let idsig = File::open(format!("{}.idsig", path.display())).ok().map(|file| FileSource::new(file).unwrap());
    let archive = Archive::open(&source).unwrap();
    let package = manifest::read(&archive).package.unwrap();
    let conditions = ManifestFacts {
        min_sdk: Some(package.min_sdk),
        target_sdk: Some(package.target_sdk),
        target_sandbox_version: None,
    };
    verify(&archive, idsig.as_ref().map(|idsig| idsig as &dyn Source), &conditions)
}

/// What differs: the verdict, the schemes that hold, the errors.
fn difference(ours: &Signing, theirs: &Answer) -> Option<String> {
    let name = |scheme| serde_json::to_value(scheme).unwrap().as_str().unwrap().to_owned();
    let schemes: BTreeSet<String> =
        ours.schemes.iter().filter(|result| result.verified).map(|result| name(result.scheme)).collect();
    let verified = ours.status == SigningStatus::Verified;
    // What is wrong with a v4 signer apksig does not tell.
    let told = ours.schemes.iter().filter(|result| name(result.scheme) != "v4");
    let errors: BTreeSet<String> =
        told.flat_map(|result| &result.problems).chain(&ours.problems).map(|note| note.code.to_string()).collect();
    if theirs.exception.is_some() && !verified {
        return None;
    }
    let same = verified == theirs.verified && schemes == theirs.schemes && (errors == theirs.errors || verified);
    (!same).then(|| format!("ours {verified} {schemes:?} {errors:?}; apksig's {theirs:?}"))
}

/// Asks both versions of apksig; returns the names of the files that hold.
fn compare(cases: &[Case]) -> BTreeSet<String> {
    let question = |case: &Case| Question { path: case.path.clone(), min_sdk: None, max_sdk: None };
    let questions: Vec<Question> = cases.iter().map(question).collect();
    let mut differences = Vec::new();
    let mut verified = BTreeSet::new();
    for (version, answers) in [("2021", ask(&questions)), ("2022", ask_of(&newer(), &questions))] {
        for (case, answer) in cases.iter().zip(answers) {
            let ours = ours(&case.path);
            let difference = difference(&ours, &answer);
            differences.extend(difference.map(|difference| format!("{}, {version}: {difference}", case.name)));
            if answer.verified {
                verified.insert(case.name.clone());
            }
        }
    }
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
    verified
}

fn app(fixture: &str) -> Vec<u8> {
    stripped(&fs::read(testkit::fixture(&format!("signing/{fixture}.apk"))).unwrap())
}

#[test]
fn a_record_is_held_against_the_certificates_key_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (rsa, ec) = (Key::read("rsa2048"), Key::read("p256"));
    let v2 = app("v2-rsa2048");
    let v3 = app("v3-rsa2048");
    let mut cases = Vec::new();
    let keys = [(&rsa, rsa_certificates(&rsa.certificate)), (&ec, ec_certificates(&ec.certificate))];
    for (key, certificates) in &keys {
        let ordinary = own_key(&key.certificate);
        for (encoding, certificate) in certificates {
            for (kind, record) in records(&ordinary, certificate) {
                for (id, app, levels) in [(ID_V2, &v2, None), (ID_V3, &v3, Some((28, i32::MAX as u32)))] {
                    let signer = SchemeSigner { key, certificate, record: &record, levels, attributes: vec![] };
                    let value = scheme(&[signer.write(app)]);
                    let name = format!("{}, {encoding}, record {kind}", if id == ID_V2 { "v2" } else { "v3" });
                    let path = folder.path().join(format!("{}.apk", cases.len()));
                    fs::write(&path, signed(app, &[(id, value)])).unwrap();
                    cases.push(Case { name, path });
                }
            }
        }
    }
    let verified = compare(&cases);
    println!("{} of {} verified: {verified:#?}", verified.len(), cases.len());
    for scheme in ["v2", "v3"] {
        assert!(verified.contains(&format!("{scheme}, negative modulus, record ordinary")));
        assert!(!verified.contains(&format!("{scheme}, negative modulus, record raw")));
        assert!(verified.contains(&format!("{scheme}, SHA1withRSA, record raw")));
        assert!(!verified.contains(&format!("{scheme}, SHA1withRSA, record ordinary")));
    }
}

#[test]
fn a_v4_record_is_held_against_the_certificates_key_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::read("rsa2048");
    let app = app("v3-rsa2048");
    let ordinary = own_key(&key.certificate);
    let mut cases = Vec::new();
    for (encoding, certificate) in rsa_certificates(&key.certificate) {
        // The one record with which v3 holds.
        let anew = anew(&certificate);
        let levels = Some((28, i32::MAX as u32));
        let signer = SchemeSigner { key: &key, certificate: &certificate, record: &anew, levels, attributes: vec![] };
        let apk = signed(&app, &[(ID_V3, scheme(&[signer.write(&app)]))]);
        for (kind, record) in records(&ordinary, &certificate) {
            let path = folder.path().join(format!("{}.apk", cases.len()));
            fs::write(format!("{}.idsig", path.display()), idsig(&apk, &key, &certificate, &record)).unwrap();
            fs::write(&path, &apk).unwrap();
            cases.push(Case { name: format!("{encoding}, record {kind}"), path });
        }
    }
    compare(&cases);
    let holds = |name: &str| {
        let case = cases.iter().find(|case| case.name == name).unwrap();
        ours(&case.path).schemes.iter().any(|result| result.verified && result.scheme == Scheme::V4)
    };
    assert!(holds("negative modulus, record ordinary") && !holds("negative modulus, record raw"));
}

#[test]
fn an_app_signed_in_all_schemes_with_a_negative_modulus_verifies() {
    const BLOCK: &str = "META-INF/RSA2048.RSA";
    let folder = tempfile::tempdir().unwrap();
    let key = Key::read("rsa2048");
    let ordinary = own_key(&key.certificate);
    let intact = app("v1v2v3-rsa2048");
    let mut cases = Vec::new();
    for (encoding, certificate) in rsa_certificates(&key.certificate) {
        for (kind, record) in records(&ordinary, &certificate) {
            // ContentInfo, SignedData, its certificates (RFC 5652 section 5.1).
            let mut block = Value::parse(&entry(&intact, BLOCK));
            *block.at(&[1, 0, 3, 0]) =
                Value::parse_all(&certificate).map_or_else(|| panic!("DER"), |mut all| all.remove(0));
            let app = rewrite(&intact, &[(BLOCK, &block.bytes())]);
            let signer = |levels| SchemeSigner {
                key: &key,
                certificate: &certificate,
                record: &record,
                levels,
                attributes: vec![],
            };
            let v2 = scheme(&[signer(None).write(&app)]);
            let v3 = scheme(&[signer(Some((28, i32::MAX as u32))).write(&app)]);
            let path = folder.path().join(format!("{}.apk", cases.len()));
            fs::write(&path, signed(&app, &[(ID_V2, v2), (ID_V3, v3)])).unwrap();
            cases.push(Case { name: format!("{encoding}, record {kind}"), path });
        }
    }
    let verified = compare(&cases);
    assert!(verified.contains("negative modulus, record ordinary"), "{verified:?}");
    assert!(!verified.contains("negative modulus, record raw"), "{verified:?}");
    let case = cases.iter().find(|case| case.name == "negative modulus, record ordinary").unwrap();
    let signing = ours(&case.path);
    assert_eq!(signing.schemes.iter().filter(|result| result.verified).count(), 3);
    // The key is the same, whichever way a certificate writes it.
    let ordinary = facts(&key.certificate);
    assert_eq!(signing.certificates[0].key.sha256, ordinary.key.sha256);
    assert_ne!(signing.certificates[0].sha256, ordinary.sha256);
}

#[test]
fn certificates_are_compared_octet_by_octet_between_schemes() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::read("rsa2048");
    let record = own_key(&key.certificate);
    let app = app("v1v2v3-rsa2048");
    let mut cases = Vec::new();
    for (encoding, certificate) in rsa_certificates(&key.certificate) {
        let signer = |certificate, levels| {
            SchemeSigner { key: &key, certificate, record: &record, levels, attributes: vec![] }.write(&app)
        };
        let v2 = scheme(&[signer(&key.certificate, None)]);
        let v3 = scheme(&[signer(&certificate, Some((28, i32::MAX as u32)))]);
        let path = folder.path().join(format!("{}.apk", cases.len()));
        fs::write(&path, signed(&app, &[(ID_V2, v2), (ID_V3, v3)])).unwrap();
        cases.push(Case { name: encoding.to_owned(), path });
    }
    assert_eq!(compare(&cases), BTreeSet::from(["as it is".to_owned()]));
}

/// Certificates as text (RFC 7468), with something around them: Java and Android's provider read those as well.
fn text_certificates(certificate: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    use base64ct::{Base64, Encoding};
    let base64 = Base64::encode_string(certificate);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    let ordinary = format!("{begin}\n{}\n{end}\n", lines.join("\n"));
    let texts = [
        ("ordinary", ordinary.clone()),
        ("no last line end", ordinary.trim_end().to_owned()),
        ("line ends of two characters", ordinary.replace('\n', "\r\n")),
        ("line ends of the other character", ordinary.replace('\n', "\r")),
        ("one line", format!("{begin}\n{base64}\n{end}")),
        ("all in one line", format!("{begin}{base64}{end}")),
        ("lines of other lengths", format!("{begin}\n{}\n{end}\n", base64.replace('A', "A\n"))),
        ("spaces", format!("{begin}\n{}\n{end}\n", base64.replace('B', " B\t"))),
        ("text before", format!("a certificate:\n{ordinary}")),
        ("text before, in the line", format!("a certificate: {ordinary}")),
        ("text behind", format!("{ordinary}that was it\n")),
        ("another name", ordinary.replace("CERTIFICATE", "X509 CERTIFICATE")),
        ("two names", ordinary.replacen("CERTIFICATE", "THING", 1)),
        ("no end", ordinary.replace(end, "")),
        ("a character that is none", ordinary.replacen("MII", "MI*I", 1)),
        ("no padding", ordinary.replace('=', "")),
        ("two", format!("{ordinary}{ordinary}")),
        ("base64 alone", base64.clone()),
    ];
    texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

#[test]
fn certificates_as_text_have_apksigs_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::read("rsa2048");
    let record = own_key(&key.certificate);
    let v2 = app("v2-rsa2048");
    let mut cases = Vec::new();
    for (form, certificate) in text_certificates(&key.certificate) {
        let signer =
            SchemeSigner { key: &key, certificate: &certificate, record: &record, levels: None, attributes: vec![] };
        let path = folder.path().join(format!("{}.apk", cases.len()));
        fs::write(&path, signed(&v2, &[(ID_V2, scheme(&[signer.write(&v2)]))])).unwrap();
        cases.push(Case { name: form.to_owned(), path });
    }
    let verified = compare(&cases);
    assert!(verified.contains("ordinary"), "{verified:?}");
    // A list of certificates knows them by their own digests.
    let told = &ours(&cases[0].path).certificates[0];
    assert_eq!((told.sha256.as_str(), told.verified), (facts(&key.certificate).sha256.as_str(), true));
}

#[test]
fn a_certificate_or_record_that_is_encoded_oddly_has_apksigs_verdict() {
    let count = setting("APKLENS_MUTATIONS", 60);
    let mut random = Random(setting("APKLENS_SEED", 1));
    let folder = tempfile::tempdir().unwrap();
    let app = app("v2-rsa2048");
    let mut cases = Vec::new();
    for name in ["rsa2048", "p256"] {
        let key = Key::read(name);
        let record = own_key(&key.certificate);
        for _ in 0..count {
            let in_certificate = !random.one_in(4);
            let mut value = Value::parse(if in_certificate { &key.certificate } else { &record });
            // Java 17 loses what follows a value of indefinite length in a certificate (docs/certificates.md).
            let stated = if in_certificate { value.places(&[]) } else { 0..0 };
            let how = value.change(&mut random, &stated);
            let changed = value.bytes();
            let (certificate, record) = if in_certificate { (&changed, &record) } else { (&key.certificate, &changed) };
            let signer = SchemeSigner { key: &key, certificate, record, levels: None, attributes: vec![] };
            let path = folder.path().join(format!("{}.apk", cases.len()));
            fs::write(&path, signed(&app, &[(ID_V2, scheme(&[signer.write(&app)]))])).unwrap();
            let part = if in_certificate { "certificate" } else { "record" };
            cases.push(Case { name: format!("{name}, {part}, {how}, {}", cases.len()), path });
        }
    }
    let verified = compare(&cases);
    println!("{} of {} verified", verified.len(), cases.len());
    assert!(!verified.is_empty() && verified.len() < cases.len(), "{verified:?}");
}
