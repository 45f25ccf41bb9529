//! The Arabic words of time, folded: units, parts of the day, weekdays, months of three traditions, numbers.

use jiff::civil::Weekday;

use super::reading::{Part, Stretch};
use super::units::Unit;

pub(super) fn is_other_day(word: &str) -> bool {
    matches!(
        word,
        "التالي"
            | "السابق"
            | "نفسه"
            | "ذاته"
            | "الاول"
            | "الثاني"
            | "الثالث"
            | "الرابع"
            | "الخامس"
            | "الاخير"
            | "التاليه"
            | "نفسها"
            | "ذاتها"
            | "السابقه"
            | "العالمي"
            | "الدولي"
            | "الوطني"
    )
}

pub(super) fn stretch(word: &str) -> Option<Stretch> {
    Some(match word {
        "اوائل" | "مطلع" | "بدايه" => Stretch::Early,
        "منتصف" => Stretch::Mid,
        "اواخر" | "نهايه" => Stretch::Late,
        _ => return None,
    })
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "الاثنين" | "الاتنين" => Weekday::Monday,
        "الثلاثاء" => Weekday::Tuesday,
        "الاربعاء" => Weekday::Wednesday,
        "الخميس" => Weekday::Thursday,
        "الجمعه" => Weekday::Friday,
        "السبت" => Weekday::Saturday,
        "الاحد" => Weekday::Sunday,
        _ => return None,
    })
}

pub(super) fn part_of_day(word: &str) -> Option<Part> {
    Some(match word {
        "صباح" | "صباحا" | "فجر" | "فجرا" | "الفجر" | "الصباح" => Part::Morning,
        "ظهر" | "ظهرا" | "الظهر" | "الظهيره" => Part::Midday,
        "عصر" | "عصرا" | "العصر" => Part::Afternoon,
        "مساء" | "المساء" | "عشيه" => Part::Evening,
        "ليل" | "ليلا" | "ليله" => Part::Night,
        _ => return None,
    })
}

/// Month by name, and whether the word has another meaning (مارس practised, آب returned).
pub(super) fn month_name(word: &str) -> Option<(i8, bool)> {
    Some(match word {
        "يناير" | "جانفي" => (1, false),
        "شباط" | "فبراير" | "فيفري" => (2, false),
        "اذار" => (3, false),
        "مارس" => (3, true),
        "نيسان" | "ابريل" | "افريل" => (4, false),
        "ايار" | "مايو" => (5, false),
        "ماي" => (5, true),
        "حزيران" | "يونيو" | "يونيه" => (6, false),
        "جوان" => (6, true),
        "تموز" | "يوليو" | "يوليه" | "يوليوز" | "جويليه" => (7, false),
        "اغسطس" | "غشت" => (8, false),
        "اب" | "اوت" => (8, true),
        "ايلول" | "سبتمبر" | "شتنبر" => (9, false),
        "اكتوبر" => (10, false),
        "نوفمبر" | "نونبر" => (11, false),
        "ديسمبر" | "دجنبر" => (12, false),
        _ => return None,
    })
}

pub(super) fn unit(word: &str) -> Option<(Unit, bool)> {
    Some(match word {
        "ثانيه" => (Unit::Second, false),
        "ثوان" | "ثواني" => (Unit::Second, true),
        "دقيقه" => (Unit::Minute, false),
        "دقائق" => (Unit::Minute, true),
        "ساعه" => (Unit::Hour, false),
        "ساعات" => (Unit::Hour, true),
        "يوم" | "يوما" => (Unit::Day, false),
        "ايام" | "ليال" => (Unit::Day, true),
        "اسبوع" | "اسبوعا" => (Unit::Week, false),
        "اسابيع" => (Unit::Week, true),
        "شهر" | "شهرا" => (Unit::Month, false),
        "اشهر" | "شهور" => (Unit::Month, true),
        "عام" | "عاما" | "سنه" => (Unit::Year, false),
        "اعوام" | "سنوات" | "سنين" => (Unit::Year, true),
        _ => return None,
    })
}

pub(super) const ORDINALS: [&str; 11] =
    ["الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر", "الحادي"];

pub(super) fn ordinal_tens(word: &str) -> Option<i8> {
    match word {
        "العشرين" | "العشرون" => Some(20),
        "الثلاثين" | "الثلاثون" => Some(30),
        _ => None,
    }
}

/// Value of a number word, 1 to 10 in either gender, or tens.
pub(super) fn cardinal(word: &str) -> Option<u32> {
    Some(match word {
        "واحد" | "واحده" | "احد" | "احدي" => 1,
        "اثنين" | "اثنان" | "اثنتين" | "اثنا" | "اثني" => 2,
        "ثلاث" | "ثلاثه" => 3,
        "اربع" | "اربعه" => 4,
        "خمس" | "خمسه" => 5,
        "ست" | "سته" => 6,
        "سبع" | "سبعه" => 7,
        "ثماني" | "ثمانيه" | "ثمان" => 8,
        "تسع" | "تسعه" => 9,
        "عشر" | "عشره" => 10,
        "عشرين" | "عشرون" => 20,
        "ثلاثين" | "ثلاثون" => 30,
        "اربعين" | "اربعون" => 40,
        "خمسين" | "خمسون" => 50,
        "ستين" | "ستون" => 60,
        "سبعين" | "سبعون" => 70,
        "ثمانين" | "ثمانون" => 80,
        "تسعين" | "تسعون" => 90,
        _ => return None,
    })
}
