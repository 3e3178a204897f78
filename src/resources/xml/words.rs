//! The words of attributes whose numbers have names: `screenOrientation`, `protectionLevel`, `accessibilityFlags`…
//!
//! Source: AOSP `frameworks/base/core/res/res/values/attrs_manifest.xml` and `attrs.xml` (Android 17).

/// The words of an attribute's values.
enum Words {
    /// A value has one word.
    One(&'static [(u32, &'static str)]),
    /// A value is made of words: one for each group of bits, given as the bits' mask and their value.
    Many(&'static [(u32, u32, &'static str)]),
}

/// Every bit, or -1.
const ALL: u32 = u32::MAX;

/// The value of the attribute with the resource id in words, joined with `|`; none when the attribute has no words or
/// a part of the value has none.
pub fn words(attribute: u32, value: u32) -> Option<String> {
    let index = WORDS.binary_search_by_key(&attribute, |(id, _)| *id).ok()?;
    match &WORDS.get(index)?.1 {
        Words::One(words) => words.iter().find(|(known, _)| *known == value).map(|(_, word)| (*word).to_owned()),
        Words::Many(words) => {
            if let Some((.., word)) = words.iter().find(|(mask, known, _)| *mask == ALL && *known == value) {
                return Some((*word).to_owned());
            }
            let parts = words.iter().filter(|(mask, known, _)| *mask != ALL && value & mask == *known);
            let (mut covered, mut text) = (0, String::new());
            for (mask, _, word) in parts {
                covered |= mask;
                if !text.is_empty() {
                    text.push('|');
                }
                text.push_str(word);
            }
            (value & !covered == 0 && !text.is_empty()).then_some(text)
        }
    }
}

