//! How aapt prints what it reads.

use apklens::manifest::value::{ColorForm, Value};

/// A text, as aapt's `normalizeForOutput` writes it.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A value that is no string, as `aapt dump xmltree` prints it.
pub fn number(value: &Value) -> String {
    let number = |data_type: u8, data: u32| format!("(type 0x{data_type:x})0x{data:x}");
    match value {
        Value::Undefined => "(null)".to_owned(),
        Value::Empty => "(null empty)".to_owned(),
        Value::Reference(id) => format!("@0x{id:08x}"),
        Value::Attribute(id) => format!("?0x{id:08x}"),
        Value::Float(data) => number(0x04, data.to_bits()),
        Value::Dimension(data) => number(0x05, *data),
        Value::Fraction(data) => number(0x06, *data),
        Value::DynamicReference(data) => number(0x07, *data),
        Value::DynamicAttribute(data) => number(0x08, *data),
        Value::Decimal(data) => number(0x10, *data as u32),
        Value::Hex(data) => number(0x11, *data),
        Value::Boolean(set) => number(0x12, if *set { u32::MAX } else { 0 }),
        Value::Color { argb, form } => {
            let data_type = match form {
                ColorForm::Argb8 => 0x1c,
                ColorForm::Rgb8 => 0x1d,
                ColorForm::Argb4 => 0x1e,
                ColorForm::Rgb4 => 0x1f,
            };
            number(data_type, *argb)
        }
        Value::Other { data_type, data } => number(*data_type, *data),
        Value::String(_) => unreachable!("strings are printed otherwise"),
    }
}
