//! Names of signers and of certificates beside AOSP's apksig: a signer in a signature block names its certificate by issuer
//! and serial number, and which issuers are the same is for Java to say. Every string type with every octet, and odd
//! sequences of them, stand in the one name or in both.
//!
//! `APKLENS_MUTATIONS` sets how many pairs of drawn names are tried besides, `APKLENS_SEED` which.

use std::fs;

use crate::signing_v1_verdict::{difference, entry, rewrite, verdict};
use testkit::apksig::{Question, ask};
use testkit::der::Value;
use testkit::random::Random;
use testkit::setting;

const BLOCK: &str = "META-INF/CERT.RSA";
const MIN_SDK: u32 = 18;

/// The way to the issuer in the block's first signer (ContentInfo, SignedData, SignerInfo; RFC 5652 sections 3 and 5) and in
/// its first certificate (RFC 5280 section 4.1).
const IN_SIGNER: [usize; 6] = [1, 0, 4, 0, 1, 0];
const IN_CERTIFICATE: [usize; 6] = [1, 0, 3, 0, 0, 3];

const PRINTABLE: u8 = 0x13;
const UTF8: u8 = 0x0C;
/// UTF8String, PrintableString, and NumericString, T61String, IA5String, VisibleString, GeneralString, UniversalString,
/// BMPString, and an OCTET STRING, which is none.
const KINDS: [u8; 10] = [UTF8, PRINTABLE, 0x12, 0x14, 0x16, 0x1A, 0x1B, 0x1C, 0x1E, 0x04];

const CN: &[u8] = &[0x55, 4, 3];

/// An attribute of a name.
#[derive(Clone, Debug)]
struct Attribute {
    kind: Vec<u8>,
    tag: u8,
    value: Vec<u8>,
}

/// A name: parts of attributes.
type Name = Vec<Vec<Attribute>>;

fn encoded(name: &Name) -> Value {
    let attribute = |attribute: &Attribute| {
        let Attribute { kind, tag, value } = attribute;
        Value::constructed(0x30, vec![Value::primitive(6, kind), Value::primitive(*tag, value)])
    };
    let part = |part: &Vec<Attribute>| Value::constructed(0x31, part.iter().map(attribute).collect());
    Value::constructed(0x30, name.iter().map(part).collect())
}

fn common_name(tag: u8, value: &[u8]) -> Name {
    vec![vec![Attribute { kind: CN.to_vec(), tag, value: value.to_vec() }]]
}

/// Names for the signer and for the certificate, as values, so that either may be odd.
type Pair = (String, Value, Value);

/// Asks apksig about a signer and a certificate with these names, and compares. Returns how many hold.
fn compare(pairs: Vec<Pair>) -> usize {
    let apk = fs::read(testkit::fixture("signing-v1/rsa-2048.apk")).unwrap();
    let intact = Value::parse(&entry(&apk, BLOCK));
    let folder = tempfile::tempdir().unwrap();
    let mut questions = Vec::new();
    for (number, (_, signer, certificate)) in pairs.iter().enumerate() {
        let mut block = intact.clone();
        *block.at(&IN_SIGNER) = signer.clone();
        *block.at(&IN_CERTIFICATE) = certificate.clone();
        let path = folder.path().join(format!("{number}.apk"));
        fs::write(&path, rewrite(&apk, &[(BLOCK, &block.bytes())])).unwrap();
        questions.push(Question { path, min_sdk: Some(MIN_SDK), max_sdk: None });
    }
    let answers = ask(&questions);
    let differences = pairs.iter().zip(&questions).zip(&answers).filter_map(|(((what, _, _), question), answer)| {
        let ours = verdict(fs::read(&question.path).unwrap(), MIN_SDK, None);
        Some(format!("{what}: {}", difference(&ours, answer)?))
    });
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
    answers.iter().filter(|answer| answer.verified).count()
}

#[test]
fn every_octet_in_every_string_type_has_apksigs_verdict() {
    // What 0xA0, 0xB2 and 0xC1 would be in Latin-1 and in form NFKD, and themselves.
    let in_certificate: [&[u8]; 4] = [b"k z", b"k2z", b"kaz", b"k\xA0z"];
    let mut pairs = Vec::new();
    for octet in 0..=255 {
        for tag in KINDS {
            let is_text = matches!(tag, UTF8 | PRINTABLE);
            let against = if is_text { &in_certificate[..] } else { &in_certificate[3..] };
            for value in against {
                let signer = common_name(tag, &[b'k', octet, b'z']);
                // Other types are the same as themselves alone.
                let certificate = common_name(if is_text { PRINTABLE } else { tag }, value);
                let what = format!("{octet:#04x} in type {tag} against {value:x?}");
                pairs.push((what, encoded(&signer), encoded(&certificate)));
            }
        }
    }
    let count = pairs.len();
    let verified = compare(pairs);
    println!("{verified} of {count} verified");
    assert!(verified > 2 * 128 && verified < count / 2, "{verified} of {count}");
}

