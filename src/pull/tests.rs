use proptest::prelude::*;

use super::*;

const DOCUMENT: &str = "\
# Incident timeline

- **All times are UTC.**
- 3 rows, 2026-03-10 06:10 to 06:20, from 9 records in 2 sources, made by rfo 0.1.0.

| Time (UTC) | Elapsed | Mark         | Event | Evidence |
|:-----------|--------:|--------------|-------|----------|
| **2026-03-10** | | | | |
| ≈ 06:10    | +0:00   | **Start, Change** | ana (slack): \\*not\\* a_b \\| c <br> d *≈ UTC assumed* | `e-7kq3f2` `a.json:1` |
|06:12:00|+0:02||nagios: web is **DOWN** _≈ UTC assumed, or 07:12_|`e-aaaaaa` `b.log:7` +1 more|
| 06:13 | | comms | Called @\u{200b}noc about e-mail | |
";

#[test]
fn cells_are_read_as_people_see_them() {
    let table = table::markdown(DOCUMENT).expect("a timeline");
    let said: Vec<(&str, &str, &str)> = table
        .rows
        .iter()
        .map(|row| (row.id.as_deref().unwrap_or("-"), &*row.time, &*row.text))
        .collect();
    assert_eq!(
        said,
        [
            ("e-7kq3f2", "≈ 06:10", "ana (slack): *not* a_b | c d"),
            ("e-aaaaaa", "06:12:00", "nagios: web is DOWN"),
            ("-", "06:13", "Called @noc about e-mail"),
        ]
    );
    assert_eq!(table.rows[0].marks, Some(vec!["start".to_owned(), "change".to_owned()]));
    assert_eq!((table.rows[0].line, table.rows[2].line), (9, 11));
    let time = table.rows[2].instant().expect("a time").1;
    assert_eq!(time, "2026-03-10T06:13Z");
    assert!(is_of(&table, &table));
    let bare = table::markdown(&DOCUMENT.replace("9 records", "8 records")).expect("a timeline");
    assert!(!is_of(&bare, &table));
}

#[test]
fn a_spreadsheet_may_write_semicolons_and_guards() {
    let text = "\u{feff}time;summary;marks;id\r\n2026-03-10T06:10:00Z;'=1+1;Start;e-7kq3f2\r\n";
    let table = table::csv(text).expect("a table");
    assert_eq!((table.rows[0].text.as_str(), table.rows[0].line), ("=1+1", 2));
    assert_eq!(table.rows[0].marks, Some(vec!["start".to_owned()]));
}

#[test]
fn without_a_column_of_marks_none_is_taken_away() {
    let bare = DOCUMENT.replace("| Mark         ", "| Note ");
    let edited = table::markdown(&bare).expect("a timeline");
    let run = table::markdown(DOCUMENT).expect("a timeline");
    let pulled = pull(&edited, &run, &Incident::default(), true);
    let is_mark = |change: &&Change| {
        matches!(change, Change::Mark { .. } | Change::Unmark { .. } | Change::Absent(_))
    };
    assert_eq!(pulled.changes.iter().find(is_mark), None);
}

#[test]
fn an_id_and_its_second_are_two_rows() {
    let row = |id: &str| Row { id: Some(id.to_owned()), text: "x".to_owned(), ..Row::default() };
    let (one, second) = (row("e-aaaaaaaaaaaaaaaa"), row("e-aaaaaaaaaaaaaaaa-2"));
    let run = Table { rows: vec![one.clone(), second.clone()], ..Table::default() };
    let edited = Table { rows: vec![second], ..Table::default() };
    let pulled = pull(&edited, &run, &Incident::default(), true);
    assert_eq!(pulled.changes, [Change::Hide("e-aaaaaaaaaaaaaaaa".to_owned())]);
}

#[test]
fn a_milestone_on_two_rows_is_told() {
    let two = DOCUMENT.replace("|+0:02||", "|+0:02|Start|");
    let edited = table::markdown(&two).expect("a timeline");
    let pulled = pull(&edited, &edited, &Incident::default(), true);
    assert_eq!(pulled.left.len(), 1);
    assert!(pulled.left[0].1.contains("start stands on a row above"), "{:?}", pulled.left);
}

