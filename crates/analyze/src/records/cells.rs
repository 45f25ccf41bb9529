//! What the words of one cell come to: a time, a figure, a point, a precision.
//!
//! A cell is shorter than a sentence and stricter: a date stands in the order that the mapping states, a figure may be a range or
//! a least. Deliberately no century is filled in, no order of day and month guessed, no comma taken for a decimal point; what
//! cannot be read is said, and the words stay.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use witnessmark_model::words::fold;

use super::record::Order;
use crate::time;

/// Words of a cell that are tried as a date; longer ones are prose.
const LONGEST: usize = 120;

const NO_DATE: &str = "it is no date that can be read";

/// When, as an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// Day or time, not before.
    pub earliest: String,
    /// Day or time, not after.
    pub latest: String,
    /// `minute`, `day`, `month`, `year` …
    pub granularity: &'static str,
    /// ISO-TimeML value.
    pub timex: String,
}

/// A zone: a name of the tz database, `Z`, or an offset.
pub fn zone(name: &str) -> Option<TimeZone> {
    if matches!(name, "Z" | "UTC") {
        return Some(TimeZone::UTC);
    }
    if let Some(sign) = name.strip_prefix('+').map(|_| 1).or_else(|| name.strip_prefix('-').map(|_| -1)) {
        let (hours, minutes) = name[1..].split_once(':')?;
        let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
        return jiff::tz::Offset::from_seconds(sign * seconds).ok().map(TimeZone::fixed);
    }
    // The table that is part of the program: the child has no files, and two machines must read one record alike.
    jiff::tz::TimeZoneDatabase::bundled().get(name).ok()
}

/// Reads a date, a date and a time, or a range of them. The error says why not, in one line.
pub fn when(text: &str, order: Option<Order>, in_zone: Option<&str>) -> Result<When, String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err("it is longer than a date".into());
    }
    let words = fold(text);
    for dash in ["~", " – ", " — ", " - ", " to ", " إلى ", " الى "] {
        let end = |text: &str| one(&fold(text.trim()), text.trim(), order, in_zone);
        if let Some((from, until)) = text.split_once(dash)
            && let (Ok(from), Ok(until)) = (end(from), end(until))
        {
            if from.earliest > until.latest {
                return Err("it ends before it begins".into());
            }
            return Ok(When {
                timex: format!("{}/{}", from.timex, until.timex),
                granularity: if from.earliest == until.latest { from.granularity } else { "few_days" },
                earliest: from.earliest,
                latest: until.latest,
            });
        }
    }
    one(&words, text, order, in_zone)
}

/// `words` are the folded `text`: names of months are known by their capitals.
fn one(words: &str, text: &str, order: Option<Order>, in_zone: Option<&str>) -> Result<When, String> {
    let Some((parts, rest)) = numbers(words) else { return in_words(text) };
    let Some(day) = numeric(&parts, order)? else { return in_words(text) };
    let rest = rest.trim_start_matches(['t', ' ', ',']).trim();
    if rest.is_empty() {
        return Ok(day);
    }
    let Day::One(date) = day_of(&day) else { return Err(format!("{rest:?} after it is no time of day")) };
    at_time(date, rest, in_zone)
}

enum Day {
    One(Date),
    More,
}

fn day_of(when: &When) -> Day {
    match when.earliest.parse::<Date>() {
        Ok(date) if when.earliest == when.latest => Day::One(date),
        _ => Day::More,
    }
}

