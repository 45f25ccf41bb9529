//! Places in Arabic text.
//!
//! Arabic has no capitals, so a name is believed by what stands before it (مدينة، بلدة، ريف، في), by its size, or
//! because the text speaks of its country. Joined particles (و ف ب ل ك) are taken off before the look-up and are not
//! part of the range. Names that are also everyday words or given names need a word that says “place”.

use super::index::Hit;
use super::key::Key;
use super::rank::Cue;
use super::table::Level;
use super::words::{Gap, Word};
use super::{Found, Gazetteer};

/// Longest name, in words.
const LONGEST_NAME: usize = 4;

/// Shortest name, in letters, that is believed without a word that says “place”.
const SHORTEST_NAME: usize = 3;

/// Every place in `words`, in order, without overlap.
pub(super) fn find<'a>(gazetteer: &'a Gazetteer, text: &str, words: &[Word]) -> Vec<Found<'a>> {
    let reader = Reader { gazetteer, text, words };
    let mut out: Vec<Found<'a>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match words[at].arabic.then(|| reader.read(at)).flatten() {
            Some(found) => {
                at = found.words.end;
                out.push(found);
            }
            None => at += 1,
        }
    }
    out
}

struct Reader<'a, 't> {
    gazetteer: &'a Gazetteer,
    text: &'t str,
    words: &'t [Word],
}

/// The word as it may stand in the table: with what was taken off before it.
struct Form {
    text: String,
    /// Letters of the text that do not belong to the name.
    taken: usize,
    /// A preposition was taken off: that says a place as much as one standing alone.
    preposition: bool,
}

