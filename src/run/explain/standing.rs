//! Standing: what became of an event, and by which rule.

use super::{AskedError, Desk, Folded, LISTED, Standing};
use crate::{
    condense::select::{Fate, Rule},
    event::Event,
    join::{Place, repeat},
    reader::Sketch,
    time::{Instant, Precision},
};

impl Desk<'_> {
    /// What became of an event, and why.
    pub(super) fn standing(
        &self,
        place: Place,
        origin: Place,
        row: &Event,
        shown: bool,
    ) -> Result<(Standing, Vec<String>), AskedError> {
        let mut because = Vec::new();
        if origin != place {
            let origin = self.named(origin)?;
            because.push(format!("it is told by the row of {} ({})", origin.place(), origin.id));
        }
        let its = if origin == place { "it" } else { "that row" };
        if shown {
            because.push(self.chosen(its, &row.reasons));
            return Ok((Standing::Row, because));
        }
        let window = self.showing.window;
        if let Some(instant) = row.stamp.instant.filter(|instant| !window.holds(*instant)) {
            let (word, end) = match window.from.filter(|from| instant < *from) {
                Some(from) => ("before --from", Some(from)),
                None => ("not before --to", window.to),
            };
            let end = end.map(|end| end.rfc3339(Precision::Second)).unwrap_or_default();
            because.push(format!("{its} lies outside the window: {word} {end}"));
            return Ok((Standing::OutsideWindow, because));
        }
        let folded = self.folds.iter().find(|(row, _)| *row == origin).map(|(_, head)| *head);
        let fate = self.fate(origin, row);
        let head = folded.or(match fate {
            Some(Fate::Folded(head)) => Some(head),
            _ => None,
        });
        if let Some(head) = head {
            let head = self.named(head)?;
            because.push(format!("{its} is folded into the row of {} ({})", head.place(), head.id));
            return Ok((Standing::Folded, because));
        }
        let rule = self.left_out(origin, fate)?;
        because.push(format!("{its} is left out: {rule}; --all shows it"));
        Ok((Standing::LeftOut, because))
    }

    fn chosen(&self, its: &str, reasons: &[String]) -> String {
        if self.showing.all {
            return format!("{its} is kept: every event is (--all)");
        }
        format!("{its} is kept: {}", reasons.join("; "))
    }

    /// What became of an event that is no row of its own.
    fn fate(&self, origin: Place, row: &Event) -> Option<Fate> {
        let instant = row.stamp.instant?;
        Some(self.choice?.fate(self.read, origin, instant.0))
    }

    /// The rule that left a row out.
    fn left_out(&self, origin: Place, fate: Option<Fate>) -> Result<String, AskedError> {
        let parser = &self.read.inputs[origin.input as usize].plan.definition.name;
        if self.sketch(origin).is_some_and(Sketch::quiet) {
            return Ok(format!(
                "the parser {parser} calls such records quiet: they tell nothing new"
            ));
        }
        Ok(match fate {
            Some(Fate::Left(Rule::Alike(other))) => {
                let other = self.named(other)?;
                format!(
                    "{} ({}) says nearly the same, or is of the same host, within ten minutes",
                    other.place(),
                    other.id
                )
            }
            Some(Fate::Left(rule)) => rule.to_string(),
            _ => "its input could not be read again".to_owned(),
        })
    }

    /// What is folded into a row.
    pub(super) fn folded(&self, origin: Place, row: &Event) -> Result<Folded, AskedError> {
        let rows: Vec<Place> =
            self.folds.iter().filter(|(_, head)| *head == origin).map(|(row, _)| *row).collect();
        let count = rows.len();
        let last = rows.last().filter(|_| count > LISTED).copied();
        let listed = rows.into_iter().take(LISTED).chain(last);
        let rows = listed.map(|place| self.named(place)).collect::<Result<_, _>>()?;
        let how = row.reasons.iter().filter_map(|reason| reason.strip_prefix("folded: "));
        let mut how: Vec<String> = how.map(str::to_owned).collect();
        if count > 0 {
            let own =
                self.joined.folds.iter().filter(|fold| self.joined.origin(fold.head) == origin);
            how.extend(own.map(lasted));
        }
        Ok(Folded { count, rows, how })
    }
}

/// `17 notifications from … to …`.
fn lasted(fold: &repeat::Fold) -> String {
    let shown = |at: i64| Instant(at).rfc3339(Precision::Second);
    let (first, last) = (shown(fold.first), shown(fold.last));
    let n = fold.members.len() + 1;
    match fold.rule {
        repeat::Rule::Renotification => {
            format!("{n} notifications of one state, {first} to {last}")
        }
        repeat::Rule::Flapping => {
            let end = if fold.well { "it was well at the end" } else { "it stayed bad at the end" };
            format!("{n} changes to and fro, {first} to {last}; {end}")
        }
    }
}
