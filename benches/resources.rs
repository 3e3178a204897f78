//! Reading a resource table and looking things up in it, beside apk-info: the richest of the real apps' tables, and the
//! system's own.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use apk_info::ARSC;
use apklens::archive::Archive;
use apklens::resources::icon::icon;
use apklens::resources::table::ResourceTable;
use apklens::source::FileSource;
use criterion::{Criterion, criterion_group, criterion_main};

/// The system's own resources: the largest table there is.
const FRAMEWORK: &str = "/usr/share/android-framework-res/framework-res.apk";

fn table(apk: &Path) -> Vec<u8> {
    let source = FileSource::new(std::fs::File::open(apk).unwrap()).unwrap();
    let archive = Archive::open(&source).unwrap();
    archive.read(archive.entry("resources.arsc").unwrap(), 256 << 20).unwrap()
}

fn tables(criterion: &mut Criterion) {
    let apidemos = testkit::real_apks().into_iter().find(|(name, _)| *name == "apidemos").unwrap();
    for (name, path) in [apidemos, ("framework", PathBuf::from(FRAMEWORK))] {
        let bytes = table(&path);
        let ids: Vec<u32> = ResourceTable::parse(bytes.clone()).unwrap().ids().collect();
        let mut group = criterion.benchmark_group(format!("{name}, {} KB, {} resources", bytes.len() >> 10, ids.len()));
        group.sample_size(20);
        group.bench_function("parse, apklens", |bencher| {
            bencher.iter(|| black_box(ResourceTable::parse(bytes.clone()).unwrap()));
        });
        group.bench_function("parse, apk-info", |bencher| {
            bencher.iter(|| black_box(ARSC::new(&mut bytes.as_slice()).unwrap()));
        });
        let table = ResourceTable::parse(bytes.clone()).unwrap();
        group.bench_function("resolve every resource, apklens", |bencher| {
            bencher.iter(|| {
                // Anew, for the work of a table is bounded; this is a small part of the time.
                let table = ResourceTable::parse(bytes.clone()).unwrap();
                for id in &ids {
                    black_box(table.resolve(*id));
                }
            });
        });
        let rival = ARSC::new(&mut bytes.as_slice()).unwrap();
        group.bench_function("resolve every resource, apk-info", |bencher| {
            bencher.iter(|| {
                for id in &ids {
                    black_box(rival.get_resource_value(*id));
                }
            });
        });
        let label = ids.iter().copied().find(|id| table.name(*id).as_deref() == Some("string/ok")).unwrap_or(ids[0]);
        group.bench_function("a text in every locale, apklens", |bencher| {
            bencher.iter(|| {
                let table = ResourceTable::parse(bytes.clone()).unwrap();
                black_box(table.strings_by_locale(label))
            });
        });
        group.finish();
    }
}

fn icons(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("an icon as a picture");
    for name in ["drawable/launcher", "drawable/vector", "drawable/layers", "drawable/endless"] {
        let source = FileSource::new(std::fs::File::open(testkit::fixture("icons.apk")).unwrap()).unwrap();
        let archive = Archive::open(&source).unwrap();
        let bytes = archive.read(archive.entry("resources.arsc").unwrap(), 1 << 20).unwrap();
        let table = ResourceTable::parse(bytes.clone()).unwrap();
        let id = table.ids().find(|id| table.name(*id).as_deref() == Some(name)).unwrap();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let table = ResourceTable::parse(bytes.clone()).unwrap();
                black_box(icon(&archive, &table, id))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, tables, icons);
criterion_main!(benches);
