//! Tricks with names, elements and attributes, and what is no manifest.

use apklens::manifest;

use super::Reading::{Nothing, Other, Same};
use super::{Case, FIRST, grown, of, package, renamed, with};
use testkit::axml::*;

pub const CASES: &[Case] =
    &[
        // Names.
        Case {
            name: "names-empty",
            make: || {
                with(|axml| {
                    let ids = axml.map.len() / 4 - 2;
                    let last = axml.strings[ids - 1].clone();
                    assert!(ids > 3 && last != "android");
                    let known: Vec<String> = axml.strings[..ids].to_vec();
                    renamed(axml, true, |text| {
                        if known.iter().any(|name| name == text) { String::new() } else { text.to_owned() }
                    })
                })
            },
            codes: &["attribute-name-missing", "more-of-the-kind", "intent-nameless"],
            reading: Same,
        },
        Case {
            name: "names-false",
            make: || {
                with(|axml| {
                    renamed(axml, true, |text| match text {
                        "exported" => "enabled".to_owned(),
                        "versionName" => "theme".to_owned(),
                        _ => text.to_owned(),
                    })
                })
            },
            codes: &["attribute-name-false"],
            reading: Same,
        },
        Case {
            name: "names-not-xml",
            make: || {
                with(|axml| {
                    renamed(axml, true, |text| match text {
                        "exported" => "<\u{1}>".to_owned(),
                        "versionCode" => " \t".to_owned(),
                        _ => text.to_owned(),
                    })
                })
            },
            codes: &["attribute-name-false"],
            reading: Same,
        },
        Case {
            name: "resource-map-missing",
            make: || with(|axml| axml.map.clear()),
            codes: &["resource-map-missing"],
            reading: Same,
        },
        Case {
            name: "resource-map-too-long",
            make: || {
                with(|axml| {
                    let end = axml.map.len();
                    grown(&mut axml.map, end, &words(&[0; 900]))
                })
            },
            codes: &[],
            reading: Same,
        },
        Case {
            name: "namespace-missing",
            make: || {
                of(|app| {
                    app.attributes[0].namespace = None;
                    app.find("service").attributes[1].namespace = None
                })
            },
            codes: &["attribute-namespace"],
            reading: Same,
        },
        Case {
            name: "namespace-false",
            make: || of(|app| app.find("service").attributes[1].namespace = Some("http://example.org/".to_owned())),
            codes: &["attribute-namespace"],
            reading: Same,
        },
        Case {
            name: "namespace-chunks-missing",
            make: || {
                with(|axml| {
                    axml.nodes.pop();
                    axml.nodes.remove(0);
                })
            },
            codes: &[],
            reading: Same,
        },
        Case {
            name: "namespace-never-ends",
            make: || {
                with(|axml| {
                    axml.nodes.pop();
                })
            },
            codes: &[],
            reading: Same,
        },
        // Elements.
        Case {
            name: "attributes-start-later",
            make: || {
                with(|axml| {
                    let node = axml.start("service");
                    grown(node, FIRST, &[0xEE; 4]);
                    put16(node, 24, 24)
                })
            },
            codes: &["attribute-layout"],
            reading: Same,
        },
        Case {
            name: "attributes-larger",
            make: || {
                with(|axml| {
                    let node = axml.start("service");
                    grown(node, FIRST + 40, &[0xEE; 4]);
                    grown(node, FIRST + 20, &[0xEE; 4]);
                    put16(node, 26, 24)
                })
            },
            codes: &["attribute-layout"],
            reading: Same,
        },
        Case {
            name: "attributes-past-end",
            make: || with(|axml| put16(axml.start("service"), 28, 9)),
            codes: &["attributes-past-end"],
            reading: Same,
        },
        Case {
            name: "attributes-of-no-size",
            make: || {
                with(|axml| {
                    let node = axml.start("action");
                    put16(node, 26, 0);
                    put16(node, 28, u16::MAX)
                })
            },
            codes: &["attribute-layout", "node-trailing"],
            reading: Same,
        },
        Case {
            name: "bytes-behind-attributes",
            make: || {
                with(|axml| {
                    let node = axml.start("service");
                    let end = node.len();
                    grown(node, end, &[0xEE; 32])
                })
            },
            codes: &["node-trailing"],
            reading: Same,
        },
        Case {
            name: "node-header-longer",
            make: || {
                with(|axml| {
                    let node = axml.start("service");
                    grown(node, 16, &[0xEE; 8]);
                    put16(node, 2, 24)
                })
            },
            codes: &["node-header-size"],
            reading: Same,
        },
        Case {
            name: "node-header-too-short",
            make: || with(|axml| axml.nodes.insert(4, chunk(0x0102, 8, &[0; 28]))),
            codes: &["node-header-size"],
            reading: Same,
        },
        Case {
            name: "value-size-false",
            make: || with(|axml| put16(axml.start("uses-sdk"), FIRST + 12, 0)),
            codes: &[],
            reading: Same,
        },
        Case {
            name: "comment-and-line-false",
            make: || {
                with(|axml| {
                    let node = axml.start("service");
                    put32(node, 8, u32::MAX);
                    put32(node, 12, 0x7777)
                })
            },
            codes: &[],
            reading: Same,
        },
        Case {
            name: "end-names-false",
            make: || {
                with(|axml| {
                    let (at, other) = (axml.position(0x0103, "service"), axml.index("action"));
                    put32(&mut axml.nodes[at], 20, other)
                })
            },
            codes: &["end-differs"],
            reading: Same,
        },
        Case {
            name: "end-too-many",
            make: || {
                with(|axml| {
                    let end = axml.nodes.len() - 1;
                    let node = axml.nodes[end - 1].clone();
                    axml.nodes.insert(end, node)
                })
            },
            codes: &["end-without-start"],
            reading: Same,
        },
        Case {
            name: "ends-missing",
            make: || {
                with(|axml| {
                    let end = axml.nodes.len();
                    axml.nodes.truncate(end - 3)
                })
            },
            codes: &["elements-unclosed"],
            reading: Same,
        },
        Case {
            name: "cut-off",
            make: || {
                with(|axml| {
                    let end = axml.nodes.len() - 2;
                    axml.nodes[end].truncate(15);
                    axml.nodes.truncate(end + 1)
                })
            },
            codes: &["xml-garbage", "elements-unclosed"],
            reading: Same,
        },
        Case {
            name: "second-root",
            make: || {
                with(|axml| {
                    let at = axml.position(0x0102, "uses-permission");
                    let pair = axml.nodes[at..at + 2].to_vec();
                    let end = axml.nodes.len() - 1;
                    axml.nodes.splice(end..end, pair);
                })
            },
            codes: &["second-root"],
            reading: Same,
        },
        Case {
            name: "manifest-not-first",
            make: || Some(Axml::new(&tag("decoy").child(app()), true).bytes()),
            codes: &["manifest-root"],
            reading: Other(|_| {}),
        },
        Case {
            name: "text-between-elements",
            make: || of(|app| *app = app.clone().text("\n  ")),
            codes: &[],
            reading: Other(|_| {}),
        },
        Case {
            name: "nested-too-deep",
            make: || {
                of(|app| {
                    let deep = (0..300).fold(tag("x"), |inner, _| tag("x").child(inner));
                    *app = app.clone().child(deep)
                })
            },
            codes: &["more-of-the-kind", "xml-too-deep"],
            reading: Other(|_| {}),
        },
        // Attributes.
        Case {
            name: "attribute-twice",
            make: || {
                of(|app| {
                    let service = app.find("service");
                    *service = service.clone().boolean("exported", false)
                })
            },
            codes: &["attribute-overlooked"],
            reading: Other(|_| {}),
        },
        Case {
            name: "attribute-out-of-order",
            make: || {
                of(|app| {
                    let service = app.find("service");
                    *service = service.clone().boolean("enabled", false)
                })
            },
            codes: &["attribute-overlooked"],
            reading: Other(|_| {}),
        },
        Case {
            name: "text-differs-from-value",
            make: || of(|app| app.find("activity").attributes[0].raw = Some("com.fake.Name".to_owned())),
            codes: &["value-text-differs"],
            reading: Same,
        },
        Case {
            name: "package-value-false",
            make: || of(|app| app.attributes[2].value = Typed::Text("com.fake".to_owned())),
            codes: &["value-text-differs"],
            reading: Other(|_| {}),
        },
        Case {
            name: "truth-as-text",
            make: || of(|app| app.find("service").attributes[1].value = Typed::Text("true".to_owned())),
            codes: &[],
            reading: Same,
        },
        Case {
            name: "truth-as-number",
            make: || of(|app| app.find("service").attributes[1].value = Typed::Number(TYPE_HEX, 2)),
            codes: &[],
            reading: Other(|_| {}),
        },
        Case {
            name: "number-of-unknown-type",
            make: || of(|app| app.attributes[0].value = Typed::Number(0x15, 7)),
            codes: &[],
            reading: Other(|_| {}),
        },
        Case {
            name: "value-of-no-type",
            make: || {
                of(|app| {
                    let application = app.find("application");
                    application.attributes[0].value = Typed::Number(0x77, 5)
                })
            },
            codes: &[],
            reading: Other(|manifest| {
                package(manifest).label = Some("com.example.app".to_owned());
            }),
        },
        // What the parser of manifests makes of it.
        Case {
            name: "second-application",
            make: || {
                of(|app| {
                    *app = app.clone().child(
                        tag("application")
                            .child(tag("uses-permission").android("name", "android.permission.CAMERA"))
                            .child(tag("service").android("name", "Hidden")),
                    )
                })
            },
            codes: &["second-application"],
            reading: Other(|manifest| {
                let camera =
                    manifest::Permission { name: "android.permission.CAMERA".to_owned(), ..Default::default() };
                manifest.permissions.insert(1, camera);
            }),
        },
        Case {
            name: "application-in-second-application",
            make: || {
                of(|app| {
                    let inner = tag("uses-permission").android("name", "android.permission.CAMERA");
                    let nested = tag("application").child(tag("application").child(inner));
                    *app = app.clone().child(nested)
                })
            },
            codes: &["second-application"],
            reading: Other(|manifest| {
                let camera =
                    manifest::Permission { name: "android.permission.CAMERA".to_owned(), ..Default::default() };
                manifest.permissions.insert(1, camera);
            }),
        },
        Case {
            name: "component-nameless",
            make: || {
                of(|app| {
                    let application = app.find("application");
                    *application = application.clone().child(tag("receiver").boolean("exported", true))
                })
            },
            codes: &["component-nameless"],
            reading: Other(|_| {}),
        },
        Case {
            name: "alias-for-nothing",
            make: || {
                of(|app| {
                    let application = app.find("application");
                    *application = application
                        .clone()
                        .child(tag("activity-alias").android("name", "A").android("targetActivity", ".Nowhere"))
                })
            },
            codes: &["alias-target-missing"],
            reading: Other(|manifest| {
                manifest.components.push(manifest::Component {
                    kind: manifest::ComponentKind::ActivityAlias,
                    name: "com.example.app.A".to_owned(),
                    enabled: true,
                    target: Some("com.example.app.Nowhere".to_owned()),
                    ..Default::default()
                });
            }),
        },
        Case {
            name: "package-in-missing-namespace",
            make: || with(|axml| put32(axml.start("manifest"), FIRST + 40, 0xFFFF)),
            codes: &["string-missing"],
            reading: Same,
        },
        Case {
            name: "package-name-cut",
            make: || {
                of(|app| {
                    let decoy = tag("").plain("package\0", "com.fake").attributes.remove(0);
                    app.attributes.insert(2, decoy)
                })
            },
            codes: &["string-cut"],
            reading: Other(|_| {}),
        },
        Case {
            name: "package-missing",
            make: || {
                of(|app| {
                    app.attributes.pop();
                })
            },
            codes: &["package-missing"],
            reading: Other(|manifest| {
                package(manifest).name.clear();
                package(manifest).launcher = manifest::Launcher {
                    activity: Some(".Main".to_owned()),
                    activities: vec![".Main".to_owned()],
                    ..Default::default()
                };
                manifest.components[0].name = ".Main".to_owned();
                manifest.components[1].name = ".Worker".to_owned();
            }),
        },
        // What is no manifest.
        Case { name: "no-manifest", make: || None, codes: &["manifest-missing"], reading: Nothing },
        Case { name: "empty", make: || Some(Vec::new()), codes: &["manifest-unreadable"], reading: Nothing },
        Case {
            name: "plain-text",
            make: || Some(b"<?xml version=\"1.0\"?><manifest package=\"a.b\"/>".to_vec()),
            codes: &["manifest-unreadable"],
            reading: Nothing,
        },
        Case {
            name: "random-bytes",
            make: || Some((0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
            codes: &["manifest-unreadable"],
            reading: Nothing,
        },
        Case {
            name: "no-strings",
            make: || with(|axml| axml.pool.clear()),
            codes: &["manifest-unreadable"],
            reading: Nothing,
        },
        Case {
            name: "no-element",
            make: || with(|axml| axml.nodes.clear()),
            codes: &["manifest-unreadable"],
            reading: Nothing,
        },
    ];
