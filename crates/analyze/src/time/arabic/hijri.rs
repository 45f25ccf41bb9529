//! Hijri dates, set on the Gregorian calendar by a table and widened, since months begin when the crescent is seen.
//!
//! Deliberately gives no days to a month without its year.

use super::{Grammar, HIJRI_MARGIN};
use crate::time::calendar::{Days, from_hijri, plus};
use crate::time::reading::{Basis, Reading};
use crate::time::tokens::Token;

impl Grammar<'_> {
    /// `22 رجب 1440 هـ`, `رمضان 1445`, `شهر رمضان`.
    pub(super) fn hijri(&self, at: usize) -> Option<(usize, Reading)> {
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

    pub(super) fn hijri_month(&self, at: usize) -> Option<(usize, i8)> {
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
}
