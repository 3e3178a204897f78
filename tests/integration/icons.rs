//! Icons as pictures: what is drawn, from what, and that nothing else gets into it.
//!
//! Every picture that is drawn here is left in target/icons, to be looked at.

use std::io::{Read, Write};
use std::path::Path;

use apklens::archive::Archive;
use apklens::resources::icon::Icon;
use apklens::resources::icon::{MAX_ICON, icon};
use apklens::resources::table::ResourceTable;
use apklens::source::FileSource;
use base64ct::{Base64, Encoding};
use proptest::prelude::*;

/// The resource of a name.
fn id_of(apk: &Path, name: &str) -> u32 {
    let source = FileSource::new(std::fs::File::open(apk).unwrap()).unwrap();
    let table = table(&Archive::open(&source).unwrap());
    table.ids().find(|id| table.name(*id).as_deref() == Some(name)).unwrap_or_else(|| panic!("no {name}"))
}

fn table(archive: &Archive) -> ResourceTable {
    let bytes = archive.read(archive.entry("resources.arsc").unwrap(), 64 << 20).unwrap();
    ResourceTable::parse(bytes).unwrap()
}

/// The icon of the resource of a name, and its bytes.
fn draw(apk: &Path, name: &str) -> Option<(Icon, Vec<u8>)> {
    draw_id(apk, id_of(apk, name), name)
}

fn draw_id(apk: &Path, id: u32, name: &str) -> Option<(Icon, Vec<u8>)> {
    let source = FileSource::new(std::fs::File::open(apk).unwrap()).unwrap();
    let archive = Archive::open(&source).unwrap();
    let icon = icon(&archive, &table(&archive), id)?;
    let bytes = check(&icon);
    let extension = match icon.media_type.as_str() {
        "image/svg+xml" => "svg",
        other => other.trim_start_matches("image/"),
    };
    let file = format!("{}-{}.{extension}", apk.file_stem().unwrap().to_string_lossy(), name.replace('/', "-"));
    let folder = testkit::root().join("target/icons");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(file), &bytes).unwrap();
    Some((icon, bytes))
}

/// The icon's bytes, which are bounded and harmless.
fn check(icon: &Icon) -> Vec<u8> {
    let bytes = Base64::decode_vec(&icon.data).unwrap();
    assert!(bytes.len() <= MAX_ICON);
    if icon.media_type == "image/svg+xml" {
        assert_harmless(std::str::from_utf8(&bytes).unwrap());
    }
    bytes
}

/// Only known elements and attributes, and references only to definitions and pictures inside.
fn assert_harmless(svg: &str) {
    const ELEMENTS: [&str; 12] = [
        "svg",
        "g",
        "path",
        "rect",
        "ellipse",
        "line",
        "circle",
        "image",
        "clipPath",
        "linearGradient",
        "radialGradient",
        "stop",
    ];
    for tag in svg.split('<').skip(1) {
        let name = tag.split([' ', '>']).next().unwrap();
        assert!(ELEMENTS.contains(&name.trim_start_matches('/')), "<{name}> in {svg}");
        let mut attributes = tag.split('"');
        let mut rest = attributes.next().unwrap().to_owned();
        while let Some(value) = attributes.next() {
            let key = rest.trim().trim_end_matches('=').rsplit(' ').next().unwrap().to_owned();
            assert!(!key.starts_with("on") && key != "style", "{key} in {svg}");
            match key.as_str() {
                "href" => assert!(value.starts_with("data:image/"), "{value}"),
                "xmlns" => assert_eq!(value, "http://www.w3.org/2000/svg"),
                _ => {
                    assert!(!value.contains(':') && (!value.contains("url(") || value.starts_with("url(#d")), "{value}")
                }
            }
            rest = attributes.next().unwrap_or_default().to_owned();
        }
    }
}

