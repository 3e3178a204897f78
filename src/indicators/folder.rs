//! The database's source files: a folder that people read and change, described in `signatures/README.md`. Here it
//! is read into a [`Collection`], with every mistake named.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::collection::{Collection, Indicator, Source, SourceSet};
use super::{Class, Kind, Weakening, pack, values};

/// The text files of a folder, by their paths in it, with `/` between the parts.
pub type Files = BTreeMap<String, String>;

/// `database.toml`: the version, and who published the facts.
pub const HEAD: &str = "database.toml";

/// A mistake in a source file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct Mistake {
    /// The file's path in the folder.
    pub file: String,
    /// What is wrong, as a sentence without a full stop.
    pub problem: String,
}

/// Every mistake in a folder's source files. Each is a line of the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Mistakes(pub Vec<Mistake>);

/// The contents of `database.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Head {
    /// The database's version.
    pub version: String,
    /// The sources. Each has a folder of its name.
    pub sources: Vec<HeadSource>,
}

/// One source in `database.toml`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HeadSource {
    /// The short name, which is also the name of its folder.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Where it is published.
    pub url: String,
    /// The licence, as an SPDX identifier.
    pub licence: String,
    /// The date of the state that was taken, as `2026-06-21`.
    pub date: String,
    /// How many facts the source has, those left out included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<usize>,
    /// SHA-256 over those facts: see [`super::facts::digest`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts_sha256: Option<String>,
}

/// A family's file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct FamilyFile {
    /// Its name.
    pub name: String,
    /// What it is.
    pub class: Option<Class>,
    /// Its other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The indicators, by the name of their list: see [`LISTS`].
    #[serde(flatten)]
    pub lists: BTreeMap<String, Vec<String>>,
    /// The values that prove less than their kind, with the reason's code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub weakened: BTreeMap<String, String>,
}

/// The lists of a family's file and the kinds they hold. `distribution` holds the sites that the app is downloaded
/// from: they tell no more than the maker's site does.
pub const LISTS: [(&str, Kind); 14] = [
    ("packages", Kind::Package),
    ("package-patterns", Kind::PackagePattern),
    ("certificates-sha1", Kind::CertificateSha1),
    ("certificates-sha256", Kind::CertificateSha256),
    ("public-keys-sha256", Kind::PublicKeySha256),
    ("certificate-organizations", Kind::CertificateOrganization),
    ("certificate-common-names", Kind::CertificateCommonName),
    ("files-sha256", Kind::FileSha256),
    ("class-prefixes", Kind::ClassPrefix),
    ("c2-domains", Kind::C2Domain),
    ("c2-ips", Kind::C2Ip),
    ("cloud-projects", Kind::CloudProject),
    ("websites", Kind::Website),
    ("distribution", Kind::Website),
];

/// The head of a table of packages.
pub const TABLE_HEAD: [&str; 4] = ["family", "class", "package", "weakened"];

/// Reads the `.toml` and `.tsv` files in a folder and in the folders right below it.
pub fn load(folder: &Path) -> std::io::Result<Files> {
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            for inner in std::fs::read_dir(entry.path())? {
                let inner = inner?;
                add(&mut files, &inner.path(), format!("{name}/{}", inner.file_name().to_string_lossy()))?;
            }
        } else {
            add(&mut files, &entry.path(), name)?;
        }
    }
    Ok(files)
}

fn add(files: &mut Files, path: &Path, name: String) -> std::io::Result<()> {
    if name.ends_with(".toml") || name.ends_with(".tsv") {
        files.insert(name, std::fs::read_to_string(path)?);
    }
    Ok(())
}

/// Returns the collection that the files describe.
///
/// # Errors
/// Every mistake in the files.
pub fn read(files: &Files) -> Result<Collection, Mistakes> {
    let mut reader = Reader::default();
    let head = reader.head(files);
    for source in head.sources {
        let prefix = format!("{}/", source.name);
        let set = reader.collection.source(Source {
            name: source.name,
            title: source.title,
            url: source.url,
            licence: source.licence,
            date: source.date,
        });
        for (file, text) in files.iter().filter(|(file, _)| file.starts_with(&prefix)) {
            if file.ends_with(".toml") {
                reader.family(file, text, set);
            } else {
                reader.table(file, text, set);
            }
        }
    }
    let folders = files.keys().filter_map(|file| file.split_once('/'));
    let known: Vec<&str> = reader.collection.sources.iter().map(|source| source.name.as_str()).collect();
    let stray: Vec<Mistake> = folders
        .filter(|(folder, _)| !known.contains(folder))
        .map(|(folder, file)| Mistake {
            file: format!("{folder}/{file}"),
            problem: format!("{HEAD} names no source “{folder}”"),
        })
        .collect();
    reader.mistakes.extend(stray);
    let Reader { mut collection, mistakes } = reader;
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes));
    }
    collection.normalise();
    Ok(collection)
}

