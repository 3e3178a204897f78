//! Loading and matching with 1,000 and with 100,000 indicators: loading must stay well under a second, and matching
//! must not depend on their number.

use std::hint::black_box;

use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::{Class, Database, Facts, Kind, pack};
use apklens::note::Place;
use apklens::signing::Certificate;
use criterion::{Criterion, criterion_group, criterion_main};

/// A collection of made-up indicators in the proportions of the shipped database.
fn collection(count: usize) -> Collection {
    let mut collection = Collection { version: "1".into(), date: "2026-01-01".into(), ..Collection::default() };
    let sources = collection.source(Source { name: "bench".into(), ..Source::default() });
    for number in 0..count {
        // A digest that no two numbers share, without drawing on chance.
        let digest = format!("{:016x}", (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).repeat(4);
        let (kind, value) = match number % 10 {
            0..=2 => (Kind::FileSha256, digest),
            3 => (Kind::CertificateSha1, digest[..40].to_owned()),
            4..=7 => (Kind::Package, format!("com.example{number}.tracker.a{}", number % 97)),
            8 => (Kind::C2Domain, format!("c2-{number}.example{}.com", number % 1013)),
            _ => (Kind::CloudProject, format!("project-{number}")),
        };
        let family = collection.family(&format!("Family {}", number % (count / 10 + 1)), Class::Stalkerware, &[]);
        collection.indicators.push(Indicator { kind, value, family, sources, weakened: None });
    }
    collection.normalise();
    collection
}

fn matching(criterion: &mut Criterion) {
    let certificate = Certificate { sha1: "ab".repeat(20), verified: true, ..Certificate::default() };
    let packages = ["org.example.harmless", "com.example4.tracker.a4"];
    let facts = Facts {
        file_sha256: &"cd".repeat(32),
        packages: packages.map(|name| (name.into(), Place::default())).into(),
        certificates: vec![&certificate],
    };
    for count in [1_000, 100_000] {
        let packed = pack::encode(&collection(count));
        criterion.bench_function(&format!("load {count} indicators"), |bench| {
            bench.iter(|| Database::load(black_box(&packed)).unwrap());
        });
        let database = Database::load(&packed).unwrap();
        criterion.bench_function(&format!("match facts against {count} indicators"), |bench| {
            bench.iter(|| database.match_facts(black_box(&facts)));
        });
    }
    let shipped = std::fs::read("signatures/compiled.db").unwrap();
    criterion.bench_function("load the shipped database", |bench| {
        bench.iter(|| Database::load(black_box(&shipped)).unwrap());
    });
}

criterion_group!(benches, matching);
criterion_main!(benches);
