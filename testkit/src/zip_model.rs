//! A ZIP archive taken apart into every field, to be changed one field at a time and put together again. Whatever is
//! not overridden is written as a well-formed archive has it.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// An archive.
#[derive(Clone, Default)]
pub struct Zip {
    /// Bytes before everything; offsets do not count them unless `counts_prefix`.
    pub prefix: Vec<u8>,
    /// Whether offsets count the prefix.
    pub counts_prefix: bool,
    /// The files, in the order of their data.
    pub files: Vec<File>,
    /// What stands between the data and the central directory: an APK Signing Block.
    pub gap: Vec<u8>,
    /// Whether the central directory lists the files last to first.
    pub directory_reversed: bool,
    /// Bytes after the last record of the central directory, counted into its size.
    pub directory_tail: Vec<u8>,
    /// A ZIP64 end record and its locator, or anything else before the end record.
    pub zip64: bool,
    /// The archive's comment.
    pub comment: Vec<u8>,
    /// Bytes after the comment.
    pub suffix: Vec<u8>,
    /// The end record.
    pub end: End,
}

/// What the end record says, where it is not the truth.
#[derive(Clone, Default)]
pub struct End {
    /// The number of this disk.
    pub disk: u16,
    /// As `records`, unless told.
    pub disk_records: Option<u16>,
    /// How many records there are.
    pub records: Option<u16>,
    /// The size of the central directory.
    pub directory_size: Option<u32>,
    /// The offset of the central directory.
    pub directory_offset: Option<u32>,
    /// The length of the comment.
    pub comment_length: Option<u16>,
}

/// A file: its local header, data and central directory record.
#[derive(Clone)]
pub struct File {
    /// The local header's fields.
    pub local: Header,
    /// The local header's first four bytes.
    pub local_signature: [u8; 4],
    /// The data as it is stored.
    pub data: Vec<u8>,
    /// A data descriptor, or junk.
    pub after: Vec<u8>,
    /// The fields of the record in the central directory.
    pub central: Header,
    /// That record's first four bytes.
    pub central_signature: [u8; 4],
    /// The local header's offset, where it is not the truth; counted as the truth is.
    pub offset: Option<u32>,
    /// The local header of the file with this index instead of one of its own.
    pub shares: Option<usize>,
}

/// The fields that stand in both headers.
#[derive(Clone, Default)]
pub struct Header {
    /// The version needed to extract.
    pub version: u16,
    /// The general purpose bit flag.
    pub flags: u16,
    /// The compression method.
    pub method: u16,
    /// Time and date, as MS-DOS has them.
    pub time: u32,
    /// The checksum of the content.
    pub crc32: u32,
    /// The size of the data.
    pub compressed_size: u32,
    /// The size of the content.
    pub uncompressed_size: u32,
    /// The name.
    pub name: Vec<u8>,
    /// The extra field.
    pub extra: Vec<u8>,
}

impl File {
    /// A stored file.
    pub fn stored(name: impl AsRef<[u8]>, bytes: &[u8]) -> Self {
        let header = Header {
            version: 20,
            crc32: crc32fast::hash(bytes),
            compressed_size: bytes.len() as u32,
            uncompressed_size: bytes.len() as u32,
            name: name.as_ref().to_vec(),
            // 1 January 1980
            time: 0x21 << 16,
            ..Header::default()
        };
        Self {
            local: header.clone(),
            local_signature: *b"PK\x03\x04",
            data: bytes.to_vec(),
            after: Vec::new(),
            central: header,
            central_signature: *b"PK\x01\x02",
            offset: None,
            shares: None,
        }
    }

    /// A compressed file.
    pub fn deflated(name: impl AsRef<[u8]>, bytes: &[u8]) -> Self {
        let mut file = Self::stored(name, bytes);
        file.data = deflate(bytes);
        let length = file.data.len() as u32;
        file.both(|header| (header.method, header.compressed_size) = (8, length));
        file
    }