/// A folder's pack: what `apklens signatures build` writes.
pub fn compile(files: &Files) -> Result<Vec<u8>, Mistakes> {
    read(files).map(|collection| pack::encode(&collection))
}

#[derive(Default)]
struct Reader {
    collection: Collection,
    mistakes: Vec<Mistake>,
}

impl Reader {
    fn mistake(&mut self, file: &str, problem: impl ToString) {
        self.mistakes.push(Mistake { file: file.to_owned(), problem: problem.to_string() });
    }

    fn head(&mut self, files: &Files) -> Head {
        let head = match files.get(HEAD).map(|text| toml::from_str::<Head>(text)) {
            Some(Ok(head)) => head,
            Some(Err(error)) => {
                self.mistake(HEAD, error.message());
                Head::default()
            }
            None => {
                self.mistake(HEAD, "there is no such file");
                Head::default()
            }
        };
        if head.sources.len() > SourceSet::MAX {
            self.mistake(HEAD, format!("there are more than {} sources", SourceSet::MAX));
        }
        for source in &head.sources {
            if !is_date(&source.date) {
                self.mistake(HEAD, format!("“{}” is not a date as 2026-06-21", source.date));
            }
        }
        self.collection.version.clone_from(&head.version);
        self.collection.date = head.sources.iter().map(|source| source.date.clone()).max().unwrap_or_default();
        head
    }

    fn family(&mut self, file: &str, text: &str, sources: SourceSet) {
        let family: FamilyFile = match toml::from_str(text) {
            Ok(family) => family,
            Err(error) => return self.mistake(file, error.message()),
        };
        let Some(class) = family.class else { return self.mistake(file, "there is no class") };
        if family.name.trim().is_empty() {
            return self.mistake(file, "there is no name");
        }
        let place = self.collection.family(&family.name, class, &family.aliases);
        for (list, published) in &family.lists {
            let Some((_, kind)) = LISTS.iter().find(|(name, _)| name == list) else {
                self.mistake(file, format!("there is no list “{list}”"));
                continue;
            };
            for value in published {
                let weakened = family.weakened.get(value).map(String::as_str);
                self.indicator(file, place, *kind, value, sources, weakened);
            }
        }
        let values: Vec<&String> = family.lists.values().flatten().collect();
        for value in family.weakened.keys().filter(|value| !values.contains(value)) {
            self.mistake(file, format!("“{value}” is weakened and is in no list"));
        }
    }

    /// Adds an indicator, and for a server that is one of a cloud project the project too.
    fn indicator(
        &mut self,
        file: &str,
        family: u32,
        kind: Kind,
        value: &str,
        sources: SourceSet,
        weakened: Option<&str>,
    ) {
        let weakened = match weakened.filter(|code| !code.is_empty()) {
            None => None,
            Some(code) => match code.parse().ok().filter(|weakening: &Weakening| weakening.is_of_the_indicator()) {
                Some(weakening) => Some(weakening),
                None => return self.mistake(file, format!("“{code}” is no reason to weaken an indicator")),
            },
        };
        // Some of the sites that an app is downloaded from are bare addresses.
        let kind = if kind == Kind::Website && value.parse::<std::net::IpAddr>().is_ok() { Kind::C2Ip } else { kind };
        match values::normalise(kind, value) {
            Err(reason) => self.mistake(file, format!("“{value}” cannot be used: {reason}")),
            Ok(value) => {
                if let Some(project) = cloud_project(&value).filter(|_| kind == Kind::C2Domain) {
                    let value = project.to_owned();
                    let kind = Kind::CloudProject;
                    self.collection.indicators.push(Indicator { kind, value, family, sources, weakened });
                }
                self.collection.indicators.push(Indicator { kind, value, family, sources, weakened });
            }
        }
    }

    fn table(&mut self, file: &str, text: &str, sources: SourceSet) {
        for (place, line) in text.lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            if place == 0 {
                if fields != TABLE_HEAD {
                    return self.mistake(file, format!("the first line is not “{}”", TABLE_HEAD.join(" ")));
                }
                continue;
            }
            let [family, class, package, weakened] = fields.as_slice() else {
                self.mistake(file, format!("line {} does not have {} fields", place + 1, TABLE_HEAD.len()));
                continue;
            };
            let Ok(class) = class.parse() else {
                self.mistake(file, format!("line {} has the class “{class}”, which there is not", place + 1));
                continue;
            };
            let family = self.collection.family(family, class, &[]);
            self.indicator(file, family, Kind::Package, package, sources, Some(weakened));
        }
    }
}

/// Whether it reads as `2026-06-21`.
fn is_date(date: &str) -> bool {
    let parts: Vec<&str> = date.split('-').collect();
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u32>().ok())?
    };
    let [year, month, day] = parts.as_slice() else { return false };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

