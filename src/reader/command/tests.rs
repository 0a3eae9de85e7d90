//! Programs that behave, and programs that do not: all are small scripts for `sh`.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{place::Claim, *};
use crate::{
    definition::{Origin, shelf::Shelf},
    detect::{self, Verdict},
    reader::Scan,
};

fn parse(toml: &str) -> Result<Definition, String> {
    let origin = Origin::File(PathBuf::from("roll.toml"));
    Definition::parse(toml, origin, "roll.toml").map_err(|error| error.to_string())
}

/// A definition that runs this script.
fn roll(script: &str, keys: &str) -> Arc<Definition> {
    let toml = format!(
        "name = \"roll\"\nabout = \"x\"\nkind = \"log\"\n[command]\nmagic = \"ROLL\"\nrun = [\"sh\", \
         \"-c\", '''{script}''']\n{keys}"
    );
    Arc::new(parse(&toml).expect("a definition"))
}

fn plan(definition: &Arc<Definition>, input: &str) -> Plan {
    let shelf = Shelf::of([definition.clone()]).expect("a shelf");
    let told = |_: &str| None;
    let inputs = vec![Input::from_bytes("a.roll", input.as_bytes())];
    match detect::detect(inputs, &shelf, &told).pop() {
        Some(Verdict::Read(plan)) => *plan,
        other => panic!("{other:?}"),
    }
}

fn scan(script: &str, keys: &str, input: &str) -> (Plan, io::Result<Scan>) {
    let plan = plan(&roll(script, keys), input);
    let source = plan.input.open().expect("memory");
    let scan = plan.scan_all(&*source, u64::MAX, Depth::Sketch);
    (plan, scan)
}

fn scanned(script: &str, input: &str) -> (Plan, Scan) {
    let (plan, scan) = scan(script, "", input);
    let scan = scan.expect("a scan");
    assert_eq!(scan.accounts.check().first().filter(|sum| !sum.starts_with("events")), None);
    (plan, scan)
}

/// Why an input cannot be read.
fn refused(script: &str, keys: &str) -> String {
    scan(script, keys, "ROLL\n").1.map(|_| ()).expect_err("no scan").to_string()
}

fn faults(scan: &Scan) -> Vec<&str> {
    scan.faults.iter().map(|fault| &*fault.reason).collect()
}

const INPUT: &str = "ROLL 7\none\r\ntwo\n\nlast";

#[test]
fn lines_and_bytes_are_records() {
    let (plan, scan) = scanned(
        r#"cat >/dev/null
        echo '{"time":"2026-03-14T21:02:11Z","line":2,"lines":2,"summary":"b"}'
        echo '{"time":"2026-03-14T21:02:12Z","byte_start":17,"byte_len":4,"summary":"d"}'
        echo '{"time":"2026-03-14T21:02:10Z","line":1,"summary":"a"}'
        echo '{"line":2,"lines":2,"summary":"c","marks":["detected"]}'"#,
        INPUT,
    );
    let places: Vec<_> = scan.ticks.iter().map(|t| (t.start, t.len, t.line)).collect();
    assert_eq!(places, [(0, 6, 1), (7, 8, 2), (17, 4, 5)], "in the order of the input");
    let undated = scan.undated[0];
    assert_eq!((undated.start, undated.len, undated.part), (7, 8, 1), "one record tells two");
    let bytes = &scan.accounts.bytes;
    assert_eq!((bytes.in_records, bytes.between_records, bytes.not_read), (18, 3, 0));
    assert_eq!(scan.accounts.records.telling, 3);
    let said: Vec<String> = plan
        .read(&scan, 7, b"one\r\ntwo")
        .into_iter()
        .filter_map(|draft| Some(draft.fields?.summary))
        .collect();
    assert_eq!(said, ["b", "c"]);
    assert_eq!(faults(&scan), Vec::<&str>::new());
}

