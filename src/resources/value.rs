//! Typed values, as attributes and resources hold them.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h`, `Res_value`; how a value is written
//! as text follows `ResTable::collectString`/`Res_value` printing in `ResourceTypes.cpp` and aapt's `dump xmltree`.

use std::fmt;

use super::chunk::{u8_at, u32_at};
use super::string_pool::StringPool;

/// A `Res_value` with its string looked up.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `TYPE_NULL` with `DATA_NULL_UNDEFINED`: no value.
    Undefined,
    /// `TYPE_NULL` with `DATA_NULL_EMPTY`: `@empty`.
    Empty,
    /// A resource id: `@7f010203`. 0 is `@null`.
    Reference(u32),
    /// The id of a theme attribute: `?7f010203`.
    Attribute(u32),
    /// A string of the pool that the value belongs to.
    String(String),
    /// A floating-point number.
    Float(f32),
    /// A complex number with a unit of length, undecoded: see [`Value::complex`].
    Dimension(u32),
    /// A complex number as a part of a whole, undecoded.
    Fraction(u32),
    /// A resource id whose package number is the app's own build-time number.
    DynamicReference(u32),
    /// As `Attribute`, with a build-time package number.
    DynamicAttribute(u32),
    /// A whole number, written in decimal.
    Decimal(i32),
    /// A whole number, written in hexadecimal.
    Hex(u32),
    /// `true` or `false`.
    Boolean(bool),
    /// A colour.
    Color {
        /// Alpha, red, green and blue, from the highest byte to the lowest.
        argb: u32,
        /// How many digits it was written with.
        form: ColorForm,
    },
    /// A type that Android does not define, or a string that the pool does not have.
    Other {
        /// `Res_value::dataType`
        data_type: u8,
        /// `Res_value::data`
        data: u32,
    },
}

/// How a colour was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorForm {
    /// `#aarrggbb`
    Argb8,
    /// `#rrggbb`
    Rgb8,
    /// `#argb`
    Argb4,
    /// `#rgb`
    Rgb4,
}

/// `Res_value::TYPE_STRING`, the one type whose meaning lies outside the value.
pub const TYPE_STRING: u8 = 0x03;

impl Value {
    /// Bytes of a `Res_value`.
    pub const SIZE: usize = 8;

    /// The value of type `data_type`; `strings` is the pool that its owner uses.
    pub fn new(data_type: u8, data: u32, strings: &StringPool) -> Self {
        match data_type {
            TYPE_STRING => match strings.get(data) {
                Some(text) => Self::String(text.into_owned()),
                None => Self::Other { data_type, data },
            },
            _ => Self::plain(data_type, data),
        }
    }

    /// Reads the `Res_value` at `offset`: its size, a zero byte, its type and its data. The size is not looked at, as
    /// Android does not for attributes.
    pub fn read(bytes: &[u8], offset: usize, strings: &StringPool) -> Option<Self> {
        let data_type = u8_at(bytes, offset.checked_add(3)?)?;
        let data = u32_at(bytes, offset.checked_add(4)?)?;
        Some(Self::new(data_type, data, strings))
    }

    /// A value of any type but a string.
    fn plain(data_type: u8, data: u32) -> Self {
        match data_type {
            0x00 if data == 1 => Self::Empty,
            0x00 => Self::Undefined,
            0x01 => Self::Reference(data),
            0x02 => Self::Attribute(data),
            0x04 => Self::Float(f32::from_bits(data)),
            0x05 => Self::Dimension(data),
            0x06 => Self::Fraction(data),
            0x07 => Self::DynamicReference(data),
            0x08 => Self::DynamicAttribute(data),
            0x10 => Self::Decimal(data as i32),
            0x11 => Self::Hex(data),
            0x12 => Self::Boolean(data != 0),
            0x1c => Self::Color { argb: data, form: ColorForm::Argb8 },
            0x1d => Self::Color { argb: data, form: ColorForm::Rgb8 },
            0x1e => Self::Color { argb: data, form: ColorForm::Argb4 },
            0x1f => Self::Color { argb: data, form: ColorForm::Rgb4 },
            // Android takes every other type from TYPE_FIRST_INT to TYPE_LAST_INT as a whole number.
            0x13..=0x1b => Self::Hex(data),
            _ => Self::Other { data_type, data },
        }
    }

    /// The text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number that Android's `TypedArray.getInt` takes from the value without coercing text: whole numbers,
    /// booleans and colours.
    pub fn as_int(&self) -> Option<i32> {
        match *self {
            Self::Decimal(number) => Some(number),
            Self::Hex(number) | Self::Color { argb: number, .. } => Some(number as i32),
            Self::Boolean(set) => Some(set.into()),
            _ => None,
        }
    }

