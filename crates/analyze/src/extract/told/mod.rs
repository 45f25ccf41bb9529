//! What grammars over tables find, as objects: shared by every language but English, whose grammar parses.
//!
//! A grammar fills [`Attribution`], [`Attack`] and [`Figure`] with ranges of tokens; this room turns them into the fields of the
//! contract, with spans, chains and reasons. It deliberately knows no language.

pub mod attribution;

use std::ops::Range;

use serde_json::{Value, json};

use super::object::{Builder, Why};
use crate::place::PlaceMention;
use crate::time::TimeMention;
use crate::tongues::words::Words;
use attribution::{Attribution, chain, innermost};

/// One figure.
#[derive(Debug, Clone)]
pub struct Figure {
    /// `killed`, `injured`, `missing`, `detained` or `displaced`.
    pub harm: &'static str,
    /// The words that say it.
    pub tokens: Range<usize>,
    /// At least.
    pub min: Option<u64>,
    /// At most; none when open.
    pub max: Option<u64>,
    /// Class of the people.
    pub who: &'static str,
    /// The words say that it is not exact.
    pub approximate: bool,
    /// Index of the figure that this one is part of (“among them three children”).
    pub part_of: Option<usize>,
    /// Dual and plural are written alike: two, or more.
    pub dual_or_plural: bool,
}

/// Something hit, or a weapon.
#[derive(Debug, Clone)]
pub struct Item {
    /// Class of the vocabulary.
    pub class: &'static str,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Called banned by whoever speaks.
    pub banned: bool,
}

/// Who is said to have done it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `state` or `organisation`.
    pub kind: &'static str,
    /// `direct` or `support`.
    pub mode: &'static str,
    /// Its tokens.
    pub tokens: Range<usize>,
}

/// One attack as told.
#[derive(Debug, Clone)]
pub struct Attack {
    /// Class of the vocabulary.
    pub act: &'static str,
    /// The word that tells it.
    pub trigger: Range<usize>,
    /// Where its parts were looked for.
    pub zone: Range<usize>,
    /// `one`, `counted` or `campaign`.
    pub scope: &'static str,
    /// How many.
    pub count: (Option<u64>, Option<u64>),
    /// What was hit.
    pub targets: Vec<Item>,
    /// Who was hit.
    pub victims: Vec<Item>,
    /// With what.
    pub weapons: Vec<Item>,
    /// By whom.
    pub actors: Vec<Actor>,
    /// `asserted`, `denied`, `hypothetical` or `future`.
    pub polarity: &'static str,
    /// Rule that found it.
    pub rule: &'static str,
}

impl Attack {
    /// Anything of it is told beside the bare word.
    pub fn is_told(&self) -> bool {
        !(self.targets.is_empty() && self.victims.is_empty() && self.weapons.is_empty() && self.actors.is_empty())
    }
}

/// Where things of one kind stand, in tokens and in order, with their ids.
pub type Spots = Vec<(Range<usize>, String)>;

/// Makes the mention of a person or body, in a role, and gives its id.
pub type Namer<'n> = dyn FnMut(&Range<usize>, &'static str, &mut Builder<'_>) -> Option<String> + 'n;

/// What the attacks of a text are told among.
pub struct Scene<'s, 't> {
    /// The words.
    pub words: &'s Words<'t>,
    /// Places.
    pub places: &'s [(Range<usize>, String)],
    /// Times.
    pub times: &'s [(Range<usize>, String)],
    /// Who says what.
    pub attributions: &'s [Attribution],
    /// What the attributions became.
    pub said: &'s [Said],
    /// Figures of harm.
    pub figures: &'s [Figure],
    /// Their ids.
    pub figure_ids: &'s [String],
}

