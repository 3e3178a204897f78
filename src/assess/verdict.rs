//! The answer: what is said about an app, and what it rests on. docs/verdict.md tells the rules to a reader.

use crate::apps;
use crate::assess::capabilities::is_hidden;
use crate::assess::model::{Capability, Concern, Level, Verdict};
use crate::assess::reasons;
use crate::code::notes::outside::CODE_BEFORE_RUNS;
use crate::indicators::weight::families;
use crate::indicators::{Class, Kind, Match, Strength};
use crate::manifest::{Component, Package};
use crate::note::{Note, Place, Template};

/// What the verdict is taken from.
pub struct Findings<'a> {
    /// SHA-256 of the file; empty when it is not known.
    pub file_sha256: &'a str,
    /// The app.
    pub app: Abilities<'a>,
    /// The apps that it carries.
    pub carried: &'a [Carried<'a>],
    /// What the database knows about it.
    pub matches: &'a [Match],
    /// What was odd about the file.
    pub anomalies: &'a [Note],
    /// What could not be read.
    pub problems: &'a [Note],
}

/// What an app is and can do.
#[derive(Clone, Copy)]
pub struct Abilities<'a> {
    /// The app, where its manifest could be read.
    pub package: Option<&'a Package>,
    /// Its components.
    pub components: &'a [Component],
    /// What it can do.
    pub capabilities: &'a [Capability],
}

/// An app that another carries among its files.
#[derive(Clone, Copy)]
pub struct Carried<'a> {
    /// The places of its APKs.
    pub places: &'a [&'a str],
    /// What it is and can do.
    pub app: Abilities<'a>,
}

/// The strength from which on the matches of a family together name the app.
pub const NAMING_STRENGTH: Strength = Strength::Strong;

/// Takes the verdict.
///
/// A family that is named decides, the most serious class first. Without one, an app that hides and can watch is
/// worrying, and so is one that carries such an app. Without that, anything that could not be read leaves the question
/// open: only an app that was read as a whole is one in which nothing known was found.
pub fn verdict(findings: &Findings) -> Verdict {
    let mut named = families(findings.matches);
    named.retain(|family| family.strength >= NAMING_STRENGTH);
    let class = named.iter().map(|family| family.class).max();
    named.retain(|family| Some(family.class) == class);
    let watching = surveillance(findings);
    let level = match class {
        Some(Class::Stalkerware) => Level::KnownStalkerware,
        Some(Class::Watchware) => Level::KnownWatchware,
        Some(Class::DualUse) => Level::KnownDualUse,
        None if !watching.is_empty() => Level::WorryingCapabilities,
        None if findings.app.package.is_none() || !findings.problems.is_empty() => Level::CouldNotCheck,
        None => Level::NothingKnown,
    };
    let mut reasons = match_reasons(findings);
    reasons.extend(watching);
    // On these versions it is the app's code, and nothing of the app shows it.
    reasons.extend(findings.anomalies.iter().filter(|note| note.is(&CODE_BEFORE_RUNS)).cloned());
    reasons.extend(only_a_part(findings));
    match level {
        Level::CouldNotCheck => {
            reasons.push(Note::new(&reasons::NOT_ALL_READ, &[]));
            reasons.extend(findings.problems.iter().cloned());
        }
        Level::NothingKnown => reasons.push(Note::new(&reasons::NOTHING_KNOWN, &[])),
        _ if !findings.problems.is_empty() => reasons.push(Note::new(&reasons::MORE_COULD_NOT_BE_READ, &[])),
        _ => {}
    }
    Verdict { level, families: named.into_iter().map(|named| named.family).collect(), reasons }
}

/// That the file is a split, and so says little about its app; where the base is missing in an archive, that is among
/// the problems.
fn only_a_part(findings: &Findings) -> Option<Note> {
    let template = &apps::notes::SPLIT_WITHOUT_BASE;
    let package = findings.app.package.filter(|package| package.split.is_some())?;
    let is_told = findings.problems.iter().any(|problem| problem.is(template));
    (!is_told).then(|| Note::new(template, &[("package", &package.name)]))
}

/// How many different ways of watching make an app that hides worrying: a launcher-less plug-in or keyboard of an
/// honest maker has one or two.
const WATCHING_WAYS: usize = 3;

