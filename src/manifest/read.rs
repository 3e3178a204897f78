//! From an archive to what its manifest says.
//!
//! Source: AOSP `frameworks/base/core/java/com/android/internal/pm/pkg/parsing/ParsingPackageUtils.java`.

use std::cell::Cell;

use super::components::{self, Application};
use super::filters::{intent_filter, meta_data};
use super::lookup::{Lookup, MAX_MODEL_TEXT};
use super::model::{Component, Launcher, Manifest, Package};
use super::network_security::{self, CLEARTEXT_FORBIDDEN};
use super::notes;
use super::{implied, launcher, permissions};
use crate::archive::{Archive, ArchiveError, MANIFEST, METHOD_DEFLATED};
use crate::note::{Note, Place};
use crate::resources::icon::icon;
use crate::resources::note_list::NoteList;
use crate::resources::table::ResourceTable;
use crate::resources::value::Value;
use crate::resources::xml::attributes::id;
use crate::resources::xml::{Document, Element};

/// The resource table's entry.
const RESOURCES: &str = "resources.arsc";
/// How many bytes of a resource table are read. The largest have some tens of millions.
const MAX_RESOURCES: u64 = 256 << 20;
/// How many bytes of a manifest are read. The largest have a few million.
const MAX_MANIFEST: u64 = 64 << 20;
/// How many bytes of a service's configuration file are read.
const MAX_CONFIGURATION: u64 = 4 << 20;
/// How many configuration files are read: a component can name one, and many can name the same.
const MAX_CONFIGURATIONS: u32 = 64;
/// `Build.VERSION_CODES.CUR_DEVELOPMENT`: the level that a version's code name stands for.
const DEVELOPMENT: u32 = 10_000;

/// Reads the manifest of an APK. It never fails: what could be read stands beside the problems.
pub fn read(archive: &Archive<'_>) -> Manifest {
    let (document, incomplete) = match open(archive, MANIFEST, MAX_MANIFEST) {
        Ok(opened) => opened,
        Err(note) => return Manifest { problems: vec![note], ..Manifest::default() },
    };
    let (table, unreadable) = resources(archive);
    let resolve = |id: u32| table.resolve(id);
    let opened = Cell::new(0);
    let open = |entry: &str| {
        opened.set(opened.get() + 1);
        if opened.get() > MAX_CONFIGURATIONS {
            return Err(Note::new(&notes::problems::CONFIGURATIONS_TOO_MANY, &[("limit", &MAX_CONFIGURATIONS)]));
        }
        open(archive, entry, MAX_CONFIGURATION).map(|(document, _)| document)
    };
    let lookup = Lookup::new(&resolve, &open, MAX_MODEL_TEXT);
    let mut manifest = model(&document, &lookup);
    if let (Some(package), Some(application)) = (&mut manifest.package, application(&document)) {
        let labelled = labelled(application, package, &manifest.components, &lookup);
        let label = labelled.and_then(|element| element.attribute(id::LABEL)?.value.as_reference());
        package.labels = label.map(|label| table.strings_by_locale(label)).unwrap_or_default();
        let resource = |attribute| application.attribute(attribute)?.value.as_reference();
        let icons = [id::ICON, id::ROUND_ICON].into_iter().filter_map(resource);
        package.icon = icons.into_iter().find_map(|id| icon(archive, &table, id));
        manifest.anomalies.extend(resources_odd(archive, package, application));
    }
    manifest.text = document.to_xml(&|id| table.name(id));
    manifest.anomalies.extend(in_entry(RESOURCES, table.anomalies().iter().cloned()));
    manifest
        .problems
        .extend(incomplete.into_iter().chain(unreadable).chain(in_entry(RESOURCES, table.problems().into_iter())));
    manifest
}

/// The app's resource table, as far as it can be read, and why that is not all of it; an empty one when there is none, as
/// in a split without resources.
fn resources(archive: &Archive<'_>) -> (ResourceTable, Option<Note>) {
    let Some(entry) = archive.entry(RESOURCES) else { return (ResourceTable::default(), None) };
    // An archive's errors are sentences of their own: the full stop is the template's.
    let note = |template, error: &dyn ToString| {
        let error = error.to_string();
        Note::new(template, &[("error", &error.trim_end_matches('.'))]).at(Place::entry(RESOURCES))
    };
    let (bytes, error) = archive.salvage(entry, MAX_RESOURCES);
    match (ResourceTable::parse(bytes), error) {
        (Ok(table), None) => (table, None),
        (Ok(table), Some(error)) => (table, Some(note(&notes::problems::RESOURCES_INCOMPLETE, &error))),
        (Err(_), Some(error)) => (ResourceTable::default(), Some(note(&notes::problems::RESOURCES_UNREADABLE, &error))),
        (Err(error), None) => (ResourceTable::default(), Some(note(&notes::problems::RESOURCES_UNREADABLE, &error))),
    }
}

