//! `apklens scan`: reads files and writes a report of each.

use std::fs::File;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use apklens::assess::Level;
use apklens::report::Report;
use apklens::source::{FileSource, Source};
use apklens::{Analyzer, Input};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::files::{Candidate, candidates};
use super::output::{self, Format};
use super::{Problem, database};

/// The arguments of `apklens scan`.
#[derive(Args)]
#[command(after_help = "Exit status: 0 nothing known was found (which rules nothing out), 1 something was found, \
2 something could not be checked and nothing was found.")]
pub struct Scan {
    /// How the reports are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// More indicators, beside the built-in ones: a file or a folder. May be repeated.
    #[arg(long, value_name = "PATH")]
    signatures: Vec<PathBuf>,
    /// YARA rules, beside the built-in ones: a file or a folder. May be repeated.
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Leave the built-in indicators and rules out.
    #[arg(long)]
    no_builtin: bool,
    /// App files, folders of them, or - for a list on standard input.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// How many files are read before their reports are written: output comes as it is made, in the order of the files.
const BATCH: usize = 64;

impl Scan {
    /// Scans every file, and writes the reports in the order of the files.
    pub fn run(&self) -> Result<ExitCode, Problem> {
        let built_in = !self.no_builtin;
        let rules = database::rules(&self.rules, built_in)?;
        let analyzer = Analyzer::new(database::load(&self.signatures, built_in)?, rules);
        let candidates = candidates(&self.paths);
        let mut output = output::Writer::new(self.format, std::io::stdout().lock());
        let progress = progress_bar(candidates.len());
        let mut exit = Exit::default();
        for batch in candidates.chunks(BATCH) {
            let reports: Vec<Vec<Report>> = batch
                .par_iter()
                .map(|candidate| {
                    let reports = scan(&analyzer, candidate);
                    progress.inc(1);
                    reports
                })
                .collect();
            let of_files = batch.iter().zip(&reports);
            for (candidate, report) in of_files.flat_map(|(file, reports)| reports.iter().map(move |one| (file, one))) {
                exit.add(report.verdict.level);
                if report.verdict.level == Level::CouldNotCheck {
                    complain(&progress, &candidate.path, report);
                }
                output.write(&candidate.path, report)?;
            }
        }
        progress.finish_and_clear();
        output.finish()?;
        Ok(exit.code())
    }
}

fn scan(analyzer: &Analyzer, candidate: &Candidate) -> Vec<Report> {
    let name = candidate.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let source = match &candidate.error {
        Some(error) => Err(error.clone()),
        None => open(&candidate.path).map_err(|error| error.to_string()),
    };
    match source {
        Ok(source) => {
            let idsig = open(&idsig_path(&candidate.path)).ok();
            let idsig = idsig.as_ref().map(|idsig| idsig as &dyn Source);
            analyzer.analyze(&Input { name: &name, source: &source, idsig }, &mut |_, _, _| {})
        }
        Err(error) => vec![analyzer.unreadable(&name, &error)],
    }
}

fn open(path: &Path) -> std::io::Result<FileSource> {
    FileSource::new(File::open(path)?)
}

/// Where `apksigner` puts a v4 signature: beside the APK, with `.idsig` behind its whole name.
fn idsig_path(apk: &Path) -> PathBuf {
    let mut path = apk.as_os_str().to_owned();
    path.push(".idsig");
    path.into()
}

fn complain(progress: &ProgressBar, path: &Path, report: &Report) {
    let problem = report.problems.first().or(report.verdict.reasons.first());
    let sentence = problem.map_or("It could not be checked.", |problem| &problem.text);
    progress.suspend(|| eprintln!("apklens: {}{}: {sentence}", path.display(), report.place_inside()));
}

fn progress_bar(files: usize) -> ProgressBar {
    if files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(files as u64).with_style(style)
}

/// What the exit status is taken from.
#[derive(Default)]
struct Exit {
    found: bool,
    unchecked: bool,
}

impl Exit {
    fn add(&mut self, level: Level) {
        match level {
            Level::NothingKnown => {}
            Level::CouldNotCheck => self.unchecked = true,
            Level::WorryingCapabilities | Level::KnownDualUse | Level::KnownWatchware | Level::KnownStalkerware => {
                self.found = true;
            }
        }
    }

    /// A find is told before a gap: who looks at the status alone must not miss it.
    fn code(&self) -> ExitCode {
        ExitCode::from(match (self.found, self.unchecked) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        })
    }
}
