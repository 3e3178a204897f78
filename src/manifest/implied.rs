//! Permissions that Android adds to those that an app asks for, by the level it was made for.
//!
//! When Android splits a permission or guards something that was free, apps made for older levels keep what they had: the
//! package parser adds the new permission (AOSP `ParsingPackageUtils.convertCompatPermissions`,
//! `convertSplitPermissions`, before Android 11 `PackageParser`). The tables are those of
//! `CompatibilityPermissionInfo.COMPAT_PERMS` and of `frameworks/base/data/etc/platform.xml` (`<split-permission>`) in
//! Android 16, in their order, which matters: what one row adds, a later row may split again. A phone's maker may have
//! rows of its own.

use std::collections::BTreeMap;

use super::model::{Implied, Permission};

/// A permission that every app made for a level below has, whatever it asks for.
struct Compatibility {
    permission: &'static str,
    /// Apps made for this level or a later one must ask for it.
    below: u32,
}

/// A permission that brings another one along.
struct Split {
    /// What the app asks for.
    asked: &'static str,
    added: &'static str,
    /// Apps made for this level or a later one must ask for both; none where every app has both.
    below: Option<u32>,
    /// The first level whose Android does so.
    since: u32,
}

/// `CompatibilityPermissionInfo.COMPAT_PERMS`: Android 1.6 (`PackageParser.NEW_PERMISSIONS`) and 13.
const COMPATIBILITY: [Compatibility; 3] = [
    Compatibility { permission: "android.permission.POST_NOTIFICATIONS", below: 33 },
    Compatibility { permission: "android.permission.WRITE_EXTERNAL_STORAGE", below: 4 },
    Compatibility { permission: "android.permission.READ_PHONE_STATE", below: 4 },
];

const fn split(asked: &'static str, added: &'static str, below: Option<u32>, since: u32) -> Split {
    Split { asked, added, below, since }
}

