//! STIX 2.1 bundles (OASIS, “STIX Version 2.1”): indicators with their patterns, and the malware they indicate.
//!
//! Of the pattern language, comparisons for equality are read, joined by OR: all that published indicators of mobile
//! surveillance use. `app:id` and `app:cert.…` are no part of the standard, and yet what such bundles have for
//! package names and certificates.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ImportError, Taker, digest_kind};
use crate::indicators::Kind;

pub(super) fn read(text: &str, taker: &mut Taker) -> Result<(), ImportError> {
    let bundle: Value = serde_json::from_str(text)
        .map_err(|error| ImportError::Syntax { line: error.line(), problem: error.to_string() })?;
    let objects = bundle.get("objects").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let families = indicated(objects);
    for object in objects.iter().filter(|object| field(object, "type") == "indicator") {
        let id = field(object, "id");
        let name = families.get(id).copied().unwrap_or_else(|| field(object, "name"));
        let pattern = field(object, "pattern");
        if !matches!(field(object, "pattern_type"), "stix" | "") {
            taker.skip(id, pattern, "its pattern is in another language than STIX");
            continue;
        }
        if object.get("revoked").and_then(Value::as_bool) == Some(true) {
            taker.skip(id, pattern, "it was revoked");
            continue;
        }
        let comparisons = match comparisons(pattern) {
            Ok(comparisons) => comparisons,
            Err(reason) => {
                taker.skip(id, pattern, reason);
                continue;
            }
        };
        let family = taker.family(name, None, &[]);
        for (path, value) in comparisons {
            match kind(&path, &value) {
                Some(kind) => taker.take_site_or(id, family, kind, &value),
                None => taker.skip(id, &value, format!("“{path}” is not looked for")),
            }
        }
    }
    Ok(())
}

impl Taker<'_> {
    /// A site when it is one, any other kind as it is.
    fn take_site_or(&mut self, place: &str, family: u32, kind: Kind, value: &str) {
        if matches!(kind, Kind::C2Domain | Kind::Website) {
            self.take_site(place, family, kind, host_of(value));
        } else {
            self.take(place, family, kind, value);
        }
    }
}

/// The host of a URL; a bare host is itself.
fn host_of(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let rest = rest.rsplit('@').next().unwrap_or(rest);
    rest.split(':').next().unwrap_or(rest)
}

fn field<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The name of the malware that each indicator indicates, by the indicator's identifier.
fn indicated(objects: &[Value]) -> BTreeMap<&str, &str> {
    let names: BTreeMap<&str, &str> = objects
        .iter()
        .filter(|object| matches!(field(object, "type"), "malware" | "tool" | "campaign" | "intrusion-set"))
        .map(|object| (field(object, "id"), field(object, "name")))
        .collect();
    objects
        .iter()
        .filter(|object| field(object, "type") == "relationship")
        .filter_map(|object| Some((field(object, "source_ref"), *names.get(field(object, "target_ref"))?)))
        .collect()
}

/// What an object path of a pattern stands for.
fn kind(path: &str, value: &str) -> Option<Kind> {
    let path = path.replace(['\'', '"', '-', '_'], "").to_ascii_lowercase();
    Some(match path.as_str() {
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
        _ => return None,
    })
}

/// The equality comparisons of a pattern: `[path = 'value' OR …]`, and several such in OR.
fn comparisons(pattern: &str) -> Result<Vec<(String, String)>, &'static str> {
    const OTHER: &str = "its pattern is more than comparisons for equality joined by OR";
    let mut comparisons = Vec::new();
    let mut rest = pattern.trim();
    loop {
        rest = rest.trim_start_matches(['[', '(', ' ', '\t', '\n', '\r']);
        let (path, after) = rest.split_once('=').ok_or(OTHER)?;
        let path = path.trim();
        if path.is_empty() || path.contains([' ', '!', '<', '>', '[', ']']) || !path.contains(':') {
            return Err(OTHER);
        }
        let (value, after) = literal(after.trim_start()).ok_or(OTHER)?;
        comparisons.push((path.to_owned(), value));
        rest = after.trim_start_matches([']', ')', ' ', '\t', '\n', '\r']);
        if rest.is_empty() {
            return Ok(comparisons);
        }
        rest = rest.strip_prefix("OR").ok_or(OTHER)?;
    }
}

/// A string in single quotes, in which a backslash takes the next character as it is.
fn literal(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.strip_prefix('\'')?.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => return Some((value, text.get(at + 2..)?)),
            '\\' => value.push(characters.next()?.1),
            character => value.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::{options, outcome};
    use super::super::{Format, import};
    use super::*;
    use crate::indicators::Class;

    #[test]
    fn patterns_are_read_as_far_as_they_are_equalities() {
        let pair = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        assert_eq!(comparisons("[app:id='org.example']"), Ok(vec![pair("app:id", "org.example")]));
        assert_eq!(
            comparisons("[ url:value = 'https://a\\'b/' OR domain-name:value='b' ] OR [file:hashes.'SHA-256' = 'c']"),
            Ok(vec![
                pair("url:value", "https://a'b/"),
                pair("domain-name:value", "b"),
                pair("file:hashes.'SHA-256'", "c")
            ])
        );
        for other in [
            "",
            "[a:b='c' AND d:e='f']",
            "[a:b != 'c']",
            "[a:b LIKE 'c%']",
            "[a:b='c'] FOLLOWEDBY [d:e='f']",
            "[a:b='c",
            "[a:b IN ('c')]",
        ] {
            assert!(comparisons(other).is_err(), "{other}");
        }
    }

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
                (Kind::C2Domain, "b.example", "B", Class::Stalkerware),
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
}
