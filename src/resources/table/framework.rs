//! The system's resources that manifests and icons name most: the system's own table is not in an app.
//!
//! Source: AOSP `frameworks/base/core/res/res/values/public.xml` (later `public-final.xml`) for the numbers, which
//! never change, and `colors.xml` beside it for the colours.

use crate::resources::value::{ColorForm, Value};

/// The name of a system resource: `style/Theme`.
pub(super) fn name(id: u32) -> Option<&'static str> {
    NAMES
        .binary_search_by_key(&id, |(id, _)| *id)
        .ok()
        .and_then(|index| NAMES.get(index))
        .map(|(_, name)| *name)
        .or_else(|| COLORS.iter().find(|(color, ..)| *color == id).map(|(_, name, _)| *name))
        .or_else(|| STRINGS.iter().find(|(string, ..)| *string == id).map(|(_, name, _)| *name))
}

/// The value of a system resource: colours and strings alone have one here, and strings the English one.
pub(super) fn value(id: u32) -> Option<Value> {
    if let Some((_, _, argb)) = COLORS.iter().find(|(color, ..)| *color == id) {
        return Some(Value::Color { argb: *argb, form: ColorForm::Argb8 });
    }
    let (_, _, text) = STRINGS.iter().find(|(string, ..)| *string == id)?;
    Some(Value::String((*text).to_owned()))
}

