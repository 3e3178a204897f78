//! Rows of CSV that are one line to every reader, and text to every spreadsheet. The page writes the same
//! (www/app/export/csv.js); tests/csv-cells.json holds the two together.

use std::io::{self, Write};

use apklens::note::on_one_line;

/// What a spreadsheet takes for the beginning of a formula, with the forms of these characters that some of them read
/// alike (OWASP, “CSV Injection”; Unicode, Halfwidth and Fullwidth Forms and Small Form Variants).
const STARTS: [char; 13] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];

/// Writes a row (RFC 4180).
pub fn write_row<'c>(output: &mut impl Write, cells: impl IntoIterator<Item = &'c str>) -> io::Result<()> {
    // The writer of CSV does not tell why the output failed: it gets none.
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells.into_iter().map(cell))?;
    output.write_all(&writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?)
}

/// A value as a cell: on one line, and no formula, which a value from an app must not become.
fn cell(value: &str) -> String {
    let line = on_one_line(value);
    let first = line.chars().find(|character| !is_blank(*character));
    if first.is_some_and(|first| STARTS.contains(&first)) { format!("'{line}") } else { line }
}

/// Whether nothing is seen of a character: a spreadsheet may pass over it. White space, and those of the characters
/// that may be ignored (Unicode, `Default_Ignorable_Code_Point`) that are no part of a letter.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_those_that_the_page_writes() {
        let cases: Vec<[String; 2]> = serde_json::from_str(include_str!("../../tests/csv-cells.json")).unwrap();
        assert!(cases.len() > 30);
        for [value, written] in cases {
            let mut row = Vec::new();
            // With a neighbour: a row of one empty cell is written in another way.
            write_row(&mut row, ["x", &value]).unwrap();
            assert_eq!(String::from_utf8(row).unwrap(), format!("x,{written}\n"), "{value:?}");
        }
    }
}