#[test]
fn what_stands_in_the_file_stays() {
    let text = "# mine\nschema = \"rfo.incident/1\"\nhide = [{ id = \"e-7kq3f2\", note = \"x\" }] # why\n\n\
                [zone]\n\"a/**\" = \"UTC\" # known\n\n# the end\n";
    let changes = [
        Change::Pin("e-7kq3f2".to_owned()),
        Change::Hide("e-bbbbbb".to_owned()),
        Change::Reword { id: "e-aaaaaa".to_owned(), text: "a \"b\"\\".to_owned() },
        Change::Reword { id: "e-aaaaaa".to_owned(), text: "c".to_owned() },
    ];
    let changed = changed("i.toml", text, &changes, &|_| None).expect("a file");
    assert!(changed.starts_with("# mine\n") && changed.contains("# known"), "{changed}");
    assert!(changed.contains("# the end"), "{changed}");
    let incident = Incident::parse("i.toml", &changed).expect("a file");
    let deeds: Vec<(&str, &Deed)> =
        incident.edits.iter().map(|edit| (&*edit.id, &edit.deed)).collect();
    assert_eq!(deeds.len(), 3, "{changed}");
    assert!(deeds.contains(&("e-7kq3f2", &Deed::Pin)));
    assert!(deeds.contains(&("e-aaaaaa", &Deed::Reword("c".to_owned()))));
    let wrong = super::changed("i.toml", "pin = 3\n", &changes, &|_| None);
    assert!(wrong.is_err_and(|error| error.to_string().contains("pin is no list")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a file holds, it is read or refused.
    #[test]
    fn any_text_is_read_or_refused(text in "[ -~|\\n\"'=\\[\\]#≈]{0,400}", at in 0..600_usize) {
        let cut = DOCUMENT.char_indices().map(|(at, _)| at).nth(at).unwrap_or(DOCUMENT.len());
        let (head, tail) = DOCUMENT.split_at(cut);
        for text in [text.clone(), format!("{head}{text}{tail}")] {
            let read = table::markdown(&text);
            let _ = table::csv(&text);
            let _ = table::csv(&format!("id,time,summary,marks\n{text}"));
            let _ = Incident::parse("i.toml", &text);
            let _ = Incident::parse("i.toml", &format!("schema = \"rfo.incident/1\"\n{text}"));
            if let Ok(table) = read {
                prop_assert!(pull(&table, &table, &Incident::default(), true).changes.iter().all(
                    |change| matches!(change, Change::AddRow(_))
                ));
            }
        }
    }

    /// What is written for a change is read again, whatever it says.
    #[test]
    fn any_change_is_read_again(text in "[^\\n\\r]{1,80}", id in "e-[a-z2-7]{6}") {
        let changes = [
            Change::Reword { id: id.clone(), text: text.clone() },
            Change::Mark { id: id.clone(), mark: Mark::Cause },
            Change::AddRow(Own {
                time: Some((crate::time::Instant(0), "1970-01-01T00:00:00Z".to_owned())),
                text: text.clone(),
                marks: vec![Mark::Comms],
            }),
        ];
        let was = |id: &str| Some(Was {
            id: format!("{id}aaaaaaaaaa"),
            text: Some(text.clone()),
            at: Some("2026-03-10T06:14:00.5Z".to_owned()),
            record: Some(text.clone()),
        });
        let changed = changed("i.toml", "schema = \"rfo.incident/1\"\n", &changes, &was);
        let changed = changed.expect("a file");
        let incident = Incident::parse("i.toml", &changed);
        let incident = incident.map_err(|error| TestCaseError::fail(format!("{error}\n{changed}")))?;
        prop_assert_eq!(incident.edits.len(), 2);
        prop_assert_eq!(&incident.edits[0].deed, &Deed::Reword(text.clone()));
        prop_assert_eq!(incident.edits[0].was.as_ref(), Some(&text));
        prop_assert_eq!(incident.edits[0].record.as_ref(), Some(&text));
        prop_assert_eq!(incident.rows.len(), 1);
    }
}
