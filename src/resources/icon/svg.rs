//! Writes SVG: elements, attributes, numbers, nothing that could act. Everything comes from parsed values; attribute
//! values are escaped; references go to definitions in the same picture or to pictures inside it.

use std::fmt::Write;

/// A picture that is being written.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
    definitions: usize,
}

/// A rectangle, in the units of the element around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    /// Without a margin of its own on each side.
    pub fn inset(self, left: f32, top: f32, right: f32, bottom: f32) -> Self {
        let (width, height) = (self.width - left - right, self.height - top - bottom);
        Self::new(self.x + left, self.y + top, width.max(0.0), height.max(0.0))
    }

    /// Left, top, width and height as attributes.
    pub fn attributes(self) -> [(&'static str, String); 4] {
        [("x", number(self.x)), ("y", number(self.y)), ("width", number(self.width)), ("height", number(self.height))]
    }

    /// As a `viewBox`.
    pub fn view_box(self) -> String {
        [self.x, self.y, self.width, self.height].map(number).join(" ")
    }
}

impl Svg {
    /// How many bytes have been written.
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Takes back what was written since it had `length` bytes.
    pub fn truncate(&mut self, length: usize) {
        self.body.truncate(length);
    }

    /// Starts an element.
    pub fn open(&mut self, name: &str, attributes: &[(&str, String)]) {
        self.tag(name, attributes);
        self.body.push('>');
    }

    /// Ends an element.
    pub fn close(&mut self, name: &str) {
        // Writing to a string cannot fail.
        let _ = write!(self.body, "</{name}>");
    }

    /// An element without contents.
    pub fn element(&mut self, name: &str, attributes: &[(&str, String)]) {
        self.tag(name, attributes);
        self.body.push_str("/>");
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, String)]) {
        let _ = write!(self.body, "<{name}");
        for (key, value) in attributes {
            let _ = write!(self.body, " {key}=\"{}\"", escape(value));
        }
    }

    /// The id of a new definition.
    pub fn definition(&mut self) -> String {
        self.definitions += 1;
        format!("d{}", self.definitions)
    }

    /// The whole picture.
    pub fn finish(self, view_box: Rect) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"{}\">{}</svg>",
            number(view_box.width),
            number(view_box.height),
            view_box.view_box(),
            self.body
        )
    }
}

/// A reference to a definition, as a paint or a clip.
pub(super) fn reference(id: &str) -> String {
    format!("url(#{id})")
}

/// A number with at most three decimals; what is not finite, or beyond any picture, is 0.
pub(super) fn number(value: f32) -> String {
    const LIMIT: f32 = 1e6;
    if !value.is_finite() || value.abs() > LIMIT {
        return "0".to_owned();
    }
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `#rrggbb`, without alpha.
pub(super) fn color(argb: u32) -> String {
    format!("#{:06x}", argb & 0xFF_FFFF)
}

/// Alpha, from 0 to 1.
pub(super) fn alpha(argb: u32) -> f32 {
    (argb >> 24) as f32 / 255.0
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        let written = [1.0, 0.5, -0.0001, 24.12345, f32::NAN, f32::INFINITY, 1e20].map(number);
        assert_eq!(written, ["1", "0.5", "0", "24.123", "0", "0", "0"]);
    }

    #[test]
    fn values_are_escaped() {
        let mut svg = Svg::default();
        svg.open("g", &[("id", "\"><script>".to_owned())]);
        svg.close("g");
        let text = svg.finish(Rect::new(0.0, 0.0, 24.0, 24.0));
        assert!(text.contains("<g id=\"&quot;&gt;&lt;script&gt;\"></g>"), "{text}");
    }
}
