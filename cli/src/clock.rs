//! Times as reports write them.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use apklens::calendar::timestamp;

/// The time, as `2026-06-21T12:00:00Z`; where `SOURCE_DATE_EPOCH` is set, that one, so that the same reports can be
/// written twice (<https://reproducible-builds.org/specs/source-date-epoch/>).
pub fn now() -> String {
    let set = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse::<u64>().ok()?.try_into().ok());
    timestamp(set.unwrap_or_else(|| seconds(SystemTime::now())))
}

/// The day on which a file was last changed, as `2026-06-21`; empty where the system does not tell.
pub fn modified(path: &Path) -> String {
    let time = std::fs::metadata(path).and_then(|metadata| metadata.modified());
    time.map(|time| day(&timestamp(seconds(time))).to_owned()).unwrap_or_default()
}

/// The day of a time.
pub fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or_default()
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
}
