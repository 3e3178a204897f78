//! Reads a file and every APK in it: the parts of a bundle, and apps that an app carries among its own files.

use crate::archive::bundle::{self, Container, MAX_DEPTH, NamedRole};
use crate::archive::{Archive, ArchiveError};
use crate::code;
use crate::digests;
use crate::indicators::search::{Found, Search};
use crate::indicators::text::TextIndex;
use crate::indicators::yara::Rules;
use crate::indicators::{Database, Facts, Match};
use crate::manifest::{self, Manifest};
use crate::note::{Note, Place};
use crate::report::File;
use crate::signing::{self, ManifestFacts, Signing};
use crate::source::Source;

/// What was read of a file.
#[derive(Default)]
pub struct Reading {
    /// Every APK, in the order in which they were met: the file itself, or a bundle's base first.
    pub apks: Vec<Apk>,
    /// What was odd.
    pub anomalies: Vec<Note>,
    /// What could not be read.
    pub problems: Vec<Note>,
}

/// What was read of one APK.
pub struct Apk {
    /// Where it lies: the entries' names, joined with `!/`; none when it is the file itself.
    pub entry: Option<String>,
    /// Whether another app carries it among its own files.
    pub embedded: bool,
    /// Its digests; the file's own are known to the caller.
    pub file: Option<File>,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its signatures.
    pub signing: Signing,
    /// What its contents match.
    pub matches: Vec<Match>,
}

/// What the contents of every APK are searched for.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// The database that gives finds their meaning.
    pub database: &'w Database,
    /// Its text indicators.
    pub texts: &'w TextIndex,
    /// YARA rules, where there are any.
    pub rules: Option<&'w Rules>,
}

pub mod notes {
    //! What kept a file from being read as a whole.

    crate::note_templates! {
        /// The medium failed.
        FILE_UNREADABLE = "file-unreadable", "This file could not be read: {error}.";
        /// No part of the file is an app.
        NO_APP = "no-app", "This file is an archive, but there is no Android app in it.";
        /// The archive is an Android App Bundle.
        APP_BUNDLE = "app-bundle", "This is an Android App Bundle, from which apps are made. No phone installs it, so it cannot be checked.";
        /// Archives lie in one another without end.
        NESTED_TOO_DEEP = "nested-too-deep", "There are archives inside archives here, deeper than any app needs. The innermost were not opened.";
        /// More inner apps than are read.
        TOO_MANY_APPS = "too-many-apps", "There are more than {limit} apps in this file. The rest were not read.";
    }
}

/// How many APKs are read of one file, however they are nested.
pub const MAX_APKS: usize = 500;

/// Reads the file behind `source`. `progress` is told how many APKs were read, at each entry again.
///
/// # Errors
/// When the file itself is no archive.
pub fn read(
    source: &dyn Source,
    idsig: Option<&dyn Source>,
    wanted: Wanted,
    progress: &mut dyn FnMut(usize),
) -> Result<Reading, ArchiveError> {
    let archive = Archive::open(source)?;
    let mut reader = Reader { reading: Reading::default(), wanted, progress };
    let container = bundle::container(&archive);
    if container == Container::AppBundle {
        reader.reading.problems.push(Note::new(&notes::APP_BUNDLE, &[]));
    }
    reader.archive(&archive, &Position { entry: None, depth: 0, embedded: false }, idsig);
    if reader.reading.apks.is_empty() && reader.reading.problems.is_empty() {
        reader.reading.problems.push(Note::new(&notes::NO_APP, &[]));
    }
    Ok(reader.reading)
}

struct Reader<'w, 'p> {
    reading: Reading,
    wanted: Wanted<'w>,
    progress: &'p mut dyn FnMut(usize),
}

/// Where an archive lies in the file.
struct Position {
    entry: Option<String>,
    depth: usize,
    embedded: bool,
}

impl Position {
    fn inner(&self, name: &str, embedded: bool) -> Self {
        let entry = match &self.entry {
            Some(outer) => format!("{outer}!/{name}"),
            None => name.to_owned(),
        };
        Self { entry: Some(entry), depth: self.depth + 1, embedded: self.embedded || embedded }
    }

    fn place_match(&self, found: &mut Match) {
        if let Some(part) = &self.entry {
            found.place = std::mem::take(&mut found.place).inside(part);
        }
    }

    fn place(&self, note: Note) -> Note {
        match &self.entry {
            Some(part) => note.inside(part),
            None => note,
        }
    }
}