/// The capabilities that are ways of hiding, and none of watching.
const HIDING: [&str; 2] = ["no-icon", "pose-as-maker"];

/// The reasons why what the app can do is together what surveillance does: by itself, in an app that it carries, or,
/// where neither is, in what a hidden app and those that it carries can do together.
fn surveillance(findings: &Findings) -> Vec<Note> {
    let own = findings.app.capabilities;
    let mut reasons: Vec<Note> =
        hides_and_watches(&findings.app, own, &reasons::HIDES_AND_WATCHES).into_iter().collect();
    for carried in findings.carried {
        let of_it = hides_and_watches(&carried.app, carried.app.capabilities, &reasons::HIDES_AND_WATCHES);
        reasons.extend(of_it.map(|note| inside(&note, carried.places.first().copied().unwrap_or_default())));
    }
    if reasons.is_empty() && !findings.carried.is_empty() {
        let mut together = own.to_vec();
        for capability in findings.carried.iter().flat_map(|carried| carried.app.capabilities) {
            if together.iter().all(|known| known.code != capability.code) {
                together.push(capability.clone());
            }
        }
        reasons.extend(hides_and_watches(&findings.app, &together, &reasons::HIDES_AND_WATCHES_TOGETHER));
    }
    reasons
}

/// The reason why capabilities are together those of surveillance, where they are: no launcher shows the app, it
/// can send what it gathers, and it has [`WATCHING_WAYS`] ways of watching, one of them of high concern; one way fewer
/// suffices where it also poses as a part of the phone.
///
/// An app that shares a system user id cannot be installed by a visitor to the phone, only built into it
/// (Android checks its signature against the platform's key): it has no icon for good reasons.
fn hides_and_watches(app: &Abilities, capabilities: &[Capability], template: &'static Template) -> Option<Note> {
    let package = app.package?;
    let built_in = package.shared_user_id.as_deref().is_some_and(|id| id.starts_with("android.uid."));
    if !is_hidden(package, app.components) || built_in {
        return None;
    }
    let watching: Vec<&Capability> = capabilities
        .iter()
        .filter(|capability| capability.concern >= Concern::Sensitive && !HIDING.contains(&capability.code.as_str()))
        .collect();
    let sends = capabilities.iter().any(|capability| capability.code == "use-internet");
    let high = watching.iter().any(|capability| capability.concern == Concern::High);
    let poses = capabilities.iter().any(|capability| capability.code == "pose-as-maker");
    (sends && high && watching.len() + usize::from(poses) >= WATCHING_WAYS)
        .then(|| ways_of_watching(template, &watching))
}

/// The reason of the kind `template` that names the ways of watching: their sentences in the text, their codes beside
/// it. Neither is from the app, nor cut as a value from one would be.
fn ways_of_watching(template: &'static Template, watching: &[&Capability]) -> Note {
    let joined = |part: fn(&Capability) -> &str| watching.iter().map(|way| part(way)).collect::<Vec<_>>().join(" ");
    let mut note = Note::new(template, &[]);
    note.text = note.text.replace("{ways}", &joined(|way| &way.text));
    note.values.insert("ways".to_owned(), joined(|way| &way.code));
    note
}

/// The same reason, of the app that is carried at `place`.
fn inside(note: &Note, place: &str) -> Note {
    let around = Note::new(&reasons::INSIDE_APP, &[("inside", &place)]);
    // The sentence is the core's own: it is put in whole, not cut as a value from an app would be. The last placeholder
    // is the template's, whatever `place` holds.
    let text = around
        .text
        .rsplit_once("{sentence}")
        .map_or_else(|| around.text.clone(), |(before, after)| format!("{before}{}{after}", note.text));
    let mut values = note.values.clone();
    values.extend(around.values);
    let at = if note.place == Place::default() { Place::entry(place) } else { note.place.clone() };
    Note { values, text, place: at, ..note.clone() }
}

