//! From a file to its report: everything in it is read, matched against the database, and assessed.

use std::collections::HashSet;
use std::hash::Hash;

use crate::assess::{self, Findings};
use crate::digests;
use crate::indicators::collection::Collection;
use crate::indicators::text::TextIndex;
use crate::indicators::weight::settle;
use crate::indicators::yara::Rules;
use crate::indicators::{Database, Facts, Match, SourceInfo};
use crate::manifest::Package;
use crate::note::Note;
use crate::reading::{self, Apk, Reading, Wanted};
use crate::report::{File, Part, PartRole, Report, SCHEMA, Tool};
use crate::signing::{Signing, SigningStatus};
use crate::source::Source;

/// One file to be analyzed.
pub struct Input<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// Its bytes.
    pub source: &'a dyn Source,
    /// The v4 signature (`.idsig`) beside it, where there is one.
    pub idsig: Option<&'a dyn Source>,
}

/// What an analysis is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The file is hashed; counted in bytes.
    Hashing,
    /// The apps in the file are read; counted in apps. How many there are is not known before: the total is 0.
    Reading,
}

impl Phase {
    /// The name by which the page knows the phase.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hashing => "hashing",
            Self::Reading => "reading",
        }
    }
}

/// Analyzes files against one database.
pub struct Analyzer {
    database: Database,
    texts: TextIndex,
    rules: Rules,
}

impl Analyzer {
    /// Makes the database ready for being searched.
    pub fn new(database: Database, rules: Rules) -> Self {
        let texts = TextIndex::new(&database);
        Self { database, texts, rules }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The YARA rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Adds indicators to the database, as those that a visitor brings.
    pub fn add(&mut self, collection: Collection) {
        self.database = std::mem::take(&mut self.database).with(collection);
        self.texts = TextIndex::new(&self.database);
    }

    /// Reads one file and says what is known about it. `progress` is told the phase, how much of it is done and how
    /// much there is to do.
    pub fn analyze(&self, input: &Input, progress: &mut dyn FnMut(Phase, u64, u64)) -> Report {
        let size = input.source.len();
        let file = digests::digest(input.name, input.source, &mut |done| progress(Phase::Hashing, done, size));
        let file = match file {
            Ok(file) => file,
            Err(error) => return self.unreadable(input.name, &error.to_string()),
        };
        progress(Phase::Reading, 0, 0);
        let wanted = Wanted {
            database: &self.database,
            texts: &self.texts,
            rules: (!self.rules.is_empty()).then_some(&self.rules),
        };
        let reading = reading::read(input.source, input.idsig, wanted, &mut |apks| {
            progress(Phase::Reading, apks as u64, 0);
        });
        let mut reading =
            reading.unwrap_or_else(|error| Reading { problems: vec![error.note()], ..Reading::default() });
        let matches = self.matches(&file, &mut reading);
        self.report(file, reading, matches)
    }

    /// The report of a file whose bytes cannot be had.
    pub fn unreadable(&self, name: &str, error: &str) -> Report {
        let problem = Note::new(&reading::notes::FILE_UNREADABLE, &[("error", &error.trim_end_matches('.'))]);
        let file = File { name: name.to_owned(), ..File::default() };
        self.report(file, Reading { problems: vec![problem], ..Reading::default() }, Vec::new())
    }

    fn matches(&self, file: &File, reading: &mut Reading) -> Vec<Match> {
        let mut matches = self.database.match_facts(&Facts { file_sha256: &file.sha256, ..Facts::default() });
        matches.extend(reading.apks.iter_mut().flat_map(|apk| std::mem::take(&mut apk.matches)));
        settle(&mut matches);
        matches
    }

    fn report(&self, file: File, reading: Reading, matches: Vec<Match>) -> Report {
        let Reading { apks, anomalies, problems } = reading;
        let base = base(&apks);
        let roles: Vec<PartRole> = (0..apks.len()).map(|index| role(&apks, base, index)).collect();
        let of_the_app = || apks.iter().zip(&roles).filter(|(_, role)| is_of_the_app(**role)).map(|(apk, _)| apk);
        let permissions = union(of_the_app().map(|apk| &apk.manifest.permissions), |permission| &permission.name);
        let declared_permissions =
            union(of_the_app().map(|apk| &apk.manifest.declared_permissions), |permission| &permission.name);
        let components =
            union(of_the_app().map(|apk| &apk.manifest.components), |component| (component.kind, &component.name));
        let package = base.and_then(|base| apks[base].manifest.package.clone());
        // Where there is no app, nothing is known of a signature: `unsigned` would be a claim.
        let unknown = || Signing { status: SigningStatus::Unreadable, ..Signing::default() };
        let signing = base.map_or_else(unknown, |base| apks[base].signing.clone());
        let capabilities = assess::capabilities(package.as_ref(), &permissions, &components, &signing);
        let verdict = assess::verdict(&Findings {
            package: package.as_ref(),
            components: &components,
            capabilities: &capabilities,
            matches: &matches,
            problems: &problems,
        });
        Report {
            schema: SCHEMA.to_owned(),
            tool: self.tool(),
            file,
            package,
            permissions,
            declared_permissions,
            components,
            signing,
            matches,
            capabilities,
            anomalies,
            problems,
            parts: parts(apks, roles),
            verdict,
        }
    }

    fn tool(&self) -> Tool {
        let info = self.database.info();
        Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database_version: info.version.clone(),
            database_date: info.date.clone(),
            sources: info.sources.iter().map(SourceInfo::reference).collect(),
            rules: self.rules.files().to_vec(),
        }
    }
}

/// The APK that stands for the whole file: the first that is neither a split nor carried by another app.
fn base(apks: &[Apk]) -> Option<usize> {
    let is_base = |apk: &Apk| !apk.embedded && split(apk).is_none();
    apks.iter().position(is_base).or((!apks.is_empty()).then_some(0))
}

fn role(apks: &[Apk], base: Option<usize>, index: usize) -> PartRole {
    let name = |index: usize| apks[index].manifest.package.as_ref().map(|package: &Package| &package.name);
    if base == Some(index) {
        PartRole::Base
    } else if apks[index].embedded {
        PartRole::Embedded
    } else if split(&apks[index]).is_some() && base.and_then(name) == name(index) {
        PartRole::Split
    } else {
        PartRole::OtherApp
    }
}

fn is_of_the_app(role: PartRole) -> bool {
    matches!(role, PartRole::Base | PartRole::Split)
}

fn split(apk: &Apk) -> Option<&str> {
    apk.manifest.package.as_ref()?.split.as_deref()
}

/// What the parts have together, in the order in which it is met; what a split repeats is left out.
fn union<'a, T: Clone + 'a, K: Eq + Hash>(parts: impl Iterator<Item = &'a Vec<T>>, key: impl Fn(&'a T) -> K) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    let mut seen = HashSet::new();
    for part in parts {
        all.extend(part.iter().filter(|item| !seen.contains(&key(item))).cloned());
        // Within one part everything is kept as it is.
        seen.extend(part.iter().map(&key));
    }
    all
}

/// The parts of a file that is more than one APK.
fn parts(apks: Vec<Apk>, roles: Vec<PartRole>) -> Vec<Part> {
    let mut parts: Vec<Part> = apks
        .into_iter()
        .zip(roles)
        .filter_map(|(apk, role)| {
            Some(Part {
                entry: apk.entry?,
                role,
                file: apk.file.unwrap_or_default(),
                package: apk.manifest.package,
                signing: apk.signing,
            })
        })
        .collect();
    parts.sort_by_key(|part| part.role);
    parts
}
