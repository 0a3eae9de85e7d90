//! Clues of a run: what its joined events tell condense.
//!
//! Takes the sketches of all events, and reads those that people and trackers wrote; gives what stands
//! out among them. Of lines of logs nothing is read but the first of a template that may become a
//! row: whom it is about.

use std::collections::{HashMap, HashSet};

use crate::{
    condense::{
        acts::Listener,
        clue::{Class, Clue, Flags},
        facts::{self, Facts, Said},
        select::Words,
        signals::{Seen, Signals},
        template::{
            self, Shapes,
            family::{self, Families},
        },
        threads,
    },
    event::{Event, Kind},
    join::{
        self, Joined, Place,
        witness::{Entities, Entity, Names},
    },
    reader::Sketch,
    run::Read,
    time::SECOND,
    timeline::{
        Window,
        kept::Kept,
        merge::Placed,
        tell::{Decided, Which},
    },
};

/// What a log without severities tells so seldom may be a failure.
const SELDOM: u64 = 20;
/// Most templates whose first lines are read.
const FIRSTS: usize = 4096;

/// What the events tell.
pub(super) struct Told {
    pub(super) families: Families,
    pub(super) names: Entities,
    pub(super) signals: Signals,
    pub(super) said: HashMap<Place, Said>,
    pub(super) delays: HashMap<Place, i64>,
    /// Alerts that are told again, and the first of them.
    pub(super) again: HashMap<Place, Place>,
}

/// Lets all events tell what they can.
pub(super) fn tell(
    read: &Read,
    (order, kept, joined): (&[Placed], &Kept, &Joined),
    window: Window,
    edited: &HashMap<Place, Flags>,
) -> Told {
    let inputs = &read.inputs;
    let facts = facts(inputs, order, kept);
    let mut known = Known::of(inputs, &facts);
    let families = families(inputs, &facts);
    let mut again = again(order, joined, window);
    again.retain(|place, _| !edited.contains_key(place));
    let referred: HashSet<Place> =
        joined.references.iter().map(|it| joined.origin(it.references)).collect();
    let mut seen = Seen::new(&families);
    for placed in order {
        let place = Place::from(placed);
        if joined.as_member(place).is_some() {
            continue;
        }
        let mut clue = known.clue(&inputs[placed.input as usize], placed, facts.get(&place));
        clue.stream = joined.streams.of_input(placed.input);
        let mut streams = vec![clue.stream];
        for join in joined.members(place) {
            let at = Placed { input: join.member.input, tick: join.member.tick, ..*placed };
            let input = &inputs[at.input as usize];
            let other = known.clue(input, &at, facts.get(&join.member));
            streams.push(joined.streams.of_input(at.input));
            add(&mut clue, &other);
        }
        streams.sort_unstable();
        streams.dedup();
        clue.witnesses = u8::try_from(streams.len() - 1).unwrap_or(u8::MAX);
        clue.flags = clue
            .flags
            .with(Flags::REFERRED, referred.contains(&place))
            .with(Flags::FOLDED, again.contains_key(&place));
        clue.flags.0 |= edited.get(&place).map_or(0, |flags| flags.0);
        if !clue.flags.has(Flags::QUIET) || clue.flags.has(Flags::FORCED) {
            seen.add(clue);
        }
    }
    let mut signals = seen.settle();
    known.name_lines(&mut signals, inputs, kept);
    let said = facts.iter().filter_map(|(place, facts)| Some((*place, facts.said?))).collect();
    let delay =
        |(place, facts): (&Place, &Facts)| Some((*place, facts.delay_s?.saturating_mul(SECOND)));
    let delays = facts.iter().filter_map(delay).collect();
    Told { families, names: known.entities, signals, said, delays, again }
}

/// What a member tells besides its origin.
fn add(clue: &mut Clue, other: &Clue) {
    clue.acts.add(other.acts);
    clue.marks |= other.marks;
    let kept = Flags(Flags::PINNED.0 | Flags::OUTWARD.0 | Flags::CHANGE.0 | Flags::CUSTOMER.0);
    clue.flags.0 |= other.flags.0 & kept.0;
    let some = |own: &mut u32, other: u32| *own = if *own == 0 { other } else { *own };
    some(&mut clue.host, other.host);
    some(&mut clue.service, other.service);
    some(&mut clue.thread, other.thread);
    some(&mut clue.room, other.room);
    if clue.state == Class::None {
        clue.state = other.state;
    }
    clue.severity = [clue.severity, other.severity].into_iter().flatten().min();
}

