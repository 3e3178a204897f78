//! A program outside the checkout, with the packed crate as its one dependency. It prints the verdict on each app in the
//! files that it is given.

use std::fs::File;

use apklens::{Analyzer, Database, FileSource, Input, Rules};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let analyzer = Analyzer::builder().database(Database::built_in()?).rules(Rules::shipped()?).build();
    for path in std::env::args().skip(1) {
        let source = FileSource::new(File::open(&path)?)?;
        for report in analyzer.analyze(&Input::new("given.apk", &source)) {
            println!("{} {}", report.file.name, report.verdict.level);
        }
    }
    Ok(())
}
