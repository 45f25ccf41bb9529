//! Times in Arabic words.
//!
//! Month names of the Levant, of Egypt and the Gulf, of the Maghreb, and Hijri months; weekdays; parts of the day;
//! what is relative to publication. Hijri dates are set on the Gregorian calendar by a table and widened by
//! [`HIJRI_MARGIN`] days, since months begin when the crescent is seen. It deliberately leaves unresolved what is
//! relative to another time (“the following day”).

use jiff::civil::Date;

use super::arabic_words::{
    ORDINALS, cardinal, is_other_day, month_name, ordinal_tens, part_of_day, stretch, unit, weekday,
};
use super::calendar::{Days, from_hijri, iso_week, plus, plus_months};
use super::numeric;
use super::reading::{Basis, Clock, Direction, Part, Reading, Stated};
use super::tokens::Token;
use super::units::{Count, Unit};

/// How far, in days, an observed Hijri month may begin from the tabular one.
const HIJRI_MARGIN: i64 = 2;

type Reader<'a> = fn(&Grammar<'a>, usize) -> Option<(usize, Reading)>;

/// Reads the time expression that begins at `at`, if one does: where it ends and what it means.
pub(super) fn read(tokens: &[Token], at: usize, anchor: Option<Date>) -> Option<(usize, Reading)> {
    let g = Grammar { tokens, anchor };
    let readers: [Reader<'_>; 9] = [
        Grammar::range,
        Grammar::hijri,
        Grammar::calendar,
        Grammar::named_day,
        Grammar::unit_offset,
        Grammar::window,
        Grammar::ago,
        Grammar::vague,
        Grammar::duration_or_set,
    ];
    readers.iter().filter_map(|reader| reader(&g, at)).max_by_key(|(end, _)| *end)
}

struct Grammar<'a> {
    tokens: &'a [Token],
    anchor: Option<Date>,
}

