//! What holds whatever the witnesses are.

use std::collections::{HashMap, HashSet};

use proptest::{prelude::*, sample::Index};

use super::*;

/// Few hosts, services and inputs, close in time: everything collides.
fn witness() -> impl Strategy<Value = Witness> {
    let state = prop::sample::select(vec![CRITICAL, WARNING, FIRING, State::Unknown, State::Good]);
    let input = prop::sample::select(vec![LOG, CHAT, MAIL, TICKET, OTHER, (5, Rank::Mail)]);
    let precision = prop::sample::select(vec![Precision::Minute, Precision::Second]);
    (0_i64..3000, input, 0_u32..3, 0_u32..3, state, precision).prop_map(
        |(second, input, host, service, state, precision)| Witness {
            precision,
            ..at(second, input, Entity { host, service }, state)
        },
    )
}

/// Witnesses with ticks of their own.
fn witnesses() -> impl Strategy<Value = Vec<Witness>> {
    prop::collection::vec(witness(), 0..120).prop_map(|mut all| {
        (0..).zip(&mut all).for_each(|(tick, witness)| witness.tick = tick);
        all
    })
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Each event's witnesses.
fn events(all: &[Witness], retold: &Retold) -> Vec<Vec<Witness>> {
    let by_place: HashMap<Place, Witness> = all.iter().map(|w| (w.place(), *w)).collect();
    let mut events: HashMap<Place, Vec<Witness>> = HashMap::new();
    for join in &retold.joins {
        let event = events.entry(join.origin).or_insert_with(|| vec![by_place[&join.origin]]);
        event.push(by_place[&join.member]);
    }
    events.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn order_and_threads_do_not_matter(
        all in witnesses(),
        swaps in prop::collection::vec(any::<(Index, Index)>(), 0..60),
    ) {
        let straight = with_threads(1, || retell(&all, &Slow));
        let mut mixed = all.clone();
        for (one, other) in swaps.iter().filter(|_| !all.is_empty()) {
            mixed.swap(one.index(all.len()), other.index(all.len()));
        }
        prop_assert_eq!(straight, with_threads(4, || retell(&mixed, &Slow)));
    }

    #[test]
    fn nothing_contradicts(all in witnesses()) {
        let retold = retell(&all, &Slow);
        for event in events(&all, &retold) {
            let series: HashSet<u32> = event.iter().map(|w| Slow.series(w.input)).collect();
            prop_assert_eq!(series.len(), event.len(), "an input twice: {:?}", event);
            let agree = |one: &Witness, other: &Witness| {
                let same = |one: u32, other: u32| one == other || one == 0 || other == 0;
                !one.state.contradicts(other.state)
                    && same(one.entity.host, other.entity.host)
                    && same(one.entity.service, other.entity.service)
            };
            let apart = event.iter().any(|one| event.iter().any(|other| !agree(one, other)));
            prop_assert!(!apart, "contradiction: {:?}", event);
            prop_assert!(event.iter().all(|w| event[0].rank <= w.rank));
        }
    }

    #[test]
    fn every_witness_is_somewhere(all in witnesses()) {
        let retold = retell(&all, &());
        let telling = all.iter().filter(|w| w.tells().is_some()).count();
        let members: HashSet<Place> = retold.joins.iter().map(|join| join.member).collect();
        prop_assert_eq!(members.len(), retold.joins.len());
        prop_assert_eq!(retold.told.len() + members.len(), telling);
        prop_assert!(retold.told.iter().all(|told| !members.contains(&told.witness.place())));
        let count: u32 = retold.told.iter().map(|told| told.count).sum();
        prop_assert_eq!(count as usize, telling);
    }
}
