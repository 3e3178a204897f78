//! The work on indicators, as somebody does it on the command line.

use std::path::Path;

use apklens::indicators::folder::HEAD;

/// Runs the program and gives its standard output and error.
fn apklens(arguments: &[&str], folder: &Path) -> (bool, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_apklens"))
        .arg("signatures")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pack_is_imported_signed_verified_and_compared_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("list.txt"), "package:org.example.a\nnot/a/host.com\n").unwrap();
    let (done, told, skipped) =
        apklens(&["import", "list.txt", "--date", "2026-06-21", "-o", "list.db"], folder.path());
    assert!(done && told.contains("1 used, 1 skipped"), "{told}{skipped}");
    assert!(skipped.contains("list.txt: line 2: “not/a/host.com” is skipped"), "{skipped}");

    std::fs::write(at("key"), "07".repeat(32)).unwrap();
    assert!(apklens(&["sign", "list.db", "--key", "key", "-o", "signed.db"], folder.path()).0);
    let (done, told, _) = apklens(&["verify", "signed.db"], folder.path());
    assert!(done && told.contains("signed by ea4a6c63"), "{told}");
    let mut altered = std::fs::read(at("signed.db")).unwrap();
    *altered.last_mut().unwrap() ^= 1;
    std::fs::write(at("altered.db"), altered).unwrap();
    let (done, _, problem) = apklens(&["verify", "altered.db"], folder.path());
    assert!(!done && problem.contains("does not hold"), "{problem}");

    std::fs::write(at("newer.txt"), "package:org.example.b\n").unwrap();
    let (done, told, _) = apklens(&["diff", "signed.db", "newer.txt"], folder.path());
    assert!(done);
    assert_eq!(told, "- list (stalkerware): package org.example.a\n+ newer (stalkerware): package org.example.b\n");
}

#[test]
fn mistakes_in_source_files_are_all_named_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(
        folder.path().join(HEAD),
        "version = \"1\"\n[[sources]]\nname = \"mine\"\ntitle = \"\"\nurl = \"\"\nlicence = \"\"\ndate = \"soon\"\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("mine/a.toml"), "name = \"A\"\nclass = \"watchware\"\npackages = [\"a\"]\n")
        .unwrap();
    let (done, _, problems) = apklens(&["check", "."], folder.path());
    assert!(!done);
    assert!(problems.contains("database.toml: “soon” is not a date"), "{problems}");
    assert!(problems.contains("mine/a.toml: “a” cannot be used"), "{problems}");
}
