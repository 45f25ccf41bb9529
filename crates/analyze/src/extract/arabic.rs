//! The Arabic grammar: who says what, attacks with their parts, figures of harm, denials, appeals, pledges, legal words.
//!
//! A first version, over a lexicon (`lexicon/arabic.txt`) and word forms, not over parsed sentences: it reads the plain
//! prose of releases and bulletins, and deliberately leaves alone what it cannot tie to words of the lexicon. Words of
//! one side's vocabulary appear only in quotations; what is made of them is neutral.

mod appeals;
mod attacks;
mod attribution;
mod casualties;
mod instruments;
mod numbers;
mod words;

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Value, json};

use super::told::attribution::{self as nesting, Attribution, innermost};
use super::told::{self, Attack, Said, Scene, said_of};
use super::{Options, object::Builder, object::Why};
use crate::{text, time};
use words::{Cat, Words};

/// Reads an Arabic text into `b`.
pub fn read(text: &str, options: &Options<'_>, b: &mut Builder<'_>) {
    let words = words::read(text, &text::sentences(text));
    let mut reader =
        Reader { words: &words, names: BTreeMap::new(), heads: BTreeMap::new(), places: Vec::new(), times: Vec::new() };
    reader.places = told::places(&words, options.gazetteer.find(text), b);
    reader.times = told::times(&words, time::find(text, options.published), b);
    let attributions = attribution::find(&words, &|at| reader.begins_place(at));
    let mut attacks = attacks::find(&words);
    // A bare “the attack” without part or place adds nothing to the one told before.
    attacks.retain(|attack| {
        let cue = attributions.iter().any(|one| one.cue.start == attack.trigger.start);
        !cue && (attack.is_told() || !told::inside(&reader.places, &attack.zone).is_empty())
    });
    let figures = casualties::find(&words);
    let said = told::attributions(&words, &attributions, &mut |tokens, role, b| reader.name(tokens, role, b), b);
    reader.people_tell(&attributions, b);
    reader.things(b);
    let sums_up = |sentence: &Range<usize>| {
        words.list[sentence.clone()].iter().any(|token| token.any(&["منذ", "حصيله", "اجمالي", "مجموع"]))
    };
    let figure_ids = told::figures(&words, &figures, &sums_up, &attacks, &attributions, &said, b);
    let (places, times) = (std::mem::take(&mut reader.places), std::mem::take(&mut reader.times));
    let scene = Scene {
        words: &words,
        places: &places,
        times: &times,
        attributions: &attributions,
        said: &said,
        figures: &figures,
        figure_ids: &figure_ids,
    };
    let attack_ids = told::attacks(&scene, &attacks, &mut |tokens, role, b| reader.name(tokens, role, b), b);
    reader.places = places;
    reader.statements(&attributions, &attacks, &attack_ids, &said, b);
    reader.legal(&attacks, &attack_ids, &attributions, &said, b);
    reader.instruments(&attributions, &said, b);
}

struct Reader<'w, 't> {
    words: &'w Words<'t>,
    /// Folded names of people and bodies, with the id of the first mention.
    names: BTreeMap<String, String>,
    /// Head words of bodies named in full, with the name and the id of its first mention; the last named counts.
    heads: BTreeMap<String, (String, String)>,
    places: told::Spots,
    times: told::Spots,
}

impl Reader<'_, '_> {
    /// A name of a place begins at token `at`.
    fn begins_place(&self, at: usize) -> bool {
        self.places.binary_search_by_key(&at, |(tokens, _)| tokens.start).is_ok()
    }

