//! A configuration in words: the qualifiers of its resource folder.
//!
//! Source: the order and the names of <https://developer.android.com/guide/topics/resources/providing-resources>, and
//! AOSP `ResourceTypes.cpp`, `ResTable_config::toString`.

use std::fmt;

use super::configuration::{Configuration, DENSITY_ANY, DENSITY_NONE, MNC_ZERO};

/// The qualifiers of a resource folder, in the order that Android demands: `de-rAT-sw600dp-land-xxhdpi-v21`. Empty for
/// the default configuration; a field that Android gives no name is written with its number.
impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut qualifiers = Qualifiers::default();
        qualifiers.number("mcc", self.mcc, "");
        if self.mnc != 0 {
            qualifiers.push(format!("mnc{}", if self.mnc == MNC_ZERO { 0 } else { self.mnc }));
        }
        if !self.locale.is_any() {
            qualifiers.push(self.locale.qualifier().unwrap_or_else(|| "unreadable-locale".to_owned()));
        }
        qualifiers.named("gender", self.grammatical_gender, &["neuter", "feminine", "masculine"]);
        qualifiers.named("layoutDir", self.screen_layout >> 6, &["ldltr", "ldrtl"]);
        qualifiers.number("sw", self.smallest_screen_width_dp, "dp");
        qualifiers.number("w", self.screen_width_dp, "dp");
        qualifiers.number("h", self.screen_height_dp, "dp");
        qualifiers.named("screenLayoutSize", self.screen_layout & 0xF, &["small", "normal", "large", "xlarge"]);
        qualifiers.named("screenLayoutLong", self.screen_layout >> 4 & 3, &["notlong", "long"]);
        qualifiers.named("screenRound", self.screen_layout2 & 3, &["notround", "round"]);
        qualifiers.named("wideColorGamut", self.color_mode & 3, &["nowidecg", "widecg"]);
        qualifiers.named("hdr", self.color_mode >> 2 & 3, &["lowdr", "highdr"]);
        qualifiers.named("orientation", self.orientation, &["port", "land", "square"]);
        // A folder's name has no word for the normal type.
        let types = ["uiModeType=1", "desk", "car", "television", "appliance", "watch", "vrheadset"];
        qualifiers.named("uiModeType", self.ui_mode & 0xF, &types);
        qualifiers.named("uiModeNight", self.ui_mode >> 4 & 3, &["notnight", "night"]);
        if self.density != 0 {
            qualifiers.push(density(self.density));
        }
        qualifiers.named("touchscreen", self.touchscreen, &["notouch", "stylus", "finger"]);
        qualifiers.named("keysHidden", self.input_flags & 3, &["keysexposed", "keyshidden", "keyssoft"]);
        qualifiers.named("keyboard", self.keyboard, &["nokeys", "qwerty", "12key"]);
        qualifiers.named("navHidden", self.input_flags >> 2 & 3, &["navexposed", "navhidden"]);
        qualifiers.named("navigation", self.navigation, &["nonav", "dpad", "trackball", "wheel"]);
        if (self.screen_width, self.screen_height) != (0, 0) {
            qualifiers.push(format!("{}x{}", self.screen_width, self.screen_height));
        }
        match (self.sdk_version, self.minor_version) {
            (0, 0) => {}
            (major, 0) => qualifiers.push(format!("v{major}")),
            (major, minor) => qualifiers.push(format!("v{major}.{minor}")),
        }
        f.write_str(&qualifiers.0.join("-"))
    }
}

/// The qualifiers so far.
#[derive(Default)]
struct Qualifiers(Vec<String>);

impl Qualifiers {
    fn push(&mut self, qualifier: String) {
        self.0.push(qualifier);
    }

    /// A number between its words, unless it is 0.
    fn number(&mut self, before: &str, value: u16, after: &str) {
        if value != 0 {
            self.push(format!("{before}{value}{after}"));
        }
    }

    /// The name of `value`, counted from 1; 0 asks for nothing.
    fn named(&mut self, field: &str, value: u8, names: &[&str]) {
        let Some(index) = usize::from(value).checked_sub(1) else { return };
        self.push(names.get(index).map_or_else(|| format!("{field}={value}"), |name| (*name).to_owned()));
    }
}

/// `DENSITY_*` in words.
fn density(density: u16) -> String {
    match density {
        120 => "ldpi".to_owned(),
        160 => "mdpi".to_owned(),
        213 => "tvdpi".to_owned(),
        240 => "hdpi".to_owned(),
        320 => "xhdpi".to_owned(),
        480 => "xxhdpi".to_owned(),
        640 => "xxxhdpi".to_owned(),
        DENSITY_ANY => "anydpi".to_owned(),
        DENSITY_NONE => "nodpi".to_owned(),
        other => format!("{other}dpi"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::table::Locale;

    #[test]
    fn every_field_has_its_word_in_androids_order() {
        let all = Configuration {
            mcc: 310,
            mnc: 4,
            locale: Locale::new("de", "AT").unwrap(),
            grammatical_gender: 2,
            screen_layout: 0x80 | 0x20 | 3,
            smallest_screen_width_dp: 600,
            screen_width_dp: 820,
            screen_height_dp: 480,
            screen_layout2: 2,
            color_mode: 8 | 2,
            orientation: 2,
            ui_mode: 0x20 | 3,
            density: 480,
            touchscreen: 3,
            input_flags: 1 | 4,
            keyboard: 2,
            navigation: 2,
            screen_width: 1280,
            screen_height: 720,
            sdk_version: 21,
            minor_version: 0,
        };
        assert_eq!(
            all.to_string(),
            "mcc310-mnc4-de-rAT-feminine-ldrtl-sw600dp-w820dp-h480dp-large-long-round-widecg-highdr-land-car-night-\
             xxhdpi-finger-keysexposed-qwerty-navexposed-dpad-1280x720-v21"
        );
        assert_eq!(Configuration::default().to_string(), "");
        let odd = Configuration { orientation: 9, density: 300, mnc: MNC_ZERO, ..Configuration::default() };
        assert_eq!(odd.to_string(), "mnc0-orientation=9-300dpi");
    }
}