impl Grammar<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// The word without و, ف, ب, ل before it.
    fn bare(&self, at: usize) -> &str {
        bare(self.word(at))
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    fn skip(&self, at: usize, words: &[&str]) -> usize {
        if self.is(at, words) { at + 1 } else { at }
    }

    /// Past unless سوف, من المقرر or a verb with س stands shortly before.
    fn direction(&self, at: usize) -> Direction {
        for token in self.tokens[at.saturating_sub(8)..at].iter().rev() {
            match token.word.as_str() {
                "." | "!" | "؟" | "؛" | "قال" | "قالت" | "اعلن" | "اعلنت" => return Direction::Past,
                "سوف" | "المقرر" | "المزمع" | "سيعقد" | "ستعقد" | "سيبدا" | "ستبدا" | "سيتم" =>
                {
                    return Direction::Future;
                }
                _ => {}
            }
        }
        Direction::Past
    }

    // ---- calendar dates ----

    /// `الجمعة 29 آذار/مارس 2019`, `يوم الخميس الماضي`, `مساء 5 نيسان`, `عام 2019`, `الساعة 5 مساء`.
    fn calendar(&self, at: usize) -> Option<(usize, Reading)> {
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
    fn weekday_date(&self, at: usize, day_word: bool) -> Option<(usize, Stated)> {
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
    fn day_month_year(&self, at: usize) -> Option<(usize, Stated)> {
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

    fn day_of_month(&self, at: usize) -> Option<(usize, i8)> {
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
    fn ordinal(&self, at: usize) -> Option<(usize, i8)> {
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
    fn month(&self, at: usize) -> Option<(usize, i8, bool)> {
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

    fn year_after(&self, at: usize) -> (usize, Option<i16>) {
        let from = self.skip(at, &["،", ",", "من", "/"]);
        let from = self.skip(from, &["عام", "العام", "سنه", "لعام"]);
        match self.tokens.get(from).and_then(numeric::year) {
            Some(year) => (self.skip(from + 1, &["م"]), Some(year)),
            None => (at, None),
        }
    }

    // ---- time of day ----

    /// `الساعة 5 مساء`, `الساعة الخامسة والنصف فجرا`, `18:36 بتوقيت غرينتش`.
    fn clock(&self, at: usize) -> Option<(usize, Clock)> {
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

    fn hour_word(&self, at: usize) -> Option<(usize, u32)> {
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
    fn trailing_time(&self, at: usize, mut stated: Stated) -> (usize, Stated) {
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

    // ---- ranges ----

    /// `بين 3 و5 آذار`, `من 3 إلى 5 آذار 2019`, `بين عامي 2011 و2016`, `3-5 آذار`.
    fn range(&self, at: usize) -> Option<(usize, Reading)> {
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
        let granularity = days.map_or("few_days", super::units::granularity_of);
        let value = format!("{}/{}", first.timex, last.timex);
        Some((end, Reading::new("duration", granularity, value).with(days, last.basis)))
    }

    // ---- Hijri ----

    /// `22 رجب 1440 هـ`, `رمضان 1445`, `شهر رمضان`.
    fn hijri(&self, at: usize) -> Option<(usize, Reading)> {
        let (month_at, day) = match self.day_of_month(at) {
            Some((end, day)) => (self.skip(self.skip(end, &["من"]), &["شهر"]), Some(day)),
            None => (self.skip(at, &["شهر"]), None),
        };
        let (month_end, month) = self.hijri_month(month_at)?;
        let year_at = self.skip(self.skip(month_end, &["من"]), &["عام", "سنه", "لعام"]);
        let year = self.tokens.get(year_at).and_then(Token::number).filter(|year| (1300..=1600).contains(year));
        let named = month_at > at && day.is_none();
        if year.is_none() && day.is_none() && !named {
            return None;
        }
        let Some(year) = year.and_then(|year| i16::try_from(year).ok()) else {
            let day = day.map_or("XX".to_owned(), |day| format!("{day:02}"));
            let reading = Reading::new("date", "month", format!("XXXX-{month:02}-{day}[u-ca=islamic]"));
            return Some((month_end, reading));
        };
        let end = self.skip(self.skip(year_at + 1, &["هـ", "ه", "هجري", "هجريه"]), &["."]);
        let (first, last) = match day {
            Some(day) => (from_hijri(year, month, day), from_hijri(year, month, day)),
            None => (from_hijri(year, month, 1), from_hijri(year, month, 30)),
        };
        let days = first.zip(last).and_then(|(first, last)| {
            Some(Days { first: plus(first, -HIJRI_MARGIN)?, last: plus(last, HIJRI_MARGIN)? })
        });
        let day = day.map_or(String::new(), |day| format!("-{day:02}"));
        let granularity = if day.is_empty() { "month" } else { "few_days" };
        let reading = Reading::new("date", granularity, format!("{year:04}-{month:02}{day}[u-ca=islamic]"));
        Some((end, reading.with(days, Basis::Stated)))
    }

    fn hijri_month(&self, at: usize) -> Option<(usize, i8)> {
        let two = match (self.bare(at), self.word(at + 1)) {
            ("ربيع", "الاول") => Some(3),
            ("ربيع", "الاخر" | "الثاني") => Some(4),
            ("جمادي", "الاولي" | "الاول") => Some(5),
            ("جمادي", "الاخره" | "الثانيه" | "الثاني") => Some(6),
            ("ذو" | "ذي", "القعده") => Some(11),
            ("ذو" | "ذي", "الحجه") => Some(12),
            _ => None,
        };
        if let Some(month) = two {
            return Some((at + 2, month));
        }
        let month = match self.bare(at) {
            "محرم" | "المحرم" => 1,
            "صفر" => 2,
            "رجب" => 7,
            "شعبان" => 8,
            "رمضان" => 9,
            "شوال" => 10,
            _ => return None,
        };
        Some((at + 1, month))
    }

    // ---- relative to publication ----

    /// أمس, اليوم, غدا, أول أمس, البارحة, الليلة الماضية, each with a part of the day before or after.
    fn named_day(&self, at: usize) -> Option<(usize, Reading)> {
        let mut part = part_of_day(self.bare(at));
        let from = if part.is_some() { at + 1 } else { at };
        let from = self.skip(from, &["يوم"]);
        let (mut end, offset) = match (bare(self.word(from)), self.word(from + 1)) {
            ("اول", "امس") => (from + 2, -2),
            ("امس", "الاول") => (from + 2, -2),
            ("امس" | "الامس" | "البارحه", _) => (from + 1, -1),
            ("غدا" | "الغد", _) => (from + 1, 1),
            ("الليله", "الماضيه" | "الفائته") => {
                part = Some(Part::Night);
                (from + 2, -1)
            }
            ("الليله", _) if from == at => {
                part = Some(Part::Night);
                (from + 1, 0)
            }
            ("اليوم", next)
                if !is_other_day(next)
                    && weekday(next).is_none()
                    && !self.is(from.wrapping_sub(1), &["هذا", "ذلك", "نفس", "ذات"]) =>
            {
                (from + 1, 0)
            }
            _ => return None,
        };
        // “اليوم” after في is mostly “on the … day”.
        if offset == 0 && self.is(at.wrapping_sub(1), &["في"]) && self.word(at) == "اليوم" {
            return None;
        }
        // “أمس الخميس” names the day twice.
        let day = self.anchor.and_then(|anchor| plus(anchor, offset));
        let mut stated = Stated { part, ..Stated::default() };
        let mut agrees = true;
        if let Some(named) = weekday(self.word(end)) {
            end += 1;
            agrees = day.is_none_or(|day| day.weekday() == named);
        }
        if let Some((after, found)) =
            self.day_month_year(self.skip(end, &["،", "("])).filter(|(_, found)| found.day.is_some())
        {
            let reading = Stated { part, ..found }.read(self.anchor, Direction::Past);
            return Some((after, reading));
        }
        (end, stated) = self.trailing_time(end, stated);
        if stated.part.is_none()
            && let Some(after) = part_of_day(self.word(end))
        {
            stated.part = Some(after);
            end += 1;
        }
        let value = day.map_or("XXXX-XX-XX".to_owned(), |day| day.to_string());
        Some((end, stated.finish(day.filter(|_| agrees).map(Days::one), Basis::Relative, value, "day")))
    }

    /// الأسبوع الماضي, الشهر الجاري, العام المقبل.
    fn unit_offset(&self, at: usize) -> Option<(usize, Reading)> {
        let offset = match self.word(at + 1) {
            "الماضي" | "الفائت" | "المنصرم" | "الماضيه" | "السابق" => -1,
            "الجاري" | "الحالي" | "الجاريه" | "الحاليه" => 0,
            "المقبل" | "القادم" | "المقبله" | "القادمه" => 1,
            _ => return None,
        };
        let anchor = self.anchor;
        let reading = match self.bare(at) {
            "الاسبوع" => {
                let days = anchor.and_then(|anchor| Days::week(anchor, offset));
                let value = days.map_or("XXXX-WXX".to_owned(), |days| iso_week(days.last));
                Reading::new("date", "week", value).with(days, Basis::Relative)
            }
            "الشهر" => {
                let first = anchor.and_then(|anchor| plus_months(anchor.first_of_month(), i64::from(offset)));
                let value = first.map_or("XXXX-XX".to_owned(), |day| format!("{:04}-{:02}", day.year(), day.month()));
                let days = first.and_then(|day| Days::whole_month(day.year(), day.month()));
                Reading::new("date", "month", value).with(days, Basis::Relative)
            }
            "العام" | "السنه" => {
                let year = anchor.map(|anchor| anchor.year() + offset as i16);
                let value = year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
                Reading::new("date", "year", value).with(year.and_then(Days::whole_year), Basis::Relative)
            }
            _ => return None,
        };
        Some((at + 2, reading))
    }

    /// الأيام القليلة الماضية, الساعات الأخيرة, الأسابيع المقبلة, آخر 24 ساعة.
    fn window(&self, at: usize) -> Option<(usize, Reading)> {
        let (end, unit, count, future) = if self.is(at, &["اخر"]) {
            let (unit_at, count) = self.quantity(at + 1)?;
            let (unit, _) = unit(self.word(unit_at))?;
            (unit_at + 1, unit, count, false)
        } else {
            let unit = match self.bare(at) {
                "الساعات" => Unit::Hour,
                "الايام" => Unit::Day,
                "الاسابيع" => Unit::Week,
                "الاشهر" | "الشهور" => Unit::Month,
                "السنوات" | "الاعوام" => Unit::Year,
                _ => return None,
            };
            let mut next = self.skip(at + 1, &["القليله", "القليلة", "العده"]);
            let mut count = Count::Vague;
            if let Some((after, found)) = self.quantity(next) {
                next = after;
                count = found;
            } else if let Some(value) = self.word(next).strip_prefix("ال").and_then(cardinal) {
                next += 1;
                count = Count::Exactly(value);
            }
            let future = match self.word(next) {
                "الماضيه" | "الاخيره" | "المنصرمه" | "الفائته" => false,
                "المقبله" | "القادمه" => true,
                _ => return None,
            };
            (next + 1, unit, count, future)
        };
        let longest = match count {
            Count::Exactly(count) => count,
            Count::Vague => unit.vague_most(),
        };
        let days = self.anchor.and_then(|anchor| {
            let away = unit.move_by(anchor, i64::from(longest) * if future { 1 } else { -1 })?;
            Some(if future { Days { first: anchor, last: away } } else { Days { first: away, last: anchor } })
        });
        let granularity = if unit == Unit::Day && longest > 1 { "few_days" } else { unit.granularity() };
        Some((end, Reading::new("duration", granularity, unit.timex(count)).with(days, Basis::Relative)))
    }

    /// قبل يومين, منذ ثلاثة أيام, قبل أسبوع.
    fn ago(&self, at: usize) -> Option<(usize, Reading)> {
        if !matches!(self.bare(at), "قبل" | "منذ") {
            return None;
        }
        let (end, unit, count) = self.amount(at + 1)?;
        // منذ عام 2011 is a year, not a year ago.
        if self.tokens.get(end).and_then(numeric::year).is_some() {
            return None;
        }
        let (least, most) = match count {
            Count::Exactly(count) => (count, count),
            Count::Vague => (2, unit.vague_most()),
        };
        let days = self.anchor.and_then(|anchor| {
            let first = unit.move_by(anchor, -i64::from(most))?;
            let last = unit.move_by(anchor, -i64::from(least))?;
            unit.widen(Days { first, last })
        });
        let single = days.filter(|days| days.first == days.last);
        let value = match (count, self.anchor) {
            (Count::Exactly(count), Some(anchor)) => unit.ago_value(anchor, count),
            _ => None,
        };
        let value = value.unwrap_or_else(|| "PAST_REF".to_owned());
        let granularity = if single.is_some() { "day" } else { unit.granularity() };
        Some((end, Reading::new("date", granularity, value).with(days, Basis::Relative)))
    }

    /// مؤخرا, حاليا, الآن, في اليوم التالي, اليوم نفسه.
    fn vague(&self, at: usize) -> Option<(usize, Reading)> {
        let value = match self.word(at) {
            "مؤخرا" | "حديثا" => "PAST_REF",
            "حاليا" | "الان" => "PRESENT_REF",
            "قريبا" => "FUTURE_REF",
            "اليوم" | "الليله" if is_other_day(self.word(at + 1)) => {
                return Some((at + 2, Reading::new("date", "day", "XXXX-XX-XX")));
            }
            _ => return None,
        };
        let mut reading = Reading::new("date", "unknown", value);
        if let Some(anchor) = self.anchor.filter(|_| value != "FUTURE_REF") {
            reading = reading.with(Some(Days::one(anchor)), Basis::Relative);
            reading.open_start = value == "PAST_REF";
        }
        Some((at + 1, reading))
    }

    // ---- durations and sets ----

    /// ثلاثة أيام, 48 ساعة, يومين, كل يوم, يوميا.
    fn duration_or_set(&self, at: usize) -> Option<(usize, Reading)> {
        let set = |end: usize, unit: Unit, count| {
            Some((end, Reading::new("set", unit.granularity(), unit.timex(count)).stated()))
        };
        match self.word(at) {
            "يوميا" => return set(at + 1, Unit::Day, Count::Exactly(1)),
            "اسبوعيا" => return set(at + 1, Unit::Week, Count::Exactly(1)),
            "شهريا" => return set(at + 1, Unit::Month, Count::Exactly(1)),
            "سنويا" => return set(at + 1, Unit::Year, Count::Exactly(1)),
            "كل" => {
                if let Some(weekday) = weekday(self.word(self.skip(at + 1, &["يوم"]))) {
                    let end = self.skip(at + 1, &["يوم"]) + 1;
                    let value = format!("XXXX-WXX-{}", weekday.to_monday_one_offset());
                    return Some((end, Reading::new("set", "day", value).stated()));
                }
                if let Some((unit, false)) = unit(self.word(at + 1)) {
                    return set(at + 2, unit, Count::Exactly(1));
                }
                let (end, unit, count) = self.amount(at + 1)?;
                return set(end, unit, count);
            }
            _ => {}
        }
        let (end, unit, count) = self.amount(at)?;
        // An age is not a duration: عمره خمسة أعوام, البالغ من العمر 5 سنوات.
        let age = (1..=3).any(|back| {
            at >= back && matches!(self.word(at - back), "عمره" | "عمرها" | "العمر" | "البالغ" | "البالغه" | "بعمر")
        });
        // A singular without number is a noun.
        let bare_singular = end == at + 1 && count == Count::Exactly(1);
        (!age && !bare_singular)
            .then(|| (end, Reading::new("duration", unit.granularity(), unit.timex(count)).stated()))
    }

    /// A number of units: `ثلاثة أيام`, `48 ساعة`, `يومين`, `عدة أسابيع`, `أسبوع`.
    fn amount(&self, at: usize) -> Option<(usize, Unit, Count)> {
        let dual = match self.word(at) {
            "يومين" | "يومان" | "ليلتين" => Some(Unit::Day),
            "ساعتين" | "ساعتان" => Some(Unit::Hour),
            "اسبوعين" | "اسبوعان" => Some(Unit::Week),
            "شهرين" | "شهران" => Some(Unit::Month),
            "عامين" | "عامان" | "سنتين" | "سنتان" => Some(Unit::Year),
            "دقيقتين" | "دقيقتان" => Some(Unit::Minute),
            _ => None,
        };
        if let Some(unit) = dual {
            return Some((at + 1, unit, Count::Exactly(2)));
        }
        if let Some((unit, plural)) = unit(self.word(at)) {
            // منذ أيام: some days; منذ أسبوع: one week; يوم alone is mostly “on the day of”.
            if unit == Unit::Day && !plural {
                return None;
            }
            let count = if plural { Count::Vague } else { Count::Exactly(1) };
            return Some((at + 1, unit, count)).filter(|_| !plural || self.is(at.wrapping_sub(1), &["منذ", "قبل"]));
        }
        let (unit_at, count) = self.quantity(at)?;
        let (unit, _) = unit(self.word(unit_at))?;
        Some((unit_at + 1, unit, count))
    }

    fn quantity(&self, at: usize) -> Option<(usize, Count)> {
        if let Some(value) = self.tokens.get(at).and_then(Token::number) {
            return (value <= 10_000).then_some((at + 1, Count::Exactly(value)));
        }
        match self.word(at) {
            "عده" | "بضعه" | "بضع" => return Some((at + 1, Count::Vague)),
            _ => {}
        }
        let value = cardinal(self.word(at))?;
        if self.is(at + 1, &["عشر", "عشره"]) && value < 10 {
            return Some((at + 2, Count::Exactly(value + 10)));
        }
        if let Some(tens) =
            self.word(at + 1).strip_prefix('و').and_then(cardinal).filter(|tens| *tens >= 20 && value < 10)
        {
            return Some((at + 2, Count::Exactly(value + tens)));
        }
        Some((at + 1, Count::Exactly(value)))
    }
}

/// The word without one of و ف ب ل before it, when what remains is a word of this grammar.
pub(super) fn bare(word: &str) -> &str {
    if known(word) {
        return word;
    }
    let stem = word.strip_prefix(['و', 'ف', 'ب', 'ل']).unwrap_or(word);
    if known(stem) { stem } else { word }
}

fn known(word: &str) -> bool {
    weekday(word).is_some()
        || month_name(word).is_some()
        || part_of_day(word).is_some()
        || ORDINALS.contains(&word)
        || matches!(word, "الساعه" | "امس" | "الامس" | "قبل" | "منذ" | "كانون" | "تشرين" | "اليوم")
}