/// Text that is odd in UTF-8, in Unicode or in RFC 2253.
const TEXTS: [&[u8]; 48] = [
    b"",
    b" ",
    b"k",
    b"K",
    b" k ",
    b"k  k",
    b"k k",
    b"k \t k",
    b"\t k\n",
    b"k\0",
    b"#k",
    b" #k",
    b"\\#k",
    b"#160161",
    b" #160161",
    b"k,cn=k",
    b"k\\,cn=k",
    b"k+cn=k",
    b"k;k",
    b"\"k\"",
    b"k\\ ",
    b"k=k",
    b"k*k",
    b"k\xC2\xA0k",
    b"k\xA0k",
    b"k\xB2",
    b"k2",
    b"k\xC2\xB2",
    b"k\xED\xA0\x80",
    b"k\xED\xA0",
    b"k\xED",
    b"k\xFF",
    b"k\xFF\xFF",
    b"k\xFF\xFF\xFF",
    b"k\xF0\x9F\x98",
    b"k\xF0\x9F\x98\x80",
    b"k\xF4\x90\x80\x80",
    b"k\xE2\x82",
    b"k\xE2\x28\xA1",
    b"k\xC0\x80",
    b"k\xEF\xBC\x8Ccn=k",
    b"\xEF\xBC\xAB",
    b"\xE2\x84\xAA",
    b"\xC3\x9F",
    b"ss",
    b"SS",
    b"k\xEF\xBF\xBD",
    b"\xCE\x91\xCE\xA3",
];

#[test]
fn odd_texts_are_the_same_where_they_are_for_apksig() {
    let mut pairs = Vec::new();
    for (place, one) in TEXTS.iter().enumerate() {
        for other in &TEXTS[place..] {
            let (signer, certificate) = (common_name(UTF8, one), common_name(PRINTABLE, other));
            pairs.push((format!("{one:x?} and {other:x?}"), encoded(&signer), encoded(&certificate)));
        }
    }
    let same = TEXTS.len();
    let verified = compare(pairs);
    println!("{verified} pairs verified");
    assert!(verified > same, "{verified}");
}

