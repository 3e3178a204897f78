//! Addresses as lists write them: URLs, hosts with a wildcard, and the spellings that keep a reader from opening them.

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The host, as written.
    pub host: String,
    /// The path with the query, from its slash on; empty where there is none.
    pub path: String,
}

/// Takes an address apart: `https://name@host:1/path?query#part`, `*.host`, `hxxps[:]//host[.]example`.
pub(super) fn address(value: &str) -> Address {
    let value = value.trim().replace("[.]", ".").replace("(.)", ".").replace("[:]", ":");
    let rest = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or(address),
        // More than one colon is an address of IPv6.
        None if authority.matches(':').count() > 1 => authority,
        None => authority.split(':').next().unwrap_or(authority),
    };
    let host = host.strip_prefix("*.").or(host.strip_prefix('.')).unwrap_or(host).to_owned();
    // A query of the host itself tells nothing.
    let path = if path.starts_with('/') { path.trim_end_matches('/').to_owned() } else { String::new() };
    Address { host, path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (value, host, path) in [
            ("https://pastebin.com/raw/abc", "pastebin.com", "/raw/abc"),
            ("http://a:b@host.example:8080/x/?id=1#top", "host.example", "/x/?id=1"),
            ("https://host.example/", "host.example", ""),
            ("https://host.example?x", "host.example", ""),
            ("hxxps[:]//c2[.]example/gate", "c2.example", "/gate"),
            ("*.c2.example", "c2.example", ""),
            ("c2.example:443", "c2.example", ""),
            ("http://[2001:db8::1]:80/x", "2001:db8::1", "/x"),
            ("2001:db8::1", "2001:db8::1", ""),
        ] {
            assert_eq!(address(value), Address { host: host.to_owned(), path: path.to_owned() }, "{value}");
        }
    }
}
