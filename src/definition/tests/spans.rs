//! Records whose time stands behind their first line or words.

use super::*;

#[test]
fn a_record_may_have_its_time_on_a_later_line() {
    holds(
        r#"[lines]
line = [
  "rev {id}\nMerge: {..}\nBy: {actor..}\nOn: {time}\n{text}",
  "rev {id}\nBy: {actor..}\nOn: {time}\n{text}",
]"#,
        r#"
[[sample]]
input = """
rev a1
By: Jo Brandt
On: 2026-03-14T21:02:11Z

    mend the cache
    On: 2026-03-14T00:00:00Z

rev b2
Merge: a b
By: Ana Ruiz
On:   2026-03-14T21:03:11Z

    rev c3
"""
[[sample.event]]
time    = "2026-03-14T21:02:11Z"
record  = "a1"
actor   = "Jo Brandt"
summary = "mend the cache"
detail  = "mend the cache\n    On: 2026-03-14T00:00:00Z"
[[sample.event]]
time    = "2026-03-14T21:03:11Z"
record  = "b2"
actor   = "Ana Ruiz"
"#,
    );
}

#[test]
fn a_wide_hole_before_a_time_ends_where_the_time_stands() {
    holds(
        r#"[lines]
line = ["{actor..}  {time}\n{text}", "{time} ({#})\n{text}"]
keep = "actor""#,
        r#"
[time]
format = "%Y-%m-%d %H:%M"
zone   = "utc"
[[sample]]
input = """
Jo Brandt (on call)  2026-03-14 21:02
cache-2 is full
since 2026-03-14 20:00 as it seems
2026-03-14 21:03 (1)
restarting it
Ana  2026-03-14 21:04
thanks
"""
[[sample.event]]
time    = "2026-03-14T21:02:00Z"
actor   = "Jo Brandt (on call)"
detail  = "cache-2 is full\nsince 2026-03-14 20:00 as it seems"
[[sample.event]]
time    = "2026-03-14T21:03:00Z"
actor   = "Jo Brandt (on call)"
summary = "restarting it"
[[sample.event]]
actor   = "Ana"
"#,
    );
}

#[test]
fn the_time_of_a_record_is_found_behind_its_first_line() {
    holds(
        r##"[lines]
head = "# At: {time}"
line = "# User: {actor} @ {host}\n{text}"
[find]
"." = "SET stamp={stamp};""##,
        r#"
[time]
at     = ["{stamp}", "{time}"]
format = { stamp = "epoch", time = "iso" }
[[sample]]
input = """
# At: 2026-03-14T21:02:11Z
# User: shop @ db-1
SET stamp=1773522130;
select 1;
# User: shop @ db-1
select 2;
"""
[[sample.event]]
time  = "2026-03-14T21:02:10Z"
actor = "shop"
[[sample.event]]
time  = "2026-03-14T21:02:11Z"
"#,
    );
}
