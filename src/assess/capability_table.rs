//! The capabilities there are, and what shows each. docs/capabilities.md is made from this table.
//!
//! Permissions and actions are named as in the documentation of `android.Manifest.permission`, `android.content.Intent`
//! and `android.provider.Telephony`; which of them guard personal data follows the permission groups there.

use crate::assess::model::Concern::{self, High, Ordinary, Sensitive};
use crate::manifest::RoleKind;

/// One capability: it is there when any of its evidence is.
pub struct Rule {
    /// The stable code, in kebab case.
    pub code: &'static str,
    /// How much it serves surveillance.
    pub concern: Concern,
    /// One sentence in English.
    pub text: &'static str,
    /// What shows it.
    pub evidence: &'static [Evidence],
}

/// What shows a capability.
pub enum Evidence {
    /// The app asks for this permission.
    Permission(&'static str),
    /// A component has this role.
    Role(RoleKind),
    /// A component has this role, and its configuration asks for this.
    RoleAbility(RoleKind, &'static str),
    /// A component is started by this action.
    Action(&'static str),
    /// A component is started by an address of this scheme.
    DataScheme(&'static str),
    /// A service states this foreground type.
    ForegroundService(&'static str),
    /// No launcher shows the app.
    NoLauncherIcon,
    /// The app has a launcher icon that is off from the start, and can be switched.
    DisabledLauncherIcon,
    /// The app goes by a name of a phone maker's own apps, and is signed in somebody else's.
    MakersName,
}

use Evidence::*;

/// Every capability, in the order in which they are told.
pub static RULES: &[Rule] = &[
    Rule {
        code: "no-icon",
        concern: High,
        text: "It does not appear among the phone's apps: there is no icon to open it with.",
        evidence: &[NoLauncherIcon],
    },
    Rule {
        code: "pose-as-maker",
        concern: High,
        text: "It goes by a name that a maker of phones gives to its own apps, but is signed in somebody else's name.",
        evidence: &[MakersName],
    },
    Rule {
        code: "read-screen",
        concern: High,
        text: "It can read what is on the screen, and what is typed, in other apps, once it is switched on as an accessibility service.",
        evidence: &[Role(RoleKind::Accessibility)],
    },
    Rule {
        code: "read-notifications",
        concern: High,
        text: "It can read every notification, the text of messages included, once it is given notification access.",
        evidence: &[Role(RoleKind::NotificationListener)],
    },
    Rule {
        code: "replace-keyboard",
        concern: High,
        text: "It can act as the keyboard and see everything that is typed with it, once it is chosen as the keyboard.",
        evidence: &[Role(RoleKind::InputMethod)],
    },
    Rule {
        code: "read-messages",
        concern: High,
        text: "It can read text messages.",
        evidence: &[
            Permission("android.permission.READ_SMS"),
            Permission("android.permission.RECEIVE_SMS"),
            Permission("android.permission.RECEIVE_MMS"),
            Permission("android.permission.RECEIVE_WAP_PUSH"),
        ],
    },
    Rule {
        code: "read-call-log",
        concern: High,
        text: "It can see who is called and who calls, and when.",
        evidence: &[
            Permission("android.permission.READ_CALL_LOG"),
            Permission("android.permission.PROCESS_OUTGOING_CALLS"),
        ],
    },
    Rule {
        code: "follow-location-always",
        concern: High,
        text: "It can follow where the phone is at all times, also while the app is not open.",
        evidence: &[Permission("android.permission.ACCESS_BACKGROUND_LOCATION")],
    },
    Rule {
        code: "record-screen",
        concern: High,
        text: "It can record the screen, once somebody agrees to it.",
        evidence: &[
            Permission("android.permission.FOREGROUND_SERVICE_MEDIA_PROJECTION"),
            Permission("android.permission.READ_FRAME_BUFFER"),
            Permission("android.permission.CAPTURE_VIDEO_OUTPUT"),
            ForegroundService("mediaProjection"),
        ],
    },
    Rule {
        code: "record-calls",
        concern: High,
        text: "It asks to record both sides of a call.",
        evidence: &[Permission("android.permission.CAPTURE_AUDIO_OUTPUT")],
    },
    Rule {
        code: "watch-app-use",
        concern: High,
        text: "It can see which apps are used, and when, once it is given usage access.",
        evidence: &[Permission("android.permission.PACKAGE_USAGE_STATS")],
    },
    Rule {
        code: "read-browser-history",
        concern: High,
        text: "It asks for the browser's history and bookmarks.",
        evidence: &[Permission("com.android.browser.permission.READ_HISTORY_BOOKMARKS")],
    },
    Rule {
        code: "administer-device",
        concern: High,
        text: "It can become a device administrator, which makes it harder to remove.",
        evidence: &[Role(RoleKind::DeviceAdmin)],
    },
    Rule {
        code: "erase-device",
        concern: High,
        text: "As a device administrator it can erase everything on the phone.",
        evidence: &[RoleAbility(RoleKind::DeviceAdmin, "wipe-data")],
    },
    Rule {
        code: "open-by-code",
        concern: High,
        text: "It can be opened by dialling a secret number.",
        evidence: &[
            DataScheme("android_secret_code"),
            Action("android.provider.Telephony.SECRET_CODE"),
            Action("android.telephony.action.SECRET_CODE"),
        ],
    },
    Rule {
        code: "record-sound",
        concern: Sensitive,
        text: "It can record sound with the microphone.",
        evidence: &[Permission("android.permission.RECORD_AUDIO")],
    },
    Rule {
        code: "take-pictures",
        concern: Sensitive,
        text: "It can take pictures and videos with the camera.",
        evidence: &[Permission("android.permission.CAMERA")],
    },
    Rule {
        code: "read-location",
        concern: Sensitive,
        text: "It can tell where the phone is.",
        evidence: &[
            Permission("android.permission.ACCESS_FINE_LOCATION"),
            Permission("android.permission.ACCESS_COARSE_LOCATION"),
        ],
    },
    Rule {
        code: "read-contacts",
        concern: Sensitive,
        text: "It can read the contacts.",
        evidence: &[Permission("android.permission.READ_CONTACTS")],
    },
    Rule {
        code: "read-calendar",
        concern: Sensitive,
        text: "It can read the calendar.",
        evidence: &[Permission("android.permission.READ_CALENDAR")],
    },
    Rule {
        code: "read-files",
        concern: Sensitive,
        text: "It can read pictures, recordings or other files on the phone.",
        evidence: &[
            Permission("android.permission.MANAGE_EXTERNAL_STORAGE"),
            Permission("android.permission.READ_EXTERNAL_STORAGE"),
            Permission("android.permission.WRITE_EXTERNAL_STORAGE"),
            Permission("android.permission.READ_MEDIA_IMAGES"),
            Permission("android.permission.READ_MEDIA_VIDEO"),
            Permission("android.permission.READ_MEDIA_AUDIO"),
            Permission("android.permission.READ_MEDIA_VISUAL_USER_SELECTED"),
            Permission("android.permission.ACCESS_MEDIA_LOCATION"),
        ],
    },
    Rule {
        code: "watch-calls",
        concern: Sensitive,
        text: "It can tell when the phone is in a call, and the phone's own number and identity.",
        evidence: &[
            Permission("android.permission.READ_PHONE_STATE"),
            Permission("android.permission.READ_PHONE_NUMBERS"),
            Permission("android.permission.READ_PRIVILEGED_PHONE_STATE"),
        ],
    },
    Rule {
        code: "send-messages",
        concern: Sensitive,
        text: "It can send text messages.",
        evidence: &[Permission("android.permission.SEND_SMS")],
    },
    Rule {
        code: "make-calls",
        concern: Sensitive,
        text: "It can make or answer calls by itself.",
        evidence: &[Permission("android.permission.CALL_PHONE"), Permission("android.permission.ANSWER_PHONE_CALLS")],
    },
    Rule {
        code: "list-apps",
        concern: Sensitive,
        text: "It can see which apps are installed.",
        evidence: &[Permission("android.permission.QUERY_ALL_PACKAGES")],
    },
    Rule {
        code: "draw-over-apps",
        concern: Sensitive,
        text: "It can draw over other apps.",
        evidence: &[Permission("android.permission.SYSTEM_ALERT_WINDOW")],
    },
    Rule {
        code: "watch-traffic",
        concern: Sensitive,
        text: "It can route the phone's internet traffic through itself, once it is accepted as a VPN.",
        evidence: &[Role(RoleKind::Vpn)],
    },
    Rule {
        code: "read-body",
        concern: Sensitive,
        text: "It can read body sensors or physical activity.",
        evidence: &[
            Permission("android.permission.BODY_SENSORS"),
            Permission("android.permission.health.READ_HEART_RATE"),
            Permission("android.permission.ACTIVITY_RECOGNITION"),
        ],
    },
    Rule {
        code: "install-apps",
        concern: Sensitive,
        text: "It can ask to install other apps.",
        evidence: &[
            Permission("android.permission.REQUEST_INSTALL_PACKAGES"),
            Permission("android.permission.INSTALL_PACKAGES"),
        ],
    },
    Rule {
        code: "switch-icon",
        concern: Sensitive,
        text: "It has an icon that is switched off from the start: the app can change which icon is shown, or show none.",
        evidence: &[DisabledLauncherIcon],
    },
    Rule {
        code: "start-with-phone",
        concern: Ordinary,
        text: "It starts by itself when the phone is switched on.",
        evidence: &[
            Permission("android.permission.RECEIVE_BOOT_COMPLETED"),
            Action("android.intent.action.BOOT_COMPLETED"),
            Action("android.intent.action.LOCKED_BOOT_COMPLETED"),
        ],
    },
    Rule {
        code: "keep-running",
        concern: Ordinary,
        text: "It can ask not to be put to sleep, so that it keeps running in the background.",
        evidence: &[Permission("android.permission.REQUEST_IGNORE_BATTERY_OPTIMIZATIONS")],
    },
    Rule {
        code: "use-internet",
        concern: Ordinary,
        text: "It can send and receive data over the internet.",
        evidence: &[Permission("android.permission.INTERNET")],
    },
];
