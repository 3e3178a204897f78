use proptest::prelude::*;

use super::*;

/// The numbers of the indicators that are found in a text, and the offsets.
fn found_in(indicators: &[(Kind, &str)], kind: TextKind, text: &[u8]) -> Vec<(u32, u64)> {
    let index = index(0, indicators);
    let mut scanner = Scanner::new(&index);
    scanner.scan(&Text::whole("entry", kind, text, 1000));
    scanner.finish().into_iter().map(|hit| (hit.id.0, hit.place.offset.unwrap())).collect()
}

/// An index of indicators that are numbered from `first` on.
fn index(first: u32, indicators: &[(Kind, &str)]) -> TextIndex {
    TextIndex::of((first..).map(IndicatorId).zip(indicators).map(|(id, &(kind, value))| (id, kind, value)))
}

fn finds(indicator: (Kind, &str), text: &str) -> bool {
    !found_in(&[indicator], TextKind::DexString, text.as_bytes()).is_empty()
}

#[test]
fn a_domain_matches_on_label_borders_only() {
    let domain = (Kind::C2Domain, "tracker.example");
    for text in [
        "tracker.example",
        "https://tracker.example/api",
        "https://a.b.tracker.example:8443",
        "HTTPS://Tracker.EXAMPLE",
        "mail me@tracker.example.",
        "\"tracker.example\",",
        "\u{201C}tracker.example\u{201D}",
        "http%3A%2F%2Ftracker.example%2F",
        "é.tracker.example",
    ] {
        assert!(finds(domain, text), "{text}");
    }
    for text in [
        "nottracker.example",
        "not-tracker.example",
        "not_tracker.example",
        "étracker.example",
        "tracker.examples",
        "tracker.example.org",
        "tracker.example-org",
        "tracker.exampleé",
        "trackerXexample",
        "tracker. example",
    ] {
        assert!(!finds(domain, text), "{text}");
    }
}

#[test]
fn a_domain_matches_in_both_its_forms() {
    for indicator in ["xn--bcher-kva.example", "bücher.example"] {
        for text in ["https://bücher.example/", "BÜCHER.example", "xn--bcher-kva.example", "a.XN--BCHER-KVA.example"]
        {
            assert!(finds((Kind::C2Domain, indicator), text), "{indicator} in {text}");
        }
        assert!(!finds((Kind::C2Domain, indicator), "bucher.example"));
    }
    // The combining form of the same letter is the same name.
    assert!(finds((Kind::C2Domain, "bücher.example"), "bu\u{308}cher.example"));
}

#[test]
fn an_address_matches_as_a_whole() {
    let address = (Kind::C2Ip, "192.0.2.1");
    assert!(finds(address, "http://192.0.2.1:8080/"));
    assert!(finds(address, "192.0.2.1"));
    for text in ["192.0.2.10", "1192.0.2.1", "1.192.0.2.1", "192.0.2.1.5", "v192.0.2.1", "192.0.2.1-rc"] {
        assert!(!finds(address, text), "{text}");
    }
}

#[test]
fn a_site_with_a_path_matches_with_the_path() {
    let site = (Kind::Website, "https://host.example:8443/maker/App/");
    assert!(finds(site, "http://host.example/maker/App"));
    assert!(finds(site, "host.example:80/maker/App?x=1"));
    assert!(finds(site, "host.example/maker/App/releases"));
    for text in ["host.example/", "host.example/maker", "host.example/maker/Apples", "host.example/other/App"] {
        assert!(!finds(site, text), "{text}");
    }
}

#[test]
fn a_cloud_project_matches_as_a_host_and_by_its_identifier() {
    let project = (Kind::CloudProject, "tracker-1234");
    for text in [
        "tracker-1234",
        "https://tracker-1234.firebaseio.com/",
        "tracker-1234-default-rtdb.europe-west1.firebasedatabase.app",
        "gs://tracker-1234.appspot.com",
        "x@tracker-1234.iam.gserviceaccount.com",
    ] {
        assert!(finds(project, text), "{text}");
    }
    for text in ["my tracker-1234", "tracker-12345", "tracker-1234.example.com", "a-tracker-1234.firebaseio.com"] {
        assert!(!finds(project, text), "{text}");
    }
    let word = (Kind::CloudProject, "tracker");
    assert!(finds(word, "https://tracker.firebaseio.com/") && !finds(word, "tracker"));
    let host = (Kind::CloudProject, "tracker-1234.firebaseio.com");
    assert!(finds(host, "https://tracker-1234.firebaseio.com/x") && !finds(host, "tracker-1234"));
}

#[test]
fn a_class_prefix_matches_defined_classes_on_the_borders_of_their_names() {
    let classes =
        |text: &str| found_in(&[(Kind::ClassPrefix, "com.example.tracker.")], TextKind::ClassName, text.as_bytes());
    for text in ["Lcom/example/tracker/Main;", "Lcom/example/tracker/a/B;", "Lcom/example/tracker$1;"] {
        assert_eq!(classes(text), [(0, 1000)], "{text}");
    }
    for text in ["Lcom/example/trackers/Main;", "Lorg/com/example/tracker/Main;", "com.example.tracker.Main"] {
        assert_eq!(classes(text), [], "{text}");
    }
    let string =
        found_in(&[(Kind::ClassPrefix, "com.example.tracker.")], TextKind::DexString, b"Lcom/example/tracker/A;");
    assert_eq!(string, [], "a class that is only named is not in the app");
}

