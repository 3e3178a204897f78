//! A collection of indicators in memory, before it is indexed: what the source files, a compiled pack and an import
//! all come to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Class, Kind, Weakening};

/// Indicators with the families and sources they belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collection {
    /// The version of its makers' choosing, shown beside results.
    pub version: String,
    /// The date of its newest source, as `2026-06-21`.
    pub date: String,
    /// Who published the indicators.
    pub sources: Vec<Source>,
    /// The families, each name and class once.
    pub families: Vec<Family>,
    /// The indicators. After [`Collection::normalise`]: in the order of kind, value and family, each once.
    pub indicators: Vec<Indicator>,
}

/// Who published indicators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The short name, as matches show it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Where it is published.
    pub url: String,
    /// The licence, as an SPDX identifier or a name.
    pub licence: String,
    /// The date of the state that was taken, as `2026-06-21`.
    pub date: String,
}

/// A family of apps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// What it is.
    pub class: Class,
    /// Its other names, sorted.
    pub aliases: Vec<String>,
}

/// One fact by which a family is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// What kind of fact.
    pub kind: Kind,
    /// The value, in the form that [`super::values::normalise`] gives.
    pub value: String,
    /// The place of the family in [`Collection::families`].
    pub family: u32,
    /// Who published it.
    pub sources: SourceSet,
    /// Why it proves less than its kind does.
    pub weakened: Option<Weakening>,
}

/// A set of places in [`Collection::sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceSet(pub u64);

impl SourceSet {
    /// How many sources a collection can have.
    pub const MAX: usize = 64;

    /// The set with this place alone; empty for a place beyond [`Self::MAX`].
    pub fn one(place: usize) -> Self {
        Self(u32::try_from(place).ok().and_then(|place| 1u64.checked_shl(place)).unwrap_or(0))
    }

    /// Both sets together.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The places in the set, ascending.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::MAX).filter(move |place| self.0 >> place & 1 == 1)
    }
}

impl Collection {
    /// Adds a family and gives its place. [`Collection::normalise`] joins those of one name and class.
    pub fn family(&mut self, name: &str, class: Class, aliases: &[String]) -> u32 {
        self.families.push(Family { name: name.to_owned(), class, aliases: aliases.to_vec() });
        u32::try_from(self.families.len() - 1).unwrap_or(u32::MAX)
    }

    /// Everything of both. The version and date stay: what is added has its own, as a source, and a new list beside an
    /// old database does not make that any newer.
    pub fn merge(&mut self, other: Self) {
        if self.version.is_empty() && self.indicators.is_empty() {
            (self.version, self.date) = (other.version, other.date);
        }
        let sources: Vec<SourceSet> = other.sources.into_iter().map(|source| self.source(source)).collect();
        let offset = u32::try_from(self.families.len()).unwrap_or(u32::MAX);
        self.families.extend(other.families);
        self.indicators.extend(other.indicators.into_iter().map(|indicator| {
            let sources = indicator
                .sources
                .places()
                .filter_map(|place| sources.get(place).copied())
                .fold(SourceSet::default(), SourceSet::and);
            Indicator { family: indicator.family.saturating_add(offset), sources, ..indicator }
        }));
        self.normalise();
    }

    /// The set of this source alone, which is added if it is not there.
    pub fn source(&mut self, source: Source) -> SourceSet {
        let place = self.sources.iter().position(|known| *known == source).unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        SourceSet::one(place)
    }

    /// Brings families and indicators into one order, so that the same facts always give the same collection:
    /// families of one name and class become one, and so do repeated indicators. What two sources publish for one
    /// class under two family names becomes one indicator with both sources, under the name that the first source
    /// gives. Families without an indicator go.
    pub fn normalise(&mut self) {
        self.join_families();
        self.indicators.sort_by(|a, b| {
            (a.kind, &a.value, a.family, a.sources.0, a.weakened).cmp(&(
                b.kind,
                &b.value,
                b.family,
                b.sources.0,
                b.weakened,
            ))
        });
        self.indicators.dedup_by(|next, kept| {
            let same = (next.kind, &next.value, next.family) == (kept.kind, &kept.value, kept.family);
            if same {
                kept.absorb(next);
            }
            same
        });
        self.join_sources();
        self.drop_unused_families();
    }

