//! Reads a file and every APK in it, and collects what it finds where it lies: the parts of bundles, apps in archives,
//! apps that an app carries among its own files. Which of them are one app is told afterwards, by
//! [`apps`](crate::apps).

use std::collections::BTreeMap;

use crate::archive::bundle::{self, Container, MAX_DEPTH, Named, Part, PartSource};
use crate::archive::{Archive, ArchiveError, MANIFEST};
use crate::code::{self, AppContent, InnerApp, Taken, prefix};
use crate::digests::{self, File};
use crate::indicators::search::{Found, Search};
use crate::indicators::text::TextIndex;
use crate::indicators::yara::Rules;
use crate::indicators::{Database, Facts, Match};
use crate::manifest::{self, Manifest};
use crate::note::{Note, Place};
use crate::signing::{self, ManifestFacts, Signing};
use crate::source::{Section, Source, SourceError, read_vec};

/// What was read of a file.
#[derive(Default)]
pub struct Reading {
    /// The archives that are no app and lie in none, by their number: the file itself, and archives in it.
    pub outer: BTreeMap<usize, Outer>,
    /// Every APK, in the order in which they were met: an app before those that it carries.
    pub apks: Vec<Apk>,
    /// What is named as an app or an archive and could not be opened; what lies in an app is among its problems.
    pub unread: Vec<Unread>,
}

/// An archive that is no app.
pub struct Outer {
    /// Where it lies: the entries' names, joined with `!/`; none when it is the file itself.
    pub entry: Option<String>,
    /// The archive that it lies in.
    pub within: Option<usize>,
    /// Its digests.
    pub file: File,
    /// Whether it is a bundle, by what describes it or by its name.
    pub is_bundle: bool,
    /// What its digest matches.
    pub matches: Vec<Match>,
    /// What else matches in it that is none of the apps: its other files, and what lies outside its entries.
    pub contents: Vec<Match>,
    /// What is odd about it.
    pub anomalies: Vec<Note>,
    /// What of it could not be read; inner apps that could not be opened are results of their own.
    pub problems: Vec<Note>,
}

/// What was read of one APK. Its places are its own.
pub struct Apk {
    /// Where it lies: the entries' names, joined with `!/`; none when it is the file itself.
    pub entry: Option<String>,
    /// The number of the archive that it lies in directly: the APKs of one app lie side by side. None when it is the
    /// file itself.
    pub scope: Option<usize>,
    /// The same, when that archive is one of [`Reading::outer`].
    pub outer: Option<usize>,
    /// The APK that carries it among its own files, by its index.
    pub carrier: Option<usize>,
    /// Its digests; empty where it could not be hashed.
    pub file: File,
    /// Its manifest.
    pub manifest: Manifest,
    /// Its signatures.
    pub signing: Signing,
    /// What it matches.
    pub matches: Vec<Match>,
    /// What is odd about it, and about archives among its files.
    pub anomalies: Vec<Note>,
    /// What of it could not be read.
    pub problems: Vec<Note>,
}

/// Something that could not be opened.
pub struct Unread {
    /// Where it lies.
    pub entry: String,
    /// The archive that it lies in.
    pub outer: usize,
    /// Its digests, where its bytes could be had.
    pub file: File,
    /// What its digest matches.
    pub matches: Vec<Match>,
    /// Why it could not be opened.
    pub problem: Note,
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

    crate::note::note_templates! {
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
        /// More archives, or more bytes in them, than are unpacked.
        TOO_MANY_ARCHIVES = "too-many-archives", "There are more archives in this file, or larger ones, than are opened. The rest were not read.";
    }
}

/// How many APKs are read of one file, however they are nested.
pub const MAX_APKS: usize = 500;
/// How many inner archives of one file are opened, APKs among them: [`bundle::MAX_PARTS`] in each of a few.
pub const MAX_OPENED: usize = 2_000;
/// How many bytes are unpacked to open inner archives of one file: as much as is searched of one app
/// ([`code::MAX_TOTAL`]).
pub const MAX_UNPACKED: u64 = code::MAX_TOTAL;

