//! Attribute values as Android's parser takes them: by resource id, with references followed.
//!
//! Source: AOSP `frameworks/base/core/java/android/content/res/TypedArray.java` and
//! `core/java/com/android/internal/util/XmlUtils.java` (`convertValueToBoolean`, `convertValueToInt`).

use std::cell::Cell;

use crate::note::Note;
use crate::resources::value::Value;
use crate::resources::xml::attributes::id;
use crate::resources::xml::{ANDROID_NAMESPACE, Attribute, Document, Element};

/// How many bytes of text a manifest's model holds at most: one long string can be the value of every attribute, and
/// one long package name a part of every component's.
pub const MAX_MODEL_TEXT: usize = 32 << 20;

/// What stands behind a reference: the resource table, and the other XML files of the app. It counts the text that it
/// gives out.
pub struct Lookup<'a> {
    resolve: &'a dyn Fn(u32) -> Option<Value>,
    open: &'a dyn Fn(&str) -> Result<Document, Note>,
    /// How many bytes of text may still be given out.
    left: Cell<usize>,
    exceeded: Cell<bool>,
}

impl<'a> Lookup<'a> {
    /// Looks values up: `resolve` gives the value that a resource has in the default configuration, `open` another
    /// binary XML file by its entry. At most `limit` bytes of text are given out.
    pub fn new(
        resolve: &'a dyn Fn(u32) -> Option<Value>,
        open: &'a dyn Fn(&str) -> Result<Document, Note>,
        limit: usize,
    ) -> Self {
        Self { resolve, open, left: Cell::new(limit), exceeded: Cell::new(false) }
    }

    /// Whether text was held back because there was too much of it.
    pub fn exceeded(&self) -> bool {
        self.exceeded.get()
    }

    /// Counts a text; none when it is too much.
    fn count(&self, text: String) -> Option<String> {
        match self.left.get().checked_sub(text.len()) {
            Some(left) => {
                self.left.set(left);
                Some(text)
            }
            None => {
                self.exceeded.set(true);
                None
            }
        }
    }

    /// Another binary XML file, by its entry in the archive.
    ///
    /// # Errors
    /// The note that says why it could not be read.
    pub fn open(&self, entry: &str) -> Result<Document, Note> {
        (self.open)(entry)
    }

    /// The value of an attribute, behind all references; none when it has no value. A reference that leads nowhere
    /// stays what it is.
    pub fn value(&self, element: &Element, id: u32) -> Option<Value> {
        self.behind(&element.attribute(id)?.value)
    }

    fn behind(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Undefined | Value::Reference(0) | Value::DynamicReference(0) => None,
            Value::Reference(id) | Value::DynamicReference(id) => {
                Some((self.resolve)(*id).unwrap_or_else(|| value.clone()))
            }
            value => Some(value.clone()),
        }
    }

    /// The value as text, whatever its type (`TypedValue.coerceToString`). A reference that leads nowhere is none, and
    /// neither is an attribute of a theme or a type that Android does not know: a number of a resource says nothing to a
    /// reader, and Android shows something else in its place.
    pub fn text(&self, element: &Element, id: u32) -> Option<String> {
        self.said(self.value(element, id)?)
    }

    fn said(&self, value: Value) -> Option<String> {
        match value {
            Value::Reference(_)
            | Value::DynamicReference(_)
            | Value::Attribute(_)
            | Value::DynamicAttribute(_)
            | Value::Other { .. } => None,
            value => self.count(text_of(value)),
        }
    }

    /// The value as text; a resource that cannot be said is its number (`@7f010203`). For values that only the app itself
    /// reads.
    pub fn text_or_number(&self, element: &Element, id: u32) -> Option<String> {
        self.count(text_of(self.value(element, id)?))
    }

    /// The value as a truth value (`TypedArray.getBoolean`): a number other than 0, or the text `true` or `1`.
    pub fn boolean(&self, element: &Element, id: u32) -> Option<bool> {
        let value = self.value(element, id)?;
        Some(match (value.as_int(), value.as_str()) {
            (Some(number), _) => number != 0,
            (None, Some(text)) => matches!(text, "1" | "true" | "TRUE"),
            (None, None) => return None,
        })
    }

    /// The value as a number (`TypedArray.getInt`); a text is taken as decimal, or with `0x`, `0` or `#` as Java's
    /// `Integer.decode` takes it.
    pub fn int(&self, element: &Element, id: u32) -> Option<i32> {
        let value = self.value(element, id)?;
        value.as_int().or_else(|| decode(value.as_str()?))
    }

    /// The entry that an attribute refers to, as `res/xml/…` behind an `@xml/…`.
    pub fn file(&self, element: &Element, id: u32) -> Option<String> {
        let reference = element.attribute(id)?.value.as_reference()?;
        match (self.resolve)(reference)? {
            Value::String(entry) => self.count(entry),
            _ => None,
        }
    }

    /// An element's `android:name`, by its id: an attribute that is merely called so is another one.
    pub fn name(&self, element: &Element) -> Option<String> {
        self.text(element, id::NAME)
    }

    /// An `android:name` that Android overlooks: see [`Attribute::overlooked`].
    pub fn overlooked_name(&self, element: &Element) -> Option<String> {
        let attribute = element.attributes.iter().find(|attribute| attribute.resource_id == Some(id::NAME))?;
        self.said(self.behind(&attribute.value)?)
    }

    /// The `android:name` of an `action` or a `category`, which Android looks for by namespace and name, not by id, and
    /// takes from the attribute's text (AOSP `ParsedIntentInfoUtils.parseIntentInfo`). Where there is none Android refuses
    /// the app, and the id decides.
    pub fn written_name(&self, element: &Element) -> Option<String> {
        match written(element) {
            Some(attribute) => self.count(attribute.plain_value()),
            None => self.name(element),
        }
    }

    /// A class's full name (AOSP `ParsingUtils.buildClassName`): `.Foo` and `Foo` belong to the package.
    pub fn class_name(&self, package: &str, name: String) -> Option<String> {
        if name.starts_with('.') {
            self.count(format!("{package}{name}"))
        } else if name.is_empty() || name.contains('.') {
            Some(name)
        } else {
            self.count(format!("{package}.{name}"))
        }
    }

    /// A process's full name (AOSP `ParsingUtils.buildCompoundName`): `:foo` belongs to the package.
    pub fn process_name(&self, package: &str, name: String) -> Option<String> {
        if name.starts_with(':') { self.count(format!("{package}{name}")) } else { Some(name) }
    }
}

