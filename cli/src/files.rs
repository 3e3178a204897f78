//! Which files a command's paths mean.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::input::Kind;
use crate::{list, paths, say};

/// The endings of app files and bundles.
const ENDINGS: [&str; 5] = ["apk", "apks", "xapk", "apkm", "zip"];

/// The first bytes of a ZIP (APPNOTE.TXT, 4.3.7).
const LOCAL_HEADER_SIGNATURE: [u8; 4] = *b"PK\x03\x04";

/// A file to be scanned, or a path that leads to none.
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Why there is nothing to read there.
    pub error: Option<String>,
}

/// Every file that `paths` mean, in their order: a file is itself; a folder is walked in the order of names for files
/// with the ending or the first bytes of an app, also through symbolic links; `-` is a list on standard input, a path a
/// line, or with `null` a path before each NUL character. What several paths lead to is there once.
pub fn candidates(paths: &[PathBuf], null: bool) -> Vec<Candidate> {
    let mut search = Search::default();
    for path in paths {
        if path.as_os_str() == "-" {
            search.add_list(path, null);
        } else {
            search.add(path);
        }
    }
    search.found
}

#[derive(Default)]
struct Search {
    found: Vec<Candidate>,
    /// The files and folders that were met, by the path without links, with the path by which each was met first.
    met: HashMap<PathBuf, PathBuf>,
    list_read: bool,
}

impl Search {
    fn add_list(&mut self, path: &Path, null: bool) {
        if std::mem::replace(&mut self.list_read, true) {
            return;
        }
        match list::read(io::stdin().lock(), null) {
            Ok(names) => {
                for name in names {
                    match name {
                        Ok(path) => self.add(&path),
                        Err((path, problem)) => self.fail(&path, problem),
                    }
                }
            }
            Err(error) => self.fail(path, error),
        }
    }

    fn add(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.add_folder(path),
            Ok(_) => self.add_file(path),
            Err(error) => self.fail(path, error),
        }
    }

    fn add_file(&mut self, path: &Path) {
        if self.is_new(path) {
            self.found.push(Candidate { path: path.to_owned(), error: None });
        }
    }

    fn fail(&mut self, path: &Path, error: impl ToString) {
        self.found.push(Candidate { path: path.to_owned(), error: Some(error.to_string()) });
    }

    /// Whether a file or folder is met for the first time; otherwise says by which path it was met before.
    fn is_new(&mut self, path: &Path) -> bool {
        match self.met.get(&identity(path)) {
            Some(before) => {
                say(&format!("{} is the same as {}, and read once", paths::text(path), paths::text(before)));
                false
            }
            None => {
                self.met.insert(identity(path), path.to_owned());
                true
            }
        }
    }

    fn add_folder(&mut self, folder: &Path) {
        if !self.is_new(folder) {
            return;
        }
        let mut empty = true;
        let mut entries = WalkDir::new(folder).follow_links(true).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                // A folder is walked once, however many links lead to it: folders of links to each other have more
                // paths than anybody can walk.
                Ok(entry) if entry.file_type().is_dir() => {
                    if !self.is_new(entry.path()) {
                        entries.skip_current_dir();
                        empty = false;
                    }
                }
                Ok(entry) => empty &= !self.add_entry(&entry),
                Err(error) => empty &= !self.add_failed(&error, folder),
            }
        }
        // To say nothing of a folder would look like an answer.
        if empty {
            self.fail(folder, "there is no app file in this folder");
        }
    }

    /// Adds what a folder holds, when it is an app; returns whether it is.
    fn add_entry(&mut self, entry: &DirEntry) -> bool {
        let path = entry.path();
        match Kind::of(entry.file_type()) {
            Kind::File => match looks_like_app(path) {
                Ok(true) => self.add_file(path),
                Ok(false) => return false,
                // What it is cannot be told, so it is not passed over.
                Err(error) => self.fail(path, error),
            },
            Kind::Pipe if has_ending(path) => self.fail(path, "this is a pipe: name it itself to have it read"),
            Kind::Other(kind) if has_ending(path) => self.fail(path, format!("this is a {kind}, and not a file")),
            Kind::Pipe | Kind::Other(_) => return false,
        }
        true
    }

    /// Adds what a folder holds and cannot be walked; returns whether it may be an app.
    fn add_failed(&mut self, error: &walkdir::Error, folder: &Path) -> bool {
        // A link to a folder that it lies in: all of that is walked already.
        if error.loop_ancestor().is_some() {
            return false;
        }
        let path = error.path().unwrap_or(folder);
        let denied = error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
        let link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        if link && !denied && !has_ending(path) {
            // It leads nowhere: there is nothing that could be an app.
            return false;
        }
        self.fail(path, error.io_error().map_or_else(|| error.to_string(), ToString::to_string));
        true
    }
}

/// A path without links, by which a file is known however it is reached. A pipe without a name has none.
fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

fn has_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

/// Whether a file has the ending or the first bytes of an app.
fn looks_like_app(path: &Path) -> io::Result<bool> {
    if has_ending(path) {
        return Ok(true);
    }
    let mut first = Vec::new();
    File::open(path)?.take(LOCAL_HEADER_SIGNATURE.len() as u64).read_to_end(&mut first)?;
    Ok(first == LOCAL_HEADER_SIGNATURE)
}
