//! What tests, benchmarks and fuzz targets share: builders of files, random draws, rivals, and where the real APKs and the
//! built fixtures are.

#[expect(unsafe_code, reason = "it calls a library in C++")]
pub mod androidfw;
pub mod apksig;
pub mod arsc;
pub mod axml;
pub mod axml_mutations;
pub mod blocks;
pub mod der;
pub mod dex;
pub mod explore;
#[expect(unsafe_code, reason = "it calls a library in C++")]
pub mod libziparchive;
pub mod random;
pub mod zip_model;
pub mod zip_mutations;
pub mod zip_tricks;

use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The harmless real apps that package.json pins: name for messages, path.
///
/// # Panics
/// When one is missing: `./build.sh test` installs them.
pub fn real_apks() -> Vec<(&'static str, PathBuf)> {
    [
        ("settings", "io.appium.settings/apks/settings_apk-debug.apk"),
        ("apidemos", "android-apidemos/apks/ApiDemos-debug.apk"),
        ("uiautomator2", "appium-uiautomator2-server/apks/appium-uiautomator2-server-v10.6.6.apk"),
    ]
    .into_iter()
    .map(|(name, path)| (name, existing(root().join("node_modules").join(path), "npm ci --ignore-scripts")))
    .collect()
}

/// A file that `tests/fixtures/make.sh` builds into `target/fixtures`; APKLENS_FIXTURES names a folder whose files go before
/// those, with other keys.
///
/// # Panics
/// When it is missing: `./build.sh fixtures` builds them.
pub fn fixture(name: &str) -> PathBuf {
    let other = std::env::var_os("APKLENS_FIXTURES").map(|folder| Path::new(&folder).join(name));
    match other.filter(|path| path.exists()) {
        Some(path) => path,
        None => existing(root().join("target/fixtures").join(name), "./build.sh fixtures"),
    }
}

/// A number that an environment variable sets: how much is tried, and what.
///
/// # Panics
/// When it is no number.
pub fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

fn existing(path: PathBuf, remedy: &str) -> PathBuf {
    assert!(path.exists(), "{} is missing: run {remedy}", path.display());
    path
}
