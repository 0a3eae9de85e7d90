//! Any cuts give the same records; every byte is somewhere; what ends early gives what is whole.

use std::sync::{Arc, LazyLock};

use proptest::{collection::vec, prelude::*, sample};

use super::{
    Framing, Plan, Scan,
    line::{LINE_BYTES, LineReader},
};
use crate::{
    accounts::Accounts,
    definition::{Definition, Origin, check, shelf::Shelf, tell::Depth},
    detect::{self, Verdict},
    discover::{
        Input,
        range::{Bytes, RangeRead},
    },
};

/// A definition in which two lines make a record, and lines of the same number belong together.
const KNITTED: &str = r#"
name  = "knitted"
about = "Templates over two lines, and lines that belong to the one above"
kind  = "log"

[lines]
line = ["{time} <{number#}> {text}", "{time} begin {what}\n  end {text}"]
more = "{time} <{number#}> + {}"
head = ["== host {host}", "== zone {offset}", "== {..}"]

[time]
format = "iso"
zone   = ["{offset}", "utc"]
"#;

fn knitted() -> Arc<Definition> {
    static PARSED: LazyLock<Arc<Definition>> = LazyLock::new(|| {
        Arc::new(Definition::parse(KNITTED, Origin::Shipped, "knitted").expect("it compiles"))
    });
    PARSED.clone()
}

/// The shipped parsers, compiled once for all cases.
static SHELF: LazyLock<Shelf> =
    LazyLock::new(|| Shelf::shipped().expect("the shipped parsers compile"));

fn shipped(name: &str) -> Arc<Definition> {
    SHELF.get(name).expect("a shipped parser").clone()
}

/// The plan by which a definition reads these bytes.
fn plan(definition: &Arc<Definition>, bytes: &[u8]) -> Plan {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let company = check::company(definition, text, &SHELF);
    let shelf = Shelf::of(company.clone()).expect("a base");
    let told = |_: &str| company.first().cloned();
    let verdicts = detect::detect(vec![Input::from_bytes("input", bytes)], &shelf, &told);
    match verdicts.into_iter().next() {
        Some(Verdict::Read(plan)) => *plan,
        other => panic!("not read: {other:?}"),
    }
}

/// Scans in the chunks between the cuts.
fn scan_cut(plan: &Plan, bytes: &[u8], cuts: &[u64], depth: Depth) -> Scan {
    let source = Bytes(bytes.into());
    let mut ends: Vec<u64> = cuts.iter().map(|cut| cut % (source.len() + 1)).collect();
    ends.extend([0, source.len()]);
    ends.sort_unstable();
    let pieces = ends.windows(2).map(|ends| plan.scan(&source, ends[0]..ends[1], depth));
    plan.combine(pieces.collect::<Result<_, _>>().expect("bytes in memory"))
}

fn scan_whole(plan: &Plan, bytes: &[u8], depth: Depth) -> Scan {
    plan.scan_all(&Bytes(bytes.into()), u64::MAX, depth).expect("bytes in memory")
}

/// Everything that a scan gave, in one text, so that scans can be compared.
fn all(scan: &Scan) -> String {
    format!("{scan:#?}")
}

/// The sums of a scan, as if all its events were shown.
fn wrong_sums(scan: &Scan) -> Vec<String> {
    let mut accounts: Accounts = scan.accounts.clone();
    accounts.events.shown = accounts.events.told;
    accounts.check()
}

/// Records lie in file order, apart from each other, and every line number is right.
fn places_hold(scan: &Scan, bytes: &[u8]) -> Result<(), TestCaseError> {
    let ticks = scan.ticks.iter().map(|tick| (tick.start, tick.len, tick.line));
    let undated = scan.undated.iter().map(|place| (place.start, place.len, place.line));
    let mut places: Vec<_> = ticks.chain(undated).collect();
    places.sort_unstable();
    places.dedup();
    let mut behind = 0;
    for (start, len, line) in places {
        prop_assert!(start >= behind, "a record at {start} overlaps the one before");
        behind = start + u64::from(len);
        prop_assert!(behind <= bytes.len() as u64);
        let before = &bytes[..usize::try_from(start).unwrap_or_default()];
        let lines = 1 + memchr::memchr_iter(b'\n', before).count();
        prop_assert_eq!(line as usize, lines, "the line of byte {}", start);
    }
    Ok(())
}

