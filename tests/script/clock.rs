//! Times as evidence writes them, in three zones with their rules of 2026, worked out here and not
//! with what is tested. All instants are milliseconds since 1970 UTC.

pub(crate) const SECOND: i64 = 1000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Where a clock hangs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Zone {
    Utc,
    Berlin,
    NewYork,
}

impl Zone {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Berlin => "Europe/Berlin",
            Self::NewYork => "America/New_York",
        }
    }

    /// Hours ahead of UTC. Clocks change on 29 March and 25 October at 01:00 UTC in Berlin, on 8
    /// March at 07:00 and 1 November at 06:00 UTC in New York.
    fn ahead(self, at: i64) -> i64 {
        let summer = |from: i64, to: i64| i64::from(from <= at && at < to);
        match self {
            Self::Utc => 0,
            Self::Berlin => 1 + summer(1_774_746_000_000, 1_792_890_000_000),
            Self::NewYork => -5 + summer(1_772_953_200_000, 1_793_512_800_000),
        }
    }
}

/// A time of the wall.
struct Wall {
    year: i64,
    month: usize,
    day: i64,
    weekday: &'static str,
    clock: String,
    ms: i64,
    ahead: i64,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn wall(at: i64, zone: Zone) -> Wall {
    let ahead = zone.ahead(at);
    let local = at + ahead * HOUR;
    let days = local.div_euclid(24 * HOUR);
    // Days since 1 March of year 0, in eras of 400 years.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days.rem_euclid(7) as usize];
    let (hour, minute, second) = (local / HOUR % 24, local / MINUTE % 60, local / SECOND % 60);
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    Wall { year, month: month as usize, day, weekday, clock, ms: local % SECOND, ahead }
}

/// `Mar 14 21:02:11`
pub(crate) fn syslog(at: i64, zone: Zone) -> String {
    let w = wall(at, zone);
    format!("{} {:2} {}", MONTHS[w.month - 1], w.day, w.clock)
}

/// `2026-03-14T21:02:11.120+01:00`
pub(crate) fn iso(at: i64, zone: Zone) -> String {
    let w = wall(at, zone);
    let sign = if w.ahead < 0 { '-' } else { '+' };
    format!(
        "{}-{:02}-{:02}T{}.{:03}{sign}{:02}:00",
        w.year,
        w.month,
        w.day,
        w.clock,
        w.ms,
        w.ahead.abs()
    )
}

/// `2026-03-14 21:02:11`
pub(crate) fn plain(at: i64, zone: Zone) -> String {
    iso(at, zone)[..19].replace('T', " ")
}

/// `21:02`
pub(crate) fn minute(at: i64, zone: Zone) -> String {
    iso(at, zone)[11..16].to_owned()
}

/// `2026/03/14 21:02:11`
pub(crate) fn nginx(at: i64, zone: Zone) -> String {
    plain(at, zone).replace('-', "/")
}

/// `14/Mar/2026:21:02:11 +0100`
pub(crate) fn access(at: i64, zone: Zone) -> String {
    let w = wall(at, zone);
    format!("{:02}/{}/{}:{} {}", w.day, MONTHS[w.month - 1], w.year, w.clock, offset(&w))
}

fn offset(w: &Wall) -> String {
    let sign = if w.ahead < 0 { '-' } else { '+' };
    format!("{sign}{:02}00", w.ahead.abs())
}

/// `Sat, 14 Mar 2026 21:02:11 +0100`
pub(crate) fn mail(at: i64, zone: Zone) -> String {
    let w = wall(at, zone);
    let (month, offset) = (MONTHS[w.month - 1], offset(&w));
    format!("{}, {:02} {month} {} {} {offset}", w.weekday, w.day, w.year, w.clock)
}

/// `Sat Mar 14 21:02:11 2026`
pub(crate) fn asctime(at: i64, zone: Zone) -> String {
    let w = wall(at, zone);
    format!("{} {} {:2} {} {}", w.weekday, MONTHS[w.month - 1], w.day, w.clock, w.year)
}

/// `14/Mar/26 9:02 PM`
pub(crate) fn jira(at: i64, zone: Zone) -> String {
    let w = wall(at, zone);
    let hour: i64 = w.clock[..2].parse().expect("an hour");
    let half = if hour < 12 { "AM" } else { "PM" };
    let (month, year) = (MONTHS[w.month - 1], w.year % 100);
    format!("{:02}/{month}/{year} {}:{} {half}", w.day, (hour + 11) % 12 + 1, &w.clock[3..5])
}

/// `1773522131.000120`
pub(crate) fn slack(at: i64, n: usize) -> String {
    format!("{}.{:03}{:03}", at / SECOND, at % SECOND, n % 1000)
}
