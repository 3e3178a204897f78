//! MISP events (<https://www.misp-standard.org/rfc/misp-standard-core.html>): attributes on their own, and those of
//! objects, of which `android-app` names the app.
//!
//! An attribute's `to_ids` says whether it is to be searched for; without it, it is context or an observation. The
//! flag is judged by the whole file (docs/signatures.md): where no value that MISP flags by itself has any, the file
//! does without the flag only if it does not state it at all; and package names in `android-app` objects, which MISP
//! keeps as text and never flags by itself, are what their object is.

use serde_json::Value;

use super::Taker;
use super::taker::digest_kind;
use crate::indicators::{Class, Kind};

/// How the title of the events begins that this program writes: what it observed.
const OWN_EVENT: &str = "Android apps examined with apklens";

pub(super) fn read(root: &Value, taker: &mut Taker) {
    let events = events(root);
    let flags = Flags::of(&events);
    for event in events {
        read_event(event, &flags, taker);
    }
}

/// One event, a list of events, or a server's response with a list of them.
fn events(root: &Value) -> Vec<&Value> {
    let listed = root.get("response").unwrap_or(root);
    let events = listed.as_array().map_or_else(|| vec![listed], |events| events.iter().collect());
    events.into_iter().map(|event| event.get("Event").unwrap_or(event)).collect()
}

/// How a file uses `to_ids`.
struct Flags {
    /// Whether any attribute states it.
    stated: bool,
    /// Whether any package name has it.
    on_packages: bool,
}

impl Flags {
    fn of(events: &[&Value]) -> Self {
        let mut flags = Self { stated: false, on_packages: false };
        for event in events {
            let of_objects = list(event, "Object").iter().flat_map(|object| list(object, "Attribute"));
            for attribute in list(event, "Attribute").iter().chain(of_objects) {
                flags.stated |= attribute.get("to_ids").is_some();
                flags.on_packages |= is_package(attribute) && is_flagged(attribute);
            }
        }
        flags
    }

    /// Whether the attributes of an object that MISP does not flag by itself are indicators: where one of the others
    /// is, and where there are no others.
    fn unflagged_count(&self, object: &Value) -> bool {
        let mut others = list(object, "Attribute").iter().filter(|attribute| {
            !is_package(attribute) && !matches!(text(attribute, "type"), "text" | "comment" | "link" | "datetime")
        });
        let any = others.clone().next().is_some();
        !self.stated || !self.on_packages && (!any || others.any(is_flagged))
    }
}

/// Whether it is flagged, in the ways in which events have it.
fn is_flagged(attribute: &Value) -> bool {
    is_true(attribute, "to_ids")
}

fn is_true(of: &Value, name: &str) -> bool {
    match of.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        Some(Value::String(text)) => matches!(text.as_str(), "1" | "true" | "True"),
        _ => false,
    }
}

fn is_package(attribute: &Value) -> bool {
    text(attribute, "object_relation") == "appid" || text(attribute, "type") == "mobile-application-id"
}

fn read_event(event: &Value, flags: &Flags, taker: &mut Taker) {
    let title = text(event, "info");
    let context = Context { is_own: title.starts_with(OWN_EVENT), class: class(event), cluster: only_cluster(event) };
    for attribute in list(event, "Attribute") {
        let is_used = !flags.stated || is_flagged(attribute);
        let name = only_cluster(attribute).or(context.cluster).unwrap_or(title);
        let class = class(attribute).or(context.class);
        read_attribute(attribute, is_used, context.is_own, (name, class), taker);
    }
    for object in list(event, "Object") {
        read_object(object, flags, &context, title, taker);
    }
}

/// What an event says of all that is in it.
struct Context<'e> {
    is_own: bool,
    class: Option<Class>,
    cluster: Option<&'e str>,
}

fn read_object(object: &Value, flags: &Flags, context: &Context, title: &str, taker: &mut Taker) {
    let attributes = list(object, "Attribute");
    let is_app = text(object, "name") == "android-app";
    let named = attributes.iter().find(|attribute| text(attribute, "object_relation") == "name").filter(|_| is_app);
    let name = named.map(|name| text(name, "value")).or(context.cluster).unwrap_or(title);
    let unflagged_count = is_app && flags.unflagged_count(object);
    let is_deleted = is_true(object, "deleted");
    for attribute in attributes.iter().filter(|attribute| text(attribute, "object_relation") != "name" || !is_app) {
        if is_deleted {
            taker.skip_decided(place(attribute), text(attribute, "value"), "it was deleted");
            continue;
        }
        let is_used = !flags.stated || is_flagged(attribute) || is_package(attribute) && unflagged_count;
        let class = class(attribute).or_else(|| class(object)).or(context.class);
        read_attribute(attribute, is_used, context.is_own, (name, class), taker);
    }
}

fn place(attribute: &Value) -> String {
    match text(attribute, "uuid") {
        "" => format!("attribute of type {}", text(attribute, "type")),
        uuid => format!("attribute {uuid}"),
    }
}