/// A time of day on a day; its zone is the one written, else the mapping's, else none.
pub fn at_time(date: Date, clock: &str, in_zone: Option<&str>) -> Result<When, String> {
    let folded = fold(clock.trim());
    let wrong = || format!("{clock:?} is no time of day");
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let hours = digits(&folded);
    let hour: i8 = folded[..hours].parse().map_err(|_| wrong())?;
    let mut rest = &folded[hours..];
    let part = |rest: &mut &str| -> Option<i8> {
        let after = rest.strip_prefix([':', '.'])?;
        let n = digits(after);
        let value = (n == 2).then(|| after[..2].parse().ok())??;
        *rest = &after[2..];
        Some(value)
    };
    let minute = part(&mut rest).ok_or_else(wrong)?;
    let second = part(&mut rest);
    if second.is_some() && rest.starts_with('.') {
        rest = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let rest = rest.trim();
    let (hour, rest) = match rest.split_whitespace().next() {
        Some("am" | "a.m." | "ص" | "صباحا") => (hour % 12, after_word(rest)),
        Some("pm" | "p.m." | "م" | "مساء") => (hour % 12 + 12, after_word(rest)),
        _ => (hour, rest),
    };
    let named = if rest.is_empty() { in_zone.map(str::to_owned) } else { Some(rest.to_uppercase()) };
    let time = date.at(0, 0, 0, 0).with().hour(hour).minute(minute).second(second.unwrap_or(0)).build();
    let time = time.map_err(|_| wrong())?;
    let at = match named.as_deref().map(|name| zone(name).ok_or_else(wrong)).transpose()? {
        Some(tz) => {
            let zoned = time.to_zoned(tz).map_err(|_| wrong())?;
            format!("{}{}", zoned.datetime(), offset(zoned.offset().seconds()))
        }
        None => time.to_string(),
    };
    Ok(When { earliest: at.clone(), latest: at.clone(), granularity: "minute", timex: at })
}

fn after_word(text: &str) -> &str {
    text.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim())
}

fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

/// Up to three numbers joined by one kind of stroke at the front, and what follows.
fn numbers(words: &str) -> Option<(Vec<&str>, &str)> {
    let mut parts = Vec::new();
    let mut rest = words;
    let mut stroke = None;
    loop {
        let n = rest.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 {
            return None;
        }
        parts.push(&rest[..n]);
        rest = &rest[n..];
        let next = rest.chars().next();
        let joins = matches!(next, Some('/' | '-' | '.')) && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        if parts.len() == 3 || !joins || stroke.is_some_and(|s| Some(s) != next) {
            return Some((parts, rest));
        }
        stroke = next;
        rest = &rest[1..];
    }
}

/// `Ok(None)` = numbers, but no date.
fn numeric(parts: &[&str], order: Option<Order>) -> Result<Option<When>, String> {
    let number = |i: usize| parts[i].parse::<i16>().map_err(|_| "its numbers are too long for a date".to_owned());
    let is_year = |i: usize| parts[i].len() == 4;
    match parts {
        [_] if is_year(0) => period(number(0)?, None).map(Some),
        [_, _] if is_year(0) => period(number(0)?, Some(number(1)?)).map(Some),
        [_, _] if is_year(1) => period(number(1)?, Some(number(0)?)).map(Some),
        [_, _, _] if is_year(0) => date(number(0)?, number(1)?, number(2)?).map(Some),
        [_, _, _] if is_year(2) => {
            let (a, b, year) = (number(0)?, number(1)?, number(2)?);
            match order {
                Some(Order::Dmy) => date(year, b, a).map(Some),
                Some(Order::Mdy) => date(year, a, b).map(Some),
                // Where one of them is no month there is nothing to choose.
                _ if a > 12 => date(year, b, a).map(Some),
                _ if b > 12 || a == b => date(year, a, b).map(Some),
                _ => Err("its day and month could be either: say dates = \"dmy\" or \"mdy\" in the mapping".into()),
            }
        }
        [_, _, _] => Err("its year has no century".into()),
        _ => Ok(None),
    }
}

fn date(year: i16, month: i16, day: i16) -> Result<When, String> {
    let date = i8::try_from(month).ok().zip(i8::try_from(day).ok()).and_then(|(m, d)| Date::new(year, m, d).ok());
    let text = date.ok_or("there is no such day")?.to_string();
    Ok(When { earliest: text.clone(), latest: text.clone(), granularity: "day", timex: text })
}

fn period(year: i16, month: Option<i16>) -> Result<When, String> {
    let first = Date::new(year, month.map_or(1, |m| m as i8), 1).map_err(|_| "there is no such month")?;
    let last = if month.is_some() { first.last_of_month() } else { first.last_of_year() };
    Ok(When {
        earliest: first.to_string(),
        latest: last.to_string(),
        granularity: if month.is_some() { "month" } else { "year" },
        timex: month.map_or(format!("{year:04}"), |m| format!("{year:04}-{m:02}")),
    })
}

