//! Fields of JSON records: lists in lists, look-ups in the document, texts that hold JSON.

use super::holds;

#[test]
fn each_leads_through_lists_in_lists_and_up_again_step_by_step() {
    holds(
        "[json]\nrecords = \"issues[]\"\nneed = [\"key\", \"log\"]",
        r#"
[time]
at = "{created}"
[[event]]
each  = "log.histories[].items"
at    = "{^created}"
actor = "{^author.name}"
text  = "{^^key} {field}: {from} to {to} ({^^^project})"
[[sample]]
input = '''{"project":"shop","issues":[{"key":"S-1","log":{"histories":[
{"created":"2026-03-14T21:02:11Z","author":{"name":"Jo"},"items":[{"field":"status","from":"open","to":"busy"},{"field":"prio","from":"3","to":"1"}]},
{"created":"2026-03-14T21:09:00Z","author":{"name":"Lee"},"items":[{"field":"status","from":"busy","to":"done"}]}]}}]}'''
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
actor   = "Jo"
summary = "S-1 status: open to busy (shop)"
[[sample.event]]
summary = "S-1 prio: 3 to 1 (shop)"
[[sample.event]]
time    = "2026-03-14T21:09:00Z"
actor   = "Lee"
summary = "S-1 status: busy to done (shop)"
"#,
    );
}

#[test]
fn a_list_of_the_document_is_looked_things_up_in_also_for_items() {
    holds(
        "[json]\nrecords = \"tickets[]\"\nneed = [\"id\"]",
        r#"
[lookup.who]
of    = "{author_id}"
list  = "users"
key   = "id"
value = "{name}"
[lookup.asker]
of    = "{requester_id}"
list  = "users"
key   = "id"
value = "{name}"
[time]
at = "{created_at}"
[[event]]
actor = "{asker}"
text  = "{subject}"
[[event]]
each  = "comments"
at    = "{created_at}"
actor = ["{who}", "nobody"]
text  = "{body}"
[[sample]]
input = '''{"tickets":[{"id":7,"requester_id":3,"created_at":"2026-03-14T21:02:11Z","subject":"slow","comments":[
{"author_id":4,"created_at":"2026-03-14T21:05:00Z","body":"seen"},{"author_id":9,"created_at":"2026-03-14T21:06:00Z","body":"odd"}]}],
"users":[{"id":3,"name":"Jo Brandt"},{"id":4,"name":"Lee Kim"}]}'''
[[sample.event]]
actor = "Jo Brandt"
[[sample.event]]
actor = "Lee Kim"
[[sample.event]]
actor = "nobody"
"#,
    );
}

#[test]
fn what_one_look_up_gives_another_looks_up_and_lists_of_people_are_named() {
    holds(
        "[json]\nneed = [\"room_id\"]",
        r#"
[lookup.kind]
of    = "{room_id}"
file  = "realm.json"
records = "rooms[]"
key   = "id"
value = "{stream}"
[lookup.stream]
of    = "{kind}"
file  = "realm.json"
records = "streams[]"
key   = "id"
value = "{name}"
[lookup.person]
of    = "{to}"
file  = "realm.json"
records = "people[]"
key   = "id"
value = "{name}"
[time]
at = "{at}"
[[event]]
channel = ["{stream}", "{person}"]
text    = "to {to}: {text}"
[[sample]]
beside = { "realm.json" = '{"rooms":[{"id":5,"stream":"s1"}],"streams":[{"id":"s1","name":"ops"}],"people":[{"id":"u1","name":"Jo"},{"id":"u2","name":"Lee"}]}' }
input = '''
{"room_id":5,"at":"2026-03-14T21:02:11Z","to":"all","text":"hello"}
{"room_id":6,"at":"2026-03-14T21:02:12Z","to":["u1","u2"],"text":"hi"}
'''
[[sample.event]]
channel = "ops"
summary = "to all: hello"
[[sample.event]]
channel = "Jo, Lee"
summary = "to u1, u2: hi"
"#,
    );
}

