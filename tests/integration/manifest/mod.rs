//! What manifests mean: Android's rules, one at a time, on manifests written for them.

mod cases;
mod labels;
mod permissions;

use apklens::archive::Archive;
use apklens::manifest::{self, Component, ComponentKind, Launcher, Manifest, Package, RoleKind};
use apklens::resources::xml::Document;
use proptest::prelude::*;
use testkit::axml::*;

fn read(root: &Tag) -> Manifest {
    let archive = archive(&[("AndroidManifest.xml", &Axml::new(root, true).bytes())]);
    manifest::read(&Archive::open(&archive).unwrap())
}

fn package(root: &Tag) -> Package {
    read(root).package.unwrap()
}

/// An app for the target with these components.
fn app_with(target: u32, components: impl IntoIterator<Item = Tag>) -> Tag {
    let application = components.into_iter().fold(tag("application"), Tag::child);
    tag("manifest")
        .plain("package", "a.b")
        .child(tag("uses-sdk").number("minSdkVersion", TYPE_DECIMAL, 5).number(
            "targetSdkVersion",
            TYPE_DECIMAL,
            target,
        ))
        .child(application)
}

fn components(target: u32, components: impl IntoIterator<Item = Tag>) -> Vec<Component> {
    read(&app_with(target, components)).components
}

fn filter(actions: &[&str], categories: &[&str]) -> Tag {
    let named = |tag_name: &str, names: &[&str]| -> Vec<Tag> {
        names.iter().map(|name| tag(tag_name).android("name", name)).collect()
    };
    named("action", actions).into_iter().chain(named("category", categories)).fold(tag("intent-filter"), Tag::child)
}

const MAIN: &str = "android.intent.action.MAIN";
const LAUNCHER: &str = "android.intent.category.LAUNCHER";

#[test]
fn exported_is_as_stated_or_as_filters_and_target_make_it() {
    let exported = |target, component: Tag| components(target, [component])[0].exported;
    for kind in ["activity", "service", "receiver"] {
        let plain = tag(kind).android("name", ".X");
        assert!(!exported(30, plain.clone()), "{kind}");
        assert!(exported(30, plain.clone().child(filter(&["x"], &[]))), "{kind}");
        assert!(exported(30, plain.clone().boolean("exported", true)), "{kind}");
        let shut = tag(kind).android("name", ".X").boolean("exported", false).child(filter(&["x"], &[]));
        assert!(!exported(30, shut), "{kind}");
        // A filter without an action is dropped, but not that of a service.
        assert_eq!(exported(30, plain.child(filter(&[], &["c"]))), kind == "service", "{kind}");
    }
    let provider = tag("provider").android("name", ".P").android("authorities", "a.b.p");
    assert!(exported(16, provider.clone()));
    assert!(!exported(17, provider));

    let silent = tag("activity").android("name", ".X").child(filter(&["x"], &[]));
    assert!(read(&app_with(30, [silent.clone()])).anomalies.is_empty());
    let refused = read(&app_with(31, [silent]));
    assert_eq!(refused.anomalies[0].code, "exported-missing");
    assert!(refused.components[0].exported);
}

#[test]
fn sdk_levels_and_what_follows_from_them() {
    let sdk = |uses: Option<Tag>| {
        let root = tag("manifest").plain("package", "a.b");
        let root = uses.into_iter().fold(root, Tag::child).child(tag("application"));
        let package = package(&root);
        (package.min_sdk, package.target_sdk, package.max_sdk, package.cleartext_traffic)
    };
    let uses = || tag("uses-sdk");
    assert_eq!(sdk(None), (1, 1, None, true));
    assert_eq!(sdk(Some(uses().number("minSdkVersion", TYPE_DECIMAL, 21))), (21, 21, None, true));
    assert_eq!(sdk(Some(uses().number("targetSdkVersion", TYPE_DECIMAL, 28))), (1, 28, None, false));
    assert_eq!(
        sdk(Some(uses().android("minSdkVersion", "21").number("maxSdkVersion", TYPE_DECIMAL, 30))),
        (21, 21, Some(30), true)
    );
    assert_eq!(sdk(Some(uses().android("minSdkVersion", "Tiramisu"))), (10_000, 10_000, None, false));
    assert_eq!(sdk(Some(uses().number("minSdkVersion", TYPE_DECIMAL, u32::MAX))), (0, 0, None, true));
}

