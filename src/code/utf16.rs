//! Text in UTF-16 among other bytes, as .NET and some native code hold it.
//!
//! Any two bytes make a UTF-16 unit, so only what is ASCII is taken for text, and only where it holds a dot: host
//! names and addresses do. The strings of compiled resources are read with all their letters (see `pools`).

use memchr::memmem;

/// The fewest characters of a run: fewer are more often chance than text, and no host name is as short.
const MIN_CHARACTERS: usize = 4;

/// A run of printable ASCII characters in UTF-16, little-endian, with a dot among them.
pub struct Run {
    /// Where it starts.
    pub offset: usize,
    /// The characters, a byte for each.
    pub characters: Vec<u8>,
}

/// Hands every run to `visit`, in order. Takes time in proportion to the bytes.
pub fn for_each_run(bytes: &[u8], visit: &mut dyn FnMut(Run)) {
    let finder = memmem::Finder::new(b".\0");
    let mut done = 0;
    while let Some(dot) = bytes.get(done..).and_then(|rest| finder.find(rest)).map(|dot| done + dot) {
        let before = bytes[done..dot].rchunks_exact(2).take_while(|unit| is_printable(unit)).count();
        let start = dot - 2 * before;
        let characters: Vec<u8> =
            bytes[start..].chunks_exact(2).take_while(|unit| is_printable(unit)).map(|unit| unit[0]).collect();
        done = start + 2 * characters.len();
        if characters.len() >= MIN_CHARACTERS {
            visit(Run { offset: start, characters });
        }
    }
}

fn is_printable(unit: &[u8]) -> bool {
    matches!(unit, [b' '..=b'~', 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn runs(bytes: &[u8]) -> Vec<(usize, String)> {
        let mut runs = Vec::new();
        for_each_run(bytes, &mut |run| runs.push((run.offset, String::from_utf8(run.characters).unwrap())));
        runs
    }

    #[test]
    fn runs_are_found_at_any_alignment() {
        let text = utf16("a.example");
        for padding in 0..4 {
            let bytes = [&vec![7; padding], text.as_slice(), &[1, 2], &utf16("é x.y zéa.b"), b"."].concat();
            assert_eq!(
                runs(&bytes),
                [(padding, "a.example".to_owned()), (padding + 22, " x.y z".to_owned())],
                "{padding}"
            );
        }
        assert_eq!(runs(b"a.example\0\0"), []);
    }
}
