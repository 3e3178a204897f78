//! What an app can do, told from what its manifest asks for and declares.
//!
//! A capability says what Android would let the app do once it is installed and, where the user must agree, once
//! somebody has agreed: the person who installs surveillance software has the phone in hand and agrees to everything.

use crate::archive::MANIFEST;
use crate::assess::capability_table::{Evidence, RULES, Rule};
use crate::assess::maker_names::posing_as_a_maker;
use crate::assess::model::Capability;
use crate::manifest::{Component, IntentFilter, Package, Permission, RoleKind};
use crate::signing::Signing;

/// The capabilities of an app, the most worrying first, in the table's order within one concern.
pub fn capabilities(
    package: Option<&Package>,
    permissions: &[Permission],
    components: &[Component],
    signing: &Signing,
) -> Vec<Capability> {
    let app = App { package, permissions, components, signing };
    let mut found: Vec<Capability> = RULES.iter().filter_map(|rule| app.capability(rule)).collect();
    found.sort_by_key(|capability| std::cmp::Reverse(capability.concern));
    found
}

struct App<'a> {
    package: Option<&'a Package>,
    permissions: &'a [Permission],
    components: &'a [Component],
    signing: &'a Signing,
}

impl App<'_> {
    fn capability(&self, rule: &Rule) -> Option<Capability> {
        let mut evidence: Vec<String> = rule.evidence.iter().flat_map(|evidence| self.find(evidence)).collect();
        // Several rows of a rule may be met by the same component.
        let mut seen = std::collections::HashSet::new();
        evidence.retain(|item| seen.insert(item.clone()));
        (!evidence.is_empty()).then(|| Capability {
            code: rule.code.to_owned(),
            concern: rule.concern,
            text: rule.text.to_owned(),
            evidence,
            inside: None,
        })
    }

    fn find(&self, evidence: &Evidence) -> Vec<String> {
        match *evidence {
            Evidence::Permission(name) => {
                let asked = self.permissions.iter().any(|permission| permission.name == name);
                asked.then(|| name.to_owned()).into_iter().collect()
            }
            Evidence::Role(kind) => self.components_that(|component| has_role(component, kind, None)),
            Evidence::RoleAbility(kind, ability) => {
                self.components_that(|component| has_role(component, kind, Some(ability)))
            }
            Evidence::Action(action) => self.components_that(|component| {
                component.intent_filters.iter().any(|filter| filter.actions.iter().any(|name| name == action))
            }),
            Evidence::DataScheme(scheme) => self.components_that(|component| {
                component.intent_filters.iter().any(|filter| handles_scheme(filter, scheme))
            }),
            Evidence::ForegroundService(kind) => self.components_that(|component| {
                component
                    .foreground_service_type
                    .as_deref()
                    .is_some_and(|kinds| kinds.split('|').any(|word| word.trim() == kind))
            }),
            Evidence::NoLauncherIcon => {
                let hidden = self.package.is_some_and(|package| is_hidden(package, self.components));
                hidden.then(|| MANIFEST.to_owned()).into_iter().collect()
            }
            Evidence::DisabledLauncherIcon => {
                self.package.map(|package| package.launcher.disabled.clone()).unwrap_or_default()
            }
            Evidence::MakersName => {
                self.package.map(|package| posing_as_a_maker(&package.name, self.signing)).unwrap_or_default()
            }
        }
    }

    fn components_that(&self, holds: impl Fn(&Component) -> bool) -> Vec<String> {
        self.components.iter().filter(|component| holds(component)).map(|component| component.name.clone()).collect()
    }
}

/// Whether no launcher shows the app although it has parts that run: a split or a package of mere resources has no
/// icon either, and hides nothing.
pub fn is_hidden(package: &Package, components: &[Component]) -> bool {
    package.launcher.activity.is_none() && package.split.is_none() && !components.is_empty()
}

fn has_role(component: &Component, kind: RoleKind, ability: Option<&str>) -> bool {
    component.role.as_ref().is_some_and(|role| {
        role.kind == kind && ability.is_none_or(|ability| role.abilities.iter().any(|name| name == ability))
    })
}

fn handles_scheme(filter: &IntentFilter, scheme: &str) -> bool {
    filter.data.iter().any(|data| data.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::model::Concern;
    use crate::manifest::{ComponentKind, Role};

    fn permission(name: &str) -> Permission {
        Permission { name: format!("android.permission.{name}"), ..Permission::default() }
    }

    fn told(package: Option<&Package>, permissions: &[Permission], components: &[Component]) -> Vec<Capability> {
        capabilities(package, permissions, components, &Signing::default())
    }

    fn codes(found: &[Capability]) -> Vec<&str> {
        found.iter().map(|capability| capability.code.as_str()).collect()
    }

    #[test]
    fn a_capability_names_every_permission_that_shows_it_and_the_worst_come_first() {
        let found = told(
            None,
            &[permission("INTERNET"), permission("READ_SMS"), permission("RECEIVE_SMS"), permission("CAMERA")],
            &[],
        );
        assert_eq!(codes(&found), ["read-messages", "take-pictures", "use-internet"]);
        assert_eq!(found[0].concern, Concern::High);
        assert_eq!(found[0].evidence, ["android.permission.READ_SMS", "android.permission.RECEIVE_SMS"]);
    }

    #[test]
    fn a_role_is_a_capability_of_its_component_once() {
        let admin = Component {
            kind: ComponentKind::Receiver,
            name: "a.Admin".into(),
            role: Some(Role {
                kind: RoleKind::DeviceAdmin,
                configuration: None,
                abilities: vec!["force-lock".into(), "wipe-data".into()],
            }),
            ..Component::default()
        };
        let found = told(None, &[], &[admin]);
        assert_eq!(codes(&found), ["administer-device", "erase-device"]);
        assert_eq!(found[0].evidence, ["a.Admin"]);
    }

    #[test]
    fn an_app_without_icon_hides_and_a_split_does_not() {
        let service = Component { name: "a.S".into(), ..Component::default() };
        let app = Package { name: "a".into(), ..Package::default() };
        assert_eq!(codes(&told(Some(&app), &[], std::slice::from_ref(&service))), ["no-icon"]);
        let split = Package { split: Some("config.de".into()), ..app.clone() };
        assert!(told(Some(&split), &[], std::slice::from_ref(&service)).is_empty());
        assert!(told(Some(&app), &[], &[]).is_empty());
    }

    #[test]
    fn a_secret_code_is_a_data_scheme_and_no_look_alike_is() {
        let dialled = |data: &str| Component {
            name: "a.Dialled".into(),
            intent_filters: vec![IntentFilter { data: vec![data.into()], ..IntentFilter::default() }],
            ..Component::default()
        };
        assert_eq!(codes(&told(None, &[], &[dialled("android_secret_code://1234")])), ["open-by-code"]);
        assert!(told(None, &[], &[dialled("android_secret_codes://1234")]).is_empty());
    }
}
