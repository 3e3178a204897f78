//! How aapt prints what it reads.

use apklens::resources::value::Value;

/// A text, as aapt's `normalizeForOutput` writes it.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A value that is no string, as `aapt dump xmltree` prints it.
pub fn number(value: &Value) -> String {
    match value {
        // Trees do not tell an empty value from an undefined one; dumps of resources do (`ResourceTypes.cpp`).
        Value::Undefined | Value::Empty => "(null)".to_owned(),
        Value::Reference(id) => format!("@0x{id:08x}"),
        Value::Attribute(id) => format!("?0x{id:08x}"),
        Value::String(_) => unreachable!("strings are printed otherwise"),
        value => {
            let (data_type, data) = raw_value(value);
            format!("(type 0x{data_type:x})0x{data:x}")
        }
    }
}

/// Type and data of a value; the data of a string is its index, which is not known any more.
pub fn raw_value(value: &Value) -> (u8, u32) {
    match *value {
        Value::Undefined => (0x00, 0),
        Value::Empty => (0x00, 1),
        Value::Reference(id) => (0x01, id),
        Value::Attribute(id) => (0x02, id),
        Value::String(_) => (0x03, 0),
        Value::Float(number) => (0x04, number.to_bits()),
        Value::Dimension(data) => (0x05, data),
        Value::Fraction(data) => (0x06, data),
        Value::DynamicReference(id) => (0x07, id),
        Value::DynamicAttribute(id) => (0x08, id),
        Value::Decimal(number) => (0x10, number as u32),
        Value::Hex(data) => (0x11, data),
        Value::Boolean(set) => (0x12, if set { u32::MAX } else { 0 }),
        Value::Color { argb, form } => (0x1c + form as u8, argb),
        Value::Other { data_type, data } => (data_type, data),
    }
}
