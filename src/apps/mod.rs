//! Which APKs are one app: decided here, once, from what their manifests and signatures say, after all of them were
//! read. Neither the names of the files nor their order decide.
//!
//! The rules are those by which Android installs several APKs as one app (`PackageInstallerSession.java`,
//! `assertApkConsistentLocked`: all have the package name, the version code and the signing certificates of the first,
//! and one has no `split` attribute): a base, and the splits of the same package, version and signer beside it. What an
//! app carries among its own files is a part of what that app is, and no result of its own.

mod group;
pub mod notes;
#[cfg(test)]
mod tests;

pub use group::{App, group};

use std::collections::BTreeSet;

use crate::signing::Signing;

/// What is known of one APK, as far as it tells which app it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Where it lies in the file.
    pub place: String,
    /// The archive that it lies in directly; none when it is the file itself. Only APKs side by side are one app.
    pub scope: Option<usize>,
    /// Whether that archive is a bundle: made for one app.
    pub in_bundle: bool,
    /// The APK that carries it among its own files, by its index.
    pub carrier: Option<usize>,
    /// The package name.
    pub package: Option<String>,
    /// The version code.
    pub version: Option<u64>,
    /// Whether it is a split.
    pub is_split: bool,
    /// Who signed it.
    pub signer: Signer,
}

/// Who signed an APK.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    /// The SHA-256 digests of the signers' certificates.
    pub certificates: BTreeSet<String>,
    /// Whether a signature vouches for them.
    pub holds: bool,
}

impl Signer {
    /// The signer that `signing` tells of.
    pub fn of(signing: &Signing) -> Self {
        Self {
            certificates: signing.certificates.iter().map(|certificate| certificate.sha256.clone()).collect(),
            holds: signing.certificates.iter().any(|certificate| certificate.verified),
        }
    }

    /// Whether two APKs are signed alike. Of certificates whose signatures hold, one in common is enough: which of
    /// several signers a report names depends on the lowest Android version that the manifest states, and splits state
    /// none. Where no signature holds, anybody can have put the certificates there: then all of them must be the same.
    fn is_that_of(&self, other: &Self) -> bool {
        if self.holds && other.holds { !self.certificates.is_disjoint(&other.certificates) } else { self == other }
    }
}
