//! Pull: the edits of a rendered table are read back, and the next run says what the table says.

use proptest::prelude::*;
use tempfile::TempDir;

use crate::house::{INCIDENT, OPTIONS, Said, incident, rfo};

/// The fixture, rendered to `t.md` and `t.csv`, with an empty incident file.
fn rendered() -> TempDir {
    let folder = incident();
    run(&folder, &["timeline"], &["-o", "t.md", "-o", "t.csv"]);
    folder
}

fn run(folder: &TempDir, first: &[&str], more: &[&str]) -> Said {
    rfo(folder.path(), &[first, &[INCIDENT], &OPTIONS[..], more].concat())
}

fn read(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("a file")
}

fn write(folder: &TempDir, name: &str, text: &str) {
    std::fs::write(folder.path().join(name), text).expect("a file");
}

fn pull(folder: &TempDir, name: &str, more: &[&str]) -> Said {
    run(folder, &["pull", name, "--incident", "i.toml"], more)
}

/// The rows of a Markdown timeline, and what an edit makes of them.
fn edited(text: &str, edit: &dyn Fn(&str) -> Option<String>) -> String {
    let line = |line: &str| {
        let is_row =
            line.starts_with("| ") && line.contains("`e-") && line.contains("checkout-outage/");
        if is_row { edit(line) } else { Some(line.to_owned()) }
    };
    text.lines().filter_map(line).map(|line| line + "\n").collect()
}

/// The timeline's rows: what stands before the next section.
fn rows(text: &str) -> Vec<String> {
    let table = text.split("\n## ").next().unwrap_or_default();
    let rows = table
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.map(str::to_owned).collect()
}

#[test]
fn a_table_that_nobody_edited_changes_nothing() {
    let folder = rendered();
    for name in ["t.md", "t.csv"] {
        let said = pull(&folder, name, &[]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains("nothing to change"), "{}", said.out);
        assert!(!folder.path().join("i.toml").exists());
    }
}