#[test]
fn the_apps_own_attributes() {
    let mut root = app_with(30, []);
    let application = root.find("application");
    *application = application
        .clone()
        .boolean("debuggable", true)
        .boolean("testOnly", true)
        .boolean("allowBackup", false)
        .boolean("usesCleartextTraffic", true);
    let mut manifest = tag("manifest")
        .android("sharedUserId", "a.shared")
        .number("versionCode", TYPE_DECIMAL, 5)
        .number("targetSandboxVersion", TYPE_DECIMAL, 2)
        .number("versionCodeMajor", TYPE_DECIMAL, 2)
        .plain("package", "a.b")
        .plain("split", "config.de");
    manifest.children = root.children;
    let package = package(&manifest);
    assert_eq!(package.shared_user_id.as_deref(), Some("a.shared"));
    assert_eq!(package.version_code, Some(2 << 32 | 5));
    assert_eq!(package.target_sandbox_version, Some(2));
    assert_eq!(package.split.as_deref(), Some("config.de"));
    assert!(package.debuggable && package.test_only && !package.allow_backup && package.cleartext_traffic);
}

#[test]
fn permissions_in_all_their_forms() {
    let asked = |name: &str| tag("uses-permission").android("name", name);
    let root = app_with(30, [])
        .child(asked("p.ONE").number("maxSdkVersion", TYPE_DECIMAL, 28))
        .child(tag("uses-permission-sdk-23").android("name", "p.TWO"))
        .child(tag("uses-permission-sdk-m").android("name", "p.THREE"))
        .child(tag("uses-permission").number("name", TYPE_REFERENCE, 0x7f01_0000))
        .child(tag("permission").android("name", "p.NORMAL"))
        .child(tag("permission").android("name", "p.OLD").number("protectionLevel", TYPE_HEX, 3))
        .child(tag("permission").android("name", "p.ODD").number("protectionLevel", TYPE_HEX, 0x4000_0002));
    let manifest = read(&root);
    let outright = manifest.permissions.iter().filter(|it| it.implied.is_none());
    let asked: Vec<_> = outright.map(|it| (it.name.as_str(), it.min_sdk, it.max_sdk)).collect();
    assert_eq!(asked, [("p.ONE", None, Some(28)), ("p.TWO", Some(23), None), ("p.THREE", Some(23), None)]);
    let declared: Vec<_> =
        manifest.declared_permissions.iter().map(|it| (it.name.as_str(), it.level.as_str())).collect();
    assert_eq!(declared, [("p.NORMAL", "normal"), ("p.OLD", "signature|privileged"), ("p.ODD", "0x40000002")]);
    assert_eq!(manifest.anomalies[0].code, "permission-by-reference");
}

#[test]
fn components_take_from_the_application_and_aliases_from_their_targets() {
    let mut root = app_with(
        30,
        [
            tag("activity").android("name", ".One").android("process", ":ui"),
            tag("activity-alias").android("name", "Two").android("targetActivity", ".One"),
            tag("service").android("name", "x.y.Three").number("foregroundServiceType", TYPE_HEX, 0x88),
            tag("provider").android("name", ".Four").android("permission", "p.OWN").android("authorities", "a;b"),
        ],
    );
    let application = root.find("application");
    *application = application.clone().android("permission", "p.APP");
    let found: Vec<_> = read(&root).components;
    let brief = |it: &Component| (it.name.clone(), it.permission.clone(), it.process.clone(), it.target.clone());
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        found.iter().map(brief).collect::<Vec<_>>(),
        [
            ("a.b.One".to_owned(), some("p.APP"), some("a.b:ui"), None),
            ("a.b.Two".to_owned(), None, some("a.b:ui"), some("a.b.One")),
            ("x.y.Three".to_owned(), some("p.APP"), None, None),
            ("a.b.Four".to_owned(), some("p.OWN"), None, None),
        ]
    );
    assert_eq!(found[1].kind, ComponentKind::ActivityAlias);
    assert_eq!(found[2].foreground_service_type.as_deref(), Some("location|microphone"));
    assert_eq!(found[3].authorities.as_deref(), Some("a;b"));
}

