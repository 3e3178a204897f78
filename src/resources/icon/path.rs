//! Path data: what a vector drawable's `pathData` says, written anew from its commands and numbers.
//!
//! Source: SVG 1.1, §8.3, which AOSP `libs/hwui/utils/VectorDrawableUtils.cpp` and `PathParser.cpp` follow.

use std::fmt::Write;

use super::svg::number;

/// How many numbers of one path are read.
const MAX_NUMBERS: usize = 50_000;

/// The path in SVG's form; none when it is not a path. Android refuses a path whose text is wrong; here it ends where
/// it stops making sense.
pub(super) fn rewrite(text: &str) -> Option<String> {
    let mut rest = Numbers { rest: text.as_bytes() };
    let (mut path, mut count) = (String::new(), 0);
    while let Some(command) = rest.command() {
        // The first command moves; what else starts a path is no path.
        if path.is_empty() && !command.eq_ignore_ascii_case(&b'm') {
            return None;
        }
        let arity = match command.to_ascii_lowercase() {
            b'z' => 0,
            b'h' | b'v' => 1,
            b'm' | b'l' | b't' => 2,
            b's' | b'q' => 4,
            b'c' => 6,
            b'a' => 7,
            _ => break,
        };
        path.push(char::from(command));
        if arity == 0 {
            continue;
        }
        let mut sets = 0;
        'sets: loop {
            let mut set = [0.0; 7];
            for (index, slot) in set.iter_mut().take(arity).enumerate() {
                // An arc's two flags may stand without a space around them.
                let is_flag = arity == 7 && (index == 3 || index == 4);
                let value = if is_flag { rest.flag().or_else(|| rest.number()) } else { rest.number() };
                let Some(value) = value else { break 'sets };
                *slot = if is_flag && value != 0.0 { 1.0 } else { value };
            }
            count += arity;
            if count > MAX_NUMBERS {
                return None;
            }
            for value in &set[..arity] {
                // Writing to a string cannot fail.
                let _ = write!(path, "{} ", number(*value));
            }
            sets += 1;
        }
        if sets == 0 {
            path.pop();
            break;
        }
    }
    (!path.is_empty()).then_some(path)
}

/// What is left of a path's text.
struct Numbers<'a> {
    rest: &'a [u8],
}

impl Numbers<'_> {
    fn skip_separators(&mut self) {
        while let [b' ' | b',' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn command(&mut self) -> Option<u8> {
        self.skip_separators();
        let (first, rest) = self.rest.split_first()?;
        first.is_ascii_alphabetic().then(|| {
            self.rest = rest;
            *first
        })
    }

    fn flag(&mut self) -> Option<f32> {
        self.skip_separators();
        let (first, rest) = self.rest.split_first()?;
        let flag = match first {
            b'0' => 0.0,
            b'1' => 1.0,
            _ => return None,
        };
        // `1.5` is a number, not a flag and another number.
        if matches!(rest.first(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.rest = rest;
        Some(flag)
    }

    /// A number ends where the next begins: at a sign, or at a second point.
    fn number(&mut self) -> Option<f32> {
        self.skip_separators();
        let (mut length, mut has_point, mut has_exponent) = (0, false, false);
        while let Some(byte) = self.rest.get(length) {
            let after_exponent = length > 0 && matches!(self.rest[length - 1], b'e' | b'E');
            match byte {
                b'0'..=b'9' => {}
                b'+' | b'-' if length == 0 || after_exponent => {}
                b'.' if !has_point && !has_exponent => has_point = true,
                b'e' | b'E' if length > 0 && !has_exponent => has_exponent = true,
                _ => break,
            }
            length += 1;
        }
        let (text, rest) = self.rest.split_at(length);
        let value: f32 = std::str::from_utf8(text).ok()?.parse().ok()?;
        self.rest = rest;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_numbers_are_written_anew() {
        assert_eq!(rewrite("M12,2L4.5-20.29 .5.5z").unwrap(), "M12 2 L4.5 -20.29 0.5 0.5 z");
        assert_eq!(rewrite("m1e1 2e-1h-3.5v+4").unwrap(), "m10 0.2 h-3.5 v4 ");
        assert_eq!(rewrite("M0 0a1,1 0 11 .5.5 2 2 0 0 1 3 3").unwrap(), "M0 0 a1 1 0 1 1 0.5 0.5 2 2 0 0 1 3 3 ");
        assert_eq!(rewrite("M0,0 C1 2 3 4 5 6 s1 2 3 4 Q1 2 3 4T5 6").unwrap().matches(' ').count(), 18);
    }

    #[test]
    fn what_is_no_path_is_left_out() {
        assert_eq!(rewrite(""), None);
        assert_eq!(rewrite("L1 1"), None);
        assert_eq!(rewrite("\"/><script>alert(1)</script>"), None);
        assert_eq!(rewrite("M1 1 L2 2 X9 9 L3 3").unwrap(), "M1 1 L2 2 ");
        assert_eq!(rewrite("M1 1 L2 2\" onload=\"x").unwrap(), "M1 1 L2 2 ");
        assert_eq!(rewrite("M1 NaN"), None);
        assert_eq!(rewrite(&"M1 1".repeat(MAX_NUMBERS)), None);
    }
}
