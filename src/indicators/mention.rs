//! Whether a find is evidence or a mention, by where it stands. The one place that says so; docs/matching.md has the
//! same as a table.
//!
//! In what a program reads (code, settings) a server is evidence: the app talks to it. In what people read (a page, a
//! list, a string on the screen, a sentence) it is a mention: the app may tell of it, warn of it or block it.

use super::Weakening;
use crate::code::setting::{is_setting, is_value};
use crate::code::{Text, TextKind};

/// What the text is at a find: its kind, or another where what stands around it tells more.
pub fn kind_at(text: &Text, start: usize, end: usize) -> TextKind {
    match text.kind {
        TextKind::Asset if is_data_file(text.entry) && is_named_setting(text.bytes, start, end) => TextKind::Setting,
        TextKind::DexString if is_sentence(text.bytes, start, end) => TextKind::Prose,
        TextKind::Script
            if literal(text.bytes, start, end).is_some_and(|(from, to)| {
                text.bytes.get(from..to).is_some_and(|string| is_sentence(string, start - from, end - from))
            }) =>
        {
            TextKind::Prose
        }
        kind => kind,
    }
}

/// Why a find in a text of this kind is no more than a mention.
pub fn weakening(kind: TextKind) -> Option<Weakening> {
    match kind {
        TextKind::Asset => Some(Weakening::InDataFile),
        TextKind::Resource | TextKind::Prose => Some(Weakening::InReadableText),
        // What lies outside the entries is for no reader: only a program looks there.
        TextKind::Outside
        | TextKind::Setting
        | TextKind::Script
        | TextKind::NativeData
        | TextKind::DexString
        | TextKind::ClassName => None,
    }
}