/// The identifier of the Google Cloud or Firebase project that a host belongs to: an app carries it as a resource
/// (`project_id`, `google_storage_bucket`) even where it never spells out the host.
///
/// Identifiers have 6 to 30 characters (Google Cloud, “Creating and managing projects”).
fn cloud_project(host: &str) -> Option<&str> {
    let (label, suffix) = host.split_once('.')?;
    let project = match suffix {
        // A version of an App Engine app: `4-dot-project.appspot.com`.
        "appspot.com" => label.rsplit_once("-dot-").map_or(label, |(_, project)| project),
        "firebaseio.com" => label.strip_suffix("-default-rtdb").unwrap_or(label),
        // `us-central1-project.cloudfunctions.net`
        "cloudfunctions.net" => label.splitn(3, '-').nth(2)?,
        suffix if suffix.ends_with(".firebasedatabase.app") => label.strip_suffix("-default-rtdb").unwrap_or(label),
        _ => return None,
    };
    (6..=30).contains(&project.len()).then_some(project)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD_TEXT: &str = r#"
        version = "7"
        [[sources]]
        name = "one"
        title = "One"
        url = "https://one.example"
        licence = "MIT"
        date = "2026-06-21"
    "#;

    fn files(more: &[(&str, &str)]) -> Files {
        let head = [(HEAD, HEAD_TEXT)];
        head.iter().chain(more).map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn families_and_tables_become_one_collection() {
        let collection = read(&files(&[
            (
                "one/a.toml",
                "name = \"A\"\nclass = \"watchware\"\naliases = [\"B\"]\npackages = [\"com.smart\"]\n\
                 c2-domains = [\"a-project-7.firebaseio.com\"]\ndistribution = [\"8.8.8.8\"]\n\
                 [weakened]\n\"com.smart\" = \"generic-name\"\n",
            ),
            ("one/b.tsv", "family\tclass\tpackage\tweakened\nC\tdual-use\torg.example.c\t\n"),
        ]))
        .unwrap();
        let found: Vec<_> = collection
            .indicators
            .iter()
            .map(|at| (at.kind, at.value.as_str(), collection.families[at.family as usize].name.as_str(), at.weakened))
            .collect();
        assert_eq!(
            found,
            [
                (Kind::Package, "com.smart", "A", Some(Weakening::GenericName)),
                (Kind::Package, "org.example.c", "C", None),
                (Kind::C2Domain, "a-project-7.firebaseio.com", "A", None),
                (Kind::C2Ip, "8.8.8.8", "A", None),
                (Kind::CloudProject, "a-project-7", "A", None),
            ]
        );
        assert_eq!((collection.version.as_str(), collection.date.as_str()), ("7", "2026-06-21"));
    }

    #[test]
    fn every_mistake_is_named_with_its_file() {
        let mistakes = read(&files(&[
            ("one/a.toml", "name = \"A\"\nclass = \"watchware\"\npackages = [\"smart\"]\npackagse = [\"x.y\"]\n"),
            ("one/b.toml", "name = \"B\"\n"),
            ("one/c.toml", "name = \"C\"\nclass = \"watchware\"\n[weakened]\n\"x.y\" = \"generic-name\"\n"),
            ("one/d.tsv", "family\tclass\tpackage\tweakened\nC\tmalware\torg.example.c\t\nD\n"),
            ("one/e.tsv", "package\n"),
            ("two/f.toml", ""),
        ]))
        .unwrap_err();
        let named: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
        assert_eq!(
            named,
            [
                "one/a.toml: “smart” cannot be used: it is not a package name",
                "one/a.toml: there is no list “packagse”",
                "one/b.toml: there is no class",
                "one/c.toml: “x.y” is weakened and is in no list",
                "one/d.tsv: line 2 has the class “malware”, which there is not",
                "one/d.tsv: line 3 does not have 4 fields",
                "one/e.tsv: the first line is not “family class package weakened”",
                "two/f.toml: database.toml names no source “two”",
            ]
        );
        assert_eq!(read(&Files::new()).unwrap_err().0[0].problem, "there is no such file");
    }

    #[test]
    fn a_cloud_project_is_read_off_its_hosts() {
        for (host, project) in [
            ("catwatchful-e03b8.firebaseio.com", Some("catwatchful-e03b8")),
            ("4-dot-all-tracker.appspot.com", Some("all-tracker")),
            ("us-central1-catwatchful-e03b8.cloudfunctions.net", Some("catwatchful-e03b8")),
            (
                "parental-control-d4a98-default-rtdb.asia-southeast1.firebasedatabase.app",
                Some("parental-control-d4a98"),
            ),
            ("a71f4.firebaseio.com", None),
            ("tracker.example.com", None),
        ] {
            assert_eq!(cloud_project(host), project, "{host}");
        }
    }
}
