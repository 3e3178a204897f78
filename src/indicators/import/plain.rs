//! A plain list: one value a line, with `#` for comments; lists of hosts as systems and filters have them, too. A digest
//! and an address tell what they are; a name with dots may be a package or a host, and says which where that is not
//! plain: `package:org.example`, `domain:…`.

use super::url::address;
use super::{Remark, Taker};
use crate::indicators::{Kind, hosts};

/// What may stand before a value, with a colon.
const PREFIXES: [(&str, Kind); 9] = [
    ("package", Kind::Package),
    ("certificate-sha1", Kind::CertificateSha1),
    ("certificate-sha256", Kind::CertificateSha256),
    ("public-key-sha256", Kind::PublicKeySha256),
    ("sha256", Kind::FileSha256),
    ("domain", Kind::C2Domain),
    ("ip", Kind::C2Ip),
    ("website", Kind::Website),
    ("class-prefix", Kind::ClassPrefix),
];

/// Where lists of hosts send a name that must not be reached.
const NOWHERE: [&str; 6] = ["0.0.0.0", "127.0.0.1", "::", "::1", "255.255.255.255", "fe80::1%lo0"];

/// Names of the machine itself and of its networks, as lists of hosts begin with.
const THIS_MACHINE: [&str; 12] = [
    "0.0.0.0",
    "broadcasthost",
    "ip6-allhosts",
    "ip6-allnodes",
    "ip6-allrouters",
    "ip6-localhost",
    "ip6-localnet",
    "ip6-loopback",
    "ip6-mcastprefix",
    "local",
    "localhost",
    "localhost.localdomain",
];

pub(super) fn read(text: &str, taker: &mut Taker) {
    let others = majority(text);
    let name = taker.file_family();
    let mut family = None;
    for (place, line) in text.lines().enumerate() {
        let place = format!("line {}", place + 1);
        for value in values(line) {
            let mut family = || *family.get_or_insert_with(|| taker.family(&name, None, &[]));
            let family = family();
            take(value, &place, family, others, taker);
        }
    }
}

/// A value of a line, with what the line says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed<'l> {
    /// As a plain list has it.
    Plain(&'l str),
    /// A host, by the line's form.
    Host(&'l str),
    /// None, with the reason.
    Not(&'l str, &'static str),
}

/// The values of a line: one, or several names behind an address.
fn values(line: &str) -> Vec<Listed<'_>> {
    let line = line.trim();
    // `!` begins the comments of filters, and `[` their heads.
    if line.is_empty() || line.starts_with(['#', '!', '[']) {
        return Vec::new();
    }
    if let Some(filter) = filter(line) {
        return vec![filter];
    }
    let value = line.split(" #").next().unwrap_or(line).split("\t#").next().unwrap_or(line).trim();
    let value = if value.contains("://") { value } else { value.split('#').next().unwrap_or(value).trim() };
    let mut words = value.split_whitespace();
    let (Some(first), rest) = (words.next(), words.collect::<Vec<_>>()) else { return Vec::new() };
    if NOWHERE.contains(&first) && !rest.is_empty() {
        let host = |name| {
            if THIS_MACHINE.contains(&name) { Listed::Not(name, "it names this machine") } else { Listed::Host(name) }
        };
        return rest.into_iter().map(host).collect();
    }
    vec![if rest.is_empty()
        || value.contains(':')
            && !value.contains("://")
            && PREFIXES.iter().any(|(name, _)| prefixed(value, name).is_some())
    {
        Listed::Plain(value)
    } else if matches!(first, "alert" | "drop" | "reject" | "pass") {
        Listed::Not(value, "it is a rule for network traffic (Suricata, Snort)")
    } else if first.parse::<std::net::IpAddr>().is_ok() {
        Listed::Not(value, "it gives a name an address, and does not block it")
    } else {
        Listed::Not(value, "it is more than one word: a list has one value a line")
    }]
}

