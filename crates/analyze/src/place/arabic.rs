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
        let cue = self.cue(at);
        for form in forms(&self.words[at].folded) {
            if form.taken > 0 && form.text.chars().count() < SHORTEST_NAME {
                continue;
            }
            for length in (1..=LONGEST_NAME).rev() {
                let Some(end) = self.joined(at, length) else { continue };
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
                self.drop_unlikely(&key, at, end, cue, form.preposition, &mut hits);
                if !hits.is_empty() {
                    let unsure = matches!(cue, Cue::None | Cue::Somewhere);
                    return Some(Found { words: at..end, range, hits, cue, unsure });
                }
            }
        }
        self.unknown(at, cue)
    }

    /// Where `length` words from `at` end, if only spaces stand between them.
    fn joined(&self, at: usize, length: usize) -> Option<usize> {
        let run = self.words.get(at..at + length)?;
        run[1..].iter().all(|word| word.arabic && matches!(word.gap, Gap::Space | Gap::Hyphen)).then_some(at + length)
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

    fn drop_unlikely(
        &self,
        key: &str,
        at: usize,
        end: usize,
        cue: Cue,
        joined_preposition: bool,
        hits: &mut Vec<Hit<'_>>,
    ) {
        let settled = !matches!(cue, Cue::None | Cue::Somewhere);
        let everyday = EVERYDAY.contains(&key);
        let given = GIVEN_NAMES.contains(&key);
        // A word with a joined ب or ل is more often the everyday one.
        if everyday && !settled && (joined_preposition || !self.next_to_place(at, end)) {
            hits.clear();
        }
        if given && !settled {
            hits.clear();
        }
        let title =
            is_title(self.before(at, 1)) || matches!(self.before(at, 1), "ابو" | "بن" | "ابن" | "عبد" | "ام" | "ال");
        if title && !settled {
            hits.clear();
        }
        let short = key.chars().count() < SHORTEST_NAME;
        hits.retain(|hit| {
            let area = matches!(hit.place.level, Level::Country | Level::Province | Level::Region);
            settled || area || (!short && (cue == Cue::Somewhere || hit.place.population >= 100_000 || hit.place.own))
        });
    }

    /// The word before or after is joined by و and names a kind of place: “مدينتي حماة وحمص”.
    fn next_to_place(&self, at: usize, _end: usize) -> bool {
        matches!(self.before(at, 1), "في" | "مدينتي" | "محافظتي" | "ريفي" | "بلدتي")
            || kind_word(self.before(at, 2)).is_some()
    }

    /// بلدة فلانة: a place by grammar that the table lacks.
    fn unknown(&self, at: usize, cue: Cue) -> Option<Found<'a>> {
        if !matches!(cue, Cue::City | Cue::Town | Cue::Village) {
            return None;
        }
        let first = &self.words[at];
        if first.gap != Gap::Space || !names_a_place(&first.folded) {
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
        Some(Found { words: at..end, range, hits, cue, unsure: false })
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
    } else if let Some(stem) = rest.strip_prefix(['ب', 'ل', 'ك']) {
        out.push(Form { text: stem.to_owned(), taken: and + 1, preposition: !rest.starts_with('ك') });
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

/// Names of places that are everyday words as well, folded.
const EVERYDAY: &[&str] = &[
    "الباب",
    "المدينه",
    "حماه",
    "الحسن",
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
    "الساحل",
    "الحي",
    "البلد",
    "القصر",
    "الزهراء",
    "الصفا",
    "المعمل",
    "الميدان",
    "السوق",
    "الراس",
    "مصر",
    "قطر",
    "صور",
    "عمان",
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
    "بون",
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
    "الجزيره",
    "الكسوه",
    "الشمال",
    "الجنوب",
    "الفرات",
    "النصر",
    "الوحده",
    "الثوره",
    "الرحمه",
    "الحياه",
    "المجد",
    "القدس",
    "الكرامه",
    "التحرير",
    "الخليج",
    "المنصوره",
    "العامريه",
    "الهول",
    "جده",
    "الخبر",
    "الدمام",
    "ابها",
    "بارك",
    "لار",
    "اول",
    "ابي",
    "دبي",
    "لم",
    "لن",
    "قم",
    "يزد",
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
    "الطبقه",
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
    "الزاويه",
    "المرج",
    "الكرك",
    "السيب",
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
    "الراعي",
    "بدا",
    "داعل",
    "الدرجه",
    "الفجر",
    "الصبح",
    "العصر",
    "المغرب",
    "سار",
    "عالي",
    "البحر",
    "الشط",
    "حمص",
    "الرقه",
    "تدمر",
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
