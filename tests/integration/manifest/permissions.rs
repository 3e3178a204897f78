//! Permissions that hang on something, and those that Android adds.

use apklens::assess::Level;
use apklens::{Analyzer, Input};

use super::{app_with, read};
use testkit::axml::*;

#[test]
fn a_permission_may_hang_on_features() {
    let phones =
        tag("uses-permission").android("name", "p.ONE").child(tag("required-feature").android("name", "f.phone"));
    let others =
        tag("uses-permission").android("name", "p.TWO").child(tag("required-not-feature").android("name", "f.tv"));
    let permissions = read(&app_with(36, []).child(phones).child(others)).permissions;
    assert_eq!(permissions[0].required_features, ["f.phone"]);
    assert_eq!(permissions[1].required_not_features, ["f.tv"]);
    assert_eq!(permissions.len(), 2);
}

#[test]
fn android_adds_permissions_to_an_app_and_none_to_a_split() {
    let contacts = || tag("uses-permission").android("name", "android.permission.READ_CONTACTS");
    let permissions = read(&app_with(15, []).child(contacts())).permissions;
    let call_log = permissions.iter().find(|it| it.name == "android.permission.READ_CALL_LOG").unwrap();
    let implied = call_log.implied.as_ref().unwrap();
    assert_eq!(
        (implied.by.as_slice(), implied.below),
        (&["android.permission.READ_CONTACTS".to_owned()][..], Some(16))
    );
    let split = tag("manifest").plain("package", "a.b").plain("split", "config.de").child(contacts());
    assert_eq!(read(&split).permissions.len(), 1);
}

#[test]
fn what_android_adds_counts_as_what_is_asked_for() {
    let analyzer = Analyzer::builder().build();
    let report = |target, permissions: &[&str]| {
        let asked = |name: &&str| tag("uses-permission").android("name", &format!("android.permission.{name}"));
        let service = tag("service").android("name", ".S");
        let root = permissions.iter().map(asked).fold(app_with(target, [service]), Tag::child);
        let archive = archive(&[("AndroidManifest.xml", &Axml::new(&root, true).bytes())]);
        let input = Input::new("app.apk", &archive);
        analyzer.analyze(&input).remove(0)
    };
    let asked = ["INTERNET", "ACCESS_FINE_LOCATION", "RECORD_AUDIO", "CAMERA"];
    let outright = [&asked[..], &["ACCESS_BACKGROUND_LOCATION"]].concat();
    let (implied, outright) = (report(28, &asked), report(28, &outright));
    assert_eq!(implied.verdict.level, Level::WorryingCapabilities);
    assert_eq!((implied.verdict.level, &implied.verdict.reasons), (outright.verdict.level, &outright.verdict.reasons));
    let ways = "follow-location-always record-sound take-pictures read-location";
    assert_eq!(implied.verdict.reasons[0].values["ways"], ways);
    // From 29 on nothing is added, and none of what is left is of high concern.
    assert_eq!(report(29, &asked).verdict.level, Level::NothingKnown);
    let codes = |target| -> Vec<String> {
        report(target, &["READ_CONTACTS"]).capabilities.into_iter().map(|capability| capability.code).collect()
    };
    assert!(codes(15).contains(&"read-call-log".to_owned()));
    assert!(!codes(16).contains(&"read-call-log".to_owned()));
}