/// One reason for each family and kind of match, the strongest first: of the app, and of each that it carries.
fn match_reasons(findings: &Findings) -> Vec<Note> {
    let mut sorted: Vec<&Match> = findings.matches.iter().collect();
    sorted.sort_by_key(|found| std::cmp::Reverse((found.strength, found.class)));
    let mut told = std::collections::HashSet::new();
    sorted
        .into_iter()
        .filter_map(|found| {
            let carried = carried_at(found, findings.carried);
            told.insert((carried, &found.family, found.kind)).then(|| {
                let values: [(&str, &dyn ToString); 2] = [("family", &found.family), ("value", &found.value)];
                let note = Note::new(template(found, findings.file_sha256), &values).at(found.place.clone());
                carried.map_or(note.clone(), |place| inside(&note, place))
            })
        })
        .collect()
}

/// The place of the carried APK in which a match was found: the innermost.
fn carried_at<'a>(found: &Match, carried: &[Carried<'a>]) -> Option<&'a str> {
    let entry = found.place.entry.as_deref()?;
    let is_around =
        |place: &str| entry.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with("!/"));
    let places = carried.iter().flat_map(|carried| carried.places);
    places.copied().filter(|place| is_around(place)).max_by_key(|place| place.len())
}

fn template(found: &Match, file_sha256: &str) -> &'static Template {
    match found.kind {
        Kind::FileSha256 if found.place == Place::default() && found.value != file_sha256 => &reasons::KNOWN_ARCHIVE,
        Kind::FileSha256 => &reasons::KNOWN_SAMPLE,
        Kind::CertificateSha1 | Kind::CertificateSha256 | Kind::PublicKeySha256 => match found.weakened {
            None => &reasons::SAME_SIGNER,
            Some(_) => &reasons::SAME_SIGNER_UNPROVEN,
        },
        Kind::CertificateOrganization | Kind::CertificateCommonName => &reasons::SIGNER_NAME,
        Kind::Package => &reasons::PACKAGE_NAME,
        Kind::PackagePattern => &reasons::PACKAGE_PATTERN,
        Kind::ClassPrefix => &reasons::PROGRAM_CODE,
        Kind::C2Domain | Kind::C2Ip => &reasons::SERVER,
        Kind::Website => &reasons::SITE,
        Kind::CloudProject => &reasons::CLOUD_PROJECT,
        Kind::Yara if found.class.is_none() => &reasons::RULE_WITHOUT_CLASS,
        Kind::Yara => &reasons::RULE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::capabilities;
    use crate::manifest::Permission;
    use crate::signing::{Certificate, Signing, SigningStatus};

    fn found(class: Class, strength: Strength) -> Match {
        Match {
            family: "Test".into(),
            aliases: vec![],
            class: Some(class),
            kind: Kind::Package,
            value: "a.b".into(),
            place: Place::entry(crate::archive::MANIFEST),
            context: None,
            strength,
            weakened: None,
            metadata: vec![],
            sources: vec![],
        }
    }

    fn level(package: Option<&Package>, matches: &[Match], problems: &[Note]) -> Level {
        let app = Abilities { package, components: &[], capabilities: &[] };
        verdict(&Findings { file_sha256: "", app, carried: &[], matches, anomalies: &[], problems }).level
    }

    #[test]
    fn the_most_serious_class_that_is_named_decides_and_a_mention_does_not() {
        let app = Package::default();
        assert_eq!(level(Some(&app), &[found(Class::Stalkerware, Strength::Moderate)], &[]), Level::NothingKnown);
        assert_eq!(level(Some(&app), &[found(Class::DualUse, Strength::Strong)], &[]), Level::KnownDualUse);
        let both = [found(Class::Watchware, Strength::Conclusive), found(Class::Stalkerware, Strength::Strong)];
        assert_eq!(level(Some(&app), &both, &[]), Level::KnownStalkerware);
        assert_eq!(level(None, &both, &[]), Level::KnownStalkerware);
    }

    #[test]
    fn what_was_not_read_is_never_called_nothing_known() {
        let app = Package::default();
        assert_eq!(level(None, &[], &[]), Level::CouldNotCheck);
        let problem = Note::new(&reasons::NOT_ALL_READ, &[]);
        assert_eq!(level(Some(&app), &[], &[problem]), Level::CouldNotCheck);
        assert_eq!(level(Some(&app), &[], &[]), Level::NothingKnown);
    }

    #[test]
    fn the_verdict_names_the_families_of_its_class_alone() {
        let named = |matches: &[Match]| {
            let app = Abilities { package: None, components: &[], capabilities: &[] };
            let findings = Findings { file_sha256: "", app, carried: &[], matches, anomalies: &[], problems: &[] };
            verdict(&findings).families
        };
        let of = |family: &str, class, strength| Match { family: family.into(), ..found(class, strength) };
        let spy = |family: &str| of(family, Class::Stalkerware, Strength::Strong);
        let finder = of("Finder", Class::DualUse, Strength::Conclusive);
        assert_eq!(named(&[spy("B"), finder.clone(), spy("A"), spy("B")]), ["A", "B"]);
        assert_eq!(named(&[of("C", Class::Stalkerware, Strength::Conclusive), spy("A")]), ["C", "A"]);
        assert_eq!(named(&[of("C", Class::Stalkerware, Strength::Moderate), finder]), ["Finder"]);
        assert!(named(&[of("C", Class::Stalkerware, Strength::Moderate)]).is_empty(), "one moderate match names none");
    }

    fn level_with(package: &Package, permissions: &[&str]) -> Level {
        level_signed(package, permissions, &Signing::default())
    }

    fn level_signed(package: &Package, permissions: &[&str], signing: &Signing) -> Level {
        let components = [Component { name: "a.S".into(), ..Component::default() }];
        let permissions: Vec<Permission> = permissions
            .iter()
            .map(|name| Permission { name: format!("android.permission.{name}"), ..Permission::default() })
            .collect();
        let capabilities = capabilities(Some(package), &permissions, &components, signing);
        let app = Abilities { package: Some(package), components: &components, capabilities: &capabilities };
        verdict(&Findings { file_sha256: "", app, carried: &[], matches: &[], anomalies: &[], problems: &[] }).level
    }

    #[test]
    fn an_app_is_worrying_when_it_hides_and_watches_and_sends() {
        let hidden = Package::default();
        let watching = ["INTERNET", "READ_SMS", "RECORD_AUDIO", "ACCESS_FINE_LOCATION"];
        assert_eq!(level_with(&hidden, &watching), Level::WorryingCapabilities);
        assert_eq!(level_with(&hidden, &watching[1..]), Level::NothingKnown);
        assert_eq!(level_with(&hidden, &watching[..3]), Level::NothingKnown);
        let shown = Package {
            launcher: crate::manifest::Launcher { activity: Some("a.Main".into()), ..Default::default() },
            ..Package::default()
        };
        assert_eq!(level_with(&shown, &watching), Level::NothingKnown);
        let built_in = Package { shared_user_id: Some("android.uid.phone".into()), ..Package::default() };
        assert_eq!(level_with(&built_in, &watching), Level::NothingKnown);
    }

    #[test]
    fn the_reason_names_the_ways_of_watching() {
        let way = |code: &str, text: &str| Capability {
            code: code.into(),
            concern: Concern::High,
            text: text.into(),
            evidence: vec![],
            inside: None,
        };
        let ways =
            [way("read-messages", "It can read text messages."), way("read-calendar", "It can read the calendar.")];
        let note = ways_of_watching(&reasons::HIDES_AND_WATCHES, &ways.iter().collect::<Vec<_>>());
        assert!(note.text.contains("on the phone: It can read text messages. It can read the calendar. Some parts"));
        assert_eq!(note.values["ways"], "read-messages read-calendar");
    }

    #[test]
    fn one_that_hides_and_poses_is_worrying_with_fewer_ways_of_watching() {
        let certificate = Certificate { subject: "CN=Garden".into(), ..Certificate::default() };
        let signing =
            Signing { status: SigningStatus::Verified, certificates: vec![certificate], ..Signing::default() };
        let posing = Package { name: "com.sec.android.garden".into(), ..Package::default() };
        let watching = ["INTERNET", "READ_SMS", "RECORD_AUDIO"];
        assert_eq!(level_signed(&posing, &watching, &signing), Level::WorryingCapabilities);
        assert_eq!(level_signed(&posing, &watching[..2], &signing), Level::NothingKnown);
        assert_eq!(level_signed(&Package::default(), &watching, &signing), Level::NothingKnown);
        let shown = Package {
            launcher: crate::manifest::Launcher { activity: Some("a.Main".into()), ..Default::default() },
            ..posing
        };
        assert_eq!(level_signed(&shown, &watching, &signing), Level::NothingKnown);
    }
}
