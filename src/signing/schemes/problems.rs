//! What is wrong with a signature, and what is merely odd about it.

use crate::note::{Note, Place, Template};

/// The errors and warnings of one signer or scheme, in the order they were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// The signature does not hold because of these.
    pub errors: Vec<Note>,
    /// These change nothing about the signature.
    pub warnings: Vec<Note>,
}

impl Problems {
    /// Whether the signature does not hold.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Adds an error.
    pub fn error(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)]) {
        self.errors.push(Note::new(template, values));
    }

    /// Adds a warning.
    pub fn warning(&mut self, template: &'static Template, values: &[(&str, &dyn ToString)]) {
        self.warnings.push(Note::new(template, values));
    }

    /// Adds what another found.
    pub fn extend(&mut self, other: Problems) {
        self.errors.extend(other.errors);
        self.warnings.extend(other.warnings);
    }

    /// The same problems, each without a place of its own at `place`.
    pub fn at(mut self, place: &Place) -> Self {
        for note in self.errors.iter_mut().chain(&mut self.warnings) {
            if note.place == Place::default() {
                note.place = place.clone();
            }
        }
        self
    }
}