/// The attribute that Android takes for the name of an `action` or a `category`.
pub fn written(element: &Element) -> Option<&Attribute> {
    element.attributes.iter().find(|attribute| {
        let in_android = attribute.namespace.as_deref() == Some(ANDROID_NAMESPACE);
        in_android && attribute.found_by_name && *attribute.pool_name == *"name"
    })
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        value => value.to_string(),
    }
}

fn decode(text: &str) -> Option<i32> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None => match digits.strip_prefix('#') {
            Some(hex) => (hex, 16),
            None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8),
            None => (digits, 10),
        },
    };
    if !digits.starts_with(|digit: char| digit.is_ascii_hexdigit()) {
        return None;
    }
    let number = i64::from_str_radix(digits, radix).ok()?;
    // Android's own conversion goes through `long`, and keeps the lower 32 bits.
    Some(if negative { -number } else { number } as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(limit: usize, check: impl Fn(&Lookup<'_>)) {
        let resolve = |_: u32| None;
        let open = |_: &str| unreachable!();
        check(&Lookup::new(&resolve, &open, limit));
    }

    #[test]
    fn class_names_are_completed_as_android_does() {
        with(1000, |lookup| {
            let class = |name: &str| lookup.class_name("a.b", name.to_owned()).unwrap();
            assert_eq!([class(".C"), class("C"), class("x.C")], ["a.b.C", "a.b.C", "x.C"]);
            let process = |name: &str| lookup.process_name("a.b", name.to_owned()).unwrap();
            assert_eq!([process(":p"), process("p.q")], ["a.b:p", "p.q"]);
        });
    }

    #[test]
    fn no_more_text_is_given_out_than_the_limit() {
        with(10, |lookup| {
            assert_eq!(lookup.class_name("a.b", ".C".to_owned()).as_deref(), Some("a.b.C"));
            assert!(!lookup.exceeded());
            assert_eq!(lookup.class_name(&"x".repeat(100), ".C".to_owned()), None);
            assert!(lookup.exceeded());
            assert_eq!(lookup.class_name("a.b", ".D".to_owned()).as_deref(), Some("a.b.D"));
        });
    }

    #[test]
    fn numbers_in_text_are_decoded_as_java_does() {
        assert_eq!(decode("21"), Some(21));
        assert_eq!(decode("-0x10"), Some(-16));
        assert_eq!(decode("#FFFFFFFF"), Some(-1));
        assert_eq!(decode("010"), Some(8));
        assert_eq!(decode("0"), Some(0));
        assert_eq!(decode("--1"), None);
        assert_eq!(decode("S"), None);
        assert_eq!(decode(""), None);
    }
}
