//! Published facts, one a line (`family`, `class`, `kind`, `value`, `source`), turned into the database's source
//! files, and read back out of them: nothing is lost between the two, and a test counts on it.
//!
//! What is not taken, or counts for less, is decided in `signatures/judgements.tsv`, a line for each value with the
//! reason, and by the few rules in [`Import::judge`].

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::folder::{FamilyFile, Files, LISTS, TABLE_HEAD};
use super::{Class, Kind, Weakening, values};
use crate::hex::hex;

/// What was decided about single values.
pub const JUDGEMENTS: &str = "judgements.tsv";
/// The facts that are in no other file, with the reasons.
pub const LEFT_OUT: &str = "left-out.tsv";
const JUDGEMENTS_HEAD: &str = "source\tkind\tvalue\tverdict\tcode\treason";
const LEFT_OUT_HEAD: &str = "family\tclass\tkind\tvalue\tsource\tcode\treason";

/// One published fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact {
    /// The family, as published.
    pub family: String,
    /// The class, as published: `spyware` and `safe` are among the values.
    pub class: String,
    /// The kind, as published.
    pub kind: String,
    /// The value, as published.
    pub value: String,
    /// The source's short name.
    pub source: String,
}

/// Why facts could not be turned into source files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub struct FactsError {
    /// The file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// The kinds as the facts name them, and the lists of a family's file. Aliases stand apart.
const KINDS: [(&str, &str); 10] = [
    ("package", "packages"),
    ("certificate-sha1", "certificates-sha1"),
    ("certificate-organization", "certificate-organizations"),
    ("certificate-cn-regex", "certificate-common-names"),
    ("sha256", "files-sha256"),
    ("c2-domain", "c2-domains"),
    ("c2-ip", "c2-ips"),
    ("website", "websites"),
    ("distribution", "distribution"),
    ("alias", "aliases"),
];

/// The source whose facts are packages alone, and so many that they are kept in tables.
const TABLES_SOURCE: &str = "isdi";

/// What is to be done with a fact.
enum Judgement {
    Keep,
    Weaken(String),
    LeaveOut { code: String, reason: String },
}

/// The facts in a text of five tab-separated columns under a head.
pub fn parse(text: &str) -> Result<Vec<Fact>, FactsError> {
    let mut facts = Vec::new();
    for (place, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [family, class, kind, value, source] = fields.as_slice() else {
            return Err(FactsError {
                file: "facts.tsv",
                line: place + 1,
                problem: format!("there are {} fields, not 5", fields.len()),
            });
        };
        let [family, class, kind, value, source] =
            [family, class, kind, value, source].map(|field| (*field).to_owned());
        facts.push(Fact { family, class, kind, value, source });
    }
    Ok(facts)
}

/// SHA-256 over the facts of one source, sorted, each as a line of its five columns.
pub fn digest(facts: &[Fact], source: &str) -> String {
    let lines: BTreeSet<String> = facts
        .iter()
        .filter(|fact| fact.source == source)
        .map(|fact| format!("{}\t{}\t{}\t{}\t{}\n", fact.family, fact.class, fact.kind, fact.value, fact.source))
        .collect();
    hex(&Sha256::digest(lines.into_iter().collect::<String>()))
}

/// The source files of these facts: a file for each family, tables for [`TABLES_SOURCE`], and what was left out.
pub fn import(facts: &[Fact], judgements: &str) -> Result<Files, FactsError> {
    Import::new(facts, judgements)?.run()
}

struct Import<'a> {
    facts: &'a [Fact],
    /// By source, kind and value: the verdict, the code and the reason.
    judgements: BTreeMap<(String, String, String), (String, String, String)>,
    /// The packages that a source other than the tables' publishes as watchware.
    watchware: BTreeSet<&'a str>,
}

impl<'a> Import<'a> {
    fn new(facts: &'a [Fact], text: &str) -> Result<Self, FactsError> {
        let mut judgements = BTreeMap::new();
        for (place, line) in text.lines().enumerate() {
            let error = |problem: &str| FactsError { file: JUDGEMENTS, line: place + 1, problem: problem.to_owned() };
            if place == 0 {
                if line != JUDGEMENTS_HEAD {
                    return Err(error("the head is not the one that it must be"));
                }
                continue;
            }
            let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
            let Ok([source, kind, value, verdict, code, reason]) = <[String; 6]>::try_from(fields) else {
                return Err(error("there are not 6 fields"));
            };
            let known = facts.iter().any(|fact| (&fact.source, &fact.kind, &fact.value) == (&source, &kind, &value));
            if !known {
                return Err(error("there is no such fact"));
            }
            if !matches!(verdict.as_str(), "weaken" | "leave-out") {
                return Err(error("the verdict is neither weaken nor leave-out"));
            }
            if judgements.insert((source, kind, value), (verdict, code, reason)).is_some() {
                return Err(error("this value was judged before"));
            }
        }
        let watchware = facts
            .iter()
            .filter(|fact| fact.source != TABLES_SOURCE && fact.class == "watchware" && fact.kind == "package")
            .map(|fact| fact.value.as_str())
            .collect();
        Ok(Self { facts, judgements, watchware })
    }