impl<'a> Reader<'a, '_> {
    fn read(&self, at: usize) -> Option<Found<'a>> {
        if self.words[at].gap == Gap::Underscore {
            return None;
        }
        let cue = self.cue(at);
        if EVERYDAY.contains(&self.words[at].folded.as_str()) && matches!(cue, Cue::None | Cue::Somewhere) {
            return None;
        }
        for form in forms(&self.words[at].folded) {
            if form.taken > 0 && form.text.chars().count() < SHORTEST_NAME {
                continue;
            }
            for length in (1..=LONGEST_NAME).rev() {
                let Some(end) = self.joined(at, length) else { continue };
                // Part of a hashtag of several words is not what the tag names.
                if self.words.get(end).is_some_and(|next| next.gap == Gap::Underscore) {
                    continue;
                }
                let mut key = form.text.clone();
                for word in &self.words[at + 1..end] {
                    key.push(' ');
                    key.push_str(&word.folded);
                }
                let range = self.start(at, &form)..self.words[end - 1].range.end;
                let source = &self.text[range.clone()];
                let mut hits = self.gazetteer.hits(&Key { text: key.clone(), article: false }, source);
                let cue = match cue {
                    Cue::None if form.preposition => Cue::Somewhere,
                    cue => cue,
                };
                self.drop_unlikely(&key, at, cue, &mut hits);
                if !hits.is_empty() {
                    let unsure = matches!(cue, Cue::None | Cue::Somewhere);
                    let doubtful = cue == Cue::None && DOUBTFUL.contains(&key.as_str());
                    return Some(Found { words: at..end, range, hits, cue, unsure, doubtful });
                }
            }
        }
        self.unknown(at, cue)
    }

    /// Where `length` words from `at` end, if only spaces stand between them.
    fn joined(&self, at: usize, length: usize) -> Option<usize> {
        let run = self.words.get(at..at + length)?;
        run[1..]
            .iter()
            .all(|word| word.arabic && matches!(word.gap, Gap::Space | Gap::Hyphen | Gap::Underscore))
            .then_some(at + length)
    }

    /// Byte at which the name begins, after the letters taken off.
    fn start(&self, at: usize, form: &Form) -> usize {
        let range = &self.words[at].range;
        let letters = self.text[range.clone()].char_indices().filter(|(_, c)| c.is_alphabetic() && *c != '\u{0640}');
        letters.map(|(offset, _)| offset).nth(form.taken).map_or(range.start, |offset| range.start + offset)
    }

    fn before(&self, at: usize, back: usize) -> &str {
        let Some(start) = at.checked_sub(back) else { return "" };
        let joined = self.words[start + 1..=at].iter().all(|word| matches!(word.gap, Gap::Space));
        if joined { &self.words[start].folded } else { "" }
    }

    fn cue(&self, at: usize) -> Cue {
        let word = self.before(at, 1);
        if let Some(cue) = kind_word(word) {
            return cue;
        }
        // ريف إدلب الجنوبي keeps its direction after the name; “في كل من” and “شمال” before it.
        if is_preposition(word) { Cue::Somewhere } else { Cue::None }
    }

    fn drop_unlikely(&self, key: &str, at: usize, cue: Cue, hits: &mut Vec<Hit<'_>>) {
        let adjective = self.is_adjective(key) && !hits.iter().any(|hit| hit.place.level == Level::Country);
        if adjective {
            hits.clear();
        }
        let settled = !matches!(cue, Cue::None | Cue::Somewhere);
        if settled {
            return;
        }
        let before = self.before(at, 1);
        let sunset = key == "المغرب" && matches!(before, "صلاه" | "اذان" | "وقت" | "قبل" | "بعد" | "قبيل");
        let titled = is_title(before) || matches!(before, "ابو" | "بن" | "ابن" | "عبد" | "ام" | "ال");
        if EVERYDAY.contains(&key) || GIVEN_NAMES.contains(&key) || sunset || titled {
            hits.clear();
        }
        let short = key.chars().count() < SHORTEST_NAME;
        hits.retain(|hit| {
            let place = hit.place;
            let area = matches!(place.level, Level::Country | Level::Province | Level::Region);
            area || (!short && (cue == Cue::Somewhere || place.population >= 100_000 || place.own))
        });
    }

    fn is_adjective(&self, word: &str) -> bool {
        let stem = word.strip_prefix("ال").unwrap_or(word);
        self.gazetteer.adjective_key(stem).is_some()
    }

    /// بلدة فلانة: a place by grammar that the table lacks.
    fn unknown(&self, at: usize, cue: Cue) -> Option<Found<'a>> {
        if !matches!(cue, Cue::City | Cue::Town | Cue::Village) {
            return None;
        }
        let first = &self.words[at];
        if first.gap != Gap::Space || !names_a_place(&first.folded) || self.is_adjective(&first.folded) {
            return None;
        }
        let mut end = at + 1;
        if let Some(second) = self.words.get(end).filter(|word| word.arabic && word.gap == Gap::Space)
            && COMPOUND_HEADS.contains(&first.folded.as_str())
            && names_a_place(&second.folded)
        {
            end += 1;
        }
        let range = first.range.start..self.words[end - 1].range.end;
        let key: Vec<&str> = self.words[at..end].iter().map(|word| word.folded.as_str()).collect();
        let hits = self.gazetteer.similar(&Key { text: key.join(" "), article: false }, &self.text[range.clone()]);
        Some(Found { words: at..end, range, hits, cue, unsure: false, doubtful: false })
    }
}

/// The word, and the word without the particles that may be joined to it.
fn forms(word: &str) -> Vec<Form> {
    let mut out = vec![Form { text: word.to_owned(), taken: 0, preposition: false }];
    let (rest, and) = match word.strip_prefix(['و', 'ف']) {
        Some(rest) => (rest, 1),
        None => (word, 0),
    };
    if and == 1 {
        out.push(Form { text: rest.to_owned(), taken: 1, preposition: false });
    }
    if let Some(stem) = rest.strip_prefix("لل") {
        // The article loses its alef after ل: للرقة is ل and الرقة.
        out.push(Form { text: format!("ال{stem}"), taken: and + 1, preposition: true });
    } else if let Some(stem) = rest.strip_prefix(['ب', 'ل']) {
        out.push(Form { text: stem.to_owned(), taken: and + 1, preposition: true });
    }
    out
}

