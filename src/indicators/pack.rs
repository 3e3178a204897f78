//! The compact form of a collection: one file that the page loads once. The layout is described in
//! `docs/signatures.md`; the bytes are a function of the collection alone.

use std::io::Read;

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use strum::VariantArray;

use super::collection::{Collection, Family, Indicator, Source, SourceSet};
use super::signed::SignatureError;
use super::{Class, Kind, Weakening, values};
use crate::bytes::Fields;
use crate::hex;

/// The first bytes of a pack. The 0x89 and the line end show a transfer that treated it as text, as in PNG.
pub const MAGIC: [u8; 8] = *b"\x89AKLDB\r\n";
/// The version of the layout.
pub const FORMAT: u16 = 1;
/// Magic, format, a zero, the body's length and its checksum.
const HEADER_BYTES: usize = 20;

/// The most that a pack's body may take, unpacked: a hundred times what the project's own takes.
pub const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;
/// The most indicators in a pack.
pub const MAX_INDICATORS: usize = 1_000_000;
/// The most families in a pack, and the most aliases of all of them together.
pub const MAX_FAMILIES: usize = 250_000;
/// The most patterns in a pack: each is tried on every app.
pub const MAX_PATTERNS: usize = 1_000;

/// Why bytes are no pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// Another kind of file.
    #[error("this is not an indicator pack")]
    NotAPack,
    /// A layout that this version does not know.
    #[error(
        "this pack has format {0}, and only format {FORMAT} is known here: a newer version of the program reads it"
    )]
    UnknownFormat(u16),
    /// Cut off, or altered.
    #[error("this pack is damaged: {0}")]
    Damaged(&'static str),
    /// Over one of the limits.
    #[error("this pack is too large: {0}")]
    TooLarge(&'static str),
    /// A value that cannot be an indicator.
    #[error("this pack has the value “{value}”, which cannot be used: {reason}")]
    BadValue {
        /// The value.
        value: String,
        /// Why not.
        reason: values::ValueError,
    },
    /// It is signed, and the signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The collection, which must be normalised, as a pack.
pub fn encode(collection: &Collection) -> Vec<u8> {
    let mut body = Vec::new();
    put_text(&mut body, &collection.version);
    put_text(&mut body, &collection.date);
    put_number(&mut body, collection.sources.len());
    for source in &collection.sources {
        for text in [&source.name, &source.title, &source.url, &source.licence, &source.date] {
            put_text(&mut body, text);
        }
    }
    put_number(&mut body, collection.families.len());
    for family in &collection.families {
        put_text(&mut body, &family.name);
        body.push(class_number(family.class));
        put_number(&mut body, family.aliases.len());
        for alias in &family.aliases {
            put_text(&mut body, alias);
        }
    }
    let kinds: Vec<&[Indicator]> = collection.indicators.chunk_by(|a, b| a.kind == b.kind).collect();
    put_number(&mut body, kinds.len());
    for indicators in kinds {
        let Some(kind) = indicators.first().map(|indicator| indicator.kind) else { continue };
        body.push(kind_number(kind));
        put_number(&mut body, indicators.len());
        for indicator in indicators {
            match kind.digest_bytes() {
                Some(length) => body.extend(hex::bytes(&indicator.value).unwrap_or_else(|| vec![0; length])),
                None => put_text(&mut body, &indicator.value),
            }
            put_number(&mut body, indicator.family as usize);
            put_long(&mut body, indicator.sources.0);
            body.push(indicator.weakened.map_or(0, weakening_number));
        }
    }
    let mut pack = Vec::with_capacity(HEADER_BYTES + body.len() / 2);
    pack.extend(MAGIC);
    pack.extend(FORMAT.to_le_bytes());
    pack.extend(0u16.to_le_bytes());
    pack.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    pack.extend(crc32fast::hash(&body).to_le_bytes());
    let mut encoder = DeflateEncoder::new(pack, Compression::best());
    // Writing to a vector cannot fail.
    let written = std::io::Write::write_all(&mut encoder, &body).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// The body of a pack, unpacked and checked.
pub fn body(pack: &[u8]) -> Result<Vec<u8>, PackError> {
    let (header, packed) = pack.split_at_checked(HEADER_BYTES).ok_or(PackError::NotAPack)?;
    if !header.starts_with(&MAGIC) {
        return Err(PackError::NotAPack);
    }
    let mut header = Fields(header.get(MAGIC.len()..).unwrap_or_default());
    let format = header.u16().ok_or(ENDS_EARLY)?;
    if format != FORMAT {
        return Err(PackError::UnknownFormat(format));
    }
    if header.u16() != Some(0) {
        return Err(PackError::Damaged("its header has a value that must be zero"));
    }
    let length = header.u32().ok_or(ENDS_EARLY)? as usize;
    let checksum = header.u32().ok_or(ENDS_EARLY)?;
    if length > MAX_BODY_BYTES {
        return Err(PackError::TooLarge("its contents are beyond 64 MiB"));
    }
    let mut body = Vec::new();
    let limit = u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1);
    DeflateDecoder::new(packed)
        .take(limit)
        .read_to_end(&mut body)
        .map_err(|_| PackError::Damaged("its contents cannot be unpacked"))?;
    if body.len() != length || crc32fast::hash(&body) != checksum {
        return Err(PackError::Damaged("its contents are not those that its header states"));
    }
    Ok(body)
}

/// The collection in a pack.
pub fn decode(pack: &[u8]) -> Result<Collection, PackError> {
    decode_telling(pack, &mut |_, _| {})
}

/// The collection in a pack; `left_out` is told of each value of it that is no indicator any more, with the reason:
/// hosts come to be shared after packs are made.
pub fn decode_telling(
    pack: &[u8],
    left_out: &mut dyn FnMut(&str, values::ValueError),
) -> Result<Collection, PackError> {
    let body = body(pack)?;
    let mut reader = Reader(Fields(&body));
    let mut collection =
        Collection { version: reader.text()?.to_owned(), date: reader.text()?.to_owned(), ..Collection::default() };
    let sources = reader.count(SourceSet::MAX, "it has more than 64 sources")?;
    for _ in 0..sources {
        let [name, title, url, licence, date] =
            [reader.text()?, reader.text()?, reader.text()?, reader.text()?, reader.text()?].map(str::to_owned);
        collection.sources.push(Source { name, title, url, licence, date });
    }
    let families = reader.count(MAX_FAMILIES, "it has more than 250,000 families")?;
    let mut aliases = 0;
    for _ in 0..families {
        let name = reader.text()?.to_owned();
        let class = class_from(reader.byte()?)?;
        let count = reader.count(MAX_FAMILIES - aliases, "it has more than 250,000 aliases")?;
        aliases += count;
        let aliases = (0..count).map(|_| reader.text().map(str::to_owned)).collect::<Result<_, _>>()?;
        collection.families.push(Family { name, class, aliases });
    }
    let kinds = reader.count(Kind::VARIANTS.len(), "it has more kinds than there are")?;
    for _ in 0..kinds {
        decode_kind(&mut reader, &mut collection, left_out)?;
    }
    if !reader.0.0.is_empty() {
        return Err(PackError::Damaged("there is more behind its end"));
    }
    let order = |indicator: &Indicator| (indicator.kind, indicator.family);
    let ordered = collection
        .indicators
        .is_sorted_by(|a, b| (order(a).0, &a.value, order(a).1) < (order(b).0, &b.value, order(b).1));
    if !ordered { Err(PackError::Damaged("its indicators are out of order")) } else { Ok(collection) }
}

/// Reads all indicators of one kind.
fn decode_kind(
    reader: &mut Reader,
    collection: &mut Collection,
    left_out: &mut dyn FnMut(&str, values::ValueError),
) -> Result<(), PackError> {
    let kind = kind_from(reader.byte()?)?;
    let left = MAX_INDICATORS - collection.indicators.len().min(MAX_INDICATORS);
    let count = reader.count(left, "it has more than 1,000,000 indicators")?;
    if matches!(kind, Kind::PackagePattern | Kind::CertificateCommonName) && count > MAX_PATTERNS {
        return Err(PackError::TooLarge("it has more than 1,000 patterns"));
    }
    for _ in 0..count {
        let value = match kind.digest_bytes() {
            Some(length) => hex::hex(reader.bytes(length)?),
            None => reader.text()?.to_owned(),
        };
        let is_shared = match values::normalise(kind, &value) {
            Ok(normal) if normal == value => false,
            Err(reason @ values::ValueError::SharedHost(_)) => {
                left_out(&value, reason);
                true
            }
            Ok(_) => return Err(PackError::Damaged("a value is not in its normal form")),
            Err(reason) => return Err(PackError::BadValue { value, reason }),
        };
        let family = u32::try_from(reader.number()?).unwrap_or(u32::MAX);
        let sources = SourceSet(reader.number()?);
        let weakened = match reader.byte()? {
            0 => None,
            number => Some(weakening_from(number)?),
        };
        if family as usize >= collection.families.len() {
            return Err(PackError::Damaged("an indicator belongs to no family"));
        }
        if sources.0.checked_shr(u32::try_from(collection.sources.len()).unwrap_or(0)).is_some_and(|rest| rest != 0) {
            return Err(PackError::Damaged("an indicator belongs to no source"));
        }
        if !is_shared {
            collection.indicators.push(Indicator { kind, value, family, sources, weakened });
        }
    }
    Ok(())
}

/// A place in a body.
struct Reader<'a>(Fields<'a>);

const ENDS_EARLY: PackError = PackError::Damaged("it ends too early");

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], PackError> {
        self.0.bytes(length).ok_or(ENDS_EARLY)
    }

    fn byte(&mut self) -> Result<u8, PackError> {
        match self.bytes(1)? {
            [byte] => Ok(*byte),
            _ => Err(ENDS_EARLY),
        }
    }

    /// A number in groups of seven bits, the lowest first; the high bit says that more follow (LEB128).
    fn number(&mut self) -> Result<u64, PackError> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            number |= bits << shift;
            if bits << shift >> shift != bits {
                break;
            }
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(PackError::Damaged("a number is too long"))
    }

    /// How many items follow: refused when over `limit`, or when they cannot be there, each taking a byte at least.
    fn count(&mut self, limit: usize, over: &'static str) -> Result<usize, PackError> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if count > limit {
            return Err(PackError::TooLarge(over));
        }
        if count > self.0.0.len() {
            return Err(PackError::Damaged("it ends too early"));
        }
        Ok(count)
    }

    fn text(&mut self) -> Result<&'a str, PackError> {
        let length = self.count(values::MAX_VALUE_BYTES, "a text is beyond 512 bytes")?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| PackError::Damaged("a text is not UTF-8"))
    }
}

