//! What holds for every archive, well-formed or not.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use apklens::archive::{Archive, MAX_NOTES_OF_A_KIND, bundle, notes};
use apklens::note::Template;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use testkit::zip_model::{File, Zip};
use testkit::zip_tricks::{MANIFEST, TRICKS, play};
use zip::CompressionMethod::{Deflated, Stored};
use zip::write::SimpleFileOptions;

const LIMIT: u64 = 1 << 20;

/// Every kind of note that an archive can give.
const TEMPLATES: [&[&Template]; 4] =
    [notes::accepted::ALL, notes::entry_refused::ALL, notes::archive_refused::ALL, notes::problems::ALL];

/// A small APK without anything real in it.
fn tiny_apk() -> Vec<u8> {
    let mut zip = Zip::of(vec![
        File::deflated("res/a.xml", &b"resource ".repeat(20)),
        File::deflated(MANIFEST, &b"manifest ".repeat(20)),
        File::stored("classes.dex", b"dex\n035\0"),
        File::stored("assets/inner.apk", &Zip::of(vec![File::stored(MANIFEST, b"inner")]).bytes()),
    ]);
    zip.gap = b"gap".to_vec();
    zip.bytes()
}

/// Reads everything that the public face offers, as a caller with `LIMIT` would.
fn read_everything(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let archive = match Archive::open(&bytes) {
        Ok(archive) => archive,
        Err(error) => {
            prop_assert!(error.to_string().ends_with('.'));
            return Ok(());
        }
    };
    for entry in archive.entries() {
        let (content, error) = archive.salvage(entry, LIMIT);
        prop_assert!(content.len() as u64 <= LIMIT);
        prop_assert_eq!(archive.read(entry, LIMIT).err(), error);
        archive.stored(entry);
    }
    let anomalies = archive.anomalies();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for note in &anomalies {
        let template = TEMPLATES.iter().flat_map(|all| all.iter()).find(|template| note.is(template)).unwrap();
        let mut placeholders = template.text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        prop_assert!(placeholders.all(|(name, _)| note.values.contains_key(name)), "{}", note.text);
        *counts.entry(&note.code).or_default() += 1;
    }
    prop_assert!(counts.values().all(|count| *count <= MAX_NOTES_OF_A_KIND));
    for part in bundle::parts(&archive) {
        if let Ok(source) = bundle::open(&archive, &part) {
            let _ = Archive::open(&source);
        }
    }
    prop_assert_eq!(archive.anomalies(), anomalies);
    Ok(())
}

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Edit {
    Set(prop::sample::Index, u8),
    SetWord(prop::sample::Index, u32),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, prop::sample::Index, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    let word = prop_oneof![any::<u32>(), Just(u32::MAX), Just(0), 0..2000u32];
    prop_oneof![
        4 => (index(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        4 => (index(), word).prop_map(|(at, word)| Edit::SetWord(at, word)),
        1 => (index(), 1..64usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        1 => (index(), vec(any::<u8>(), 1..64)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        2 => (index(), index(), 1..200usize).prop_map(|(from, to, length)| Edit::Repeat(from, to, length)),
    ]
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |index: &prop::sample::Index, bytes: &[u8]| index.index(bytes.len() + 1);
        match self {
            Self::Set(at, byte) => {
                let at = place(at, bytes);
                if let Some(target) = bytes.get_mut(at) {
                    *target = *byte;
                }
            }
            Self::SetWord(at, word) => {
                let at = place(at, bytes);
                if let Some(target) = bytes.get_mut(at..at + 4) {
                    target.copy_from_slice(&word.to_le_bytes());
                }
            }
            Self::Remove(at, length) => {
                let at = place(at, bytes);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Insert(at, inserted) => {
                let at = place(at, bytes);
                bytes.splice(at..at, inserted.iter().copied());
            }
            Self::Repeat(from, to, length) => {
                let (from, to) = (place(from, bytes), place(to, bytes));
                let copied = bytes[from..(from + length).min(bytes.len())].to_vec();
                bytes.splice(to..to, copied);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_zip_crate_writes_is_read_back(
        files in btree_map("[a-z]{1,12}(/[a-z.]{1,12}[a-z]){0,3}", (vec(any::<u8>(), 0..3000), any::<bool>()), 1..20),
        comment in "[a-z]{0,40}",
    ) {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.set_comment(comment.as_str()).unwrap();
        for (name, (content, compressed)) in &files {
            let method = if *compressed { Deflated } else { Stored };
            writer.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let archive = Archive::open(&bytes).unwrap();
        prop_assert_eq!(archive.entries().len(), files.len());
        for (name, (content, _)) in &files {
            prop_assert_eq!(&archive.read(archive.entry(name).unwrap(), LIMIT).unwrap(), content);
        }
        let codes: Vec<_> = archive.anomalies().into_iter().map(|note| note.code).collect();
        let unexpected = codes.iter().find(|code| !matches!(&***code, "archive-comment" | "entry-name-file-and-folder"));
        prop_assert_eq!(unexpected, None);
        prop_assert_eq!(codes.iter().any(|code| code == "archive-comment"), !comment.is_empty());
    }

    #[test]
    fn no_change_of_bytes_makes_the_reader_fail_otherwise_than_with_an_error(edits in vec(edit(), 1..12)) {
        let mut bytes = tiny_apk();
        edits.iter().for_each(|edit| edit.apply(&mut bytes));
        read_everything(bytes)?;
    }

    #[test]
    fn no_change_of_a_tampered_archive_does_either(trick in 0..TRICKS.len(), edits in vec(edit(), 1..4)) {
        let mut bytes = play(&TRICKS[trick], &tiny_apk());
        prop_assume!(bytes.len() < 1 << 18);
        edits.iter().for_each(|edit| edit.apply(&mut bytes));
        read_everything(bytes)?;
    }

    #[test]
    fn no_bytes_at_all_do(bytes in vec(any::<u8>(), 0..2000), end in any::<prop::sample::Index>()) {
        let mut bytes = bytes;
        let at = end.index(bytes.len() + 1);
        bytes.splice(at..at, *b"PK\x05\x06");
        read_everything(bytes)?;
    }
}

/// The seeds of the fuzz target are the tricks, done to the smallest APK. `UPDATE_SEEDS=1` writes them anew.
#[test]
fn the_fuzz_seeds_are_the_tricks() {
    const MAX_SEED: usize = 4 << 10;
    let folder = testkit::root().join("fuzz/seeds/archive");
    for trick in TRICKS {
        let bytes = play(trick, &tiny_apk());
        if bytes.len() > MAX_SEED {
            continue;
        }
        let path = folder.join(trick.name);
        if std::env::var_os("UPDATE_SEEDS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        assert!(std::fs::read(&path).is_ok_and(|seed| seed == bytes), "{}: run with UPDATE_SEEDS=1", path.display());
    }
}
