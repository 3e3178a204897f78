//! Real resource tables with one to three parts of their structure put wrong, as AOSP's `AssetManager2` reads them and as we
//! do: the value of every resource on the neutral phone, and whether the table is read at all.
//!
//! `APKLENS_MUTATIONS` sets how many cases are tried, `APKLENS_SEED` which: see docs/testing.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::aapt::raw_value;
use apklens::archive::Archive;
use apklens::resources::table::ResourceTable;
use apklens::resources::value::Value;
use testkit::androidfw;
use testkit::axml_mutations::Model;
use testkit::explore::{Drawn, Steps, Subject, explore, seeds};
use testkit::random::Random;
use testkit::setting;

/// Cases in a run of the whole suite.
const CASES: u64 = 400;

/// What Android reads of a table.
#[derive(Debug)]
enum Theirs {
    /// Not at all.
    Refused,
    /// Its process ended: nothing is learnt.
    Crashed,
    /// Of each resource that has a value: type, data and text, if it is one.
    Read(BTreeMap<u32, (u8, u32, Option<String>)>),
}

struct Original {
    name: &'static str,
    model: Model,
    ids: Vec<u32>,
}

struct Tables(Vec<Original>);

impl Tables {
    fn new() -> Self {
        let fixtures = ["icons", "icons-sparse", "icons-short", "harmless"]
            .map(|name| (name, testkit::fixture(&format!("{name}.apk"))));
        let practice = ["calculator", "system-service"]
            .map(|name| (name, testkit::root().join(format!("www/data/practice/{name}.apk"))));
        let real = testkit::real_apks().into_iter().filter(|(name, _)| *name != "apidemos");
        let original = |(name, path): (&'static str, PathBuf)| {
            let apk = fs::read(path).unwrap();
            let archive = Archive::open(&apk).unwrap();
            let table = archive.read(archive.entry("resources.arsc").unwrap(), u64::MAX).unwrap();
            let model = Model::new(&table);
            Original { name, model, ids: ResourceTable::parse(table).unwrap().ids().collect() }
        };
        Self(fixtures.into_iter().chain(practice).chain(real).map(original).collect())
    }
}

impl Subject for Tables {
    fn name(&self) -> &'static str {
        "table"
    }

    fn draw(&self, seed: u64, steps: &Steps) -> Drawn {
        let mut random = Random(seed);
        // The largest has thousands of resources.
        let original = loop {
            let candidate = &self.0[random.below(self.0.len())];
            if candidate.ids.len() < 500 || random.one_in(8) {
                break candidate;
            }
        };
        let mut model = original.model.clone();
        let count = 1 + random.below(3);
        let changes = steps.make(&mut random, count, |_, random| model.mutate_table(random));
        Drawn { seed, base: original.name.to_owned(), changes, bytes: model.bytes(), min_sdk: None }
    }

    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>> {
        self.outcomes(cases).into_iter().map(|(_, difference)| difference).collect()
    }
}

impl Tables {
    fn outcomes(&self, cases: &[Drawn]) -> Vec<(Theirs, Option<String>)> {
        let ids = |case: &Drawn| {
            let original = self.0.iter().find(|original| original.name == case.base).unwrap();
            let mut ids = original.ids.clone();
            if let Ok(table) = ResourceTable::parse(case.bytes.clone()) {
                ids.extend(table.ids().take(1000));
            }
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let ids: Vec<Vec<u32>> = cases.iter().map(ids).collect();
        let answers = ask(cases, &ids);
        let compared = cases.iter().zip(&ids).zip(answers).map(|((case, ids), theirs)| {
            let difference = compare(case, ids, &theirs).err();
            (theirs, difference)
        });
        compared.collect()
    }
}

/// Asks Android about every table, in processes that may end before they are through.
fn ask(cases: &[Drawn], ids: &[Vec<u32>]) -> Vec<Theirs> {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = cases
        .iter()
        .zip(ids)
        .enumerate()
        .map(|(number, (case, ids))| {
            let path = folder.path().join(format!("{number}.apk"));
            fs::write(&path, testkit::axml::archive(&[("resources.arsc", &case.bytes)])).unwrap();
            let ids: Vec<String> = ids.iter().map(|id| format!("{id:x}")).collect();
            format!("{}\t{}\n", path.display(), ids.join(" "))
        })
        .collect();
    let mut answers = Vec::new();
    while answers.len() < cases.len() {
        let [questions, out] = ["questions", "answers"].map(|name| folder.path().join(name));
        // An opened APK keeps its file open.
        let some = &lines[answers.len()..cases.len().min(answers.len() + 200)];
        fs::write(&questions, some.concat()).unwrap();
        fs::write(&out, "").unwrap();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "resources_mutations::answers_for_another_process"])
            .env("APKLENS_TABLES", folder.path())
            .output()
            .unwrap();
        let before = answers.len();
        let mut read = BTreeMap::new();
        for line in fs::read_to_string(&out).unwrap().lines() {
            match line {
                "refused" => answers.push(Theirs::Refused),
                "read" => answers.push(Theirs::Read(std::mem::take(&mut read))),
                _ => {
                    let [id, data_type, data, text]: [&str; 4] =
                        line.splitn(4, ' ').collect::<Vec<_>>().try_into().unwrap();
                    let number = |text| u32::from_str_radix(text, 16).unwrap();
                    let text = (text != "-").then(|| text.to_owned());
                    read.insert(number(id), (number(data_type) as u8, number(data), text));
                }
            }
        }
        if answers.len() - before < some.len() {
            assert!(!status.status.success(), "{status:?}");
            answers.push(Theirs::Crashed);
        }
    }
    answers
}

