//! The configuration that a resource is for: locale, screen, input, system version.
//!
//! Source: AOSP `frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h`, `ResTable_config`, and
//! `ResourceTypes.cpp`: `copyFromDtoH`, `match`, `isBetterThan`.

use super::locale::Locale;
use crate::resources::chunk::{u8_at, u16_at, u32_at};

/// `ResTable_config`: what must hold of a device for a resource to serve it. A field of 0 asks for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Configuration {
    /// The mobile network's country.
    pub mcc: u16,
    /// The mobile network; [`MNC_ZERO`] is network 0.
    pub mnc: u16,
    /// Language, region and so on.
    pub locale: Locale,
    /// Portrait 1, landscape 2, square 3.
    pub orientation: u8,
    /// None 1, stylus 2, finger 3.
    pub touchscreen: u8,
    /// Dots per inch; [`DENSITY_ANY`] and [`DENSITY_NONE`] are not numbers.
    pub density: u16,
    /// None 1, QWERTY 2, twelve keys 3.
    pub keyboard: u8,
    /// None 1, directional pad 2, trackball 3, wheel 4.
    pub navigation: u8,
    /// Bits 0–1: keys exposed 1, hidden 2, on screen 3; bits 2–3: navigation exposed 1, hidden 2.
    pub input_flags: u8,
    /// Neuter 1, feminine 2, masculine 3.
    pub grammatical_gender: u8,
    /// Pixels.
    pub screen_width: u16,
    /// Pixels.
    pub screen_height: u16,
    /// The lowest API level.
    pub sdk_version: u16,
    /// Always 0 so far.
    pub minor_version: u16,
    /// Bits 0–3: small 1 to xlarge 4; bits 4–5: not long 1, long 2; bits 6–7: left to right 1, right to left 2.
    pub screen_layout: u8,
    /// Bits 0–3: normal 1, desk 2, car 3, television 4, appliance 5, watch 6, headset 7; bits 4–5: day 1, night 2.
    pub ui_mode: u8,
    /// Density-independent pixels.
    pub smallest_screen_width_dp: u16,
    /// Density-independent pixels.
    pub screen_width_dp: u16,
    /// Density-independent pixels.
    pub screen_height_dp: u16,
    /// Bits 0–1: not round 1, round 2.
    pub screen_layout2: u8,
    /// Bits 0–1: no wide gamut 1, wide gamut 2; bits 2–3: low dynamic range 1, high 2.
    pub color_mode: u8,
}

/// `ResTable_config::DENSITY_ANY`: the resource serves every density, as a vector drawable does.
pub const DENSITY_ANY: u16 = 0xFFFE;
/// `ResTable_config::DENSITY_NONE`: the resource is never scaled.
pub const DENSITY_NONE: u16 = 0xFFFF;
/// `ACONFIGURATION_MNC_ZERO`
pub const MNC_ZERO: u16 = 0xFFFF;

const LAYOUT_DIRECTION: u8 = 0xC0;
const SCREEN_SIZE: u8 = 0x0F;
const SCREEN_LONG: u8 = 0x30;
const SCREEN_ROUND: u8 = 0x03;
const UI_MODE_TYPE: u8 = 0x0F;
const UI_MODE_NIGHT: u8 = 0x30;
const KEYS_HIDDEN: u8 = 0x03;
const NAVIGATION_HIDDEN: u8 = 0x0C;
const WIDE_GAMUT: u8 = 0x03;
const HIGH_DYNAMIC_RANGE: u8 = 0x0C;
/// `SCREENSIZE_NORMAL`
const SCREEN_SIZE_NORMAL: u8 = 2;
/// `DENSITY_MEDIUM`, what a resource without a density is for.
const DENSITY_MEDIUM: u16 = 160;

impl Configuration {
    /// Bytes of the newest form (with its padding); older ones end sooner: 28, 32, 36, 48, 52, 56 or 61 bytes.
    pub const SIZE: usize = 64;

