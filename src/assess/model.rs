//! Capabilities and the verdict, as the report shows them.

use serde::{Deserialize, Serialize};
use strum::Display;

use crate::note::Note;

/// Something that the app can do, with what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Capability {
    /// The stable code: `read-sms`, `record-audio`…
    pub code: String,
    /// How worrying it is in an app that hides: see docs/capabilities.md.
    pub concern: Concern,
    /// One sentence in English.
    pub text: String,
    /// What shows it: permissions and components, by name.
    pub evidence: Vec<String>,
    /// Where the app lies that can do it, when that is one that the app carries among its files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
}

/// How much a capability serves surveillance. The order is that of seriousness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Concern {
    /// Common in ordinary apps.
    Ordinary,
    /// Personal data: ordinary in some apps.
    Sensitive,
    /// Serves surveillance.
    High,
}

/// The answer, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Display)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Level {
    /// Nothing known was found. That rules nothing out.
    NothingKnown,
    /// The file could not be read well enough to say anything.
    CouldNotCheck,
    /// Not a known app, but its capabilities together are those of surveillance.
    WorryingCapabilities,
    /// A known app with an ordinary purpose that is often misused.
    KnownDualUse,
    /// Known surveillance that does not hide.
    KnownWatchware,
    /// Known secret surveillance.
    KnownStalkerware,
}

/// The verdict and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Verdict {
    /// The answer.
    pub level: Level,
    /// The families that the verdict names, the most proven first. Empty where it names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<String>,
    /// What it rests on, the weightiest first.
    pub reasons: Vec<Note>,
}
