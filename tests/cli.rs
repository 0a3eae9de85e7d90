//! The command line: what goes wrong is said with place, reason and way out; what can still be
//! read is read; and the exit code tells which it was.

use std::{
    fs,
    io::Read as _,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::house::{GOOD, Said, command, folder, rfo, rfo_with, said};

/// Runs `timeline` on a folder that holds good evidence and something else.
fn with(files: &[(&str, &[u8])], options: &[&str]) -> Said {
    let folder = folder(files);
    fs::write(folder.path().join("good.log"), GOOD).expect("a file");
    rfo(folder.path(), &[&["timeline", ".", "-f", "text"], options].concat())
}

/// The code, the good evidence in spite of it all, and what stderr must tell.
#[track_caller]
fn holds(said: &Said, code: i32, told: &[&str]) {
    assert_eq!(said.code, code, "{}", said.err);
    assert!(said.out.contains("the disk is full"), "{}{}", said.out, said.err);
    for text in told {
        assert!(said.err.contains(text), "{text:?} is not in: {}", said.err);
    }
}

/// Nothing is written, and stderr tells why.
#[track_caller]
fn refuses(said: &Said, told: &[&str]) {
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
    for text in told {
        assert!(said.err.contains(text), "{text:?} is not in: {}", said.err);
    }
}

#[test]
fn good_evidence_alone_is_success() {
    holds(&with(&[], &[]), 0, &["2 records read"]);
}

#[test]
fn a_path_that_is_not_there_is_named_with_its_neighbour() {
    let folder = folder(&[("good.log", GOOD.as_bytes())]);
    refuses(
        &rfo(folder.path(), &["timeline", "god.log"]),
        &["god.log", "hint: there is", "good.log"],
    );
    refuses(&rfo(folder.path(), &["timeline", "good.log", "none/at/all"]), &["none/at/all"]);
    refuses(&rfo(folder.path(), &["inspect", "god.log"]), &["god.log"]);
}

#[test]
fn usage_errors_are_2() {
    let folder = folder(&[("good.log", GOOD.as_bytes())]);
    let cases: [(&[&str], &[&str]); 15] = [
        (&[], &["Usage"]),
        (&["timeline"], &["PATH"]),
        (&["timelin", "good.log"], &["timeline"]),
        (
            &["timeline", "good.log", "--zone", "Europe/Berln"],
            &["--zone Europe/Berln", "did you mean Europe/Berlin?"],
        ),
        (
            &["timeline", "good.log", "--zone", "goood.log=UTC"],
            &["goood.log", "matches no input", "nearest path is good.log"],
        ),
        (&["timeline", "good.log", "--show-zone", "Berlin time"], &["--show-zone Berlin time"]),
        (&["timeline", "good.log", "-f", "markdwn"], &["-f markdwn", "did you mean markdown?"]),
        (&["timeline", "good.log", "-o", "timeline.doc"], &["-o timeline.doc", "FORMAT=FILE"]),
        (&["timeline", "good.log", "--year", "26"], &["--year 26", "four digits"]),
        (&["timeline", "good.log", "--date-order", "mydate"], &["dmy, mdy and ymd"]),
        (&["timeline", "good.log", "--skew", "good.log=fast"], &["+37s"]),
        (&["timeline", "good.log", "--as", "nagios"], &["--as nagios", "unknown parser"]),
        (&["timeline", "good.log", "--from", "yesterday"], &["--from yesterday", "YYYY-MM-DD"]),
        (
            &["timeline", "good.log", "--from", "2026-03-15", "--to", "2026-03-14"],
            &["is not after --from"],
        ),
        (&["inspect", "good.log", "-f", "html"], &["-f html", "text and json"]),
    ];
    for (args, told) in cases {
        refuses(&rfo(folder.path(), args), told);
    }
}

/// A parser that runs this script for files which begin with `ROLL`.
#[cfg(unix)]
fn roll(run: &str) -> String {
    format!(
        "name = \"roll\"\nabout = \"x\"\nkind = \"log\"\n[command]\nmagic = \"ROLL\"\nrun = {run}\n\
         [[sample]]\ninput = \"ROLL\\n\"\n[[sample.event]]\nsummary = \"no paper\"\n\
         time = \"2026-03-14T21:02:11Z\"\n"
    )
}

#[cfg(unix)]
#[test]
fn a_program_of_the_users_own_reads_a_file() {
    let script =
        br#"read -r line; echo '{"time":"2026-03-14T21:02:11Z","line":1,"severity":"error","summary":"no paper"}'"#;
    let own = roll(r#"["sh", "roll.sh"]"#);
    let missing = roll(r#"["./no-such-program"]"#);
    let folder = folder(&[
        ("own/roll.toml", own.as_bytes()),
        ("own/roll.sh", script),
        ("gone/roll.toml", missing.as_bytes()),
        ("evidence/a.roll", b"ROLL\nmore\n"),
    ]);
    let at = folder.path();
    let said = rfo(at, &["timeline", "evidence", "-f", "text", "--parser", "own/roll.toml"]);
    assert!(said.code == 0 && said.out.contains("no paper"), "{}{}", said.out, said.err);
    let said = rfo(at, &["inspect", "evidence", "--parser", "own/roll.toml"]);
    assert!(said.out.contains("read by `sh roll.sh`"), "{}", said.out);
    assert!(said.out.contains("1 of its lines (6 bytes) are told of by no event"), "{}", said.out);
    assert_eq!(rfo(at, &["parsers", "check", "own/roll.toml"]).code, 0);
    let said = rfo(at, &["parsers", "check", "gone/roll.toml"]);
    assert!(said.code == 1 && said.out.contains("is not there"), "{}", said.out);
    let said = rfo(at, &["inspect", "evidence", "--parser", "gone/roll.toml"]);
    let way_out = "the program `./no-such-program` is not there: install it";
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(way_out),
        "{}",
        said.out
    );
    // Without the parser, it is what it always was.
    let said = rfo(at, &["inspect", "evidence"]);
    assert!(!said.out.contains("roll.sh"), "{}", said.out);
}

#[test]
fn a_window_in_an_hour_that_comes_twice_asks_for_the_offset() {
    let folder = folder(&[("good.log", GOOD.as_bytes())]);
    let from = |time| ["timeline", "good.log", "--show-zone", "America/New_York", "--from", time];
    refuses(&rfo(folder.path(), &from("2025-11-02 01:30")), &["comes twice", "-04:00", "-05:00"]);
    refuses(&rfo(folder.path(), &from("2026-03-08 02:30")), &["does not exist"]);
    assert_eq!(rfo(folder.path(), &from("2025-11-02T01:30:00-05:00")).code, 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("good.log", GOOD.as_bytes()), ("secret.log", GOOD.as_bytes())]);
    let secret = folder.path().join("secret.log");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).expect("a mode");
    if fs::File::open(&secret).is_ok() {
        return; // Nothing is closed to root.
    }
    holds(&rfo(folder.path(), &["timeline", "."]), 1, &["secret.log", "ermission"]);
}

