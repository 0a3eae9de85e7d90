//! Files whole or not at all, and the codes that tell how a run went.

use std::{fs, io};

use super::{exit_code, run_code, write_whole};
use crate::{render::sample, timeline::Standing};

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_file_takes_its_place_when_it_is_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("timeline.md");
    fs::write(&file, "old").expect("a file");
    let waiting = write_whole(&file, |out| out.write_all(b"new")).expect("it is written");
    assert_eq!(fs::read(&file).expect("the old one"), b"old");
    waiting.place().expect("it moves");
    assert_eq!(fs::read(&file).expect("the new one"), b"new");
    assert_eq!(names(folder.path()), ["timeline.md"]);
}

#[test]
fn a_file_that_fails_or_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("timeline.md");
    drop(write_whole(&file, |out| out.write_all(b"new")).expect("it is written"));
    let full = |out: &mut dyn io::Write| {
        out.write_all(b"half")?;
        Err(io::Error::other("the disk is full"))
    };
    let error = write_whole(&file, full).expect_err("it fails").to_string();
    assert!(error.contains("timeline.md") && error.contains("the disk is full"), "{error}");
    write_whole(&folder.path().join("none/x.md"), |_| Ok(())).expect_err("no such folder");
    write_whole(folder.path(), |_| Ok(())).expect_err("a folder itself");
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn codes_tell_what_was_not_read_and_under_strict_what_is_in_doubt() {
    let mut timeline = sample::incident();
    timeline.run.faults.clear();
    timeline.run.inputs.retain(|input| input.standing != Standing::Unread);
    assert_eq!(run_code(&timeline.run), 0);
    assert_eq!((exit_code(&timeline, false), exit_code(&timeline, true)), (0, 1));
    timeline.undated.clear();
    timeline.rows.retain(|row| !row.stamp.in_doubt());
    assert_eq!(exit_code(&timeline, true), 0);
    let whole = sample::incident();
    timeline.run.faults = whole.run.faults;
    assert_eq!(exit_code(&timeline, false), 1);
    timeline.run.faults.clear();
    timeline.run.inputs = whole.run.inputs;
    timeline.run.inputs[0].standing = Standing::Unread;
    assert_eq!(exit_code(&timeline, false), 1);
}
