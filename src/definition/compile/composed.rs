//! Composed times: `at = "{date} {time}"`, where each hole has its piece of the format, and where
//! a line above the record says the date.

use std::{collections::HashSet, sync::Arc};

use super::super::{
    phrase::{Path, Phrase},
    schema::{self, Ladder},
};
use crate::{settings::glob::PathShape, template::Template, time::pattern::Formats};

/// Pieces of formats by hole, as written.
pub(super) type Pieces = Vec<(String, Vec<String>)>;

/// The fields that stand above a record: holes of `head`.
pub(super) fn above(raw: &schema::File) -> Vec<String> {
    let lines = raw.lines.iter().flat_map(|lines| &lines.head.0);
    let csv = raw.csv.iter().flat_map(|csv| &csv.head.0);
    let templates = lines.chain(csv).filter_map(|text| Template::compile(text, &()).ok());
    let holes = templates.flat_map(|template| template.holes().to_vec());
    let head = holes.map(|hole| hole.to_string());
    let files = raw.files.0.iter().flat_map(|glob| PathShape::parse(glob).holes());
    // What a document says above its entries.
    let said = raw.markdown.iter().flat_map(|_| ["date", "zone"]).map(str::to_owned);
    head.chain(files.map(|hole| hole.to_string())).chain(said).collect()
}

/// The fields that `match` and `find` make.
pub(super) fn fields(raw: &schema::File) -> impl Iterator<Item = String> {
    let ladders = raw.must.0.iter().chain(&raw.find.0).flat_map(|(_, ladder)| &ladder.0);
    let templates = ladders.filter_map(|text| Template::compile(text, &()).ok());
    templates.flat_map(|template| template.holes().to_vec()).map(|hole| hole.to_string())
}

/// Where the blanks of a composed `at` and of a format line up, each hole gets its piece.
pub(super) fn pieces(at: &[Phrase], written: &[(String, Vec<String>)]) -> Pieces {
    let mut pieces = Pieces::new();
    let formats = written.iter().filter(|(hole, _)| hole.is_empty()).flat_map(|(_, list)| list);
    for phrase in at.iter().filter(|phrase| phrase.fields().count() > 1) {
        for format in formats.clone() {
            let (holes, parts): (Vec<&str>, _) =
                (phrase.text().split(' ').collect(), words(format));
            let bare =
                |hole: &&str| hole.starts_with('{') && hole.find('}') == Some(hole.len() - 1);
            if holes.len() != parts.len() || !holes.iter().all(bare) {
                continue;
            }
            for (hole, part) in holes.iter().zip(parts) {
                let hole = &hole[1..hole.len() - 1];
                let at = pieces.iter().position(|(name, _)| name == hole).unwrap_or_else(|| {
                    pieces.push((hole.to_owned(), Vec::new()));
                    pieces.len() - 1
                });
                if !pieces[at].1.iter().any(|known| known == part) {
                    pieces[at].1.push(part.to_owned());
                }
            }
        }
    }
    pieces
}

/// A format's words; a blank inside `[…]` sets none apart.
fn words(format: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    format
        .split(move |c| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ' ' && depth == 0
        })
        .collect()
}

/// The pieces as formats, where all of a hole's are times by themselves.
pub(super) fn compiled(pieces: Pieces) -> Vec<(String, Option<Arc<Formats>>)> {
    let formats = |list: &[String]| {
        let whole = list.iter().all(|piece| has_clock(piece) || has_day(piece));
        whole.then(|| Formats::compile(list).ok().map(Arc::new)).flatten()
    };
    pieces.into_iter().map(|(hole, list)| (hole, formats(&list))).collect()
}

fn has(format: &str, letters: &str) -> bool {
    let mut bytes = format.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' && bytes.next().is_some_and(|byte| letters.bytes().any(|b| b == byte)) {
            return true;
        }
    }
    false
}

/// True for a format that tells a time of the day.
fn has_clock(format: &str) -> bool {
    !format.contains('%') || has(format, "HIs")
}

/// True for a format that tells a day.
fn has_day(format: &str) -> bool {
    !format.contains('%') || has(format, "js") || has(format, "de") && has(format, "mbB")
}

/// Whether a rung of `at` takes its date from above and only the clock from the record.
pub(super) fn date_above(
    phrase: &Phrase,
    above: &[String],
    pieces: &Pieces,
    written: &[(String, Vec<String>)],
) -> bool {
    let fields: Vec<&Path> = phrase.fields().collect();
    let of_head = |path: &&&Path| above.contains(&path.text);
    let clock = |path: &&Path| {
        let list = written.iter().chain(pieces).find(|(hole, _)| *hole == path.text);
        list.is_some_and(|(_, list)| list.iter().all(|f| !has_day(f) && !has(f, "deYy")))
    };
    fields.iter().any(|path| of_head(&path))
        && fields.iter().filter(|path| !of_head(path)).all(clock)
}

/// The fields that a scan asks for: those of its times, and of what the choice of rows needs.
pub(super) fn used_by_scan(raw: &schema::File) -> HashSet<String> {
    let keys = raw.event.iter().flat_map(|event| {
        [event.at.as_ref(), event.until.as_ref(), event.severity.as_ref(), event.mark.as_ref()]
    });
    let tables = raw.quiet.0.iter().chain(&raw.must.0).map(|(field, _)| field.clone());
    let ladders = keys.flatten().chain([&raw.time.at]);
    let phrases =
        ladders.flat_map(|Ladder(texts)| texts).filter_map(|text| Phrase::parse(text).ok());
    let fields = phrases
        .flat_map(|phrase| phrase.fields().map(|path| path.text.clone()).collect::<Vec<_>>());
    let own = ["time", "severity", "mark"].map(str::to_owned);
    fields.chain(tables).chain(own).collect()
}