/// What begins the files in which macOS keeps what its ZIP archives cannot hold (AppleDouble, RFC 1740, appendix A).
const APPLE_DOUBLE: [u8; 4] = [0x00, 0x05, 0x16, 0x07];

/// Reads the file behind `source`, whose digests are `file`. `progress` is told how many APKs were read, at each entry
/// again.
///
/// # Errors
/// When the file itself is no archive.
pub fn read(
    source: &dyn Source,
    file: &File,
    idsig: Option<&dyn Source>,
    wanted: Wanted,
    progress: &mut dyn FnMut(usize),
) -> Result<Reading, ArchiveError> {
    let archive = Archive::open(source)?;
    let mut reader = Reader { reading: Reading::default(), wanted, progress, opened: 0, unpacked: 0 };
    let position = Position { entry: None, path: None, depth: 0, around: None };
    reader.archive(&archive, &position, Given { file: Some(file), idsig });
    Ok(reader.reading)
}

struct Reader<'w, 'p> {
    reading: Reading,
    wanted: Wanted<'w>,
    progress: &'p mut dyn FnMut(usize),
    /// How many inner archives were opened. It numbers them, too; the file itself is 0.
    opened: usize,
    /// How many bytes were unpacked for that.
    unpacked: u64,
}

/// Where an archive lies.
struct Position<'p> {
    /// In the file: the entries' names.
    entry: Option<String>,
    /// In the app that carries it, where one does.
    path: Option<String>,
    depth: usize,
    around: Option<&'p Around>,
}

/// An archive, for those in it.
struct Around {
    number: usize,
    owner: Owner,
}

/// Whose an archive's notes are.
enum Owner {
    /// The app's with this index: the archive is the app, or lies among its files.
    Apk(usize),
    /// Its own.
    Outer,
}

/// What the caller knows of the file itself, and nobody of an inner one.
#[derive(Clone, Copy)]
struct Given<'g> {
    file: Option<&'g File>,
    idsig: Option<&'g dyn Source>,
}

impl<'p> Position<'p> {
    fn inner(&self, name: &str, around: &'p Around, is_apk: bool) -> Self {
        let below = |path: Option<&String>| path.map_or_else(|| name.to_owned(), |path| format!("{path}!/{name}"));
        let path = match around.owner {
            Owner::Apk(_) if is_apk => Some(name.to_owned()),
            Owner::Apk(_) => Some(below(self.path.as_ref())),
            Owner::Outer => None,
        };
        Self { entry: Some(below(self.entry.as_ref())), path, depth: self.depth + 1, around: Some(around) }
    }

    /// The name without what is around.
    fn name(&self) -> &str {
        let entry = self.entry.as_deref().unwrap_or_default();
        entry.rsplit('/').next().unwrap_or(entry)
    }

    fn carrier(&self) -> Option<usize> {
        match self.around?.owner {
            Owner::Apk(index) => Some(index),
            Owner::Outer => None,
        }
    }
}

impl Reader<'_, '_> {
    fn archive(&mut self, archive: &Archive, position: &Position, given: Given) {
        let kind = bundle::container(archive);
        let number = self.opened;
        let mut outside = Vec::new();
        let owner = match (kind, position.carrier()) {
            (Container::Apk, _) => {
                outside = self.apk(archive, position, given);
                Owner::Apk(self.reading.apks.len() - 1)
            }
            (_, Some(carrier)) => Owner::Apk(carrier),
            _ => Owner::Outer,
        };
        let around = Around { number, owner };
        let parts = bundle::parts(archive);
        match around.owner {
            Owner::Apk(index) => {
                // Not before: false methods, sizes and checksums show only when the entries are read.
                if kind == Container::Apk {
                    self.reading.apks[index].anomalies.extend(archive.anomalies());
                }
                self.tell(&around, position, kind, archive.problems());
                self.parts(archive, parts, kind, position, &around);
                self.outside(archive, &outside, kind, position, &around);
            }
            Owner::Outer => self.outer(archive, parts, kind, position, &around, given),
        }
    }

