//! People: one person under all names and addresses that evidence knows.

use serde::Deserialize;

use crate::event::Event;

/// Who took part: `[[person]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What the timeline calls them.
    pub name: String,
    /// What they did in the incident.
    pub role: Option<String>,
    /// What evidence calls them: names, addresses, accounts.
    #[serde(default)]
    pub also: Vec<String>,
    /// For people.
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Person {
    /// Whether evidence means this person: `Ana Ruiz <ana@example.net>` by name or by address.
    fn is(&self, actor: &str) -> bool {
        let known = || std::iter::once(&self.name).chain(&self.also);
        let is_known = |word: &str| {
            let word = word.trim().trim_matches(['"', '\'']).to_lowercase();
            known().any(|known| known.trim().trim_start_matches('@').to_lowercase() == word)
        };
        let (name, address) = actor.split_once('<').unwrap_or((actor, ""));
        let address = address.trim_end_matches('>');
        is_known(actor.trim_start_matches('@')) || is_known(name) || is_known(address)
    }
}

/// Names whoever a row is by.
pub(super) fn name(people: &[Person], row: &mut Event) {
    let Some(actor) = row.actor.as_deref() else { return };
    let Some(person) = people.iter().find(|person| person.is(actor)) else { return };
    row.actor = Some(person.name.clone());
    if person.role.is_some() {
        row.actor_role.clone_from(&person.role);
    }
}
