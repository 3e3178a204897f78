//! A MISP event (<https://www.misp-standard.org/rfc/misp-standard-core.html>) with a `file` object for each file and an
//! attribute for each thing that matched.
//!
//! What was observed has `to_ids: false`: only what names an app by itself is to be searched for elsewhere.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{OURS, directory, uuid};
use crate::indicators::{Class, Kind, Match, Strength};
use crate::note::on_one_line;
use crate::report::{File, Report};

/// The template of MISP's `file` objects (<https://github.com/MISP/misp-objects>, `objects/file/definition.json`).
const FILE_TEMPLATE: (&str, &str) = ("688c46fb-5edb-40a3-8273-1af7923e2215", "25");

/// The reports as one event, visible to one's own organisation until that is changed in MISP. `when` is the time of
/// the export, as `2026-06-21T12:00:00Z`.
pub fn misp(reports: &[Report], when: &str) -> String {
    let files: Vec<String> = reports.iter().map(|report| given(&report.file)).collect();
    let event = uuid(&OURS, &format!("{when} {}", files.join("\n")));
    let mut attributes = BTreeMap::new();
    for found in reports.iter().flat_map(|report| &report.matches) {
        add_match(found, &event, &mut attributes);
    }
    let objects = reports.iter().enumerate().map(|(place, report)| object(report, place, &event));
    let written = json!({"Event": {
        "uuid": event,
        // The title is shown in lists and in feeds: the names of files may be personal.
        "info": format!("Android apps examined with apklens: {}", reports.len()),
        "date": when.split('T').next().unwrap_or(when),
        // Own organisation only; undefined; completed (MISP core format, section 2.2).
        "distribution": "0",
        "threat_level_id": "4",
        "analysis": "2",
        "Object": objects.collect::<Vec<_>>(),
        "Attribute": attributes.into_values().collect::<Vec<_>>(),
    }});
    // A tree of strings is always written.
    serde_json::to_string_pretty(&written).unwrap_or_default()
}

/// What a file is told from others by.
fn given(file: &File) -> String {
    format!("{} {}", file.path.as_ref().unwrap_or(&file.name), file.sha256)
}

