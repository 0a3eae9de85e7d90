//! What an input must show before a definition is asked, found in its TOML and written as the
//! source of `Signs`. Where in doubt, nothing is known and the definition is always asked.

use toml::{Table, Value};

use crate::pieces::{Piece, Written, pieces};

/// As many bytes of a line's start as are looked at: `SHAPE` of the signs.
const SHAPE: usize = 5;
/// Most lines that a template may span: detection looks at so many behind the last record.
const SPAN: usize = 60;

/// The signs of a definition, as source.
pub(crate) fn of(table: &Table) -> String {
    let engine = |name: &str| table.get(name).and_then(Value::as_table);
    let found = if table.contains_key("upon") {
        Some("Signs::Never".to_owned())
    } else if let Some(lines) = engine("lines") {
        of_lines(table, lines)
    } else if let Some(csv) = engine("csv") {
        of_csv(csv)
    } else if let Some(json) = engine("json") {
        Some(of_json(json))
    } else if let Some(markdown) = engine("markdown") {
        let front = !texts(markdown.get("front")).is_empty();
        Some(format!("Signs::Document {{ front: {front} }}"))
    } else {
        engine("xml").map(|_| "Signs::Markup".to_owned())
    };
    found.unwrap_or_else(|| "Signs::Unknown".to_owned())
}

/// A text, or the texts of a list.
pub(crate) fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn of_lines(table: &Table, lines: &Table) -> Option<String> {
    if lines.contains_key("regex") {
        return None;
    }
    let times = Times::of(table);
    let mut all = shapes(&texts(lines.get("line")), &times)?;
    if lines.get("headed").and_then(Value::as_bool) == Some(true) {
        all = format!("{all}, {}", shapes(&texts(lines.get("head")), &times)?);
    }
    Some(format!("Signs::Lines(&[{all}])"))
}

fn of_csv(csv: &Table) -> Option<String> {
    if let Some(columns) = csv.get("columns").and_then(Value::as_str) {
        return Some(format!("Signs::Table({})", shapes(&[columns], &Times::default())?));
    }
    if ["header", "guess", "head"].iter().any(|key| csv.contains_key(*key)) {
        return None;
    }
    let names = csv.get("names").and_then(Value::as_table);
    let need = texts(csv.get("need")).into_iter().map(|name| {
        let others = texts(names.and_then(|names| names.get(name)));
        format!("&{:?}", [vec![name], others].concat())
    });
    let need: Vec<String> = need.collect();
    let delimiter = csv.get("delimiter").and_then(Value::as_str).map(|text| text.as_bytes()[0]);
    Some(format!("Signs::Columns {{ delimiter: {delimiter:?}, need: &[{}] }}", need.join(", ")))
}

/// The names on the way to each member that must be there: those that no writer of JSON escapes.
fn of_json(json: &Table) -> String {
    let need = texts(json.get("need"));
    let names = need.iter().flat_map(|path| path.split(['^', '.', '"', '[', ']', '*']));
    let number = |name: &&str| name.bytes().all(|byte| byte.is_ascii_digit());
    let plain =
        |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-@".contains(&b));
    let names: Vec<&str> = names.filter(|name| !number(name) && plain(name)).collect();
    format!("Signs::Members(&{names:?})")
}

fn shapes(templates: &[&str], times: &Times) -> Option<String> {
    let shapes: Option<Vec<String>> = templates.iter().map(|text| shape(text, times)).collect();
    Some(format!("&[{}]", shapes?.join(", ")))
}

fn shape(template: &str, times: &Times) -> Option<String> {
    let pieces = pieces(template).ok().filter(|_| template.lines().count() <= SPAN)?;
    let start = match pieces.first().map(|(_, piece)| piece) {
        Some(Piece::Hole { name: Some(name), class: Written::Word }) => times.start(name),
        Some(Piece::Blank(_)) | None => None,
        Some(piece) => one_of(piece).map(|texts| format!("Start::One({texts})")),
    };
    let start = start.unwrap_or_else(|| "Start::Any".to_owned());
    let holds: Vec<String> = pieces.iter().filter_map(|(_, piece)| one_of(piece)).collect();
    Some(format!("Shape {{ start: {start}, holds: &[{}] }}", holds.join(", ")))
}