fn kind_word(word: &str) -> Option<Cue> {
    let bare = word.strip_prefix(['و', 'ب', 'ل', 'ف']).filter(|stem| stem.len() > 4).unwrap_or(word);
    [word, bare].into_iter().find_map(|word| {
        Some(match word {
            "دوله" | "جمهوريه" | "مملكه" => Cue::Country,
            "محافظه" | "محافظتي" | "ولايه" | "اقليم" => Cue::Province,
            "منطقه" | "قضاء" | "مناطق" => Cue::District,
            "ناحيه" => Cue::Subdistrict,
            "مدينه" | "مدينتي" | "مدن" | "عاصمه" | "العاصمه" => Cue::City,
            "بلده" | "بلدتي" | "بلدات" => Cue::Town,
            "قريه" | "قريتي" | "قري" | "حي" | "مخيم" | "ضاحيه" | "احياء" | "مخيمات" => {
                Cue::Village
            }
            "ريف" | "ارياف" | "ريفي" | "غوطه" => Cue::Countryside,
            _ => return None,
        })
    })
}

fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "في" | "من"
            | "الي"
            | "علي"
            | "قرب"
            | "شمال"
            | "جنوب"
            | "شرق"
            | "غرب"
            | "شمالي"
            | "جنوبي"
            | "شرقي"
            | "غربي"
            | "وسط"
            | "نحو"
            | "باتجاه"
            | "داخل"
            | "خارج"
            | "حول"
            | "عبر"
            | "سكان"
            | "اهالي"
            | "مطار"
            | "ابناء"
            | "بين"
            | "حصار"
            | "قصف"
            | "ومن"
            | "وفي"
            | "والي"
            | "شوارع"
            | "مستشفي"
            | "مشفي"
            | "ضواحي"
            | "اطراف"
            | "محيط"
            | "سماء"
            | "اجواء"
            | "مشافي"
            | "طريق"
            | "حتي"
            | "سهل"
    )
}

fn is_title(word: &str) -> bool {
    matches!(
        word,
        "السيد"
            | "السيده"
            | "الرئيس"
            | "الوزير"
            | "اللواء"
            | "العميد"
            | "العقيد"
            | "الشيخ"
            | "الدكتور"
            | "د"
            | "الملك"
            | "الامير"
            | "النقيب"
            | "المقدم"
            | "الرائد"
            | "الملازم"
            | "القائد"
            | "الاستاذ"
            | "المهندس"
            | "الحاج"
            | "الطبيب"
            | "الشهيد"
            | "الطفل"
            | "الطفله"
    )
}

/// Whether a word after بلدة could be a name: not a particle, an adjective of place or a pronoun.
fn names_a_place(word: &str) -> bool {
    word.chars().count() >= SHORTEST_NAME
        && !is_preposition(word)
        && kind_word(word).is_none()
        && !matches!(
            word,
            "التي"
                | "الذي"
                | "هذه"
                | "تلك"
                | "هناك"
                | "كما"
                | "وقد"
                | "كان"
                | "كانت"
                | "بعد"
                | "قبل"
                | "اخري"
                | "كبيره"
                | "صغيره"
                | "مجاوره"
                | "المجاوره"
                | "المحاصره"
                | "المنكوبه"
                | "الواقعه"
                | "القريبه"
                | "الحدوديه"
                | "الشرقيه"
                | "الغربيه"
                | "الشماليه"
                | "الجنوبيه"
                | "القديمه"
                | "الجديده"
                | "الطبيه"
                | "الصناعيه"
                | "الجامعيه"
                | "الرياضيه"
                | "نفسها"
                | "ذاتها"
                | "بالقرب"
                | "وسط"
                | "يوم"
                | "اليوم"
                | "امس"
                | "بشكل"
                | "الي"
                | "ايضا"
                | "خلال"
                | "حيث"
                | "عدد"
                | "لم"
                | "لن"
                | "قد"
                | "منذ"
        )
}

/// First words of names of two words.
const COMPOUND_HEADS: &[&str] = &[
    "تل",
    "خان",
    "كفر",
    "بيت",
    "دير",
    "عين",
    "راس",
    "ام",
    "ابو",
    "جبل",
    "وادي",
    "معره",
    "شيخ",
    "الشيخ",
    "برج",
    "قصر",
    "باب",
    "مرج",
    "جسر",
    "تله",
    "حوش",
    "مزرعه",
    "نبع",
    "بئر",
    "خربه",
    "حصن",
    "قلعه",
    "كفر",
    "سد",
    "بني",
    "عرب",
    "زور",
    "تلول",
    "مسكنه",
];

