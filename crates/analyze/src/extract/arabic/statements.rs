//! Denials, appeals, pledges and forecasts of an Arabic text: each of one attribution.
//!
//! Deliberately judges none of them: a denial says that somebody denies.

use serde_json::{Value, json};

use super::saying::ACCUSED;
use super::{Reader, appeals, words};
use crate::extract::object::{Builder, Why};
use crate::extract::told::attribution::{Attribution, chain as nesting, innermost};
use crate::extract::told::{Attack, Said};

impl Reader<'_, '_> {
    /// Denials, appeals, pledges and forecasts, each of one attribution.
    pub(super) fn statements(
        &self,
        list: &[Attribution],
        attacks: &[Attack],
        ids: &[String],
        said: &[Said],
        b: &mut Builder<'_>,
    ) {
        for (one, who) in list.iter().zip(said) {
            let content = self.words.bytes(&one.content);
            let cover =
                self.words.bytes_bare(&(one.cue.start.min(one.content.start)..one.content.end.max(one.cue.end)));
            let told = attacks.partition_point(|attack| attack.trigger.start < one.content.start);
            let about = ids.get(told).filter(|_| one.content.contains(&attacks[told].trigger.start));
            let by = who.source.clone().or_else(|| who.name.clone());
            let first = list.partition_point(|other| other.cue.start < one.cue.start);
            let chain: Vec<&String> = (first..list.len())
                .find(|at| list[*at].cue == one.cue)
                .map(|index| nesting(list, index).into_iter().map(|at| &said[at].id).collect())
                .unwrap_or_default();
            let tokens = &self.words.list[one.content.clone()];
            let mut fields =
                json!({"by": by, "content": b.quote(&content), "about": about, "said_by": who.id, "chain": chain});
            let set = |fields: &mut Value, key: &str, value: Value| {
                if let Some(map) = fields.as_object_mut() {
                    map.insert(key.to_owned(), value);
                }
            };
            match one.stance {
                "denies" => {
                    let responsibility = tokens.iter().any(|token| {
                        token.any(&[
                            "مسؤوليه",
                            "مسؤوليتها",
                            "مسؤوليته",
                            "وقوف",
                            "وقوفها",
                            "علاقه",
                            "علاقتها",
                            "ضلوع",
                            "ضلوعها",
                        ])
                    });
                    set(
                        &mut fields,
                        "act",
                        json!(if responsibility { "denies responsibility" } else { "denies event" }),
                    );
                    b.push(
                        "denial",
                        cover,
                        fields,
                        Why::new("verb_of_denial", 0.82, "a verb of denial and what it denies"),
                    );
                }
                "urges" => {
                    let to: Vec<String> = one
                        .addressee
                        .iter()
                        .flat_map(|to| appeals::each(self.words, to, &|at| self.begins_place(at)))
                        .map(|to| {
                            let range = self.words.bytes_bare(&to);
                            let joined = one.addressee.as_ref().is_some_and(|whole| whole.start < to.start);
                            let quote = b.quote(&range);
                            // The `و` that joins the second to the first is not of its name, nor the `ب` of `أهاب ب`.
                            let quote = if joined { quote.strip_prefix('و').unwrap_or(quote) } else { quote };
                            let by = self.words.list[one.cue.start].any(appeals::BY_PERSON);
                            if by { quote.strip_prefix('ب').unwrap_or(quote) } else { quote }.to_owned()
                        })
                        .collect();
                    let kind = appeal_kind(tokens);
                    let fields = json!({"by": by, "to": (!to.is_empty()).then_some(to), "to_do": b.quote(&content), "type": kind, "said_by": who.id, "chain": chain});
                    b.push(
                        "appeal",
                        cover,
                        fields,
                        Why::new("verb_of_appeal", 0.75, "a verb of calling on somebody and what for"),
                    );
                }
                "pledges" => {
                    b.push("pledge", cover, fields, Why::new("verb_of_pledge", 0.75, "a party says what it will do"));
                }
                "asserts" if self.denies_by_words(one) => {
                    set(&mut fields, "act", json!("denies event"));
                    b.push(
                        "denial",
                        cover,
                        fields,
                        Why::new("called_false", 0.7, "what was said against somebody is called false"),
                    );
                }
                "asserts" if about_denied(one, &attacks[told..], list) => {
                    set(&mut fields, "act", json!("denies event"));
                    b.push(
                        "denial",
                        cover,
                        fields,
                        Why::new("negated_attack", 0.65, "the speaker says that it was not done"),
                    );
                }
                _ if one.warns => {
                    b.push(
                        "forecast",
                        cover,
                        fields,
                        Why::new("verb_of_warning", 0.7, "what the speaker expects to come"),
                    );
                }
                _ => {}
            }
        }
    }

