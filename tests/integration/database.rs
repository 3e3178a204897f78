//! The shipped indicator database: nothing that was published is lost, nothing that is compiled is stale.

use std::collections::BTreeSet;
use std::path::Path;

use apklens::indicators::folder::{self, Files, HEAD, Head};
use apklens::indicators::{Class, Database, Kind, facts, pack, weight};

fn files() -> Files {
    folder::load(Path::new("signatures")).expect("signatures/ can be read")
}

fn shipped() -> Vec<u8> {
    std::fs::read("signatures/compiled.db").expect("signatures/compiled.db can be read")
}

#[test]
fn the_compiled_database_is_that_of_the_source_files() {
    let fresh = folder::compile(&files()).expect("the source files have no mistakes");
    let same = pack::body(&fresh) == pack::body(&shipped());
    assert!(same, "run: cargo run -- signatures build signatures -o signatures/compiled.db");
}

#[test]
fn every_published_fact_is_kept_or_left_out_with_a_reason() {
    let files = files();
    let head: Head = toml::from_str(&files[HEAD]).unwrap();
    for source in head.sources.iter().filter(|source| source.facts.is_some()) {
        let exported = facts::export(&files, &[&source.name]).unwrap();
        let distinct: BTreeSet<_> = exported.iter().collect();
        assert_eq!(distinct.len(), exported.len(), "{}: a fact is there twice", source.name);
        assert_eq!(Some(exported.len()), source.facts, "{}", source.name);
        assert_eq!(Some(facts::digest(&exported, &source.name)), source.facts_sha256, "{}", source.name);
    }
    let published: usize = head.sources.iter().filter_map(|source| source.facts).sum();
    assert_eq!(published, 11_497, "the facts of both sources");
    for line in files[facts::LEFT_OUT].lines().skip(1) {
        let reason = line.split('\t').nth(6).unwrap_or_default();
        assert!(reason.len() > 10, "no reason: {line}");
    }
}

#[test]
fn the_source_files_are_those_that_the_facts_give() {
    let files = files();
    let facts = facts::export(&files, &["echap", "isdi"]).unwrap();
    let remade = facts::import(&facts, &files[facts::JUDGEMENTS]).unwrap();
    for (file, text) in &remade {
        assert_eq!(files.get(file), Some(text), "{file} was changed by hand");
    }
    let made: BTreeSet<&String> =
        files.keys().filter(|file| file.starts_with("echap/") || file.starts_with("isdi/")).collect();
    assert!(made.iter().all(|file| remade.contains_key(*file)), "a file comes from no fact");
}

#[test]
fn all_families_of_echap_are_there_with_everything_that_was_not_left_out() {
    let database = Database::load(&shipped()).unwrap();
    let files = files();
    let families: Vec<_> = files.keys().filter(|file| file.starts_with("echap/")).collect();
    assert_eq!(families.len(), 174);
    let collection = database.collection();
    for fact in facts::export(&files, &["echap"]).unwrap() {
        let kind = match fact.kind.as_str() {
            "package" => Kind::Package,
            "certificate-sha1" => Kind::CertificateSha1,
            "sha256" => Kind::FileSha256,
            "c2-domain" => Kind::C2Domain,
            _ => continue,
        };
        let row = [&fact.family, &fact.class, &fact.kind, &fact.value].map(String::as_str).join("\t") + "\t";
        let left_out = files[facts::LEFT_OUT].lines().any(|line| line.starts_with(&row));
        let known = collection.indicators.iter().any(|indicator| {
            let family = &collection.families[indicator.family as usize];
            indicator.kind == kind && indicator.value == fact.value && family.name == fact.family
        });
        assert!(known != left_out, "{fact:?}");
    }
}

#[test]
fn the_classes_of_the_sources_are_kept_apart() {
    let database = Database::load(&shipped()).unwrap();
    let collection = database.collection();
    let of_isdi = |class: Class| {
        let packages = collection.indicators.iter().filter(|indicator| {
            collection.families[indicator.family as usize].class == class
                && indicator.sources.places().any(|place| collection.sources[place].name == "isdi")
        });
        packages.count()
    };
    // 4,503 rows of dual use; of the 13 of spyware 7 are watchware to echap, and 6 join the 612 of stalkerware.
    assert_eq!(of_isdi(Class::DualUse), 4503);
    assert_eq!(of_isdi(Class::Watchware), 7);
    assert_eq!(of_isdi(Class::Stalkerware), 618);
}

#[test]
fn patterns_match_two_names_of_their_family_and_none_of_another() {
    let database = Database::load(&shipped()).unwrap();
    let collection = database.collection();
    let packages: Vec<_> = collection.indicators.iter().filter(|indicator| indicator.kind == Kind::Package).collect();
    let patterns = collection.indicators.iter().filter(|indicator| indicator.kind == Kind::PackagePattern);
    let mut count = 0;
    for pattern in patterns {
        count += 1;
        let regex = regex_lite::Regex::new(&pattern.value).unwrap();
        let name = |indicator: &apklens::indicators::collection::Indicator| {
            collection.families[indicator.family as usize].name.clone()
        };
        let matched: Vec<_> = packages.iter().filter(|package| regex.is_match(&package.value)).collect();
        assert!(matched.len() >= 2, "{} rests on {} names", pattern.value, matched.len());
        for package in matched {
            assert_eq!(name(package), name(pattern), "{} matches {}", pattern.value, package.value);
        }
    }
    assert!(count >= 12, "only {count} patterns");
}

#[test]
fn nothing_that_is_published_as_dual_use_alone_is_called_stalkerware() {
    let database = Database::load(&shipped()).unwrap();
    let collection = database.collection();
    for indicator in &collection.indicators {
        let family = &collection.families[indicator.family as usize];
        if family.class != Class::DualUse {
            continue;
        }
        let facts = apklens::indicators::Facts {
            packages: vec![(indicator.value.clone(), apklens::note::Place::default())],
            ..Default::default()
        };
        let mut matches = database.match_facts(&facts);
        weight::settle(&mut matches);
        let strongest = &weight::families(&matches)[0];
        assert!(strongest.class < Class::Stalkerware, "{}: {matches:?}", indicator.value);
    }
}
