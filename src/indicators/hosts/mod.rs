//! Which part of a host name somebody registered, and which hosts everybody uses.
//!
//! Two tables: the rules of the Public Suffix List (<https://publicsuffix.org/list/>, MPL-2.0), made by
//! [`suffix_table`], and a list of hosts that unrelated people and apps share, kept by hand, each with the reason.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// The rules of the Public Suffix List, one a line in byte order, each with its labels from the last to the first
/// (`uk.co`), `*` for any label and `!` before an exception.
const SUFFIXES: &str = include_str!("public-suffixes.txt");

/// Hosts that many use: `host`, `who`, `reason`.
const SHARED: &str = include_str!("shared-hosts.tsv");

/// Whose the names at and below a shared host are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// All are the service's own.
    Below,
    /// The host itself is the service's; each name below it belongs to a customer.
    Tenants,
    /// The host itself is shared; of the names below nothing is said.
    Host,
}

/// Why a host, or a suffix, is nobody's server: `None` where it may be one. `host` is in canonical form.
pub fn shared(host: &str) -> Option<&'static str> {
    if let Some(&(_, reason)) = table().get(host.strip_prefix("www.").unwrap_or(host)) {
        return Some(reason);
    }
    let borders = host.match_indices('.').map(|(dot, _)| dot + 1);
    let above = borders.filter_map(|start| table().get(&host[start..]));
    if let Some(&(_, reason)) = above.into_iter().find(|(who, _)| *who == Who::Below) {
        return Some(reason);
    }
    is_public_suffix(host).then_some("a suffix under which unrelated people have names")
}

/// Whether unrelated people register names, or have hosts, directly below this name.
pub fn is_public_suffix(host: &str) -> bool {
    suffix_labels(host) == Some(labels(host))
}

/// Whether the last label of a name is one that host names end in.
pub fn has_known_top(name: &str) -> bool {
    let top = name.rsplit('.').next().unwrap_or(name);
    // Of some countries the list has only the names below the last label.
    contains(top) || is_prefix_of_a_rule(&format!("{top}."))
}

/// The part of a host name that somebody registered: one label more than its public suffix, and at most the name.
pub fn registered(host: &str) -> &str {
    let count = suffix_labels(host).unwrap_or(1) + 1;
    match host.rmatch_indices('.').nth(count - 1) {
        Some((dot, _)) => &host[dot + 1..],
        None => host,
    }
}

/// How many labels of the host are a public suffix by the longest rule that holds (publicsuffix.org/list, “Algorithm”);
/// `None` where none does. Hosts with tenants count as suffixes: their rules are not all in the list.
fn suffix_labels(host: &str) -> Option<usize> {
    let mut longest = None;
    let mut reversed = String::new();
    for (place, label) in host.rsplit('.').enumerate() {
        let parent = reversed.clone();
        if place > 0 {
            reversed.push('.');
        }
        reversed.push_str(label);
        if contains(&format!("!{reversed}")) {
            return Some(place);
        }
        if contains(&reversed) || place > 0 && contains(&format!("{parent}.*")) {
            longest = Some(place + 1);
        }
    }
    let tenants = host.match_indices('.').map(|(dot, _)| dot + 1).chain([0]).map(|start| &host[start..]);
    let of_tenants = tenants.filter(|name| table().get(name).is_some_and(|(who, _)| *who == Who::Tenants));
    longest.max(of_tenants.map(labels).max())
}

fn labels(name: &str) -> usize {
    name.split('.').count()
}

fn table() -> &'static HashMap<&'static str, (Who, &'static str)> {
    static TABLE: OnceLock<HashMap<&'static str, (Who, &'static str)>> = OnceLock::new();
    TABLE.get_or_init(|| SHARED.lines().skip(1).filter_map(row).collect())
}

/// A line of [`SHARED`].
fn row(line: &'static str) -> Option<(&'static str, (Who, &'static str))> {
    let mut fields = line.split('\t');
    let (host, who, reason) = (fields.next()?, fields.next()?, fields.next()?);
    let who = match who {
        "below" => Who::Below,
        "tenants" => Who::Tenants,
        "host" => Who::Host,
        _ => return None,
    };
    Some((host, (who, reason)))
}

/// Whether a rule is in [`SUFFIXES`].
fn contains(rule: &str) -> bool {
    line_from(rule) == Some(rule)
}

fn is_prefix_of_a_rule(start: &str) -> bool {
    line_from(start).is_some_and(|line| line.starts_with(start))
}

/// The first line of [`SUFFIXES`] that is not before `wanted`: a binary search over the text itself, which then needs
/// no index and no time to build one.
fn line_from(wanted: &str) -> Option<&'static str> {
    let bytes = SUFFIXES.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        match SUFFIXES[start..end].cmp(wanted) {
            Ordering::Less => low = end + 1,
            Ordering::Equal | Ordering::Greater => high = start,
        }
    }
    let rest = SUFFIXES.get(low..)?;
    rest.lines().next()
}

