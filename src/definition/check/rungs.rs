//! Dead rungs: each template and format is taken away in turn; a sample must miss it.

use std::sync::Arc;

use super::compare;
use crate::definition::{
    Definition, compile,
    schema::{File, FormatKey, Ladder},
};

/// The templates and formats that no sample misses.
pub(super) fn dead(definition: &Arc<Definition>) -> Vec<String> {
    let mut dead = Vec::new();
    for rung in rungs(definition) {
        if !missed(definition, &rung) {
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
    More,
    Head,
    Format,
    FormatOf(usize),
}

struct Rung {
    place: Place,
    number: usize,
    text: String,
}

fn ladder<'f>(file: &'f mut File, place: &Place) -> Option<&'f mut Ladder> {
    match place {
        Place::Line => file.lines.as_mut().map(|lines| &mut lines.line),
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
    }
}

fn rungs(definition: &Definition) -> Vec<Rung> {
    let Ok(mut file) = toml::from_str::<File>(&definition.toml) else { return Vec::new() };
    let mut places = vec![Place::Line, Place::More, Place::Head, Place::Format];
    places.extend((0..8).map(Place::FormatOf));
    let mut rungs = Vec::new();
    for place in places {
        let Some(ladder) = ladder(&mut file, &place) else { continue };
        // A ladder of one rung cannot lose it: without it, nothing is left to check. Without head
        // lines there are records still.
        if ladder.0.len() > 1 || matches!(place, Place::Head) {
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

fn missed(definition: &Arc<Definition>, rung: &Rung) -> bool {
    let Ok(mut file) = toml::from_str::<File>(&definition.toml) else { return true };
    let Some(ladder) = ladder(&mut file, &rung.place) else { return true };
    ladder.0.remove(rung.number);
    let Ok(without) =
        compile::build(&definition.toml, file, definition.origin.clone(), &definition.name)
    else {
        return true;
    };
    let without = Arc::new(without);
    definition.samples.iter().any(|sample| {
        // A line that only its anchor fits still tells a time: it is missed all the same.
        let differs = match super::run(&without, sample) {
            Ok(events) => !compare::compare(&sample.event, &events).is_empty(),
            Err(_) => true,
        };
        differs || !super::strangers(&without, sample).is_empty()
    })
}
