//! The notes of one file, as they are made: of each kind only the first few are kept, because a file can be odd in a
//! million places in the same way.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::notes;
use crate::note::{Note, Place, Template};

/// How many notes of one kind are kept.
const MAX_PER_KIND: u32 = 8;

/// Anomalies and problems of one file.
#[derive(Clone, Debug, Default)]
pub struct NoteList {
    anomalies: Vec<Note>,
    problems: Vec<Note>,
    counts: BTreeMap<Cow<'static, str>, u32>,
}

impl NoteList {
    /// Notes what is odd at `offset`.
    pub fn anomaly(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)], offset: u64) {
        if self.has_room(template.code.into()) {
            self.anomalies.push(Note::new(template, values).at(Place::offset(offset)));
        }
    }

    /// Notes what could not be read at `offset`.
    pub fn problem(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)], offset: u64) {
        if self.has_room(template.code.into()) {
            self.problems.push(Note::new(template, values).at(Place::offset(offset)));
        }
    }

    /// Adds a problem that has its place already.
    pub fn push_problem(&mut self, note: Note) {
        if self.has_room(note.code.clone()) {
            self.problems.push(note);
        }
    }

    /// Adds the anomalies of a part that starts at `start`.
    pub fn append_shifted(&mut self, notes: &[Note], start: u64) {
        for note in notes {
            if self.has_room(note.code.clone()) {
                let offset = note.place.offset.unwrap_or_default().saturating_add(start);
                self.anomalies.push(note.clone().at(Place::offset(offset)));
            }
        }
    }

    fn has_room(&mut self, code: Cow<'static, str>) -> bool {
        let count = self.counts.entry(code).or_default();
        *count = count.saturating_add(1);
        *count <= MAX_PER_KIND
    }

    /// The anomalies and the problems, with a last note for each kind of which some were not kept.
    pub fn finish(mut self) -> (Vec<Note>, Vec<Note>) {
        let more = self.counts.iter().filter(|(_, count)| **count > MAX_PER_KIND);
        self.anomalies.extend(more.map(|(code, count)| {
            Note::new(&notes::MORE_OF_THE_KIND, &[("code", code), ("count", &(count - MAX_PER_KIND))])
        }));
        (self.anomalies, self.problems)
    }
}
