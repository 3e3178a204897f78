//! From what was read of a file to what is reported on: one subject for each app, for each thing that could not be
//! opened, and for an archive of which there is something to say by itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::apps::{self, App, Known, Signer};
use crate::digests::File;
use crate::indicators::{Match, Weakening};
use crate::note::{Note, Place};
use crate::reading::{Apk, Outer, Reading, Unread};
use crate::report::OuterFile;

/// What a report is about.
#[derive(Default)]
pub struct Subject {
    /// The file.
    pub file: File,
    /// The file that was given, where this one lies in it.
    pub container: Option<OuterFile>,
    /// The app's APKs, the base first; none where there is no app.
    pub parts: Vec<Placed>,
    /// The apps that it carries, each with its APKs.
    pub carried: Vec<Vec<Placed>>,
    /// What it matches, not settled yet.
    pub matches: Vec<Match>,
    /// What is odd.
    pub anomalies: Vec<Note>,
    /// What could not be read.
    pub problems: Vec<Note>,
}

/// An APK, and where it lies in the subject; none when it is the subject's file itself.
pub struct Placed {
    /// The place.
    pub entry: Option<String>,
    /// The APK.
    pub apk: Apk,
}

/// What there is to report on in `given`, in the order of the places.
pub fn subjects(given: &File, reading: Reading) -> Vec<Subject> {
    let Reading { outer, apks, unread } = reading;
    let known: Vec<Known> = apks.iter().map(|apk| known(apk, &outer)).collect();
    let apps = apps::group(&known);
    let surroundings = Surroundings::new(given, outer, &unread, &apps, &apks);
    let mut apks: Vec<Option<Apk>> = apks.into_iter().map(Some).collect();
    let mut subjects: Vec<Subject> = apps.into_iter().filter_map(|app| surroundings.app(app, &mut apks)).collect();
    subjects.extend(surroundings.archives());
    subjects.extend(unread.into_iter().map(|unread| surroundings.unread(unread)));
    // An archive comes before what is in it: its name is the shorter.
    subjects.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    subjects
}

/// What of an APK tells which app it belongs to.
fn known(apk: &Apk, outer: &BTreeMap<usize, Outer>) -> Known {
    let package = apk.manifest.package.as_ref();
    Known {
        place: apk.entry.clone().unwrap_or_default(),
        scope: apk.scope,
        in_bundle: apk.outer.and_then(|number| outer.get(&number)).is_some_and(|outer| outer.is_bundle),
        carrier: apk.carrier,
        package: package.map(|package| package.name.clone()),
        version: package.and_then(|package| package.version_code),
        is_split: package.is_some_and(|package| package.split.is_some()),
        signer: Signer::of(&apk.signing),
    }
}

/// The archives around the apps.
struct Surroundings<'g> {
    given: &'g File,
    outer: BTreeMap<usize, Outer>,
    /// How many results lie in each archive, at whatever depth.
    results: BTreeMap<usize, usize>,
    /// What could not be opened in each archive: place and reason.
    unread: BTreeMap<usize, Vec<(String, Note)>>,
    /// The archives that are an app themselves: a bundle with nothing in it but its app.
    whole: BTreeSet<usize>,
}

impl<'g> Surroundings<'g> {
    fn new(given: &'g File, outer: BTreeMap<usize, Outer>, unread: &[Unread], apps: &[App], apks: &[Apk]) -> Self {
        let mut around =
            Self { given, outer, results: BTreeMap::new(), unread: BTreeMap::new(), whole: BTreeSet::new() };
        let of_app = |app: &App| apks.get(*app.parts.first()?)?.outer;
        let of_apps = apps.iter().filter_map(of_app);
        let unfinished = around.outer.values().filter(|outer| !outer.problems.is_empty());
        let unfinished = unfinished.filter_map(|outer| outer.within);
        let lying_in: Vec<usize> = of_apps.chain(unread.iter().map(|unread| unread.outer)).chain(unfinished).collect();
        for number in lying_in {
            let way: Vec<usize> = around.outward(Some(number)).map(|(number, _)| number).collect();
            way.into_iter().for_each(|number| *around.results.entry(number).or_default() += 1);
        }
        for Unread { entry, outer, problem, .. } in unread {
            around.unread.entry(*outer).or_default().push((entry.clone(), problem.clone()));
        }
        for app in apps {
            let number = of_app(app).filter(|number| around.results_in(*number) == 1);
            around.whole.extend(number.filter(|number| around.is_split_up(*number, app)));
        }
        around
    }

    /// The archive with this number, the one around it, and so on.
    fn outward(&self, number: Option<usize>) -> impl Iterator<Item = (usize, &Outer)> {
        let with_number = |number: Option<usize>| number.and_then(|number| Some((number, self.outer.get(&number)?)));
        std::iter::successors(with_number(number), move |(_, outer)| with_number(outer.within))
    }

    fn results_in(&self, number: usize) -> usize {
        self.results.get(&number).copied().unwrap_or_default()
    }

    /// Whether there may be more of an app in its archive than one APK.
    fn is_split_up(&self, number: usize, app: &App) -> bool {
        app.parts.len() > 1 || self.outer.get(&number).is_some_and(|outer| outer.is_bundle)
    }