    /// `وصفت الاتهامات بأنها كاذبة`, `المزاعم لا أساس لها`, `لا علاقة لقواتنا`.
    fn denies_by_words(&self, one: &Attribution) -> bool {
        const FALSE: &[&str] = &[
            "كاذبه",
            "باطله",
            "ملفقه",
            "مفبركه",
            "عاريه",
            "افتراء",
            "افتراءات",
            "مضلله",
            "واهيه",
            "زائفه",
            "مزوره",
            "مزور",
            "مختلقه",
            "مغلوطه",
            "خرافه",
            "حكايه",
            "تلفيق",
            "مغرضه",
            "محض",
            "ادعاءات",
            "اكاذيب",
            "كذبه",
            "كذب",
            "مختلق",
            "ملفق",
            "كاذب",
            "كاذبا",
            "باطل",
            "دعايه",
        ];
        // Called false whatever it is: `لا صحة لـ`, `لا أساس لها`, `عار عن الصحة`, `محض افتراء`, `نسج خيال`, `لا يد لنا`.
        const UNTRUE: &[(&[&str], &[&str])] = &[
            (&["لا", "بلا", "دون"], &["صحه", "اساس"]),
            (&["عار", "عاريه", "عاريا"], &["عن", "من"]),
            (&["محض", "مجرد"], &["افتراء", "افتراءات", "كذب", "خيال", "اكاذيب", "اختلاق", "تلفيق"]),
            (&["نسج", "وحي"], &["خيال"]),
            (&["لا", "ليس", "ليست"], &["يد", "دخل", "شان"]),
            (&["ليس", "ليست", "يكن", "تكن"], &["لنا", "لقواتنا", "لقواته", "لقواتها"]),
            (&["دعايه"], &["رخيصه", "كاذبه", "مغرضه", "معاديه"]),
            (&["كذبه", "فبركه", "اكذوبه"], &["مكشوفه", "اعلاميه", "مفضوحه"]),
        ];
        let tokens = &self.words.list[one.cue.end.min(one.content.start)..one.content.end];
        const DONE: &[&str] = &[
            "تستهدف",
            "يستهدف",
            "تقصف",
            "يقصف",
            "تشن",
            "يشن",
            "تستخدم",
            "يستخدم",
            "تنفذ",
            "ينفذ",
            "تحلق",
            "يحلق",
            "تطلق",
            "يطلق",
            "ترتكب",
            "يرتكب",
            "تضرب",
            "يضرب",
            "تهاجم",
            "يهاجم",
            "تمنع",
            "يمنع",
            "تعتقل",
            "يعتقل",
            "تنشر",
            "ينشر",
            "تدخل",
            "يدخل",
            "تتعمد",
            "يتعمد",
        ];
        // `إن قواته لم تستهدف`: the speaker's own did not do it.
        let content = &self.words.list[one.content.start..one.content.end.min(one.content.start + 10)];
        let undone = content.windows(2).any(|two| two[0].any(&["لم", "لن", "لا"]) && two[1].any(DONE));
        let own = content.first().is_some_and(|first| {
            first.is_word
                && (first.word.ends_with('ه')
                    || first.word.ends_with("ها")
                    || first.word.ends_with("نا")
                    || first.is(&["لم"]))
        }) || one.content.start > 0
            && self.words.list[one.content.start - 1].any(&["انه", "انها", "انهم", "اننا", "بانه", "بانها"]);
        if undone && own {
            return true;
        }
        let untrue =
            |two: &[words::Token]| UNTRUE.iter().any(|(first, second)| two[0].any(first) && two[1].any(second));
        let told = &self.words.list[one.content.start..one.content.end];
        // `غير صحيح`, `الصور مفبركة`, `لم تكن في المنطقة`: said by one who could have done it.
        let party_denies = || {
            let faked =
                told.iter().take(8).any(|token| token.any(&["مفبركه", "مفبرك", "ملفقه", "ملفق", "مزوره", "مزور"]));
            let not_there = told.windows(3).any(|three| {
                three[0].is(&["لم"])
                    && three[1].is(&["تكن", "يكن", "يكونوا", "نكن"])
                    && (three[2].is(&["في", "هناك", "علي", "قرب"]) || three[2].any(&["موجوده", "موجودا", "حاضره"]))
            });
            let incorrect = told
                .windows(2)
                .any(|two| two[0].is(&["غير"]) && two[1].any(&["صحيح", "صحيحه", "صحيحا", "وارد", "حقيقي"]));
            not_done(told) || faked || not_there || incorrect
        };
        if told.windows(2).any(untrue) || self.party(one) && party_denies() {
            return true;
        }
        let accused = tokens.iter().any(|token| token.any(ACCUSED));
        let called_false = tokens.iter().any(|token| token.any(FALSE))
            || tokens.windows(2).any(|two| {
                two[0].is(&["لا", "لم"]) && two[1].any(&["اساس", "صحه", "تستند", "يستند", "تقوم", "يقوم", "دليل"])
            });
        let no_part = tokens.windows(2).any(|two| {
            two[0].any(&["لا", "ليست", "ليس", "غير"]) && two[1].any(&["علاقه", "مسؤوله", "مسؤولا", "صله", "ضالعه"])
        });
        accused && called_false || no_part
    }
}