#[test]
fn without_a_place_the_whole_input_is_the_record() {
    let script = r#"echo '{"summary":"all"}'; echo '{"summary":"first","line":1}'"#;
    let (plan, scan) = scanned(script, INPUT);
    let places: Vec<_> = scan.undated.iter().map(|u| (u.start, u.len, u.part)).collect();
    assert_eq!(places, [(0, 6, 0), (0, 21, 1)], "told apart though both begin the input");
    assert_eq!(scan.accounts.bytes.in_records, 21, "no byte counts twice");
    assert_eq!(plan.read(&scan, 0, INPUT.as_bytes()).len(), 2);
}

#[test]
fn lines_that_no_event_names_are_said() {
    let (_, scan) = scanned(r#"echo '{"summary":"x","line":3}'; echo careful >&2"#, INPUT);
    let remarks = scan.output.remarks(&scan.accounts.bytes);
    assert!(remarks[0].starts_with("read by `sh -c "), "{remarks:?}");
    assert!(remarks[1].ends_with("said: careful"), "{remarks:?}");
    assert_eq!(remarks[2], "3 of its lines (18 bytes) are told of by no event");
    let (_, scan) = scanned("cat >/dev/null", INPUT);
    assert!(scan.output.remarks(&scan.accounts.bytes)[0].ends_with("and told no event"));
}

#[test]
fn a_line_that_is_no_event_is_a_fault() {
    let (_, scan) = scanned(
        r#"echo; echo 'Traceback'; echo '{"summary":"good","line":2}'; echo '[1]'
        echo '{"summary":"x","severity":"bad"}'; echo '{"line":1}'; echo '{"summary":" "}'
        echo '{"summary":"x","line":9}'; echo '{"summary":"x","line":4}'
        echo '{"summary":"x","byte_start":1}'; echo '{"summary":"x","byte_start":20,"byte_len":2}'
        echo '{"summary":"x","schema":"rfo.event/2"}'; echo '{"summary":"x","time":7}'
        echo '{"summary":"x","line":0}'; echo '{"summary":"x","line":5,"lines":2}'"#,
        INPUT,
    );
    let why: Vec<String> = faults(&scan)
        .iter()
        .map(|fault| {
            let (number, why) = fault.split_once(" of what `").expect("a number");
            format!("{number}: {}", why.rsplit_once("` wrote: ").expect("a reason").1)
        })
        .collect();
    assert_eq!(
        why,
        [
            "line 2: no valid JSON: expected value at line 1 column 1",
            "line 4: no JSON object",
            "line 5: no event: `severity` is \"bad\"; the words are critical, error, warning, \
             notice, info, debug",
            "line 6: no event: missing field `summary`",
            "line 7: no event: its `summary` says nothing",
            "line 8: the input has no line 9",
            "line 9: what it says it was told from is empty",
            "line 10: no place: `byte_start` and `byte_len` go together",
            "line 11: it says 2 bytes from byte 20 on, and the input has 21",
            "line 12: no event: its `schema` is not \"rfo.event/1\"",
            "line 13: no event: invalid type: number, expected a string",
            "line 14: the input has no line 0",
            "line 15: the input has no line 6",
        ]
    );
    assert!(scan.faults.iter().all(|fault| fault.line == 0), "no line of the input is meant");
    let records = &scan.accounts.records;
    assert_eq!((records.read, records.telling, records.rejected), (14, 1, 13));
}

#[test]
fn a_program_that_fails_is_named_with_its_last_words() {
    let script =
        r#"echo '{"summary":"x","line":2}'; printf 'no\nwhy \033[31m not\n\n' >&2; exit 3"#;
    let (_, scan) = scanned(script, INPUT);
    let [fault] = &faults(&scan)[..] else { panic!("{scan:?}") };
    assert!(fault.contains("ended with exit code 3"), "{fault}");
    assert!(fault.ends_with("; it said: why \u{fffd}[31m not"), "{fault}");
    assert_eq!(scan.accounts.bytes.not_read, 11, "behind what it told of nothing is known");
    assert_eq!(scan.accounts.records.telling, 1, "what it told stands");
    // One that tells nothing has read nothing.
    assert!(refused("exit 1", "").contains("ended with exit code 1"));
    assert!(refused("kill -SEGV $$", "").contains("was ended by signal 11"));
}

#[test]
fn a_program_that_does_not_end_is_stopped_with_all_that_it_started() {
    let began = Instant::now();
    let why = refused("echo '{\"summary\":\"x\"}'; sleep 60 & sleep 60", "timeout = 1\n");
    assert!(why.contains("did not end within 1 s") && why.contains("raise `timeout`"), "{why}");
    assert!(began.elapsed() < Duration::from_secs(20), "nobody waits for the pipes");
}

#[test]
fn a_program_that_writes_too_much_is_stopped() {
    let why = refused("while :; do echo '{\"summary\":\"x\"}'; done", "output = 1\n");
    assert!(why.contains("wrote more than 1 MiB") && why.contains("raise `output`"), "{why}");
}

#[test]
fn no_pipe_fills_up() {
    let input = format!("ROLL\n{}", "much to read\n".repeat(200_000));
    let script = r#"yes noise 2>/dev/null | head -c 300000 >&2
        echo '{"summary":"deaf, and loud"}'"#;
    let (_, scan) = scanned(script, &input);
    assert_eq!(scan.undated.len(), 1, "it may close its stdin early");
    let echoing = r#"sed 's/.*/{"summary":"&"}/'"#;
    let (_, scan) = scanned(echoing, &input);
    assert_eq!(scan.undated.len(), PARTS, "it may write while it reads");
    assert!(faults(&scan)[0].contains("more than 65536 events are told from one place"));
}

#[test]
fn a_missing_program_is_named_with_the_way_out() {
    let toml = |run: &str| {
        format!(
            "name = \"roll\"\nabout = \"x\"\nkind = \"log\"\n[command]\nmagic = \"R\"\nrun = {run}\n"
        )
    };
    let why = |run: &str| {
        let plan = plan(&Arc::new(parse(&toml(run)).expect("a definition")), "R\n");
        let source = plan.input.open().expect("memory");
        plan.scan_all(&*source, u64::MAX, Depth::Tick).expect_err("no scan").to_string()
    };
    let missing = why("[\"no-such-program-here\"]");
    assert_eq!(
        missing,
        "the program `no-such-program-here` is not there: install it, or write its whole path into \
         `run` of the parser roll"
    );
    assert!(why("[\"./src\"]").contains("cannot be started"), "a folder is no program");
}

#[test]
fn the_program_sees_the_same_few_variables_everywhere() {
    let script = r#"for name in $(env | sed 's/=.*//'); do
        case $name in PATH|HOME|TMPDIR|TEMP|USERPROFILE|SYSTEMROOT|LC_ALL|TZ|PWD|OLDPWD|SHLVL|_) ;;
        *) echo "{\"summary\":\"$name\"}" ;; esac; done; echo "{\"summary\":\"$LC_ALL $TZ\"}""#;
    let (plan, scan) = scanned(script, INPUT);
    let said = plan.read(&scan, 0, INPUT.as_bytes());
    let said: Vec<_> = said.into_iter().filter_map(|draft| Some(draft.fields?.summary)).collect();
    assert_eq!(said, ["C UTC"]);
}

