//! One trick at a time, done to a well-formed APK, each with what the reader must make of it.

use std::sync::LazyLock;

use flate2::{Compress, Compression, FlushCompress};

use crate::zip_model::{End, File, Zip};

/// A trick.
pub struct Trick {
    /// The name by which tests and documents know it.
    pub name: &'static str,
    /// Does it, to the manifest or to a file that it adds.
    pub apply: fn(&mut Zip),
    /// What it must be read as.
    pub expected: Expected,
}

/// What the reader must make of it.
pub enum Expected {
    /// Every file of the APK reads as before; these notes, in any order, and no others.
    Same(&'static [&'static str]),
    /// As `Same`, but the manifest reads as the function makes it from the original.
    Manifest(&'static [&'static str], fn(&[u8]) -> Vec<u8>),
    /// As `Same`, but the manifest is followed by other bytes.
    Begins(&'static [&'static str]),
    /// As `Same`, but the manifest cannot be read, for the reason with this code.
    NoManifest(&'static [&'static str], &'static str),
    /// The archive cannot be opened, for the reason with this code.
    Closed(&'static str),
}

use Expected::{Begins, Closed, Manifest, NoManifest, Same};

/// The name of the manifest's entry.
pub const MANIFEST: &str = "AndroidManifest.xml";

/// A method number that stands for nothing.
const BOGUS: u16 = 0x2A2A;

/// An APK's bytes with the trick done.
pub fn play(trick: &Trick, apk: &[u8]) -> Vec<u8> {
    let mut zip = Zip::parse(apk);
    (trick.apply)(&mut zip);
    zip.bytes()
}

fn manifest(zip: &mut Zip) -> &mut File {
    zip.file(MANIFEST)
}

/// The stored manifest.
fn stored_manifest(zip: &mut Zip) -> &mut File {
    let file = manifest(zip);
    file.store();
    file
}

/// The compressed manifest.
fn deflated_manifest(zip: &mut Zip) -> &mut File {
    let file = manifest(zip);
    file.deflate();
    file
}

macro_rules! tricks {
    ($($name:literal, $expected:expr, $apply:expr;)*) => {
        &[$(Trick { name: $name, apply: $apply, expected: $expected }),*]
    };
}

