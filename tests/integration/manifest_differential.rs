//! The real apps' manifests as apk-info, aapt and apktool read them. What they read otherwise is listed here, each with
//! its reason.

use crate::aapt;
use testkit::axml::{self, ANDROID, Attr, Axml, TYPE_BOOLEAN, TYPE_DECIMAL, Tag, Typed, android, archive, tag};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use apklens::archive::Archive;
use apklens::manifest::{self, ComponentKind, Manifest};
use apklens::resources::value::Value;
use apklens::resources::xml::{ANDROID_NAMESPACE, Attribute, Document, Element, Node};
use apklens::source::FileSource;

fn open(path: &Path) -> FileSource {
    FileSource::new(std::fs::File::open(path).unwrap()).unwrap()
}

fn entry(archive: &Archive<'_>, name: &str) -> Vec<u8> {
    archive.read(archive.entry(name).unwrap(), u64::MAX).unwrap()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn for_each_app(check: impl Fn(&str, &Path, &Manifest)) {
    for (name, path) in testkit::real_apks() {
        let source = open(&path);
        let manifest = manifest::read(&Archive::open(&source).unwrap());
        assert_eq!((&manifest.anomalies, &manifest.problems), (&vec![], &vec![]), "{name}");
        check(name, &path, &manifest);
    }
}

/// Two lists are the same; says the first difference.
fn assert_same<T: PartialEq + std::fmt::Debug>(
    app: &str,
    ours: impl IntoIterator<Item = T>,
    theirs: impl IntoIterator<Item = T>,
) {
    let (mut ours, mut theirs) = (ours.into_iter(), theirs.into_iter());
    for number in 0.. {
        let pair = (ours.next(), theirs.next());
        assert_eq!(pair.0, pair.1, "{app}, number {number}");
        if pair.0.is_none() {
            break;
        }
    }
}

#[test]
fn apk_info_reads_the_same_model() {
    for_each_app(|name, path, manifest| {
        let package = manifest.package.as_ref().unwrap();
        let theirs = apk_info::Apk::new(path).unwrap();
        assert_eq!(theirs.get_package_name().as_ref(), Some(&package.name), "{name}");
        assert_eq!(theirs.get_version_code(), package.version_code.map(|code| code.to_string()), "{name}");
        assert_eq!(theirs.get_version_name(), package.version_name, "{name}");
        assert_eq!(theirs.get_min_sdk_version(), Some(package.min_sdk.to_string()), "{name}");
        assert_eq!(theirs.get_target_sdk_version(), package.target_sdk, "{name}");
        assert_eq!(theirs.get_application_label(), package.label, "{name}");
        let main: Vec<&str> = theirs.get_main_activities().collect();
        assert_eq!(main, package.launcher.activities, "{name}");
        let asked: Vec<&str> = theirs.get_permissions().collect();
        let asked_outright = |it: &&manifest::Permission| it.min_sdk != Some(23) && it.implied.is_none();
        let ours = manifest.permissions.iter().filter(asked_outright);
        assert_eq!(asked, ours.map(|permission| permission.name.as_str()).collect::<Vec<_>>(), "{name}");
        let features: Vec<&str> = theirs.get_features().collect();
        assert_eq!(features, package.features, "{name}");

        // apk-info gives names as they are written: they are completed here as Android does.
        let complete = |written: Option<&str>| {
            let written = written.unwrap();
            let relative = written.starts_with('.') || !written.contains('.');
            let dot = if written.starts_with('.') { "" } else { "." };
            if relative { format!("{}{dot}{written}", package.name) } else { written.to_owned() }
        };
        let ours = |kind| -> Vec<(String, usize)> {
            let of_kind = manifest.components.iter().filter(|component| component.kind == kind);
            of_kind.map(|component| (component.name.clone(), component.intent_filters.len())).collect()
        };
        // Android drops an activity's or receiver's filter without an action, but not a service's.
        let with_action = |filters: &[apk_info::models::IntentFilter<'_>]| {
            filters.iter().filter(|filter| !filter.actions.is_empty()).count()
        };
        let activities = theirs.get_activities().map(|item| (complete(item.name), with_action(&item.intent_filters)));
        assert_same(name, ours(ComponentKind::Activity), activities);
        let aliases =
            theirs.get_activity_aliases().map(|item| (complete(item.name), with_action(&item.intent_filters)));
        assert_same(name, ours(ComponentKind::ActivityAlias), aliases);
        let services = theirs.get_services().map(|item| (complete(item.name), item.intent_filters.len()));
        assert_same(name, ours(ComponentKind::Service), services);
        let receivers = theirs.get_receivers().map(|item| (complete(item.name), with_action(&item.intent_filters)));
        assert_same(name, ours(ComponentKind::Receiver), receivers);
        let providers = theirs.get_providers().map(|item| complete(item.name));
        let ours = ours(ComponentKind::Provider).into_iter().map(|(name, _)| name);
        assert_same(name, ours, providers);
    });
}

#[test]
fn aapt_reads_the_same_badging() {
    for_each_app(|name, path, manifest| {
        let package = manifest.package.as_ref().unwrap();
        let badging = output("aapt", &["dump", "badging", path.to_str().unwrap()]);
        let all = |key: &str| -> Vec<String> {
            let of_key = badging.lines().filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix(':'));
            of_key.map(|rest| rest.trim().to_owned()).collect()
        };
        let value = |text: &str, key: &str| -> Option<String> {
            let (_, rest) = text.split_once(&format!("{key}='"))?;
            Some(rest.split_once('\'')?.0.to_owned())
        };
        let head = &all("package")[0];
        assert_eq!(value(head, "name").as_ref(), Some(&package.name), "{name}");
        assert_eq!(value(head, "versionCode"), package.version_code.map(|code| code.to_string()), "{name}");
        assert_eq!(value(head, "versionName"), package.version_name, "{name}");
        assert_eq!(all("sdkVersion"), [format!("'{}'", package.min_sdk)], "{name}");
        assert_eq!(all("targetSdkVersion"), [format!("'{}'", package.target_sdk)], "{name}");
        assert_eq!(badging.lines().any(|line| line == "application-debuggable"), package.debuggable, "{name}");
        let label = package.label.as_ref().map(|label| format!("'{label}'"));
        assert_eq!(all("application-label").first(), label.as_ref(), "{name}");
        let launchable: Vec<_> = all("launchable-activity").iter().map(|line| value(line, "name").unwrap()).collect();
        assert_eq!(launchable, package.launcher.activities, "{name}");

        let permissions = output("aapt", &["dump", "permissions", path.to_str().unwrap()]);
        let asked: Vec<(String, Option<String>)> = permissions
            .lines()
            .filter_map(|line| line.strip_prefix("uses-permission:"))
            .map(|line| (value(line, "name").unwrap(), value(line, "maxSdkVersion")))
            .collect();
        let asked_outright = manifest.permissions.iter().filter(|it| it.implied.is_none());
        let ours = asked_outright.map(|it| (it.name.clone(), it.max_sdk.map(|level| level.to_string())));
        assert_eq!(ours.collect::<Vec<_>>(), asked, "{name}");
        let declared =
            permissions.lines().filter_map(|line| line.strip_prefix("permission: ")).collect::<BTreeSet<_>>();
        let ours = manifest.declared_permissions.iter().map(|permission| permission.name.as_str());
        assert_eq!(ours.collect::<BTreeSet<_>>(), declared, "{name}");
    });
}

