//! An app's icon as a picture that a page can show: the file itself where it is a picture, and SVG where Android draws
//! it from XML (adaptive icons, vectors, shapes, layers).
//!
//! The SVG is written from parsed values alone: numbers, colours, path data taken apart and put together again, and
//! pictures whose headers were checked. No text of the app gets into it, nothing in it acts, and it refers to nothing
//! outside of itself.

mod attributes;
mod drawables;
mod gradient;
mod painter;
mod path;
mod raster;
mod shape;
mod svg;
mod vector;

use std::cell::Cell;

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

use self::painter::Painter;
use self::svg::Rect;
use super::table::{Configuration, ResourceTable};
use super::value::Value;
use super::xml::Document;
use crate::archive::Archive;

/// How many bytes an icon may have, before it is written in Base64.
pub const MAX_ICON: usize = 256 << 10;
/// How many bytes of a file are read. A picture of more would be too large in any case; of XML, the most part is names.
const MAX_FILE: u64 = 1 << 20;
/// How many bytes of files are read for one icon.
const MAX_READ: usize = 16 << 20;
/// How many files are read for one icon. An adaptive icon opens a handful in each of the twelve attempts;
/// files that refer to each other could be opened thousands of times.
const MAX_FILES: usize = 512;

/// A picture that a page can show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Icon {
    /// The archive entry it was read from.
    pub entry: String,
    /// `image/png`, `image/webp` or `image/svg+xml`.
    pub media_type: String,
    /// The picture in Base64.
    pub data: String,
}

/// The icon that the resource `id` is: `application@icon`, resolved. None when there is none that can be shown.
///
/// Of the densities, the best whose picture is not too large is taken; where the newest form (an adaptive icon) cannot
/// be drawn, the one for older systems.
pub fn icon(archive: &Archive, table: &ResourceTable, id: u32) -> Option<Icon> {
    let read = |path: &str| archive.read(archive.entry(path)?, MAX_FILE).ok();
    render(table, &Files { read: &read, left: Cell::new(MAX_READ), openings: Cell::new(MAX_FILES) }, id)
}

/// The files of an app, up to [`MAX_FILES`] and [`MAX_READ`].
struct Files<'a> {
    read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// Bytes.
    left: Cell<usize>,
    openings: Cell<usize>,
}

impl Files<'_> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.openings.set(self.openings.get().checked_sub(1)?);
        let bytes = (self.read)(path)?;
        self.left.set(self.left.get().checked_sub(bytes.len())?);
        Some(bytes)
    }
}

fn render(table: &ResourceTable, files: &Files, id: u32) -> Option<Icon> {
    /// The last API level without adaptive icons.
    const BEFORE_ADAPTIVE: u16 = 25;
    [u16::MAX, BEFORE_ADAPTIVE].into_iter().find_map(|sdk_version| {
        [640, 480, 320, 240, 160, 120].into_iter().find_map(|density| {
            attempt(table, files, id, Configuration { density, sdk_version, ..Configuration::neutral_phone() })
        })
    })
}

/// The icon as one device shows it.
fn attempt(table: &ResourceTable, files: &Files, id: u32, device: Configuration) -> Option<Icon> {
    let encode = |entry: String, media_type: &str, bytes: &[u8]| {
        let data = (bytes.len() <= MAX_ICON).then(|| Base64::encode_string(bytes))?;
        Some(Icon { entry, media_type: media_type.to_owned(), data })
    };
    let mut painter = Painter::new(table, files, device);
    match table.resolve_for(id, &device)? {
        Value::String(path) => {
            let bytes = files.read(&path)?;
            if let Some(raster) = raster::identify(&bytes) {
                return encode(path, raster.media_type, &bytes);
            }
            let document = Document::parse(&bytes).ok()?;
            let bounds = painter.size(&document.root);
            let svg = painter.draw(&document.root, bounds)?;
            encode(path, "image/svg+xml", svg.as_bytes())
        }
        Value::Color { argb, .. } => {
            let bounds = Rect::new(0.0, 0.0, 48.0, 48.0);
            painter.fill(argb, bounds);
            encode("resources.arsc".to_owned(), "image/svg+xml", painter.finish(bounds)?.as_bytes())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_opened_so_often_and_no_more() {
        let read = |_: &str| Some(vec![0]);
        let files = Files { read: &read, left: Cell::new(MAX_READ), openings: Cell::new(MAX_FILES) };
        assert_eq!((0..2 * MAX_FILES).filter(|_| files.read("a.xml").is_some()).count(), MAX_FILES);
    }

    #[test]
    fn files_are_read_up_to_so_many_bytes() {
        let read = |_: &str| Some(vec![0; MAX_FILE as usize]);
        let files = Files { read: &read, left: Cell::new(MAX_READ), openings: Cell::new(MAX_FILES) };
        assert_eq!((0..100).filter(|_| files.read("a.xml").is_some()).count(), MAX_READ / MAX_FILE as usize);
    }
}