    fn judge(&self, fact: &Fact) -> Judgement {
        let leave_out = |code: &str, reason: String| Judgement::LeaveOut { code: code.to_owned(), reason };
        let key = (fact.source.clone(), fact.kind.clone(), fact.value.clone());
        if let Some((verdict, code, reason)) = self.judgements.get(&key) {
            return match verdict.as_str() {
                "weaken" => Judgement::Weaken(code.clone()),
                _ => leave_out(code, reason.clone()),
            };
        }
        if fact.class == "safe" {
            return leave_out("no-indicator", "published as an app that is no concern".to_owned());
        }
        if fact.kind == "ios-bundle" {
            return leave_out("other-platform", "an iOS app's identifier: no APK has it".to_owned());
        }
        if fact.kind == "alias" {
            return Judgement::Keep;
        }
        let Some(kind) = kind_of(&fact.kind) else {
            return leave_out("unknown-kind", "a kind of fact that has no place in the database".to_owned());
        };
        let is_address = kind == Kind::Website && values::normalise(Kind::C2Ip, &fact.value).is_ok();
        match values::normalise(kind, &fact.value) {
            Err(_) if is_address => Judgement::Keep,
            Err(_) if fact.value.starts_with("https://") => {
                leave_out("shared-host", "a page on a host that unrelated projects share".to_owned())
            }
            Err(reason) => leave_out("malformed", reason.to_string()),
            Ok(_) if fact.class == "spyware" && !self.watchware.contains(fact.value.as_str()) => {
                Judgement::Weaken(Weakening::UnconfirmedClass.to_string())
            }
            Ok(_) => Judgement::Keep,
        }
    }

    /// The class that a fact is given. `spyware` is what its source calls software that is sold for spying: where
    /// another source knows the app as watchware, that is what it is; otherwise it is taken for stalkerware, with
    /// the doubt noted by [`Import::judge`].
    fn class(&self, fact: &Fact) -> Class {
        match fact.class.parse() {
            Ok(class) => class,
            Err(_) if self.watchware.contains(fact.value.as_str()) => Class::Watchware,
            Err(_) => Class::Stalkerware,
        }
    }

    fn run(&self) -> Result<Files, FactsError> {
        let mut families: BTreeMap<(&str, &str, &str), FamilyFile> = BTreeMap::new();
        let mut tables: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
        let mut left_out = BTreeSet::new();
        for fact in self.facts {
            let weakened = match self.judge(fact) {
                Judgement::Keep => None,
                Judgement::Weaken(code) => Some(code),
                Judgement::LeaveOut { code, reason } => {
                    let Fact { family, class, kind, value, source } = fact;
                    left_out.insert(format!("{family}\t{class}\t{kind}\t{value}\t{source}\t{code}\t{reason}\n"));
                    continue;
                }
            };
            if fact.source == TABLES_SOURCE {
                let class = self.class(fact);
                let line = format!("{}\t{class}\t{}\t{}\n", fact.family, fact.value, weakened.unwrap_or_default());
                tables.entry((&fact.source, &fact.class)).or_default().insert(line);
                continue;
            }
            let family = families.entry((&fact.source, &fact.family, &fact.class)).or_default();
            family.name.clone_from(&fact.family);
            family.class = Some(self.class(fact));
            if let Some(code) = weakened {
                family.weakened.insert(fact.value.clone(), code);
            }
            match list_of(&fact.kind) {
                Some("aliases") => family.aliases.push(fact.value.clone()),
                Some(list) => family.lists.entry(list.to_owned()).or_default().push(fact.value.clone()),
                None => {}
            }
        }
        let mut files = Files::new();
        let mut names: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for (source, family, _) in families.keys() {
            *names.entry((source, slug(family))).or_default() += 1;
        }
        for ((source, name, class), mut family) in families {
            family.aliases.sort();
            family.lists.values_mut().for_each(|values| values.sort());
            let mut file = slug(name);
            if names.get(&(source, file.clone())).is_some_and(|&count| count > 1) {
                file = format!("{file}-{class}");
            }
            let text = toml::to_string_pretty(&family).map_err(|error| FactsError {
                file: "facts.tsv",
                line: 0,
                problem: format!("the family {name} cannot be written: {error}"),
            })?;
            files.insert(format!("{source}/{file}.toml"), text);
        }
        for ((source, class), lines) in tables {
            let text = std::iter::once(TABLE_HEAD.join("\t") + "\n").chain(lines).collect();
            files.insert(format!("{source}/{class}.tsv"), text);
        }
        let text = std::iter::once(LEFT_OUT_HEAD.to_owned() + "\n").chain(left_out).collect();
        files.insert(LEFT_OUT.to_owned(), text);
        Ok(files)
    }
}

