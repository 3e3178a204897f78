//! How much an indicator proves: the strength of each kind, what makes one weaker than its kind, and how several
//! weak ones add up. `docs/matching.md` states and justifies the same table; a test holds the two together.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{Class, Kind, Match, Strength, hosts};

impl Kind {
    /// How much a match of this kind proves when nothing weakens it.
    pub fn strength(self) -> Strength {
        match self {
            Self::FileSha256 | Self::CertificateSha1 | Self::CertificateSha256 | Self::PublicKeySha256 => {
                Strength::Conclusive
            }
            Self::Package => Strength::Strong,
            Self::CertificateOrganization
            | Self::CertificateCommonName
            | Self::PackagePattern
            | Self::ClassPrefix
            | Self::C2Domain
            | Self::CloudProject
            | Self::Yara => Strength::Moderate,
            Self::C2Ip | Self::Website => Strength::Weak,
        }
    }

    /// Whether it is looked for in the app's code and files, where a value may be a mere mention.
    pub fn is_text(self) -> bool {
        matches!(self, Self::ClassPrefix | Self::C2Domain | Self::C2Ip | Self::Website | Self::CloudProject)
    }
}

/// Why an indicator proves less than its kind usually does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[derive(EnumString, Display, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Weakening {
    /// A name made of common words: another maker may come to the same one.
    GenericName,
    /// An honest app or project goes by the same name.
    HonestNamesake,
    /// Honest apps use the same host.
    SharedHost,
    /// The same key signs the maker's honest apps.
    MakerOfOtherApps,
    /// Published as spyware by one source, and by no other under any class.
    UnconfirmedClass,
    /// The same value is also published under a milder class.
    DisputedClass,
    /// The same certificate is published for several families.
    SeveralFamilies,
    /// A debug key, by its subject: its password is known to everybody, and some such keys are in several hands.
    DebugKey,
    /// No signature that holds vouches for the certificate: anybody can put it into a file.
    SignatureNotVerified,
    /// The app's code names servers of several makers: it is a list of them.
    ListOfFamilies,
    /// It stands in a file that is no code: a list, a page, a document.
    InDataFile,
    /// The digest is that of an archive with several apps: which of them is meant is not published.
    OneOfSeveral,
    /// It stands in text that people read: a string on the screen, a sentence.
    InReadableText,
}

impl Weakening {
    /// Whether it is a property of the indicator, and so stands in the database; the others come out of a match.
    pub fn is_of_the_indicator(self) -> bool {
        self <= Self::UnconfirmedClass
    }

    /// Whether it makes a match a mention, which says nothing about the app itself.
    pub fn is_mention(self) -> bool {
        matches!(self, Self::ListOfFamilies | Self::InDataFile | Self::InReadableText)
    }

    /// The most that a match can prove in spite of it.
    pub fn ceiling(self) -> Strength {
        match self {
            Self::SharedHost | Self::ListOfFamilies | Self::InDataFile | Self::InReadableText => Strength::Weak,
            Self::DebugKey => Strength::Strong,
            Self::GenericName
            | Self::HonestNamesake
            | Self::MakerOfOtherApps
            | Self::UnconfirmedClass
            | Self::DisputedClass
            | Self::SeveralFamilies
            | Self::SignatureNotVerified
            | Self::OneOfSeveral => Strength::Moderate,
        }
    }
}

/// What all matches of one family say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyWeight {
    /// The family's name.
    pub family: String,
    /// What it is.
    pub class: Class,
    /// How much its matches prove together: [`Strength::Strong`] and above name the app.
    pub strength: Strength,
}

/// This many independent servers of one family weigh as much as two kinds of evidence.
const SEVERAL_SERVERS: usize = 3;

/// What several matches must weigh together to name a family. A moderate one weighs 2, a weak one 1.
const ENOUGH: usize = 4;

/// Brings the matches of one app into order: what the app's code merely lists is weakened, repetitions go, the
/// strongest come first.
///
/// An app reports to one maker's servers. Code that names those of two makers or more is a list, as a security tool or
/// a blocklist carries; nothing that it names is then evidence, but for classes, which are the code itself.
pub fn settle(matches: &mut Vec<Match>) {
    if names_several_makers(matches) {
        for found in matches.iter_mut().filter(|found| is_nameable(found) && !is_mention(found)) {
            found.strength = found.strength.min(Weakening::ListOfFamilies.ceiling());
            found.weakened = Some(Weakening::ListOfFamilies);
        }
    }
    matches.sort_by(|a, b| {
        (b.strength, b.class, a.kind, &a.family, &a.value, &a.place, &a.context)
            .cmp(&(a.strength, a.class, b.kind, &b.family, &b.value, &b.place, &b.context))
    });
    matches.dedup();
}