#[test]
fn the_launcher_shows_what_is_enabled_exported_and_asks_for_no_data() {
    let launcher = |components: Vec<Tag>| package(&app_with(30, components)).launcher;
    let activity = |name: &str| tag("activity").android("name", name);
    let open = || filter(&[MAIN], &[LAUNCHER]);
    let found = launcher(vec![
        activity(".Inner"),
        tag("activity").android("name", ".Off").boolean("enabled", false).child(open()),
        tag("activity").android("name", ".Private").boolean("exported", false).child(open()),
        activity(".Data").child(open().child(tag("data").android("scheme", "x"))),
        activity(".Host").child(open().child(tag("data").android("host", "x"))),
        activity(".Apart").child(filter(&[MAIN], &[])).child(filter(&["x"], &[LAUNCHER])),
        activity(".Tv").child(filter(&[MAIN], &["android.intent.category.LEANBACK_LAUNCHER"])),
        activity(".Info").child(filter(&[MAIN], &["android.intent.category.INFO"])),
        tag("activity-alias").android("name", ".Alias").android("targetActivity", ".Inner").child(open()),
    ]);
    assert_eq!(
        found,
        Launcher {
            activity: Some("a.b.Host".to_owned()),
            activities: vec!["a.b.Host".to_owned(), "a.b.Alias".to_owned()],
            leanback: vec!["a.b.Tv".to_owned()],
            info: vec!["a.b.Info".to_owned()],
            disabled: vec!["a.b.Off".to_owned()],
        }
    );

    let mut off = app_with(30, [activity(".Main").child(open())]);
    let application = off.find("application");
    *application = application.clone().boolean("enabled", false);
    assert_eq!(package(&off).launcher.activity, None);
    assert_eq!(package(&off).launcher.disabled, ["a.b.Main"]);
}

#[test]
fn filters_meta_data_features_and_queries() {
    let data = || tag("data").android("scheme", "https").android("host", "example.org").android("port", "8080");
    let receiver = tag("receiver")
        .android("name", ".R")
        .child(
            tag("intent-filter")
                .number("priority", TYPE_DECIMAL, 999)
                .child(tag("action").android("name", "sms"))
                .child(data().android("pathPrefix", "/x"))
                .child(tag("data").android("mimeType", "text/plain"))
                .child(tag("data").android("scheme", "tel")),
        )
        .child(tag("meta-data").android("name", "text").android("value", "words"))
        .child(tag("meta-data").android("name", "number").number("value", TYPE_DECIMAL, 7))
        .child(tag("meta-data").android("name", "nothing"));
    let root = app_with(30, [receiver])
        .child(tag("uses-feature").android("name", "f.camera"))
        .child(tag("feature-group").child(tag("uses-feature").android("name", "f.gps")))
        .child(
            tag("queries")
                .child(tag("package").android("name", "com.whatsapp"))
                .child(tag("provider").android("authorities", "x.y"))
                .child(tag("intent").child(tag("action").android("name", "SEND"))),
        );
    let manifest = read(&root);
    let component = &manifest.components[0];
    let filter = &component.intent_filters[0];
    assert_eq!(filter.priority, 999);
    assert_eq!(filter.data, ["https://example.org:8080/x*", "text/plain", "tel:"]);
    let meta: Vec<_> = component.meta_data.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(meta, [("nothing", ""), ("number", "7"), ("text", "words")]);
    let package = manifest.package.unwrap();
    assert_eq!(package.features, ["f.camera", "f.gps"]);
    assert_eq!(package.queries, ["com.whatsapp", "x.y", "SEND"]);
}

