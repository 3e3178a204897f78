//! The pictures that a browser shows as they are: their kind and size, from their headers.
//!
//! Source: PNG, third edition, §5.2 and §11.2.1; WebP container specification (RFC 9649); JPEG, ITU-T T.81, annex B;
//! GIF89a, §17–18.

/// A picture whose header was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raster {
    pub media_type: &'static str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// The most pixels of a side. An icon at the highest density has 432; a browser is not to be made to hold more.
const MAX_SIDE: u32 = 2048;

/// What a picture is; none when it is no PNG, WebP, JPEG or GIF, or has no size or too great a one.
pub(super) fn identify(bytes: &[u8]) -> Option<Raster> {
    let (media_type, (width, height)) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("image/png", png(bytes)?)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        ("image/webp", webp(bytes)?)
    } else if bytes.starts_with(b"\xFF\xD8\xFF") {
        ("image/jpeg", jpeg(bytes)?)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        ("image/gif", (u32::from(short_le(bytes, 6)?), u32::from(short_le(bytes, 8)?)))
    } else {
        return None;
    };
    let fits = |side: u32| (1..=MAX_SIDE).contains(&side);
    (fits(width) && fits(height)).then_some(Raster { media_type, width, height })
}

/// The first chunk must be `IHDR`, of 13 bytes: width and height come first.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    (bytes.get(8..16)? == b"\0\0\0\x0dIHDR").then_some((side(16)?, side(20)?))
}

/// The first chunk is lossy, lossless or extended, and has its size in its own way.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8 " => {
            let is_key_frame = bytes.get(23..26)? == [0x9D, 0x01, 0x2A];
            let side = |at| Some(u32::from(short_le(bytes, at)? & 0x3FFF));
            is_key_frame.then_some((side(26)?, side(28)?))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(*bytes.get(21..)?.first_chunk()?);
            (*bytes.get(20)? == 0x2F).then_some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8X" => {
            let side = |at: usize| {
                let [low, middle, high] = *bytes.get(at..)?.first_chunk()?;
                Some(u32::from_le_bytes([low, middle, high, 0]) + 1)
            };
            Some((side(24)?, side(27)?))
        }
        _ => None,
    }
}

/// The segments up to the frame header (`SOF`), which has the height and the width.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [0xFF, marker] = *bytes.get(at..)?.first_chunk()? else { return None };
        match marker {
            0xFF => at += 1,
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                return Some((u32::from(short_be(bytes, at + 7)?), u32::from(short_be(bytes, at + 5)?)));
            }
            // The picture's data, or its end, without a frame header before it.
            0xD9 | 0xDA => return None,
            0x01 | 0xD0..=0xD8 => at += 2,
            _ => at += 2 + usize::from(short_be(bytes, at + 2)?),
        }
    }
}

fn short_le(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn short_be(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
        identify(bytes).map(|raster| (raster.media_type, raster.width, raster.height))
    }

    #[test]
    fn each_kind_tells_its_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x60\0\0\0\x48";
        assert_eq!(found(png), Some(("image/png", 96, 72)));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x60\0\x48\0";
        assert_eq!(found(lossy), Some(("image/webp", 96, 72)));
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x5f\xc0\x11\0";
        assert_eq!(found(lossless), Some(("image/webp", 96, 72)));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x5f\0\0\x47\0\0";
        assert_eq!(found(extended), Some(("image/webp", 96, 72)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04xx\xff\xff\xc2\0\x0b\x08\0\x48\0\x60\x01";
        assert_eq!(found(jpeg), Some(("image/jpeg", 96, 72)));
        assert_eq!(found(b"GIF89a\x60\0\x48\0"), Some(("image/gif", 96, 72)));
    }

    #[test]
    fn what_is_cut_off_or_too_great_is_no_picture() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x60\0\0\0\x48";
        assert!((0..png.len()).all(|length| found(&png[..length]).is_none()));
        assert_eq!(found(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x10\0\0\0\0\x48"), None);
        assert_eq!(found(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x48"), None);
        assert_eq!(found(b"\xff\xd8\xff\xda\0\0"), None);
        assert_eq!(found(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
    }
}