/// `platform.xml`. Android 4.1 brought the first ones (`PackageParser.SPLIT_PERMISSIONS`), 10 those of the location, 12
/// Bluetooth's, 13 the media's and the sensors', 14 the selected pictures', 16 health's. Left out: `INTERNET`, which
/// brings `ACCESS_LOCAL_NETWORK` below 37 where a feature flag is on.
#[rustfmt::skip]
const SPLITS: [Split; 26] = [
    split("android.permission.ACCESS_FINE_LOCATION", "android.permission.ACCESS_COARSE_LOCATION", None, 29),
    split("android.permission.WRITE_EXTERNAL_STORAGE", "android.permission.READ_EXTERNAL_STORAGE", None, 16),
    split("android.permission.READ_CONTACTS", "android.permission.READ_CALL_LOG", Some(16), 16),
    split("android.permission.WRITE_CONTACTS", "android.permission.WRITE_CALL_LOG", Some(16), 16),
    split("android.permission.ACCESS_FINE_LOCATION", "android.permission.ACCESS_BACKGROUND_LOCATION", Some(29), 29),
    split("android.permission.ACCESS_COARSE_LOCATION", "android.permission.ACCESS_BACKGROUND_LOCATION", Some(29), 29),
    split("android.permission.READ_EXTERNAL_STORAGE", "android.permission.ACCESS_MEDIA_LOCATION", Some(29), 29),
    // Not in Android 10, where the reading that writing brings along does the same.
    split("android.permission.WRITE_EXTERNAL_STORAGE", "android.permission.ACCESS_MEDIA_LOCATION", Some(29), 29),
    split("android.permission.BLUETOOTH", "android.permission.BLUETOOTH_SCAN", Some(31), 31),
    split("android.permission.BLUETOOTH", "android.permission.BLUETOOTH_CONNECT", Some(31), 31),
    split("android.permission.BLUETOOTH", "android.permission.BLUETOOTH_ADVERTISE", Some(31), 31),
    split("android.permission.BLUETOOTH_ADMIN", "android.permission.BLUETOOTH_SCAN", Some(31), 31),
    split("android.permission.BLUETOOTH_ADMIN", "android.permission.BLUETOOTH_CONNECT", Some(31), 31),
    split("android.permission.BLUETOOTH_ADMIN", "android.permission.BLUETOOTH_ADVERTISE", Some(31), 31),
    split("android.permission.BODY_SENSORS", "android.permission.BODY_SENSORS_BACKGROUND", Some(33), 33),
    split("android.permission.BODY_SENSORS", "android.permission.health.READ_HEART_RATE", Some(36), 36),
    split("android.permission.BODY_SENSORS_BACKGROUND", "android.permission.health.READ_HEALTH_DATA_IN_BACKGROUND", Some(36), 36),
    split("android.permission.READ_EXTERNAL_STORAGE", "android.permission.READ_MEDIA_AUDIO", Some(33), 33),
    split("android.permission.READ_EXTERNAL_STORAGE", "android.permission.READ_MEDIA_VIDEO", Some(33), 33),
    split("android.permission.READ_EXTERNAL_STORAGE", "android.permission.READ_MEDIA_IMAGES", Some(33), 33),
    split("android.permission.WRITE_EXTERNAL_STORAGE", "android.permission.READ_MEDIA_AUDIO", Some(33), 33),
    split("android.permission.WRITE_EXTERNAL_STORAGE", "android.permission.READ_MEDIA_VIDEO", Some(33), 33),
    split("android.permission.WRITE_EXTERNAL_STORAGE", "android.permission.READ_MEDIA_IMAGES", Some(33), 33),
    split("android.permission.READ_MEDIA_IMAGES", "android.permission.READ_MEDIA_VISUAL_USER_SELECTED", None, 34),
    split("android.permission.READ_MEDIA_VIDEO", "android.permission.READ_MEDIA_VISUAL_USER_SELECTED", None, 34),
    split("android.permission.ACCESS_MEDIA_LOCATION", "android.permission.READ_MEDIA_VISUAL_USER_SELECTED", None, 34),
];

/// The levels of phones, a bit for each; the highest bit stands for its own level and all later ones.
type Levels = u64;
const LAST: u32 = Levels::BITS - 1;

/// The levels from `min` to `max`. A `max` of 0 is none to most versions of Android.
fn levels(min: Option<u32>, max: Option<u32>) -> Levels {
    let (low, high) = (min.unwrap_or_default().min(LAST), max.filter(|max| *max > 0).unwrap_or(LAST).min(LAST));
    if low > high { 0 } else { Levels::MAX << low & Levels::MAX >> (LAST - high) }
}

/// What is known of one permission of the tables.
#[derive(Default)]
struct State {
    /// Where the app asks for it itself, on any phone or on those with some feature.
    asked: Levels,
    /// Where it asks for it on any phone.
    asked_always: Levels,
    /// Where Android adds it.
    added: Levels,
    implied: Implied,
}

impl State {
    fn add(&mut self, levels: Levels, by: Option<&str>, below: Option<u32>) {
        let levels = levels & !self.asked_always;
        if levels == 0 {
            return;
        }
        // Of several reasons the one that holds for more apps is told.
        self.implied.below = match self.implied.below {
            Some(other) if self.added != 0 => below.map(|below| below.max(other)),
            None if self.added != 0 => None,
            _ => below,
        };
        self.added |= levels;
        if let Some(by) = by.filter(|by| !self.implied.by.iter().any(|other| other == by)) {
            self.implied.by.push(by.to_owned());
        }
    }
}

