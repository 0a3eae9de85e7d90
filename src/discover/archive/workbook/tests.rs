//! Workbooks as ticket systems export them, and as those who mean harm would.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use ::zip::{ZipWriter, write::SimpleFileOptions};
use proptest::prelude::*;

use super::*;
use crate::discover::{Limits, Standing, archive::Opener};

const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="165" formatCode="dd/mmm/yy\ h:mm\ AM/PM;@"/><numFmt numFmtId="166" formatCode="[h]:mm:ss"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="166"/></cellXfs></styleSheet>"#;

const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A workbook with these sheets (their rows as XML) and shared texts.
fn book(sheets: &[(&str, &str)], texts: &str, properties: &str) -> Vec<u8> {
    let (mut list, mut relations) = (String::new(), String::new());
    let mut parts: Vec<(String, String)> = Vec::new();
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let number = at + 1;
        let _ = write!(list, r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#);
        let _ = write!(
            relations,
            r#"<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
        let sheet = format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
        );
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet));
    }
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}<sheets>{list}</sheets></workbook>"#
    );
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#
    );
    parts.extend([
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        ("_rels/.rels".to_owned(), PACKAGE.to_owned()),
        ("xl/workbook.xml".to_owned(), workbook),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
        ("xl/sharedStrings.xml".to_owned(), texts.to_owned()),
    ]);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(text.as_bytes()).expect("a part");
    }
    writer.finish().expect("the end").into_inner()
}

