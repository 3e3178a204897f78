//! What the manifest says about which signatures count.

/// What the manifest says on which it depends which signatures count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManifestFacts {
    /// `minSdkVersion`, 1 where none is stated; none when the manifest could not be read.
    pub min_sdk: Option<u32>,
    /// `targetSdkVersion`, where it is known.
    pub target_sdk: Option<u32>,
    /// `targetSandboxVersion`, where one is stated.
    pub target_sandbox_version: Option<u32>,
}

impl ManifestFacts {
    /// The lowest SDK level on which the app can be installed. A manifest that cannot be read leaves every Android
    /// version possible.
    pub(super) fn lowest_level(&self) -> i32 {
        self.min_sdk.map_or(1, |sdk| i32::try_from(sdk).unwrap_or(i32::MAX))
    }
}
