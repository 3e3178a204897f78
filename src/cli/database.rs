//! The indicators that a scan uses.

use std::path::{Path, PathBuf};

use apklens::indicators::{Database, collection::Collection, folder};

use super::Problem;

/// The database that this program was built with: what `apklens signatures build signatures` makes.
const BUILT_IN: &[u8] = include_bytes!("../../signatures/compiled.db");

/// Loads the built-in indicators, unless they are not wanted, and those of `paths`: folders of source files, and packs.
pub fn load(paths: &[PathBuf], built_in: bool) -> Result<Database, Problem> {
    let mut collection = if built_in { Database::load(BUILT_IN)?.into_collection() } else { Collection::default() };
    for path in paths {
        collection.merge(read(path).map_err(|problem| format!("{}: {problem}", path.display()))?);
    }
    Ok(Database::new(collection))
}

fn read(path: &Path) -> Result<Collection, Problem> {
    if path.is_dir() {
        let mistakes =
            |mistakes: Vec<folder::Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        return Ok(folder::read(&folder::load(path)?).map_err(mistakes)?);
    }
    let bytes = std::fs::read(path)?;
    Ok(Database::load(&bytes)?.into_collection())
}
