//! A plain list: one value a line, with `#` for comments. A digest and an address tell what they are; a name with
//! dots may be a package or a host, and says which where that is not plain: `package:org.example`, `domain:…`.

use super::Taker;
use crate::indicators::Kind;

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

/// Labels with which host names end and package names begin: those in the database's own facts, and the common ones.
const TOP_LABELS: [&str; 40] = [
    "app", "at", "biz", "br", "ca", "cc", "ch", "city", "cn", "co", "com", "cz", "de", "dev", "edu", "es", "eu", "fr",
    "gov", "in", "info", "io", "ir", "it", "jp", "ke", "me", "mobi", "name", "net", "nl", "org", "pl", "ru", "se",
    "tk", "tv", "uk", "us", "xyz",
];

pub(super) fn read(text: &str, taker: &mut Taker) {
    let name = taker.file_family();
    let mut family = None;
    for (place, line) in text.lines().enumerate() {
        let value = line.split('#').next().unwrap_or_default().trim();
        if value.is_empty() {
            continue;
        }
        let place = format!("line {}", place + 1);
        let family = *family.get_or_insert_with(|| taker.family(&name, None, &[]));
        match kind_and_value(value) {
            Some((kind, value)) => taker.take(place, family, kind, value),
            None => taker.skip(place, value, "it may be a package or a host: write package: or domain: before it"),
        }
    }
}

fn kind_and_value(value: &str) -> Option<(Kind, &str)> {
    if let Some((prefix, rest)) = value.split_once(':')
        && let Some((_, kind)) = PREFIXES.iter().find(|(name, _)| prefix.eq_ignore_ascii_case(name))
    {
        return Some((*kind, rest.trim()));
    }
    if value.parse::<std::net::IpAddr>().is_ok() {
        return Some((Kind::C2Ip, value));
    }
    let digits = value.chars().filter(|&character| character != ':');
    if digits.clone().all(|character| character.is_ascii_hexdigit()) {
        match digits.count() {
            40 => return Some((Kind::CertificateSha1, value)),
            64 => return Some((Kind::FileSha256, value)),
            _ => {}
        }
    }
    let top = |label: Option<&str>| {
        label.is_some_and(|label| TOP_LABELS.binary_search(&label.to_ascii_lowercase().as_str()).is_ok())
    };
    match (top(value.split('.').next()), top(value.rsplit('.').next())) {
        (true, false) => Some((Kind::Package, value)),
        (false, true) => Some((Kind::C2Domain, value)),
        _ => None,
    }
}

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
                all(Kind::Package, "x.y"),
                all(Kind::C2Domain, "c2.example.com"),
                all(Kind::C2Domain, "io.example.app"),
                all(Kind::C2Ip, "8.8.8.8"),
            ]
        );
        let places: Vec<&str> = skipped.iter().map(|(place, _, _)| *place).collect();
        assert_eq!(places, ["line 2", "line 8", "line 9"], "what begins and ends like a domain may be either");
    }

    #[test]
    fn the_top_labels_are_in_order_for_the_search() {
        assert!(TOP_LABELS.is_sorted());
    }
}
