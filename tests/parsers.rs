//! The shipped parsers, what is said of them, and what is said of wrong ones.

use std::fs;

use rfo::definition::{Definition, Origin, check, shelf::Shelf};

use crate::house::{folder, rfo, root};

#[test]
fn every_shipped_parser_reads_its_samples() {
    let shelf = Shelf::shipped().expect("the shipped parsers compile");
    let failures: Vec<String> =
        shelf.iter().flat_map(|definition| check::check_one(definition, &shelf)).collect();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

const BEGIN: &str = "<!-- parsers:begin -->\n";
const END: &str = "<!-- parsers:end -->";

/// The README tells of every parser, in the words of the parser. `RFO_BLESS=1 cargo test` rewrites
/// the table.
#[test]
fn the_readme_lists_the_parsers_that_there_are() {
    let file = root().join("README.md");
    let readme = fs::read_to_string(&file).expect("a README").replace("\r\n", "\n");
    let (head, rest) = readme.split_once(BEGIN).expect("the table's begin");
    let (table, tail) = rest.split_once(END).expect("the table's end");
    let shelf = Shelf::shipped().expect("the shipped parsers compile");
    let row = |d: &std::sync::Arc<Definition>| {
        format!("| `{}` | {} | {} |\n", d.name, d.about, d.kind.word())
    };
    let rows: String = shelf.iter().map(row).collect();
    let expected = format!("| Name | Reads | Kind |\n|---|---|---|\n{rows}");
    if std::env::var_os("RFO_BLESS").is_some() {
        fs::write(&file, format!("{head}{BEGIN}{expected}{END}{tail}")).expect("a README");
    } else {
        assert_eq!(table, expected, "RFO_BLESS=1 cargo test rewrites the table");
    }
}

/// What stands in the fences of a language, without the blanks of the list that they stand in.
fn fenced(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
    let bare = |block: &str| {
        let indent = block.len() - block.trim_start_matches(' ').len();
        let lines = block.lines().map(|line| line.get(indent..).unwrap_or_default());
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    blocks.map(bare).collect()
}

/// The parsers that the READMEs write in five minutes hold.
#[test]
fn the_parsers_of_the_readmes_hold() {
    let python = std::process::Command::new("python3").arg("--version").output().is_ok();
    for file in ["README.md", "parsers/README.md"] {
        let readme = fs::read_to_string(root().join(file)).expect("a README").replace("\r\n", "\n");
        let whole = |toml: &String| toml.contains("[[sample]]") && toml.contains("name  =");
        let whole: Vec<String> = fenced(&readme, "toml").into_iter().filter(whole).collect();
        assert_eq!(whole.len(), 1, "{file}");
        for toml in whole.iter().filter(|toml| python || !toml.contains("python3")) {
            let name = toml.split('"').nth(1).expect("a name");
            let (parser, program) = (format!("{name}.toml"), format!("{name}.py"));
            let script = fenced(&readme, "python").concat();
            let folder = folder(&[(&parser, toml.as_bytes()), (&program, script.as_bytes())]);
            let said = rfo(folder.path(), &["parsers", "check", &parser]);
            assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        }
    }
}

/// A good definition, to be broken.
const GOOD: &str = r#"name  = "till"
about = "Log of a till"
kind  = "log"

[lines]
line = "{time} till {host#} {severity}: {text}"

[time]
format = "%d.%m.%Y %H:%M:%S"
zone   = "Europe/Lisbon"
"#;

#[test]
fn a_wrong_definition_is_refused_with_its_place_and_a_way_out() {
    let cases = [
        ("a key that does not exist", "[lines]", "[lnes]"),
        ("a key of a table that does not exist", "line = ", "lines = "),
        ("a kind that does not exist", "kind  = \"log\"", "kind  = \"logs\""),
        ("a brace that is not closed", "{severity}:", "{severity:"),
        ("two holes without a literal between", "{severity}: {text}", "{severity}{text}"),
        ("a hole that stands twice", "{host#}", "{text}"),
        ("a time format that is none", "%d.%m.%Y", "%d.%Q.%Y"),
        ("a zone that is none", "Europe/Lisbon", "Europe/Lissabon"),
        ("no engine", "[lines]\nline = \"{time} till {host#} {severity}: {text}\"\n", ""),
        (
            "a number where a text should be",
            "line = \"{time} till {host#} {severity}: {text}\"",
            "line = 1",
        ),
        ("no TOML", "about = \"Log", "about = \"\"Log"),
        ("no name", "name  = \"till\"\n", ""),
    ];
    assert!(Definition::parse(GOOD, Origin::Shipped, "till.toml").is_ok());
    let mut told = String::new();
    for (what, from, to) in cases {
        assert!(GOOD.contains(from), "{from}");
        let error = Definition::parse(&GOOD.replacen(from, to, 1), Origin::Shipped, "till.toml");
        let error = error.err().map_or("NOT REFUSED".to_owned(), |error| error.to_string());
        told.extend(["# ", what, "\n", &error, "\n\n"]);
    }
    insta::assert_snapshot!("wrong_definitions", told);
}

#[test]
fn a_parser_that_does_not_do_what_its_samples_say_fails_its_check() {
    let sample = r#"
[[sample]]
input = "14.03.2026 21:02:11 till 7 WARN: drawer is open\n14.03.2026 21:02:12 till x WARN: stuck\n"
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
summary = "drawer is shut"
"#;
    let toml = [GOOD, sample].concat();
    let folder = folder(&[("till.toml", toml.as_bytes())]);
    let said = rfo(folder.path(), &["parsers", "check", "till.toml"]);
    assert_eq!(said.code, 1, "{}", said.err);
    insta::assert_snapshot!("failing_samples", said.out);
}

#[test]
fn a_parser_without_samples_is_not_trusted() {
    let folder = folder(&[("till.toml", GOOD.as_bytes())]);
    let said = rfo(folder.path(), &["parsers", "check", "till.toml"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("no [[sample]]"), "{}", said.out);
}

#[test]
fn parsers_are_listed_and_shown_and_a_misspelt_one_is_guessed() {
    let folder = folder(&[]);
    let list = rfo(folder.path(), &["parsers", "list", "--isolated"]);
    assert_eq!(list.code, 0);
    assert!(list.out.lines().any(|line| line.starts_with("slack ")), "{}", list.out);
    let shown = rfo(folder.path(), &["parsers", "show", "slack", "--isolated"]);
    let file = fs::read_to_string(root().join("parsers/slack.toml")).expect("a parser");
    assert_eq!(shown.out, file);
    let missing = rfo(folder.path(), &["parsers", "show", "slak", "--isolated"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("did you mean slack?"), "{}", missing.err);
}
