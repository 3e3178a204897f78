//! MISP events (<https://www.misp-standard.org/rfc/misp-standard-core.html>): attributes on their own, and those of
//! `android-app` objects, which name the app.

use serde_json::Value;

use super::{ImportError, Taker, digest_kind};
use crate::indicators::Kind;

pub(super) fn read(text: &str, taker: &mut Taker) -> Result<(), ImportError> {
    let root: Value = serde_json::from_str(text)
        .map_err(|error| ImportError::Syntax { line: error.line(), problem: error.to_string() })?;
    for event in events(&root) {
        read_event(event, taker);
    }
    Ok(())
}

/// One event, a list of events, or a server's response with a list of them.
fn events(root: &Value) -> Vec<&Value> {
    let listed = root.get("response").unwrap_or(root);
    let events = listed.as_array().map_or_else(|| vec![listed], |events| events.iter().collect());
    events.into_iter().map(|event| event.get("Event").unwrap_or(event)).collect()
}

fn read_event(event: &Value, taker: &mut Taker) {
    let title = text(event, "info");
    for attribute in list(event, "Attribute") {
        let family = taker.family(title, None, &[]);
        read_attribute(attribute, family, taker);
    }
    for object in list(event, "Object") {
        let attributes = list(object, "Attribute");
        let name = attributes.iter().find(|attribute| text(attribute, "object_relation") == "name");
        let family = taker.family(name.map_or(title, |name| text(name, "value")), None, &[]);
        for attribute in attributes.iter().filter(|attribute| text(attribute, "object_relation") != "name") {
            read_attribute(attribute, family, taker);
        }
    }
}

fn read_attribute(attribute: &Value, family: u32, taker: &mut Taker) {
    let (kind, relation, value) =
        (text(attribute, "type"), text(attribute, "object_relation"), text(attribute, "value"));
    let place = match text(attribute, "uuid") {
        "" => format!("attribute of type {kind}"),
        uuid => format!("attribute {uuid}"),
    };
    if attribute.get("deleted").and_then(Value::as_bool) == Some(true) {
        return taker.skip(place, value, "it was deleted");
    }
    match (relation, kind) {
        ("appid", _) | (_, "mobile-application-id") => taker.take(place, family, Kind::Package, value),
        ("certificate", _) | (_, "x509-fingerprint-sha1" | "x509-fingerprint-sha256") => {
            taker.take(place, family, digest_kind(value).unwrap_or(Kind::CertificateSha1), value);
        }
        ("sha256", _) | (_, "sha256") => taker.take(place, family, Kind::FileSha256, value),
        // `name|digest`
        (_, "filename|sha256") => {
            taker.take(place, family, Kind::FileSha256, value.rsplit('|').next().unwrap_or(value));
        }
        ("domain", _) | (_, "domain" | "hostname") => taker.take_site(place, family, Kind::C2Domain, value),
        // `domain|address`
        (_, "domain|ip") => {
            for part in value.split('|') {
                taker.take_site(&place, family, Kind::C2Domain, part);
            }
        }
        (_, "ip-dst" | "ip-src") => taker.take(place, family, Kind::C2Ip, value),
        (_, kind) => taker.skip(place, value, format!("attributes of the type “{kind}” are not looked for")),
    }
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{options, outcome};
    use super::super::{Format, import};
    use super::*;
    use crate::indicators::Class;

    #[test]
    fn an_event_gives_its_attributes_and_the_apps_theirs() {
        let text = r#"{"Event": {"info": "Event title", "Attribute": [
                {"type": "link", "value": "https://example.org/", "uuid": "u1"},
                {"type": "domain|ip", "value": "c2.example|8.8.8.8"},
                {"type": "hostname", "value": "old.example", "deleted": true, "uuid": "u2"}
            ], "Object": [{"name": "android-app", "Attribute": [
                {"object_relation": "name", "type": "text", "value": "A"},
                {"object_relation": "appid", "type": "text", "value": "org.example.a"},
                {"object_relation": "certificate", "type": "sha1", "value": "abcdef0123456789abcdef0123456789abcdef01"},
                {"object_relation": "domain", "type": "domain", "value": "a.example"}
            ]}]}}"#;
        let imported = import(text.as_bytes(), &options("misp.json")).unwrap();
        assert_eq!(imported.format, Format::Misp);
        let (used, skipped) = outcome(&imported);
        let stalkerware = Class::Stalkerware;
        assert_eq!(
            used,
            [
                (Kind::CertificateSha1, "abcdef0123456789abcdef0123456789abcdef01", "A", stalkerware),
                (Kind::Package, "org.example.a", "A", stalkerware),
                (Kind::C2Domain, "a.example", "A", stalkerware),
                (Kind::C2Domain, "c2.example", "Event title", stalkerware),
                (Kind::C2Ip, "8.8.8.8", "Event title", stalkerware),
            ]
        );
        assert_eq!(
            skipped,
            [
                ("attribute u1", "https://example.org/", "attributes of the type “link” are not looked for"),
                ("attribute u2", "old.example", "it was deleted"),
            ]
        );
    }

    #[test]
    fn a_response_holds_several_events() {
        let text = r#"{"response": [{"Event": {"info": "A", "Attribute": [{"type": "domain", "value": "a.example"}]}},
                                    {"Event": {"info": "B", "Attribute": [{"type": "domain", "value": "b.example"}]}}]}"#;
        assert_eq!(outcome(&import(text.as_bytes(), &options("x.json")).unwrap()).0.len(), 2);
    }
}
