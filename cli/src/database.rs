//! The indicators and rules that a scan uses.

use std::path::{Path, PathBuf};

use apklens::indicators::import::{self, Options};
use apklens::indicators::yara::{self, Rules, SkippedRule};
use apklens::indicators::{Class, Database, collection::Collection, folder};
use walkdir::WalkDir;

use crate::{Problem, clock};

/// Loads the built-in indicators, unless they are not wanted, and those of `paths`: folders of source files or of
/// lists, packs, and files in the forms that others publish.
pub fn load(paths: &[PathBuf], built_in: bool) -> Result<Database, Problem> {
    let mut collection = if built_in { Database::built_in()?.into_collection() } else { Collection::default() };
    for path in paths {
        collection.merge(brought(path).map_err(|problem| format!("{}: {problem}", path.display()))?);
    }
    Ok(Database::new(collection))
}

/// The indicators that somebody brings, with what was decided about their values.
fn brought(path: &Path) -> Result<Collection, Problem> {
    if !path.is_dir() {
        return import_file(path);
    }
    if path.join(folder::HEAD).exists() {
        let imported = import::judged(read(path)?, &options(path))?;
        tell(path, &imported);
        return Ok(imported.collection);
    }
    let mut all = Collection::default();
    let mut count = 0;
    for entry in WalkDir::new(path).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            match import_file(entry.path()) {
                Ok(collection) => {
                    count += 1;
                    all.merge(collection);
                }
                Err(problem) => eprintln!("{}: not used: {problem}", entry.path().display()),
            }
        }
    }
    if count == 0 { Err("none of the files in this folder is a list of indicators".into()) } else { Ok(all) }
}

/// The indicators in a folder of source files or in a file.
pub fn read(path: &Path) -> Result<Collection, Problem> {
    if path.is_dir() {
        return Ok(folder::read(&folder::load(path)?)?);
    }
    import_file(path)
}

fn import_file(path: &Path) -> Result<Collection, Problem> {
    let imported = import::import(&std::fs::read(path)?, &options(path))?;
    tell(path, &imported);
    Ok(imported.collection)
}

fn options(path: &Path) -> Options {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Options { file_name, class: Class::Stalkerware, date: clock::modified(path), now: clock::now() }
}

/// Names on standard error what an import could not use, and what is to be known of the rest.
pub fn tell(path: &Path, imported: &import::Imported) {
    let path = path.display();
    for skipped in &imported.named {
        eprintln!("{path}: {}: “{}” is skipped: {}", skipped.place, skipped.value, skipped.reason);
    }
    let unnamed = imported.skipped.saturating_sub(imported.named.len());
    if unnamed > 0 {
        eprintln!("{path}: {unnamed} more are skipped");
    }
    for import::Remarked { remark, count, named } in &imported.remarks {
        eprintln!("{path}: {}: {count}", remark.text());
        for one in named {
            eprintln!("{path}: {}: “{}”: {}", one.place, one.value, one.reason);
        }
    }
    if imported.used == 0 {
        eprintln!("{path}: nothing in this list is an indicator now: no file is compared with it");
    }
}

/// The endings of files of YARA rules in a folder.
const RULE_ENDINGS: [&str; 2] = ["yar", "yara"];

/// Compiles the rules that are shipped, unless they are not wanted, and those of `paths`: files, and folders of them.
pub fn rules(paths: &[PathBuf], built_in: bool) -> Result<Rules, Problem> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            for entry in WalkDir::new(path).sort_by_file_name() {
                let entry = entry?;
                let ending = entry.path().extension().and_then(|ending| ending.to_str());
                if entry.file_type().is_file() && ending.is_some_and(|ending| RULE_ENDINGS.contains(&ending)) {
                    files.push(rule_file(entry.path())?);
                }
            }
        } else {
            files.push(rule_file(path)?);
        }
    }
    if files.is_empty() && !paths.is_empty() {
        return Err("there are no rules in what was given as rules: files that end in .yar or .yara".into());
    }
    let shipped = built_in.then_some(yara::SHIPPED);
    let given = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let sources: Vec<(&str, &str)> = shipped.into_iter().chain(given).collect();
    let rules = Rules::compile(&sources)?;
    for skipped in rules.skipped() {
        let SkippedRule { file, line, rule, module } = skipped;
        eprintln!("{file}:{line}: the rule {rule} is left out: it needs the module {module}, which is not offered");
    }
    Ok(rules)
}

fn rule_file(path: &Path) -> Result<(String, String), Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((path.display().to_string(), text))
}
