//! The search of one app: text indicators and YARA rules, over what [`code::visit`](crate::code::visit) hands on.

use super::text::{self, Scanner, TextIndex};
use super::yara::{self, RuleHit, Rules, Scan};
use super::{Database, Match};
use crate::code::{FileKind, MAX_WHOLE, Text, Visitor};
use crate::note::{Note, Place};
use crate::source::{Source, SourceError, read_vec};

/// How many files the rules may run out of time on before they are given up for an app: with that many, it is the
/// rules that are too slow, or the app is made to make them so.
const MAX_TIMEOUTS: usize = 3;

pub mod notes {
    //! What kept an app from being searched as a whole.

    crate::note::note_templates! {
        /// The rules were stopped.
        RULES_TIMED_OUT = "rules-timed-out", "The YARA rules took too long on {entry} and were stopped: not all of them were tried on it.";
        /// The rules were stopped on an archive's own bytes.
        RULES_TIMED_OUT_ARCHIVE = "rules-timed-out-archive", "The YARA rules took too long on the file as it is and were stopped: not all of them were tried on it.";
        /// The file is too large to be held.
        RULES_NOT_ON_ARCHIVE = "rules-not-on-archive", "The YARA rules were not tried on the file as it is, but only on what is in it: it has more than {limit} bytes.";
        /// The rules were given up.
        RULES_GIVEN_UP = "rules-given-up", "The YARA rules took too long on {limit} files of this app. They were not tried on the rest.";
    }
}

/// Collects what is found in one app. It is the visitor for [`code::visit`](crate::code::visit).
pub struct Search<'a> {
    scanner: Scanner<'a>,
    rules: Option<&'a Rules>,
    hits: Vec<RuleHit>,
    problems: Vec<Note>,
    timeouts: usize,
    tick: &'a mut dyn FnMut(),
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The matches, not settled yet.
    pub matches: Vec<Match>,
    /// What could not be searched.
    pub problems: Vec<Note>,
}

impl<'a> Search<'a> {
    /// A search that has found nothing yet. `tick` is called at each entry, as a sign that the search goes on.
    pub fn new(index: &'a TextIndex, rules: Option<&'a Rules>, tick: &'a mut dyn FnMut()) -> Self {
        Self { scanner: Scanner::new(index), rules, hits: Vec::new(), problems: Vec::new(), timeouts: 0, tick }
    }

    /// Runs the rules over the manifest as text, as rules from elsewhere expect it. A find's offset in the text is
    /// none in the entry, and is left out.
    pub fn manifest_text(&mut self, entry: &str, text: &str) {
        let known = self.hits.len();
        self.run_rules(entry, text.as_bytes());
        self.hits.iter_mut().skip(known).for_each(|hit| hit.place.offset = None);
    }

    /// What the finds mean.
    pub fn finish(self, database: &Database) -> Found {
        let mut matches = text::matches(database, &self.scanner.finish());
        matches.extend(yara::matches(&self.hits));
        Found { matches, problems: self.problems }
    }

    /// Runs the rules over an archive's own bytes, as rules for whole files expect it. Those that are shipped are for
    /// the files in it: nothing is missed when an archive is too large for them alone.
    ///
    /// # Errors
    /// When the source fails.
    pub fn archive(&mut self, source: &dyn Source) -> Result<(), SourceError> {
        let Some(rules) = self.rules.filter(|_| self.timeouts < MAX_TIMEOUTS) else { return Ok(()) };
        if source.len() > MAX_WHOLE as u64 {
            if rules.are_brought() {
                self.problems.push(Note::new(&notes::RULES_NOT_ON_ARCHIVE, &[("limit", &MAX_WHOLE)]));
            }
            return Ok(());
        }
        (self.tick)();
        let scan = rules.scan_archive(&read_vec(source, 0, source.len())?);
        self.take(scan, Note::new(&notes::RULES_TIMED_OUT_ARCHIVE, &[]));
        Ok(())
    }

    fn run_rules(&mut self, entry: &str, bytes: &[u8]) {
        let Some(rules) = self.rules.filter(|_| self.timeouts < MAX_TIMEOUTS) else { return };
        let timed_out = Note::new(&notes::RULES_TIMED_OUT, &[("entry", &entry)]).at(Place::entry(entry));
        self.take(rules.scan(entry, bytes), timed_out);
    }

    fn take(&mut self, scan: Scan, timed_out: Note) {
        self.hits.extend(scan.hits);
        if scan.timed_out {
            self.timeouts += 1;
            self.problems.push(timed_out);
            if self.timeouts == MAX_TIMEOUTS {
                self.problems.push(Note::new(&notes::RULES_GIVEN_UP, &[("limit", &MAX_TIMEOUTS)]));
            }
        }
    }
}

impl Visitor for Search<'_> {
    fn entry(&mut self, _name: &str) {
        (self.tick)();
    }

    fn text(&mut self, text: &Text) {
        self.scanner.scan(text);
    }

    fn wants(&self, kind: FileKind) -> bool {
        self.rules.is_some() && kind != FileKind::ResourceTable
    }

    fn file(&mut self, entry: &str, kind: FileKind, bytes: &[u8]) {
        // Of the binary XML in an app, layouts and the like, rules are for the manifest.
        let is_manifest = entry.rsplit('/').next() == Some(crate::archive::MANIFEST);
        if kind != FileKind::BinaryXml || is_manifest {
            self.run_rules(entry, bytes);
        }
    }
}