/// The test of the house, for one input and some cuts.
fn any_cuts(definition: &Arc<Definition>, bytes: &[u8], cuts: &[u64]) -> Result<(), TestCaseError> {
    let plan = plan(definition, bytes);
    for depth in [Depth::Tick, Depth::Sketch] {
        let whole = scan_whole(&plan, bytes, depth);
        prop_assert_eq!(wrong_sums(&whole), Vec::<String>::new());
        places_hold(&whole, bytes)?;
        let cut = if plan.is_chunked() { cuts } else { &[] };
        prop_assert_eq!(all(&scan_cut(&plan, bytes, cut, depth)), all(&whole));
    }
    let ticked = scan_whole(&plan, bytes, Depth::Tick);
    let sketched = scan_whole(&plan, bytes, Depth::Sketch);
    prop_assert_eq!(ticked.ticks, sketched.ticks, "the depths differ");
    prop_assert_eq!(ticked.undated, sketched.undated, "the depths differ");
    Ok(())
}

/// The same in chunks of one size after the other, from single bytes up.
fn any_size(definition: &Arc<Definition>, bytes: &[u8]) -> Result<(), TestCaseError> {
    let plan = plan(definition, bytes);
    let whole = all(&scan_whole(&plan, bytes, Depth::Sketch));
    for size in [1, 2, 3, 7, 64, 1000] {
        let scan = plan.scan_all(&Bytes(bytes.into()), size, Depth::Sketch).expect("memory");
        prop_assert_eq!(all(&scan), whole.clone(), "chunks of {} bytes", size);
    }
    Ok(())
}

/// Lines of a definition's samples, and lines that no format wants.
fn lines_of(definition: &Definition) -> Vec<String> {
    let strange = [
        "",
        " ",
        "\t",
        "\r",
        "  going on",
        "\tat shop.Pay(Pay.java:7)",
        "}",
        "-",
        "\u{feff}",
        "Caused by: nothing",
        "\u{1b}[31mred\u{1b}[0m",
        "From here on",
        ">From there",
        "{",
        "[",
        "2026-03-14",
        "2026-03-14T21:02:11Z",
        "Mar 14 21:02:11",
        "[1773522131]",
        "ä\u{a0}ö",
    ];
    let samples = definition.samples.iter().flat_map(|sample| sample.input.lines());
    samples.chain(strange).map(str::to_owned).collect()
}

const ENDS: [&str; 5] = ["\n", "\n", "\r\n", "\n\n", "\r\n\r\n"];

