//! Opening an archive and reading every entry, beside the `zip` crate and apk-info-zip: the largest of the real APKs,
//! and an archive of very many small files.

use std::hint::black_box;
use std::io::Cursor;

use apk_info::ZipEntry;
use apklens::archive::Archive;
use apklens::source::FileSource;
use criterion::{Criterion, criterion_group, criterion_main};
use testkit::zip_model::{File, Zip};

const LIMIT: u64 = 256 << 20;

fn read_all(criterion: &mut Criterion) {
    let (_, path) = testkit::real_apks().into_iter().max_by_key(|(_, path)| path.metadata().unwrap().len()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let mut group = criterion.benchmark_group("open and read every entry");
    group.sample_size(20);
    group.bench_function("apklens", |bencher| {
        bencher.iter(|| {
            let archive = Archive::open(&bytes).unwrap();
            for entry in archive.entries() {
                black_box(archive.read(entry, LIMIT).unwrap());
            }
        });
    });
    group.bench_function("apklens, from the disk", |bencher| {
        bencher.iter(|| {
            let source = FileSource::new(std::fs::File::open(&path).unwrap()).unwrap();
            let archive = Archive::open(&source).unwrap();
            for entry in archive.entries() {
                black_box(archive.read(entry, LIMIT).unwrap());
            }
        });
    });
    group.bench_function("zip", |bencher| {
        bencher.iter(|| {
            let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
            for index in 0..archive.len() {
                let mut content = Vec::new();
                std::io::copy(&mut archive.by_index(index).unwrap(), &mut content).unwrap();
                black_box(content);
            }
        });
    });
    group.bench_function("apk-info-zip, from the disk", |bencher| {
        bencher.iter(|| {
            let archive = ZipEntry::open(&path).unwrap();
            for name in archive.namelist() {
                black_box(archive.read(name).unwrap());
            }
        });
    });
    group.finish();
}

fn open_many(criterion: &mut Criterion) {
    let files = (0..65_000).map(|number| File::stored(format!("res/{number:05}.xml"), &[7; 500])).collect();
    let bytes = Zip::of(files).bytes();
    let mut group = criterion.benchmark_group("open 65,000 entries and look each up");
    group.sample_size(20);
    let names: Vec<String> = (0..65_000).map(|number| format!("res/{number:05}.xml")).collect();
    group.bench_function("apklens", |bencher| {
        bencher.iter(|| {
            let archive = Archive::open(&bytes).unwrap();
            names.iter().for_each(|name| assert!(black_box(archive.entry(name)).is_some()));
        });
    });
    group.bench_function("zip", |bencher| {
        bencher.iter(|| {
            let archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
            names.iter().for_each(|name| assert!(black_box(archive.index_for_name(name)).is_some()));
        });
    });
    group.bench_function("apk-info-zip", |bencher| {
        bencher.iter(|| {
            let archive = ZipEntry::from_reader(Cursor::new(bytes.clone())).unwrap();
            names.iter().for_each(|name| assert!(black_box(archive.contains(name))));
        });
    });
    group.finish();
}

criterion_group!(benches, read_all, open_many);
criterion_main!(benches);
