use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

fn signer(name: &str) -> Signer {
    Signer { certificates: BTreeSet::from([name.to_owned()]), holds: true }
}

fn base(place: &str) -> Known {
    Known {
        place: place.to_owned(),
        scope: Some(0),
        in_bundle: false,
        carrier: None,
        package: Some("a.b".to_owned()),
        version: Some(1),
        is_split: false,
        signer: signer("A"),
    }
}

fn split(place: &str) -> Known {
    Known { is_split: true, ..base(place) }
}

fn other(place: &str) -> Known {
    Known { package: Some("c.d".to_owned()), ..base(place) }
}

/// The places of each app's parts and of what it carries.
fn places(apks: &[Known]) -> Vec<(Vec<&str>, Vec<Vec<&str>>)> {
    let named = |parts: &[usize]| parts.iter().map(|index| apks[*index].place.as_str()).collect::<Vec<_>>();
    let apps = group(apks);
    apps.iter().map(|app| (named(&app.parts), app.carried.iter().map(|parts| named(parts)).collect())).collect()
}

fn parts(apks: &[Known]) -> Vec<Vec<&str>> {
    places(apks).into_iter().map(|(parts, _)| parts).collect()
}

/// The codes of each app's anomalies and problems.
fn codes(apks: &[Known]) -> Vec<(Vec<String>, Vec<String>)> {
    let codes = |notes: &[crate::note::Note]| notes.iter().map(|note| note.code.to_string()).collect::<Vec<_>>();
    group(apks).iter().map(|app| (codes(&app.anomalies), codes(&app.problems))).collect()
}

fn told(anomalies: &[&str], problems: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    (owned(anomalies), owned(problems))
}

#[test]
fn a_base_and_its_splits_are_one_app_whatever_they_are_called() {
    let apks = [split("base.apk"), base("config.de.apk"), split("split.apk"), other("z.apk")];
    assert_eq!(parts(&apks), [vec!["config.de.apk", "base.apk", "split.apk"], vec!["z.apk"]]);
    assert_eq!(codes(&apks), [told(&[], &[]), told(&[], &[])]);
}

#[test]
fn what_differs_in_package_version_or_signer_is_no_part_and_is_said() {
    let apks = [base("a.apk"), Known { version: Some(2), ..split("b.apk") }];
    assert_eq!(parts(&apks), [["a.apk"], ["b.apk"]]);
    let both = ["split-other-version"];
    assert_eq!(codes(&apks), [told(&both, &[]), told(&both, &["split-without-base"])]);

    let apks = [base("a.apk"), Known { signer: signer("B"), ..split("b.apk") }];
    assert_eq!(parts(&apks), [["a.apk"], ["b.apk"]]);
    let both = ["split-other-signer"];
    assert_eq!(codes(&apks), [told(&both, &[]), told(&both, &["split-without-base"])]);

    let apks = [base("a.apk"), Known { package: Some("c.d".to_owned()), ..split("b.apk") }];
    assert_eq!(codes(&apks), [told(&[], &[]), told(&[], &["split-without-base"])]);
}

#[test]
fn a_certificate_that_nothing_vouches_for_is_not_the_signers() {
    let forged = Signer { holds: false, ..signer("A") };
    let apks = [base("a.apk"), Known { signer: forged.clone(), ..split("b.apk") }];
    assert_eq!(parts(&apks), [["a.apk"], ["b.apk"]]);
    let apks = [Known { signer: forged.clone(), ..base("a.apk") }, Known { signer: forged, ..split("b.apk") }];
    assert_eq!(parts(&apks), [["a.apk", "b.apk"]]);
    // What an unsigned app is split into is unsigned.
    let unsigned = || Signer::default();
    let apks = [Known { signer: unsigned(), ..base("a.apk") }, Known { signer: unsigned(), ..split("b.apk") }];
    assert_eq!(parts(&apks), [["a.apk", "b.apk"]]);
    // A report may name an earlier key beside the present one.
    let two = Signer { certificates: BTreeSet::from(["A".to_owned(), "B".to_owned()]), holds: true };
    let apks = [base("a.apk"), Known { signer: two, ..split("b.apk") }];
    assert_eq!(parts(&apks), [["a.apk", "b.apk"]]);
}

