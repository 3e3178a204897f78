//! APKs inside archives: bundles, plain ZIPs, apps inside apps.

use apklens::archive::Archive;
use apklens::archive::bundle::{self, Container, Named, Part, PartSource};
use apklens::source::{Source, read_vec};
use testkit::zip_model::{File, Zip};
use testkit::zip_tricks::MANIFEST;

/// An APK that is told apart by what its manifest holds.
fn apk(content: &str) -> Vec<u8> {
    Zip::of(vec![File::deflated(MANIFEST, content.repeat(20).as_bytes()), File::stored("classes.dex", b"dex")]).bytes()
}

fn names<'p>(parts: &'p [Part]) -> Vec<(Option<Named>, &'p str)> {
    parts.iter().map(|part| (part.named, part.entry.name.as_str())).collect()
}

const APK: Option<Named> = Some(Named::Apk);

/// What the manifest of a part holds.
fn content(archive: &Archive, part: &Part) -> String {
    let source = bundle::open(archive, part).unwrap();
    let inner = Archive::open(&source).unwrap();
    let manifest = inner.read(inner.entry(MANIFEST).unwrap(), 1 << 20).unwrap();
    String::from_utf8(manifest).unwrap()
}

#[test]
fn the_parts_of_a_bundletool_bundle_come_by_name() {
    let bytes = Zip::of(vec![
        File::stored("toc.pb", b"\x0a\x00"),
        File::stored("splits/base-de.apk", &apk("german")),
        File::stored("splits/base-master.apk", &apk("base")),
        File::stored("splits/camera-master.apk", &apk("camera")),
        File::stored("standalones/standalone-hdpi.apk", &apk("alone")),
    ])
    .bytes();
    let archive = Archive::open(&bytes).unwrap();
    assert_eq!(bundle::container(&archive), Container::Apks);
    let parts = bundle::parts(&archive);
    assert_eq!(
        names(&parts),
        [
            (APK, "splits/base-de.apk"),
            (APK, "splits/base-master.apk"),
            (APK, "splits/camera-master.apk"),
            (APK, "standalones/standalone-hdpi.apk"),
        ]
    );
    assert_eq!(content(&archive, &parts[1]), "base".repeat(20));
    assert_eq!(content(&archive, &parts[2]), "camera".repeat(20));
    assert!(matches!(bundle::open(&archive, &parts[0]).unwrap(), PartSource::Stored(_)), "read in place");
}

