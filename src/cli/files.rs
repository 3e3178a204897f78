//! Which files a command's paths mean.

use std::fs::File;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

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
/// with the ending or the first bytes of an app; `-` is a list on standard input, a path a line.
pub fn candidates(paths: &[PathBuf]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            for line in std::io::stdin().lock().lines() {
                match line {
                    Ok(line) if line.is_empty() => {}
                    Ok(line) => add(Path::new(&line), &mut found),
                    Err(error) => {
                        found.push(Candidate { path: path.clone(), error: Some(error.to_string()) });
                        break;
                    }
                }
            }
        } else {
            add(path, &mut found);
        }
    }
    found
}

fn add(path: &Path, found: &mut Vec<Candidate>) {
    if !path.is_dir() {
        let error = std::fs::metadata(path).err().map(|error| error.to_string());
        found.push(Candidate { path: path.to_owned(), error });
        return;
    }
    let before = found.len();
    for entry in WalkDir::new(path).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() && looks_like_app(entry.path()) => {
                found.push(Candidate { path: entry.into_path(), error: None });
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(path).to_owned();
                found.push(Candidate { path, error: Some(error.to_string()) });
            }
        }
    }
    // To say nothing of a folder would look like an answer.
    if found.len() == before {
        found.push(Candidate { path: path.to_owned(), error: Some("there is no app file in this folder".to_owned()) });
    }
}

fn looks_like_app(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
        return true;
    }
    let mut first = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == LOCAL_HEADER_SIGNATURE
}
