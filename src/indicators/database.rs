//! The database: a collection, indexed so that a look-up takes the same time however many indicators there are.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use regex_lite::Regex;

use super::collection::{Collection, Indicator, SourceSet};
use super::pack::{self, PackError};
use super::{Class, Kind, Match, SourceReference, Strength, Weakening, signed, values};
use crate::note::Place;
use crate::signing::{Certificate, published_key};

/// What is known about surveillance apps, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Database {
    collection: Collection,
    info: Info,
    /// Of each kind and value, where its indicators lie in the collection.
    index: HashMap<Kind, HashMap<Box<str>, Range<u32>>>,
    /// The compiled patterns, with their places in the collection.
    patterns: Vec<(u32, Regex)>,
}

/// What a database is made of, as the page and the command line show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Info {
    /// Its version.
    pub version: String,
    /// The date of its newest source, as `2026-06-21`.
    pub date: String,
    /// How many families there are of each class.
    pub families: BTreeMap<Class, usize>,
    /// How many indicators there are of each kind.
    pub indicators: BTreeMap<Kind, usize>,
    /// Who published them.
    pub sources: Vec<SourceInfo>,
}

/// A source, with what its licence asks to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SourceInfo {
    /// The short name.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Where it is published.
    pub url: String,
    /// The licence.
    pub licence: String,
    /// The date of its state.
    pub date: String,
}

impl SourceInfo {
    /// As a match names it.
    pub fn reference(&self) -> SourceReference {
        SourceReference { name: self.name.clone(), date: self.date.clone() }
    }
}

/// An indicator's place in its database: what a scanner keeps instead of the indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndicatorId(pub(super) u32);

/// The facts about one APK by which it may be recognised.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// SHA-256 of the file, lower-case hex; empty when it could not be read.
    pub file_sha256: &'a str,
    /// The package names, with the places they were read from: the app's own, those of splits and of inner APKs.
    pub packages: Vec<(String, Place)>,
    /// The certificates of its signers, and those of its signing lineage.
    pub certificates: Vec<&'a Certificate>,
}

/// What `apklens signatures build signatures` makes of the source files; a test holds the two together. It is in a
/// program only where [`Database::built_in`] is called: the page fetches its own.
const BUILT_IN: &[u8] = include_bytes!("../../signatures/compiled.db");

impl Database {
    /// Returns the database that comes with this library.
    ///
    /// # Errors
    /// None: the tests load it.
    pub fn built_in() -> Result<Self, PackError> {
        Self::load(BUILT_IN)
    }

    /// The database in a pack, signed or not. A signature must hold, whoever made it; [`signed::open`] says who.
    pub fn load(bytes: &[u8]) -> Result<Self, PackError> {
        Ok(Self::new(pack::decode(signed::contents(bytes)?)?))
    }

    /// The database of a collection, which need not be normalised.
    pub fn new(mut collection: Collection) -> Self {
        collection.normalise();
        let mut index: HashMap<Kind, HashMap<Box<str>, Range<u32>>> = HashMap::new();
        let mut patterns = Vec::new();
        let mut start = 0;
        for run in collection.indicators.chunk_by(|a, b| (a.kind, &a.value) == (b.kind, &b.value)) {
            let end = start + u32::try_from(run.len()).unwrap_or(0);
            if let Some(first) = run.first() {
                index.entry(first.kind).or_default().insert(first.value.as_str().into(), start..end);
            }
            start = end;
        }
        for (place, indicator) in (0..).zip(&collection.indicators) {
            if matches!(indicator.kind, Kind::PackagePattern | Kind::CertificateCommonName)
                && let Some(pattern) = values::compile_pattern(&indicator.value)
            {
                patterns.push((place, pattern));
            }
        }
        let info = Info::of(&collection);
        Self { collection, info, index, patterns }
    }

    /// Adds another collection, as of a pack that the visitor brought.
    pub fn with(self, other: Collection) -> Self {
        let mut collection = self.collection;
        collection.merge(other);
        Self::new(collection)
    }

    /// What it is made of.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The collection, normalised.
    pub fn collection(&self) -> &Collection {
        &self.collection
    }

    /// Gives the collection up, to be merged into another.
    pub fn into_collection(self) -> Collection {
        self.collection
    }