/// Names as they may stand in a signer, beside that of the certificate: `CN=k` in its parts.
#[test]
fn odd_structures_have_apksigs_verdict() {
    let octets = |bytes: &[u8]| Value::primitive(bytes[0], &bytes[2..]);
    let string = || Value::primitive(UTF8, b"k");
    let oid = || Value::primitive(6, CN);
    let attribute = |values: Vec<Value>| Value::constructed(0x30, values);
    let part = |values: Vec<Value>| Value::constructed(0x31, values);
    let name = |values: Vec<Value>| Value::constructed(0x30, values);
    let whole = |value: Value| name(vec![part(vec![attribute(vec![oid(), value])])]);
    let title = |value: &[u8]| attribute(vec![Value::primitive(6, &[0x55, 4, 12]), Value::primitive(UTF8, value)]);
    let ordinary = || attribute(vec![oid(), string()]);
    let several = [
        // The value
        whole(string()),
        whole(string().longer(1)),
        whole(Value::primitive(0x16, b"k")),
        whole(Value::primitive(0x16, b"k").longer(1)),
        whole(Value::primitive(0x16, b"k").longer(3)),
        whole(Value::constructed(0x2C, vec![string()])),
        whole(Value::constructed(0x2C, vec![string()]).indefinite()),
        whole(Value::constructed(0x36, vec![string().longer(1)])),
        whole(Value::constructed(0x36, vec![string().longer(1)]).indefinite()),
        whole(Value::constructed(0x36, vec![string()]).indefinite()),
        whole(Value::constructed(0x36, vec![Value::constructed(0x36, vec![string()]).indefinite()])),
        whole(Value::constructed(0x36, vec![Value::constructed(0x36, vec![string()]).indefinite()]).indefinite()),
        whole(Value::primitive(0x8C, b"k")),
        whole(Value::primitive(0x4C, b"k")),
        whole(Value::primitive(0x05, b"")),
        // The attribute
        name(vec![part(vec![attribute(vec![oid(), string(), string()])])]),
        name(vec![part(vec![attribute(vec![string(), oid()])])]),
        name(vec![part(vec![attribute(vec![oid()])])]),
        name(vec![part(vec![attribute(vec![])])]),
        name(vec![part(vec![attribute(vec![Value::primitive(6, &[0x55, 4, 0x80, 3]), string()])])]),
        name(vec![part(vec![attribute(vec![oid().longer(1), string()])])]),
        name(vec![part(vec![ordinary().longer(2)])]),
        name(vec![part(vec![ordinary().indefinite()])]),
        // The part
        name(vec![part(vec![])]),
        name(vec![part(vec![]), part(vec![ordinary()])]),
        name(vec![part(vec![ordinary(), ordinary()])]),
        name(vec![part(vec![ordinary()]), part(vec![ordinary()])]),
        name(vec![part(vec![title(b"a"), title(b"b")])]),
        name(vec![part(vec![title(b"b"), title(b"a")])]),
        name(vec![part(vec![title(b"k"), ordinary()])]),
        name(vec![part(vec![ordinary(), title(b"k")])]),
        name(vec![part(vec![ordinary()]).longer(1)]),
        name(vec![part(vec![ordinary()]).indefinite()]),
        name(vec![attribute(vec![ordinary()])]),
        // The name
        name(vec![]),
        name(vec![part(vec![ordinary()])]).longer(1),
        name(vec![part(vec![ordinary()])]).indefinite(),
        part(vec![ordinary()]),
        part(vec![ordinary(), ordinary()]),
        part(vec![]),
        part(vec![title(b"b"), title(b"a")]),
        part(vec![ordinary()]).longer(1),
        ordinary(),
        oid(),
        string(),
        octets(&[0x10, 1, 5]),
    ];
    let readable = 38;
    let mut pairs = Vec::new();
    for (place, signer) in several.iter().enumerate() {
        for (other, certificate) in several[..readable].iter().enumerate() {
            // Java 17 loses what follows a value of indefinite length in a certificate (docs/certificates.md).
            let is_lost = matches!(other, 6 | 8..=11 | 22 | 32 | 36);
            if !is_lost {
                pairs.push((format!("{place} and {other}"), signer.clone(), certificate.clone()));
            }
        }
    }
    let verified = compare(pairs);
    println!("{verified} pairs verified");
    assert!(verified > 20, "{verified}");
}

/// A name of a few attributes, nearly like any other: the same is drawn again and again.
fn drawn(random: &mut Random) -> Name {
    const OIDS: [&[u8]; 6] = [CN, &[0x55, 4, 10], &[0x55, 4, 8], &[0x55, 4, 12], &[0x55, 4, 5], &[0x2A, 3]];
    let parts = 1 + random.below(2);
    let mut name = Vec::new();
    for _ in 0..parts {
        let count = 1 + usize::from(random.one_in(3));
        let attributes = (0..count).map(|_| {
            // Of the string types, two are compared as text.
            let kinds = if random.one_in(4) { &KINDS[..] } else { &KINDS[..2] };
            let value = [random.pick(&TEXTS), random.pick(&TEXTS)][..random.below(3)].concat();
            Attribute { kind: random.pick(&OIDS).to_vec(), tag: random.pick(kinds), value }
        });
        name.push(attributes.collect());
    }
    name
}

/// Another name for the same, or nearly the same.
fn varied(name: &Name, random: &mut Random) -> Name {
    let mut name = name.clone();
    let place = random.below(name.len());
    let part = &mut name[place];
    match random.below(7) {
        0 => part.reverse(),
        1 => name.reverse(),
        change => {
            let place = random.below(part.len());
            let Attribute { tag, value, .. } = &mut part[place];
            match change {
                2 => *tag = if *tag == UTF8 { PRINTABLE } else { UTF8 },
                3 => value.make_ascii_uppercase(),
                4 => value.push(b' '),
                5 => value.insert(0, b' '),
                _ => value.iter_mut().filter(|octet| **octet >= 0x80).for_each(|octet| *octet ^= 1),
            }
        }
    }
    name
}

#[test]
fn drawn_names_have_apksigs_verdict() {
    let count = setting("APKLENS_MUTATIONS", 60) * 5;
    let mut random = Random(setting("APKLENS_SEED", 1));
    let mut pairs = Vec::new();
    for _ in 0..count {
        let name = drawn(&mut random);
        let other = varied(&name, &mut random);
        pairs.push((format!("{name:x?} and {other:x?}"), encoded(&name), encoded(&other)));
    }
    let count = pairs.len();
    let verified = compare(pairs);
    println!("{verified} of {count} verified");
    assert!(verified > count / 10 && verified < count, "{verified} of {count}");
}
