//! A workbook: the timeline, the milestones with their metrics, and the sources.
//!
//! Times are numbers that a spreadsheet sorts and subtracts, shown as UTC; whether one is in doubt
//! stands beside it. Text is written as text, and stays it when a cell is edited. The workbook's own dates are
//! those of the newest row, and the archive's are fixed: the same rows give the same bytes.

use std::io::{self, Write};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::{means, newest, place};
use crate::{
    event::Event,
    render::{page, row, safe, sections},
    time::{Instant, Precision, SECOND},
    timeline::{Standing, Timeline},
};

/// Rows that a sheet holds, but for its head.
const MOST_ROWS: usize = 1_048_575;
/// Characters that a cell holds.
const LONGEST_CELL: usize = 32_000;
/// The number of 1970-01-01 in a spreadsheet: days since 1899-12-30.
const UNIX_DAY: f64 = 25_569.0;

/// Columns of the timeline, with their widths in characters.
const COLUMNS: [(&str, f64); 14] = [
    ("Time (UTC)", 20.0),
    ("Until (UTC)", 20.0),
    ("In doubt", 16.0),
    ("Mark", 14.0),
    ("Event", 90.0),
    ("Kind", 9.0),
    ("What", 16.0),
    ("Who", 22.0),
    ("Where", 18.0),
    ("Host", 16.0),
    ("Service", 18.0),
    ("Severity", 10.0),
    ("Id", 20.0),
    ("Evidence", 50.0),
];

/// Writes the workbook.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    if timeline.rows.len() > MOST_ROWS {
        return Err(io::Error::other(format!(
            "a sheet holds {} rows, the timeline has {}; write csv, or fewer rows",
            safe::grouped(MOST_ROWS as u64),
            safe::grouped(timeline.rows.len() as u64)
        )));
    }
    let bytes = workbook(timeline).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn workbook(timeline: &Timeline) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let at = newest(timeline).secs().clamp(0, 4_000_000_000);
    let made = ExcelDateTime::from_timestamp(at)?;
    let by = format!("made by rfo {}", timeline.run.version);
    let title = page::title(timeline);
    let facts = DocProperties::new().set_title(&title).set_comment(by).set_creation_datetime(&made);
    book.set_properties(&facts);
    rows(timeline, book.add_worksheet())?;
    tables(timeline, &mut book)?;
    sources(timeline, book.add_worksheet())?;
    book.save_to_buffer()
}

fn rows(timeline: &Timeline, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Timeline")?;
    head(sheet, &COLUMNS.map(|(name, _)| name))?;
    for (column, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top).set_quote_prefix();
    let mut number = 0;
    for event in timeline.rows.iter() {
        number += 1;
        let stamp = &event.stamp;
        let whole = stamp.precision >= Precision::Second;
        let ends = [stamp.instant, event.time_end.filter(|end| Some(*end) > stamp.instant)];
        for (column, instant) in (0..).zip(ends) {
            match instant.map(|instant| (serial(instant), instant)) {
                Some((serial, _)) if whole && serial > 61.0 => {
                    sheet.write_number_with_format(number, column, serial, &time)?;
                }
                // What was written to the minute shows no seconds; a sheet knows no year before 1900.
                Some((_, instant)) => {
                    let shown = crate::render::clock::date_and_time(instant, stamp.precision);
                    sheet.write_string_with_format(number, column, shown, &text)?;
                }
                None => {}
            }
        }
        for (column, cell) in (2..).zip(cells(&event)) {
            sheet.write_string_with_format(number, column, cell, &text)?;
        }
    }
    sheet.autofilter(0, 0, number.max(1), COLUMNS.len() as u16 - 1)?;
    Ok(())
}

/// The cells behind the times.
fn cells(event: &Event) -> [String; 12] {
    let doubt =
        if event.stamp.in_doubt() { event.stamp.quality.to_string() } else { String::new() };
    let count = event.count.filter(|count| *count > 1).map(|n| format!(" (×{})", safe::grouped(n)));
    let told = |text: &Option<String>| cell(text.as_deref().unwrap_or_default());
    let more = match event.sources.len() {
        0 | 1 => String::new(),
        all => format!(" +{} more", all - 1),
    };
    [
        doubt,
        row::mark_words(&event.marks),
        cell(&format!("{}{}", event.summary, count.unwrap_or_default())),
        event.kind.word().to_owned(),
        means(event).to_owned(),
        told(&event.actor),
        told(&event.channel),
        told(&event.host),
        told(&event.service),
        event.severity.map(|severity| severity.word().to_owned()).unwrap_or_default(),
        event.id().0.clone(),
        cell(&format!("{}{more}", place(event))),
    ]
}

/// Text that fits into a cell, in one line.
fn cell(text: &str) -> String {
    safe::short(text, LONGEST_CELL).into_owned()
}

fn serial(instant: Instant) -> f64 {
    // To the millisecond, which is what a spreadsheet holds.
    let millis = instant.0.div_euclid(SECOND / 1000);
    UNIX_DAY + millis as f64 / 86_400_000.0
}

fn head(sheet: &mut Worksheet, names: &[&str]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_background_color("#EEEEEE");
    for (column, name) in (0..).zip(names) {
        sheet.write_string_with_format(0, column, *name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The tables of the sections, each as a sheet.
fn tables(timeline: &Timeline, book: &mut Workbook) -> Result<(), XlsxError> {
    let wanted =
        |section: &page::Section<'_>| matches!(section.title, "Milestones" | "Metrics" | "Undated");
    for section in sections::of(timeline).into_iter().filter(wanted) {
        for block in section.blocks {
            let page::Block::Table { head: names, rows } = block else { continue };
            let sheet = book.add_worksheet();
            sheet.set_name(section.title)?;
            head(sheet, &names)?;
            for (column, _) in (0..).zip(&names) {
                sheet.set_column_width(column, 32.0)?;
            }
            for (row, cells) in (1..).zip(rows) {
                for (column, rich) in (0..).zip(cells) {
                    let text: String = rich.iter().map(|span| span.text.as_ref()).collect();
                    sheet.write_string(row, column, cell(&text))?;
                }
            }
        }
    }
    Ok(())
}

fn sources(timeline: &Timeline, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Sources")?;
    head(
        sheet,
        &[
            "Source",
            "Read as",
            "Records",
            "First (UTC)",
            "Last (UTC)",
            "How its times are read",
            "Not read",
        ],
    )?;
    sheet.set_column_width(0, 50.0)?;
    sheet.set_column_width(5, 60.0)?;
    sheet.set_column_width(6, 60.0)?;
    let inputs = timeline.run.inputs.iter().filter(|input| input.standing != Standing::NotEvidence);
    for (row, input) in (1..).zip(inputs.take(MOST_ROWS)) {
        let told = |text: &Option<String>| cell(text.as_deref().unwrap_or_default());
        sheet.write_string(row, 0, cell(&input.path))?;
        sheet.write_string(row, 1, told(&input.parser))?;
        sheet.write_number(row, 2, input.records as f64)?;
        sheet.write_string(row, 3, told(&input.first))?;
        sheet.write_string(row, 4, told(&input.last))?;
        sheet.write_string(row, 5, sections::how_read(input))?;
        sheet.write_string(row, 6, told(&input.unread))?;
    }
    Ok(())
}