#[test]
fn a_text_that_holds_json_and_a_list_of_pairs_are_walked_on_in() {
    holds(
        "[json]\nneed = [\"Message\"]",
        r#"
[time]
at = "{Message.when}"
[[event]]
host = '{tags["host.name"].stringValue}'
text = "{Message.alarm.name} in {Message.regions[].id}"
[[sample]]
input = '''
{"Message":"{\"when\":\"2026-03-14T21:02:11Z\",\"alarm\":{\"name\":\"full\"},\"regions\":[{\"id\":\"a\"},{\"id\":\"b\"}]}","tags":[{"key":"env","value":{"stringValue":"x"}},{"key":"host.name","value":{"stringValue":"web-3"}}]}
'''
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
host    = "web-3"
summary = "full in a, b"
"#,
    );
}

#[test]
fn one_definition_reads_a_page_of_an_api_and_lines_of_its_records() {
    let rest = |input: &str| {
        format!(
            "[time]\nat = \"{{at}}\"\n[[event]]\ntext = \"{{text}}\"\n[[sample]]\ninput = '{input}'\n\
             [[sample.event]]\nsummary = \"one\"\n[[sample.event]]\nsummary = \"two\"\n"
        )
    };
    let engine = "[json]\nrecords = [\"messages[]\", \".\"]\nneed = [\"at\"]";
    let one = r#"{"at":"2026-03-14T21:02:11Z","text":"one"}"#;
    let two = r#"{"at":"2026-03-14T21:02:12Z","text":"two"}"#;
    holds(engine, &rest(&format!("{{\"ok\":true,\"messages\":[{one},{two}]}}")));
    holds(
        engine,
        &rest(&format!("{one}\n{two}"))
            .replace("input = '", "input = '''")
            .replace("}'\n", "}'''\n"),
    );
}

#[test]
fn columns_are_found_whatever_their_case_and_blanks() {
    holds(
        "[csv]\nneed = [\"Created time\", \"Subject\"]",
        r#"
[time]
at   = "{Created time}"
zone = "utc"
[[event]]
text = "{Subject}"
[[sample]]
input = "created_time,SUBJECT,n\n2026-03-14 21:02:11,slow,1\n"
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
summary = "slow"
"#,
    );
}

#[test]
fn an_event_is_told_only_where_its_rules_fit_and_its_holes_are_fields() {
    holds(
        "nothing = [\"Not set\"]\n[json]\nneed = [\"log\"]",
        r#"
[time]
at = "{at}"
[[event]]
each  = "log"
only  = { field = "status", to = "{now}/{..}" }
at    = "{when}"
state = "{now}"
actor = ["{by}", "nobody"]
text  = "{field} is {now}"
[[sample]]
input = '''
{"log":[{"field":"status","to":"done/7","when":"2026-03-14T21:02:11Z","by":"NOT SET"},{"field":"prio","to":"1/2","when":"2026-03-14T21:02:12Z"},
{"field":"status","to":"open","when":"2026-03-14T21:02:13Z"},{"field":"status","to":"open/1","when":"not set"}]}'''
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
state   = "DONE"
actor   = "nobody"
summary = "status is done"
"#,
    );
}

#[test]
fn columns_that_no_header_names_are_given_and_proven_row_by_row() {
    let engine = "[csv]\nheader = [\"at\", \"who\", \"pid\", \"level\", \"what\"]\nneed = [\"at\", \"level\", \"what\"]\n[match]\nlevel = \"{=LOG|ERROR}\"";
    holds(
        engine,
        r#"
[time]
at   = "{at}"
zone = "utc"
[[event]]
actor    = "{who}"
severity = "{level}"
text     = "{what}"
[[sample]]
input = "2026-03-14 21:02:11,jo,7,LOG,\"one,\ntwo\"\n2026-03-14 21:02:12,,7,ERROR,three\n"
[[sample.event]]
time     = "2026-03-14T21:02:11Z"
actor    = "jo"
severity = "info"
detail   = "one,\ntwo"
[[sample.event]]
severity = "error"
summary  = "three"
"#,
    );
}

#[test]
fn a_clock_that_its_writer_doubts_is_suspect() {
    holds(
        "[lines]\nline = [\"{mark=*}{time} {host}: {text}\", \"{time} {host}: {text}\"]",
        r#"
[time]
zone  = "utc"
doubt = "{mark}"
[[sample]]
input = "2026-03-14 21:02:11 sw-1: up\n*2000-03-01 00:00:46 sw-1: booted\n"
[[sample.event]]
time_quality = "zone"
[[sample.event]]
time_quality = "zone+suspect"
host         = "sw-1"
"#,
    );
}
