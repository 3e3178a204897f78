//! One entry of an archive, taken block by block: told by its first bytes, then read as a whole or in windows.

use super::{Encoding, FileKind, MAX_WHOLE, Regions, Text, TextKind, Visitor, dex, notes, outside, pools, utf16};
use crate::note::{Note, Place};

/// How many bytes are searched at a time.
const WINDOW: usize = 1 << 20;
/// How many bytes are there to look at before and after a window: more than the longest host name with its path.
const MARGIN: usize = 4 << 10;

/// Takes an entry's bytes as they come.
pub struct Reader<'v> {
    entry: &'v str,
    visitor: &'v mut dyn Visitor,
    /// What the first bytes say, once there are enough of them.
    shape: Option<Shape>,
    /// The bytes that have not been dealt with.
    buffer: Vec<u8>,
    /// How many bytes came before those in the buffer.
    passed: u64,
    /// How many bytes at the start of the buffer belong to a window that was searched.
    searched: usize,
    /// The parts of the archive, where the bytes are no entry's.
    regions: Option<&'v Regions>,
}

/// What became of an entry.
pub enum Finished {
    /// It was searched; what could not be read.
    Searched(Option<Note>),
    /// It is an archive, to be gone through in its turn.
    Archive(Vec<u8>),
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// As a whole.
    Whole(FileKind),
    /// As a whole, and then entry by entry.
    Archive,
    /// In windows, as text of this kind.
    Windows(TextKind),
}

impl<'v> Reader<'v> {
    /// Begins with an entry.
    pub fn new(entry: &'v str, visitor: &'v mut dyn Visitor) -> Self {
        Self { entry, visitor, shape: None, buffer: Vec::new(), passed: 0, searched: 0, regions: None }
    }

    /// Begins with bytes of the archive `entry` that are no entry's data, from `offset` on: as a DEX file, or as they
    /// are.
    pub fn outside(
        entry: &'v str,
        offset: u64,
        is_dex: bool,
        regions: &'v Regions,
        visitor: &'v mut dyn Visitor,
    ) -> Self {
        let shape = if is_dex { Shape::Whole(FileKind::Dex) } else { Shape::Windows(TextKind::Outside) };
        let regions = Some(regions);
        Self { entry, visitor, shape: Some(shape), buffer: Vec::new(), passed: offset, searched: 0, regions }
    }

    /// How many bytes have come.
    pub fn total(&self) -> u64 {
        self.passed + self.buffer.len() as u64
    }

    /// Takes the next bytes.
    pub fn feed(&mut self, block: &[u8]) {
        self.buffer.extend_from_slice(block);
        if self.shape.is_none() && self.buffer.len() >= MAGIC {
            self.shape = Some(self.told_shape());
        }
        if self.buffer.len() > MAX_WHOLE {
            match self.shape {
                Some(Shape::Whole(kind)) => self.shape = Some(Shape::Windows(text_kind(kind))),
                Some(Shape::Archive) => self.shape = Some(Shape::Windows(TextKind::Asset)),
                _ => {}
            }
        }
        if let Some(Shape::Windows(kind)) = self.shape {
            while self.buffer.len() >= self.searched + WINDOW + MARGIN {
                self.search(kind, self.searched, self.searched + WINDOW);
                self.searched += WINDOW;
                let done = self.searched.saturating_sub(MARGIN);
                self.buffer.drain(..done);
                self.searched -= done;
                self.passed += done as u64;
            }
        }
    }

    /// Deals with what is left.
    pub fn finish(mut self) -> Finished {
        match self.shape.unwrap_or_else(|| self.told_shape()) {
            Shape::Windows(kind) => {
                self.search(kind, self.searched, self.buffer.len());
                Finished::Searched(self.false_name())
            }
            Shape::Whole(kind) => {
                if self.visitor.wants(kind) {
                    match self.regions {
                        Some(_) => self.visitor.file(&outside::name(self.entry, self.passed), kind, &self.buffer),
                        None => self.visitor.file(self.entry, kind, &self.buffer),
                    }
                }
                Finished::Searched(self.read_whole(kind))
            }
            Shape::Archive => Finished::Archive(self.buffer),
        }
    }

    fn told_shape(&self) -> Shape {
        match file_kind(&self.buffer) {
            // A library is read as a whole only where somebody wants it.
            Some(FileKind::NativeLibrary) if !self.visitor.wants(FileKind::NativeLibrary) => {
                Shape::Windows(TextKind::NativeData)
            }
            Some(kind) => Shape::Whole(kind),
            None if self.buffer.starts_with(LOCAL_FILE_HEADER) => Shape::Archive,
            None => Shape::Windows(if is_script(self.entry) { TextKind::Script } else { TextKind::Asset }),
        }
    }