#[test]
fn the_next_run_says_what_the_table_says() {
    let folder = rendered();
    write(
        &folder,
        "i.toml",
        "# mine\nschema = \"rfo.incident/1\"\ntitle = \"Shop down\" # for now\n",
    );
    let edit = |line: &str| -> Option<String> {
        if line.contains("e-dzog4t") {
            return None;
        }
        if line.contains("`e-madbmu`") {
            let (head, rest) = line.split_once("nagios: ")?;
            let (_, evidence) = rest.rsplit_once("| `e-")?;
            let own = "| 06:33 | | | Comms | Called the acquirer \\| no fault there | |";
            return Some(format!("{head}The shop answers **502** to all | `e-{evidence}\n{own}"));
        }
        if line.contains("`e-c636z6`") {
            return Some(line.replace("**Comms**", "").replace('|', " | "));
        }
        Some(line.to_owned())
    };
    let text = edited(&read(&folder, "t.md"), &edit);
    write(&folder, "e.md", &text);
    let dry = pull(&folder, "e.md", &["--dry-run"]);
    assert!(dry.out.contains("4 changes to be made"), "{}", dry.out);
    assert_eq!(read(&folder, "i.toml").lines().count(), 3);
    let said = pull(&folder, "e.md", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(!said.out.contains("of the next run"), "{}", said.out);
    for what in ["reword e-madbmu", "add a row: Called", "unmark e-c636z6", "hide e-dzog4t"] {
        assert!(said.out.contains(what), "{what}: {}", said.out);
    }
    let file = read(&folder, "i.toml");
    assert!(file.starts_with("# mine\n") && file.contains("# for now"), "{file}");
    run(&folder, &["timeline"], &["--incident", "i.toml", "-o", "n.md"]);
    let next = read(&folder, "n.md");
    assert_eq!(rows(&next).len(), rows(&text).len());
    assert!(next.contains("| The shop answers 502 to all | `e-madbmu`"), "{next}");
    assert!(next.contains("| **Comms** | Called the acquirer \\| no fault there |"), "{next}");
    assert!(!next.contains("`e-dzog4t`") && next.starts_with("# Shop down"));
    // Both documents say what the run says now.
    for name in ["e.md", "n.md"] {
        let again = pull(&folder, name, &[]);
        assert!(again.out.contains("nothing to change"), "{name}: {}", again.out);
    }
    // The lead's own row is changed, and deleted again.
    write(&folder, "o.md", &next.replace("no fault there", "a fault there"));
    assert!(pull(&folder, "o.md", &[]).out.contains("change your row"));
    assert!(read(&folder, "i.toml").contains("| a fault there"), "{}", read(&folder, "i.toml"));
    let without: String =
        next.split_inclusive('\n').filter(|line| !line.contains("acquirer")).collect();
    write(&folder, "o.md", &without);
    assert!(pull(&folder, "o.md", &[]).out.contains("remove your row"));
    assert!(!read(&folder, "i.toml").contains("acquirer"));
}

#[test]
fn a_spreadsheet_is_pulled_and_hides_nothing_unasked() {
    let folder = rendered();
    let mut from = csv::Reader::from_path(folder.path().join("t.csv")).expect("a table");
    let mut to = csv::Writer::from_path(folder.path().join("e.csv")).expect("a table");
    to.write_record(from.headers().expect("a head")).expect("a head");
    for record in from.records().map(|record| record.expect("a row")) {
        if !record.iter().any(|cell| cell.starts_with("e-rtei26")) {
            let own =
                |cell| if cell == "deadlock detected" { "Two blocked each other" } else { cell };
            to.write_record(record.iter().map(own)).expect("a row");
        }
    }
    to.flush().expect("a table");
    let said = pull(&folder, "e.csv", &[]);
    assert!(said.out.contains("reword e-dzog4t7zriwenuaq: Two blocked"), "{}", said.out);
    assert!(said.out.contains("1 row of the next run"), "{}", said.out);
    assert!(said.out.contains("--hide-missing"));
    assert!(!read(&folder, "i.toml").contains("[[hide]]"));
    assert!(pull(&folder, "e.csv", &["--hide-missing"]).out.contains("hide e-rtei26"));
}

#[test]
fn milestones_move_to_where_the_table_has_them() {
    let folder = rendered();
    let text = read(&folder, "t.md");
    let mitigated = || {
        run(&folder, &["timeline"], &["--incident", "i.toml", "-o", "n.md"]);
        let next = read(&folder, "n.md");
        let of = next.lines().find(|line| line.starts_with("| Mitigated |"));
        of.unwrap_or_default().to_owned()
    };
    // To another row of evidence, to none, to a row of the lead's own.
    let moved = |line: &str| -> Option<String> {
        let line = line.replace("**Mitigated**", "");
        Some(if line.contains("`e-uj62af`") {
            line.replacen(" | | ", " | Mitigated | ", 1)
        } else {
            line
        })
    };
    write(&folder, "e.md", &edited(&text, &moved));
    let said = pull(&folder, "e.md", &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(mitigated().contains("`e-uj62af` | the incident file says so"), "{}", mitigated());
    let gone = |line: &str| Some(line.replace("**Mitigated**", ""));
    write(&folder, "e.md", &edited(&text, &gone));
    let said = pull(&folder, "e.md", &[]);
    assert!(said.out.contains("mitigated") && said.code == 0, "{}{}", said.out, said.err);
    assert_eq!(mitigated(), "| Mitigated | not recorded | | no evidence of it |");
    let own = |line: &str| {
        let line = line.replace("**Mitigated**", "");
        let more = "\n| 07:04 | | | Mitigated | Customers can pay again | |";
        Some(if line.contains("`e-uj62af`") { line + more } else { line })
    };
    write(&folder, "e.md", &edited(&text, &own));
    assert_eq!(pull(&folder, "e.md", &[]).code, 0);
    assert!(mitigated().contains("2025-11-02 07:04 | `e-"), "{}", mitigated());
    run(&folder, &["timeline"], &["--incident", "i.toml", "-o", "n.md"]);
    let rows = rows(&read(&folder, "n.md"));
    let marked: Vec<&String> = rows.iter().filter(|row| row.contains("Mitigated")).collect();
    assert_eq!(marked.len(), 1, "{marked:?}");
    assert!(marked[0].contains("Customers can pay again"));
}

#[test]
fn what_cannot_be_taken_over_is_told_with_its_line() {
    let folder = rendered();
    let text = read(&folder, "t.md");
    let at = 1 + text.lines().position(|line| line.contains("`e-madbmu`")).expect("a row");
    write(&folder, "e.md", &edited(&text, &|line| Some(line.replace("06:15:05", "06:16:00"))));
    let said = pull(&folder, "e.md", &[]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&format!("e.md:{at}: e-madbmu: its time is what")), "{}", said.err);
    let bare: String = text.lines().map(|line| line.replace("`e-", "`x-") + "\n").collect();
    write(&folder, "e.md", &bare);
    let said = pull(&folder, "e.md", &[]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("keep the column Evidence"), "{}", said.err);
    write(&folder, "e.md", "# Nothing\n\nNo table here.\n");
    assert!(pull(&folder, "e.md", &[]).err.contains("no timeline is in it"));
    let row = "| soon | | | | Somebody should call | |\n| 06:40 | | | Done | Called | |";
    let own = edited(&text, &|line| {
        Some(if line.contains("`e-madbmu`") { format!("{line}\n{row}") } else { line.to_owned() })
    });
    write(&folder, "e.md", &own);
    let said = pull(&folder, "e.md", &[]);
    assert!(said.err.contains("\"soon\": a row without an id is yours"), "{}", said.err);
    assert!(said.err.contains("\"done\" is no mark"), "{}", said.err);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever rows are deleted and reworded: the next run has the rows of the table and says what it
    /// says, and pulling it again changes nothing.
    #[test]
    fn any_edit_comes_back(
        fates in proptest::collection::vec(0..6_u8, 60),
        words in proptest::collection::vec("[ -~]{1,30}", 60),
    ) {
        let folder = rendered();
        let number = std::cell::Cell::new(0);
        let edit = |line: &str| -> Option<String> {
            let at = number.replace(number.get() + 1) % 60;
            let (cells, evidence) = line.rsplit_once(" | `e-")?;
            let (head, _) = cells.split_at(cells.rfind(" | ")? + 3);
            let word = words[at].replace(['|', '\\', '`', '*', '_', '<', '&', '@', '#'], "x");
            match fates[at] {
                0 => None,
                1 if !word.trim().is_empty() => Some(format!("{head}{} | `e-{evidence}", word.trim())),
                _ => Some(line.to_owned()),
            }
        };
        let text = edited(&read(&folder, "t.md"), &edit);
        write(&folder, "e.md", &text);
        let said = pull(&folder, "e.md", &[]);
        prop_assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        let again = pull(&folder, "e.md", &[]);
        prop_assert!(again.out.contains("nothing to change"), "{}", again.out);
    }
}
