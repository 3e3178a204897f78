//! The archive reader beside AOSP's own, over archives with one to three faults each.
//!
//! What the two must agree on: whether the archive opens, which entries it has, and each entry's bytes. What Android
//! does not open is read here where it can be, and then a note must say that Android does not open it; a note that says
//! so of what Android opens is wrong. The differences that remain have a rule each, see [`RULES`].
//!
//! `APKLENS_MUTATIONS` says how many archives ([`COUNT`] unless told), `APKLENS_SEED` which ([`SEED`] unless told); see
//! docs/testing.md.

use std::collections::BTreeMap;

use apklens::archive::{Archive, Entry, notes};
use apklens::note::{Note, Template, printable};
use apklens::source::read_vec;
use testkit::explore::{Drawn, Steps, Subject, explore, seeds};
use testkit::libziparchive::{Answer, Library, Rival};
use testkit::setting;
use testkit::zip_mutations::mutant;

const COUNT: u64 = 20_000;
const SEED: u64 = 1;

/// More than any entry of the tests has.
const LIMIT: u64 = 64 << 20;

/// What the two readers make of an archive otherwise than each other. Entries are told by their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// Android opens it.
    NotOpened,
    /// Android has another number of entries, or does not have this one.
    Entries(Option<String>),
    /// Android reads the entry.
    Unread(String),
    /// Android reads other bytes.
    Bytes(String),
    /// Android does not open it, and nothing says so.
    RefusedUnsaid,
    /// A note of this code says that Android does not open it, which it does.
    FalselyRefused(String),
    /// Android does not open the entry, and nothing says so.
    EntryRefusedUnsaid(String),
    /// A note of this code says that Android does not open the entry, which it does.
    EntryFalselyRefused(String, String),
}

/// A difference that is as it should be.
struct Rule {
    name: &'static str,
    why: &'static str,
    holds: fn(&Difference, &Archive) -> bool,
}

const RULES: &[Rule] = &[
    Rule {
        name: "ZIP64 end record",
        why: "libziparchive reads ZIP64 since Android 11; the rival here is that of Android 10. The note archive-zip64 \
              says that older versions do not",
        holds: |difference, archive| *difference == Difference::RefusedUnsaid && archive.layout().zip64,
    },
    Rule {
        name: "ZIP64 place of an entry",
        why: "as above; an extra field says where the local header is",
        holds: |difference, archive| {
            *difference == Difference::RefusedUnsaid
                && archive.entries().iter().any(|entry| has_saturated_place(archive, entry))
        },
    },
    Rule {
        name: "ZIP64 sizes of an entry",
        why: "as above; the sizes are, or should be, in an extra field, where Android 10 does not look for them",
        holds: |difference, archive| match difference {
            Difference::EntryRefusedUnsaid(name)
            | Difference::EntryFalselyRefused(name, _)
            | Difference::Bytes(name)
            | Difference::Unread(name) => {
                let mut entries = archive.entries().iter().filter(|entry| entry.name == *name);
                entries.any(|entry| has_saturated_size(archive, entry))
            }
            _ => false,
        },
    },
    Rule {
        name: "deflated data under an unknown method",
        why: "Android 9 and later take the data as they are and make nothing of them; Android 8.1 and older inflate \
              them, which is done here where the checksum proves it",
        holds: |difference, archive| match difference {
            Difference::Bytes(name) => {
                let entry = archive.entry(name).unwrap();
                notes_about(archive, entry).iter().any(|note| note.is(&notes::accepted::METHOD_UNKNOWN_DEFLATED))
            }
            _ => false,
        },
    },
];

fn differences(library: &Library, case: &Drawn) -> Vec<(Difference, Option<&'static Rule>)> {
    let rival = library.archive(&case.bytes);
    let archive = match Archive::open(&case.bytes) {
        Ok(archive) => archive,
        Err(_) if rival.is_err() => return vec![],
        Err(_) => return vec![(Difference::NotOpened, None)],
    };
    let mut found = Vec::new();
    let refused = first_of(&archive.anomalies(), notes::archive_refused::ALL);
    match (rival, refused) {
        (Err(_), Some(_)) => {}
        (Err(_), None) => found.push(Difference::RefusedUnsaid),
        (Ok(_), Some(code)) => found.push(Difference::FalselyRefused(code)),
        (Ok(rival), None) => {
            if rival.entry_count() != archive.entries().len() {
                found.push(Difference::Entries(None));
            }
            // No name is asked for that is empty.
            let entries = archive.entries().iter().filter(|entry| !entry.raw_name.is_empty());
            found.extend(entries.filter_map(|entry| entry_difference(&rival, &archive, entry)));
        }
    }
    let rule = |difference: &Difference| RULES.iter().find(|rule| (rule.holds)(difference, &archive));
    found.into_iter().map(|difference| (difference.clone(), rule(&difference))).collect()
}

