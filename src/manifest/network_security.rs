//! The network security configuration: which domains an app names, and where it allows clear-text traffic.
//!
//! Source: AOSP `frameworks/base/packages/…/android/security/net/config/XmlConfigSource.java` and
//! `NetworkSecurityConfig.java` (`getDefaultBuilder`). Its attributes have no resource ids: Android looks them up by name,
//! without a namespace.

use super::model::{NetworkDomain, Package};
use crate::resources::xml::{Document, Element, Node};

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

/// A truth value as `XmlBlock.getAttributeBooleanValue` takes it: text is none, since the build tools make numbers of it.
fn truth(element: &Element, name: &str) -> Option<bool> {
    element.plain_attribute(name)?.value.as_int().map(|number| number != 0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::resources::value::Value;
    use crate::resources::xml::Attribute;

    fn element(name: &str, attributes: &[(&str, Value)], children: Vec<Node>) -> Element {
        let attribute = |(name, value): &(&str, Value)| Attribute {
            namespace: None,
            name: Arc::from(*name),
            pool_name: Arc::from(*name),
            resource_id: None,
            raw: None,
            value: value.clone(),
            found_by_name: true,
            overlooked: false,
        };
        let attributes = attributes.iter().map(attribute).collect();
        Element { namespace: None, name: Arc::from(name), prefixes: vec![], attributes, children, line: 1, offset: 0 }
    }

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    fn domain(name: &str, attributes: &[(&str, Value)]) -> Node {
        Node::Element(element("domain", attributes, vec![Node::Text(name.to_owned())]))
    }

    fn read_for(target_sdk: u32, children: Vec<Node>) -> Package {
        let root = element("network-security-config", &[], children);
        let document = Document { root, others: vec![], anomalies: vec![], problems: vec![] };
        let mut package = Package { target_sdk, cleartext_traffic: true, ..Package::default() };
        read(&document, &mut package);
        package
    }

    #[test]
    fn domains_inherit_what_they_do_not_say() {
        let inner = element("domain-config", &[], vec![domain("inner.example", &[])]);
        let permitted = [("cleartextTrafficPermitted", Value::Boolean(true))];
        let subdomains = [("includeSubdomains", Value::Boolean(true))];
        let outer = vec![domain(" Example.ORG ", &subdomains), domain("", &[]), Node::Element(inner)];
        let package = read_for(30, vec![Node::Element(element("domain-config", &permitted, outer))]);
        assert!(!package.cleartext_traffic && !package.trusts_user_certificates);
        let domain = |name: &str, subdomains| NetworkDomain { name: name.to_owned(), subdomains, cleartext: true };
        assert_eq!(package.network_domains, [domain("example.org", true), domain("inner.example", false)]);
    }

    #[test]
    fn the_base_is_as_stated_or_as_the_target_makes_it() {
        assert!(read_for(27, vec![]).cleartext_traffic);
        assert!(!read_for(28, vec![]).cleartext_traffic);
        let certificates = element("certificates", &[("src", text("user"))], vec![]);
        let anchors = element("trust-anchors", &[], vec![Node::Element(certificates)]);
        let base = [("cleartextTrafficPermitted", Value::Boolean(true))];
        let package = read_for(30, vec![Node::Element(element("base-config", &base, vec![Node::Element(anchors)]))]);
        assert!(package.cleartext_traffic && package.trusts_user_certificates);
    }

    #[test]
    fn a_truth_in_words_or_in_a_namespace_is_none() {
        let base = |value| element("base-config", &[("cleartextTrafficPermitted", value)], vec![]);
        assert!(!read_for(30, vec![Node::Element(base(text("true")))]).cleartext_traffic);
        assert!(read_for(30, vec![Node::Element(base(Value::Hex(1)))]).cleartext_traffic);
        let mut elsewhere = base(Value::Boolean(true));
        elsewhere.attributes[0].namespace = Some(Arc::from("http://schemas.android.com/apk/res/android"));
        assert!(!read_for(30, vec![Node::Element(elsewhere)]).cleartext_traffic);
    }
}
