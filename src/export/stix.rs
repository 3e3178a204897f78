//! STIX 2.1 (OASIS, “STIX Version 2.1”): what was observed of each file, an indicator for each thing that matched, and
//! the software that it indicates.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{OURS, uuid};
use crate::indicators::{Class, Kind, Match, Strength};
use crate::report::Report;
use crate::signing::Certificate;

/// The namespace of cyber-observable objects, which everybody identifies alike (STIX 2.1, section 2.9).
const OBSERVABLES: [u8; 16] =
    [0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7];

/// Objects by their identifiers: each is in a bundle once.
type Objects = BTreeMap<String, Value>;

/// The reports as one bundle. `when` is the time of the export, as `2026-06-21T12:00:00Z`.
pub fn stix(reports: &[Report], when: &str) -> String {
    let mut objects = Objects::new();
    for report in reports {
        add_report(report, when, &mut objects);
    }
    let names: String = objects.keys().map(String::as_str).collect();
    let bundle = json!({
        "type": "bundle",
        "id": format!("bundle--{}", uuid(&OURS, &names)),
        "objects": objects.into_values().collect::<Vec<_>>(),
    });
    // A tree of strings and numbers is always written.
    serde_json::to_string_pretty(&bundle).unwrap_or_default()
}

fn add_report(report: &Report, when: &str, objects: &mut Objects) {
    let mut observed = Vec::new();
    if !report.file.sha256.is_empty() {
        observed.push(add_file(report, objects));
    }
    observed.extend(report.signing.certificates.iter().map(|certificate| add_certificate(certificate, objects)));
    if observed.is_empty() {
        return;
    }
    let observation = format!("observed-data--{}", uuid(&OURS, &format!("{when} {}", observed.join(" "))));
    let data = json!({"first_observed": when, "last_observed": when, "number_observed": 1, "object_refs": observed});
    add_ours(&observation, when, data, objects);
    let mut without_pattern: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for found in &report.matches {
        let software = add_software(found, when, objects);
        match pattern(found) {
            Some(pattern) => add_indicator(found, &pattern, &software, &observation, when, objects),
            None => without_pattern.entry(software).or_default().push(format!(
                "{} {} ({})",
                found.kind.name(),
                found.value,
                strength(found.strength).0
            )),
        }
    }
    for (software, mut lines) in without_pattern {
        lines.sort();
        lines.dedup();
        let content = format!("Also matched, with no pattern in STIX:\n{}", lines.join("\n"));
        let id = format!("note--{}", uuid(&OURS, &format!("{observation} {content}")));
        let data = json!({"content": content, "object_refs": [observation, software]});
        add_ours(&id, when, data, objects);
    }
}

/// An object of a file as everybody names it: by its first digest and its name.
fn add_file(report: &Report, objects: &mut Objects) -> String {
    let file = &report.file;
    let name = json!({"hashes": {"MD5": file.md5}, "name": file.name});
    let id = format!("file--{}", uuid(&OBSERVABLES, &name.to_string()));
    let data = json!({
        "hashes": {"MD5": file.md5, "SHA-1": file.sha1, "SHA-256": file.sha256},
        "name": file.name,
        "size": file.size,
    });
    add(&id, data, objects);
    id
}

fn add_certificate(certificate: &Certificate, objects: &mut Objects) -> String {
    let name = json!({"hashes": {"SHA-1": certificate.sha1}, "serial_number": certificate.serial});
    let id = format!("x509-certificate--{}", uuid(&OBSERVABLES, &name.to_string()));
    let mut data = json!({
        "hashes": {"SHA-1": certificate.sha1, "SHA-256": certificate.sha256},
        "serial_number": certificate.serial,
    });
    for (key, value) in [
        ("subject", &certificate.subject),
        ("issuer", &certificate.issuer),
        ("validity_not_before", &certificate.not_before),
        ("validity_not_after", &certificate.not_after),
    ] {
        if !value.is_empty() {
            data[key] = json!(value);
        }
    }
    add(&id, data, objects);
    id
}

/// The family: malware when it is stalkerware, and a tool otherwise, which STIX says is legitimate software.
fn add_software(found: &Match, when: &str, objects: &mut Objects) -> String {
    let kind = if found.class == Some(Class::Stalkerware) { "malware" } else { "tool" };
    let id = format!("{kind}--{}", uuid(&OURS, &format!("{} {}", class(found), found.family)));
    let mut data = json!({"name": found.family, "labels": [class(found)]});
    if kind == "malware" {
        data["is_family"] = json!(true);
        data["malware_types"] = json!(["spyware"]);
    }
    if !found.aliases.is_empty() {
        data["aliases"] = json!(found.aliases);
    }
    add_ours(&id, when, data, objects);
    id
}

/// The class as a label; a rule need not state one.
fn class(found: &Match) -> &'static str {
    found.class.map_or("unclassified", Class::name)
}

