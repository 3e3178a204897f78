//! Small apps put out of order: one to three changes to their archives, drawn from a seed.

use crate::axml::{self, Axml};
use crate::explore::Steps;
use crate::random::Random;
use crate::zip_model::{File, Zip};
use crate::zip_tricks::MANIFEST;

/// The archive of a seed, and what was done to it.
pub fn mutant(seed: u64, steps: &Steps) -> (Vec<u8>, Vec<String>) {
    let mut random = Random(seed);
    let mut zip = app(&mut random);
    // A change of the model keeps everything else true; a change of a field does not.
    let (of_the_model, of_fields) = random.pick(&[(1, 0), (2, 0), (3, 0), (0, 1), (0, 2), (1, 1), (1, 1), (2, 1)]);
    let mut bytes = None;
    let changes = steps.make(&mut random, of_the_model + of_fields, |step, random| {
        if step < of_the_model {
            let (name, change) = random.pick(MODEL_CHANGES);
            change(&mut zip, random);
            name.to_owned()
        } else {
            change_field(bytes.get_or_insert_with(|| zip.bytes()), random)
        }
    });
    (bytes.unwrap_or_else(|| zip.bytes()), changes)
}

/// A small app, as one of several tools would have packed it.
fn app(random: &mut Random) -> Zip {
    let manifest = Axml::new(&axml::app(), true).bytes();
    let mut zip = Zip::of(vec![
        File::deflated("META-INF/MANIFEST.MF", &b"Manifest-Version: 1.0\r\n".repeat(3)),
        File::deflated(MANIFEST, &manifest),
        File::deflated("classes.dex", &b"dex\n035\0 and so on ".repeat(40)),
        File::stored("resources.arsc", &[7; 300]),
        File::stored("assets/empty", b""),
        File::deflated("res/a.xml", &b"a resource ".repeat(9)),
    ]);
    if random.one_in(2) {
        zip.file(MANIFEST).store();
    }
    if random.one_in(3) {
        zip.files.rotate_left(1);
    }
    if random.one_in(4) {
        let signature = random.pick(&[&b"PK\x07\x08"[..], b""]);
        zip.file(MANIFEST).describe(signature);
    }
    if random.one_in(3) {
        zip.gap = b"in place of a signing block".to_vec();
    }
    zip
}

type Change = fn(&mut Zip, &mut Random);

fn any_file<'z>(zip: &'z mut Zip, random: &mut Random) -> &'z mut File {
    // The manifest as often as all others.
    let index = if random.one_in(2) { zip.index(MANIFEST) } else { random.below(zip.files.len()) };
    &mut zip.files[index]
}

fn junk(random: &mut Random) -> Vec<u8> {
    let length = random.pick(&[1, 2, 3, 4, 5, 8, 20, 22, 30, 46, 100, 5000]);
    let byte = random.pick(&[0, 0xFF, b'P', 0xEE]);
    vec![byte; length]
}

/// An extra field, mostly a ZIP64 one (APPNOTE 4.5.3).
fn extra(file: &File, random: &mut Random) -> Vec<u8> {
    let id = random.pick(&[1u16, 1, 1, 0xD935, 0x7075]);
    let header = &file.central;
    let values = [header.uncompressed_size, header.compressed_size, 0].map(|value| u64::from(value).to_le_bytes());
    let mut body = values[..random.below(4)].concat();
    if random.one_in(4) {
        body.extend([0; 4]);
    }
    let length = if random.one_in(4) { random.pick(&[0, 1, 7, 8, 16, 24, 28, 0xFFFF]) } else { body.len() as u16 };
    [&id.to_le_bytes()[..], &length.to_le_bytes(), &body].concat()
}

