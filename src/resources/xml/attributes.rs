//! The names of the attributes that manifests and the configuration files of services use, by their resource id.
//!
//! Android's manifest parser looks an attribute up by its id alone (`TypedArray`), so the id decides, whatever name the
//! string pool gives it.
//!
//! Source: AOSP `frameworks/base/core/res/res/values/public-final.xml` and `public-staging.xml` (the ids), and
//! `attrs_manifest.xml` (which of them a manifest uses).

/// The ids of the attributes that the reader looks for.
pub mod id {
    /// `android:label`
    pub const LABEL: u32 = 0x0101_0001;
    /// `android:icon`
    pub const ICON: u32 = 0x0101_0002;
    /// `android:name`
    pub const NAME: u32 = 0x0101_0003;
    /// `android:permission`
    pub const PERMISSION: u32 = 0x0101_0006;
    /// `android:readPermission`
    pub const READ_PERMISSION: u32 = 0x0101_0007;
    /// `android:writePermission`
    pub const WRITE_PERMISSION: u32 = 0x0101_0008;
    /// `android:protectionLevel`
    pub const PROTECTION_LEVEL: u32 = 0x0101_0009;
    /// `android:sharedUserId`
    pub const SHARED_USER_ID: u32 = 0x0101_000b;
    /// `android:enabled`
    pub const ENABLED: u32 = 0x0101_000e;
    /// `android:debuggable`
    pub const DEBUGGABLE: u32 = 0x0101_000f;
    /// `android:exported`
    pub const EXPORTED: u32 = 0x0101_0010;
    /// `android:process`
    pub const PROCESS: u32 = 0x0101_0011;
    /// `android:authorities`
    pub const AUTHORITIES: u32 = 0x0101_0018;
    /// `android:priority`
    pub const PRIORITY: u32 = 0x0101_001c;
    /// `android:value`
    pub const VALUE: u32 = 0x0101_0024;
    /// `android:resource`
    pub const RESOURCE: u32 = 0x0101_0025;
    /// `android:mimeType`
    pub const MIME_TYPE: u32 = 0x0101_0026;
    /// `android:scheme`
    pub const SCHEME: u32 = 0x0101_0027;
    /// `android:host`
    pub const HOST: u32 = 0x0101_0028;
    /// `android:port`
    pub const PORT: u32 = 0x0101_0029;
    /// `android:path`
    pub const PATH: u32 = 0x0101_002a;
    /// `android:pathPrefix`
    pub const PATH_PREFIX: u32 = 0x0101_002b;
    /// `android:pathPattern`
    pub const PATH_PATTERN: u32 = 0x0101_002c;
    /// `android:targetActivity`
    pub const TARGET_ACTIVITY: u32 = 0x0101_0202;
    /// `android:minSdkVersion`
    pub const MIN_SDK_VERSION: u32 = 0x0101_020c;
    /// `android:versionCode`
    pub const VERSION_CODE: u32 = 0x0101_021b;
    /// `android:versionName`
    pub const VERSION_NAME: u32 = 0x0101_021c;
    /// `android:targetSandboxVersion`
    pub const TARGET_SANDBOX_VERSION: u32 = 0x0101_054c;
    /// `android:targetSdkVersion`
    pub const TARGET_SDK_VERSION: u32 = 0x0101_0270;
    /// `android:maxSdkVersion`
    pub const MAX_SDK_VERSION: u32 = 0x0101_0271;
    /// `android:testOnly`
    pub const TEST_ONLY: u32 = 0x0101_0272;
    /// `android:allowBackup`
    pub const ALLOW_BACKUP: u32 = 0x0101_0280;
    /// `android:accessibilityEventTypes`
    pub const ACCESSIBILITY_EVENT_TYPES: u32 = 0x0101_0380;
    /// `android:packageNames`
    pub const PACKAGE_NAMES: u32 = 0x0101_0381;
    /// `android:accessibilityFeedbackType`
    pub const ACCESSIBILITY_FEEDBACK_TYPE: u32 = 0x0101_0382;
    /// `android:accessibilityFlags`
    pub const ACCESSIBILITY_FLAGS: u32 = 0x0101_0384;
    /// `android:canRetrieveWindowContent`
    pub const CAN_RETRIEVE_WINDOW_CONTENT: u32 = 0x0101_0385;
    /// `android:canRequestTouchExplorationMode`
    pub const CAN_REQUEST_TOUCH_EXPLORATION_MODE: u32 = 0x0101_03d7;
    /// `android:canRequestFilterKeyEvents`
    pub const CAN_REQUEST_FILTER_KEY_EVENTS: u32 = 0x0101_03d9;
    /// `android:ssp`
    pub const SSP: u32 = 0x0101_03e3;
    /// `android:sspPrefix`
    pub const SSP_PREFIX: u32 = 0x0101_03e4;
    /// `android:sspPattern`
    pub const SSP_PATTERN: u32 = 0x0101_03e5;
    /// `android:usesCleartextTraffic`
    pub const USES_CLEARTEXT_TRAFFIC: u32 = 0x0101_04ec;
    /// `android:canControlMagnification`
    pub const CAN_CONTROL_MAGNIFICATION: u32 = 0x0101_0507;
    /// `android:canPerformGestures`
    pub const CAN_PERFORM_GESTURES: u32 = 0x0101_050d;
    /// `android:networkSecurityConfig`
    pub const NETWORK_SECURITY_CONFIG: u32 = 0x0101_0527;
    /// `android:roundIcon`
    pub const ROUND_ICON: u32 = 0x0101_052c;
    /// `android:canRequestFingerprintGestures`
    pub const CAN_REQUEST_FINGERPRINT_GESTURES: u32 = 0x0101_054d;
    /// `android:requiredFeature`
    pub const REQUIRED_FEATURE: u32 = 0x0101_0554;
    /// `android:requiredNotFeature`
    pub const REQUIRED_NOT_FEATURE: u32 = 0x0101_0555;
    /// `android:versionCodeMajor`
    pub const VERSION_CODE_MAJOR: u32 = 0x0101_0576;
    /// `android:foregroundServiceType`
    pub const FOREGROUND_SERVICE_TYPE: u32 = 0x0101_0599;
    /// `android:canTakeScreenshot`
    pub const CAN_TAKE_SCREENSHOT: u32 = 0x0101_060f;
    /// `android:pathSuffix`
    pub const PATH_SUFFIX: u32 = 0x0101_061e;
    /// `android:sspSuffix`
    pub const SSP_SUFFIX: u32 = 0x0101_061f;
    /// `android:pathAdvancedPattern`
    pub const PATH_ADVANCED_PATTERN: u32 = 0x0101_0620;
    /// `android:sspAdvancedPattern`
    pub const SSP_ADVANCED_PATTERN: u32 = 0x0101_0621;
    /// `android:isAccessibilityTool`
    pub const IS_ACCESSIBILITY_TOOL: u32 = 0x0101_0641;
}

