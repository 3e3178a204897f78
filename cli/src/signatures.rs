//! `apklens signatures`: the work on the indicator database.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use apklens::hex;
use apklens::indicators::folder::{self, Files, HEAD};
use apklens::indicators::import::{self, Options};
use apklens::indicators::{Class, diff, facts, hosts, pack, quality, signed};
use clap::{Args, Subcommand};

use crate::exit::Unwritten;
use crate::{Problem, clock, database};

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
    /// Tell what an update changes: the difference between two folders or files.
    Diff {
        /// The one before.
        old: PathBuf,
        /// The one after.
        new: PathBuf,
    },
    /// Make a pack of a file in a form that others publish: ioc.yaml, samples.csv, STIX, MISP, ISDi's app flags, a list.
    Import {
        /// The file.
        file: PathBuf,
        /// The pack to write.
        #[arg(short, long)]
        output: PathBuf,
        /// The class of families that are given none: stalkerware, watchware or dual-use.
        #[arg(long, default_value = "stalkerware", value_parser = class)]
        class: Class,
        /// The date of the file's state, as 2026-06-21.
        #[arg(long)]
        date: String,
    },
    /// Put a pack into an envelope that is signed with a publisher's key.
    Sign {
        /// The pack.
        pack: PathBuf,
        /// A file with the publisher's secret Ed25519 key: 64 hexadecimal digits.
        #[arg(long)]
        key: PathBuf,
        /// The signed pack to write.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Check the signature of a pack, and print its publisher's key.
    Verify {
        /// The signed pack.
        pack: PathBuf,
    },
    /// Measure how many published samples a database recognises, by what.
    Quality {
        /// A folder or pack; without one, the built-in database.
        database: Option<PathBuf>,
        /// A table of samples with their packages and certificates, as samples.csv of stalkerware-indicators.
        #[arg(long)]
        samples: Option<PathBuf>,
    },
    /// Make the table of suffixes under which people register names, of the Public Suffix List.
    Suffixes {
        /// The list as it is published: public_suffix_list.dat.
        list: PathBuf,
        /// The table to write: src/indicators/hosts/public-suffixes.txt.
        #[arg(short, long)]
        output: PathBuf,
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
            Command::Diff { old, new } => difference(&old, &new),
            Command::Import { file, output, class, date } => import_file(&file, &output, class, date),
            Command::Sign { pack, key, output } => sign(&pack, &key, &output),
            Command::Verify { pack } => verify(&pack),
            Command::Quality { database, samples } => measure(database, samples.as_deref()),
            Command::Suffixes { list, output } => suffixes(&list, &output),
            Command::Facts { facts, folder } => remake(&facts, &folder),
        }
    }
}

fn build(folder: &Path, output: &Path) -> Result<(), Problem> {
    let pack = folder::compile(&load(folder)?)?;
    write(output, &pack)?;
    print(format_args!("{}: {} bytes", output.display(), pack.len()))
}

fn check(folder: &Path) -> Result<(), Problem> {
    let collection = folder::read(&load(folder)?)?;
    print(format_args!(
        "{}: {} indicators of {} families, {} bytes compiled",
        folder.display(),
        collection.indicators.len(),
        collection.families.len(),
        pack::encode(&collection).len()
    ))
}

/// The class that an argument names.
fn class(name: &str) -> Result<Class, String> {
    name.parse().map_err(|_| "the classes are stalkerware, watchware and dual-use".to_owned())
}

fn difference(old: &Path, new: &Path) -> Result<(), Problem> {
    diff::diff(&database::read(old)?, &database::read(new)?)
        .iter()
        .try_for_each(|change| print(format_args!("{change}")))
}

fn import_file(file: &Path, output: &Path, class: Class, date: String) -> Result<(), Problem> {
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let imported = import::import(&read(file)?, &Options { file_name, class, date, now: clock::now() })?;
    database::tell(file, &imported);
    write(output, &pack::encode(&imported.collection))?;
    print(format_args!("{}: {} used, {} skipped", file.display(), imported.used, imported.skipped))
}

fn sign(pack: &Path, key: &Path, output: &Path) -> Result<(), Problem> {
    let bytes = read(pack)?;
    pack::decode(&bytes)?;
    let digits = String::from_utf8(read(key)?)?;
    let secret = hex::bytes(digits.trim()).and_then(|key| key.try_into().ok());
    let secret = secret.ok_or("the key is not a file with 64 hexadecimal digits")?;
    write(output, &signed::sign(&bytes, &secret))
}

fn verify(pack: &Path) -> Result<(), Problem> {
    let bytes = read(pack)?;
    let (publisher, contents) = signed::open(&bytes)?;
    let collection = pack::decode(contents)?;
    let key = hex::hex(&publisher);
    print(format_args!("{}: version {}, signed by {key}", pack.display(), collection.version))
}

fn measure(path: Option<PathBuf>, samples: Option<&Path>) -> Result<(), Problem> {
    let paths: Vec<PathBuf> = path.into_iter().collect();
    let database = database::load(&paths, paths.is_empty())?;
    let samples = match samples {
        Some(table) => quality::samples_from_csv(&String::from_utf8(read(table)?)?)?,
        None => quality::samples_of(&database),
    };
    print(format_args!("{}", quality::measure(&database, &samples).to_string().trim_end()))
}

fn suffixes(list: &Path, output: &Path) -> Result<(), Problem> {
    let table = hosts::suffix_table(&String::from_utf8(read(list)?)?);
    write(output, table.as_bytes())?;
    println!("{}: {} rules", output.display(), table.lines().count());
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()).into())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    Ok(std::fs::write(path, bytes).map_err(|error| Unwritten(named(error)))?)
}

/// Prints a line.
fn print(line: std::fmt::Arguments) -> Result<(), Problem> {
    let mut output = io::stdout().lock();
    Ok(writeln!(output, "{line}").and_then(|()| output.flush()).map_err(Unwritten)?)
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
    print(format_args!("{}: {} files from {} facts", folder.display(), new.len(), published.len()))
}

fn load(folder: &Path) -> Result<Files, Problem> {
    folder::load(folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()).into())
}