/// Every trick.
pub static TRICKS: &[Trick] = tricks! {
    // ---- the compression method
    "local-method-bogus", Same(&["entry-local-method"]), |zip| manifest(zip).local.method = BOGUS;
    "local-method-stored", Same(&["entry-local-method"]), |zip| deflated_manifest(zip).local.method = 0;
    "local-method-deflated", Same(&["entry-local-method"]), |zip| stored_manifest(zip).local.method = 8;
    "method-bogus-stored", Same(&["entry-method-unknown"]), |zip| stored_manifest(zip).both(|header| header.method = BOGUS);
    "method-bogus-in-directory-only", Same(&["entry-local-method", "entry-method-unknown"]), |zip| {
        stored_manifest(zip).central.method = BOGUS;
    };
    "method-bogus-compressed-size-false", Same(&["entry-method-unknown", "entry-stored-sizes"]), |zip| {
        stored_manifest(zip).both(|header| {
            header.method = BOGUS;
            header.compressed_size = 7;
        });
    };
    "method-bogus-uncompressed-size-past-the-end",
    Begins(&["entry-method-unknown", "entry-stored-sizes", "entry-size-past-end", "entry-checksum", "archive-expansion"]),
    |zip| stored_manifest(zip).both(|header| {
        header.method = BOGUS;
        header.uncompressed_size = 0x7FFF_FFFF;
    });
    "method-bogus-checksum-false", Same(&["entry-method-unknown", "entry-checksum"]), |zip| {
        stored_manifest(zip).both(|header| {
            header.method = BOGUS;
            header.crc32 ^= 1;
        });
    };
    "method-bogus-data-deflated", Same(&["entry-method-unknown-deflated", "entry-stored-sizes"]), |zip| {
        deflated_manifest(zip).both(|header| header.method = BOGUS);
    };
    "method-bogus-data-a-chunk-and-deflated",
    Manifest(&["entry-method-unknown", "entry-stored-sizes", "entry-checksum"], |_| two_readings().0),
    |zip| {
        let (_, deflated, inflated) = two_readings();
        let file = manifest(zip);
        file.data = deflated;
        let (length, crc32) = (file.data.len() as u32, crc32fast::hash(&inflated));
        file.both(|header| {
            (header.method, header.crc32) = (BOGUS, crc32);
            (header.compressed_size, header.uncompressed_size) = (length, inflated.len() as u32);
        });
    };
    "method-deflated-data-stored", Same(&["entry-not-deflated"]), |zip| {
        stored_manifest(zip).both(|header| header.method = 8);
    };
    "method-deflated-data-stored-checksum-false", NoManifest(&[], "entry-damaged"), |zip| {
        let file = stored_manifest(zip);
        file.data = vec![0xFF; 100];
        file.both(|header| {
            header.method = 8;
            (header.compressed_size, header.uncompressed_size) = (100, 100);
        });
    };
    "method-deflated-checksum-of-the-data", Same(&["entry-trailing-data", "entry-checksum"]), |zip| {
        let file = deflated_manifest(zip);
        file.data.resize(file.central.uncompressed_size as usize, 0);
        let (length, crc32) = (file.data.len() as u32, crc32fast::hash(&file.data));
        file.both(|header| (header.compressed_size, header.crc32) = (length, crc32));
    };
    // ---- sizes and checksums
    "stored-compressed-size-false", Same(&["entry-stored-sizes"]), |zip| {
        stored_manifest(zip).both(|header| header.compressed_size /= 2);
    };
    "stored-uncompressed-size-small", Manifest(&["entry-stored-sizes", "entry-checksum"], |bytes| bytes[..100].to_vec()), |zip| {
        stored_manifest(zip).both(|header| header.uncompressed_size = 100);
    };
    "checksum-false", Same(&["entry-checksum"]), |zip| manifest(zip).both(|header| header.crc32 ^= 0xFFFF_FFFF);
    "checksum-false-in-directory-only", Same(&["entry-local-sizes", "entry-checksum"]), |zip| manifest(zip).central.crc32 = 0;
    "local-checksum-false", Same(&["entry-local-sizes"]), |zip| manifest(zip).local.crc32 = 0;
    "local-sizes-false", Same(&["entry-local-sizes"]), |zip| {
        let file = manifest(zip);
        (file.local.compressed_size, file.local.uncompressed_size) = (1, 0x7FFF_FFFF);
    };
    "local-sizes-zero-without-descriptor", Same(&["entry-local-sizes"]), |zip| {
        let file = manifest(zip);
        (file.local.crc32, file.local.compressed_size, file.local.uncompressed_size) = (0, 0, 0);
    };
    "inflates-to-more-than-declared", Same(&["entry-inflated-size"]), |zip| {
        deflated_manifest(zip).both(|header| header.uncompressed_size = 10);
    };
    "inflates-to-less-than-declared", Same(&["entry-inflated-size"]), |zip| {
        deflated_manifest(zip).both(|header| header.uncompressed_size += 10);
    };
    "deflate-stream-ends-early", Same(&["entry-trailing-data"]), |zip| {
        let file = deflated_manifest(zip);
        file.data.extend([0xAA; 50]);
        file.both(|header| header.compressed_size += 50);
    };
    "deflate-stream-cut", NoManifest(&[], "entry-damaged"), |zip| {
        let file = deflated_manifest(zip);
        let half = file.data.len() / 2;
        file.data.truncate(half);
        file.both(|header| header.compressed_size = half as u32);
    };
    "compressed-size-past-the-end", Same(&["entry-data-range", "entry-trailing-data"]), |zip| {
        deflated_manifest(zip).both(|header| header.compressed_size = 0x7FFF_FFFF);
    };
    "stored-size-past-the-end", NoManifest(&["entry-data-range", "archive-expansion"], "entry-out-of-range"), |zip| {
        stored_manifest(zip).both(|header| (header.compressed_size, header.uncompressed_size) = (1 << 30, 1 << 30));
    };
    "compressed-size-into-the-directory", Same(&["entry-data-range", "entry-trailing-data"]), |zip| {
        let index = zip.index(MANIFEST);
        let mut file = File::deflated(MANIFEST, &zip.files.remove(index).content());
        let more = zip.gap.len() as u32 + 40;
        file.both(|header| header.compressed_size += more);
        zip.files.push(file);
    };
    // ---- data descriptors
    "descriptor", Same(&[]), |zip| manifest(zip).describe(b"PK\x07\x08");
    "descriptor-without-signature", Same(&[]), |zip| manifest(zip).describe(b"");
    "descriptor-of-a-stored-file", Same(&[]), |zip| stored_manifest(zip).describe(b"PK\x07\x08");
    "descriptor-false", Same(&["entry-data-descriptor"]), |zip| {
        let file = manifest(zip);
        file.describe(b"PK\x07\x08");
        file.after[4..8].copy_from_slice(&[0; 4]);
    };
    "descriptor-missing", Same(&["entry-data-descriptor"]), |zip| {
        let file = manifest(zip);
        file.describe(b"PK\x07\x08");
        file.after.clear();
    };
    "descriptor-flag-local-only", Same(&["entry-local-flags"]), |zip| {
        let file = manifest(zip);
        file.describe(b"PK\x07\x08");
        file.central.flags &= !8;
    };
    "descriptor-flag-in-directory-only", Same(&["entry-local-flags"]), |zip| manifest(zip).central.flags |= 8;
    "descriptor-and-false-local-sizes", Same(&["entry-local-sizes-ignored"]), |zip| {
        let file = manifest(zip);
        file.describe(b"PK\x07\x08");
        (file.local.crc32, file.local.compressed_size, file.local.uncompressed_size) = (1, 2, 3);
    };
    // ---- flags
    "encryption-flag", Same(&["entry-encryption-flag"]), |zip| manifest(zip).both(|header| header.flags |= 1);
    "encryption-flag-in-directory-only", Same(&["entry-local-flags", "entry-encryption-flag"]), |zip| manifest(zip).central.flags |= 1;
    "encryption-flag-local-only", Same(&["entry-local-flags", "entry-encryption-flag"]), |zip| manifest(zip).local.flags |= 1;
    "encryption-flag-of-a-stored-file", Same(&["entry-encryption-flag"]), |zip| stored_manifest(zip).both(|header| header.flags |= 1);
    "encrypted", NoManifest(&["entry-encryption-flag"], "entry-encrypted"), |zip| {
        let file = deflated_manifest(zip);
        file.data.iter_mut().for_each(|byte| *byte ^= 0xA5);
        // An invalid block type (RFC 1951, section 3.2.3), as random bytes soon have.
        file.data[0] = 7;
        file.both(|header| header.flags |= 1);
    };
    "every-other-flag", Same(&[]), |zip| manifest(zip).both(|header| header.flags |= !9);
    "version-needed-bogus", Same(&[]), |zip| manifest(zip).both(|header| header.version = 0xFFFF);
    // ---- local headers
    "local-signature-broken", Same(&["entry-local-signature"]), |zip| manifest(zip).local_signature = *b"KP\x03\x04";
    "first-local-signature-broken", Same(&["archive-first-header", "entry-local-signature"]), |zip| {
        zip.files[0].local_signature = [0; 4];
    };
    "local-header-elsewhere", Same(&["entry-local-header-moved"]), |zip| {
        let index = zip.index(MANIFEST);
        zip.files.swap(0, index);
        zip.files[0].offset = Some(9);
    };
    "local-header-gone", NoManifest(&["entry-local-header-missing"], "entry-out-of-range"), |zip| {
        let file = manifest(zip);
        file.local_signature = [0; 4];
        file.local.name.iter_mut().for_each(|byte| *byte = b'x');
    };
    "local-header-behind-the-directory", NoManifest(&["entry-local-offset", "entry-local-header-missing"], "entry-out-of-range"), |zip| {
        let file = manifest(zip);
        file.offset = Some(0x7FFF_FFFF);
    };
    "local-name-differs", Same(&["entry-local-name"]), |zip| manifest(zip).local.name[0] = b'B';
    "local-name-longer", Same(&["entry-local-name"]), |zip| manifest(zip).local.name.extend(b".bak");
    "local-name-empty", Same(&["entry-local-name"]), |zip| manifest(zip).local.name.clear();
    "local-extra-field-junk", Same(&[]), |zip| manifest(zip).local.extra = vec![0xEE; 5000];
    "central-extra-field-junk", Same(&[]), |zip| manifest(zip).central.extra = vec![0xEE; 5000];
    "junk-between-entries", Same(&[]), |zip| manifest(zip).after = vec![0xEE; 999];
    "directory-in-another-order", Same(&[]), |zip| zip.directory_reversed = true;
    // ---- names
    "name-parent", Same(&["entry-name-parent"]), |zip| { zip.add("assets/../../../../data/local/tmp/x"); };
    "name-absolute", Same(&["entry-name-absolute"]), |zip| { zip.add("/data/local/tmp/x"); };
    "name-drive", Same(&["entry-name-absolute", "entry-name-backslash"]), |zip| { zip.add("C:\\x"); };
    "name-backslash", Same(&["entry-name-backslash"]), |zip| { zip.add("assets\\x"); };
    "name-zero-byte", Same(&["entry-name-nul"]), |zip| { zip.add("AndroidManifest.xml\0.png"); };
    "name-not-utf8", Same(&["entry-name-not-utf8"]), |zip| { zip.add(b"assets/\xFF\xFE"); };
    "name-loose-utf8", Same(&["entry-name-loose-utf8"]), |zip| { zip.add(b"assets/\xC0\xAF\xED\xA0\x80"); };
    "name-part-too-long", Same(&["entry-name-long"]), |zip| { zip.add("x".repeat(256)); };
    "name-longest", Same(&["entry-name-long"]), |zip| { zip.add("x/".repeat(32767) + "x"); };
    "name-turned-around", Same(&["entry-name-control"]), |zip| { zip.add("assets/gnp.\u{202E}ger.dex"); };
    "name-line-break", Same(&["entry-name-control"]), |zip| { zip.add("assets/a\nb"); };
    "name-empty", Same(&["entry-name-empty"]), |zip| { zip.add(""); };
    "name-other-case", Same(&[]), |zip| { zip.add("androidmanifest.XML"); };
    "duplicate-manifest-second", Same(&["entry-duplicate"]), |zip| { zip.add(MANIFEST); };
    "duplicate-manifest-first", Manifest(&["entry-duplicate"], |_| b"decoy".to_vec()), |zip| {
        zip.files.insert(0, File::stored(MANIFEST, b"decoy"));
    };
    "duplicate-forty-times", Same(&["entry-duplicate"]), |zip| {
        for _ in 0..40 {
            zip.add(MANIFEST);
        }
    };
    "folder-named-as-the-manifest", Same(&["entry-name-file-and-folder"]), |zip| {
        zip.files.push(File::stored(format!("{MANIFEST}/"), b""));
    };
    "file-below-the-manifest", Same(&["entry-name-file-and-folder"]), |zip| { zip.add(format!("{MANIFEST}/x.png")); };
    "folder-with-data", Same(&["entry-folder-with-data"]), |zip| { zip.add("assets/"); };
    // ---- before, behind and between
    "prefix-counted", Same(&["archive-prefix"]), |zip| {
        zip.prefix = b"dex\n035\0".repeat(20);
        zip.counts_prefix = true;
    };
    "prefix-not-counted", Same(&["archive-prefix", "archive-directory-moved"]), |zip| zip.prefix = b"#!/bin/sh\n".repeat(50);
    "prefix-is-an-archive", Same(&["archive-directory-moved"]), |zip| {
        zip.prefix = Zip::of(vec![File::stored("decoy", b"decoy")]).bytes();
    };
    "comment", Same(&["archive-comment"]), |zip| zip.comment = b"channel=1".to_vec();
    "comment-long", Same(&["archive-comment"]), |zip| zip.comment = vec![b'c'; 65534];
    "comment-longest", Same(&["archive-comment", "archive-zip64-left-out"]), |zip| zip.comment = vec![b'c'; 65535];
    "comment-with-an-end-signature", Same(&["archive-comment", "archive-false-end"]), |zip| {
        zip.comment = [&b"PK\x05\x06"[..], &[7; 40]].concat();
    };
    "comment-with-a-whole-archive", Same(&["archive-comment", "archive-false-end"]), |zip| {
        // Its offsets are not displaced, so that Android, which takes the last end record, finds no directory.
        zip.comment = Zip::of(vec![File::stored("decoy", b"decoy")]).bytes();
    };
    "comment-cut", Same(&["archive-trailing-bytes"]), |zip| zip.end.comment_length = Some(500);
    "bytes-behind", Same(&["archive-trailing-bytes"]), |zip| zip.suffix = vec![0; 300];
    "many-bytes-behind", Same(&["archive-trailing-bytes"]), |zip| zip.suffix = vec![0; 200_000];
    "gap-before-the-directory", Same(&[]), |zip| zip.gap.extend([0; 4096]);
    "several-disks", Same(&["archive-disk-numbers"]), |zip| zip.end.disk = 3;
    // ---- the central directory
    "hidden-record", Same(&["archive-hidden-records"]), |zip| {
        zip.end.records = Some(zip.files.len() as u16);
        zip.add("hidden");
    };
    "records-promised", Same(&["archive-directory-cut"]), |zip| zip.end.records = Some(zip.files.len() as u16 + 3);
    "record-broken", Same(&["archive-directory-cut"]), |zip| {
        zip.add("last").central_signature = *b"PK\x01\x00";
    };
    "directory-size-small", Same(&["archive-directory-size"]), |zip| zip.end.directory_size = Some(60);
    "directory-size-large", Same(&["archive-directory-range"]), |zip| zip.end.directory_size = Some(0x00FF_FFFF);
    "directory-tail", Same(&[]), |zip| zip.directory_tail = vec![0x55; 100];
    "directory-offset-false", Same(&["archive-directory-moved"]), |zip| zip.end.directory_offset = Some(4);
    // ---- ZIP64
    "zip64-end", Same(&["archive-zip64"]), |zip| zip.zip64 = true;
    "zip64-end-and-prefix", Same(&["archive-zip64", "archive-prefix", "archive-directory-moved"]), |zip| {
        zip.zip64 = true;
        zip.prefix = vec![b'#'; 64];
    };
    "zip64-end-missing", Same(&["archive-zip64-end", "archive-directory-moved"]), |zip| {
        zip.end.directory_offset = Some(u32::MAX);
    };
    "zip64-end-missing-for-the-count", Same(&["archive-zip64-left-out", "archive-directory-cut"]), |zip| {
        zip.end.records = Some(u16::MAX);
    };
    "zip64-end-for-the-count-alone", Same(&["archive-zip64"]), |zip| {
        zip.zip64 = true;
        zip.end = End { records: None, ..zip.plain_end() };
    };
    "zip64-end-with-more-records",
    Same(&["archive-two-directories", "archive-disk-numbers", "archive-hidden-records"]),
    |zip| {
        zip.zip64 = true;
        let records = Some(zip.files.len() as u16);
        zip.add("hidden");
        zip.end = End { disk_records: Some(u16::MAX), records, ..zip.plain_end() };
    };
    "zip64-sizes", Same(&[]), |zip| {
        manifest(zip).both(|header| {
            let sizes = [header.uncompressed_size, header.compressed_size].map(|size| u64::from(size).to_le_bytes());
            header.extra = [&[1, 0, 16, 0], sizes.concat().as_slice()].concat();
            (header.compressed_size, header.uncompressed_size) = (u32::MAX, u32::MAX);
        });
    };
    "zip64-place-not-asked-for", Same(&["entry-local-offset"]), |zip| {
        let index = zip.index(MANIFEST);
        zip.files.swap(0, index);
        let file = &mut zip.files[0];
        let sizes = [file.central.uncompressed_size, file.central.compressed_size];
        let values = [sizes[0], sizes[1], 0].map(|value| u64::from(value).to_le_bytes()).concat();
        file.central.extra = [&[1, 0, 24, 0], values.as_slice()].concat();
        (file.central.compressed_size, file.central.uncompressed_size) = (u32::MAX, u32::MAX);
        file.offset = Some(0x7FFF_FFFF);
    };
    "zip64-sizes-missing",
    Same(&[
        "entry-zip64-field",
        "entry-data-range",
        "entry-local-sizes",
        "entry-inflated-size",
        "entry-trailing-data",
        "archive-expansion",
    ]),
    |zip| {
        deflated_manifest(zip).both(|header| (header.compressed_size, header.uncompressed_size) = (u32::MAX, u32::MAX));
    };
    // ---- entries over each other
    "entry-inside-another", Same(&["entry-local-name", "entry-overlap"]), |zip| {
        let index = zip.index(MANIFEST);
        let mut twin = zip.files[index].clone();
        twin.central.name = b"assets/twin".to_vec();
        twin.shares = Some(index);
        zip.files.push(twin);
    };
    "overlapping-bomb", Same(&["entry-local-name", "entry-overlap", "archive-expansion", "archive-more-of-a-kind"]), |zip| {
        zip.files.push(bomb());
        let first = zip.files.len() - 1;
        for number in 0..100 {
            let mut copy = zip.files[first].clone();
            copy.central.name = format!("assets/{number}").into_bytes();
            copy.shares = Some(first);
            copy.data.clear();
            zip.files.push(copy);
        }
    };
    "bomb", Same(&["archive-expansion"]), |zip| zip.files.push(bomb());
    // ---- no archive at all
    "empty-archive", Closed("archive-no-entries"), |zip| *zip = Zip::default();
};