    /// The resource that the value refers to.
    pub fn as_reference(&self) -> Option<u32> {
        match *self {
            Self::Reference(id) | Self::DynamicReference(id) if id != 0 => Some(id),
            _ => None,
        }
    }

    /// A complex number: a 24-bit mantissa, and a radix that says how many of its bits are a fraction
    /// (`COMPLEX_RADIX_*`: 0, 7, 15 or 23).
    pub fn complex(data: u32) -> f32 {
        /// What the mantissa, left in the upper 24 bits, is multiplied by for each radix: 2 to the power of minus 8
        /// (its shift), and of minus the radix.
        const SCALE: [f32; 4] =
            [1.0 / (1u32 << 8) as f32, 1.0 / (1u32 << 15) as f32, 1.0 / (1u32 << 23) as f32, 1.0 / (1u64 << 31) as f32];
        let mantissa = (data & 0xFFFF_FF00) as i32 as f32;
        mantissa * SCALE[(data >> 4 & 3) as usize]
    }

    /// The unit of a dimension; empty for one that Android does not define (`COMPLEX_UNIT_*`).
    pub fn dimension_unit(data: u32) -> &'static str {
        ["px", "dp", "sp", "pt", "in", "mm"].get((data & 0xF) as usize).copied().unwrap_or_default()
    }
}

/// The value as it would be written in an XML source. References stay numbers: `@7f010203`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined | Self::Reference(0) => f.write_str("@null"),
            Self::Empty => f.write_str("@empty"),
            Self::Reference(id) | Self::DynamicReference(id) => write!(f, "@{id:08x}"),
            Self::Attribute(id) | Self::DynamicAttribute(id) => write!(f, "?{id:08x}"),
            Self::String(text) => f.write_str(text),
            Self::Float(number) => write!(f, "{number:?}"),
            Self::Dimension(data) => write!(f, "{:?}{}", Self::complex(*data), Self::dimension_unit(*data)),
            Self::Fraction(data) => {
                let unit = ["%", "%p"].get((data & 0xF) as usize).copied().unwrap_or_default();
                write!(f, "{:?}{unit}", Self::complex(*data) * 100.0)
            }
            Self::Decimal(number) => write!(f, "{number}"),
            Self::Hex(number) => write!(f, "0x{number:x}"),
            Self::Boolean(set) => write!(f, "{set}"),
            Self::Color { argb, form } => match form {
                ColorForm::Argb8 => write!(f, "#{argb:08x}"),
                ColorForm::Rgb8 => write!(f, "#{:06x}", argb & 0xFF_FFFF),
                ColorForm::Argb4 => {
                    write!(f, "#{:x}{:x}{:x}{:x}", argb >> 28, nibble(*argb, 16), nibble(*argb, 8), argb & 0xF)
                }
                ColorForm::Rgb4 => write!(f, "#{:x}{:x}{:x}", nibble(*argb, 16), nibble(*argb, 8), argb & 0xF),
            },
            Self::Other { data_type, data } => write!(f, "(type 0x{data_type:02x})0x{data:x}"),
        }
    }
}

/// One of the two equal halves of a colour's byte.
fn nibble(argb: u32, shift: u32) -> u32 {
    argb >> shift & 0xF
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(data_type: u8, data: u32) -> String {
        Value::plain(data_type, data).to_string()
    }

    #[test]
    fn each_type_is_written_as_in_a_source() {
        assert_eq!(text(0x00, 0), "@null");
        assert_eq!(text(0x00, 1), "@empty");
        assert_eq!(text(0x01, 0x7f01_0203), "@7f010203");
        assert_eq!(text(0x02, 0x0101_0003), "?01010003");
        assert_eq!(text(0x04, 1.5f32.to_bits()), "1.5");
        assert_eq!(text(0x10, u32::MAX), "-1");
        assert_eq!(text(0x11, 0x4000_07b0), "0x400007b0");
        assert_eq!(text(0x12, 0xFFFF_FFFF), "true");
        assert_eq!(text(0x1c, 0xff00_8000), "#ff008000");
        assert_eq!(text(0x1d, 0xff00_8000), "#008000");
        assert_eq!(text(0x1e, 0x1122_3344), "#1234");
        assert_eq!(text(0x1f, 0xff11_2233), "#123");
        assert_eq!(text(0x15, 16), "0x10");
        assert_eq!(text(0x77, 5), "(type 0x77)0x5");
    }

    #[test]
    fn complex_numbers_have_four_radixes() {
        assert_eq!(text(0x05, 0x0000_1001), "16.0dp");
        assert_eq!(text(0x05, 0x0000_4011), "0.5dp");
        assert_eq!(text(0x05, 0xFFFF_FF00), "-1.0px");
        assert_eq!(text(0x06, 0x4000_0030), "50.0%");
    }
}
