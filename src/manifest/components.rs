//! Activities, aliases, services, receivers and providers.
//!
//! Source: AOSP `frameworks/base/core/java/com/android/internal/pm/pkg/component/`: `ParsedActivityUtils`,
//! `ParsedServiceUtils`, `ParsedProviderUtils`, `ParsedMainComponentUtils`.

use std::collections::HashMap;

use super::filters::{intent_filter, meta_data, nameless};
use super::lookup::Lookup;
use super::model::{Component, ComponentKind};
use super::notes;
use super::roles;
use crate::resources::note_list::NoteList;
use crate::resources::xml::attributes::id;
use crate::resources::xml::{Element, words};

/// From this target on a component with intent filters must say whether it is exported (Android 12).
const EXPORTED_REQUIRED: u32 = 31;
/// Below this target a provider is exported unless it says otherwise (Android 4.2).
const PROVIDERS_PRIVATE: u32 = 17;

/// What the components take from the app.
pub struct Application<'a> {
    /// The package's name.
    pub package: &'a str,
    /// The target SDK level.
    pub target_sdk: u32,
    /// The `<application>` itself.
    pub element: &'a Element,
}

/// The components of an `<application>` in their order, each with its element.
pub fn read<'a>(
    application: &Application<'a>,
    lookup: &Lookup<'_>,
    notes: &mut NoteList,
) -> Vec<(Component, &'a Element)> {
    let mut components: Vec<(Component, &Element)> = Vec::new();
    // The activities so far, by name, with their processes.
    let mut activities: HashMap<String, Option<String>> = HashMap::new();
    for element in application.element.elements() {
        let Some(kind) = kind(&element.name) else { continue };
        let Some(mut component) = component(kind, element, application, lookup, notes) else { continue };
        if kind == ComponentKind::ActivityAlias {
            let target = component.target.as_deref().unwrap_or("nothing");
            match activities.get(target) {
                Some(process) => component.process = process.clone(),
                None => {
                    let values: [(&str, &dyn ToString); 2] = [("name", &component.name), ("target", &target)];
                    notes.anomaly(&notes::ALIAS_TARGET_MISSING, &values, element.offset);
                }
            }
        }
        if kind == ComponentKind::Activity {
            activities.insert(component.name.clone(), component.process.clone());
        }
        components.push((component, element));
    }
    components
}

fn kind(tag: &str) -> Option<ComponentKind> {
    Some(match tag {
        "activity" => ComponentKind::Activity,
        "activity-alias" => ComponentKind::ActivityAlias,
        "service" => ComponentKind::Service,
        "receiver" => ComponentKind::Receiver,
        "provider" => ComponentKind::Provider,
        _ => return None,
    })
}

fn component(
    kind: ComponentKind,
    element: &Element,
    application: &Application<'_>,
    lookup: &Lookup<'_>,
    notes: &mut NoteList,
) -> Option<Component> {
    let package = application.package;
    let seen = lookup.name(element).filter(|name| !name.is_empty());
    if seen.is_none() {
        notes.anomaly(&notes::COMPONENT_NAMELESS, &[("tag", &element.name)], element.offset);
    }
    // Where Android refuses the app, a name that it overlooks tells at least what there is.
    let name = seen.or_else(|| lookup.overlooked_name(element).filter(|name| !name.is_empty()))?;
    let of_application = |id| lookup.text(application.element, id);
    let process = lookup
        .text(element, id::PROCESS)
        .or_else(|| of_application(id::PROCESS))
        .and_then(|process| lookup.process_name(package, process))
        .filter(|process| process != package);
    // An alias does not take over the application's permission.
    let permission = lookup
        .text(element, id::PERMISSION)
        .or_else(|| of_application(id::PERMISSION).filter(|_| kind != ComponentKind::ActivityAlias));
    let mut component = Component {
        kind,
        name: lookup.class_name(package, name)?,
        exported: false,
        enabled: lookup.boolean(element, id::ENABLED).unwrap_or(true),
        permission,
        process,
        target: lookup.text(element, id::TARGET_ACTIVITY).and_then(|target| lookup.class_name(package, target)),
        authorities: lookup.text(element, id::AUTHORITIES),
        foreground_service_type: foreground_service_type(element, lookup),
        intent_filters: element.elements_named("intent-filter").map(|filter| intent_filter(filter, lookup)).collect(),
        meta_data: meta_data(element, lookup),
        role: None,
    };
    for filter in element.elements_named("intent-filter").flat_map(nameless) {
        notes.anomaly(&notes::INTENT_NAMELESS, &[("tag", &filter.name)], filter.offset);
    }
    if matches!(kind, ComponentKind::Activity | ComponentKind::ActivityAlias | ComponentKind::Receiver) {
        // Android drops a filter without an action here, though not for services and providers.
        component.intent_filters.retain(|filter| !filter.actions.is_empty());
    }
    component.exported = match lookup.boolean(element, id::EXPORTED) {
        Some(exported) => exported,
        None if kind == ComponentKind::Provider => application.target_sdk < PROVIDERS_PRIVATE,
        None => {
            let filtered = !component.intent_filters.is_empty();
            if filtered && application.target_sdk >= EXPORTED_REQUIRED {
                notes.anomaly(&notes::EXPORTED_MISSING, &[("name", &component.name)], element.offset);
            }
            filtered
        }
    };
    component.role = roles::role(&component, element, lookup, notes);
    Some(component)
}

fn foreground_service_type(element: &Element, lookup: &Lookup<'_>) -> Option<String> {
    let types = lookup.int(element, id::FOREGROUND_SERVICE_TYPE)? as u32;
    Some(words(id::FOREGROUND_SERVICE_TYPE, types).unwrap_or_else(|| format!("0x{types:x}")))
}