/// Data that are a chunk of a manifest as they are, cut to the size that they have inflated; those data; and what they
/// inflate to.
fn two_readings() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    // A stored block (RFC 1951, section 3.2.4) of 0x08FF bytes: the second byte of the length is the size of a
    // chunk's header, and the last byte of its complement begins the chunk's size.
    let mut inflated = vec![0xAB; 0x08FF];
    inflated[..3].copy_from_slice(&[8, 0, 0]);
    let deflated = [&[0x00, 0xFF, 0x08, 0x00, 0xF7], &*inflated, &[0x01, 0x00, 0x00, 0xFF, 0xFF]].concat();
    (deflated[..inflated.len()].to_vec(), deflated, inflated)
}

/// Half a gigabyte of nothing in half a megabyte.
fn bomb() -> File {
    static BOMB: LazyLock<File> = LazyLock::new(|| {
        let zeros = vec![0; 1 << 20];
        // A block that ends at a byte and refers to nothing before it can be repeated.
        let mut block = Vec::with_capacity(1 << 16);
        Compress::new(Compression::best(), false).compress_vec(&zeros, &mut block, FlushCompress::Full).unwrap();
        let mut checksum = crc32fast::Hasher::new();
        (0..512).for_each(|_| checksum.update(&zeros));
        let mut file = File::stored("assets/bomb", b"");
        // The last block: empty, with fixed codes (RFC 1951, section 3.2.6).
        file.data = [block.repeat(512).as_slice(), &[3, 0]].concat();
        let (length, crc32) = (file.data.len() as u32, checksum.finalize());
        file.both(|header| {
            (header.method, header.crc32) = (8, crc32);
            (header.compressed_size, header.uncompressed_size) = (length, 512 << 20);
        });
        file
    });
    BOMB.clone()
}