/// The facts that the source files of these sources were made of: the inverse of [`import`].
pub fn export(files: &Files, sources: &[&str]) -> Result<Vec<Fact>, FactsError> {
    let mut facts = Vec::new();
    for (file, text) in files {
        let Some((source, name)) = file.split_once('/').filter(|(source, _)| sources.contains(source)) else {
            continue;
        };
        let fact = |family: &str, class: &str, kind: &str, value: &str| {
            let [family, class, kind, value, source] = [family, class, kind, value, source].map(str::to_owned);
            Fact { family, class, kind, value, source }
        };
        if let Some(class) = name.strip_suffix(".tsv") {
            for line in text.lines().skip(1) {
                let mut fields = line.split('\t');
                if let (Some(family), Some(_), Some(package)) = (fields.next(), fields.next(), fields.next()) {
                    facts.push(fact(family, class, "package", package));
                }
            }
        } else if let Ok(family) = toml::from_str::<FamilyFile>(text) {
            let class = family.class.map_or("", Into::into);
            facts.extend(family.aliases.iter().map(|alias| fact(&family.name, class, "alias", alias)));
            for (list, values) in &family.lists {
                let kind = KINDS.iter().find(|(_, name)| name == list).map_or(list.as_str(), |(kind, _)| kind);
                facts.extend(values.iter().map(|value| fact(&family.name, class, kind, value)));
            }
        }
    }
    let left_out = files.get(LEFT_OUT).map(String::as_str).unwrap_or_default();
    for (place, line) in left_out.lines().enumerate().skip(1) {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let Ok([family, class, kind, value, source, _, _]) = <[String; 7]>::try_from(fields) else {
            let problem = "there are not 7 fields".to_owned();
            return Err(FactsError { file: LEFT_OUT, line: place + 1, problem });
        };
        if sources.contains(&source.as_str()) {
            facts.push(Fact { family, class, kind, value, source });
        }
    }
    facts.sort();
    Ok(facts)
}

fn list_of(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, list)| *list)
}

fn kind_of(kind: &str) -> Option<Kind> {
    let list = list_of(kind)?;
    LISTS.iter().find(|(name, _)| *name == list).map(|(_, kind)| *kind)
}

/// A name fit for a file.
fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::folder::{self, HEAD};

    const FACTS: &str = "family\tclass\tkind\tvalue\tsource\n\
        A\tstalkerware\talias\tB\techap\n\
        A\tstalkerware\tpackage\tcom.smart\techap\n\
        A\tstalkerware\tsha256\tabc\techap\n\
        A\tstalkerware\tdistribution\t8.8.8.8\techap\n\
        A\tstalkerware\tdistribution\thttps://github.com/a/b\techap\n\
        A\twatchware\tpackage\torg.example.watch\techap\n\
        A\twatchware\tios-bundle\torg.example.ios\techap\n\
        C\tspyware\tpackage\torg.example.watch\tisdi\n\
        D\tspyware\tpackage\torg.example.d\tisdi\n\
        E\tsafe\tpackage\torg.example.e\tisdi\n";

    fn judgements() -> String {
        format!("{JUDGEMENTS_HEAD}\nechap\tpackage\tcom.smart\tweaken\tgeneric-name\tcommon words\n")
    }

    #[test]
    fn facts_become_files_and_come_back() {
        let facts = parse(FACTS).unwrap();
        let files = import(&facts, &judgements()).unwrap();
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["echap/a-stalkerware.toml", "echap/a-watchware.toml", "isdi/spyware.tsv", LEFT_OUT]);
        assert_eq!(
            files["isdi/spyware.tsv"],
            "family\tclass\tpackage\tweakened\nC\twatchware\torg.example.watch\t\n\
             D\tstalkerware\torg.example.d\tunconfirmed-class\n"
        );
        assert_eq!(files[LEFT_OUT].lines().count(), 5);
        let mut sorted = facts.clone();
        sorted.sort();
        assert_eq!(export(&files, &["echap", "isdi"]).unwrap(), sorted);
        assert_eq!(digest(&facts, "echap"), digest(&export(&files, &["echap", "isdi"]).unwrap(), "echap"));
        assert_eq!(import(&facts, &judgements()).unwrap(), files);
    }

    #[test]
    fn the_files_are_ones_that_the_folder_reads() {
        let mut files = import(&parse(FACTS).unwrap(), &judgements()).unwrap();
        let source = |name: &str| {
            format!("[[sources]]\nname = \"{name}\"\ntitle = \"\"\nurl = \"\"\nlicence = \"\"\ndate = \"2026-01-01\"\n")
        };
        files.insert(HEAD.to_owned(), format!("version = \"1\"\n{}{}", source("echap"), source("isdi")));
        let collection = folder::read(&files).unwrap();
        assert_eq!(collection.indicators.len(), 4, "com.smart, 8.8.8.8, org.example.watch and org.example.d");
    }

    #[test]
    fn a_judgement_about_nothing_is_a_mistake() {
        let facts = parse(FACTS).unwrap();
        let judgements = format!("{JUDGEMENTS_HEAD}\nechap\tpackage\tcom.unknown\tweaken\tgeneric-name\tx\n");
        assert_eq!(import(&facts, &judgements).unwrap_err().line, 2);
        assert_eq!(parse("head\nonly\ttwo\n").unwrap_err().line, 2);
    }
}
