//! `apklens signatures`: the work on the indicator database.

use std::path::{Path, PathBuf};

use apklens::indicators::folder::{self, Files, HEAD};
use apklens::indicators::{facts, pack};
use clap::{Args, Subcommand};

use super::Problem;

/// What can be done with the database's source files.
#[derive(Args, Debug)]
pub struct Signatures {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Compile a folder of source files into one pack.
    Build {
        /// The folder, as `signatures/`.
        folder: PathBuf,
        /// The pack to write.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Read a folder of source files and name every mistake in it.
    Check {
        /// The folder.
        folder: PathBuf,
    },
    /// Make a folder's source files anew from published facts, by its judgements.
    Facts {
        /// The facts: a table of family, class, kind, value and source.
        facts: PathBuf,
        /// The folder. Its database.toml and judgements.tsv are used; the files of the facts' sources are replaced.
        folder: PathBuf,
    },
}

impl Signatures {
    /// Runs the command.
    pub fn run(self) -> Result<(), Problem> {
        match self.command {
            Command::Build { folder, output } => build(&folder, &output),
            Command::Check { folder } => check(&folder),
            Command::Facts { facts, folder } => remake(&facts, &folder),
        }
    }
}

fn build(folder: &Path, output: &Path) -> Result<(), Problem> {
    let pack = folder::compile(&load(folder)?).map_err(list)?;
    std::fs::write(output, &pack).map_err(|error| format!("{} cannot be written: {error}", output.display()))?;
    println!("{}: {} bytes", output.display(), pack.len());
    Ok(())
}

fn check(folder: &Path) -> Result<(), Problem> {
    let collection = folder::read(&load(folder)?).map_err(list)?;
    println!(
        "{}: {} indicators of {} families, {} bytes compiled",
        folder.display(),
        collection.indicators.len(),
        collection.families.len(),
        pack::encode(&collection).len()
    );
    Ok(())
}

fn remake(facts_file: &Path, folder: &Path) -> Result<(), Problem> {
    let text = std::fs::read_to_string(facts_file)
        .map_err(|error| format!("{} cannot be read: {error}", facts_file.display()))?;
    let published = facts::parse(&text)?;
    let old = load(folder)?;
    let judgements = old.get(facts::JUDGEMENTS).map(String::as_str).unwrap_or_default();
    let mut new = facts::import(&published, judgements)?;
    let mut head: folder::Head = toml::from_str(old.get(HEAD).map(String::as_str).unwrap_or_default())?;
    for source in &mut head.sources {
        let count = published.iter().filter(|fact| fact.source == source.name).count();
        source.facts = (count > 0).then_some(count);
        source.facts_sha256 = source.facts.map(|_| facts::digest(&published, &source.name));
    }
    let made_here = |file: &str| {
        let folder = file.split_once('/').map(|(folder, _)| folder);
        head.sources.iter().any(|source| source.facts.is_some() && Some(source.name.as_str()) == folder)
    };
    for file in old.keys().filter(|file| made_here(file) && !new.contains_key(*file)) {
        std::fs::remove_file(folder.join(file))?;
    }
    new.insert(HEAD.to_owned(), toml::to_string_pretty(&head)?);
    for (file, text) in &new {
        let path = folder.join(file);
        path.parent().map(std::fs::create_dir_all).transpose()?;
        std::fs::write(path, text)?;
    }
    println!("{}: {} files from {} facts", folder.display(), new.len(), published.len());
    Ok(())
}

fn load(folder: &Path) -> Result<Files, Problem> {
    folder::load(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()).into())
}

/// All mistakes, a line for each.
fn list(mistakes: Vec<folder::Mistake>) -> Problem {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into()
}
