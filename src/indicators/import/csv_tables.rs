//! Tables: `samples.csv` of stalkerware-indicators, and the app flags of ISDi
//! (<https://github.com/stopipv/isdi>, `app-flags.csv`).

use super::{ImportError, Taker};
use crate::indicators::{Class, Kind};

/// Whether a head is that of `samples.csv`.
pub(super) fn is_samples(head: &str) -> bool {
    head.starts_with("sha256,") && head.contains("app")
}

/// Whether a head is that of ISDi's app flags.
pub(super) fn is_isdi(head: &str) -> bool {
    let columns: Vec<&str> = head.split(',').map(|column| column.trim_matches('"')).collect();
    columns.contains(&"appid") && columns.contains(&"flag")
}

/// A table's rows, each with its line and a way to ask for a column.
fn rows(
    text: &str,
    taker: &mut Taker,
    mut row: impl FnMut(&mut Taker, String, &dyn Fn(&str) -> String),
) -> Result<(), ImportError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let syntax = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        ImportError::Syntax { line: usize::try_from(line).unwrap_or(usize::MAX), problem: error.to_string() }
    };
    let heads: Vec<String> = reader.headers().map_err(syntax)?.iter().map(str::to_ascii_lowercase).collect();
    for record in reader.records() {
        let record = record.map_err(syntax)?;
        let place = format!("line {}", record.position().map_or(0, csv::Position::line));
        let column = |name: &str| {
            let place = heads.iter().position(|head| head == name);
            place.and_then(|place| record.get(place)).unwrap_or_default().to_owned()
        };
        row(taker, place, &column);
    }
    Ok(())
}

/// `samples.csv`: of each sample the digest. Its package and certificate are not taken: a sample may be a repackaged
/// one, under a name or a key that is not the family's; `ioc.yaml` has those that are.
pub(super) fn read_samples(text: &str, taker: &mut Taker) -> Result<(), ImportError> {
    rows(text, taker, |taker, place, column| {
        let family = taker.family(&column("app"), None, &[]);
        taker.take(place, family, Kind::FileSha256, &column("sha256"));
    })
}

/// ISDi's app flags: the Android apps, by their package names.
pub(super) fn read_isdi(text: &str, taker: &mut Taker) -> Result<(), ImportError> {
    rows(text, taker, |taker, place, column| {
        let (app, store, flag) = (column("appid"), column("store"), column("flag"));
        let class = match flag.to_ascii_lowercase().as_str() {
            "stalkerware" | "spyware" | "offstore-spyware" | "offstore-stalkerware" => Class::Stalkerware,
            "watchware" => Class::Watchware,
            flag if flag.contains("dual-use") => Class::DualUse,
            _ => return taker.skip(place, &app, format!("its flag is “{flag}”, which is no indicator")),
        };
        if store.eq_ignore_ascii_case("appstore") {
            return taker.skip(place, &app, "no Android app has it");
        }
        let title = column("title");
        let family = taker.family(if title.is_empty() { &app } else { &title }, Some(class), &[]);
        taker.take(place, family, Kind::Package, &app);
    })
}

#[cfg(test)]
mod tests {
    use super::super::import;
    use super::super::tests::{options, outcome};
    use crate::indicators::{Class, Kind};

    #[test]
    fn samples_give_their_digests() {
        let digest = "ab".repeat(32);
        let text = format!("SHA256,Package Name,Certificate,Version,App\n{digest},org.example.a,,1,A\nabc,,,,B\n");
        let imported = import(text.as_bytes(), &options("samples.csv")).unwrap();
        let (used, skipped) = outcome(&imported);
        assert_eq!(used, [(Kind::FileSha256, digest.as_str(), "A", Class::Stalkerware)]);
        assert_eq!(skipped, [("line 3", "abc", "it is not a digest of 64 hexadecimal digits")]);
    }

    #[test]
    fn app_flags_keep_their_classes_and_leave_other_platforms_out() {
        let text = "appId,store,flag,title\n\
                    org.example.a,playstore,dual-use,\"A, with a comma\"\n\
                    org.example.b,offstore,spyware,\n\
                    org.example.c,appstore,dual-use,C\n\
                    org.example.d,playstore,safe,D\n\
                    e\n";
        let imported = import(text.as_bytes(), &options("app-flags.csv")).unwrap();
        let (used, skipped) = outcome(&imported);
        assert_eq!(
            used,
            [
                (Kind::Package, "org.example.a", "A, with a comma", Class::DualUse),
                (Kind::Package, "org.example.b", "org.example.b", Class::Stalkerware),
            ]
        );
        let reasons: Vec<_> = skipped.iter().map(|(place, value, _)| (*place, *value)).collect();
        assert_eq!(reasons, [("line 4", "org.example.c"), ("line 5", "org.example.d"), ("line 6", "e")]);
    }
}