#[test]
fn what_the_words_mean() {
    let (plan, scan) = scanned(
        r#"printf %s '{"time":"2026-03-14T21:02:11+01:00","time_end":"2026-03-14T21:09:00+01:00",
        "kind":"alert","system":"till","channel":"shop","actor":"Jo Brandt","actor_role":"bot",
        "host":"cache-2","service":"redis","state":"down","severity":"critical","marks":["start"],
        "refs":["INC-7","INC-7",""],"count":3,"record":"r7","detail":"one\ntwo","summary":" no  roll ",
        "unknown":null}' | tr -d '\n'; echo
        echo '{"time":"2026-03-14 21:02:12","time_quality":"zone+fold","summary":"b","actor":"-"}'"#,
        INPUT,
    );
    let drafts = plan.read(&scan, 0, INPUT.as_bytes());
    let fields = drafts[0].fields.as_deref().expect("fields");
    assert_eq!(drafts[0].kind, crate::event::Kind::Alert);
    assert_eq!(drafts[0].severity, Some(crate::event::Severity::Critical));
    assert_eq!(drafts[0].marks, [crate::event::Mark::Start]);
    assert_eq!(fields.summary, "no roll");
    assert_eq!(fields.detail.as_deref(), Some("one\ntwo"));
    assert_eq!(fields.state.as_deref(), Some("DOWN"));
    assert_eq!(fields.refs, ["INC-7"]);
    assert_eq!((fields.count, fields.record.as_deref()), (Some(3), Some("r7")));
    assert_eq!(fields.role.as_deref(), Some("bot"));
    assert!(fields.until.is_some());
    assert_eq!(drafts[0].time.and_then(|time| time.offset()), Some(3600));
    let second = drafts[1].time.expect("a time");
    assert_eq!(second.offset(), None, "the input's zone policy decides");
    assert!(second.flags.has(crate::time::Flags::FELL_BACK), "its doubt stays");
    assert_eq!(drafts[1].fields.as_ref().and_then(|fields| fields.actor.clone()), None);
}