/// Whether it is of a kind that a text can name without the app having anything to do with it.
fn is_nameable(found: &Match) -> bool {
    found.kind.is_text() && found.kind != Kind::ClassPrefix
}

fn is_mention(found: &Match) -> bool {
    found.weakened.is_some_and(Weakening::is_mention)
}

/// Whether servers of families that have nothing to do with one another are named as evidence. Families that one value
/// was published for, and those that go by each other's names, are one maker's.
fn names_several_makers(matches: &[Match]) -> bool {
    let evidence = matches.iter().filter(|found| is_nameable(found) && found.strength >= Strength::Moderate);
    // The names of one maker are joined in a tree each, through the names and the values that they share.
    let mut places: BTreeMap<(Option<Kind>, &str), usize> = BTreeMap::new();
    let mut above: Vec<usize> = Vec::new();
    for found in evidence {
        let names = std::iter::once(&found.family).chain(&found.aliases).map(|name| (None, name.as_str()));
        let mut first = None;
        for key in names.chain([(Some(found.kind), found.value.as_str())]) {
            let place = *places.entry(key).or_insert_with(|| {
                above.push(above.len());
                above.len() - 1
            });
            let root = root(&mut above, place);
            let first = *first.get_or_insert(root);
            let first = self::root(&mut above, first);
            above[root] = first;
        }
    }
    (0..above.len()).filter(|&place| above[place] == place).nth(1).is_some()
}

/// The root of the tree that a place is in; the way to it is halved on the way.
fn root(above: &mut [usize], mut place: usize) -> usize {
    while above[place] != place {
        above[place] = above[above[place]];
        place = above[place];
    }
    place
}

/// What the matches say of each family, the most proven first. The matches must be settled.
///
/// The rule (docs/matching.md): one strong match names a family. Weaker ones are summed: of each kind the strongest
/// counts, a moderate one 2 and a weak one 1, three independent servers 4; with 4 the family is named. A mention adds
/// nothing.
pub fn families(matches: &[Match]) -> Vec<FamilyWeight> {
    let mut groups: BTreeMap<(&str, Class), Vec<&Match>> = BTreeMap::new();
    for found in matches {
        // Without a class there is nothing that the app could be called.
        if let Some(class) = found.class {
            groups.entry((&found.family, class)).or_default().push(found);
        }
    }
    let mut weights: Vec<FamilyWeight> = groups
        .into_iter()
        .map(|((family, class), group)| FamilyWeight { family: family.to_owned(), class, strength: together(&group) })
        .collect();
    weights.sort_by(|a, b| (b.strength, b.class, &a.family).cmp(&(a.strength, a.class, &b.family)));
    weights
}

/// The strength of one family's matches together.
fn together(group: &[&Match]) -> Strength {
    let strongest = group.iter().map(|found| found.strength).max().unwrap_or(Strength::Weak);
    if strongest >= Strength::Strong {
        return strongest;
    }
    let mut by_kind: BTreeMap<Kind, usize> = BTreeMap::new();
    for found in group.iter().filter(|found| !is_mention(found)) {
        let weight = if found.strength >= Strength::Moderate { 2 } else { 1 };
        let best = by_kind.entry(found.kind).or_default();
        *best = weight.max(*best);
    }
    if independent_servers(group) >= SEVERAL_SERVERS {
        by_kind.insert(Kind::C2Domain, ENOUGH);
    }
    // A class that another source disputes is not restored by more of the same.
    let disputed = group.iter().all(|found| found.weakened == Some(Weakening::DisputedClass));
    if by_kind.values().sum::<usize>() >= ENOUGH && !disputed { Strength::Strong } else { strongest }
}

