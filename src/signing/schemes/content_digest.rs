//! The digests of everything in an APK but its signing block, which schemes v2 and later sign.
//!
//! Three sections are digested: what lies before the signing block, the central directory, and the end record, whose
//! central directory offset is taken to be that of the signing block. The bytes are read once, in blocks, however
//! many digests are asked for; memory does not grow with the file, but for 32 or 64 bytes a megabyte.
//!
//! Source: <https://source.android.com/docs/security/features/apksigning/v2#integrity-protected-contents>, apksig's
//! `ApkSigningBlockUtils.computeContentDigests` and `VerityTreeBuilder`.

use sha2::{Digest, Sha256, Sha512};

use crate::archive::EndRecord;
use crate::source::{BLOCK, Source, SourceError, read_vec};

/// How the contents are digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentDigestAlgorithm {
    /// SHA-256 over chunks of 1 MB.
    ChunkedSha256,
    /// SHA-512 over chunks of 1 MB.
    ChunkedSha512,
    /// The root of a SHA-256 tree over pages of 4 KB, and the size.
    VeritySha256,
    /// SHA-256 of the JAR manifest: what a source stamp signs for scheme v1.
    Sha256,
}

impl ContentDigestAlgorithm {
    /// The number by which source stamps sort and name it. Source: apksig's `ContentDigestAlgorithm`.
    pub fn id(self) -> u32 {
        match self {
            Self::ChunkedSha256 => 1,
            Self::ChunkedSha512 => 2,
            Self::VeritySha256 => 3,
            Self::Sha256 => 4,
        }
    }

    /// Its strength among the others: Android checks the strongest. Source: apksig's
    /// `compareContentDigestAlgorithm`.
    pub fn strength(self) -> u8 {
        match self {
            Self::Sha256 => 0,
            Self::ChunkedSha256 => 1,
            Self::VeritySha256 => 2,
            Self::ChunkedSha512 => 3,
        }
    }

    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChunkedSha256 => "chunked SHA-256",
            Self::ChunkedSha512 => "chunked SHA-512",
            Self::VeritySha256 => "verity SHA-256",
            Self::Sha256 => "SHA-256",
        }
    }
}

/// The chunk of the chunked digests. [`BLOCK`] is the same, so that a block of the source is a chunk.
const CHUNK: u64 = 1 << 20;
const _: () = assert!(BLOCK as u64 == CHUNK);

/// The page of a verity tree.
pub const PAGE: usize = 4096;

/// The three sections of a file that are digested.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// The file.
    pub source: &'a dyn Source,
    /// Where the signing block starts.
    pub signing_block_offset: u64,
    /// Where the central directory starts.
    pub central_directory_offset: u64,
    /// Where the end record starts, which reaches to the end of the file.
    pub eocd_offset: u64,
}

impl Contents<'_> {
    /// The sections that are digested as they are: where each starts and ends.
    fn sections(&self) -> [(u64, u64); 2] {
        [(0, self.signing_block_offset), (self.central_directory_offset, self.eocd_offset)]
    }
}

/// The digest that nearly every app has, and that alone: chunks whose digests the source knows are not read.
fn chunked_sha256(contents: &Contents, eocd: &[u8]) -> Result<Vec<u8>, SourceError> {
    let mut digester = Box::new(Chunked::<Sha256>::default());
    for (start, end) in contents.sections() {
        for at in (start..end).step_by(BLOCK) {
            let length = CHUNK.min(end - at);
            let is_whole = length == CHUNK && at.is_multiple_of(CHUNK);
            match is_whole.then(|| contents.source.chunk_sha256(at / CHUNK)).flatten() {
                Some(digest) => digester.add(&digest),
                None => digester.update(&read_vec(contents.source, at, length)?),
            }
        }
    }
    eocd.chunks(BLOCK).for_each(|chunk| digester.update(chunk));
    Ok(digester.finish())
}

/// The digests that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentDigests(Vec<(ContentDigestAlgorithm, Vec<u8>)>);