fn put_number(body: &mut Vec<u8>, number: usize) {
    put_long(body, u64::try_from(number).unwrap_or(u64::MAX));
}

fn put_long(body: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        body.push(u8::try_from(number & 0x7F).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    body.push(u8::try_from(number).unwrap_or(0));
}

/// A text; what is over the limit is cut, so that the pack can be read back.
fn put_text(body: &mut Vec<u8>, text: &str) {
    let mut end = text.len().min(values::MAX_VALUE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    put_number(body, end);
    body.extend(text.as_bytes().get(..end).unwrap_or_default());
}

fn class_number(class: Class) -> u8 {
    match class {
        Class::DualUse => 1,
        Class::Watchware => 2,
        Class::Stalkerware => 3,
    }
}

fn class_from(number: u8) -> Result<Class, PackError> {
    [Class::DualUse, Class::Watchware, Class::Stalkerware]
        .into_iter()
        .find(|class| class_number(*class) == number)
        .ok_or(PackError::Damaged("a class is not known"))
}

/// Stable, whatever the order in the program.
fn kind_number(kind: Kind) -> u8 {
    match kind {
        Kind::FileSha256 => 1,
        Kind::CertificateSha1 => 2,
        Kind::CertificateSha256 => 3,
        Kind::PublicKeySha256 => 4,
        Kind::CertificateOrganization => 5,
        Kind::CertificateCommonName => 6,
        Kind::Package => 7,
        Kind::PackagePattern => 8,
        Kind::ClassPrefix => 9,
        Kind::C2Domain => 10,
        Kind::C2Ip => 11,
        Kind::Website => 12,
        Kind::CloudProject => 13,
        Kind::Yara => 14,
    }
}

fn kind_from(number: u8) -> Result<Kind, PackError> {
    Kind::VARIANTS
        .iter()
        .copied()
        .find(|kind| kind_number(*kind) == number)
        .ok_or(PackError::Damaged("a kind of indicator is not known"))
}

/// Stable, whatever the order in the program; 0 is none.
fn weakening_number(weakening: Weakening) -> u8 {
    match weakening {
        Weakening::GenericName => 1,
        Weakening::HonestNamesake => 2,
        Weakening::SharedHost => 3,
        Weakening::MakerOfOtherApps => 4,
        Weakening::UnconfirmedClass => 5,
        Weakening::DisputedClass => 6,
        Weakening::SeveralFamilies => 7,
        Weakening::SignatureNotVerified => 8,
        Weakening::ListOfFamilies => 9,
        Weakening::InDataFile => 10,
        Weakening::DebugKey => 11,
        Weakening::OneOfSeveral => 12,
        Weakening::InReadableText => 13,
    }
}

fn weakening_from(number: u8) -> Result<Weakening, PackError> {
    Weakening::VARIANTS
        .iter()
        .copied()
        .find(|weakening| weakening.is_of_the_indicator() && weakening_number(*weakening) == number)
        .ok_or(PackError::Damaged("a reason to weaken is not known"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn collection() -> Collection {
        let mut collection =
            Collection { version: "1".to_owned(), date: "2026-06-21".to_owned(), ..Collection::default() };
        let source = collection.source(Source { name: "test".to_owned(), ..Source::default() });
        let family = collection.family("Family", Class::Stalkerware, &["Other".to_owned()]);
        for (kind, value, weakened) in [
            (Kind::FileSha256, "ab".repeat(32), None),
            (Kind::CertificateSha1, "cd".repeat(20), None),
            (Kind::Package, "org.example.app".to_owned(), Some(Weakening::GenericName)),
            (Kind::PackagePattern, "^org\\.example\\.a[0-9]+$".to_owned(), None),
        ] {
            collection.indicators.push(Indicator { kind, value, family, sources: source, weakened });
        }
        collection.normalise();
        collection
    }

    /// A pack around a body, with a header that fits it.
    fn pack_of(body: &[u8]) -> Vec<u8> {
        let mut pack = encode(&Collection::default());
        pack.truncate(HEADER_BYTES);
        pack[12..16].copy_from_slice(&u32::try_from(body.len()).unwrap().to_le_bytes());
        pack[16..20].copy_from_slice(&crc32fast::hash(body).to_le_bytes());
        let mut encoder = DeflateEncoder::new(pack, Compression::fast());
        std::io::Write::write_all(&mut encoder, body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_pack_gives_back_what_went_in() {
        assert_eq!(decode(&encode(&collection())), Ok(collection()));
        assert_eq!(encode(&collection()), encode(&collection()));
    }

    #[test]
    fn what_is_no_pack_is_refused_with_a_reason() {
        let pack = encode(&collection());
        assert_eq!(decode(b""), Err(PackError::NotAPack));
        assert_eq!(decode(b"PK\x03\x04 and something that is an archive"), Err(PackError::NotAPack));
        let mut newer = pack.clone();
        newer[8] = 2;
        assert_eq!(decode(&newer), Err(PackError::UnknownFormat(2)));
        let mut huge = pack.clone();
        huge[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(decode(&huge), Err(PackError::TooLarge(_))));
        let mut altered = pack.clone();
        altered[17] ^= 1;
        assert!(matches!(decode(&altered), Err(PackError::Damaged(_))));
        assert!(matches!(decode(&pack[..pack.len() - 3]), Err(PackError::Damaged(_))));
    }

    #[test]
    fn a_count_without_its_items_costs_nothing() {
        let mut body = vec![0, 0, 0];
        put_number(&mut body, MAX_FAMILIES);
        assert_eq!(decode(&pack_of(&body)), Err(PackError::Damaged("it ends too early")));
        let mut body = vec![0, 0, 0];
        put_long(&mut body, u64::MAX);
        assert!(matches!(decode(&pack_of(&body)), Err(PackError::TooLarge(_))));
    }

    #[test]
    fn a_value_that_no_source_file_could_have_is_refused() {
        let mut bad = collection();
        bad.indicators[2].value = "firebaseio".to_owned();
        assert!(matches!(decode(&encode(&bad)), Err(PackError::BadValue { .. })));
        let mut bad = collection();
        bad.indicators[0].family = 9;
        assert!(matches!(decode(&encode(&bad)), Err(PackError::Damaged(_))));
        let mut bad = collection();
        bad.indicators[0].sources = SourceSet(2);
        assert!(matches!(decode(&encode(&bad)), Err(PackError::Damaged(_))));
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&pack_of(&body));
        }

        #[test]
        fn no_altered_byte_makes_it_panic(at in 0usize..300, to in any::<u8>()) {
            let mut body = super::body(&encode(&collection())).unwrap();
            let at = at % body.len();
            body[at] = to;
            let _ = decode(&pack_of(&body));
        }

        #[test]
        fn numbers_come_back(number in any::<u64>()) {
            let mut body = Vec::new();
            put_long(&mut body, number);
            prop_assert_eq!(Reader(Fields(&body)).number(), Ok(number));
        }
    }
}