/// A line of a filter list or of a name server's configuration: `||host^`, `address=/host/`, `@@` before exceptions.
fn filter(line: &str) -> Option<Listed<'_>> {
    if line.starts_with("@@") {
        return Some(Listed::Not(line, "it is an exception from a filter"));
    }
    if line.contains("##") || line.contains("#@#") || line.contains("#?#") {
        return Some(Listed::Not(line, "it hides a part of a page, and names no server"));
    }
    if let Some(rest) = line.strip_prefix("||") {
        return Some(Listed::Host(rest.split(['^', '$', '|']).next().unwrap_or(rest)));
    }
    let between = ["address=/", "server=/", "local=/"].into_iter().find_map(|start| line.strip_prefix(start));
    between.and_then(|rest| rest.split('/').next()).map(Listed::Host)
}

/// What stands behind a prefix and its colon.
fn prefixed<'v>(value: &'v str, name: &str) -> Option<&'v str> {
    let (prefix, rest) = value.split_once(':')?;
    prefix.trim().eq_ignore_ascii_case(name).then(|| rest.trim())
}

fn take(listed: Listed, place: &str, family: u32, others: Option<Kind>, taker: &mut Taker) {
    let value = match listed {
        Listed::Not(value, reason) => return taker.skip(place, value, reason),
        Listed::Host(value) => return taker.take_site(place, family, Kind::C2Domain, value),
        Listed::Plain(value) => value,
    };
    match told(value) {
        Told::Kind(kind @ (Kind::C2Domain | Kind::Website), value) => taker.take_site(place, family, kind, value),
        Told::Kind(Kind::CertificateSha1, digest) if digest == value => {
            if taker.take(place, family, Kind::CertificateSha1, value) {
                taker.remark(Remark::CertificateDigest, &place, value, "files are compared by SHA-256 alone");
            }
        }
        Told::Kind(kind, value) => {
            taker.take(place, family, kind, value);
        }
        Told::Digest => {
            if taker.take(place, family, Kind::FileSha256, value) {
                taker.take_also(family, Kind::CertificateSha256, value);
                let reason = "the list does not say what it is of: write sha256: or certificate-sha256: before it";
                taker.remark(Remark::DigestOfEither, &place, value, reason);
            }
        }
        Told::Either => match others {
            Some(kind) => {
                if taker.take(place, family, kind, value) {
                    let reason = "it may be a package or a host: write package: or domain: before it";
                    taker.remark(Remark::AsTheOthers, &place, value, reason);
                }
            }
            None => taker.skip(place, value, "it may be a package or a host: write package: or domain: before it"),
        },
        Told::Nothing(reason) => taker.skip(place, value, reason),
    }
}

/// What a value is by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told<'v> {
    Kind(Kind, &'v str),
    /// A SHA-256 digest of something.
    Digest,
    /// A package or a host.
    Either,
    Nothing(&'static str),
}

fn told(value: &str) -> Told<'_> {
    if value.contains("://") || value.contains("[.]") {
        return Told::Kind(Kind::C2Domain, value);
    }
    if let Some((kind, rest)) = PREFIXES.iter().find_map(|(name, kind)| Some((*kind, prefixed(value, name)?))) {
        return Told::Kind(kind, rest);
    }
    if value.parse::<std::net::IpAddr>().is_ok() {
        return Told::Kind(Kind::C2Ip, value);
    }
    let digits = value.chars().filter(|&character| character != ':');
    if digits.clone().all(|character| character.is_ascii_hexdigit()) {
        match digits.count() {
            32 => {
                return Told::Nothing("it is an MD5 digest: files are compared by SHA-256, certificates by SHA-1 too");
            }
            40 => return Told::Kind(Kind::CertificateSha1, value),
            64 => return Told::Digest,
            128 => return Told::Nothing("it is a SHA-512 digest: files are compared by SHA-256 alone"),
            _ => {}
        }
    }
    if value.contains(',') || value.contains(';') {
        return Told::Nothing("it is a row of a table, which is not read: a list has one value a line");
    }
    let host = address(value);
    if !host.path.is_empty() || value.starts_with("*.") || value.starts_with('.') {
        return if hosts::has_known_top(&host.host) && host.host.contains('.') {
            Told::Kind(Kind::C2Domain, value)
        } else {
            Told::Nothing("it is neither a digest, an address, a package nor a host")
        };
    }
    if !value.contains('.') {
        return Told::Nothing("it is neither a digest, an address, a package nor a host");
    }
    // No host has a capital or an underscore by custom, and no package a hyphen or a part that begins with a digit.
    let cannot_be_a_package = host.host.split('.').any(|part| !part.starts_with(|c: char| c.is_ascii_alphabetic()))
        || value.contains(['-', ':'])
        || value.starts_with("www.");
    let is_reversed = hosts::has_known_top(value.split('.').next().unwrap_or_default());
    match (is_reversed && !cannot_be_a_package, hosts::has_known_top(&host.host)) {
        (true, false) => Told::Kind(Kind::Package, value),
        (true, true) if value.contains('_') || value.chars().any(|c| c.is_ascii_uppercase()) => {
            Told::Kind(Kind::Package, value)
        }
        (true, true) => Told::Either,
        (false, true) => Told::Kind(Kind::C2Domain, value),
        (false, false) => Told::Nothing(
            "it ends in no name that hosts end in, and begins with none: write package: or domain: before it",
        ),
    }
}

