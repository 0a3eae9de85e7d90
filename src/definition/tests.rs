//! The language of definitions, feature by feature: small ones, each with what it must tell.

use std::sync::Arc;

use super::{
    Definition, Origin, check,
    phrase::{Path, PathStep},
    shelf::Shelf,
};

fn parsed(toml: &str) -> Result<Definition, String> {
    Definition::parse(toml, Origin::Shipped, "a.toml").map_err(|error| error.to_string())
}

/// Checks a definition against its samples, alone on the shelf.
#[track_caller]
fn holds(engine: &str, rest: &str) {
    let toml = format!("name = \"a\"\nabout = \"a\"\nkind = \"log\"\n{engine}\n{rest}");
    let definition = Arc::new(parsed(&toml).unwrap_or_else(|error| panic!("{error}")));
    let shelf = Shelf::of([definition.clone()]).expect("no layer");
    let failures = check::check_one(&definition, &shelf);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

mod json;
mod layers;
mod spans;

#[test]
fn the_first_rung_that_fits_is_taken() {
    holds(
        "[lines]\nline = '{time} <{level}> {host}: {text}'",
        r#"
[time]
zone = "utc"
[[event]]
actor    = ["{nobody}", "{host}"]
severity = "{level}"
text     = ["{nobody} did {text}", "{host} says {text}", "{text}"]
[[sample]]
input = "2026-03-14 21:02:11 <error> web-1: it broke"
[[sample.event]]
time     = "2026-03-14T21:02:11Z"
actor    = "web-1"
severity = "error"
summary  = "web-1 says it broke"
"#,
    );
}

#[test]
fn a_hole_with_the_name_of_a_field_is_that_field() {
    holds(
        "[lines]\nline = '{time} <{severity}> {host} {service} {actor} {channel} {state}: {text}'",
        r#"
[[sample]]
input = "2026-03-14T21:02:11Z <warning> web-1 shop ana ops down: hot"
[[sample.event]]
severity = "warning"
host     = "web-1"
service  = "shop"
actor    = "ana"
channel  = "ops"
state    = "DOWN"
summary  = "hot"
"#,
    );
}

#[test]
fn words_are_tables_and_only_what_a_table_lists_passes() {
    holds(
        "[lines]\nline = '{time} <{code#}> {role} {state} {what}: {text}'",
        r#"
[words.severity]
error = ["50", "5{#}"]
[words.state]
down = ["kaputt", "weg"]
[words.role]
bot = "robot"
[words.mark]
acknowledged = "ACK"
[[event]]
severity = "{code}"
mark     = "{what}"
[[sample]]
input = """
2026-03-14T21:02:11Z <57> robot weg ACK: a
2026-03-14T21:02:12Z <50> human fine ACK2: b
2026-03-14T21:02:13Z <70> human kaputt none: c
"""
[[sample.event]]
severity = "error"
role     = "bot"
state    = "DOWN"
mark     = "acknowledged"
[[sample.event]]
severity = "error"
role     = ""
state    = ""
mark     = ""
[[sample.event]]
severity = ""
state    = "DOWN"
"#,
    );
}

#[test]
fn quiet_records_are_told_and_said_to_be_quiet() {
    holds(
        "[lines]\nline = '{time} <{type=SOFT|HARD}> {text}'\n[quiet]\ntype = 'SOFT'",
        r#"
[[sample]]
input = "2026-03-14T21:02:11Z <SOFT> a\n2026-03-14T21:02:12Z <HARD> b"
[[sample.event]]
quiet = true
[[sample.event]]
quiet = false
"#,
    );
}

#[test]
fn lines_that_share_a_field_with_the_record_above_belong_to_it() {
    holds(
        "[lines]\nline = '{time} <{pid#}> {text}'\nmore = '{time} <{pid#}> + {}'",
        r#"
[[sample]]
input = """
2026-03-14T21:02:11Z <1> a
  goes on
2026-03-14T21:02:11Z <1> + b
2026-03-14T21:02:12Z <2> + of another
"""
[[sample.event]]
summary = "a"
detail  = "a\n  goes on\n2026-03-14T21:02:11Z <1> + b"
[[sample.event]]
summary = "+ of another"
"#,
    );
}

#[test]
fn pairs_are_fields() {
    holds(
        "[lines]\nline = '{time} {=}'",
        r#"
[[event]]
text = "{msg}"
host = "{at.host}"
[[sample]]
input = '2026-03-14T21:02:11Z msg="it is \"so\"" at.host=web-1 n=1'
[[sample.event]]
summary = 'it is "so"'
host    = "web-1"
"#,
    );
}

#[test]
fn a_csv_row_tells_several_events_and_items_of_its_cells() {
    holds(
        "[csv]\nneed = ['Key', 'Opened']\nnames = { Opened = ['Erstellt'] }",
        r#"
[time]
at     = "{Opened}"
format = ["%d.%m.%Y %H:%M", "iso"]
zone   = "Europe/Berlin"
[[event]]
text = "{Key} opened"
id   = "{Key}:opened"
[[event]]
at   = "{Closed}"
text = "{Key} closed"
[[event]]
each  = "Comment"
match = "{time};{actor};{text}"
at    = "{time}"
text  = "{^Key} {#}: {text}"
[[sample]]
input = """
Key,Erstellt,Closed,Comment,Comment
A-1,14.03.2026 22:02,,14.03.2026 22:03;ana;first,14.03.2026 22:04;jo;second
A-2,2026-03-14 22:02,14.03.2026 23:00,,not a comment
"""
[[sample.event]]
time    = "2026-03-14T21:02:00Z"
summary = "A-1 opened"
id      = "A-1:opened"
[[sample.event]]
time    = "2026-03-14T21:03:00Z"
actor   = "ana"
summary = "A-1 1: first"
[[sample.event]]
time    = "2026-03-14T21:04:00Z"
actor   = "jo"
summary = "A-1 2: second"
[[sample.event]]
time    = "2026-03-14T21:02:00Z"
summary = "A-2 opened"
[[sample.event]]
time    = "2026-03-14T22:00:00Z"
summary = "A-2 closed"
[[sample.event]]
summary = "A-2 1: not a comment"
time    = ""
"#,
    );
}

#[test]
fn json_records_lie_where_a_path_says_and_know_what_is_around_them() {
    holds(
        "[json]\nrecords = 'chats[].messages[]'\nneed = 'when'",
        r#"
[time]
at     = "{when}"
format = "epoch"
[[event]]
channel = "{^name}"
actor   = "{from.name}"
refs    = ["{links[0]}", "{links[1]}"]
text    = "{text}"
[[sample]]
input = """
{"chats": [
  {"name": "ops", "messages": [
    {"when": 1773522131, "from": {"name": "ana"}, "text": "hot", "links": ["x", "y"]}]},
  {"messages": [{"when": 1773522132, "from": null, "text": "cold"}], "name": "late"}]}
"""
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
channel = "ops"
actor   = "ana"
refs    = ["x", "y"]
summary = "hot"
[[sample.event]]
channel = "late"
actor   = ""
summary = "cold"
"#,
    );
}

#[test]
fn a_file_beside_the_input_is_looked_things_up_in() {
    holds(
        "[json]\n[lookup.who]\nof = '{user}'\nfile = 'users.json'\nkey = 'id'\nvalue = '{name}'",
        r#"
[time]
at     = "{ts}"
format = "epoch"
[[event]]
actor = ["{who}", "{user}"]
text  = "{text}"
[[sample]]
path   = "export/a.json"
beside = { "users.json" = '[{"id": "U1", "name": "Ana"}]' }
input  = """
{"ts": 1773522131, "user": "U1", "text": "known"}
{"ts": 1773522132, "user": "U2", "text": "unknown"}
"""
[[sample.event]]
actor = "Ana"
[[sample.event]]
actor = "U2"
"#,
    );
}

#[test]
fn paths_are_read_as_they_are_meant() {
    let key = |name: &str| PathStep::Key(name.to_owned());
    let cases: [(&str, usize, Vec<PathStep>); 9] = [
        (".", 0, vec![]),
        ("a", 0, vec![key("a")]),
        ("a.b", 0, vec![key("a"), key("b")]),
        ("a[].b", 0, vec![key("a"), PathStep::All, key("b")]),
        ("[]", 0, vec![PathStep::All]),
        ("a[2]", 0, vec![key("a"), PathStep::Index(2)]),
        ("a.*", 0, vec![key("a"), PathStep::Any]),
        ("^^a", 2, vec![key("a")]),
        ("\"a.b\".c", 0, vec![key("a.b"), key("c")]),
    ];
    for (text, up, steps) in cases {
        let path = Path::parse(text);
        assert_eq!((path.up, path.steps), (up, steps), "{text}");
    }
}

#[test]
fn a_definition_that_replaces_a_shipped_one_replaces_all_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("slack.toml");
    let toml = "name = \"slack\"\nabout = \"mine\"\nkind = \"chat\"\n[json]\n";
    std::fs::write(&file, toml).expect("a file");
    let mut shelf = Shelf::shipped().expect("the shipped parsers compile");
    let before = shelf.iter().count();
    shelf.add_folder(folder.path()).expect("it compiles");
    assert_eq!(shelf.iter().count(), before);
    let slack = shelf.get("slack").expect("it is there");
    assert_eq!((slack.about.as_str(), slack.lookups.len()), ("mine", 0));
    // A name that is not the file's could not be found again.
    std::fs::write(folder.path().join("other.toml"), toml).expect("a file");
    let error = shelf.add_folder(folder.path()).expect_err("another name").to_string();
    assert!(error.contains("other.toml") && error.contains("the same name"), "{error}");
}

