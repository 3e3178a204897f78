//! Writes resource tables for the tests, chunk by chunk, so that each can be written wrong. The layouts are those of
//! AOSP `ResourceTypes.h`.

/// A chunk: its kind, what its header has besides the chunk header, and its data.
pub fn chunk(kind: u16, header: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((8 + header.len() as u16).to_le_bytes());
    bytes.extend((8 + header.len() as u32 + data.len() as u32).to_le_bytes());
    bytes.extend(header);
    bytes.extend(data);
    bytes
}

/// Little-endian 32-bit numbers.
pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// Replaces the bytes at `offset`.
pub fn patch(bytes: &mut [u8], offset: usize, with: &[u8]) {
    bytes[offset..offset + with.len()].copy_from_slice(with);
}

/// A UTF-8 string pool; each string is shorter than 128 bytes.
pub fn string_pool(strings: &[&str]) -> Vec<u8> {
    let (mut offsets, mut data) = (Vec::new(), Vec::new());
    for string in strings {
        offsets.push(data.len() as u32);
        data.extend([string.encode_utf16().count() as u8, string.len() as u8]);
        data.extend(string.bytes());
        data.push(0);
    }
    data.resize(data.len().next_multiple_of(4), 0);
    let header = words(&[strings.len() as u32, 0, 1 << 8, 28 + 4 * strings.len() as u32, 0]);
    chunk(0x0001, &header, &[words(&offsets), data].concat())
}

/// A text in a place of `length` characters of 16 bits.
pub fn fixed_name(name: &str, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.resize(length * 2, 0);
    bytes
}

/// A whole table.
pub fn table(strings: &[&str], packages: &[Vec<u8>]) -> Vec<u8> {
    let data = [string_pool(strings), packages.concat()].concat();
    chunk(0x0002, &words(&[packages.len() as u32]), &data)
}

/// A package with the names of its types (counted from 1) and of its entries, and what follows the names.
pub fn package(id: u32, name: &str, types: &[&str], entries: &[&str], chunks: &[Vec<u8>]) -> Vec<u8> {
    package_with_offset(id, name, 0, types, entries, chunks)
}

/// The same, with type numbers that are moved by `offset`.
pub fn package_with_offset(
    id: u32,
    name: &str,
    offset: u32,
    types: &[&str],
    entries: &[&str],
    chunks: &[Vec<u8>],
) -> Vec<u8> {
    let (types, entries) = (string_pool(types), string_pool(entries));
    let mut header = words(&[id]);
    header.extend(fixed_name(name, 128));
    header.extend(words(&[288, 0, 288 + types.len() as u32, 0, offset]));
    chunk(0x0200, &header, &[types, entries, chunks.concat()].concat())
}

/// The declaration of a type with `count` entries.
pub fn type_spec(id: u8, count: u32) -> Vec<u8> {
    chunk(0x0202, &[vec![id, 0, 0, 0], words(&[count])].concat(), &words(&vec![0; count as usize]))
}

/// The entries of a type for one configuration; the place of an entry in the list is its number.
pub fn dense(id: u8, configuration: &[u8], entries: &[Option<Vec<u8>>]) -> Vec<u8> {
    let (mut offsets, mut data) = (Vec::new(), Vec::new());
    for entry in entries {
        offsets.extend(entry.as_ref().map_or(u32::MAX, |_| data.len() as u32).to_le_bytes());
        data.extend(entry.iter().flatten());
    }
    type_chunk(id, 0, configuration, entries.len() as u32, &offsets, &data)
}

/// The same with offsets of 16 bits.
pub fn offset16(id: u8, configuration: &[u8], entries: &[Option<Vec<u8>>]) -> Vec<u8> {
    let (mut offsets, mut data) = (Vec::new(), Vec::new());
    for entry in entries {
        offsets.extend(entry.as_ref().map_or(u16::MAX, |_| (data.len() / 4) as u16).to_le_bytes());
        data.extend(entry.iter().flatten());
    }
    offsets.resize(offsets.len().next_multiple_of(4), 0);
    type_chunk(id, 0x02, configuration, entries.len() as u32, &offsets, &data)
}