/// Adds the places found in the text.
pub fn places(words: &Words<'_>, found: Vec<PlaceMention>, b: &mut Builder<'_>) -> Spots {
    let mut out = Spots::new();
    for place in found {
        let candidates: Vec<Value> = place
            .candidates
            .iter()
            .map(|one| {
                let mut value = json!({
                    "id": one.id, "name": one.name, "lat": one.lat, "lon": one.lon, "uncertainty_m": one.uncertainty_m,
                    "level": one.level, "score": one.score,
                });
                if let (Some(map), Some(parent)) = (value.as_object_mut(), &one.parent) {
                    map.insert("parent".to_owned(), json!(parent));
                }
                value
            })
            .collect();
        let best = place.candidates.first();
        let reason = match best {
            Some(best) => {
                format!("best of {} by name and context: {} ({})", candidates.len(), best.name, best.level)
            }
            None => "the words say that it is a place; the table has none of that name".to_owned(),
        };
        let score = best.map_or(0.4, |best| best.score);
        let fields = json!({"name": place.name, "candidates": candidates});
        let tokens = words.tokens_of(&place.range);
        let id = b.push("place", place.range, fields, Why::new("gazetteer", score, reason));
        out.push((tokens, id));
    }
    out
}

/// Adds the times found in the text.
pub fn times(words: &Words<'_>, found: Vec<TimeMention>, b: &mut Builder<'_>) -> Spots {
    let mut out = Spots::new();
    for found in found {
        let fields = json!({
            "earliest": found.earliest, "latest": found.latest, "granularity": found.granularity, "timex": found.timex,
            "basis": found.basis, "type": found.kind,
        });
        let reason = match found.basis {
            "stated" => "stated in the words",
            "relative_to_publication" => "counted from the date of publication",
            _ => "not resolved: the words leave it open, or the date of publication is not known",
        };
        let score = if found.basis == "unresolved" { 0.6 } else { 0.85 };
        let tokens = words.tokens_of(&found.range);
        let id = b.push("time", found.range, fields, Why::new("time_expression", score, reason));
        out.push((tokens, id));
    }
    out
}

/// How far from the word that tells an attack a place or time of its sentence may stand, in tokens.
const LONGEST_REACH: usize = 80;

/// The sentence of a token, as far as it is near: a line without a stop is no sentence.
fn around(words: &Words<'_>, at: usize) -> Range<usize> {
    let sentence = words.sentence(at);
    sentence.start.max(at.saturating_sub(LONGEST_REACH))..sentence.end.min(at + LONGEST_REACH)
}

/// Ids of what was found inside `zone`.
pub fn inside(list: &[(Range<usize>, String)], zone: &Range<usize>) -> Vec<String> {
    let from = list.partition_point(|(tokens, _)| tokens.start < zone.start);
    list[from..]
        .iter()
        .take_while(|(tokens, _)| tokens.start < zone.end)
        .filter(|(tokens, _)| tokens.end <= zone.end)
        .map(|(_, id)| id.clone())
        .collect()
}

/// Adds the attributions; for each its id and the id of its source's mention.
pub fn attributions(words: &Words<'_>, list: &[Attribution], name: &mut Namer<'_>, b: &mut Builder<'_>) -> Vec<Said> {
    let mut out: Vec<Said> = Vec::with_capacity(list.len());
    for one in list {
        let (source, named) = match one.source_of {
            Some(other) => out.get(other).map_or((None, None), |said: &Said| (said.source.clone(), said.name.clone())),
            None => {
                let id = name(&one.source, "source", b);
                (id, (!one.source.is_empty()).then(|| b.quote(&words.bytes_bare(&one.source)).to_owned()))
            }
        };
        let content = words.bytes(&one.content);
        let cue = words.bytes_bare(&one.cue);
        let start =
            [&one.source, &one.cue, &one.content].iter().filter(|part| !part.is_empty()).map(|part| part.start).min();
        let end =
            [&one.source, &one.cue, &one.content].iter().filter(|part| !part.is_empty()).map(|part| part.end).max();
        let cover = words.bytes(&(start.unwrap_or(one.cue.start)..end.unwrap_or(one.cue.end)));
        let span = (!one.source.is_empty() && one.source_of.is_none()).then(|| b.span(&words.bytes_bare(&one.source)));
        let urges = one.stance == "urges";
        let fields = json!({
            "source": source, "source_name": named, "source_span": span, "cue": b.span(&cue), "content": b.span(&content),
            "speech": one.speech, "stance": one.stance,
            "addressee": one.addressee.as_ref().filter(|_| urges).map(|to| b.quote(&words.bytes_bare(to)).to_owned()),
            "heard_by": one.addressee.as_ref().filter(|_| !urges).map(|to| heard(b.quote(&words.bytes_bare(to)))),
        });
        let reason = format!("“{}” carries what is said", b.quote(&cue));
        let score = match one.rule {
            "verb_then_subject" => 0.8,
            "according_to" => 0.75,
            "subject_then_verb" => 0.7,
            _ => 0.6,
        };
        let id = b.push("attribution", cover, fields, Why::new(one.rule, score, reason));
        out.push(Said { id, source, name: named });
    }
    for (at, (one, said)) in list.iter().zip(&out).enumerate() {
        if let Some(outer) = one.inside {
            b.set(&said.id, "inside", json!(out[outer].id));
            let chain: Vec<&String> = chain(list, at).into_iter().map(|at| &out[at].id).collect();
            b.set(&said.id, "chain", json!(chain));
        }
    }
    out
}

