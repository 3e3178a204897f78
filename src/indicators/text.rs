//! Indicators that are looked for in the text of an app: host names, addresses, sites, cloud projects, class names.
//!
//! One pass finds everything that could be a host name (see [`domain`]) and looks it up in a hash table
//! of all indicators, so that the time does not depend on their number. An Aho-Corasick automaton over the indicators
//! themselves was measured beside it: at 100,000 of them it takes a hundred times longer to build and slows the search
//! by half (docs/code.md).

use std::collections::HashMap;

use super::domain::{self, Run};
use super::{Database, IndicatorId, Kind, Match, mention};
use crate::code::mutf8;
use crate::code::{Text, TextKind};
use crate::note::{Place, printable};

/// An indicator that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The indicator.
    pub id: IndicatorId,
    /// What kind of text it is in; where it is in several, the one that tells most.
    pub kind: TextKind,
    /// The first place of that kind.
    pub place: Place,
    /// The text around it, fit to be shown.
    pub context: String,
    /// How often it was found in all.
    pub count: u64,
}

/// All indicators, ready to be looked up.
#[derive(Debug, Default)]
pub struct TextIndex {
    entries: Vec<Entry>,
    /// By canonical host name or address, the first of [`Self::entries`].
    hosts: HashMap<Box<str>, u32>,
    /// By cloud project.
    projects: HashMap<Box<str>, u32>,
    /// By class or package name, without a dot at the end.
    classes: HashMap<Box<str>, u32>,
    /// The most labels that a host name of the index has.
    labels: usize,
    /// Whether a host name of the index has letters outside ASCII.
    international: bool,
}

/// An indicator within the index.
#[derive(Clone, Debug)]
struct Entry {
    id: IndicatorId,
    rule: Rule,
    /// The next entry with the same key.
    next: Option<u32>,
}

/// What must hold besides the key.
#[derive(Clone, Debug)]
enum Rule {
    /// Nothing: a host name and all below it.
    Below,
    /// The whole name must be the key: an address has nothing below it.
    Whole,
    /// This path must follow.
    Path(Box<str>),
}

/// Where cloud projects have hosts of their own, named after the project.
const PROJECT_HOSTS: &[&str] = &[
    "appspot.com",
    "cloudfunctions.net",
    "firebaseapp.com",
    "firebasedatabase.app",
    "firebaseio.com",
    "firebasestorage.app",
    "iam.gserviceaccount.com",
    "web.app",
];

impl TextIndex {
    /// The index of a database's indicators.
    pub fn new(database: &Database) -> Self {
        Self::of(database.text_indicators())
    }

