//! Whether the app appears among the phone's apps.
//!
//! Source: AOSP `frameworks/base/services/core/java/com/android/server/pm/LauncherAppsService.java` (what a launcher is
//! given), `core/java/android/content/IntentFilter.java` (what matches) and
//! `core/java/android/app/ApplicationPackageManager.java` (`getLaunchIntentForPackage`, for `INFO`).

use super::filters::asks_for_data;
use super::lookup::Lookup;
use super::model::{Component, ComponentKind, Launcher};
use crate::resources::xml::Element;

/// Sorts the activities and aliases by how they can be opened. With `enabled` false the whole application is disabled,
/// and so is each of them.
pub fn read(components: &[(Component, &Element)], enabled: bool, lookup: &Lookup<'_>) -> Launcher {
    let mut launcher = Launcher::default();
    for (component, element) in components {
        if !matches!(component.kind, ComponentKind::Activity | ComponentKind::ActivityAlias) {
            continue;
        }
        let has = |category: &str| {
            element.elements_named("intent-filter").any(|filter| {
                let named = |tag, name: &str| {
                    filter.elements_named(tag).any(|child| lookup.written_name(child).as_deref() == Some(name))
                };
                named("action", "android.intent.action.MAIN")
                    && named("category", category)
                    && !asks_for_data(filter, lookup)
            })
        };
        let name = || component.name.clone();
        let on_phones = has("android.intent.category.LAUNCHER");
        if !(component.enabled && enabled) {
            if on_phones {
                launcher.disabled.push(name());
            }
            continue;
        }
        if !component.exported {
            continue;
        }
        if on_phones {
            launcher.activities.push(name());
        } else if has("android.intent.category.LEANBACK_LAUNCHER") {
            launcher.leanback.push(name());
        }
        if has("android.intent.category.INFO") {
            launcher.info.push(name());
        }
    }
    launcher.activity = launcher.activities.first().cloned();
    launcher
}