fn svg(apk: &str, name: &str) -> String {
    let (icon, bytes) = draw(&testkit::fixture(apk), name).unwrap_or_else(|| panic!("{name} is not drawn"));
    assert_eq!(icon.media_type, "image/svg+xml", "{name}");
    String::from_utf8(bytes).unwrap()
}

/// How often `part` stands in `text`.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn real_apps_have_their_own_pictures() {
    let found: Vec<_> = testkit::real_apks()
        .into_iter()
        .filter_map(|(name, path)| {
            let resource = match name {
                "settings" => "drawable/ic_launcher",
                "apidemos" => "drawable/app_sample_code",
                _ => return None,
            };
            let (icon, bytes) = draw(&path, resource)?;
            Some((name, icon.entry, icon.media_type, bytes.len()))
        })
        .collect();
    let expected = [
        ("settings", "res/drawable-xxxhdpi-v4/ic_launcher.png", 23_633),
        ("apidemos", "res/drawable-hdpi-v4/app_sample_code.png", 3_608),
    ];
    assert_eq!(found, expected.map(|(name, entry, size)| (name, entry.into(), "image/png".into(), size)));
}

#[test]
fn an_adaptive_icon_has_its_layers_behind_a_mask() {
    let launcher = svg("icons.apk", "drawable/launcher");
    assert!(launcher.contains("viewBox=\"18 18 72 72\""), "{launcher}");
    assert!(
        launcher.contains(
            "<clipPath id=\"d1\"><rect x=\"18\" y=\"18\" width=\"72\" height=\"72\" rx=\"5.76\"/></clipPath>"
        )
    );
    // The background's gradient runs upwards over the whole layer; the vector is inset by a quarter.
    assert!(launcher.contains("x1=\"54\" y1=\"108\" x2=\"54\" y2=\"0\""), "{launcher}");
    assert!(
        launcher.contains("<svg x=\"27\" y=\"27\" width=\"54\" height=\"54\" viewBox=\"0 0 108 108\""),
        "{launcher}"
    );
    let adaptive = svg("icons.apk", "drawable/adaptive");
    assert!(adaptive.contains("fill=\"#ffffff\"") && count(&adaptive, "<image ") == 1);
    assert!(adaptive.contains(
        "x=\"0\" y=\"0\" width=\"108\" height=\"108\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,iVBOR"
    ));
}

#[test]
fn a_vector_has_paths_groups_clips_gradients_and_strokes() {
    let vector = svg("icons.apk", "drawable/vector");
    for part in [
        "x1=\"0\" y1=\"0\" x2=\"108\" y2=\"108\"",
        "<stop offset=\"0.6\" stop-color=\"#ef476f\" stop-opacity=\"1\"/><stop offset=\"1\" stop-color=\"#ffd166\"",
        "fill=\"url(#d1)\"",
        "translate(54 54) rotate(45) scale(0.6 0.6) translate(-54 -54)",
        "<g clip-path=\"url(#d2)\">",
        // Colours by state: the ordinary one, at half its alpha.
        "fill=\"#26547c\" fill-opacity=\"0.502\"",
        // A path that is a string resource.
        "d=\"M12 60 C30 20 78 100 96 60 \" fill=\"none\" stroke=\"#ffffff\" stroke-opacity=\"0.8\" stroke-width=\"5\" stroke-linecap=\"round\"",
        "fill-rule=\"evenodd\"",
        // A colour of the theme is not known: grey.
        "stroke=\"#808080\"",
    ] {
        assert!(vector.contains(part), "{part} in {vector}");
    }
    let tinted = svg("icons.apk", "drawable/tinted");
    assert!(tinted.contains("opacity=\"0.9\"") && tinted.contains("fill=\"#06d6a0\"") && !tinted.contains("#000000"));
}