/// The grammar of running text, where it reads the whole cell.
fn in_words(words: &str) -> Result<When, String> {
    let found = time::find(words, None);
    let [mention] = found.as_slice() else { return Err(NO_DATE.into()) };
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    match (&mention.earliest, &mention.latest) {
        (Some(earliest), Some(latest)) if letters(&words[mention.range.clone()]) == letters(words) => Ok(When {
            earliest: earliest.clone(),
            latest: latest.clone(),
            granularity: mention.granularity,
            timex: mention.timex.clone(),
        }),
        _ => Err(NO_DATE.into()),
    }
}

/// A figure: at least and at most, each where the words state it.
pub fn figure(text: &str) -> Result<(Option<u64>, Option<u64>), String> {
    let words = fold(text.trim());
    let words = words.trim_end_matches(['.', '؟', '?']).trim();
    let whole = |text: &str| -> Option<u64> {
        let text = text.trim();
        // 1,200 and 1٬200; a comma that parts no thousands is no figure of ours.
        let plain = text.replace(['٬', '\u{a0}', '\u{202f}'], ",");
        let groups: Vec<&str> = plain.split(',').collect();
        let grouped = groups[0].len() <= 3 && groups[1..].iter().all(|g| g.len() == 3);
        let digits = groups.concat();
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        (is_number && (groups.len() == 1 || grouped)).then(|| digits.parse().ok())?
    };
    if let Some(n) = whole(words.strip_suffix(".0").unwrap_or(words)) {
        return Ok((Some(n), Some(n)));
    }
    for dash in ["-", "–", "—", "~", " to ", " الى "] {
        if let Some((low, high)) = words.split_once(dash)
            && let (Some(low), Some(high)) = (whole(low), whole(high))
        {
            return if low <= high { Ok((Some(low), Some(high))) } else { Err("its range runs backwards".into()) };
        }
    }
    let least = ["at least", "minimum", "more than", "over", ">=", "على الاقل", "ما لا يقل عن", "اكثر من"];
    let most = ["at most", "up to", "<=", "على الاكثر", "ما لا يزيد عن"];
    for (words_of, is_least) in [(&least[..], true), (&most[..], false)] {
        for word in words_of {
            let rest = words.strip_prefix(word).or_else(|| words.strip_suffix(word));
            if let Some(n) = rest.and_then(whole) {
                let n = if matches!(*word, "more than" | "over" | "اكثر من") { n.saturating_add(1) } else { n };
                return Ok(if is_least { (Some(n), None) } else { (None, Some(n)) });
            }
        }
    }
    match words.strip_suffix('+').and_then(whole) {
        Some(n) => Ok((Some(n), None)),
        None => Err("it is no figure that can be read".into()),
    }
}

/// Degrees, WGS 84, in decimals.
pub fn degrees(text: &str, most: f64) -> Result<f64, String> {
    let folded = fold(text.trim()).replace('٫', ".");
    let value: f64 =
        folded.trim_end_matches('°').trim().parse().map_err(|_| "it is no number of degrees".to_owned())?;
    if value.is_finite() && value.abs() <= most { Ok(value) } else { Err(format!("it is not within {most} degrees")) }
}

/// `lat|lon`, `lat, lon`, `lat lon`.
pub fn point(text: &str) -> Result<(f64, f64), String> {
    let parts: Vec<&str> = text.split(['|', ',', ';', '،', ' ', '(', ')']).filter(|p| !p.trim().is_empty()).collect();
    match parts.as_slice() {
        [lat, lon] => Ok((degrees(lat, 90.0)?, degrees(lon, 180.0)?)),
        _ => Err("it is not a latitude and a longitude".into()),
    }
}

