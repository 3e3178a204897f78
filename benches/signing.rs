//! Verifying the signatures of the largest of the real APKs (v2), of one that needs v1, and the content digests alone.
//! docs/signing.md has whole-process figures beside `apksigner verify`.

use std::fs::File;
use std::hint::black_box;

use apklens::archive::Archive;
use apklens::signing::content_digest::{ContentDigestAlgorithm, ContentDigests, Contents};
use apklens::signing::{ManifestFacts, SigningStatus, verify};
use apklens::source::FileSource;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify");
    group.sample_size(10);
    for (name, path) in testkit::real_apks() {
        // With 21 every one of them is looked at as a v1-signed app, too, where it has such a signature.
        for min_sdk in [21, 26] {
            group.throughput(Throughput::Bytes(path.metadata().unwrap().len()));
            group.bench_function(format!("{name} from SDK {min_sdk}"), |bencher| {
                bencher.iter(|| {
                    let source = FileSource::new(File::open(&path).unwrap()).unwrap();
                    let archive = Archive::open(&source).unwrap();
                    let facts = ManifestFacts { min_sdk: Some(min_sdk), ..ManifestFacts::default() };
                    let signing = verify(&archive, None, &facts);
                    assert!(min_sdk == 21 || signing.status == SigningStatus::Verified);
                    signing
                });
            });
        }
    }
}

fn digests(criterion: &mut Criterion) {
    let (_, path) = testkit::real_apks().into_iter().max_by_key(|(_, path)| path.metadata().unwrap().len()).unwrap();
    let bytes = std::fs::read(path).unwrap();
    let archive = Archive::open(&bytes).unwrap();
    let layout = *archive.layout();
    let contents = Contents {
        source: &bytes,
        signing_block_offset: layout.central_directory_offset - 4096,
        central_directory_offset: layout.central_directory_offset,
        eocd_offset: layout.eocd_offset,
    };
    let mut group = criterion.benchmark_group("content digests");
    group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
    for algorithm in [
        ContentDigestAlgorithm::ChunkedSha256,
        ContentDigestAlgorithm::ChunkedSha512,
        ContentDigestAlgorithm::VeritySha256,
    ] {
        group.bench_function(algorithm.name(), |bencher| {
            bencher.iter(|| black_box(ContentDigests::compute(&contents, &[algorithm]).unwrap()));
        });
    }
}

criterion_group!(benches, whole, digests);
criterion_main!(benches);