/// Those told, without the `ل` before them: `لوكالة نور` is `وكالة نور`, `للإذاعة` is `الإذاعة`.
fn heard(quote: &str) -> String {
    match quote.strip_prefix("لل") {
        Some(rest) => format!("ال{rest}"),
        None => quote.strip_prefix('ل').unwrap_or(quote).to_owned(),
    }
}

/// Adds the figures; `sums_up` tells whether a sentence counts over a longer time.
pub fn figures(
    words: &Words<'_>,
    figures: &[Figure],
    sums_up: &dyn Fn(&Range<usize>) -> bool,
    attacks: &[Attack],
    list: &[Attribution],
    said: &[Said],
    b: &mut Builder<'_>,
) -> Vec<String> {
    let mut ids: Vec<String> = Vec::with_capacity(figures.len());
    for figure in figures {
        let sums_up = sums_up(&around(words, figure.tokens.start));
        let strike = nearest(words, attacks, figure).is_some_and(|at| attacks[at].scope == "one");
        let scope = if sums_up {
            "cumulative"
        } else if strike {
            "strike"
        } else {
            "unknown"
        };
        let (said_by, chain) = said_of(list, said, figure.tokens.start);
        let fields = json!({
            "harm": figure.harm, "min": figure.min, "max": figure.max, "who": figure.who, "scope": scope,
            "approximate": figure.approximate.then_some(true), "part_of": figure.part_of.and_then(|whole| ids.get(whole).cloned()),
            "said_by": said_by, "chain": chain,
        });
        let reason = format!("a number and a word of harm: {}", words.quote(&figure.tokens));
        let score = if figure.dual_or_plural { 0.6 } else { 0.82 };
        let id =
            b.push("casualties", words.bytes_bare(&figure.tokens), fields, Why::new("number_and_harm", score, reason));
        if figure.dual_or_plural {
            b.alternative(&id, json!({"min": 2, "max": 2}));
        }
        ids.push(id);
    }
    ids
}

