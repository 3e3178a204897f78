//! Tricks with the file, its chunks and its strings.

use super::Reading::{Other, Same};
use super::{Case, encoded, grown, package, with};
use testkit::axml::*;

pub const CASES: &[Case] = &[
    Case { name: "well-formed-utf8", make: || with(|_| {}), codes: &[], reading: Same },
    Case { name: "well-formed-utf16", make: || Some(Axml::new(&app(), false).bytes()), codes: &[], reading: Same },
    // The file's header.
    Case { name: "header-type-zero", make: || with(|axml| axml.kind = 0), codes: &["xml-type"], reading: Same },
    Case {
        name: "header-size-larger",
        make: || with(|axml| (axml.header_size, axml.padding) = (16, vec![0xAA; 8])),
        codes: &["xml-header-size"],
        reading: Same,
    },
    Case {
        name: "header-size-false",
        make: || with(|axml| axml.header_size = 0x1C),
        codes: &["xml-header-size"],
        reading: Same,
    },
    Case {
        name: "size-too-large",
        make: || with(|axml| axml.size = Some(axml.bytes().len() as u32 + 100)),
        codes: &["xml-size"],
        reading: Same,
    },
    Case { name: "size-too-small", make: || with(|axml| axml.size = Some(8)), codes: &["xml-trailing"], reading: Same },
    Case {
        name: "trailing-bytes",
        make: || with(|axml| axml.trailing = vec![0x55; 333]),
        codes: &["xml-trailing"],
        reading: Same,
    },
    // Between the chunks.
    Case {
        name: "unknown-chunk-before-pool",
        make: || with(|axml| axml.padding = chunk(0, 8, &[1; 16])),
        codes: &["unknown-chunk"],
        reading: Same,
    },
    Case {
        name: "unknown-chunk-before-map",
        make: || with(|axml| axml.pool.extend(chunk(0x0777, 8, &[1; 16]))),
        codes: &["unknown-chunk"],
        reading: Same,
    },
    Case {
        name: "unknown-node",
        make: || with(|axml| axml.nodes.insert(3, node(0x0150, &[1, 2, 3]))),
        codes: &["unknown-chunk"],
        reading: Same,
    },
    Case {
        name: "unaligned-chunk",
        make: || with(|axml| axml.padding = chunk(0, 8, &[1; 13])),
        codes: &["chunk-unaligned", "unknown-chunk"],
        reading: Same,
    },
    Case {
        name: "garbage-before-pool",
        make: || with(|axml| axml.padding = vec![0xCC; 21]),
        codes: &["xml-garbage"],
        reading: Same,
    },
    Case {
        name: "garbage-between-nodes",
        make: || with(|axml| axml.nodes.insert(4, vec![0; 12])),
        codes: &["xml-garbage"],
        reading: Same,
    },
    Case {
        name: "garbage-chunk-past-end",
        make: || with(|axml| axml.nodes.insert(4, [halves(&[0x0102, 16]), words(&[0x7FFF_FFFF, 0, 0])].concat())),
        codes: &["xml-garbage"],
        reading: Same,
    },
    Case {
        name: "second-string-pool",
        make: || with(|axml| axml.padding = pool(&["decoy".to_owned()], true)),
        codes: &["second-string-pool"],
        reading: Same,
    },
    Case {
        name: "string-pool-behind-nodes",
        make: || with(|axml| axml.nodes.push(std::mem::take(&mut axml.pool))),
        codes: &["unknown-chunk"],
        reading: Same,
    },
    // The string pool's header.
    Case {
        name: "string-count-larger",
        make: || {
            with(|axml| {
                let count = get32(&axml.pool, 8);
                put32(&mut axml.pool, 8, count + 9)
            })
        },
        codes: &["string-count"],
        reading: Same,
    },
    Case {
        name: "string-count-huge",
        make: || with(|axml| put32(&mut axml.pool, 8, u32::MAX)),
        codes: &["string-count"],
        reading: Same,
    },
    Case {
        name: "string-count-zero",
        make: || with(|axml| put32(&mut axml.pool, 8, 0)),
        codes: &[
            "string-count",
            "string-past-count",
            "attribute-namespace",
            "more-of-the-kind",
            "package-elsewhere",
            "intent-nameless",
        ],
        reading: Same,
    },
    Case {
        name: "pool-header-longer",
        make: || {
            with(|axml| {
                grown(&mut axml.pool, 28, &[9; 4]);
                put16(&mut axml.pool, 2, 32);
                let start = get32(&axml.pool, 20);
                put32(&mut axml.pool, 20, start + 4)
            })
        },
        codes: &["string-pool-header-size"],
        reading: Same,
    },
    Case {
        name: "pool-header-too-short",
        make: || with(|axml| put16(&mut axml.pool, 2, 8)),
        codes: &["string-pool-header-size"],
        reading: Same,
    },
    Case {
        name: "pool-unterminated",
        make: || {
            with(|axml| {
                let end = axml.pool.len();
                grown(&mut axml.pool, end, b"AAAA")
            })
        },
        codes: &["string-pool-unterminated"],
        reading: Same,
    },
    Case {
        name: "styles-start-false",
        make: || with(|axml| put32(&mut axml.pool, 12, 1)),
        codes: &["styles-start"],
        reading: Same,
    },
    Case {
        name: "styles-unterminated",
        make: || {
            with(|axml| {
                // One style more than there are ends: an offset, and a span without an end mark.
                let strings = get32(&axml.pool, 8);
                let entries = 28 + 4 * strings as usize;
                axml.pool.splice(entries..entries, [0; 4]);
                let end = axml.pool.len();
                grown(&mut axml.pool, end, &words(&[0, 0, 1, NONE]));
                let start = get32(&axml.pool, 20);
                for (offset, value) in [(12, 1), (20, start + 4), (24, end as u32)] {
                    put32(&mut axml.pool, offset, value);
                }
            })
        },
        codes: &["styles-unterminated"],
        reading: Same,
    },
    Case {
        name: "strings-start-in-header",
        make: || {
            with(|axml| {
                let (strings, start) = (get32(&axml.pool, 8) as usize, get32(&axml.pool, 20));
                for entry in (28..28 + strings * 4).step_by(4) {
                    let offset = get32(&axml.pool, entry);
                    put32(&mut axml.pool, entry, offset + start);
                }
                put32(&mut axml.pool, 20, 0)
            })
        },
        codes: &["string-count"],
        reading: Same,
    },
    Case {
        name: "pool-claims-sorted",
        make: || with(|axml| put32(&mut axml.pool, 16, 0x101)),
        codes: &[],
        reading: Same,
    },
    // Strings.
    Case {
        name: "utf8-length-too-long",
        make: || encoded(true, "com.example.app", b"\x0f\x10com.example.app\0"),
        codes: &["string-unterminated"],
        reading: Same,
    },
    Case {
        name: "utf8-unit-count-false",
        make: || encoded(true, "com.example.app", b"\x7f\x0fcom.example.app\0"),
        codes: &[],
        reading: Same,
    },
    Case {
        name: "utf8-length-past-end",
        make: || encoded(true, "Example", b"\x07\x7fExample\0"),
        codes: &["string-unterminated"],
        reading: Same,
    },
    Case {
        name: "utf8-zero-inside",
        make: || encoded(true, "Example", b"\x07\x07Exa\0ple\0"),
        codes: &["string-cut"],
        reading: Other(|manifest| package(manifest).label = Some("Exa".to_owned())),
    },
    Case {
        name: "utf8-two-byte-length",
        make: || {
            with(|axml| {
                let (at, end) = (axml.string_offset("Example"), axml.pool.len());
                let long = b"\x80\x07\x80\x07Example\0";
                assert!(at < end);
                grown(&mut axml.pool, end, long);
                let start = get32(&axml.pool, 20);
                axml.set_string_offset("Example", end as u32 - start)
            })
        },
        codes: &[],
        reading: Same,
    },
    Case {
        name: "utf8-surrogate-pair",
        make: || encoded(true, "Example", b"\x03\x07E\xed\xa0\xbd\xed\xb8\x80\0"),
        codes: &[],
        reading: Other(|manifest| package(manifest).label = Some("E😀".to_owned())),
    },
    Case {
        name: "utf8-invalid",
        make: || encoded(true, "Example", b"\x07\x07Exampl\xff\0"),
        codes: &["string-malformed"],
        reading: Other(|manifest| package(manifest).label = Some("Exampl\u{FFFD}".to_owned())),
    },
    Case {
        name: "utf8-other-spelling",
        make: || encoded(true, "Example", b"\x04\x07\xc1\x85\xe0\x81\xb8\x81\xa1\0"),
        codes: &["string-malformed"],
        reading: Other(|manifest| package(manifest).label = Some("Exa".to_owned())),
    },
    Case {
        name: "utf16-length-too-long",
        make: || encoded(false, "Example", &[vec![8, 0], utf16_string("Example")[2..].to_vec()].concat()),
        codes: &["string-unterminated"],
        reading: Same,
    },
    Case {
        name: "utf16-unpaired-surrogate",
        make: || encoded(false, "Example", &halves(&[7, 0x45, 0xD83D, 0x61, 0x6D, 0x70, 0x6C, 0x65, 0])),
        codes: &["string-malformed"],
        reading: Other(|manifest| package(manifest).label = Some("E\u{FFFD}ample".to_owned())),
    },
    Case {
        name: "unused-string-outside",
        make: || with(|axml| axml.set_string_offset("android", 0x0FFF_FFFF)),
        codes: &["string-missing"],
        reading: Same,
    },
];