#[test]
fn binary_files_may_have_a_program() {
    let definition = parse(
        "name = \"b\"\nabout = \"x\"\nkind = \"log\"\n[command]\nmagic = \"SQLite format 3\\u0000\"\n\
         run = [\"sh\", \"-c\", 'cat >/dev/null; echo \"{\\\"summary\\\":\\\"x\\\"}\"']\n",
    );
    let plan = plan(&Arc::new(definition.expect("a definition")), "SQLite format 3\0\u{1}\u{2}");
    assert_eq!(plan.definition.name, "b");
}

#[test]
fn what_such_a_definition_may_not_hold() {
    let with = |keys: &str| {
        parse(&format!(
            "name = \"b\"\nabout = \"x\"\nkind = \"log\"\nfiles = [\"*.b\"]\n{keys}[command]\nrun = [\"x\"]\n"
        ))
        .map(|_| ())
    };
    assert_eq!(with(""), Ok(()));
    let refused = |keys: &str| with(keys).expect_err("refused");
    assert!(refused("[match]\nx = \"y\"\n").contains("has no [match]"));
    assert!(refused("[time]\nformat = \"epoch\"\n").contains("has no `format`"));
    assert!(refused("[[event]]\ntext = \"x\"\n").contains("has no [[event]]"));
    assert!(refused("[find]\nx = \"y\"\n").contains("write \".\""));
    assert!(refused("[lines]\nline = \"y\"\n").contains("exactly one"));
    let toml = "name = \"b\"\nabout = \"x\"\nkind = \"log\"\n[command]\nrun = [\"x\"]\n";
    assert!(parse(toml).expect_err("refused").contains("nothing tells which files"));
    let late = format!("{toml}magic = \"x\"\ntimeout = 0\n");
    assert!(parse(&late).expect_err("refused").contains("from 1 to 86400"));
    let shipped = Definition::parse(&format!("{toml}magic = \"x\"\n"), Origin::Shipped, "b.toml");
    assert!(shipped.expect_err("refused").to_string().contains("built in runs no program"));
}

#[test]
fn places_are_found_in_any_order() {
    let source = crate::discover::range::Bytes(INPUT.as_bytes().into());
    let claims = [Claim::Lines(5, 1), Claim::Bytes(8, 2), Claim::Lines(1, 2)];
    let found = place::find(&source, &claims).expect("memory");
    let places: Vec<_> = found.places.into_iter().map(Result::unwrap).collect();
    assert_eq!(places[0], Place { start: 17, len: 4, line: 4 });
    assert_eq!(places[1], Place { start: 8, len: 2, line: 1 });
    assert_eq!(places[2], Place { start: 0, len: 10, line: 0 });
    assert_eq!(found.untold, 1, "the third line; the empty one does not count");
}