    fn app(&self, app: App, apks: &mut [Option<Apk>]) -> Option<Subject> {
        let first = apks.get(*app.parts.first()?)?.as_ref()?;
        let number = first.outer;
        let among = number.filter(|number| self.is_split_up(*number, &app)).and_then(|number| self.outer.get(&number));
        let whole = among.filter(|_| number.is_some_and(|number| self.whole.contains(&number)));
        // The places of an app of several APKs are in the archive that holds them.
        let root = among.map_or(&first.entry, |outer| &outer.entry).clone();
        let mut subject = match whole {
            Some(outer) => self.lying_at(outer.entry.as_deref(), &outer.file, outer.within),
            None => self.lying_at(first.entry.as_deref(), &first.file, number),
        };
        // Where the archive's digest is published, it is the app that is meant, if there is but one.
        for (number, outer) in self.outward(number) {
            let shared = self.results_in(number) > 1;
            subject
                .matches
                .extend(outer.matches.iter().map(|found| if shared { of_several(found) } else { found.clone() }));
        }
        if let Some((number, outer)) = self.outward(number).next() {
            // What else lies in the archive belongs to its only app; in a bundle of several, to any of them.
            let is_alone = self.results_in(number) == 1;
            let counted = |found: &Match| if is_alone { found.clone() } else { of_several(found) };
            subject.matches.extend(outer.contents.iter().filter(|_| is_alone || outer.is_bundle).map(counted));
        }
        if let Some(outer) = whole {
            subject.anomalies.extend(outer.anomalies.iter().cloned());
        }
        if let Some(outer) = among {
            // What was not read may be a part of this very app.
            subject.problems.extend(outer.problems.iter().cloned());
            let unread = number.and_then(|number| self.unread.get(&number)).into_iter().flatten();
            subject.problems.extend(unread.map(|(entry, problem)| match relative(root.as_deref(), Some(entry)) {
                Some(place) => problem.clone().at(Place::entry(place)),
                None => problem.clone(),
            }));
        }
        subject.anomalies.extend(app.anomalies);
        subject.problems.extend(app.problems);
        let mut take = |indices: &[usize]| -> Vec<Placed> {
            let taken = indices.iter().filter_map(|index| apks.get_mut(*index)?.take());
            taken.map(|apk| subject.place(root.as_deref(), apk)).collect()
        };
        let parts = take(&app.parts);
        let carried = app.carried.iter().map(|parts| take(parts)).collect();
        Some(Subject { parts, carried, ..subject })
    }

    /// The archives of which there is something to say that is said of no app: it has none, not all of it was read, or
    /// its digest is published.
    fn archives(&self) -> impl Iterator<Item = Subject> {
        let told = self.outer.iter().filter(|(number, outer)| {
            let is_named = !outer.matches.is_empty() && self.results_in(**number) != 1;
            !self.whole.contains(number) && (is_named || !outer.problems.is_empty())
        });
        told.map(|(_, outer)| {
            let subject = self.lying_at(outer.entry.as_deref(), &outer.file, outer.within);
            Subject {
                matches: outer.matches.iter().chain(&outer.contents).cloned().collect(),
                anomalies: outer.anomalies.clone(),
                problems: outer.problems.clone(),
                ..subject
            }
        })
    }

    fn unread(&self, unread: Unread) -> Subject {
        let Unread { entry, outer, file, matches, problem } = unread;
        let subject = self.lying_at(Some(&entry), &file, Some(outer));
        Subject { matches, problems: vec![problem], ..subject }
    }

    /// A subject without contents: the file at `entry`, in the archive with the number `outer`.
    fn lying_at(&self, entry: Option<&str>, file: &File, outer: Option<usize>) -> Subject {
        let Some(entry) = entry else { return Subject { file: file.clone(), ..Subject::default() } };
        let File { name, size, sha256, .. } = self.given.clone();
        let anomalies = self.outward(outer).flat_map(|(_, outer)| {
            let place = outer.entry.as_deref();
            outer
                .anomalies
                .iter()
                .map(move |note| place.map_or_else(|| note.clone(), |place| note.clone().inside(place)))
        });
        Subject {
            file: File { name: format!("{name}!/{entry}"), ..file.clone() },
            container: Some(OuterFile { anomalies: anomalies.collect(), name, size, sha256 }),
            ..Subject::default()
        }
    }
}

impl Subject {
    /// Takes over what is known of an APK, with its places as they are seen from `root`.
    fn place(&mut self, root: Option<&str>, mut apk: Apk) -> Placed {
        let entry = relative(root, apk.entry.as_deref());
        let placed = |note: Note| match &entry {
            Some(entry) => note.inside(entry),
            None => note,
        };
        self.anomalies.extend(std::mem::take(&mut apk.anomalies).into_iter().map(placed));
        self.problems.extend(std::mem::take(&mut apk.problems).into_iter().map(placed));
        self.matches.extend(std::mem::take(&mut apk.matches).into_iter().map(|found| match &entry {
            Some(entry) => Match { place: found.place.inside(entry), ..found },
            None => found,
        }));
        Placed { entry, apk }
    }
}

/// A place in the file, seen from the archive at `root`; none when it is that archive itself.
fn relative(root: Option<&str>, entry: Option<&str>) -> Option<String> {
    let entry = entry?;
    match root {
        Some(root) => entry.strip_prefix(root)?.strip_prefix("!/").map(str::to_owned),
        None => Some(entry.to_owned()),
    }
}

/// The match of an archive's digest, as it counts for one of several apps in it.
fn of_several(found: &Match) -> Match {
    Match {
        strength: found.strength.min(Weakening::OneOfSeveral.ceiling()),
        weakened: Some(Weakening::OneOfSeveral),
        ..found.clone()
    }
}
