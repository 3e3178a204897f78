use super::Element;

/// The length octets of DER (X.690 section 10.1): definite, and as few as there can be.
pub(super) fn length_octets(length: usize) -> Vec<u8> {
    let bytes = length.to_be_bytes();
    let significant = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..];
    match significant {
        [] => vec![0],
        [short @ 0..0x80] => vec![*short],
        long => [&[0x80 | long.len() as u8], long].concat(),
    }
}

/// A value in DER, by its identifier octet and its contents.
pub fn der(identifier: u8, contents: &[u8]) -> Vec<u8> {
    [&[identifier], length_octets(contents.len()).as_slice(), contents].concat()
}

impl Element<'_> {
    /// The value as Java writes it after reading it: in its own octets, but with the shortest length, and with lengths
    /// stated where they were not (`sun.security.util.DerValue.toByteArray`, `DerIndefLenConverter`). For tags below 31 only.
    pub fn rewritten(&self) -> Vec<u8> {
        let identifier = self.encoded.first().copied().unwrap_or_default();
        if !self.constructed || !self.is_indefinite() {
            return der(identifier, self.contents);
        }
        let mut contents = Vec::new();
        let mut children = self.children();
        // What is indefinite was read to its end before, so that no error is left to be met.
        while let Ok(Some(child)) = children.next() {
            contents.extend(child.rewritten());
        }
        der(identifier, &contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_the_shortest() {
        let length = |count: usize| length_octets(count);
        assert_eq!([length(0), length(0x7F)], [vec![0], vec![0x7F]]);
        assert_eq!([length(0x80), length(0xFF)], [vec![0x81, 0x80], vec![0x81, 0xFF]]);
        assert_eq!([length(0x100), length(0x1_0000)], [vec![0x82, 1, 0], vec![0x83, 1, 0, 0]]);
        let long = [&[0x16, 0x81, 2][..], b"ab"].concat();
        assert_eq!(Element::parse(&long).unwrap().rewritten(), [&[0x16, 2][..], b"ab"].concat());
    }

    #[test]
    fn lengths_that_are_not_stated_are_written() {
        let nested = [0x30, 0x80, 0x31, 0x80, 0x02, 0x81, 0x01, 0x07, 0, 0, 0, 0];
        assert_eq!(Element::parse(&nested).unwrap().rewritten(), [0x30, 5, 0x31, 3, 0x02, 1, 7]);
    }
}