/// Whether a file may hold settings, by its name. Pages, documents and tables are for people.
fn is_data_file(entry: &str) -> bool {
    const EXTENSIONS: [&str; 13] =
        ["cfg", "conf", "config", "env", "ini", "json", "json5", "plist", "prefs", "properties", "toml", "xml", "yaml"];
    let extension = entry.rsplit('/').next().unwrap_or(entry).rsplit('.').next().unwrap_or_default();
    extension == "yml" || EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// How far a find's surroundings are looked at on each side, in bytes: each find costs the same, however many there are.
const AROUND: usize = 512;

/// Whether the find is (in) a value that stands by itself under a setting's name: `"server": "…"`, `server = …`,
/// `<string name="server">…<`. A value in a list is none: lists of servers are what blockers have.
fn is_named_setting(bytes: &[u8], start: usize, end: usize) -> bool {
    let (far_start, far_end) = (start.saturating_sub(AROUND), end.saturating_add(AROUND).min(bytes.len()));
    let from =
        bytes[far_start..start].iter().rposition(|byte| ends_value(*byte)).map_or(far_start, |at| far_start + at + 1);
    let to = bytes[end..far_end].iter().position(|byte| ends_value(*byte)).map_or(far_end, |at| end + at);
    let before = bytes.get(from.saturating_sub(AROUND)..from).unwrap_or_default();
    let Some(value) = bytes.get(from..to).and_then(|value| std::str::from_utf8(value).ok()) else { return false };
    if !is_value(value) || is_in_list(before) {
        return false;
    }
    let before = String::from_utf8_lossy(before);
    let name = match before.chars().next_back() {
        // `name="key">value`, `<key>value`
        Some('>') => before.trim_end_matches('>').rsplit(['<', '"', '\'']).find(|part| !part.trim().is_empty()),
        _ => {
            let line = before.rsplit('\n').next().unwrap_or_default().trim_end_matches(['"', '\'', ' ', '\t']);
            let name = line.strip_suffix([':', '=']).map(|line| line.trim_end_matches(['"', '\'', ' ', '\t']));
            name.and_then(|name| name.rsplit(['"', '\'', ' ', '\t', ',', '{', ';']).next())
        }
    };
    name.is_some_and(is_setting)
}

/// Whether a value ends at this byte: where a string, a line or an element does.
fn ends_value(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\n' | b'\r' | b'=' | b',' | b' ' | b'\t' | b'{' | b'}' | b'[' | b']')
}

/// Whether a list is open at the end of what stands before.
fn is_in_list(before: &[u8]) -> bool {
    let mut closed = 0usize;
    for byte in before.iter().rev() {
        match byte {
            b']' => closed += 1,
            b'[' if closed == 0 => return true,
            b'[' => closed -= 1,
            _ => {}
        }
    }
    false
}

/// How many words stand around a name in a sentence at least: fewer are what messages to a server have, too.
const SENTENCE: usize = 5;

/// Whether the find stands in a sentence: among words, next to one, in a text without the marks of a program's own.
fn is_sentence(bytes: &[u8], start: usize, end: usize) -> bool {
    let (far_start, far_end) = (start.saturating_sub(AROUND), end.saturating_add(AROUND).min(bytes.len()));
    let (Some(before), Some(after)) = (bytes.get(far_start..start), bytes.get(end..far_end)) else { return false };
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    if before.contains(['{', '}', '=', '<', '|']) || after.contains(['{', '}', '<', '|']) {
        return false;
    }
    // What touches the name belongs to its URL.
    let before = before.rfind(char::is_whitespace).map_or("", |at| &before[..at]);
    let after = after.find(char::is_whitespace).map_or("", |at| &after[at..]);
    let next_to_a_word = before.split_whitespace().next_back().is_some_and(is_word)
        || after.split_whitespace().next().is_some_and(is_word);
    let words = before.split_whitespace().chain(after.split_whitespace()).filter(|word| is_word(word));
    next_to_a_word && words.take(SENTENCE).count() == SENTENCE
}

/// A word of a language: letters, the capital ones at its start alone.
fn is_word(token: &str) -> bool {
    let word = token.trim_matches(|character: char| !character.is_alphanumeric());
    !word.is_empty()
        && word.chars().all(|character| character.is_alphabetic() || matches!(character, '\'' | '’' | '-'))
        && word.chars().skip(1).all(|character| !character.is_uppercase())
}

/// The string of a script in which a find stands: between two quotation marks of one kind, on one line.
fn literal(bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let is_border = |byte: &u8| matches!(byte, b'"' | b'`' | b'\n');
    let far = start.saturating_sub(AROUND);
    let open = far + bytes.get(far..start)?.iter().rposition(is_border)?;
    let close = end + bytes.get(end..)?.iter().take(AROUND).position(is_border)?;
    (bytes.get(open) == bytes.get(close) && bytes.get(open) != Some(&b'\n')).then_some((open + 1, close))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "c2.example.com";

    fn kind(entry: &str, kind: TextKind, text: &str) -> TextKind {
        let start = text.find(HOST).expect("the host is in the text");
        kind_at(&Text::whole(entry, kind, text.as_bytes(), 0), start, start + HOST.len())
    }

    #[test]
    fn a_value_of_a_setting_in_a_data_file_is_told_from_lists_and_pages() {
        for text in [
            r#"{"server": "https://c2.example.com/api", "port": 1}"#,
            r#"{"a": [1, 2], "apiHost":"c2.example.com"}"#,
            "server_url=https://c2.example.com/api\n",
            "# a comment\nAPI_BASE_URL: c2.example.com",
            r#"<string name="api_endpoint">https://c2.example.com/</string>"#,
            "<server>c2.example.com</server>",
            r#"{"project_info": {"firebase_url": "https://c2.example.com"}}"#,
        ] {
            assert_eq!(kind("assets/config.json", TextKind::Asset, text), TextKind::Setting, "{text}");
            assert_eq!(kind("assets/page.html", TextKind::Asset, text), TextKind::Asset, "{text}");
        }
        for text in [
            r#"{"servers": ["https://c2.example.com/api"]}"#,
            r#"[{"family": "A", "server": "c2.example.com"}]"#,
            r#"{"name": "A", "url": "https://c2.example.com", "site": "x"}"#,
            r#"{"server": "read how c2.example.com works"}"#,
            "c2.example.com",
            "0.0.0.0 c2.example.com",
            "<p>server c2.example.com</p>",
        ] {
            assert_eq!(kind("assets/config.json", TextKind::Asset, text), TextKind::Asset, "{text}");
        }
    }

    #[test]
    fn a_sentence_in_code_is_told_from_a_value() {
        for text in [
            "The app sends everything to c2.example.com, where others read it.",
            "c2.example.com is the server of a known spy app",
            "Lesen Sie, wie https://c2.example.com/x Ihre Nachrichten mitliest",
        ] {
            assert_eq!(kind("classes.dex", TextKind::DexString, text), TextKind::Prose, "{text}");
            let script = format!("var a=1,t=\"{text}\";f()");
            assert_eq!(kind("assets/index.android.bundle", TextKind::Script, &script), TextKind::Prose, "{script}");
        }
        for text in [
            "https://c2.example.com/api?x=",
            "Connecting to c2.example.com",
            "POST https://c2.example.com/in HTTP/1.1",
            "INSERT INTO config (key, value) VALUES ('server', 'https://c2.example.com')",
            r#"{"this": "is", "what": "the", "app": "sends", "to": "c2.example.com", "now": true}"#,
        ] {
            assert_eq!(kind("classes.dex", TextKind::DexString, text), TextKind::DexString, "{text}");
        }
        let script = "fetch(\"https://c2.example.com/api\").then(function (answer) { return answer of the server })";
        assert_eq!(kind("a.js", TextKind::Script, script), TextKind::Script);
    }

    #[test]
    fn what_people_read_weakens_and_what_a_program_reads_does_not() {
        assert_eq!(weakening(TextKind::Asset), Some(Weakening::InDataFile));
        assert_eq!(weakening(TextKind::Resource), Some(Weakening::InReadableText));
        assert_eq!(weakening(TextKind::Prose), Some(Weakening::InReadableText));
        for kind in [TextKind::Setting, TextKind::Script, TextKind::NativeData, TextKind::DexString] {
            assert_eq!(weakening(kind), None);
        }
    }
}
