//! Values under the name of a setting: what a program reads, and not what a person does. The rule by which a server's
//! name in a resource or a data file is evidence, and not a mention (docs/matching.md).

/// Names that Google's services give to their values in resources and in data files, without what separates words.
const KNOWN: [&str; 16] = [
    "authdomain",
    "databaseurl",
    "defaultwebclientid",
    "firebasedatabaseurl",
    "firebaseurl",
    "gcmdefaultsenderid",
    "googleapikey",
    "googleappid",
    "googlestoragebucket",
    "messagingsenderid",
    "mobilesdkappid",
    "projectid",
    "projectnumber",
    "storagebucket",
    "webclientid",
    "webhost",
];

/// Words for an address of any kind, which make a setting with `base` alone: `base_url`.
const ADDRESSES: [&str; 5] = ["address", "endpoint", "host", "uri", "url"];

/// Words in the names of settings that hold a server. Words for any address, as `url`, `site`, `host` and `domain`,
/// are not among them: lists and articles have them too.
const WORDS: [&str; 20] = [
    "api",
    "backend",
    "broker",
    "bucket",
    "c2",
    "endpoint",
    "firebase",
    "ftp",
    "gateway",
    "graphql",
    "mqtt",
    "proxy",
    "rpc",
    "server",
    "smtp",
    "socket",
    "sync",
    "upload",
    "websocket",
    "xmpp",
];

/// Whether a resource's name, or a key in a data file, is that of a setting: `server_url`, `apiHost`, `BASE_URL`.
pub fn is_setting(name: &str) -> bool {
    let joined: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let words: Vec<String> = words(name).collect();
    let has = |table: &[&str]| words.iter().any(|word| table.binary_search(&word.as_str()).is_ok());
    let is_base = words
        .iter()
        .position(|word| word == "base")
        .is_some_and(|at| words.get(at + 1).is_some_and(|next| ADDRESSES.binary_search(&next.as_str()).is_ok()));
    KNOWN.binary_search(&joined.as_str()).is_ok() || is_base || has(&WORDS)
}

/// The words of a name, in lower case: they end at what is neither letter nor digit, and before a capital.
fn words(name: &str) -> impl Iterator<Item = String> {
    name.split(|character: char| !character.is_ascii_alphanumeric()).flat_map(|part| {
        let mut words: Vec<String> = Vec::new();
        let mut after_lower = true;
        for character in part.chars() {
            if words.is_empty() || character.is_ascii_uppercase() && after_lower {
                words.push(String::new());
            }
            after_lower = !character.is_ascii_uppercase();
            if let Some(word) = words.last_mut() {
                word.push(character.to_ascii_lowercase());
            }
        }
        words
    })
}

/// Whether a text is a host, a URL or a project's name and nothing else.
pub fn is_value(text: &str) -> bool {
    let text = text.trim();
    text.contains(['.', '-']) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_settings_are_told_from_others() {
        for name in [
            "firebase_database_url",
            "google_storage_bucket",
            "project_id",
            "projectId",
            "server_url",
            "SERVER",
            "apiHost",
            "API_BASE_URL",
            "baseUrl",
            "uploadServer",
            "mqtt.broker",
            "wss-socket",
            "c2",
            "syncURL",
        ] {
            assert!(is_setting(name), "{name}");
        }
        for name in [
            "knowledge_base_link",
            "s0",
            "mspy_url",
            "link",
            "site",
            "domain",
            "host_3",
            "title",
            "app_name",
            "capital",
            "observer",
            "",
        ] {
            assert!(!is_setting(name), "{name}");
        }
    }

    #[test]
    fn the_tables_are_in_order_for_the_search() {
        assert!(KNOWN.is_sorted() && WORDS.is_sorted() && ADDRESSES.is_sorted());
    }
}