/// Of what is told again, which event is the first: the first within the window asked for.
fn again(order: &[Placed], joined: &Joined, window: Window) -> HashMap<Place, Place> {
    let mut again = HashMap::new();
    if joined.folds.is_empty() {
        return again;
    }
    let inside: Option<HashSet<Place>> = (!window.is_whole()).then(|| {
        order.iter().filter(|placed| window.holds(placed.instant)).map(Place::from).collect()
    });
    for fold in &joined.folds {
        let places = std::iter::once(&fold.head).chain(&fold.members);
        let places = places.map(|place| joined.origin(*place));
        let mut places =
            places.filter(|place| inside.as_ref().is_none_or(|inside| inside.contains(place)));
        let Some(first) = places.next() else { continue };
        again.extend(places.filter(|place| *place != first).map(|place| (place, first)));
    }
    again
}

/// Whether the text of an event is read: people and trackers wrote it, or it is marked.
fn is_read(sketch: Sketch) -> bool {
    let written = !matches!(sketch.kind(), Kind::Log | Kind::Alert);
    !sketch.quiet() && (written || sketch.marked())
}

fn facts(inputs: &[Decided], order: &[Placed], kept: &Kept) -> HashMap<Place, Facts> {
    let mut wanted: Vec<Vec<Which>> = vec![Vec::new(); inputs.len()];
    for placed in order {
        let sketch = inputs[placed.input as usize].scan.sketches.get(placed.tick as usize);
        if sketch.is_some_and(|sketch| is_read(*sketch)) {
            wanted[placed.input as usize].push(Which::Tick(placed.tick));
        }
    }
    let of = |_, event: Event| Facts::of(&event, &mut Listener::new());
    let mut facts = join::read(inputs, &wanted, kept, of).into_iter().collect();
    threads::settle(&mut facts, order.iter().map(|placed| (placed.instant.0, placed.into())));
    facts
}

/// The families of all templates, of lines and of what programs post.
fn families(inputs: &[Decided], facts: &HashMap<Place, Facts>) -> Families {
    let mut counts: HashMap<u32, u64> = HashMap::new();
    let mut shapes = Shapes::default();
    for facts in facts.values().filter(|facts| !facts.message.is_empty()) {
        let number = template::number(&facts.message);
        shapes.note(number, &facts.message);
        *counts.entry(number).or_default() += 1;
    }
    for sketch in inputs.iter().flat_map(|input| &input.scan.sketches) {
        if sketch.template != 0 {
            *counts.entry(sketch.template).or_default() += 1;
        }
    }
    let of_inputs = inputs.iter().flat_map(|input| input.scan.shapes.all());
    let all = of_inputs.chain(shapes.all());
    family::families(all, |number| counts.get(&number).copied().unwrap_or(0))
}

/// Who is known in this evidence.
struct Known {
    /// The spellings' numbers of what each input's sketches are about.
    abouts: Vec<Vec<(u32, u32, Class)>>,
    /// Those of events that were read.
    read: HashMap<Place, (u32, u32)>,
    entities: Entities,
    /// Names that a text may hold, by the number of the name.
    words: HashMap<u32, Entity>,
}

/// Shortest name of a host or service that is sought in texts, in bytes.
const SOUGHT: usize = 4;

impl Known {
    fn of(inputs: &[Decided], facts: &HashMap<Place, Facts>) -> Self {
        let mut names = Names::default();
        let mut spellings: Vec<(String, u32, u32)> = Vec::new();
        let mut both = |host: Option<&str>, service: Option<&str>, names: &mut Names| {
            let host_number = host.map_or(0, |host| names.host(host));
            let service_number = service.map_or(0, |service| names.service(service));
            spellings.extend(host.map(|host| (host.to_owned(), host_number, 0)));
            spellings.extend(service.map(|service| (service.to_owned(), 0, service_number)));
            (host_number, service_number)
        };
        let mut abouts = Vec::new();
        for input in inputs {
            let kind = input.plan.definition.kind;
            let of = |about: &crate::reader::sketch::About| {
                let (host, service) =
                    both(about.host.as_deref(), about.service.as_deref(), &mut names);
                let state = about.state.as_deref();
                let state = state.map_or(Class::None, |state| facts::class(kind, state));
                (host, service, state)
            };
            abouts.push(input.scan.abouts.all().iter().map(of).collect());
        }
        // Numbers follow the names once they are settled, so the order of coming does not matter.
        let mut read = HashMap::new();
        for (place, facts) in facts {
            read.insert(*place, both(facts.host.as_deref(), facts.service.as_deref(), &mut names));
        }
        let entities = names.settle(&[]);
        let mut words = HashMap::new();
        spellings.sort_unstable();
        spellings.dedup();
        for (name, host, service) in spellings {
            let entity = entities.entity(host, service);
            let short = name.split(['.', ':']).next().unwrap_or_default();
            for name in [name.as_str(), short] {
                let is_word = name.len() >= SOUGHT && !name.contains(' ');
                // A host is surer than a service of that name.
                if is_word && (host != 0 || !words.contains_key(&facts::number(name))) {
                    words.insert(facts::number(name), entity);
                }
            }
        }
        Self { abouts, read, entities, words }
    }