/// Adds the attacks, each with what stands in its clause and sentence.
pub fn attacks(scene: &Scene<'_, '_>, attacks: &[Attack], name: &mut Namer<'_>, b: &mut Builder<'_>) -> Vec<String> {
    let Scene { words, places: spots, times: hours, attributions: list, said, figures, figure_ids } = scene;
    let mut ids = Vec::with_capacity(attacks.len());
    let harms: Vec<Option<usize>> = figures.iter().map(|figure| nearest(words, attacks, figure)).collect();
    for (at, attack) in attacks.iter().enumerate() {
        let (said_by, chain) = said_of(list, said, attack.trigger.start);
        let denied = innermost(list, attack.trigger.start).is_some_and(|index| list[index].stance == "denies");
        let warned = innermost(list, attack.trigger.start).is_some_and(|index| list[index].warns);
        let asked = innermost(list, attack.trigger.start).is_some_and(|index| list[index].stance == "urges");
        let polarity = match attack.polarity {
            "asserted" if denied => "denied",
            "asserted" if warned || asked => "hypothetical",
            other => other,
        };
        let entries = |items: &[Item], b: &Builder<'_>| -> Vec<Value> {
            items
                .iter()
                .map(|item| {
                    let range = words.bytes_bare(&item.tokens);
                    json!({"class": item.class, "name": b.quote(&range), "span": b.span(&range)})
                })
                .collect()
        };
        let weapons: Vec<Value> = attack
            .weapons
            .iter()
            .map(|item| {
                let range = words.bytes_bare(&item.tokens);
                let mut value = json!({"class": item.class, "name": b.quote(&range), "span": b.span(&range)});
                if let Some(map) = value.as_object_mut().filter(|_| item.banned) {
                    map.insert("called_banned".to_owned(), json!(true));
                }
                value
            })
            .collect();
        let mut actors: Vec<Value> = Vec::new();
        for actor in &attack.actors {
            let mention = name(&actor.tokens, "accused", b);
            let range = words.bytes_bare(&actor.tokens);
            let mut value =
                json!({"name": b.quote(&range), "type": actor.kind, "mode": actor.mode, "span": b.span(&range)});
            if let (Some(map), Some(mention)) = (value.as_object_mut(), mention) {
                map.insert("mention".to_owned(), json!(mention));
            }
            actors.push(value);
        }
        let sentence = around(words, attack.trigger.start);
        let mut places = inside(spots, &attack.zone);
        if places.is_empty() {
            places = inside(spots, &sentence);
        }
        let times = inside(hours, &sentence);
        let casualties: Vec<&String> =
            harms.iter().zip(*figure_ids).filter(|(of, _)| **of == Some(at)).map(|(_, id)| id).collect();
        let mut count = serde_json::Map::new();
        for (key, value) in [("min", attack.count.0), ("max", attack.count.1)] {
            if let Some(value) = value {
                count.insert(key.to_owned(), json!(value));
            }
        }
        let fields = json!({
            "act": attack.act, "scope": attack.scope, "count": (!count.is_empty()).then_some(count),
            "targets": entries(&attack.targets, b), "victims": entries(&attack.victims, b), "weapons": weapons, "perpetrators": actors,
            "places": places, "times": times, "casualties": casualties, "polarity": polarity, "said_by": said_by, "chain": chain,
            "trigger": b.span(&words.bytes_bare(&attack.trigger)),
        });
        let parts =
            [attack.targets.is_empty() && attack.victims.is_empty(), attack.actors.is_empty(), places.is_empty()];
        let score = 0.5 + 0.1 * parts.iter().filter(|missing| !**missing).count() as f64;
        let reason = format!("“{}” is a word for an attack; scope {}", words.quote(&attack.trigger), attack.scope);
        ids.push(b.push("attack", words.bytes_bare(&cover(attack)), fields, Why::new(attack.rule, score, reason)));
    }
    ids
}

/// What an attribution became.
#[derive(Debug)]
pub struct Said {
    /// Its id.
    pub id: String,
    /// Id of the mention of its source.
    pub source: Option<String>,
    /// The source as named.
    pub name: Option<String>,
}

/// The innermost attribution around a token and the chain to it, outermost first.
pub fn said_of(list: &[Attribution], said: &[Said], at: usize) -> (Option<String>, Option<Vec<String>>) {
    match innermost(list, at) {
        Some(index) => {
            let chain = chain(list, index).into_iter().map(|at| said[at].id.clone()).collect();
            (Some(said[index].id.clone()), Some(chain))
        }
        None => (None, None),
    }
}

/// The attack whose harm a figure tells: the nearest in its sentence, else the last in the sentence before.
pub fn nearest(words: &Words<'_>, attacks: &[Attack], figure: &Figure) -> Option<usize> {
    let sentence = words.list.get(figure.tokens.start)?.sentence;
    let of = |at: usize| words.list.get(attacks[at].trigger.start).map_or(usize::MAX, |token| token.sentence);
    let number = attacks.partition_point(|attack| attack.trigger.start <= figure.tokens.start);
    let near = || number.saturating_sub(16)..attacks.len().min(number + 16);
    let here = near()
        .filter(|at| of(*at) == sentence)
        .min_by_key(|at| attacks[*at].trigger.start.abs_diff(figure.tokens.start));
    here.or_else(|| near().rev().find(|at| of(*at) + 1 == sentence))
}

/// The words from the first part of an attack to the last.
pub fn cover(attack: &Attack) -> Range<usize> {
    let parts = attack
        .targets
        .iter()
        .chain(&attack.victims)
        .chain(&attack.weapons)
        .map(|item| &item.tokens)
        .chain(attack.actors.iter().map(|actor| &actor.tokens))
        .chain(std::iter::once(&attack.trigger));
    let (mut start, mut end) = (attack.trigger.start, attack.trigger.end);
    for part in parts {
        start = start.min(part.start);
        end = end.max(part.end);
    }
    start..end
}
