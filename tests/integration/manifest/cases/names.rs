//! Attributes and elements that are called like another one, or are one that is called otherwise.

use apklens::manifest;

use super::Reading::Other;
use super::{Case, of, package, renamed, with};
use testkit::axml::*;

/// The app with one more permission, whose attribute is changed.
fn asked(change: impl FnOnce(&mut Attr)) -> Option<Vec<u8>> {
    of(|app| {
        let mut permission = tag("uses-permission").android("name", "android.permission.CAMERA");
        change(&mut permission.attributes[0]);
        *app = app.clone().child(permission)
    })
}

pub const CASES: &[Case] = &[
    Case {
        name: "permission-name-plain",
        make: || asked(|attribute| (attribute.namespace, attribute.id) = (None, None)),
        codes: &[],
        reading: Other(|_| {}),
    },
    Case {
        name: "permission-name-without-id",
        make: || asked(|attribute| attribute.id = None),
        codes: &["attribute-without-id"],
        reading: Other(|_| {}),
    },
    Case {
        name: "permission-name-of-other-id",
        make: || asked(|attribute| attribute.id = Some(0x0101_0024)),
        codes: &["attribute-name-false"],
        reading: Other(|_| {}),
    },
    Case {
        name: "permission-name-of-own-id",
        make: || asked(|attribute| attribute.id = Some(0x7f01_0003)),
        codes: &[],
        reading: Other(|_| {}),
    },
    Case {
        name: "permission-name-by-id-alone",
        make: || {
            asked(|attribute| {
                attribute.namespace = Some("http://example.org/".to_owned());
                attribute.name = "label".to_owned()
            })
        },
        codes: &["attribute-name-false", "attribute-namespace"],
        reading: Other(|manifest| {
            let camera = manifest::Permission { name: "android.permission.CAMERA".to_owned(), ..Default::default() };
            manifest.permissions.insert(1, camera);
        }),
    },
    Case {
        name: "permission-name-number",
        make: || asked(|attribute| attribute.value = Typed::Number(TYPE_DECIMAL, 5)),
        codes: &[],
        reading: Other(|_| {}),
    },
    Case {
        name: "permission-name-overlooked",
        make: || {
            of(|app| {
                let other = tag("uses-permission")
                    .number("maxSdkVersion", TYPE_DECIMAL, 40)
                    .android("name", "android.permission.CAMERA");
                *app = app.clone().child(other)
            })
        },
        codes: &["attribute-overlooked"],
        reading: Other(|_| {}),
    },
    Case {
        name: "component-name-plain",
        make: || of(|app| app.find("service").attributes[0].id = None),
        codes: &["attribute-without-id", "component-nameless"],
        reading: Other(|manifest| {
            manifest.components.pop();
        }),
    },
    Case {
        name: "component-name-overlooked",
        make: || of(|app| app.find("service").attributes.reverse()),
        codes: &["attribute-overlooked", "component-nameless"],
        reading: Other(|_| {}),
    },
    Case {
        name: "action-name-without-id",
        make: || of(|app| app.find("action").attributes[0].id = None),
        codes: &["attribute-without-id"],
        reading: Other(|_| {}),
    },
    Case {
        name: "action-name-by-id-alone",
        make: || of(|app| app.find("action").attributes[0].namespace = None),
        codes: &["attribute-namespace", "intent-nameless"],
        reading: Other(|_| {}),
    },
    Case {
        name: "action-name-plain",
        make: || {
            of(|app| {
                let attribute = &mut app.find("action").attributes[0];
                (attribute.namespace, attribute.id) = (None, None)
            })
        },
        codes: &["intent-nameless"],
        reading: Other(|manifest| {
            package(manifest).launcher = manifest::Launcher::default();
            let main = &mut manifest.components[0];
            main.intent_filters.clear();
            main.exported = false;
        }),
    },
    Case {
        name: "package-in-a-namespace",
        make: || of(|app| app.attributes[2].namespace = Some(ANDROID.to_owned())),
        codes: &["package-elsewhere"],
        reading: Other(|_| {}),
    },
    Case {
        name: "split-in-a-namespace",
        make: || {
            of(|app| {
                let mut split = tag("").plain("split", "config.de").attributes.remove(0);
                split.namespace = Some(ANDROID.to_owned());
                app.attributes.push(split)
            })
        },
        codes: &[],
        reading: Other(|_| {}),
    },
    Case {
        name: "split-name-cut",
        make: || of(|app| *app = app.clone().plain("split\0", "config.de")),
        codes: &["string-cut"],
        reading: Other(|_| {}),
    },
    Case {
        name: "element-name-missing",
        make: || {
            with(|axml| {
                // The name's number is the number of an attribute in the map.
                let (at, label) = (axml.position(0x0102, "uses-permission"), axml.index("label"));
                renamed(axml, true, |text| if text == "label" { String::new() } else { text.to_owned() });
                put32(&mut axml.nodes[at], 20, label);
                put32(&mut axml.nodes[at + 1], 20, label)
            })
        },
        codes: &["element-name-missing", "attribute-name-missing"],
        reading: Other(|manifest| {
            manifest.permissions.remove(0);
        }),
    },
];