fn texts(list: &[&str]) -> String {
    let items: String = list.iter().flat_map(|text| ["<si><t>", text, "</t></si>"]).collect();
    format!(r#"<sst uniqueCount="{}">{items}</sst>"#, list.len())
}

fn open(path: &str, bytes: Vec<u8>) -> Vec<Input> {
    Opener::new(Limits::default()).open(Input::from_bytes(path, bytes))
}

fn text(input: &Input) -> String {
    assert!(matches!(input.standing, Standing::Candidate), "{input:?}");
    let bytes = input.open().and_then(|source| source.bytes(0, input.size as usize));
    String::from_utf8(bytes.expect("memory")).expect("text")
}

fn why(input: &Input) -> &str {
    match &input.standing {
        Standing::Candidate => "",
        Standing::NotEvidence(why) | Standing::Unread(why) => why,
    }
}

const TICKETS: &str = r#"
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="inlineStr"><is><t>Due</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3" s="1"><v>46095.584722222222</v></c><c r="C3"><v>1.5</v></c><c r="D3" s="2"><v>46096</v></c></row>
<row r="4"><c r="B4" s="1"><v>46096</v></c><c r="C4"><v>12345678</v></c><c r="E4" t="str"><v>a "b", c&#10;d_x000D_</v></c></row>"#;

#[test]
fn each_sheet_is_a_csv_text() {
    let shared = texts(&["Issue key", "Created", "Points", "RED-7"]);
    let found = open("red.xlsx", book(&[("Sheet1", TICKETS), ("../Notes", "")], &shared, ""));
    let paths: Vec<&str> = found.iter().map(|input| &*input.path).collect();
    assert_eq!(paths, ["red.xlsx/Sheet1", "red.xlsx/Notes"]);
    assert_eq!(
        text(&found[0]),
        "Issue key,Created,Points,Due\n\
         RED-7,2026-03-14 14:02,1.5,2026-03-15\n\
         ,2026-03-15 00:00,12345678,,\"a \"\"b\"\", c\nd\r\"\n"
    );
    assert_eq!(text(&found[1]), "");
}

#[test]
fn a_column_is_as_fine_as_its_finest_cell_and_no_finer() {
    let cell = |row: u32, serial: &str| {
        format!(
            r#"<row r="{row}"><c r="A{row}" s="1"><v>{serial}</v></c><c r="B{row}" s="3"><v>{serial}</v></c></row>"#
        )
    };
    // 46095 is 14 March 2026; 21:02:11.437 of it, noon, and less than a day.
    let rows = cell(1, "46095.876521261574") + &cell(2, "46095.5") + &cell(3, "0.25");
    let rows = rows + &cell(4, "60") + &cell(5, "1") + &cell(6, "-3.5") + &cell(7, "1e300");
    let sheet = text(&open("x.xlsx", book(&[("S", &rows)], &texts(&[]), ""))[0]);
    let first: Vec<&str> = sheet.lines().filter_map(|line| line.split(',').next()).collect();
    assert_eq!(
        first[..6],
        [
            "2026-03-14 21:02:11.437",
            "2026-03-14 12:00:00.000",
            "06:00:00.000",
            "60",
            "1900-01-01 00:00:00.000",
            "-3.5"
        ]
    );
    assert_eq!(
        sheet.lines().next().and_then(|line| line.split(',').nth(1)),
        Some("1106301:02:11.437")
    );
}

#[test]
fn days_may_be_counted_from_1904() {
    let rows = r#"<row r="1"><c r="A1" s="1"><v>44633.5</v></c></row><row r="2"><c r="A2" s="1"><v>0</v></c></row>"#;
    let book = book(&[("S", rows)], &texts(&[]), r#"<workbookPr date1904="1"/>"#);
    assert_eq!(text(&open("x.xlsx", book)[0]), "2026-03-14 12:00\n1904-01-01 00:00\n");
}

#[test]
fn a_workbook_in_an_archive_is_opened_too() {
    let inner = book(&[("S", "<row><c><v>1</v></c></row>")], &texts(&[]), "");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a/b.xlsx", SimpleFileOptions::default()).expect("a part");
    writer.write_all(&inner).expect("a part");
    let found = open("x.zip", writer.finish().expect("the end").into_inner());
    assert_eq!((&*found[0].path, &*text(&found[0])), ("x.zip/a/b.xlsx/S", "1\n"));
}

#[test]
fn other_office_documents_are_no_evidence() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["docProps/app.xml", "[Content_Types].xml", "word/document.xml"] {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
    }
    let found = open("x.docx", writer.finish().expect("the end").into_inner());
    assert_eq!(why(&found[0]), "office document");
}

#[test]
fn a_workbook_that_claims_too_much_is_named() {
    for count in ["18446744073709551615", "99999999999"] {
        let shared = format!(r#"<sst uniqueCount="{count}"><si><t>a</t></si></sst>"#);
        let found = open("x.xlsx", book(&[("S", "")], &shared, ""));
        assert!(why(&found[0]).contains("more texts than it can hold"), "{:?}", found[0]);
    }
    let rows =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFE2"><v>1</v></c></row>"#;
    let found = open("x.xlsx", book(&[("S", rows)], &texts(&[]), ""));
    assert_eq!(text(&found[0]), "1\n");
    assert!(found[0].damage.as_ref().is_some_and(|how| how.contains("beyond the last column")));
    let far = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="4294967295"><c r="A4294967295"><v>2</v></c></row>"#;
    assert_eq!(text(&open("x.xlsx", book(&[("S", far)], &texts(&[]), ""))[0]), "1\n2\n");
}

proptest! {
    #[test]
    fn damage_never_ends_the_run(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let shared = texts(&["Issue key", "Created", "Points", "RED-7"]);
        let mut bytes = book(&[("Sheet1", TICKETS)], &shared, "");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        open("x.xlsx", bytes.clone());
        bytes.truncate(cut.index(bytes.len()));
        open("x.xlsx", bytes);
    }

    #[test]
    fn any_xml_in_a_sheet_never_ends_the_run(rows in "(<row( r=\"[0-9A-Z]{0,11}\")?>|<c( r=\"[A-Z]{0,9}[0-9]{0,12}\")?( t=\"(s|b|e|d|str|inlineStr)\")?( s=\"[0-9]{1,20}\")?>|</c>|<v>|[-0-9.eE]{1,9}|</v>|</row>){0,24}") {
        let shared = texts(&["a"]);
        open("x.xlsx", book(&[("S", &rows)], &shared, ""));
    }
}
