//! What people write in front of what happened, and what is no entry.

use proptest::prelude::*;

use super::*;
use crate::definition::Origin;

const TOML: &str = r#"
name  = "t"
about = "t"
kind  = "manual"
[markdown]
[time]
at     = ["{day} {clock}", "{date} {clock}", "{clock}"]
format = { day = ["%Y-%m-%d", "%b %d"], date = ["%Y-%m-%d", "%b %d"], clock = ["%H:%M[:%S][ ]%p[ %Z]", "%H:%M[:%S[.%f]][ %Z]"] }
"#;

fn definition() -> Definition {
    Definition::parse(TOML, Origin::Shipped, "t.toml").expect("a definition")
}

/// Day, clock, end and rest of what a line begins with.
fn entry(line: &str) -> Option<(String, String, String, String)> {
    let read = entry::read(Shape::of(line).body(line), &definition())?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some((text(read.day), read.clock.into_owned(), text(read.end), read.rest.to_owned()))
}

fn entries(text: &str, path: &str) -> Vec<(usize, String)> {
    let definition = definition();
    let lines = lines(text.as_bytes());
    let cutter = Cutter::new(&lines, &definition, path);
    let mut above = cutter.above.clone();
    let mut found = Vec::new();
    for stretch in cutter.cut().0 {
        head::renew(&mut above, &stretch.said);
        if matches!(stretch.part, Part::Entry) {
            let texts: Vec<&str> =
                lines[stretch.lines.clone()].iter().map(|line| &*line.text).collect();
            let fields = entry::fields(&texts, &above, &definition).expect("an entry");
            let of = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
            let date = above.iter().find(|(name, _)| **name == *"date");
            let date = date.map_or("", |(_, date)| date);
            let odd = if of("odd").is_empty() { "" } else { " odd" };
            found.push((stretch.lines.start + 1, format!("{date} {}{odd}", of("clock"))));
        }
    }
    found
}

#[test]
fn times_as_people_write_them() {
    for (line, day, clock, end, rest) in [
        ("- 14:02 UTC – up again", "", "14:02 UTC", "", "up again"),
        ("* 2026-03-14 14:52 text", "2026-03-14", "14:52", "", "text"),
        ("### ~13:30-13:45", "", "13:30", "13:45", ""),
        ("**~13:30 to 13:45** text", "", "13:30", "13:45", "text"),
        ("## Mar 14, 2026, 1:30–2:00 PM: text", "Mar 14, 2026", "1:30 PM", "2:00 PM", "text"),
        ("### 14. March, 11:00", "14. March", "11:00", "", ""),
        ("- [4:05 PM CET] text", "", "4:05 PM CET", "", "text"),
        ("1. around 07:30am - text", "", "07:30am", "", "text"),
        ("- From 08:08 UTC until 08:13 UTC (5 min)", "", "08:08 UTC", "08:13 UTC", "(5 min)"),
        ("**2026-03-14T21:12:00**", "2026-03-14", "21:12:00", "", ""),
    ] {
        let expected = [day, clock, end, rest].map(str::to_owned);
        let found = entry(line).map(|(day, clock, end, rest)| [day, clock, end, rest]);
        assert_eq!(found, Some(expected), "{line}");
    }
}

#[test]
fn what_is_no_time() {
    for line in [
        "- 2026-03-14 released",
        "- 1.2.3 fixed",
        "- 12:75 x",
        "- a 14:02",
        "- 10:1 odds",
        "- 127:00",
        "- 14:02/15",
        "- 3 apples",
        "- T+5 min",
        "- 00:11:22:33:44:55 is a card",
    ] {
        assert_eq!(entry(line), None, "{line}");
    }
}

#[test]
fn days_come_from_above() {
    let text = "# Review of March 14 2026\n\n## Timeline\n\nAll times in CET\n\n### 22:02\n\ntext\n- not one\n\n\
                ## Mar 15\n\n### 00:40\n```\n14:02 a log\n```\n### 16. March, 9:00 UTC\n\n### 10:00\n\n## Lessons\n\n14:02 was bad.\n";
    let found = entries(text, "review.md");
    let expected = [
        (7, "2026-03-14 22:02 CET"),
        (14, "2026-03-15 00:40 CET"),
        (18, "2026-03-16 9:00 UTC"),
        (20, "2026-03-16 10:00 CET"),
    ];
    assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn contradictions_are_told() {
    let found = entries("# 2026-03-14\n\n- 10:00 a\n- 2026-03-14 11:00 b\n", "2026-04-14-x.md");
    assert_eq!(found, [(3, "2026-03-14 10:00 odd".to_owned()), (4, "2026-03-14 11:00".to_owned())]);
    let zones =
        entries("All times in PST (UTC-7)\n\n- 10:00 a\n- 11:00 UTC b\n", "2026-04-14-x.md");
    assert_eq!(zones[0].1, "2026-04-14 10:00 -07:00 odd");
    assert_eq!(zones[1].1, "2026-04-14 11:00 UTC");
    let agree = entries("All times in CEST (UTC+2)\n\n- 10:00 a\n", "x.md");
    assert_eq!(agree[0].1, " 10:00 CEST");
}

#[test]
fn tables_name_their_columns() {
    let text = "| Date | Time (UTC) | Who | What |\n|---|:-:|---|---|\n| 2026-03-14 | 10:00 | jo | a |\n\
                | **2026-03-15** | | | |\n| | 11:00 | lee | b |\n| Time to repair | 00:30 | | x |\n";
    let found = entries(text, "x.md");
    assert_eq!(
        found,
        [(3, "2026-03-14 10:00 UTC".to_owned()), (5, "2026-03-15 11:00 UTC".to_owned()),]
    );
    let stats = "| Metric | Value |\n|---|---|\n| Time to repair | 00:30 |\n";
    assert_eq!(entries(stats, "x.md"), []);
}

#[test]
fn front_matter_is_members_and_lists() {
    let front = said::front("---\ntitle: \"a: b\"\n# no\ndate: 2026-03-14 # x\nempty:\nlist:\n  - one\n  - 'two'\n---\n".lines());
    assert_eq!(
        Value::Object(front),
        serde_json::json!({"title": "a: b", "date": "2026-03-14", "empty": null, "list": ["one", "two"]})
    );
}

proptest! {
    #[test]
    fn any_text_is_cut_without_loss(text in "([#*|~`_ \\-]{0,3}(2026-03-1[0-9]|Mar 14|é|–|[0-9]{1,2}:[0-9]{2}(:[0-9]{1,3})?|[-–T ]|PM|UTC|CET|http://x|\\(|\\)|timeline|All times in |---|```|\\||\n){0,6}\n?){0,12}") {
        let definition = definition();
        let lines = lines(text.as_bytes());
        let (found, _) = Cutter::new(&lines, &definition, "x.md").cut();
        let mut end = 0;
        for stretch in found {
            prop_assert!(stretch.lines.start >= end && stretch.lines.end > stretch.lines.start);
            end = stretch.lines.end;
            let texts: Vec<&str> = lines[stretch.lines].iter().map(|line| &*line.text).collect();
            let _ = entry::fields(&texts, &stretch.said, &definition);
            let _ = said::urls(&texts.join("\n"));
        }
    }
}
