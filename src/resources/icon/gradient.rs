//! Paints: colours, colours by state, and gradients.
//!
//! Source: AOSP `frameworks/base/graphics/java/android/graphics/ColorStateList.java`,
//! `core/java/android/content/res/GradientColor.java` and `graphics/drawable/GradientDrawable.java`. SVG has no sweep:
//! one is drawn from left to right.

use super::attributes::{
    ALPHA, ANGLE, CENTER_COLOR, CENTER_X, CENTER_Y, COLOR, END_COLOR, END_X, END_Y, GRADIENT_RADIUS, OFFSET,
    START_COLOR, START_X, START_Y, TILE_MODE, TYPE,
};
use super::drawables::default_item;
use super::painter::Painter;
use super::svg::{Rect, alpha, color, number, reference};
use crate::resources::value::Value;
use crate::resources::xml::Element;

/// What something is painted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    None,
    /// Alpha, red, green and blue.
    Solid(u32),
    /// The id of a gradient in the picture.
    Gradient(String),
}

/// What stands in for a colour of the app's theme, which is not known here.
const THEME_COLOR: u32 = 0xFF80_8080;
/// How many colours of a gradient are read.
const MAX_STOPS: usize = 64;

impl Paint {
    /// Adds the attributes of the paint; `opacity` is multiplied with the colour's own.
    pub fn write(&self, key: &'static str, opacity_key: &'static str, opacity: f32, to: &mut Vec<(&str, String)>) {
        let (paint, opacity) = match self {
            Self::None => ("none".to_owned(), 1.0),
            Self::Solid(argb) => (color(*argb), opacity * alpha(*argb)),
            Self::Gradient(id) => (reference(id), opacity),
        };
        to.push((key, paint));
        if opacity < 1.0 {
            to.push((opacity_key, number(opacity)));
        }
    }
}