    /// The indicators of one kind with exactly this value, in constant time.
    pub fn look_up(&self, kind: Kind, value: &str) -> impl Iterator<Item = IndicatorId> + use<> {
        self.index.get(&kind).and_then(|values| values.get(value)).cloned().unwrap_or_default().map(IndicatorId)
    }

    /// The indicators that are looked for in an app's text, one for each kind and value.
    pub fn text_indicators(&self) -> impl Iterator<Item = (IndicatorId, Kind, &str)> {
        (0..)
            .map(IndicatorId)
            .zip(&self.collection.indicators)
            .scan(None, |last: &mut Option<(Kind, &str)>, (id, at)| {
                let this = (at.kind, at.value.as_str());
                let new = *last != Some(this);
                *last = Some(this);
                Some((new && at.kind.is_text()).then_some((id, at.kind, at.value.as_str())))
            })
            .flatten()
    }

    /// The matches that finding this indicator's value means: one for each family that it is published for.
    pub fn found(
        &self,
        id: IndicatorId,
        place: &Place,
        context: Option<&str>,
        weakened: Option<Weakening>,
    ) -> Vec<Match> {
        let Some(indicator) = self.collection.indicators.get(id.0 as usize) else { return Vec::new() };
        self.claims(indicator.kind, &indicator.value, place, context, weakened)
    }

    /// What these facts match. Nothing depends on how many indicators there are, but for the few patterns.
    pub fn match_facts(&self, facts: &Facts) -> Vec<Match> {
        let mut matches = Vec::new();
        self.match_value(Kind::FileSha256, facts.file_sha256, &Place::default(), None, &mut matches);
        for (package, place) in &facts.packages {
            self.match_value(Kind::Package, package, place, None, &mut matches);
            self.match_patterns(Kind::PackagePattern, package, place, None, &mut matches);
        }
        for certificate in &facts.certificates {
            self.match_certificate(certificate, &mut matches);
        }
        matches
    }

    /// A key whose private half is published proves nothing: anybody can sign with it, and honest projects do. Debug
    /// keys are another matter: each machine makes its own, and makers of surveillance apps sign with theirs.
    fn match_certificate(&self, certificate: &Certificate, matches: &mut Vec<Match>) {
        let digests = [&certificate.sha1, &certificate.sha256, &certificate.key.sha256];
        if digests.into_iter().any(|digest| published_key(digest).is_some()) {
            return;
        }
        let weakened = if !certificate.verified {
            Some(Weakening::SignatureNotVerified)
        } else {
            certificate.public_private_key.is_some().then_some(Weakening::DebugKey)
        };
        let place = Place::default();
        for (kind, value) in [
            (Kind::CertificateSha1, &certificate.sha1),
            (Kind::CertificateSha256, &certificate.sha256),
            (Kind::PublicKeySha256, &certificate.key.sha256),
        ] {
            self.match_value(kind, value, &place, weakened, matches);
        }
        for organization in &certificate.organizations {
            self.match_value(Kind::CertificateOrganization, organization, &place, weakened, matches);
        }
        for name in &certificate.common_names {
            self.match_patterns(Kind::CertificateCommonName, name, &place, weakened, matches);
        }
    }

    fn match_value(
        &self,
        kind: Kind,
        value: &str,
        place: &Place,
        weakened: Option<Weakening>,
        matches: &mut Vec<Match>,
    ) {
        matches.extend(self.claims(kind, value, place, None, weakened));
    }

    fn match_patterns(
        &self,
        kind: Kind,
        value: &str,
        place: &Place,
        weakened: Option<Weakening>,
        matches: &mut Vec<Match>,
    ) {
        for (id, pattern) in &self.patterns {
            let is_kind = self.collection.indicators.get(*id as usize).is_some_and(|known| known.kind == kind);
            if is_kind && pattern.is_match(value) {
                matches.extend(self.to_match(IndicatorId(*id), place, Some(value), weakened));
            }
        }
    }