const MODEL_CHANGES: &[(&str, Change)] = &[
    ("a prefix", |zip, random| {
        zip.prefix = junk(random);
        zip.counts_prefix = random.one_in(2);
    }),
    ("a suffix", |zip, random| zip.suffix = junk(random)),
    ("an archive as prefix", |zip, random| {
        zip.prefix = Zip::of(vec![File::stored(MANIFEST, b"a decoy")]).bytes();
        zip.counts_prefix = random.one_in(2);
    }),
    ("a comment", |zip, random| {
        zip.comment = junk(random);
        if random.one_in(3) {
            zip.comment = vec![b'c'; random.pick(&[65_534, 65_535])];
        }
    }),
    ("a comment with an end record", |zip, random| {
        let mut decoy = Zip::of(vec![File::stored(MANIFEST, b"a decoy")]);
        decoy.zip64 = random.one_in(3);
        zip.comment = decoy.bytes();
        if random.one_in(2) {
            let end = zip.comment.len() - 22;
            zip.comment.drain(..end);
        }
        if random.one_in(2) {
            zip.comment.extend(junk(random));
        }
    }),
    ("the same end record twice", |zip, random| {
        let bytes = zip.bytes();
        let end = bytes.len() - 22;
        zip.directory_tail = bytes[end..].to_vec();
        if random.one_in(2) {
            // The first one's comment holds the second.
            let length = zip.directory_tail.len();
            zip.directory_tail[length - 2..].copy_from_slice(&22u16.to_le_bytes());
        }
    }),
    ("a gap before the directory", |zip, random| zip.gap = junk(random)),
    ("a tail of the directory", |zip, random| zip.directory_tail = junk(random)),
    ("the directory's order", |zip, _| zip.directory_reversed = true),
    ("ZIP64 end records", |zip, _| zip.zip64 = true),
    ("ZIP64 end records beside a plain one", |zip, random| {
        zip.zip64 = true;
        zip.end = zip.plain_end();
        match random.below(4) {
            0 => zip.end.records = None,
            1 => zip.end.disk_records = Some(u16::MAX),
            2 => zip.comment = vec![b'c'; 65_535],
            _ => {}
        }
    }),
    ("the files' order", |zip, random| {
        let index = random.below(zip.files.len());
        zip.files.rotate_left(index);
    }),
    ("a second file of a name", |zip, random| {
        let mut file = any_file(zip, random).clone();
        if random.one_in(2) {
            file = File::stored(&file.central.name, b"a decoy");
        }
        let index = random.below(zip.files.len() + 1);
        zip.files.insert(index, file);
    }),
    ("a name in another case", |zip, _| {
        zip.add("androidmanifest.xml");
    }),
    ("a name with a zero byte", |zip, _| {
        zip.add("AndroidManifest.xml\0");
    }),
    ("a name that is not UTF-8", |zip, random| {
        let name =
            random.pick(&[&b"\xFF"[..], b"\xC3", b"\xC0\xAF", b"\xED\xA0\x80", b"\xF8\x88\x80\x80\x80", b"a\x80"]);
        zip.add(name);
    }),
    ("an empty name", |zip, _| {
        zip.add("");
    }),
    ("a long name", |zip, random| {
        zip.add("x".repeat(random.pick(&[255, 256, 4096, 65_535])));
    }),
    ("a folder of a file's name", |zip, _| zip.files.push(File::stored(format!("{MANIFEST}/"), b""))),
    ("another local name", |zip, random| {
        let file = any_file(zip, random);
        match random.below(3) {
            0 => file.local.name.push(b'x'),
            1 => file.local.name.clear(),
            _ => file.local.name = b"another".to_vec(),
        }
    }),
    ("another method", |zip, random| {
        let file = any_file(zip, random);
        let method = random.pick(&[0, 8, 1, 9, 12, 0x2A2A, 0xFFFF]);
        match random.below(3) {
            0 => file.local.method = method,
            1 => file.central.method = method,
            _ => file.both(|header| header.method = method),
        }
    }),
    ("another flag", |zip, random| {
        let file = any_file(zip, random);
        let bit = 1u16 << random.pick(&[0, 3, 3, 3, 5, 6, 11, 13]);
        match random.below(3) {
            0 => file.local.flags ^= bit,
            1 => file.central.flags ^= bit,
            _ => file.both(|header| header.flags ^= bit),
        }
    }),
    ("other sizes", |zip, random| {
        let file = any_file(zip, random);
        let (compressed, uncompressed) = (file.central.compressed_size, file.central.uncompressed_size);
        let value = random.pick(&[0, 1, compressed, uncompressed, compressed ^ 1, uncompressed ^ 1, 1 << 30, u32::MAX]);
        let which = random.below(3);
        let set = move |header: &mut crate::zip_model::Header| {
            if which != 0 {
                header.compressed_size = value;
            }
            if which != 1 {
                header.uncompressed_size = value;
            }
        };
        match random.below(3) {
            0 => set(&mut file.local),
            1 => set(&mut file.central),
            _ => file.both(set),
        }
    }),
    ("another checksum", |zip, random| {
        let file = any_file(zip, random);
        let of_the_data = crc32fast::hash(&file.data);
        let value = random.pick(&[0, u32::MAX, of_the_data]);
        match random.below(3) {
            0 => file.local.crc32 = value,
            1 => file.central.crc32 = value,
            _ => file.both(|header| header.crc32 = value),
        }
    }),
    ("equal sizes and the checksum of the data", |zip, random| {
        // What was deflated looks as if it were not.
        let file = any_file(zip, random);
        let length = file.data.len().max(file.central.uncompressed_size.min(1 << 16) as usize);
        file.data.resize(length, 0);
        let (length, crc32) = (file.data.len() as u32, crc32fast::hash(&file.data));
        file.both(|header| (header.compressed_size, header.crc32) = (length, crc32));
    }),
    ("a data descriptor", |zip, random| {
        let signature = random.pick(&[&b"PK\x07\x08"[..], b"", b"PK\x07\x07"]);
        let file = any_file(zip, random);
        file.describe(signature);
        if random.one_in(3) {
            file.after = junk(random);
        }
    }),
    ("a central extra field", |zip, random| {
        let file = any_file(zip, random);
        file.central.extra = if random.one_in(4) { junk(random) } else { extra(file, random) };
    }),
    ("a local extra field", |zip, random| {
        let file = any_file(zip, random);
        file.local.extra = if random.one_in(4) { junk(random) } else { extra(file, random) };
    }),
    ("ZIP64 sizes", |zip, random| {
        let file = any_file(zip, random);
        let field = extra(file, random);
        file.both(|header| {
            header.extra.clone_from(&field);
            (header.compressed_size, header.uncompressed_size) = (u32::MAX, u32::MAX);
        });
    }),
    ("a ZIP64 place", |zip, random| {
        let index = random.below(zip.files.len());
        zip.files.rotate_left(index);
        let field = [&[1, 0, 8, 0][..], &[0; 8]].concat();
        zip.files[0].central.extra = if random.one_in(3) { extra(&zip.files[0], random) } else { field };
        zip.files[0].offset = Some(u32::MAX);
    }),
    ("bytes behind the data", |zip, random| any_file(zip, random).after = junk(random)),
    ("more data than the stream", |zip, random| {
        let more = junk(random);
        let file = any_file(zip, random);
        file.data.extend(&more);
        file.both(|header| header.compressed_size = header.compressed_size.saturating_add(more.len() as u32));
    }),
    ("data cut short", |zip, random| {
        let file = any_file(zip, random);
        let length = file.data.len() - file.data.len().min(random.pick(&[1, 10, 1000]));
        file.data.truncate(length);
        if random.one_in(2) {
            file.both(|header| header.compressed_size = length as u32);
        }
    }),
    ("another file's header", |zip, random| {
        let index = random.below(zip.files.len());
        zip.files[index].offset = Some(0);
        if random.one_in(2) {
            zip.directory_reversed = true;
        }
    }),
    ("a second archive behind", |zip, random| {
        let first = zip.bytes();
        let mut second = Zip::of(vec![File::stored(MANIFEST, b"a decoy"), File::stored("second", b"another")]);
        if random.one_in(2) {
            second = zip.clone();
        }
        second.prefix = first;
        second.counts_prefix = !random.one_in(4);
        if random.one_in(2) {
            // The second archive lies in the comment of the first.
            let length = second.bytes().len() - second.prefix.len();
            zip.end.comment_length = Some(length as u16);
            second.prefix = zip.bytes();
        }
        *zip = second;
    }),
    ("another place", |zip, random| {
        let value = random.pick(&[0, 1, 30, 100, 0x7FFF_FFFF, u32::MAX]);
        any_file(zip, random).offset = Some(value);
    }),
    ("other counts", |zip, random| {
        let count = zip.files.len() as u16;
        zip.end.records = Some(random.pick(&[0, 1, count - 1, count + 1, u16::MAX]));
    }),
];

