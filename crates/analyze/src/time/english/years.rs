//! Years and parts of years in other dress: short years, fiscal years, lettered quarters, the year's end, decades in words.
//!
//! “’82”, “the summer of ’69”, “the nineties”, “fiscal 2012”, “the year 1902”, “FY2012”, “Q3 2012”, “year-end”, “70 BC”,
//! “2004-05”. A century that is not stated is taken from publication (the latest such year not after it), and without
//! publication deliberately from nothing.

use super::*;

/// Decades as words.
const DECADES: [(&str, i16); 8] = [
    ("twenties", 20),
    ("thirties", 30),
    ("forties", 40),
    ("fifties", 50),
    ("sixties", 60),
    ("seventies", 70),
    ("eighties", 80),
    ("nineties", 90),
];

/// Words before “’82” that make it a year, and not the end of something quoted.
const BEFORE_SHORT: &[&str] = &[
    "since", "of", "in", "from", "until", "till", "by", "before", "after", "to", "and", "late", "early", "mid", "the",
    "back", "or",
];

impl Grammar<'_> {
    /// `'82` at `at`: where it ends, and the latest such year not after publication.
    pub(super) fn two_digits(&self, at: usize) -> Option<(usize, i16)> {
        if !self.is(at, &["'", "’", "‘", "`"]) {
            return None;
        }
        let digits = self.tokens.get(at + 1).filter(|token| !token.spaced && token.word.len() == 2)?;
        let year = self.in_century(i16::try_from(digits.number()?).ok()?)?;
        let glued =
            self.tokens.get(at + 2).is_some_and(|next| !next.spaced && matches!(next.word.as_str(), "%" | "s" | ":"));
        (!glued).then_some((at + 2, year))
    }

    /// The latest year with these last two digits that is not after publication.
    fn in_century(&self, short: i16) -> Option<i16> {
        let now = self.anchor?.year();
        let year = now - now.rem_euclid(100) + short;
        Some(if year > now { year - 100 } else { year })
    }

    /// `'82`, `the '80s`, `the nineties`, `the 90s`.
    pub(super) fn short_year(&self, at: usize) -> Option<(usize, Reading)> {
        let (from, _) = self.stretch(self.skip(at, &["the"]));
        if let Some((end, first)) = self.short_decade(from, from > at) {
            let days = first.and_then(|first| Days::whole_year(first)?.to(Days::whole_year(first + 9)?));
            let value = first.map_or_else(|| Unit::Decade.unknown().to_owned(), |first| format!("{:03}", first / 10));
            return Some((end, Reading::new("date", "decade", value).with(days, Basis::Relative)));
        }
        let opens = self.tokens.get(at).is_some_and(|token| token.spaced) && BEFORE_SHORT.contains(&self.before(at));
        let (end, year) = self.two_digits(at).filter(|_| opens)?;
        let reading = Reading::new("date", "year", format!("{year:04}"));
        Some((end, reading.with(Days::whole_year(year), Basis::Relative)))
    }

    /// A decade of no stated century: where it ends, and its first year where publication tells the century.
    fn short_decade(&self, at: usize, led: bool) -> Option<(usize, Option<i16>)> {
        let named = DECADES.iter().find(|(name, _)| *name == self.word(at));
        if let Some((_, short)) = named.filter(|_| led && !matches!(self.before(at), "his" | "her" | "their")) {
            return Some((at + 1, self.in_century(*short)));
        }
        let mark = self.skip(at, &["'", "’", "‘", "`"]);
        let digits = self.tokens.get(mark).filter(|token| token.word.len() == 2 && (mark == at || !token.spaced))?;
        let short = i16::try_from(digits.number()?).ok().filter(|short| short % 10 == 0)?;
        let tail = self.skip(mark + 1, &["'", "’"]);
        let plural = self.tokens.get(tail).is_some_and(|token| token.word == "s" && !token.spaced);
        (plural && (led || mark > at)).then(|| (tail + 1, self.in_century(short)))
    }

    /// `the year 1902`, `fiscal 2012`, `fiscal year 2012`, `the 2012 fiscal year`, `FY2012`, `70 BC`, `AD 79`, `2004-05`.
    pub(super) fn named_year(&self, at: usize) -> Option<(usize, Reading)> {
        let whole = |end: usize, year: i16| {
            let reading = Reading::new("date", "year", format!("{year:04}"));
            Some((end, reading.with(Days::whole_year(year), Basis::Stated)))
        };
        if let Some(found) = self.era(at).or_else(|| self.split_year(at)) {
            return Some(found);
        }
        let from = self.skip(at, &["the"]);
        let year = |at: usize| self.tokens.get(at).and_then(numeric::year);
        match (self.word(from), self.word(from + 1)) {
            ("year", _) => whole(from + 2, year(from + 1)?),
            ("fiscal", "year") => whole(from + 3, year(from + 2)?),
            ("fiscal" | "calendar" | "financial", _) if year(from + 1).is_some() => whole(from + 2, year(from + 1)?),
            ("financial" | "calendar", "year") => whole(from + 3, year(from + 2)?),
            ("fy", _) => whole(from + 2, year(from + 1)?),
            (_, "fiscal" | "financial" | "calendar") if self.is(from + 2, &["year"]) => whole(from + 3, year(from)?),
            _ => None,
        }
    }

    /// `300 BC`, `70 B.C.`, `AD 79`.
    fn era(&self, at: usize) -> Option<(usize, Reading)> {
        let number = |at: usize| self.tokens.get(at).and_then(Token::number).filter(|year| (1..=9999).contains(year));
        let capital = |at: usize| self.tokens.get(at).is_some_and(|token| token.capital);
        if self.is(at, &["ad"]) && capital(at) {
            let year = i16::try_from(number(at + 1)?).ok()?;
            let reading = Reading::new("date", "year", format!("{year:04}"));
            return Some((at + 2, reading.with(Days::whole_year(year), Basis::Stated)));
        }
        let year = number(at)?;
        let end = match self.word(at + 1) {
            "bc" | "bce" if capital(at + 1) => at + 2,
            "b" if capital(at + 1) && self.is(at + 2, &["."]) && self.is(at + 3, &["c"]) => at + 4,
            _ => return None,
        };
        Some((end, Reading::new("date", "year", format!("BC{year:04}")).stated()))
    }

    /// `2004-05`, `1914–18`: the second written short, and after the first.
    fn split_year(&self, at: usize) -> Option<(usize, Reading)> {
        let first = self.tokens.get(at).and_then(numeric::year)?;
        let tail = self.tokens.get(at + 2).filter(|token| !token.spaced && token.word.len() == 2)?;
        if !self.is(at + 1, &["-", "–", "/"]) || self.tokens[at + 1].spaced {
            return None;
        }
        let last = first - first.rem_euclid(100) + i16::try_from(tail.number()?).ok()?;
        let glued = self
            .tokens
            .get(at + 3)
            .is_some_and(|next| !next.spaced && (next.number().is_some() || self.is(at + 3, &["-", "/"])));
        // “2011-08” of a month is written with months up to 12; a season's years follow each other.
        let meant = last > first && (last - first == 1 || last.rem_euclid(100) > 12);
        let days = Days::whole_year(first)?.to(Days::whole_year(last)?)?;
        (meant && !glued).then(|| {
            let reading = Reading::new("duration", "year", format!("{first:04}/{last:04}"));
            (at + 3, reading.with(Some(days), Basis::Stated))
        })
    }

    /// `Q3`, `Q3 2012`, `H1 of 2012`.
    pub(super) fn lettered_quarter(&self, at: usize) -> Option<(usize, Reading)> {
        let parts: u32 = match self.word(at) {
            "q" => 4,
            "h" => 2,
            _ => return None,
        };
        let number = self.tokens.get(at + 1).filter(|token| !token.spaced && token.word.len() == 1)?.number()?;
        if !self.tokens[at].capital || !(1..=parts).contains(&number) {
            return None;
        }
        let year_at = self.skip(self.skip(at + 2, &["of", ","]), &["fiscal"]);
        let stated = self.tokens.get(year_at).and_then(numeric::year);
        // “H1” alone is many things.
        if stated.is_none() && parts == 2 {
            return None;
        }
        let year = stated.or_else(|| self.year_of_part(at, number, parts));
        let days = year.and_then(|year| {
            let months = i8::try_from(12 / parts).ok()?;
            let last = months * i8::try_from(number).ok()?;
            Days::whole_month(year, last - months + 1)?.to(Days::whole_month(year, last)?)
        });
        let basis = if stated.is_some() { Basis::Stated } else { Basis::Relative };
        let letter = if parts == 4 { "Q" } else { "H" };
        let value = format!("{}-{letter}{number}", year.map_or("XXXX".to_owned(), |year| format!("{year:04}")));
        let end = if stated.is_some() { year_at + 1 } else { at + 2 };
        Some((end, Reading::new("date", "month", value).with(days, basis)))
    }

    /// `year-end`, `the year end`, `year-end 2012`, `end-March`, `end of 2012` is read elsewhere.
    pub(super) fn year_end(&self, at: usize) -> Option<(usize, Reading)> {
        if self.is(at, &["end"]) && self.is(at + 1, &["-"]) && !self.tokens[at + 1].spaced {
            let (end, stated) =
                self.day_month_year(at + 2).filter(|(_, stated)| stated.month.is_some() && stated.day.is_none())?;
            return Some((
                end,
                Stated { stretch: Some(Stretch::Late), ..stated }.read(self.anchor, self.direction(at)),
            ));
        }
        let from = self.skip(at, &["the"]);
        let end_at = self.skip(from + 1, &["-"]);
        if !self.is(from, &["year"]) || !self.is(end_at, &["end"]) || self.is(end_at + 1, &["up"]) {
            return None;
        }
        let stated = self.tokens.get(end_at + 1).and_then(numeric::year);
        let end = end_at + 1 + usize::from(stated.is_some());
        let basis = if stated.is_some() { Basis::Stated } else { Basis::Relative };
        let year = stated.or(self.anchor.map(Date::year));
        let value = year.map_or(Unit::Year.unknown().to_owned(), |year| format!("{year:04}"));
        Some((end, Reading::new("date", "year", value).with(year.and_then(Days::whole_year), basis)))
    }
}