    /// Takes in indicators: a host name (of a site, it may go on with a path), an address, a cloud project's
    /// identifier or a class name's beginning, as the kind says. Those of other kinds, and those that can never be
    /// found, are left out.
    pub fn of<'d>(indicators: impl Iterator<Item = (IndicatorId, Kind, &'d str)>) -> Self {
        let mut index = Self::default();
        for (id, kind, value) in indicators {
            match kind {
                Kind::C2Domain | Kind::Website => index.add_site(value, id),
                Kind::C2Ip => index.add(|index| &mut index.hosts, value, id, Rule::Whole),
                Kind::CloudProject if value.contains('.') => index.add_site(value, id),
                Kind::CloudProject => index.add(|index| &mut index.projects, value, id, Rule::Below),
                Kind::ClassPrefix => {
                    index.add(|index| &mut index.classes, value.trim_end_matches('.'), id, Rule::Below);
                }
                _ => {}
            }
        }
        index
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn add_site(&mut self, value: &str, id: IndicatorId) {
        let address = value.split_once("://").map_or(value, |(_, rest)| rest);
        let (authority, path) = address.find('/').map_or((address, ""), |slash| address.split_at(slash));
        let host = authority.split_once(':').map_or(authority, |(host, _)| host);
        let Some(host) = domain::canonical(host) else { return };
        self.labels = self.labels.max(host.split('.').count());
        self.international |= host.contains("xn--");
        let rule = match path.trim_end_matches('/') {
            "" => Rule::Below,
            path => Rule::Path(path.into()),
        };
        self.add(|index| &mut index.hosts, &host, id, rule);
    }

    fn add(&mut self, map: impl Fn(&mut Self) -> &mut HashMap<Box<str>, u32>, key: &str, id: IndicatorId, rule: Rule) {
        let Ok(place) = u32::try_from(self.entries.len()) else { return };
        let next = map(self).insert(key.into(), place);
        self.entries.push(Entry { id, rule, next });
    }

    /// The entries with a key, the last added first.
    fn chain(&self, first: Option<&u32>) -> impl Iterator<Item = &Entry> {
        let entry = |place: &u32| self.entries.get(*place as usize);
        std::iter::successors(first.and_then(entry), move |previous| previous.next.as_ref().and_then(entry))
    }

    /// Hands the indicators in a text to `visit`: number, where it starts and ends.
    fn search(&self, text: &Text, visit: &mut dyn FnMut(IndicatorId, usize, usize)) {
        if !self.hosts.is_empty() || !self.projects.is_empty() {
            domain::for_each_run(text.bytes, &mut |run| self.look_up(text.bytes, run, visit));
        }
        if matches!(text.kind, TextKind::DexString | TextKind::Resource | TextKind::Setting)
            && is_peculiar(text.bytes)
            && let Some(first) = self.project_named(text.bytes)
        {
            self.chain(Some(first)).for_each(|entry| visit(entry.id, 0, text.bytes.len()));
        }
        if text.kind == TextKind::ClassName && !self.classes.is_empty() {
            self.look_up_class(text.bytes, visit);
        }
    }

    fn look_up(&self, bytes: &[u8], run: Run, visit: &mut dyn FnMut(IndicatorId, usize, usize)) {
        let end = run.start + run.text.len();
        // An address has four parts, and no name of the index may have as many.
        for (start, suffix) in run.suffixes(self.labels.max(4)) {
            if !suffix.is_ascii() && !self.international {
                break;
            }
            let Some(host) = domain::canonical(suffix) else { continue };
            for entry in self.chain(self.hosts.get(&*host)) {
                let end = match &entry.rule {
                    Rule::Below => Some(end),
                    Rule::Whole => (start == run.start).then_some(end),
                    Rule::Path(path) => path_follows(bytes, end, path),
                };
                if let Some(end) = end {
                    visit(entry.id, start, end);
                }
            }
            if !self.projects.is_empty() && PROJECT_HOSTS.contains(&&*host) {
                self.look_up_project(run, start, visit);
            }
        }
    }

    /// Looks for a project in the name before a cloud host, which starts at `cloud`: in the label before it, or in the
    /// one before that, where a region stands between.
    fn look_up_project(&self, run: Run, cloud: usize, visit: &mut dyn FnMut(IndicatorId, usize, usize)) {
        let Some(before) = run.text.get(..(cloud - run.start).saturating_sub(1)) else { return };
        for label in before.rsplit('.').take(2) {
            if let Some(first) = self.project_named(label.as_bytes()) {
                let start = run.start + (label.as_ptr() as usize - run.text.as_ptr() as usize);
                self.chain(Some(first)).for_each(|entry| visit(entry.id, start, run.start + run.text.len()));
            }
        }
    }

    /// The project that a text, or a label of a cloud host, is the name of. A project's first Realtime Database is
    /// named after it with `-default-rtdb`.
    fn project_named(&self, name: &[u8]) -> Option<&u32> {
        if self.projects.is_empty() || name.len() > MAX_PROJECT {
            return None;
        }
        let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
        self.projects.get(name.strip_suffix("-default-rtdb").unwrap_or(&name))
    }

    fn look_up_class(&self, descriptor: &[u8], visit: &mut dyn FnMut(IndicatorId, usize, usize)) {
        let Some(name) = std::str::from_utf8(descriptor).ok().and_then(|text| text.strip_prefix('L')) else { return };
        let name = name.trim_end_matches(';').replace('/', ".");
        let borders = name.match_indices(['.', '$']).map(|(border, _)| border).chain([name.len()]);
        for border in borders.take(MAX_CLASS_PARTS) {
            let found = name.get(..border).and_then(|prefix| self.classes.get(prefix));
            self.chain(found).for_each(|entry| visit(entry.id, 0, border + 1));
        }
    }
}

