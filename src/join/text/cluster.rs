//! Clusters: from pairs to events with an origin.
//!
//! Takes edges, the surest rule first; two clusters become one only where no input is in both, where
//! no two texts contradict each other, and where not each has a ticket or a post of its own. A chain
//! of likenesses therefore never joins its two ends against what they say.

use std::collections::HashMap;

use super::{
    BLOCK, Carrier, Evidence, Join, Place, Rule, Told, contradict,
    near::{self, Text},
};

/// Two events that are one, by one rule.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// Rule.
    pub(super) rule: Rule,
    /// Index of the event that is told of.
    pub(super) origin: usize,
    /// Index of the event that tells of it.
    pub(super) member: usize,
    /// Similarity in permille.
    pub(super) similarity: Option<u16>,
    /// Shared shingles.
    pub(super) shared: u32,
    /// From the one to the other in ns, by corrected instants.
    pub(super) delay: i64,
    /// Key of the ticket.
    pub(super) key: Option<String>,
}

/// A cluster of more than one event.
#[derive(Default)]
struct Cluster {
    /// Indices of its events.
    events: Vec<usize>,
    /// Those of them that a likeness of text brought in.
    texts: Vec<usize>,
    /// The edges that hold it together.
    edges: Vec<Edge>,
}

/// All clusters.
pub(super) struct Clusters {
    /// Number of the cluster, by event.
    of: HashMap<usize, usize>,
    clusters: Vec<Cluster>,
}

/// Joins what the edges let be joined.
pub(super) fn join(told: &[Told<'_>], mut edges: Vec<Edge>) -> Clusters {
    let place = |at: usize| told[at].said.at;
    edges.sort_by_key(|edge| {
        let like = std::cmp::Reverse(edge.similarity);
        // Rules stand the surest first.
        (edge.rule, edge.delay.unsigned_abs(), like, place(edge.origin), place(edge.member))
    });
    let mut clusters = Clusters { of: HashMap::new(), clusters: Vec::new() };
    for edge in edges {
        clusters.take(told, edge);
    }
    clusters
}

impl Clusters {
    /// True where two events are one.
    pub(super) fn same(&self, one: usize, other: usize) -> bool {
        let of = |at: &usize| self.of.get(at);
        one == other || of(&one).is_some() && of(&one) == of(&other)
    }

    fn events<'a>(&'a self, at: &'a usize) -> &'a [usize] {
        self.of.get(at).map_or(std::slice::from_ref(at), |&number| &self.clusters[number].events)
    }

    fn texts(&self, at: usize) -> Vec<usize> {
        let mut texts: Vec<usize> =
            self.of.get(&at).map_or_else(Vec::new, |&number| self.clusters[number].texts.clone());
        if !texts.contains(&at) {
            texts.push(at);
        }
        texts
    }

    fn take(&mut self, told: &[Told<'_>], edge: Edge) {
        if self.same(edge.origin, edge.member) || !self.may(told, &edge) {
            return;
        }
        let mut whole = Cluster::default();
        for at in [edge.origin, edge.member] {
            match self.of.get(&at) {
                Some(&number) => {
                    let part = std::mem::take(&mut self.clusters[number]);
                    whole.events.extend(part.events);
                    whole.texts.extend(part.texts);
                    whole.edges.extend(part.edges);
                }
                None => whole.events.push(at),
            }
            if edge.rule == Rule::ToldCrosspost && !whole.texts.contains(&at) {
                whole.texts.push(at);
            }
        }
        whole.edges.push(edge);
        let number = self.clusters.len();
        for &at in &whole.events {
            self.of.insert(at, number);
        }
        self.clusters.push(whole);
    }

    /// Whether the two clusters of an edge may be one.
    fn may(&self, told: &[Told<'_>], edge: &Edge) -> bool {
        let (one, other) = (self.events(&edge.origin), self.events(&edge.member));
        let anchored = |events: &[usize]| {
            let own = |at: &usize| matches!(told[*at].carrier, Carrier::Ticket | Carrier::Page);
            events.iter().any(own)
        };
        let input = |at: &usize| told[*at].said.at.input;
        if anchored(one) && anchored(other)
            || one.iter().any(|a| other.iter().any(|b| input(a) == input(b)))
        {
            return false;
        }
        edge.rule != Rule::ToldCrosspost
            || one.len() + other.len() == 2
            || self.alike(told, edge.origin, edge.member)
    }

    /// Whether all texts of two clusters may be one.
    fn alike(&self, told: &[Told<'_>], one: usize, other: usize) -> bool {
        let (one, other) = (self.texts(one), self.texts(other));
        let words = |list: &[usize]| -> Vec<(usize, Text)> {
            list.iter().map(|&at| (at, Text::own(&told[at]))).collect()
        };
        let (one, other) = (words(&one), words(&other));
        one.iter().all(|(a, left)| {
            other.iter().all(|(b, right)| {
                let (a, b) = (&told[*a], &told[*b]);
                let near = b.after(a).is_some_and(|delay| delay.abs() <= BLOCK);
                let excused = near::excused(a, b);
                near && !near::same_place(a, b)
                    && !near::apart(a, b)
                    && !contradict::texts(&left.words, &right.words, &excused)
            })
        })
    }

    /// All joins, by member.
    pub(super) fn joins(&self, told: &[Told<'_>]) -> Vec<Join> {
        let mut joins: Vec<Join> =
            self.clusters.iter().flat_map(|cluster| cluster.joins(told)).collect();
        joins.sort_by_key(|join| join.member);
        joins
    }
}

impl Cluster {
    /// The event that the others tell of: what a person wrote before there was a ticket, else the
    /// ticket or the post of the page, else the first.
    fn origin(&self, told: &[Told<'_>]) -> Option<usize> {
        let key = |at: &usize| {
            let told = &told[*at];
            (told.instant.is_none(), told.instant, told.carrier, told.said.at)
        };
        let first = |wanted: &dyn Fn(&usize) -> bool| {
            self.events.iter().copied().filter(|at| wanted(at)).min_by_key(key)
        };
        let anchor = first(&|at| matches!(told[*at].carrier, Carrier::Ticket | Carrier::Page));
        // A person's text comes before the program that carries it on.
        let person = first(&|at| self.texts.contains(at) && !told[*at].said.machine());
        match (anchor, person) {
            (Some(anchor), Some(person)) if key(&person) < key(&anchor) => Some(person),
            (Some(anchor), _) => Some(anchor),
            (None, Some(person)) => Some(person),
            (None, None) => first(&|_| true),
        }
    }

    fn joins(&self, told: &[Told<'_>]) -> Vec<Join> {
        let Some(origin) = self.origin(told) else { return Vec::new() };
        let place = |at: usize| -> Place { told[at].said.at };
        let mut reached = vec![origin];
        let mut joins = Vec::new();
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            next += 1;
            for edge in &self.edges {
                let (to, delay) = match at {
                    _ if edge.origin == at => (edge.member, edge.delay),
                    _ if edge.member == at => (edge.origin, -edge.delay),
                    _ => continue,
                };
                if reached.contains(&to) {
                    continue;
                }
                reached.push(to);
                let evidence = Evidence {
                    with: place(at),
                    similarity: edge.similarity,
                    shared: edge.shared,
                    delay,
                    key: edge.key.clone(),
                };
                joins.push(Join {
                    origin: place(origin),
                    member: place(to),
                    rule: edge.rule,
                    evidence,
                });
            }
        }
        joins
    }
}
