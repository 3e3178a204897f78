//! What can be wrong with an app's code and files.

crate::note::note_templates! {
    /// A file has a DEX file's name and is none.
    NOT_DEX = "code-not-recognised", "{entry} has the name of a file with program code, and is none.";
    /// Something in a DEX file could not be read.
    DEX = "code-damaged", "The program code in {entry} is damaged: {reason}. It was searched as plain bytes as well.";
    /// Something in a DEX file outside the entries could not be read.
    OUTSIDE_DEX = "outside-code-damaged", "The program code at offset {offset}, which belongs to no entry of the archive, is damaged: {reason}. It was searched as plain bytes as well.";
    /// There is more outside the entries than is told apart.
    OUTSIDE_TOO_MANY = "outside-too-many", "There are more than {limit} archives and pieces of program code in this file that belong to no entry. The rest were searched as plain bytes.";
    /// An archive lies deeper than is looked.
    TOO_DEEP = "archive-too-deep", "{entry} is an archive more than {limit} archives deep, and was not opened. It was searched as plain bytes.";
    /// The app unpacks to more than is looked at.
    TOO_MUCH = "files-not-searched", "The app unpacks to more than {limit} bytes: {entry} was not searched to its end.";
}

/// Code that stands where no entry is.
pub mod outside {
    crate::note::note_templates! {
        /// The file begins as a DEX file does, and the archive comes after.
        CODE_BEFORE = "code-before-archive", "The file begins with program code: {length} bytes of it stand before the archive, which no honest tool puts there.";
        /// `DexFile::Open` (ART's `dex_file.cc`, Android 5.0 to 8.0) looks at the first bytes: where they are those of a
        /// DEX file, it is run, and the archive's own is not. `ParseZipArchive` refuses such a file since the security
        /// patch of 2017-12-01 (CVE-2017-13156, "Janus").
        CODE_BEFORE_RUNS = "code-before-archive-runs", "Android {from} to {to}, where the security update of December 2017 is missing, runs the program code before the archive in place of the app's own. Whoever put it there need not be the app's maker.";
    }
}
