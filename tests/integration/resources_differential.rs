//! Resource tables against other readers of them, on real apps: aapt and apk-info. Every difference is explained here
//! and in docs/resources.md.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::aapt::raw_value;
use apk_info::ARSC;
use apklens::archive::Archive;
use apklens::resources::table::{Configuration, Locale, ResourceTable};
use apklens::resources::value::Value;
use apklens::source::FileSource;

/// The system's own resources, of the Debian package that aapt needs to build the fixtures.
const FRAMEWORK: &str = "/usr/share/android-framework-res/framework-res.apk";

/// The real apps, and the system's resources: the largest and richest table there is.
fn tables() -> Vec<(&'static str, PathBuf, ResourceTable)> {
    let apks = testkit::real_apks().into_iter().chain([("framework", PathBuf::from(FRAMEWORK))]);
    apks.map(|(name, path)| (name, path.clone(), ResourceTable::parse(entry(&path, "resources.arsc")).unwrap()))
        .collect()
}

fn entry(apk: &Path, name: &str) -> Vec<u8> {
    let source = FileSource::new(std::fs::File::open(apk).unwrap()).unwrap();
    let archive = Archive::open(&source).unwrap();
    archive.read(archive.entry(name).unwrap(), 64 << 20).unwrap()
}

fn aapt(arguments: &[&str], apk: &Path) -> String {
    let output = Command::new("aapt").args(arguments).arg(apk).output().expect("aapt is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a resource is for a configuration: `(0x7f010000, "de-rAT") → ("org.example:string/name", type, data)`; a bag has
/// neither type nor data.
type Entries = BTreeMap<(u32, String), Vec<(String, Option<(u8, u32)>)>>;

/// `aapt dump resources`: lines like `config de:` and `resource 0x7f010000 org.example:string/name: t=0x03 d=0x00000001 (…`.
fn aapt_entries(apk: &Path) -> Entries {
    let mut entries = Entries::new();
    let mut configuration = String::new();
    for line in aapt(&["dump", "resources"], apk).lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("config ") {
            // aapt prints the number that stands for network 0.
            configuration = name.trim_end_matches(':').replace("(default)", "").replace("mnc65535", "mnc0");
        } else if let Some(rest) = line.strip_prefix("resource ") {
            let (id, rest) = rest.split_once(' ').unwrap();
            let id = u32::from_str_radix(id.trim_start_matches("0x"), 16).unwrap();
            let (name, rest) = rest.split_once(": ").unwrap();
            let number = |key: &str| {
                let (_, value) = rest.split_once(key)?;
                u32::from_str_radix(value.split_whitespace().next()?, 16).ok()
            };
            let value = number("t=0x").zip(number("d=0x")).map(|(kind, data)| (kind as u8, data));
            entries.entry((id, configuration.clone())).or_default().push((name.to_owned(), value));
        }
    }
    entries
}

#[test]
fn every_entry_is_what_aapt_dumps() {
    for (name, path, table) in tables() {
        let mut expected: BTreeMap<(u32, String), (u8, u32)> = BTreeMap::new();
        let mut names = BTreeMap::new();
        for ((id, configuration), found) in aapt_entries(&path) {
            for (full_name, value) in found {
                names.insert(id, full_name.split_once(':').unwrap().1.to_owned());
                // Bags are compared by their items below.
                if let Some((kind, data)) = value {
                    expected.insert((id, configuration.clone()), (kind, if kind == 3 { 0 } else { data }));
                }
            }
        }
        let mut actual = BTreeMap::new();
        for id in table.ids() {
            for (configuration, value) in table.values(id) {
                actual.insert((id, configuration.to_string()), raw_value(&value));
            }
        }
        assert!(!names.is_empty(), "{name}: aapt says nothing");
        for (key, value) in &expected {
            assert_eq!(actual.get(key), Some(value), "{name}: {key:x?}");
        }
        assert_eq!(actual.len(), expected.len(), "{name}");
        for (id, expected) in names {
            assert_eq!(table.name(id), Some(expected), "{name}: {id:x}");
        }
        assert_eq!((table.anomalies().len(), table.problems().len()), (0, 0), "{name}: {:?}", table.anomalies());
    }
}

#[test]
fn the_systems_strings_are_those_of_its_own_table() {
    let system = ResourceTable::parse(entry(Path::new(FRAMEWORK), "resources.arsc")).unwrap();
    let kept = ResourceTable::default();
    // All public strings for people; those behind are settings of the system.
    for id in 0x0104_0000..=0x0104_001a {
        assert_eq!(kept.resolve(id), system.resolve(id), "{id:x}");
        assert_eq!(kept.name(id), system.name(id).map(|name| format!("android:{name}")), "{id:x}");
    }
}

/// The id of the application's label, from the manifest's text.
fn label_id(apk: &Path) -> Option<u32> {
    let manifest = aapt(&["dump", "xmltree"], &PathBuf::from(apk)).to_owned() + &xmltree(apk);
    let (_, application) = manifest.split_once("E: application")?;
    let application = application.split("E: ").next()?;
    let (_, label) = application.split_once("android:label(0x01010001)=@0x")?;
    u32::from_str_radix(label.get(..8)?, 16).ok()
}

fn xmltree(apk: &Path) -> String {
    let output = Command::new("aapt").args(["dump", "xmltree"]).arg(apk).arg("AndroidManifest.xml").output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_label_is_what_aapt_tells() {
    let mut compared = 0;
    for (name, path, table) in tables() {
        let Some(id) = label_id(&path) else { continue };
        let badging = aapt(&["dump", "badging"], &path);
        let own = table.strings_by_locale(id);
        let mut locales = 0;
        for line in badging.lines() {
            let Some((key, label)) = line.strip_prefix("application-label").and_then(|rest| rest.split_once(':'))
            else {
                continue;
            };
            let label = label.trim_matches('\'');
            let Some(locale) = key.strip_prefix('-') else {
                // aapt's device speaks American English, the neutral phone no language.
                let american = Configuration::neutral_phone().with_locale(Locale::new("en", "US").unwrap());
                assert_eq!(table.resolve_for(id, &american).unwrap().as_str(), Some(label), "{name}");
                continue;
            };
            locales += 1;
            let locale = locale_of(locale);
            // aapt names every locale of the whole table: those without a label of their own have the default.
            let shown = own.get(&locale.tag().unwrap()).cloned().or_else(|| {
                let device = Configuration::neutral_phone().with_locale(locale);
                Some(table.resolve_for(id, &device)?.as_str()?.to_owned())
            });
            // For English of no region, Android compares scripts and takes the pseudo-locale en-XC of the system's
            // table; here a region that the device does not have does not match (see docs/resources.md).
            if (name, key) != ("framework", "-en") {
                assert_eq!(shown.as_deref(), Some(label), "{name} {key}");
            }
        }
        assert!(locales >= own.len(), "{name}");
        compared += locales;
    }
    assert!(compared > 100, "{compared}");
}

/// aapt's `zh-rTW`, `zh-TW` or `sr-Latn`.
fn locale_of(name: &str) -> Locale {
    let (language, rest) = name.split_once('-').unwrap_or((name, ""));
    match rest.as_bytes() {
        &[a, b, c, d] => Locale { script: [a, b, c, d], ..Locale::new(language, "").unwrap() },
        _ => Locale::new(language, rest).unwrap(),
    }
}

#[test]
fn apk_info_reads_the_same_names_and_values() {
    for (name, path, table) in tables() {
        let bytes = entry(&path, "resources.arsc");
        let rival = ARSC::new(&mut bytes.as_slice()).unwrap();
        let mut strings = 0;
        for id in table.ids() {
            assert_eq!(
                rival.get_resource_name(id).map(|name| name.trim_start_matches('@').to_owned()),
                table.name(id),
                "{name}: {id:x}"
            );
            // apk-info asks for the device that is nothing in particular.
            let (ours, theirs) = (table.resolve_for(id, &Configuration::default()), rival.get_resource_value(id));
            match (ours, theirs) {
                (Some(Value::String(ours)), Some(theirs)) => {
                    strings += 1;
                    // Of none and the medium density, which count the same, Android takes the later.
                    let is = |density: &str, text: &str| {
                        table.values(id).iter().any(|(configuration, value)| {
                            configuration.to_string() == density && value.as_str() == Some(text)
                        })
                    };
                    if is("mdpi", &ours) && is("", &theirs) {
                        continue;
                    }
                    // It takes the lowest density where Android takes the medium one: the same file in another folder.
                    let [ours, theirs] = [&ours, &theirs].map(|path| path.rsplit_once('/').unwrap_or(("", path)));
                    assert!(ours.1 == theirs.1, "{name}: {id:x}: {ours:?}, {theirs:?}");
                    assert!(ours.0 == theirs.0 || ours.0.contains("dpi"), "{name}: {id:x}: {ours:?}, {theirs:?}");
                }
                // Where a reference leads out of the table, it has no value; nor has a style or an array.
                (Some(Value::Reference(_)), None) => {}
                // Black, white and the like, which the system's table has.
                (Some(Value::Color { .. }), None) => {}
                (Some(ours @ (Value::Boolean(_) | Value::Decimal(_) | Value::Attribute(_))), Some(theirs)) => {
                    assert_eq!(ours.to_string(), theirs, "{name}: {id:x}");
                }
                // Units, decimals and colours are written otherwise.
                (Some(Value::Dimension(_) | Value::Fraction(_) | Value::Float(_) | Value::Color { .. }), Some(_)) => {}
                (Some(Value::Hex(_) | Value::Undefined | Value::Empty), _) => {}
                other => panic!("{name}: {id:x}: {other:?}"),
            }
        }
        assert!(strings > 50 || name == "uiautomator2", "{name}: {strings}");
    }
}