    /// An archive that is no app and lies in none. It is kept when it is the file itself, and where there is something
    /// in it, or something to say of it.
    fn outer(
        &mut self,
        archive: &Archive,
        parts: Vec<Part>,
        kind: Container,
        position: &Position,
        around: &Around,
        given: Given,
    ) {
        let name = given.file.map_or(position.name(), |file| &file.name);
        let named = Named::of(name.as_bytes());
        let is_bundle = matches!(kind, Container::Apks | Container::Xapk | Container::Apkm);
        let outer = Outer {
            entry: position.entry.clone(),
            within: position.around.map(|around| around.number),
            file: File { name: name.to_owned(), ..File::default() },
            is_bundle: is_bundle || named == Some(Named::Bundle),
            matches: Vec::new(),
            contents: Vec::new(),
            anomalies: Vec::new(),
            problems: Vec::new(),
        };
        self.reading.outer.insert(around.number, outer);
        let before = self.found();
        if kind == Container::AppBundle {
            self.tell(around, position, kind, vec![Note::new(&notes::APP_BUNDLE, &[])]);
        }
        let taken = self.parts(archive, parts, kind, position, around);
        // The contents of an archive without an app are searched as a file of the archive around it.
        if self.found() > before || given.file.is_some() {
            let outside = self.rest(archive, &taken, kind, position, around);
            self.outside(archive, &outside, kind, position, around);
        }
        let is_empty = self.found() == before;
        let Some(outer) = self.reading.outer.get_mut(&around.number) else { return };
        outer.problems.extend(archive.problems());
        if is_empty && outer.problems.is_empty() {
            if given.file.is_none() && !matches!(named, Some(Named::Apk | Named::Bundle)) {
                self.reading.outer.remove(&around.number);
                return;
            }
            outer.problems.push(Note::new(&notes::NO_APP, &[]));
        }
        outer.anomalies = archive.anomalies();
        match digested(archive.source(), position.name(), given) {
            Ok(file) => outer.file = file,
            Err(error) => outer.problems.push(ArchiveError::from(error).note()),
        }
        let facts = Facts { file_sha256: &outer.file.sha256, ..Facts::default() };
        outer.matches = self.wanted.database.match_facts(&facts);
    }

    /// How much there is to tell so far.
    fn found(&self) -> usize {
        let told = self.reading.outer.values().filter(|outer| !outer.problems.is_empty()).count();
        self.reading.apks.len() + self.reading.unread.len() + told
    }

    /// Searches what of an archive that is no app belongs to none of the apps in it, and gives the apps that lie outside
    /// its entries.
    fn rest(
        &mut self,
        archive: &Archive,
        taken: &Taken,
        kind: Container,
        position: &Position,
        around: &Around,
    ) -> Vec<InnerApp> {
        let read = self.reading.apks.len();
        let mut tick = || (self.progress)(read);
        let mut search = Search::new(self.wanted.texts, self.wanted.rules, &mut tick);
        let visited = code::visit(archive, taken, &mut search);
        let unreadable = search.archive(archive.source()).err().map(|error| ArchiveError::from(error).note());
        let Found { matches, problems } = search.finish(self.wanted.database);
        if let Some(outer) = self.reading.outer.get_mut(&around.number) {
            outer.contents = matches;
        }
        self.tell(around, position, kind, visited.problems.into_iter().chain(problems).chain(unreadable).collect());
        visited.apps
    }

