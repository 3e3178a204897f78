//! Elements with their attributes.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h`, `ResXMLTree_attrExt` and
//! `ResXMLTree_attribute`, and `ResourceTypes.cpp`, `ResXMLParser::getAttribute…`.

use std::sync::Arc;

use super::parse::{Chunk, NONE, Parser, RESOURCE_MAP};
use super::{ANDROID_NAMESPACE, Attribute, Element, attributes};
use crate::resources::chunk::{u16_at, u32_at};
use crate::resources::notes;
use crate::resources::value::{TYPE_STRING, Value};

/// `sizeof(ResXMLTree_attrExt)`
const START_SIZE: usize = 20;
/// `sizeof(ResXMLTree_attribute)`
const ATTRIBUTE_SIZE: usize = 20;

/// Where a start chunk says that its attributes lie: the first one's distance from the start of `ResXMLTree_attrExt`,
/// the bytes from one to the next, and how many there are.
#[derive(Clone, Copy)]
struct AttributeLayout {
    start: usize,
    size: usize,
    count: usize,
}

impl<'a> Parser<'a> {
    /// `ResXMLTree_attrExt` and its attributes. A start that is too short still opens an element, without a name, so
    /// that its end does not close another one.
    pub fn start_element(&mut self, chunk: &Chunk<'a>, at: usize, prefixes: Vec<(Arc<str>, Arc<str>)>) -> Element {
        let data = chunk.bytes.get(at..).unwrap_or_default();
        let mut element = Element {
            namespace: None,
            name: Arc::from(""),
            prefixes,
            attributes: Vec::new(),
            children: Vec::new(),
            line: u32_at(chunk.bytes, 8).unwrap_or_default(),
            offset: chunk.place(),
        };
        if data.len() < START_SIZE {
            self.notes.anomaly(&notes::NODE_TOO_SHORT, &[], chunk.place());
        }
        let (Some(namespace), Some(name), Some(start), Some(size), Some(count)) =
            (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10), u16_at(data, 12))
        else {
            return element;
        };
        element.namespace = self.namespace(namespace, chunk.place());
        element.name = self.element_name(name, chunk);
        let layout = AttributeLayout { start: start.into(), size: size.into(), count: count.into() };
        element.attributes = self.attributes(chunk, at, layout);
        element
    }

    /// An element's name: the string alone, as for Android.
    fn element_name(&mut self, index: u32, chunk: &Chunk<'_>) -> Arc<str> {
        let name = self.name(index, chunk).text;
        if name.is_empty() {
            self.notes.anomaly(&notes::ELEMENT_NAME_MISSING, &[], chunk.place());
        }
        name
    }

    fn attributes(&mut self, chunk: &Chunk<'a>, at: usize, layout: AttributeLayout) -> Vec<Attribute> {
        let AttributeLayout { start, size, count } = layout;
        let room = chunk.bytes.len() - at;
        if count > 0 && (start != START_SIZE || size != ATTRIBUTE_SIZE) {
            self.notes.anomaly(&notes::ATTRIBUTE_LAYOUT, &[("start", &start), ("size", &size)], chunk.place());
        }
        let end = start.saturating_add(size.saturating_mul(count));
        let fits = end <= room;
        if !fits {
            self.notes.anomaly(&notes::ATTRIBUTES_PAST_END, &[("count", &count)], chunk.place());
        } else if end < room && end >= START_SIZE {
            self.notes.anomaly(&notes::NODE_TRAILING, &[("count", &(room - end))], chunk.place() + (at + end) as u64);
        }
        let mut attributes = Vec::with_capacity(count.min(room / ATTRIBUTE_SIZE));
        let mut greatest = 0;
        for index in 0..count {
            // Attributes of no size are all the first one; it is enough to read it once.
            if size == 0 && index > 0 {
                break;
            }
            if self.attributes == 0 {
                self.notes.problem(&notes::problems::XML_TOO_LONG, &[], chunk.place());
                break;
            }
            let offset = (at + start).saturating_add(index.saturating_mul(size));
            if !fits && offset.saturating_add(ATTRIBUTE_SIZE) > chunk.bytes.len() {
                break;
            }
            // The last of several that overlap may end behind the chunk: Android, too, reads what follows.
            let offset = chunk.offset + offset;
            let Some(bytes) = self.bytes.get(offset..).and_then(<[u8]>::first_chunk) else { break };
            self.attributes -= 1;
            let mut attribute = self.attribute(bytes, offset as u64);
            if let Some(id) = attribute.resource_id {
                attribute.overlooked = id <= greatest;
                greatest = greatest.max(id);
                if attribute.overlooked {
                    let name = &attribute.name;
                    self.notes.anomaly(&notes::ATTRIBUTE_OVERLOOKED, &[("name", name)], offset as u64);
                }
            }
            attributes.push(attribute);
        }
        attributes
    }

    /// `ResXMLTree_attribute`: the indices of its namespace, name and text, and a `Res_value`.
    fn attribute(&mut self, bytes: &[u8; ATTRIBUTE_SIZE], offset: u64) -> Attribute {
        let field = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (namespace, name, raw, data_type, data) = (field(0), field(4), field(8), bytes[15], field(16));
        let namespace = self.namespace(namespace, offset);
        let mut resource_id = self.resource_id(name);
        let (pool_name, found_by_name) = if resource_id.is_some() && self.strings.get(name).is_none() {
            (Arc::from(""), false)
        } else {
            let name = self.name_at(name, offset);
            (name.text, name.is_exact)
        };
        if self.ids.is_none() && namespace.as_deref() == Some(ANDROID_NAMESPACE) {
            // Android would find no attribute at all; the names are the only way to read any.
            resource_id = attributes::by_name(&pool_name);
            if self.noted_kinds.insert(RESOURCE_MAP) {
                self.notes.anomaly(&notes::RESOURCE_MAP_MISSING, &[], offset);
            }
        }
        let value = if data_type == TYPE_STRING {
            match self.string(data, offset) {
                Some(text) => Value::String(text),
                None => Value::Other { data_type, data },
            }
        } else {
            Value::new(data_type, data, &self.strings)
        };
        let raw = match (&value, raw) {
            (_, NONE) => None,
            (Value::String(text), raw) if raw == data => Some(text.clone()),
            (_, raw) => self.string(raw, offset),
        };
        if let (Value::String(text), Some(raw)) = (&value, &raw)
            && text != raw
        {
            self.notes.anomaly(&notes::VALUE_TEXT_DIFFERS, &[("text", raw), ("value", text)], offset);
        }
        let name = self.attribute_name(resource_id, &pool_name, offset);
        let in_android = namespace.as_deref() == Some(ANDROID_NAMESPACE);
        if resource_id.is_none() && in_android && attributes::by_name(&pool_name).is_some() {
            self.notes.anomaly(&notes::ATTRIBUTE_WITHOUT_ID, &[("name", &name)], offset);
        }
        if resource_id.is_some_and(attributes::is_android) && namespace.as_deref() != Some(ANDROID_NAMESPACE) {
            self.notes.anomaly(&notes::ATTRIBUTE_NAMESPACE, &[("name", &name)], offset);
        }
        Attribute { namespace, name, pool_name, found_by_name, resource_id, raw, value, overlooked: false }
    }

    /// The name that the id stands for; noted when the string pool has another name or none for it.
    fn attribute_name(&mut self, id: Option<u32>, pool_name: &Arc<str>, offset: u64) -> Arc<str> {
        let Some(id) = id else {
            if pool_name.is_empty() {
                self.notes.anomaly(&notes::ATTRIBUTE_NAME_MISSING, &[("id", &"none")], offset);
            }
            return pool_name.clone();
        };
        match attributes::name(id) {
            Some(known) if **pool_name == *known => pool_name.clone(),
            Some(known) if pool_name.is_empty() => {
                self.notes.anomaly(&notes::ATTRIBUTE_NAME_MISSING, &[("id", &format!("0x{id:08x}"))], offset);
                Arc::from(known)
            }
            Some(known) => {
                self.notes.anomaly(&notes::ATTRIBUTE_NAME_FALSE, &[("name", pool_name), ("known", &known)], offset);
                Arc::from(known)
            }
            None if pool_name.is_empty() => Arc::from(format!("attr_{id:08x}")),
            None => pool_name.clone(),
        }
    }
}