/// Ids and names, in order.
const NAMES: &[(u32, &str)] = &[
    (0x0103_0005, "style/Theme"),
    (0x0103_0006, "style/Theme.NoTitleBar"),
    (0x0103_0007, "style/Theme.NoTitleBar.Fullscreen"),
    (0x0103_0008, "style/Theme.Black"),
    (0x0103_0009, "style/Theme.Black.NoTitleBar"),
    (0x0103_000a, "style/Theme.Black.NoTitleBar.Fullscreen"),
    (0x0103_000b, "style/Theme.Dialog"),
    (0x0103_000c, "style/Theme.Light"),
    (0x0103_000d, "style/Theme.Light.NoTitleBar"),
    (0x0103_000e, "style/Theme.Light.NoTitleBar.Fullscreen"),
    (0x0103_000f, "style/Theme.Translucent"),
    (0x0103_0010, "style/Theme.Translucent.NoTitleBar"),
    (0x0103_0011, "style/Theme.Translucent.NoTitleBar.Fullscreen"),
    (0x0103_0055, "style/Theme.NoDisplay"),
    (0x0103_005e, "style/Theme.Wallpaper"),
    (0x0103_005f, "style/Theme.Wallpaper.NoTitleBar"),
    (0x0103_0060, "style/Theme.Wallpaper.NoTitleBar.Fullscreen"),
    (0x0103_0069, "style/Theme.WithActionBar"),
    (0x0103_006a, "style/Theme.NoTitleBar.OverlayActionModes"),
    (0x0103_006b, "style/Theme.Holo"),
    (0x0103_006c, "style/Theme.Holo.NoActionBar"),
    (0x0103_006d, "style/Theme.Holo.NoActionBar.Fullscreen"),
    (0x0103_006e, "style/Theme.Holo.Light"),
    (0x0103_006f, "style/Theme.Holo.Dialog"),
    (0x0103_0071, "style/Theme.Holo.Dialog.NoActionBar"),
    (0x0103_0073, "style/Theme.Holo.Light.Dialog"),
    (0x0103_0075, "style/Theme.Holo.Light.Dialog.NoActionBar"),
    (0x0103_007d, "style/Theme.Holo.Wallpaper"),
    (0x0103_007e, "style/Theme.Holo.Wallpaper.NoTitleBar"),
    (0x0103_00f0, "style/Theme.Holo.Light.NoActionBar"),
    (0x0103_00f1, "style/Theme.Holo.Light.NoActionBar.Fullscreen"),
    (0x0103_0119, "style/Theme.Holo.Light.DarkActionBar"),
    (0x0103_0128, "style/Theme.DeviceDefault"),
    (0x0103_0129, "style/Theme.DeviceDefault.NoActionBar"),
    (0x0103_012a, "style/Theme.DeviceDefault.NoActionBar.Fullscreen"),
    (0x0103_012b, "style/Theme.DeviceDefault.Light"),
    (0x0103_012c, "style/Theme.DeviceDefault.Light.NoActionBar"),
    (0x0103_012d, "style/Theme.DeviceDefault.Light.NoActionBar.Fullscreen"),
    (0x0103_012e, "style/Theme.DeviceDefault.Dialog"),
    (0x0103_0130, "style/Theme.DeviceDefault.Dialog.NoActionBar"),
    (0x0103_0132, "style/Theme.DeviceDefault.Light.Dialog"),
    (0x0103_0134, "style/Theme.DeviceDefault.Light.Dialog.NoActionBar"),
    (0x0103_013c, "style/Theme.DeviceDefault.Wallpaper"),
    (0x0103_013d, "style/Theme.DeviceDefault.Wallpaper.NoTitleBar"),
    (0x0103_013f, "style/Theme.DeviceDefault.Light.DarkActionBar"),
    (0x0103_01e1, "style/Theme.Holo.NoActionBar.TranslucentDecor"),
    (0x0103_01e2, "style/Theme.Holo.Light.NoActionBar.TranslucentDecor"),
    (0x0103_01e3, "style/Theme.DeviceDefault.NoActionBar.TranslucentDecor"),
    (0x0103_01e4, "style/Theme.DeviceDefault.Light.NoActionBar.TranslucentDecor"),
    (0x0103_0224, "style/Theme.Material"),
    (0x0103_0225, "style/Theme.Material.Dialog"),
    (0x0103_0226, "style/Theme.Material.Dialog.Alert"),
    (0x0103_0228, "style/Theme.Material.Dialog.NoActionBar"),
    (0x0103_022e, "style/Theme.Material.NoActionBar"),
    (0x0103_022f, "style/Theme.Material.NoActionBar.Fullscreen"),
    (0x0103_0231, "style/Theme.Material.NoActionBar.TranslucentDecor"),
    (0x0103_0235, "style/Theme.Material.Wallpaper"),
    (0x0103_0236, "style/Theme.Material.Wallpaper.NoTitleBar"),
    (0x0103_0237, "style/Theme.Material.Light"),
    (0x0103_0238, "style/Theme.Material.Light.DarkActionBar"),
    (0x0103_0239, "style/Theme.Material.Light.Dialog"),
    (0x0103_023a, "style/Theme.Material.Light.Dialog.Alert"),
    (0x0103_023c, "style/Theme.Material.Light.Dialog.NoActionBar"),
    (0x0103_0241, "style/Theme.Material.Light.NoActionBar"),
    (0x0103_0242, "style/Theme.Material.Light.NoActionBar.Fullscreen"),
    (0x0103_0244, "style/Theme.Material.Light.NoActionBar.TranslucentDecor"),
    (0x0103_02d1, "style/Theme.DeviceDefault.Dialog.Alert"),
    (0x0103_02d2, "style/Theme.DeviceDefault.Light.Dialog.Alert"),
    (0x0103_02d5, "style/Theme.Material.Light.LightStatusBar"),
    (0x0103_02e3, "style/Theme.DeviceDefault.DayNight"),
    (0x0108_0024, "drawable/ic_media_play"),
    (0x0108_0027, "drawable/ic_dialog_alert"),
    (0x0108_0029, "drawable/ic_dialog_email"),
    (0x0108_002a, "drawable/ic_dialog_map"),
    (0x0108_002f, "drawable/ic_lock_lock"),
    (0x0108_0037, "drawable/ic_menu_camera"),
    (0x0108_0039, "drawable/ic_menu_compass"),
    (0x0108_003f, "drawable/ic_menu_gallery"),
    (0x0108_0041, "drawable/ic_menu_info_details"),
    (0x0108_0042, "drawable/ic_menu_manage"),
    (0x0108_0049, "drawable/ic_menu_preferences"),
    (0x0108_0093, "drawable/sym_def_app_icon"),
    (0x0108_009b, "drawable/ic_dialog_info"),
    (0x010d_0000, "mipmap/sym_def_app_icon"),
];