/// Adds what Android adds to the permissions of an app made for the level. A phone takes a permission as asked for only
/// on the levels that the app names (`minSdkVersion`, `maxSdkVersion`), and adds what comes with it on no others.
pub fn add(permissions: &mut Vec<Permission>, target_sdk: u32) {
    let mut states: BTreeMap<&str, State> = BTreeMap::new();
    for Split { asked, added, .. } in &SPLITS {
        states.entry(asked).or_default();
        states.entry(added).or_default();
    }
    for Compatibility { permission, .. } in &COMPATIBILITY {
        states.entry(permission).or_default();
    }
    for permission in &*permissions {
        if let Some(state) = states.get_mut(permission.name.as_str()) {
            let levels = levels(permission.min_sdk, permission.max_sdk);
            state.asked |= levels;
            if permission.required_features.is_empty() && permission.required_not_features.is_empty() {
                state.asked_always |= levels;
            }
        }
    }
    let mut order = Vec::new();
    let mut imply = |states: &mut BTreeMap<&str, State>, added: &'static str, levels, by, below| {
        let Some(state) = states.get_mut(added) else { return };
        state.add(levels, by, below);
        if state.added != 0 && !order.contains(&added) {
            order.push(added);
        }
    };
    for &Compatibility { permission, below } in &COMPATIBILITY {
        if target_sdk < below {
            imply(&mut states, permission, levels(Some(below), None), None, Some(below));
        }
    }
    for &Split { asked, added, below, since } in &SPLITS {
        if below.is_none_or(|below| target_sdk < below) {
            let held = states.get(asked).map_or(0, |state| state.asked | state.added);
            imply(&mut states, added, held & levels(Some(since), None), Some(asked), below);
        }
    }
    permissions.extend(order.into_iter().filter_map(|name| {
        let State { added, implied, .. } = states.remove(name)?;
        let (first, last) = (added.trailing_zeros(), LAST - added.leading_zeros());
        Some(Permission {
            name: name.to_owned(),
            min_sdk: Some(first),
            max_sdk: (last < LAST).then_some(last),
            implied: Some(implied),
            ..Permission::default()
        })
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str) -> Permission {
        Permission { name: format!("android.permission.{name}"), ..Permission::default() }
    }

    /// What is added: name, first and last level, what brings it along, and below which target.
    fn added(target: u32, mut permissions: Vec<Permission>) -> Vec<String> {
        let count = permissions.len();
        add(&mut permissions, target);
        let short = |name: &String| name.trim_start_matches("android.permission.").to_owned();
        permissions[count..]
            .iter()
            .filter(|permission| !permission.name.ends_with("POST_NOTIFICATIONS"))
            .map(|permission| {
                let implied = permission.implied.clone().unwrap();
                let by: Vec<_> = implied.by.iter().map(short).collect();
                let levels = (permission.min_sdk.unwrap(), permission.max_sdk, implied.below);
                format!("{} {levels:?} {}", short(&permission.name), by.join("+"))
            })
            .collect()
    }

    #[test]
    fn a_level_is_below_and_not_at() {
        assert_eq!(added(15, vec![asked("READ_CONTACTS")]), ["READ_CALL_LOG (16, None, Some(16)) READ_CONTACTS"]);
        assert!(added(16, vec![asked("READ_CONTACTS")]).is_empty());
        assert_eq!(
            added(3, vec![])[..2],
            ["WRITE_EXTERNAL_STORAGE (4, None, Some(4)) ", "READ_PHONE_STATE (4, None, Some(4)) "]
        );
        assert!(added(4, vec![]).is_empty());
    }

    #[test]
    fn what_was_added_is_split_again() {
        assert_eq!(
            added(28, vec![asked("WRITE_EXTERNAL_STORAGE")]),
            [
                "READ_EXTERNAL_STORAGE (16, None, None) WRITE_EXTERNAL_STORAGE",
                "ACCESS_MEDIA_LOCATION (29, None, Some(29)) READ_EXTERNAL_STORAGE+WRITE_EXTERNAL_STORAGE",
                "READ_MEDIA_AUDIO (33, None, Some(33)) READ_EXTERNAL_STORAGE+WRITE_EXTERNAL_STORAGE",
                "READ_MEDIA_VIDEO (33, None, Some(33)) READ_EXTERNAL_STORAGE+WRITE_EXTERNAL_STORAGE",
                "READ_MEDIA_IMAGES (33, None, Some(33)) READ_EXTERNAL_STORAGE+WRITE_EXTERNAL_STORAGE",
                "READ_MEDIA_VISUAL_USER_SELECTED (34, None, None) READ_MEDIA_IMAGES+READ_MEDIA_VIDEO+ACCESS_MEDIA_LOCATION",
            ]
        );
        assert_eq!(
            added(32, vec![asked("BODY_SENSORS")]),
            [
                "BODY_SENSORS_BACKGROUND (33, None, Some(33)) BODY_SENSORS",
                "health.READ_HEART_RATE (36, None, Some(36)) BODY_SENSORS",
                "health.READ_HEALTH_DATA_IN_BACKGROUND (36, None, Some(36)) BODY_SENSORS_BACKGROUND",
            ]
        );
    }

    #[test]
    fn nothing_is_added_where_the_app_asks_itself_or_not_at_all() {
        let until = |max, permission: Permission| Permission { max_sdk: Some(max), ..permission };
        assert!(added(28, vec![until(28, asked("ACCESS_COARSE_LOCATION"))]).is_empty());
        assert_eq!(
            added(28, vec![until(30, asked("ACCESS_COARSE_LOCATION"))]),
            ["ACCESS_BACKGROUND_LOCATION (29, Some(30), Some(29)) ACCESS_COARSE_LOCATION"]
        );
        assert!(added(28, vec![asked("ACCESS_COARSE_LOCATION"), asked("ACCESS_BACKGROUND_LOCATION")]).is_empty());
        // The app's own wish ends at level 18; from there on writing brings reading along.
        let both = vec![until(18, asked("READ_EXTERNAL_STORAGE")), asked("WRITE_EXTERNAL_STORAGE")];
        assert_eq!(added(34, both), ["READ_EXTERNAL_STORAGE (19, None, None) WRITE_EXTERNAL_STORAGE"]);
        let since_23 = Permission { min_sdk: Some(23), ..asked("READ_CONTACTS") };
        assert_eq!(added(15, vec![since_23]), ["READ_CALL_LOG (23, None, Some(16)) READ_CONTACTS"]);
    }

    #[test]
    fn a_wish_that_hangs_on_a_feature_does_not_keep_the_permission_from_being_added() {
        let on_phones = Permission {
            required_features: vec!["android.hardware.telephony".to_owned()],
            ..asked("ACCESS_BACKGROUND_LOCATION")
        };
        assert_eq!(
            added(28, vec![on_phones, asked("ACCESS_COARSE_LOCATION")]),
            ["ACCESS_BACKGROUND_LOCATION (29, None, Some(29)) ACCESS_COARSE_LOCATION"]
        );
    }

    #[test]
    fn every_row_stands_in_the_documentation() {
        let text = include_str!("../../docs/manifest.md");
        let short = |name: &str| format!("`{}`", name.trim_start_matches("android.permission."));
        for Split { asked, added, below, .. } in &SPLITS {
            let below = below.map_or("any".to_owned(), |below| below.to_string());
            let stands = text.lines().any(|line| {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                matches!(cells[..], [_, one, other, level, ..]
                    if one.contains(&short(asked)) && other.contains(&short(added)) && level == below)
            });
            assert!(stands, "docs/manifest.md has no row {asked} → {added} below {below}");
        }
    }

    #[test]
    fn no_row_stands_twice_and_none_holds_before_the_split_was_made() {
        let mut rows: Vec<_> = SPLITS.iter().map(|split| (split.asked, split.added, split.below)).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), SPLITS.len());
        assert!(SPLITS.iter().all(|split| split.below.is_none_or(|below| below <= split.since)));
    }
}
