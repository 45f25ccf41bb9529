//! Lengths of time and times that return: `ثلاثة أيام`, `كل يوم`.
//!
//! Deliberately takes no age for a length.

use super::Grammar;
use crate::time::arabic_words::{cardinal, unit, weekday};
use crate::time::reading::Reading;
use crate::time::tokens::Token;
use crate::time::units::{Count, Unit};

impl Grammar<'_> {
    /// ثلاثة أيام, 48 ساعة, يومين, كل يوم, يوميا.
    pub(super) fn duration_or_set(&self, at: usize) -> Option<(usize, Reading)> {
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
    pub(super) fn amount(&self, at: usize) -> Option<(usize, Unit, Count)> {
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

    pub(super) fn quantity(&self, at: usize) -> Option<(usize, Count)> {
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