    /// Reads the configuration at `offset`. Its size stands first; fields that it does not reach are 0, as in an older
    /// table, and what lies behind the last known field is not looked at. None when the bytes end before the size.
    pub fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        let size = u32_at(bytes, offset)? as usize;
        let end = offset.checked_add(size).map_or(bytes.len(), |end| end.min(bytes.len()));
        let bytes = bytes.get(offset..end.max(offset))?;
        let byte = |at| u8_at(bytes, at).unwrap_or_default();
        let short = |at| u16_at(bytes, at).unwrap_or_default();
        Some(Self {
            mcc: short(4),
            mnc: short(6),
            locale: Locale {
                language: array(bytes, 8),
                region: array(bytes, 10),
                script: array(bytes, 36),
                variant: array(bytes, 40),
                script_was_computed: byte(52) != 0,
                numbering_system: array(bytes, 53),
            },
            orientation: byte(12),
            touchscreen: byte(13),
            density: short(14),
            keyboard: byte(16),
            navigation: byte(17),
            input_flags: byte(18),
            grammatical_gender: byte(19),
            screen_width: short(20),
            screen_height: short(22),
            sdk_version: short(24),
            minor_version: short(26),
            screen_layout: byte(28),
            ui_mode: byte(29),
            smallest_screen_width_dp: short(30),
            screen_width_dp: short(32),
            screen_height_dp: short(34),
            screen_layout2: byte(48),
            color_mode: byte(49),
        })
    }

    /// A phone as most people have one, of no locale: what stands in an app's unqualified resources, or nearest to
    /// them, is what it shows.
    ///
    /// Portrait, 411 × 891 dp, normal size, long, left to right, not round, by day, 480 dpi, finger, no keys, no
    /// navigation, and newer than every API level.
    pub fn neutral_phone() -> Self {
        Self {
            orientation: 1,
            touchscreen: 3,
            density: 480,
            keyboard: 1,
            navigation: 1,
            // Keys on screen, navigation hidden.
            input_flags: 0x03 | 0x08,
            screen_width: 1080,
            screen_height: 2340,
            sdk_version: u16::MAX,
            screen_layout: 0x40 | 0x20 | SCREEN_SIZE_NORMAL,
            ui_mode: 0x10 | 0x01,
            smallest_screen_width_dp: 411,
            screen_width_dp: 411,
            screen_height_dp: 891,
            screen_layout2: 0x01,
            color_mode: 0x01 | 0x04,
            ..Self::default()
        }
    }

    /// The same with another locale.
    pub fn with_locale(self, locale: Locale) -> Self {
        Self { locale, ..self }
    }

    /// Whether a resource for this configuration may serve `device` (`ResTable_config::match`).
    pub fn matches(&self, device: &Self) -> bool {
        let same = |mine: u16, theirs: u16| mine == 0 || mine == theirs;
        let same_bits = |mine: u8, theirs: u8, mask: u8| same(u16::from(mine & mask), u16::from(theirs & mask));
        let fits = |mine: u16, theirs: u16| mine == 0 || mine <= theirs;
        // A device whose keys are on screen also takes resources for keys that are exposed.
        let keys = (self.input_flags & KEYS_HIDDEN, device.input_flags & KEYS_HIDDEN);
        same(self.mcc, device.mcc)
            && same(self.mnc, device.mnc)
            && self.locale.matches(&device.locale)
            && same_bits(self.grammatical_gender, device.grammatical_gender, 0xFF)
            && same_bits(self.screen_layout, device.screen_layout, LAYOUT_DIRECTION)
            && fits(u16::from(self.screen_layout & SCREEN_SIZE), u16::from(device.screen_layout & SCREEN_SIZE))
            && same_bits(self.screen_layout, device.screen_layout, SCREEN_LONG)
            && same_bits(self.ui_mode, device.ui_mode, UI_MODE_TYPE)
            && same_bits(self.ui_mode, device.ui_mode, UI_MODE_NIGHT)
            && fits(self.smallest_screen_width_dp, device.smallest_screen_width_dp)
            && same_bits(self.screen_layout2, device.screen_layout2, SCREEN_ROUND)
            && same_bits(self.color_mode, device.color_mode, HIGH_DYNAMIC_RANGE)
            && same_bits(self.color_mode, device.color_mode, WIDE_GAMUT)
            && fits(self.screen_width_dp, device.screen_width_dp)
            && fits(self.screen_height_dp, device.screen_height_dp)
            && same_bits(self.orientation, device.orientation, 0xFF)
            && same_bits(self.touchscreen, device.touchscreen, 0xFF)
            && (keys.0 == 0 || keys.0 == keys.1 || keys == (1, 3))
            && same_bits(self.input_flags, device.input_flags, NAVIGATION_HIDDEN)
            && same_bits(self.keyboard, device.keyboard, 0xFF)
            && same_bits(self.navigation, device.navigation, 0xFF)
            && fits(self.screen_width, device.screen_width)
            && fits(self.screen_height, device.screen_height)
            && fits(self.sdk_version, device.sdk_version)
            && same(self.minor_version, device.minor_version)
    }

    /// Whether this configuration serves `device` better than `other` does (`ResTable_config::isBetterThan`); both
    /// match it. Not an order: of two configurations each may be the better one, and of more than two the first in the
    /// table that no later one is better than is Android's choice.
    pub fn is_better_than(&self, other: &Self, device: &Self) -> bool {
        /// Where one of two differing bits is asked for, the configuration that states it is better.
        fn stated(mine: u8, theirs: u8, device: u8, mask: u8) -> Option<bool> {
            ((mine ^ theirs) & mask != 0 && device & mask != 0).then_some(mine & mask != 0)
        }
        if self.mcc != other.mcc && device.mcc != 0 {
            return self.mcc != 0;
        }
        if self.mnc != other.mnc && device.mnc != 0 {
            return self.mnc != 0;
        }
        if self.locale.is_better_than(&other.locale, &device.locale) {
            return true;
        }
        if let Some(answer) = stated(self.grammatical_gender, other.grammatical_gender, device.grammatical_gender, 0xFF)
        {
            return answer;
        }
        let (mine, theirs) = (self.screen_layout & LAYOUT_DIRECTION, other.screen_layout & LAYOUT_DIRECTION);
        if mine != theirs && device.screen_layout & LAYOUT_DIRECTION != 0 {
            return mine > theirs;
        }
        if self.smallest_screen_width_dp != other.smallest_screen_width_dp {
            return self.smallest_screen_width_dp > other.smallest_screen_width_dp;
        }
        let distance = |configuration: &Self| {
            missing(device.screen_width_dp, configuration.screen_width_dp)
                + missing(device.screen_height_dp, configuration.screen_height_dp)
        };
        if distance(self) != distance(other) {
            return distance(self) < distance(other);
        }
        let (mine, theirs) = (self.screen_layout & SCREEN_SIZE, other.screen_layout & SCREEN_SIZE);
        let asked = device.screen_layout & SCREEN_SIZE;
        if mine != theirs && asked != 0 {
            // No size counts as normal for a screen that is at least normal; being stated decides between the two.
            let counted = |size| if size == 0 && asked >= SCREEN_SIZE_NORMAL { SCREEN_SIZE_NORMAL } else { size };
            return if counted(mine) == counted(theirs) { mine != 0 } else { counted(mine) > counted(theirs) };
        }
        let answer = stated(self.screen_layout, other.screen_layout, device.screen_layout, SCREEN_LONG)
            .or_else(|| stated(self.screen_layout2, other.screen_layout2, device.screen_layout2, SCREEN_ROUND))
            .or_else(|| stated(self.color_mode, other.color_mode, device.color_mode, WIDE_GAMUT))
            .or_else(|| stated(self.color_mode, other.color_mode, device.color_mode, HIGH_DYNAMIC_RANGE))
            .or_else(|| stated(self.orientation, other.orientation, device.orientation, 0xFF))
            .or_else(|| stated(self.ui_mode, other.ui_mode, device.ui_mode, UI_MODE_TYPE))
            .or_else(|| stated(self.ui_mode, other.ui_mode, device.ui_mode, UI_MODE_NIGHT));
        if let Some(answer) = answer {
            return answer;
        }
        if self.density != other.density {
            return self.is_better_density_than(other, device.density);
        }
        if let Some(answer) = stated(self.touchscreen, other.touchscreen, device.touchscreen, 0xFF) {
            return answer;
        }
        let [mine, theirs, asked] = [self, other, device].map(|one| one.input_flags & KEYS_HIDDEN);
        if mine != theirs && asked != 0 {
            if mine == 0 || theirs == 0 {
                return mine != 0;
            }
            // Exposed keys and keys on screen both serve: the device's own word is better.
            if mine == asked || theirs == asked {
                return mine == asked;
            }
        }
        let answer = stated(self.input_flags, other.input_flags, device.input_flags, NAVIGATION_HIDDEN)
            .or_else(|| stated(self.keyboard, other.keyboard, device.keyboard, 0xFF))
            .or_else(|| stated(self.navigation, other.navigation, device.navigation, 0xFF));
        if let Some(answer) = answer {
            return answer;
        }
        let distance = |configuration: &Self| {
            missing(device.screen_width, configuration.screen_width)
                + missing(device.screen_height, configuration.screen_height)
        };
        if distance(self) != distance(other) {
            return distance(self) < distance(other);
        }
        if self.sdk_version != other.sdk_version && device.sdk_version != 0 {
            return self.sdk_version > other.sdk_version;
        }
        self.minor_version != other.minor_version && device.minor_version != 0 && self.minor_version != 0
    }

    /// Which of two differing densities Android scales: the nearest, where scaling down is twice as good as up.
    fn is_better_density_than(&self, other: &Self, asked: u16) -> bool {
        let stated = |density| if density == 0 { DENSITY_MEDIUM } else { density };
        let (mine, theirs) = (stated(self.density), stated(other.density));
        if mine == DENSITY_ANY || theirs == DENSITY_ANY {
            return mine == DENSITY_ANY;
        }
        let asked = i64::from(if asked == DENSITY_ANY { DENSITY_MEDIUM } else { stated(asked) });
        let (high, low) = (i64::from(mine.max(theirs)), i64::from(mine.min(theirs)));
        let takes_high = asked >= high || (low < asked && (2 * low - asked) * high <= asked * asked);
        // Of none and the medium one, which count the same, the later in the table is taken.
        takes_high == (mine >= theirs)
    }
}

