//! The locale of a configuration, and its BCP 47 tag.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/ResourceTypes.cpp`: `unpackLanguageOrRegion`, `getBcp47Locale`,
//! `isLocaleBetterThan`, `isLocaleMoreSpecificThan` and the locale's part of `match`.

/// A language, a region and what BCP 47 adds to them. Fields that are all zeros are not stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locale {
    /// A two-letter language in ASCII, or a three-letter one packed: see [`unpack`].
    pub language: [u8; 2],
    /// A two-letter region in ASCII, or a three-digit one packed.
    pub region: [u8; 2],
    /// A script of four letters, as `Latn`.
    pub script: [u8; 4],
    /// A variant of up to eight letters and digits.
    pub variant: [u8; 8],
    /// Whether the script was worked out when the table was built, and was not in the resource's name.
    pub script_was_computed: bool,
    /// A numbering system of up to eight letters: the Unicode extension `u-nu`.
    pub numbering_system: [u8; 8],
}

/// `tl`, which Android takes as the same language as [`FILIPINO`].
const TAGALOG: [u8; 2] = *b"tl";
/// `fil`, packed.
const FILIPINO: [u8; 2] = [0xAD, 0x05];

impl Locale {
    /// Whether neither a language nor a region is stated: the resource is for any locale.
    pub fn is_any(&self) -> bool {
        self.language == [0; 2] && self.region == [0; 2]
    }

    /// The locale of a language and a region in plain text (`de`, `fil`, `AT`, `419`); a region may be empty. None
    /// when they cannot be packed into two bytes each.
    pub fn new(language: &str, region: &str) -> Option<Self> {
        Some(Self { language: pack(language, b'a')?, region: pack(region, b'0')?, ..Self::default() })
    }

    /// The BCP 47 tag: `de`, `de-AT`, `sr-Latn`, `es-419`, `en-US-posix`, `ar-u-nu-latn`; `und` stands for a missing
    /// language. Languages that BCP 47 has renamed since (`iw`, `in`, `ji`) have their present name, and `tl` is
    /// `fil`, as Android says it.
    ///
    /// None for a locale that is not stated, and for one whose bytes are no letters or digits.
    pub fn tag(&self) -> Option<String> {
        if self.is_any() {
            return None;
        }
        let language = unpack(self.language, b'a')?;
        let mut tag = match language.as_str() {
            "" => "und".to_owned(),
            "iw" => "he".to_owned(),
            "in" => "id".to_owned(),
            "ji" => "yi".to_owned(),
            "tl" => "fil".to_owned(),
            _ => language,
        };
        if self.script[0] != 0 && !self.script_was_computed {
            tag = tag + "-" + &text(&self.script)?;
        }
        if self.region[0] != 0 {
            tag = tag + "-" + &unpack(self.region, b'0')?;
        }
        if self.variant[0] != 0 {
            tag = tag + "-" + &text(&self.variant)?;
        }
        if self.numbering_system[0] != 0 {
            tag = tag + "-u-nu-" + &text(&self.numbering_system)?;
        }
        Some(tag)
    }

    /// The name of the resource folder's part: `de-rAT`, or `b+sr+Latn` where the short form does not do.
    pub fn qualifier(&self) -> Option<String> {
        let language = unpack(self.language, b'a')?;
        let region = unpack(self.region, b'0')?;
        let script_stated = self.script[0] != 0 && !self.script_was_computed;
        if !script_stated && self.variant[0] == 0 && self.numbering_system[0] == 0 {
            return Some(if region.is_empty() { language } else { format!("{language}-r{region}") });
        }
        let mut name = format!("b+{language}");
        if script_stated {
            name = name + "+" + &text(&self.script)?;
        }
        if !region.is_empty() {
            name = name + "+" + &region;
        }
        if self.variant[0] != 0 {
            name = name + "+" + &text(&self.variant)?;
        }
        if self.numbering_system[0] != 0 {
            name = name + "+u+nu+" + &text(&self.numbering_system)?;
        }
        Some(name)
    }

    /// Whether a resource for this locale may serve a device set to `device`.
    ///
    /// Android works out the script of a locale that states none from CLDR's likely subtags; here such a locale is
    /// compared by its region, as Android does for languages that CLDR does not know.
    pub fn matches(&self, device: &Self) -> bool {
        if self.is_any() {
            return true;
        }
        if !same_language(self.language, device.language) {
            return false;
        }
        if device.script[0] == 0 || self.script[0] == 0 {
            // Android looks at the first letter of a region to see whether there is one.
            return self.region[0] == 0 || self.region == device.region;
        }
        self.script == device.script
    }

    /// Whether this locale serves `device` better than `other` does; both match it.
    ///
    /// Android ranks regions by CLDR's parents (`en-001` before `en` for `en-GB`); here the device's own region comes
    /// first, then none, then any other.
    pub fn is_better_than(&self, other: &Self, device: &Self) -> bool {
        if device.is_any() || (self.is_any() && other.is_any()) {
            return false;
        }
        if !same_language(self.language, other.language) {
            if device.language == *b"en" && device.region == *b"US" {
                // Unqualified resources are American English in most apps: only `en` and `en-US` are better.
                let is_american = |locale: &Self| locale.region == [0; 2] || locale.region == *b"US";
                return if self.language[0] != 0 { is_american(self) } else { !is_american(other) };
            }
            return self.language[0] != 0;
        }
        let region_rank = |locale: &Self| match locale.region {
            region if region == device.region => 2,
            [0, 0] => 1,
            _ => 0,
        };
        // What differs decides, in this order; an equal one hands on to the next.
        let ranks = [
            (i32::from(self.script == device.script), i32::from(other.script == device.script)),
            (region_rank(self), region_rank(other)),
            (i32::from(self.variant == device.variant), i32::from(other.variant == device.variant)),
            (
                i32::from(self.numbering_system == device.numbering_system),
                i32::from(other.numbering_system == device.numbering_system),
            ),
            (i32::from(self.language == device.language), i32::from(other.language == device.language)),
        ];
        ranks.into_iter().find(|(mine, theirs)| mine != theirs).is_some_and(|(mine, theirs)| mine > theirs)
    }
}