fn add_indicator(found: &Match, pattern: &str, software: &str, observation: &str, when: &str, objects: &mut Objects) {
    let id = format!("indicator--{}", uuid(&OURS, &format!("{software} {pattern}")));
    let (word, confidence) = strength(found.strength);
    let mut description = format!("{}: {word}", found.kind.name());
    if let Some(code) = &found.weakened {
        description = format!("{description}, weakened by {code}");
    }
    let data = json!({
        "name": format!("{} of {}", found.kind.name(), found.family),
        "description": description,
        "indicator_types": ["malicious-activity"],
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": when,
        "confidence": confidence,
        "labels": [class(found)],
    });
    add_ours(&id, when, data, objects);
    let relationship = format!("relationship--{}", uuid(&OURS, &format!("{id} indicates {software}")));
    let data = json!({"relationship_type": "indicates", "source_ref": id, "target_ref": software});
    add_ours(&relationship, when, data, objects);
    let sighting = format!("sighting--{}", uuid(&OURS, &format!("{id} in {observation}")));
    let data = json!({"sighting_of_ref": id, "observed_data_refs": [observation], "count": 1});
    add_ours(&sighting, when, data, objects);
}

/// Adds an object with its type, which its identifier begins with.
fn add(id: &str, mut data: Value, objects: &mut Objects) {
    data["type"] = json!(id.split_once("--").map_or(id, |(kind, _)| kind));
    data["spec_version"] = json!("2.1");
    data["id"] = json!(id);
    // The same software or indicator may come up again: the first stands.
    objects.entry(id.to_owned()).or_insert(data);
}

fn add_ours(id: &str, when: &str, mut data: Value, objects: &mut Objects) {
    data["created"] = json!(when);
    data["modified"] = json!(when);
    add(id, data, objects);
}

/// The word, and the number on STIX's scale of confidence (appendix A: low 15, medium 50, high 85).
fn strength(strength: Strength) -> (&'static str, u8) {
    match strength {
        Strength::Weak => ("weak", 15),
        Strength::Moderate => ("moderate", 50),
        Strength::Strong => ("strong", 85),
        Strength::Conclusive => ("conclusive", 95),
    }
}

/// The pattern of a match. Packages have none in the standard; `app:id` is what published bundles use.
fn pattern(found: &Match) -> Option<String> {
    let path = match found.kind {
        Kind::FileSha256 => "file:hashes.'SHA-256'",
        Kind::CertificateSha1 => "x509-certificate:hashes.'SHA-1'",
        Kind::CertificateSha256 => "x509-certificate:hashes.'SHA-256'",
        Kind::Package => "app:id",
        Kind::C2Domain | Kind::Website => "domain-name:value",
        Kind::C2Ip if found.value.contains(':') => "ipv6-addr:value",
        Kind::C2Ip => "ipv4-addr:value",
        Kind::PublicKeySha256
        | Kind::CertificateOrganization
        | Kind::CertificateCommonName
        | Kind::PackagePattern
        | Kind::ClassPrefix
        | Kind::CloudProject
        | Kind::Yara => return None,
    };
    Some(format!("[{path} = '{}']", found.value.replace('\\', "\\\\").replace('\'', "\\'")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::report;
    use super::*;
    use crate::indicators::import;

    const WHEN: &str = "2026-06-21T12:00:00Z";

    #[test]
    fn a_bundle_refers_to_nothing_that_is_not_in_it() {
        let bundle: Value = serde_json::from_str(&stix(&[report(), report()], WHEN)).unwrap();
        let objects = bundle["objects"].as_array().unwrap();
        let ids: Vec<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
        let mut references = 0;
        for object in objects {
            for (key, value) in object.as_object().unwrap() {
                let listed = value.as_array().into_iter().flatten();
                let referred: Vec<&Value> = match key.as_str() {
                    key if key.ends_with("_refs") => listed.collect(),
                    key if key.ends_with("_ref") => vec![value],
                    _ => continue,
                };
                for reference in referred {
                    references += 1;
                    assert!(ids.contains(&reference.as_str().unwrap()), "{reference} is missing");
                }
            }
        }
        assert!(references > 10);
        let mut distinct = ids.clone();
        distinct.dedup();
        assert_eq!(distinct, ids, "an object is there twice");
    }

    #[test]
    fn dual_use_is_a_tool_and_stalkerware_is_malware() {
        let text = stix(&[report()], WHEN);
        let bundle: Value = serde_json::from_str(&text).unwrap();
        let of = |kind: &str| {
            let objects = bundle["objects"].as_array().unwrap().iter().filter(|object| object["type"] == kind);
            objects.map(|object| object["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of("malware"), ["A"]);
        assert_eq!(of("tool"), ["R"]);
        assert!(text.contains("package-pattern ^org"), "what has no pattern is in a note");
        assert_eq!(text, stix(&[report()], WHEN));
    }

    #[test]
    fn what_is_exported_can_be_imported() {
        let options = import::Options {
            file_name: "x.json".to_owned(),
            class: Class::Stalkerware,
            date: "2026-06-21".to_owned(),
        };
        let imported = import::import(stix(&[report()], WHEN).as_bytes(), &options).unwrap();
        assert_eq!((imported.used, imported.skipped), (6, 0));
    }
}