#[test]
fn every_key_of_the_language_is_told_in_its_guide() {
    let guide = include_str!("../../parsers/README.md");
    let error = parsed("name = \"a\"\nnone = 1").expect_err("no key");
    let (_, keys) = error.split_once("allowed here: ").expect("the keys");
    let missing: Vec<&str> = keys
        .trim()
        .split(", ")
        .filter(|key| !guide.contains(&format!("`{key}`")) && !guide.contains(&format!("[{key}")))
        .collect();
    assert!(missing.is_empty(), "parsers/README.md does not tell of {missing:?}");
}

#[test]
fn a_regular_expression_is_the_way_out() {
    holds(
        r"[lines]
regex = ['(?P<host>[a-z]+-\d+)!(?P<time>[-0-9T:Z]+)!(?:(?P<service>\w+)!)?(?P<text>.*)']",
        r#"
[[sample]]
input = """
web-1!2026-03-14T21:02:11Z!shop!it broke
  and so on
web-2!2026-03-14T21:02:12Z!it works
"""
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
host    = "web-1"
service = "shop"
detail  = "it broke\n  and so on"
[[sample.event]]
host    = "web-2"
service = ""
"#,
    );
    let wrong = |regex: &str| {
        let toml = format!("name='a'\nabout='a'\nkind='log'\n[lines]\nregex='{regex}'");
        parsed(&toml).expect_err(regex)
    };
    assert!(wrong("(?P<text>.*)").contains("one group must be a time"));
    assert!(wrong("(?P<time>.*").contains("unclosed group"));
    assert!(wrong("(?P<time>(?:[a-z]{1000}){1000})").contains("cannot be used"));
}

#[test]
fn the_same_instant_with_its_offset_tells_the_zone_of_a_local_clock() {
    holds(
        "[json]\nneed = ['local', 'sent']",
        r#"
[time]
at     = "{local}"
zone   = "{sent}"
[[event]]
text = "{said}"
[[sample]]
zone  = "UTC"
input = """
{"local": "2026-03-14 22:02:11", "sent": "2026-03-14T21:02:40Z", "said": "a"}
{"local": "2026-03-14 22:02:11", "sent": "2026-03-14T21:08:40Z", "said": "b"}
"""
[[sample.event]]
time         = "2026-03-14T21:02:11Z"
time_quality = "exact"
[[sample.event]]
time         = "2026-03-14T22:02:11Z"
time_quality = "zone"
"#,
    );
}
