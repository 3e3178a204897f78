//! What a value of each kind looks like: normalised, or refused with the reason. The one place that says which
//! values may be in a database; the source files, imports and packs all pass through it.

use std::net::IpAddr;

use super::{Kind, hosts};
use crate::signing::published_key;

/// Why a value cannot be an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// Longer than [`MAX_VALUE_BYTES`].
    #[error("it is longer than {MAX_VALUE_BYTES} bytes")]
    TooLong,
    /// A digest of another length, or not in hexadecimal.
    #[error("it is not a digest of {0} hexadecimal digits")]
    NotADigest(usize),
    /// The certificate of a key whose private half is published.
    #[error("it is that of Android's published test key “{0}”, with which anybody can sign")]
    PublishedKey(&'static str),
    /// Not a name that Android accepts for a package.
    #[error("it is not a package name")]
    NotAPackage,
    /// Not a host name.
    #[error("it is not a host name")]
    NotAHost,
    /// A host that unrelated people and apps use, or a suffix under which they have theirs.
    #[error("no app is known by this host: {0}")]
    SharedHost(&'static str),
    /// A value of the published facts that was left out of the database.
    #[error("it is left out with a reason: {0}")]
    LeftOut(&'static str),
    /// More than a host, and no URL.
    #[error("it is not a URL of a host and a path")]
    NotAUrl,
    /// Not an IP address, or one that is not public.
    #[error("it is not a public IP address")]
    NotAnAddress,
    /// Not a pattern.
    #[error("it is not a regular expression that starts with ^ and ends with $")]
    NotAPattern,
    /// Not a class name's prefix.
    #[error("it is not the prefix of a class name with a package of at least two parts")]
    NotAClassPrefix,
    /// A control character, as in a broken line.
    #[error("it holds a control character")]
    Control,
}

/// The longest value, in bytes.
pub const MAX_VALUE_BYTES: usize = 512;

impl Kind {
    /// The length of a digest of this kind, in bytes; `None` for other kinds.
    pub fn digest_bytes(self) -> Option<usize> {
        match self {
            Self::FileSha256 | Self::CertificateSha256 | Self::PublicKeySha256 => Some(32),
            Self::CertificateSha1 => Some(20),
            _ => None,
        }
    }
}

/// The value as the database holds it, or the reason why it cannot be an indicator of this kind.
pub fn normalise(kind: Kind, value: &str) -> Result<String, ValueError> {
    let value = value.trim();
    if value.is_empty() {
        return Err(ValueError::Empty);
    }
    if value.len() > MAX_VALUE_BYTES {
        return Err(ValueError::TooLong);
    }
    if value.chars().any(char::is_control) {
        return Err(ValueError::Control);
    }
    match kind {
        Kind::FileSha256 | Kind::CertificateSha1 | Kind::CertificateSha256 | Kind::PublicKeySha256 => {
            digest(value, kind.digest_bytes().unwrap_or(0) * 2)
        }
        Kind::Package => package(value),
        Kind::C2Domain | Kind::Website => site(value),
        Kind::C2Ip => address(value),
        Kind::PackagePattern | Kind::CertificateCommonName => pattern(value),
        Kind::ClassPrefix => class_prefix(value),
        Kind::CertificateOrganization | Kind::CloudProject | Kind::Yara => Ok(value.to_owned()),
    }
}

fn digest(value: &str, digits: usize) -> Result<String, ValueError> {
    // Certificate digests are often written with colons between the bytes.
    let value: String = value.chars().filter(|&character| character != ':').collect();
    if value.len() != digits || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ValueError::NotADigest(digits));
    }
    let value = value.to_ascii_lowercase();
    match published_key(&value) {
        Some(name) => Err(ValueError::PublishedKey(name)),
        None => Ok(value),
    }
}

/// Android's rule for package names: two or more parts of letters, digits and underscores, each part starting with a
/// letter (frameworks/base `FrameworkParsingPackageUtils.validateName`). Case counts.
fn package(value: &str) -> Result<String, ValueError> {
    let mut parts = 0;
    for part in value.split('.') {
        parts += 1;
        if !part.starts_with(|first: char| first.is_ascii_alphabetic())
            || !part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return Err(ValueError::NotAPackage);
        }
    }
    if parts < 2 { Err(ValueError::NotAPackage) } else { Ok(value.to_owned()) }
}

/// A host, or a host with a path. Hosts that many use are none: of those a path alone tells something.
fn site(value: &str) -> Result<String, ValueError> {
    let (name, path) = value.find('/').map_or((value, ""), |slash| value.split_at(slash));
    let host = host(name)?;
    match path.trim_end_matches('/') {
        "" => match hosts::shared(&host) {
            Some(reason) => Err(ValueError::SharedHost(reason)),
            None => Ok(host),
        },
        path if path.starts_with("//") || path.contains(char::is_whitespace) => Err(ValueError::NotAUrl),
        path => Ok(host + path),
    }
}

