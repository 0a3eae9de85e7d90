//! What the tests share: folders of evidence, runs of the program, and texts that are blessed.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use clap::Parser as _;
use rfo::{
    cli::{Cli, Command as Word},
    settings::{Reading, Showing},
};
use serde_json::Value;
use tempfile::TempDir;

/// The incident that the repository holds, and the folder that it lies in.
pub(crate) const INCIDENT: &str = "checkout-outage";

/// The options of the incident's README: with them, every row is right.
pub(crate) const OPTIONS: [&str; 12] = [
    "--zone",
    "logs/edge-3/**=America/New_York",
    "--zone",
    "logs/api/**=America/New_York",
    "--zone",
    "tickets/jira.csv=America/New_York",
    "--zone",
    "tickets/servicenow-*=Asia/Kolkata",
    "--year",
    "logs/edge-3/**=2025",
    "--show-zone",
    "America/New_York",
];

/// Two records that one parser claims beyond doubt.
pub(crate) const GOOD: &str = "\
[1773522131] SERVICE ALERT: web-1;disk;CRITICAL;HARD;3;the disk is full
[1773522731] SERVICE ALERT: web-1;disk;OK;HARD;3;the disk has room
";

/// What a run said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The lines of JSON Lines output.
    pub(crate) fn events(&self) -> Vec<Value> {
        let event = |line: &str| serde_json::from_str(line).expect("a line of JSON");
        self.out.lines().map(event).collect()
    }
}

/// A command in a folder, away from the user's own settings.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rfo"));
    command.current_dir(folder).args(args);
    command.env("XDG_CONFIG_HOME", folder.join("no-settings"));
    for name in ["NO_COLOR", "COLUMNS", "TZ", "LANG", "LC_ALL"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end. It never panics and never hangs.
pub(crate) fn said(command: &mut Command) -> Said {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    finish(child.spawn().expect("rfo starts"))
}

fn finish(child: std::process::Child) -> Said {
    let output = child.wait_with_output().expect("rfo ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("rfo writes UTF-8");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!err.contains("panicked"), "{err}");
    Said { code: output.status.code().unwrap_or(-1), out, err }
}

/// Runs rfo in a folder.
pub(crate) fn rfo(folder: &Path, args: &[&str]) -> Said {
    said(&mut command(folder, args))
}

/// Runs rfo in a folder with something on stdin.
pub(crate) fn rfo_with(folder: &Path, args: &[&str], input: &[u8]) -> Said {
    let mut command = command(folder, args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("rfo starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let said = finish(child);
    writer.join().expect("the writer ends").expect("rfo reads it all");
    said
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        write(&folder.path().join(name), bytes);
    }
    folder
}

/// Writes a file, and the folders above it.
pub(crate) fn write(file: &Path, bytes: &[u8]) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, bytes).expect("a file");
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder, by its path from there.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    let mut found: Vec<PathBuf> =
        found.iter().map(|file| file.strip_prefix(folder).expect("below").to_owned()).collect();
    found.sort();
    found
}

/// A copy of a fixture of that name in a folder of its own, each file changed by `change`, with
/// one time for all files: a clone's times must not matter.
pub(crate) fn copy_of(name: &str, change: impl Fn(&Path, Vec<u8>) -> Vec<u8>) -> TempDir {
    let from = root().join("fixtures").join(name);
    let copy = tempfile::tempdir().expect("a folder");
    for file in files(&from) {
        let bytes = fs::read(from.join(&file)).expect("a fixture");
        write(&copy.path().join(name).join(&file), &change(&file, bytes));
    }
    set_times(copy.path());
    copy
}

/// Gives every file the time 2025-11-10T00:00:00Z.
pub(crate) fn set_times(folder: &Path) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_762_732_800);
    for file in files(folder) {
        let file = fs::File::options().write(true).open(folder.join(file)).expect("a file");
        file.set_modified(time).expect("a time");
    }
}

/// The fixture as it is.
pub(crate) fn incident() -> TempDir {
    copy_of(INCIDENT, |_, bytes| bytes)
}

/// What a command line means to the library.
pub(crate) fn meant(args: &[&str]) -> (Reading, Showing) {
    let cli = Cli::try_parse_from([&["rfo", "timeline"], args].concat()).expect("a command line");
    let Word::Timeline(timeline) = &cli.command else { panic!("another command") };
    let reading = Reading::from_cli(&timeline.evidence).expect("settings");
    let showing = Showing::from_cli(timeline, &reading.zones).expect("settings");
    (reading, showing)
}

/// Compares a text with the file that holds what it should be; `RFO_BLESS=1` writes the file.
pub(crate) fn blessed(file: &Path, text: &str) {
    if std::env::var_os("RFO_BLESS").is_some() {
        return write(file, text.as_bytes());
    }
    let expected = fs::read(file).unwrap_or_else(|error| {
        panic!("{}: {error}; RFO_BLESS=1 cargo test writes it", file.display())
    });
    let expected = String::from_utf8_lossy(&expected);
    let differ = |(a, b): &(&str, &str)| a != b;
    if *expected != *text {
        let number = expected.lines().zip(text.lines()).take_while(|pair| !differ(pair)).count();
        panic!(
            "{} differs from line {} on:\n- {}\n+ {}\nRFO_BLESS=1 cargo test writes it anew; read the diff",
            file.display(),
            number + 1,
            expected.lines().nth(number).unwrap_or("(the end)"),
            text.lines().nth(number).unwrap_or("(the end)"),
        );
    }
}
