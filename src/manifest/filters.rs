//! Intent filters and `meta-data`.
//!
//! Source: AOSP `frameworks/base/core/java/com/android/internal/pm/pkg/component/ParsedIntentInfoUtils.java`, and
//! `ParsingPackageUtils.parseMetaData`.

use std::collections::BTreeMap;

use super::lookup::{Lookup, written};
use super::model::IntentFilter;
use crate::resources::xml::Element;
use crate::resources::xml::attributes::id;

/// An `<intent-filter>`, or an `<intent>` in `<queries>`.
pub fn intent_filter(element: &Element, lookup: &Lookup<'_>) -> IntentFilter {
    let names = |tag| element.elements_named(tag).filter_map(|child| lookup.written_name(child)).collect();
    IntentFilter {
        actions: names("action"),
        categories: names("category"),
        data: element.elements_named("data").flat_map(|data| data_patterns(data, lookup)).collect(),
        priority: lookup.int(element, id::PRIORITY).unwrap_or_default(),
    }
}

/// Actions and categories of the filter without a name that Android reads: it refuses an app with one.
pub fn nameless(filter: &Element) -> impl Iterator<Item = &Element> {
    let named = filter.elements().filter(|child| matches!(&*child.name, "action" | "category"));
    named.filter(|child| written(child).is_none())
}

/// Whether the filter asks for data. It then never matches an intent without data, such as the launcher's (AOSP
/// `IntentFilter.matchData`).
pub fn asks_for_data(element: &Element, lookup: &Lookup<'_>) -> bool {
    let asks = |data: &Element| [id::SCHEME, id::MIME_TYPE].iter().any(|id| lookup.text(data, *id).is_some());
    element.elements_named("data").any(asks)
}

/// A `<data>` element: its URI pattern, and its MIME type. The parts of several elements combine, so an element may
/// have only some of them: `https:`, `//example.org`.
fn data_patterns(data: &Element, lookup: &Lookup<'_>) -> Vec<String> {
    let text = |id| lookup.text(data, id);
    let mut uri = text(id::SCHEME).map(|scheme| format!("{scheme}:")).unwrap_or_default();
    if let Some(host) = text(id::HOST) {
        uri.push_str("//");
        uri.push_str(&host);
        if let Some(port) = text(id::PORT) {
            uri.push(':');
            uri.push_str(&port);
        }
    }
    // A prefix and a suffix are written with the `*` that they stand for; patterns have their own.
    for (id, before, after) in [
        (id::PATH, "", ""),
        (id::PATH_PREFIX, "", "*"),
        (id::PATH_SUFFIX, "*", ""),
        (id::PATH_PATTERN, "", ""),
        (id::PATH_ADVANCED_PATTERN, "", ""),
        (id::SSP, "", ""),
        (id::SSP_PREFIX, "", "*"),
        (id::SSP_SUFFIX, "*", ""),
        (id::SSP_PATTERN, "", ""),
        (id::SSP_ADVANCED_PATTERN, "", ""),
    ] {
        if let Some(path) = text(id) {
            uri.push_str(before);
            uri.push_str(&path);
            uri.push_str(after);
        }
    }
    [Some(uri).filter(|uri| !uri.is_empty()), text(id::MIME_TYPE)].into_iter().flatten().collect()
}

/// The `<meta-data>` of an element, by name. Of one that names a file, the value is the file's entry.
pub fn meta_data(element: &Element, lookup: &Lookup<'_>) -> BTreeMap<String, String> {
    element
        .elements_named("meta-data")
        .filter_map(|item| {
            let name = lookup.name(item)?;
            let text = |id| lookup.text_or_number(item, id);
            let value = text(id::RESOURCE).or_else(|| text(id::VALUE)).unwrap_or_default();
            Some((name, value))
        })
        .collect()
}

/// The entry that the `<meta-data>` with the name refers to.
pub fn meta_data_file(element: &Element, name: &str, lookup: &Lookup<'_>) -> Option<String> {
    element
        .elements_named("meta-data")
        .find(|item| lookup.name(item).as_deref() == Some(name))
        .and_then(|item| lookup.file(item, id::RESOURCE).or_else(|| lookup.file(item, id::VALUE)))
}