#[test]
fn shapes_layers_and_the_rest_are_drawn() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "background",
            &["<linearGradient", "x1=\"24\" y1=\"48\" x2=\"24\" y2=\"0\"", "offset=\"0.5\" stop-color=\"#118ab2\""],
        ),
        (
            "oval",
            &[
                "<radialGradient",
                "r=\"28.8\"",
                "<ellipse",
                "stroke-dasharray=\"8 4\"",
                "stroke-width=\"6\"",
                "rx=\"21\"",
            ],
        ),
        ("corners", &["d=\"M17 1L47 1L47 24A23 23 0 0 1 24 47L1 47L1 17A16 16 0 0 1 17 1Z\"", "fill=\"#ffd166\""]),
        ("ring", &["<circle fill=\"none\" stroke-width=\"6\" stroke=\"#118ab2\" cx=\"24\" cy=\"24\" r=\"15\"/>"]),
        ("selector", &["<ellipse"]),
        ("plain", &["<rect x=\"0\" y=\"0\" width=\"48\" height=\"48\" fill=\"#06d6a0\""]),
        ("aliased", &["rotate(45)"]),
        (
            "layers",
            &[
                "<path fill=\"#ffd166\"",
                "<svg x=\"12\" y=\"12\" width=\"24\" height=\"24\"",
                "<g transform=\"rotate(45 42 42)\"><rect x=\"36\" y=\"36\" width=\"12\" height=\"12\"",
                "<g opacity=\"0.5\"><image x=\"0\" y=\"0\" width=\"48\" height=\"48\"",
            ],
        ),
    ];
    for (name, parts) in cases {
        let drawn = svg("icons.apk", &format!("drawable/{name}"));
        for part in parts {
            assert!(drawn.contains(part), "{part} in {drawn}");
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_none_and_ends() {
    for name in ["endless", "nothing"] {
        assert_eq!(draw(&testkit::fixture("icons.apk"), &format!("drawable/{name}")), None, "{name}");
    }
}

#[test]
fn no_text_of_the_app_gets_into_a_picture() {
    let hostile = svg("icons.apk", "drawable/hostile");
    assert!(hostile.contains("d=\"M0 0 h10 v10 \""), "{hostile}");
    assert!(["script", "onload", "alert", "javascript", "example"].iter().all(|word| !hostile.contains(word)));
}

#[test]
fn sparse_tables_and_shortened_paths_make_no_difference() {
    for name in ["launcher", "vector", "layers"] {
        let name = format!("drawable/{name}");
        assert_eq!(svg("icons.apk", &name), svg("icons-sparse.apk", &name), "{name}");
    }
    // The names are gone, so the icon is found by its number; the files are named without folders or words.
    let id = id_of(&testkit::fixture("icons.apk"), "drawable/launcher");
    let (icon, bytes) = draw_id(&testkit::fixture("icons-short.apk"), id, "launcher").unwrap();
    assert!(icon.entry.len() <= "res/xx.xml".len(), "{}", icon.entry);
    assert_eq!(String::from_utf8(bytes).unwrap(), svg("icons.apk", "drawable/launcher"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the bytes of the drawables, what is drawn is harmless and bounded.
    #[test]
    fn no_change_to_a_file_gets_anything_else_into_a_picture(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        name in prop::sample::select(vec!["vector", "launcher", "layers", "oval", "hostile"]),
    ) {
        let apk = testkit::fixture("icons.apk");
        let mut archive = ::zip::ZipArchive::new(std::fs::File::open(&apk).unwrap()).unwrap();
        let mut changed = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            let name = file.name().unwrap().into_owned();
            if name.starts_with("res/") {
                for (place, value) in &changes {
                    let place = place.index(bytes.len());
                    bytes[place] = *value;
                }
            }
            changed.start_file(name, options).unwrap();
            changed.write_all(&bytes).unwrap();
        }
        let bytes = changed.finish().unwrap().into_inner();
        let archive = Archive::open(&bytes).unwrap();
        let table = ResourceTable::parse(archive.read(archive.entry("resources.arsc").unwrap(), 64 << 20).unwrap()).unwrap();
        if let Some(icon) = icon(&archive, &table, id_of(&apk, &format!("drawable/{name}"))) {
            check(&icon);
        }
    }
}
