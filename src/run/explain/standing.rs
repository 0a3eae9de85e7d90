//! Standing: what became of an event, and by which rule.

use super::{AskedError, Desk, Folded, LISTED, Standing};
use crate::{
    condense,
    event::{Event, Kind},
    join::{Place, repeat},
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
        if let Some((_, head)) = self.folds.iter().find(|(row, _)| *row == origin) {
            let head = self.named(*head)?;
            because.push(format!("{its} is folded into the row of {} ({})", head.place(), head.id));
            return Ok((Standing::Folded, because));
        }
        because.push(format!("{its} is left out: {}; --all shows it", self.left_out(origin, row)));
        Ok((Standing::LeftOut, because))
    }

    fn chosen(&self, its: &str, reasons: &[String]) -> String {
        if self.showing.all {
            return format!("{its} is kept: every event is (--all)");
        }
        let first = reasons.first().map_or("no reason is known", String::as_str);
        let why = match first {
            "mail" | "chat" | "ticket" | "alert" | "change" => {
                format!("{first}s are, but for quiet ones")
            }
            "milestone" => "it bears the mark of a milestone".to_owned(),
            "warning or worse" => "log records of warning or worse are".to_owned(),
            other => other.to_owned(),
        };
        format!("{its} is kept: {why}")
    }

    /// The rule that left a row out.
    fn left_out(&self, origin: Place, row: &Event) -> String {
        let parser = &self.read.inputs[origin.input as usize].plan.definition.name;
        match self.sketch(origin) {
            Some(sketch) if sketch.quiet() => {
                format!("the parser {parser} calls such records quiet: they tell nothing new")
            }
            Some(sketch) if sketch.kind() == Kind::Log => match row.severity {
                Some(severity) => {
                    format!("a log record of severity {}, which bears no mark", severity.word())
                }
                None => "a log record that says no severity and bears no mark".to_owned(),
            },
            _ => "its input could not be read again".to_owned(),
        }
    }

    /// What else is to be known of the row.
    pub(super) fn also(&self, places: &[Place]) -> Vec<String> {
        let doubtful = |place: &&Place| {
            let join = self.joined.as_member(**place);
            join.is_none()
                && self.sketch(**place).is_some_and(|own| condense::reason(own).is_none())
        };
        let kept =
            !self.showing.all && places.len() > 1 && places.first().as_ref().is_some_and(doubtful);
        let because = "its origin alone would be left out; what is joined to it keeps the row";
        kept.then(|| because.to_owned()).into_iter().collect()
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