impl Reader<'_, '_> {
    /// Who speaks is one who could have done it, or speaks for one: no watcher and no body of relief.
    fn party(&self, one: &Attribution) -> bool {
        const PARTIES: &[&str] = &[
            "ناطق",
            "متحدث",
            "محامي",
            "محام",
            "وزير",
            "وزاره",
            "جيش",
            "قياده",
            "قائد",
            "سفاره",
            "سفير",
            "بلديه",
            "حكومه",
            "مندوب",
            "مندوبه",
            "رئيس",
            "محافظ",
            "مجلس",
            "جبهه",
            "حركه",
            "لواء",
            "شركه",
            "نائب",
            "جنرال",
            "عقيد",
            "عميد",
        ];
        self.words.list[one.source.clone()].iter().take(3).any(|token| token.any(PARTIES))
    }
}

/// `أنها لم تهدم بيتا`, `قواتها لم تطأ`: their own did not do it, near the head of what is said.
fn not_done(told: &[words::Token]) -> bool {
    /// What one says of oneself without denying anything.
    const OTHER: &[&str] = &[
        "تتمكن",
        "يتمكن",
        "تتلق",
        "يتلق",
        "تعد",
        "يعد",
        "تستطع",
        "يستطع",
        "تحصل",
        "يحصل",
        "تجد",
        "يجد",
        "تعرف",
        "يعرف",
        "تعلم",
        "يعلم",
        "تسمع",
        "يسمع",
        "تكن",
        "يكن",
        "تقرر",
        "يقرر",
        "تحدد",
        "يحدد",
        "تزل",
        "يزل",
        "تتضح",
        "يتضح",
        "تصل",
        "يصل",
        "تر",
        "ير",
        "تبلغ",
        "يبلغ",
        "تتوقف",
        "يتوقف",
        "توقف",
        "يوقف",
        "تصادق",
        "يصادق",
        "يبق",
        "تبق",
        "يحن",
        "يتغير",
    ];
    const HEAD: usize = 4;
    told.windows(2)
        .take(HEAD)
        .any(|two| two[0].is(&["لم", "ولم"]) && two[1].word.starts_with(['ت', 'ي', 'ن']) && !two[1].any(OTHER))
}

/// The innermost thing said is an attack that was not done.
fn about_denied(one: &Attribution, attacks: &[Attack], list: &[Attribution]) -> bool {
    attacks.iter().take_while(|attack| attack.trigger.start < one.content.end).any(|attack| {
        attack.polarity == "denied"
            && innermost(list, attack.trigger.start).is_some_and(|index| list[index].cue == one.cue)
    })
}

/// What kind of deed an appeal asks for.
pub fn appeal_kind(tokens: &[words::Token]) -> &'static str {
    let any = |list: &[&str]| tokens.iter().take(40).any(|token| token.any(list));
    if any(&["قتال", "القتال", "تصدي", "صفوف", "صفوفها", "جهاد", "مواجهه", "توحد", "انتقام"])
    {
        "fight"
    } else if any(&["تحقيق", "تحقق", "تقصي"]) {
        "investigate"
    } else if any(&["محاسبه", "مساءله", "محاكمه", "عداله", "معاقبه"]) {
        "account"
    } else if any(&["مساعدات", "اغاثه", "اغاثيه", "ادويه", "غذاء", "انسانيه"]) {
        "aid"
    } else if any(&["حمايه", "وقف", "انهاء", "رفع", "انقاذ", "ضغط", "منع", "ايقاف", "هدنه"])
    {
        "protect"
    } else {
        "other"
    }
}