#[test]
fn roles_are_given_by_permission_and_kind() {
    let with = |kind: &str, permission: &str| {
        let component = tag(kind).android("name", ".X").android("permission", permission);
        components(30, [component])[0].role.as_ref().map(|role| role.kind)
    };
    assert_eq!(with("receiver", "android.permission.BIND_DEVICE_ADMIN"), Some(RoleKind::DeviceAdmin));
    assert_eq!(with("service", "android.permission.BIND_DEVICE_ADMIN"), None);
    assert_eq!(with("service", "android.permission.BIND_ACCESSIBILITY_SERVICE"), Some(RoleKind::Accessibility));
    assert_eq!(
        with("service", "android.permission.BIND_NOTIFICATION_LISTENER_SERVICE"),
        Some(RoleKind::NotificationListener)
    );
    assert_eq!(with("service", "android.permission.BIND_INPUT_METHOD"), Some(RoleKind::InputMethod));
    assert_eq!(with("service", "android.permission.BIND_VPN_SERVICE"), Some(RoleKind::Vpn));
    assert_eq!(with("activity", "android.permission.BIND_VPN_SERVICE"), None);
}

/// The real app with the most in it, for what needs a resource table.
fn real_app() -> Manifest {
    let (_, path) = testkit::real_apks().into_iter().find(|(name, _)| *name == "apidemos").unwrap();
    let source = apklens::source::FileSource::new(std::fs::File::open(path).unwrap()).unwrap();
    manifest::read(&Archive::open(&source).unwrap())
}

#[test]
fn a_roles_configuration_says_what_it_asks_for() {
    let manifest = real_app();
    let roles: Vec<_> = manifest.components.iter().filter_map(|component| component.role.as_ref()).collect();
    let of = |kind, configuration: &str| {
        let role = roles.iter().find(|role| role.kind == kind && role.configuration.as_deref() == Some(configuration));
        role.unwrap_or_else(|| panic!("{roles:?}")).abilities.clone()
    };
    assert_eq!(
        of(RoleKind::DeviceAdmin, "res/xml/device_admin_sample.xml"),
        [
            "limit-password",
            "watch-login",
            "reset-password",
            "force-lock",
            "wipe-data",
            "expire-password",
            "encrypted-storage",
            "disable-camera",
            "disable-keyguard-features"
        ]
    );
    assert_eq!(of(RoleKind::Accessibility, "res/xml/taskbackconfig.xml"), ["canRetrieveWindowContent", "typeAllMask"]);
}

#[test]
fn a_missing_configuration_is_a_problem() {
    let admin = tag("receiver")
        .android("name", ".Admin")
        .android("permission", "android.permission.BIND_DEVICE_ADMIN")
        .child(tag("meta-data").android("name", "android.app.device_admin").number(
            "resource",
            TYPE_REFERENCE,
            0x7f01_0000,
        ));
    let manifest = read(&app_with(30, [admin]));
    assert_eq!(manifest.problems[0].code, "configuration-missing");
    assert_eq!(manifest.components[0].role.as_ref().unwrap().kind, RoleKind::DeviceAdmin);
}

