//! The fixtures are the same on every machine and at every build: what is tried does not depend on luck.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apklens::signing::key::Digest;

const LIST: &str = include_str!("../fixtures/digests.txt");
const MADE_WITH: &str = "# made with ";

#[test]
fn every_fixture_has_the_digest_that_is_listed() {
    let folder = testkit::root().join("target/fixtures");
    let mut files = Vec::new();
    collect(&folder, &mut files);
    let built: BTreeMap<String, String> = files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            let digest = Digest::Sha256.hash(&fs::read(path).unwrap());
            (name, digest.iter().map(|byte| format!("{byte:02x}")).collect())
        })
        .collect();
    let listed: BTreeMap<&str, &str> = LIST
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once("  ").unwrap())
        .map(|(digest, name)| (name, digest))
        .collect();
    let mut differences = Vec::new();
    for (name, digest) in &listed {
        match built.get(*name) {
            None => differences.push(format!("{name} is missing")),
            Some(found) if found != digest => differences.push(format!("{name} has other bytes")),
            Some(_) => {}
        }
    }
    differences.extend(
        built.keys().filter(|name| !listed.contains_key(name.as_str())).map(|name| format!("{name} is not listed")),
    );
    assert!(
        differences.is_empty(),
        "{} of {} fixtures:\n{}\n{}",
        differences.len(),
        listed.len(),
        differences.join("\n"),
        tools(&folder)
    );
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}: run ./build.sh fixtures", folder.display()))
    {
        let path = entry.unwrap().path();
        let is_hidden = path.file_name().unwrap().to_str().unwrap().starts_with('.');
        match path.is_dir() {
            true => collect(&path, files),
            false if !is_hidden => files.push(path),
            false => {}
        }
    }
}

/// How the tools here differ from those of the list.
fn tools(folder: &Path) -> String {
    let here = fs::read_to_string(folder.join(".tools")).unwrap_or_default();
    let here: BTreeSet<&str> = here.lines().collect();
    let listed: BTreeSet<&str> = LIST.lines().filter_map(|line| line.strip_prefix(MADE_WITH)).collect();
    if here == listed {
        return "The list was made with the same tools: if the change is meant, ./build.sh fixtures --record."
            .to_owned();
    }
    let only =
        |of: &BTreeSet<&str>, other: &BTreeSet<&str>| of.difference(other).copied().collect::<Vec<_>>().join(", ");
    format!("The list was made with {}; here there is {}.", only(&listed, &here), only(&here, &listed))
}