/// Names of places that are everyday words far more often, folded: believed only after مدينة and the like.
const EVERYDAY: &[&str] = &[
    "المدينه",
    "السلام",
    "الشرق",
    "الغرب",
    "المركز",
    "النور",
    "الجديده",
    "الكبير",
    "الامل",
    "الحريه",
    "العين",
    "الجبل",
    "الوادي",
    "الحي",
    "البلد",
    "القصر",
    "الصفا",
    "المعمل",
    "السوق",
    "الراس",
    "الخميس",
    "السبت",
    "الاحد",
    "الاربعاء",
    "الثلاثاء",
    "الاثنين",
    "الجمعه",
    "باب",
    "عين",
    "دير",
    "تل",
    "قصر",
    "جبل",
    "وادي",
    "سد",
    "نور",
    "سلام",
    "امل",
    "بلد",
    "سوق",
    "حي",
    "مركز",
    "ساحل",
    "بحر",
    "نيس",
    "باري",
    "ليل",
    "بال",
    "كان",
    "كانت",
    "لين",
    "سن",
    "رام",
    "تور",
    "لون",
    "مال",
    "دور",
    "كل",
    "بعد",
    "قبل",
    "مع",
    "ان",
    "هذا",
    "سان",
    "الشمال",
    "الجنوب",
    "النصر",
    "الوحده",
    "الثوره",
    "الرحمه",
    "الحياه",
    "المجد",
    "الكرامه",
    "التحرير",
    "الخبر",
    "بارك",
    "لار",
    "اول",
    "ابي",
    "لم",
    "لن",
    "بيان",
    "سري",
    "الدار",
    "تحت",
    "فوق",
    "هنا",
    "موت",
    "سحر",
    "شاب",
    "حسن",
    "كبير",
    "صغير",
    "جديد",
    "طبقه",
    "شيخ",
    "راي",
    "حال",
    "بدر",
    "قريه",
    "مدينه",
    "تربه",
    "المكتب",
    "الحمام",
    "الشيخ",
    "العرب",
    "البيت",
    "المرج",
    "الاحمر",
    "البيضاء",
    "الخضراء",
    "الصفراء",
    "مني",
    "لك",
    "بهم",
    "منا",
    "ليا",
    "لها",
    "بها",
    "ساري",
    "سيدي",
    "الحد",
    "حد",
    "نجع",
    "ملك",
    "الملك",
    "عدل",
    "الصدر",
    "السيد",
    "النجم",
    "بدا",
    "الدرجه",
    "الفجر",
    "الصبح",
    "العصر",
    "سار",
    "عالي",
    "البحر",
    "الشط",
    "كورونا",
    "الداخليه",
    "العاصمه",
    "دوله",
    "الشرقيه",
    "الشماليه",
    "الغربيه",
    "الجنوبيه",
    "الوسطي",
    "الجديد",
    "الصور",
    "جامعه",
    "خبر",
    "كيل",
    "وان",
    "لان",
    "وقف",
    "سلاله",
    "الام",
    "لاول",
    "الحكومه",
    "البلاد",
    "اب",
    "لاد",
    "لير",
    "طراز",
    "بيرا",
    "اطار",
    "رقه",
    "الشهداء",
    "السجن",
    "مرفا",
    "قتل",
    "سحب",
    "جنه",
    "ثوره",
    "تجاريه",
    "الظاهره",
    "العماره",
    "الدور",
    "البيض",
    "الشاطي",
    "شان",
    "باي",
    "بانه",
    "بان",
    "دوره",
    "حجه",
    "الابيض",
    "الاسود",
    "مشهد",
    "كسب",
    "صباح",
    "منكوبه",
    "امانه",
    "الامانه",
    "حكومه",
    "مان",
    "هاله",
    "لونه",
    "وزاره",
    "يوم",
    "شهر",
    "عام",
    "سنه",
    "ساعه",
    "دول",
    "قوات",
    "عناصر",
    "نفر",
    "ارض",
    "الارض",
    "سماء",
    "الله",
    "بلاد",
    "شعب",
    "الشعب",
    "النظام",
    "المعارضه",
    "الجيش",
    "جيش",
    "حرب",
    "الحرب",
    "سلم",
    "ضرب",
    "قصف",
    "حصار",
    "نار",
    "النار",
    "مصنع",
    "مزارع",
    "المزارع",
    "معمل",
    "مطار",
    "المطار",
    "ميناء",
    "الميناء",
    "طريق",
    "الطريق",
    "نهر",
    "النهر",
    "سهل",
    "السهل",
    "غاب",
    "صدد",
    "الاصنام",
    "العصابه",
    "الزياره",
    "الميادين",
    "نوكيا",
    "رينو",
    "مبلغ",
    "معسكر",
    "ميدان",
    "سالكه",
    "جنان",
];

