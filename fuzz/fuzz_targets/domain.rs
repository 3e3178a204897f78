//! The finder of text indicators over any bytes: no panic, and every find is where it says.
#![no_main]

use std::sync::LazyLock;

use apklens::code::{Text, TextKind};
use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::text::{Scanner, TextIndex};
use apklens::indicators::{Class, Database, Kind};
use libfuzzer_sys::fuzz_target;

static INDEX: LazyLock<TextIndex> = LazyLock::new(|| {
    let mut collection = Collection::default();
    let sources = collection.source(Source { name: "test".into(), ..Source::default() });
    let family = collection.family("Test", Class::Stalkerware, &[]);
    for (kind, value) in [
        (Kind::C2Domain, "a.bc"),
        (Kind::C2Domain, "xn--bcher-kva.example"),
        (Kind::C2Ip, "192.0.2.1"),
        (Kind::Website, "a.bc/d"),
        (Kind::CloudProject, "a-1"),
        (Kind::ClassPrefix, "a.b."),
    ] {
        let value = value.to_owned();
        collection.indicators.push(Indicator { kind, value, family, sources, weakened: None });
    }
    TextIndex::new(&Database::new(collection))
});

fuzz_target!(|bytes: &[u8]| {
    for kind in [TextKind::Asset, TextKind::DexString, TextKind::ClassName] {
        let mut scanner = Scanner::new(&INDEX);
        scanner.scan(&Text::whole("entry", kind, bytes, 0));
        for hit in scanner.finish() {
            assert!(hit.place.offset.is_some_and(|offset| offset < bytes.len() as u64) && hit.count > 0);
        }
    }
});
