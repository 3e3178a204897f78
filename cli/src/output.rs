//! The ways in which reports are written: text for people, JSON, JSON lines and CSV for programs.

use std::io::{self, Write};

use apklens::assess::Level;
use apklens::export;
use apklens::indicators::{Match, SourceReference, age};
use apklens::manifest::Implied;
use apklens::note::{on_one_line, printable};
use apklens::report::Report;
use apklens::signing::{Scheme, SchemeStatus, SdkLevels, SigningStatus};
use clap::ValueEnum;

use crate::cells::write_row;
use crate::clock;

/// A form of output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Sentences.
    Text,
    /// An array of reports.
    Json,
    /// A report a line.
    Ndjson,
    /// A row an app.
    Csv,
    /// A row a match, and one for an app without any.
    CsvMatches,
    /// One STIX 2.1 bundle.
    Stix,
    /// One MISP event.
    Misp,
}

impl Format {
    /// Whether all reports are written together, as one document, when the last of them is there.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Stix | Self::Misp)
    }
}

/// Writes one report after another.
pub struct Writer<W: Write> {
    format: Format,
    written: usize,
    /// The reports so far, of a form that holds them all in one document.
    kept: Vec<Report>,
    output: W,
}

/// The columns of the CSV form.
const COLUMNS: [&str; 12] = [
    "path",
    "sha256",
    "size",
    "verdict",
    "package",
    "version_code",
    "version_name",
    "label",
    "signing",
    "certificate_sha256",
    "families",
    "reasons",
];

/// The columns of the CSV form with a row a match.
const MATCH_COLUMNS: [&str; 17] = [
    "path",
    "sha256",
    "verdict",
    "package",
    "version_name",
    "family",
    "class",
    "kind",
    "value",
    "entry",
    "offset",
    "context",
    "strength",
    "weakened",
    "sources",
    "tool_version",
    "database_version",
];

impl<W: Write> Writer<W> {
    /// A writer of `format` to `output`.
    pub fn new(format: Format, output: W) -> Self {
        Self { format, written: 0, kept: Vec::new(), output }
    }

    /// Writes a report.
    pub fn write(&mut self, report: &Report) -> io::Result<()> {
        let first = self.written == 0;
        self.written += 1;
        match self.format {
            Format::Text => {
                if !first {
                    writeln!(self.output)?;
                }
                write_text(&mut self.output, report)
            }
            Format::Json => {
                write!(self.output, "{}", if first { "[\n" } else { ",\n" })?;
                serde_json::to_writer_pretty(&mut self.output, report)?;
                Ok(())
            }
            Format::Ndjson => writeln!(self.output, "{}", report.to_json()),
            Format::Csv => {
                if first {
                    write_row(&mut self.output, COLUMNS)?;
                }
                write_row(&mut self.output, row(report).iter().map(String::as_str))
            }
            Format::CsvMatches => {
                if first {
                    write_row(&mut self.output, MATCH_COLUMNS)?;
                }
                let matches = report.matches.iter().map(Some);
                let none = report.matches.is_empty().then_some(None);
                matches.chain(none).try_for_each(|found| {
                    write_row(&mut self.output, match_row(report, found).iter().map(String::as_str))
                })
            }
            Format::Stix | Format::Misp => {
                self.kept.push(report.clone());
                Ok(())
            }
        }
    }

    /// Ends the output.
    pub fn finish(mut self) -> io::Result<()> {
        match self.format {
            Format::Json if self.written == 0 => writeln!(self.output, "[]"),
            Format::Json => writeln!(self.output, "\n]"),
            Format::Stix => writeln!(self.output, "{}", export::stix(&self.kept, &clock::now())),
            Format::Misp => writeln!(self.output, "{}", export::misp(&self.kept, &clock::now())),
            _ => Ok(()),
        }?;
        self.output.flush()
    }
}

/// Writes one line, whatever is in the values: no name of a file or from one begins another, or acts on a terminal.
fn line(output: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(output, "{}", on_one_line(text))
}

/// The age of the indicators that the answer rests on, with a warning when they are old.
fn write_age(output: &mut impl Write, report: &Report) -> io::Result<()> {
    let (version, date) = (&report.tool.database_version, &report.tool.database_date);
    let days = age::days_between(date, clock::day(&clock::now()));
    let Some(days) = days else {
        return line(output, &format!("  Indicators: version {version}, of no known date"));
    };
    line(output, &format!("  Indicators: version {version} of {date}, {days} days old"))?;
    if days > age::OLD_AFTER_DAYS {
        line(output, "  These indicators are old: apps that were made or renamed since are not among them.")?;
    }
    Ok(())
}

