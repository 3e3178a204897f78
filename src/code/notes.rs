//! What can be wrong with an app's code and files.

crate::note_templates! {
    /// A file has a DEX file's name and is none.
    NOT_DEX = "code-not-recognised", "{entry} has the name of a file with program code, and is none.";
    /// Something in a DEX file could not be read.
    DEX = "code-damaged", "The program code in {entry} is damaged: {reason}. It was searched as plain bytes as well.";
    /// The app unpacks to more than is looked at.
    TOO_MUCH = "files-not-searched", "The app unpacks to more than {limit} bytes: {entry} was not searched to its end.";
}
