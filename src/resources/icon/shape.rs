//! `<shape>`: rectangles, ovals, lines and rings.
//!
//! Source: AOSP `frameworks/base/graphics/java/android/graphics/drawable/GradientDrawable.java`.

use super::attributes::{
    BOTTOM_LEFT_RADIUS, BOTTOM_RIGHT_RADIUS, COLOR, DASH_GAP, DASH_WIDTH, INNER_RADIUS_RATIO, RADIUS, SHAPE,
    THICKNESS_RATIO, TOP_LEFT_RADIUS, TOP_RIGHT_RADIUS, WIDTH,
};
use super::gradient::Paint;
use super::painter::Painter;
use super::svg::{Rect, number};
use crate::resources::xml::Element;

impl Painter<'_> {
    pub(super) fn shape(&mut self, element: &Element, bounds: Rect) -> bool {
        let part = |name: &str| element.elements().find(|child| &*child.name == name);
        // A gradient wins over a colour.
        let fill = match (part("gradient"), part("solid")) {
            (Some(gradient), _) => self.shape_gradient(gradient, bounds),
            (None, Some(solid)) => self.paint(solid, COLOR),
            (None, None) => Paint::None,
        };
        let (mut stroke, mut width) = (Paint::None, 0.0);
        let mut attributes = Vec::new();
        if let Some(element) = part("stroke") {
            width = self.number(element, WIDTH).unwrap_or_default().max(0.0);
            stroke = if width > 0.0 { self.paint(element, COLOR) } else { Paint::None };
            let dash = [DASH_WIDTH, DASH_GAP].map(|attribute| self.number(element, attribute).unwrap_or_default());
            if dash[0] > 0.0 && dash[1] > 0.0 {
                attributes.push(("stroke-dasharray", dash.map(number).join(" ")));
            }
        }
        let kind = self.integer(element, SHAPE).unwrap_or_default();
        if kind == 3 {
            return self.ring(element, &fill, bounds);
        }
        if fill == Paint::None && stroke == Paint::None {
            return false;
        }
        fill.write("fill", "fill-opacity", 1.0, &mut attributes);
        if stroke != Paint::None {
            stroke.write("stroke", "stroke-opacity", 1.0, &mut attributes);
            attributes.push(("stroke-width", number(width)));
        }
        // A stroke lies inside of the bounds.
        let half = if stroke == Paint::None { 0.0 } else { width / 2.0 };
        let inside = bounds.inset(half, half, half, half);
        match kind {
            1 => {
                let (x, y) = (inside.x + inside.width / 2.0, inside.y + inside.height / 2.0);
                let (rx, ry) = (inside.width / 2.0, inside.height / 2.0);
                attributes
                    .extend([("cx", x), ("cy", y), ("rx", rx), ("ry", ry)].map(|(key, value)| (key, number(value))));
                self.svg.element("ellipse", &attributes);
            }
            2 => {
                let y = bounds.y + bounds.height / 2.0;
                let (left, right) = (bounds.x, bounds.x + bounds.width);
                attributes.extend(
                    [("x1", left), ("y1", y), ("x2", right), ("y2", y)].map(|(key, value)| (key, number(value))),
                );
                self.svg.element("line", &attributes);
            }
            _ => {
                attributes.push(("d", outline(inside, self.corners(part("corners")))));
                self.svg.element("path", &attributes);
            }
        }
        true
    }

    /// The radii of the corners, clockwise from the upper left one.
    fn corners(&self, element: Option<&Element>) -> [f32; 4] {
        let Some(element) = element else { return [0.0; 4] };
        let all = self.number(element, RADIUS).unwrap_or_default();
        [TOP_LEFT_RADIUS, TOP_RIGHT_RADIUS, BOTTOM_RIGHT_RADIUS, BOTTOM_LEFT_RADIUS]
            .map(|attribute| self.number(element, attribute).unwrap_or(all).max(0.0))
    }

    /// A ring: its radius and its thickness are parts of the width.
    fn ring(&mut self, element: &Element, fill: &Paint, bounds: Rect) -> bool {
        if *fill == Paint::None {
            return false;
        }
        let part = |attribute, default| {
            bounds.width / self.number(element, attribute).filter(|part| *part > 0.0).unwrap_or(default)
        };
        let (radius, thickness) = (part(INNER_RADIUS_RATIO, 3.0), part(THICKNESS_RATIO, 9.0));
        let center = (bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0);
        let mut attributes = vec![("fill", "none".to_owned()), ("stroke-width", number(thickness))];
        fill.write("stroke", "stroke-opacity", 1.0, &mut attributes);
        let circle = [("cx", center.0), ("cy", center.1), ("r", radius + thickness / 2.0)];
        attributes.extend(circle.map(|(key, value)| (key, number(value))));
        self.svg.element("circle", &attributes);
        true
    }
}

/// A rectangle with round corners, as path data.
fn outline(rect: Rect, radii: [f32; 4]) -> String {
    let most = rect.width.min(rect.height) / 2.0;
    let [a, b, c, d] = radii.map(|radius| radius.min(most));
    let (left, top, right, bottom) = (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height);
    let point = |x: f32, y: f32| format!("{} {}", number(x), number(y));
    let corner = |radius: f32, x: f32, y: f32| {
        if radius > 0.0 { format!("A{0} {0} 0 0 1 {1}", number(radius), point(x, y)) } else { String::new() }
    };
    [
        format!("M{}L{}", point(left + a, top), point(right - b, top)),
        corner(b, right, top + b),
        format!("L{}", point(right, bottom - c)),
        corner(c, right - c, bottom),
        format!("L{}", point(left + d, bottom)),
        corner(d, left, bottom - d),
        format!("L{}", point(left, top + a)),
        corner(a, left + a, top),
    ]
    .concat()
        + "Z"
}
