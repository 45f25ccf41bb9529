//! The English words of time: units, parts of the day, weekdays, months, seasons, numbers.

use jiff::civil::Weekday;

use super::reading::Part;
use super::units::Unit;

pub(super) fn unit(word: &str) -> Option<(Unit, bool)> {
    Some(match word {
        "second" => (Unit::Second, false),
        "seconds" => (Unit::Second, true),
        "minute" | "min" => (Unit::Minute, false),
        "minutes" | "mins" => (Unit::Minute, true),
        "hour" => (Unit::Hour, false),
        "hours" | "hrs" => (Unit::Hour, true),
        "day" | "night" => (Unit::Day, false),
        "days" | "nights" => (Unit::Day, true),
        "week" => (Unit::Week, false),
        "weeks" => (Unit::Week, true),
        "month" => (Unit::Month, false),
        "months" => (Unit::Month, true),
        "year" => (Unit::Year, false),
        "years" => (Unit::Year, true),
        "decade" => (Unit::Decade, false),
        "decades" => (Unit::Decade, true),
        "century" => (Unit::Century, false),
        "centuries" => (Unit::Century, true),
        _ => return None,
    })
}

pub(super) fn part_of_day(word: &str) -> Option<Part> {
    Some(match word {
        "morning" | "dawn" | "sunrise" | "daybreak" => Part::Morning,
        "noon" | "midday" => Part::Midday,
        "afternoon" => Part::Afternoon,
        "evening" | "dusk" | "sunset" => Part::Evening,
        "night" | "midnight" => Part::Night,
        _ => return None,
    })
}

/// The weekday, and whether the word is a short form.
pub(super) fn weekday(word: &str) -> Option<(Weekday, bool)> {
    Some(match word {
        "monday" => (Weekday::Monday, false),
        "tuesday" => (Weekday::Tuesday, false),
        "wednesday" => (Weekday::Wednesday, false),
        "thursday" => (Weekday::Thursday, false),
        "friday" => (Weekday::Friday, false),
        "saturday" => (Weekday::Saturday, false),
        "sunday" => (Weekday::Sunday, false),
        "mon" => (Weekday::Monday, true),
        "tue" | "tues" => (Weekday::Tuesday, true),
        "wed" => (Weekday::Wednesday, true),
        "thu" | "thur" | "thurs" => (Weekday::Thursday, true),
        "fri" => (Weekday::Friday, true),
        "sat" => (Weekday::Saturday, true),
        "sun" => (Weekday::Sunday, true),
        _ => return None,
    })
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) fn month(word: &str) -> Option<i8> {
    let index = MONTHS.iter().position(|name| {
        *name == word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && *name == "september")
    })?;
    i8::try_from(index + 1).ok()
}

pub(super) fn is_short_month(word: &str) -> bool {
    word.len() <= 4 && word != "may" && word != "june" && word != "july"
}

pub(super) fn season(word: &str) -> Option<&'static str> {
    Some(match word {
        "spring" => "SP",
        "summer" => "SU",
        "autumn" | "fall" => "FA",
        "winter" => "WI",
        _ => return None,
    })
}

/// Can an expression of time begin with this word? Most words are none that can, and are not put to every reader.
pub(super) fn opens(word: &str) -> bool {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) || word.len() <= 3 {
        return true;
    }
    let plural = |word: &str| word.strip_suffix('s').is_some_and(|stem| weekday(stem).is_some());
    OPENING.binary_search(&word).is_ok()
        || unit(word).is_some()
        || part_of_day(word).is_some()
        || weekday(word).is_some()
        || month(word).is_some()
        || season(word).is_some()
        || cardinal(word).is_some()
        || ordinal(word).is_some()
        || plural(word)
}

/// Words of more than three letters that open an expression and are no unit, part of the day, day, month, season or number;
/// sorted.
const OPENING: &[&str] = &[
    "about",
    "almost",
    "annual",
    "annually",
    "another",
    "approximately",
    "around",
    "ashura",
    "beginning",
    "between",
    "boxing",
    "calendar",
    "christmas",
    "closing",
    "coming",
    "couple",
    "current",
    "currently",
    "daily",
    "daylong",
    "days",
    "each",
    "earlier",
    "early",
    "easter",
    "eighties",
    "entire",
    "every",
    "fewer",
    "fifties",
    "final",
    "financial",
    "fiscal",
    "following",
    "forties",
    "from",
    "full",
    "good",
    "half",
    "halloween",
    "hourly",
    "just",
    "last",
    "late",
    "lately",
    "later",
    "less",
    "long",
    "longer",
    "many",
    "middle",
    "moment",
    "monthlong",
    "monthly",
    "more",
    "nearly",
    "next",
    "nightfall",
    "nightly",
    "nineties",
    "nowadays",
    "once",
    "opening",
    "over",
    "overnight",
    "palm",
    "past",
    "preceding",
    "predawn",
    "present",
    "presently",
    "previous",
    "previously",
    "prior",
    "quarterly",
    "ramadan",
    "recent",
    "recently",
    "right",
    "roughly",
    "seventies",
    "several",
    "sixties",
    "small",
    "some",
    "soon",
    "start",
    "thanksgiving",
    "that",
    "then",
    "these",
    "thirties",
    "this",
    "thrice",
    "time",
    "today",
    "tomorrow",
    "tonight",
    "twenties",
    "twice",
    "upcoming",
    "valentine",
    "weekends",
    "weeklong",
    "weekly",
    "well",
    "whole",
    "yearlong",
    "yearly",
    "yesterday",
];

const SMALL: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
const TENS: [(&str, u32); 7] =
    [("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90)];
const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

pub(super) fn cardinal(word: &str) -> Option<u32> {
    if let Some(index) = SMALL.iter().position(|name| *name == word) {
        return u32::try_from(index).ok().filter(|value| *value > 0);
    }
    TENS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

pub(super) fn ordinal(word: &str) -> Option<u32> {
    let index = ORDINALS.iter().position(|name| *name == word)?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_open_are_sorted_and_hold_those_of_the_cases() {
        assert!(OPENING.is_sorted());
        for line in include_str!("english_cases.txt").lines().filter(|line| !line.starts_with('#')) {
            for words in line.split('[').skip(1) {
                let first = words.split([' ', '-', '=', '.', ',']).next().unwrap_or_default().to_lowercase();
                assert!(opens(&first), "{first}");
            }
        }
    }
}
