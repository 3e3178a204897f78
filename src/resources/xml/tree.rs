//! The tree while it grows.
//!
//! Source: AOSP `frameworks/base/core/java/android/content/res/XmlBlock.java`, for how ends close elements.

use std::sync::Arc;

use super::{Document, Element, Node, XmlError};
use crate::resources::note_list::NoteList;
use crate::resources::notes;

/// How deep elements are nested before what is deeper is left out. Manifests use six levels.
pub(super) const MAX_DEPTH: usize = 128;

/// Elements that are open, and those that are done.
#[derive(Default)]
pub(super) struct Tree {
    roots: Vec<Element>,
    open: Vec<Element>,
    /// How many elements that are nested too deep are open.
    too_deep: usize,
    /// Namespaces that the next element starts with.
    pub prefixes: Vec<(Arc<str>, Arc<str>)>,
}

impl Tree {
    /// Opens an element; false when it is nested too deep, and left out.
    pub fn open(&mut self, element: Element) -> bool {
        let fits = self.open.len() < MAX_DEPTH;
        if fits {
            self.open.push(element);
        } else {
            self.too_deep += 1;
        }
        fits
    }

    /// Closes the innermost open element, whatever the name, as Android counts only depth.
    pub fn close(&mut self, name: Option<&str>, offset: u64, notes: &mut NoteList) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(element) = self.open.pop() else {
            return notes.anomaly(&notes::END_WITHOUT_START, &[], offset);
        };
        if name.is_some_and(|name| *name != *element.name) {
            let values: [(&str, &dyn ToString); 2] = [("name", &name.unwrap_or_default()), ("open", &element.name)];
            notes.anomaly(&notes::END_DIFFERS, &values, offset);
        }
        self.add(element);
    }

    fn add(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.roots.push(element),
        }
    }

    /// Adds a text to the innermost open element.
    pub fn add_text(&mut self, text: String) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(Node::Text(text));
        }
    }

    /// The document; `end` is where the file ends.
    ///
    /// # Errors
    /// When there is no element.
    pub fn finish(mut self, end: u64, mut notes: NoteList) -> Result<Document, XmlError> {
        if !self.open.is_empty() {
            notes.anomaly(&notes::ELEMENTS_UNCLOSED, &[("count", &self.open.len())], end);
        }
        while let Some(element) = self.open.pop() {
            self.add(element);
        }
        let mut roots = self.roots.into_iter();
        let root = roots.next().ok_or(XmlError::NoElement)?;
        let others: Vec<Element> = roots.collect();
        if let Some(second) = others.first() {
            notes.anomaly(&notes::SECOND_ROOT, &[("name", &second.name)], second.offset);
        }
        let (anomalies, problems) = notes.finish();
        Ok(Document { root, others, anomalies, problems })
    }
}