/// What a list's names are where they are all of one kind: what may be either is then of that kind, too.
fn majority(text: &str) -> Option<Kind> {
    let kinds = text.lines().flat_map(values).filter_map(|listed| match listed {
        Listed::Host(_) => Some(Kind::C2Domain),
        Listed::Plain(value) => match told(value) {
            Told::Kind(kind @ (Kind::C2Domain | Kind::Package), _) => Some(kind),
            Told::Kind(Kind::Website, _) => Some(Kind::C2Domain),
            _ => None,
        },
        Listed::Not(..) => None,
    });
    let (mut packages, mut hosts) = (0usize, 0usize);
    kinds.for_each(|kind| if kind == Kind::Package { packages += 1 } else { hosts += 1 });
    match (packages, hosts) {
        (ENOUGH_OTHERS.., 0) => Some(Kind::Package),
        (0, ENOUGH_OTHERS..) => Some(Kind::C2Domain),
        _ => None,
    }
}

/// How many other names tell what a list is of.
const ENOUGH_OTHERS: usize = 3;

#[cfg(test)]
mod tests {
    use super::super::import;
    use super::super::tests::{options, outcome};
    use super::*;
    use crate::indicators::Class;

    #[test]
    fn values_tell_their_kind_or_are_asked_for_it() {
        let (sha1, sha256) = ("ab".repeat(20), "cd".repeat(32));
        let text = format!(
            "# a list\norg.example.app\nc2.example.com  # a server\ndomain:io.example.app\n8.8.8.8\n{sha1}\n{sha256}\n\
             com.example.app\nexample.example\nPACKAGE: x.y\n"
        );
        let imported = import(text.as_bytes(), &options("my list.txt")).unwrap();
        let (used, skipped) = outcome(&imported);
        let all = |kind, value| (kind, value, "my list", Class::Stalkerware);
        assert_eq!(
            used,
            [
                all(Kind::FileSha256, sha256.as_str()),
                all(Kind::CertificateSha1, sha1.as_str()),
                all(Kind::CertificateSha256, sha256.as_str()),
                all(Kind::Package, "x.y"),
                all(Kind::C2Domain, "c2.example.com"),
                all(Kind::C2Domain, "io.example.app"),
                all(Kind::C2Ip, "8.8.8.8"),
            ]
        );
        let places: Vec<&str> = skipped.iter().map(|(place, _, _)| *place).collect();
        assert_eq!(places, ["line 2", "line 8", "line 9"], "what begins and ends like a domain may be either");
        let remarks: Vec<_> = imported.remarks.iter().map(|one| (one.remark, one.count)).collect();
        assert_eq!(remarks, [(Remark::DigestOfEither, 1), (Remark::CertificateDigest, 1)]);
    }