/// Attributes by type and value: each is in an event once.
type Attributes = BTreeMap<(&'static str, String), Value>;

fn add_match(found: &Match, event: &str, attributes: &mut Attributes) {
    let (kind, category) = attribute(found);
    let mut comment = about(found);
    if let Some(why) = found.weakened {
        comment = format!("{comment}, weakened by {why}");
    }
    let to_ids = kind != "text" && names_an_app(found);
    let text = found.url().unwrap_or_else(|| found.value.clone());
    match attributes.get_mut(&(kind, text.clone())) {
        // MISP takes a value once; each family that it was published for is told.
        Some(there) => {
            let told = there["comment"].as_str().unwrap_or_default();
            if !told.split("; ").any(|one| one == comment) {
                there["comment"] = json!(format!("{told}; {comment}"));
            }
            if to_ids && there["to_ids"] == false {
                there["to_ids"] = json!(true);
                there["Tag"] = found.class.map_or(Value::Null, tag);
            }
        }
        None => {
            let mut written = json!({
                "uuid": identifier(event, kind, &text),
                "type": kind,
                "category": category,
                "value": value(&text),
                "comment": comment,
                "to_ids": to_ids,
                "distribution": "5",
            });
            if to_ids {
                written["Tag"] = found.class.map_or(Value::Null, tag);
            }
            attributes.insert((kind, text), written);
        }
    }
}

/// The `file` object of a report, with the values that tell it from others, and references to what matched in it.
fn object(report: &Report, place: usize, event: &str) -> Value {
    let file = &report.file;
    // Two files that cannot be read and have one name differ by their place alone.
    let object = identifier(event, "file", &format!("{place} {}", given(file)));
    let named = report.matches.iter().filter(|found| names_an_app(found)).filter_map(|found| found.class).max();
    let size = if file.sha256.is_empty() { String::new() } else { file.size.to_string() };
    let values = [
        ("filename", "filename", "Payload delivery", file.name.clone()),
        ("path", "text", "Other", directory(file).unwrap_or_default().to_owned()),
        ("size-in-bytes", "size-in-bytes", "Other", size),
        ("md5", "md5", "Payload delivery", file.md5.clone()),
        ("sha1", "sha1", "Payload delivery", file.sha1.clone()),
        ("sha256", "sha256", "Payload delivery", file.sha256.clone()),
    ];
    let values = values.map(|(relation, kind, category, text)| (relation, kind, category, value(&text)));
    let attributes =
        values.into_iter().filter(|(.., value)| !value.is_empty()).map(|(relation, kind, category, value)| {
            // The digests of a file that nothing names are no indicators.
            let class = named.filter(|_| matches!(kind, "md5" | "sha1" | "sha256"));
            let mut written = json!({
                "uuid": identifier(&object, relation, &value),
                "object_relation": relation,
                "type": kind,
                "category": category,
                "value": value,
                "to_ids": class.is_some(),
                "disable_correlation": matches!(relation, "filename" | "path" | "size-in-bytes"),
                "distribution": "5",
            });
            if let Some(class) = class {
                written["Tag"] = tag(class);
            }
            written
        });
    let mut references: Vec<(String, Value)> = Vec::new();
    for found in &report.matches {
        let referenced = identifier(event, attribute(found).0, &found.value);
        let reference = identifier(&object, "reference", &referenced);
        let written = json!({
            "uuid": reference,
            "object_uuid": object,
            "referenced_uuid": referenced,
            "relationship_type": "contains",
            "comment": about(found),
        });
        if !references.iter().any(|(there, _)| *there == reference) {
            references.push((reference, written));
        }
    }
    let reasons: Vec<&str> = report.verdict.reasons.iter().map(|reason| reason.text.as_str()).collect();
    json!({
        "uuid": object,
        "name": "file",
        "meta-category": "file",
        "template_uuid": FILE_TEMPLATE.0,
        "template_version": FILE_TEMPLATE.1,
        "distribution": "5",
        "comment": format!("{}: {}", report.verdict.level, reasons.join(" ")),
        "Attribute": attributes.collect::<Vec<_>>(),
        "ObjectReference": references.into_iter().map(|(_, written)| written).collect::<Vec<_>>(),
    })
}

/// A value as MISP takes one: it cuts white space off at both ends, which may be all that a file is called.
fn value(text: &str) -> String {
    on_one_line(text).trim().to_owned()
}

/// An identifier within an event or object: MISP refuses one that another event has already.
fn identifier(within: &str, kind: &str, value: &str) -> String {
    uuid(&OURS, &format!("{within} {kind} {value}"))
}

/// Whether a match names an app, and one that watches people whatever it is used for.
fn names_an_app(found: &Match) -> bool {
    found.strength >= Strength::Strong && found.class > Some(Class::DualUse)
}

/// A machine tag (MISP core format, section 2.7) with the class of the family: types of attributes have none.
fn tag(class: Class) -> Value {
    json!([{"name": format!("apklens:class=\"{class}\"")}])
}

fn about(found: &Match) -> String {
    format!("{} of {} ({})", found.kind, found.family, found.class.map_or("no class", Into::into))
}

/// The type and category of a match; what MISP has no type for is text.
fn attribute(found: &Match) -> (&'static str, &'static str) {
    match found.kind {
        Kind::FileSha256 => ("sha256", "Payload delivery"),
        Kind::CertificateSha1 => ("x509-fingerprint-sha1", "Payload delivery"),
        Kind::CertificateSha256 => ("x509-fingerprint-sha256", "Payload delivery"),
        Kind::Package => ("mobile-application-id", "Payload delivery"),
        Kind::C2Domain | Kind::Website if found.url().is_some() => ("url", "Network activity"),
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

    const WHEN: &str = "2026-06-21T12:00:00Z";

    fn event(reports: &[Report]) -> Value {
        serde_json::from_str::<Value>(&misp(reports, WHEN)).unwrap()["Event"].clone()
    }

    fn flags(attributes: &Value) -> Vec<(&str, bool)> {
        let attributes = attributes.as_array().unwrap().iter();
        attributes.map(|one| (one["type"].as_str().unwrap(), one["to_ids"].as_bool().unwrap())).collect()
    }

    #[test]
    fn an_event_has_each_attribute_once_and_flags_only_what_names_an_app() {
        let event = event(&[report(), report()]);
        assert_eq!(
            flags(&event["Attribute"]),
            [
                ("domain", false),
                ("ip-dst", false),
                ("mobile-application-id", true),
                ("sha256", true),
                ("text", false),
                ("x509-fingerprint-sha1", true),
            ]
        );
        assert_eq!(event["Attribute"][2]["comment"], "package of A (stalkerware); package of R (dual-use)");
        assert_eq!(event["Attribute"][2]["Tag"], json!([{"name": "apklens:class=\"stalkerware\""}]));
        assert_eq!(event["date"], "2026-06-21");
        let identifiers = |of: &Value| -> Vec<String> {
            of.as_array().unwrap().iter().map(|one| one["uuid"].as_str().unwrap().to_owned()).collect()
        };
        let attributes = identifiers(&event["Attribute"]);
        for object in event["Object"].as_array().unwrap() {
            let referenced = object["ObjectReference"].as_array().unwrap().iter();
            let mut referenced: Vec<&str> = referenced.map(|one| one["referenced_uuid"].as_str().unwrap()).collect();
            referenced.sort_unstable();
            let mut expected: Vec<&str> = attributes.iter().map(String::as_str).collect();
            expected.sort_unstable();
            assert_eq!(referenced, expected);
        }
    }

    #[test]
    fn what_was_observed_of_an_honest_app_is_not_to_be_searched_for() {
        let mut honest = report();
        honest.matches.retain(|found| found.class == Some(Class::DualUse));
        let event = event(&[honest]);
        for attributes in [&event["Attribute"], &event["Object"][0]["Attribute"]] {
            assert!(flags(attributes).iter().all(|(_, to_ids)| !to_ids), "{attributes}");
        }
    }

    #[test]
    fn files_of_one_name_stay_apart_and_the_title_names_none() {
        let mut unreadable = report();
        unreadable.file = File { name: "it's.apk".to_owned(), ..File::default() };
        let reports =
            [report().given_as("a/it's.apk"), report().given_as("b/it's.apk"), unreadable.clone(), unreadable];
        let event = event(&reports);
        let objects = event["Object"].as_array().unwrap();
        let mut identifiers: Vec<&Value> = objects.iter().map(|object| &object["uuid"]).collect();
        identifiers.dedup();
        assert_eq!(identifiers.len(), 4);
        let values = |object: &Value, relation: &str| -> Vec<String> {
            let attributes = object["Attribute"].as_array().unwrap().iter();
            let wanted = attributes.filter(|one| one["object_relation"] == relation);
            wanted.map(|one| one["value"].as_str().unwrap().to_owned()).collect()
        };
        let paths: Vec<Vec<String>> = objects.iter().map(|object| values(object, "path")).collect();
        assert_eq!(paths, [vec!["a".to_owned()], vec!["b".to_owned()], vec![], vec![]]);
        assert!(values(&objects[2], "sha256").is_empty());
        assert_eq!(event["info"], "Android apps examined with apklens: 4");
    }

    #[test]
    fn a_url_is_exported_as_one() {
        let mut report = report();
        report.matches.retain(|found| found.kind == Kind::C2Domain);
        report.matches[0].value = "pastebin.com/raw/abc".to_owned();
        let event = event(&[report]);
        let attributes = event["Attribute"].as_array().unwrap();
        let url = attributes.iter().find(|attribute| attribute["type"] == "url").unwrap();
        assert_eq!(url["value"], "https://pastebin.com/raw/abc");
    }
}
