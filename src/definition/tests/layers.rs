//! Layers upon another definition, and what is found in a text.

use super::*;

/// A base and a layer upon it, each checked in the other's presence.
#[track_caller]
fn layer_holds(base: &str, layer: &str) {
    let named = |name: &str, rest: &str| {
        let toml = format!("name = \"{name}\"\nabout = \"a\"\nkind = \"log\"\n{rest}");
        Arc::new(parsed(&toml).unwrap_or_else(|error| panic!("{error}")))
    };
    let all = [named("base", base), named("layer", &format!("upon = \"base\"\n{layer}"))];
    let shelf = Shelf::of(all.clone()).expect("a base");
    let failures: Vec<String> =
        all.iter().flat_map(|definition| check::check_one(definition, &shelf)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_layer_takes_the_records_that_its_match_fits_and_the_rest_stays_the_bases() {
    let base = r#"
[json]
need = ["at", "who", "said"]
[time]
at   = "{at}"
zone = "utc"
[[event]]
id    = "{at}"
actor = "{who}"
text  = "{said}"
[[sample]]
input = '{"at": "2026-03-14 21:02:11", "who": "ana", "said": "cache-2 is slow"}'
[[sample.event]]
summary = "cache-2 is slow"
"#;
    let layer = r#"
[match]
said = ["{host} became {state}", "ping {host} {state}"]
[find]
more = ["Since: {time}", "Note:\n{note}"]
[time]
zone = "utc"
[words.severity]
error = "bad"
[[event]]
severity = "{state}"
detail   = "{note}"
[[sample]]
input = '''
{"at": "2026-03-14 21:02:11", "who": "bot", "said": "cache-2 became bad", "more": "x\n  Since: 2026-03-14 20:59:00\nNote:\nfull"}
{"at": "2026-03-14 21:03:11", "who": "bot", "said": "ping cache-2 fine"}
{"at": "2026-03-14 21:04:11", "who": "ana", "said": "I see it"}
'''
[[sample.event]]
time     = "2026-03-14T20:59:00Z"
system   = "layer"
record   = "2026-03-14 21:02:11"
actor    = "bot"
host     = "cache-2"
state    = "BAD"
severity = "error"
summary  = "cache-2 became bad"
detail   = "full"
[[sample.event]]
time     = "2026-03-14T21:03:11Z"
system   = "layer"
host     = "cache-2"
state    = "FINE"
detail   = ""
[[sample.event]]
system   = "base"
actor    = "ana"
"#;
    layer_holds(base, layer);
}

#[test]
fn of_two_layers_the_one_that_proves_more_takes_a_record() {
    let of = |name: &str, rest: &str| {
        let toml = format!("name = \"{name}\"\nabout = \"a\"\nkind = \"log\"\n{rest}");
        Arc::new(parsed(&toml).unwrap_or_else(|error| panic!("{error}")))
    };
    let sample = "[[sample]]\ninput = '2026-03-14T21:02:11Z <a> disk: full'\n[[sample.event]]\n";
    let base = of("base", &format!("[lines]\nline = '{{time}} <{{tag}}> {{text}}'\n{sample}"));
    let wide =
        of("wide", &format!("upon = 'base'\n[match]\ntext = '{{what}}: {{note}}'\n{sample}"));
    let near = of("near", &format!("upon = 'base'\n[match]\ntext = 'disk: {{note}}'\n{sample}"));
    let shelf = Shelf::of([base.clone(), wide.clone(), near.clone()]).expect("a base");
    assert_eq!(check::check_one(&near, &shelf), Vec::<String>::new());
    let failures = check::check_one(&wide, &shelf);
    assert!(failures[0].contains("near takes 1 of its events"), "{failures:?}");
    assert_eq!(check::check_one(&base, &shelf), Vec::<String>::new());
}

#[test]
fn what_is_found_may_be_absent_and_never_overwrites() {
    holds(
        "[lines]\nline = '{time} <{host}> {text}'\n[find]\ntext = ['on {host} since', 'by {actor..}: {}']",
        r#"
[[sample]]
input = """
2026-03-14T21:02:11Z <web-1> broken
  on web-2 since
  by Jo Brandt: x
2026-03-14T21:02:12Z <-> broken
  on web-2 since
"""
[[sample.event]]
host  = "web-1"
actor = "Jo Brandt"
[[sample.event]]
host  = "web-2"
actor = ""
"#,
    );
}

#[test]
fn a_layer_needs_a_base_and_a_match() {
    let layer = |rest: &str| parsed(&format!("name = 'a'\nabout = 'a'\nkind = 'log'\n{rest}"));
    assert!(layer("upon = 'b'").unwrap_err().contains("needs a [match]"));
    let lone = layer("upon = 'b'\n[match]\na = 'b'").expect("a layer");
    assert!(Shelf::of([Arc::new(lone)]).unwrap_err().to_string().contains("names no parser"));
}

/// A chat of made-up shape whose base tells an event for each answer too.
const CHAT: &str = r#"
[json]
need = ["who", "said"]
[time]
format = "iso"
zone   = "utc"
[[event]]
at     = "{posted}"
actor  = "{who}"
role   = "{robot}"
detail = ["{said}", "{card}"]
[[event]]
each   = "answers"
at     = "{posted}"
actor  = "{who}"
detail = "{said}"
[words.role]
bot = "true"
"#;

fn chat_with(layer: &str) -> (Arc<Definition>, Shelf) {
    let named = |name: &str, kind: &str, rest: &str| {
        let toml = format!("name = \"{name}\"\nabout = \"a\"\nkind = \"{kind}\"\n{rest}");
        Arc::new(parsed(&toml).unwrap_or_else(|error| panic!("{error}")))
    };
    let layer = named("layer", "alert", &format!("upon = \"chat\"\n{layer}"));
    let other = "[lines]\nline = '{time} <{actor}> {text}'";
    let all = [named("talk", "chat", CHAT), named("irc", "chat", other), layer.clone()];
    (layer, Shelf::of(all).expect("bases"))
}

#[test]
fn a_layer_upon_a_kind_asks_what_the_bases_tell_and_what_else_they_tell_stays() {
    let (layer, shelf) = chat_with(
        r#"
[match]
told = "{state=BAD|GOOD} on {host}"
[find]
told = "load: {load}"
[[event]]
service = "{load}"
[[sample]]
input = '''
{"posted":"2026-03-14 21:02:11","who":"eye","robot":true,"said":"@all look","card":"**BAD** on `cache-2`\nload: 48","answers":[{"posted":"2026-03-14 21:03:11","who":"jo","said":"on it"}]}
{"posted":"2026-03-14 21:04:11","who":"jo","said":"GOOD on cache-2"}
{"posted":"2026-03-14 21:05:11","who":"eye","robot":true,"said":"lunch"}
'''
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
kind    = "alert"
system  = "layer"
actor   = "eye"
role    = "bot"
host    = "cache-2"
service = "48"
state   = "BAD"
[[sample.event]]
time    = "2026-03-14T21:03:11Z"
system  = "talk"
actor   = "jo"
summary = "on it"
[[sample.event]]
system  = "talk"
state   = ""
[[sample.event]]
system  = "talk"
[[sample]]
input = '''
2026-03-14T21:02:11Z <eye> BAD on cache-2
2026-03-14T21:02:12Z <jo> I see
'''
[[sample.event]]
kind    = "alert"
actor   = "eye"
host    = "cache-2"
[[sample.event]]
kind    = "chat"
actor   = "jo"
"#,
    );
    assert_eq!(check::check_one(&layer, &shelf), Vec::<String>::new());
}

#[test]
fn a_sample_of_a_layer_upon_a_kind_must_be_of_that_kind() {
    let (layer, shelf) = chat_with(
        "[match]\ntold = 'BAD'\n[[sample]]\ninput = 'nothing that anybody reads'\n[[sample.event]]\n",
    );
    let failures = check::check_one(&layer, &shelf);
    assert!(failures.iter().any(|why| why.contains("no parser of the kind")), "{failures:?}");
}
