//! What an app's manifest says, as the report shows it. Pure data: `manifest::read` fills it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::note::Note;
use crate::resources::icon::Icon;

/// All that the manifest says, and what of it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The app as a whole; absent when no manifest could be read.
    pub package: Option<Package>,
    /// The permissions that the app asks for, and those that Android adds.
    pub permissions: Vec<Permission>,
    /// The permissions that the app declares.
    pub declared_permissions: Vec<DeclaredPermission>,
    /// The components, in the order of the manifest.
    pub components: Vec<Component>,
    /// The manifest as XML text; empty when no manifest could be read.
    pub text: String,
    /// What was odd and yet could be read.
    pub anomalies: Vec<Note>,
    /// What could not be read.
    pub problems: Vec<Note>,
}

/// The app as a whole: `<manifest>`, `<uses-sdk>` and `<application>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Package {
    /// The application id (`manifest@package`).
    pub name: String,
    /// `versionCode`, with `versionCodeMajor` in the upper 32 bits.
    pub version_code: Option<u64>,
    /// `versionName`, resolved.
    pub version_name: Option<String>,
    /// The app's name in the default configuration.
    pub label: Option<String>,
    /// The app's name in every locale that has one, by BCP 47 tag; the default is not among them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The app's icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    /// `minSdkVersion`; 1 where none is stated.
    pub min_sdk: u32,
    /// `targetSdkVersion`; `min_sdk` where none is stated.
    pub target_sdk: u32,
    /// `maxSdkVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sdk: Option<u32>,
    /// `targetSandboxVersion`: from 2 on, Android wants a signature of scheme v2 or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_sandbox_version: Option<u32>,
    /// `sharedUserId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_user_id: Option<String>,
    /// The split's name, when this file is a split of a bundle (`manifest@split`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// Whether a launcher shows the app: see [`Launcher`].
    pub launcher: Launcher,
    /// `android:debuggable`.
    pub debuggable: bool,
    /// `android:allowBackup`; true where nothing is stated.
    pub allow_backup: bool,
    /// `android:testOnly`.
    pub test_only: bool,
    /// Whether clear-text traffic is allowed, as stated or as the target SDK makes it.
    pub cleartext_traffic: bool,
    /// The entry that `android:networkSecurityConfig` points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_security_config: Option<String>,
    /// The domains that the network security configuration names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_domains: Vec<NetworkDomain>,
    /// Whether the network security configuration trusts certificates that the user installed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trusts_user_certificates: bool,
    /// `uses-feature` names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// Packages, intents and providers named in `<queries>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<String>,
    /// `meta-data` of the application, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub meta_data: BTreeMap<String, String>,
}

/// A domain that the network security configuration names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NetworkDomain {
    /// The domain.
    pub name: String,
    /// Whether its subdomains are meant too.
    pub subdomains: bool,
    /// Whether clear-text traffic to it is allowed.
    pub cleartext: bool,
}

/// Whether, and how, the app appears among the phone's apps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Launcher {
    /// The activity (or alias) that a launcher shows, the first in manifest order.
    pub activity: Option<String>,
    /// Every enabled, exported activity or alias with `MAIN` and `LAUNCHER`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<String>,
    /// Those that only a television's launcher shows (`LEANBACK_LAUNCHER`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leanback: Vec<String>,
    /// Those with `MAIN` and `INFO`: no launcher shows them, but the system's settings and the app store open them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub info: Vec<String>,
    /// Those with `MAIN` and `LAUNCHER` that are disabled: the app can show or hide its icon at run time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disabled: Vec<String>,
}

/// A permission that the app asks for (`uses-permission`, `uses-permission-sdk-23`), or that Android adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Permission {
    /// The permission's full name.
    pub name: String,
    /// The last SDK level on which it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_sdk: Option<u32>,
    /// The first SDK level on which it is asked for: 23 for `uses-permission-sdk-23`. Of one that Android adds, the first
    /// level whose Android does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_sdk: Option<u32>,
    /// Features without which a device does not take it as asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_features: Vec<String>,
    /// Features with which a device does not take it as asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_not_features: Vec<String>,
    /// Why Android adds it although the app does not ask for it; absent where the app asks for it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied: Option<Implied>,
}

/// Why Android adds a permission: so that an app made for an older level keeps what it could do then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Implied {
    /// The permissions that bring it along; none where the target SDK level alone decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// It is added for target SDK levels below this one; absent where it is added for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<u32>,
}

/// A permission that the app itself declares (`permission`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredPermission {
    /// The permission's full name.
    pub name: String,
    /// Its protection level in words: `normal`, `dangerous`, `signature|privileged`…
    pub level: String,
}

/// The kinds of component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// `<activity>`
    #[default]
    Activity,
    /// `<activity-alias>`
    ActivityAlias,
    /// `<service>`
    Service,
    /// `<receiver>`
    Receiver,
    /// `<provider>`
    Provider,
}

/// An activity, alias, service, receiver or provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Component {
    /// What it is.
    pub kind: ComponentKind,
    /// Its class name in full.
    pub name: String,
    /// Whether other apps may start it: as stated, or as the target SDK makes it.
    pub exported: bool,
    /// Whether it is enabled from the start.
    pub enabled: bool,
    /// The permission that a caller needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// The process it runs in, where it is not the app's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The activity behind an alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// A provider's authorities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorities: Option<String>,
    /// A service's foreground types, as stated in words or in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreground_service_type: Option<String>,
    /// Its intent filters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intent_filters: Vec<IntentFilter>,
    /// Its `meta-data`, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub meta_data: BTreeMap<String, String>,
    /// What the system lets it do, when it is one of the services that the user must switch on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// An intent filter: what makes the system start the component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct IntentFilter {
    /// Actions.
    pub actions: Vec<String>,
    /// Categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Data: `scheme://host:port/path`, or a MIME type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    /// `android:priority`, where it is not 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub priority: i32,
}

fn is_zero(value: &i32) -> bool {
    *value == 0
}

/// A component that the user must switch on in the system's settings, and that then can do much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Role {
    /// Which one.
    pub kind: RoleKind,
    /// The entry of the configuration file it points to, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// What the configuration asks for, in the configuration's own words: `force-lock`, `canRetrieveWindowContent`…
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abilities: Vec<String>,
}

/// The roles that the system binds by permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RoleKind {
    /// `BIND_DEVICE_ADMIN`
    DeviceAdmin,
    /// `BIND_ACCESSIBILITY_SERVICE`
    Accessibility,
    /// `BIND_NOTIFICATION_LISTENER_SERVICE`
    NotificationListener,
    /// `BIND_INPUT_METHOD`
    InputMethod,
    /// `BIND_VPN_SERVICE`
    Vpn,
}
