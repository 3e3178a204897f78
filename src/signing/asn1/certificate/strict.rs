//! What Java's certificate reader (`sun.security.x509.X509CertImpl`, JDK 17) refuses, and apksig's verdict with it.
//!
//! Only what is left of its strictness once apksig has written the certificate anew in DER, which it does where Java
//! fails at first: lengths, padding of the serial number, and fields that follow the known ones no longer matter then.

use super::{CertificateError, Extension, X509, time};
use crate::signing::asn1::algorithm_identifier::AlgorithmIdentifier;
use crate::signing::asn1::ber::{BerError, Element, Reader, Tag, minimal};
use crate::signing::asn1::canonical_name::CanonicalName;
use crate::signing::asn1::key::{KeyError, VerifyingKey};

pub(super) const KEY_USAGE: &str = "2.5.29.15";
const SUBJECT_KEY: &str = "2.5.29.14";
const ISSUER_KEY: &str = "2.5.29.35";
const SUBJECT_NAMES: &str = "2.5.29.17";
const ISSUER_NAMES: &str = "2.5.29.18";
const PRIVATE_KEY_USAGE: &str = "2.5.29.16";
const POLICY_CONSTRAINTS: &str = "2.5.29.36";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

/// The extensions that Java knows (`sun.security.x509.OIDMap`): certificate extensions of RFC 5280, the few of revocation
/// lists that the same table holds, Netscape's certificate type and OCSP's no-check.
pub(super) fn is_known(oid: &str) -> bool {
    const UNDER_ID_CE: [&str; 20] = [
        "14", "15", "16", "17", "18", "19", "20", "21", "27", "28", "29", "30", "31", "32", "33", "35", "36", "37",
        "46", "54",
    ];
    let others = ["2.16.840.1.113730.1.1", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.11", "1.3.6.1.5.5.7.48.1.5"];
    oid.strip_prefix("2.5.29.").is_some_and(|last| UNDER_ID_CE.contains(&last)) || others.contains(&oid)
}

/// Refuses what Java refuses.
pub(super) fn check(certificate: &X509) -> Result<(), CertificateError> {
    let version = version(certificate)?;
    if algorithm(certificate.inner_signature_algorithm)? != algorithm(certificate.signature_algorithm)? {
        return Err(CertificateError::Field("the two signature algorithms of the certificate differ"));
    }
    padding_bits(certificate.signature)?;
    if CanonicalName::of_certificate(certificate.issuer)?.is_empty() {
        return Err(CertificateError::Field("the issuer is empty"));
    }
    if CanonicalName::of_certificate(certificate.subject)?.is_empty() && version == 0 {
        return Err(CertificateError::Field("the subject is empty"));
    }
    validity(certificate)?;
    match VerifyingKey::from_spki(certificate.spki) {
        // Java takes keys of other kinds than it knows, but not curves that it does not know.
        Err(KeyError::Unsupported(kind)) if !kind.starts_with("EC") => {}
        Err(KeyError::Encoding(error)) => return Err(error.into()),
        Err(_) => return Err(CertificateError::Field("the public key is malformed")),
        Ok(_) => {}
    }
    for unique_id in certificate.unique_ids.iter().flatten() {
        padding_bits(*unique_id)?;
    }
    if version == 0 && certificate.unique_ids.iter().any(Option::is_some) {
        return Err(CertificateError::Field("unique identifiers in a certificate of version 1"));
    }
    match certificate.extensions()? {
        Some(_) if version != 2 => {
            Err(CertificateError::Field("extensions in a certificate of another version than 3"))
        }
        Some(list) => extensions(&list),
        None => Ok(()),
    }
}

/// The number of the version, which is one less than its name. Java takes any.
fn version(certificate: &X509) -> Result<i8, CertificateError> {
    /// Another version than the three that there are.
    const UNKNOWN: i8 = -1;
    let Some(version) = certificate.version else { return Ok(0) };
    let number = version.children().next()?.ok_or(BerError::Missing(Tag::INTEGER))?;
    match minimal(number.contents) {
        [version @ 0..=2] => Ok(*version as i8),
        number if number.len() <= 4 => Ok(UNKNOWN),
        _ => Err(CertificateError::Field("the certificate's version is too large a number")),
    }
}

/// What two signature algorithms have in common when Java takes them for the same: identifier and parameters.
fn algorithm(identifier: Element) -> Result<(String, Option<Vec<u8>>), BerError> {
    let algorithm = AlgorithmIdentifier::parse(identifier)?;
    let parameters = algorithm.parameters_but_null()?.map(|parameters| parameters.rewritten());
    Ok((algorithm.oid, parameters))
}

fn padding_bits(bits: Element) -> Result<(), BerError> {
    match bits.contents {
        [0..=7, ..] => Ok(()),
        _ => Err(BerError::Malformed(Tag::BIT_STRING)),
    }
}

fn validity(certificate: &X509) -> Result<(), CertificateError> {
    let mut times = certificate.validity.children();
    for _ in 0..2 {
        let time = times.next()?.ok_or(BerError::Missing(Tag::UTC_TIME))?;
        if time::text(time).is_none() {
            return Err(CertificateError::Field("a date is malformed"));
        }
    }
    Ok(())
}

fn extensions(extensions: &[Extension]) -> Result<(), CertificateError> {
    let mut seen = Vec::new();
    for extension in extensions {
        let readable = match extension.oid.as_str() {
            KEY_USAGE => key_usage(extension.value).is_some(),
            BASIC_CONSTRAINTS => basic_constraints(extension.value).is_ok(),
            SUBJECT_NAMES | ISSUER_NAMES => members(extension.value, general_name).is_ok_and(|count| count > 0),
            SUBJECT_KEY => whole(extension.value, Tag::OCTET_STRING).is_ok(),
            ISSUER_KEY => issuer_key(extension.value).is_ok(),
            PRIVATE_KEY_USAGE | POLICY_CONSTRAINTS => members(extension.value, one_of_two).is_ok(),
            EXTENDED_KEY_USAGE => members(extension.value, |usage| usage.strict_object_identifier().map(drop)).is_ok(),
            _ => true,
        };
        if !readable {
            if extension.critical {
                return Err(CertificateError::Field("a critical extension is malformed"));
            }
            continue;
        }
        if seen.contains(&&extension.oid) {
            return Err(CertificateError::Field("an extension stands there twice"));
        }
        seen.push(&extension.oid);
    }
    Ok(())
}

/// The first eight bits of a KeyUsage, or nothing when it cannot be read.
pub(super) fn key_usage(value: &[u8]) -> Option<u8> {
    let bits = Element::parse(value).ok()?.expect_form(Tag::BIT_STRING).ok()?;
    if bits.encoded.len() != value.len() {
        return None;
    }
    match bits.contents {
        [0] => Some(0),
        [unused @ 0..=7, first, rest @ ..] => Some(if rest.is_empty() { first >> unused << unused } else { *first }),
        _ => None,
    }
}

/// A GeneralName (RFC 5280 section 4.2.1.6), of the kinds that Java knows (`sun.security.x509.GeneralName`).
fn general_name(name: Element) -> Result<(), BerError> {
    const OTHER: u32 = 0;
    const X400: u32 = 3;
    const DIRECTORY: u32 = 4;
    const EDI_PARTY: u32 = 5;
    const ADDRESS: u32 = 7;
    const REGISTERED: u32 = 8;
    const PRIMITIVE: [u32; 5] = [1, 2, 6, ADDRESS, REGISTERED];
    const CONSTRUCTED: [u32; 4] = [OTHER, X400, DIRECTORY, EDI_PARTY];
    let known = if name.constructed { &CONSTRUCTED[..] } else { &PRIMITIVE[..] };
    if !name.is_plain() || name.tag.class != CONTEXT || !known.contains(&name.tag.number) {
        return Err(BerError::Malformed(name.tag));
    }
    let mut fields = name.children();
    let readable = match name.tag.number {
        OTHER => fields.expect(Tag::OBJECT_IDENTIFIER)?.strict_object_identifier().is_ok() && fields.next()?.is_some(),
        DIRECTORY => fields.next()?.is_some(),
        EDI_PARTY => (1..=2).contains(&all(fields, |_| Ok(()))?),
        // With or without a mask, of version 4 or 6.
        ADDRESS => [4, 8, 16, 32].contains(&name.contents.len()),
        REGISTERED => !name.contents.is_empty(),
        _ => true,
    };
    match readable {
        true => Ok(()),
        false => Err(BerError::Malformed(name.tag)),
    }
}

/// A member of a structure that has two, `[0]` and `[1]`, both optional.
fn one_of_two(member: Element) -> Result<(), BerError> {
    match member.tag.class == CONTEXT && member.tag.number <= 1 && !member.constructed {
        true => Ok(()),
        false => Err(BerError::Malformed(member.tag)),
    }
}

/// The class of context-specific tags.
const CONTEXT: u8 = 2;

fn basic_constraints(value: &[u8]) -> Result<(), BerError> {
    let mut fields = whole(value, Tag::SEQUENCE)?.children();
    let Some(is_authority) = fields.next()? else { return Ok(()) };
    if !is_authority.is_plain() {
        return Err(BerError::Malformed(is_authority.tag));
    }
    if is_authority.expect_form(Tag::BOOLEAN).is_err() {
        return Ok(());
    }
    is_authority.boolean()?;
    let Some(path_length) = fields.next()? else { return Ok(()) };
    match path_length.expect_form(Tag::INTEGER)?.contents {
        number if (1..=4).contains(&minimal(number).len()) && !number.is_empty() => Ok(()),
        _ => Err(BerError::Malformed(Tag::INTEGER)),
    }
}

/// Reads an extension that is a sequence of values to its end, and counts them.
fn members(value: &[u8], check: impl Fn(Element) -> Result<(), BerError>) -> Result<usize, BerError> {
    all(whole(value, Tag::SEQUENCE)?.children(), check)
}

/// Reads values to their end, and counts them.
fn all(mut values: Reader, check: impl Fn(Element) -> Result<(), BerError>) -> Result<usize, BerError> {
    let mut count = 0;
    while let Some(value) = values.next()? {
        check(value)?;
        count += 1;
    }
    Ok(count)
}

/// An extension that is one value of this type, and nothing behind it.
fn whole(value: &[u8], tag: Tag) -> Result<Element<'_>, BerError> {
    match Element::parse(value)?.expect_form(tag)? {
        element if element.encoded.len() == value.len() => Ok(element),
        _ => Err(BerError::Malformed(tag)),
    }
}

/// An AuthorityKeyIdentifier (RFC 5280 section 4.2.1.1), each of its fields once, in any order.
fn issuer_key(value: &[u8]) -> Result<(), BerError> {
    let mut seen = Vec::new();
    let mut fields = whole(value, Tag::SEQUENCE)?.children();
    while let Some(field) = fields.next()? {
        let readable = match (field.tag.number, field.constructed) {
            (0, false) => true,
            (1, true) => all(field.children(), general_name)? > 0,
            (2, false) => !field.contents.is_empty(),
            _ => false,
        };
        if !field.is_plain() || field.tag.class != CONTEXT || !readable || seen.contains(&field.tag) {
            return Err(BerError::Malformed(field.tag));
        }
        seen.push(field.tag);
    }
    Ok(())
}