fn entry_difference(rival: &Rival, archive: &Archive, entry: &Entry) -> Option<Difference> {
    let name = entry.name.clone();
    let (bytes, error) = archive.salvage(entry, LIMIT);
    let refused = first_of(&notes_about(archive, entry), notes::entry_refused::ALL);
    match rival.entry(&entry.raw_name) {
        Answer::Absent => Some(Difference::Entries(Some(name))),
        Answer::Refused if refused.is_none() && error.is_none() => Some(Difference::EntryRefusedUnsaid(name)),
        Answer::Refused => None,
        Answer::Read(_) if error.is_some() => Some(Difference::Unread(name)),
        Answer::Read(theirs) if bytes != theirs => Some(Difference::Bytes(name)),
        Answer::Read(_) => refused.map(|code| Difference::EntryFalselyRefused(name, code)),
    }
}

/// A note is placed at one of the entry's headers. A long name is cut in a note, and a place may be two entries'.
fn notes_about(archive: &Archive, entry: &Entry) -> Vec<Note> {
    let name = printable(&entry.name);
    let places = [Some(entry.central_offset), Some(entry.local_header_offset)];
    let mut notes = archive.anomalies();
    notes.retain(|note| note.values.get("entry") == Some(&name) && places.contains(&note.place.offset));
    notes
}

/// The code of the first note of these kinds.
fn first_of(notes: &[Note], kinds: &[&'static Template]) -> Option<String> {
    notes.iter().find(|note| kinds.iter().any(|kind| note.is(kind))).map(|note| note.code.to_string())
}

/// Whether a field stands for one of a ZIP64 extra field.
fn is_saturated(archive: &Archive, place: u64) -> bool {
    read_vec(archive.source(), place, 4).is_ok_and(|bytes| bytes == [0xFF; 4])
}

/// Whether the place of an entry's local header is saturated in the central directory record (APPNOTE 4.3.12).
fn has_saturated_place(archive: &Archive, entry: &Entry) -> bool {
    is_saturated(archive, entry.central_offset + 42)
}

/// Whether one of an entry's sizes is, there or in the local header (APPNOTE 4.3.7).
fn has_saturated_size(archive: &Archive, entry: &Entry) -> bool {
    let (central, local) = (entry.central_offset, entry.local_header_offset);
    [central + 20, central + 24, local + 18, local + 22].into_iter().any(|place| is_saturated(archive, place))
}

#[test]
fn every_mutant_reads_as_android_reads_it_but_for_the_differences_that_have_a_rule() {
    let archives = Archives(Library::load());
    let (seed, count) = (setting("APKLENS_SEED", SEED), setting("APKLENS_MUTATIONS", COUNT));
    let mut opened = 0;
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained: BTreeMap<Difference, Vec<String>> = BTreeMap::new();
    for seed in seeds(seed, count) {
        let case = archives.draw(seed, &Steps::default());
        opened += usize::from(archives.0.archive(&case.bytes).is_ok());
        for (difference, rule) in differences(&archives.0, &case) {
            match rule {
                Some(rule) => *by_rule.entry(rule.name).or_default() += 1,
                None => {
                    unexplained.entry(difference).or_default().push(format!("{seed:#x}: {}", case.changes.join("; ")))
                }
            }
        }
    }
    println!("{count} archives of seed {seed}, of which Android opens {opened}; differences by rule: {by_rule:#?}");
    let shown: String = unexplained
        .iter()
        .map(|(difference, cases)| {
            let examples: Vec<&str> = cases.iter().take(4).map(String::as_str).collect();
            format!("{difference:?}: {} cases\n    {}\n", cases.len(), examples.join("\n    "))
        })
        .collect();
    assert!(unexplained.is_empty(), "seed {seed}\n{shown}");
    let unused: Vec<&str> = RULES.iter().filter(|rule| !by_rule.contains_key(rule.name)).map(|rule| rule.why).collect();
    assert!(count < COUNT || unused.is_empty(), "rules without a case: {unused:#?}");
}

struct Archives(Library);

impl Subject for Archives {
    fn name(&self) -> &'static str {
        "archive"
    }

    fn draw(&self, seed: u64, steps: &Steps) -> Drawn {
        let (bytes, changes) = mutant(seed, steps);
        Drawn { seed, base: "a small app".to_owned(), changes, bytes, min_sdk: None }
    }

    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>> {
        let first = |case: &Drawn| differences(&self.0, case).into_iter().find(|(_, rule)| rule.is_none());
        cases.iter().map(|case| first(case).map(|(difference, _)| format!("{difference:?}"))).collect()
    }
}

#[test]
#[ignore = "draws anew: ./build.sh explore"]
fn explore_archives() {
    explore(&Archives(Library::load()), 30_000);
}
