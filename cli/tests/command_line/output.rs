//! How the command line writes: to a pipe that is closed, to a disk that is full, and lines that are one to everybody.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use testkit::{fixture, root};

const FORMATS: [&str; 7] = ["text", "json", "ndjson", "csv", "csv-matches", "stix", "misp"];

fn apklens() -> Command {
    Command::new(env!("CARGO_BIN_EXE_apklens"))
}

/// A scan with the made-up families of the tests beside the built-in ones.
fn scan(format: &str, paths: &[PathBuf]) -> Command {
    let mut command = apklens();
    command
        .args(["scan", "--format", format, "--indicators"])
        .arg(root().join("tests/fixtures/signatures"))
        .args(paths);
    command
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn who_stops_reading_is_told_nothing() {
    for format in FORMATS {
        let mut scan = scan(format, &[fixture("stalker.apk"), fixture("harmless.apk")]);
        let mut child = scan.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: nothing was written, and nothing said");
        assert_eq!(errors(&output), "", "{format}");
    }
}

#[test]
fn the_exit_status_is_that_of_what_was_read() {
    // More than a pipe holds, so that the program is still writing when it is closed.
    let folder = tempfile::tempdir().unwrap();
    for number in 0..60 {
        fs::copy(fixture("stalker.apk"), folder.path().join(format!("{number:02}.apk"))).unwrap();
    }
    let mut child =
        scan("ndjson", &[folder.path().into()]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = Vec::new();
    let mut byte = [0];
    while !first.ends_with(b"\n") {
        stdout.read_exact(&mut byte).unwrap();
        first.push(byte[0]);
    }
    drop(stdout);
    serde_json::from_slice::<Value>(&first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert_eq!(errors(&output), "");
}

#[test]
fn other_commands_may_lose_their_reader_too() {
    let check = ["signatures", "check", "tests/fixtures/signatures"];
    for arguments in [&check[..], &["signatures", "diff", "signatures", "tests/fixtures/signatures"], &["--help"]] {
        let mut command = apklens();
        command.current_dir(root()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), errors(&output).as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
mod full_disk {
    use std::fs::File;

    use super::*;

    fn full() -> File {
        File::options().write(true).open("/dev/full").unwrap()
    }

    #[test]
    fn a_full_disk_is_an_exit_status_of_its_own() {
        for format in FORMATS {
            for name in ["harmless.apk", "stalker.apk", "empty.apk"] {
                let output = scan(format, &[fixture(name)]).stdout(full()).output().unwrap();
                assert_eq!(output.status.code(), Some(3), "{format}, {name}");
                let errors = errors(&output);
                let last = errors.lines().last().unwrap();
                assert!(last.starts_with("apklens: the output could not be written: "), "{errors}");
            }
        }
        let output = scan("text", &[fixture("empty.apk")]).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "there is nowhere to say it");
    }

    #[test]
    fn so_it_is_for_other_commands() {
        let folder = root().join("tests/fixtures/signatures");
        let output = apklens().args(["signatures", "check"]).arg(&folder).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
        let output = apklens().args(["signatures", "build", "-o", "/dev/full"]).arg(&folder).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
        assert!(errors(&output).contains("could not be written: /dev/full: "), "{}", errors(&output));
    }
}

/// What some readers of lines end a line at.
const LINE_ENDS: [char; 11] =
    ['\n', '\r', '\u{B}', '\u{C}', '\u{1C}', '\u{1D}', '\u{1E}', '\u{85}', '\u{2028}', '\u{2029}', '\u{0}'];

#[cfg(unix)]
#[test]
fn a_line_is_one_line_whatever_a_file_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let name = "=1\n+2\r\u{85}\u{2028}\u{2029}\u{1B}[31m\u{202E}x.apk";
    let path = folder.path().join(name);
    fs::copy(fixture("stalker.apk"), &path).unwrap();
    let lines_of = |format: &str, paths: &[PathBuf]| {
        let output = scan(format, paths).output().unwrap();
        let both = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        both.map(|text| {
            text.strip_suffix('\n').unwrap_or(&text).split(LINE_ENDS).map(str::to_owned).collect::<Vec<_>>()
        })
    };
    let missing = folder.path().join("=missing\u{2028}.apk");
    let plain = folder.path().join("plain.apk");
    fs::copy(&path, &plain).unwrap();
    for format in ["text", "ndjson", "csv", "csv-matches"] {
        let [hostile, errors] = lines_of(format, &[path.clone(), missing.clone()]);
        let [expected, _] = lines_of(format, &[plain.clone(), folder.path().join("missing.apk")]);
        assert_eq!(hostile.len(), expected.len(), "{format}: {hostile:#?}");
        assert_eq!(errors.len(), 1, "{format}: {errors:#?}");
        assert!(!hostile.concat().contains('\u{1B}'), "{format}");
    }
    let [lines, _] = lines_of("ndjson", std::slice::from_ref(&path));
    let report: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(report["file"]["name"], name, "an escape means the same");
}

/// What the page writes of these reports: `reportsToCsv` or `matchesToCsv`.
fn page(table: &str, reports: &[u8]) -> String {
    let module = root().join("www/app/export/csv.js");
    let script = format!(
        "import {{ {table} }} from {module:?};
        import {{ readFileSync }} from 'node:fs';
        const reports = readFileSync(0, 'utf8').trimEnd().split('\\n').map((line) => JSON.parse(line));
        process.stdout.write({table}(reports.map((report) => ({{ report, path: report.file.path, checkedAt: null }}))));"
    );
    let mut node = Command::new("node");
    node.args(["--input-type=module", "-e", &script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().unwrap_or_else(|error| panic!("node: {error}: ./build.sh test installs it"));
    child.stdin.take().unwrap().write_all(reports).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn the_page_writes_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = folder.path().join(" ＝cmd,\u{2028}\"x\".apk");
    fs::copy(fixture("watchware.apk"), &hostile).unwrap();
    let names = ["stalker.apk", "renamed.apk", "dual-use.apk", "hostile-strings.apk", "hidden.apk", "empty.apk"];
    let mut paths: Vec<PathBuf> = names.iter().map(|name| fixture(name)).collect();
    paths.extend([hostile, Path::new("missing.apk").into()]);
    let reports = scan("ndjson", &paths).output().unwrap().stdout;
    for (format, table) in [("csv", "reportsToCsv"), ("csv-matches", "matchesToCsv")] {
        let ours = String::from_utf8(scan(format, &paths).output().unwrap().stdout).unwrap();
        let theirs = page(table, &reports);
        // Spreadsheets want a byte order mark, and RFC 4180 has CRLF. The page's own columns are behind ours.
        let theirs = theirs.strip_prefix('\u{FEFF}').unwrap();
        assert!(theirs.ends_with("\r\n"));
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (ours.lines().collect(), theirs.lines().collect());
        assert_eq!(ours.len(), theirs.len());
        assert!(ours.len() > paths.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert!(theirs.strip_prefix(ours).is_some_and(|more| more.starts_with(',')), "{ours}\n{theirs}");
        }
    }
}
