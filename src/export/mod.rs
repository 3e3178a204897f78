//! A report in the forms of other programs: STIX 2.1 and MISP. Both say what was matched and how much it proves, and
//! neither calls an app of dual use malware.

mod misp;
mod stix;

pub use misp::misp;
pub use stix::stix;

use sha1::{Digest, Sha1};

use crate::hex::hex;
use crate::indicators::{Match, Strength};
use crate::report::File;

/// A UUID of version 5 (RFC 9562, section 5.5): the same name gives the same one, so that exporting a report twice
/// gives the same objects.
fn uuid(namespace: &[u8; 16], name: &str) -> String {
    let digest = Sha1::new().chain_update(namespace).chain_update(name).finalize();
    let mut bytes = [0u8; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, of_digest)| *byte = of_digest);
    bytes[6] = bytes[6] & 0x0F | 0x50;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = hex(&bytes);
    [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)]
        .map(Option::unwrap_or_default)
        .join("-")
}

/// Whether a match is a fact to search for elsewhere, too: it proves what its kind usually does, and is no mere mention.
fn is_indicator(found: &Match) -> bool {
    found.strength >= Strength::Strong || found.strength == Strength::Moderate && found.weakened.is_none()
}

/// The folder in the path by which a file was given.
fn directory(file: &File) -> Option<&str> {
    let before = file.path.as_deref()?.strip_suffix(file.name.as_str())?;
    let folder = before.strip_suffix(['/', '\\'])?;
    // Of the root, its separator is the name.
    Some(if folder.is_empty() { before } else { folder })
}

/// The namespace of the objects that are ours: made once, at random.
const OURS: [u8; 16] = [0x3e, 0x8d, 0x15, 0xa2, 0x9b, 0x4c, 0x4f, 0x6e, 0x8a, 0x77, 0xc1, 0x0b, 0x52, 0xd9, 0xe4, 0x63];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_that_of_the_standards_example() {
        // RFC 9562, appendix A.4: the DNS namespace and www.example.com.
        let dns = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(uuid(&dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    #[test]
    fn the_folder_is_what_stands_before_the_name() {
        let folder = |path: &str| {
            let file = File { name: "x.apk".to_owned(), path: Some(path.to_owned()), ..File::default() };
            directory(&file).map(str::to_owned)
        };
        assert_eq!(folder("x.apk"), None);
        assert_eq!(folder("/x.apk").as_deref(), Some("/"));
        assert_eq!(folder("a/b/x.apk").as_deref(), Some("a/b"));
        assert_eq!(folder("C:\\a\\x.apk").as_deref(), Some("C:\\a"));
        assert_eq!(folder("elsewhere"), None);
        assert_eq!(directory(&File::default()), None);
    }

    /// A report with a match of each kind.
    pub(super) fn report() -> crate::report::Report {
        use crate::indicators::{Class, Kind, Match};
        let found = |family: &str, class, kind: Kind, value: &str| Match {
            family: family.to_owned(),
            aliases: vec!["Other".to_owned()],
            class: Some(class),
            kind,
            value: value.to_owned(),
            place: crate::note::Place::default(),
            context: None,
            strength: kind.strength(),
            weakened: None,
            metadata: Vec::new(),
            sources: Vec::new(),
        };
        let mut matches = vec![
            found("A", Class::Stalkerware, Kind::FileSha256, &"ab".repeat(32)),
            found("A", Class::Stalkerware, Kind::CertificateSha1, &"cd".repeat(20)),
            found("A", Class::Stalkerware, Kind::Package, "org.example.a"),
            found("A", Class::Stalkerware, Kind::C2Domain, "c2.example"),
            found("A", Class::Stalkerware, Kind::C2Ip, "2001:db8::1"),
            found("A", Class::Stalkerware, Kind::PackagePattern, "^org\\.example\\.[a-z]$"),
            found("R", Class::DualUse, Kind::Package, "org.example.a"),
        ];
        matches.push(matches[2].clone());
        let mut report: crate::report::Report = serde_json::from_value(serde_json::json!({
            "schema": crate::report::SCHEMA,
            "tool": {"name": "apklens", "version": "0", "database_version": "1", "database_date": "2026-01-01"},
            "file": {"name": "it's.apk", "size": 7, "sha256": "ab".repeat(32), "sha1": "cd".repeat(20), "md5": "ef".repeat(16)},
            "package": {"name": "org.example.a"}, "permissions": [], "components": [],
            "signing": {"status": "verified", "schemes": [], "certificates": [{
                "sha1": "cd".repeat(20), "sha256": "cd".repeat(32), "subject": "CN=A", "serial": "1",
                "not_before": "2026-01-01T00:00:00Z", "verified": true}]},
            "matches": [], "capabilities": [], "anomalies": [], "problems": [],
            "verdict": {"level": "known-stalkerware", "reasons": []}
        }))
        .unwrap();
        report.matches = matches;
        report
    }
}