/// Ids, names, and the English text of every public string that is one for people (`values/strings.xml` beside the ids).
const STRINGS: &[(u32, &str, &str)] = &[
    (0x0104_0000, "string/cancel", "Cancel"),
    (0x0104_0001, "string/copy", "Copy"),
    (0x0104_0002, "string/copyUrl", "Copy URL"),
    (0x0104_0003, "string/cut", "Cut"),
    (0x0104_0004, "string/defaultVoiceMailAlphaTag", "Voicemail"),
    (0x0104_0005, "string/defaultMsisdnAlphaTag", "MSISDN1"),
    (0x0104_0006, "string/emptyPhoneNumber", "(No phone number)"),
    (0x0104_0007, "string/httpErrorBadUrl", "Couldn't open the page because the URL is invalid."),
    (0x0104_0008, "string/httpErrorUnsupportedScheme", "The protocol isn't supported."),
    // As it is: Android's `no` says “Cancel”, and its `yes` “OK”.
    (0x0104_0009, "string/no", "Cancel"),
    (0x0104_000a, "string/ok", "OK"),
    (0x0104_000b, "string/paste", "Paste"),
    (0x0104_000c, "string/search_go", "Search"),
    (0x0104_000d, "string/selectAll", "Select all"),
    (0x0104_000e, "string/unknownName", "Unknown"),
    (0x0104_000f, "string/untitled", "<Untitled>"),
    (0x0104_0010, "string/VideoView_error_button", "OK"),
    (0x0104_0011, "string/VideoView_error_text_unknown", "Can't play this video."),
    (0x0104_0012, "string/VideoView_error_title", "Video problem"),
    (0x0104_0013, "string/yes", "OK"),
    (0x0104_0014, "string/dialog_alert_title", "Attention"),
    (
        0x0104_0015,
        "string/VideoView_error_text_invalid_progressive_playback",
        "This video isn't valid for streaming to this device.",
    ),
    (0x0104_0016, "string/selectTextMode", "Select text"),
    (0x0104_0017, "string/status_bar_notification_info_overflow", "999+"),
    (0x0104_0018, "string/fingerprint_icon_content_description", "Fingerprint icon"),
    (0x0104_0019, "string/paste_as_plain_text", "Paste as plain text"),
    (0x0104_001a, "string/autofill", "Autofill"),
];

/// Ids, names, and alpha, red, green and blue.
const COLORS: &[(u32, &str, u32)] = &[
    (0x0106_0000, "color/darker_gray", 0xffaa_aaaa),
    (0x0106_000b, "color/white", 0xffff_ffff),
    (0x0106_000c, "color/black", 0xff00_0000),
    (0x0106_000d, "color/transparent", 0x0000_0000),
    (0x0106_000e, "color/background_dark", 0xff00_0000),
    (0x0106_000f, "color/background_light", 0xffff_ffff),
    (0x0106_0012, "color/holo_blue_light", 0xff33_b5e5),
    (0x0106_0013, "color/holo_blue_dark", 0xff00_99cc),
    (0x0106_0014, "color/holo_green_light", 0xff99_cc00),
    (0x0106_0015, "color/holo_green_dark", 0xff66_9900),
    (0x0106_0016, "color/holo_red_light", 0xffff_4444),
    (0x0106_0017, "color/holo_red_dark", 0xffcc_0000),
    (0x0106_0018, "color/holo_orange_light", 0xffff_bb33),
    (0x0106_0019, "color/holo_orange_dark", 0xffff_8800),
    (0x0106_001a, "color/holo_purple", 0xffaa_66cc),
    (0x0106_001b, "color/holo_blue_bright", 0xff00_ddff),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_order_and_found() {
        assert!(NAMES.is_sorted_by_key(|(id, _)| *id));
        assert_eq!(name(0x0103_0006), Some("style/Theme.NoTitleBar"));
        assert_eq!(name(0x0106_000b), Some("color/white"));
        assert_eq!(name(0x7f01_0000), None);
        assert_eq!(name(0x0104_000e), Some("string/unknownName"));
        assert_eq!(value(0x0104_000e), Some(Value::String("Unknown".to_owned())));
        assert_eq!(value(0x0104_0100), None);
        assert_eq!(value(0x0106_000d), Some(Value::Color { argb: 0, form: ColorForm::Argb8 }));
    }
}
