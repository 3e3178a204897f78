//! The services and receivers that the user must switch on in the system's settings: which role the system gives them,
//! and what their configuration file asks for.
//!
//! Source: AOSP `frameworks/base/core/java/android/app/admin/DeviceAdminInfo.java`,
//! `core/java/android/accessibilityservice/AccessibilityServiceInfo.java`,
//! `core/java/android/service/notification/NotificationListenerService.java`,
//! `core/java/android/view/inputmethod/InputMethodInfo.java`, `core/java/android/net/VpnService.java`.

use super::filters::meta_data_file;
use super::lookup::Lookup;
use super::model::{Component, ComponentKind, Role, RoleKind};
use super::notes;
use crate::resources::note_list::NoteList;
use crate::resources::xml::attributes::{self, id};
use crate::resources::xml::{Element, words};

/// The permission that only the system holds and that binds a component to a role, the kind of component, and the
/// `meta-data` that names the configuration file.
const ROLES: [(RoleKind, &str, ComponentKind, Option<&str>); 5] = [
    (
        RoleKind::DeviceAdmin,
        "android.permission.BIND_DEVICE_ADMIN",
        ComponentKind::Receiver,
        Some("android.app.device_admin"),
    ),
    (
        RoleKind::Accessibility,
        "android.permission.BIND_ACCESSIBILITY_SERVICE",
        ComponentKind::Service,
        Some("android.accessibilityservice"),
    ),
    (
        RoleKind::NotificationListener,
        "android.permission.BIND_NOTIFICATION_LISTENER_SERVICE",
        ComponentKind::Service,
        None,
    ),
    (RoleKind::InputMethod, "android.permission.BIND_INPUT_METHOD", ComponentKind::Service, Some("android.view.im")),
    (RoleKind::Vpn, "android.permission.BIND_VPN_SERVICE", ComponentKind::Service, None),
];

/// What an accessibility service can ask to be able to do, as attributes that are true or false.
const CAPABILITIES: [u32; 8] = [
    id::CAN_RETRIEVE_WINDOW_CONTENT,
    id::CAN_REQUEST_TOUCH_EXPLORATION_MODE,
    id::CAN_REQUEST_FILTER_KEY_EVENTS,
    id::CAN_CONTROL_MAGNIFICATION,
    id::CAN_PERFORM_GESTURES,
    id::CAN_REQUEST_FINGERPRINT_GESTURES,
    id::CAN_TAKE_SCREENSHOT,
    id::IS_ACCESSIBILITY_TOOL,
];

/// The role of a component, by the permission that it asks of its callers.
pub fn role(component: &Component, element: &Element, lookup: &Lookup<'_>, notes: &mut NoteList) -> Option<Role> {
    let permission = component.permission.as_deref()?;
    let (kind, _, _, meta_data) =
        ROLES.into_iter().find(|(_, bound, kind, _)| *bound == permission && *kind == component.kind)?;
    let Some(meta_data) = meta_data.filter(|name| component.meta_data.contains_key(*name)) else {
        return Some(Role { kind, configuration: None, abilities: Vec::new() });
    };
    let configuration = meta_data_file(element, meta_data, lookup);
    let abilities = match &configuration {
        Some(entry) => match lookup.open(entry) {
            Ok(document) => abilities(kind, &document.root, lookup),
            Err(note) => {
                notes.push_problem(note);
                Vec::new()
            }
        },
        None => {
            notes.problem(&notes::problems::CONFIGURATION_MISSING, &[("name", &component.name)], element.offset);
            Vec::new()
        }
    };
    Some(Role { kind, configuration, abilities })
}

fn abilities(kind: RoleKind, root: &Element, lookup: &Lookup<'_>) -> Vec<String> {
    match kind {
        RoleKind::DeviceAdmin => {
            let policies = root.elements_named("uses-policies").flat_map(Element::elements);
            policies.map(|policy| policy.name.to_string()).collect()
        }
        RoleKind::Accessibility => accessibility(root, lookup),
        RoleKind::NotificationListener | RoleKind::InputMethod | RoleKind::Vpn => Vec::new(),
    }
}

/// Capabilities first, then flags and event types in the framework's words.
fn accessibility(root: &Element, lookup: &Lookup<'_>) -> Vec<String> {
    let mut abilities: Vec<String> = CAPABILITIES
        .into_iter()
        .filter(|id| lookup.boolean(root, *id) == Some(true))
        .filter_map(attributes::name)
        .map(str::to_owned)
        .collect();
    for id in [id::ACCESSIBILITY_FLAGS, id::ACCESSIBILITY_EVENT_TYPES] {
        if let Some(bits) = lookup.int(root, id).filter(|bits| *bits != 0) {
            match words(id, bits as u32) {
                Some(words) => abilities.extend(words.split('|').map(str::to_owned)),
                None => abilities.push(format!("{}=0x{bits:x}", attributes::name(id).unwrap_or_default())),
            }
        }
    }
    abilities
}
