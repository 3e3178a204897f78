//! The ZIP container as Android reads it (libziparchive), by random access.
//!
//! [`Archive`] is opened on a [`Source`](crate::source::Source) and knows the central directory; an entry's bytes
//! are read only when asked for.
