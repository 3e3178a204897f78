//! The command-line program.

#[cfg(not(target_arch = "wasm32"))]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    cli::run()
}

// The page uses the library alone; cargo builds every target for every platform.
#[cfg(target_arch = "wasm32")]
fn main() {}