impl ContentDigests {
    /// Computes the digests of `contents` in one pass.
    ///
    /// # Errors
    /// When the source fails.
    pub fn compute(contents: &Contents, algorithms: &[ContentDigestAlgorithm]) -> Result<Self, SourceError> {
        let end = contents.source.len();
        let mut eocd = read_vec(contents.source, contents.eocd_offset, end.saturating_sub(contents.eocd_offset))?;
        let field = EndRecord::DIRECTORY_OFFSET_AT..EndRecord::DIRECTORY_OFFSET_AT + 4;
        if let Some(field) = eocd.get_mut(field) {
            // An offset past 4 GB cannot be: the central directory's own has 32 bits.
            field.copy_from_slice(&(contents.signing_block_offset as u32).to_le_bytes());
        }
        let mut wanted = algorithms.to_vec();
        wanted.sort();
        wanted.dedup();
        wanted.retain(|algorithm| *algorithm != ContentDigestAlgorithm::Sha256);
        if wanted == [ContentDigestAlgorithm::ChunkedSha256] {
            return Ok(Self(vec![(ContentDigestAlgorithm::ChunkedSha256, chunked_sha256(contents, &eocd)?)]));
        }
        let mut digesters: Vec<Box<dyn Digester>> = Vec::new();
        for algorithm in &wanted {
            digesters.push(match algorithm {
                ContentDigestAlgorithm::ChunkedSha256 => Box::new(Chunked::<Sha256>::default()),
                ContentDigestAlgorithm::ChunkedSha512 => Box::new(Chunked::<Sha512>::default()),
                ContentDigestAlgorithm::VeritySha256 => Box::new(VerityDigest::default()),
                ContentDigestAlgorithm::Sha256 => continue,
            });
        }
        let mut feed = |section: &[u8]| digesters.iter_mut().for_each(|digester| digester.update(section));
        for (start, end) in contents.sections() {
            crate::source::for_each_block(contents.source, start, end.saturating_sub(start), &mut feed)?;
        }
        eocd.chunks(BLOCK).for_each(feed);
        Ok(Self(wanted.into_iter().zip(digesters.into_iter().map(|digester| digester.finish())).collect()))
    }

    /// The digest by `algorithm`, if it was asked for.
    pub fn get(&self, algorithm: ContentDigestAlgorithm) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| *known == algorithm).map(|(_, digest)| digest.as_slice())
    }
}

/// A content digest in the making. Each call of `update` is a chunk: at most 1 MB, and never of two sections.
trait Digester {
    fn update(&mut self, chunk: &[u8]);
    fn finish(self: Box<Self>) -> Vec<u8>;
}

/// Each chunk is digested behind 0xA5 and its length, and the digests of the chunks behind 0x5A and their number.
#[derive(Default)]
struct Chunked<D> {
    digests: Vec<u8>,
    count: u32,
    kind: std::marker::PhantomData<D>,
}

impl<D> Chunked<D> {
    /// The digest of the next chunk.
    fn add(&mut self, digest: &[u8]) {
        self.digests.extend_from_slice(digest);
        self.count += 1;
    }
}

impl<D: Digest> Digester for Chunked<D> {
    fn update(&mut self, chunk: &[u8]) {
        let prefixed = D::new().chain_update([0xA5]).chain_update((chunk.len() as u32).to_le_bytes());
        self.add(&prefixed.chain_update(chunk).finalize());
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        let prefixed = D::new().chain_update([0x5A]).chain_update(self.count.to_le_bytes());
        prefixed.chain_update(&self.digests).finalize().to_vec()
    }
}

/// The root of the tree with a salt of eight zero bytes, and the size of what was digested.
struct VerityDigest {
    tree: VerityTree<fn(u32, u64, &[u8])>,
    length: u64,
}

impl Default for VerityDigest {
    fn default() -> Self {
        Self { tree: VerityTree::new(&[0; 8], |_, _, _| {}), length: 0 }
    }
}