impl Painter<'_> {
    /// The paint that an attribute tells: a colour, or a file with colours by state or a gradient.
    pub(super) fn paint(&mut self, element: &Element, attribute: u32) -> Paint {
        match self.value(element, attribute) {
            Some(Value::Color { argb, .. }) => Paint::Solid(self.tinted(argb)),
            Some(Value::Attribute(_) | Value::DynamicAttribute(_)) => Paint::Solid(self.tinted(THEME_COLOR)),
            Some(Value::String(path)) => self.paint_file(&path),
            _ => Paint::None,
        }
    }

    fn paint_file(&mut self, path: &str) -> Paint {
        let Some(document) = self.document(path) else { return Paint::None };
        let root = &document.root;
        match &*root.name {
            "gradient" => self.gradient(root),
            "selector" => {
                let Some(item) = default_item(root) else { return Paint::None };
                let opacity = self.number(item, ALPHA).unwrap_or(1.0).clamp(0.0, 1.0);
                match self.color(item, COLOR) {
                    Some(argb) => {
                        let alpha = (alpha(argb) * opacity * 255.0).round() as u32;
                        Paint::Solid(self.tinted(argb & 0xFF_FFFF | alpha << 24))
                    }
                    None => Paint::None,
                }
            }
            _ => Paint::None,
        }
    }

    /// A single colour.
    fn color(&self, element: &Element, attribute: u32) -> Option<u32> {
        match self.value(element, attribute)? {
            Value::Color { argb, .. } => Some(argb),
            Value::Attribute(_) | Value::DynamicAttribute(_) => Some(THEME_COLOR),
            _ => None,
        }
    }

    /// The vector's tint in the colour's alpha (`PorterDuff.Mode.SRC_IN`), if there is one.
    fn tinted(&self, argb: u32) -> u32 {
        match self.tint {
            Some(tint) => tint & 0xFF_FFFF | ((alpha(tint) * alpha(argb) * 255.0).round() as u32) << 24,
            None => argb,
        }
    }

    /// `<gradient>` in a file of its own: its places are those of the vector.
    fn gradient(&mut self, element: &Element) -> Paint {
        let value = |attribute| self.number(element, attribute).unwrap_or_default();
        let place = match self.integer(element, TYPE) {
            Some(1) => Place::radial(value(CENTER_X), value(CENTER_Y), value(GRADIENT_RADIUS)),
            Some(2) => {
                let (x, y) = (value(CENTER_X), value(CENTER_Y));
                Place::linear(0.0, y, 2.0 * x, y)
            }
            _ => Place::linear(value(START_X), value(START_Y), value(END_X), value(END_Y)),
        };
        self.define(element, place)
    }

    /// `<gradient>` of a shape that fills `bounds`.
    pub(super) fn shape_gradient(&mut self, element: &Element, bounds: Rect) -> Paint {
        let part = |attribute| self.number(element, attribute).unwrap_or(0.5);
        let (x, y) = (bounds.x + bounds.width * part(CENTER_X), bounds.y + bounds.height * part(CENTER_Y));
        let place = match self.integer(element, TYPE) {
            Some(1) => {
                let radius = self.number(element, GRADIENT_RADIUS).unwrap_or(0.5);
                let is_fraction = matches!(self.value(element, GRADIENT_RADIUS), Some(Value::Fraction(_)) | None);
                Place::radial(x, y, radius * if is_fraction { bounds.width.min(bounds.height) } else { 1.0 })
            }
            Some(2) => Place::linear(bounds.x, y, bounds.x + bounds.width, y),
            _ => {
                // From left to right, turned against the clock, in steps of 45 degrees.
                let angle = self.number(element, ANGLE).unwrap_or_default().rem_euclid(360.0).to_radians();
                let step = |value: f32| (value * 2.0).clamp(-1.0, 1.0).round();
                let (right, up) = (step(angle.cos()), step(angle.sin()));
                let (half_width, half_height) = (bounds.width / 2.0 * right, bounds.height / 2.0 * up);
                let (x, y) = (bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0);
                Place::linear(x - half_width, y + half_height, x + half_width, y - half_height)
            }
        };
        self.define(element, place)
    }

    fn define(&mut self, element: &Element, place: Place) -> Paint {
        let stops = self.stops(element);
        if stops.is_empty() {
            return Paint::None;
        }
        let id = self.svg.definition();
        let spread = match self.integer(element, TILE_MODE) {
            Some(1) => "repeat",
            Some(2) => "reflect",
            _ => "pad",
        };
        let mut attributes = vec![("id", id.clone()), ("gradientUnits", "userSpaceOnUse".to_owned())];
        attributes.extend(place.attributes);
        attributes.push(("spreadMethod", spread.to_owned()));
        self.svg.open(place.name, &attributes);
        for (offset, argb) in stops {
            let offset = number(offset.clamp(0.0, 1.0));
            let opacity = number(alpha(argb));
            self.svg.element("stop", &[("offset", offset), ("stop-color", color(argb)), ("stop-opacity", opacity)]);
        }
        self.svg.close(place.name);
        Paint::Gradient(id)
    }

    /// The colours: as items, or at the start, in the middle and at the end.
    fn stops(&self, element: &Element) -> Vec<(f32, u32)> {
        let items = element.elements().filter(|child| &*child.name == "item").take(MAX_STOPS);
        let items = items.filter_map(|item| Some((self.number(item, OFFSET)?, self.tinted(self.color(item, COLOR)?))));
        let stops: Vec<_> = items.collect();
        if !stops.is_empty() {
            return stops;
        }
        let three = [(0.0, START_COLOR), (0.5, CENTER_COLOR), (1.0, END_COLOR)];
        let three =
            three.into_iter().filter_map(|(offset, key)| Some((offset, self.tinted(self.color(element, key)?))));
        three.collect()
    }
}

/// Where a gradient lies.
struct Place {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
}

impl Place {
    fn linear(x1: f32, y1: f32, x2: f32, y2: f32) -> Self {
        let attributes = [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)];
        Self { name: "linearGradient", attributes: attributes.map(|(key, value)| (key, number(value))).to_vec() }
    }

    fn radial(x: f32, y: f32, radius: f32) -> Self {
        let attributes = [("cx", x), ("cy", y), ("r", radius)];
        Self { name: "radialGradient", attributes: attributes.map(|(key, value)| (key, number(value))).to_vec() }
    }
}
