//! What the command line reads: lists of names, folders with links, pipes, and what is no file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use testkit::fixture;

fn apklens() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apklens"));
    command.args(["scan", "--format", "ndjson"]);
    command
}

fn scan<P: AsRef<OsStr>>(paths: &[P]) -> Output {
    apklens().args(paths).stdin(Stdio::null()).output().unwrap()
}

/// Scans with these bytes on standard input, which is a pipe.
fn scan_with(input: &[u8], arguments: &[&str]) -> Output {
    let mut child = apklens();
    child.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    // It may have ended before all is written.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn reports(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The path and the verdict of each file.
fn answers(output: &Output) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    reports(output).iter().map(|report| (text(&report["file"]["path"]), text(&report["verdict"]["level"]))).collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with a copy of a harmless app under each of these names.
fn folder(names: &[&[u8]]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fixture("harmless.apk"), path).unwrap();
    }
    folder
}

/// What `answers` gives for files in a folder.
fn expected(folder: &TempDir, names: &[(&str, &str)]) -> Vec<(String, String)> {
    let path = |name: &str| if name.is_empty() { folder.path().to_owned() } else { folder.path().join(name) };
    names.iter().map(|(name, level)| (path(name).to_str().unwrap().to_owned(), (*level).to_owned())).collect()
}

const READ: &str = "nothing-known";
const NOT_READ: &str = "could-not-check";

#[test]
fn a_name_that_is_no_text_ends_no_list() {
    let folder = folder(&[b"a\xFF.apk", b"b.apk"]);
    let mut list = Vec::new();
    for name in [&b"a\xFF.apk"[..], b"missing\xFE.apk", b"b.apk"] {
        list.extend_from_slice(folder.path().as_os_str().as_bytes());
        list.extend([b"/", name, b"\n"].concat());
    }
    let output = scan_with(&list, &["-"]);
    let names = [("a\\xFF.apk", READ), ("missing\\xFE.apk", NOT_READ), ("b.apk", READ)];
    assert_eq!(answers(&output), expected(&folder, &names));
    assert_eq!(output.status.code(), Some(2));
    // The same, named as arguments and by the folder.
    let given = scan(&[folder.path().join(OsStr::from_bytes(b"a\xFF.apk"))]);
    assert_eq!(answers(&given), expected(&folder, &names[..1]));
    assert_eq!(answers(&scan(&[folder.path()])), expected(&folder, &[names[0], names[2]]));
}

