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

const OLD: &[u8] = include_bytes!("samples/tickets.xls");
const BINARY: &[u8] = include_bytes!("samples/tickets.xlsb");

#[test]
fn binary_workbooks_give_the_same_text() {
    let tickets = "Issue key,Summary,Created,Resolved,Reporter,Priority,Points,Due\n\
         RED-7,\"cache-2 is down, \"\"hard\"\"\",2026-03-14 14:02,2026-03-14 15:30,Jo Brandt,Critical,1.5,2026-03-15\n\
         RED-8,\"two\nlines & ümlaut\",2026-03-14 16:20,,Ana Ruiz,Minor,12345678\n";
    let odd: &[u8] = include_bytes!("samples/odd.xls");
    for (name, book) in [("a.xls", OLD), ("odd.xls", odd), ("a.xlsb", BINARY)] {
        let found = open(name, book.to_vec());
        let paths: Vec<&str> = found.iter().map(|input| &*input.path).collect();
        assert_eq!(paths, [&format!("{name}/Tickets"), &format!("{name}/Notes")]);
        assert_eq!(text(&found[0]), tickets, "{name}");
        assert!(text(&found[1]).starts_with("Note\n"));
    }
    let short = open("short.xlsb", include_bytes!("samples/short.xlsb").to_vec());
    assert!(why(&short[0]).contains("which column they stand in; save its sheets as CSV"));
}

#[test]
fn an_old_workbook_that_claims_too_much_is_named() {
    // Where the sheet says how large it is: [MS-XLS] 2.4.90.
    let dimensions = [0x00, 0x02, 0x0e, 0x00];
    let at = memchr::memmem::find(OLD, &dimensions).expect("a sheet");
    let mut book = OLD.to_vec();
    book[at + 8..at + 12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(why(&open("x.xls", book)[0]).contains("more cells than are read"));
}

/// An `OpenDocument` spreadsheet of these tables, as XML.
fn ods(tables: &str, manifest: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", manifest),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(text.as_bytes()).expect("a part");
    }
    writer.finish().expect("the end").into_inner()
}

const TABLES: &str = r#"<table:table table:name="Sheet &amp; 1"><table:table-column table:number-columns-repeated="3"/>
<table:table-header-rows><table:table-row>
 <table:table-cell office:value-type="string"><text:p>Issue key</text:p></table:table-cell>
 <table:table-cell office:value-type="string" office:string-value="Created"><text:p>created</text:p></table:table-cell>
 <table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p></office:annotation><text:p>Sum<text:span>mary</text:span></text:p></table:table-cell>
 <table:table-cell table:number-columns-repeated="16381"/></table:table-row></table:table-header-rows>
<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>RED-7</text:p></table:table-cell>
 <table:table-cell office:value-type="date" office:date-value="2026-03-14T14:02:00"><text:p>14.03.26 14:02</text:p></table:table-cell>
 <table:table-cell office:value-type="string"><text:p>two &lt;b&gt;</text:p><text:p>a<text:s text:c="2"/>b<text:tab/>&#233;<text:line-break/>c</text:p></table:table-cell>
 <table:table-cell office:value-type="time" office:time-value="PT26H02M11.5S"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/>
 <table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50 %</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:covered-table-cell/><table:table-cell office:value-type="date" office:date-value="2026-03-15"/>
 <table:table-cell office:value-type="float" office:value="12345678" table:number-columns-repeated="2"><text:p>12.345.678</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="Notes"><table:table-row><table:table-cell office:value-type="string"><table:table table:name="inner"><table:table-row><table:table-cell/></table:table-row></table:table><text:p>1</text:p></table:table-cell></table:table-row></table:table>"#;

#[test]
fn the_tables_of_an_open_document_are_csv_texts_too() {
    let found = open("a.ods", ods(TABLES, ""));
    let paths: Vec<&str> = found.iter().map(|input| &*input.path).collect();
    assert_eq!(paths, ["a.ods/Sheet & 1", "a.ods/Notes"]);
    assert_eq!(
        text(&found[0]),
        "Issue key,Created,Summary\n\
         RED-7,2026-03-14 14:02,\"two <b>\na  b\té\nc\",26:02:11.500,TRUE,0.5\n\
         ,2026-03-15 00:00,12345678,12345678\n,2026-03-15 00:00,12345678,12345678\n"
    );
    assert_eq!(text(&found[1]), "1\n");
}

#[test]
fn an_open_document_that_is_no_good_is_named() {
    let locked = open("a.ods", ods(TABLES, "<manifest:encryption-data/>"));
    assert_eq!(
        why(&locked[0]),
        "the workbook cannot be read: it has a password; save its sheets as CSV"
    );
    // As many cells as can be asked for in a few bytes: the text ends where it may.
    let row = r#"<table:table-row table:number-rows-repeated="99999999"><table:table-cell office:value-type="float" office:value="123456789" table:number-columns-repeated="99999999"/></table:table-row>"#;
    let tables = format!(r#"<table:table table:name="a">{row}</table:table>"#);
    let limits = Limits { member_bytes: 1 << 20, ..Limits::default() };
    let bytes = ods(&tables, "");
    let found = Opener::new(limits).open(Input::from_bytes("a.ods", bytes));
    assert!(found[0].size <= 1 << 20, "{found:?}");
    assert!(found[0].damage.is_some() || !why(&found[0]).is_empty(), "{found:?}");
    // What stands above the damage is read.
    let cut = TABLES.find("<table:table-row table:number-rows-repeated=\"2\"").expect("a row");
    let found = open("a.ods", ods(&TABLES[..cut], ""));
    assert!(text(&found[0]).starts_with("Issue key,Created,Summary\nRED-7,"));
    assert!(found[0].damage.is_some());
}

proptest! {
    #[test]
    fn damage_never_ends_the_run_of_other_workbooks(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        for book in [OLD.to_vec(), BINARY.to_vec(), ods(TABLES, "")] {
            let mut bytes = book;
            let at = at.index(bytes.len());
            bytes[at] = byte;
            open("x", bytes.clone());
            bytes.truncate(cut.index(bytes.len()));
            open("x", bytes);
        }
    }

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