fn write_text(output: &mut impl Write, report: &Report) -> io::Result<()> {
    line(output, path(report))?;
    line(output, &format!("  {}", headline(report.verdict.level)))?;
    for reason in &report.verdict.reasons {
        line(output, &format!("  - {}", reason.text))?;
    }
    if let Some(package) = &report.package {
        // Android, too, shows the package's name where the app says none.
        let label = package.label.as_deref().unwrap_or(&package.name);
        let version = package.version_name.as_deref().unwrap_or("?");
        let app = format!("  App: {}, {} {}", printable(label), printable(&package.name), printable(version));
        line(output, &app)?;
    }
    let signing = match report.signing.status {
        SigningStatus::Verified => "the signature holds",
        SigningStatus::Invalid => "the signature does not hold",
        SigningStatus::Unsigned => "not signed",
        SigningStatus::Unreadable => "the signature could not be read",
    };
    line(output, &format!("  Signer: {signing}"))?;
    for result in &report.signing.schemes {
        line(output, &format!("    {}: {}", scheme_name(result.scheme), scheme_status(result.status)))?;
    }
    for certificate in &report.signing.certificates {
        line(output, &format!("    {}{}", printable(&certificate.subject), levels(&certificate.sdk_levels)))?;
        line(output, &format!("    SHA-256 {}", certificate.sha256))?;
        line(output, &format!("    SHA-1   {}", certificate.sha1))?;
    }
    let mut place = None;
    for (at, capability) in report.capabilities.iter().enumerate() {
        if at == 0 || capability.inside != place {
            place.clone_from(&capability.inside);
            match &place {
                None => line(output, "  What it can do:")?,
                Some(place) => line(output, &format!("  What an app inside it can do ({}):", printable(place)))?,
            }
        }
        line(output, &format!("    {}", capability.text))?;
    }
    let implied: Vec<_> = report.permissions.iter().filter_map(|it| Some((it, it.implied.as_ref()?))).collect();
    if !implied.is_empty() {
        line(output, "  Permissions that the app does not ask for and Android adds:")?;
        for (permission, implied) in implied {
            line(output, &format!("    {} ({})", printable(&permission.name), reason(implied)))?;
        }
    }
    if !report.file.sha256.is_empty() {
        line(output, &format!("  File: {} bytes, SHA-256 {}", report.file.size, report.file.sha256))?;
    }
    if let Some(outer) = &report.container {
        let name = printable(&outer.name);
        writeln!(output, "  In the file: {name}, {} bytes, SHA-256 {}", outer.size, outer.sha256)?;
    }
    write_age(output, report)?;
    let lists: Vec<String> = report.tool.sources.iter().map(source).collect();
    line(output, &format!("  Lists: {}", lists.join(", ")))?;
    line(output, &format!("  YARA rules: {}", report.tool.rules.join(", ")))
}

/// The path by which an app's file was given, and where it lies in it.
pub fn path(report: &Report) -> &str {
    report.file.path.as_ref().unwrap_or(&report.file.name)
}

fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::V1 => "Scheme v1",
        Scheme::V2 => "Scheme v2",
        Scheme::V3 => "Scheme v3",
        Scheme::V31 => "Scheme v3.1",
        Scheme::V4 => "Scheme v4",
        Scheme::SourceStamp => "Source stamp",
    }
}

fn scheme_status(status: SchemeStatus) -> &'static str {
    match status {
        SchemeStatus::Holds => "holds",
        SchemeStatus::Fails => "does not hold",
        SchemeStatus::NotUsed => "there, not used on the Android versions that can run this app",
        SchemeStatus::NotReached => "there, not checked, because a newer one does not hold",
    }
}

/// The SDK levels that go by a certificate, in a bracket.
fn levels(levels: &[SdkLevels]) -> String {
    let ranges: Vec<String> = levels
        .iter()
        .map(|SdkLevels { min, max }| match max {
            Some(max) if max == min => min.to_string(),
            Some(max) => format!("{min} to {max}"),
            None => format!("{min} and higher"),
        })
        .collect();
    if ranges.is_empty() { String::new() } else { format!(" (SDK levels {})", ranges.join(", ")) }
}