/// Radius in metres, from a number, a number with its unit, or a precision of the data model.
pub fn precision(text: &str) -> Result<f64, String> {
    let words = fold(text.trim());
    let known = match words.replace(['≤', ' '], "").as_str() {
        "exact" | "10m" => Some(10.0),
        "100m" => Some(100.0),
        "1km" => Some(1_000.0),
        "town" => Some(3_000.0),
        "district" => Some(20_000.0),
        "province" => Some(60_000.0),
        "country" => Some(300_000.0),
        _ => None,
    };
    if let Some(metres) = known {
        return Ok(metres);
    }
    let (number, unit) = words.split_at(words.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(words.len()));
    let factor = match unit.trim() {
        "" | "m" | "metres" | "meters" | "م" | "متر" => 1.0,
        "km" | "كم" => 1_000.0,
        _ => return Err("it is no precision that can be read".into()),
    };
    let metres = number.parse::<f64>().map_err(|_| "it is no precision that can be read".to_owned())? * factor;
    if (1.0..=2e7).contains(&metres) { Ok(metres) } else { Err("it is no radius on the Earth".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str, order: Option<Order>) -> (String, String) {
        let when = when(text, order, None).unwrap_or_else(|e| panic!("{text}: {e}"));
        (when.earliest, when.latest)
    }

    #[test]
    fn dates_stand_in_the_stated_order_and_no_other() {
        let one = |day: &str| (day.to_owned(), day.to_owned());
        assert_eq!(days("٣/٤/٢٠٣١", Some(Order::Dmy)), one("2031-04-03"));
        assert_eq!(days("3/4/2031", Some(Order::Mdy)), one("2031-03-04"));
        assert_eq!(days("13/4/2031", None), one("2031-04-13"));
        assert_eq!(days("2031-04-03", None), one("2031-04-03"));
        assert_eq!(days("11 April 2031", None), one("2031-04-11"));
        assert_eq!(days("١١ نيسان ٢٠٣١", None), one("2031-04-11"));
        assert_eq!(days("2031-04-03~2031-04-05", None), ("2031-04-03".into(), "2031-04-05".into()));
        assert_eq!(days("2031-02", None), ("2031-02-01".into(), "2031-02-28".into()));
        for wrong in
            ["3/4/2031", "3/4/31", "2031-02-30", "spring", "5-3-2031 ~ x", "2031-04-05 - 2031-04-03", "", "1/2"]
        {
            assert!(when(wrong, None, None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_clock_time_has_the_zone_that_is_written_or_stated_or_none() {
        let at = |text: &str, zone: Option<&str>| when(text, Some(Order::Dmy), zone).unwrap().earliest;
        assert_eq!(at("2031-04-03 06:15", Some("Asia/Damascus")), "2031-04-03T06:15:00+03:00");
        assert_eq!(at("3/4/2031 6:15 م", None), "2031-04-03T18:15:00");
        assert_eq!(at("2031-04-03T06:15:09.5Z", Some("Asia/Damascus")), "2031-04-03T06:15:09+00:00");
        assert_eq!(at("2031-04-03T06:15:00-02:30", None), "2031-04-03T06:15:00-02:30");
        assert!(when("2031-04-03 26:15", None, None).is_err());
        assert!(when("2031-04 06:15", None, None).is_err());
    }

    #[test]
    fn figures_are_read_as_stated_and_never_rounded() {
        assert_eq!(figure("٢١"), Ok((Some(21), Some(21))));
        assert_eq!(figure("1,200"), Ok((Some(1200), Some(1200))));
        assert_eq!(figure("3–5"), Ok((Some(3), Some(5))));
        assert_eq!(figure("at least 6"), Ok((Some(6), None)));
        assert_eq!(figure("ما لا يقل عن ٧"), Ok((Some(7), None)));
        assert_eq!(figure("6+"), Ok((Some(6), None)));
        assert_eq!(figure("more than 40"), Ok((Some(41), None)));
        for wrong in ["", "dozens", "1,20", "-3", "5-3", "3.5", "99999999999999999999999"] {
            assert!(figure(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn points_and_precisions() {
        assert_eq!(point("35.5|36.25"), Ok((35.5, 36.25)));
        assert_eq!(point("(35.5, 36.25)"), Ok((35.5, 36.25)));
        assert!(point("95|10").is_err() && point("35,5, 36,2").is_err() && degrees("NaN", 90.0).is_err());
        assert_eq!(precision("≤100 m"), Ok(100.0));
        assert_eq!(precision("2.5 km"), Ok(2500.0));
        assert!(precision("near").is_err() && precision("0").is_err());
    }
}