#[test]
#[ignore = "run by the tests beside it, in a process of its own"]
fn answers_for_another_process() {
    if let Some(folder) = std::env::var_os("APKLENS_TABLES") {
        let folder = Path::new(&folder);
        androidfw::main(&folder.join("questions"), &folder.join("answers"));
    }
}

/// What newer versions of Android refuse a table for, and Android 10 does not: it compares the number of a type's entries
/// with the size of the package's chunk, where they compare it with that of the type's own (`LoadedPackage::Load`).
const REFUSED_LATER: [&str; 1] = ["resources-entry-count"];
/// The number of the system's package, whose resources are not there to be asked for.
const SYSTEM: u32 = 0x01;

/// Compares one case; says what differs and may not.
fn compare(case: &Drawn, ids: &[u32], theirs: &Theirs) -> Result<(), String> {
    let table = ResourceTable::parse(case.bytes.clone());
    let (table, read) = match (table, theirs) {
        (_, Theirs::Crashed) | (Err(_), Theirs::Refused) => return Ok(()),
        // Where no chunk is a table, Android has a table without anything in it.
        (Err(_), Theirs::Read(read)) if read.is_empty() => return Ok(()),
        (Err(error), Theirs::Read(_)) => return Err(format!("not read: {error}")),
        (Ok(table), Theirs::Refused) if table.problems().is_empty() && table.anomalies().is_empty() => {
            return Err("Android refuses it, and nothing is noted".to_owned());
        }
        (Ok(_), Theirs::Refused) => return Ok(()),
        (Ok(table), Theirs::Read(read)) => (table, read),
    };
    let codes: Vec<&str> = table.anomalies().iter().map(|note| &*note.code).collect();
    let problems = table.problems();
    let mut refused = problems.iter().map(|note| &*note.code).filter(|code| !REFUSED_LATER.contains(code));
    if let Some(code) = refused.next() {
        return Err(format!("Android reads it, and {code} says that it does not"));
    }
    for &id in ids {
        let ours = table.resolve(id);
        // Where Android has nothing for the neutral phone, what stands in for it is given.
        let Some((data_type, data, text)) = read.get(&id) else { continue };
        let same = match &ours {
            Some(_) if *data_type == 0x01 && data >> 24 == SYSTEM => true,
            // Android has nothing for the neutral phone where the reference leads.
            Some(_) if *data_type == 0x01 && *data != id && !read.contains_key(data) => {
                table.resolve(*data).is_none_or(|value| ours.as_ref() == Some(&value))
            }
            Some(Value::String(ours)) => text.as_ref().is_none_or(|text| *text == format!("{ours:?}")),
            Some(value) => raw_value(value) == known(*data_type, *data),
            None => false,
        };
        if !same {
            let values: Vec<String> =
                table.values(id).iter().map(|(configuration, value)| format!("{configuration}: {value:x?}")).collect();
            return Err(format!(
                "{id:08x}: ours {ours:x?} of {values:?}, Android's {data_type:#x} {data:#x} {text:?}; notes {codes:?}"
            ));
        }
    }
    Ok(())
}

/// Type and data as far as a value keeps them: what is null is one of two, and what is true is true.
fn known(data_type: u8, data: u32) -> (u8, u32) {
    match data_type {
        0x00 => (0x00, u32::from(data == 1)),
        0x12 => (0x12, if data == 0 { 0 } else { u32::MAX }),
        _ => (data_type, data),
    }
}

#[test]
fn what_android_reads_is_read_alike() {
    let (count, round) = (setting("APKLENS_MUTATIONS", CASES), setting("APKLENS_SEED", 1));
    let tables = Tables::new();
    let cases: Vec<Drawn> = seeds(round, count).map(|seed| tables.draw(seed, &Steps::default())).collect();
    let outcomes = tables.outcomes(&cases);
    let read = outcomes.iter().filter(|(theirs, _)| matches!(theirs, Theirs::Read(read) if !read.is_empty())).count();
    let crashed = outcomes.iter().filter(|(theirs, _)| matches!(theirs, Theirs::Crashed)).count();
    println!("{count} tables of round {round}: Android reads {read} and ends over {crashed}");
    let differences: Vec<String> = cases
        .iter()
        .zip(&outcomes)
        .filter_map(|(case, (_, difference))| Some(format!("{}: {}", case.label(), difference.as_ref()?)))
        .collect();
    assert!(differences.is_empty(), "{} of {count}:\n{}", differences.len(), differences.join("\n"));
    assert!(read > cases.len() / 3, "Android reads {read} of {count}");
}

#[test]
#[ignore = "draws anew: ./build.sh explore"]
fn explore_tables() {
    explore(&Tables::new(), 20_000);
}