/// The number of an app's own package of resources (`APP_PACKAGE_ID`).
const OWN_PACKAGE: u32 = 0x7f;
/// From this target on Android installs an app only when it can use the table where it lies in the file (Android 11;
/// AOSP `ParsingPackageUtils.parseBaseApk`, `AssetManager.containsAllocatedTable`).
const RESOURCES_IN_PLACE: u32 = 30;

/// What is odd about a base without its resource table, or about the way in which the table is stored.
fn resources_odd(archive: &Archive<'_>, package: &Package, application: &Element) -> Option<Note> {
    if package.split.is_some() {
        return None;
    }
    let template = match archive.entry(RESOURCES) {
        None => {
            let is_own = |id: u32| id >> 24 == OWN_PACKAGE;
            let mut named = application.attributes.iter().filter_map(|attribute| attribute.value.as_reference());
            named.any(is_own).then_some(&notes::RESOURCES_MISSING)?
        }
        Some(_) if package.target_sdk < RESOURCES_IN_PLACE => return None,
        Some(entry) if entry.method == METHOD_DEFLATED => &notes::RESOURCES_COMPRESSED,
        Some(entry) if !entry.data_offset?.is_multiple_of(4) => &notes::RESOURCES_UNALIGNED,
        Some(_) => return None,
    };
    Some(Note::new(template, &[]).at(Place::entry(RESOURCES)))
}

/// The element whose label is the app's name: the application, or, where that says none, the activity that the launcher
/// shows, or what that one stands for.
fn labelled<'a>(
    application: &'a Element,
    package: &Package,
    components: &[Component],
    lookup: &Lookup<'_>,
) -> Option<&'a Element> {
    let says = |element: &&Element| lookup.text(element, id::LABEL).is_some();
    if says(&application) {
        return Some(application);
    }
    let launcher = package.launcher.activity.as_deref()?;
    let target = components.iter().find(|component| component.name == launcher)?.target.as_deref();
    let activities =
        || application.elements().filter(|element| matches!(&*element.name, "activity" | "activity-alias"));
    [Some(launcher), target]
        .into_iter()
        .flatten()
        .find_map(|class| activities().find(|element| is_class(element, &package.name, class) && says(element)))
}

/// Whether an element names the class, in full or as a part of the package.
fn is_class(element: &Element, package: &str, class: &str) -> bool {
    let Some(name) = element.attribute(id::NAME).and_then(|attribute| attribute.value.as_str()) else { return false };
    let in_package = class.strip_prefix(package).and_then(|rest| rest.strip_prefix('.'));
    class == name || in_package.is_some_and(|rest| rest == name.strip_prefix('.').unwrap_or(name))
}

/// The first `<application>`.
fn application(document: &Document) -> Option<&Element> {
    root(document).elements_named("application").next()
}

/// Opens a binary XML file of the archive, or as much of it as there is, and then says why that is not all.
fn open(archive: &Archive<'_>, name: &str, limit: u64) -> Result<(Document, Option<Note>), Note> {
    let unreadable = if name == MANIFEST {
        &notes::problems::MANIFEST_UNREADABLE
    } else {
        &notes::problems::CONFIGURATION_UNREADABLE
    };
    let place = Place::entry(name);
    let Some(entry) = archive.entry(name) else {
        let note = match name {
            MANIFEST => Note::new(&notes::problems::MANIFEST_MISSING, &[]),
            name => Note::new(&notes::problems::CONFIGURATION_MISSING, &[("name", &name)]),
        };
        return Err(note.at(place));
    };
    let unreadable = |error: &dyn ToString| Note::new(unreadable, &[("error", error)]).at(place.clone());
    let (bytes, error) = archive.salvage(entry, limit);
    // A document says itself where it ends: an entry that claims to go on, up to the end of a large file, hides
    // nothing of it.
    let incomplete = error.filter(|error| !matches!(error, ArchiveError::TooLarge { .. }));
    // An archive's errors are sentences of their own: the full stop is the template's.
    let incomplete = incomplete.map(|error| unreadable(&error.to_string().trim_end_matches('.')));
    match Document::parse(&bytes) {
        Ok(document) => Ok((document, incomplete)),
        Err(error) => Err(incomplete.unwrap_or_else(|| unreadable(&error))),
    }
}

