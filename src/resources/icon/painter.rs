//! What drawing needs besides the drawables themselves: the app's resources and files, and the picture so far.

use base64ct::{Base64, Encoding};

use super::attributes::{HEIGHT, WIDTH};
use super::raster;
use super::svg::{Rect, Svg, alpha, color, number};
use super::{Files, MAX_ICON};
use crate::resources::table::{Configuration, DENSITY_ANY, DENSITY_NONE, ResourceTable};
use crate::resources::value::Value;
use crate::resources::xml::{Document, Element};

/// Draws drawables into one picture.
pub(super) struct Painter<'a> {
    table: &'a ResourceTable,
    files: &'a Files<'a>,
    device: Configuration,
    pub svg: Svg,
    /// How many drawables and groups are drawn at most.
    left: usize,
    /// Something was too large to be in the picture.
    overflow: bool,
    /// The colour that a vector is drawn in, whatever its paths say.
    pub tint: Option<u32>,
}

/// How many drawables, groups and paths a picture has at most.
const MAX_DRAWABLES: usize = 4096;
/// How deep drawables and groups lie in each other.
pub(super) const MAX_DEPTH: usize = 24;

impl<'a> Painter<'a> {
    pub fn new(table: &'a ResourceTable, files: &'a Files<'a>, device: Configuration) -> Self {
        Self { table, files, device, svg: Svg::default(), left: MAX_DRAWABLES, overflow: false, tint: None }
    }

    /// The picture of a drawable; none when nothing of it could be drawn, or too much.
    pub fn draw(mut self, element: &Element, bounds: Rect) -> Option<String> {
        self.drawable(element, bounds, 0).then(|| self.finish(bounds))?
    }

    /// The picture as it is; none when it has become too large.
    pub fn finish(self, bounds: Rect) -> Option<String> {
        (!self.overflow && self.svg.len() <= MAX_ICON).then(|| self.svg.finish(bounds))
    }

    /// The size that a drawable has of itself, in density-independent pixels; 48 on each side where it has none.
    pub fn size(&self, element: &Element) -> Rect {
        const NONE: f32 = 48.0;
        let side = |attribute| self.number(element, attribute).filter(|side| (1.0..=4096.0).contains(side));
        let (width, height) = match &*element.name {
            "vector" => (side(WIDTH), side(HEIGHT)),
            _ => (None, None),
        };
        Rect::new(0.0, 0.0, width.unwrap_or(NONE), height.unwrap_or(NONE))
    }

    /// Counts one more drawable at a depth; false when there have been enough.
    pub fn may_draw(&mut self, depth: usize) -> bool {
        let may = self.left > 0 && depth <= MAX_DEPTH && !self.overflow && self.svg.len() <= MAX_ICON;
        self.left = self.left.saturating_sub(1);
        may
    }

    /// The value of an attribute, references followed.
    pub fn value(&self, element: &Element, attribute: u32) -> Option<Value> {
        let value = &element.attribute(attribute)?.value;
        match value.as_reference() {
            Some(id) => self.table.resolve_for(id, &self.device),
            None => Some(value.clone()),
        }
    }

