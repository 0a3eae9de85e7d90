//! The same bytes for the same input, whatever runs it; and the same events from the same evidence
//! in another wrapping.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use rfo::{
    render::{Format, Look, render},
    report, run,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::house::{
    INCIDENT, OPTIONS, Said, command, copy_of, files, incident, meant, rfo, root, said, set_times,
    write,
};

/// What a run wrote: its output and its summary.
fn run_in(folder: &Path, args: &[&str]) -> (String, String) {
    let args = [&["timeline", "-f", "jsonl", "--all", "--summary", "../run.json"], args, &OPTIONS];
    let said = rfo(&folder.join(INCIDENT), &args.concat());
    assert!(said.code < 2, "{}", said.err);
    (said.out, fs::read_to_string(folder.join("run.json")).expect("the summary"))
}

#[test]
fn threads_and_the_order_of_arguments_change_nothing() {
    let folder = incident();
    let first = run_in(folder.path(), &["."]);
    let names: Vec<String> = fs::read_dir(folder.path().join(INCIDENT))
        .expect("the fixture")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    for jobs in ["1", "2", "8"] {
        assert!(run_in(folder.path(), &[".", "-j", jobs]) == first, "-j {jobs}");
        names.rotate_left(1);
        assert!(run_in(folder.path(), &[&names[..], &["-j", jobs]].concat()) == first, "{names:?}");
        names.reverse();
        assert!(
            run_in(folder.path(), &[&names[..], &["./logs/", "."]].concat()) == first,
            "{names:?}"
        );
    }
}

#[test]
fn the_size_of_the_chunks_changes_nothing() {
    let path = root().join("fixtures").join(INCIDENT);
    let path = path.to_str().expect("a path");
    let (reading, showing) = meant(&[&["-j", "2", path], &OPTIONS[..]].concat());
    let all = |chunk: u64, all: bool| {
        let reading = rfo::settings::Reading { chunk, ..reading.clone() };
        let showing = rfo::settings::Showing { all, ..showing.clone() };
        let timeline = run::timeline(&reading, &showing, &[], false).expect("it runs");
        let mut out = report::run_json(&timeline.run).into_bytes();
        for format in [Format::Jsonl, Format::Markdown] {
            render(&timeline, format, Look::default(), &mut out).expect("memory");
        }
        out
    };
    for every in [false, true] {
        let whole = all(4 << 20, every);
        for chunk in [64, 1000] {
            assert!(all(chunk, every) == whole, "chunks of {chunk} bytes");
        }
    }
}

#[test]
fn the_machine_changes_nothing() {
    let folder = incident();
    let args = [&["timeline", INCIDENT, "-f", "markdown"], &OPTIONS[..]].concat();
    let run = |change: &dyn Fn(&mut std::process::Command)| -> Said {
        let mut command = command(folder.path(), &args);
        change(&mut command);
        said(&mut command)
    };
    let first = run(&|_| {});
    assert!(first.out.contains("| "), "{}", first.err);
    for (name, value) in [
        ("TZ", "Asia/Kathmandu"),
        ("TZ", ":nonsense"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "ar_EG"),
        ("COLUMNS", "40"),
        ("RAYON_NUM_THREADS", "3"),
        ("HOME", "/nowhere"),
    ] {
        let other = run(&|command| {
            command.env(name, value);
        });
        assert!(other.out == first.out && other.err == first.err, "{name}={value}");
    }
    // From another folder, only the paths are others.
    let inside = folder.path().join(INCIDENT);
    let from = [&["timeline", "-f", "jsonl"], &OPTIONS[..]].concat();
    let here = rfo(&inside, &[&from[..], &["../checkout-outage"]].concat());
    let there = rfo(folder.path(), &[&from[..], &["checkout-outage"]].concat());
    assert_eq!(here.out.replace("\"../checkout-outage", "\"checkout-outage"), there.out);
}

/// What is said of the evidence, but for where its bytes lie.
fn without_places(folder: &TempDir, all: bool) -> Vec<Value> {
    let mut options: Vec<&str> = OPTIONS.to_vec();
    // Wrapped, the tickets have another ending.
    options[5] = "tickets/jira*=America/New_York";
    let all: &[&str] = if all { &["--all"] } else { &[] };
    let args = [&["timeline", INCIDENT, "-f", "jsonl"], all, &options];
    let said = rfo(folder.path(), &args.concat());
    assert!(said.code < 2, "{}", said.err);
    let mut events = said.events();
    for event in &mut events {
        for source in event["sources"].as_array_mut().expect("sources") {
            let source = source.as_object_mut().expect("a source");
            for key in ["path", "byte_start", "byte_len", "sha256"] {
                assert!(source.remove(key).is_some(), "{key}");
            }
        }
    }
    events
}

