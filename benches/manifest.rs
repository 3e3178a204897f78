//! Reading binary XML and writing it as text, beside apk-info-axml: the largest manifest of the real apps, and one of
//! several megabytes.

use std::hint::black_box;

use apk_info_axml::AXML;
use apklens::archive::Archive;
use apklens::resources::xml::Document;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use testkit::axml::{Axml, Tag, app, archive, tag};

/// How many activities the large manifest has.
const ACTIVITIES: usize = 20_000;

fn real() -> Vec<u8> {
    let manifests = testkit::real_apks().into_iter().map(|(_, path)| {
        let bytes = std::fs::read(path).unwrap();
        let archive = Archive::open(&bytes).unwrap();
        archive.read(archive.entry("AndroidManifest.xml").unwrap(), u64::MAX).unwrap()
    });
    manifests.max_by_key(Vec::len).unwrap()
}

fn large() -> Vec<u8> {
    let activity = |number| {
        let name = format!("com.example.app.screens.Number{number}");
        let action = tag("action").android("name", &format!("com.example.action.{number}"));
        tag("activity").android("name", &name).boolean("exported", true).child(tag("intent-filter").child(action))
    };
    let application = (0..ACTIVITIES).map(activity).fold(tag("application"), Tag::child);
    let mut root = app();
    *root.find("application") = application;
    Axml::new(&root, true).bytes()
}

fn read_and_write(criterion: &mut Criterion) {
    for (name, bytes) in [("real", real()), ("large", large())] {
        let mut group = criterion.benchmark_group(format!("{name} manifest, {} bytes", bytes.len()));
        group.sample_size(20).throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("apklens, tree", |bencher| bencher.iter(|| black_box(Document::parse(&bytes).unwrap())));
        group.bench_function("apk-info-axml, tree", |bencher| {
            bencher.iter(|| black_box(AXML::new(&mut bytes.as_slice(), None).unwrap()));
        });
        group.bench_function("apklens, tree and text", |bencher| {
            bencher.iter(|| black_box(Document::parse(&bytes).unwrap().to_xml(&|_| None)));
        });
        group.bench_function("apk-info-axml, tree and text", |bencher| {
            bencher.iter(|| black_box(AXML::new(&mut bytes.as_slice(), None).unwrap().get_xml_string()));
        });
        let apk = archive(&[("AndroidManifest.xml", &bytes)]);
        group.bench_function("apklens, everything", |bencher| {
            bencher.iter(|| black_box(apklens::manifest::read(&Archive::open(&apk).unwrap())));
        });
        group.finish();
    }
}

criterion_group!(benches, read_and_write);
criterion_main!(benches);
