//! Times as evidence writes them, worked out here and not with what is tested. All instants are
//! milliseconds since 1970 UTC, on 13 to 16 March 2026: no month ends, no clock changes.

/// 2026-03-14T00:00:00Z, a Saturday.
pub(crate) const MIDNIGHT: i64 = 1_773_446_400_000;
pub(crate) const SECOND: i64 = 1000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Day of March, its name, and hour, minute, second and millisecond of an instant in UTC.
fn parts(at: i64) -> (i64, &'static str, i64, i64, i64, i64) {
    let day = (at - MIDNIGHT).div_euclid(24 * HOUR);
    let name = ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"][day.rem_euclid(7) as usize];
    let (hour, minute, second) = (at / HOUR % 24, at / MINUTE % 60, at / SECOND % 60);
    (14 + day, name, hour, minute, second, at % SECOND)
}

/// `Mar 14 21:02:11`
pub(crate) fn syslog(at: i64) -> String {
    let (day, _, hour, minute, second, _) = parts(at);
    format!("Mar {day:2} {hour:02}:{minute:02}:{second:02}")
}

/// `2026-03-14T22:02:11.120000+01:00`
pub(crate) fn rsyslog(at: i64) -> String {
    let (day, _, hour, minute, second, ms) = parts(at + HOUR);
    format!("2026-03-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}000+01:00")
}

/// `2026-03-14 21:02:11,120`
pub(crate) fn app(at: i64) -> String {
    let (day, _, hour, minute, second, ms) = parts(at);
    format!("2026-03-{day:02} {hour:02}:{minute:02}:{second:02},{ms:03}")
}

/// `2026-03-14T21:02:11.120`
pub(crate) fn iso(at: i64) -> String {
    app(at).replace(' ', "T").replace(',', ".")
}

/// `14/Mar/2026:21:02:11 +0000`
pub(crate) fn access(at: i64) -> String {
    let (day, _, hour, minute, second, _) = parts(at);
    format!("{day:02}/Mar/2026:{hour:02}:{minute:02}:{second:02} +0000")
}

/// `Sat, 14 Mar 2026 21:02:11 +0000`
pub(crate) fn mail(at: i64) -> String {
    let (day, name, hour, minute, second, _) = parts(at);
    format!("{name}, {day:02} Mar 2026 {hour:02}:{minute:02}:{second:02} +0000")
}

/// `Sat Mar 14 21:02:11 2026`, with something before the year.
pub(crate) fn asctime(at: i64, before_year: &str) -> String {
    let (day, name, hour, minute, second, _) = parts(at);
    format!("{name} Mar {day:2} {hour:02}:{minute:02}:{second:02} {before_year}2026")
}

/// `14/Mar/26 9:02 PM`
pub(crate) fn jira(at: i64) -> String {
    let (day, _, hour, minute, ..) = parts(at);
    let (half, hour) = (if hour < 12 { "AM" } else { "PM" }, (hour + 11) % 12 + 1);
    format!("{day:02}/Mar/26 {hour}:{minute:02} {half}")
}

/// `1773522131.000120`, as Slack writes it.
pub(crate) fn slack(at: i64) -> String {
    format!("{}.{:06}", at / SECOND, at % SECOND * 1000 + 19)
}
