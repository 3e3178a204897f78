//! Takes what the readers of all forms find, one value at a time: used, or counted and named with the reason.

use std::collections::{BTreeMap, HashSet};

use super::url::address;
use super::{Format, ImportError, Imported, MAX_NAMED, Options, Remark, Remarked, Skipped};
use crate::indicators::collection::{Collection, Indicator, Source, SourceSet};
use crate::indicators::judged::{Judgement, judgement};
use crate::indicators::values::{self, ValueError};
use crate::indicators::{Class, Kind, Weakening, hosts, pack};

/// Takes what a reader finds.
pub(super) struct Taker<'a> {
    format: Format,
    pub(super) options: &'a Options,
    collection: Collection,
    sources: SourceSet,
    used: usize,
    skipped: usize,
    /// How many of those were understood, and are no indicators by their publisher's word or by a judgement.
    decided: usize,
    named: Vec<Skipped>,
    /// The families that the file gives no class.
    classless: HashSet<u32>,
    class_assumed: usize,
    remarks: BTreeMap<Remark, Remarked>,
}

impl<'a> Taker<'a> {
    pub(super) fn new(format: Format, options: &'a Options) -> Self {
        let mut collection =
            Collection { version: options.date.clone(), date: options.date.clone(), ..Collection::default() };
        let sources = collection.source(Source {
            name: options.file_name.chars().take(100).collect(),
            title: "imported file".to_owned(),
            date: options.date.clone(),
            ..Source::default()
        });
        Self {
            format,
            options,
            collection,
            sources,
            used: 0,
            skipped: 0,
            decided: 0,
            named: Vec::new(),
            classless: HashSet::new(),
            class_assumed: 0,
            remarks: BTreeMap::new(),
        }
    }

    /// The name of the file without its extension: the family of values that are given none.
    pub(super) fn file_family(&self) -> String {
        let name = self.options.file_name.as_str();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if stem.is_empty() { "imported".to_owned() } else { stem.chars().take(100).collect() }
    }

    /// A family, for [`Taker::take`].
    pub(super) fn family(&mut self, name: &str, class: Option<Class>, aliases: &[String]) -> u32 {
        let name: String = name.trim().chars().filter(|character| !character.is_control()).take(200).collect();
        let name = if name.is_empty() { self.file_family() } else { name };
        let family = self.collection.family(&name, class.unwrap_or(self.options.class), aliases);
        if class.is_none() {
            self.classless.insert(family);
        }
        family
    }

    /// One value: it is used, or counted and named. Whether it is used.
    pub(super) fn take(&mut self, place: impl ToString, family: u32, kind: Kind, value: &str) -> bool {
        if self.collection.indicators.len() >= pack::MAX_INDICATORS {
            self.skip(place, value, "there are more indicators than a database can hold");
            return false;
        }
        let value = match values::normalise(kind, value) {
            Ok(value) => value,
            Err(reason @ (ValueError::SharedHost(_) | ValueError::PublishedKey(_))) => {
                self.skip_decided(place, value, reason);
                return false;
            }
            Err(reason) => {
                self.skip(place, value, reason);
                return false;
            }
        };
        let Some(weakened) = self.judge(&place, kind, &value) else { return false };
        self.push(kind, value, family, weakened);
        self.used += 1;
        self.class_assumed += usize::from(self.classless.contains(&family));
        true
    }

    /// The same value as one of another kind: it is one value, and counted once.
    pub(super) fn take_also(&mut self, family: u32, kind: Kind, value: &str) {
        if let Ok(value) = values::normalise(kind, value) {
            self.push(kind, value, family, None);
        }
    }

    fn push(&mut self, kind: Kind, value: String, family: u32, weakened: Option<Weakening>) {
        let sources = self.sources;
        self.collection.indicators.push(Indicator { kind, value, family, sources, weakened });
    }

    /// What was decided about a value, told: none where it is left out.
    fn judge(&mut self, place: &impl ToString, kind: Kind, value: &str) -> Option<Option<Weakening>> {
        match judgement(kind, value) {
            None => Some(None),
            Some(Judgement::Weakened(weakening, reason)) => {
                self.remark(Remark::CountsForLess, place, value, reason);
                Some(Some(weakening))
            }
            Some(Judgement::LeftOut(reason)) => {
                self.skip_decided(place.to_string(), value, ValueError::LeftOut(reason));
                None
            }
        }
    }