    /// The mention of a person or body, made when it is the first; the id of this mention.
    fn name(&mut self, tokens: &Range<usize>, role: &'static str, b: &mut Builder<'_>) -> Option<String> {
        let range = self.words.bytes_bare(tokens);
        let name = b.quote(&range).to_owned();
        if name.trim().is_empty() {
            return None;
        }
        let head = |cat: Cat| tokens.clone().any(|at| self.words.hit_at(at, cat).is_some());
        let kind = if head(Cat::Title) && self.words.hit_at(tokens.start, Cat::OrgHead).is_none() {
            "person"
        } else {
            "organisation"
        };
        let kind = if head(Cat::OrgHead) || head(Cat::Actor) || head(Cat::Title) { kind } else { "person" };
        let key = witnessmark_model::words::query_terms(&name).join(" ");
        let first = self.names.get(&key).cloned();
        // `العيادة` after `عيادة قانون اللاجئين`: the head word with the article stands for the name.
        let head_word = self.words.list[tokens.start].word.trim_start_matches('و').to_owned();
        let bare_head = head_word.strip_prefix("ال").unwrap_or(&head_word).to_owned();
        let short = head_word.starts_with("ال") && tokens.len() <= 2 && first.is_none();
        let full = short.then(|| self.heads.get(&bare_head).cloned()).flatten();
        let (canonical, first) = match full {
            Some((full, id)) => (full, Some(id)),
            None if short => (self.full_name(tokens.start, &bare_head, b).unwrap_or_else(|| name.clone()), first),
            None => (name.clone(), first),
        };
        let fields = json!({"type": kind, "name": name, "canonical": canonical, "same_as": first, "role": role});
        let id = b.push(
            "mention",
            range,
            fields,
            Why::new("named_by_head_word", 0.7, "a title or the head word of a body's name"),
        );
        if first.is_none() {
            self.names.insert(key, id.clone());
        }
        if !head_word.starts_with("ال") && tokens.len() > 1 {
            self.heads.insert(bare_head, (name, first.unwrap_or_else(|| id.clone())));
        }
        Some(id)
    }

    /// The full name that a head word with the article takes up: the last place before `at` where it stands without one and goes on.
    fn full_name(&self, at: usize, head: &str, b: &Builder<'_>) -> Option<String> {
        /// How far back a name is looked for, in tokens.
        const BACK: usize = 200;
        let known = |token: &words::Token| !token.word.trim_start_matches('و').starts_with("ال") && token.any(&[head]);
        let start = (at.saturating_sub(BACK)..at).rev().find(|before| known(&self.words.list[*before]))?;
        let mut end = start + 1;
        while end < at && end < start + 4 {
            let token = &self.words.list[end];
            let goes_on = token.is_word
                && (end == start + 1 || token.word.starts_with("ال"))
                && !token.is(attribution::SUBJECT_ENDS);
            if !goes_on {
                break;
            }
            end += 1;
        }
        (end > start + 1).then(|| b.quote(&self.words.bytes_bare(&(start..end))).to_owned())
    }

    /// `قال سكان إن`: unnamed people who were there tell it.
    fn people_tell(&self, list: &[Attribution], b: &mut Builder<'_>) {
        const PEOPLE: &[&str] = &[
            "سكان",
            "اهالي",
            "شهود",
            "شاهد",
            "ناجون",
            "ناجين",
            "ناجيات",
            "ناجيه",
            "مسعفون",
            "مسعفين",
            "اطباء",
            "ممرضون",
            "ممرضات",
            "نازحون",
            "نازحين",
            "قرويون",
            "مزارعون",
            "عمال",
            "اسر",
            "عائلات",
            "خبازون",
            "خبازين",
            "سائقون",
            "سائقوها",
            "مدعوون",
            "مدعوين",
            "مصلون",
            "ركاب",
            "معتقلون",
            "جيران",
            "مواطنون",
            "ذوو",
            "والد",
            "والده",
            "طواقم",
            "مهندسون",
            "عاملون",
            "متطوعون",
            "متطوعو",
            "صيادون",
            "تجار",
            "طلاب",
        ];
        for one in list.iter().filter(|one| one.stance == "asserts" && one.source_of.is_none()) {
            let Some(first) = self.words.list.get(one.source.start).filter(|_| !one.source.is_empty()) else {
                continue;
            };
            if !first.any(PEOPLE) || one.source.len() > 5 {
                continue;
            }
            let range = self.words.bytes_bare(&one.source);
            let name = b.quote(&range).to_owned();
            let fields =
                json!({"type": "evidence", "name": name, "canonical": "witness_account", "class": "witness_account"});
            b.push("mention", range, fields, Why::new("people_tell", 0.65, "unnamed people who were there tell it"));
        }
    }