#[test]
fn each_indicator_is_told_once_at_the_place_that_tells_most() {
    let indicators = [(Kind::C2Domain, "a.example"), (Kind::Website, "a.example"), (Kind::Website, "b.example")];
    let index = index(5, &indicators);
    let mut scanner = Scanner::new(&index);
    scanner.scan(&Text::whole("list", TextKind::Asset, b"a.example\nand x.a.example", 0));
    scanner.scan(&Text::whole("dex", TextKind::DexString, b"to https://a.example/\x01x", 70));
    scanner.scan(&Text::whole("dex", TextKind::DexString, b"a.example", 99));
    let hit = |id| Hit {
        id: IndicatorId(id),
        kind: TextKind::DexString,
        place: Place::entry("dex").at(81),
        context: "to https://a.example/".to_owned(),
        count: 4,
    };
    assert_eq!(scanner.finish(), [hit(5), hit(6)]);
}

#[test]
fn a_find_belongs_to_the_window_it_starts_in() {
    let index = index(0, &[(Kind::C2Domain, "a.example")]);
    let mut scanner = Scanner::new(&index);
    let text = Text::whole("entry", TextKind::Asset, b"a.example a.example a.example", 0);
    scanner.scan(&Text { window: (5, 20), ..text });
    let hits = scanner.finish();
    assert_eq!((hits[0].place.offset, hits[0].count), (Some(10), 1));
}

#[test]
fn a_place_in_utf16_counts_two_bytes_for_each_unit() {
    let index = index(0, &[(Kind::C2Domain, "a.example")]);
    let mut scanner = Scanner::new(&index);
    let text = Text::whole("entry", TextKind::Resource, "é\u{1F600} a.example".as_bytes(), 100);
    scanner.scan(&Text { encoding: crate::code::Encoding::Utf16, ..text });
    assert_eq!(scanner.finish()[0].place.offset, Some(108));
}

/// Where `domain` stands in `text`, told the slow way: at each place, by what is on either side.
fn reference(domain: &str, text: &str) -> Vec<usize> {
    let (domain, text) = (domain.to_ascii_lowercase(), text.to_ascii_lowercase());
    let in_label = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\u{308}');
    (0..text.len())
        .filter(|&at| text.get(at..).is_some_and(|rest| rest.starts_with(&domain)))
        .filter(|&at| {
            // A label goes on to the left, unless there is nothing but hyphens and dots up to a space.
            let before = &text[..at];
            let left = before.chars().next_back().filter(in_label).is_none()
                || before.trim_end_matches(['-', '.']).chars().next_back().is_none_or(|c| !in_label(&c));
            // The name goes on to the right with a label, at once or after dots.
            let right = text[at + domain.len()..].trim_start_matches('.').chars().next();
            left && right.is_none_or(|c| !in_label(&c))
        })
        .collect()
}

proptest! {
    #[test]
    fn domains_are_found_as_the_slow_way_finds_them(
        domain in "[ab]{1,2}\\.[ab]{1,2}(\\.[ab])?",
        text in "([abAB.]|[abAB.]|[abAB.]|[-_ /:é€\u{308}]){0,40}",
    ) {
        let index = index(0, &[(Kind::C2Domain, &domain)]);
        let mut found = Vec::new();
        index.search(&Text::whole("", TextKind::Asset, text.as_bytes(), 0), &mut |_, start, _| found.push(start));
        found.sort_unstable();
        let expected = reference(&domain, &text);
        prop_assert_eq!(found, expected, "{} in {}", domain, text);
    }

    #[test]
    fn windows_find_together_what_the_whole_does(text in "[ab.-]{0,60}", size in 1..20usize) {
        let index = index(0, &[(Kind::C2Domain, "a.b")]);
        let whole = Text::whole("", TextKind::Asset, text.as_bytes(), 0);
        let count = |texts: &[Text]| {
            let mut scanner = Scanner::new(&index);
            texts.iter().for_each(|text| scanner.scan(text));
            scanner.finish().first().map_or(0, |hit| hit.count)
        };
        let windows = (0..text.len()).step_by(size).map(|start| Text { window: (start, start + size), ..whole });
        prop_assert_eq!(count(&windows.collect::<Vec<_>>()), count(&[whole]));
    }

    #[test]
    fn any_bytes_can_be_searched(bytes: Vec<u8>, kind in 0..2usize) {
        let kind = [TextKind::ClassName, TextKind::DexString][kind];
        found_in(&[(Kind::C2Domain, "a.b"), (Kind::ClassPrefix, "a"), (Kind::CloudProject, "p")], kind, &bytes);
    }
}
