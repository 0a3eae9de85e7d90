//! From the text of a format to its steps.

use super::{Count, FormatError, Kind, Step};

/// Compiles one format.
pub(super) fn kind(format: &str) -> Result<Kind, FormatError> {
    Ok(match format {
        "iso" => Kind::Iso,
        "epoch" => Kind::Epoch,
        "mail" => Kind::Mail,
        _ => match Count::named(format) {
            Some(count) => Kind::Count(count),
            None => Kind::Steps(steps(format)?),
        },
    })
}

fn steps(format: &str) -> Result<Vec<Step>, FormatError> {
    let mut reader = Reader { format, at: 0, steps: Vec::new(), open: Vec::new() };
    while let Some(byte) = reader.next() {
        reader.step(byte)?;
    }
    if let Some((at, _)) = reader.open.pop() {
        return Err(reader.error(at, "`[` without `]`"));
    }
    let mut steps = reader.steps;
    join_neighbours(&mut steps);
    complete(format, &steps)?;
    Ok(steps)
}

struct Reader<'f> {
    format: &'f str,
    at: usize,
    steps: Vec<Step>,
    /// Optional parts that are not closed: byte of the `[`, place of its step.
    open: Vec<(usize, usize)>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.format.as_bytes().get(self.at)?;
        self.at += 1;
        Some(*byte)
    }

    fn error(&self, at: usize, reason: &str) -> FormatError {
        FormatError { format: self.format.to_owned(), at, reason: reason.to_owned() }
    }

    fn step(&mut self, byte: u8) -> Result<(), FormatError> {
        let at = self.at - 1;
        match byte {
            b'%' => {
                let step = self.directive(at)?;
                self.steps.push(step);
            }
            b' ' => {
                if self.steps.last() != Some(&Step::Blanks) {
                    self.steps.push(Step::Blanks);
                }
            }
            b'[' => {
                self.open.push((at, self.steps.len()));
                self.steps.push(Step::Maybe(0));
            }
            b']' => {
                let Some((_, place)) = self.open.pop() else {
                    return Err(self.error(at, "`]` without `[`"));
                };
                let len = self.steps.len() - place - 1;
                let Some(len) = u8::try_from(len).ok().filter(|len| *len > 0) else {
                    return Err(self.error(at, "an empty or very long optional part"));
                };
                self.steps[place] = Step::Maybe(len);
            }
            literal => self.steps.push(Step::Literal(literal)),
        }
        Ok(())
    }

    fn directive(&mut self, at: usize) -> Result<Step, FormatError> {
        let step = match self.format.as_bytes()[self.at..] {
            [b'-', b'M', ..] => Step::BareMinute,
            [b'-', b'S', ..] => Step::BareSecond,
            [b'9', b'f', ..] => Step::Nanos,
            _ => return self.letter(at),
        };
        self.at += 2;
        Ok(step)
    }

    fn letter(&mut self, at: usize) -> Result<Step, FormatError> {
        Ok(match self.next() {
            Some(b'Y') => Step::Year,
            Some(b'y') => Step::ShortYear { alone: true },
            Some(b'm') => Step::Month,
            Some(b'd' | b'e') => Step::Day,
            Some(b'b' | b'B') => Step::MonthName,
            Some(b'a' | b'A') => Step::WeekdayName,
            Some(b'H') => Step::Hour,
            Some(b'I') => Step::HalfHour,
            Some(b'E') => Step::DayWord,
            Some(b'M') => Step::Minute,
            Some(b'S') => Step::Second,
            Some(b'f') => Step::Fraction,
            Some(b'p') => Step::Meridiem,
            Some(b'z') => Step::Offset,
            Some(b'Z') => Step::Zone,
            Some(b'j') => Step::DayOfYear,
            Some(b's') => Step::Epoch,
            Some(literal @ (b'%' | b'[' | b']')) => Step::Literal(literal),
            _ => {
                let known = "%Y %y %m %d %e %b %B %a %A %E %H %I %M %-M %S %-S %f %9f %p %z %Z %j %s \
                             are known";
                return Err(self.error(at, known));
            }
        })
    }
}

/// Some steps depend on their neighbours: a point before a fraction may also be a comma, what stands
/// behind a colon is no fraction but a count, and two digits of a year are not four where more
/// digits follow.
fn join_neighbours(steps: &mut [Step]) {
    if steps.contains(&Step::Meridiem) {
        let hours = steps.iter_mut().filter(|step| **step == Step::HalfHour);
        hours.for_each(|step| *step = Step::Hour);
    }
    for place in 1..steps.len() {
        let (before, here) = (steps[place - 1], steps[place]);
        let fraction = matches!(here, Step::Fraction | Step::Nanos);
        if fraction && matches!(before, Step::Literal(b'.' | b',')) {
            steps[place - 1] = Step::Point;
        }
        if here == Step::Fraction && before == Step::Literal(b':') {
            steps[place] = Step::Millis;
        }
        if before == (Step::ShortYear { alone: true }) && here.is_digits() {
            steps[place - 1] = Step::ShortYear { alone: false };
        }
    }
}

/// A format must tell a day or a time of day.
fn complete(format: &str, steps: &[Step]) -> Result<(), FormatError> {
    let has = |wanted: Step| steps.contains(&wanted);
    let month = has(Step::Month) || has(Step::MonthName);
    let hour = has(Step::Hour) || has(Step::HalfHour);
    let minute = has(Step::Minute) || has(Step::BareMinute);
    let second = has(Step::Second) || has(Step::BareSecond);
    let day = (month && has(Step::Day)) || has(Step::DayOfYear);
    let day = day || has(Step::DayWord);
    let half_a_day = !day && (month || has(Step::Day));
    let reason = if half_a_day {
        "a day needs a month, and a month a day"
    } else if has(Step::Meridiem) && !hour {
        "%p without an hour"
    } else if minute && !hour || second && !minute {
        "minutes need an hour, and seconds minutes"
    } else if !day && !hour && !has(Step::Epoch) {
        "neither a day nor a time of day"
    } else {
        return Ok(());
    };
    Err(FormatError { format: format.to_owned(), at: 0, reason: reason.to_owned() })
}