/// A field of a record: its name, its place from the record's start, and its size.
type Field = (&'static str, usize, usize);

/// The records of an archive by their signatures, and their fields (APPNOTE 4.3.7, 4.3.9, 4.3.12, 4.3.14 to 4.3.16).
const RECORDS: &[(&[u8; 4], &str, &[Field])] = &[
    (
        b"PK\x03\x04",
        "local header",
        &[
            ("signature", 0, 4),
            ("version", 4, 2),
            ("flags", 6, 2),
            ("method", 8, 2),
            ("checksum", 14, 4),
            ("compressed size", 18, 4),
            ("uncompressed size", 22, 4),
            ("name length", 26, 2),
            ("extra length", 28, 2),
            ("name", 30, 4),
        ],
    ),
    (
        b"PK\x01\x02",
        "central record",
        &[
            ("signature", 0, 4),
            ("made by", 4, 2),
            ("version", 6, 2),
            ("flags", 8, 2),
            ("method", 10, 2),
            ("checksum", 16, 4),
            ("compressed size", 20, 4),
            ("uncompressed size", 24, 4),
            ("name length", 28, 2),
            ("extra length", 30, 2),
            ("comment length", 32, 2),
            ("disk", 34, 2),
            ("internal attributes", 36, 2),
            ("external attributes", 38, 4),
            ("local header's place", 42, 4),
            ("name", 46, 4),
        ],
    ),
    (
        b"PK\x05\x06",
        "end record",
        &[
            ("signature", 0, 4),
            ("disk", 4, 2),
            ("directory's disk", 6, 2),
            ("records on this disk", 8, 2),
            ("records", 10, 2),
            ("directory size", 12, 4),
            ("directory's place", 16, 4),
            ("comment length", 20, 2),
        ],
    ),
    (
        b"PK\x06\x06",
        "ZIP64 end record",
        &[
            ("signature", 0, 4),
            ("size", 4, 8),
            ("disk", 16, 4),
            ("directory's disk", 20, 4),
            ("records on this disk", 24, 8),
            ("records", 32, 8),
            ("directory size", 40, 8),
            ("directory's place", 48, 8),
        ],
    ),
    (
        b"PK\x06\x07",
        "ZIP64 locator",
        &[("signature", 0, 4), ("disk", 4, 4), ("end record's place", 8, 8), ("disks", 16, 4)],
    ),
    (
        b"PK\x07\x08",
        "data descriptor",
        &[("signature", 0, 4), ("checksum", 4, 4), ("compressed size", 8, 4), ("uncompressed size", 12, 4)],
    ),
];

/// Changes one field of one record, or adds or removes bytes before it; says what was done.
fn change_field(bytes: &mut Vec<u8>, random: &mut Random) -> String {
    let records: Vec<(usize, &str, &[Field])> = (0..bytes.len())
        .filter_map(|at| {
            let (_, name, fields) = RECORDS.iter().find(|(signature, ..)| bytes[at..].starts_with(*signature))?;
            Some((at, *name, *fields))
        })
        .collect();
    if records.is_empty() {
        return "no record is left".to_owned();
    }
    // The end records are few and decide much.
    let ends: Vec<_> =
        records.iter().copied().filter(|(_, name, _)| name.contains("end") || name.contains("loc")).collect();
    let chosen = if random.one_in(3) && !ends.is_empty() { &ends } else { &records };
    let (at, record, fields) = random.pick(chosen);
    if random.one_in(12) {
        let length = random.pick(&[1, 4, 22, 46]);
        if random.one_in(2) {
            bytes.splice(at..at, vec![0; length]);
            return format!("{length} bytes before the {record} at {at}");
        }
        bytes.drain(at..(at + length).min(bytes.len()));
        return format!("{length} bytes less from the {record} at {at} on");
    }
    let (field, offset, size) = random.pick(fields);
    let place = at + offset;
    let Some(old) = bytes.get(place..place + size) else { return format!("the {record} at {at} is cut") };
    let mut padded = [0; 8];
    padded[..size].copy_from_slice(old);
    let old = u64::from_le_bytes(padded);
    let (other_record, _, _) = random.pick(&records);
    let new = match random.below(5) {
        0 => random.pick(&[0, 1, 2, 8, 0x2A2A, u64::MAX, u64::MAX >> 1, u64::MAX - 1]),
        1 => {
            let step = random.pick(&[1, 2, 4, 22, 46]);
            if random.one_in(2) { old.wrapping_add(step) } else { old.wrapping_sub(step) }
        }
        2 => old ^ (1 << random.below(size * 8)),
        3 => random.pick(&[other_record as u64, bytes.len() as u64, bytes.len() as u64 - 22]),
        // The largest that fits, or the sign bit.
        _ => random.pick(&[u64::MAX >> (64 - 8 * size), 1 << (8 * size - 1)]),
    };
    bytes[place..place + size].copy_from_slice(&new.to_le_bytes()[..size]);
    format!("{field} of the {record} at {at}: {old:#x} to {new:#x}")
}