#[test]
fn splits_without_a_base_are_one_result_that_is_not_whole() {
    let apks = [split("b.apk"), split("a.apk"), other("c.apk"), Known { version: Some(2), ..split("d.apk") }];
    assert_eq!(parts(&apks), [vec!["a.apk", "b.apk"], vec!["c.apk"], vec!["d.apk"]]);
    let without = ["split-without-base"];
    assert_eq!(codes(&apks), [told(&[], &without), told(&[], &[]), told(&[], &without)]);
}

#[test]
fn two_bases_are_two_results_and_a_split_is_the_nearer_ones() {
    let apks = [base("old/base.apk"), base("new/base.apk"), split("new/de.apk"), split("old/de.apk")];
    assert_eq!(parts(&apks), [["new/base.apk", "new/de.apk"], ["old/base.apk", "old/de.apk"]]);
    assert_eq!(codes(&apks), [told(&["several-bases"], &[]), told(&["several-bases"], &[])]);
    let app = &group(&apks)[0];
    assert_eq!(app.anomalies[0].values["places"], "old/base.apk");
}

#[test]
fn a_foreign_app_in_a_bundle_is_said_and_beside_others_in_a_zip_it_is_not() {
    let apks = [base("base.apk"), split("split.apk"), other("other.apk")];
    assert_eq!(codes(&apks), [told(&[], &[]), told(&[], &[])]);
    let apks = apks.map(|apk| Known { in_bundle: true, ..apk });
    let foreign = ["bundle-of-several-apps"];
    assert_eq!(codes(&apks), [told(&foreign, &[]), told(&foreign, &[])]);
}

#[test]
fn what_is_in_different_archives_is_not_together() {
    let apks = [base("a.apks!/base.apk"), Known { scope: Some(1), ..split("b.apks!/split.apk") }];
    assert_eq!(parts(&apks), [["a.apks!/base.apk"], ["b.apks!/split.apk"]]);
}

#[test]
fn what_an_app_or_its_split_carries_is_the_apps_at_any_depth() {
    let inside =
        |place: &str, scope: usize, carrier: usize| Known { scope: Some(scope), carrier: Some(carrier), ..base(place) };
    let apks = [
        base("base.apk"),
        split("split.apk"),
        inside("split.apk!/assets/x", 1, 1),
        Known { is_split: true, ..inside("split.apk!/assets/y", 1, 1) },
        inside("split.apk!/assets/x!/z", 2, 2),
        other("other.apk"),
    ];
    assert_eq!(
        places(&apks),
        [
            (
                vec!["base.apk", "split.apk"],
                vec![vec!["split.apk!/assets/x", "split.apk!/assets/y"], vec!["split.apk!/assets/x!/z"]]
            ),
            (vec!["other.apk"], vec![]),
        ]
    );
}

/// APKs of few packages, versions and signers in few archives, each carried by an earlier one or by none.
fn apks() -> impl Strategy<Value = Vec<Known>> {
    let one = (0..3u8, 0..2u64, any::<bool>(), 0..3u8, 0..3usize, any::<bool>());
    proptest::collection::vec(one, 0..14).prop_map(|drawn| {
        let mut apks: Vec<Known> = Vec::new();
        for (index, (package, version, is_split, signed, scope, is_carried)) in drawn.into_iter().enumerate() {
            // An archive with the number of an APK lies in it.
            let carrier = (is_carried && scope < index).then_some(scope);
            apks.push(Known {
                place: format!("{index:02}.apk"),
                scope: Some(carrier.map_or(scope, |carrier| 100 + carrier)),
                in_bundle: scope == 1,
                carrier,
                package: (package > 0).then(|| format!("p{package}")),
                version: Some(version),
                is_split,
                signer: Signer {
                    certificates: (signed > 0).then(|| format!("s{signed}")).into_iter().collect(),
                    holds: signed > 1,
                },
            });
        }
        apks
    })
}