fn read_attribute(attribute: &Value, is_used: bool, is_own: bool, of: (&str, Option<Class>), taker: &mut Taker) {
    let (kind, relation, value) =
        (text(attribute, "type"), text(attribute, "object_relation"), text(attribute, "value"));
    let place = place(attribute);
    let reason = if is_own {
        Some("apklens observed it: that is no indicator".to_owned())
    } else if is_true(attribute, "deleted") {
        Some("it was deleted".to_owned())
    } else {
        warning(attribute).map(|list| format!("it is on the warning list “{list}”"))
    };
    if let Some(reason) = reason {
        return taker.skip_decided(place, value, reason);
    }
    let Some(found) = indicator(relation, kind, value) else {
        return taker.skip(place, value, not_looked_for(kind));
    };
    if !is_used {
        return taker.skip_decided(place, value, "its to_ids is false: it is context or an observation, no indicator");
    }
    let family = taker.family(of.0, of.1, &[]);
    match found {
        Found::One(kind, value) => {
            taker.take(place, family, kind, value);
        }
        Found::Sites(values) => {
            for value in values {
                taker.take_site(&place, family, Kind::C2Domain, value);
            }
        }
    }
}

/// What an attribute is to us.
enum Found<'a> {
    One(Kind, &'a str),
    /// Hosts, addresses and URLs.
    Sites(Vec<&'a str>),
}

fn indicator<'a>(relation: &str, kind: &str, value: &'a str) -> Option<Found<'a>> {
    // Of a pair, the part before the bar and the one behind it.
    let (first, last) = value.split_once('|').unwrap_or((value, value));
    Some(match (relation, kind) {
        ("appid", _) | (_, "mobile-application-id") => Found::One(Kind::Package, value),
        ("certificate" | "certificate-sha256", _) | (_, "x509-fingerprint-sha1" | "x509-fingerprint-sha256") => {
            Found::One(digest_kind(value).unwrap_or(Kind::CertificateSha1), value)
        }
        ("sha256", _) | (_, "sha256") => Found::One(Kind::FileSha256, value),
        (_, "filename|sha256") => Found::One(Kind::FileSha256, last),
        ("domain", _) | (_, "domain" | "hostname" | "url" | "uri") => Found::Sites(vec![value]),
        (_, "domain|ip") => Found::Sites(vec![first, last]),
        (_, "hostname|port") => Found::Sites(vec![first]),
        (_, "ip-dst" | "ip-src") => Found::One(Kind::C2Ip, value),
        (_, "ip-dst|port" | "ip-src|port") => Found::One(Kind::C2Ip, first),
        _ => return None,
    })
}

fn not_looked_for(kind: &str) -> String {
    match kind {
        "md5" | "sha1" | "sha224" | "sha384" | "sha512" | "filename|md5" | "filename|sha1" | "filename|sha512" => {
            "files are compared by SHA-256 alone".to_owned()
        }
        "x509-fingerprint-md5" => "certificates are compared by SHA-1 and SHA-256 alone".to_owned(),
        "yara" => "it is a YARA rule: rules are given as files of rules".to_owned(),
        kind => format!("attributes of the type “{kind}” are not looked for"),
    }
}

/// The first warning list that MISP found a value on: lists of what is known to be common or harmless.
fn warning(attribute: &Value) -> Option<&str> {
    let warnings = attribute.get("warnings").or_else(|| attribute.get("warninglists"))?;
    let first = warnings.as_array()?.first()?;
    let name = ["warninglist_name", "name"].into_iter().map(|key| text(first, key)).find(|name| !name.is_empty());
    Some(name.unwrap_or("of MISP"))
}

/// The class that a tag names, alone or as a value: `watchware`, `apklens:class="watchware"`.
fn class(of: &Value) -> Option<Class> {
    let value = |tag: &Value| {
        let name = text(tag, "name").to_ascii_lowercase();
        let value = name.rsplit(['=', ':']).next().unwrap_or_default().trim_matches('"').replace([' ', '_'], "-");
        value.parse().ok()
    };
    list(of, "Tag").iter().filter_map(value).min()
}

