//! The permissions that an app asks for and declares.
//!
//! Source: AOSP `frameworks/base/core/java/com/android/internal/pm/pkg/parsing/ParsingPackageUtils.java`
//! (`parseUsesPermission`) and `component/ParsedPermissionUtils.java`.

use super::lookup::Lookup;
use super::model::{DeclaredPermission, Permission};
use super::notes;
use crate::resources::note_list::NoteList;
use crate::resources::xml::attributes::id;
use crate::resources::xml::{Element, words};

/// `PermissionInfo.PROTECTION_SIGNATURE_OR_SYSTEM`, an old word for [`SIGNATURE_PRIVILEGED`]
/// (`PermissionInfo.fixProtectionLevel`).
const SIGNATURE_OR_SYSTEM: u32 = 3;
/// `PermissionInfo.PROTECTION_SIGNATURE | PROTECTION_FLAG_PRIVILEGED`
const SIGNATURE_PRIVILEGED: u32 = 0x12;
/// `PermissionInfo.PROTECTION_MASK_BASE`
const BASE: u32 = 0xF;

/// A `<uses-permission>` in any of its forms; none when Android does not ask for the permission.
pub fn asked(element: &Element, lookup: &Lookup<'_>, notes: &mut NoteList) -> Option<Permission> {
    let since_23 = match &*element.name {
        "uses-permission" => None,
        "uses-permission-sdk-23" | "uses-permission-sdk-m" => Some(23),
        _ => return None,
    };
    let attribute = element.attribute(id::NAME)?;
    if attribute.value.as_reference().is_some() {
        let name = lookup.name(element).unwrap_or_else(|| attribute.value.to_string());
        notes.anomaly(&notes::PERMISSION_BY_REFERENCE, &[("name", &name)], element.offset);
        return None;
    }
    // Only a string is a name here (`TypedArray.getNonResourceString`).
    let name = lookup.name(element).filter(|_| attribute.value.as_str().is_some())?;
    let level = |id| lookup.int(element, id).and_then(|level| u32::try_from(level).ok());
    let (stated, max_sdk) = (level(id::MIN_SDK_VERSION), level(id::MAX_SDK_VERSION));
    Some(Permission {
        name,
        max_sdk,
        min_sdk: stated.max(since_23),
        required_features: features(element, lookup, id::REQUIRED_FEATURE, "required-feature"),
        required_not_features: features(element, lookup, id::REQUIRED_NOT_FEATURE, "required-not-feature"),
        implied: None,
    })
}

/// Features on which a permission hangs, in an attribute and in elements of their own.
fn features(element: &Element, lookup: &Lookup<'_>, attribute: u32, tag: &str) -> Vec<String> {
    let named = element.elements_named(tag).filter_map(|feature| lookup.name(feature));
    lookup.text(element, attribute).into_iter().chain(named).collect()
}

/// A `<permission>` or `<permission-tree>`.
pub fn declared(element: &Element, lookup: &Lookup<'_>) -> Option<DeclaredPermission> {
    if !matches!(&*element.name, "permission" | "permission-tree") {
        return None;
    }
    let name = lookup.name(element)?;
    let mut level = lookup.int(element, id::PROTECTION_LEVEL).unwrap_or_default() as u32;
    if level & BASE == SIGNATURE_OR_SYSTEM {
        level = level & !BASE | SIGNATURE_PRIVILEGED;
    }
    let level = words(id::PROTECTION_LEVEL, level).unwrap_or_else(|| format!("0x{level:x}"));
    Some(DeclaredPermission { name, level })
}
