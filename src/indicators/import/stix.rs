//! STIX 2 (OASIS, “STIX Version 2.1”; version 2.0 differs in nothing that is read): bundles, the envelopes of TAXII
//! 2.1, and objects by themselves. Indicators are read with their patterns ([`pattern`]), and what they indicate.
//!
//! `app:id` and `app:cert.…` are no part of the standard, and yet what such bundles have for package names and
//! certificates.

use std::collections::BTreeMap;

use serde_json::Value;

use super::taker::digest_kind;
use super::{Taker, pattern};
use crate::indicators::{Class, Kind};

pub(super) fn read(root: &Value, taker: &mut Taker) {
    let objects = objects(root);
    let indicated = indicated(&objects);
    let of_type = |kind: &'static str| objects.iter().filter(move |(_, object)| field(object, "type") == kind);
    if of_type("indicator").next().is_none() {
        // Observations and nothing else: read, and nothing to look for.
        for (id, _) in of_type("observed-data") {
            taker.skip_decided(id, "observed-data", "what was observed is no indicator");
        }
    }
    for (id, object) in of_type("indicator") {
        read_indicator(id, object, indicated.get(id.as_str()).copied(), taker);
    }
}

/// The objects by their identifiers, each in its newest version (section 3.6), of a bundle, an envelope or several; those
/// without one by their place.
fn objects(root: &Value) -> BTreeMap<String, &Value> {
    let roots = root.as_array().map_or_else(|| vec![root], |roots| roots.iter().collect());
    let listed = roots.into_iter().flat_map(|root| match root.get("objects").and_then(Value::as_array) {
        Some(objects) => objects.iter().collect::<Vec<_>>(),
        None => vec![root],
    });
    let mut newest: BTreeMap<String, &Value> = BTreeMap::new();
    for (place, object) in listed.enumerate() {
        let id = match field(object, "id") {
            "" => format!("object {}", place + 1),
            id => id.to_owned(),
        };
        let known = newest.entry(id).or_insert(object);
        if time(object, "modified") > time(known, "modified") {
            *known = object;
        }
    }
    newest
}

fn read_indicator(id: &str, object: &Value, software: Option<&Value>, taker: &mut Taker) {
    let pattern = field(object, "pattern");
    if !matches!(field(object, "pattern_type"), "stix" | "") {
        return taker.skip(id, pattern, "its pattern is in another language than STIX");
    }
    let class = class(object).or_else(|| software.and_then(class));
    if let Some(reason) = is_none_now(object, class, &taker.options.now) {
        return taker.skip_decided(id, pattern, reason);
    }
    let found = match pattern::values(pattern) {
        Ok(found) => found,
        Err(reason) => return taker.skip(id, pattern, reason),
    };
    for reason in found.problems {
        taker.skip(id, pattern, reason);
    }
    let name = software.map(|software| field(software, "name")).filter(|name| !name.is_empty());
    let family = taker.family(name.unwrap_or_else(|| field(object, "name")), class, &aliases(software));
    for (path, value) in found.values {
        match kind(&path, &value) {
            Ok(kind @ (Kind::C2Domain | Kind::Website)) => taker.take_site(id, family, kind, &value),
            Ok(kind) => {
                taker.take(id, family, kind, &value);
            }
            Err(reason) => taker.skip(id, &value, reason),
        }
    }
}

/// Why an object is no indicator now, by what its publisher says of it.
fn is_none_now(object: &Value, class: Option<Class>, now: &str) -> Option<String> {
    if object.get("revoked").and_then(Value::as_bool) == Some(true) {
        return Some("it was revoked".to_owned());
    }
    let types = types(object);
    if types.contains(&"benign") {
        return Some("its publisher calls it benign".to_owned());
    }
    // What may be harmless is an indicator where its publisher says what kind of software it is of.
    let may_be_harmless = |name: &str| match name {
        "anonymization" | "unknown" => true,
        "anomalous-activity" => class.is_none(),
        _ => false,
    };
    if let Some(first) = types.first()
        && types.iter().all(|name| may_be_harmless(name))
    {
        return Some(format!("its publisher calls it {first}, which does not mean that it is malicious"));
    }
    let now = seconds(now);
    let (from, until) = (field(object, "valid_from"), field(object, "valid_until"));
    if now.is_empty() {
        None
    } else if !until.is_empty() && seconds(until) <= now {
        Some(format!("it was valid until {until}"))
    } else if seconds(from) > now {
        Some(format!("it is valid from {from} on"))
    } else {
        None
    }
}