/// The texts one of which stands where the piece does; none where anything may.
fn one_of(piece: &Piece) -> Option<String> {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let texts: Option<Vec<String>> = match piece {
        Piece::Literal(literal) if literal == b"\n" => None,
        Piece::Literal(literal) => Some(vec![text(literal)?]),
        // Two blanks; a tab is as wide as it likes.
        Piece::Blank(2..) => Some(["  ", "\t", "\u{a0}", "\u{202f}"].map(str::to_owned).to_vec()),
        Piece::Hole { class: Written::OneOf(words), .. } => words.iter().map(|w| text(w)).collect(),
        _ => None,
    };
    texts.map(|texts| format!("&{texts:?}"))
}

/// The holes that a time fits, with their formats.
#[derive(Default)]
struct Times(Vec<(String, Vec<String>)>);

impl Times {
    /// Those that `at` names by themselves; a composed time has only pieces of a format.
    fn of(table: &Table) -> Self {
        let time = table.get("time").and_then(Value::as_table);
        let at = texts(time.and_then(|time| time.get("at")));
        let at = if at.is_empty() { vec!["{time}"] } else { at };
        let format = time.and_then(|time| time.get("format"));
        let formats = |hole: &str| match format {
            None => vec!["iso".to_owned()],
            Some(Value::Table(by_hole)) if !by_hole.contains_key(hole) => vec!["iso".to_owned()],
            Some(Value::Table(by_hole)) => owned(&texts(by_hole.get(hole))),
            Some(list) => owned(&texts(Some(list))),
        };
        let only = |text: &&str| {
            let hole = text.strip_prefix('{')?.strip_suffix('}')?;
            (!hole.contains('{')).then(|| (hole.to_owned(), formats(hole)))
        };
        let composed = at.iter().any(|text| only(text).is_none());
        Self(if composed { Vec::new() } else { at.iter().filter_map(only).collect() })
    }

    /// What a text begins with that begins with this hole; none where that may be anything.
    fn start(&self, hole: &str) -> Option<String> {
        let (_, formats) = self.0.iter().find(|(name, _)| name == hole)?;
        let starts: Option<Vec<_>> = formats.iter().map(|format| starts(format)).collect();
        let mut starts = starts?.concat();
        starts.sort_unstable();
        starts.dedup();
        Some(format!("Start::Time(&{starts:?})"))
    }
}

/// What a time of this format begins with, digits as `0` and letters as `a`; none where that may be
/// anything.
fn starts(format: &str) -> Option<Vec<String>> {
    if ["iso", "epoch"].contains(&format) {
        return Some(vec!["0".to_owned()]);
    }
    let mut all = vec![String::new()];
    let mut rest = format.chars();
    while let Some(next) = rest.next() {
        let ways: &[&str] = match next {
            '%' => match rest.next()? {
                'Y' => &["0000"],
                'y' => &["00"],
                'm' | 'H' | 'I' => &["0", "00"],
                'd' | 'e' => &["0", "00", " 0"],
                'a' | 'A' | 'b' | 'B' => &["a"],
                _ => break,
            },
            '-' => &["-"],
            '/' => &["/"],
            ':' => &[":"],
            _ => break,
        };
        all =
            all.iter().flat_map(|start| ways.iter().map(move |way| start.clone() + way)).collect();
        if ways == ["a"] {
            break;
        }
    }
    // Every byte of a shape is one of ASCII.
    for start in &mut all {
        start.truncate(SHAPE);
    }
    (!all[0].is_empty()).then_some(all)
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
