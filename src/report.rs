//! The report: the one contract between the core, the page and the command line.
//!
//! `docs/report.schema.json` is derived from these types; a test holds the two together.

use serde::{Deserialize, Serialize};

use crate::assess::{Capability, Verdict};
pub use crate::digests::File;
use crate::indicators::yara::SkippedRule;
use crate::indicators::{Match, SourceReference};
use crate::manifest::{Component, DeclaredPermission, Package, Permission};
use crate::note::{Note, breaks_lines};
use crate::signing::Signing;

/// The value of [`Report::schema`].
pub const SCHEMA: &str = "apklens-report/1";

/// Everything that is known about one app, or about a file in which there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What made the report.
    pub tool: Tool,
    /// The file: the app's APK, or the bundle that is the app. In an archive, its name says where it lies:
    /// `outer.zip!/inner.apk`.
    pub file: File,
    /// The file that was given, where the app is only a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<OuterFile>,
    /// The app; of a bundle, its base. Absent when no manifest could be read.
    pub package: Option<Package>,
    /// The permissions that the app asks for, of all parts, and those that Android adds.
    pub permissions: Vec<Permission>,
    /// The permissions that the app declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared_permissions: Vec<DeclaredPermission>,
    /// The components, of all parts.
    pub components: Vec<Component>,
    /// The signatures; of a bundle, those of its base.
    pub signing: Signing,
    /// What the database knows about it, and about the apps that it carries.
    pub matches: Vec<Match>,
    /// What the app can do, and what the apps that it carries can do.
    pub capabilities: Vec<Capability>,
    /// What was odd and yet accepted by Android.
    pub anomalies: Vec<Note>,
    /// What could not be read.
    pub problems: Vec<Note>,
    /// The parts of an app of several APKs, base first, and the APKs that it carries; empty for a single APK without
    /// inner ones. Places, here and elsewhere in the report, are in the file; where the app is several APKs of an
    /// archive, in the archive that holds them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The answer.
    pub verdict: Verdict,
}

impl Report {
    /// The report as JSON in one line: the same bytes from every build of the core.
    pub fn to_json(&self) -> String {
        json(self)
    }

    /// Where in the file that was given the app lies, as it follows that file's name: `!/inner.apk`. Empty when it is
    /// the file itself.
    pub fn place_inside(&self) -> &str {
        self.container.as_ref().and_then(|outer| self.file.name.strip_prefix(&outer.name)).unwrap_or_default()
    }

    /// The same report, of an app in the file that was given by this path; where it lies in that file follows the path.
    pub fn given_as(mut self, path: impl Into<String>) -> Self {
        let mut path = path.into();
        path.push_str(self.place_inside());
        self.file.path = Some(path);
        self
    }
}

/// A value of the report's kind as JSON: structs, strings and numbers, which always have a JSON form. It is one line to
/// every reader of lines: what some of them split at (U+0085, U+2028, U+2029) is escaped, with the other controls that
/// JSON leaves as they are (RFC 8259, section 7). Those can only stand in strings, where an escape means the same.
pub(crate) fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    if !text.contains(breaks_lines) {
        return text;
    }
    text.chars().fold(String::with_capacity(text.len()), |mut line, character| {
        if breaks_lines(character) {
            line.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            line.push(character);
        }
        line
    })
}

/// The program and the database behind a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Tool {
    /// `apklens`
    pub name: String,
    /// The version of the program.
    pub version: String,
    /// The version of the database.
    pub database_version: String,
    /// The date of the database's newest source, as `2026-06-21`. Lists that were brought along do not change it.
    pub database_date: String,
    /// Every list of indicators that the file was compared with: the database's sources, and those brought along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceReference>,
    /// Every file of YARA rules that was run over it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The YARA rules that were left out, because they need a module that is not offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped_rules: Vec<SkippedRule>,
}

/// A file in which several apps may lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OuterFile {
    /// Its name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// What is odd about it, and about the archives on the way to the app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anomalies: Vec<Note>,
}

/// One APK of an app of several, or an APK that it carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Part {
    /// Where it lies: the entries' names, joined with `!/`; `@` and its offset for one that no entry is.
    pub entry: String,
    /// What it is to the app.
    pub role: PartRole,
    /// The part itself.
    pub file: File,
    /// Its manifest.
    pub package: Option<Package>,
    /// Its signatures.
    pub signing: Signing,
}

/// What a part is to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PartRole {
    /// The base.
    Base,
    /// A split of the same package, version and signer.
    Split,
    /// An APK that an app carries among its own files.
    Embedded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_is_one_line_to_every_reader_and_means_the_same() {
        let value: String = (0..=0x2100).filter_map(char::from_u32).chain(['\u{FEFF}', '😀', '\u{10FFFF}']).collect();
        let line = json(&value);
        assert!(!line.contains(breaks_lines));
        assert!(line.contains("\\u0085") && line.contains("\\u2028") && line.contains("\\u2029"));
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), value);
        assert_eq!(json(&"é😀\u{200E}"), "\"é😀\u{200E}\"", "what breaks no line stays");
    }
}