    /// Opens the archives in an archive, and gives the entries that were read as such.
    fn parts(
        &mut self,
        archive: &Archive,
        parts: Vec<Part>,
        kind: Container,
        position: &Position,
        around: &Around,
    ) -> Taken {
        let mut taken = Taken::new();
        for part in parts {
            if !self.may_go_on(kind, position, around) {
                break;
            }
            let before = self.found();
            self.part(archive, &part, &position.inner(&part.entry.name, around, kind == Container::Apk));
            if self.found() > before {
                // What could not be opened is told by now, too.
                let start = part.entry.data_offset.unwrap_or_default();
                let whole = start..start.saturating_add(part.entry.compressed_size);
                taken.insert(part.entry.central_offset, archive.consumed(part.entry).unwrap_or(whole));
            }
        }
        taken
    }

    /// Opens the APKs that lie outside the entries of an archive.
    fn outside(&mut self, archive: &Archive, apps: &[InnerApp], kind: Container, position: &Position, around: &Around) {
        for app in apps {
            if !self.may_go_on(kind, position, around) {
                break;
            }
            let inner = position.inner(&app.name, around, kind == Container::Apk);
            self.opened += 1;
            match &app.content {
                AppContent::Unpacked(bytes) => {
                    self.unpacked += bytes.len() as u64;
                    self.open(bytes, &inner, true);
                }
                AppContent::InPlace(range) => {
                    match Section::new(archive.source(), range.start, range.end - range.start) {
                        Ok(section) => self.open(&section, &inner, true),
                        Err(error) => self.missed(&inner, None, &error.into()),
                    }
                }
            }
        }
    }

    /// Whether one more archive is opened. What is left because of a limit is said of every archive in which something
    /// is left.
    fn may_go_on(&mut self, kind: Container, position: &Position, around: &Around) -> bool {
        let limit = if position.depth == MAX_DEPTH {
            Note::new(&notes::NESTED_TOO_DEEP, &[])
        } else if self.reading.apks.len() == MAX_APKS {
            Note::new(&notes::TOO_MANY_APPS, &[("limit", &MAX_APKS)])
        } else if self.opened == MAX_OPENED || self.unpacked >= MAX_UNPACKED {
            Note::new(&notes::TOO_MANY_ARCHIVES, &[])
        } else {
            return true;
        };
        self.tell(around, position, kind, vec![limit]);
        false
    }

    fn part(&mut self, archive: &Archive, part: &Part, inner: &Position) {
        self.opened += 1;
        // Among an app's files only what is named as an app is missed when it cannot be opened.
        let is_missed = match inner.carrier() {
            Some(_) => part.named == Some(Named::Apk),
            None => part.named.is_some(),
        };
        let source = match bundle::open(archive, part) {
            Ok(source) => source,
            Err(error) if is_missed => return self.missed(inner, None, &error),
            Err(_) => return,
        };
        if let PartSource::Inflated(bytes) = &source {
            self.unpacked += bytes.len() as u64;
        }
        self.open(&source, inner, is_missed);
    }

    fn open(&mut self, source: &dyn Source, inner: &Position, is_missed: bool) {
        match Archive::open(source) {
            Ok(archive) => self.archive(&archive, inner, Given { file: None, idsig: None }),
            Err(error) if is_missed => self.missed(inner, Some(source), &error),
            Err(_) => {}
        }
    }

    /// Something that could not be opened: a problem of the app that it lies in, or else a result of its own.
    fn missed(&mut self, inner: &Position, source: Option<&dyn Source>, error: &ArchiveError) {
        let problem = error.note().at(Place::default());
        if let (Some(carrier), Some(path)) = (inner.carrier(), &inner.path) {
            return self.reading.apks[carrier].problems.push(problem.inside(path));
        }
        let begins_as_apple_double =
            source.is_some_and(|source| read_vec(source, 0, 4).is_ok_and(|first| first == APPLE_DOUBLE));
        let (Some(entry), Some(around)) = (&inner.entry, inner.around) else { return };
        if inner.name().starts_with("._") && begins_as_apple_double {
            return;
        }
        let unknown = || File { name: inner.name().to_owned(), ..File::default() };
        let file = source.and_then(|source| digests::digest(inner.name(), source, &mut |_| {}).ok());
        let file = file.unwrap_or_else(unknown);
        let facts = Facts { file_sha256: &file.sha256, ..Facts::default() };
        let matches = self.wanted.database.match_facts(&facts);
        self.reading.unread.push(Unread { entry: entry.clone(), outer: around.number, file, matches, problem });
    }

