//! What can be said of a resource table.

/// What is odd, and accepted by Android.
pub mod accepted {
    use crate::note_templates;

    note_templates! {
        /// A kind of chunk that Android does not know.
        UNKNOWN_CHUNK = "resources-unknown-chunk", "The resource table holds a chunk of the unknown kind {kind}, which Android passes over.";
        /// A chunk that says it is longer than what holds it.
        CHUNK_CUT = "resources-chunk-cut", "A chunk of the resource table reaches past the end of what holds it; Android stops reading there.";
        /// Bytes that are too few for a chunk.
        TRAILING = "resources-trailing", "{count} bytes at the end of a part of the resource table are too few to be anything; Android does not read them.";
        /// A string pool where Android expects none.
        EXTRA_STRING_POOL = "resources-extra-string-pool", "The resource table holds one string pool too many, which Android passes over.";
        /// A package without the pool of its types' or its resources' names.
        NAMELESS = "resources-nameless", "The package {package} of the resource table has no names for its types or its resources.";
        /// Fewer packages than the header says.
        PACKAGE_COUNT = "resources-package-count", "The resource table says that it has {stated} packages; it has {found}.";
        /// A package number of more than one byte.
        PACKAGE_ID = "resources-package-id", "A package of the resource table has the number {id}, of which Android uses the lowest byte.";
        /// The same type declared again.
        DUPLICATE_TYPE = "resources-duplicate-type", "The resource table declares the type {id} more than once; Android uses the first declaration.";
        /// Entries outside their chunk, or broken ones.
        BROKEN_ENTRIES = "resources-broken-entries", "{count} resources of the type {type} are broken or lie outside of their part of the table, so that Android does not find them.";
        /// A sparse type whose index is not in order.
        UNSORTED = "resources-unsorted", "The index of a type in the resource table is not in order, so that Android does not find all of its resources.";
        /// A configuration that ends past its chunk.
        CONFIGURATION_SIZE = "resources-configuration-size", "A configuration in the resource table says that it has {size} bytes, which is more than there are.";
        /// A locale whose letters are none.
        LOCALE = "resources-locale", "A configuration in the resource table has a language or region that is not made of letters and digits.";
        /// Staged aliases in an app.
        ALIASES_IGNORED = "resources-aliases-ignored", "The resource table of an app holds aliases that only the system's own may have; Android passes over them.";
        /// Resources behind a feature flag.
        FLAGGED = "resources-flagged", "The resource table holds resources behind a feature flag of the system; they were not read.";
    }
}

/// What Android refuses a table for, and what was read all the same, as a whole.
pub mod refused {
    use crate::note_templates;

    note_templates! {
        /// A size that is no multiple of four.
        CHUNK_UNALIGNED = "resources-chunk-unaligned", "A chunk of the resource table has {size} bytes and a header of {header}, or starts where none can: Android refuses a table in which a place or a size is no multiple of four. It was read on.";
        /// More packages than the header says.
        TOO_MANY_PACKAGES = "resources-too-many-packages", "The resource table has more packages than the {stated} it says, for which Android refuses it.";
        /// Type numbers moved by more than there are.
        TYPE_OFFSET = "resources-type-offset", "A package of the resource table moves its type numbers by {offset}, for which Android refuses the table.";
        /// Resources of a type that was not declared before.
        UNDECLARED_TYPE = "resources-undeclared-type", "The resource table has resources of the type {id} that it does not declare before, for which Android refuses it.";
    }
}

/// What was not read of a table, for most of which Android refuses it. All else in the table is read.
pub mod unread {
    use crate::note_templates;

    note_templates! {
        /// A chunk whose header cannot be.
        CHUNK_HEADER = "resources-chunk-header", "A chunk of the resource table has an impossible header, for which Android refuses the table; what can be recognised was read.";
        /// The first chunk of its container, and so often the whole table, is cut off.
        CHUNK_CUT = "resources-truncated", "A chunk of the resource table says that it has {stated} bytes, but there are {read}; Android refuses the table. It was read as far as it goes.";
        /// A string pool that cannot be read at all.
        STRING_POOL = "resources-string-pool", "A string pool of the resource table cannot be read, for which Android refuses the table.";
        /// A header that is shorter than its fields.
        SHORT_HEADER = "resources-short-header", "A chunk of the kind {kind} in the resource table is too short for its fields, for which Android refuses the table.";
        /// A type of the number 0 or above 255.
        TYPE_ID = "resources-type-id", "The resource table has a type of the impossible number {id}, for which Android refuses it.";
        /// More entries than fit.
        ENTRY_COUNT = "resources-entry-count", "A type of the resource table says that it has {count} entries, which cannot be; Android refuses the table.";
        /// Entries that start in the wrong place.
        ENTRIES_START = "resources-entries-start", "A type of the resource table says that its entries start at byte {start}, which cannot be; Android refuses the table.";
        /// A list in a package that ends past its chunk or repeats itself.
        BROKEN_LIST = "resources-broken-list", "A list of the kind {kind} in the resource table is longer than its chunk or contradicts itself, for which Android refuses the table.";
        /// More chunks than are read.
        TOO_MANY_CHUNKS = "resources-too-many-chunks", "The resource table has more than {limit} parts; the rest was not read.";
        /// Too many look-ups.
        WORK_EXCEEDED = "resources-work-exceeded", "Looking up the app's resources took more steps than are allowed; some were not found.";
    }
}