/// By resource id, in its order.
#[rustfmt::skip]
const WORDS: &[(u32, Words)] = &[
    // protectionLevel
    (0x01010009, Words::Many(&[
        (0xf, 0, "normal"), (0xf, 1, "dangerous"), (0xf, 2, "signature"), (0xf, 3, "signatureOrSystem"),
        (0xf, 4, "internal"), (0x10, 0x10, "privileged"), (0x20, 0x20, "development"), (0x40, 0x40, "appop"),
        (0x80, 0x80, "pre23"), (0x100, 0x100, "installer"), (0x200, 0x200, "verifier"),
        (0x400, 0x400, "preinstalled"), (0x800, 0x800, "setup"), (0x1000, 0x1000, "instant"),
        (0x2000, 0x2000, "runtime"), (0x4000, 0x4000, "oem"), (0x8000, 0x8000, "vendorPrivileged"),
        (0x10000, 0x10000, "textClassifier"), (0x80000, 0x80000, "configurator"),
        (0x100000, 0x100000, "incidentReportApprover"), (0x200000, 0x200000, "appPredictor"),
        (0x400000, 0x400000, "module"), (0x800000, 0x800000, "companion"), (0x1000000, 0x1000000, "retailDemo"),
        (0x2000000, 0x2000000, "recents"), (0x4000000, 0x4000000, "role"), (0x8000000, 0x8000000, "knownSigner"),
    ])),
    // launchMode
    (0x0101001d, Words::One(&[
        (0, "standard"), (1, "singleTop"), (2, "singleTask"), (3, "singleInstance"), (4, "singleInstancePerTask"),
    ])),
    // screenOrientation
    (0x0101001e, Words::One(&[
        (0, "landscape"), (1, "portrait"), (2, "user"), (3, "behind"), (4, "sensor"), (5, "nosensor"),
        (6, "sensorLandscape"), (7, "sensorPortrait"), (8, "reverseLandscape"), (9, "reversePortrait"),
        (0xa, "fullSensor"), (0xb, "userLandscape"), (0xc, "userPortrait"), (0xd, "fullUser"), (0xe, "locked"),
        (ALL, "unspecified"),
    ])),
    // configChanges
    (0x0101001f, Words::Many(&[
        (1, 1, "mcc"), (2, 2, "mnc"), (4, 4, "locale"), (8, 8, "touchscreen"), (0x10, 0x10, "keyboard"),
        (0x20, 0x20, "keyboardHidden"), (0x40, 0x40, "navigation"), (0x80, 0x80, "orientation"),
        (0x100, 0x100, "screenLayout"), (0x200, 0x200, "uiMode"), (0x400, 0x400, "screenSize"),
        (0x800, 0x800, "smallestScreenSize"), (0x1000, 0x1000, "density"), (0x2000, 0x2000, "layoutDirection"),
        (0x4000, 0x4000, "colorMode"), (0x8000, 0x8000, "grammaticalGender"),
        (0x8000000, 0x8000000, "resourcesUnused"), (0x10000000, 0x10000000, "fontWeightAdjustment"),
        (0x40000000, 0x40000000, "fontScale"), (0x80000000, 0x80000000, "assetsPaths"),
    ])),
    // reqTouchScreen
    (0x01010227, Words::One(&[(0, "undefined"), (1, "notouch"), (2, "stylus"), (3, "finger")])),
    // reqKeyboardType
    (0x01010228, Words::One(&[(0, "undefined"), (1, "nokeys"), (2, "qwerty"), (3, "twelvekey")])),
    // reqNavigation
    (0x0101022a, Words::One(&[(0, "undefined"), (1, "nonav"), (2, "dpad"), (3, "trackball"), (4, "wheel")])),
    // windowSoftInputMode
    (0x0101022b, Words::Many(&[
        (ALL, 0, "stateUnspecified"), (0xf, 1, "stateUnchanged"), (0xf, 2, "stateHidden"),
        (0xf, 3, "stateAlwaysHidden"), (0xf, 4, "stateVisible"), (0xf, 5, "stateAlwaysVisible"),
        (0xf0, 0x10, "adjustResize"), (0xf0, 0x20, "adjustPan"), (0xf0, 0x30, "adjustNothing"),
    ])),
    // installLocation
    (0x010102b7, Words::One(&[(0, "auto"), (1, "internalOnly"), (2, "preferExternal")])),
    // screenSize
    (0x010102ca, Words::One(&[(0xc8, "small"), (0x12c, "normal"), (0x190, "large"), (0x1f4, "xlarge")])),
    // screenDensity
    (0x010102cb, Words::One(&[
        (0x78, "ldpi"), (0xa0, "mdpi"), (0xf0, "hdpi"), (0x140, "xhdpi"), (0x1e0, "xxhdpi"), (0x280, "xxxhdpi"),
    ])),
    // resizeMode
    (0x01010363, Words::Many(&[(ALL, 0, "none"), (1, 1, "horizontal"), (2, 2, "vertical")])),
    // accessibilityEventTypes
    (0x01010380, Words::Many(&[
        (ALL, ALL, "typeAllMask"), (1, 1, "typeViewClicked"), (2, 2, "typeViewLongClicked"),
        (4, 4, "typeViewSelected"), (8, 8, "typeViewFocused"), (0x10, 0x10, "typeViewTextChanged"),
        (0x20, 0x20, "typeWindowStateChanged"), (0x40, 0x40, "typeNotificationStateChanged"),
        (0x80, 0x80, "typeViewHoverEnter"), (0x100, 0x100, "typeViewHoverExit"),
        (0x200, 0x200, "typeTouchExplorationGestureStart"), (0x400, 0x400, "typeTouchExplorationGestureEnd"),
        (0x800, 0x800, "typeWindowContentChanged"), (0x1000, 0x1000, "typeViewScrolled"),
        (0x2000, 0x2000, "typeViewTextSelectionChanged"), (0x4000, 0x4000, "typeAnnouncement"),
        (0x8000, 0x8000, "typeViewAccessibilityFocused"), (0x10000, 0x10000, "typeViewAccessibilityFocusCleared"),
        (0x20000, 0x20000, "typeViewTextTraversedAtMovementGranularity"),
        (0x40000, 0x40000, "typeGestureDetectionStart"), (0x80000, 0x80000, "typeGestureDetectionEnd"),
        (0x100000, 0x100000, "typeTouchInteractionStart"), (0x200000, 0x200000, "typeTouchInteractionEnd"),
        (0x400000, 0x400000, "typeWindowsChanged"), (0x800000, 0x800000, "typeContextClicked"),
        (0x1000000, 0x1000000, "typeAssistReadingContext"), (0x2000000, 0x2000000, "typeSpeechStateChange"),
    ])),
    // accessibilityFeedbackType
    (0x01010382, Words::Many(&[
        (ALL, ALL, "feedbackAllMask"), (1, 1, "feedbackSpoken"), (2, 2, "feedbackHaptic"), (4, 4, "feedbackAudible"),
        (8, 8, "feedbackVisual"), (0x10, 0x10, "feedbackGeneric"),
    ])),
    // accessibilityFlags
    (0x01010384, Words::Many(&[
        (1, 1, "flagDefault"), (2, 2, "flagIncludeNotImportantViews"), (4, 4, "flagRequestTouchExplorationMode"),
        (8, 8, "flagRequestEnhancedWebAccessibility"), (0x10, 0x10, "flagReportViewIds"),
        (0x20, 0x20, "flagRequestFilterKeyEvents"), (0x40, 0x40, "flagRetrieveInteractiveWindows"),
        (0x80, 0x80, "flagEnableAccessibilityVolume"), (0x100, 0x100, "flagRequestAccessibilityButton"),
        (0x200, 0x200, "flagRequestFingerprintGestures"),
        (0x400, 0x400, "flagRequestShortcutWarningDialogSpokenFeedback"),
        (0x800, 0x800, "flagServiceHandlesDoubleTap"), (0x1000, 0x1000, "flagRequestMultiFingerGestures"),
        (0x4000, 0x4000, "flagSendMotionEvents"), (0x8000, 0x8000, "flagInputMethodEditor"),
    ])),
    // uiOptions
    (0x01010398, Words::Many(&[(ALL, 0, "none"), (1, 1, "splitActionBarWhenNarrow")])),
    // permissionGroupFlags
    (0x010103c5, Words::Many(&[(1, 1, "personalInfo")])),
    // permissionFlags
    (0x010103c7, Words::Many(&[
        (1, 1, "costsMoney"), (2, 2, "removed"), (4, 4, "hardRestricted"), (8, 8, "softRestricted"),
        (0x10, 0x10, "immutablyRestricted"), (0x20, 0x20, "allowedInPrivateComputeCore"),
    ])),
    // persistableMode
    (0x0101042d, Words::One(&[(0, "persistRootOnly"), (1, "persistNever"), (2, "persistAcrossReboots")])),
    // documentLaunchMode
    (0x01010445, Words::One(&[(0, "none"), (1, "intoExisting"), (2, "always"), (3, "never")])),
    // lockTaskMode
    (0x010104ed, Words::One(&[(0, "normal"), (1, "never"), (2, "always"), (3, "if_whitelisted")])),
    // rotationAnimation
    (0x0101053a, Words::One(&[(0, "rotate"), (1, "crossfade"), (2, "jumpcut"), (3, "seamless")])),
    // appCategory
    (0x01010545, Words::One(&[
        (0, "game"), (1, "audio"), (2, "video"), (3, "image"), (4, "social"), (5, "news"), (6, "maps"),
        (7, "productivity"), (8, "accessibility"),
    ])),
    // recreateOnConfigChanges
    (0x01010547, Words::Many(&[
        (1, 1, "mcc"), (2, 2, "mnc"), (8, 8, "touchscreen"), (0x10, 0x10, "keyboard"),
        (0x20, 0x20, "keyboardHidden"), (0x40, 0x40, "navigation"), (0x4000, 0x4000, "colorMode"),
    ])),
    // colorMode
    (0x0101054a, Words::One(&[(0, "default"), (1, "wideColorGamut"), (2, "hdr")])),
    // foregroundServiceType
    (0x01010599, Words::Many(&[
        (1, 1, "dataSync"), (2, 2, "mediaPlayback"), (4, 4, "phoneCall"), (8, 8, "location"),
        (0x10, 0x10, "connectedDevice"), (0x20, 0x20, "mediaProjection"), (0x40, 0x40, "camera"),
        (0x80, 0x80, "microphone"), (0x100, 0x100, "health"), (0x200, 0x200, "remoteMessaging"),
        (0x400, 0x400, "systemExempted"), (0x800, 0x800, "shortService"), (0x2000, 0x2000, "mediaProcessing"),
        (0x40000000, 0x40000000, "specialUse"),
    ])),
    // autoRevokePermissions
    (0x01010613, Words::One(&[(0, "allowed"), (1, "discouraged"), (2, "disallowed")])),
    // gwpAsanMode
    (0x01010616, Words::One(&[(0, "never"), (1, "always"), (ALL, "default")])),
    // rollbackDataPolicy
    (0x01010617, Words::One(&[(0, "restore"), (1, "wipe"), (2, "retain")])),
    // memtagMode
    (0x01010624, Words::One(&[(0, "off"), (1, "async"), (2, "sync"), (ALL, "default")])),
    // usesPermissionFlags
    (0x01010644, Words::Many(&[(0x10000, 0x10000, "neverForLocation"), (0x20000, 0x20000, "onlyForLocationButton")])),
    // requireContentUriPermissionFromCaller
    (0x0101069b, Words::One(&[(0, "none"), (1, "read"), (2, "write"), (3, "readOrWrite"), (4, "readAndWrite")])),
    // intentMatchingFlags
    (0x010106a9, Words::Many(&[(1, 1, "none"), (2, 2, "enforceIntentFilter"), (4, 4, "allowNullAction")])),
    // pageSizeCompat
    (0x010106ab, Words::One(&[(0x20, "enabled"), (0x40, "disabled")])),
    // backupAgentProcess
    (0x010106b6, Words::One(&[(0, "main"), (1, "privateComputeCore")])),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_its_ids() {
        assert!(WORDS.is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn a_value_is_said_in_words_or_not_at_all() {
        let say = |name, value| {
            let id = WORDS.iter().map(|(id, _)| *id).find(|id| super::super::attributes::name(*id) == Some(name));
            words(id.unwrap_or_default(), value)
        };
        assert_eq!(say("screenOrientation", u32::MAX).as_deref(), Some("unspecified"));
        assert_eq!(say("screenOrientation", 99), None);
        assert_eq!(say("configChanges", 0xA0).as_deref(), Some("keyboardHidden|orientation"));
        assert_eq!(say("protectionLevel", 0).as_deref(), Some("normal"));
        assert_eq!(say("protectionLevel", 0x12).as_deref(), Some("signature|privileged"));
        assert_eq!(say("protectionLevel", 3).as_deref(), Some("signatureOrSystem"));
        assert_eq!(say("windowSoftInputMode", 0x10).as_deref(), Some("adjustResize"));
        assert_eq!(say("accessibilityEventTypes", u32::MAX).as_deref(), Some("typeAllMask"));
        assert_eq!(say("accessibilityEventTypes", 0x4000_0001), None);
        assert_eq!(say("name", 1), None);
    }
}