/// A host name of two or more labels, in ASCII, lower case, without the final dot.
fn host(value: &str) -> Result<String, ValueError> {
    let ascii = idna::domain_to_ascii(value).map_err(|_| ValueError::NotAHost)?;
    let host = ascii.strip_suffix('.').unwrap_or(&ascii).to_ascii_lowercase();
    let label_holds = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let top_is_a_name = host.rsplit('.').next().is_some_and(|top| top.starts_with(|c: char| c.is_ascii_alphabetic()));
    if host.len() > 253 || !host.contains('.') || !top_is_a_name || !host.split('.').all(label_holds) {
        return Err(ValueError::NotAHost);
    }
    Ok(host)
}

fn address(value: &str) -> Result<String, ValueError> {
    let address: IpAddr = value.parse().map_err(|_| ValueError::NotAnAddress)?;
    let public = match address {
        IpAddr::V4(v4) => {
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || v4.is_broadcast())
        }
        IpAddr::V6(v6) => !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local()),
    };
    if public { Ok(address.to_string()) } else { Err(ValueError::NotAnAddress) }
}

fn pattern(value: &str) -> Result<String, ValueError> {
    let anchored = value.starts_with('^') && value.ends_with('$');
    if !anchored || compile_pattern(value).is_none() {
        return Err(ValueError::NotAPattern);
    }
    Ok(value.to_owned())
}

/// The size that a compiled pattern may take, in bytes: a pattern out of a hostile pack must not cost more.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// The pattern, compiled within bounds.
pub(super) fn compile_pattern(value: &str) -> Option<regex_lite::Regex> {
    regex_lite::RegexBuilder::new(value).size_limit(MAX_PATTERN_BYTES).nest_limit(20).build().ok()
}

/// `com.example.tracker.` or `Lcom/example/tracker/`: held in the first form.
fn class_prefix(value: &str) -> Result<String, ValueError> {
    let name = value.strip_prefix('L').filter(|rest| rest.contains('/')).unwrap_or(value).replace('/', ".");
    package(name.trim_end_matches('.')).map_err(|_| ValueError::NotAClassPrefix)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_brought_into_one_form() {
        let colons = "62:ED:37:7E:85:D3:86:A8:DF:EE:6B:86:4B:D8:5B:0B:FA:A5:AF:81";
        for (kind, value, expected) in [
            (Kind::CertificateSha1, colons, "62ed377e85d386a8dfee6b864bd85b0bfaa5af81"),
            (Kind::Package, " com.example.App ", "com.example.App"),
            (Kind::C2Domain, "Tracker.Example.COM.", "tracker.example.com"),
            (Kind::Website, "bücher.example", "xn--bcher-kva.example"),
            (Kind::C2Domain, "Example.com/Path/?x=1", "example.com/Path/?x=1"),
            (Kind::Website, "pastebin.com/raw/abc/", "pastebin.com/raw/abc"),
            (Kind::C2Ip, "8.8.8.8", "8.8.8.8"),
            (Kind::ClassPrefix, "Lcom/example/tracker/", "com.example.tracker."),
        ] {
            assert_eq!(normalise(kind, value).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn what_cannot_be_an_indicator_is_refused_with_the_reason() {
        for (kind, value, expected) in [
            (Kind::FileSha256, "abc", ValueError::NotADigest(64)),
            (Kind::CertificateSha1, &"g".repeat(40), ValueError::NotADigest(40)),
            (Kind::CertificateSha1, "61ed377e85d386a8dfee6b864bd85b0bfaa5af81", ValueError::PublishedKey("testkey")),
            (Kind::Package, "tracker", ValueError::NotAPackage),
            (Kind::Package, "com..tracker", ValueError::NotAPackage),
            (Kind::Package, "com.1tracker", ValueError::NotAPackage),
            (Kind::C2Domain, "localhost", ValueError::NotAHost),
            (Kind::C2Domain, "https://example.com/", ValueError::NotAHost),
            (Kind::C2Domain, "10.0.0.1", ValueError::NotAHost),
            (Kind::C2Domain, "example.com//x", ValueError::NotAUrl),
            (Kind::Website, "example.com/a b", ValueError::NotAUrl),
            (Kind::C2Ip, "192.168.1.1", ValueError::NotAnAddress),
            (Kind::C2Ip, "999.1.1.1", ValueError::NotAnAddress),
            (Kind::PackagePattern, "com", ValueError::NotAPattern),
            (Kind::PackagePattern, "^com($", ValueError::NotAPattern),
            (Kind::PackagePattern, "^(a{1000}){1000}$", ValueError::NotAPattern),
            (Kind::ClassPrefix, "Ltracker;", ValueError::NotAClassPrefix),
            (Kind::Website, "", ValueError::Empty),
            (Kind::Website, "a\nb", ValueError::Control),
        ] {
            assert_eq!(normalise(kind, value), Err(expected), "{value}");
        }
    }

    #[test]
    fn a_host_that_many_use_is_an_indicator_with_a_path_alone() {
        for host in ["firebaseio.com", "t.me", "www.t.me", "api.telegram.org", "co.uk"] {
            assert!(matches!(normalise(Kind::C2Domain, host), Err(ValueError::SharedHost(_))), "{host}");
            let url = format!("{host}/a");
            assert_eq!(normalise(Kind::C2Domain, &url), Ok(url.clone()));
            assert!(matches!(normalise(Kind::C2Domain, &format!("{host}/")), Err(ValueError::SharedHost(_))));
        }
    }
}
