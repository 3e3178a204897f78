//! The resource table `resources.arsc`, as Android reads it.
//!
//! [`ResourceTable::parse`] finds out what is where; an entry is read when it is asked for. What is asked for is
//! asked on behalf of a device: [`Configuration::neutral_phone`] unless another is named. Source of the format: AOSP
//! `frameworks/base/libs/androidfw`, named at each part; `docs/resources.md` tells how a value is chosen.

mod chunks;
mod configuration;
mod framework;
mod locale;
pub mod notes;
mod package;
mod parse;
mod qualifiers;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

pub use configuration::{Configuration, DENSITY_ANY, DENSITY_NONE};
pub use locale::Locale;
pub use package::{Overlayable, Package};

use notes::unread;
use package::{Content, Entry, MAP_SIZE, TypeChunk};

use super::string_pool::StringPool;
use super::value::Value;
use crate::note::Note;

/// A resource table. It keeps the table's bytes and decodes an entry when asked for it.
#[derive(Debug, Default)]
pub struct ResourceTable {
    bytes: Vec<u8>,
    strings: StringPool,
    packages: Vec<Package>,
    anomalies: Vec<Note>,
    problems: Vec<Note>,
    /// How many type chunks were looked at so far: see [`MAX_WORK`].
    work: Cell<u32>,
}

/// Why bytes are no resource table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// There are no bytes.
    #[error("resources.arsc is empty")]
    Empty,
    /// They end before the table's header does.
    #[error("resources.arsc ends before its resource table begins")]
    Truncated,
    /// No chunk of the kind `RES_TABLE_TYPE` is among them.
    #[error("there is no resource table in resources.arsc")]
    NotATable,
}

/// A style, an array, a plural: values by name or number.
#[derive(Clone, Debug, PartialEq)]
pub struct Bag {
    /// The resource that it adds to; 0 when there is none.
    pub parent: u32,
    /// The attribute, or the number (from 0x02000000 on in an array), and the value of each item.
    pub items: Vec<(u32, Value)>,
}

/// `SYS_PACKAGE_ID` and `APP_PACKAGE_ID` in `ResourceTypes.cpp`: numbers that are the same at build time and here.
const SYSTEM_PACKAGE: u32 = 0x01;
const APP_PACKAGE: u32 = 0x7F;
/// How often a reference to a reference is followed, as in `AssetManager2::ResolveReference`.
const MAX_REFERENCES: usize = 20;
/// How many type chunks all look-ups in a table may look at: each look-up looks at every configuration of its type. A
/// large app's manifest needs some ten thousand.
const MAX_WORK: u32 = 20_000_000;

/// An entry that was chosen among those of its resource.
struct Found<'a> {
    package: &'a Package,
    type_id: u8,
    chunk: &'a TypeChunk,
    entry: Entry,
}

impl ResourceTable {
    fn of(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// The packages, in the table's order.
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// What is odd about the table and accepted by Android. Places are offsets in the table.
    pub fn anomalies(&self) -> &[Note] {
        &self.anomalies
    }

    /// What Android refuses the table for, and what could not be read or looked up.
    pub fn problems(&self) -> Vec<Note> {
        let exceeded = (self.work.get() >= MAX_WORK).then(|| Note::new(&unread::WORK_EXCEEDED, &[]));
        self.problems.iter().cloned().chain(exceeded).collect()
    }

    /// Every id that the table has an entry for, in order. Broken entries are among them.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        let mut ids = BTreeSet::new();
        for package in &self.packages {
            for (type_id, chunks) in &package.types {
                let upper = u32::from(package.id) << 24 | u32::from(type_id.wrapping_add(package.type_offset)) << 16;
                for chunk in chunks {
                    let places = (0..chunk.entry_count).filter_map(|place| chunk.place(&self.bytes, place));
                    ids.extend(places.map(|(entry, _)| upper | u32::from(entry)));
                }
            }
        }
        ids.into_iter()
    }

    /// The resource's name: `string/app_name`; `android:style/Theme` for those of the system that manifests name most.
    pub fn name(&self, id: u32) -> Option<String> {
        let Some(found) = self.find(id, None) else {
            return framework::name(id).map(|name| format!("android:{name}"));
        };
        let kind = found.package.type_names.as_ref()?.get(u32::from(found.type_id).checked_sub(1)?)?;
        let entry = found.package.entry_names.as_ref()?.get(found.entry.name)?;
        Some(format!("{kind}/{entry}"))
    }