    /// A number: as it is, a length in density-independent pixels, or a part of a whole (0.5 for 50%).
    pub fn number(&self, element: &Element, attribute: u32) -> Option<f32> {
        let number = match self.value(element, attribute)? {
            Value::Float(number) => number,
            Value::Decimal(number) => number as f32,
            Value::Hex(number) => number as f32,
            Value::Dimension(data) => Value::complex(data) * self.unit(Value::dimension_unit(data)),
            Value::Fraction(data) => Value::complex(data),
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// A whole number, a flag or one of an attribute's words.
    pub fn integer(&self, element: &Element, attribute: u32) -> Option<i32> {
        self.value(element, attribute)?.as_int()
    }

    /// Density-independent pixels in a unit of length. Scaled pixels are those of a text of normal size.
    fn unit(&self, unit: &str) -> f32 {
        match unit {
            "px" => 160.0 / f32::from(self.device.density.max(1)),
            "pt" => 160.0 / 72.0,
            "in" => 160.0,
            "mm" => 160.0 / 25.4,
            _ => 1.0,
        }
    }

    /// A binary XML file of the app.
    pub fn document(&self, path: &str) -> Option<Document> {
        Document::parse(&self.files.read(path)?).ok()
    }

    /// Draws what an attribute refers to, or its colour, into `bounds`. `gravity` is where a picture that is smaller
    /// than `bounds` stands; without one, it fills them.
    pub fn attribute(
        &mut self,
        element: &Element,
        attribute: u32,
        gravity: Option<i32>,
        bounds: Rect,
        depth: usize,
    ) -> bool {
        let Some(attribute) = element.attribute(attribute) else { return false };
        match (attribute.value.as_reference(), &attribute.value) {
            (Some(id), _) => self.resource(id, gravity, bounds, depth),
            (None, Value::Color { argb, .. }) => self.fill(*argb, bounds),
            _ => false,
        }
    }

    fn resource(&mut self, id: u32, gravity: Option<i32>, bounds: Rect, depth: usize) -> bool {
        let Some((configuration, value)) = self.table.resolve_with_configuration(id, &self.device) else {
            return false;
        };
        let path = match value {
            Value::Color { argb, .. } => return self.fill(argb, bounds),
            Value::String(path) => path,
            _ => return false,
        };
        let Some(bytes) = self.files.read(&path) else { return false };
        if let Some(raster) = raster::identify(&bytes) {
            let density = match configuration.density {
                0 | DENSITY_ANY | DENSITY_NONE => 160,
                density => density,
            };
            let scale = 160.0 / f32::from(density);
            let size = (raster.width as f32 * scale, raster.height as f32 * scale);
            let bounds = gravity.map_or(bounds, |gravity| place(gravity, size, bounds));
            return self.picture(raster.media_type, &bytes, bounds);
        }
        match Document::parse(&bytes) {
            Ok(document) => self.drawable(&document.root, bounds, depth + 1),
            Err(_) => false,
        }
    }

    /// Draws a picture, stretched to `bounds` as Android does.
    fn picture(&mut self, media_type: &str, bytes: &[u8], bounds: Rect) -> bool {
        if self.svg.len() + bytes.len() * 4 / 3 > MAX_ICON {
            self.overflow = true;
            return false;
        }
        let mut attributes = bounds.attributes().to_vec();
        attributes.push(("preserveAspectRatio", "none".to_owned()));
        attributes.push(("href", format!("data:{media_type};base64,{}", Base64::encode_string(bytes))));
        self.svg.element("image", &attributes);
        true
    }

    /// Fills `bounds` with a colour.
    pub fn fill(&mut self, argb: u32, bounds: Rect) -> bool {
        let mut attributes = bounds.attributes().to_vec();
        attributes.push(("fill", color(argb)));
        attributes.push(("fill-opacity", number(alpha(argb))));
        self.svg.element("rect", &attributes);
        true
    }
}

/// Where something of a size stands in `bounds` by its gravity (`android.view.Gravity`: for each axis, a bit that it is
/// stated, one that pulls to the start and one to the end).
pub(super) fn place(gravity: i32, size: (f32, f32), bounds: Rect) -> Rect {
    let axis = |bits: i32, start: f32, room: f32, size: f32| match bits & 7 {
        // Nothing is said of this axis, or both ends pull.
        7 => (start, room),
        3 => (start, size),
        5 => (start + room - size, size),
        _ => (start + (room - size) / 2.0, size),
    };
    let (x, width) = axis(gravity, bounds.x, bounds.width, size.0);
    let (y, height) = axis(gravity >> 4, bounds.y, bounds.height, size.1);
    Rect::new(x, y, width, height)
}
