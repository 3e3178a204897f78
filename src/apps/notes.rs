//! What is said where APKs that lie side by side are not one app, or not a whole one.

crate::note::note_templates! {
    /// Most of the app is elsewhere: a problem in an archive, a reason of the verdict on a file by itself.
    SPLIT_WITHOUT_BASE = "split-without-base", "This is only a part of the app {package} (a split): its main file, the base, is not here.";
    /// As above, where there is a base of another version (`assertApkConsistentLocked`: "version code … inconsistent with").
    SPLIT_OTHER_VERSION = "split-other-version", "{split} is a split of another version of {package} than {base}: Android does not install the two together.";
    /// As above, where there is a base by another signer (`assertApkConsistentLocked`: "signatures are inconsistent").
    SPLIT_OTHER_SIGNER = "split-other-signer", "{split} is a split of {package} by its name, and not signed as {base} is: Android does not install the two together.";
    /// Two files that each are the app: copies, versions, or an imitation.
    SEVERAL_BASES = "several-bases", "Beside this main file of the app {package} there are others, each with a result of its own: {places}.";
    /// What installs a bundle may install everything in it.
    BUNDLE_OF_SEVERAL = "bundle-of-several-apps", "This bundle should hold one app, and holds others beside {package}, each with a result of its own: {places}.";
}