#[test]
fn the_text_is_escaped_and_names_android_by_its_prefix() {
    let mut application = tag("application").android("label", "<b>&\"\u{202E}\u{7}\n");
    application.attributes[0].namespace = None;
    let activity = tag("activity")
        .android("name", "@string/not-a-reference")
        .number("screenOrientation", TYPE_DECIMAL, 1)
        .number("configChanges", TYPE_HEX, 0xA0)
        .number("theme", TYPE_REFERENCE, 0x7f0b_0001);
    let root = tag("manifest").plain("package", "a.b").child(application.child(activity).text("&"));
    let text = read(&root).text;
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(
        lines,
        [
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<manifest",
            "xmlns:android=\"http://schemas.android.com/apk/res/android\"",
            "package=\"a.b\">",
            "<application android:label=\"&lt;b&gt;&amp;&quot;&#x202e;\\u0007&#10;\">",
            "<!-- overlooked by Android: android:theme=\"@7f0b0001\" -->",
            "<activity",
            "android:name=\"\\@string/not-a-reference\"",
            "android:screenOrientation=\"portrait\"",
            "android:configChanges=\"keyboardHidden|orientation\" />",
            "&amp;",
            "</application>",
            "</manifest>",
        ]
    );
}

/// Trees of any shape, with names and texts of any kind.
fn trees() -> impl Strategy<Value = Tag> {
    let text = prop_oneof!["[a-z]{1,8}", "\\PC{0,12}"].boxed();
    let leaf =
        (text.clone(), prop::collection::vec((text.clone(), text.clone()), 0..4)).prop_map(|(name, attributes)| {
            attributes.iter().fold(tag(&name), |tag, (name, value)| tag.plain(name, value)).boolean("enabled", true)
        });
    leaf.prop_recursive(6, 40, 5, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..5))
            .prop_map(|(tag, children)| children.into_iter().fold(tag, Tag::child))
    })
}

fn same(ours: &apklens::resources::xml::Element, theirs: &Tag) {
    assert_eq!(*ours.name, *theirs.name);
    let written: Vec<_> = ours.attributes.iter().map(|it| (it.pool_name.to_string(), it.raw.clone())).collect();
    let expected: Vec<_> = theirs.attributes.iter().map(|it| (it.name.clone(), it.raw.clone())).collect();
    assert_eq!(written, expected);
    let children: Vec<_> = ours.elements().collect();
    assert_eq!(children.len(), theirs.children.len());
    for (ours, theirs) in children.into_iter().zip(&theirs.children) {
        if let Child::Tag(theirs) = theirs {
            same(ours, theirs);
        }
    }
}

proptest! {
    #[test]
    fn a_tree_is_read_as_it_was_written(root in trees(), utf8: bool) {
        let document = Document::parse(&Axml::new(&root, utf8).bytes()).unwrap();
        same(&document.root, &root);
    }

    #[test]
    fn the_text_is_always_well_formed(root in trees(), utf8: bool) {
        let document = Document::parse(&Axml::new(&root, utf8).bytes()).unwrap();
        let text = document.to_xml(&|_| None);
        let parsed = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let elements = parsed.descendants().filter(roxmltree::Node::is_element).count();
        fn count(tag: &Tag) -> usize {
            1 + tag.children.iter().map(|child| if let Child::Tag(tag) = child { count(tag) } else { 0 }).sum::<usize>()
        }
        prop_assert_eq!(elements, count(&root));
    }

    #[test]
    fn changed_bytes_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = Axml::new(&app(), true).bytes();
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        let archive = archive(&[("AndroidManifest.xml", &bytes)]);
        let manifest = manifest::read(&Archive::open(&archive).unwrap());
        prop_assert_eq!(manifest.package.is_none(), manifest.text.is_empty());
        prop_assert!(manifest.package.is_some() || !manifest.problems.is_empty());
        if !manifest.text.is_empty() {
            prop_assert!(roxmltree::Document::parse(&manifest.text).is_ok(), "{}", manifest.text);
        }
    }

    #[test]
    fn a_cut_file_is_read_as_far_as_it_goes(end: prop::sample::Index) {
        let bytes = Axml::new(&app(), false).bytes();
        let cut = &bytes[..end.index(bytes.len())];
        if let Ok(document) = Document::parse(cut) {
            prop_assert!(!document.anomalies.is_empty());
        }
    }
}
