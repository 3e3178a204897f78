//! Host names in any bytes: where one starts and ends, and which indicator it may be.
//!
//! A host name is looked for as a whole, and never as a part of another: `notmspy.com`, `mspy.company` and
//! `mspy.com.example` are other hosts than `mspy.com`, while `a.mspy.com` lies below it. So a run of everything that
//! can stand in a host name is taken first, and only what begins at one of its labels and goes up to its end is
//! compared.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

/// The longest host name in ASCII (RFC 1035, section 2.3.4: 255 octets on the wire).
pub const MAX_HOST: usize = 253;

/// The most bytes of a Unicode host name that are looked at: its ASCII form has fewer.
const MAX_UNICODE_HOST: usize = 4 * MAX_HOST;

/// A run of characters that can stand in a host name, with a dot among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// Where it starts in the bytes that were searched.
    pub start: usize,
    /// The run, without dots at its ends.
    pub text: &'a str,
}

impl<'a> Run<'a> {
    /// What begins at one of the last `labels` labels and goes up to the end, the shortest first; each with its place
    /// in the searched bytes. A bound on the labels keeps a run of nothing but dots from costing more than others.
    pub fn suffixes(self, labels: usize) -> impl Iterator<Item = (usize, &'a str)> {
        let Self { start, text } = self;
        let borders = text.rmatch_indices('.').map(|(dot, _)| dot + 1).chain([0]);
        borders
            .take(labels)
            .take_while(move |label| text.len() - label <= MAX_UNICODE_HOST)
            .map(move |label| (start + label, &text[label..]))
    }
}

/// Hands every run of host-name characters that holds a dot to `visit`, in order. Takes time in proportion to the
/// bytes, whatever they are.
pub fn for_each_run<'a>(bytes: &'a [u8], visit: &mut dyn FnMut(Run<'a>)) {
    let mut done = 0;
    while let Some(dot) = bytes.get(done..).and_then(|rest| memchr(b'.', rest)).map(|dot| done + dot) {
        let start = bytes[done..dot].iter().rposition(|byte| !may_be_in_host(*byte)).map_or(done, |at| done + at + 1);
        let end = bytes[dot..].iter().position(|byte| !may_be_in_host(*byte)).map_or(bytes.len(), |at| dot + at);
        // A percent-encoded character ends in two digits that could be letters of a label: `%2Fexample.com`.
        let escaped = start > 0
            && bytes[start - 1] == b'%'
            && bytes[start..end].get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        split_run(bytes, if escaped { start + 2..end } else { start..end }, visit);
        done = end;
    }
}

/// Splits a range of bytes that may be in a host name where a character is none of it, or no character at all.
fn split_run<'a>(bytes: &'a [u8], range: Range<usize>, visit: &mut dyn FnMut(Run<'a>)) {
    let mut start = range.start;
    for chunk in bytes[range].utf8_chunks() {
        for text in chunk.valid().split(|character: char| !is_in_host(character)) {
            let at = start + (text.as_ptr() as usize - chunk.valid().as_ptr() as usize);
            let text = text.trim_end_matches('.');
            // No label starts with a hyphen, so those before a name belong to the text around it.
            let trimmed = text.trim_start_matches(['.', '-']);
            if trimmed.contains('.') {
                visit(Run { start: at + text.len() - trimmed.len(), text: trimmed });
            }
        }
        start += chunk.valid().len() + chunk.invalid().len();
    }
}

/// Whether a byte can be (a part of) a character of a host name.
fn may_be_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
}

/// Whether a character can stand in a host name, as far as that tells where a name ends: letters, digits and the
/// marks of any script, hyphen, dot, and the underscore that some hosts have in fact.
fn is_in_host(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-' | '_') || is_mark(character)
}

/// Combining marks of the scripts that domain names are commonly registered in: without them a word would end at its
/// vowel signs. What is missing here ends a run too early, and the name is then compared in pieces that do not match.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{DFF}' | '\u{E31}'..='\u{E4E}' | '\u{200C}' | '\u{200D}')
}

/// The form in which host names are compared: ASCII (`xn--…` for other letters), lower case, without a final dot.
/// `None` where it is no host name of at least two labels.
pub fn canonical(host: &str) -> Option<Cow<'_, str>> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let labels_hold = host.len() <= MAX_UNICODE_HOST && host.contains('.') && !host.split('.').any(str::is_empty);
    if !labels_hold {
        return None;
    }
    let host = if host
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
    {
        Cow::Borrowed(host)
    } else if host.is_ascii() {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Owned(idna::domain_to_ascii(host).ok()?)
    };
    (host.len() <= MAX_HOST).then_some(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn runs(bytes: &[u8]) -> Vec<(usize, &str)> {
        let mut runs = Vec::new();
        for_each_run(bytes, &mut |run| runs.push((run.start, run.text)));
        runs
    }

    #[test]
    fn a_run_ends_where_no_host_name_goes_on() {
        assert_eq!(runs(b"https://a.example.com:80/x"), [(8, "a.example.com")]);
        assert_eq!(runs(b"see example.com. And me@b.org!"), [(4, "example.com"), (24, "b.org")]);
        assert_eq!(runs(b"\0\x07example.com\0"), [(2, "example.com")]);
        assert_eq!(runs("\u{201C}example.com\u{201D}".as_bytes()), [(3, "example.com")]);
        assert_eq!(runs(b"\xFFexample.com\xFF"), [(1, "example.com")]);
        assert_eq!(runs(b"url=http%3A%2F%2Fexample.com%2F"), [(17, "example.com")]);
        assert_eq!(runs("x \u{431}\u{44E}\u{440}\u{43E}.example y".as_bytes()), [(2, "бюро.example")]);
        assert_eq!(runs(b"- ...--example.com..- no dot"), [(7, "example.com..-")]);
        assert_eq!(runs(b"... . .. ab"), []);
    }

    #[test]
    fn suffixes_begin_at_labels_and_are_bounded() {
        let run = Run { start: 10, text: "a.b.example" };
        assert_eq!(run.suffixes(9).collect::<Vec<_>>(), [(14, "example"), (12, "b.example"), (10, "a.b.example")]);
        assert_eq!(run.suffixes(2).count(), 2);
        let long = "a.".repeat(5000) + "b";
        assert_eq!(Run { start: 0, text: &long }.suffixes(usize::MAX).count(), MAX_UNICODE_HOST.div_ceil(2));
    }

    #[test]
    fn host_names_are_brought_into_one_form() {
        assert_eq!(canonical("Example.COM.").as_deref(), Some("example.com"));
        assert_eq!(canonical("BÜCHER.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(canonical("XN--bcher-KVA.example").as_deref(), Some("xn--bcher-kva.example"));
        for host in ["localhost", "", ".", "a..b", &format!("{}.com", "a".repeat(300))] {
            assert_eq!(canonical(host), None, "{host}");
        }
    }

    proptest! {
        #[test]
        fn runs_are_disjoint_in_order_and_where_they_say(bytes in proptest::collection::vec(".|[a-c%-]|[ä\u{301}€\u{1F600}]|.", 0..40)) {
            let bytes = bytes.concat().into_bytes();
            let mut end = 0;
            for (start, text) in runs(&bytes) {
                prop_assert!(start >= end);
                end = start + text.len();
                prop_assert_eq!(&bytes[start..end], text.as_bytes());
            }
        }

        #[test]
        fn any_bytes_have_runs(bytes: Vec<u8>) {
            runs(&bytes);
        }
    }
}
