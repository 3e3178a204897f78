//! Icons: whatever the bytes of a drawable, the picture is bounded, and nothing but drawing is in it.
#![no_main]

use apklens::archive::Archive;
use apklens::resources::icon::{MAX_ICON, icon};
use apklens::resources::table::ResourceTable;
use libfuzzer_sys::fuzz_target;
use testkit::axml::archive;

/// The table of the fixture app `icons`.
const TABLE: &[u8] = include_bytes!("../seeds/resources/icons");

fuzz_target!(|bytes: &[u8]| {
    let table = ResourceTable::parse(TABLE.to_vec()).unwrap();
    let id = |name| table.ids().find(|id| table.name(*id).as_deref() == Some(name)).unwrap();
    let names = ["res/drawable/layers.xml", "res/drawable/corners.xml", "res/color/by_state.xml"];
    let file = archive(&names.map(|name| (name, bytes)));
    let archive = Archive::open(&file).unwrap();
    let Some(icon) = icon(&archive, &table, id("drawable/layers")) else { return };
    // Four characters for three bytes.
    assert!(icon.data.len() <= MAX_ICON.div_ceil(3) * 4);
    assert!(icon.media_type.starts_with("image/"));
});
