//! Points in time, as policies write them.

/// Seconds since 1970 and nanoseconds, of a date in one of the forms of ISO 8601 that W3C lists, or of the seconds
/// themselves. Four digits are a year.
/// <https://www.w3.org/TR/NOTE-datetime>
pub(super) fn parse(text: &str) -> Option<(i64, u32)> {
    let text = text.trim();
    if text.len() != 4
        && let Ok(seconds) = text.parse()
    {
        return Some((seconds, 0));
    }
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(date, time)| (date, Some(time)));
    let days = days(date)?;
    let (seconds, nanoseconds) = time.map_or(Some((0, 0)), of_day)?;
    Some((days * 86_400 + seconds, nanoseconds))
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let right = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok())?
}

/// Days since 1970. What is left out is the first.
fn days(date: &str) -> Option<i64> {
    let mut fields = date.split('-');
    let year = digits(fields.next()?, 4)?;
    let month = fields.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = fields.next().map_or(Some(1), |day| digits(day, 2))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if fields.next().is_some() || !(1..=length).contains(&day) {
        return None;
    }
    // Years begin in March here, so that a leap day is the last of its year.
    let shifted = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + of_year - 719_468)
}

/// Seconds of the day in universal time, and nanoseconds. A time without a zone is universal.
fn of_day(time: &str) -> Option<(i64, u32)> {
    let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
        None => (time, 0),
        Some(at) => {
            let (time, zone) = time.split_at(at);
            let offset = match zone.split_at(1) {
                ("Z" | "z", "") => 0,
                ("+", zone) => minutes(zone)?,
                ("-", zone) => -minutes(zone)?,
                _ => return None,
            };
            (time, offset)
        }
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let (clock, seconds) = match time.len() {
        5 => (time, 0),
        8 => (time.get(..5)?, digits(time.get(5..)?.strip_prefix(':')?, 2)?),
        _ => return None,
    };
    let nanoseconds = format!("{fraction:0<9}");
    let nanoseconds = digits(nanoseconds.get(..9)?, 9).and_then(|it| u32::try_from(it).ok())?;
    Some(((minutes(clock)? - offset) * 60 + seconds, nanoseconds))
}

/// The minutes of `hh:mm`.
fn minutes(clock: &str) -> Option<i64> {
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_form_is_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", (0, 0)),
            ("2000-02-29T12:00:00Z", (951_825_600, 0)),
            ("2020-01-01", (1_577_836_800, 0)),
            ("2020-02", (1_580_515_200, 0)),
            ("2020", (1_577_836_800, 0)),
            ("2020-01-01T01:00+01:00", (1_577_836_800, 0)),
            ("2019-12-31T23:30:00-00:30", (1_577_836_800, 0)),
            ("2020-01-01T00:00:00.25Z", (1_577_836_800, 250_000_000)),
            ("1577836800", (1_577_836_800, 0)),
            ("1969-12-31T23:59:59Z", (-1, 0)),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for text in ["", "x", "2019-02-29", "2020-13-01", "2020-01-01T24:00Z", "2020-01-01T1:00Z", "2020-01-01T00:00é"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
