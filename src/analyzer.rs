//! From a file to its reports: everything in it is read, matched against the database, and assessed, app by app.

use std::collections::HashSet;
use std::hash::Hash;

use strum::Display;

use crate::assess::{self, Abilities, Capability, Carried, Findings};
use crate::digests;
use crate::indicators::collection::Collection;
use crate::indicators::text::TextIndex;
use crate::indicators::weight::settle;
use crate::indicators::yara::Rules;
use crate::indicators::{Database, Facts, SourceInfo};
use crate::manifest::{Component, DeclaredPermission, Package, Permission};
use crate::note::Note;
use crate::reading::{self, Apk, Wanted};
use crate::report::{File, Part, PartRole, Report, SCHEMA, Tool};
use crate::results::{self, Placed, Subject};
use crate::signing::{Signing, SigningStatus};
use crate::source::Source;

/// One file to be analyzed.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    name: &'a str,
    source: &'a dyn Source,
    idsig: Option<&'a dyn Source>,
}

impl<'a> Input<'a> {
    /// The file of this name, without folders, with these bytes.
    pub fn new(name: &'a str, source: &'a dyn Source) -> Self {
        Self { name, source, idsig: None }
    }

    /// The same file with the v4 signature (`.idsig`) that lies beside it.
    pub fn idsig(self, idsig: &'a dyn Source) -> Self {
        Self { idsig: Some(idsig), ..self }
    }
}

/// What an analysis is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Phase {
    /// The file is hashed; counted in bytes.
    Hashing,
    /// The apps in the file are read; counted in apps. How many there are is not known before: the total is 0.
    Reading,
}

/// Analyzes files against one database.
pub struct Analyzer {
    database: Database,
    texts: TextIndex,
    rules: Rules,
}

/// Makes an [`Analyzer`]. Without a database and rules, an analyzer reports what files are and can do, and matches
/// nothing.
#[derive(Default)]
pub struct Builder {
    database: Database,
    rules: Rules,
}

impl Builder {
    /// The indicators that files are matched against.
    pub fn database(self, database: Database) -> Self {
        Self { database, ..self }
    }

