//! How the program ends.

use std::io;
use std::process::ExitCode;

use apklens::assess::Level;

use crate::{Problem, say};

/// The exit status when a command could not be carried out: that of a scan in which nothing could be checked.
const FAILED: u8 = 2;

/// The exit status when the output could not be written.
const UNWRITTEN: u8 = 3;

/// The output could not be written: to standard output, or to a file that was to be made.
#[derive(Debug, thiserror::Error)]
#[error("the output could not be written: {0}")]
pub struct Unwritten(#[from] pub io::Error);

impl Unwritten {
    /// Whether who reads the output has stopped (`| head`): that is no failure, and nothing to tell of.
    pub fn is_unwanted(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

/// The exit status after a failure, which is told on standard error.
pub fn failure(problem: &Problem) -> ExitCode {
    let unwritten = problem.downcast_ref::<Unwritten>();
    if unwritten.is_some_and(Unwritten::is_unwanted) {
        return ExitCode::SUCCESS;
    }
    for line in problem.to_string().lines() {
        say(line);
    }
    ExitCode::from(if unwritten.is_some() { UNWRITTEN } else { FAILED })
}

/// What the exit status of a scan is taken from.
#[derive(Default)]
pub struct Exit {
    found: bool,
    unchecked: bool,
}

impl Exit {
    /// Counts a verdict.
    pub fn add(&mut self, level: Level) {
        match level {
            Level::NothingKnown => {}
            Level::CouldNotCheck => self.unchecked = true,
            Level::WorryingCapabilities | Level::KnownDualUse | Level::KnownWatchware | Level::KnownStalkerware => {
                self.found = true;
            }
        }
    }

    /// A find is told before a gap: who looks at the status alone must not miss it.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match (self.found, self.unchecked) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        })
    }
}