    fn read_whole(&mut self, kind: FileKind) -> Option<Note> {
        let length = self.buffer.len();
        match kind {
            FileKind::Dex => {
                let Self { entry, visitor, passed, regions, .. } = self;
                let error = read_dex(&self.buffer, &mut |kind, bytes, offset| {
                    let text = Text::whole(entry, kind, bytes, *passed + offset);
                    visitor.text(&Text { regions: *regions, ..text });
                })?;
                self.search(TextKind::DexString, 0, length);
                return Some(self.damaged_dex(&error));
            }
            FileKind::BinaryXml | FileKind::ResourceTable => {
                let visitor = &mut *self.visitor;
                if !pools::for_each_string(self.entry, &self.buffer, &mut |text| visitor.text(text)) {
                    self.search(TextKind::Resource, 0, length);
                }
            }
            FileKind::NativeLibrary => self.search(TextKind::NativeData, 0, length),
        }
        None
    }

    /// Hands on the bytes of the buffer from `start` to `end` as one window, and the UTF-16 text among them.
    fn search(&mut self, kind: TextKind, start: usize, end: usize) {
        let Self { entry, visitor, buffer, passed, regions, .. } = self;
        let whole = Text { regions: *regions, ..Text::whole(entry, kind, buffer, *passed) };
        visitor.text(&Text { window: (start, end), ..whole });
        utf16::for_each_run(buffer, &mut |run| {
            // A run may reach into the window from before, or out of it.
            let units = |at: usize| (at.saturating_sub(run.offset)).div_ceil(2).min(run.characters.len());
            let window = (units(start), units(end));
            if window.0 < window.1 {
                visitor.text(&Text {
                    bytes: &run.characters,
                    encoding: Encoding::Utf16,
                    offset: *passed + run.offset as u64,
                    window,
                    ..whole
                });
            }
        });
    }

    fn damaged_dex(&self, error: &dex::DexError) -> Note {
        let Some(regions) = self.regions else {
            let values: [(&str, &dyn ToString); 2] = [("entry", &self.entry), ("reason", error)];
            return Note::new(&notes::DEX, &values).at(Place::entry(self.entry));
        };
        let place = if self.entry.is_empty() { Place::default() } else { Place::entry(self.entry) };
        let (place, _) = regions.place(place.at(self.passed), self.passed, TextKind::DexString);
        Note::new(&notes::OUTSIDE_DEX, &[("offset", &self.passed), ("reason", error)]).at(place)
    }

    /// A note where the entry would be loaded as code by its name, and is none.
    fn false_name(&self) -> Option<Note> {
        if self.regions.is_some() {
            return None;
        }
        let digits = self.entry.strip_prefix("classes")?.strip_suffix(".dex")?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| Note::new(&notes::NOT_DEX, &[("entry", &self.entry)]).at(Place::entry(self.entry)))
    }
}

/// Hands on bytes that are no more than they seem, as one window.
pub fn search_plain(entry: &str, bytes: &[u8], visitor: &mut dyn Visitor) {
    visitor.text(&Text::whole(entry, TextKind::Asset, bytes, 0));
}

/// Hands every string of a DEX file to `visit`, with its kind and offset; gives the first error, after which the file
/// should be searched as plain bytes too.
fn read_dex(bytes: &[u8], visit: &mut dyn FnMut(TextKind, &[u8], u64)) -> Option<dex::DexError> {
    let (files, error) = dex::read(bytes);
    let mut first = None;
    for dex in &files {
        first = first.or_else(|| dex.problems().first().cloned());
        for string in dex.strings() {
            match string {
                Ok(string) => {
                    let kind = if string.is_class { TextKind::ClassName } else { TextKind::DexString };
                    visit(kind, string.bytes, string.offset as u64);
                }
                Err(error) => first = first.or(Some(error)),
            }
        }
    }
    first.or(error)
}

/// The signature of a ZIP archive's first record (APPNOTE 4.3.7).
pub const LOCAL_FILE_HEADER: &[u8] = b"PK\x03\x04";

/// How many bytes tell what a file is.
const MAGIC: usize = 8;

/// What a file is, by its first bytes. Binary XML and resource tables start with the type and the size of their
/// header: `RES_XML_TYPE`, 8; `RES_TABLE_TYPE`, 12 (AOSP ResourceTypes.h).
fn file_kind(bytes: &[u8]) -> Option<FileKind> {
    match bytes {
        _ if dex::is_dex(bytes) => Some(FileKind::Dex),
        [0x7F, b'E', b'L', b'F', ..] => Some(FileKind::NativeLibrary),
        [3, 0, 8, 0, ..] => Some(FileKind::BinaryXml),
        [2, 0, 12, 0, ..] => Some(FileKind::ResourceTable),
        _ => None,
    }
}

fn text_kind(kind: FileKind) -> TextKind {
    match kind {
        FileKind::Dex => TextKind::DexString,
        FileKind::NativeLibrary => TextKind::NativeData,
        FileKind::BinaryXml | FileKind::ResourceTable => TextKind::Resource,
    }
}

/// Whether an entry is code in another language by its name: JavaScript of web views, React Native (also compiled for
/// Hermes) and Node, .NET of Xamarin and Unity, Lua, Python, WebAssembly.
fn is_script(entry: &str) -> bool {
    const EXTENSIONS: [&str; 13] =
        ["js", "mjs", "cjs", "jsbundle", "bundle", "hbc", "dll", "lua", "luac", "py", "pyc", "bsh", "wasm"];
    entry
        .rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}