/// The name of the software that the tags name, where it is one: a cluster of a galaxy of tools.
fn only_cluster(of: &Value) -> Option<&str> {
    const GALAXIES: [&str; 6] = ["android", "malpedia", "rat", "stalkerware", "surveillance-vendor", "tool"];
    let mut names = list(of, "Tag").iter().filter_map(|tag| {
        let (galaxy, value) = text(tag, "name").strip_prefix("misp-galaxy:")?.split_once('=')?;
        GALAXIES.contains(&galaxy).then(|| value.trim_matches('"'))
    });
    let first = names.next()?;
    names.next().is_none().then_some(first)
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

    #[test]
    fn unflagged_values_are_context_in_a_file_that_states_the_flag() {
        let text = r#"{"Event": {"info": "A", "Attribute": [
            {"type": "domain", "value": "c2.example", "to_ids": true},
            {"type": "url", "value": "https://b.example/x", "to_ids": true},
            {"type": "ip-dst|port", "value": "93.184.216.34|443", "to_ids": 1},
            {"type": "hostname|port", "value": "d.example|8080", "to_ids": "1"},
            {"type": "mobile-application-id", "value": "org.example.imitated", "to_ids": false},
            {"type": "domain", "value": "benign.example", "to_ids": "0"},
            {"type": "domain", "value": "unsaid.example"},
            {"type": "md5", "value": "abababababababababababababababab", "to_ids": true},
            {"type": "domain", "value": "warned.example", "to_ids": true, "warnings": [{"warninglist_name": "Top sites"}]}
        ]}}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        let (used, skipped) = outcome(&imported);
        let values: Vec<&str> = used.iter().map(|(_, value, ..)| *value).collect();
        assert_eq!(values, ["b.example/x", "c2.example", "d.example", "93.184.216.34", "b.example"]);
        let reasons: Vec<(&str, &str)> = skipped.iter().map(|(_, value, reason)| (*value, *reason)).collect();
        let context = "its to_ids is false: it is context or an observation, no indicator";
        assert_eq!(
            reasons,
            [
                ("org.example.imitated", context),
                ("benign.example", context),
                ("unsaid.example", context),
                ("abababababababababababababababab", "files are compared by SHA-256 alone"),
                ("warned.example", "it is on the warning list “Top sites”"),
            ]
        );
        // Nothing but context: read, and nothing to look for.
        let text = r#"{"Event": {"info": "A", "Attribute": [{"type": "sha256", "to_ids": false,
            "value": "abababababababababababababababababababababababababababababababab"}]}}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        assert_eq!((imported.used, imported.skipped), (0, 1));
    }

    #[test]
    fn package_names_in_objects_are_what_their_object_is() {
        let object = |name: &str, package: &str, domain: Option<bool>| {
            let domain = domain.map_or(String::new(), |flag| {
                format!(r#", {{"object_relation": "domain", "type": "domain", "value": "{name}.example", "to_ids": {flag}}}"#)
            });
            format!(
                r#"{{"name": "android-app", "Attribute": [
                    {{"object_relation": "name", "type": "text", "value": "{name}", "to_ids": false}},
                    {{"object_relation": "appid", "type": "text", "value": "{package}", "to_ids": false}}{domain}]}}"#
            )
        };
        let objects = [
            object("flagged", "org.example.flagged", Some(true)),
            object("alone", "org.example.alone", None),
            object("context", "org.example.context", Some(false)),
        ];
        // As stalkerware-indicators publishes its event: no wrapper, and package names as text.
        let text = format!(r#"{{"uuid": "1", "info": "Stalkerware indicators", "Object": [{}]}}"#, objects.join(", "));
        let imported = import(text.as_bytes(), &options("misp_event.json")).unwrap();
        let packages: Vec<(&str, &str)> = outcome(&imported)
            .0
            .into_iter()
            .filter(|(kind, ..)| *kind == Kind::Package)
            .map(|(_, value, family, _)| (value, family))
            .collect();
        assert_eq!(packages, [("org.example.alone", "alone"), ("org.example.flagged", "flagged")]);
        // Where a package name is flagged, the others are not.
        let flagged = r#"{"type": "mobile-application-id", "value": "org.example.other", "to_ids": true}"#;
        let text = text.replace(r#""Object""#, &format!(r#""Attribute": [{flagged}], "Object""#));
        let imported = import(text.as_bytes(), &options("misp_event.json")).unwrap();
        let packages = outcome(&imported).0.into_iter().filter(|(kind, ..)| *kind == Kind::Package).count();
        assert_eq!(packages, 1);
    }

    #[test]
    fn tags_name_the_class_and_the_software() {
        let text = r#"{"Event": {"info": "Title", "Tag": [{"name": "misp-galaxy:android=\"Spy\""}, {"name": "tlp:white"}],
            "Attribute": [
                {"type": "domain", "value": "a.example", "to_ids": true, "Tag": [{"name": "apklens:class=\"watchware\""}]},
                {"type": "domain", "value": "b.example", "to_ids": true, "Tag": [{"name": "Dual Use"}]},
                {"type": "domain", "value": "c.example", "to_ids": true}
            ]}}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        let classes: Vec<(&str, &str, Class)> =
            outcome(&imported).0.into_iter().map(|(_, value, family, class)| (value, family, class)).collect();
        assert_eq!(
            classes,
            [
                ("a.example", "Spy", Class::Watchware),
                ("b.example", "Spy", Class::DualUse),
                ("c.example", "Spy", Class::Stalkerware),
            ]
        );
        assert_eq!(imported.class_assumed, 1);
    }

    #[test]
    fn what_this_program_observed_is_no_indicator() {
        let text = r#"{"Event": {"info": "Android apps examined with apklens: 1", "Attribute": [
            {"type": "mobile-application-id", "value": "org.example.app", "to_ids": true}]}}"#;
        let imported = import(text.as_bytes(), &options("x.json")).unwrap();
        assert_eq!((imported.used, imported.skipped), (0, 1));
        assert_eq!(imported.named[0].reason, "apklens observed it: that is no indicator");
    }
}
