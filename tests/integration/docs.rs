//! Holds the tables in docs/ against the code they are made from. `UPDATE_DOCS=1 cargo test --all-features --test integration docs`
//! writes them anew.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use apklens::assess::Concern;
use apklens::assess::capability_table::{Evidence, RULES};
use apklens::note::Template;

fn hold(path: &str, expected: &str) {
    let path = testkit::root().join("docs").join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let actual = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        actual == expected,
        "{} is out of date: run UPDATE_DOCS=1 cargo test --all-features --test integration docs",
        path.display()
    );
}

#[test]
fn capabilities() {
    let mut text = String::from(
        "# Capabilities\n\
         What an app can do, told from its manifest. A capability is there when any of its evidence is. `ordinary` \
         ones are common in ordinary apps, `sensitive` ones touch personal data, `high` ones serve surveillance. No \
         capability alone makes an app suspicious: [verdict.md](verdict.md) tells which together do.\n\n\
         | code | concern | what is said | evidence |\n| --- | --- | --- | --- |\n",
    );
    for rule in RULES {
        let evidence: Vec<String> = rule.evidence.iter().map(describe).collect();
        let concern = match rule.concern {
            Concern::Ordinary => "ordinary",
            Concern::Sensitive => "sensitive",
            Concern::High => "high",
        };
        writeln!(text, "| `{}` | {concern} | {} | {} |", rule.code, rule.text, evidence.join("; ")).unwrap();
    }
    hold("capabilities.md", &text);
}

fn describe(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Permission(name) => format!("permission `{name}`"),
        Evidence::Role(kind) => format!("a component of the role {kind:?}"),
        Evidence::RoleAbility(kind, ability) => format!("`{ability}` in the configuration of the role {kind:?}"),
        Evidence::Action(action) => format!("a component for `{action}`"),
        Evidence::DataScheme(scheme) => format!("a component for `{scheme}:` addresses"),
        Evidence::ForegroundService(kind) => format!("a foreground service of the type `{kind}`"),
        Evidence::NoLauncherIcon => "components, and none of them for the launcher".into(),
        Evidence::DisabledLauncherIcon => "a component for the launcher that is disabled".into(),
        Evidence::MakersName => {
            "a package name of a phone maker's (`src/assess/maker_names.rs`), and a certificate that names somebody else".into()
        }
    }
}

#[test]
fn codes() {
    let mut text = String::from(
        "# Codes\n\
         Every sentence that a report may carry beside its data: its stable code, and its English words with the names \
         of the values in them. A code is never given another meaning.\n",
    );
    let mut seen = std::collections::HashSet::new();
    for (title, templates) in SECTIONS {
        write!(text, "\n## {title}\n| code | sentence |\n| --- | --- |\n").unwrap();
        for template in *templates {
            assert!(seen.insert(template.code), "{} is declared twice", template.code);
            writeln!(text, "| `{}` | {} |", template.code, template.text.replace('|', "\\|")).unwrap();
        }
    }
    hold("codes.md", &text);
}

/// Where in a report a code may stand, and the codes.
static SECTIONS: &[(&str, &[&Template])] = &[
    ("What the verdict rests on (`verdict.reasons`)", apklens::assess::reasons::ALL),
    ("Archives: odd, and accepted by Android (`anomalies`)", apklens::archive::notes::accepted::ALL),
    ("Archives: entries that Android does not read (`anomalies`)", apklens::archive::notes::entry_refused::ALL),
    ("Archives that Android does not open (`anomalies`)", apklens::archive::notes::archive_refused::ALL),
    ("Archives: what could not be read (`problems`)", apklens::archive::notes::problems::ALL),
    ("Files and the apps in them (`problems`)", apklens::reading::notes::ALL),
    (
        "What lies beside an app and is no part of it, and what of it is missing (`anomalies`, `problems`)",
        apklens::apps::notes::ALL,
    ),
    ("Binary XML: odd (`anomalies`)", apklens::resources::notes::ALL),
    ("Binary XML: what could not be read (`problems`)", apklens::resources::notes::problems::ALL),
    ("The manifest: odd (`anomalies`)", apklens::manifest::notes::ALL),
    ("The manifest: what could not be read (`problems`)", apklens::manifest::notes::problems::ALL),
    ("Resource tables: odd, and accepted by Android (`anomalies`)", apklens::resources::table::notes::accepted::ALL),
    ("Resource tables that Android refuses (`anomalies`)", apklens::resources::table::notes::refused::ALL),
    ("Resource tables: what could not be read (`problems`)", apklens::resources::table::notes::unread::ALL),
    ("Code and other contents (`problems`)", apklens::code::notes::ALL),
    ("Code outside the archive (`anomalies`)", apklens::code::notes::outside::ALL),
    ("The search of contents (`problems`)", apklens::indicators::search::notes::ALL),
    ("Signatures: the signing block and its schemes (`signing`)", apklens::signing::notes::ALL),
    ("Signatures: JAR signing (`signing`)", apklens::signing::jar::notes::ALL),
];

#[cfg(feature = "schema")]
#[test]
fn report_schema() {
    let schema = schemars::schema_for!(apklens::report::Report);
    hold("report.schema.json", &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
}

/// The folders of the checkout that documents name paths in.
const FOLDERS: [&str; 12] = [
    "benches/",
    "cli/",
    "docs/",
    "fuzz/",
    "samples/",
    "signatures/",
    "src/",
    "testkit/",
    "tests/",
    "tools/",
    "wasm/",
    "www/",
];

#[test]
fn documents_name_files_that_are_there() {
    let root = testkit::root();
    let documents = |folder: &Path| -> Vec<PathBuf> {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
    };
    let mut missing = Vec::new();
    let mut count = 0;
    for document in [documents(root), documents(&root.join("docs")), documents(&root.join("tests"))].concat() {
        let text = std::fs::read_to_string(&document).unwrap();
        for path in paths(&text) {
            count += 1;
            if !root.join(path).exists() {
                missing.push(format!("{}: {path}", document.strip_prefix(root).unwrap().display()));
            }
        }
    }
    assert!(count > 100, "{count} paths");
    assert_eq!(missing, [] as [&str; 0]);
}

/// The paths between backticks in a text; patterns and commands are none, nor are those of the example language `nl`.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|part| FOLDERS.iter().any(|folder| part.starts_with(folder)));
    paths.filter(|path| !path.contains(['*', '<', '{', ' ', ':', '…']) && !path.starts_with("www/locales/nl/"))
}