#[test]
fn aapt_reads_the_same_tree_in_every_xml_file() {
    let mut files = 0;
    for_each_app(|name, path, _| {
        let source = open(path);
        let archive = Archive::open(&source).unwrap();
        let document = Document::parse(&entry(&archive, "AndroidManifest.xml")).unwrap();
        let theirs = output("aapt", &["dump", "xmltree", path.to_str().unwrap(), "AndroidManifest.xml"]);
        let mut ours = String::new();
        write_as_aapt(&document.root, 0, &mut ours);
        assert_same(name, ours.lines(), theirs.lines());
    });
    // The app with the most kinds of XML: every file that it has.
    let (_, path) = testkit::real_apks().into_iter().find(|(name, _)| *name == "apidemos").unwrap();
    let source = open(&path);
    let archive = Archive::open(&source).unwrap();
    let xml: Vec<&str> = archive.entries().iter().map(|entry| entry.name.as_str()).collect();
    let xml =
        xml.into_iter().filter(|name| name.starts_with("res/") && name.ends_with(".xml")).collect::<BTreeSet<_>>();
    let mut arguments = vec!["dump", "xmltree", path.to_str().unwrap()];
    arguments.extend(&xml);
    let theirs = output("aapt", &arguments);
    let mut ours = String::new();
    for name in &xml {
        let document = Document::parse(&entry(&archive, name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((document.anomalies, document.problems), (vec![], vec![]), "{name}");
        write_as_aapt(&document.root, 0, &mut ours);
        files += 1;
    }
    assert!(files > 300, "{files}");
    // With several files aapt names none of them: the trees stand one after another.
    assert_same("apidemos", ours.lines(), theirs.lines());
}

/// Every data type of `ResourceTypes.h` with data of each kind: none, small, negative, and all bits. Strings are left out, since their data are
/// indices. A Boolean value keeps only whether its data are zero.
#[test]
fn aapt_reads_the_same_value_of_every_type() {
    let mut root = tag("manifest").plain("package", "a.b");
    for data_type in [0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x07, 0x08, 0x10, 0x11, 0x12, 0x1c, 0x1d, 0x1e, 0x1f] {
        let values = [0, 1, 2, 0x7f01_0003, 0x8000_0000, u32::MAX];
        for value in values.into_iter().filter(|value| data_type != TYPE_BOOLEAN || [0, u32::MAX].contains(value)) {
            root = root.child(tag("item").attr(android("value", Typed::Number(data_type, value))));
        }
    }
    let xml = Axml::new(&root, true).bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("values.apk");
    std::fs::write(&path, archive(&[("AndroidManifest.xml", &xml)])).unwrap();
    let theirs = output("aapt", &["dump", "xmltree", path.to_str().unwrap(), "AndroidManifest.xml"]);
    let mut ours = String::new();
    write_as_aapt(&Document::parse(&xml).unwrap().root, 0, &mut ours);
    assert_eq!(ours.lines().filter(|line| line.contains("(null)")).count(), 6);
    assert_same("values", ours.lines(), theirs.lines());
}

/// A tree in the form of `aapt dump xmltree`.
fn write_as_aapt(element: &Element, depth: usize, text: &mut String) {
    write_in_scope(element, depth, &BTreeMap::new(), text);
}

fn write_in_scope(element: &Element, depth: usize, scope: &BTreeMap<String, String>, text: &mut String) {
    let (mut depth, mut scope) = (depth, scope.clone());
    for (prefix, uri) in &element.prefixes {
        writeln!(text, "{:depth$}N: {prefix}={uri}", "", depth = depth * 2).unwrap();
        scope.insert(uri.to_string(), prefix.to_string());
        depth += 1;
    }
    let indent = depth * 2;
    writeln!(text, "{:indent$}E: {} (line={})", "", element.name, element.line).unwrap();
    for attribute in &element.attributes {
        let prefix = attribute.namespace.as_deref().map(|uri| format!("{}:", scope[uri])).unwrap_or_default();
        let id = attribute.resource_id.map(|id| format!("(0x{id:08x})")).unwrap_or_default();
        let value = aapt_value(attribute);
        writeln!(text, "{:indent$}  A: {prefix}{}{id}={value}", "", attribute.pool_name).unwrap();
    }
    for child in &element.children {
        match child {
            Node::Element(child) => write_in_scope(child, depth + 1, &scope, text),
            Node::Text(child) => writeln!(text, "{:indent$}  C: \"{}\"", "", aapt::escaped(child)).unwrap(),
        }
    }
}

fn aapt_value(attribute: &Attribute) -> String {
    let shown = match &attribute.value {
        Value::String(value) => format!("\"{}\"", aapt::escaped(value)),
        other => aapt::number(other),
    };
    match &attribute.raw {
        Some(raw) => format!("{shown} (Raw: \"{}\")", aapt::escaped(raw)),
        None => shown,
    }
}

/// An element of an XML text: its depth, its name, its attributes by namespace and name.
type Line = (usize, String, BTreeMap<(String, String), String>);

fn lines(text: &str) -> Vec<Line> {
    fn collect(node: roxmltree::Node<'_, '_>, depth: usize, lines: &mut Vec<Line>) {
        let attributes = node.attributes().map(|attribute| {
            let name = (attribute.namespace().unwrap_or_default().to_owned(), attribute.name().to_owned());
            // apktool has an order of its own for words that combine.
            let mut words: Vec<&str> = attribute.value().split('|').collect();
            words.sort_unstable();
            (name, words.join("|"))
        });
        lines.push((depth, node.tag_name().name().to_owned(), attributes.collect()));
        for child in node.children().filter(roxmltree::Node::is_element) {
            collect(child, depth + 1, lines);
        }
    }
    let document = roxmltree::Document::parse(text).unwrap();
    let mut lines = Vec::new();
    collect(document.root_element(), 0, &mut lines);
    lines
}

#[test]
fn apktool_decodes_the_same_text() {
    let folder = tempfile::tempdir().unwrap();
    for_each_app(|name, path, manifest| {
        // The manifest and the resource table are all that it needs: decoding the rest takes it most of a minute.
        let source = open(path);
        let archive = Archive::open(&source).unwrap();
        let (xml, table) = (entry(&archive, "AndroidManifest.xml"), entry(&archive, "resources.arsc"));
        let small = testkit::axml::archive(&[("AndroidManifest.xml", &xml), ("resources.arsc", &table)]);
        let apk = folder.path().join(format!("{name}.apk"));
        std::fs::write(&apk, small).unwrap();
        let decoded = folder.path().join(name);
        output("apktool", &["d", "-q", "-s", "-f", "-o", decoded.to_str().unwrap(), apk.to_str().unwrap()]);
        let theirs = lines(&std::fs::read_to_string(decoded.join("AndroidManifest.xml")).unwrap());
        let mut ours = lines(&manifest.text);

        // apktool moves the version and the SDK levels to a file of its own, apktool.yml.
        ours.retain(|(_, element, _)| element != "uses-sdk");
        for moved in ["versionCode", "versionName"] {
            ours[0].2.remove(&(ANDROID_NAMESPACE.to_owned(), moved.to_owned()));
        }
        assert_same(name, ours, theirs);
    });
}

/// A manifest as an app in a folder, as the tools want it, and as the core reads it.
fn written(folder: &Path, bytes: &[u8]) -> (PathBuf, Manifest) {
    let path = folder.join("app.apk");
    let archive = axml::archive(&[("AndroidManifest.xml", bytes)]);
    std::fs::write(&path, &archive).unwrap();
    let manifest = manifest::read(&Archive::open(&archive).unwrap());
    (path, manifest)
}

/// What `dump badging` says of the permissions: those asked for, and those implied.
fn badging_permissions(program: &str, apk: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let output = Command::new(program).args(["dump", "badging"]).arg(apk).output().unwrap();
    let badging = String::from_utf8_lossy(&output.stdout).into_owned();
    let named = |key: &str| -> BTreeSet<String> {
        let of_key = badging.lines().filter_map(|line| line.strip_prefix(key)?.split_once("name='"));
        of_key.map(|(_, rest)| rest.split_once('\'').unwrap().0.to_owned()).collect()
    };
    // Both list an implied one among those asked for, too.
    let implied = named("uses-implied-permission:");
    (&named("uses-permission:") - &implied, implied)
}

/// The permissions that the core reads: those asked for, and those implied.
fn our_permissions(manifest: &Manifest) -> (BTreeSet<String>, BTreeSet<String>) {
    let (implied, asked): (Vec<_>, Vec<_>) = manifest.permissions.iter().partition(|it| it.implied.is_some());
    let names = |permissions: Vec<&manifest::Permission>| permissions.iter().map(|it| it.name.clone()).collect();
    (names(asked), names(implied))
}

/// The implied permissions that aapt and aapt2 know of: they were written before Android 10 made the others.
const KNOWN_TO_AAPT: [&str; 5] =
    ["WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE", "READ_EXTERNAL_STORAGE", "READ_CALL_LOG", "WRITE_CALL_LOG"];

#[test]
fn aapt_implies_the_same_permissions_for_every_target() {
    let folder = tempfile::tempdir().unwrap();
    let sets: [&[&str]; 2] = [
        &["READ_CONTACTS", "WRITE_CONTACTS", "ACCESS_FINE_LOCATION"],
        &["WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE", "READ_CONTACTS", "READ_CALL_LOG", "BODY_SENSORS"],
    ];
    for (target, set) in (1..=36).flat_map(|target| sets.map(|set| (target, set))) {
        let sdk =
            tag("uses-sdk").number("minSdkVersion", TYPE_DECIMAL, 1).number("targetSdkVersion", TYPE_DECIMAL, target);
        let asked =
            set.iter().map(|name| tag("uses-permission").android("name", &format!("android.permission.{name}")));
        let root = asked.fold(tag("manifest").plain("package", "a.b").child(sdk), Tag::child).child(tag("application"));
        let (path, manifest) = written(folder.path(), &Axml::new(&root, true).bytes());
        let (asked, implied) = our_permissions(&manifest);
        let known = KNOWN_TO_AAPT.map(|name| format!("android.permission.{name}"));
        let implied: BTreeSet<String> = implied.into_iter().filter(|name| known.contains(name)).collect();
        for program in ["aapt", "aapt2"] {
            let (theirs, theirs_implied) = badging_permissions(program, &path);
            assert_eq!((&asked, &implied), (&theirs, &theirs_implied), "{program}, target {target}, {set:?}");
        }
    }
}

/// Attributes that are called `name`, or are what Android takes for it, in every combination of a namespace, an id and a
/// text; one, or two together. All in one manifest, each with a value of its own.
#[test]
fn aapt_takes_the_same_attribute_for_the_name_of_a_permission() {
    const OTHER: &str = "http://example.org/";
    let folder = tempfile::tempdir().unwrap();
    let mut attributes = Vec::new();
    for namespace in [None, Some(ANDROID), Some(OTHER)] {
        for id in [None, Some(0x0101_0001), Some(0x0101_0003), Some(0x7f01_0003)] {
            for name in ["name", "label"] {
                let (namespace, name) = (namespace.map(str::to_owned), name.to_owned());
                attributes.push(Attr { namespace, name, id, raw: None, value: Typed::Number(0, 0) });
            }
        }
    }
    let alone = attributes.iter().map(|attribute| vec![attribute]);
    let pairs = attributes.iter().flat_map(|first| attributes.iter().map(move |second| vec![first, second]));
    // Android walks the ids in their order and sees each once; aapt takes the first that fits.
    let sets = alone.chain(pairs).filter(|set| set.iter().filter_map(|one| one.id).is_sorted_by(|a, b| a < b));
    let odd = sets.enumerate().map(|(set, attributes)| {
        attributes.into_iter().enumerate().fold(tag("uses-permission"), |tag, (index, attribute)| {
            let value = format!("p.{set}.{index}");
            tag.attr(Attr { raw: Some(value.clone()), value: Typed::Text(value), ..attribute.clone() })
        })
    });
    let odd: Vec<Tag> = odd.collect();
    // aapt ends at the first permission without a name, aapt2 reads on.
    let named =
        odd.iter().filter(|tag| tag.attributes.iter().any(|one| one.id == Some(0x0101_0003))).cloned().collect();
    for (program, odd) in [("aapt", named), ("aapt2", odd)] {
        let (count, sdk) = (odd.len(), tag("uses-sdk").number("minSdkVersion", TYPE_DECIMAL, 30));
        let root = odd.into_iter().fold(tag("manifest").plain("package", "a.b").child(sdk), Tag::child);
        let root = root.child(tag("uses-permission").android("name", "p.last")).child(tag("application"));
        let (path, manifest) = written(folder.path(), &Axml::new(&root, true).bytes());
        let (ours, _) = our_permissions(&manifest);
        let (theirs, _) = badging_permissions(program, &path);
        assert!(count > 100 && theirs.contains("p.last"), "{program} did not read on: {}", theirs.len());
        let differences: Vec<_> = ours.symmetric_difference(&theirs).collect();
        assert!(differences.is_empty(), "{program}: {differences:?}");
    }
}

/// 21 permissions, of which the strings of 16 have no end mark where their length says: Android reads the other 5, and
/// refuses the app when it needs one of the 16. They are read on, and said.
#[test]
fn aapt_reads_only_the_strings_that_have_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let name = |number: usize| format!("android.permission.NUMBER_{number:02}");
    let asked = (0..21).map(|number| tag("uses-permission").android("name", &name(number)));
    let sdk = tag("uses-sdk").number("minSdkVersion", TYPE_DECIMAL, 30);
    let root = asked.fold(tag("manifest").plain("package", "a.b").child(sdk), Tag::child).child(tag("application"));
    for utf8 in [true, false] {
        let mut axml = Axml::new(&root, utf8);
        for number in 5..21 {
            let (at, length) = (axml.string_offset(&name(number)), name(number).len());
            let end = if utf8 { at + 2 + length } else { at + 2 + 2 * length };
            axml.pool[end] = b'!';
        }
        let (path, manifest) = written(folder.path(), &axml.bytes());
        let (ours, _) = our_permissions(&manifest);
        assert_eq!(ours, (0..21).map(name).collect(), "UTF-8: {utf8}");
        assert!(manifest.anomalies.iter().any(|note| note.code == "string-unterminated"));
        for program in ["aapt", "aapt2"] {
            let (theirs, _) = badging_permissions(program, &path);
            assert_eq!(theirs, (0..5).map(name).collect(), "{program}, UTF-8: {utf8}");
        }
    }
}