    /// The matches that a value means. What several sources call by different names and classes is one thing, and one
    /// match with all of them ([`Match::absorb`]); what one source has under several families is taken at its word.
    fn claims(
        &self,
        kind: Kind,
        value: &str,
        place: &Place,
        context: Option<&str>,
        weakened: Option<Weakening>,
    ) -> Vec<Match> {
        let mut claims: Vec<(Match, SourceSet)> = Vec::new();
        for id in self.look_up(kind, value) {
            let Some(indicator) = self.collection.indicators.get(id.0 as usize) else { continue };
            let Some(found) = self.to_match(id, place, context, weakened) else { continue };
            let sources = indicator.sources;
            let same = claims.iter_mut().find(|(other, known)| other.class != found.class && known.0 & sources.0 == 0);
            match same {
                Some((other, known)) => {
                    other.absorb(found);
                    *known = known.and(sources);
                }
                None => claims.push((found, sources)),
            }
        }
        claims.into_iter().map(|(found, _)| found).collect()
    }

    /// One match, weakened by the strictest of what the database, the other claims on the value and the app say.
    fn to_match(
        &self,
        id: IndicatorId,
        place: &Place,
        context: Option<&str>,
        of_the_app: Option<Weakening>,
    ) -> Option<Match> {
        let indicator = self.collection.indicators.get(id.0 as usize)?;
        let family = self.collection.families.get(indicator.family as usize)?;
        let usual = indicator.kind.strength();
        let (strength, weakened) = [of_the_app, indicator.weakened, self.contested(indicator)]
            .into_iter()
            .flatten()
            .map(|weakening| (weakening.ceiling(), weakening))
            // That a match is a mention is told even where its kind proves no more anyway.
            .filter(|(ceiling, weakening)| *ceiling < usual || *ceiling == usual && weakening.is_mention())
            .min()
            .map_or((usual, None), |(ceiling, weakening)| (ceiling, Some(weakening)));
        let sources = indicator.sources.places().filter_map(|place| self.collection.sources.get(place));
        Some(Match {
            family: family.name.clone(),
            aliases: family.aliases.clone(),
            class: Some(family.class),
            kind: indicator.kind,
            value: indicator.value.clone(),
            place: place.clone(),
            context: context.map(str::to_owned),
            strength,
            weakened,
            metadata: Vec::new(),
            sources: sources
                .map(|source| SourceReference { name: source.name.clone(), date: source.date.clone() })
                .collect(),
        })
    }

    /// What the other claims on the same value say against this one.
    fn contested(&self, indicator: &Indicator) -> Option<Weakening> {
        let claims: Vec<(&str, Class)> = self
            .look_up(indicator.kind, &indicator.value)
            .filter_map(|id| self.collection.indicators.get(id.0 as usize))
            .filter_map(|claim| self.collection.families.get(claim.family as usize))
            .map(|family| (family.name.as_str(), family.class))
            .collect();
        let own = self.collection.families.get(indicator.family as usize)?;
        if own.class == Class::Stalkerware && claims.iter().any(|(_, class)| *class < Class::Stalkerware) {
            return Some(Weakening::DisputedClass);
        }
        let is_certificate = indicator.kind.strength() == Strength::Conclusive && indicator.kind != Kind::FileSha256;
        let other_family = claims.iter().any(|(name, _)| *name != own.name);
        (is_certificate && other_family).then_some(Weakening::SeveralFamilies)
    }
}

