//! Dead rungs: each template and format is taken away in turn; a sample must miss it.

use std::sync::Arc;

use super::compare;
use crate::definition::{
    Definition, compile,
    schema::{File, FormatKey, Ladder},
    shelf::Shelf,
};

/// The templates and formats that no sample misses.
pub(super) fn dead(definition: &Arc<Definition>, shelf: &Shelf) -> Vec<String> {
    let mut dead = Vec::new();
    let rungs = rungs(definition);
    let bases: Vec<_> = definition
        .samples
        .iter()
        .map(|sample| super::base(definition, super::text(sample), shelf))
        .collect();
    // The same template in several events is one: a sample for one of them will do.
    let repeated: Vec<&Rung> =
        rungs.iter().filter(|rung| matches!(rung.place, Place::EventMatch(_))).collect();
    for rung in &rungs {
        let others = repeated
            .iter()
            .filter(|other| matches!(rung.place, Place::EventMatch(_)) && other.text == rung.text);
        let mut all = std::iter::once(&rung).chain(others);
        if !all.any(|rung| missed(definition, rung, &bases, shelf)) {
            dead.push(format!(
                "{}: no sample misses `{}`; state in a sample what only it gives, or take it out",
                definition.name, rung.text
            ));
        }
    }
    dead
}

/// Which ladder a rung stands on.
#[derive(Clone, Debug)]
enum Place {
    Line,
    Regex,
    More,
    Head,
    Format,
    FormatOf(usize),
    Match(usize),
    Find(usize),
    EventMatch(usize),
    Cut(usize),
    Whole(usize),
    Magic,
}

struct Rung {
    place: Place,
    number: usize,
    text: String,
}

/// Most rows of a table that are looked at.
const ROWS: usize = 16;

fn ladder<'f>(file: &'f mut File, place: &Place) -> Option<&'f mut Ladder> {
    match place {
        Place::Line => file.lines.as_mut().map(|lines| &mut lines.line),
        Place::Regex => file.lines.as_mut().map(|lines| &mut lines.regex),
        Place::More => file.lines.as_mut().map(|lines| &mut lines.more),
        Place::Head => match (&mut file.lines, &mut file.csv) {
            (Some(lines), _) => Some(&mut lines.head),
            (None, Some(csv)) => Some(&mut csv.head),
            (None, None) => None,
        },
        Place::Format => match file.time.format.as_mut()? {
            FormatKey::All(ladder) => Some(ladder),
            FormatKey::ByHole(_) => None,
        },
        Place::FormatOf(row) => match file.time.format.as_mut()? {
            FormatKey::All(_) => None,
            FormatKey::ByHole(rows) => rows.0.get_mut(*row).map(|(_, ladder)| ladder),
        },
        Place::Magic => file.command.as_mut().map(|command| &mut command.magic),
        Place::Match(row) => file.must.0.get_mut(*row).map(|(_, ladder)| ladder),
        Place::Find(row) => file.find.0.get_mut(*row).map(|(_, ladder)| ladder),
        Place::EventMatch(row) => file.event.get_mut(*row).map(|event| &mut event.must),
        Place::Whole(row) => file.inner.as_mut()?.whole.0.get_mut(*row).map(|(_, ladder)| ladder),
        Place::Cut(row) => file.event.get_mut(*row).map(|event| &mut event.cut),
    }
}

fn rungs(definition: &Definition) -> Vec<Rung> {
    let Ok(mut file) = toml::from_str::<File>(&definition.toml) else { return Vec::new() };
    let mut places =
        vec![Place::Line, Place::Regex, Place::More, Place::Head, Place::Format, Place::Magic];
    let rows =
        [Place::FormatOf, Place::Match, Place::Find, Place::EventMatch, Place::Cut, Place::Whole];
    places.extend(rows.iter().flat_map(|place| (0..ROWS).map(place)));
    let mut rungs = Vec::new();
    for place in places {
        let Some(ladder) = ladder(&mut file, &place) else { continue };
        // A ladder of one rung cannot lose it: without it, nothing is left to check. Without head
        // lines, or without what is found, there are records still.
        if ladder.0.len() > 1 || matches!(place, Place::Head | Place::Find(_) | Place::Whole(_)) {
            let texts = ladder.0.iter().enumerate();
            rungs.extend(texts.map(|(number, text)| Rung {
                place: place.clone(),
                number,
                text: text.clone(),
            }));
        }
    }
    rungs
}

fn missed(
    definition: &Arc<Definition>,
    rung: &Rung,
    bases: &[Option<Arc<Definition>>],
    shelf: &Shelf,
) -> bool {
    let Ok(mut file) = toml::from_str::<File>(&definition.toml) else { return true };
    let Some(ladder) = ladder(&mut file, &rung.place) else { return true };
    ladder.0.remove(rung.number);
    let Ok(without) =
        compile::build(definition.toml.clone(), file, definition.origin.clone(), &definition.name)
    else {
        return true;
    };
    let without = Arc::new(without);
    definition.samples.iter().zip(bases).any(|(sample, base)| {
        let company = shelf.company(&without, base.as_ref());
        // A line that only its anchor fits still tells a time: it is missed all the same.
        let differs = match super::run(&company, sample) {
            Ok(events) => !compare::compare(&sample.event, &events).is_empty(),
            Err(_) => true,
        };
        differs
            || !super::strangers(&without, sample).is_empty()
            || !super::is_claimed(&company, sample)
    })
}