/// The apps as sets of places, with the codes of what is said.
type Outcome = BTreeSet<(BTreeSet<String>, BTreeSet<BTreeSet<String>>, BTreeSet<String>)>;

fn outcome(apks: &[Known], renamed: impl Fn(&str) -> String) -> Outcome {
    let named = |parts: &[usize]| parts.iter().map(|index| renamed(&apks[*index].place)).collect::<BTreeSet<_>>();
    group(apks)
        .iter()
        .map(|app| {
            let codes = app.anomalies.iter().chain(&app.problems).map(|note| note.code.to_string());
            (named(&app.parts), app.carried.iter().map(|parts| named(parts)).collect(), codes.collect())
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, rng_seed: RngSeed::Fixed(15), ..ProptestConfig::default() })]

    #[test]
    fn no_apk_is_lost_and_none_is_in_two_apps(apks in apks()) {
        let apps = group(&apks);
        let mut all: Vec<usize> =
            apps.iter().flat_map(|app| app.parts.iter().chain(app.carried.iter().flatten())).copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..apks.len()).collect::<Vec<_>>());
        for app in &apps {
            prop_assert!(!app.parts.is_empty() && app.parts.iter().all(|part| apks[*part].carrier.is_none()));
            prop_assert!(app.carried.iter().flatten().all(|part| apks[*part].carrier.is_some()));
            let bases = app.parts.iter().filter(|part| !apks[**part].is_split).count();
            prop_assert_eq!(bases == 0, !app.problems.is_empty(), "a missing base is said");
            prop_assert!(bases <= 1);
            let first = &apks[app.parts[0]];
            for part in &app.parts {
                prop_assert_eq!(&apks[*part].package, &first.package);
                prop_assert_eq!(apks[*part].version, first.version);
                prop_assert!(apks[*part].signer.is_that_of(&first.signer));
            }
        }
    }

    #[test]
    fn the_order_in_which_apks_are_met_does_not_matter(apks in apks(), keys in proptest::collection::vec(any::<u32>(), 14)) {
        // Any order in which an app comes before what it carries.
        let depth = |mut index: usize| {
            let mut depth = 0;
            while let Some(carrier) = apks[index].carrier {
                (index, depth) = (carrier, depth + 1);
            }
            depth
        };
        let mut order: Vec<usize> = (0..apks.len()).collect();
        order.sort_by_key(|index| (depth(*index), keys[*index]));
        let moved = |index: usize| order.iter().position(|old| *old == index);
        let shuffled: Vec<Known> = order
            .iter()
            .map(|index| Known { carrier: apks[*index].carrier.and_then(moved), ..apks[*index].clone() })
            .collect();
        prop_assert_eq!(outcome(&apks, str::to_owned), outcome(&shuffled, str::to_owned));
    }

    #[test]
    fn names_do_not_matter_where_each_split_has_one_base_at_most(apks in apks()) {
        let mut seen = BTreeSet::new();
        let apks: Vec<Known> = apks
            .into_iter()
            .filter(|apk| apk.carrier.is_none() && (apk.is_split || seen.insert((apk.scope, apk.package.clone()))))
            .collect();
        let turned: Vec<Known> = apks
            .iter()
            .map(|apk| Known { place: apk.place.chars().rev().collect(), ..apk.clone() })
            .collect();
        let turn = |name: &str| name.chars().rev().collect::<String>();
        let parts = |outcome: Outcome| outcome.into_iter().map(|(parts, _, _)| parts).collect::<BTreeSet<_>>();
        prop_assert_eq!(parts(outcome(&apks, str::to_owned)), parts(outcome(&turned, turn)));
    }
}
