//! A YAML document as plain text nodes. Every scalar stays the text it is (a digest such as `123e45` is no number),
//! anchors are not expanded, and the depth is limited: nothing that a file can say costs more than its own size.

use saphyr_parser::{Event, Parser};

use super::ImportError;

/// How deep sequences and mappings may lie in one another; the files in use have 4 levels.
const MAX_DEPTH: usize = 32;

/// A node with the line on which it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub line: usize,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The member of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(members) => members.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The text, of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; a single scalar is a list of one, as hand-written files have it.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Text(text) if text.is_empty() || text == "~" || text == "null" => &[],
            Value::Text(_) | Value::Map(_) => std::slice::from_ref(self),
        }
    }
}

/// A sequence or mapping that is still open.
struct Open {
    node: Node,
    /// Of a mapping, the key whose value comes next.
    key: Option<String>,
}

/// The first document of the text.
pub fn parse(text: &str) -> Result<Option<Node>, ImportError> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event
            .map_err(|error| ImportError::Syntax { line: error.marker().line(), problem: error.info().to_owned() })?;
        let line = span.start.line();
        let closed = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= MAX_DEPTH => {
                let problem = format!("more than {MAX_DEPTH} levels lie in one another");
                return Err(ImportError::Syntax { line, problem });
            }
            Event::SequenceStart(..) => {
                open.push(Open { node: Node { line, value: Value::List(Vec::new()) }, key: None });
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open { node: Node { line, value: Value::Map(Vec::new()) }, key: None });
                continue;
            }
            Event::Scalar(text, ..) => Node { line, value: Value::Text(text.into_owned()) },
            Event::Alias(_) => {
                let problem = "it refers to another part of the file, which is not followed".to_owned();
                return Err(ImportError::Syntax { line, problem });
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(closed) => closed.node,
                None => continue,
            },
            Event::DocumentEnd => break,
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.put(closed),
            None => root = Some(closed),
        }
    }
    Ok(root)
}

impl Open {
    fn put(&mut self, node: Node) {
        match &mut self.node.value {
            Value::List(items) => items.push(node),
            Value::Map(members) => match self.key.take() {
                Some(key) => members.push((key, node)),
                // A key that is no scalar names nothing that is looked for.
                None => self.key = Some(node.text().unwrap_or_default().to_owned()),
            },
            Value::Text(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stay_text_and_know_their_lines() {
        let root =
            parse("- name : A\n  certificates:\n  - 123e45\n  - yes\n  c2: {ips: [8.8.8.8]}\n").unwrap().unwrap();
        let entry = &root.items()[0];
        assert_eq!(entry.get("name").and_then(Node::text), Some("A"));
        let certificates = entry.get("certificates").unwrap().items();
        assert_eq!((certificates[0].text(), certificates[0].line), (Some("123e45"), 3));
        assert_eq!(certificates[1].text(), Some("yes"));
        assert_eq!(entry.get("c2").unwrap().get("ips").unwrap().items()[0].text(), Some("8.8.8.8"));
    }

    #[test]
    fn depth_and_references_are_refused() {
        for text in ["[".repeat(10_000), "- ".repeat(10_000), "? ".repeat(10_000), "a: &a [1]\nb: *a\n".to_owned()] {
            assert!(matches!(parse(&text), Err(ImportError::Syntax { .. })), "{}", &text[..10]);
        }
    }
}