/// The types of an indicator, in the vocabulary of section 10.5; version 2.0 has them among the labels.
fn types(object: &Value) -> Vec<&str> {
    const TYPES: [&str; 7] = [
        "anomalous-activity",
        "anonymization",
        "attribution",
        "benign",
        "compromised",
        "malicious-activity",
        "unknown",
    ];
    let labels = texts(object, "labels").filter(|label| TYPES.contains(label));
    texts(object, "indicator_types").chain(labels).collect()
}

/// A time to the second, which is how precise two of them are compared.
fn seconds(time: &str) -> &str {
    time.get(..19).unwrap_or(time)
}

/// A time as it sorts: fractions of a second are written or left out.
fn time<'o>(object: &'o Value, name: &str) -> &'o str {
    field(object, name).trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.')
}

fn field<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn texts<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn aliases(software: Option<&Value>) -> Vec<String> {
    software.into_iter().flat_map(|software| texts(software, "aliases")).map(str::to_owned).collect()
}

/// The class that the labels of an object name; the milder where they name several.
fn class(object: &Value) -> Option<Class> {
    texts(object, "labels").filter_map(|label| label.to_ascii_lowercase().replace([' ', '_'], "-").parse().ok()).min()
}

/// What an indicator may indicate, the software itself before those who use it.
const INDICATED: [&str; 5] = ["malware", "tool", "campaign", "intrusion-set", "threat-actor"];

/// The object that each indicator indicates, by the indicator's identifier.
fn indicated<'o>(objects: &BTreeMap<String, &'o Value>) -> BTreeMap<&'o str, &'o Value> {
    let mut indicated: BTreeMap<&str, (usize, &Value)> = BTreeMap::new();
    for relationship in objects.values().filter(|object| field(object, "type") == "relationship") {
        if relationship.get("revoked").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let Some(target) = objects.get(field(relationship, "target_ref")) else { continue };
        let Some(rank) = INDICATED.iter().position(|kind| *kind == field(target, "type")) else { continue };
        let known = indicated.entry(field(relationship, "source_ref")).or_insert((rank, target));
        if rank < known.0 {
            *known = (rank, target);
        }
    }
    indicated.into_iter().map(|(id, (_, target))| (id, target)).collect()
}

