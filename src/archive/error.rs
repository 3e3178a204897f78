//! Why an archive or an entry could not be read.

use std::fmt;

use super::notes::problems;
use crate::note::{Note, Place};
use crate::source::SourceError;

/// Why an archive or an entry could not be read. Shown as one sentence that a lay reader can follow.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveError {
    /// There are no bytes at all.
    Empty,
    /// There is neither an end record nor a local header: some other kind of file.
    NotZip,
    /// It begins as a ZIP archive and has no end record.
    Truncated,
    /// A ZIP archive without a single readable entry.
    NoEntries,
    /// The entry is encrypted.
    Encrypted {
        /// The entry's name.
        entry: String,
    },
    /// The entry's data do not decompress.
    Damaged {
        /// The entry's name.
        entry: String,
        /// How many bytes came out before that.
        read: u64,
    },
    /// The entry's data do not lie in the file.
    OutOfRange {
        /// The entry's name.
        entry: String,
    },
    /// The entry has more bytes than the caller allows.
    TooLarge {
        /// The entry's name.
        entry: String,
        /// How many bytes are allowed.
        limit: u64,
    },
    /// The source failed.
    Source(SourceError),
}

impl ArchiveError {
    /// The same as a note for a report's problems.
    pub fn note(&self) -> Note {
        let about = |template, entry: &String| Note::new(template, &[("entry", entry)]).at(Place::entry(entry.clone()));
        match self {
            Self::Empty => Note::new(&problems::EMPTY, &[]),
            Self::NotZip => Note::new(&problems::NOT_ZIP, &[]),
            Self::Truncated => Note::new(&problems::TRUNCATED, &[]),
            Self::NoEntries => Note::new(&problems::NO_ENTRIES, &[]),
            Self::Encrypted { entry } => about(&problems::ENCRYPTED, entry),
            Self::Damaged { entry, read } => {
                Note::new(&problems::DAMAGED, &[("entry", entry), ("read", read)]).at(Place::entry(entry.clone()))
            }
            Self::OutOfRange { entry } => about(&problems::OUT_OF_RANGE, entry),
            Self::TooLarge { entry, limit } => {
                Note::new(&problems::TOO_LARGE, &[("entry", entry), ("limit", limit)]).at(Place::entry(entry.clone()))
            }
            Self::Source(error) => Note::new(&problems::UNREADABLE, &[("reason", error)]),
        }
    }
}

// Written by hand, so that the sentence and the note's template are one text.
impl fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.note().text)
    }
}

impl std::error::Error for ArchiveError {}

impl From<SourceError> for ArchiveError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}
