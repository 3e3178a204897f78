//! The kinds of drawable other than vectors and shapes.
//!
//! Source: AOSP `frameworks/base/graphics/java/android/graphics/drawable/` (`DrawableInflater.java`,
//! `AdaptiveIconDrawable.java`, `LayerDrawable.java`, `InsetDrawable.java`, `StateListDrawable.java`…), and
//! <https://developer.android.com/guide/topics/resources/drawable-resource>.

use super::attributes::{
    ALPHA, BOTTOM, COLOR, DRAWABLE, END, FROM_DEGREES, GRAVITY, HEIGHT, ID, INSET, INSET_BOTTOM, INSET_LEFT,
    INSET_RIGHT, INSET_TOP, L_STAR, LEFT, PIVOT_X, PIVOT_Y, RIGHT, SRC, START, STATE_ENABLED, STATE_WINDOW_FOCUSED,
    TOP, WIDTH,
};
use super::painter::{Painter, place};
use super::svg::{Rect, number, reference};
use crate::resources::value::Value;
use crate::resources::xml::Element;

/// The side of an adaptive icon's layers (`AdaptiveIconDrawable`: 108 dp), and of what is seen of them.
const LAYER: f32 = 108.0;
const VISIBLE: f32 = 72.0;
/// How much of the visible side the mask's corners take: the round corners of AOSP's own `config_icon_mask`.
const CORNER: f32 = 0.08;

impl Painter<'_> {
    /// Draws a drawable into `bounds`. False when nothing was drawn; nothing is then left of the attempt.
    pub fn drawable(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        if !self.may_draw(depth) {
            return false;
        }
        let start = self.svg.len();
        let drawn = match &*element.name {
            "adaptive-icon" | "maskable-icon" => self.adaptive(element, bounds, depth),
            "vector" => self.vector(element, bounds, depth),
            "shape" => self.shape(element, bounds),
            "bitmap" => {
                let gravity = self.integer(element, GRAVITY);
                self.faded(element, |painter| painter.attribute(element, SRC, gravity, bounds, depth))
            }
            "nine-patch" => self.faded(element, |painter| painter.attribute(element, SRC, None, bounds, depth)),
            "color" => self.attribute(element, COLOR, None, bounds, depth),
            "layer-list" | "ripple" => self.layers(element, bounds, depth),
            "selector" | "animated-selector" => {
                default_item(element).is_some_and(|item| self.content(item, bounds, depth))
            }
            "level-list" | "animation-list" | "transition" => {
                element.elements().next().is_some_and(|item| self.content(item, bounds, depth))
            }
            "inset" => self.inset(element, bounds, depth),
            "rotate" | "animated-rotate" => self.rotate(element, bounds, depth),
            "animated-vector" | "clip" | "scale" | "drawable" => self.content(element, bounds, depth),
            _ => false,
        };
        if !drawn {
            self.svg.truncate(start);
        }
        drawn
    }

    /// What `android:drawable` refers to, or else the first element inside.
    fn content(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        if element.attribute(DRAWABLE).is_some() {
            return self.attribute(element, DRAWABLE, None, bounds, depth);
        }
        element.elements().next().is_some_and(|child| self.drawable(child, bounds, depth + 1))
    }

    /// Draws through `android:alpha`.
    fn faded(&mut self, element: &Element, draw: impl FnOnce(&mut Self) -> bool) -> bool {
        let Some(alpha) = self.number(element, ALPHA) else { return draw(self) };
        self.svg.open("g", &[("opacity", number(alpha.clamp(0.0, 1.0)))]);
        let drawn = draw(self);
        self.svg.close("g");
        drawn
    }

    /// Background and foreground, behind a mask.
    fn adaptive(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        let margin = (LAYER - VISIBLE) / 2.0;
        let visible = Rect::new(margin, margin, VISIBLE, VISIBLE);
        let mut attributes = bounds.attributes().to_vec();
        attributes.push(("viewBox", visible.view_box()));
        self.svg.open("svg", &attributes);
        let mask = self.svg.definition();
        self.svg.open("clipPath", &[("id", mask.clone())]);
        let mut corners = visible.attributes().to_vec();
        corners.push(("rx", number(VISIBLE * CORNER)));
        self.svg.element("rect", &corners);
        self.svg.close("clipPath");
        self.svg.open("g", &[("clip-path", reference(&mask))]);
        let mut drawn = false;
        for name in ["background", "foreground"] {
            if let Some(layer) = element.elements().find(|child| &*child.name == name) {
                drawn |= self.content(layer, Rect::new(0.0, 0.0, LAYER, LAYER), depth);
            }
        }
        self.svg.close("g");
        self.svg.close("svg");
        drawn
    }

    fn layers(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        /// `@android:id/mask`: where a ripple is seen, not a layer of its own.
        const MASK: u32 = 0x0102_002e;
        let mut drawn = false;
        for item in element.elements().filter(|child| &*child.name == "item") {
            let is_mask = item.attribute(ID).is_some_and(|id| id.value == Value::Reference(MASK));
            if is_mask || !self.may_draw(depth) {
                continue;
            }
            let side = |attribute| self.number(item, attribute).unwrap_or_default();
            // Start and end are left and right on a device that reads from left to right.
            let inside = bounds.inset(side(LEFT) + side(START), side(TOP), side(RIGHT) + side(END), side(BOTTOM));
            let size = (self.number(item, WIDTH), self.number(item, HEIGHT));
            let inside = match (size, self.integer(item, GRAVITY)) {
                ((None, None), _) => inside,
                ((width, height), gravity) => {
                    let size = (width.unwrap_or(inside.width), height.unwrap_or(inside.height));
                    // Without a gravity, a layer with a size stands at the start.
                    place(gravity.unwrap_or(0x33), size, inside)
                }
            };
            drawn |= self.content(item, inside, depth);
        }
        drawn
    }

    /// An inset is a length, or a part of the side that it is taken from; one for all sides may stand for each.
    fn inset(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        let inset = |attribute, side: f32| {
            let whole = if matches!(self.value(element, attribute)?, Value::Fraction(_)) { side } else { 1.0 };
            Some(self.number(element, attribute)? * whole)
        };
        let [left, top, right, bottom] = [
            (INSET_LEFT, bounds.width),
            (INSET_TOP, bounds.height),
            (INSET_RIGHT, bounds.width),
            (INSET_BOTTOM, bounds.height),
        ]
        .map(|(attribute, side)| inset(attribute, side).or_else(|| inset(INSET, side)).unwrap_or_default());
        self.content(element, bounds.inset(left, top, right, bottom), depth)
    }

    fn rotate(&mut self, element: &Element, bounds: Rect, depth: usize) -> bool {
        let angle = self.number(element, FROM_DEGREES).unwrap_or_default();
        let x = bounds.x + bounds.width * self.number(element, PIVOT_X).unwrap_or(0.5);
        let y = bounds.y + bounds.height * self.number(element, PIVOT_Y).unwrap_or(0.5);
        let transform = format!("rotate({} {} {})", number(angle), number(x), number(y));
        self.svg.open("g", &[("transform", transform)]);
        let drawn = self.content(element, bounds, depth);
        self.svg.close("g");
        drawn
    }
}

