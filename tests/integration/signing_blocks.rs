//! Signing blocks with a bit, a number or an order put wrong, beside AOSP's apksig. tests/signing.rs changes every byte of
//! some files in a fixed order; here what is changed is drawn.
//!
//! `APKLENS_MUTATIONS` sets how many cases are tried, `APKLENS_SEED` which: see docs/testing.md.

use std::fs;
use std::ops::Range;

use crate::signing_schemes::{Difference, Version, compare, ours};
use apklens::signing::{Scheme, SigningStatus};
use testkit::axml::{get32, put32};
use testkit::explore::{Drawn, Steps, Subject, explore, seeds};
use testkit::random::Random;
use testkit::setting;

/// What signs the end of a signing block (AOSP `ApkSigningBlockUtils`).
const MAGIC: &[u8; 16] = b"APK Sig Block 42";
/// The block that fills up to a whole page.
const PADDING: u32 = 0x4272_6577;
/// Numbers of blocks, of attributes and of algorithms: those that apksig knows, and neighbours.
const NUMBERS: [u32; 22] = [
    0x7109_871A,
    0xF053_68C0,
    0x1B93_AD61,
    PADDING,
    0x6DFF_800D,
    0x2B09_189E,
    0xBEEF_F00D,
    0x3BA0_6F8C,
    0x559F_8B02,
    0xC2A6_B3BA,
    0x0101,
    0x0102,
    0x0103,
    0x0104,
    0x0105,
    0x0201,
    0x0202,
    0x0301,
    0x0421,
    0x0423,
    0x0425,
    0,
];

/// A signed APK taken apart.
#[derive(Clone)]
struct Apk {
    name: String,
    entries: Vec<u8>,
    pairs: Vec<(u32, Vec<u8>)>,
    directory: Vec<u8>,
    end: Vec<u8>,
}

impl Apk {
    fn parse(name: String, bytes: &[u8]) -> Option<Self> {
        let end = bytes.len() - 22;
        let directory = get32(bytes, end + 16) as usize;
        if !bytes.get(..directory)?.ends_with(MAGIC) {
            return None;
        }
        let length = get32(bytes, directory - 24) as usize;
        let start = directory.checked_sub(length)?;
        let (mut at, mut pairs) = (start, Vec::new());
        while at < directory - 24 {
            let size = get32(bytes, at) as usize;
            // Some are broken on purpose.
            if size < 4 || size > directory - 24 - at - 8 {
                return None;
            }
            pairs.push((get32(bytes, at + 8), bytes[at + 12..at + 8 + size].to_vec()));
            at += 8 + size;
        }
        let (entries, directory, end) = (&bytes[..start - 8], &bytes[directory..end], &bytes[end..]);
        Some(Self { name, entries: entries.to_vec(), pairs, directory: directory.to_vec(), end: end.to_vec() })
    }

    fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (number, value) in &self.pairs {
            body.extend((value.len() as u64 + 4).to_le_bytes());
            body.extend(number.to_le_bytes());
            body.extend(value);
        }
        let length = (body.len() as u64 + 24).to_le_bytes();
        let block = [&length[..], &body, &length, MAGIC].concat();
        let mut end = self.end.clone();
        put32(&mut end, 16, (self.entries.len() + block.len()) as u32);
        [&self.entries[..], &block, &self.directory, &end].concat()
    }

    /// Puts one thing wrong, and says what.
    fn change(&mut self, random: &mut Random) -> String {
        let pair = random.below(self.pairs.len());
        let with = random.below(self.pairs.len());
        let (number, value) = &mut self.pairs[pair];
        let of = format!("of block {number:#x}");
        match random.below(12) {
            0 => {
                let new = random.pick(&NUMBERS);
                *number = new;
                return format!("the number {of} is {new:#x}");
            }
            1 => {
                self.pairs.swap(pair, with);
                return format!("{of} in place {with}");
            }
            2 => {
                let copy = self.pairs[pair].clone();
                self.pairs.insert(with, copy);
                return format!("a second {of}");
            }
            3 => {
                let cut = value.len() - random.below(value.len().min(40) + 1);
                value.truncate(cut);
                return format!("the end {of} gone");
            }
            4 => {
                value.extend(vec![random.pick(&[0, 1, 0xFF]); random.pick(&[1, 4, 8, 12])]);
                return format!("more at the end {of}");
            }
            _ if *number == PADDING || value.len() < 8 => return "nothing".to_owned(),
            _ => {}
        }
        let at = random.below(value.len() - 4);
        if random.one_in(2) {
            value[at] ^= 1 << random.below(8);
            return format!("another bit at {at} {of}");
        }
        // A number that can be a length, an algorithm or an SDK level: one with two high octets of zero.
        let small = (at..value.len() - 4).find(|at| get32(value, *at) < 0x1_0000).unwrap_or(at);
        let old = get32(value, small);
        let new = match random.below(6) {
            0 => random.pick(&NUMBERS),
            1 => random.pick(&[0, u32::MAX, 0x7FFF_FFFF, 0x8000_0000, 27, 28, 32, 33, 34]),
            2 => old.wrapping_sub(random.pick(&[1, 4, 8])),
            3 => old.wrapping_add(random.pick(&[1, 4, 8])),
            4 => old ^ 1 << random.below(16),
            _ => (value.len() - small) as u32,
        };
        put32(value, small, new);
        format!("{old:#x} at {small} {of} is {new:#x}")
    }
}

struct Apks(Vec<Apk>);

