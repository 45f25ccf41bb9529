//! The grammar of the languages that are read by tables (`crate::tongues`): who says what, attacks with their parts, figures
//! of harm, denials, appeals, pledges, evidence, legal words.
//!
//! One grammar over phrases and the order of words, for languages that write from left to right with capitals; what differs
//! between them stands in their tables. A first version: it reads the plain prose of releases and posts, and deliberately
//! leaves alone what it cannot tie to words of the tables.

mod attacks;
mod attribution;
mod casualties;

use std::{collections::BTreeMap, ops::Range};

use serde_json::{Value, json};

use super::told::attribution::{Attribution, NEIGHBOURS, chain, innermost};
use super::told::{self, Attack, Said, Scene, said_of};
use super::{Options, object::Builder, object::Why};
use crate::tongues::Tongue;
use crate::tongues::words::{Cat, Words};
use crate::{text, time};

/// Longest name, in tokens.
const LONGEST_NAME: usize = 12;

/// Reads a text in `tongue` into `b`.
pub fn read(text: &str, tongue: &Tongue, options: &Options<'_>, b: &mut Builder<'_>) {
    let cut = tongue.cut(text, &text::sentences(text));
    let words = &cut.words;
    let mut reader = Reader { words, tongue, names: BTreeMap::new() };
    let places = told::places(words, options.gazetteer.find_in(text, tongue, words), b);
    let times = told::times(words, time::find_cut(text, &cut, options.published), b);
    let attributions = attribution::find(words);
    let figures = casualties::find(words);
    let mut attacks = attacks::find(words, tongue, &attributions);
    attacks.retain(|attack| attack.is_told() || !told::inside(&places, &attack.zone).is_empty());
    let said = told::attributions(words, &attributions, &mut |tokens, role, b| reader.name(tokens, role, b), b);
    reader.people_tell(&attributions, b);
    reader.things(b);
    let sums_up = |sentence: &Range<usize>| words.hits_in(sentence, Cat::Sums).next().is_some();
    let figure_ids = told::figures(words, &figures, &sums_up, &attacks, &attributions, &said, b);
    let scene = Scene {
        words,
        places: &places,
        times: &times,
        attributions: &attributions,
        said: &said,
        figures: &figures,
        figure_ids: &figure_ids,
    };
    let ids = told::attacks(&scene, &attacks, &mut |tokens, role, b| reader.name(tokens, role, b), b);
    reader.statements(&attributions, &attacks, &ids, &said, b);
    reader.legal(&attacks, &ids, &attributions, &said, b);
}

struct Reader<'w, 't> {
    words: &'w Words<'t>,
    tongue: &'w Tongue,
    /// Names by their stems, with the id of the first mention.
    names: BTreeMap<String, String>,
}

impl Reader<'_, '_> {
    /// The mention of a person or body; the id of this mention.
    fn name(&mut self, tokens: &Range<usize>, role: &'static str, b: &mut Builder<'_>) -> Option<String> {
        let range = self.words.bytes(tokens);
        let name = b.quote(&range).to_owned();
        if name.trim().is_empty() {
            return None;
        }
        let has = |cat: Cat| self.words.hits_in(tokens, cat).next().is_some();
        let body =
            self.words.has(tokens.start, Cat::OrgHead) || has(Cat::OrgHead) && !has(Cat::Title) || has(Cat::Actor);
        let kind = if body { "organisation" } else { "person" };
        // Cases of one name share their stems.
        let stems: Vec<&str> =
            self.words.list[tokens.clone()].iter().map(|token| self.tongue.stem(&token.word)).collect();
        let key = stems.join(" ");
        let first = self.names.get(&key).cloned();
        let fields = json!({"type": kind, "name": name, "canonical": name, "same_as": first, "role": role});
        let why = Why::new("named_by_head_word", 0.65, "a title, the head word of a body's name, or capitals");
        let id = b.push("mention", range, fields, why);
        if first.is_none() {
            self.names.insert(key, id.clone());
        }
        Some(id)
    }

    /// Unnamed people who were there tell it.
    fn people_tell(&self, list: &[Attribution], b: &mut Builder<'_>) {
        for one in list.iter().filter(|one| one.stance == "asserts" && one.source_of.is_none()) {
            let named = self.words.list[one.source.clone()].iter().skip(1).any(|token| token.capital);
            let people = self.words.hits_in(&one.source, Cat::People).next();
            let Some(people) = people.filter(|_| !named && one.source.len() <= LONGEST_NAME) else { continue };
            let range = self.words.bytes(&one.source);
            let name = b.quote(&range).to_owned();
            let fields = json!({"type": "evidence", "name": name, "canonical": people.class, "class": people.class});
            b.push("mention", range, fields, Why::new("people_tell", 0.65, "unnamed people who were there tell it"));
        }
    }