impl Digester for VerityDigest {
    fn update(&mut self, chunk: &[u8]) {
        self.tree.update(chunk);
        self.length += chunk.len() as u64;
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        [&self.tree.finish()[..], &self.length.to_le_bytes()].concat()
    }
}

/// A hash tree as fs-verity builds it: the digests of 4 KB pages fill pages of the level above, and so on, up to the
/// one page whose digest is the root. A page of each level is kept at a time.
pub struct VerityTree<V> {
    /// The state of the hash after the salt.
    salted: Sha256,
    /// What is left of the data after the last whole page.
    data: Vec<u8>,
    /// The page in the making of each level, the lowest first, and how many were finished.
    levels: Vec<(Vec<u8>, u64)>,
    /// Told of each finished page: its level (0 is the lowest), its number in the level, its bytes.
    visit: V,
}

impl<V: FnMut(u32, u64, &[u8])> VerityTree<V> {
    /// A tree whose pages are hashed behind `salt`. `visit` is told of each finished page: its level (0 is the
    /// lowest), its number in the level, its bytes.
    pub fn new(salt: &[u8], visit: V) -> Self {
        Self { salted: Sha256::new_with_prefix(salt), data: Vec::with_capacity(PAGE), levels: Vec::new(), visit }
    }

    /// Adds to the data.
    pub fn update(&mut self, mut bytes: &[u8]) {
        if !self.data.is_empty() {
            let (head, rest) = bytes.split_at(bytes.len().min(PAGE - self.data.len()));
            self.data.extend_from_slice(head);
            bytes = rest;
            if self.data.len() < PAGE {
                return;
            }
            let digest = self.hash(&self.data);
            self.data.clear();
            self.push(0, digest);
        }
        let mut pages = bytes.chunks_exact(PAGE);
        for page in &mut pages {
            let digest = self.hash(page);
            self.push(0, digest);
        }
        self.data.extend_from_slice(pages.remainder());
    }

    /// The root's digest. The last page of the data and of each level is filled up with zeroes.
    pub fn finish(mut self) -> [u8; 32] {
        if !self.data.is_empty() {
            self.data.resize(PAGE, 0);
            let digest = self.hash(&self.data);
            self.push(0, digest);
        }
        let mut level = 0;
        loop {
            let Some((page, finished)) = self.levels.get_mut(level) else {
                // No data at all: a root over an empty page.
                return self.hash(&[0; PAGE]);
            };
            page.resize(PAGE, 0);
            let (page, is_root) = (std::mem::take(page), *finished == 0);
            (self.visit)(level as u32, *finished, &page);
            let digest = self.hash(&page);
            if is_root {
                return digest;
            }
            level += 1;
            self.push(level, digest);
        }
    }

    /// Adds a digest to a level. A full page is finished only when another digest follows: alone, it is the root.
    fn push(&mut self, level: usize, digest: [u8; 32]) {
        if self.levels.len() == level {
            self.levels.push((Vec::with_capacity(PAGE), 0));
        }
        let (page, finished) = &mut self.levels[level];
        if page.len() == PAGE {
            let (full, number) = (std::mem::take(page), *finished);
            *finished += 1;
            (self.visit)(level as u32, number, &full);
            let parent = self.hash(&full);
            self.push(level + 1, parent);
        }
        self.levels[level].0.extend_from_slice(&digest);
    }