#[test]
fn names_end_with_lines_of_any_system_or_with_nul() {
    let folder = folder(&[b"a.apk", b"b c.apk", b"d\ne.apk"]);
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let two = expected(&folder, &[("a.apk", READ), ("b c.apk", READ)]);
    for list in [
        format!("{}\n{}\n", at("a.apk"), at("b c.apk")),
        format!("{}\r\n\r\n{}\r\n", at("a.apk"), at("b c.apk")),
        format!("\u{FEFF}{}\n\n{}", at("a.apk"), at("b c.apk")),
    ] {
        assert_eq!(answers(&scan_with(list.as_bytes(), &["-"])), two, "{list:?}");
    }
    let list = format!("{}\0{}\0", at("a.apk"), at("d\ne.apk"));
    for option in ["-0", "--null"] {
        let names = [("a.apk", READ), ("d\ne.apk", READ)];
        assert_eq!(answers(&scan_with(list.as_bytes(), &[option, "-"])), expected(&folder, &names));
    }
    let output = scan_with(list.as_bytes(), &["-"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("is --null missing?"), "{}", errors(&output));
}

#[test]
fn a_list_that_names_nothing_is_no_answer() {
    let app = fs::read(fixture("harmless.apk")).unwrap();
    for (list, why) in [
        (&b""[..], "the list names no file"),
        (b"\n\r\n", "the list names no file"),
        (&app, "this is an archive, and not a list of files"),
        (b"\xFF\xFEa\0", "the list is in UTF-16"),
    ] {
        let output = scan_with(list, &["-"]);
        assert_eq!(output.status.code(), Some(2), "{why}");
        assert!(errors(&output).contains(why), "{}", errors(&output));
        assert_eq!(answers(&output), [("-".to_owned(), NOT_READ.to_owned())]);
    }
    // What else is named is read all the same.
    let output = scan_with(b"", &["-", fixture("harmless.apk").to_str().unwrap()]);
    assert_eq!(reports(&output).len(), 2);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn links_in_a_folder_are_followed_and_loops_are_not() {
    let elsewhere = folder(&[b"app", b"deep/other.apk"]);
    let folder = folder(&[b"inner/a.apk"]);
    let link = |to: PathBuf, from: &str| symlink(to, folder.path().join(from)).unwrap();
    link(elsewhere.path().join("app"), "link.apk");
    link(elsewhere.path().join("deep"), "linked");
    link(folder.path().to_owned(), "inner/loop");
    link(PathBuf::from("itself"), "itself");
    link(PathBuf::from("nowhere"), "notes.txt");
    let output = scan(&[folder.path()]);
    let names = [("inner/a.apk", READ), ("link.apk", READ), ("linked/other.apk", READ)];
    assert_eq!(answers(&output), expected(&folder, &names));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    // A link that should lead to an app, and does not, is a gap.
    link(PathBuf::from("nowhere"), "missing.apk");
    let output = scan(&[folder.path()]);
    assert!(answers(&output).contains(&expected(&folder, &[("missing.apk", NOT_READ)])[0]));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn folders_of_links_to_each_other_are_walked_once() {
    let folder = folder(&[b"30/a.apk"]);
    for number in 0..30 {
        fs::create_dir(folder.path().join(number.to_string())).unwrap();
        for way in ["left", "right"] {
            let to = format!("../{}", number + 1);
            symlink(to, folder.path().join(number.to_string()).join(way)).unwrap();
        }
    }
    // Two to the power of thirty paths lead to the app.
    let output = scan(&[folder.path().join("0")]);
    assert_eq!(reports(&output).len(), 1);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_several_paths_lead_to_is_read_once_and_said() {
    let folder = folder(&[b"a.apk", b"inner/b.apk"]);
    symlink("a.apk", folder.path().join("z.apk")).unwrap();
    let a = folder.path().join("a.apk");
    let output =
        scan(&[&a, &folder.path().join("inner"), &folder.path().join("./inner/../a.apk"), &folder.path().into()]);
    assert_eq!(answers(&output), expected(&folder, &[("a.apk", READ), ("inner/b.apk", READ)]));
    let said = format!("z.apk is the same as {}, and read once", a.display());
    assert!(errors(&output).contains(&said), "{}", errors(&output));
    assert_eq!(output.status.code(), Some(0));
    // Two files of the same bytes are two.
    fs::copy(&a, folder.path().join("copy.apk")).unwrap();
    assert_eq!(reports(&scan(&[&a, &folder.path().join("copy.apk")])).len(), 2);
}

/// The report on a file without what its path gives.
fn without_path(mut report: Value) -> Value {
    let file = report["file"].as_object_mut().unwrap();
    file.remove("path");
    file.remove("name");
    report
}

#[test]
fn what_comes_through_a_pipe_is_read_as_a_file_is() {
    for name in ["stalker.apk", "truncated.apk", "empty.apk"] {
        let path = fixture(name);
        let bytes = fs::read(&path).unwrap();
        let as_file = scan(&[&path]);
        let expected = without_path(reports(&as_file)[0].clone());
        let piped = scan_with(&bytes, &["/dev/stdin"]);
        assert_eq!(without_path(reports(&piped)[0].clone()), expected, "{name}");
        assert_eq!(piped.status.code(), as_file.status.code(), "{name}");
        let redirected = apklens().arg("/dev/stdin").stdin(File::open(&path).unwrap()).output().unwrap();
        assert_eq!(without_path(reports(&redirected)[0].clone()), expected, "{name}");
        let mut substituted = Command::new("bash");
        substituted.arg("-c").arg("exec \"$0\" scan --format ndjson <(cat \"$1\")");
        let substituted = substituted.arg(env!("CARGO_BIN_EXE_apklens")).arg(&path).output().unwrap();
        assert_eq!(without_path(reports(&substituted)[0].clone()), expected, "{name}: {}", errors(&substituted));
    }
}

#[test]
fn a_socket_on_standard_input_is_read_as_a_pipe_is() {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let child = apklens().arg("/dev/stdin").stdin(std::os::fd::OwnedFd::from(theirs)).stdout(Stdio::piped()).spawn();
    let bytes = fs::read(fixture("harmless.apk")).unwrap();
    (&ours).write_all(&bytes).unwrap();
    drop(ours);
    assert_eq!(answers(&child.unwrap().wait_with_output().unwrap()), [("/dev/stdin".to_owned(), READ.to_owned())]);
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_named_pipe_is_read_when_somebody_writes_and_given_up_when_nobody_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe.apk");
    fifo(&path);
    let into = path.clone();
    let writer = std::thread::spawn(move || fs::write(into, fs::read(fixture("harmless.apk")).unwrap()).unwrap());
    assert_eq!(answers(&scan(&[&path])), expected(&folder, &[("pipe.apk", READ)]));
    writer.join().unwrap();

    let output = scan(&[OsStr::new("--patience"), OsStr::new("1"), path.as_os_str()]);
    assert_eq!(answers(&output), expected(&folder, &[("pipe.apk", NOT_READ)]));
    assert!(errors(&output).contains("nothing came through this pipe for 1 s"), "{}", errors(&output));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_no_file_is_said_and_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("socket.apk");
    let _listener = UnixListener::bind(&socket).unwrap();
    for (path, what) in [(Path::new("/dev/zero"), "device"), (Path::new("/dev/null"), "device"), (&socket, "socket")] {
        let output = scan(&[path]);
        assert_eq!(output.status.code(), Some(2), "{what}");
        assert!(errors(&output).contains(&format!("this is a {what}, and not a file")), "{}", errors(&output));
    }
    // In a folder, what is called as an app is said, and a pipe is nothing to wait for.
    fifo(&folder.path().join("pipe.apk"));
    fifo(&folder.path().join("pipe"));
    let output = scan(&[folder.path()]);
    assert_eq!(answers(&output), expected(&folder, &[("pipe.apk", NOT_READ), ("socket.apk", NOT_READ)]));
    assert!(errors(&output).contains("name it itself to have it read"), "{}", errors(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_tells_no_length_is_not_empty() {
    let output = scan(&["/proc/self/status"]);
    let report = &reports(&output)[0];
    assert!(report["file"]["size"].as_u64().unwrap() > 100, "{report}");
    assert_eq!(report["problems"][0]["code"], "archive-not-zip");
}

#[test]
fn files_of_one_name_are_told_apart_read_or_not() {
    let folder = folder(&[b"a/base.apk", b"b/base.apk"]);
    fs::create_dir(folder.path().join("c")).unwrap();
    fs::write(folder.path().join("c/base.apk"), "").unwrap();
    let names = [("a/base.apk", READ), ("b/base.apk", READ), ("c/base.apk", NOT_READ)];
    let output = scan(&[folder.path()]);
    assert_eq!(answers(&output), expected(&folder, &names));
    assert!(reports(&output).iter().all(|report| report["file"]["name"] == "base.apk"));
    // The path is the one that was given, and no other.
    let output = apklens().current_dir(folder.path()).args(["a/base.apk", "./b"]).output().unwrap();
    let paths: Vec<String> = answers(&output).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["a/base.apk", "./b/base.apk"]);
    for format in ["stix", "misp"] {
        let output = Command::new(env!("CARGO_BIN_EXE_apklens"))
            .args(["scan", "--format", format, "x/base.apk", "y/base.apk"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("\"x\"") && text.contains("\"y\""), "{text}");
    }
}