    /// Makes families of one name and class one.
    fn join_families(&mut self) {
        let mut joined: BTreeMap<(String, Class), (Vec<String>, Vec<usize>)> = BTreeMap::new();
        for (place, family) in self.families.drain(..).enumerate() {
            let (aliases, places) = joined.entry((family.name, family.class)).or_default();
            aliases.extend(family.aliases);
            places.push(place);
        }
        let mut moved = BTreeMap::new();
        for ((name, class), (mut aliases, places)) in joined {
            aliases.sort();
            aliases.dedup();
            aliases.retain(|alias| *alias != name);
            moved.extend(places.into_iter().map(|old| (old, self.families.len())));
            self.families.push(Family { name, class, aliases });
        }
        self.move_indicators(&moved);
    }

    /// Gives an indicator that several sources publish for one class, each under its own family name, to the family
    /// of the first source.
    fn join_sources(&mut self) {
        let families = &self.families;
        let class_of = |indicator: &Indicator| families.get(indicator.family as usize).map(|family| family.class);
        let mut kept: Vec<Indicator> = Vec::with_capacity(self.indicators.len());
        for run in self.indicators.chunk_by(|a, b| (a.kind, &a.value) == (b.kind, &b.value)) {
            let mut run = run.to_vec();
            run.sort_by_key(|indicator| (indicator.sources.0.trailing_zeros(), indicator.family));
            let start = kept.len();
            for indicator in run {
                let first = kept.iter_mut().skip(start).find(|known| {
                    class_of(known) == class_of(&indicator) && known.sources.0 & indicator.sources.0 == 0
                });
                match first {
                    Some(known) => known.absorb(&indicator),
                    None => kept.push(indicator),
                }
            }
            if let Some(run) = kept.get_mut(start..) {
                run.sort_by_key(|indicator| indicator.family);
            }
        }
        self.indicators = kept;
    }

    fn drop_unused_families(&mut self) {
        let used: BTreeSet<usize> = self.indicators.iter().map(|indicator| indicator.family as usize).collect();
        let moved = used.iter().enumerate().map(|(new, &old)| (old, new)).collect();
        let mut place = 0;
        self.families.retain(|_| {
            place += 1;
            used.contains(&(place - 1))
        });
        self.move_indicators(&moved);
    }

    /// Gives the indicators the new places of their families; those of no family go.
    fn move_indicators(&mut self, moved: &BTreeMap<usize, usize>) {
        self.indicators.retain_mut(|indicator| match moved.get(&(indicator.family as usize)) {
            Some(&new) => {
                indicator.family = u32::try_from(new).unwrap_or(u32::MAX);
                true
            }
            None => false,
        });
    }
}

impl Indicator {
    /// Takes on the sources of the same fact published again, and a reason to weaken it that this one lacks.
    fn absorb(&mut self, again: &Self) {
        self.sources = self.sources.and(again.sources);
        self.weakened = self.weakened.or(again.weakened);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(source: &str, date: &str, family: &str, value: &str) -> Collection {
        let mut collection = Collection { version: date.to_owned(), date: date.to_owned(), ..Collection::default() };
        let sources = collection.source(Source { name: source.to_owned(), ..Source::default() });
        let family = collection.family(family, Class::Watchware, &["Other".to_owned()]);
        collection.indicators.push(Indicator {
            kind: Kind::Package,
            value: value.to_owned(),
            family,
            sources,
            weakened: None,
        });
        collection
    }

    #[test]
    fn two_collections_become_one_with_both_sources() {
        let mut merged = collection("one", "2026-01-01", "B", "org.example");
        merged.merge(collection("two", "2026-02-01", "B", "org.example"));
        assert_eq!(merged.date, "2026-01-01");
        let mut from_nothing = Collection::default();
        from_nothing.merge(collection("two", "2026-02-01", "B", "org.example"));
        assert_eq!(from_nothing.date, "2026-02-01");
        assert_eq!(merged.indicators.len(), 1);
        assert_eq!(merged.indicators[0].sources.places().collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn a_second_source_under_another_name_joins_the_family_of_the_first() {
        let mut merged = collection("one", "2026-01-01", "B", "org.example");
        merged.merge(collection("two", "2025-02-01", "A", "org.example"));
        merged.merge(collection("one", "2025-02-01", "C", "org.example"));
        let families: Vec<&str> = merged.families.iter().map(|family| family.name.as_str()).collect();
        assert_eq!(families, ["B", "C"], "one source that names two families is taken at its word");
        assert_eq!(merged.indicators[0].sources.places().collect::<Vec<_>>(), [0, 1]);
        assert_eq!(merged.indicators[1].family, 1);
    }
}