/// How much of what a device has is not asked for.
fn missing(device: u16, configuration: u16) -> i32 {
    if device == 0 { 0 } else { i32::from(device) - i32::from(configuration) }
}

/// The bytes at `offset`, zeros where there are none.
fn array<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut array = [0; N];
    for (index, byte) in array.iter_mut().enumerate() {
        *byte = u8_at(bytes, offset + index).unwrap_or_default();
    }
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(language: &str, region: &str) -> Configuration {
        Configuration::default().with_locale(Locale::new(language, region).unwrap())
    }

    fn density(density: u16) -> Configuration {
        Configuration { density, ..Configuration::default() }
    }

    /// The one that Android takes among configurations of one resource.
    fn choose(candidates: &[Configuration], device: &Configuration) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (index, candidate) in candidates.iter().enumerate().filter(|(_, candidate)| candidate.matches(device)) {
            if best.is_none_or(|best| candidate.is_better_than(&candidates[best], device)) {
                best = Some(index);
            }
        }
        best
    }

    #[test]
    fn of_no_density_and_the_medium_one_the_later_in_the_table_is_taken() {
        let phone = Configuration::neutral_phone();
        for pair in [[density(0), density(DENSITY_MEDIUM)], [density(DENSITY_MEDIUM), density(0)]] {
            assert_eq!(choose(&pair, &phone), Some(1));
        }
        // A device of a lower density scales neither: the first stays.
        let low = Configuration { density: 120, ..phone };
        assert_eq!(choose(&[density(0), density(DENSITY_MEDIUM)], &low), Some(0));
    }

    #[test]
    fn a_region_whose_first_letter_is_missing_is_none() {
        let odd =
            Configuration { locale: Locale { region: [0, b'd'], ..Locale::default() }, ..Configuration::default() };
        assert!(odd.matches(&Configuration::neutral_phone()));
        assert!(!locale("", "AT").matches(&Configuration::neutral_phone()));
    }

    #[test]
    fn a_short_configuration_ends_where_its_size_says() {
        let mut bytes = vec![0xFF; Configuration::SIZE];
        bytes[..4].copy_from_slice(&28u32.to_le_bytes());
        let read = Configuration::read(&bytes, 0).unwrap();
        assert_eq!((read.mcc, read.sdk_version, read.minor_version), (0xFFFF, 0xFFFF, 0xFFFF));
        assert_eq!((read.screen_layout, read.screen_width_dp, read.locale.script), (0, 0, [0; 4]));
        bytes[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Configuration::read(&bytes, 0).unwrap().screen_layout, 0xFF);
        assert_eq!(Configuration::read(&bytes[..3], 0), None);
        assert_eq!(Configuration::read(&bytes, usize::MAX), None);
    }

    #[test]
    fn the_neutral_phone_takes_the_unqualified_resource_and_the_newest_version() {
        let device = Configuration::neutral_phone();
        let version = |sdk_version| Configuration { sdk_version, ..Configuration::default() };
        assert_eq!(choose(&[locale("de", ""), Configuration::default()], &device), Some(1));
        assert_eq!(choose(&[version(0), version(33), version(26)], &device), Some(1));
        let night = Configuration { ui_mode: 0x20, ..Configuration::default() };
        let television = Configuration { ui_mode: 0x04, ..Configuration::default() };
        let tablet = Configuration { smallest_screen_width_dp: 600, ..Configuration::default() };
        assert_eq!(choose(&[night, television, tablet], &device), None);
        let portrait = Configuration { orientation: 1, ..Configuration::default() };
        assert_eq!(choose(&[Configuration::default(), portrait], &device), Some(1));
    }

    #[test]
    fn densities_are_scaled_down_rather_than_up() {
        let at = |asked| Configuration { density: asked, ..Configuration::default() };
        let all = [density(120), density(160), density(240), density(320), density(640)];
        assert_eq!(choose(&all, &at(160)), Some(1));
        assert_eq!(choose(&all, &at(480)), Some(4));
        assert_eq!(choose(&all, &at(200)), Some(2));
        assert_eq!(choose(&all, &at(640)), Some(4));
        assert_eq!(choose(&[density(640), density(DENSITY_ANY)], &at(640)), Some(1));
        // Where no density is stated, medium is meant.
        assert_eq!(choose(&[density(120), density(0)], &at(120)), Some(0));
        assert_eq!(choose(&[density(240), density(0)], &at(160)), Some(1));
    }

    #[test]
    fn the_networks_country_goes_before_the_locale() {
        let device = Configuration { mcc: 262, ..locale("de", "") };
        let german_network = Configuration { mcc: 262, ..Configuration::default() };
        assert_eq!(choose(&[locale("de", ""), german_network], &device), Some(1));
        assert_eq!(choose(&[locale("de", ""), Configuration { mcc: 1, ..Configuration::default() }], &device), Some(0));
    }
}
