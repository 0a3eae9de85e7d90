//! What is packed comes back as it was, from memory and from a file.

use super::*;
use crate::render::sample;

fn events() -> Vec<Event> {
    let timeline = sample::incident();
    let mut events: Vec<Event> = timeline.events().map(std::borrow::Cow::into_owned).collect();
    // One that is longer than what is read from the file at first.
    let mut long = events[0].clone();
    long.detail = Some("what went wrong, ü ".repeat(1000));
    events.push(long);
    events
}

#[test]
fn events_come_back_as_they_were() {
    for room in [0, 3000, IN_MEMORY] {
        let pack = Pack::with_room(room);
        let places: Vec<Option<At>> = events().iter().map(|event| pack.add(event)).collect();
        for (event, at) in events().iter().zip(places) {
            let at = at.expect("a place");
            assert_eq!(pack.get(at).as_ref(), Some(event), "with room for {room} bytes");
            assert_eq!(pack.id_hash(at), Some(hash(event.id())));
        }
        assert!(pack.check().is_ok());
    }
}

#[test]
fn what_cannot_be_read_back_is_said_once() {
    let pack = Pack::with_room(0);
    let at = pack.add(&events()[0]).expect("a place");
    assert_eq!(pack.get(at + 5000), None);
    assert!(pack.check().is_err());
    assert!(pack.check().is_ok());
    assert!(pack.get(at).is_some());
}