/// The same with an index of numbers and offsets, in the order given.
pub fn sparse(id: u8, configuration: &[u8], entries: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let (mut index, mut data) = (Vec::new(), Vec::new());
    for (number, entry) in entries {
        index.extend(number.to_le_bytes());
        index.extend(((data.len() / 4) as u16).to_le_bytes());
        data.extend(entry);
    }
    type_chunk(id, 0x01, configuration, entries.len() as u32, &index, &data)
}

/// A `ResTable_type` with an index and entries as they are.
pub fn type_chunk(id: u8, flags: u8, configuration: &[u8], count: u32, index: &[u8], data: &[u8]) -> Vec<u8> {
    let start = 20 + configuration.len() + index.len();
    let header = [&[id, flags, 0, 0], &words(&[count, start as u32])[..], configuration].concat();
    chunk(0x0201, &header, &[index, data].concat())
}

/// A configuration of 64 bytes: `fields` are put at their offsets.
pub fn configuration(fields: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    patch(&mut bytes, 0, &64u32.to_le_bytes());
    for (offset, field) in fields {
        patch(&mut bytes, *offset, field);
    }
    bytes
}

/// The default configuration.
pub fn unqualified() -> Vec<u8> {
    configuration(&[])
}

/// A configuration for a language of two letters, and a region or nothing.
pub fn locale(language: &str, region: &str) -> Vec<u8> {
    configuration(&[(8, language.as_bytes()), (10, region.as_bytes())])
}

/// An entry with one value.
pub fn entry(name: u32, data_type: u8, data: u32) -> Vec<u8> {
    [&[8, 0, 0, 0], &words(&[name])[..], &[8, 0, 0, data_type], &words(&[data])[..]].concat()
}

/// An entry whose value is a string of the table's pool.
pub fn string(name: u32, index: u32) -> Option<Vec<u8>> {
    Some(entry(name, 0x03, index))
}

/// An entry that refers to another resource.
pub fn reference(name: u32, id: u32) -> Option<Vec<u8>> {
    Some(entry(name, 0x01, id))
}

/// A compact entry.
pub fn compact(name: u16, data_type: u8, data: u32) -> Vec<u8> {
    [&name.to_le_bytes()[..], &[0x08, data_type], &data.to_le_bytes()].concat()
}

/// A bag: names, types and data.
pub fn bag(name: u32, parent: u32, items: &[(u32, u8, u32)]) -> Vec<u8> {
    let mut bytes = [&[16, 0, 1, 0], &words(&[name, parent, items.len() as u32])[..]].concat();
    for (name, data_type, data) in items {
        bytes.extend([&words(&[*name])[..], &[8, 0, 0, *data_type], &words(&[*data])[..]].concat());
    }
    bytes
}

/// A list of libraries: numbers and names.
pub fn libraries(libraries: &[(u32, &str)]) -> Vec<u8> {
    let entries = libraries.iter().map(|(id, name)| [words(&[*id]), fixed_name(name, 128)].concat());
    chunk(0x0203, &words(&[libraries.len() as u32]), &entries.collect::<Vec<_>>().concat())
}

/// An overlayable with one policy.
pub fn overlayable(name: &str, actor: &str, flags: u32, ids: &[u32]) -> Vec<u8> {
    let policy = chunk(0x0205, &words(&[flags, ids.len() as u32]), &words(ids));
    chunk(0x0204, &[fixed_name(name, 256), fixed_name(actor, 256)].concat(), &policy)
}

/// Aliases: from, to.
pub fn aliases(aliases: &[(u32, u32)]) -> Vec<u8> {
    let pairs: Vec<u32> = aliases.iter().flat_map(|(from, to)| [*from, *to]).collect();
    chunk(0x0206, &words(&[aliases.len() as u32]), &words(&pairs))
}