/// The longest name of a cloud project that is looked up, in bytes (Google's project identifiers have at most 30
/// characters; the suffix of a database comes on top).
const MAX_PROJECT: usize = 64;

/// Whether a string by itself can only be the name of a project: names without a digit and a hyphen may be words.
fn is_peculiar(name: &[u8]) -> bool {
    name.contains(&b'-') && name.iter().any(u8::is_ascii_digit)
}

/// How many parts of a class name are looked at.
const MAX_CLASS_PARTS: usize = 32;

/// Where a path ends that must follow at `end`, after a port perhaps; `None` where it does not follow, or goes on.
fn path_follows(bytes: &[u8], end: usize, path: &str) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let port = match rest {
        [b':', digits @ ..] => 1 + digits.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    let rest = rest.get(port..)?.strip_prefix(path.as_bytes())?;
    // A dot ends a sentence, or goes on with a further part of a name.
    let goes_on = match rest {
        [b'.', next, ..] => next.is_ascii_alphanumeric(),
        [byte, ..] => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~'),
        [] => false,
    };
    (!goes_on).then_some(end + port + path.len())
}

/// Collects the indicators of an index in the texts of one app.
#[derive(Debug)]
pub struct Scanner<'i> {
    index: &'i TextIndex,
    hits: HashMap<IndicatorId, Hit>,
}

impl<'i> Scanner<'i> {
    /// A scanner that has found nothing yet.
    pub fn new(index: &'i TextIndex) -> Self {
        Self { index, hits: HashMap::new() }
    }

    /// Looks for the indicators in a text.
    pub fn scan(&mut self, text: &Text) {
        let Self { index, hits } = self;
        index.search(text, &mut |id, start, end| {
            if !(text.window.0..text.window.1).contains(&start) {
                return;
            }
            let count = hits.get(&id).map_or(0, |hit| hit.count) + 1;
            let (place, kind) = text.place_of(start);
            let kind = mention::kind_at(&Text { kind, ..*text }, start, end);
            match hits.get_mut(&id) {
                Some(hit) if hit.kind >= kind => hit.count = count,
                _ => {
                    let context = context(text.bytes, start, end);
                    hits.insert(id, Hit { id, kind, place, context, count });
                }
            }
        });
    }

    /// What was found, each indicator once, in the order of their numbers.
    pub fn finish(self) -> Vec<Hit> {
        let mut hits = self.hits.into_values().collect::<Vec<_>>();
        hits.sort_unstable_by_key(|hit| hit.id);
        hits
    }
}

/// What the hits mean: a match for each family that an indicator is published for. In text that people read, a host
/// or a project is no more than a mention.
pub fn matches(database: &Database, hits: &[Hit]) -> Vec<Match> {
    hits.iter()
        .flat_map(|hit| database.found(hit.id, &hit.place, Some(&hit.context), mention::weakening(hit.kind)))
        .collect()
}

/// How many bytes of context are shown on each side of a find.
const CONTEXT: usize = 80;

/// The text around a find, up to the nearest control characters.
fn context(bytes: &[u8], start: usize, end: usize) -> String {
    let is_control = |byte: &u8| *byte < 0x20 || *byte == 0x7F;
    let far_start = start.saturating_sub(CONTEXT);
    let far_end = end.saturating_add(CONTEXT).min(bytes.len());
    let from = bytes[far_start..start].iter().rposition(is_control).map_or(far_start, |at| far_start + at + 1);
    let to = bytes[end..far_end].iter().position(is_control).map_or(far_end, |at| end + at);
    let shown = mutf8::decode(&bytes[from..to]);
    // A character that was cut in two at either end is no part of the text.
    printable(shown.trim_matches('\u{FFFD}'))
}

#[cfg(test)]
mod tests;
