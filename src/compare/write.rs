//! The comparison for people: what is missed first.

use std::fmt::Write as _;

use super::{Comparison, Named, Pair, Total};
use crate::render::safe::{self, counted};

/// Most characters of a text that is shown.
const SHOWN: usize = 100;

/// `rfo.compare/1`, pretty-printed, with a line end; no control character is left in it.
pub fn json(comparison: &Comparison) -> String {
    // Plain structs have no way to fail.
    let mut text = serde_json::to_string_pretty(comparison).unwrap_or_default();
    text.push('\n');
    text
}

/// The comparison as text.
pub fn text(comparison: &Comparison) -> String {
    let mut out = String::new();
    total(&mut out, "A", &comparison.a);
    total(&mut out, "B", &comparison.b);
    let _ = writeln!(
        out,
        "\n{:>8}  {:>7}  {:>9}  {:>6}  {:>5}  {:>9}  {:>9}  {:>10}",
        "within", "in both", "precision", "recall", "F1", "corrected", "time only", "mean apart"
    );
    for score in &comparison.scores {
        let _ = writeln!(
            out,
            "{:>4} min  {:>7}  {:>9}  {:>6}  {:>5}  {:>9}  {:>9}  {:>8} s",
            score.within_min,
            score.matched,
            share(score.precision),
            share(score.recall),
            share(score.f1),
            score.corrected.map_or("-".to_owned(), |of| format!("{:.2}", f64::from(of) / 1000.0)),
            share(score.time_f1),
            score.apart_s
        );
    }
    if comparison.scores.iter().any(|score| score.approximate) {
        out.push_str(
            "More than 400 rows hang together: the best pair was taken first, so more may fit.\n",
        );
    }
    list(&mut out, "Only in A", &comparison.only_a);
    list(&mut out, "Only in B", &comparison.only_b);
    if !comparison.differ.is_empty() {
        let _ = writeln!(out, "\nIn both, and not the same: {}", comparison.differ.len());
        comparison.differ.iter().for_each(|pair| differ(&mut out, pair));
    }
    let same = counted(comparison.same as u64, "row is", "rows are");
    let _ = writeln!(out, "\n{same} the same in both.");
    out
}

/// As wide with a time as without one.
fn time(row: &Named) -> &str {
    row.time.as_deref().unwrap_or("no time             ")
}

fn share(of: u32) -> String {
    format!("{:.2}", f64::from(of) / 1000.0)
}

fn total(out: &mut String, name: &str, total: &Total) {
    let rows = counted(total.rows as u64, "row", "rows");
    let span = match (&total.first, &total.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let undated = match total.undated {
        0 => String::new(),
        n => format!(
            ", and {} without a time (--date or --zone may tell it)",
            counted(n as u64, "entry", "entries")
        ),
    };
    let _ = writeln!(out, "{name}  {}: {rows}{span}{undated}", safe::line(&total.path));
    for fault in &total.faults {
        let _ = writeln!(out, "   not read: {}", safe::short(fault, 160));
    }
}

fn list(out: &mut String, title: &str, rows: &[Named]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title}: {}", rows.len());
    for row in rows {
        let _ = writeln!(
            out,
            "  {}  {}\n      {}",
            time(row),
            safe::short(&row.text, SHOWN),
            safe::line(&row.place)
        );
    }
}

fn differ(out: &mut String, pair: &Pair) {
    let mut how: Vec<String> = Vec::new();
    if pair.apart_s != 0 {
        let side = if pair.apart_s > 0 { "later" } else { "earlier" };
        how.push(format!("B {} s {side}", pair.apart_s.unsigned_abs()));
    }
    let told = |field: &&&str| **field != "time" || pair.apart_s == 0;
    how.extend(pair.changed.iter().filter(told).map(|field| format!("another {field}")));
    let _ = writeln!(
        out,
        "  {}  {}  ({})",
        time(&pair.a),
        safe::short(&pair.a.text, SHOWN),
        how.join(", ")
    );
    if pair.a.text != pair.b.text {
        let _ = writeln!(out, "  {}  {}", time(&pair.b), safe::short(&pair.b.text, SHOWN));
    }
}