    /// The YARA rules that are run over files.
    pub fn rules(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// Indexes the database for the search of contents.
    pub fn build(self) -> Analyzer {
        let texts = TextIndex::new(&self.database);
        Analyzer { database: self.database, texts, rules: self.rules }
    }
}

impl Analyzer {
    /// An analyzer is made of a database and YARA rules.
    pub fn builder() -> Builder {
        Builder::default()
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

    /// Reads one file and returns a report of each app in it: at least one, since a file without an app has one that
    /// says so.
    pub fn analyze(&self, input: &Input) -> Vec<Report> {
        self.analyze_with(input, &mut |_, _, _| {})
    }

    /// As [`analyze`](Self::analyze). `progress` is called with the phase, how much of it is done and how much there is
    /// to do.
    pub fn analyze_with(&self, input: &Input, progress: &mut dyn FnMut(Phase, u64, u64)) -> Vec<Report> {
        let size = input.source.len();
        let file = digests::digest(input.name, input.source, &mut |done| progress(Phase::Hashing, done, size));
        let file = match file {
            Ok(file) => file,
            Err(error) => return vec![self.unreadable(input.name, &error.to_string())],
        };
        progress(Phase::Reading, 0, 0);
        let wanted = Wanted {
            database: &self.database,
            texts: &self.texts,
            rules: (!self.rules.is_empty()).then_some(&self.rules),
        };
        let reading = reading::read(input.source, &file, input.idsig, wanted, &mut |apks| {
            progress(Phase::Reading, apks as u64, 0);
        });
        match reading {
            Ok(reading) => results::subjects(&file, reading).into_iter().map(|subject| self.report(subject)).collect(),
            Err(error) => {
                let matches = self.database.match_facts(&Facts { file_sha256: &file.sha256, ..Facts::default() });
                vec![self.report(Subject { file, matches, problems: vec![error.note()], ..Subject::default() })]
            }
        }
    }

    /// The report of a file whose bytes cannot be had.
    pub fn unreadable(&self, name: &str, error: &str) -> Report {
        let problem = Note::new(&reading::notes::FILE_UNREADABLE, &[("error", &error.trim_end_matches('.'))]);
        let file = File { name: name.to_owned(), ..File::default() };
        self.report(Subject { file, problems: vec![problem], ..Subject::default() })
    }

    fn report(&self, subject: Subject) -> Report {
        let Subject { file, container, parts, carried, mut matches, anomalies, problems } = subject;
        settle(&mut matches);
        let of_the_app = App::of(&parts);
        let inside: Vec<App> = carried.iter().map(|parts| App::of(parts)).collect();
        let places: Vec<Vec<&str>> =
            carried.iter().map(|parts| parts.iter().filter_map(|part| part.entry.as_deref()).collect()).collect();
        let carried_apps: Vec<Carried> =
            inside.iter().zip(&places).map(|(app, places)| Carried { places, app: app.abilities() }).collect();
        let verdict = assess::verdict(&Findings {
            file_sha256: &file.sha256,
            app: of_the_app.abilities(),
            carried: &carried_apps,
            matches: &matches,
            anomalies: &anomalies,
            problems: &problems,
        });
        let mut capabilities = of_the_app.capabilities;
        for (app, places) in inside.into_iter().zip(&places) {
            let place = places.first().map(|place| (*place).to_owned());
            let of_it = app.capabilities.into_iter();
            capabilities.extend(of_it.map(|capability| Capability { inside: place.clone(), ..capability }));
        }
        Report {
            schema: SCHEMA.to_owned(),
            tool: self.tool(),
            file,
            container,
            package: of_the_app.package,
            permissions: of_the_app.permissions,
            declared_permissions: of_the_app.declared_permissions,
            components: of_the_app.components,
            signing: of_the_app.signing,
            matches,
            capabilities,
            anomalies,
            problems,
            parts: report_parts(parts, carried),
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
            skipped_rules: self.rules.skipped().to_vec(),
        }
    }
}

/// What the APKs of one app say together.
struct App {
    package: Option<Package>,
    permissions: Vec<Permission>,
    declared_permissions: Vec<DeclaredPermission>,
    components: Vec<Component>,
    signing: Signing,
    capabilities: Vec<Capability>,
}

impl App {
    /// Package and signer are the base's, which is the first.
    fn of(parts: &[Placed]) -> Self {
        let base = parts.first().map(|part| &part.apk);
        let manifests = || parts.iter().map(|part| &part.apk.manifest);
        let package = base.and_then(|base| base.manifest.package.clone());
        let permissions = union(manifests().map(|manifest| &manifest.permissions), |permission| &permission.name);
        let components =
            union(manifests().map(|manifest| &manifest.components), |component| (component.kind, &component.name));
        // Where there is no app, nothing is known of a signature: `unsigned` would be a claim.
        let unknown = || Signing { status: SigningStatus::Unreadable, ..Signing::default() };
        let signing = base.map_or_else(unknown, |base| base.signing.clone());
        let capabilities = assess::capabilities(package.as_ref(), &permissions, &components, &signing);
        let declared_permissions =
            union(manifests().map(|manifest| &manifest.declared_permissions), |permission| &permission.name);
        Self { package, permissions, declared_permissions, components, signing, capabilities }
    }

    fn abilities(&self) -> Abilities<'_> {
        Abilities { package: self.package.as_ref(), components: &self.components, capabilities: &self.capabilities }
    }
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
fn report_parts(parts: Vec<Placed>, carried: Vec<Vec<Placed>>) -> Vec<Part> {
    let role = |apk: &Apk| {
        let is_split = apk.manifest.package.as_ref().is_some_and(|package| package.split.is_some());
        if is_split { PartRole::Split } else { PartRole::Base }
    };
    let own = parts.into_iter().map(|part| (role(&part.apk), part));
    let carried = carried.into_iter().flatten().map(|part| (PartRole::Embedded, part));
    own.chain(carried)
        .filter_map(|(role, Placed { entry, apk })| {
            let (file, package, signing) = (apk.file, apk.manifest.package, apk.signing);
            Some(Part { entry: entry?, role, file, package, signing })
        })
        .collect()
}
