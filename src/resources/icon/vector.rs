//! Vector drawables: paths, groups and clips.
//!
//! Source: AOSP `frameworks/base/graphics/java/android/graphics/drawable/VectorDrawable.java` and
//! `libs/hwui/VectorDrawable.cpp`.

use super::attributes::{
    ALPHA, FILL_ALPHA, FILL_COLOR, FILL_TYPE, PATH_DATA, PIVOT_X, PIVOT_Y, ROTATION, SCALE_X, SCALE_Y, STROKE_ALPHA,
    STROKE_COLOR, STROKE_LINE_CAP, STROKE_LINE_JOIN, STROKE_MITER_LIMIT, STROKE_WIDTH, TINT, TRANSLATE_X, TRANSLATE_Y,
    VIEWPORT_HEIGHT, VIEWPORT_WIDTH,
};
use super::gradient::Paint;
use super::painter::Painter;
use super::path;
use super::svg::{Rect, number, reference};
use crate::resources::value::Value;
use crate::resources::xml::Element;

impl Painter<'_> {
    pub(super) fn vector(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        let side = |attribute| self.number(element, attribute).filter(|side| *side > 0.0);
        let (Some(width), Some(height)) = (side(VIEWPORT_WIDTH), side(VIEWPORT_HEIGHT)) else { return false };
        let mut attributes = bounds.attributes().to_vec();
        attributes.push(("viewBox", Rect::new(0.0, 0.0, width, height).view_box()));
        attributes.push(("preserveAspectRatio", "none".to_owned()));
        if let Some(alpha) = self.number(element, ALPHA) {
            attributes.push(("opacity", number(alpha.clamp(0.0, 1.0))));
        }
        let tint = match self.value(element, TINT) {
            Some(Value::Color { argb, .. }) => Some(argb),
            _ => None,
        };
        let outer = std::mem::replace(&mut self.tint, tint);
        self.svg.open("svg", &attributes);
        let drawn = self.group(element, depth);
        self.svg.close("svg");
        self.tint = outer;
        drawn
    }

    /// What is in a vector or a group. A clip holds for what comes after it in the same group.
    fn group(&mut self, element: &Element, depth: usize) -> bool {
        let (mut clips, mut drawn) = (0, false);
        for child in element.elements() {
            if !self.may_draw(depth) {
                break;
            }
            match &*child.name {
                "group" => {
                    self.svg.open("g", &[("transform", self.transform(child))]);
                    drawn |= self.group(child, depth + 1);
                    self.svg.close("g");
                }
                "path" => drawn |= self.path(child),
                "clip-path" => clips += usize::from(self.clip(child)),
                _ => {}
            }
        }
        for _ in 0..clips {
            self.svg.close("g");
        }
        drawn
    }

    /// Scaling and rotation about the pivot, then translation.
    fn transform(&self, group: &Element) -> String {
        let value = |attribute, default| self.number(group, attribute).unwrap_or(default);
        let (x, y) = (value(PIVOT_X, 0.0), value(PIVOT_Y, 0.0));
        format!(
            "translate({} {}) rotate({}) scale({} {}) translate({} {})",
            number(value(TRANSLATE_X, 0.0) + x),
            number(value(TRANSLATE_Y, 0.0) + y),
            number(value(ROTATION, 0.0)),
            number(value(SCALE_X, 1.0)),
            number(value(SCALE_Y, 1.0)),
            number(-x),
            number(-y)
        )
    }

    fn path_data(&self, element: &Element) -> Option<String> {
        path::rewrite(self.value(element, PATH_DATA)?.as_str()?)
    }

    fn fill_rule(&self, element: &Element) -> String {
        if self.integer(element, FILL_TYPE) == Some(1) { "evenodd" } else { "nonzero" }.to_owned()
    }

    /// Starts a clip; the group around it ends it.
    fn clip(&mut self, element: &Element) -> bool {
        let Some(data) = self.path_data(element) else { return false };
        let id = self.svg.definition();
        self.svg.open("clipPath", &[("id", id.clone())]);
        self.svg.element("path", &[("d", data), ("clip-rule", self.fill_rule(element))]);
        self.svg.close("clipPath");
        self.svg.open("g", &[("clip-path", reference(&id))]);
        true
    }

    fn path(&mut self, element: &Element) -> bool {
        let Some(data) = self.path_data(element) else { return false };
        let fill = self.paint(element, FILL_COLOR);
        let width = self.number(element, STROKE_WIDTH).unwrap_or_default().max(0.0);
        let stroke = if width > 0.0 { self.paint(element, STROKE_COLOR) } else { Paint::None };
        if fill == Paint::None && stroke == Paint::None {
            return false;
        }
        let opacity = |attribute| self.number(element, attribute).unwrap_or(1.0).clamp(0.0, 1.0);
        let mut attributes = vec![("d", data)];
        fill.write("fill", "fill-opacity", opacity(FILL_ALPHA), &mut attributes);
        if fill != Paint::None {
            attributes.push(("fill-rule", self.fill_rule(element)));
        }
        if stroke != Paint::None {
            stroke.write("stroke", "stroke-opacity", opacity(STROKE_ALPHA), &mut attributes);
            attributes.push(("stroke-width", number(width)));
            let word = |attribute, words: [&str; 3]| {
                let index = usize::try_from(self.integer(element, attribute).unwrap_or_default()).unwrap_or_default();
                (*words.get(index).unwrap_or(&words[0])).to_owned()
            };
            attributes.push(("stroke-linecap", word(STROKE_LINE_CAP, ["butt", "round", "square"])));
            attributes.push(("stroke-linejoin", word(STROKE_LINE_JOIN, ["miter", "round", "bevel"])));
            attributes.push(("stroke-miterlimit", number(self.number(element, STROKE_MITER_LIMIT).unwrap_or(4.0))));
        }
        self.svg.element("path", &attributes);
        true
    }
}