/// How many servers of moderate strength the group names, not counting those that lie below one another.
fn independent_servers(group: &[&Match]) -> usize {
    let hosts: BTreeSet<&str> = group
        .iter()
        .filter(|found| found.kind == Kind::C2Domain && found.strength >= Strength::Moderate)
        .map(|found| hosts::registered(found.value.split('/').next().unwrap_or(&found.value)))
        .collect();
    hosts.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Place;

    fn found(family: &str, kind: Kind, value: &str) -> Match {
        Match {
            family: family.to_owned(),
            aliases: Vec::new(),
            class: Some(Class::Stalkerware),
            kind,
            value: value.to_owned(),
            place: Place::default(),
            context: None,
            strength: kind.strength(),
            weakened: None,
            metadata: Vec::new(),
            sources: Vec::new(),
        }
    }

    fn strength(matches: &[(&str, Kind, &str)]) -> Strength {
        let mut matches: Vec<Match> = matches.iter().map(|(family, kind, value)| found(family, *kind, value)).collect();
        settle(&mut matches);
        families(&matches)[0].strength
    }

    #[test]
    fn one_mention_names_nothing_and_two_kinds_of_evidence_do() {
        assert_eq!(strength(&[("A", Kind::Website, "a.example")]), Strength::Weak);
        assert_eq!(strength(&[("A", Kind::C2Domain, "a.example")]), Strength::Moderate);
        assert_eq!(
            strength(&[("A", Kind::C2Domain, "a.example"), ("A", Kind::Website, "b.example")]),
            Strength::Moderate
        );
        assert_eq!(
            strength(&[("A", Kind::C2Domain, "a.example"), ("A", Kind::CloudProject, "a-123")]),
            Strength::Strong
        );
        assert_eq!(
            strength(&[
                ("A", Kind::C2Domain, "a.example"),
                ("A", Kind::Website, "b.example"),
                ("A", Kind::C2Ip, "192.0.2.1")
            ]),
            Strength::Strong
        );
    }

    #[test]
    fn servers_below_one_domain_count_once() {
        let below = [
            ("A", Kind::C2Domain, "a.one.example"),
            ("A", Kind::C2Domain, "b.one.example"),
            ("A", Kind::C2Domain, "one.example"),
        ];
        assert_eq!(strength(&below), Strength::Moderate);
        let apart = [
            ("A", Kind::C2Domain, "one.example"),
            ("A", Kind::C2Domain, "two.com.br"),
            ("A", Kind::C2Domain, "three.com.br"),
        ];
        assert_eq!(strength(&apart), Strength::Strong);
    }

    #[test]
    fn servers_of_two_makers_add_up_to_nothing() {
        let mut list = Vec::new();
        for (family, server, project) in [("A", "a.example", "a-123"), ("B", "b.example", "b-123")] {
            list.push((family, Kind::C2Domain, server));
            list.push((family, Kind::CloudProject, project));
        }
        assert_eq!(strength(&list), Strength::Weak);
        list.push(("B", Kind::Package, "b.example"));
        assert_eq!(strength(&list), Strength::Strong);
    }

    #[test]
    fn a_value_of_two_families_makes_them_one_maker() {
        let shared = [
            ("A", Kind::C2Domain, "a.example"),
            ("B", Kind::C2Domain, "a.example"),
            ("A", Kind::CloudProject, "a-123"),
            ("B", Kind::C2Domain, "b.example"),
        ];
        assert_eq!(strength(&shared), Strength::Strong);
    }

    #[test]
    fn sites_of_others_and_mentions_do_not_make_a_list_of_the_apps_own_servers() {
        let mut matches = vec![
            found("A", Kind::C2Domain, "a.example"),
            found("A", Kind::CloudProject, "a-123"),
            found("B", Kind::Website, "b.example"),
        ];
        let mut mention = found("C", Kind::C2Domain, "c.example");
        (mention.strength, mention.weakened) = (Strength::Weak, Some(Weakening::InDataFile));
        matches.push(mention);
        settle(&mut matches);
        assert_eq!(families(&matches)[0].strength, Strength::Strong);
        assert_eq!(families(&matches)[0].family, "A");
    }

    #[test]
    fn mentions_add_nothing_to_evidence() {
        let mut matches = vec![found("A", Kind::C2Domain, "a.example")];
        for (kind, value) in [(Kind::Website, "b.example"), (Kind::C2Ip, "192.0.2.1"), (Kind::CloudProject, "a-1")] {
            let mut mention = found("A", kind, value);
            (mention.strength, mention.weakened) = (Strength::Weak, Some(Weakening::InReadableText));
            matches.push(mention);
        }
        settle(&mut matches);
        assert_eq!(families(&matches)[0].strength, Strength::Moderate);
    }
}