#[test]
fn an_xapk_and_an_apkm_are_told_by_their_descriptions() {
    let xapk = Zip::of(vec![
        File::stored("config.de.apk", &apk("german")),
        File::stored("org.example.app.apk", &apk("base")),
        File::deflated("manifest.json", br#"{"package_name":"org.example.app"}"#),
        File::stored(
            "icon.png",
            b"\x89PNG\r\n\x1a\n and more than ninety-eight bytes of picture, which is no archive whatever it is called",
        ),
    ])
    .bytes();
    let archive = Archive::open(&xapk).unwrap();
    assert_eq!(bundle::container(&archive), Container::Xapk);
    assert_eq!(names(&bundle::parts(&archive)), [(APK, "config.de.apk"), (APK, "org.example.app.apk")]);

    let apkm = Zip::of(vec![
        File::deflated("split_config.xhdpi.apk", &apk("dense")),
        File::deflated("base.apk", &apk("base")),
        File::deflated("info.json", b"{}"),
    ])
    .bytes();
    let archive = Archive::open(&apkm).unwrap();
    assert_eq!(bundle::container(&archive), Container::Apkm);
    let parts = bundle::parts(&archive);
    assert_eq!(names(&parts), [(APK, "base.apk"), (APK, "split_config.xhdpi.apk")]);
    assert_eq!(content(&archive, &parts[0]), "base".repeat(20));
    assert!(matches!(bundle::open(&archive, &parts[0]).unwrap(), PartSource::Inflated(_)));
}

#[test]
fn a_plain_zip_gives_the_apps_and_the_bundles_in_it() {
    let inner =
        Zip::of(vec![File::stored("toc.pb", b""), File::stored("splits/base-master.apk", &apk("base"))]).bytes();
    let bytes = Zip::of(vec![
        File::stored("notes.txt", &[b'n'; 200]),
        File::deflated("evidence/Second.APK", &apk("second")),
        File::stored("evidence/first.apk", &apk("first")),
        File::stored("evidence/bundle.apks", &inner),
    ])
    .bytes();
    let archive = Archive::open(&bytes).unwrap();
    assert_eq!(bundle::container(&archive), Container::Plain);
    let parts = bundle::parts(&archive);
    assert_eq!(
        names(&parts),
        [(APK, "evidence/Second.APK"), (Some(Named::Bundle), "evidence/bundle.apks"), (APK, "evidence/first.apk"),]
    );
    let source = bundle::open(&archive, &parts[1]).unwrap();
    let nested = Archive::open(&source).unwrap();
    assert_eq!(content(&nested, &bundle::parts(&nested)[0]), "base".repeat(20));
}

#[test]
fn an_app_inside_an_app_is_found_whatever_its_name() {
    let bytes = Zip::of(vec![
        File::deflated(MANIFEST, b"outer"),
        File::stored("classes.dex", &[b'd'; 500]),
        File::deflated("assets/config.bin", &apk("deflated payload")),
        File::stored("res/raw/picture.png", &apk("stored payload")),
        File::stored("assets/named.apk", &[0; 300]),
    ])
    .bytes();
    let archive = Archive::open(&bytes).unwrap();
    assert_eq!(bundle::container(&archive), Container::Apk);
    let parts = bundle::parts(&archive);
    assert_eq!(names(&parts), [(None, "assets/config.bin"), (APK, "assets/named.apk"), (None, "res/raw/picture.png"),]);
    assert_eq!(content(&archive, &parts[0]), "deflated payload".repeat(20));
    assert_eq!(content(&archive, &parts[2]), "stored payload".repeat(20));
    let error = Archive::open(&bundle::open(&archive, &parts[1]).unwrap()).err().unwrap();
    assert_eq!(error.note().code, "archive-not-zip");
}

#[test]
fn an_encrypted_part_is_said_to_need_a_password() {
    let mut file = File::stored("sample.apk", &[0xA7; 500]);
    file.both(|header| header.flags |= 1);
    let bytes = Zip::of(vec![file]).bytes();
    let archive = Archive::open(&bytes).unwrap();
    let parts = bundle::parts(&archive);
    assert_eq!(bundle::open(&archive, &parts[0]).err().unwrap().note().code, "entry-encrypted");
}

#[test]
fn a_part_in_place_has_exactly_its_own_bytes() {
    let inner = apk("inner");
    let bytes = Zip::of(vec![File::stored("a.apk", &inner), File::stored("b.apk", &apk("other"))]).bytes();
    let archive = Archive::open(&bytes).unwrap();
    let source = bundle::open(&archive, &bundle::parts(&archive)[0]).unwrap();
    assert_eq!(source.len(), inner.len() as u64);
    assert_eq!(read_vec(&source, 0, source.len()).unwrap(), inner);
    assert!(read_vec(&source, 1, source.len()).is_err());
}

#[test]
fn of_the_real_apks_one_carries_another() {
    for (app, path) in testkit::real_apks() {
        let bytes = std::fs::read(path).unwrap();
        let archive = Archive::open(&bytes).unwrap();
        let parts = bundle::parts(&archive);
        if app == "apidemos" {
            assert_eq!(names(&parts), [(APK, "assets/HelloActivity.apk")]);
            let source = bundle::open(&archive, &parts[0]).unwrap();
            let inner = Archive::open(&source).unwrap();
            assert_eq!(bundle::container(&inner), Container::Apk);
        } else {
            assert_eq!(names(&parts), [], "{app}");
        }
    }
}

#[test]
fn more_parts_than_are_read_are_said() {
    let inner = apk("one of many");
    let files = (0..bundle::MAX_PARTS + 3).map(|number| File::stored(format!("{number:04}.apk"), &inner)).collect();
    let bytes = Zip::of(files).bytes();
    let archive = Archive::open(&bytes).unwrap();
    assert_eq!(bundle::parts(&archive).len(), bundle::MAX_PARTS);
    let problems: Vec<String> = archive.problems().into_iter().map(|problem| problem.text).collect();
    assert_eq!(problems, ["The archive contains 503 APKs or archives; only the first 500 were read."]);
    assert_eq!(archive.anomalies(), []);
}

#[test]
fn what_is_named_as_an_app_is_listed_whatever_it_holds_but_not_every_archive_among_an_apps_files() {
    let files = |manifest: bool| {
        let mut files = vec![
            File::stored("empty.apk", b""),
            File::stored("locked.xapk", &[0xA7; 200]),
            File::stored("locked.zip", &[0xA7; 200]),
            File::stored("letter.txt", &[b'x'; 200]),
        ];
        files.extend(manifest.then(|| File::stored(MANIFEST, b"an app")));
        Zip::of(files).bytes()
    };
    let (outside, inside) = (files(false), files(true));
    let expected = [(APK, "empty.apk"), (Some(Named::Bundle), "locked.xapk"), (Some(Named::Zip), "locked.zip")];
    assert_eq!(names(&bundle::parts(&Archive::open(&outside).unwrap())), expected);
    assert_eq!(names(&bundle::parts(&Archive::open(&inside).unwrap())), []);
}