    /// A host, an address or a URL, as sites and servers are. A URL of a server is looked for as a whole; its host
    /// alone is no more than a site, and nothing where others use it too.
    pub(super) fn take_site(&mut self, place: impl ToString, family: u32, kind: Kind, value: &str) {
        let address = address(value);
        if address.host.parse::<std::net::IpAddr>().is_ok() {
            self.take(place, family, Kind::C2Ip, &address.host);
            return;
        }
        if address.path.is_empty() {
            self.take(place, family, kind, &address.host);
            return;
        }
        let site = values::normalise(Kind::Website, &address.host);
        let is_its_own = site.as_ref().is_ok_and(|host| judgement(Kind::Website, host).is_none());
        if is_its_own && kind == Kind::Website {
            self.take(place, family, kind, &address.host);
            return;
        }
        let place = place.to_string();
        let url = format!("{}{}", address.host, address.path);
        if !self.take(&place, family, kind, &url) {
            return;
        }
        match site {
            Ok(host) if is_its_own => {
                self.push(Kind::Website, host, family, None);
                self.remark(Remark::UrlAsAWhole, &place, &url, "its host alone counts as a site");
            }
            _ => {
                let host = values::normalise(kind, &url).unwrap_or(url);
                let reason = host.split('/').next().and_then(hosts::shared);
                self.remark(Remark::UrlAsAWhole, &place, &host, reason.unwrap_or("honest apps use this host"));
            }
        }
    }

    /// All of another collection, with its sources and classes.
    pub(super) fn take_all(&mut self, other: Collection) {
        let (version, date) = (other.version.clone(), other.date.clone());
        let sources = other.sources.clone();
        let mut indicators = Vec::with_capacity(other.indicators.len());
        for indicator in other.indicators {
            if let Some(weakened) = self.judge(&"a value of the pack", indicator.kind, &indicator.value) {
                let weakened = indicator.weakened.or(weakened);
                indicators.push(Indicator { weakened, ..indicator });
                self.used += 1;
            }
        }
        self.collection = Collection { version, date, sources, families: other.families, indicators };
    }

    /// A value that is not used.
    pub(super) fn skip(&mut self, place: impl ToString, value: &str, reason: impl ToString) {
        self.skipped += 1;
        if self.named.len() < MAX_NAMED {
            self.named.push(named(place, value, reason));
        }
    }

    /// A value that was understood, and is no indicator: by its publisher's word, or by a judgement.
    pub(super) fn skip_decided(&mut self, place: impl ToString, value: &str, reason: impl ToString) {
        self.decided += 1;
        self.skip(place, value, reason);
    }

    /// Something to be known of a value that is used.
    pub(super) fn remark(&mut self, remark: Remark, place: &impl ToString, value: &str, reason: &str) {
        let known = self.remarks.entry(remark).or_insert(Remarked { remark, count: 0, named: Vec::new() });
        known.count += 1;
        if known.named.len() < MAX_NAMED {
            known.named.push(named(place.to_string(), value, reason));
        }
    }

    /// A list that was read and holds nothing to look for is one; a file in which nothing could be used is none.
    pub(super) fn finish(mut self) -> Result<Imported, ImportError> {
        if self.used == 0 && self.decided == 0 {
            self.named.truncate(2);
            return Err(ImportError::Nothing(self.named));
        }
        self.collection.normalise();
        let Self { format, collection, used, skipped, named, class_assumed, remarks, .. } = self;
        let remarks = remarks.into_values().collect();
        Ok(Imported { format, collection, used, skipped, named, class_assumed, remarks })
    }
}

fn named(place: impl ToString, value: &str, reason: impl ToString) -> Skipped {
    let value = crate::note::printable(value).chars().take(100).collect();
    Skipped { place: place.to_string(), value, reason: reason.to_string() }
}

/// A collection that was not imported, as of a folder of source files, with the judgements on its values.
pub fn judged(collection: Collection, options: &Options) -> Result<Imported, ImportError> {
    let mut taker = Taker::new(Format::Pack, options);
    taker.take_all(collection);
    taker.finish()
}

/// A digest's kind by its length, where a form leaves open what it is a digest of.
pub(super) fn digest_kind(value: &str) -> Result<Kind, ValueError> {
    match value.chars().filter(char::is_ascii_hexdigit).count() {
        40 => Ok(Kind::CertificateSha1),
        64 => Ok(Kind::CertificateSha256),
        _ => Err(ValueError::NotADigest(40)),
    }
}