/// Names of places that are everyday words as well: believed after في, قرب and the like.
const DOUBTFUL: &[&str] = &[
    "الباب",
    "حماه",
    "حمص",
    "الرقه",
    "تدمر",
    "صور",
    "جده",
    "الجزيره",
    "الكسوه",
    "الفرات",
    "المنصوره",
    "العامريه",
    "الهول",
    "الميدان",
    "الزهراء",
    "الساحل",
    "الخليج",
    "الطبقه",
    "الراعي",
    "الزاويه",
    "الكرك",
    "السيب",
    "الدمام",
    "ابها",
    "قم",
    "يزد",
    "الصعيد",
    "المطريه",
    "قنا",
    "بنها",
    "الجيزه",
    "صلاح الدين",
    "الحسن",
    "بورصه",
    "ميلان",
    "ليون",
    "بري",
    "نوك",
    "مالي",
    "كانو",
    "المهره",
    "حائل",
    "الريان",
    "البريج",
];

/// Names of places that are given names or surnames as well, folded.
const GIVEN_NAMES: &[&str] = &[
    "محمد",
    "احمد",
    "علي",
    "حسين",
    "حسن",
    "خالد",
    "بشار",
    "صالح",
    "سعيد",
    "سعيده",
    "سليمان",
    "ابراهيم",
    "يوسف",
    "عمر",
    "عثمان",
    "مصطفي",
    "فاطمه",
    "مريم",
    "زينب",
    "سلمي",
    "هاجر",
    "ياسين",
    "طه",
    "ادم",
    "نوح",
    "عيسي",
    "موسي",
    "هارون",
    "داود",
    "اسماعيل",
    "اسحاق",
    "يعقوب",
    "فيصل",
    "سلطان",
    "ناصر",
    "نصر",
    "جابر",
    "جمال",
    "كمال",
    "رشيد",
    "الرشيد",
    "هاشم",
    "قاسم",
    "حمزه",
    "عباس",
    "جعفر",
    "صادق",
    "الصادق",
    "مهدي",
    "المهدي",
    "هادي",
    "رضا",
    "سالم",
    "سليم",
    "كريم",
    "حكيم",
    "ماهر",
    "طارق",
    "زياد",
    "فارس",
    "فراس",
    "باسل",
    "وليد",
    "رامي",
    "سامي",
    "هاني",
    "نبيل",
    "عادل",
    "مازن",
    "جورج",
    "بول",
    "جون",
    "مارك",
    "جاك",
    "سيمون",
    "مارتن",
    "جيمس",
    "هنري",
    "لويس",
    "كارلوس",
    "انطونيو",
    "سلفادور",
    "فيكتوريا",
    "ادي",
    "سام",
    "توماس",
    "الكساندر",
    "نيكولا",
    "ماركو",
    "لينا",
    "رنا",
    "دانا",
    "هنا",
    "سارا",
    "ساره",
    "ندي",
    "نورا",
    "الحسين",
    "العلي",
    "الحسن",
    "المحمد",
    "الاسد",
    "الاحمد",
    "العبد",
    "العبدالله",
    "عبدالله",
    "الخطيب",
    "النجار",
    "الحلبي",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_are_taken_off() {
        let texts = |word: &str| forms(word).into_iter().map(|form| form.text).collect::<Vec<_>>();
        assert_eq!(texts("وبحلب"), ["وبحلب", "بحلب", "حلب"]);
        assert_eq!(texts("للرقه"), ["للرقه", "الرقه"]);
        assert_eq!(texts("ادلب"), ["ادلب"]);
    }
}