/// Whether Android takes two languages for one.
fn same_language(one: [u8; 2], other: [u8; 2]) -> bool {
    let canonical = |language| if language == TAGALOG { FILIPINO } else { language };
    canonical(one) == canonical(other)
}

/// Two bytes of ASCII as they are, or three characters of five bits each, counted from `base`, when the highest bit is
/// set. None when they are no letters or digits; an empty text for zeros.
fn unpack(packed: [u8; 2], base: u8) -> Option<String> {
    let [low, high] = packed;
    let characters: &[u8] = if low & 0x80 != 0 {
        &[high & 0x1F, high >> 5 | (low & 0x03) << 3, (low & 0x7C) >> 2].map(|index| base + index)
    } else if low != 0 {
        &packed
    } else {
        &[]
    };
    text(characters)
}

/// The inverse of [`unpack`].
fn pack(text: &str, base: u8) -> Option<[u8; 2]> {
    match *text.as_bytes() {
        [] => Some([0; 2]),
        [first, second] if first.is_ascii_alphanumeric() && second.is_ascii_alphanumeric() => Some([first, second]),
        [first, second, third] => {
            let index = |character: u8| character.checked_sub(base).filter(|index| *index < 0x20);
            let (first, second, third) = (index(first)?, index(second)?, index(third)?);
            Some([0x80 | third << 2 | second >> 3, (second & 0x07) << 5 | first])
        }
        _ => None,
    }
}

/// Letters and digits up to the first zero; none when anything else is among them.
fn text(bytes: &[u8]) -> Option<String> {
    let stated = bytes.split(|byte| *byte == 0).next()?;
    let is_plain = stated.iter().all(u8::is_ascii_alphanumeric);
    is_plain.then(|| stated.iter().map(|byte| char::from(*byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(language: &str, region: &str) -> String {
        Locale::new(language, region).and_then(|locale| locale.tag()).unwrap()
    }

    #[test]
    fn a_tag_has_present_names_and_unpacks_three_letters() {
        assert_eq!(tag("de", ""), "de");
        assert_eq!(tag("pt", "BR"), "pt-BR");
        assert_eq!(tag("es", "419"), "es-419");
        assert_eq!(tag("fil", ""), "fil");
        assert_eq!(tag("tl", ""), "fil");
        assert_eq!(tag("iw", ""), "he");
        assert_eq!(tag("in", ""), "id");
        assert_eq!(tag("", "US"), "und-US");
        assert_eq!(Locale::new("fil", "").unwrap().language, FILIPINO);
    }

    #[test]
    fn a_tag_has_script_variant_and_numbering_system() {
        let serbian = Locale { script: *b"Latn", ..Locale::new("sr", "").unwrap() };
        assert_eq!(serbian.tag().unwrap(), "sr-Latn");
        assert_eq!(serbian.qualifier().unwrap(), "b+sr+Latn");
        let computed = Locale { script_was_computed: true, ..serbian };
        assert_eq!(computed.tag().unwrap(), "sr");
        let posix = Locale { variant: *b"posix\0\0\0", ..Locale::new("en", "US").unwrap() };
        assert_eq!(posix.tag().unwrap(), "en-US-posix");
        let arabic = Locale { numbering_system: *b"latn\0\0\0\0", ..Locale::new("ar", "").unwrap() };
        assert_eq!(arabic.tag().unwrap(), "ar-u-nu-latn");
        assert_eq!(arabic.qualifier().unwrap(), "b+ar+u+nu+latn");
        assert_eq!(Locale::new("zh", "TW").unwrap().qualifier().unwrap(), "zh-rTW");
    }

    #[test]
    fn bytes_that_are_no_letters_have_no_tag() {
        assert_eq!(Locale { language: *b"<>", ..Locale::default() }.tag(), None);
        assert_eq!(Locale { language: [0xFF, 0xFF], ..Locale::default() }.tag(), None);
        assert_eq!(Locale { script: *b"a\"b ", ..Locale::new("sr", "").unwrap() }.tag(), None);
        assert_eq!(Locale::default().tag(), None);
    }

    #[test]
    fn the_devices_own_region_and_script_come_first() {
        let device = Locale::new("de", "AT").unwrap();
        let [german, austrian, swiss] = ["", "AT", "CH"].map(|region| Locale::new("de", region).unwrap());
        assert!(german.matches(&device) && austrian.matches(&device) && !swiss.matches(&device));
        assert!(Locale::default().matches(&device));
        assert!(austrian.is_better_than(&german, &device) && !german.is_better_than(&austrian, &device));
        assert!(german.is_better_than(&Locale::default(), &device));
        let american = Locale::new("en", "US").unwrap();
        let british = Locale { script: *b"Latn", ..Locale::new("en", "GB").unwrap() };
        assert!(!british.is_better_than(&Locale::default(), &american));
        assert!(Locale::default().is_better_than(&british, &american));
        assert!(Locale::new("tl", "").unwrap().matches(&Locale::new("fil", "").unwrap()));
    }
}
