//! The form of stalkerware-indicators: `ioc.yaml` and `watchware.yaml`, a list of apps with their indicators
//! (<https://github.com/AssoEchap/stalkerware-indicators>).

use super::yaml::{self, Node};
use super::{ImportError, Taker};
use crate::indicators::{Class, Kind};

/// The members of an entry that are lists of indicators.
const LISTS: [(&str, Kind); 6] = [
    ("packages", Kind::Package),
    ("certificates", Kind::CertificateSha1),
    ("certificate_organizations", Kind::CertificateOrganization),
    ("certificate_cname_re", Kind::CertificateCommonName),
    ("websites", Kind::Website),
    ("distribution", Kind::Website),
];
/// Members that are no indicators.
const OTHERS: [&str; 4] = ["name", "names", "type", "c2"];

pub(super) fn read(text: &str, taker: &mut Taker) -> Result<(), ImportError> {
    let Some(root) = yaml::parse(text)? else { return Ok(()) };
    for entry in root.items() {
        read_entry(entry, taker);
    }
    Ok(())
}

fn read_entry(entry: &Node, taker: &mut Taker) {
    let place = |node: &Node| format!("line {}", node.line);
    let yaml::Value::Map(members) = &entry.value else {
        return taker.skip(place(entry), entry.text().unwrap_or("a list"), "it is not an app with its indicators");
    };
    let texts = |key| entry.get(key).map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
    let aliases: Vec<String> = texts("names").map(str::to_owned).collect();
    let Some(name) = texts("name").next().or(aliases.first().map(String::as_str)).map(str::to_owned) else {
        return taker.skip(place(entry), "an app", "it has no name");
    };
    let class = texts("type").next().and_then(|class| class.parse::<Class>().ok());
    let family = taker.family(&name, class, &aliases);
    for (key, node) in members {
        if let Some((_, kind)) = LISTS.iter().find(|(list, _)| list == key) {
            for item in node.items() {
                match item.text() {
                    Some(value) if *kind == Kind::Website => taker.take_site(place(item), family, *kind, value),
                    Some(value) => {
                        taker.take(place(item), family, *kind, value);
                    }
                    None => taker.skip(place(item), key, "it is not a single value"),
                }
            }
        } else if !OTHERS.contains(&key.as_str()) {
            let reason =
                if key == "ios_bundles" { "no Android app has it" } else { "this member of an app is not known here" };
            for item in node.items() {
                taker.skip(place(item), item.text().unwrap_or(key), reason);
            }
        }
    }
    let Some(servers) = entry.get("c2") else { return };
    let yaml::Value::Map(members) = &servers.value else {
        if !servers.items().is_empty() {
            taker.skip(place(servers), "c2", "it has neither domains nor ips");
        }
        return;
    };
    for (key, node) in members {
        for item in node.items() {
            match (key.as_str(), item.text()) {
                ("domains", Some(value)) => taker.take_site(place(item), family, Kind::C2Domain, value),
                ("ips" | "ip", Some(value)) => {
                    taker.take(place(item), family, Kind::C2Ip, value);
                }
                (_, value) => taker.skip(place(item), value.unwrap_or(key), "it is neither a domain nor an address"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::import;
    use super::super::tests::{options, outcome};
    use super::*;

    #[test]
    fn every_member_of_an_entry_is_used_or_named() {
        let text = "\
- name : A
  names:
  - B
  type: watchware
  packages:
    - org.example.a
    - nothing
  certificates:
  - ABCDEF0123456789ABCDEF0123456789ABCDEF01
  certificate_organizations: [An Organisation]
  websites: a.example
  distribution:
  - https://github.com/a/b
  ios_bundles:
  - org.example.ios
  sometimes: later
  c2:
    ips:
    - 8.8.8.8
    - 127.0.0.1
    domains:
    - c2.a.example
- type: watchware
- just text
- name: C
  packages:
  - org.example.c
";
        let imported = import(text.as_bytes(), &options("ioc.yaml")).unwrap();
        let (used, skipped) = outcome(&imported);
        assert_eq!(
            used,
            [
                (Kind::CertificateSha1, "abcdef0123456789abcdef0123456789abcdef01", "A", Class::Watchware),
                (Kind::CertificateOrganization, "An Organisation", "A", Class::Watchware),
                (Kind::Package, "org.example.a", "A", Class::Watchware),
                (Kind::Package, "org.example.c", "C", Class::Stalkerware),
                (Kind::C2Domain, "c2.a.example", "A", Class::Watchware),
                (Kind::C2Ip, "8.8.8.8", "A", Class::Watchware),
                (Kind::Website, "a.example", "A", Class::Watchware),
                (Kind::Website, "github.com/a/b", "A", Class::Watchware),
            ]
        );
        assert_eq!(
            skipped,
            [
                ("line 7", "nothing", "it is not a package name"),
                ("line 15", "org.example.ios", "no Android app has it"),
                ("line 16", "later", "this member of an app is not known here"),
                ("line 20", "127.0.0.1", "it is not a public IP address"),
                ("line 23", "an app", "it has no name"),
                ("line 24", "just text", "it is not an app with its indicators"),
            ]
        );
        let family = &imported.collection.families[0];
        assert_eq!(family.aliases, ["B"]);
    }
}
