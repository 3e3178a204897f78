//! `apklens scan`: reads files and writes a report of each.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use apklens::assess::Level;
use apklens::report::Report;
use apklens::{Analyzer, Input};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use crate::exit::{Exit, Unwritten};
use crate::files::{Candidate, candidates};
use crate::output::{self, Format};
use crate::{Problem, database, input, paths, say};

/// The arguments of `apklens scan`.
#[derive(Args)]
#[command(after_help = "Exit status:
  0  nothing known was found, which rules nothing out
  1  something was found
  2  something could not be checked and nothing was found, or the command could not be carried out
  3  the output could not be written")]
pub struct Scan {
    /// How the reports are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// More indicators, beside the built-in ones: a file or a folder. May be repeated.
    // Its former name is still taken, for scripts that use it.
    #[arg(long, alias = "signatures", value_name = "PATH")]
    indicators: Vec<PathBuf>,
    /// YARA rules, beside the built-in ones: a file or a folder. May be repeated.
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Leave the built-in indicators and rules out.
    #[arg(long)]
    no_builtin: bool,
    /// The names on standard input each end with a NUL character, as find -print0 writes them, and not with their line.
    #[arg(short = '0', long)]
    null: bool,
    /// How many seconds nothing may come through a pipe before it is given up.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
    /// App files, folders of them, pipes, or - for a list of names on standard input.
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
        let analyzer = Analyzer::builder().database(database::load(&self.indicators, built_in)?).rules(rules).build();
        let candidates = candidates(&self.paths, self.null);
        let mut output = output::Writer::new(self.format, std::io::stdout().lock());
        let progress = progress_bar(candidates.len());
        let mut exit = Exit::default();
        let patience = Duration::from_secs(self.patience);
        for batch in candidates.chunks(BATCH) {
            let reports: Vec<Vec<Report>> = batch
                .par_iter()
                .map(|candidate| {
                    let reports = scan(&analyzer, candidate, patience);
                    progress.inc(1);
                    reports
                })
                .collect();
            for report in reports.iter().flatten() {
                if report.verdict.level == Level::CouldNotCheck {
                    complain(&progress, report);
                }
                match output.write(report).map_err(Unwritten) {
                    Ok(()) => exit.add(report.verdict.level),
                    // Of what nobody wants to read, nothing can be said; of what was read, everything was.
                    Err(unwritten) if unwritten.is_unwanted() => return Ok(exit.code()),
                    Err(unwritten) => return Err(unwritten.into()),
                }
            }
        }
        progress.finish_and_clear();
        match output.finish().map_err(Unwritten) {
            Err(unwritten) if !unwritten.is_unwanted() => Err(unwritten.into()),
            Err(_) if self.format.is_document() => Ok(ExitCode::SUCCESS),
            _ => Ok(exit.code()),
        }
    }
}

fn scan(analyzer: &Analyzer, candidate: &Candidate, patience: Duration) -> Vec<Report> {
    let path = &candidate.path;
    let name = paths::text(path.file_name().unwrap_or(path.as_os_str()));
    let source = match &candidate.error {
        Some(error) => Err(error.clone()),
        None => input::open(path, patience).map_err(|error| error.to_string()),
    };
    let reports = match source {
        Ok(source) => {
            let idsig = Some(idsig_path(path)).filter(|idsig| idsig.is_file());
            let idsig = idsig.and_then(|idsig| input::open(&idsig, patience).ok());
            let input = Input::new(&name, &source);
            analyzer.analyze(&idsig.as_ref().map_or(input, |idsig| input.idsig(idsig)))
        }
        Err(error) => vec![analyzer.unreadable(&name, &error)],
    };
    let path = paths::text(path);
    reports.into_iter().map(|report| report.given_as(&*path)).collect()
}

/// Where `apksigner` puts a v4 signature: beside the APK, with `.idsig` behind its whole name.
fn idsig_path(apk: &Path) -> PathBuf {
    let mut path = apk.as_os_str().to_owned();
    path.push(".idsig");
    path.into()
}

fn complain(progress: &ProgressBar, report: &Report) {
    let problem = report.problems.first().or(report.verdict.reasons.first());
    let sentence = problem.map_or("It could not be checked.", |problem| &problem.text);
    progress.suspend(|| say(&format!("{}: {sentence}", output::path(report))));
}

fn progress_bar(files: usize) -> ProgressBar {
    if files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(files as u64).with_style(style)
}
