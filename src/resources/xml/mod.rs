//! Binary XML: the compiled form of `AndroidManifest.xml` and of every other XML file of an app, as a tree.
//!
//! The tree is what Android sees (AOSP `ResXMLTree`, `XmlBlock` and `TypedArray`); what Android would refuse is read as
//! far as it goes, and each such place is noted.

pub mod attributes;
mod element;
mod parse;
mod text;
mod tree;
mod words;

use std::sync::Arc;

pub use text::ResourceNames;
pub use words::words;

use super::value::Value;
use crate::note::Note;

/// The namespace of Android's own attributes.
pub const ANDROID_NAMESPACE: &str = "http://schemas.android.com/apk/res/android";

/// A binary XML file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The first element and all in it.
    pub root: Element,
    /// Further elements beside the first: Android ignores them.
    pub others: Vec<Element>,
    /// What was odd; the places count from the first byte of the file.
    pub anomalies: Vec<Note>,
    /// What could not be read.
    pub problems: Vec<Note>,
}

/// Why a file is not binary XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// There are fewer bytes than the header has.
    #[error("the file is too short to be binary XML")]
    TooShort,
    /// It is text; Android reads only the compiled form.
    #[error("the file is plain text, not compiled XML")]
    PlainText,
    /// There are no strings, and so no names.
    #[error("the file has no string pool")]
    NoStringPool,
    /// There is no element.
    #[error("the file has no element")]
    NoElement,
}

/// An element.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The namespace's URI.
    pub namespace: Option<Arc<str>>,
    /// The name; empty when the file does not tell it.
    pub name: Arc<str>,
    /// The namespaces that start here: prefix and URI.
    pub prefixes: Vec<(Arc<str>, Arc<str>)>,
    /// The attributes, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// Elements and text inside.
    pub children: Vec<Node>,
    /// The line in the source that it was compiled from, as the file says.
    pub line: u32,
    /// Where its chunk starts in the file.
    pub offset: u64,
}

/// What an element contains.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text.
    Text(String),
}

impl Node {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Element(_) => None,
        }
    }
}

/// An attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The namespace's URI.
    pub namespace: Option<Arc<str>>,
    /// The name that its resource id stands for, where Android defines one; otherwise as `pool_name`.
    pub name: Arc<str>,
    /// The name in the string pool, which Android reads only for attributes without an id; empty when there is none.
    pub pool_name: Arc<str>,
    /// Whether Android finds it by that name: not when the string is broken, or spelled in other bytes than is usual.
    pub found_by_name: bool,
    /// The resource id, which tells Android which attribute it is.
    pub resource_id: Option<u32>,
    /// The value as text, which Android reads only for attributes without an id; often absent for other types.
    pub raw: Option<String>,
    /// The typed value.
    pub value: Value,
    /// Whether Android overlooks it: it walks the attributes once, in the order of their ids, and so misses one that
    /// comes after a greater or an equal id (AOSP `AttributeResolution.cpp`, `RetrieveAttributes`).
    pub overlooked: bool,
}

impl Document {
    /// Reads a binary XML file.
    ///
    /// # Errors
    /// [`XmlError`] when there is no tree at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        parse::document(bytes)
    }

    /// The tree as XML text, indented and escaped; `names` knows the names of resources.
    pub fn to_xml(&self, names: &ResourceNames<'_>) -> String {
        text::write(&self.root, names)
    }
}

impl Element {
    /// The attribute with the resource id, as Android finds it.
    pub fn attribute(&self, resource_id: u32) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.resource_id == Some(resource_id) && !attribute.overlooked)
    }

    /// The attribute without a namespace that has the name in the string pool, as Android finds `package` and `split`
    /// (`ResXMLParser::indexOfAttribute`): its resource id is not looked at.
    pub fn plain_attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.namespace.is_none() && attribute.found_by_name && *attribute.pool_name == *name)
    }

    /// The elements inside, in order.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements inside that have the name.
    pub fn elements_named(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.elements().filter(move |element| *element.name == *name)
    }
}

impl Attribute {
    /// The value of an attribute without a resource id: its text if it has some, and otherwise its typed value
    /// (`XmlBlock.Parser.getAttributeValue`).
    pub fn plain_value(&self) -> String {
        self.raw.clone().unwrap_or_else(|| self.value.to_string())
    }
}
