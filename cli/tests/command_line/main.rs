//! The command line, run as a user runs it.

mod exports;
#[cfg(unix)]
mod inputs;
mod lists;
mod output;
mod scan;
mod signatures;