/// The item of a selector that a view shows when nothing special is the case: the first whose states are those of a
/// view that is enabled, in a window with the focus.
pub(super) fn default_item(element: &Element) -> Option<&Element> {
    let is_shown = |item: &&Element| {
        // Every attribute with an id that is none of these is a state (`StateListDrawable.extractStateSet`,
        // `ColorStateList.inflate`).
        let states = item.attributes.iter().filter_map(|attribute| Some((attribute.resource_id?, &attribute.value)));
        let mut states = states.filter(|(id, _)| !matches!(*id, DRAWABLE | ID | COLOR | ALPHA | L_STAR));
        states.all(|(id, value)| {
            let is_set = matches!(id, STATE_ENABLED | STATE_WINDOW_FOCUSED);
            (value.as_int().unwrap_or_default() != 0) == is_set
        })
    };
    let items = || element.elements().filter(|child| &*child.name == "item");
    items().find(is_shown).or_else(|| items().last())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::resources::xml::{Attribute, Node};

    fn item(attributes: &[(Option<u32>, &str, Value)]) -> Element {
        let attribute = |(resource_id, name, value): &(Option<u32>, &str, Value)| Attribute {
            namespace: None,
            name: Arc::from(*name),
            pool_name: Arc::from(*name),
            found_by_name: true,
            resource_id: *resource_id,
            raw: None,
            value: value.clone(),
            overlooked: false,
        };
        let attributes = attributes.iter().map(attribute).collect();
        let (prefixes, children) = (vec![], vec![]);
        Element { namespace: None, name: Arc::from("item"), prefixes, attributes, children, line: 1, offset: 0 }
    }

    /// Which of the items is the default one.
    fn chosen(items: Vec<Element>) -> Option<usize> {
        let children = items.iter().cloned().map(Node::Element).collect();
        let selector = Element { children, ..item(&[]) };
        default_item(&selector).and_then(|found| items.iter().position(|item| item == found))
    }

    #[test]
    fn a_state_is_one_by_its_id_and_not_by_its_name() {
        const PRESSED: u32 = 0x0101_00a7;
        let set = Value::Boolean(true);
        let plain = || item(&[(Some(DRAWABLE), "drawable", Value::Reference(2))]);
        let one = |id, name, value: &Value| {
            item(&[(id, name, value.clone()), (Some(DRAWABLE), "drawable", Value::Reference(1))])
        };
        assert_eq!(chosen(vec![one(Some(PRESSED), "state_pressed", &set), plain()]), Some(1));
        assert_eq!(chosen(vec![one(Some(PRESSED), "x", &set), plain()]), Some(1));
        assert_eq!(chosen(vec![one(None, "state_pressed", &set), plain()]), Some(0));
        assert_eq!(chosen(vec![one(Some(PRESSED), "state_pressed", &Value::Boolean(false)), plain()]), Some(0));
        assert_eq!(chosen(vec![one(Some(STATE_ENABLED), "state_enabled", &Value::Hex(1)), plain()]), Some(0));
        assert_eq!(chosen(vec![one(Some(0x7f01_0000), "state_of_the_app", &set), plain()]), Some(1));
    }
}