    fn hash(&self, page: &[u8]) -> [u8; 32] {
        self.salted.clone().chain_update(page).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree built level by level, as its definition says it.
    fn root_by_definition(salt: &[u8], data: &[u8]) -> ([u8; 32], usize) {
        let mut level = data.to_vec();
        let mut pages = 0;
        loop {
            level = level
                .chunks(PAGE)
                .flat_map(|page| {
                    let mut page = page.to_vec();
                    page.resize(PAGE, 0);
                    Sha256::new_with_prefix(salt).chain_update(page).finalize().to_vec()
                })
                .collect();
            pages += level.len().div_ceil(PAGE);
            if level.len() <= PAGE {
                level.resize(PAGE, 0);
                return (Sha256::new_with_prefix(salt).chain_update(level).finalize().into(), pages);
            }
        }
    }

    #[test]
    fn the_tree_in_one_pass_is_the_tree_level_by_level() {
        for length in [1, PAGE - 1, PAGE, PAGE + 1, 127 * PAGE, 128 * PAGE, 128 * PAGE + 1, 129 * PAGE, 300 * PAGE + 7]
        {
            let data = (0..length).map(|i| (i * 7 / 3) as u8).collect::<Vec<u8>>();
            let (root, pages) = root_by_definition(&[0; 8], &data);
            for step in [1000, PAGE, 65_537] {
                let mut seen = 0;
                let mut tree = VerityTree::new(&[0; 8], |_, _, page: &[u8]| {
                    assert_eq!(page.len(), PAGE);
                    seen += 1;
                });
                data.chunks(step).for_each(|part| tree.update(part));
                assert_eq!(tree.finish(), root, "{length} by {step}");
                assert_eq!(seen, pages, "{length} by {step}");
            }
        }
    }

    #[test]
    fn the_end_record_is_read_as_if_the_signing_block_were_not_there() {
        let with = |signing_block: usize| {
            let mut bytes = vec![1u8; 5000];
            bytes.extend(vec![9; signing_block]);
            let central_directory_offset = bytes.len() as u64;
            bytes.extend([2; 50]);
            let eocd_offset = bytes.len() as u64;
            bytes.extend([3; 16]);
            bytes.extend((central_directory_offset as u32).to_le_bytes());
            bytes.extend([0; 2]);
            let contents =
                Contents { source: &bytes, signing_block_offset: 5000, central_directory_offset, eocd_offset };
            use ContentDigestAlgorithm::{ChunkedSha256, ChunkedSha512, VeritySha256};
            ContentDigests::compute(&contents, &[VeritySha256, ChunkedSha256, ChunkedSha512, ChunkedSha256]).unwrap()
        };
        assert_eq!(with(0), with(4096));
        assert_eq!(with(0).0.len(), 3);
        assert_eq!(with(0).get(ContentDigestAlgorithm::VeritySha256).unwrap()[32..], 5072u64.to_le_bytes());
    }

    #[test]
    fn chunks_whose_digests_are_known_are_not_read_and_count_as_what_they_are() {
        /// Knows the digests of some chunks, and fails where one of those is read.
        struct Knowing(Vec<u8>, u64);
        impl Source for Knowing {
            fn len(&self) -> u64 {
                Source::len(&self.0)
            }
            fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
                let is_known = offset + buffer.len() as u64 <= self.1 * CHUNK && buffer.len() as u64 == CHUNK;
                if is_known { Err(SourceError::Unreadable(String::new())) } else { self.0.read_at(offset, buffer) }
            }
            fn chunk_sha256(&self, chunk: u64) -> Option<[u8; 32]> {
                let bytes = &self.0[(chunk * CHUNK) as usize..][..BLOCK];
                let prefix = [&[0xA5][..], &(BLOCK as u32).to_le_bytes()].concat();
                (chunk < self.1).then(|| Sha256::new_with_prefix(prefix).chain_update(bytes).finalize().into())
            }
        }
        let bytes: Vec<u8> = (0..5 * CHUNK / 2).map(|at| (at % 251) as u8).collect();
        let digest = |source: &dyn Source| {
            let len = source.len();
            let contents = Contents {
                source,
                signing_block_offset: len - 300,
                central_directory_offset: len - 200,
                eocd_offset: len - 22,
            };
            ContentDigests::compute(&contents, &[ContentDigestAlgorithm::ChunkedSha256])
        };
        let plain = digest(&bytes).unwrap();
        for known in 0..=2 {
            assert_eq!(digest(&Knowing(bytes.clone(), known)).as_ref(), Ok(&plain), "{known}");
        }
    }
}