    /// Mentions of facilities, weapons and evidence.
    fn things(&self, b: &mut Builder<'_>) {
        for hit in self.words.hits().iter().filter(|hit| !hit.weak) {
            let kind = match hit.cat {
                Cat::Target => "facility",
                Cat::Weapon => "weapon",
                Cat::Evidence => "evidence",
                _ => continue,
            };
            let range = self.words.bytes(&hit.tokens());
            let name = b.quote(&range).to_owned();
            let class = (hit.cat == Cat::Evidence).then_some(hit.class);
            let fields = json!({"type": kind, "name": name, "canonical": hit.class, "class": class});
            b.push("mention", range, fields, Why::new("lexicon", 0.8, format!("a word for {}", hit.class)));
        }
    }

    /// Denials, appeals, pledges and forecasts, each of one attribution.
    fn statements(&self, list: &[Attribution], attacks: &[Attack], ids: &[String], said: &[Said], b: &mut Builder<'_>) {
        for (at, (one, who)) in list.iter().zip(said).enumerate() {
            let content = self.words.bytes(&one.content);
            let cover = self.words.bytes(&(one.cue.start.min(one.content.start)..one.content.end.max(one.cue.end)));
            let inside = |attack: &Attack| one.content.contains(&attack.trigger.start);
            let first = attacks.partition_point(|attack| attack.trigger.start < one.content.start);
            let about = ids.get(first).filter(|_| inside(&attacks[first]));
            let by = who.source.clone().or_else(|| who.name.clone());
            let chain: Vec<&String> = chain(list, at).into_iter().map(|at| &said[at].id).collect();
            let mut fields =
                json!({"by": by, "content": b.quote(&content), "about": about, "said_by": who.id, "chain": chain});
            let has = |cat: Cat| self.words.hits_in(&one.content, cat).next();
            let undone = |attack: &Attack| {
                inside(attack) && attack.polarity == "denied" && innermost(list, attack.trigger.start) == Some(at)
            };
            let (kind, act, why) = match one.stance {
                "denies" => {
                    let act = if has(Cat::Blame).is_some() { "denies responsibility" } else { "denies event" };
                    ("denial", Some(act), Why::new("verb_of_denial", 0.75, "a verb of denial and what it denies"))
                }
                "pledges" => ("pledge", None, Why::new("verb_of_pledge", 0.7, "a party says what it will do")),
                "urges" => {
                    let to: Vec<String> =
                        one.addressee.iter().map(|to| b.quote(&self.words.bytes(to)).to_owned()).collect();
                    let kind = has(Cat::Aim).map_or("other", |hit| hit.class);
                    fields = json!({
                        "by": by, "to": (!to.is_empty()).then_some(to), "to_do": b.quote(&content), "type": kind,
                        "said_by": who.id, "chain": chain,
                    });
                    ("appeal", None, Why::new("verb_of_appeal", 0.7, "a verb of calling on somebody and what for"))
                }
                "asserts" if attacks[first..].iter().take_while(|attack| inside(attack)).any(undone) => {
                    let why = Why::new("negated_attack", 0.6, "the speaker says that it was not done");
                    ("denial", Some("denies event"), why)
                }
                _ => continue,
            };
            if let (Some(map), Some(act)) = (fields.as_object_mut(), act) {
                map.insert("act".to_owned(), Value::from(act));
            }
            b.push(kind, cover, fields, why);
        }
    }

    fn legal(&self, attacks: &[Attack], ids: &[String], list: &[Attribution], said: &[Said], b: &mut Builder<'_>) {
        for hit in self.words.hits().iter().filter(|hit| hit.cat == Cat::Legal) {
            let range = self.words.bytes(&hit.tokens());
            let sentence = self.words.sentence(hit.start);
            let after = attacks.partition_point(|attack| attack.trigger.start < hit.start);
            let near = after.saturating_sub(NEIGHBOURS)..attacks.len().min(after + NEIGHBOURS);
            let about = near
                .filter(|at| sentence.contains(&attacks[*at].trigger.start))
                .min_by_key(|at| attacks[*at].trigger.start.abs_diff(hit.start))
                .map(|at| &ids[at]);
            let (said_by, chain) = said_of(list, said, hit.start);
            let negated = (hit.start.saturating_sub(2)..hit.start).any(|at| self.words.has(at, Cat::Not));
            let fields = json!({
                "characterisation": hit.class, "about": about, "said_by": said_by, "chain": chain,
                "polarity": if negated { "denied" } else { "asserted" },
            });
            let reason = format!("the words “{}” as said, no finding", b.quote(&range));
            b.push("legal", range, fields, Why::new("legal_words", 0.75, reason));
        }
    }
}

#[cfg(test)]
mod tests;
