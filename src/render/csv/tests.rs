//! CSV for programs and for spreadsheets.

use super::{COLUMNS, harmless};
use crate::render::{Format, Look, sample, tests::shown};

#[test]
fn no_cell_is_a_formula() {
    for cell in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "－1", " =1", "\u{200b}=1", "−1"]
    {
        assert_eq!(harmless(cell.into()), format!("'{cell}"));
    }
    for cell in ["", "a=1", "14:02", "e-abc", "'x"] {
        assert_eq!(harmless(cell.into()), cell);
    }
    assert!(harmless("y".repeat(1 << 20).into()).chars().count() < 32_767);
}

#[test]
fn both_flavours_read_back() {
    for format in [Format::Csv, Format::CsvSpreadsheet] {
        let written = shown(&sample::hostile(), format, Look::default());
        let written = written.trim_start_matches('\u{feff}');
        let mut reader = csv::Reader::from_reader(written.as_bytes());
        assert_eq!(reader.headers().expect("a head").iter().collect::<Vec<_>>(), COLUMNS);
        let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), 3);
        let formula = rows.iter().flatten().any(|cell| cell.starts_with('='));
        assert_eq!(formula, format == Format::Csv);
    }
}