#[test]
fn what_is_not_evidence_changes_nothing() {
    let files: [(&str, &[u8]); 9] = [
        ("empty.log", b""),
        ("none.json", b"[]\n"),
        ("nothing.json", b"\xEF\xBB\xBF{}"),
        ("search.json", br#"{"ok": true, "messages": [], "total": 0, "page": {"next": ""}}"#),
        ("blank.log", b" \n\n"),
        ("core.log", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0"),
        ("data.log", b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13"),
        ("graph.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        (".git/config", b"[core]\n"),
    ];
    let said = with(&files, &[]);
    holds(&said, 0, &[]);
    for (name, _) in files {
        let name = name.split('/').next().unwrap_or_default();
        assert!(said.out.contains(name), "{name} is not listed: {}", said.out);
    }
}

#[test]
fn text_that_no_parser_knows_is_named() {
    let said = with(&[("notes.txt", b"It rained.\nThen the sun came out.\n")], &[]);
    holds(&said, 1, &["notes.txt", "no parser recognises it"]);
    let odd = with(&[("odd.json", br#"{"took": 3, "at": 1773522131, "hits": []}"#)], &[]);
    holds(&odd, 1, &["odd.json", "no parser recognises it"]);
}

#[test]
fn a_json_document_that_ends_early_gives_what_is_whole() {
    let text = br#"[{"type":"message","user":"U1","ts":"1773522131.000100","text":"first words"},
{"type":"message","user":"U1","ts":"1773522132.000100","text":"sec"#;
    let said = with(&[("general/2026-03-14.json", text)], &["--all"]);
    holds(&said, 1, &["2026-03-14.json:2", "truncated"]);
    assert!(said.out.contains("first words"), "{}", said.out);
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_gz_that_ends_early_gives_what_came_before() {
    let line = |n: u64| {
        format!(
            "[{}] SERVICE ALERT: web-1;load;CRITICAL;HARD;3;load {}\n",
            1_773_522_131 + n,
            n * n
        )
    };
    let whole = gz((0..20_000).map(line).collect::<String>().as_bytes());
    let said =
        with(&[("cut.log.gz", &whole[..whole.len() / 2]), ("no.gz", b"\x1f\x8bno")], &["--all"]);
    holds(&said, 1, &["cut.log", "no"]);
    assert!(said.out.contains("load 1600"), "{}", said.err);
}

#[test]
fn bytes_that_are_no_utf_8_are_still_text() {
    let text = b"[1773522131] SERVICE ALERT: web-2;disk;CRITICAL;HARD;3;voll, sagt B\xe4rbel\xff\n";
    let said = with(&[("latin1.log", text)], &[]);
    holds(&said, 0, &[]);
    assert!(said.out.contains("rbel"), "{}", said.out);
}

#[test]
fn a_parser_that_cannot_be_used_is_shown_with_a_caret() {
    let folder = folder(&[
        ("good.log", GOOD.as_bytes()),
        (
            "till.toml",
            b"name = \"till\"\nabout = \"\"\nkind = \"log\"\n\n[lines]\nline = \"{time} {a\"\n",
        ),
    ]);
    let args = ["timeline", "good.log", "--parser", "till.toml"];
    refuses(&rfo(folder.path(), &args), &["till.toml:6", "^", "not closed"]);
    let args = ["timeline", "good.log", "--parser", "none.toml"];
    refuses(&rfo(folder.path(), &args), &["none.toml"]);
}

#[test]
fn a_date_that_does_not_exist_is_no_time() {
    let line =
        |date: &str| format!("{date} 21:02:11,123 ERROR [main] shop.Pay - refused on {date}\n");
    let good = line("2026-02-27") + &line("2026-02-28");
    // Between records it is text of the one above; at the start it belongs to none.
    let between = good.clone() + &line("2026-02-30") + &line("2026-03-01");
    let said = with(&[("a.log", between.as_bytes())], &["--all"]);
    holds(&said, 0, &[]);
    assert!(!said.out.contains("2026-03-02"), "{}", said.out);
    let first = line("2026-02-30") + &good;
    let said = with(&[("a.log", first.as_bytes())], &["--all"]);
    holds(&said, 1, &["a.log:1"]);
    assert!(!said.out.contains("2026-03-02"), "{}", said.out);
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_a_folder_are_listed_and_not_followed() {
    let folder = folder(&[("good.log", GOOD.as_bytes())]);
    std::os::unix::fs::symlink("..", folder.path().join("loop")).expect("a link");
    std::os::unix::fs::symlink("nowhere", folder.path().join("broken")).expect("a link");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    let said = rfo(folder.path(), &["timeline", ".", "-f", "text"]);
    holds(&said, 0, &[]);
    let pipe = if made.is_ok_and(|made| made.success()) { "pipe" } else { "loop" };
    for name in ["loop", "broken", pipe] {
        assert!(said.out.contains(name), "{name}: {}", said.out);
    }
}

#[test]
fn an_output_is_written_whole_or_not_at_all() {
    let folder = folder(&[("good.log", GOOD.as_bytes()), ("old.md", b"old")]);
    let said = rfo(folder.path(), &["timeline", "good.log", "-o", "missing/new.md"]);
    refuses(&said, &["missing/new.md", "No such file"]);
    // Nothing of the others is written either.
    let said =
        rfo(folder.path(), &["timeline", "good.log", "-o", "old.md", "-o", "missing/new.md"]);
    refuses(&said, &["missing/new.md"]);
    assert_eq!(fs::read(folder.path().join("old.md")).expect("the old file"), b"old");
    fs::create_dir(folder.path().join("folder.md")).expect("a folder");
    refuses(
        &rfo(folder.path(), &["timeline", "good.log", "-o", "folder.md"]),
        &["this is a folder"],
    );
    let names: Vec<_> = crate::house::files(folder.path());
    assert_eq!(names.len(), 2, "{names:?}");
    // And once more without the mishap.
    let said = rfo(folder.path(), &["timeline", "good.log", "-o", "old.md"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    let written = fs::read_to_string(folder.path().join("old.md")).expect("the file");
    assert!(written.contains("the disk is full"), "{written}");
}

#[test]
fn a_timeline_is_not_evidence_for_the_next_one() {
    let folder = folder(&[("good.log", GOOD.as_bytes())]);
    let write = |file: &str| {
        let code = rfo(folder.path(), &["timeline", ".", "-o", file]).code;
        (code, fs::read_to_string(folder.path().join(file)).expect("the file"))
    };
    for file in ["timeline.md", "timeline.jsonl", "timeline.html", "timeline.csv", "timeline.txt"] {
        assert_eq!(write(file).0, 0, "{file}");
        let again = rfo(folder.path(), &["timeline", ".", "-f", "jsonl"]);
        assert_eq!((again.code, again.events().len()), (0, 2), "{file}: {}", again.err);
        // The first run does not list the file that it writes; all others do.
        assert_eq!(write(file), write(file), "{file}");
        fs::remove_file(folder.path().join(file)).expect("the file");
    }
}

#[test]
fn stdin_is_an_input() {
    let folder = folder(&[]);
    let said = rfo_with(folder.path(), &["timeline", "-", "-f", "jsonl"], GOOD.as_bytes());
    assert_eq!((said.code, said.events().len()), (0, 2));
    assert_eq!(said.events()[0]["sources"][0]["path"], "-");
    let said = rfo_with(folder.path(), &["timeline", "-", "-f", "jsonl"], &gz(GOOD.as_bytes()));
    assert_eq!((said.code, said.events().len()), (0, 2), "{}", said.err);
}

#[test]
fn colour_is_for_terminals_and_where_it_is_asked_for() {
    let folder = folder(&[("good.log", GOOD.as_bytes())]);
    let args = ["timeline", "good.log", "-f", "text"];
    let coloured = |said: &Said| said.out.contains('\u{1b}') || said.err.contains('\u{1b}');
    assert!(!coloured(&rfo(folder.path(), &args)));
    let always = [&args[..], &["--color", "always"]].concat();
    assert!(coloured(&rfo(folder.path(), &always)));
    let mut quiet = command(folder.path(), &args);
    assert!(!coloured(&said(quiet.env("NO_COLOR", "1"))));
}

#[test]
fn quiet_says_nothing_but_errors() {
    let folder = folder(&[("good.log", GOOD.as_bytes()), ("notes.txt", b"It rained.\n")]);
    let said = rfo(folder.path(), &["timeline", ".", "--quiet"]);
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    refuses(&rfo(folder.path(), &["timeline", "none", "--quiet"]), &["none"]);
}

#[test]
fn control_codes_of_the_evidence_never_reach_the_terminal() {
    let text =
        "[1773522131] SERVICE ALERT: web-2;disk;CRITICAL;HARD;3;\u{1b}]0;owned\u{7}\u{9b}31m red\n";
    for format in ["text", "markdown", "jsonl", "csv", "html"] {
        let said = with(&[("evil\u{1b}[31m.log", text.as_bytes())], &["-f", format]);
        let odd = |c: char| c.is_control() && c != '\n' && c != '\r';
        assert!(!said.out.contains(odd), "{format}: {:?}", said.out);
        assert!(!said.err.contains(odd), "{format}: {:?}", said.err);
    }
}

#[test]
fn strict_fails_where_a_row_is_in_doubt() {
    let doubt = b"2026-03-14 21:02:11,123 ERROR [main] shop.Pay - refused\n".repeat(3);
    holds(&with(&[("a.log", &doubt)], &[]), 0, &[]);
    holds(&with(&[("a.log", &doubt)], &["--strict"]), 1, &[]);
    holds(&with(&[("a.log", &doubt)], &["--strict", "--zone", "Europe/Berlin"]), 0, &[]);
}

#[test]
fn a_reader_that_goes_away_is_success() {
    let line = |n: u32| {
        format!("[{}] SERVICE ALERT: web;load;CRITICAL;HARD;3;load {n}\n", 1_773_522_131 + n)
    };
    let folder = folder(&[("a.log", (0..3000).map(line).collect::<String>().as_bytes())]);
    for format in ["text", "jsonl", "markdown", "csv", "html"] {
        let mut command = command(folder.path(), &["timeline", "a.log", "--all", "-f", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("rfo");
        let mut stdout = child.stdout.take().expect("a pipe");
        let mut first = [0; 100];
        stdout.read_exact(&mut first).expect("some output");
        drop(stdout);
        let output = child.wait_with_output().expect("rfo ends");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{format}: {err}");
        assert!(!err.contains("panicked") && !err.contains("Broken pipe"), "{format}: {err}");
    }
}

#[test]
fn a_line_of_70_mb_is_read_in_bounded_time() {
    let mut log = GOOD.as_bytes().to_vec();
    log.extend(b"[1773522800] SERVICE ALERT: web-1;disk;CRITICAL;HARD;3;");
    log.resize(log.len() + (70 << 20), b'x');
    let mut json = b"{\"ts\":1773522131.5,\"level\":\"error\",\"msg\":\"the first\"}\n".to_vec();
    json.extend(b"{\"ts\":1773522132.5,\"level\":\"error\",\"msg\":\"");
    json.resize(json.len() + (70 << 20), b'x');
    let folder = folder(&[("good.log", &log), ("long.jsonl", &json)]);
    let start = Instant::now();
    let said = rfo(folder.path(), &["timeline", ".", "-f", "jsonl"]);
    let took = start.elapsed();
    holds(&said, 1, &["long.jsonl:2"]);
    assert_eq!(said.events().len(), 4, "{}", said.err);
    assert!(said.out.len() < 1 << 20, "{} bytes of output", said.out.len());
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn a_hole_of_half_a_gigabyte_is_read_in_bounded_time() {
    let folder = folder(&[("good.log", GOOD.repeat(1000).as_bytes())]);
    // A log that was truncated while its writer had it open: a hole of half a GiB behind its lines.
    let file = fs::File::options().append(true).open(folder.path().join("good.log"));
    file.expect("a file").set_len(1 << 29).expect("a sparse file");
    let start = Instant::now();
    let said = rfo(folder.path(), &["inspect", ".", "-f", "json"]);
    let took = start.elapsed();
    assert!(said.out.contains("nagios-log"), "{}{}", said.out, said.err);
    assert!(took < Duration::from_secs(120), "{took:?}");
}

#[test]
fn a_drafted_parser_reads_the_file_it_was_drafted_from() {
    let till = "2026.03.14 21:02:11 till-7 <drawer> WARN: drawer is open\n\
                2026.03.14 21:02:40 till-7 <printer> ERROR: no receipt paper\n";
    let folder = folder(&[("Till (7).txt", till.as_bytes())]);
    let draft = rfo(folder.path(), &["parsers", "new", "Till (7).txt"]);
    assert_eq!(draft.code, 0, "{}", draft.err);
    assert!(draft.err.contains("till-7.toml"), "{}", draft.err);
    fs::write(folder.path().join("till-7.toml"), &draft.out).expect("a file");
    let check = rfo(folder.path(), &["parsers", "check", "till-7.toml"]);
    assert_eq!(check.code, 0, "{}", check.out);
    let tried = rfo(folder.path(), &["parsers", "try", "Till (7).txt", "--parser", "till-7.toml"]);
    assert_eq!(tried.code, 0, "{}", tried.err);
    assert!(tried.out.contains("till-7 reads it"), "{}", tried.out);
    assert!(tried.out.contains("error · till-7  no receipt paper"), "{}", tried.out);
}

#[test]
fn a_trial_names_who_comes_near_and_the_way_out() {
    let folder = folder(&[("notes.txt", b"just\nwords\n"), ("none.png", b"\x89PNG\r\n\x1a\n")]);
    let tried = rfo(folder.path(), &["parsers", "try", "notes.txt"]);
    assert_eq!(tried.code, 1);
    assert!(tried.out.contains("no parser claims it; rfo parsers new"), "{}", tried.out);
    refuses(&rfo(folder.path(), &["parsers", "new", "notes.txt"]), &["notes.txt", "time"]);
    refuses(&rfo(folder.path(), &["parsers", "new", "gone.txt"]), &["gone.txt"]);
}

#[test]
fn columns_of_unknown_tables_are_guessed_said_and_told() {
    let table = "Nr,Wann,Was war los,Gemeldet um (genau)\n\
                 17,14.03.2026 21:02,Der Speicher von cache-2 ist voll,14.03.2026 20:55\n\
                 18,14.03.2026 21:09,Alles wieder im Lot,14.03.2026 21:08\n";
    let folder = folder(&[("till.csv", table.as_bytes())]);
    let inspected = rfo(folder.path(), &["inspect", "till.csv"]);
    assert!(inspected.out.contains("created is \"Wann\""), "{}", inspected.out);
    assert!(inspected.out.contains("--column time=NAME"), "{}", inspected.out);
    let column = "*.csv=time=Gemeldet um (genau)";
    let told = ["timeline", "till.csv", "--zone", "UTC", "--all", "-f", "text", "--column", column];
    let timeline = rfo(folder.path(), &told);
    assert_eq!(timeline.code, 0, "{}", timeline.err);
    assert!(timeline.out.contains("20:55"), "{}", timeline.out);
    assert!(!timeline.out.contains("21:02"), "{}", timeline.out);
    let wrong = ["timeline", "till.csv", "--column", "time=Gemeldet um"];
    refuses(&rfo(folder.path(), &wrong), &["--column", "there are:", "Gemeldet um (genau)"]);
    refuses(&rfo(folder.path(), &["timeline", "till.csv", "--column", "Wann"]), &["time=NAME"]);
}

#[test]
fn shells_complete_and_there_is_a_manual() {
    let folder = folder(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = rfo(folder.path(), &["completions", shell]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains("timeline") && said.out.contains("trust-order"), "{shell}");
    }
    let said = rfo(folder.path(), &["man"]);
    assert!(said.out.contains(".TH rfo") && said.out.contains("timeline"), "{}", said.out);
}
