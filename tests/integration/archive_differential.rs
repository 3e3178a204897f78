//! The archive reader beside apk-info-zip, entry by entry: over the real APKs, and over the tampered corpus with every
//! difference explained.

use std::collections::BTreeMap;

use apk_info::ZipEntry;
use apklens::archive::Archive;
use testkit::zip_model::Zip;
use testkit::zip_tricks::{TRICKS, play};

/// More than any entry of the tests has.
const LIMIT: u64 = 64 << 20;

#[test]
fn the_real_apks_read_alike() {
    for (app, path) in testkit::real_apks() {
        let bytes = std::fs::read(path).unwrap();
        let archive = Archive::open(&bytes).unwrap();
        let rival = ZipEntry::new(bytes.clone()).unwrap();
        let mut names: Vec<&str> = archive.entries().iter().map(|entry| entry.name.as_str()).collect();
        let mut rival_names: Vec<&str> = rival.namelist().collect();
        names.sort_unstable();
        rival_names.sort_unstable();
        assert_eq!(names, rival_names, "{app}");
        for entry in archive.entries() {
            let (expected, _) = rival.read(&entry.name).unwrap();
            assert!(archive.read(entry, LIMIT).unwrap() == expected, "{} in {app}", entry.name);
        }
    }
}

/// The tricks that the two read otherwise, in the order of their names, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "comment-with-a-whole-archive",
        "apk-info-zip takes the last end record, whose directory is not there, and finds no entries",
    ),
    (
        "compressed-size-past-the-end",
        "apk-info-zip does not inflate what there is of a range that ends outside the file",
    ),
    (
        "deflate-stream-cut",
        "apk-info-zip gives the bytes before the cut as the entry; read() refuses it, salvage() gives them",
    ),
    (
        "directory-size-large",
        "apk-info-zip subtracts the directory's size from its end even where the directory is in place",
    ),
    ("duplicate-forty-times", LAST_WINS),
    ("duplicate-manifest-first", LAST_WINS),
    ("duplicate-manifest-second", LAST_WINS),
    ("first-local-signature-broken", FIRST_BYTES),
    ("local-name-differs", OTHER_NAME),
    ("local-name-empty", OTHER_NAME),
    ("local-name-longer", OTHER_NAME),
    ("local-signature-broken", "apk-info-zip needs the signature of a local header to find the data"),
    ("many-bytes-behind", "apk-info-zip looks for the end record in the last 65,557 bytes only"),
    (
        "method-bogus-data-a-chunk-and-deflated",
        "Android 9 and later take the data as they are; apk-info-zip inflates whatever inflates",
    ),
    (
        "method-bogus-uncompressed-size-past-the-end",
        "Android maps up to the end of the file; apk-info-zip refuses the range",
    ),
    (
        "method-deflated-data-stored",
        "apk-info-zip inflates to nothing; the checksum tells that the data are as they are",
    ),
    ("prefix-counted", FIRST_BYTES),
    ("prefix-not-counted", FIRST_BYTES),
    ("zip64-end-and-prefix", FIRST_BYTES),
    ("zip64-place-not-asked-for", "Android refuses the archive; apk-info-zip looks where the record says"),
    ("zip64-sizes-missing", "apk-info-zip does not inflate what there is of a range that ends outside the file"),
];
const LAST_WINS: &str = "Android 4.4 and later refuse duplicates; before, the first one ran, which is taken here, and apk-info-zip takes the last";
const FIRST_BYTES: &str =
    "Android refuses an archive that does not begin with a local header, and so does apk-info-zip";
const OTHER_NAME: &str =
    "Android refuses the entry, and so does apk-info-zip; the data are still where the directory says";

#[test]
fn the_tampered_archives_read_alike_but_for_the_differences_that_are_explained() {
    let (_, path) = &testkit::real_apks()[0];
    let apk = std::fs::read(path).unwrap();
    let originals: Vec<String> =
        Zip::parse(&apk).files.into_iter().map(|file| String::from_utf8(file.central.name).unwrap()).collect();
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for trick in TRICKS {
        let bytes = play(trick, &apk);
        let archive = Archive::open(&bytes);
        let rival = ZipEntry::new(bytes.clone());
        let mut differences = Vec::new();
        match (&archive, &rival) {
            (Ok(archive), Ok(rival)) => {
                for name in &originals {
                    let ours = archive.entry(name).and_then(|entry| archive.read(entry, LIMIT).ok());
                    let theirs = rival.read(name).ok().map(|(bytes, _)| bytes);
                    if ours != theirs {
                        let size = |bytes: Option<Vec<u8>>| bytes.map(|bytes| bytes.len());
                        differences.push(format!("{name}: {:?} and {:?} bytes", size(ours), size(theirs)));
                    }
                }
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => differences.push(format!("opened: {} and {}", ours.is_ok(), theirs.is_ok())),
        }
        if !differences.is_empty() {
            differences.truncate(3);
            found.insert(trick.name, differences);
        }
    }
    let explained: Vec<&str> = DIFFERENCES.iter().map(|(name, _)| *name).collect();
    assert!(found.keys().copied().eq(explained.iter().copied()), "{found:#?}\nexplained: {explained:#?}");
}