/// What the document of a manifest says.
pub fn model(document: &Document, lookup: &Lookup<'_>) -> Manifest {
    let mut notes = NoteList::default();
    let root = root(document);
    if *root.name != *"manifest" || root.offset != document.root.offset {
        notes.anomaly(&notes::MANIFEST_ROOT, &[("name", &document.root.name)], document.root.offset);
    }
    let mut manifest = Manifest::default();
    let mut package = package(root, &mut notes);
    let tags = tags(root, &mut notes);
    for element in &tags {
        manifest.permissions.extend(permissions::asked(element, lookup, &mut notes));
        manifest.declared_permissions.extend(permissions::declared(element, lookup));
        match &*element.name {
            "uses-sdk" => sdk_levels(element, lookup, &mut package),
            "uses-feature" => package.features.extend(lookup.name(element)),
            "feature-group" => {
                package.features.extend(element.elements_named("uses-feature").filter_map(|item| lookup.name(item)));
            }
            "queries" => package.queries.extend(queries(element, lookup)),
            _ => {}
        }
    }
    manifest_attributes(root, lookup, &mut package);
    // The first is the application; the tags of a second one count as the manifest's.
    if let Some(element) = root.elements_named("application").next() {
        application_attributes(element, lookup, &mut package, &mut notes);
        let application = Application { package: &package.name, target_sdk: package.target_sdk, element };
        let components = components::read(&application, lookup, &mut notes);
        package.launcher = launch(&components, element, lookup);
        manifest.components = components.into_iter().map(|(component, _)| component).collect();
        package.label = label(element, &package, &manifest.components, lookup);
    }
    // A split's manifest says neither the target nor what the app as a whole may do.
    if package.split.is_none() {
        implied::add(&mut manifest.permissions, package.target_sdk);
    }
    if lookup.exceeded() {
        notes.problem(&notes::problems::MODEL_TOO_LONG, &[], root.offset);
    }
    let (anomalies, problems) = notes.finish();
    manifest.package = Some(package);
    manifest.anomalies = in_entry(MANIFEST, document.anomalies.iter().cloned().chain(anomalies)).collect();
    manifest.problems = in_entry(MANIFEST, document.problems.iter().cloned().chain(problems)).collect();
    manifest
}

/// The notes with the entry as their place, where they have none yet.
fn in_entry(name: &str, notes: impl Iterator<Item = Note>) -> impl Iterator<Item = Note> {
    notes.map(move |note| {
        let entry = note.place.entry.clone().or_else(|| Some(name.to_owned()));
        let place = Place { entry, ..note.place };
        Note { place, ..note }
    })
}

/// The `<manifest>`, which Android wants to be the first element; failing that, one beside or in it.
fn root(document: &Document) -> &Element {
    let first = &document.root;
    let mut candidates = std::iter::once(first).chain(first.elements()).chain(&document.others);
    candidates.find(|element| *element.name == *"manifest").unwrap_or(first)
}

/// The elements that Android reads as the manifest's own: those in it, and those in a second `<application>`, into
/// which its parser goes on as if it were not there (`parseBaseApkTags`), and so into one in that.
fn tags<'a>(root: &'a Element, notes: &mut NoteList) -> Vec<&'a Element> {
    let mut tags: Vec<&Element> = Vec::new();
    let mut is_first = true;
    let mut pending: Vec<_> = vec![root.elements().collect::<Vec<_>>().into_iter()];
    while let Some(elements) = pending.last_mut() {
        let Some(element) = elements.next() else {
            pending.pop();
            continue;
        };
        if *element.name != *"application" {
            tags.push(element);
        } else if !std::mem::take(&mut is_first) {
            notes.anomaly(&notes::SECOND_APPLICATION, &[], element.offset);
            pending.push(element.elements().collect::<Vec<_>>().into_iter());
        }
    }
    tags
}