/// The package and type of every id in [`NAMES`]: `android:attr/…`.
const ANDROID_ATTR: u32 = 0x0101_0000;

/// The name of the attribute `android:…` with the resource id; none for one that manifests do not use.
pub fn name(id: u32) -> Option<&'static str> {
    let entry = u16::try_from(id.checked_sub(ANDROID_ATTR)?).ok()?;
    let index = NAMES.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
    NAMES.get(index).map(|(_, name)| *name)
}

/// The resource id of the attribute `android:…` with the name; none for one that manifests do not use.
pub fn by_name(name: &str) -> Option<u32> {
    let (entry, _) = NAMES.iter().find(|(_, known)| *known == name)?;
    Some(ANDROID_ATTR | u32::from(*entry))
}

/// Whether the id is one of Android's own attributes.
pub fn is_android(id: u32) -> bool {
    id >> 16 == ANDROID_ATTR >> 16
}

/// The lower half of each id and its name, in the order of the ids.
#[rustfmt::skip]
const NAMES: &[(u16, &str)] = &[
    (0x000, "theme"), (0x001, "label"), (0x002, "icon"), (0x003, "name"), (0x004, "manageSpaceActivity"),
    (0x005, "allowClearUserData"), (0x006, "permission"), (0x007, "readPermission"), (0x008, "writePermission"),
    (0x009, "protectionLevel"), (0x00a, "permissionGroup"), (0x00b, "sharedUserId"), (0x00c, "hasCode"),
    (0x00d, "persistent"), (0x00e, "enabled"), (0x00f, "debuggable"), (0x010, "exported"), (0x011, "process"),
    (0x012, "taskAffinity"), (0x013, "multiprocess"), (0x014, "finishOnTaskLaunch"), (0x015, "clearTaskOnLaunch"),
    (0x016, "stateNotNeeded"), (0x017, "excludeFromRecents"), (0x018, "authorities"), (0x019, "syncable"),
    (0x01a, "initOrder"), (0x01b, "grantUriPermissions"), (0x01c, "priority"), (0x01d, "launchMode"),
    (0x01e, "screenOrientation"), (0x01f, "configChanges"), (0x020, "description"), (0x021, "targetPackage"),
    (0x022, "handleProfiling"), (0x023, "functionalTest"), (0x024, "value"), (0x025, "resource"), (0x026, "mimeType"),
    (0x027, "scheme"), (0x028, "host"), (0x029, "port"), (0x02a, "path"), (0x02b, "pathPrefix"),
    (0x02c, "pathPattern"), (0x02d, "action"), (0x02e, "data"), (0x02f, "targetClass"), (0x0d1, "tag"),
    (0x194, "visible"), (0x1a1, "type"), (0x1e1, "title"), (0x1e9, "summary"), (0x1ea, "order"),
    (0x202, "targetActivity"), (0x203, "alwaysRetainTaskState"), (0x204, "allowTaskReparenting"),
    (0x20c, "minSdkVersion"), (0x21b, "versionCode"), (0x21c, "versionName"), (0x221, "isDefault"),
    (0x225, "settingsActivity"), (0x227, "reqTouchScreen"), (0x228, "reqKeyboardType"), (0x229, "reqHardKeyboard"),
    (0x22a, "reqNavigation"), (0x22b, "windowSoftInputMode"), (0x22d, "noHistory"), (0x232, "reqFiveWayNav"),
    (0x25d, "configure"), (0x261, "sharedUserLabel"), (0x26c, "anyDensity"), (0x270, "targetSdkVersion"),
    (0x271, "maxSdkVersion"), (0x272, "testOnly"), (0x27f, "backupAgent"), (0x280, "allowBackup"),
    (0x281, "glEsVersion"), (0x284, "smallScreens"), (0x285, "normalScreens"), (0x286, "largeScreens"),
    (0x28d, "resizeable"), (0x28e, "required"), (0x28f, "accountType"), (0x290, "contentAuthority"),
    (0x291, "userVisible"), (0x29b, "supportsUploading"), (0x29c, "killAfterRestore"),
    (0x29d, "restoreNeedsApplication"), (0x29e, "smallIcon"), (0x29f, "accountPreferences"),
    (0x2a7, "finishOnCloseSystemDialogs"), (0x2b7, "installLocation"), (0x2b8, "vmSafeMode"),
    (0x2ba, "restoreAnyVersion"), (0x2be, "logo"), (0x2bf, "xlargeScreens"), (0x2c0, "immersive"),
    (0x2ca, "screenSize"), (0x2cb, "screenDensity"), (0x2d3, "hardwareAccelerated"), (0x2e3, "fragment"),
    (0x2ec, "imeSubtypeLocale"), (0x2ed, "imeSubtypeMode"), (0x2ee, "imeSubtypeExtraValue"),
    (0x332, "allowParallelSyncs"), (0x333, "isAlwaysSyncable"), (0x35a, "largeHeap"), (0x363, "resizeMode"),
    (0x364, "requiresSmallestWidthDp"), (0x365, "compatibleWidthLimitDp"), (0x366, "largestWidthLimitDp"),
    (0x36a, "stopWithTask"), (0x37f, "isAuxiliary"), (0x380, "accessibilityEventTypes"), (0x381, "packageNames"),
    (0x382, "accessibilityFeedbackType"), (0x383, "notificationTimeout"), (0x384, "accessibilityFlags"),
    (0x385, "canRetrieveWindowContent"), (0x398, "uiOptions"), (0x3a2, "overridesImplicitlyEnabledSubtype"),
    (0x3a6, "publicKey"), (0x3a7, "parentActivityName"), (0x3a9, "isolatedProcess"), (0x3af, "supportsRtl"),
    (0x3bf, "singleUser"), (0x3c1, "subtypeId"), (0x3c5, "permissionGroupFlags"), (0x3c7, "permissionFlags"),
    (0x3c9, "showOnLockScreen"), (0x3d0, "requiredForAllUsers"), (0x3d5, "restrictedAccountType"),
    (0x3d6, "requiredAccountType"), (0x3d7, "canRequestTouchExplorationMode"),
    (0x3d8, "canRequestEnhancedWebAccessibility"), (0x3d9, "canRequestFilterKeyEvents"), (0x3db, "keySet"),
    (0x3e3, "ssp"), (0x3e4, "sspPrefix"), (0x3e5, "sspPattern"), (0x3e8, "category"), (0x3e9, "isAsciiCapable"),
    (0x3eb, "supportsSwitchingToNextInputMethod"), (0x3f2, "banner"), (0x3f4, "isGame"), (0x3f5, "allowEmbedded"),
    (0x42d, "persistableMode"), (0x445, "documentLaunchMode"), (0x446, "maxRecents"),
    (0x447, "autoRemoveFromRecents"), (0x473, "fullBackupOnly"), (0x476, "relinquishTaskIdentity"),
    (0x48e, "multiArch"), (0x4b2, "resumeWhilePausing"), (0x4ba, "country"), (0x4d5, "revisionCode"),
    (0x4ea, "extractNativeLibs"), (0x4eb, "fullBackupContent"), (0x4ec, "usesCleartextTraffic"),
    (0x4ed, "lockTaskMode"), (0x4ee, "autoVerify"), (0x4ef, "showForAllUsers"), (0x4f6, "resizeableActivity"),
    (0x4f7, "supportsPictureInPicture"), (0x504, "defaultToDeviceProtectedStorage"), (0x505, "directBootAware"),
    (0x507, "canControlMagnification"), (0x508, "languageTag"), (0x50d, "canPerformGestures"),
    (0x50e, "externalService"), (0x515, "use32bitAbi"), (0x519, "version"), (0x51a, "backupInForeground"),
    (0x525, "enableVrMode"), (0x526, "hash"), (0x527, "networkSecurityConfig"), (0x52c, "roundIcon"),
    (0x531, "visibleToInstantApps"), (0x53a, "rotationAnimation"), (0x541, "targetProcesses"), (0x545, "appCategory"),
    (0x547, "recreateOnConfigChanges"), (0x548, "certDigest"), (0x549, "splitName"), (0x54a, "colorMode"),
    (0x54b, "isolatedSplits"), (0x54c, "targetSandboxVersion"), (0x54d, "canRequestFingerprintGestures"),
    (0x554, "requiredFeature"), (0x555, "requiredNotFeature"), (0x55a, "isStatic"), (0x55b, "isFeatureSplit"),
    (0x560, "maxAspectRatio"), (0x563, "persistentWhenFeatureAvailable"), (0x565, "requiredSystemPropertyName"),
    (0x566, "requiredSystemPropertyValue"), (0x569, "showWhenLocked"), (0x56a, "turnScreenOn"),
    (0x56b, "classLoader"), (0x56e, "cantSaveState"), (0x572, "compileSdkVersion"),
    (0x573, "compileSdkVersionCodename"), (0x576, "versionCodeMajor"), (0x577, "versionMajor"), (0x578, "isVrOnly"),
    (0x57a, "appComponentFactory"), (0x583, "maxLongVersionCode"), (0x584, "userRestriction"), (0x587, "packageType"),
    (0x58e, "usesNonSdkApi"), (0x58f, "nonInteractiveUiTimeout"), (0x591, "isSplitRequired"),
    (0x593, "settingsSliceUri"), (0x594, "shell"), (0x595, "interactiveUiTimeout"),
    (0x596, "supportsMultipleDisplays"), (0x597, "useAppZygote"), (0x599, "foregroundServiceType"),
    (0x59a, "hasFragileUserData"), (0x59b, "minAspectRatio"), (0x59c, "inheritShowWhenLocked"),
    (0x59d, "zygotePreloadName"), (0x59e, "useEmbeddedDex"), (0x59f, "forceUriPermissions"),
    (0x600, "allowClearUserDataOnFailedRestore"), (0x601, "allowAudioPlaybackCapture"),
    (0x603, "requestLegacyExternalStorage"), (0x608, "forceQueryable"), (0x609, "resourcesMap"),
    (0x60a, "animatedImageDrawable"), (0x60b, "htmlDescription"), (0x60c, "preferMinimalPostProcessing"),
    (0x60d, "supportsInlineSuggestions"), (0x60e, "crossProfile"), (0x60f, "canTakeScreenshot"),
    (0x610, "sdkVersion"), (0x611, "minExtensionVersion"), (0x612, "allowNativeHeapPointerTagging"),
    (0x613, "autoRevokePermissions"), (0x614, "preserveLegacyExternalStorage"), (0x615, "mimeGroup"),
    (0x616, "gwpAsanMode"), (0x617, "rollbackDataPolicy"), (0x61e, "pathSuffix"), (0x61f, "sspSuffix"),
    (0x620, "pathAdvancedPattern"), (0x621, "sspAdvancedPattern"), (0x624, "memtagMode"),
    (0x625, "nativeHeapZeroInitialized"), (0x62a, "knownCerts"), (0x63e, "dataExtractionRules"),
    (0x641, "isAccessibilityTool"), (0x642, "attributionTags"), (0x643, "suppressesSpellChecker"),
    (0x644, "usesPermissionFlags"), (0x645, "requestRawExternalStorageAccess"), (0x646, "playHomeTransitionSound"),
    (0x647, "lStar"), (0x648, "showInInputMethodPicker"), (0x64a, "requestForegroundServiceExemption"),
    (0x64b, "attributionsAreUserVisible"), (0x64d, "sharedUserMaxSdkVersion"), (0x64e, "requiredSplitTypes"),
    (0x64f, "splitTypes"), (0x650, "canDisplayOnRemoteDevices"), (0x652, "resetEnabledSettingsOnAppDataCleared"),
    (0x653, "supportsStylusHandwriting"), (0x65b, "localeConfig"), (0x667, "tileService"),
    (0x669, "allowUntrustedActivityEmbedding"), (0x66a, "knownActivityEmbeddingCerts"), (0x66b, "intro"),
    (0x66c, "enableOnBackInvokedCallback"), (0x679, "requiredDisplayCategory"), (0x67d, "allowSharedIsolatedProcess"),
    (0x680, "allowUpdateOwnership"), (0x681, "isCredential"), (0x684, "stylusHandwritingSettingsActivity"),
    (0x689, "isVirtualDeviceOnly"), (0x68c, "featureFlag"), (0x68d, "systemUserOnly"), (0x68e, "allow"),
    (0x68f, "query"), (0x690, "queryPrefix"), (0x691, "queryPattern"), (0x692, "queryAdvancedPattern"),
    (0x693, "querySuffix"), (0x694, "fragmentPrefix"), (0x695, "fragmentPattern"), (0x696, "fragmentAdvancedPattern"),
    (0x697, "fragmentSuffix"), (0x699, "autoTransact"), (0x69b, "requireContentUriPermissionFromCaller"),
    (0x6a1, "allowCrossUidActivitySwitchFromBelow"), (0x6a5, "languageSettingsActivity"),
    (0x6a7, "backgroundPermission"), (0x6a9, "intentMatchingFlags"), (0x6ab, "pageSizeCompat"),
    (0x6ac, "wantsRoleHolderPriority"), (0x6ae, "nativeService"), (0x6af, "zygotePreloadNativeLib"),
    (0x6b0, "zygotePreloadNativeFunc"), (0x6b5, "privateComputeCore"), (0x6b6, "backupAgentProcess"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_the_order_of_their_ids_and_unique() {
        assert!(NAMES.is_sorted_by(|(a, _), (b, _)| a < b));
        let mut names: Vec<_> = NAMES.iter().map(|(_, name)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), NAMES.len());
    }

    #[test]
    fn ids_of_the_public_list() {
        assert_eq!(name(id::NAME), Some("name"));
        assert_eq!(name(id::VERSION_CODE), Some("versionCode"));
        assert_eq!(name(id::FOREGROUND_SERVICE_TYPE), Some("foregroundServiceType"));
        assert_eq!(name(id::NETWORK_SECURITY_CONFIG), Some("networkSecurityConfig"));
        assert_eq!(name(0x7f01_0003), None);
        assert_eq!(name(0), None);
    }
}