impl Reader<'_, '_> {
    fn archive(&mut self, archive: &Archive, position: &Position, idsig: Option<&dyn Source>) {
        let is_apk = bundle::container(archive) == Container::Apk;
        if is_apk {
            self.apk(archive, position, idsig);
        }
        let parts = bundle::parts(archive);
        // Not before: false methods, sizes and checksums show only when the entries are read.
        self.reading.anomalies.extend(archive.anomalies().into_iter().map(|note| position.place(note)));
        self.reading.problems.extend(archive.problems().into_iter().map(|note| position.place(note)));
        for part in parts {
            let inner = position.inner(&part.entry.name, part.role == NamedRole::Embedded);
            if inner.depth > MAX_DEPTH {
                self.reading.problems.push(position.place(Note::new(&notes::NESTED_TOO_DEEP, &[])));
                return;
            }
            if self.reading.apks.len() == MAX_APKS {
                self.reading.problems.push(Note::new(&notes::TOO_MANY_APPS, &[("limit", &MAX_APKS)]));
                return;
            }
            self.part(archive, &part, &inner, position);
        }
    }

    fn part(&mut self, archive: &Archive, part: &bundle::Part, inner: &Position, outer: &Position) {
        let source = match bundle::open(archive, part) {
            Ok(source) => source,
            // Only what is named as an app is missed when it cannot be opened.
            Err(error) if part.named_apk => {
                self.reading.problems.push(outer.place(error.note()));
                return;
            }
            Err(_) => return,
        };
        match Archive::open(&source) {
            Ok(archive) if part.named_apk || bundle::container(&archive) == Container::Apk => {
                self.archive(&archive, inner, None);
            }
            Err(error) if part.named_apk => self.reading.problems.push(inner.place(error.note())),
            _ => {}
        }
    }

    fn apk(&mut self, archive: &Archive, position: &Position, idsig: Option<&dyn Source>) {
        let mut manifest = manifest::read(archive);
        let facts = ManifestFacts {
            min_sdk: manifest.package.as_ref().map(|package| package.min_sdk),
            target_sdk: manifest.package.as_ref().map(|package| package.target_sdk),
            target_sandbox_version: manifest.package.as_ref().and_then(|package| package.target_sandbox_version),
        };
        let signing = signing::verify(archive, idsig, &facts);
        let read = self.reading.apks.len();
        let mut tick = || (self.progress)(read);
        let mut search = Search::new(self.wanted.texts, self.wanted.rules, &mut tick);
        search.manifest_text(manifest::MANIFEST, &manifest.text);
        let missed = code::visit(archive, &mut search);
        let Found { mut matches, problems: not_searched } = search.finish(self.wanted.database);
        let file = match &position.entry {
            Some(entry) => {
                let name = entry.rsplit('/').next().unwrap_or(entry);
                match digests::digest(name, archive.source(), &mut |_| {}) {
                    Ok(file) => Some(file),
                    Err(error) => {
                        self.reading.problems.push(position.place(ArchiveError::from(error).note()));
                        None
                    }
                }
            }
            None => None,
        };
        matches.extend(self.wanted.database.match_facts(&known_by(file.as_ref(), &manifest, &signing)));
        matches.iter_mut().for_each(|found| position.place_match(found));
        let anomalies = std::mem::take(&mut manifest.anomalies);
        let problems = std::mem::take(&mut manifest.problems);
        self.reading.anomalies.extend(anomalies.into_iter().map(|note| position.place(note)));
        self.reading
            .problems
            .extend(problems.into_iter().chain(missed).chain(not_searched).map(|note| position.place(note)));
        self.reading.apks.push(Apk {
            entry: position.entry.clone(),
            embedded: position.embedded,
            file,
            manifest,
            signing,
            matches,
        });
        (self.progress)(self.reading.apks.len());
    }
}

/// The facts by which an APK may be recognised.
fn known_by<'a>(file: Option<&'a File>, manifest: &Manifest, signing: &'a Signing) -> Facts<'a> {
    let package = manifest.package.iter().map(|package| (package.name.clone(), Place::entry(manifest::MANIFEST)));
    let lineage = signing.lineage.iter().map(|node| &node.certificate);
    Facts {
        file_sha256: file.map_or("", |file| &file.sha256),
        packages: package.collect(),
        certificates: signing.certificates.iter().chain(lineage).collect(),
    }
}