    /// The value that a neutral phone takes, references followed: see [`ResourceTable::resolve_for`].
    pub fn resolve(&self, id: u32) -> Option<Value> {
        self.resolve_for(id, &Configuration::neutral_phone())
    }

    /// The value that `device` takes, references followed.
    ///
    /// A reference that leads nowhere, or in a circle, is the value itself; a style or an array is a reference to
    /// itself ([`ResourceTable::bag`] reads it). A resource that has nothing for the device, not even unqualified
    /// values, gives what an American English device takes, or else the first in the table; Android would find nothing.
    /// None for a resource that is not in the table.
    pub fn resolve_for(&self, id: u32, device: &Configuration) -> Option<Value> {
        self.follow(id, device, |_, _| {})
    }

    /// As [`ResourceTable::resolve_for`], with the configuration that the value was found under.
    pub fn resolve_with_configuration(&self, id: u32, device: &Configuration) -> Option<(Configuration, Value)> {
        let mut taken = Configuration::default();
        let value = self.follow(id, device, |_, configuration| taken = *configuration)?;
        Some((taken, value))
    }

    /// As [`ResourceTable::resolve_for`]; `visit` is told of every resource on the way and the configuration taken.
    fn follow(&self, id: u32, device: &Configuration, mut visit: impl FnMut(u32, &Configuration)) -> Option<Value> {
        let (mut id, mut last) = (id, None);
        for _ in 0..=MAX_REFERENCES {
            let Some(found) = self.choose(id, device) else {
                return framework::value(id).or(last);
            };
            visit(id, &found.chunk.configuration);
            let value = self.value(&found).unwrap_or(Value::Reference(id));
            match value.as_reference() {
                Some(next) if next != id => (id, last) = (next, Some(value)),
                _ => return Some(value),
            }
        }
        last
    }

    /// The values for every configuration, in the table's order, references not followed. Styles and arrays are not
    /// among them.
    pub fn values(&self, id: u32) -> Vec<(Configuration, Value)> {
        self.candidates(id).filter_map(|found| Some((found.chunk.configuration, self.value(&found)?))).collect()
    }

    /// The text in every locale that has its own, by BCP 47 tag, as a neutral phone set to that locale takes it. The
    /// default is not among them: [`ResourceTable::resolve`] gives it.
    pub fn strings_by_locale(&self, id: u32) -> BTreeMap<String, String> {
        let mut locales = BTreeSet::new();
        let (mut seen, mut waiting) = (BTreeSet::from([id]), vec![id]);
        while let Some(id) = waiting.pop() {
            for (configuration, value) in self.values(id) {
                locales.insert(configuration.locale);
                let next = value.as_reference().filter(|_| seen.len() <= MAX_REFERENCES);
                waiting.extend(next.filter(|next| seen.insert(*next)));
            }
        }
        let mut strings = BTreeMap::new();
        for locale in locales.into_iter().filter(|locale| !locale.is_any()) {
            let device = Configuration::neutral_phone().with_locale(locale);
            let mut is_own = false;
            let value = self.follow(id, &device, |_, taken| is_own |= taken.locale == locale);
            if let (Some(Value::String(text)), Some(tag), true) = (value, locale.tag(), is_own) {
                strings.entry(tag).or_insert(text);
            }
        }
        strings
    }

    /// The style, array or plural that a neutral phone takes.
    pub fn bag(&self, id: u32) -> Option<Bag> {
        let found = self.choose(id, &Configuration::neutral_phone())?;
        let Content::Bag { parent, start, count } = found.entry.content else { return None };
        let maps = self.bytes.get(start..start.checked_add(count.checked_mul(MAP_SIZE)?)?)?;
        let items = maps.chunks_exact(MAP_SIZE).filter_map(|map| {
            let name = super::chunk::u32_at(map, 0)?;
            Some((name, self.own(found.package, Value::read(map, 4, &self.strings)?)))
        });
        Some(Bag { parent, items: items.collect() })
    }

    /// An entry's value; none for a bag.
    fn value(&self, found: &Found) -> Option<Value> {
        match found.entry.content {
            Content::Value { data_type, data } => {
                Some(self.own(found.package, Value::new(data_type, data, &self.strings)))
            }
            Content::Bag { .. } => None,
        }
    }