/// The table of suffixes of a published list (`public_suffix_list.dat`): what [`SUFFIXES`] holds.
pub fn suffix_table(list: &str) -> String {
    let rules: BTreeSet<String> = list
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .filter_map(|line| line.split_whitespace().next())
        .filter_map(|rule| {
            let (mark, name) = rule.strip_prefix('!').map_or(("", rule), |name| ("!", name));
            let labels: Option<Vec<String>> = name
                .rsplit('.')
                .map(|label| if label == "*" { Some(label.to_owned()) } else { idna::domain_to_ascii(label).ok() })
                .collect();
            Some(format!("{mark}{}", labels?.join(".")))
        })
        .collect();
    rules.into_iter().map(|rule| rule + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_those_of_the_list() {
        // Of the list's own tests (publicsuffix/list, tests/test_psl.txt), the part that has an answer.
        for (host, part) in [
            ("b.example.com", "example.com"),
            ("a.b.example.com.br", "example.com.br"),
            ("a.b.ide.kyoto.jp", "b.ide.kyoto.jp"),
            ("www.city.kobe.jp", "city.kobe.jp"),
            ("a.b.c.kobe.jp", "b.c.kobe.jp"),
            ("b.c.mm", "b.c.mm"),
            ("www.www.ck", "www.ck"),
            ("b.test.ck", "b.test.ck"),
            ("test.k12.ak.us", "test.k12.ak.us"),
            ("a.one.github.io", "one.github.io"),
            ("b.two.firebaseio.com", "two.firebaseio.com"),
            ("xn--85x722f.com.cn", "xn--85x722f.com.cn"),
            ("www.spyfly.co.za", "spyfly.co.za"),
            ("a.c2.example", "c2.example"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(registered(host), part, "{host}");
        }
        for suffix in ["com", "co.uk", "github.io", "c.kobe.jp", "s3.amazonaws.com", "firebaseio.com"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for host in ["example.com", "kobe.jp", "city.kobe.jp", "www.ck", "one.github.io", "c2.example", "example"] {
            assert!(!is_public_suffix(host), "{host}");
        }
    }

    #[test]
    fn names_that_hosts_end_in_are_told_from_others() {
        for name in ["c2.shop", "c2.xyz", "a.co.za", "a.za", "monitor.online", "x.xn--p1ai"] {
            assert!(has_known_top(name), "{name}");
        }
        for name in ["org.example", "com.spy.tracker", "a.service", "a.0"] {
            assert!(!has_known_top(name), "{name}");
        }
    }

    #[test]
    fn what_everybody_uses_is_nobodys_server() {
        for host in [
            "t.me",
            "pastebin.com",
            "www.pastebin.com",
            "drive.google.com",
            "docs.google.com",
            "api.telegram.org",
            "raw.githubusercontent.com",
            "github.com",
            "gist.github.com",
            "www.dropbox.com",
            "mega.nz",
            "bit.ly",
            "mediafire.com",
            "download123.mediafire.com",
            "cdn.discordapp.com",
            "youtube.com",
            "m.facebook.com",
            "play.google.com",
            "apkpure.com",
            "d.apkpure.com",
            "graph.facebook.com",
            "firebasestorage.googleapis.com",
            "onedrive.live.com",
            "1drv.ms",
            "firebaseio.com",
            "s3.amazonaws.com",
            "web.app",
            "zendesk.com",
            "co.uk",
        ] {
            assert!(shared(host).is_some(), "{host}");
        }
        for host in [
            "evil-1.firebaseio.com",
            "evil.github.io",
            "evil.s3.amazonaws.com",
            "evil.herokuapp.com",
            "at.me",
            "notbit.ly",
            "evil.zendesk.com",
            "location.family.microsoft.com",
            "example.com",
        ] {
            assert_eq!(shared(host), None, "{host}");
        }
    }

    #[test]
    fn the_tables_are_whole_and_in_order() {
        assert!(SUFFIXES.lines().is_sorted() && SUFFIXES.lines().count() > 9_000);
        assert!(SUFFIXES.lines().all(contains), "each is found where it stands");
        assert_eq!(table().len(), SHARED.lines().count() - 1, "a line that is no row, or one twice");
        let hosts: Vec<&str> = SHARED.lines().skip(1).filter_map(row).map(|(host, _)| host).collect();
        assert!(hosts.is_sorted());
    }

    #[test]
    fn a_published_list_becomes_the_table() {
        let list =
            "// ===BEGIN ICANN DOMAINS===\n\ncom\nco.uk\n*.ck\n!www.ck\n公司.cn\n // no rule\nblogspot.com  trailing\n";
        assert_eq!(suffix_table(list), "!ck.www\nck.*\ncn.xn--55qx5d\ncom\ncom.blogspot\nuk.co\n");
    }
}
