//! Passes: the run is made again with what was taken over, until it says what the table says.

use std::sync::Arc;

use super::{
    Change, PullError, Was, changed, is_of, pull,
    table::{self, Table, Unread},
};
use crate::{
    accounts::Fault,
    event::{Event, Id},
    incident::{Incident, IncidentError},
    render::{self, Format, Look},
    timeline::Timeline,
};

/// Most runs: what is edited may change which other rows are chosen, and those are then pinned.
const PASSES: usize = 6;

/// A table that was edited.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its rows.
    pub table: Table,
    /// In what form it is.
    format: Format,
}

impl Edited {
    /// Reads the text of a file of that name: CSV by its ending, else Markdown.
    ///
    /// # Errors
    /// What is no timeline of ours.
    pub fn read(name: &str, text: &str) -> Result<Self, Unread> {
        let format =
            if name.to_lowercase().ends_with(".csv") { Format::Csv } else { Format::Markdown };
        Ok(Self { table: read(format, text)?, format })
    }
}

fn read(format: Format, text: &str) -> Result<Table, Unread> {
    match format {
        Format::Csv => table::csv(text),
        _ => table::markdown(text),
    }
}

/// What pulling gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The incident file as it is to be.
    pub text: String,
    /// What changed in it.
    pub changes: Vec<Change>,
    /// What cannot be taken over: 1-based line of the table, and why.
    pub left: Vec<(u64, String)>,
    /// Rows that the next run shows and the table does not have: id and text.
    pub missing: Vec<(String, String)>,
    /// The document says that it is of this run, so rows that it does not have were deleted.
    pub is_of_run: bool,
    /// What the last run says of the edits.
    pub faults: Vec<Fault>,
}

/// Takes the edits of a table over into an incident file, whose path and text are given. `run` makes the
/// timeline; `hide` hides rows that the table does not have, whatever it says of the run that it is of.
///
/// # Errors
/// An incident file that cannot be understood; what the run says.
pub fn passes<E>(
    (path, text): (&str, &str),
    edited: &Edited,
    hide: bool,
    run: impl Fn(Arc<Incident>) -> Result<Timeline, E>,
) -> Result<Outcome, E>
where
    E: From<PullError> + From<IncidentError>,
{
    let mut outcome = Outcome { text: text.to_owned(), ..Outcome::default() };
    for pass in 0..PASSES {
        let incident = Arc::new(Incident::parse(path, &outcome.text)?);
        let timeline = run(incident.clone())?;
        let known = shown(&timeline, edited.format)
            .map_err(|reason| PullError { path: path.to_owned(), reason })?;
        if pass == 0 {
            outcome.is_of_run = is_of(&edited.table, &known);
        }
        let hides = hide || outcome.is_of_run;
        let pulled = pull(&edited.table, &known, &incident, hides);
        let faults = timeline.run.faults.iter().filter(|fault| *fault.path == *incident.path);
        outcome.faults = faults.cloned().collect();
        outcome.left = pulled.left;
        outcome.missing = pulled.missing;
        let is_last = pass == PASSES - 1;
        if pulled.changes.is_empty() || is_last {
            let still = pulled.changes.iter();
            let still = still.map(|change| (0, format!("the run does not follow: {change}")));
            outcome.left.extend(still);
            break;
        }
        let was = |id: &str| was(&timeline, id);
        outcome.text = changed(path, &outcome.text, &pulled.changes, &was)?;
        outcome.changes.extend(pulled.changes);
    }
    Ok(outcome)
}

/// What the run shows, as the table's own reader reads it.
fn shown(timeline: &Timeline, format: Format) -> Result<Table, String> {
    let mut text = Vec::new();
    let look = Look { color: false, width: 120 };
    render::render(timeline, format, look, &mut text).map_err(|error| error.to_string())?;
    match read(format, &String::from_utf8_lossy(&text)) {
        // A run without rows has no table.
        Err(_) if timeline.rows.is_empty() => Ok(Table::default()),
        read => read.map_err(|(_, reason)| reason),
    }
}

fn was(timeline: &Timeline, id: &str) -> Option<Was> {
    let of = |event: &Event| {
        Id::is_same(&event.id().0, id).then(|| Was {
            id: event.id().0.clone(),
            text: (!event.own_words).then(|| event.summary.clone()),
            at: event.stamp.rfc3339(),
            record: event.sources[0].record.clone(),
        })
    };
    let rows = timeline.rows.iter().find_map(|event| of(&event));
    rows.or_else(|| timeline.undated.iter().find_map(of))
}