/// The package's name, before anything that depends on it.
fn package(root: &Element, notes: &mut NoteList) -> Package {
    let plain = |name: &str| root.plain_attribute(name).map(|attribute| attribute.plain_value());
    // Failing the attribute that Android reads, one with the same name elsewhere.
    let anywhere = || root.attributes.iter().find(|attribute| *attribute.pool_name == *"package");
    let elsewhere = plain("package").is_none().then(anywhere).flatten();
    let name = plain("package").or_else(|| elsewhere.map(|attribute| attribute.plain_value())).unwrap_or_default();
    if name.is_empty() {
        notes.problem(&notes::problems::PACKAGE_MISSING, &[], root.offset);
    } else if elsewhere.is_some() {
        notes.anomaly(&notes::PACKAGE_ELSEWHERE, &[], root.offset);
    }
    let split = plain("split").filter(|split| !split.is_empty());
    Package { name, split, min_sdk: 1, target_sdk: 1, allow_backup: true, ..Package::default() }
}

fn manifest_attributes(root: &Element, lookup: &Lookup<'_>, package: &mut Package) {
    let number = |id| lookup.int(root, id).map(|number| u64::from(number as u32));
    let (code, major) = (number(id::VERSION_CODE), number(id::VERSION_CODE_MAJOR));
    package.version_code = match (code, major) {
        (code, Some(major)) => Some(major << 32 | code.unwrap_or_default()),
        (code, None) => code,
    };
    package.version_name = lookup.text(root, id::VERSION_NAME);
    package.shared_user_id = lookup.text(root, id::SHARED_USER_ID);
    package.target_sandbox_version = lookup.int(root, id::TARGET_SANDBOX_VERSION).map(|version| version as u32);
}

/// `parseUsesSdk`: a target that is not stated is the minimum; of several `<uses-sdk>` the last one counts.
fn sdk_levels(element: &Element, lookup: &Lookup<'_>, package: &mut Package) {
    let level = |id| {
        let value = lookup.value(element, id)?;
        match (value.as_int(), &value) {
            (Some(level), _) => Some(u32::try_from(level).unwrap_or_default()),
            (None, Value::String(name)) => Some(name.parse().unwrap_or(DEVELOPMENT)),
            _ => None,
        }
    };
    let (min, target) = (level(id::MIN_SDK_VERSION), level(id::TARGET_SDK_VERSION));
    package.min_sdk = min.unwrap_or(1);
    package.target_sdk = target.unwrap_or(package.min_sdk);
    package.max_sdk = level(id::MAX_SDK_VERSION);
}

/// The packages, actions and authorities of `<queries>`.
fn queries(element: &Element, lookup: &Lookup<'_>) -> Vec<String> {
    element
        .elements()
        .flat_map(|query| match &*query.name {
            "package" => lookup.name(query).into_iter().collect(),
            "provider" => lookup.text(query, id::AUTHORITIES).into_iter().collect(),
            "intent" => {
                let filter = intent_filter(query, lookup);
                filter.actions.into_iter().chain(filter.data).collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

fn application_attributes(element: &Element, lookup: &Lookup<'_>, package: &mut Package, notes: &mut NoteList) {
    let flag = |id| lookup.boolean(element, id);
    package.debuggable = flag(id::DEBUGGABLE).unwrap_or(false);
    package.allow_backup = flag(id::ALLOW_BACKUP).unwrap_or(true);
    package.test_only = flag(id::TEST_ONLY).unwrap_or(false);
    package.cleartext_traffic = flag(id::USES_CLEARTEXT_TRAFFIC).unwrap_or(package.target_sdk < CLEARTEXT_FORBIDDEN);
    package.meta_data = meta_data(element, lookup);
    package.network_security_config = lookup.file(element, id::NETWORK_SECURITY_CONFIG);
    if let Some(entry) = &package.network_security_config {
        match lookup.open(entry) {
            Ok(document) => network_security::read(&document, package),
            Err(note) => notes.push_problem(note),
        }
    }
}

/// The app's name: what [`labelled`] says, or else the package's name, if a label is stated that leads nowhere
/// (`PackageItemInfo.loadUnsafeLabel`).
fn label(element: &Element, package: &Package, components: &[Component], lookup: &Lookup<'_>) -> Option<String> {
    let said = labelled(element, package, components, lookup).and_then(|element| lookup.text(element, id::LABEL));
    let is_stated = || lookup.value(element, id::LABEL).is_some() && !package.name.is_empty();
    said.or_else(|| is_stated().then(|| package.name.clone()))
}

fn launch(components: &[(Component, &Element)], application: &Element, lookup: &Lookup<'_>) -> Launcher {
    let enabled = lookup.boolean(application, id::ENABLED).unwrap_or(true);
    launcher::read(components, enabled, lookup)
}
