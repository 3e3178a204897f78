//! Apps that carry others among their files.

use apklens::assess::Level;
use apklens::report::PartRole;

use super::made::{Made, codes, fixed, only, read, reports_named};
use testkit::root;
use testkit::zip_model::{File, Zip};

#[test]
fn a_harmless_shell_around_a_spy_is_not_nothing_known() {
    let hidden = fixed("hidden.apk");
    let zip = Zip::of(vec![File::deflated("lib.apk", &hidden)]).bytes();
    let twice = Made::app("c.d").with(File::deflated("assets/deep", &hidden)).bytes();
    for (file, place) in [
        (File::stored("assets/plugin.apk", &hidden), "assets/plugin.apk"),
        (File::deflated("assets/font.ttf", &hidden), "assets/font.ttf"),
        (File::deflated("res/raw/data.jar", &zip), "res/raw/data.jar!/lib.apk"),
        (File::stored("assets/shell.png", &twice), "assets/shell.png!/assets/deep"),
    ] {
        let report = only(reports_named("shell.apk", &Made::app("a.b").with(file).bytes()));
        assert_eq!(report.verdict.level, Level::WorryingCapabilities, "{place}");
        let reason = &report.verdict.reasons[0];
        assert_eq!((&*reason.code, reason.values["inside"].as_str()), ("hides-and-watches", place));
        assert!(reason.text.starts_with(&format!("An app inside it ({place}): It shows no icon, ")), "{}", reason.text);
        assert_eq!(reason.place.entry.as_deref(), Some(place));
        let package = report.package.as_ref().unwrap();
        assert_eq!((package.name.as_str(), package.label.as_deref()), ("a.b", Some("a.b")), "its face stays its own");
        assert!(report.permissions.is_empty(), "what it asks for itself stays its own");
        let inside: Vec<&str> = report
            .capabilities
            .iter()
            .filter(|capability| capability.inside.as_deref() == Some(place))
            .map(|capability| capability.code.as_str())
            .collect();
        assert!(inside.contains(&"read-messages") && inside.contains(&"no-icon"), "{inside:?}");
        assert!(report.parts.iter().any(|part| part.entry == place && part.role == PartRole::Embedded));
    }
}

#[test]
fn what_matches_in_a_carried_app_counts_for_the_carrier_and_is_said_of_the_carried_one() {
    let report = only(reports_named(
        "shell.apk",
        &Made::app("a.b").with(File::deflated("assets/x.bin", &fixed("stalker.apk"))).bytes(),
    ));
    assert_eq!(report.verdict.level, Level::KnownStalkerware);
    let reason = &report.verdict.reasons[0];
    assert_eq!(&*reason.code, "package-name");
    assert_eq!(
        reason.text,
        "An app inside it (assets/x.bin): It has the package name of Testfamily: org.apklens.fixture.stalker."
    );
    assert_eq!(report.signing.certificates, [], "the signer stays the shell's");
}

#[test]
fn stalkerware_in_a_split_counts_for_the_app() {
    let split = Made::split("a.b", "config.de").with(File::deflated("assets/x", &fixed("stalker.apk")));
    let report = only(reports_named(
        "app.apks",
        &Zip::of(vec![
            File::stored("base.apk", &Made::app("a.b").bytes()),
            File::stored("split.apk", &split.bytes()),
            File::stored("toc.pb", b""),
        ])
        .bytes(),
    ));
    assert_eq!(report.verdict.level, Level::KnownStalkerware);
    assert_eq!(report.verdict.reasons[0].values["inside"], "split.apk!/assets/x");
}

#[test]
fn a_hidden_shell_and_what_it_carries_watch_together() {
    let shell = Made { permissions: vec!["INTERNET"], launcher: false, ..Made::app("a.b") };
    let tool = |permissions| Made { permissions, ..Made::app("c.d") }.bytes();
    let carrying = |permissions| shell.clone().with(File::stored("assets/x", &tool(permissions))).bytes();
    let report = only(reports_named("shell.apk", &carrying(vec!["READ_SMS", "RECORD_AUDIO", "READ_CALL_LOG"])));
    assert_eq!(report.verdict.level, Level::WorryingCapabilities);
    assert_eq!(codes(&report.verdict.reasons), ["hides-and-watches-together"]);
    let report = only(reports_named("shell.apk", &carrying(vec!["READ_SMS"])));
    assert_eq!(report.verdict.level, Level::NothingKnown);
}

#[test]
fn an_app_that_carries_a_harmless_one_is_one_result_with_the_verdict_of_both() {
    let apidemos = root().join("node_modules/android-apidemos/apks/ApiDemos-debug.apk");
    let report = only(reports_named("ApiDemos-debug.apk", &read(&apidemos)));
    assert_eq!(report.verdict.level, Level::NothingKnown);
    let parts: Vec<(&str, PartRole)> = report.parts.iter().map(|part| (part.entry.as_str(), part.role)).collect();
    assert_eq!(parts, [("assets/HelloActivity.apk", PartRole::Embedded)]);
}
