//! The order of the core's modules: a module names only those before it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The core's modules, in the order in which a file passes through them; those that many use come first.
const MODULES: [&str; 18] = [
    "bytes",
    "calendar",
    "hex",
    "source",
    "note",
    "digests",
    "archive",
    "resources",
    "manifest",
    "signing",
    "code",
    "indicators",
    "apps",
    "reading",
    "assess",
    "report",
    "results",
    "export",
];

/// The modules of `signing`, in the order in which a signature passes through them; those that many use come first.
const SIGNING: [&str; 7] = ["base64", "known_keys", "model", "notes", "asn1", "schemes", "verdict"];

#[test]
fn a_module_of_the_core_names_only_those_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let used = uses(&source, "crate::");
    let upward = against(&used, &MODULES);
    assert!(upward.is_empty(), "{upward:#?}");
    let unlisted: Vec<_> = used.keys().filter(|module| !MODULES.contains(&module.as_str())).collect();
    assert_eq!(unlisted, ["analyzer", "lib"], "every module has a place in the order");
    assert!(used["indicators"].contains_key("signing"), "the test sees what a module names");
}

#[test]
fn a_module_of_signing_names_only_those_before_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/signing");
    let used = uses(&source, "crate::signing::");
    let upward = against(&used, &SIGNING);
    assert!(upward.is_empty(), "{upward:#?}");
    assert!(used["verdict"].contains_key("schemes"), "the test sees what a module names");
}

#[test]
fn paths_are_found_in_groups_and_not_in_comments() {
    let text = "use crate::a::{b, c};\nuse crate::{d, e::{f, g}, H};\n// crate::i\nlet j = crate::k(); // crate::l";
    assert_eq!(named(text, "crate::"), ["a", "d", "e", "H", "k"]);
}

/// Which modules each names, with a file that does.
type Uses = BTreeMap<String, BTreeMap<String, PathBuf>>;

/// The modules in `folder` with what each names behind `prefix`.
fn uses(folder: &Path, prefix: &str) -> Uses {
    let mut uses = Uses::new();
    for file in rust_files(folder) {
        let inside = file.strip_prefix(folder).unwrap().to_owned();
        let module = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let names = uses.entry(module.clone()).or_default();
        for name in named(&fs::read_to_string(&file).unwrap(), prefix) {
            if name != module {
                names.entry(name).or_insert_with(|| inside.clone());
            }
        }
    }
    uses
}

/// The paths of the Rust files in `folder` and in its folders.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The arrows of `uses` that lead from a module of `order` to one that does not stand before it.
fn against(uses: &Uses, order: &[&str]) -> Vec<String> {
    let mut upward = Vec::new();
    for (place, module) in order.iter().enumerate() {
        let named = uses.get(*module).into_iter().flatten();
        upward.extend(
            named
                .filter(|(name, _)| !order[..place].contains(&name.as_str()))
                .map(|(name, file)| format!("{module} names {name} in {}", file.display())),
        );
    }
    upward
}

/// The first names of the paths in `text` that begin with `prefix`, outside comments.
fn named(text: &str, prefix: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect();
    code.split(prefix)
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => members(group),
            None => vec![first_name(rest)],
        })
        .filter(|name| !name.is_empty())
        .collect()
}

/// The first name of each member of a group that `group` begins with, up to its closing brace.
fn members(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for character in group.chars() {
        match character {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            _ => members.last_mut().unwrap().push(character),
        }
    }
    members.iter().map(|member| first_name(member.trim())).collect()
}

fn first_name(path: &str) -> String {
    path.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}
