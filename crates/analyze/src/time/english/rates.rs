//! What is said per unit of time, hours of a night, parts of a day alone, counted parts of a year, and what is now.
//!
//! “5 percent a year”, “three times a week”, “the early hours of Sunday”, “in the morning”, “the first nine months of 2012”, “the
//! week of March 4”. Deliberately makes no rate of “a day” that no number stands before.

use super::*;

/// How far before “a year” the number may stand that makes it a rate, in words.
const RATE_REACH: usize = 5;

impl Grammar<'_> {
    /// `5 percent a year`, `$20 an hour`, `three times a week`, `the first nine months of 2012`, `the week of March 4`.
    pub(super) fn rate(&self, at: usize) -> Option<(usize, Reading)> {
        if let Some(found) = self.first_of_period(at).or_else(|| self.week_of(at)).or_else(|| self.listed_day(at)) {
            return Some(found);
        }
        if self.is(at + 1, &["times"])
            && self.is(at + 2, &["a", "an", "each", "every", "per"])
            && let Some((_, Count::Exactly(_))) = self.quantity(at)
        {
            let (unit, _) = unit(self.word(at + 3))?;
            return Some((at + 4, Reading::new("set", unit.granularity(), unit.timex(Count::Exactly(1))).stated()));
        }
        if !self.is(at, &["a", "an"]) {
            return None;
        }
        let (unit, plural) = unit(self.word(at + 1))?;
        const CARRIES_ON: &[&str] = &[
            "ago", "later", "earlier", "before", "after", "and", "from", "-", "long", "old", "into", "in", "of",
            "when", "that", "prior", "without",
        ];
        if plural || self.is(at + 1, &["second", "night"]) || self.is(at + 2, CARRIES_ON) {
            return None;
        }
        const NO_RATE: &[&str] = &[
            "for", "in", "within", "than", "after", "over", "about", "almost", "nearly", "once", "twice", "of", "by",
            "took", "lasted", "is", "was", "had", "such", "what", "quite", "on", "to", "spent", "at", "as", "until",
            "and", "or",
        ];
        let behind = &self.tokens[at.saturating_sub(RATE_REACH)..at];
        let last = behind.last()?;
        let counted = behind
            .iter()
            .rev()
            .take_while(|token| !matches!(token.word.as_str(), "." | ";" | ":" | "(" | ")" | "for" | "in" | "within"))
            .any(|token| {
                token.number().is_some()
                    || cardinal(&token.word).is_some()
                    || matches!(token.word.as_str(), "%" | "million" | "billion")
            });
        let rate = counted
            && !NO_RATE.contains(&last.word.as_str())
            && last.word.chars().all(|c| c.is_alphanumeric() || c == '%');
        rate.then(|| (at + 2, Reading::new("set", unit.granularity(), unit.timex(Count::Exactly(1))).stated()))
    }

    /// The `5` of “5 and 6 October”, the `4` of “March 3 and 4”: a day that has its month from its neighbour.
    fn listed_day(&self, at: usize) -> Option<(usize, Reading)> {
        let (end, day) = self.day_of_month(at)?;
        let listed = |at: usize| self.is(at, &["and", "or"]);
        let neighbour = if listed(end) && !self.is(end + 1, &["the"]) {
            let (_, stated) = self.day_month_year(end + 1)?;
            self.tokens[end + 1].number()?;
            stated
        } else if at >= 3 && listed(at - 1) {
            // The month may stand before a day with or without its ending.
            let suffix = matches!(self.word(at - 2), "st" | "nd" | "rd" | "th");
            let month_at = (at - 2).checked_sub(1 + usize::from(suffix))?;
            let (day_end, _) = self.day_of_month(month_at + 1).filter(|(after, _)| *after == at - 1)?;
            let counts = self.tokens.get(end).is_some_and(|next| {
                next.spaced && next.word.chars().all(char::is_alphabetic) && next.word.ends_with('s')
            });
            let month = self.month(month_at).filter(|_| day_end == at - 1 && !counts)?;
            Stated { month: Some(month), year: self.year_after(end).1, ..Stated::default() }
        } else {
            return None;
        };
        let behind = at >= 3 && listed(at - 1) && neighbour.day.is_none();
        let end = if behind { self.year_after(end).0 } else { end };
        neighbour.month?;
        let stated = Stated { day: Some(day), month: neighbour.month, year: neighbour.year, ..Stated::default() };
        Some((end, stated.read(self.anchor, self.direction(at))))
    }

    /// `the first nine months of 2012`, `the last two weeks of March`: a length; which of the year is in the words.
    fn first_of_period(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["the"]);
        if !self.is(from, &["first", "last", "final", "opening", "closing"]) {
            return None;
        }
        let (unit_at, Count::Exactly(count)) = self.quantity(from + 1)? else { return None };
        let (unit, plural) = unit(self.word(unit_at))?;
        if !plural || !self.is(unit_at + 1, &["of"]) || self.is(from + 1, &["a"]) {
            return None;
        }
        let length = |end: usize| {
            Some((end, Reading::new("duration", unit.granularity(), unit.timex(Count::Exactly(count))).stated()))
        };
        if let Some((end, _)) = self.unit_offset(unit_at + 2).filter(|(_, inner)| inner.kind == "date") {
            return length(end);
        }
        if self.is(unit_at + 2, &["the"]) && self.is(unit_at + 3, &["year", "month", "week"]) {
            return length(unit_at + 4);
        }
        let (end, stated) = self.day_month_year(unit_at + 2).filter(|(_, stated)| stated.day.is_none())?;
        if stated.month.is_some() || stated.year.is_some() { length(end) } else { None }
    }

    /// `the week of March 4`, `the month of May`.
    fn week_of(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["the"]);
        if from == at || !self.is(from, &["week", "month"]) || !self.is(from + 1, &["of"]) {
            return None;
        }
        let (end, stated) = self.day_month_year(from + 2).filter(|(_, stated)| stated.month.is_some())?;
        let reading = stated.read(self.anchor, self.direction(at));
        if self.is(from, &["month"]) {
            return stated.day.is_none().then_some((end, reading));
        }
        let day = reading.days.filter(|days| days.first == days.last);
        stated.day?;
        let (days, value) = day.and_then(|days| Unit::Week.around(days.first)).unzip();
        let value = value.unwrap_or_else(|| Unit::Week.unknown().to_owned());
        Some((end, Reading::new("date", "week", value).with(days, reading.basis)))
    }

    /// `the early hours of Sunday`, `the early morning hours of 3 March`, `the small hours of Monday morning`.
    pub(super) fn early_hours(&self, at: usize) -> Option<(usize, Reading)> {
        let from = self.skip(at, &["the"]);
        let (after, part) = match self.word(from) {
            "early" | "small" | "wee" | "predawn" => {
                let hours = self.skip(from + 1, &["morning"]);
                (hours, Part::Morning)
            }
            word => (from + 1, part_of_day(word).filter(|_| from > at)?),
        };
        if !self.is(after, &["hours"]) || !self.is(after + 1, &["of", "on"]) {
            return None;
        }
        let date_at = self.skip(after + 2, &["the"]);
        if self.is(date_at, &["today", "yesterday"]) {
            let offset = if self.is(date_at, &["today"]) { 0 } else { -1 };
            let day = self.anchor.and_then(|anchor| plus(anchor, offset));
            let value = day.map_or("XXXX-XX-XX".to_owned(), |day| day.to_string());
            let stated = Stated { part: Some(part), ..Stated::default() };
            return Some((date_at + 1, stated.finish(day.map(Days::one), Basis::Relative, value, "day")));
        }
        let (end, stated) = self.weekday_first(date_at).or_else(|| self.day_month_year(date_at))?;
        let part = stated.part.unwrap_or(part);
        stated.has_day().then(|| (end, Stated { part: Some(part), ..stated }.read(self.anchor, self.direction(at))))
    }

    /// `in the morning`, `at dawn`, `at night`: a part of the day told last, or of publication's.
    pub(super) fn part_alone(&self, at: usize) -> Option<(usize, Reading)> {
        let from = match (self.before(at), self.word(at)) {
            ("in" | "during" | "by" | "until" | "through" | "since", "the") => at + 1,
            (
                "at" | "before" | "after" | "by" | "until" | "around" | "since",
                "dawn" | "dusk" | "night" | "sunset" | "sunrise" | "daybreak" | "nightfall",
            ) => at,
            ("by" | "until" | "since" | "around", "midday") => at,
            (_, "mid") if self.is(at + 1, &["-"]) && self.is(at + 2, &["morning", "afternoon"]) => at + 2,
            _ => return None,
        };
        let from = if from > at { self.skip(from, &["early", "late"]) } else { from };
        let part = part_of_day(self.word(from))
            .filter(|_| !self.is(from + 1, &["-", "of", "when", "hours", "sky", "prayer", "prayers"]))?;
        Some((from + 1, Stated { part: Some(part), ..Stated::default() }.time_alone().leaving(Open::Part(part))))
    }

    /// Whether “present”, “moment”, “this time” after “at” means now; `noun` is where the noun stands.
    pub(super) fn pointed_at_now(&self, at: usize, noun: usize) -> bool {
        let after_at = matches!(self.before(at), "at" | "for");
        let now = if noun > at { self.is(noun, &["moment"]) } else { self.is(noun, &["present"]) };
        after_at && now && !self.is(noun + 1, &["of", "when", "that"])
    }

    /// “Was once a school”, “the once busy port”: long ago, and not “once more” or “once they had left”.
    pub(super) fn once_upon(&self, at: usize) -> bool {
        let told = matches!(self.before(at), "was" | "were" | "had" | "who" | "which" | "that");
        told && !self.is(at + 1, &["a", "again", "more", "every", "the", "they", "he", "she", "it", "and", "in", "per"])
            || matches!(self.before(at), "was" | "were") && self.is(at + 1, &["a", "the"])
    }
}
