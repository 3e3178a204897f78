//! The network security configuration: which domains an app names, and where it allows clear-text traffic.
//!
//! Source: AOSP `frameworks/base/packages/…/android/security/net/config/XmlConfigSource.java` and
//! `NetworkSecurityConfig.java` (`getDefaultBuilder`). Its attributes have no resource ids.

use super::model::{NetworkDomain, Package};
use super::value::Value;
use super::xml::{Document, Element, Node};

/// From this target on clear-text traffic is not allowed unless the app says so (Android 9).
pub const CLEARTEXT_FORBIDDEN: u32 = 28;

/// Fills in what the configuration says. It takes the place of `usesCleartextTraffic`.
pub fn read(document: &Document, package: &mut Package) {
    let root = &document.root;
    let base = root.elements_named("base-config").next();
    let base_cleartext = base.and_then(cleartext).unwrap_or(package.target_sdk < CLEARTEXT_FORBIDDEN);
    package.cleartext_traffic = base_cleartext;
    package.trusts_user_certificates = base.is_some_and(trusts_user);
    for config in root.elements_named("domain-config") {
        domains(config, base_cleartext, package);
    }
}

/// The domains of a `<domain-config>` and of those nested in it, which inherit what they do not say.
fn domains(config: &Element, inherited: bool, package: &mut Package) {
    let cleartext = cleartext(config).unwrap_or(inherited);
    package.trusts_user_certificates |= trusts_user(config);
    for domain in config.elements_named("domain") {
        let name: String = domain.children.iter().filter_map(Node::as_text).collect();
        let name = name.trim().to_lowercase();
        if !name.is_empty() {
            let subdomains = truth(domain, "includeSubdomains").unwrap_or(false);
            package.network_domains.push(NetworkDomain { name, subdomains, cleartext });
        }
    }
    for nested in config.elements_named("domain-config") {
        domains(nested, cleartext, package);
    }
}

fn cleartext(config: &Element) -> Option<bool> {
    truth(config, "cleartextTrafficPermitted")
}

fn trusts_user(config: &Element) -> bool {
    let anchors = config.elements_named("trust-anchors").flat_map(|anchors| anchors.elements_named("certificates"));
    let mut sources = anchors.filter_map(|certificates| certificates.plain_attribute("src"));
    sources.any(|source| source.plain_value() == "user")
}

fn truth(element: &Element, name: &str) -> Option<bool> {
    match &element.plain_attribute(name)?.value {
        Value::Boolean(set) => Some(*set),
        Value::String(text) => match text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        value => value.as_int().map(|number| number != 0),
    }
}