    /// Changes both headers alike.
    pub fn both(&mut self, change: impl Fn(&mut Header)) {
        change(&mut self.local);
        change(&mut self.central);
    }

    /// The data unpacked.
    pub fn content(&self) -> Vec<u8> {
        if self.central.method == 8 { inflate(&self.data) } else { self.data.clone() }
    }

    /// The same content without compression.
    pub fn store(&mut self) {
        *self = Self::stored(&self.central.name, &self.content());
    }

    /// The same content with compression.
    pub fn deflate(&mut self) {
        *self = Self::deflated(&self.central.name, &self.content());
    }

    /// Moves checksum and sizes from the local header to a data descriptor (APPNOTE 4.3.9).
    pub fn describe(&mut self, signature: &[u8]) {
        self.both(|header| header.flags |= 8);
        (self.local.crc32, self.local.compressed_size, self.local.uncompressed_size) = (0, 0, 0);
        let Header { crc32, compressed_size, uncompressed_size, .. } = self.central;
        let values = [crc32, compressed_size, uncompressed_size].map(u32::to_le_bytes).concat();
        self.after = [signature, &values].concat();
    }
}

impl Zip {
    /// Returns a plain archive of the files.
    pub fn of(files: Vec<File>) -> Self {
        Self { files, ..Self::default() }
    }

    /// Takes a well-formed archive apart.
    pub fn parse(bytes: &[u8]) -> Self {
        let u16_at = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let end = bytes.len() - 22;
        assert_eq!(&bytes[end..end + 4], b"PK\x05\x06", "an archive without a comment");
        let directory = u32_at(end + 16) as usize;
        let mut places = Vec::new();
        let mut files = Vec::new();
        let mut at = directory;
        for _ in 0..u16_at(end + 10) {
            // `at` is where the header's version is, in both kinds of header followed by the same fields.
            let header = |at: usize, name_at: usize| {
                let (name, extra) = (usize::from(u16_at(at + 22)), usize::from(u16_at(at + 24)));
                Header {
                    version: u16_at(at),
                    flags: u16_at(at + 2),
                    method: u16_at(at + 4),
                    time: u32_at(at + 6),
                    crc32: u32_at(at + 10),
                    compressed_size: u32_at(at + 14),
                    uncompressed_size: u32_at(at + 18),
                    name: bytes[name_at..name_at + name].to_vec(),
                    extra: bytes[name_at + name..name_at + name + extra].to_vec(),
                }
            };
            let central = header(at + 6, at + 46);
            let place = u32_at(at + 42) as usize;
            let local = header(place + 4, place + 30);
            let data = place + 30 + local.name.len() + local.extra.len();
            places.push((place, files.len()));
            at += 46 + central.name.len() + central.extra.len() + usize::from(u16_at(at + 32));
            files.push(File {
                data: bytes[data..data + central.compressed_size as usize].to_vec(),
                local,
                central,
                ..File::stored("", b"")
            });
        }
        places.sort_unstable();
        let mut zip = Self::of(files);
        for (order, (place, index)) in places.iter().enumerate() {
            let file = &mut zip.files[*index];
            let end = place + 30 + file.local.name.len() + file.local.extra.len() + file.data.len();
            let next = places.get(order + 1).map_or(directory, |(place, _)| *place);
            let between = bytes[end..next].to_vec();
            if order + 1 == places.len() { zip.gap = between } else { file.after = between }
        }
        zip
    }

    /// Where a file stands among `files`.
    pub fn index(&self, name: &str) -> usize {
        self.files.iter().position(|file| file.central.name == name.as_bytes()).unwrap()
    }

    /// Returns the file with the name.
    pub fn file(&mut self, name: &str) -> &mut File {
        let index = self.index(name);
        &mut self.files[index]
    }

    /// Adds a small stored file, and gives it back to be changed.
    pub fn add(&mut self, name: impl AsRef<[u8]>) -> &mut File {
        self.files.push(File::stored(name, b"added"));
        self.files.last_mut().unwrap()
    }

