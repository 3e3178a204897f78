//! The command line, thin: it reads arguments and files, and the library does the rest.

#[cfg(not(target_arch = "wasm32"))]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    use clap::Parser;

    /// Tells whether an Android app file is known stalkerware, what it can do and who signed it.
    #[derive(Parser)]
    #[command(version)]
    enum Apklens {
        /// Work on the indicator database.
        Signatures(cli::signatures::Signatures),
    }
    match Apklens::parse() {
        Apklens::Signatures(command) => command.run(),
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