impl Apks {
    fn new() -> Self {
        let mut paths: Vec<_> =
            fs::read_dir(testkit::fixture("signing")).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let parse = |path: &std::path::PathBuf| {
            let name = path.file_stem()?.to_str()?.to_owned();
            // Scheme v4 is in a file beside it; a stamp of the first version is nothing to apksig.
            let wanted = path.extension()? == "apk" && !name.starts_with("v4") && !name.contains("stamp-v1");
            wanted.then(|| fs::read(path).unwrap()).and_then(|bytes| Apk::parse(name, &bytes))
        };
        let apks: Vec<Apk> = paths.iter().filter_map(parse).collect();
        assert!(apks.len() > 100, "{}", apks.len());
        Self(apks)
    }
}

impl Subject for Apks {
    fn name(&self) -> &'static str {
        "block"
    }

    fn draw(&self, seed: u64, steps: &Steps) -> Drawn {
        let mut random = Random(seed);
        let mut apk = random.pick(&self.0);
        let count = random.pick(&[1, 1, 2]);
        let changes = steps.make(&mut random, count, |_, random| apk.change(random));
        Drawn { seed, base: apk.name.clone(), changes, bytes: apk.bytes(), min_sdk: None }
    }

    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>> {
        let folder = tempfile::tempdir().unwrap();
        let write = |case: &Drawn| {
            let path = folder.path().join(format!("{:x}.apk", case.seed));
            fs::write(&path, &case.bytes).unwrap();
            path
        };
        let paths: Vec<_> = cases.iter().map(write).collect();
        let answers = Version::Newer2022.verdicts(&paths);
        let pairs = paths.iter().zip(&answers);
        pairs
            .map(|(path, answer)| match compare(ours(path).as_ref(), answer) {
                Some(Difference::Unexplained(difference)) => Some(difference),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn a_block_with_something_wrong_has_apksigs_verdict() {
    let (count, round) = (setting("APKLENS_MUTATIONS", 400), setting("APKLENS_SEED", 1));
    let apks = Apks::new();
    let cases: Vec<Drawn> = seeds(round, count).map(|seed| apks.draw(seed, &Steps::default())).collect();
    let differences: Vec<String> = cases
        .iter()
        .zip(apks.differences(&cases))
        .filter_map(|(case, difference)| Some(format!("{}: {}", case.label(), difference?)))
        .collect();
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
}

/// Where the record of the only signer's key starts and ends in a v2 block: behind the lengths of signers and signer, the
/// signed data and the signatures.
fn record_of_key(v2: &[u8]) -> Range<usize> {
    let signatures = 12 + get32(v2, 8) as usize;
    let record = signatures + 8 + get32(v2, signatures) as usize;
    record..record + get32(v2, record - 4) as usize
}

/// A record whose key is the same in another encoding is another one to apksig, unless Java refuses it before; and one whose
/// key is another does not fit the signature. Which of the three a bit makes of it, only a reader like Java's can tell.
#[test]
fn a_record_of_a_key_with_any_bit_changed_has_apksigs_verdict() {
    // Of a record with large numbers, what stands before them: in those, most bits do the same.
    let records = [("v2-p256", usize::MAX), ("v2-rsa2048", 40), ("v2-dsa2048", 40)];
    let mut cases = Vec::new();
    for (base, most) in records {
        let intact = fs::read(testkit::fixture(&format!("signing/{base}.apk"))).unwrap();
        let apk = Apk::parse(base.to_owned(), &intact).unwrap();
        let pair = apk.pairs.iter().position(|(number, _)| *number == NUMBERS[0]).unwrap();
        for at in record_of_key(&apk.pairs[pair].1).take(most) {
            for bit in 0..8 {
                let mut changed = apk.clone();
                changed.pairs[pair].1[at] ^= 1 << bit;
                let changes = vec![format!("another bit {bit} at {at} of the v2 block")];
                let seed = cases.len() as u64;
                cases.push(Drawn { seed, base: base.to_owned(), changes, bytes: changed.bytes(), min_sdk: None });
            }
        }
    }
    let differences = Apks(Vec::new()).differences(&cases);
    let differences: Vec<String> = cases
        .iter()
        .zip(differences)
        .filter_map(|(case, difference)| Some(format!("{}: {}", case.label(), difference?)))
        .collect();
    println!("{} changed bits", cases.len());
    assert!(differences.is_empty(), "{}:\n{}", differences.len(), differences.join("\n"));
}

/// Over a length past 2 GB apksig ends with an exception, also where nobody needs what it is the length of.
#[test]
fn a_stamp_with_a_length_past_2_gb_says_nothing_about_the_app() {
    const STAMP: u32 = 0x6DFF_800D;
    let intact = fs::read(testkit::fixture("signing/stamped.apk")).unwrap();
    let mut apk = Apk::parse("stamped".to_owned(), &intact).unwrap();
    let (_, stamp) = apk.pairs.iter_mut().find(|(number, _)| *number == STAMP).unwrap();
    // The schemes' signatures, behind the lengths of stamp and certificate and the certificate.
    let signatures = 8 + get32(stamp, 4) as usize;
    put32(stamp, signatures, 1 << 31);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stamped.apk");
    fs::write(&path, apk.bytes()).unwrap();
    let signing = ours(&path).unwrap();
    assert_eq!(signing.status, SigningStatus::Verified);
    let stamp = signing.schemes.iter().find(|result| result.scheme == Scheme::SourceStamp).unwrap();
    assert!(!stamp.verified);
    assert_eq!(stamp.problems[0].code, "source-stamp-malformed-signature");
    for version in [Version::Debian2021, Version::Newer2022] {
        let answer = version.verdicts(std::slice::from_ref(&path)).remove(0);
        assert_eq!(compare(Some(&signing), &answer), Some(Difference::StampLength));
    }
}

#[test]
#[ignore = "draws anew: ./build.sh explore"]
fn explore_blocks() {
    explore(&Apks::new(), 4000);
}
