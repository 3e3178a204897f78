//! The command line, thin: it finds files, hands them to the library, and writes what comes back.

mod cells;
mod clock;
mod database;
mod exit;
mod files;
mod input;
mod list;
mod output;
mod paths;
mod scan;
mod signatures;

use std::io::Write;
use std::process::ExitCode;

use apklens::note::on_one_line;
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

/// Any failure, for a person to read.
type Problem = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let outcome = match Command::parse() {
        Command::Scan(command) => command.run(),
        Command::Signatures(command) => command.run().map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|problem| exit::failure(&problem))
}

/// Says something on standard error, in one line whatever a file's name holds. Who has closed it hears nothing.
fn say(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "apklens: {}", on_one_line(sentence));
}