    /// Gives a reference by build-time number the number that its package has here
    /// (`DynamicRefTable::lookupResourceId`): a library of this table, or the package itself for 0. For 0 that is so
    /// whether or not the reference says that it is one (`DynamicRefTable::lookupResourceValue`).
    fn own(&self, package: &Package, value: Value) -> Value {
        let number = |id: u32| {
            let name =
                package.libraries.iter().find(|(library, _)| u32::from(*library) == id >> 24).map(|(_, name)| name);
            let library = self.packages.iter().find(|other| Some(&other.name) == name);
            match (id >> 24, library) {
                _ if id == 0 => Some(id),
                (0, _) => Some(id | u32::from(package.id) << 24),
                (_, Some(library)) => Some(id & 0xFF_FFFF | u32::from(library.id) << 24),
                (SYSTEM_PACKAGE | APP_PACKAGE, _) => Some(id),
                // Android knows no such package, and leaves the value as it is.
                _ => None,
            }
        };
        match value {
            Value::DynamicReference(id) => number(id).map_or(value, Value::Reference),
            Value::DynamicAttribute(id) => number(id).map_or(value, Value::Attribute),
            Value::Reference(id @ 0..=0xFF_FFFF) => number(id).map_or(value, Value::Reference),
            Value::Attribute(id @ 0..=0xFF_FFFF) => number(id).map_or(value, Value::Attribute),
            other => other,
        }
    }

    /// What `device` takes, or what stands in for it: see [`ResourceTable::resolve_for`].
    fn choose(&self, id: u32, device: &Configuration) -> Option<Found<'_>> {
        let american = || Locale::new("en", "US").map(|locale| device.with_locale(locale));
        self.find(id, Some(device)).or_else(|| self.find(id, Some(&american()?))).or_else(|| self.find(id, None))
    }

    /// The entry that Android chooses for a device, or the first one (`AssetManager2::FindEntryInternal`).
    ///
    /// The best is chosen among those that the index names; when it then turns out to be broken, nothing is found.
    fn find(&self, id: u32, device: Option<&Configuration>) -> Option<Found<'_>> {
        let Some(device) = device else { return self.candidates(id).next() };
        let mut best: Option<(&Package, u8, &TypeChunk, usize)> = None;
        for (package, type_id, chunk, entry) in self.chunks(id) {
            let configuration = &chunk.configuration;
            if configuration.matches(device)
                && best.is_none_or(|(_, _, best, _)| configuration.is_better_than(&best.configuration, device))
                && let Some(offset) = chunk.offset_of(&self.bytes, entry)
            {
                best = Some((package, type_id, chunk, offset));
            }
        }
        let (package, type_id, chunk, offset) = best?;
        Some(Found { package, type_id, chunk, entry: chunk.entry(&self.bytes, offset)? })
    }

    /// Every whole entry of a resource.
    fn candidates(&self, id: u32) -> impl Iterator<Item = Found<'_>> {
        self.chunks(id).filter_map(|(package, type_id, chunk, entry)| {
            let offset = chunk.offset_of(&self.bytes, entry)?;
            Some(Found { package, type_id, chunk, entry: chunk.entry(&self.bytes, offset)? })
        })
    }

    /// The type chunks that may have an entry for the resource, and the entry's number. Packages of the same number are
    /// one to Android.
    fn chunks(&self, id: u32) -> impl Iterator<Item = (&Package, u8, &TypeChunk, u16)> {
        let alias = self.packages.iter().find_map(|package| package.aliases.get(&id));
        let id = alias.copied().unwrap_or(id);
        let [package_id, type_id, ..] = id.to_be_bytes();
        let packages = self.packages.iter().filter(move |package| package.id == package_id);
        let chunks = packages.filter_map(move |package| {
            let type_id = type_id.checked_sub(package.type_offset)?;
            Some((package, type_id, package.types.get(&type_id)?))
        });
        let chunks =
            chunks.flat_map(|(package, type_id, chunks)| chunks.iter().map(move |chunk| (package, type_id, chunk)));
        chunks.map(move |(package, type_id, chunk)| (package, type_id, chunk, id as u16)).take_while(|_| {
            let work = self.work.get().saturating_add(1).min(MAX_WORK);
            self.work.set(work);
            work < MAX_WORK
        })
    }
}
