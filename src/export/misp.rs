//! A MISP event (<https://www.misp-standard.org/rfc/misp-standard-core.html>) with an attribute for each thing that
//! matched and for the file itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{OURS, uuid};
use crate::indicators::{Class, Kind, Match, Strength};
use crate::report::Report;

/// The reports as one event, visible to one's own organisation until that is changed in MISP. `when` is the time of
/// the export, as `2026-06-21T12:00:00Z`.
pub fn misp(reports: &[Report], when: &str) -> String {
    let mut attributes = BTreeMap::new();
    for report in reports {
        add_report(report, &mut attributes);
    }
    let names: Vec<&str> = reports.iter().map(|report| report.file.name.as_str()).collect();
    let date = when.split('T').next().unwrap_or(when);
    let event = json!({"Event": {
        "uuid": uuid(&OURS, &format!("{when} {}", names.join("/"))),
        "info": format!("Android apps examined with apklens: {}", names.join(", ")),
        "date": date,
        // Own organisation only; undefined; completed (MISP core format, section 2.2).
        "distribution": "0",
        "threat_level_id": "4",
        "analysis": "2",
        "Attribute": attributes.into_values().collect::<Vec<_>>(),
    }});
    // A tree of strings is always written.
    serde_json::to_string_pretty(&event).unwrap_or_default()
}

/// Attributes by type and value: each is in an event once.
type Attributes = BTreeMap<(String, String), Value>;

fn add_report(report: &Report, attributes: &mut Attributes) {
    let file = &report.file;
    let about = format!("the file {}", file.name);
    // The digests of a file that nothing names are no indicators.
    let named =
        report.matches.iter().any(|found| found.strength >= Strength::Strong && found.class > Some(Class::DualUse));
    for (kind, value) in [("md5", &file.md5), ("sha1", &file.sha1), ("sha256", &file.sha256)] {
        if !value.is_empty() {
            add(kind, "Payload delivery", value, &about, named, attributes);
        }
    }
    for found in &report.matches {
        let (kind, category) = attribute(found);
        let class = found.class.map_or("no class", Class::name);
        let mut comment = format!("{} of {} ({class})", found.kind.name(), found.family);
        if let Some(code) = &found.weakened {
            comment = format!("{comment}, weakened by {code}");
        }
        let to_ids = kind != "text" && found.strength >= Strength::Strong && found.class > Some(Class::DualUse);
        add(kind, category, &found.value, &comment, to_ids, attributes);
    }
}

fn add(kind: &str, category: &str, value: &str, comment: &str, to_ids: bool, attributes: &mut Attributes) {
    let attribute = json!({
        "uuid": uuid(&OURS, &format!("{kind} {value} {comment}")),
        "type": kind,
        "category": category,
        "value": value,
        "comment": comment,
        "to_ids": to_ids,
        "distribution": "5",
    });
    attributes.entry((kind.to_owned(), value.to_owned())).or_insert(attribute);
}

/// The type and category of a match; what MISP has no type for is text.
fn attribute(found: &Match) -> (&'static str, &'static str) {
    match found.kind {
        Kind::FileSha256 => ("sha256", "Payload delivery"),
        Kind::CertificateSha1 => ("x509-fingerprint-sha1", "Payload delivery"),
        Kind::CertificateSha256 => ("x509-fingerprint-sha256", "Payload delivery"),
        Kind::Package => ("mobile-application-id", "Payload delivery"),
        Kind::C2Domain | Kind::Website => ("domain", "Network activity"),
        Kind::C2Ip => ("ip-dst", "Network activity"),
        Kind::PublicKeySha256
        | Kind::CertificateOrganization
        | Kind::CertificateCommonName
        | Kind::PackagePattern
        | Kind::ClassPrefix
        | Kind::CloudProject
        | Kind::Yara => ("text", "Other"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::report;
    use super::*;
    use crate::indicators::import;

    #[test]
    fn an_event_has_each_attribute_once_and_flags_only_what_names_an_app() {
        let text = misp(&[report(), report()], "2026-06-21T12:00:00Z");
        let event: Value = serde_json::from_str(&text).unwrap();
        let attributes = event["Event"]["Attribute"].as_array().unwrap();
        let flagged: Vec<(&str, bool)> = attributes
            .iter()
            .map(|attribute| (attribute["type"].as_str().unwrap(), attribute["to_ids"].as_bool().unwrap()))
            .collect();
        assert_eq!(
            flagged,
            [
                ("domain", false),
                ("ip-dst", false),
                ("md5", true),
                ("mobile-application-id", true),
                ("sha1", true),
                ("sha256", true),
                ("text", false),
                ("x509-fingerprint-sha1", true),
            ]
        );
        assert_eq!(event["Event"]["date"], "2026-06-21");
    }

    #[test]
    fn what_is_exported_can_be_imported() {
        let options = import::Options {
            file_name: "x.json".to_owned(),
            class: Class::Stalkerware,
            date: "2026-06-21".to_owned(),
        };
        let text = misp(&[report()], "2026-06-21T12:00:00Z");
        let imported = import::import(text.as_bytes(), &options).unwrap();
        let skipped: Vec<&str> = imported.named.iter().map(|skipped| skipped.reason.as_str()).collect();
        assert_eq!(imported.used, 5);
        assert_eq!(skipped.len(), 3, "md5, sha1 and text are not looked for: {skipped:?}");
    }
}