    /// Adds to what of an archive could not be read.
    fn tell(&mut self, around: &Around, position: &Position, kind: Container, problems: Vec<Note>) {
        let path = position.path.as_ref().filter(|_| kind != Container::Apk);
        let placed = problems.into_iter().map(|note| match path {
            Some(path) => note.inside(path),
            None => note,
        });
        match around.owner {
            Owner::Apk(index) => self.reading.apks[index].problems.extend(placed),
            Owner::Outer => {
                if let Some(outer) = self.reading.outer.get_mut(&around.number) {
                    outer.problems.extend(placed);
                }
            }
        }
    }

    /// Reads an APK, which is then the last, and gives the APKs that lie outside its entries.
    fn apk(&mut self, archive: &Archive, position: &Position, given: Given) -> Vec<InnerApp> {
        let index = self.reading.apks.len();
        let mut manifest = manifest::read(archive);
        let facts = ManifestFacts {
            min_sdk: manifest.package.as_ref().map(|package| package.min_sdk),
            target_sdk: manifest.package.as_ref().map(|package| package.target_sdk),
            target_sandbox_version: manifest.package.as_ref().and_then(|package| package.target_sandbox_version),
        };
        let signing = signing::verify(archive, given.idsig, &facts);
        let mut tick = || (self.progress)(index);
        let mut search = Search::new(self.wanted.texts, self.wanted.rules, &mut tick);
        search.manifest_text(MANIFEST, &manifest.text);
        let visited = code::visit(archive, &Taken::new(), &mut search);
        let unreadable = search.archive(archive.source()).err().map(|error| ArchiveError::from(error).note());
        let Found { mut matches, problems: not_searched } = search.finish(self.wanted.database);
        let (file, unhashed) = match digested(archive.source(), position.name(), given) {
            Ok(file) => (file, None),
            Err(error) => (File::default(), Some(ArchiveError::from(error).note())),
        };
        matches.extend(self.wanted.database.match_facts(&known_by(&file, &manifest, &signing)));
        let mut anomalies = std::mem::take(&mut manifest.anomalies);
        if let Some(length) = visited.code_before {
            anomalies.extend(prefix::notes(length, archive, facts.min_sdk, &signing));
        }
        let problems = std::mem::take(&mut manifest.problems);
        let carrier = position.carrier();
        let around = position.around.map(|around| around.number);
        self.reading.apks.push(Apk {
            entry: position.entry.clone(),
            scope: around,
            outer: around.filter(|_| carrier.is_none()),
            carrier,
            file,
            manifest,
            signing,
            matches,
            anomalies,
            problems: unhashed
                .into_iter()
                .chain(problems)
                .chain(visited.problems)
                .chain(not_searched)
                .chain(unreadable)
                .collect(),
        });
        (self.progress)(index + 1);
        visited.apps
    }
}

/// The digests, which are known of the file itself.
fn digested(source: &dyn Source, name: &str, given: Given) -> Result<File, SourceError> {
    given.file.map_or_else(|| digests::digest(name, source, &mut |_| {}), |file| Ok(file.clone()))
}

/// The facts by which an APK may be recognised.
fn known_by<'a>(file: &'a File, manifest: &Manifest, signing: &'a Signing) -> Facts<'a> {
    let package = manifest.package.iter().map(|package| (package.name.clone(), Place::entry(MANIFEST)));
    let lineage = signing.lineage.iter().map(|node| &node.certificate);
    Facts {
        file_sha256: &file.sha256,
        packages: package.collect(),
        certificates: signing.certificates.iter().chain(lineage).collect(),
    }
}
