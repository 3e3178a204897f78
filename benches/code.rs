//! Finding text indicators: the index's making and the search, with 1,000 and with 100,000 indicators, beside an
//! Aho-Corasick automaton over the same indicators and a search for each by itself.

use std::hint::black_box;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use apklens::archive::Archive;
use apklens::code::{self, Taken, Text, TextKind, Visitor};
use apklens::indicators::collection::{Collection, Indicator, Source};
use apklens::indicators::search::Search;
use apklens::indicators::text::{Scanner, TextIndex};
use apklens::indicators::yara::Rules;
use apklens::indicators::{Class, Database, Kind};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const COUNTS: [usize; 2] = [1_000, 100_000];

/// Host names as makers choose them, none of them in the app.
fn hosts(count: usize) -> Vec<String> {
    const WORDS: [&str; 8] = ["track", "spy", "phone", "cell", "kids", "monitor", "cloud", "data"];
    let host = |index: usize| {
        let word = |shift: usize| WORDS[index / WORDS.len().pow(shift as u32) % WORDS.len()];
        format!("api{}.{}{}-{index}.example", index % 10, word(0), word(1))
    };
    (0..count).map(host).collect()
}

fn database(hosts: &[String]) -> Database {
    let mut collection = Collection::default();
    let sources = collection.source(Source { name: "test".into(), ..Source::default() });
    let family = collection.family("Test", Class::Stalkerware, &[]);
    let indicator =
        |value: &String| Indicator { kind: Kind::C2Domain, value: value.clone(), family, sources, weakened: None };
    collection.indicators.extend(hosts.iter().map(indicator));
    Database::new(collection)
}

fn automaton(hosts: &[String]) -> AhoCorasick {
    AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::ContiguousNFA)).build(hosts).unwrap()
}

/// The strings of the app's DEX files.
#[derive(Default)]
struct Strings(Vec<(TextKind, Vec<u8>)>);

impl Visitor for Strings {
    fn text(&mut self, text: &Text) {
        if matches!(text.kind, TextKind::DexString | TextKind::ClassName) {
            self.0.push((text.kind, text.bytes.to_vec()));
        }
    }
}

/// The largest of the real apps.
fn app() -> Vec<u8> {
    let (_, path) = testkit::real_apks().into_iter().max_by_key(|(_, path)| path.metadata().unwrap().len()).unwrap();
    std::fs::read(path).unwrap()
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("making the index");
    group.sample_size(10);
    for count in COUNTS {
        let hosts = hosts(count);
        let database = database(&hosts);
        group.bench_function(BenchmarkId::new("apklens", count), |bencher| bencher.iter(|| TextIndex::new(&database)));
        group.bench_function(BenchmarkId::new("aho-corasick", count), |bencher| bencher.iter(|| automaton(&hosts)));
    }
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let app = app();
    let mut strings = Strings::default();
    code::visit(&Archive::open(&app).unwrap(), &Taken::new(), &mut strings);
    let strings = strings.0;
    let bytes = strings.iter().map(|(_, text)| text.len() as u64).sum();
    let mut group = criterion.benchmark_group("searching the strings of 16 DEX files");
    group.throughput(Throughput::Bytes(bytes)).sample_size(10);
    for count in COUNTS {
        let hosts = hosts(count);
        let index = TextIndex::new(&database(&hosts));
        group.bench_function(BenchmarkId::new("apklens", count), |bencher| {
            bencher.iter(|| {
                let mut scanner = Scanner::new(&index);
                strings.iter().for_each(|(kind, text)| scanner.scan(&Text::whole("classes.dex", *kind, text, 0)));
                scanner.finish()
            });
        });
        let automaton = automaton(&hosts);
        group.bench_function(BenchmarkId::new("aho-corasick", count), |bencher| {
            bencher
                .iter(|| strings.iter().map(|(_, text)| automaton.find_overlapping_iter(text).count()).sum::<usize>());
        });
    }
    let hosts = hosts(COUNTS[0]);
    group.bench_function(BenchmarkId::new("each by itself", COUNTS[0]), |bencher| {
        let all = strings.iter().flat_map(|(_, text)| [text, b"\0".as_slice()].concat()).collect::<Vec<u8>>();
        bencher.iter(|| hosts.iter().filter(|host| memchr::memmem::find(&all, host.as_bytes()).is_some()).count());
    });
    group.finish();
}

fn whole_app(criterion: &mut Criterion) {
    let app = app();
    let archive = Archive::open(&app).unwrap();
    let mut group = criterion.benchmark_group("searching a whole app of 18 MB");
    group.throughput(Throughput::Bytes(app.len() as u64)).sample_size(10);
    for count in COUNTS {
        let index = TextIndex::new(&database(&hosts(count)));
        group.bench_function(BenchmarkId::new("text", count), |bencher| {
            bencher
                .iter(|| black_box(code::visit(&archive, &Taken::new(), &mut Search::new(&index, None, &mut || ()))));
        });
    }
    // Everything was read before: what is left is what no entry's data are.
    let read = archive.entries().iter().filter_map(|entry| Some((entry.central_offset, archive.consumed(entry)?)));
    let read: Taken = read.collect();
    let index = TextIndex::new(&database(&hosts(COUNTS[0])));
    group.bench_function("what is outside the entries", |bencher| {
        bencher.iter(|| black_box(code::visit(&archive, &read, &mut Search::new(&index, None, &mut || ()))));
    });
    let rules = std::fs::read_to_string(testkit::root().join("signatures/yara/apklens.yar")).unwrap();
    let rules = Rules::compile(&[("apklens.yar", &rules)]).unwrap();
    let index = TextIndex::default();
    group.bench_function("the shipped YARA rules", |bencher| {
        bencher.iter(|| {
            black_box(code::visit(&archive, &Taken::new(), &mut Search::new(&index, Some(&rules), &mut || ())))
        });
    });
    group.bench_function("the shipped YARA rules, over the archive's own bytes", |bencher| {
        bencher.iter(|| black_box(Search::new(&index, Some(&rules), &mut || ()).archive(&app)));
    });
    group.finish();
}

criterion_group!(benches, build, search, whole_app);
criterion_main!(benches);
