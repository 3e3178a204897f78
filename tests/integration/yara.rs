//! The rules that come with apklens, and rules over whole apps.

use std::io::{Cursor, Write};

use apklens::archive::{Archive, MANIFEST};
use apklens::code::{self, Taken};
use apklens::indicators::search::Search;
use apklens::indicators::text::TextIndex;
use apklens::indicators::yara::Rules;
use apklens::indicators::{Class, Database, Kind, Match, Strength, Weakening};
use apklens::manifest;
use apklens::source::FileSource;
use testkit::dex::DexFile;

/// The rules in signatures/yara.
fn shipped() -> Rules {
    let folder = std::fs::read_dir(testkit::root().join("signatures/yara")).unwrap();
    let mut files = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yar"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect::<Vec<_>>();
    files.sort();
    let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>();
    Rules::compile(&files).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn matches_in(rules: &Rules, archive: &Archive) -> Vec<Match> {
    let (database, index) = (Database::default(), TextIndex::default());
    let mut entries = 0;
    let mut tick = || entries += 1;
    let mut search = Search::new(&index, Some(rules), &mut tick);
    code::visit(archive, &Taken::new(), &mut search);
    search.manifest_text(MANIFEST, &manifest::read(archive).text);
    let found = search.finish(&database);
    assert_eq!(found.problems, []);
    assert_eq!(entries, archive.entries().len(), "a sign of life at each entry");
    found.matches
}

fn app(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_shipped_rules_recognise_the_naming_they_are_for() {
    let rules = shipped();
    for (text, rule) in [
        ("https://protocol-a711.thetruthspy.com/protocols/", "TheTruthSpy_numbered_servers"),
        ("https://media-sync-a999.copy9.com", "TheTruthSpy_numbered_servers"),
        ("http://flushdata9.hellospy.com/", "HelloSpy_flush_servers"),
        ("<manifest package=\"mobile.monitor.child2027\">", "MobileTrackerFree_dated_package"),
        ("<manifest package=\"m.phone.control2021\">", "MobileTrackerFree_dated_package"),
    ] {
        let hits = rules.scan("x", text.as_bytes()).hits;
        assert_eq!(hits.iter().map(|hit| hit.rule.as_str()).collect::<Vec<_>>(), [rule], "{text}");
        assert!(hits[0].family.is_some() && hits[0].class == Some(Class::Stalkerware), "{rule}");
        assert!(hits[0].evidence.is_some(), "{rule} restates what indicators may find too");
        let described = hits[0].metadata.iter().any(|meta| meta.name == "description");
        assert!(described && hits[0].date.is_some(), "{rule}");
    }
    for text in [
        "https://protocol-a711.example.com",
        "https://async-a1.thetruthspy.org",
        "flushdata.example.com",
        "package=\"mobile.game2021\"",
        "package=\"com.mobile.monitor.child\"",
    ] {
        assert_eq!(rules.scan("x", text.as_bytes()).hits, [], "{text}");
    }
}

#[test]
fn rules_run_over_code_libraries_and_the_manifest_in_both_forms() {
    let rules = Rules::compile(&[(
        "own.yar",
        r#"import "dex"
        import "elf"
        rule in_dex { meta: family = "Tracker" class = "watchware"
            strings: $a = "a.example" condition: dex.header.magic == dex.DEX_FILE_MAGIC_035 and $a }
        rule in_library { strings: $a = "b.example" condition: uint32be(0) == 0x7f454c46 and $a }
        rule in_binary_manifest { strings: $a = "io.appium.settings" wide ascii condition: uint32(0) == 0x00080003 and $a }
        rule in_manifest_text { strings: $a = "package=\"io.appium.settings\"" condition: $a }
        rule in_asset { strings: $a = "c.example" condition: $a }"#,
    )])
    .unwrap();
    let dex = DexFile::new(&["https://a.example"], &[]).bytes();
    let bytes = app(&[
        ("assets/hidden.bin", &dex),
        ("lib/x86/libb.so", b"\x7FELF\x01\x01\x01\0 b.example"),
        ("assets/list", b"c.example"),
    ]);
    let matches = matches_in(&rules, &Archive::open(&bytes).unwrap());
    let found = matches.iter().map(|found| (found.value.as_str(), found.place.entry.as_deref().unwrap()));
    assert_eq!(found.collect::<Vec<_>>(), [("in_dex", "assets/hidden.bin"), ("in_library", "lib/x86/libb.so")]);
    assert_eq!(
        (matches[0].kind, matches[0].class, matches[0].strength),
        (Kind::Yara, Some(Class::Watchware), Strength::Moderate)
    );
    assert_eq!(matches[0].context.as_deref(), Some("$a = a.example"));

    let (_, path) = testkit::real_apks().into_iter().find(|(name, _)| *name == "settings").unwrap();
    let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
    let matches = matches_in(&rules, &Archive::open(&source).unwrap());
    let found = matches.iter().map(|found| (found.value.as_str(), found.place.offset.is_some())).collect::<Vec<_>>();
    assert_eq!(found, [("in_binary_manifest", true), ("in_manifest_text", false)]);
}

#[test]
fn the_real_apps_match_no_shipped_rule() {
    let rules = shipped();
    for (name, path) in testkit::real_apks() {
        let source = FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
        assert_eq!(matches_in(&rules, &Archive::open(&source).unwrap()), [], "{name}");
    }
}

/// The matches of rules over an archive's own bytes and over what is in it.
fn matches_of(rules: &Rules, bytes: Vec<u8>) -> Vec<Match> {
    let index = TextIndex::default();
    let mut tick = || ();
    let mut search = Search::new(&index, Some(rules), &mut tick);
    code::visit(&Archive::open(&bytes).unwrap(), &Taken::new(), &mut search);
    search.archive(&bytes).unwrap();
    search.finish(&Database::default()).matches
}

#[test]
fn rules_run_over_the_archive_s_own_bytes() {
    let rules = Rules::compile(&[(
        "published.yar",
        r#"
        rule Android_Spy_Container : android spyware
        {
            meta:
                author = "Somebody"
                description = "Entries of the family"
                reference = "https://example.com/report"
                date = "2026-02-03"
                hash = "00ff"
                hash = "11ee"
                score = 75
                tlp_white = true
            strings:
                $manifest = "AndroidManifest.xml"
                $entry = "assets/spy.cfg"
            condition:
                uint32(0) == 0x04034b50 and filesize < 20KB and all of them
        }
        rule in_code { strings: $a = "a.example" condition: $a }
        rule text_of_a_list { meta: family = "F" class = "stalkerware" evidence = "c2-domain"
            strings: $a = "listed.example" condition: $a }"#,
    )])
    .unwrap();
    let dex = DexFile::new(&["https://a.example"], &[]).bytes();
    let mut files = vec![("AndroidManifest.xml", &b"x"[..]), ("assets/spy.cfg", b"1"), ("classes.dex", &dex)];
    files.push(("assets/list.txt", b"listed.example"));
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let matches = matches_of(&rules, bytes);
    let values: Vec<_> = matches.iter().map(|found| (found.family.as_str(), found.place.entry.as_deref())).collect();
    // A rule that holds for a file of the app is told there.
    assert_eq!(values, [("in_code", Some("classes.dex")), ("Android_Spy_Container", None), ("F", None)]);
    let container = &matches[1];
    assert_eq!((container.class, container.strength, container.kind), (None, Strength::Weak, Kind::Yara));
    assert_eq!(container.place.offset, Some(30), "the name in the first local header");
    let told: Vec<_> = container.metadata.iter().map(|meta| (meta.name.as_str(), meta.value.as_str())).collect();
    assert_eq!(
        told,
        [
            ("author", "Somebody"),
            ("description", "Entries of the family"),
            ("reference", "https://example.com/report"),
            ("date", "2026-02-03"),
            ("hash", "00ff"),
            ("hash", "11ee"),
            ("score", "75"),
            ("tlp_white", "true"),
        ]
    );
    // What stands in the archive may stand in a list.
    assert_eq!((matches[2].strength, matches[2].weakened), (Strength::Weak, Some(Weakening::InDataFile)));
}

/// A file that nobody may read as a whole.
struct Large;

impl apklens::source::Source for Large {
    fn len(&self) -> u64 {
        code::MAX_WHOLE as u64 + 1
    }

    fn read_at(&self, _: u64, _: &mut [u8]) -> Result<(), apklens::source::SourceError> {
        panic!("read")
    }
}

#[test]
fn a_file_that_is_too_large_for_the_rules_is_told_where_rules_were_brought() {
    let brought = Rules::compile(&[("own.yar", "rule a { condition: true }")]).unwrap();
    for (rules, expected) in [(&brought, &["rules-not-on-archive"][..]), (&shipped(), &[])] {
        let index = TextIndex::default();
        let mut tick = || ();
        let mut search = Search::new(&index, Some(rules), &mut tick);
        search.archive(&Large).unwrap();
        let problems = search.finish(&Database::default()).problems;
        assert_eq!(problems.iter().map(|note| note.code.as_ref()).collect::<Vec<_>>(), expected);
    }
}

/// The names of the rules that hold for anything, and those that are left out with their line and module.
fn used(files: &[(&str, &str)]) -> (Vec<String>, Vec<(String, usize, String)>) {
    let rules = Rules::compile(files).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let hits = rules.scan("x", b"x").hits;
    let left_out = rules.skipped().iter().map(|skipped| (skipped.rule.clone(), skipped.line, skipped.module.clone()));
    (hits.into_iter().map(|hit| format!("{}:{}", hit.source, hit.rule)).collect(), left_out.collect())
}

fn left_out(rule: &str, line: usize, module: &str) -> (String, usize, String) {
    (rule.to_owned(), line, module.to_owned())
}

#[test]
fn rules_that_need_a_missing_module_are_left_out_and_the_others_run() {
    let file = r#"import "androguard"
import "hash"

rule by_package : banker { // } in a comment
    condition: androguard.package_name("org.example") }
rule plain { strings: $a = "}" condition: (not $a) /* } */ }
rule depends { condition: by_package or plain }
rule depends_on_that { condition: plain and depends }
rule hashed { condition: hash.md5(0, filesize) != "x" }
private rule by_package_too { condition: androguard.url(/a/) }
rule set { condition: any of (by_*) }
rule androguard_in_name { strings: $androguard = "androguard.x" condition: not $androguard }
rule last { condition: any of (pla*) }"#;
    let (hold, skipped) = used(&[("own.yar", file)]);
    assert_eq!(hold, ["own.yar:plain", "own.yar:hashed", "own.yar:androguard_in_name", "own.yar:last"]);
    let expected = [("by_package", 4), ("depends", 7), ("depends_on_that", 8), ("by_package_too", 10), ("set", 11)];
    assert_eq!(skipped, expected.map(|(rule, line)| left_out(rule, line, "androguard")));

    for module in ["cuckoo", "time", "pe", "magic", "vt", "file"] {
        let text = format!("import \"{module}\"\nrule a {{ condition: {module}.x(1) }}\nrule b {{ condition: true }}");
        assert_eq!(used(&[("m.yar", &text)]), (vec!["m.yar:b".to_owned()], vec![left_out("a", 2, module)]));
    }
}

#[test]
fn a_global_rule_that_is_left_out_takes_its_file_with_it() {
    let gated = "import \"cuckoo\"\nrule a { condition: true }\nglobal rule g { condition: cuckoo.network.x(/a/) }\nrule b { condition: true }";
    let (hold, skipped) = used(&[("gated.yar", gated), ("other.yar", "rule c { condition: true }")]);
    assert_eq!(hold, ["other.yar:c"]);
    assert_eq!(skipped, [left_out("a", 2, "cuckoo"), left_out("g", 3, "cuckoo"), left_out("b", 4, "cuckoo")]);
}

#[test]
fn files_include_one_another_within_what_was_given() {
    let (base, user) = ("private rule base { condition: true }", "rule user { condition: base }");
    let index = "include \"lib/base.yar\"\ninclude \"./lib/../user.yar\"\nrule index { condition: user }";
    let files = [
        ("rules/index.yar", index),
        ("rules/lib/base.yar", base),
        ("rules/user.yar", user),
        ("rules/alone.yar", "include \"lib/base.yar\" include \"lib/base.yar\" rule user { condition: base }"),
    ];
    let (mut hold, _) = used(&files);
    hold.sort();
    assert_eq!(hold, ["rules/alone.yar:user", "rules/index.yar:index", "rules/user.yar:user"]);
    // In the page files have no folders.
    let (hold, _) = used(&[("index.yar", "include \"./lib/base.yar\" rule i { condition: base }"), ("base.yar", base)]);
    assert_eq!(hold, ["index.yar:i"]);

    for (files, line, column, message) in [
        (&[("r/a.yar", "\n include \"../../etc/b.yar\"")][..], 2, 2, "is not among the files"),
        (&[("a.yar", "include \"/etc/passwd\"")], 1, 1, "is not among the files"),
        (&[("a.yar", "include \"a.yar\"")], 1, 1, "includes itself"),
        (
            &[("a.yar", "include \"b.yar\""), ("b.yar", "rule b { condition: true }\ninclude \"a.yar\"")],
            2,
            1,
            "includes itself",
        ),
        (
            &[("a.yar", "include \"b.yar\""), ("b.yar", "rule b { condition: true }\nrule c { condition: d }")],
            2,
            21,
            "unknown",
        ),
    ] {
        let errors = Rules::compile(files).unwrap_err().0;
        assert_eq!((errors[0].line, errors[0].column), (line, column), "{errors:?}");
        assert_eq!(errors[0].file, files.last().unwrap().0);
        assert!(errors[0].message.contains(message), "{errors:?}");
    }
}

#[test]
fn files_of_which_no_rule_can_be_used_are_refused() {
    for (text, message) in [
        ("", "there is no rule here"),
        ("import \"androguard\" rule a { condition: androguard.main_activity(\"x\") }", "androguard"),
    ] {
        let errors = Rules::compile(&[apklens::indicators::yara::SHIPPED, ("own.yar", text)]).unwrap_err().0;
        assert_eq!(errors.len(), 1);
        assert!(
            errors[0].to_string().starts_with("own.yar:1:1: ") && errors[0].message.contains(message),
            "{errors:?}"
        );
    }
}

#[test]
fn a_rule_without_a_class_calls_an_app_nothing() {
    let rules = Rules::compile(&[(
        "own.yar",
        r#"rule bare { condition: true }
        rule named { meta: family = "Tracker" condition: true }
        rule twice { meta: family = "Tracker" evidence = "c2-domain" condition: true }
        rule thrice { meta: family = "Tracker" evidence = "cloud-project" condition: true }
        rule more { meta: family = "Tracker" evidence = "package-pattern" condition: true }"#,
    )])
    .unwrap();
    let analyzer = apklens::Analyzer::builder().rules(rules).build();
    let source = FileSource::new(std::fs::File::open(testkit::fixture("harmless.apk")).unwrap()).unwrap();
    let input = apklens::Input::new("a.apk", &source);
    let report = analyzer.analyze(&input).remove(0);
    assert_eq!(report.verdict.level, apklens::assess::Level::NothingKnown);
    assert!(report.matches.iter().all(|found| found.class.is_none() && found.strength == Strength::Weak));
    assert!(!serde_json::to_string(&report.matches).unwrap().contains("class"), "{:?}", report.matches);
    let reasons: Vec<_> = report.verdict.reasons.iter().map(|reason| reason.code.as_ref()).collect();
    assert!(reasons.contains(&"rule-without-class"), "{reasons:?}");
}
