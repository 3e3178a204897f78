//! What can be odd about a manifest, and what of it cannot be read.
//!
//! What is odd was read: as Android reads it, or further than Android would. Where Android ignores something or would
//! refuse the app, the sentence says so.

use crate::note_templates;

note_templates! {
    /// The first element is not `<manifest>`.
    MANIFEST_ROOT = "manifest-root", "The manifest starts with “{name}” instead of “manifest”.";
    /// A second `<application>`: what is in it counts as if it stood beside the first.
    SECOND_APPLICATION = "second-application", "The manifest has a second “application”; Android ignores its components.";
    /// A component without a class: Android would not install the app.
    COMPONENT_NAMELESS = "component-nameless", "A “{tag}” has no name; Android refuses such an app.";
    /// An action or a category without a name that Android reads: it looks for `android:name` by namespace and name.
    INTENT_NAMELESS = "intent-nameless", "The “{tag}” of an intent filter has no name that Android reads; it refuses such an app.";
    /// `manifest@package` is not there: Android would not install the app.
    PACKAGE_ELSEWHERE = "package-elsewhere", "The name of the package stands in an attribute that Android does not read; it refuses such an app.";
    /// Android 12 and later refuse the app.
    EXPORTED_MISSING = "exported-missing", "{name} does not say whether other apps may start it, so that Android 12 and later refuse the app.";
    /// An alias for an activity that does not stand before it: Android would not install the app.
    ALIAS_TARGET_MISSING = "alias-target-missing", "{name} stands for {target}, which is not an activity before it; Android refuses such an app.";
    /// The table is not there; what the manifest names is not found.
    RESOURCES_MISSING = "resources-missing", "The manifest names resources of the app, but the app has no resources.arsc, so that Android finds none of them.";
    /// Android 11 and later refuse the app.
    RESOURCES_COMPRESSED = "resources-compressed", "The resource table is compressed, for which Android 11 and later refuse an app made for them.";
    /// Android 11 and later refuse the app.
    RESOURCES_UNALIGNED = "resources-unaligned", "The resource table does not start at a multiple of four bytes, for which Android 11 and later refuse an app made for them.";
    /// A permission that is asked for by a resource: Android does not ask for it.
    PERMISSION_BY_REFERENCE = "permission-by-reference", "The permission {name} is asked for through a resource, which Android ignores.";
}

/// What could not be read.
pub mod problems {
    crate::note_templates! {
        /// The archive has no `AndroidManifest.xml`.
        MANIFEST_MISSING = "manifest-missing", "The file has no AndroidManifest.xml: it is not an Android app, or a part of one.";
        /// The manifest is not binary XML.
        MANIFEST_UNREADABLE = "manifest-unreadable", "The manifest could not be read: {error}.";
        /// The resource table is no table.
        RESOURCES_UNREADABLE = "resources-unreadable", "The app's resources could not be read: {error}.";
        /// The resource table's data end early.
        RESOURCES_INCOMPLETE = "resources-incomplete", "Not all of the app's resources could be read: {error}.";
        /// There is no package name.
        PACKAGE_MISSING = "package-missing", "The manifest does not say what the app's package is called.";
        /// A service's configuration that could not be read.
        CONFIGURATION_UNREADABLE = "configuration-unreadable", "The configuration file could not be read: {error}.";
        /// A reference to a configuration that leads to no file.
        CONFIGURATION_MISSING = "configuration-missing", "{name} points to a configuration file that the app does not have.";
        /// More than is read.
        CONFIGURATIONS_TOO_MANY = "configurations-too-many", "More than {limit} services have a configuration file; the others were not read.";
        /// More text than is kept.
        MODEL_TOO_LONG = "manifest-too-long", "The manifest holds more text than is kept; a part of it is left out.";
    }
}
