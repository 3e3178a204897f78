//! What manifests say.

mod common;

use apklens::archive::Archive;
use apklens::manifest::{self, Manifest};
use apklens::source::FileSource;

fn real(name: &str) -> Manifest {
    let (_, path) = common::real_apks().into_iter().find(|(known, _)| *known == name).unwrap();
    let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
    manifest::read(&Archive::open(&source).unwrap())
}

#[test]
fn a_real_app_is_read_without_a_note() {
    let manifest = real("settings");
    let package = manifest.package.unwrap();
    assert_eq!(package.name, "io.appium.settings");
    assert_eq!((package.min_sdk, package.target_sdk), (26, 35));
    assert_eq!(package.launcher.activity.as_deref(), Some("io.appium.settings.Settings"));
    assert_eq!(manifest.problems, []);
}
