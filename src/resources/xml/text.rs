//! A tree as XML text again: indented, escaped, with words for numbers that have words.
//!
//! Every namespace is declared on the first element. What XML cannot hold is written so that the text stays
//! well-formed: a control character as `\u0007`, an invalid name with `_` in place of what is invalid, and an attribute
//! that Android overlooks as a comment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{ANDROID_NAMESPACE, Attribute, Element, Node, attributes, words};
use crate::resources::value::Value;

/// How deep the text is indented at most, in levels.
const MAX_INDENT: usize = 24;
/// Past this length no further element is written.
const MAX_TEXT: usize = 32 << 20;
/// What an element or attribute without a name is called.
const NAMELESS: &str = "nameless";

/// What knows the names of resources: `type/entry`, or `package:type/entry` for another package's.
pub type ResourceNames<'a> = dyn Fn(u32) -> Option<String> + 'a;

pub(super) fn write(root: &Element, names: &ResourceNames<'_>) -> String {
    let mut writer = Writer { text: String::new(), names, prefixes: prefixes(root), cut: false };
    writer.text.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    writer.element(root, 0);
    writer.text
}

/// A prefix for every namespace of the tree: the one that the file gives it, if that is a name and no other namespace
/// has it.
fn prefixes(root: &Element) -> BTreeMap<String, String> {
    let mut stated = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut pending = vec![root];
    while let Some(element) = pending.pop() {
        for (prefix, uri) in &element.prefixes {
            stated.entry(uri.to_string()).or_insert_with(|| prefix.to_string());
        }
        used.extend(element.namespace.as_deref());
        for attribute in &element.attributes {
            used.extend(namespace(attribute));
        }
        pending.extend(element.elements());
    }
    let mut prefixes = BTreeMap::from([(ANDROID_NAMESPACE.to_owned(), "android".to_owned())]);
    let mut taken = BTreeSet::from(["android".to_owned(), "xml".to_owned(), "xmlns".to_owned()]);
    let mut number = 0;
    for uri in used.iter().filter(|uri| !uri.is_empty() && **uri != ANDROID_NAMESPACE) {
        let prefix = stated
            .get(*uri)
            .filter(|prefix| !prefix.contains(':') && xml_name(prefix) == **prefix && !taken.contains(*prefix))
            .cloned()
            .unwrap_or_else(|| {
                while taken.contains(&format!("ns{number}")) {
                    number += 1;
                }
                format!("ns{number}")
            });
        taken.insert(prefix.clone());
        prefixes.insert((*uri).to_owned(), prefix);
    }
    prefixes
}

/// The namespace that an attribute belongs to: Android's, when its id says so.
fn namespace(attribute: &Attribute) -> Option<&str> {
    match attribute.resource_id {
        Some(id) if attributes::is_android(id) => Some(ANDROID_NAMESPACE),
        _ => attribute.namespace.as_deref(),
    }
}

struct Writer<'a> {
    text: String,
    names: &'a ResourceNames<'a>,
    /// By URI.
    prefixes: BTreeMap<String, String>,
    cut: bool,
}

impl Writer<'_> {
    fn element(&mut self, element: &Element, depth: usize) {
        if self.text.len() > MAX_TEXT {
            if !self.cut {
                self.cut = true;
                self.line(depth, "<!-- the rest is left out: it is too long -->");
            }
            return;
        }
        let mut seen = BTreeSet::new();
        let (mut shown, mut hidden) = (Vec::new(), Vec::new());
        if depth == 0 {
            for (uri, prefix) in &self.prefixes {
                let text = format!("xmlns:{prefix}=\"{}\"", escaped(uri));
                shown.push(text);
            }
        }
        for attribute in &element.attributes {
            let name = self.qualified(namespace(attribute), &attribute.name);
            let text = format!("{name}=\"{}\"", escaped(&self.value(attribute)));
            if attribute.overlooked || !seen.insert(name) { hidden.push(text) } else { shown.push(text) }
        }
        for text in hidden {
            self.line(depth, &format!("<!-- overlooked by Android: {} -->", text.replace("--", "- -")));
        }
        let name = self.qualified(element.namespace.as_deref(), &element.name);
        self.indent(depth);
        _ = write!(self.text, "<{name}");
        for attribute in &shown {
            if shown.len() == 1 {
                self.text.push(' ');
            } else {
                self.text.push('\n');
                self.indent(depth + 2);
            }
            self.text.push_str(attribute);
        }
        if element.children.is_empty() {
            self.text.push_str(" />\n");
            return;
        }
        self.text.push_str(">\n");
        for child in &element.children {
            match child {
                Node::Element(child) => self.element(child, depth + 1),
                Node::Text(text) => self.line(depth + 1, &escaped(text)),
            }
        }
        self.line(depth, &format!("</{name}>"));
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.indent(depth);
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn indent(&mut self, depth: usize) {
        for _ in 0..depth.min(MAX_INDENT) {
            self.text.push_str("    ");
        }
    }

    fn qualified(&self, namespace: Option<&str>, name: &str) -> String {
        let name = xml_name(name);
        match namespace.and_then(|uri| self.prefixes.get(uri)) {
            Some(prefix) => format!("{prefix}:{name}"),
            None => name,
        }
    }

    /// The value as a source would have it: words, resource names, and a `\` before text that would read as a reference.
    fn value(&self, attribute: &Attribute) -> String {
        match &attribute.value {
            Value::String(text) if text.starts_with(['@', '?', '\\']) => format!("\\{text}"),
            Value::Reference(id) | Value::DynamicReference(id) => self.reference('@', *id, &attribute.value),
            Value::Attribute(id) | Value::DynamicAttribute(id) => self.reference('?', *id, &attribute.value),
            Value::Decimal(_) | Value::Hex(_) => {
                let number = attribute.value.as_int().unwrap_or_default() as u32;
                let said = attribute.resource_id.and_then(|id| words(id, number));
                said.unwrap_or_else(|| attribute.value.to_string())
            }
            value => value.to_string(),
        }
    }

    fn reference(&self, mark: char, id: u32, value: &Value) -> String {
        match (self.names)(id) {
            Some(name) if id != 0 => format!("{mark}{name}"),
            _ => value.to_string(),
        }
    }
}

/// The name with `_` in place of every character that a name cannot have there (XML 1.0, section 2.3), of colons, which
/// would make a prefix, and of joiners, which nobody sees.
fn xml_name(name: &str) -> String {
    if name.is_empty() {
        return NAMELESS.to_owned();
    }
    let mut shown: String = name.chars().map(|c| if continues_name(c) { c } else { '_' }).collect();
    if !shown.starts_with(starts_name) {
        shown.insert(0, '_');
    }
    shown
}

/// `NameStartChar`
fn starts_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar`
fn continues_name(c: char) -> bool {
    starts_name(c) || matches!(c, '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Text as an attribute's value or between tags. Characters that XML cannot hold, and those that turn the reading
/// direction, are written as escapes.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => _ = write!(shown, "&#{};", character as u32),
            '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                _ = write!(shown, "&#x{:x};", character as u32);
            }
            '\u{FFFE}' | '\u{FFFF}' => _ = write!(shown, "\\u{:04x}", character as u32),
            character if character.is_control() => _ = write!(shown, "\\u{:04x}", character as u32),
            character => shown.push(character),
        }
    }
    shown
}