/// What an object path of a pattern stands for; why it is not looked for.
fn kind(path: &str, value: &str) -> Result<Kind, String> {
    let plain = path.replace(['\'', '"', '-', '_'], "").to_ascii_lowercase();
    Ok(match plain.as_str() {
        "app:id" | "software:packagename" => Kind::Package,
        "file:hashes.sha256" => Kind::FileSha256,
        // Some bundles call SHA-1 digests of certificates `md5`.
        "app:cert.sha1"
        | "app:cert.md5"
        | "app:cert.sha256"
        | "x509certificate:hashes.sha1"
        | "x509certificate:hashes.sha256" => digest_kind(value).unwrap_or(Kind::CertificateSha1),
        "domainname:value" | "url:value" => Kind::C2Domain,
        "ipv4addr:value" | "ipv6addr:value" => Kind::C2Ip,
        name if name.starts_with("file:hashes.") => return Err("files are compared by SHA-256 alone".to_owned()),
        _ => return Err(format!("“{path}” is not looked for")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{options, outcome};
    use super::super::{Format, ImportError, import};
    use super::*;
    use crate::indicators::Class;

    #[test]
    fn a_bundle_gives_its_indicators_under_the_malware_they_indicate() {
        let digest = "ab".repeat(20);
        let text = format!(
            r#"{{"type": "bundle", "id": "bundle--1", "objects": [
                {{"type": "malware", "id": "malware--1", "name": "A", "is_family": false}},
                {{"type": "indicator", "id": "indicator--1", "pattern": "[app:id='org.example.a']", "pattern_type": "stix"}},
                {{"type": "indicator", "id": "indicator--2", "pattern": "[app:cert.md5='{digest}']", "pattern_type": "stix"}},
                {{"type": "indicator", "id": "indicator--3", "name": "B", "pattern": "[url:value='https://b.example/x']"}},
                {{"type": "indicator", "id": "indicator--4", "pattern": "alert tcp", "pattern_type": "snort"}},
                {{"type": "indicator", "id": "indicator--5", "pattern": "[mutex:name='x']", "pattern_type": "stix"}},
                {{"type": "indicator", "id": "indicator--6", "pattern": "[app:id='org.example.r']", "revoked": true}},
                {{"type": "relationship", "id": "relationship--1", "relationship_type": "indicates",
                  "source_ref": "indicator--1", "target_ref": "malware--1"}},
                {{"type": "relationship", "id": "relationship--2", "relationship_type": "indicates",
                  "source_ref": "indicator--2", "target_ref": "malware--1"}}
            ]}}"#
        );
        let imported = import(text.as_bytes(), &options("x.stix2")).unwrap();
        assert_eq!(imported.format, Format::Stix);
        let (used, skipped) = outcome(&imported);
        assert_eq!(
            used,
            [
                (Kind::CertificateSha1, digest.as_str(), "A", Class::Stalkerware),
                (Kind::Package, "org.example.a", "A", Class::Stalkerware),
                (Kind::C2Domain, "b.example/x", "B", Class::Stalkerware),
                (Kind::Website, "b.example", "B", Class::Stalkerware),
            ]
        );
        let places: Vec<&str> = skipped.iter().map(|(place, _, _)| *place).collect();
        assert_eq!(places, ["indicator--4", "indicator--5", "indicator--6"]);
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let error = import(b"{\"type\": \"bundle\",\n \"objects\": [", &options("x.json")).unwrap_err();
        assert!(matches!(error, ImportError::Syntax { line: 2, .. }), "{error:?}");
    }

    /// A bundle of one indicator, with these members besides, and of the objects behind it.
    fn bundle(members: &str, others: &str) -> String {
        format!(
            r#"{{"type": "bundle", "objects": [{{"type": "indicator", "id": "indicator--1", "pattern": "[app:id='org.example.a']",
            "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"{members}}}{others}]}}"#
        )
    }

    /// What became of it: family and class, or the reason.
    fn became(members: &str, others: &str) -> String {
        match import(bundle(members, others).as_bytes(), &options("x.stix2")) {
            Ok(imported) => match outcome(&imported) {
                (used, _) if !used.is_empty() => {
                    let assumed = if imported.class_assumed > 0 { " assumed" } else { "" };
                    format!("{} {}{assumed}", used[0].2, used[0].3)
                }
                (_, skipped) => skipped[0].2.to_owned(),
            },
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_class_is_that_of_the_labels() {
        let software = |labels: &str| {
            format!(
                r#", {{"type": "malware", "id": "malware--1", "name": "M"{labels}}},
                {{"type": "relationship", "id": "r", "relationship_type": "indicates", "source_ref": "indicator--1", "target_ref": "malware--1"}}"#
            )
        };
        for (members, others, expected) in [
            (r#", "labels": ["watchware"]"#, software(""), "M watchware"),
            (r#", "labels": ["x", "Dual Use"]"#, software(""), "M dual-use"),
            ("", software(r#", "labels": ["watchware"]"#), "M watchware"),
            (r#", "labels": ["stalkerware"]"#, software(r#", "labels": ["watchware"]"#), "M stalkerware"),
            ("", software(""), "M stalkerware assumed"),
            (r#", "indicator_types": ["anomalous-activity"], "labels": ["watchware"]"#, software(""), "M watchware"),
        ] {
            assert_eq!(became(members, &others), expected, "{members} {others}");
        }
    }

    #[test]
    fn whatever_it_indicates_names_the_family() {
        for kind in ["malware", "tool", "campaign", "intrusion-set", "threat-actor"] {
            let others = format!(
                r#", {{"type": "{kind}", "id": "{kind}--1", "name": "N"}},
                {{"type": "relationship", "id": "r", "relationship_type": "indicates", "source_ref": "indicator--1", "target_ref": "{kind}--1"}}"#
            );
            assert!(became(r#", "name": "I""#, &others).starts_with("N "), "{kind}");
            let revoked = others.replace(r#""id": "r","#, r#""id": "r", "revoked": true,"#);
            assert!(became(r#", "name": "I""#, &revoked).starts_with("I "), "{kind}");
        }
        let both = r#", {"type": "threat-actor", "id": "threat-actor--1", "name": "T"}, {"type": "malware", "id": "malware--1", "name": "M"},
            {"type": "relationship", "id": "r1", "relationship_type": "indicates", "source_ref": "indicator--1", "target_ref": "threat-actor--1"},
            {"type": "relationship", "id": "r2", "relationship_type": "indicates", "source_ref": "indicator--1", "target_ref": "malware--1"}"#;
        assert!(became("", both).starts_with("M "), "the software before those who use it");
    }

    #[test]
    fn what_its_publisher_does_not_mean_as_an_indicator_now_is_none() {
        for (members, reason) in [
            (r#", "indicator_types": ["benign"]"#, "its publisher calls it benign"),
            (r#", "indicator_types": ["malicious-activity", "benign"]"#, "its publisher calls it benign"),
            (r#", "labels": ["benign"]"#, "its publisher calls it benign"),
            (
                r#", "labels": ["tor", "anonymization"]"#,
                "its publisher calls it anonymization, which does not mean that it is malicious",
            ),
            (
                r#", "indicator_types": ["anonymization"]"#,
                "its publisher calls it anonymization, which does not mean that it is malicious",
            ),
            (
                r#", "indicator_types": ["unknown"]"#,
                "its publisher calls it unknown, which does not mean that it is malicious",
            ),
            (
                r#", "indicator_types": ["anomalous-activity"]"#,
                "its publisher calls it anomalous-activity, which does not mean that it is malicious",
            ),
            (r#", "valid_until": "2026-06-21T12:00:00.000Z""#, "it was valid until 2026-06-21T12:00:00.000Z"),
            (r#", "valid_from": "2026-06-22T00:00:00Z""#, "it is valid from 2026-06-22T00:00:00Z on"),
            (r#", "revoked": true"#, "it was revoked"),
        ] {
            // Of two members of one name, the last counts.
            assert_eq!(became(members, ""), reason, "{members}");
        }
        for members in [
            r#", "indicator_types": ["malicious-activity"]"#,
            r#", "indicator_types": ["compromised"]"#,
            r#", "indicator_types": ["attribution"]"#,
            r#", "indicator_types": ["unknown", "malicious-activity"]"#,
            r#", "indicator_types": ["something-else"]"#,
            r#", "indicator_types": []"#,
            r#", "labels": ["malicious-activity"]"#,
            r#", "valid_until": "2026-06-21T12:00:01Z""#,
            r#", "valid_from": "2026-06-21T12:00:00.000Z""#,
        ] {
            assert_eq!(became(members, ""), "x stalkerware assumed", "{members}");
        }
    }

    #[test]
    fn the_newest_version_of_an_object_counts() {
        let newer = r#", {"type": "indicator", "id": "indicator--1", "pattern": "[app:id='org.example.a']", "revoked": true, "modified": "2026-02-01T00:00:00Z"}"#;
        assert_eq!(became(r#", "modified": "2026-01-01T00:00:00Z""#, newer), "it was revoked");
        assert_eq!(became(r#", "modified": "2026-03-01T00:00:00Z""#, newer), "x stalkerware assumed");
    }

    #[test]
    fn objects_without_identifiers_are_all_read() {
        let text = r#"{"type": "bundle", "objects": [
            {"type": "indicator", "pattern": "[app:id='org.example.a']"},
            {"type": "indicator", "pattern": "[app:id='org.example.b']"},
            {"type": "indicator", "pattern": "[app:id!='org.example.c']"}]}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        let (used, skipped) = outcome(&imported);
        assert_eq!((used.len(), skipped[0].0), (2, "object 3"));
    }

    #[test]
    fn envelopes_and_several_bundles_are_read() {
        let one = bundle("", "");
        let object = one.split_once("[{").unwrap().1.rsplit_once('}').unwrap().0.rsplit_once(']').unwrap().0;
        for text in [
            format!(r#"{{"more": true, "next": "1", "objects": [{{{object}]}}"#),
            format!("[{one}, {one}]"),
            format!("[{{{object}]"),
        ] {
            let imported = import(text.as_bytes(), &options("x.json")).unwrap();
            assert_eq!(imported.format, Format::Stix);
            assert_eq!(outcome(&imported).0.len(), 1, "{text}");
        }
    }

    #[test]
    fn what_was_observed_is_no_indicator() {
        let text = r#"{"type": "bundle", "objects": [
            {"type": "file", "id": "file--1", "hashes": {"SHA-256": "ab"}, "name": "x.apk"},
            {"type": "observed-data", "id": "observed-data--1", "object_refs": ["file--1"]}]}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        assert_eq!((imported.used, imported.skipped), (0, 1), "read, and nothing to look for");
        let empty = import(br#"{"type": "bundle", "objects": []}"#, &options("x.json")).unwrap_err();
        assert_eq!(empty.code(), "nothing");
    }

    #[test]
    fn digests_that_are_not_looked_for_are_called_what_they_are() {
        let text = r#"{"type": "bundle", "objects": [{"type": "indicator", "id": "i", "pattern":
            "[file:hashes.MD5 = 'abababababababababababababababab' OR app:id = 'org.example.a' OR ipv4-addr:value = '192.0.2.0/24']"}]}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        let reasons: Vec<&str> = outcome(&imported).1.into_iter().map(|(.., reason)| reason).collect();
        assert_eq!(reasons, ["files are compared by SHA-256 alone", "it is not a public IP address"]);
    }
}
