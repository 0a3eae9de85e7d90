//! Layers: what a record *is*, upon the definition that says how records are cut.
//!
//! Takes a layer (`upon = "NAME"`) and its base; gives the layer with all that it leaves out filled
//! from the base. The base reads; each record of it is offered to its layers, and the one whose
//! `[match]` proves most takes it (see `reader::Plan`). An event of the layer stands for the base's
//! of the same `each`; what else the base tells of the record, it tells as ever: nothing is lost.

use super::{Definition, EventPlan, Rule, markup::Markup, phrase::Phrase};

impl Definition {
    /// This layer upon its base: tables that it gives replace the base's, and an event key that it
    /// leaves out stays the base's.
    pub(super) fn upon_base(&self, base: &Self) -> Self {
        let mut whole = self.clone();
        let own: Vec<&str> = self.made().collect();
        if self.events.is_empty() {
            whole.events = base.events.iter().map(bare).collect();
        }
        let mut stays: Vec<usize> = (0..base.events.len()).collect();
        for plan in &mut whole.events {
            let same = stays.iter().position(|&at| base.events[at].each == plan.each);
            let same = same.map(|place| &base.events[stays.remove(place)]);
            fill(plan, same.or(base.events.first()), &own);
        }
        whole.stays = stays;
        whole.find.extend(base.find.iter().cloned());
        whole.lookups.clone_from(&base.lookups);
        if whole.markup == Markup::Plain {
            whole.markup = base.markup;
        }
        if whole.quiet.is_empty() {
            whole.quiet.clone_from(&base.quiet);
        }
        if whole.severity.table.0.is_empty() {
            whole.severity.clone_from(&base.severity);
        }
        if whole.states.0.is_empty() {
            whole.states.clone_from(&base.states);
            whole.state_names.clone_from(&base.state_names);
        }
        if whole.marks.0.is_empty() {
            whole.marks.clone_from(&base.marks);
        }
        if whole.roles.0.is_empty() {
            whole.roles.clone_from(&base.roles);
            whole.role_names.clone_from(&base.role_names);
        }
        whole
    }

    /// True where it asks what its base tells: a field that is made for it alone.
    pub(crate) fn asks_told(&self) -> bool {
        self.must.iter().chain(&self.find).any(Rule::is_told)
    }

    /// True where a record of the base has the same times whether this layer takes it or not.
    pub(crate) fn is_timeless(&self) -> bool {
        self.time.at.is_empty() && self.events.iter().all(|plan| plan.at.is_none())
    }

    /// The fields that `match` and `find` make.
    fn made(&self) -> impl Iterator<Item = &str> {
        let templates = self.must.iter().chain(&self.find).flat_map(|rule| &rule.templates);
        templates.flat_map(crate::template::Template::holes).map(|hole| &**hole)
    }
}

/// The same event without any of its keys: what it is told for, and nothing of what it says.
fn bare(plan: &EventPlan) -> EventPlan {
    EventPlan {
        each: plan.each.clone(),
        must: plan.must.clone(),
        cut: plan.cut.clone(),
        quiet: plan.quiet,
        ..EventPlan::default()
    }
}

/// Fills the keys that an event leaves out. A hole of the layer with the name of a key comes before
/// what the base says: it is nearer to the record. `system` is not filled: a layer is a system of
/// its own.
fn fill(plan: &mut EventPlan, base: Option<&EventPlan>, own: &[&str]) {
    let Some(base) = base else { return };
    if plan.at.is_none() {
        plan.under.clone_from(&base.at);
    }
    let key = |name: &str, mine: &mut Vec<Phrase>, theirs: &[Phrase]| {
        if mine.is_empty() && !theirs.is_empty() {
            let hole = own.contains(&name).then(|| Phrase::parse(&format!("{{{name}}}")).ok());
            mine.extend(hole.flatten());
            mine.extend_from_slice(theirs);
        }
    };
    key("until", &mut plan.until, &base.until);
    key("count", &mut plan.count, &base.count);
    key("id", &mut plan.id, &base.id);
    key("same", &mut plan.same, &base.same);
    key("thread", &mut plan.thread, &base.thread);
    key("refs", &mut plan.refs, &base.refs);
    key("channel", &mut plan.channel, &base.channel);
    key("actor", &mut plan.actor, &base.actor);
    key("role", &mut plan.role, &base.role);
    key("host", &mut plan.host, &base.host);
    key("service", &mut plan.service, &base.service);
    key("state", &mut plan.state, &base.state);
    key("severity", &mut plan.severity, &base.severity);
    key("mark", &mut plan.mark, &base.mark);
    key("text", &mut plan.text, &base.text);
    key("detail", &mut plan.detail, &base.detail);
}
