//! What changed from one collection to another, for reviewing an update.

use std::collections::BTreeMap;
use std::fmt;

use super::collection::{Collection, Indicator};
use super::{Class, Kind, Weakening};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The family that it concerns.
    pub family: String,
    /// What the family is.
    pub class: Class,
    /// What kind of fact.
    pub kind: Kind,
    /// The value.
    pub value: String,
    /// What happened.
    pub what: What,
}

/// What happened to an indicator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It counts for more or less than before.
    Weighed {
        /// The reason to weaken it that it had.
        before: Option<Weakening>,
        /// The one it has.
        after: Option<Weakening>,
    },
}

/// The differences, by family, kind and value. Both collections must be normalised.
pub fn diff(old: &Collection, new: &Collection) -> Vec<Change> {
    let (old, new) = (indexed(old), indexed(new));
    let mut changes = Vec::new();
    let mut push = |(family, class, kind, value): &Key, what: What| {
        changes.push(Change {
            family: (*family).to_owned(),
            class: *class,
            kind: *kind,
            value: (*value).to_owned(),
            what,
        });
    };
    for (key, before) in &old {
        match new.get(key) {
            None => push(key, What::Removed),
            Some(after) if after != before => push(key, What::Weighed { before: *before, after: *after }),
            Some(_) => {}
        }
    }
    for key in new.keys().filter(|key| !old.contains_key(*key)) {
        push(key, What::Added);
    }
    changes.sort();
    changes
}

type Key<'a> = (&'a str, Class, Kind, &'a str);

fn indexed(collection: &Collection) -> BTreeMap<Key<'_>, Option<Weakening>> {
    let key = |indicator: &'_ Indicator| {
        let family = collection.families.get(indicator.family as usize)?;
        Some((family.name.as_str(), family.class))
    };
    collection
        .indicators
        .iter()
        .filter_map(|indicator| {
            let (name, class) = key(indicator)?;
            Some(((name, class, indicator.kind, indicator.value.as_str()), indicator.weakened))
        })
        .collect()
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let code = |weakening: &Option<Weakening>| weakening.map_or("nothing", Into::into);
        let sign = match self.what {
            What::Added => '+',
            What::Removed => '-',
            What::Weighed { .. } => '~',
        };
        write!(f, "{sign} {} ({}): {} {}", self.family, self.class, self.kind, self.value)?;
        match &self.what {
            What::Weighed { before, after } => write!(f, ", weakened by {}, before by {}", code(after), code(before)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(values: &[(&str, Option<Weakening>)]) -> Collection {
        let mut collection = Collection::default();
        let family = collection.family("A", Class::Watchware, &[]);
        for (value, weakened) in values {
            collection.indicators.push(Indicator {
                kind: Kind::Package,
                value: (*value).to_owned(),
                family,
                sources: super::super::collection::SourceSet::default(),
                weakened: *weakened,
            });
        }
        collection.normalise();
        collection
    }

    #[test]
    fn additions_removals_and_other_weights_are_told() {
        let old = collection(&[("a.a", None), ("b.b", None), ("c.c", None)]);
        let new = collection(&[("b.b", Some(Weakening::GenericName)), ("c.c", None), ("d.d", None)]);
        let lines: Vec<String> = diff(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "- A (watchware): package a.a",
                "~ A (watchware): package b.b, weakened by generic-name, before by nothing",
                "+ A (watchware): package d.d",
            ]
        );
        assert_eq!(diff(&new, &new), []);
    }
}
