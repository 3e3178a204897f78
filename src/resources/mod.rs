//! Android's resource formats: binary XML, the resource table, the string pools and typed values that both hold, and
//! the drawables that an icon is made of.

pub mod chunk;
pub mod icon;
pub(crate) mod note_list;
pub mod notes;
pub mod string_pool;
pub mod table;
pub mod value;
pub mod xml;