/// Texts of such lines; the last one may have no end.
fn text_of(lines: Vec<String>, most: usize) -> impl Strategy<Value = Vec<u8>> {
    let line = (sample::select(lines), sample::select(&ENDS[..]));
    (vec(line, 0..most), any::<bool>()).prop_map(|(lines, ended)| {
        let mut text: String = lines.iter().flat_map(|(line, end)| [line.as_str(), end]).collect();
        if !ended {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        text.into_bytes()
    })
}

fn texts(definition: &Definition, most: usize) -> BoxedStrategy<Vec<u8>> {
    text_of(lines_of(definition), most).boxed()
}

/// A shipped definition of one of these engines, and a text made of the lines of its samples.
fn shelf_texts(engine: &'static str, most: usize) -> BoxedStrategy<(Arc<Definition>, Vec<u8>)> {
    let all: Vec<_> = SHELF.iter().filter(|d| d.engine_word() == engine).cloned().collect();
    let text = move |definition: Arc<Definition>| {
        let texts = texts(&definition, most);
        (Just(definition), texts)
    };
    sample::select(all).prop_flat_map(text).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cuts_of_lines_give_the_same_records(
        (definition, text) in shelf_texts("lines", 30), cuts in vec(any::<u64>(), 0..12),
    ) {
        any_cuts(&definition, &text, &cuts)?;
    }

    #[test]
    fn any_cuts_of_lines_that_belong_together_give_the_same_records(
        text in text_of(
            [
                "2026-03-14T21:02:11Z <1> a", "2026-03-14T21:02:11Z <2> b",
                "2026-03-14T21:02:12Z <1> + c", "2026-03-14T21:02:12Z <2> + d", "- <1> e",
                "2026-03-14T21:02:13Z begin f", "  end g", "2026-03-14T21:02:13Z begin", "  h", "",
                "2026-03-14 21:02:14 <3> i", "== host web-2", "== zone +01:00", "== zone -08:00", "==",
            ].map(str::to_owned).to_vec(), 30),
        cuts in vec(any::<u64>(), 0..12),
    ) {
        any_cuts(&knitted(), &text, &cuts)?;
    }

    #[test]
    fn any_cuts_of_json_lines_give_the_same_records(
        text in texts(&shipped("json-lines"), 30), cuts in vec(any::<u64>(), 0..12),
    ) {
        let definition = shipped("json-lines");
        let mut plan = plan(&definition, &text);
        // Whatever the first line is: that decides between a document and lines.
        plan.framing = Framing::JsonLines;
        let whole = scan_whole(&plan, &text, Depth::Sketch);
        prop_assert_eq!(wrong_sums(&whole), Vec::<String>::new());
        places_hold(&whole, &text)?;
        prop_assert_eq!(all(&scan_cut(&plan, &text, &cuts, Depth::Sketch)), all(&whole));
    }

    #[test]
    fn any_cuts_of_a_mailbox_give_the_same_records(
        text in text_of(mail_lines(), 60), cuts in vec(any::<u64>(), 0..12),
    ) {
        let mut plan = plan(&shipped("mbox"), &text);
        plan.framing = Framing::Mailbox;
        for depth in [Depth::Tick, Depth::Sketch] {
            let whole = scan_whole(&plan, &text, depth);
            prop_assert_eq!(wrong_sums(&whole), Vec::<String>::new());
            places_hold(&whole, &text)?;
            prop_assert_eq!(all(&scan_cut(&plan, &text, &cuts, depth)), all(&whole));
        }
    }

    #[test]
    fn a_mailbox_of_lengths_accounts_for_every_byte(text in text_of(mail_lines(), 60)) {
        let mut plan = plan(&shipped("mbox"), &text);
        plan.framing = Framing::MailboxByLength;
        let whole = scan_whole(&plan, &text, Depth::Sketch);
        prop_assert_eq!(wrong_sums(&whole), Vec::<String>::new());
        places_hold(&whole, &text)?;
    }

    #[test]
    fn rows_and_documents_account_for_every_byte(
        (definition, text) in prop_oneof![shelf_texts("csv", 12), shelf_texts("json", 12)],
    ) {
        any_cuts(&definition, &text, &[])?;
    }

    #[test]
    fn every_reader_accounts_for_any_bytes(
        bytes in vec(prop_oneof![any::<u8>(), sample::select(&b"\n\r\"\\{}[],:;From 0123- "[..])], 0..400),
        cuts in vec(any::<u64>(), 0..6),
    ) {
        for name in ["log4j", "postgresql", "json-lines", "slack", "jira-csv", "mbox"] {
            any_cuts(&shipped(name), &bytes, &cuts)?;
        }
        any_cuts(&knitted(), &bytes, &cuts)?;
    }

    #[test]
    fn lines_are_those_of_the_text(bytes in vec(sample::select(&b"ab\r\n"[..]), 0..60), at in 0_u64..60) {
        let source = Bytes(bytes.clone().into());
        let mut reader = LineReader::at_line(&source, at).expect("memory");
        let mut starts = Vec::new();
        while let Some(line) = reader.next_line().expect("memory") {
            let start = usize::try_from(line.start).expect("small");
            let whole = &bytes[start..start + usize::try_from(line.whole).expect("small")];
            let bare = whole.strip_suffix(b"\n").map_or(whole, |l| l.strip_suffix(b"\r").unwrap_or(l));
            prop_assert_eq!(line.text, bare);
            prop_assert_eq!(line.len, bare.len() as u64);
            starts.push(line.start);
        }
        let all = (0..bytes.len()).filter(|&at| at == 0 || bytes[at - 1] == b'\n');
        let expected: Vec<u64> = all.map(|start| start as u64).filter(|start| *start >= at).collect();
        prop_assert_eq!(starts, expected);
    }
}

/// The stamps and hosts that a text tells, read as a run reads it.
fn told(definition: &Arc<Definition>, text: &str) -> Vec<String> {
    let plan = plan(definition, text.as_bytes());
    let source = Bytes(text.as_bytes().into());
    let scan = plan.scan_all(&source, 7, Depth::Sketch).expect("memory");
    let facts = crate::time::policy::Facts {
        declared_zone: super::head::declared_zone(&scan.heads, &plan),
        shared_date: scan.shared_date,
        ..Default::default()
    };
    let policy = crate::time::policy::decide(&scan.ticks, &facts);
    let tell = |(at, tick): (usize, &super::Tick)| {
        let stamp = crate::time::policy::resolve(&policy, at, &tick.time);
        let (start, len) = (tick.start as usize, tick.len as usize);
        let drafts = plan.read(&scan, tick.start, &text.as_bytes()[start..start + len]);
        let host = drafts[0].fields.as_ref().and_then(|fields| fields.host.clone());
        let time = stamp.rfc3339().unwrap_or_default();
        format!("{time} {} {} {}", stamp.quality, host.unwrap_or_default(), policy.zone_how())
    };
    scan.ticks.iter().enumerate().map(tell).collect()
}

#[test]
fn what_head_lines_say_holds_until_they_say_it_again() {
    let text = "2026-03-14 21:02:10 <1> a\n== host web-1\n2026-03-14 21:02:11 <1> b\n== zone +01:00\n\
                2026-03-14 21:02:12 <1> c\n== host web-2\n2026-03-14 21:02:13 <1> d\n";
    let how = "declared in the file (line 4)";
    let expected = [
        format!("2026-03-14T20:02:10Z zone  {how}"),
        format!("2026-03-14T20:02:11Z zone web-1 {how}"),
        format!("2026-03-14T20:02:12Z zone web-1 {how}"),
        format!("2026-03-14T20:02:13Z zone web-2 {how}"),
    ];
    assert_eq!(told(&knitted(), text), expected);
}

#[test]
fn zones_declared_one_after_the_other_hold_for_what_is_below_each() {
    let text =
        "== zone +01:00\n2026-03-14 21:02:10 <1> a\n== zone -08:00\n2026-03-14 21:02:11 <1> b\n";
    let how = "written in every record";
    let expected = [
        format!("2026-03-14T20:02:10Z exact  {how}"),
        format!("2026-03-15T05:02:11Z exact  {how}"),
    ];
    assert_eq!(told(&knitted(), text), expected);
}

#[test]
fn a_line_below_a_head_line_belongs_to_no_record() {
    let text =
        "2026-03-14T21:02:10Z <1> a\n== b\nstray\n\n  and more\n2026-03-14T21:02:11Z <1> + c\n";
    let plan = plan(&knitted(), text.as_bytes());
    let scan = scan_whole(&plan, text.as_bytes(), Depth::Tick);
    assert_eq!(wrong_sums(&scan), Vec::<String>::new());
    assert_eq!(scan.ticks.len(), 2);
    assert_eq!(scan.faults.len(), 1);
    assert_eq!(scan.faults[0].line, 3);
    assert_eq!(scan.accounts.records.skipped_by.get("header"), Some(&1));
}

#[test]
fn head_lines_stand_above_and_between_the_rows_of_a_csv() {
    let toml = "name = 'sheet'\nabout = 'a'\nkind = 'log'\n[csv]\nneed = ['when', 'what']\n\
                head = ['Export of {host}', 'Times in {zone}']\n[time]\nat = '{when}'\nzone = '{zone}'\n\
                [[event]]\ntext = '{what}'\n";
    let definition =
        Arc::new(Definition::parse(toml, Origin::Shipped, "sheet").expect("it compiles"));
    let text = "Export of web-1\r\nTimes in Europe/Lisbon\r\nwhen,what\r\n2026-07-14 21:02:10,\"a\r\nb\"\r\n\
                Export of web-2\r\n2026-07-14 21:02:11,c\r\n";
    let how = "declared in the file (line 2)";
    let expected = [
        format!("2026-07-14T20:02:10Z zone web-1 {how}"),
        format!("2026-07-14T20:02:11Z zone web-2 {how}"),
    ];
    assert_eq!(told(&definition, text), expected);
    let plan = plan(&definition, text.as_bytes());
    assert_eq!(wrong_sums(&scan_whole(&plan, text.as_bytes(), Depth::Tick)), Vec::<String>::new());
}

/// Mails, and lines in them that look like the start of one.
fn mail_lines() -> Vec<String> {
    let lines = [
        "From ana@example.net Sat Mar 14 21:02:13 2026",
        "From ana@example.net Sat Mar 14 21:02:13 2026",
        "From MAILER-DAEMON Sat Mar 14 21:02:13 2026",
        "From now on all is well.",
        "From nobody",
        "From ",
        ">From ana@example.net Sat Mar 14 21:02:13 2026",
        ">>From here",
        "Date: Sat, 14 Mar 2026 22:02:11 +0100",
        "Date: never",
        "From: Ana <ana@example.net>",
        "Message-ID: <1@example.net>",
        "Subject: a",
        "\tlong one",
        "",
        "",
        "",
        " ",
        "Hello.",
    ];
    lines.map(str::to_owned).to_vec()
}

#[test]
fn all_samples_give_the_same_records_in_chunks_of_any_size() {
    for definition in SHELF.iter() {
        for sample in &definition.samples {
            for text in [sample.input.clone(), sample.input.replace('\n', "\r\n")] {
                any_size(definition, text.as_bytes()).unwrap_or_else(|error| {
                    panic!("{}: {error}", definition.name);
                });
            }
        }
    }
}

#[test]
fn lines_longer_than_the_window_keep_their_places() {
    const WINDOW: usize = 1 << 20;
    let lengths = [0, 1, LINE_BYTES - 1, LINE_BYTES, LINE_BYTES + 1];
    let lengths = lengths.into_iter().chain((WINDOW - 2)..=(WINDOW + 2)).chain([2 * WINDOW + 1]);
    for length in lengths {
        for end in ["\n", "\r\n", ""] {
            let long = "x".repeat(length);
            let text = format!("a\n{long}{end}");
            let source = Bytes(text.as_bytes().into());
            let mut reader = LineReader::new(&source, 0);
            assert_eq!(reader.next_line().expect("memory").map(|line| line.len), Some(1));
            let line = reader.next_line().expect("memory");
            let Some(line) = line else {
                assert!(long.is_empty() && end.is_empty(), "{length} {end:?}: no line");
                continue;
            };
            assert_eq!((line.start, line.len), (2, length as u64), "{length} {end:?}");
            assert_eq!(line.whole, (length + end.len()) as u64, "{length} {end:?}");
            assert_eq!(line.text.len(), length.min(LINE_BYTES));
            assert!(reader.next_line().expect("memory").is_none());
        }
    }
}

#[test]
fn a_line_far_longer_than_a_chunk_is_read_once_and_not_by_every_chunk() {
    /// Counts the bytes that are read of a log with one line of 8 MiB.
    struct Counted(std::sync::atomic::AtomicU64);
    const HEAD: &[u8] = b"2026-03-14T21:02:11Z <1> a\n";
    const LEN: u64 = 8 << 20;
    impl RangeRead for Counted {
        fn len(&self) -> u64 {
            LEN
        }
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> std::io::Result<usize> {
            let left = usize::try_from(LEN.saturating_sub(offset)).unwrap_or(usize::MAX);
            let n = buf.len().min(left);
            for (place, byte) in buf[..n].iter_mut().enumerate() {
                let at = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(place);
                *byte = HEAD.get(at).copied().unwrap_or(b'x');
            }
            self.0.fetch_add(n as u64, std::sync::atomic::Ordering::Relaxed);
            Ok(n)
        }
    }
    let mut plan = plan(&knitted(), HEAD);
    plan.input.size = LEN;
    let source = Counted(std::sync::atomic::AtomicU64::new(0));
    let scan = plan.scan_all(&source, 128 << 10, Depth::Sketch).expect("it is read");
    assert_eq!(scan.accounts.bytes.in_records, LEN);
    let read = source.0.into_inner();
    assert!(read < 4 * LEN, "{read} bytes were read of {LEN}");
}

#[test]
fn text_before_the_first_record_is_rejected_at_its_own_line() {
    let text = b"\n\nwho am I\nand why\n\n2026-03-14T21:02:11Z <1> a\n";
    let definition = knitted();
    for cuts in [&[][..], &[1, 2], &[3, 10, 20]] {
        let scan = scan_cut(&plan(&definition, text), text, cuts, Depth::Tick);
        assert_eq!(scan.faults.len(), 1);
        assert_eq!(scan.faults[0].line, 3, "{cuts:?}");
        assert_eq!(scan.ticks[0].line, 6, "{cuts:?}");
    }
}

#[test]
fn a_json_document_cut_anywhere_gives_the_records_before_the_cut() {
    let definition = shipped("slack");
    let sample = definition.samples[0].input.trim().as_bytes();
    let whole = scan_whole(&plan(&definition, sample), sample, Depth::Sketch);
    assert!(whole.ticks.len() > 1 && whole.faults.is_empty());
    for cut in 1..sample.len() {
        let text = &sample[..cut];
        let mut plan = plan(&definition, text);
        plan.framing = Framing::JsonDocument;
        let scan = scan_whole(&plan, text, Depth::Sketch);
        assert_eq!(wrong_sums(&scan), Vec::<String>::new(), "cut at {cut}");
        let before =
            whole.ticks.iter().filter(|tick| tick.start + u64::from(tick.len) <= cut as u64);
        assert_eq!(scan.ticks.len(), before.count(), "cut at {cut}");
        assert_eq!(scan.faults.len(), 1, "cut at {cut}: {:?}", scan.faults);
    }
}

#[test]
fn what_stands_around_the_records_is_known_where_a_document_is_cut_inside_a_name() {
    let paths = [crate::definition::phrase::Path::parse("messages[]").steps];
    let text = br#"{"channel":"ops","messages":[{"ts":1},{"ts":2}],"#;
    for tail in ["\"na", "\"name\"", "\"name\":", "\"name\":\"tr", "x"] {
        let text = [&text[..], tail.as_bytes()].concat();
        let walk = super::json::walk(&text, &paths);
        assert_eq!(walk.records.len(), 2, "{tail}");
        assert!(walk.broken.is_some(), "{tail}");
        let around = walk.contexts.around(walk.records[1].place.start as u64);
        assert_eq!(around.first().map(|value| &value["channel"]), Some(&"ops".into()), "{tail}");
    }
}

#[test]
fn a_csv_cut_anywhere_accounts_for_every_byte() {
    for name in ["jira-csv", "servicenow-csv"] {
        let definition = shipped(name);
        let sample = definition.samples[0].input.as_bytes();
        for cut in 0..sample.len() {
            let text = &sample[..cut];
            let scan = scan_whole(&plan(&definition, text), text, Depth::Sketch);
            assert_eq!(wrong_sums(&scan), Vec::<String>::new(), "{name} cut at {cut}");
        }
    }
}