    /// What the end record says without ZIP64.
    pub fn plain_end(&self) -> End {
        let plain = Self { zip64: false, comment: vec![], suffix: vec![], end: End::default(), ..self.clone() };
        let bytes = plain.bytes();
        let number = |from_end: usize| bytes[bytes.len() - from_end..].first_chunk().copied().map(u32::from_le_bytes);
        let (directory_size, directory_offset) = (number(10), number(6));
        End { records: Some(self.files.len() as u16), directory_size, directory_offset, ..End::default() }
    }

    /// Puts the archive together.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let base = if self.counts_prefix { 0 } else { out.len() };
        let mut places: Vec<u32> = Vec::new();
        for file in &self.files {
            places.push(match file.shares {
                Some(index) => places[index],
                None => (out.len() - base) as u32,
            });
            if file.shares.is_none() {
                out.extend(file.local_signature);
                put_header(&mut out, &file.local);
                out.extend(&file.local.name);
                out.extend(&file.local.extra);
                out.extend(&file.data);
                out.extend(&file.after);
            }
        }
        out.extend(&self.gap);
        let directory = out.len();
        let mut records: Vec<(&File, u32)> = self.files.iter().zip(places).collect();
        if self.directory_reversed {
            records.reverse();
        }
        for (file, place) in records {
            out.extend(file.central_signature);
            out.extend(20u16.to_le_bytes()); // made by
            put_header(&mut out, &file.central);
            out.extend([0; 2 + 2 + 2 + 4]); // the comment's length, disk, attributes
            out.extend(file.offset.unwrap_or(place).to_le_bytes());
            out.extend(&file.central.name);
            out.extend(&file.central.extra);
        }
        out.extend(&self.directory_tail);
        let size = (out.len() - directory) as u32;
        let offset = (directory - base) as u32;
        let records = self.files.len() as u16;
        if self.zip64 {
            let end = out.len() as u64;
            out.extend(b"PK\x06\x06");
            out.extend(44u64.to_le_bytes());
            out.extend([45, 0, 45, 0]); // the versions
            out.extend([0; 8]); // the disks
            for value in [records.into(), records.into(), size.into(), u64::from(offset)] {
                out.extend(u64::to_le_bytes(value));
            }
            out.extend(b"PK\x06\x07");
            out.extend([0; 4]);
            out.extend((end - base as u64).to_le_bytes());
            out.extend(1u32.to_le_bytes());
        }
        let saturated = |value: u16| if self.zip64 { u16::MAX } else { value };
        let saturated32 = |value: u32| if self.zip64 { u32::MAX } else { value };
        let records = self.end.records.unwrap_or(saturated(records));
        out.extend(b"PK\x05\x06");
        let disk_records = self.end.disk_records.unwrap_or(records);
        out.extend([self.end.disk, self.end.disk, disk_records, records].map(u16::to_le_bytes).concat());
        out.extend(self.end.directory_size.unwrap_or(saturated32(size)).to_le_bytes());
        out.extend(self.end.directory_offset.unwrap_or(saturated32(offset)).to_le_bytes());
        out.extend(self.end.comment_length.unwrap_or(self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.suffix);
        out
    }
}

/// From the version needed to the lengths of name and extra field: the same in both headers.
fn put_header(out: &mut Vec<u8>, header: &Header) {
    out.extend([header.version, header.flags, header.method].map(u16::to_le_bytes).concat());
    out.extend(header.time.to_le_bytes());
    out.extend([header.crc32, header.compressed_size, header.uncompressed_size].map(u32::to_le_bytes).concat());
    out.extend([header.name.len() as u16, header.extra.len() as u16].map(u16::to_le_bytes).concat());
}

/// Compresses bytes without a header (RFC 1951).
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Unpacks what [`deflate`] made.
pub fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::copy(&mut flate2::read::DeflateDecoder::new(bytes), &mut out).unwrap();
    out
}
