//! Trials: what each parser makes of a file, for those who write or choose one.

use std::{path::PathBuf, sync::Arc};

use super::{RunError, timeline};
use crate::{
    definition::shelf::Shelf,
    detect,
    discover::{self, Limits, Standing},
    settings::{ByPath, Reading, Showing},
    timeline::Timeline,
};

/// Parsers that come near and do not claim a file are named, so many at most.
const NEAR: usize = 3;

/// A file, and what the parsers make of it.
#[derive(Debug)]
pub struct Trial {
    /// The file, or a member of it.
    pub path: Arc<str>,
    /// Why no parser is asked: not evidence, or not to be opened.
    pub unread: Option<String>,
    /// The best two are equally good, so neither reads it.
    pub tied: bool,
    /// The parsers that claim it, the best first.
    pub claims: Vec<Claim>,
    /// Parsers that come near: name, and how near in words.
    pub near: Vec<(String, String)>,
}

/// A parser that claims a file.
#[derive(Debug)]
pub struct Claim {
    /// Its name.
    pub parser: String,
    /// How well it fits, in words.
    pub how: String,
    /// Everything it reads.
    pub timeline: Timeline,
}

/// Tries every parser of the shelf on every file.
///
/// # Errors
/// A path that is not there.
pub fn trials(paths: &[PathBuf], shelf: &Shelf) -> Result<Vec<Trial>, RunError> {
    let mut trials = Vec::new();
    for path in paths {
        for input in discover::inputs(std::slice::from_ref(path), &[], Limits::default())? {
            let mut trial = Trial {
                path: input.path.clone(),
                unread: None,
                tied: false,
                claims: Vec::new(),
                near: Vec::new(),
            };
            if let Standing::NotEvidence(why) | Standing::Unread(why) = &input.standing {
                trial.unread = Some(why.clone());
                trials.push(trial);
                continue;
            }
            let scores = input.open().and_then(|source| detect::scores(&input, &*source, shelf));
            match scores {
                Ok(scores) => rank(&mut trial, scores, path, shelf)?,
                Err(error) => trial.unread = Some(format!("cannot read: {error}")),
            }
            trials.push(trial);
        }
    }
    Ok(trials)
}

fn rank(
    trial: &mut Trial,
    scores: detect::Ranking,
    path: &std::path::Path,
    shelf: &Shelf,
) -> Result<(), RunError> {
    let mut claims = scores.iter().map(|(_, score)| score).filter(|score| score.claims());
    trial.tied = claims.next().zip(claims.next()).is_some_and(|(best, next)| best.ties(next));
    for (definition, score) in scores {
        if score.claims() {
            let reading = Reading {
                read_as: ByPath::all(definition.clone()),
                ..Reading::with(vec![path.to_owned()], shelf.clone())
            };
            let showing = Showing { all: true, ..Showing::default() };
            let mut timeline = timeline(&reading, &showing, &[], false)?;
            // The other members of an archive have trials of their own.
            timeline.run.inputs.retain(|input| *input.path == *trial.path);
            timeline.run.faults.retain(|fault| *fault.path == *trial.path);
            let own = |event: &crate::event::Event| event.sources[0].path == trial.path;
            timeline.rows.retain(own);
            timeline.undated.retain(own);
            let parser = definition.name.clone();
            trial.claims.push(Claim { parser, how: score.words(), timeline });
        } else if score.records > 0 && trial.near.len() < NEAR {
            trial.near.push((definition.name.clone(), score.words()));
        }
    }
    Ok(())
}

/// The beginning of a file as text: unpacked and decoded as a run would.
///
/// # Errors
/// A file that is not there, holds several inputs, or is no text.
pub fn text_of(path: &std::path::Path, bytes: usize) -> Result<String, Box<dyn std::error::Error>> {
    let found = discover::inputs(&[path.to_owned()], &[], Limits::default())?;
    let [input] = found.as_slice() else {
        return Err(format!("{} files are in it; give one of them", found.len()).into());
    };
    if let Standing::NotEvidence(why) | Standing::Unread(why) = &input.standing {
        return Err(why.clone().into());
    }
    let head = input.open()?.bytes(0, bytes)?;
    let whole = head.len() as u64 == input.size;
    let end = if whole {
        head.len()
    } else {
        head.iter().rposition(|b| *b == b'\n').unwrap_or(head.len())
    };
    Ok(crate::text::decode(&head[..end]).replace("\r\n", "\n"))
}
