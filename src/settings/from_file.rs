//! What the incident file says of the evidence and of the window, beside the command line, which wins.

use std::sync::Arc;

use super::{Reading, SettingsError, Showing};
use crate::{cli, incident::Incident, time::zone::Zones};

/// Puts what the file says before what the command line says. Gives, in words, where the command line
/// wins over an end of the window that the file tells.
pub fn put_before(
    incident: &Incident,
    evidence: &mut cli::Evidence,
    window: &mut cli::Window,
) -> Vec<String> {
    let before = |told: &[String], typed: &mut Vec<String>| {
        *typed = told.iter().chain(&*typed).cloned().collect();
    };
    before(&incident.zone, &mut evidence.zone);
    before(&incident.skew, &mut evidence.skew);
    if evidence.paths.is_empty() {
        evidence.paths.clone_from(&incident.paths);
    }
    let ends =
        [("--from", &mut window.from, &incident.from), ("--to", &mut window.to, &incident.to)];
    let mut wins = Vec::new();
    for (option, typed, told) in ends {
        match (&typed, incident.place_of(option)) {
            (Some(typed), Some(place)) if Some(typed) != told.as_ref() => {
                wins.push(format!("{option} {typed} wins over {place}"));
            }
            (None, _) => typed.clone_from(told),
            _ => {}
        }
    }
    wins
}

/// How the evidence is read, and what is shown of it. An error of what the file says has its place there.
///
/// # Errors
/// No evidence is named; a word that cannot be understood.
pub fn settle(
    evidence: &cli::Evidence,
    incident: Option<Arc<Incident>>,
    showing: impl FnOnce(&Zones) -> Result<Showing, SettingsError>,
) -> Result<(Reading, Showing), SettingsError> {
    if evidence.paths.is_empty() {
        let file = incident.map(|incident| incident.path.to_string());
        return Err(SettingsError::NoEvidence(file.unwrap_or_default()));
    }
    let settled = Reading::from_cli(evidence).and_then(|reading| {
        let showing = showing(&reading.zones)?;
        Ok((reading, showing))
    });
    let (reading, showing) = settled.map_err(|error| error.placed(incident.as_deref()))?;
    Ok((reading, Showing { incident, ..showing }))
}
