//! The command line, thin: it finds files, hands them to the library, and writes what comes back.

mod clock;
mod database;
mod files;
mod output;
mod scan;
mod signatures;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;

/// Tells whether Android app files (APK) are known stalkerware, what they can do and who signed them. Nothing leaves
/// this machine.
#[derive(Parser)]
#[command(name = "apklens", version)]
enum Command {
    /// Read app files and say what is known about them.
    Scan(scan::Scan),
    /// Work on the indicators that files are matched against.
    Signatures(signatures::Signatures),
}

/// The exit status when a command could not be carried out.
const FAILED: u8 = 2;

/// Any failure, for a person to read.
type Problem = Box<dyn std::error::Error>;

/// Runs the command that the arguments name; a failure is told on standard error.
pub fn run() -> ExitCode {
    let outcome = match Command::parse() {
        Command::Scan(command) => command.run(),
        Command::Signatures(command) => command.run().map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|problem| {
        // Who reads the output may stop early (`| head`): that is no failure to tell of.
        if problem.downcast_ref::<std::io::Error>().is_none_or(|error| error.kind() != ErrorKind::BrokenPipe) {
            let _ = writeln!(std::io::stderr(), "apklens: {problem}");
        }
        ExitCode::from(FAILED)
    })
}