    /// The values that are used, with their kinds, and the reasons for the others.
    fn lists(text: &str) -> (Vec<(Kind, String)>, Vec<String>) {
        let imported = import(text.as_bytes(), &options("x.txt")).unwrap();
        let (used, skipped) = outcome(&imported);
        (
            used.into_iter().map(|(kind, value, ..)| (kind, value.to_owned())).collect(),
            skipped.into_iter().map(|(_, value, reason)| format!("{value}: {reason}")).collect(),
        )
    }

    fn hosts_in(text: &str) -> Vec<String> {
        let (used, _) = lists(text);
        assert!(used.iter().all(|(kind, _)| *kind == Kind::C2Domain), "{used:?}");
        used.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn lists_of_hosts_are_read_in_their_forms() {
        let hosts = "# hosts\n127.0.0.1 localhost\n::1 localhost ip6-localhost\n0.0.0.0 c2.example.com tracker.example.net # why\n\
                     127.0.0.1\tevil.shop\n::1 spy.online\n:: a.b.example.org\n";
        assert_eq!(
            hosts_in(hosts),
            ["a.b.example.org", "c2.example.com", "evil.shop", "spy.online", "tracker.example.net"]
        );
        let filters = "[Adblock Plus 2.0]\n! Title: a list\n||c2.example.com^\n||evil.shop^$third-party\n@@||good.example^\n\
                       example.com##.banner\naddress=/spy.online/0.0.0.0\n*.wild.example.net\n";
        assert_eq!(hosts_in(filters), ["c2.example.com", "evil.shop", "spy.online", "wild.example.net"]);
        let reasons = lists(filters).1;
        assert!(reasons[0].contains("exception") && reasons[1].contains("a part of a page"), "{reasons:?}");
    }

    #[test]
    fn names_of_hosts_end_in_what_hosts_end_in() {
        for host in [
            "evil.shop",
            "c2.spy.cam",
            "tracker.co.za",
            "a.xn--p1ai",
            "phone-spy.site",
            "www.com.example.top",
            "7c2.live",
        ] {
            assert_eq!(told(host), Told::Kind(Kind::C2Domain, host), "{host}");
        }
        for package in ["com.example.tracker", "org.spy.v2", "com.Example.app", "net.spy_app.live", "app.spy.client"] {
            assert_eq!(told(package), Told::Kind(Kind::Package, package), "{package}");
        }
        for either in ["com.example.app", "live.spy.online"] {
            assert_eq!(told(either), Told::Either, "{either}");
        }
        for nothing in ["spy.tracker", "word", "404", "a,b", &"ab".repeat(16), &"ab".repeat(64)] {
            assert!(matches!(told(nothing), Told::Nothing(_)), "{nothing}");
        }
    }

    #[test]
    fn a_name_that_may_be_either_is_what_the_others_are() {
        let (used, _) = lists("com.a.tracker\ncom.b.tracker\norg.c.client\ncom.example.app\n");
        assert!(used.contains(&(Kind::Package, "com.example.app".to_owned())));
        let (used, _) = lists("evil.shop\nc2.spy.cam\nspy.site\nlive.spy.online\n");
        assert!(used.contains(&(Kind::C2Domain, "live.spy.online".to_owned())));
        let (_, skipped) = lists("com.a.tracker\nevil.shop\ncom.example.app\n");
        assert_eq!(skipped.len(), 1);
    }

    #[test]
    fn urls_are_looked_for_as_a_whole() {
        let (used, skipped) =
            lists("https://pastebin.com/raw/abc\nhxxps://c2[.]example[.]net/gate\nhttps://t.me/\nhttp://evil.shop/\n");
        let site = |kind, value: &str| (kind, value.to_owned());
        assert_eq!(
            used,
            [
                site(Kind::C2Domain, "c2.example.net/gate"),
                site(Kind::C2Domain, "evil.shop"),
                site(Kind::C2Domain, "pastebin.com/raw/abc"),
                site(Kind::Website, "c2.example.net"),
            ]
        );
        assert!(skipped[0].starts_with("t.me: no app is known by this host"), "{skipped:?}");
    }
}
