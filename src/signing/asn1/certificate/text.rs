//! Certificates as text in Base64 between two lines (RFC 7468), which Java's `CertificateFactory` takes where a certificate
//! is asked for, as Android's provider does: one may lie so in a signing block.

use super::super::ber::Element;
use crate::signing::base64::base64;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const BEGIN_CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END_CERTIFICATE: &[u8] = b"-----END CERTIFICATE-----";

/// The first octet of a certificate that is no text: a SEQUENCE.
const SEQUENCE: u8 = 0x30;

/// The certificate in a text; nothing where the octets are no such text.
pub(super) fn decode(octets: &[u8]) -> Option<Vec<u8>> {
    if octets.first() == Some(&SEQUENCE) {
        return None;
    }
    let is_whole = |der: &Vec<u8>| Element::parse(der).is_ok_and(|value| value.encoded.len() == der.len());
    // What Java cannot read, apksig reads in its own way.
    java(octets).filter(is_whole).or_else(|| apksig(octets))
}

/// Source: `sun.security.provider.X509Factory.readOneBlock`.
fn java(octets: &[u8]) -> Option<Vec<u8>> {
    let header = header(octets)?;
    let length = octets[header..].iter().position(|octet| matches!(octet, b'\r' | b'\n'))?;
    let (first, rest) = octets[header..].split_at(length);
    // A line ends with one of the two characters, or with both.
    let (line_end, rest) = match rest {
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => (b'\n', rest),
        [_, rest @ ..] => (b'\r', rest),
        [] => return None,
    };
    let (text, last) = rest.split_at(rest.iter().position(|octet| *octet == b'-')?);
    let last = last.split(|octet| [line_end, b'\n'].contains(octet)).next()?;
    let last: Vec<u8> = last.iter().copied().filter(|octet| *octet != b'\r').collect();
    let name = |line: &[u8], start: &[u8]| {
        let end = line.iter().rposition(|octet| !is_space(*octet))? + 1;
        Some(line[..end].strip_prefix(start)?.strip_suffix(DASHES)?.to_vec())
    };
    if name(first, BEGIN)? != name(&last, END)? {
        return None;
    }
    from_base64(text, |octet| matches!(octet, b'\t' | b'\n' | b'\r' | b' '))
}

/// Where the first line begins that begins with exactly five dashes, or with more: from its first dash on.
fn header(octets: &[u8]) -> Option<usize> {
    let mut dashes = 0;
    let mut before = None;
    for (place, octet) in octets.iter().enumerate() {
        if *octet == b'-' {
            dashes += 1;
        } else {
            (dashes, before) = (0, Some(*octet));
        }
        if dashes == DASHES.len() && matches!(before, None | Some(b'\r' | b'\n')) {
            return Some(place + 1 - DASHES.len());
        }
    }
    None
}

/// Source: apksig's `X509CertificateUtils.getNextDEREncodedCertificateBlock`.
fn apksig(octets: &[u8]) -> Option<Vec<u8>> {
    let rest = octets.strip_prefix(BEGIN_CERTIFICATE)?;
    let (text, last) = rest.split_at(rest.iter().position(|octet| *octet == b'-')?);
    last.starts_with(END_CERTIFICATE).then(|| from_base64(text, is_space))?
}

fn from_base64(text: &[u8], passed_over: impl Fn(u8) -> bool) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.iter().copied().filter(|octet| !passed_over(*octet)).collect();
    base64(std::str::from_utf8(&symbols).ok()?).ok()
}

/// Java's `Character.isWhitespace`.
fn is_space(octet: u8) -> bool {
    matches!(octet, 0x09..=0x0D | 0x1C..=0x20)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A SEQUENCE of an INTEGER, in Base64.
    const DER: &[u8] = &[0x30, 3, 2, 1, 7];
    const BASE64: &str = "MAMCAQc=";

    #[test]
    fn a_text_is_read_with_what_stands_around_it() {
        for text in [
            format!("-----BEGIN X-----\n{BASE64}\n-----END X-----\n"),
            format!("-----BEGIN X-----  \r\n{BASE64}\r\n-----END X-----"),
            "a letter\r-----BEGIN X-----\rMAM CAQ\tc=\r-----END X-----\rand more".to_owned(),
            format!("-----BEGIN CERTIFICATE-----{BASE64}-----END CERTIFICATE-----and more"),
        ] {
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(DER), "{text}");
        }
    }

    #[test]
    fn another_text_is_not_made_into_one() {
        for text in [
            "",
            BASE64,
            "-----BEGIN X-----",
            &format!("-----BEGIN X-----\n{BASE64}"),
            &format!("-----BEGIN X-----\n{BASE64}\n-----END Y-----\n"),
            &format!("a -----BEGIN X-----\n{BASE64}\n-----END X-----\n"),
            &format!("-----BEGIN X-----{BASE64}-----END X-----\n"),
            "-----BEGIN X-----\n*\n-----END X-----\n",
            "-----BEGIN X-----\nMAMCAQcA\n-----END X-----\n",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(DER), None);
    }

    proptest! {
        #[test]
        fn any_octets_are_read_without_a_panic(text in "(-----BEGIN X?-----)?[\r\nA-Za-z0-9 -]{0,40}(-----END X?-----)?.?") {
            let _ = decode(text.as_bytes());
        }
    }
}
