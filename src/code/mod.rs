//! What an app carries besides its manifest: DEX files, native libraries, assets; the strings and names in them.

pub mod dex;
pub mod mutf8;

/// A piece of text in an app: one string of a DEX file, a stretch of an asset.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The archive entry.
    pub entry: &'a str,
    /// What it is.
    pub kind: TextKind,
    /// The characters, in UTF-8 or [Modified UTF-8](mutf8), possibly with other bytes between.
    pub bytes: &'a [u8],
    /// How the characters are written in the entry.
    pub encoding: Encoding,
    /// Where `bytes` starts in the entry.
    pub offset: u64,
    /// Where in `bytes` a find that belongs to this piece starts. What lies around belongs to its neighbours, and is
    /// here so that it can be seen whether a word ends.
    pub window: (usize, usize),
}

/// Where a text is, which tells how much a mention in it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextKind {
    /// A file that is neither code nor compiled resource.
    Asset,
    /// A compiled resource, or another file below `res/`.
    Resource,
    /// Code in another language: JavaScript, .NET…
    Script,
    /// A native library.
    NativeData,
    /// A string of a DEX file.
    DexString,
    /// The name of a class that a DEX file defines, as a descriptor: `Lorg/example/Name;`.
    ClassName,
}

/// How characters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they stand in [`Text::bytes`].
    Bytes,
    /// In UTF-16, two bytes for each unit.
    Utf16,
}

impl<'a> Text<'a> {
    /// A text by itself, with nothing around it.
    pub fn whole(entry: &'a str, kind: TextKind, bytes: &'a [u8], offset: u64) -> Self {
        Self { entry, kind, bytes, encoding: Encoding::Bytes, offset, window: (0, bytes.len()) }
    }

    /// The offset in the entry of what stands at `index` of [`Text::bytes`].
    pub fn offset_of(&self, index: usize) -> u64 {
        match self.encoding {
            Encoding::Bytes => self.offset + index as u64,
            Encoding::Utf16 => {
                let before = mutf8::decode(&self.bytes[..index.min(self.bytes.len())]);
                self.offset + 2 * before.encode_utf16().count() as u64
            }
        }
    }
}