/// Why Android adds a permission, as a part of a sentence.
fn reason(implied: &Implied) -> String {
    let by = (!implied.by.is_empty()).then(|| format!("comes with {}", implied.by.join(", ")));
    let below = implied.below.map(|below| format!("the app is made for a level below {below}"));
    by.into_iter().chain(below).collect::<Vec<_>>().join("; ")
}

/// A list with its date, where it has one.
fn source(SourceReference { name, date }: &SourceReference) -> String {
    if date.is_empty() { name.clone() } else { format!("{name} ({date})") }
}

/// The verdict in one line.
fn headline(level: Level) -> &'static str {
    match level {
        Level::KnownStalkerware => {
            "Known stalkerware: software sold to spy secretly on the person who carries the phone."
        }
        Level::KnownWatchware => "Known surveillance software that does not hide.",
        Level::KnownDualUse => "A known app with an ordinary purpose that is often misused to watch somebody.",
        Level::WorryingCapabilities => "No known app, but what it can do is worrying.",
        Level::CouldNotCheck => "This file could not be checked.",
        Level::NothingKnown => "Nothing known was found. That does not rule it out.",
    }
}

fn row(report: &Report) -> [String; COLUMNS.len()] {
    let package = report.package.clone().unwrap_or_default();
    let reasons: Vec<&str> = report.verdict.reasons.iter().map(|reason| reason.text.as_str()).collect();
    [
        path(report).to_owned(),
        report.file.sha256.clone(),
        report.file.size.to_string(),
        word(&report.verdict.level),
        package.name,
        package.version_code.map(|code| code.to_string()).unwrap_or_default(),
        package.version_name.unwrap_or_default(),
        package.label.unwrap_or_default(),
        word(&report.signing.status),
        report.signing.certificates.first().map(|certificate| certificate.sha256.clone()).unwrap_or_default(),
        families(report).join("; "),
        reasons.join(" "),
    ]
}

/// The families of the matches, each once.
fn families(report: &Report) -> Vec<&str> {
    let mut families: Vec<&str> = Vec::new();
    for found in &report.matches {
        if !families.contains(&found.family.as_str()) {
            families.push(&found.family);
        }
    }
    families
}

/// The row of a match, or of a file without one.
fn match_row(report: &Report, found: Option<&Match>) -> [String; MATCH_COLUMNS.len()] {
    let package = report.package.clone().unwrap_or_default();
    let of = |value: &dyn Fn(&Match) -> String| found.map(value).unwrap_or_default();
    [
        path(report).to_owned(),
        report.file.sha256.clone(),
        word(&report.verdict.level),
        package.name,
        package.version_name.unwrap_or_default(),
        of(&|found| found.family.clone()),
        of(&|found| word(&found.class)),
        of(&|found| word(&found.kind)),
        of(&|found| found.value.clone()),
        of(&|found| found.place.entry.clone().unwrap_or_default()),
        of(&|found| found.place.offset.map(|offset| offset.to_string()).unwrap_or_default()),
        of(&|found| found.context.clone().unwrap_or_default()),
        of(&|found| word(&found.strength)),
        of(&|found| word(&found.weakened)),
        of(&|found| found.sources.iter().map(source).collect::<Vec<_>>().join("; ")),
        report.tool.version.clone(),
        report.tool.database_version.clone(),
    ]
}

/// The word that stands for a value in the report.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_named_once_however_its_matches_lie() {
        let found = |family: &str| {
            serde_json::json!({"family": family, "class": "stalkerware", "kind": "package", "value": "org.example",
                "place": {}, "strength": "strong", "sources": []})
        };
        let report: Report = serde_json::from_value(serde_json::json!({
            "schema": "", "tool": {"name": "", "version": "", "database_version": "", "database_date": ""},
            "file": {"name": "", "size": 0, "sha256": "", "sha1": "", "md5": ""},
            "package": null, "permissions": [], "components": [],
            "signing": {"status": "unsigned", "schemes": [], "certificates": []},
            "matches": [found("B"), found("A"), found("B"), found("A")], "capabilities": [], "anomalies": [],
            "problems": [], "verdict": {"level": "nothing-known", "reasons": []}
        }))
        .unwrap();
        assert_eq!(row(&report)[10], "B; A");
    }
}