    /// Mentions of facilities, weapons and evidence.
    fn things(&self, b: &mut Builder<'_>) {
        for hit in self.words.hits() {
            // An exhibition or a competition of photographs is no evidence.
            let show = hit.cat == Cat::Evidence
                && hit.start > 0
                && self.words.list[hit.start - 1].any(&["معرض", "مسابقه", "مهرجان", "البوم", "هاتف"]);
            if show {
                continue;
            }
            let kind = match hit.cat {
                Cat::Target if !hit.weak => "facility",
                Cat::Weapon if !hit.weak => "weapon",
                Cat::Evidence => "evidence",
                _ => continue,
            };
            let range = self.words.bytes_bare(&hit.tokens());
            let name = b.quote(&range).to_owned();
            let class = (hit.cat == Cat::Evidence).then_some(hit.class);
            let mut fields = json!({"type": kind, "name": name, "canonical": hit.class, "class": class});
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, value| !value.is_null());
            }
            b.push("mention", range, fields, Why::new("lexicon", 0.85, format!("a word for {}", hit.class)));
        }
    }

    /// Denials, appeals, pledges and forecasts, each of one attribution.
    fn statements(&self, list: &[Attribution], attacks: &[Attack], ids: &[String], said: &[Said], b: &mut Builder<'_>) {
        for (one, who) in list.iter().zip(said) {
            let content = self.words.bytes(&one.content);
            let cover =
                self.words.bytes_bare(&(one.cue.start.min(one.content.start)..one.content.end.max(one.cue.end)));
            let about = attacks
                .iter()
                .zip(ids)
                .find(|(attack, _)| one.content.contains(&attack.trigger.start))
                .map(|(_, id)| id);
            let by = who.source.clone().or_else(|| who.name.clone());
            let chain: Vec<&String> = list
                .iter()
                .position(|other| other.cue == one.cue)
                .map(|index| nesting::chain(list, index).into_iter().map(|at| &said[at].id).collect())
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
                "asserts" if about_denied(one, attacks, list) => {
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
        let accused = tokens.iter().any(|token| token.any(attribution::ACCUSED));
        let called_false = tokens.iter().any(|token| token.any(FALSE))
            || tokens.windows(2).any(|two| two[0].is(&["لا"]) && two[1].any(&["اساس", "صحه"]));
        let no_part = tokens.windows(2).any(|two| {
            two[0].any(&["لا", "ليست", "ليس", "غير"]) && two[1].any(&["علاقه", "مسؤوله", "مسؤولا", "صله", "ضالعه"])
        });
        accused && called_false || no_part
    }

    /// `متحف جرائم الحرب`: the words are part of a name.
    fn in_a_name(&self, at: usize) -> bool {
        const BEARERS: &[&str] =
            &["متحف", "محكمه", "لجنه", "قانون", "وحده", "معهد", "ملف", "مكتب", "شعبه", "فيلم", "كتاب"];
        at.checked_sub(1).is_some_and(|before| self.words.list[before].any(BEARERS))
    }

    /// `امتنع عن القول إن كان … جريمة حرب`: nobody has said so.
    fn left_open(&self, at: usize) -> bool {
        let from = at.saturating_sub(12).max(self.words.sentence(at).start);
        self.words.list[from..at]
            .windows(2)
            .any(|two| two[0].any(&["ان", "اذا", "ما"]) && two[1].any(&["كان", "كانت", "اذا"]) || two[0].is(&["هل"]))
    }

    fn legal(&self, attacks: &[Attack], ids: &[String], list: &[Attribution], said: &[Said], b: &mut Builder<'_>) {
        for hit in self.words.hits().iter().filter(|hit| hit.cat == Cat::Legal) {
            let range = self.words.bytes_bare(&hit.tokens());
            let sentence = self.words.sentence(hit.start);
            let about = attacks
                .iter()
                .zip(ids)
                .filter(|(attack, _)| sentence.contains(&attack.trigger.start))
                .min_by_key(|(attack, _)| attack.trigger.start.abs_diff(hit.start))
                .map(|(_, id)| id);
            let (said_by, chain) = said_of(list, said, hit.start);
            if self.in_a_name(hit.start) || self.left_open(hit.start) {
                continue;
            }
            let negated =
                hit.start.checked_sub(1).is_some_and(|before| self.words.list[before].is(&["ليست", "ليس", "غير"]));
            let fields = json!({
                "characterisation": hit.class, "about": about, "said_by": said_by, "chain": chain,
                "polarity": if negated { "denied" } else { "asserted" },
            });
            let reason = format!("the words “{}” as said, no finding", b.quote(&range));
            b.push("legal", range, fields, Why::new("legal_words", 0.8, reason));
        }
    }
}

/// The innermost thing said is an attack that was not done.
fn about_denied(one: &Attribution, attacks: &[Attack], list: &[Attribution]) -> bool {
    attacks.iter().any(|attack| {
        attack.polarity == "denied"
            && one.content.contains(&attack.trigger.start)
            && innermost(list, attack.trigger.start).is_some_and(|index| list[index].cue == one.cue)
    })
}

/// What kind of deed an appeal asks for.
fn appeal_kind(tokens: &[words::Token]) -> &'static str {
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

#[cfg(test)]
mod tests;