impl Info {
    /// What a collection is made of.
    pub fn of(collection: &Collection) -> Self {
        let mut info = Self { version: collection.version.clone(), date: collection.date.clone(), ..Self::default() };
        for family in &collection.families {
            *info.families.entry(family.class).or_default() += 1;
        }
        for indicator in &collection.indicators {
            *info.indicators.entry(indicator.kind).or_default() += 1;
        }
        info.sources = collection
            .sources
            .iter()
            .map(|source| SourceInfo {
                name: source.name.clone(),
                title: source.title.clone(),
                url: source.url.clone(),
                licence: source.licence.clone(),
                date: source.date.clone(),
            })
            .collect();
        info
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::collection::Source;

    fn database(facts: &[(&str, Class, Kind, &str, Option<Weakening>)]) -> Database {
        let mut collection = Collection::default();
        let sources =
            collection.source(Source { name: "test".to_owned(), date: "2026-01-02".to_owned(), ..Source::default() });
        for (family, class, kind, value, weakened) in facts {
            let family = collection.family(family, *class, &[]);
            collection.indicators.push(Indicator {
                kind: *kind,
                value: (*value).to_owned(),
                family,
                sources,
                weakened: *weakened,
            });
        }
        Database::new(collection)
    }

    fn outcome(matches: &[Match]) -> Vec<(&str, Class, Strength, Option<&'static str>)> {
        matches
            .iter()
            .filter_map(|found| {
                let weakened = found.weakened.map(Into::into);
                Some((found.family.as_str(), found.class?, found.strength, weakened))
            })
            .collect()
    }

    const KEY: &str = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";

    fn certificate(verified: bool) -> Certificate {
        Certificate { sha1: KEY.to_owned(), verified, ..Certificate::default() }
    }

    #[test]
    fn a_package_is_matched_exactly_with_its_place_and_source() {
        let database = database(&[("A", Class::Stalkerware, Kind::Package, "org.example.app", None)]);
        let facts =
            |name: &str| Facts { packages: vec![(name.to_owned(), Place::entry("split.apk"))], ..Facts::default() };
        let matches = database.match_facts(&facts("org.example.app"));
        assert_eq!(outcome(&matches), [("A", Class::Stalkerware, Strength::Strong, None)]);
        assert_eq!(matches[0].place, Place::entry("split.apk"));
        assert_eq!(matches[0].sources[0].date, "2026-01-02");
        for near_miss in ["org.example.apps", "org.example.ap", "org.example.App", "org.example.app.x", ""] {
            assert_eq!(database.match_facts(&facts(near_miss)), [], "{near_miss}");
        }
    }

    #[test]
    fn a_certificate_counts_for_what_its_signature_is_worth() {
        let database = database(&[("A", Class::Stalkerware, Kind::CertificateSha1, KEY, None)]);
        let matches = |certificate: &Certificate| {
            database.match_facts(&Facts { certificates: vec![certificate], ..Facts::default() })
        };
        assert_eq!(outcome(&matches(&certificate(true))), [("A", Class::Stalkerware, Strength::Conclusive, None)]);
        assert_eq!(
            outcome(&matches(&certificate(false))),
            [("A", Class::Stalkerware, Strength::Moderate, Some("signature-not-verified"))]
        );
        let debug = Certificate { public_private_key: Some("a debug key".to_owned()), ..certificate(true) };
        assert_eq!(outcome(&matches(&debug)), [("A", Class::Stalkerware, Strength::Strong, Some("debug-key"))]);
    }

    #[test]
    fn a_published_key_raises_nothing_even_where_a_list_names_it() {
        let test_key = "61ed377e85d386a8dfee6b864bd85b0bfaa5af81";
        let database = database(&[
            ("A", Class::Stalkerware, Kind::CertificateSha1, test_key, None),
            ("A", Class::Stalkerware, Kind::CertificateOrganization, "Android", None),
        ]);
        let certificate = Certificate {
            sha1: test_key.to_owned(),
            verified: true,
            organizations: vec!["Android".to_owned()],
            ..Certificate::default()
        };
        assert_eq!(database.match_facts(&Facts { certificates: vec![&certificate], ..Facts::default() }), []);
    }

    #[test]
    fn a_certificate_of_several_families_names_none_of_them() {
        let database = database(&[
            ("A", Class::Stalkerware, Kind::CertificateSha1, KEY, None),
            ("B", Class::Stalkerware, Kind::CertificateSha1, KEY, None),
        ]);
        let certificate = certificate(true);
        let matches = database.match_facts(&Facts { certificates: vec![&certificate], ..Facts::default() });
        let weak = |family| (family, Class::Stalkerware, Strength::Moderate, Some("several-families"));
        assert_eq!(outcome(&matches), [weak("A"), weak("B")]);
    }

    #[test]
    fn what_is_also_published_as_watchware_is_not_called_stalkerware() {
        let database = database(&[
            ("A", Class::Stalkerware, Kind::Package, "org.example.app", None),
            ("A", Class::Watchware, Kind::Package, "org.example.app", None),
        ]);
        let facts = Facts { packages: vec![("org.example.app".to_owned(), Place::default())], ..Facts::default() };
        assert_eq!(
            outcome(&database.match_facts(&facts)),
            [
                ("A", Class::Watchware, Strength::Strong, None),
                ("A", Class::Stalkerware, Strength::Moderate, Some("disputed-class")),
            ]
        );
    }

    #[test]
    fn what_sources_call_by_different_names_and_classes_is_one_match() {
        let collection = |source: &str, family: &str, class| {
            let mut collection = Collection::default();
            let sources = collection.source(Source { name: source.to_owned(), ..Source::default() });
            let family = collection.family(family, class, &[]);
            let value = "org.example.app".to_owned();
            collection.indicators.push(Indicator { kind: Kind::Package, value, family, sources, weakened: None });
            collection
        };
        let found = |first: (&str, Class), second: (&str, Class)| {
            let database =
                Database::new(collection("one", first.0, first.1)).with(collection("two", second.0, second.1));
            let packages = vec![("org.example.app".to_owned(), Place::default())];
            database.match_facts(&Facts { packages, ..Facts::default() })
        };
        let (watchware, dual_use, stalkerware) = (Class::Watchware, Class::DualUse, Class::Stalkerware);
        for (first, second, family, class, alias) in [
            (("A", watchware), ("B", dual_use), "A", watchware, "B"),
            (("B", dual_use), ("A", watchware), "A", watchware, "B"),
            (("A", stalkerware), ("B", watchware), "B", watchware, "A"),
            (("A", dual_use), ("B", stalkerware), "A", dual_use, "B"),
        ] {
            let matches = found(first, second);
            assert_eq!(outcome(&matches), [(family, class, Strength::Strong, None)], "{first:?} {second:?}");
            assert_eq!(matches[0].aliases, [alias]);
            assert_eq!(matches[0].sources.len(), 2);
        }
        let matches = found(("A", watchware), ("A", dual_use));
        assert_eq!((matches.len(), matches[0].aliases.len()), (1, 0));
    }

    #[test]
    fn patterns_match_whole_names_and_show_the_name() {
        let database = database(&[
            ("A", Class::Stalkerware, Kind::PackagePattern, "^org\\.example\\.a[0-9]{4}$", None),
            ("B", Class::Stalkerware, Kind::CertificateCommonName, "^Example [0-9]+$", None),
        ]);
        let certificate = Certificate {
            verified: true,
            common_names: vec!["Example 7".to_owned(), "org.example.a2027".to_owned()],
            ..Certificate::default()
        };
        let facts = Facts {
            packages: vec![
                ("org.example.a2026".to_owned(), Place::default()),
                ("org.example.a20261".to_owned(), Place::default()),
            ],
            certificates: vec![&certificate],
            ..Facts::default()
        };
        let matches = database.match_facts(&facts);
        assert_eq!(matches.len(), 2);
        assert_eq!(matches[0].context.as_deref(), Some("org.example.a2026"));
        assert_eq!(matches[1].context.as_deref(), Some("Example 7"));
    }

    #[test]
    fn a_generic_name_is_weaker_and_says_why() {
        let generic = Some(Weakening::GenericName);
        let database = database(&[("A", Class::Stalkerware, Kind::Package, "com.smart", generic)]);
        let facts = Facts { packages: vec![("com.smart".to_owned(), Place::default())], ..Facts::default() };
        assert_eq!(
            outcome(&database.match_facts(&facts)),
            [("A", Class::Stalkerware, Strength::Moderate, Some("generic-name"))]
        );
    }

    #[test]
    fn text_indicators_come_once_for_each_value_and_match_every_family() {
        let database = database(&[
            ("A", Class::Stalkerware, Kind::C2Domain, "a.example", None),
            ("B", Class::DualUse, Kind::C2Domain, "a.example", None),
            ("B", Class::DualUse, Kind::Package, "org.example.b", None),
        ]);
        let texts: Vec<_> = database.text_indicators().collect();
        assert_eq!(texts.len(), 1);
        let matches = database.found(texts[0].0, &Place::entry("classes.dex").at(7), Some("https://a.example/x"), None);
        assert_eq!(matches.len(), 2);
        assert_eq!(matches[0].context.as_deref(), Some("https://a.example/x"));
    }
}
