//! What can be odd about binary XML and its string pool, and what in a manifest cannot be read.

use crate::note_templates;

note_templates! {
    /// The chunk is longer or shorter than its header says.
    STRING_POOL_SIZE = "string-pool-size", "The string pool says that it has {stated} bytes; {read} were read.";
    /// Not the size that the format has.
    STRING_POOL_HEADER_SIZE = "string-pool-header-size", "The string pool says that its header has {size} bytes; the format has 28.";
    /// More or fewer strings than offsets.
    STRING_COUNT = "string-count", "The string pool says that it has {stated} strings, but has room for {room}.";
    /// The strings start outside the pool.
    STRINGS_START = "strings-start", "The string pool says that its strings start at byte {stated}; they were read from byte {read}.";
    /// The styles start outside the pool or before the strings.
    STYLES_START = "styles-start", "The string pool says that its styles start at byte {stated}, which cannot be; they were not read.";
    /// The last string of a pool has no end.
    STRING_POOL_UNTERMINATED = "string-pool-unterminated", "The last string of the string pool has no end mark.";
}
