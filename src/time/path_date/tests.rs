use super::{day, hint};
use crate::time::policy::PathDate;

fn shown(date: Option<PathDate>) -> String {
    match date {
        None => String::new(),
        Some(PathDate { year, day: None }) => year.to_string(),
        Some(PathDate { year, day: Some((month, day)) }) => format!("{year}-{month:02}-{day:02}"),
    }
}

#[test]
fn a_path_tells_a_date() {
    let cases = [
        // path, for records without a year, for records with a clock alone
        ("2016-06-01.log", "2016-06-01", "2016-06-01"),
        ("#ops_20160601.log", "2016-06-01", "2016-06-01"),
        ("messages-20160601.gz", "2016-06-01", "2016-06-01"),
        ("app.2016_06_01.log", "2016-06-01", "2016-06-01"),
        ("app_2016.06.01_10.30.log", "2016-06-01", "2016-06-01"),
        ("app-20160601-103000.log", "2016-06-01", "2016-06-01"),
        ("logs/2013/01/02/app.log", "2013-01-02", "2013-01-02"),
        ("logs/2013/01/02.log", "2013", "2013-01-02"),
        ("logs/2013-01-02/app.log", "2013-01-02", "2013-01-02"),
        // A folder that is named after more than its day may say when it was gathered.
        ("evidence-2013-01-02/app.log", "2013-01-02", ""),
        ("2013-01-02/2013-01-03.log", "2013-01-03", "2013-01-03"),
        ("2013/app.log", "2013", ""),
        ("2013/2014-02-03/app.log", "2014-02-03", "2014-02-03"),
        // From one day to another: the log may begin on either.
        ("app_2016-06-01_2016-06-07.log", "2016-06-07", ""),
        ("2016-06-01/app_2016-06-01_20160601.log", "2016-06-01", "2016-06-01"),
        // No dates.
        ("20160601103000.log", "", ""),
        ("1234-20160601234.log", "", ""),
        ("2016-06-011.log", "", ""),
        ("2016-06_01.log", "", ""),
        ("20161301.log", "", ""),
        ("20160230.log", "", ""),
        ("19000101.log", "", ""),
        ("server-2019/app.log", "", ""),
        ("2019.log", "", ""),
        ("é20160601ü.log", "2016-06-01", "2016-06-01"),
        ("", "", ""),
    ];
    for (path, year, clock) in cases {
        assert_eq!(shown(hint(path)), year, "hint of {path}");
        assert_eq!(shown(day(path)), clock, "day of {path}");
    }
}