    /// The clue of an event, without what the joins add.
    fn clue(&self, input: &Decided, placed: &Placed, facts: Option<&Facts>) -> Clue {
        let place = Place::from(placed);
        let mut clue = line(input, place, placed.instant.0);
        let sketch = input.scan.sketches.get(placed.tick as usize);
        let about = sketch.and_then(|sketch| {
            let at = (sketch.about as usize).checked_sub(1)?;
            self.abouts[placed.input as usize].get(at)
        });
        if let Some((host, service, state)) = about {
            self.name(&mut clue, *host, *service);
            clue.state = *state;
        }
        let Some(facts) = facts else { return clue };
        let state = clue.state;
        facts.tell(&mut clue);
        if clue.state == Class::None {
            clue.state = state;
        }
        let (host, service) = self.read.get(&place).copied().unwrap_or_default();
        self.name(&mut clue, host, service);
        for entity in facts.words.iter().filter_map(|word| self.words.get(word)) {
            clue.host = if clue.host == 0 { entity.host } else { clue.host };
            clue.service = if clue.service == 0 { entity.service } else { clue.service };
        }
        clue
    }

    fn name(&self, clue: &mut Clue, host: u32, service: u32) {
        let entity = self.entities.entity(host, service);
        clue.host = if entity.host == 0 { clue.host } else { entity.host };
        clue.service = if entity.service == 0 { clue.service } else { entity.service };
    }

    /// Reads the first lines of templates that may become rows: whom they are about, and where their
    /// log says no severity, whether they sound bad.
    fn name_lines(&mut self, signals: &mut Signals, inputs: &[Decided], kept: &Kept) {
        let bursts: HashSet<u32> = signals.bursts.iter().map(|burst| burst.template).collect();
        let mut wanted: Vec<Vec<Which>> = vec![Vec::new(); inputs.len()];
        let may = signals.templates.iter().filter(|(number, told)| {
            let is_seldom = told.count <= SELDOM && told.first.severity.is_none();
            told.is_bad() || bursts.contains(number) || is_seldom
        });
        for (_, told) in may.take(FIRSTS) {
            let place = told.first.place;
            wanted[place.input as usize].push(Which::Tick(place.tick));
        }
        for wanted in &mut wanted {
            wanted.sort_unstable();
        }
        let names = |_, event: Event| {
            let sounds_bad = event.severity.is_none() && facts::sounds_bad(&event.summary);
            (event.host, event.service, sounds_bad)
        };
        let named: HashMap<Place, _> =
            join::read(inputs, &wanted, kept, names).into_iter().collect();
        for (_, told) in &mut signals.templates {
            let Some((host, service, sounds_bad)) = named.get(&told.first.place) else { continue };
            told.sounds_bad = *sounds_bad;
            let of = |name: &Option<String>| {
                let name = name.as_deref().filter(|name| name.len() >= SOUGHT)?;
                let short = name.split(['.', ':']).next().unwrap_or(name);
                [name, short].into_iter().find_map(|name| self.words.get(&facts::number(name)))
            };
            told.first.host = of(host).map_or(0, |entity| entity.host);
            told.first.service = of(service).map_or(0, |entity| entity.service);
        }
    }
}

/// The clue of an event of which only the sketch is known, under the number of its own template.
pub(super) fn line(input: &Decided, place: Place, instant: i64) -> Clue {
    let sketch = input.scan.sketches.get(place.tick as usize).copied();
    let kind = sketch.map_or(input.plan.definition.kind, Sketch::kind);
    let mut clue = Clue::new(instant, place, kind);
    let Some(sketch) = sketch else { return clue };
    let machine = matches!(kind, Kind::Log | Kind::Alert);
    clue.template = sketch.template;
    clue.severity = sketch.severity();
    clue.count = u32::from(sketch.count).max(1);
    clue.flags = Flags::default()
        .with(Flags::QUIET, sketch.quiet())
        .with(Flags::BOT, machine)
        .with(Flags::CHANGE, kind == Kind::Change);
    let precision = input.scan.ticks.get(place.tick as usize).map(|tick| tick.time.precision);
    clue.coarse = precision.map_or(0, Clue::coarse);
    clue
}

/// The words of these events, as hashes, sorted and each once.
pub(super) fn words(read: &Read, kept: &Kept, places: &[Place]) -> Words {
    let mut wanted: Vec<Vec<Which>> = vec![Vec::new(); read.inputs.len()];
    for place in places {
        wanted[place.input as usize].push(Which::Tick(place.tick));
    }
    for wanted in &mut wanted {
        wanted.sort_unstable();
    }
    let of = |_, event: Event| {
        let mut words: Vec<u32> = event
            .summary
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(facts::number)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    join::read(&read.inputs, &wanted, kept, of).into_iter().collect()
}
