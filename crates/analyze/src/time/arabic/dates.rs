//! Arabic calendar dates, times of day, and ranges of either.
//!
//! Deliberately reads no words that count from publication: those are in `relative`.

use super::Grammar;
use crate::time::arabic_words::{ORDINALS, month_name, ordinal_tens, part_of_day, stretch, weekday};
use crate::time::calendar::plus;
use crate::time::numeric;
use crate::time::reading::{Basis, Clock, Direction, Part, Reading, Stated};

impl Grammar<'_> {
    /// `الجمعة 29 آذار/مارس 2019`, `يوم الخميس الماضي`, `مساء 5 نيسان`, `عام 2019`, `الساعة 5 مساء`.
    pub(super) fn calendar(&self, at: usize) -> Option<(usize, Reading)> {
        let mut from = at;
        let mut stated = Stated::default();
        if let Some((end, clock)) = self.clock(from) {
            stated.clock = Some(clock);
            from = self.skip(self.skip(end, &["من"]), &["في"]);
        }
        if let Some(part) = part_of_day(self.bare(from)).filter(|_| from == at || stated.clock.is_some()) {
            stated.part = Some(part);
            from += 1;
            from = self.skip(from, &["من"]);
        }
        let time_end = from;
        let day_word = self.is(from, &["يوم", "ليوم", "ليله", "امسيه", "بيوم", "اليوم", "نهار"]);
        if self.is(from, &["ليله"]) {
            stated.part = Some(Part::Night);
        }
        let date_at = if day_word { from + 1 } else { from };
        let date_at = if date_at > at { self.skip(date_at, &["في"]) } else { date_at };
        if let Some((end, mut reading)) = numeric::date(self.tokens, date_at, self.anchor) {
            if stated.part.is_some() && reading.kind == "date" && reading.basis == Basis::Stated {
                let value = std::mem::take(&mut reading.timex);
                reading = stated.finish(reading.days, Basis::Stated, value, "day");
            }
            return Some((end, reading));
        }
        let found = self.weekday_date(date_at, day_word).or_else(|| self.day_month_year(date_at));
        let Some((mut end, found)) = found else {
            // A time of day alone is worth telling only as a clock time.
            let clock_only = stated.clock.is_some() && time_end > at;
            let end = if self.is(time_end.wrapping_sub(1), &["من", "في"]) { time_end - 1 } else { time_end };
            return clock_only.then(|| (end, stated.time_alone()));
        };
        let (clock, part) = (stated.clock, stated.part);
        stated = Stated { clock, part: part.or(found.part), ..found };
        let mut direction = self.direction(at);
        match self.word(end) {
            "الماضي" | "الماضيه" | "الفائت" | "المنصرم" | "الفائته" | "المنصرمه" =>
            {
                direction = Direction::Before;
                end += 1;
            }
            "المقبل" | "القادم" | "المقبله" | "القادمه" => {
                direction = Direction::After;
                end += 1;
            }
            "الجاري" | "الحالي" => end += 1,
            _ => {}
        }
        let mut anchor = self.anchor;
        if direction == Direction::Before && stated.weekday.is_none() && stated.day.is_none() {
            anchor = anchor.and_then(|anchor| plus(anchor.first_of_month(), -1));
        }
        let (end, stated) = self.trailing_time(end, stated);
        Some((end, stated.read(anchor, direction)))
    }

    /// A weekday, with the date that may follow. Bare names that are also other words need يوم or an article.
    pub(super) fn weekday_date(&self, at: usize, day_word: bool) -> Option<(usize, Stated)> {
        let weekday = weekday(self.bare(at))?;
        let mut end = at + 1;
        let next = self.skip(end, &["،", ",", "(", "الموافق"]);
        if let Some((after, stated)) = self.day_month_year(next)
            && stated.day.is_some()
        {
            return Some((self.skip(after, &[")"]), Stated { weekday: Some(weekday), ..stated }));
        }
        let mut stated = Stated { weekday: Some(weekday), ..Stated::default() };
        if let Some(part) = part_of_day(self.bare(end)) {
            stated.part = Some(part);
            end += 1;
        }
        // صلاة الجمعة is a prayer.
        let prayer = at > 0 && self.is(at - 1, &["صلاه", "خطبه", "مسجد", "جامع"]);
        (day_word || !prayer).then_some((end, stated))
    }

    /// `29 آذار 2019`, `29 من آذار/مارس`, `التاسع والعشرين من آذار`, `آذار 2019`, `شهر آذار`, `عام 2019`.
    pub(super) fn day_month_year(&self, at: usize) -> Option<(usize, Stated)> {
        let (day_end, day) = match self.day_of_month(at) {
            Some((end, day)) => (self.skip(self.skip(end, &["من"]), &["شهر"]), Some(day)),
            None => {
                (self.skip(at, &["شهر", "لشهر", "بشهر", "اوائل", "اواخر", "منتصف", "مطلع", "نهايه", "بدايه"]), None)
            }
        };
        let stretch = day.is_none().then(|| stretch(self.word(at))).flatten();
        let day_end = if stretch.is_some() { self.skip(day_end, &["شهر", "من"]) } else { day_end };
        if let Some((mut end, month, ambiguous)) = self.month(day_end) {
            if self.is(end, &["/", "("])
                && let Some((after, other, _)) = self.month(end + 1)
            {
                if other != month {
                    return None;
                }
                end = self.skip(after, &[")"]);
            }
            let (year_end, year) = self.year_after(end);
            let introduced = day_end > at
                || year.is_some()
                || end > day_end + 2
                || self.is(end, &["الماضي", "الجاري", "المقبل", "القادم", "الفائت", "المنصرم", "الحالي"]);
            let after_preposition = at > 0 && self.is(at - 1, &["في", "منذ", "خلال", "حتي", "الي", "من"]);
            if day.is_none() && !introduced && (ambiguous || !after_preposition) {
                return None;
            }
            return Some((year_end, Stated { day, month: Some(month), year, stretch, ..Stated::default() }));
        }
        if day.is_some() {
            return None;
        }
        let named = self.is(day_end, &["عام", "سنه", "العام", "السنه", "للعام", "لعام", "لسنه", "بعام"]);
        let year = self.tokens.get(day_end + 1).and_then(numeric::year).filter(|_| named)?;
        let end = self.skip(day_end + 2, &["م"]);
        Some((end, Stated { year: Some(year), stretch, ..Stated::default() }))
    }

    pub(super) fn day_of_month(&self, at: usize) -> Option<(usize, i8)> {
        if let Some(token) = self.tokens.get(at)
            && let Some(value) = token.number()
            && token.word.len() <= 2
        {
            let day = i8::try_from(value).ok().filter(|day| (1..=31).contains(day))?;
            return Some((at + 1, day));
        }
        let (end, day) = self.ordinal(at)?;
        self.is(end, &["من"]).then_some((end, day))
    }

    /// `الخامس`, `الخامس عشر`, `التاسع والعشرين`, `الثلاثين`.
    pub(super) fn ordinal(&self, at: usize) -> Option<(usize, i8)> {
        let word = self.bare(at);
        if let Some(tens) = ordinal_tens(word) {
            return Some((at + 1, tens));
        }
        let ones = ORDINALS.iter().position(|name| *name == word).and_then(|index| i8::try_from(index + 1).ok())?;
        if self.is(at + 1, &["عشر", "عشره"]) && ones < 10 {
            return Some((at + 2, 10 + ones));
        }
        if let Some(tens) = self.word(at + 1).strip_prefix('و').and_then(ordinal_tens) {
            return Some((at + 2, tens + ones)).filter(|(_, day)| *day <= 31);
        }
        Some((at + 1, ones))
    }

    /// A month's name: where it ends, its number, and whether the word has other meanings.
    pub(super) fn month(&self, at: usize) -> Option<(usize, i8, bool)> {
        let (first, second) = (self.bare(at), self.word(at + 1));
        let two = match (first, second) {
            ("كانون", "الثاني") => Some(1),
            ("كانون", "الاول") => Some(12),
            ("تشرين", "الاول") => Some(10),
            ("تشرين", "الثاني") => Some(11),
            _ => None,
        };
        if let Some(month) = two {
            return Some((at + 2, month, false));
        }
        let (month, ambiguous) = month_name(first)?;
        Some((at + 1, month, ambiguous))
    }

    pub(super) fn year_after(&self, at: usize) -> (usize, Option<i16>) {
        let from = self.skip(at, &["،", ",", "من", "/"]);
        let from = self.skip(from, &["عام", "العام", "سنه", "لعام"]);
        match self.tokens.get(from).and_then(numeric::year) {
            Some(year) => (self.skip(from + 1, &["م"]), Some(year)),
            None => (at, None),
        }
    }

    /// `الساعة 5 مساء`, `الساعة الخامسة والنصف فجرا`, `18:36 بتوقيت غرينتش`.
    pub(super) fn clock(&self, at: usize) -> Option<(usize, Clock)> {
        let from = self.skip(self.skip(self.skip(at, &["عند"]), &["في"]), &["تمام"]);
        let named = matches!(self.bare(from), "الساعه" | "ساعه");
        if !named && from > at {
            return None;
        }
        let hour_at = if named { from + 1 } else { from };
        if let Some(found) = numeric::clock(self.tokens, hour_at) {
            return Some(found);
        }
        if !named {
            return None;
        }
        let (mut end, hour) = match self.tokens.get(hour_at)?.number() {
            Some(hour) if hour <= 24 => (hour_at + 1, hour),
            Some(_) => return None,
            None => self.hour_word(hour_at)?,
        };
        let mut minute = None;
        match self.word(end) {
            "والنصف" => minute = Some(30),
            "والربع" => minute = Some(15),
            "والثلث" => minute = Some(20),
            _ => {}
        }
        if minute.is_some() {
            end += 1;
        }
        let hour = i8::try_from(hour % 24).ok()?;
        Some((end, Clock { hour, minute, second: None, offset: None, half_unknown: hour <= 12 }))
    }

    pub(super) fn hour_word(&self, at: usize) -> Option<(usize, u32)> {
        const HOURS: [&str; 12] = [
            "الواحده",
            "الثانيه",
            "الثالثه",
            "الرابعه",
            "الخامسه",
            "السادسه",
            "السابعه",
            "الثامنه",
            "التاسعه",
            "العاشره",
            "الحاديه",
            "الثانيه",
        ];
        let word = self.word(at);
        if self.is(at + 1, &["عشره", "عشر"]) {
            return match word {
                "الحاديه" => Some((at + 2, 11)),
                "الثانيه" => Some((at + 2, 12)),
                _ => None,
            };
        }
        let index = HOURS[..10].iter().position(|name| *name == word)?;
        Some((at + 1, u32::try_from(index + 1).ok()?))
    }

    /// A time of day after a date.
    pub(super) fn trailing_time(&self, at: usize, mut stated: Stated) -> (usize, Stated) {
        let mut end = at;
        if stated.clock.is_none() && stated.has_day() {
            let from = self.skip(end, &["،", ",", "-", "–"]);
            if let Some((after, clock)) = self.clock(from) {
                stated.clock = Some(clock);
                end = after;
            }
        }
        if stated.part.is_none()
            && (stated.has_day() || stated.clock.is_some())
            && let Some(part) = part_of_day(self.word(end))
        {
            stated.part = Some(part);
            end += 1;
        }
        (end, stated)
    }

    /// `بين 3 و5 آذار`, `من 3 إلى 5 آذار 2019`, `بين عامي 2011 و2016`, `3-5 آذار`.
    pub(super) fn range(&self, at: usize) -> Option<(usize, Reading)> {
        let opened = self.is(at, &["بين", "من", "مابين"]);
        let mut from = if opened { at + 1 } else { at };
        let years = self.is(from, &["عامي", "العامين", "عام", "سنه"]);
        from = if years { from + 1 } else { from };
        let first = self.tokens.get(from)?.number()?;
        let mut middle = from + 1;
        let joined = match self.word(middle) {
            "و" | "-" | "–" => true,
            "الي" | "حتي" => opened,
            _ => false,
        };
        if !joined {
            return None;
        }
        middle = self.skip(middle + 1, &["عام", "سنه"]);
        let (end, first, last) = if years {
            let (one, other) = (numeric::year(&self.tokens[from])?, numeric::year(self.tokens.get(middle)?)?);
            let year = |year| Stated { year: Some(year), ..Stated::default() };
            (middle + 1, year(one), year(other))
        } else {
            let (end, last) = self.day_month_year(middle).filter(|(_, stated)| stated.day.is_some())?;
            let day = i8::try_from(first).ok().filter(|day| (1..=31).contains(day))?;
            (end, Stated { day: Some(day), ..last }, last)
        };
        let direction = self.direction(at);
        let (first, last) = (first.read(self.anchor, direction), last.read(self.anchor, direction));
        let days = first.days.zip(last.days).and_then(|(first, last)| first.to(last));
        let granularity = days.map_or("few_days", crate::time::units::granularity_of);
        let value = format!("{}/{}", first.timex, last.timex);
        Some((end, Reading::new("duration", granularity, value).with(days, last.basis)))
    }
}
