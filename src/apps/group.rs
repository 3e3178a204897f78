//! From APKs to apps.

use std::collections::BTreeMap;

use super::{Known, notes};
use crate::note::{Note, Template};

/// One app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct App {
    /// Its APKs, by index: the base, where it is there, and the splits.
    pub parts: Vec<usize>,
    /// The apps that it carries among its files, at whatever depth: the APKs of each.
    pub carried: Vec<Vec<usize>>,
    /// What is odd about what lies beside it.
    pub anomalies: Vec<Note>,
    /// What of it is not there.
    pub problems: Vec<Note>,
}

/// Groups APKs into apps. Each APK is in exactly one, among its parts or among what it carries. The apps come in the
/// order of their places.
pub fn group(apks: &[Known]) -> Vec<App> {
    let mut scopes: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (index, apk) in apks.iter().enumerate() {
        scopes.entry(apk.scope).or_default().push(index);
    }
    let mut apps = Vec::new();
    let mut carried = Vec::new();
    for mut beside in scopes.into_values() {
        beside.sort_by_key(|index| (&apks[*index].place, *index));
        let together = side_by_side(apks, &beside);
        // What lies in one archive is carried by one app, or by none.
        match beside.first().and_then(|first| apks[*first].carrier) {
            Some(carrier) => carried.extend(together.into_iter().map(|app| (carrier, app.parts))),
            None => apps.extend(together),
        }
    }
    carried.sort_by_key(|(_, parts)| place(apks, parts));
    for (carrier, parts) in carried {
        let outermost = outermost(apks, carrier);
        if let Some(app) = apps.iter_mut().find(|app| app.parts.contains(&outermost)) {
            app.carried.push(parts);
        }
    }
    apps.sort_by_key(|app| place(apks, &app.parts));
    apps
}

/// By what apps are sorted: two files may lie at the same place, for a ZIP archive can hold a name twice.
fn place<'k>(apks: &'k [Known], parts: &[usize]) -> (Option<&'k str>, Option<usize>) {
    let first = parts.first().copied();
    (first.map(|first| apks[first].place.as_str()), first)
}

/// The APK that is carried by no other, on the way outward.
fn outermost(apks: &[Known], mut index: usize) -> usize {
    // A carrier is read before what it carries, so its index is smaller: this ends.
    while let Some(carrier) = apks[index].carrier.filter(|carrier| *carrier < index) {
        index = carrier;
    }
    index
}

/// The apps among APKs that lie in one archive, which are given in the order of their places.
fn side_by_side(apks: &[Known], beside: &[usize]) -> Vec<App> {
    let (splits, bases): (Vec<usize>, Vec<usize>) = beside.iter().partition(|index| apks[**index].is_split);
    let mut apps: Vec<App> = bases.iter().map(|base| App { parts: vec![*base], ..App::default() }).collect();
    for split in splits {
        let nearest = |fits: &dyn Fn(&Known) -> bool| {
            let candidates = bases.iter().enumerate().filter(|(_, base)| fits(&apks[**base]));
            candidates.min_by_key(|(at, base)| (!same_folder(&apks[**base], &apks[split]), *at)).map(|(at, _)| at)
        };
        if let Some(at) = nearest(&|base| belongs(&apks[split], base)) {
            apps[at].parts.push(split);
            continue;
        }
        let stranger = nearest(&|base| apks[split].package.is_some() && base.package == apks[split].package);
        let among_orphans = apps[bases.len()..].iter().position(|app| belongs(&apks[split], &apks[app.parts[0]]));
        let at = among_orphans.map_or(apps.len(), |at| bases.len() + at);
        if at == apps.len() {
            // Of a file that is a split itself, the base may lie beside it, where nobody looked: a reason of the verdict
            // says so. In an archive, it is missing.
            let missing = apks[split].scope.map(|_| note(&notes::SPLIT_WITHOUT_BASE, &apks[split], &[]));
            apps.push(App { problems: missing.into_iter().collect(), ..App::default() });
        }
        apps[at].parts.push(split);
        if let Some(stranger) = stranger {
            let difference = not_together(&apks[split], &apks[bases[stranger]]);
            apps[at].anomalies.push(difference.clone());
            apps[stranger].anomalies.push(difference);
        }
    }
    let others = |of: usize, are: &dyn Fn(&Known, &Known) -> bool| -> Vec<&str> {
        let first = |app: &App| app.parts.first().map(|first| &apks[*first]);
        let Some(own) = apps.get(of).and_then(first) else { return Vec::new() };
        let others = apps.iter().enumerate().filter(|(at, _)| *at != of).filter_map(|(_, app)| first(app));
        others.filter(|other| are(own, other)).map(|other| other.place.as_str()).collect()
    };
    let told: Vec<Vec<Note>> = (0..apps.len())
        .map(|at| {
            let same = |own: &Known, other: &Known| {
                own.package.is_some() && own.package == other.package && !own.is_split && !other.is_split
            };
            let foreign = |own: &Known, other: &Known| own.in_bundle && own.package != other.package;
            [(&notes::SEVERAL_BASES, others(at, &same)), (&notes::BUNDLE_OF_SEVERAL, others(at, &foreign))]
                .into_iter()
                .filter(|(_, places)| !places.is_empty())
                .map(|(template, places)| note(template, &apks[apps[at].parts[0]], &[("places", &places.join(", "))]))
                .collect()
        })
        .collect();
    apps.iter_mut().zip(told).for_each(|(app, told)| app.anomalies.extend(told));
    apps
}

/// Whether Android would install the two as one app.
fn belongs(split: &Known, other: &Known) -> bool {
    split.package.is_some()
        && split.package == other.package
        && split.version == other.version
        && split.signer.is_that_of(&other.signer)
}

/// Why Android would not, though the packages are the same.
fn not_together(split: &Known, base: &Known) -> Note {
    let template = match split.version == base.version {
        false => &notes::SPLIT_OTHER_VERSION,
        true => &notes::SPLIT_OTHER_SIGNER,
    };
    note(template, base, &[("split", &split.place), ("base", &base.place)])
}

fn same_folder(one: &Known, other: &Known) -> bool {
    let folder = |apk: &Known| apk.place.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    folder(one) == folder(other)
}

/// A note about `apk`, with its package among the values: `?` stands for one that could not be read.
fn note(template: &'static Template, apk: &Known, values: &[(&str, &dyn ToString)]) -> Note {
    let package = apk.package.as_deref().unwrap_or("?");
    let mut all: Vec<(&str, &dyn ToString)> = vec![("package", &package)];
    all.extend_from_slice(values);
    Note::new(template, &all)
}
