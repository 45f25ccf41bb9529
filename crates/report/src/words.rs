//! The few words that the renderers add of their own, in English and Arabic.
//!
//! Everything else arrives in the [`crate::document::Document`] already in the reader's language.
//! It is deliberately not a catalogue for pages; those have their own.

use crate::document::{Language, NoticeKind, isolate};
use crate::picture::Veil;

/// The renderers' own words in one language.
#[derive(Debug)]
pub struct Words {
    /// Heading of the contents list.
    pub contents: &'static str,
    /// Heading of the list of references when the document gives none.
    pub references: &'static str,
    /// Before the date.
    pub generated: &'static str,
    /// Before the caption of a drawing or picture.
    pub figure: &'static str,
    /// Before the caption of a table.
    pub table: &'static str,
    /// On a table's later pages.
    pub continued: &'static str,
    /// Mark on a graphic picture.
    pub graphic: &'static str,
    /// Mark on a picture of which nobody has said that it is not graphic.
    pub veiled: &'static str,
    /// What is behind the mark.
    pub graphic_note: &'static str,
    /// Label of an element that opens.
    pub graphic_open: &'static str,
    /// Opening and closing quotation mark.
    pub quotes: (&'static str, &'static str),
    /// Names of the notices, in the order of [`NoticeKind`].
    notices: [&'static str; 4],
    page: (&'static str, &'static str),
}

const ENGLISH: Words = Words {
    contents: "Contents",
    references: "References",
    generated: "Made",
    figure: "Figure",
    table: "Table",
    continued: "continued",
    graphic: "Graphic picture, shown blurred and gray",
    veiled: "Shown blurred and gray: nobody has said that it is not graphic",
    graphic_note: "The original is not in this document. It is kept in the archive under the reference below \
                   and is opened only there, on request.",
    graphic_open: "Where the original is kept",
    quotes: ("“", "”"),
    notices: ["Note", "What this cannot show", "Withheld", "Take care"],
    page: ("Page", "of"),
};

const ARABIC: Words = Words {
    contents: "المحتويات",
    references: "المراجع",
    generated: "أُعدّ في",
    figure: "الشكل",
    table: "الجدول",
    continued: "تتمة",
    graphic: "صورة قاسية، معروضة مموّهة وبالرمادي",
    veiled: "معروضة مموّهة وبالرمادي: لم يقل أحد إنها غير قاسية",
    graphic_note: "الأصل ليس في هذا المستند. يُحفظ في الأرشيف تحت المرجع أدناه ولا يُفتح إلا هناك وعند الطلب.",
    graphic_open: "أين يُحفظ الأصل",
    quotes: ("«", "»"),
    notices: ["ملاحظة", "ما لا يمكن أن يُثبته هذا", "محجوب", "تنبيه"],
    page: ("صفحة", "من"),
};

impl Words {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Words {
        match language {
            Language::English => &ENGLISH,
            Language::Arabic => &ARABIC,
        }
    }

    /// The mark on a picture that is shown as a blur.
    pub fn veil(&self, veil: Veil) -> Option<&'static str> {
        match veil {
            Veil::None => None,
            Veil::Graphic => Some(self.graphic),
            Veil::Unknown => Some(self.veiled),
        }
    }

    /// The name of a kind of notice.
    pub fn notice(&self, kind: NoticeKind) -> &'static str {
        self.notices[kind as usize]
    }

    /// “Page 3 of 12”; both numbers are isolated.
    pub fn page_of(&self, page: usize, pages: usize) -> String {
        let (name, of) = self.page;
        format!("{name} {} {of} {}", isolate(&page.to_string()), isolate(&pages.to_string()))
    }
}

/// “2026-11-22 02:00 UTC”, the one form of time that both languages print.
pub fn stamp(at: jiff::Timestamp) -> String {
    let t = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", t.year(), t.month(), t.day(), t.hour(), t.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_has_a_name_in_both_languages() {
        for language in [Language::English, Language::Arabic] {
            for kind in [NoticeKind::Note, NoticeKind::Limit, NoticeKind::Withheld, NoticeKind::Care] {
                assert!(!Words::of(language).notice(kind).is_empty());
            }
        }
    }

    #[test]
    fn a_stamp_is_utc_to_the_minute() {
        let at = jiff::Timestamp::from_second(0).unwrap();
        assert_eq!(stamp(at), "1970-01-01 00:00 UTC");
    }
}