/// Events of the same instant stand in the order of their paths, which the wrapping changes.
fn by_time_and_id(mut events: Vec<Value>) -> Vec<Value> {
    events.sort_by_key(|event| (event["time"].to_string(), event["id"].to_string()));
    events
}

#[track_caller]
fn same_events(a: &[Value], b: &[Value]) {
    for (a, b) in a.iter().zip(b) {
        assert_eq!(
            serde_json::to_string_pretty(a).expect("JSON"),
            serde_json::to_string_pretty(b).expect("JSON")
        );
    }
    assert_eq!(a.len(), b.len());
}

#[test]
fn other_line_ends_change_only_the_places_of_bytes() {
    let plain = incident();
    let windows = copy_of(INCIDENT, |path, bytes| {
        if path.extension().is_some_and(|ending| ending == "png") {
            return bytes;
        }
        String::from_utf8(bytes).expect("text").replace('\n', "\r\n").into_bytes()
    });
    for all in [false, true] {
        same_events(&without_places(&plain, all), &without_places(&windows, all));
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn gz_for_plain_files_changes_only_the_places_of_bytes() {
    let plain = incident();
    let packed = incident();
    for file in files(packed.path()) {
        let path = packed.path().join(&file);
        // A log as `app.log.gz`; tables that others look things up in keep their names.
        if file.iter().any(|part| part == "logs" || part == "tickets" || part == "mail") {
            let mut name = path.clone().into_os_string();
            name.push(".gz");
            write(Path::new(&name), &gz(&fs::read(&path).expect("a file")));
            fs::remove_file(&path).expect("a file");
        }
    }
    set_times(packed.path());
    for all in [false, true] {
        let (plain, packed) = (without_places(&plain, all), without_places(&packed, all));
        same_events(&by_time_and_id(plain), &by_time_and_id(packed));
    }
}

/// Packs a folder into a zip beside it, and removes the folder.
fn zip_up(folder: &Path) {
    let file = fs::File::create(folder.with_extension("zip")).expect("a file");
    let mut zip = zip::ZipWriter::new(file);
    for file in files(folder) {
        let name: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name.join("/"), options).expect("a member");
        zip.write_all(&fs::read(folder.join(file)).expect("a file")).expect("a member");
    }
    zip.finish().expect("the end");
    fs::remove_dir_all(folder).expect("a folder");
}

#[test]
fn a_zip_for_a_folder_changes_only_the_places_of_bytes() {
    let plain = incident();
    let packed = incident();
    for name in ["slack-export", "monitoring", "mail"] {
        zip_up(&packed.path().join(INCIDENT).join(name));
    }
    set_times(packed.path());
    for all in [false, true] {
        let (plain, packed) = (without_places(&plain, all), without_places(&packed, all));
        same_events(&by_time_and_id(plain), &by_time_and_id(packed));
    }
}

#[test]
fn a_byte_order_mark_changes_only_the_places_of_bytes() {
    let plain = incident();
    let marked = copy_of(INCIDENT, |path: &Path, bytes: Vec<u8>| {
        let text = ["log", "csv", "json", "jsonl"].map(|ending| Some(ending.as_ref()));
        let path: PathBuf = path.into();
        if text.contains(&path.extension()) {
            [&b"\xEF\xBB\xBF"[..], &bytes].concat()
        } else {
            bytes
        }
    });
    // It is a part of the first record's bytes, and so of its id.
    let without_ids = |folder: &TempDir| {
        let mut events = without_places(folder, true);
        for event in &mut events {
            event["id"].take();
            event["sources"]
                .as_array_mut()
                .expect("sources")
                .iter_mut()
                .for_each(|s| drop(s["id"].take()));
        }
        events
    };
    same_events(&without_ids(&plain), &without_ids(&marked));
}

#[test]
fn utf_16_for_utf_8_changes_only_the_places_of_bytes() {
    let plain = incident();
    let wide = copy_of(INCIDENT, |path, bytes| {
        let text = ["log", "csv", "json", "jsonl", "txt"].map(|ending| Some(ending.as_ref()));
        if !text.contains(&path.extension()) {
            return bytes;
        }
        let text = String::from_utf8(bytes).expect("text");
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    });
    let (plain, wide) = (without_places(&plain, true), without_places(&wide, true));
    same_events(&plain, &wide);
}
