//! What can be odd about binary XML and its string pool, and what of them cannot be read.
//!
//! What is odd was read: as Android reads it, or further than Android would. Where Android ignores something or would
//! refuse the app, the sentence says so.

use crate::note_templates;

note_templates! {
    /// Notes of one kind that were not kept.
    MORE_OF_THE_KIND = "more-of-the-kind", "There are {count} more notes with the code {code}; they are left out.";

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
    /// The styles of a pool have no end.
    STYLES_UNTERMINATED = "styles-unterminated", "The styles of the string pool have no end mark, for which Android refuses the pool.";
    /// The last string of a pool has no end.
    STRING_POOL_UNTERMINATED = "string-pool-unterminated", "The last string of the string pool has no end mark, for which Android refuses the pool.";
    /// A second pool before the first element: it replaces the first.
    SECOND_STRING_POOL = "second-string-pool", "The file has more than one string pool; the last one is used.";

    /// A string's length is false: no zero where it must end.
    STRING_UNTERMINATED = "string-unterminated", "The length of the string “{text}” is false: it has no end mark where it must end. Android refuses a file in which it needs this string; only old versions read it.";
    /// A string reaches past the end of its pool.
    STRING_PAST_END = "string-past-end", "The length of the string “{text}” is false: it would reach past the end of the string pool. Android refuses a file in which it needs this string.";
    /// A string that the count in the header leaves out.
    STRING_PAST_COUNT = "string-past-count", "The string “{text}” lies behind the number of strings that the string pool says it has.";
    /// A zero ends the string before its length does.
    STRING_CUT = "string-cut", "A zero cuts a string short: Android reads only “{text}”.";
    /// Not valid UTF-8 or UTF-16.
    STRING_MALFORMED = "string-malformed", "The string “{text}” is not written as valid text; it is shown as Android reads it.";
    /// An index that the pool does not have.
    STRING_MISSING = "string-missing", "The string with the number {index} is not in the string pool.";

    /// The file's type is another one than binary XML.
    XML_TYPE = "xml-type", "The file says that it is of type {kind} instead of 0x0003; not every Android version looks at this.";
    /// The header's size is not 8.
    XML_HEADER_SIZE = "xml-header-size", "The file says that its header has {size} bytes; the format has 8.";
    /// The file is shorter than it says.
    XML_SIZE = "xml-size", "The file says that it has {stated} bytes, but has {read}.";
    /// Bytes behind the end.
    XML_TRAILING = "xml-trailing", "{count} bytes lie behind the end of the file's content; Android does not read them.";
    /// Bytes that are no chunk.
    XML_GARBAGE = "xml-garbage", "{count} bytes are no part of the format and were passed over.";
    /// A kind of chunk that Android passes over.
    UNKNOWN_CHUNK = "unknown-chunk", "A part of the unknown kind {kind} was passed over, as Android does.";
    /// A size that is not a multiple of four.
    CHUNK_UNALIGNED = "chunk-unaligned", "A part of the kind {kind} has a size that is not a multiple of four.";
    /// A node's header is not 16 bytes long.
    NODE_HEADER_SIZE = "node-header-size", "A part of the tree says that its header has {size} bytes; the format has 16.";
    /// A node ends before its fields do.
    NODE_TOO_SHORT = "node-too-short", "A part of the tree is too short for what it must hold.";

    /// Bytes behind an element's attributes.
    NODE_TRAILING = "node-trailing", "An element has {count} bytes behind its attributes; Android does not read them.";
    /// Without it Android finds none of its own attributes.
    RESOURCE_MAP_MISSING = "resource-map-missing", "The file has no list of attribute numbers, without which Android finds no attribute; the names were used.";

    /// An element whose name the pool does not have.
    ELEMENT_NAME_MISSING = "element-name-missing", "An element has no name.";
    /// An attribute whose name the pool does not have.
    ATTRIBUTE_NAME_MISSING = "attribute-name-missing", "An attribute has no name; Android knows it by its number ({id}).";
    /// An attribute whose name in the pool is not that of its id.
    ATTRIBUTE_NAME_FALSE = "attribute-name-false", "An attribute is called “{name}”, but its number says that it is {known}, and so Android takes it.";
    /// An attribute that has Android's namespace and the name of one of its attributes, but no id.
    ATTRIBUTE_WITHOUT_ID = "attribute-without-id", "The attribute {name} is one of Android's by its name and namespace, but has no number, so that Android does not take it for its own.";
    /// An Android attribute that is not in Android's namespace.
    ATTRIBUTE_NAMESPACE = "attribute-namespace", "The attribute {name} is one of Android's by its number, but not by its namespace.";
    /// Attributes that do not follow the element, or are not 20 bytes apart.
    ATTRIBUTE_LAYOUT = "attribute-layout", "An element's attributes start at byte {start} and are {size} bytes apart; the format has 20 and 20.";
    /// More attributes than the element has bytes for.
    ATTRIBUTES_PAST_END = "attributes-past-end", "An element says that it has {count} attributes, which would reach past its end.";
    /// A double, or one behind a greater id.
    ATTRIBUTE_OVERLOOKED = "attribute-overlooked", "The attribute {name} stands twice or out of order, so that Android does not see it here.";
    /// The text and the typed value are different strings.
    VALUE_TEXT_DIFFERS = "value-text-differs", "An attribute has the text “{text}”, but the value “{value}”.";

    /// An end without a start.
    END_WITHOUT_START = "end-without-start", "An element ends that never started.";
    /// An end with another name than its start.
    END_DIFFERS = "end-differs", "The end of “{name}” closes “{open}”.";
    /// Elements that never end.
    ELEMENTS_UNCLOSED = "elements-unclosed", "{count} elements have no end.";
    /// Elements behind the first one.
    SECOND_ROOT = "second-root", "Behind the end of the tree a second one starts, with “{name}”; Android ignores it.";
}

/// What could not be read.
pub mod problems {
    crate::note_templates! {
        /// Deeper than is read.
        XML_TOO_DEEP = "xml-too-deep", "Elements are nested more than {limit} deep; the deeper ones were not read.";
        /// More elements, attributes or text than is read.
        XML_TOO_LONG = "xml-too-long", "The file has more elements, attributes or text than are read; the rest is left out.";
    }
}
