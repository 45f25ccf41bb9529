//! Arabic words that count from publication: yesterday, last week, two days ago.
//!
//! Deliberately leaves open what counts from another time (`اليوم التالي`).

use super::{Grammar, bare};
use crate::time::arabic_words::{cardinal, is_other_day, part_of_day, unit, weekday};
use crate::time::calendar::{Days, iso_week, plus, plus_months};
use crate::time::numeric;
use crate::time::reading::{Basis, Direction, Part, Reading, Stated};
use crate::time::units::{Count, Unit};

impl Grammar<'_> {
    /// أمس, اليوم, غدا, أول أمس, البارحة, الليلة الماضية, each with a part of the day before or after.
    pub(super) fn named_day(&self, at: usize) -> Option<(usize, Reading)> {
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
    pub(super) fn unit_offset(&self, at: usize) -> Option<(usize, Reading)> {
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
    pub(super) fn window(&self, at: usize) -> Option<(usize, Reading)> {
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
    pub(super) fn ago(&self, at: usize) -> Option<(usize, Reading)> {
        if !matches!(self.bare(at), "قبل" | "منذ") {
            return None;
        }
        let (end, unit, count) = self.amount(at + 1)?;
        // منذ عام 2011 is a year, not a year ago.
        if self.tokens.get(end).and_then(numeric::year).is_some() {
            return None;
        }
        Some((end, Reading::ago(unit, count, self.anchor)))
    }

    /// مؤخرا, حاليا, الآن, في اليوم التالي, اليوم نفسه.
    pub(super) fn vague(&self, at: usize) -> Option<(usize, Reading)> {
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
}
