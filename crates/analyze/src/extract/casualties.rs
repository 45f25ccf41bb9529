//! Numbers of people harmed: how many, who, what harm, of what scope.
//!
//! Reads numbers in digits and words, ranges and bounds (“at least 12”). Deliberately never turns a status that is not
//! stated into *civilian*, never adds figures up, and keeps a part (“including 5 children”) apart from its whole.

use std::ops::Range;

use serde_json::{Value, json};

use super::{
    attribution::Attrs,
    lexicon::{Cat, Harm, LEXICON, Pos},
    object::{Builder, Why},
    syntax::Parse,
};

/// A figure found in the text.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Tokens from the number to the last word of the people or the harm.
    pub toks: Range<usize>,
    /// Tokens of the people.
    pub people: Range<usize>,
    /// `killed`, `injured`, …
    pub harm: &'static str,
    /// Bounds.
    pub min: Option<u64>,
    /// Bounds.
    pub max: Option<u64>,
    /// Class of people.
    pub who: &'static str,
    /// `cumulative`, `intake`, `unknown`; `strike` is set when an attack is found beside it.
    pub scope: &'static str,
    /// Index of the figure this one is a part of.
    pub part_of: Option<usize>,
    /// Id of the object, once emitted.
    pub id: String,
    approximate: bool,
    sent: usize,
}

#[derive(Debug, Clone)]
struct Count {
    toks: Range<usize>,
    min: Option<u64>,
    max: Option<u64>,
    approximate: bool,
}

/// Finds the figures of a text.
pub fn find(p: &Parse<'_>) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::new();
    for sent in &p.t.sentences {
        if !(sent.clone()).any(|i| {
            LEXICON.harms.contains_key(&*p.t.list[i].low)
                || LEXICON.harms.contains_key(&*p.t.list[i].base)
                || LEXICON.harms.contains_key(p.t.list[i].any_lemma())
        }) {
            continue;
        }
        let mut at = sent.start;
        let mut whole: Option<usize> = None;
        while at < sent.end {
            let Some(count) = count_at(p, at, sent) else {
                at += 1;
                continue;
            };
            let next = count.toks.end;
            if let Some(mut figure) = figure(p, count, sent, out.last()) {
                let part = (figure.toks.start.saturating_sub(5)..figure.people.start.max(figure.toks.start))
                    .any(|i| i >= sent.start && p.t.list[i].any(&["including", "among"]))
                    || at > sent.start && p.t.list[at - 1].any(&["including", "them"]);
                let joined = figure.toks.start > sent.start
                    && p.t.list[figure.toks.start - 1].any(&["and", ","])
                    && out
                        .last()
                        .is_some_and(|f| f.part_of.is_some() && f.harm == figure.harm && f.sent == figure.sent);
                if part || joined {
                    figure.part_of = whole;
                } else {
                    whole = Some(out.len());
                }
                out.push(figure);
            }
            at = next.max(at + 1);
        }
    }
    out
}

/// The number that begins at token `at`, with what bounds it.
fn count_at(p: &Parse<'_>, at: usize, sent: &Range<usize>) -> Option<Count> {
    let t = &p.t;
    let (value, mut end) = number(p, at, sent)?;
    let low = &t.list[at].low;
    let mut start = at;
    let (mut min, mut max, mut approximate) = (Some(value), Some(value), false);
    let before =
        |n: usize| at.checked_sub(n).filter(|i| *i >= sent.start).map(|i| t.list[i].low.as_ref()).unwrap_or("");
    match (before(2), before(1)) {
        ("at", "least") | ("no" | "not", "fewer" | "less") | ("a", "minimum") => (max, start) = (None, at - 2),
        ("more", "than") | ("greater", "than") => (min, max, start) = (Some(value.saturating_add(1)), None, at - 2),
        ("up", "to") | ("as", "many") | ("at", "most") => (min, start) = (None, at - 2),
        ("fewer" | "less", "than") => (min, max, start) = (None, Some(value.saturating_sub(1)), at - 2),
        (_, "over" | "above" | "exceeding") => (min, max, start) = (Some(value.saturating_add(1)), None, at - 1),
        (
            _,
            "about" | "around" | "some" | "nearly" | "approximately" | "roughly" | "almost" | "estimated" | "circa",
        ) => {
            (approximate, start) = (true, at - 1);
        }
        _ if before(2) == "many" && before(1) == "as" => (min, start) = (None, at - 3),
        _ => {}
    }
    let vague = matches!(low.as_ref(), "dozens" | "scores" | "hundreds" | "thousands" | "several" | "millions");
    if vague {
        (min, max, approximate) = (Some(value), None, true);
    }
    // “12 to 15”, “between 12 and 15”, “12–15”.
    if t.get(end).is_some_and(|x| end < sent.end && (x.any(&["to", "–", "-"]) || x.is("and") && before(1) == "between"))
        && let Some((upper, after)) = number(p, end + 1, sent)
        && upper > value
    {
        max = Some(upper);
        end = after;
    }
    // “1,200 km”, “12 per cent”, “12 March”, “12-year-old”, “12 years”, “$12”: not people.
    let unit = t.get(end).filter(|_| end < sent.end).is_some_and(|x| {
        x.pos == Pos::Time
            || x.any(&[
                "%",
                "per",
                "percent",
                "km",
                "kilometers",
                "kilometres",
                "miles",
                "meters",
                "metres",
                "p",
                "pm",
                "am",
                "a.m",
                "p.m",
                "dollars",
                "tons",
                "tonnes",
                "kg",
                "rounds",
                "strikes",
                "attacks",
                "air",
                "vehicles",
                "airstrikes",
                "missiles",
                "bombs",
                "year-old",
            ])
            || x.low.ends_with("year-old")
    }) || matches!(
        before(1),
        "$" | "€"
            | "£"
            | "#"
            | "resolution"
            | "no"
            | "article"
            | "january"
            | "february"
            | "march"
            | "april"
            | "may"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
    );
    (!unit).then_some(Count { toks: start..end, min, max, approximate })
}

/// A number in digits or words at `at`, and the token behind it; “a” before people counts as one.
pub fn number(p: &Parse<'_>, at: usize, sent: &Range<usize>) -> Option<(u64, usize)> {
    let token = p.t.get(at).filter(|_| at < sent.end)?;
    if let Some(n) = digits(&token.low) {
        let million = p.t.get(at + 1).filter(|_| at + 1 < sent.end).map(|t| t.low.as_ref());
        return Some(match million {
            Some("million") => (n.saturating_mul(1_000_000), at + 2),
            Some("thousand") => (n.saturating_mul(1_000), at + 2),
            Some("hundred") => (n.saturating_mul(100), at + 2),
            _ => (n, at + 1),
        });
    }
    if token.any(&["a", "an", "another"]) {
        let next = at + 1;
        if p.t.get(next).is_some_and(|t| next < sent.end && t.any(&["dozen", "hundred", "thousand"])) {
            let (unit, _) = word_number(&p.t.list[next].low)?;
            return Some((unit, next + 1));
        }
        for end in next..next + 4 {
            if p.t.hits_in(&(end..sent.end), Cat::Victim).next().is_some_and(|h| h.start == end)
                && p.t.list[end].low == p.t.list[end].base
                && !p.t.list[end].any(&["people", "elderly", "general", "family"])
            {
                return Some((1, at + 1));
            }
            if !p.t.get(end).is_some_and(|t| end < sent.end && matches!(t.pos, Pos::Adj | Pos::Noun | Pos::Propn)) {
                return None;
            }
        }
        return None;
    }
    if token.is("several") {
        return Some((2, at + 1));
    }
    let (mut total, _) = word_number(&token.low)?;
    let mut end = at + 1;
    while let Some(next) = p.t.get(end).filter(|_| end < sent.end) {
        let Some((value, scale)) = word_number(&next.low) else {
            if next.is("and")
                && p.t.get(end + 1).is_some_and(|t| word_number(&t.low).is_some_and(|(v, s)| !s && v < 100))
                && total >= 100
            {
                end += 1;
                continue;
            }
            break;
        };
        total = if scale { total.saturating_mul(value) } else { total.saturating_add(value) };
        end += 1;
    }
    Some((total, end))
}

fn digits(word: &str) -> Option<u64> {
    let plain: String = word.chars().filter(|c| *c != ',').collect();
    (word.starts_with(|c: char| c.is_ascii_digit()) && plain.len() < 12).then(|| plain.parse().ok()).flatten()
}

/// The value of a number word, and whether it multiplies what stands before it.
fn word_number(word: &str) -> Option<(u64, bool)> {
    const SMALL: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Some(n) = SMALL.iter().position(|w| *w == word) {
        return (n > 0).then_some((n as u64, false));
    }
    if let Some(n) = TENS.iter().position(|w| *w == word) {
        return Some((20 + 10 * n as u64, false));
    }
    if let Some((tens, ones)) = word.split_once('-') {
        let (t, _) = TENS.iter().position(|w| *w == tens).map(|n| (20 + 10 * n as u64, 0))?;
        return SMALL.iter().position(|w| *w == ones).map(|o| (t + o as u64, false));
    }
    Some(match word {
        "dozen" => (12, true),
        "hundred" => (100, true),
        "thousand" => (1_000, true),
        "million" => (1_000_000, true),
        "dozens" => (24, false),
        "scores" => (40, false),
        "hundreds" => (200, false),
        "thousands" => (2_000, false),
        "millions" => (2_000_000, false),
        _ => return None,
    })
}

fn figure(p: &Parse<'_>, count: Count, sent: &Range<usize>, last: Option<&Figure>) -> Option<Figure> {
    let t = &p.t;
    let end = count.toks.end;
    // The people behind the number: “12 people”, “five members of one family”, “30 others”.
    let near = end..sent.end.min(end + 6);
    let victim = t
        .hits
        .iter()
        .skip(t.hits.partition_point(|h| h.start < near.start))
        .take_while(|h| h.start < near.end)
        .filter(|h| h.phrase.cat == Cat::Victim)
        .find(|h| {
            (end..h.start).all(|i| {
                matches!(t.list[i].pos, Pos::Adj | Pos::Noun | Pos::Propn | Pos::Adv | Pos::PosS)
                    || t.list[i].any(&["of", "the", "other", "more", "these", "those", "them", "and"])
            })
        });
    let others = t.get(end).filter(|_| end < sent.end).is_some_and(|x| x.any(&["others", "more", "other"]));
    let mut people = match victim {
        Some(hit) => end..hit.end,
        None if others => end..end + 1,
        None => end..end,
    };
    // The whole noun phrase when one starts with the number.
    if let Some(np) = p.np_at(end.saturating_sub(1))
        && victim.is_some()
    {
        people.end = people.end.max(p.nps[np].toks.end.min(people.end + 4));
    }
    let (harm, harm_at) = harm_around(p, &count, &people, sent)?;
    if victim.is_none() && !others {
        // A bare number needs the word of harm beside it (“30 wounded”, “killed 12”, “12 deaths”), or a list before it.
        let close = harm_at <= end + 4 && harm_at + 4 >= count.toks.start;
        if !close {
            return None;
        }
    }
    let who = match victim {
        Some(hit) => hit.phrase.class,
        None if others => "unknown",
        None => last.filter(|f| f.sent == t.list[end - 1].sent && f.harm != harm).map_or("unknown", |_| "unknown"),
    };
    let toks = count.toks.start..people.end.max(count.toks.end);
    Some(Figure {
        sent: t.list[toks.start].sent,
        people: if people.is_empty() { count.toks.clone() } else { count.toks.end..people.end },
        toks,
        harm,
        min: count.min,
        max: count.max,
        who,
        scope: scope(p, sent),
        part_of: None,
        id: String::new(),
        approximate: count.approximate,
    })
}

fn harm_of(p: &Parse<'_>, at: usize, forms: &[&str]) -> Option<&'static Harm> {
    let token = &p.t.list[at];
    let by_word = LEXICON.harms.get(&*token.low).or_else(|| LEXICON.harms.get(&*token.base));
    let by_lemma = if token.pos == Pos::Verb { LEXICON.harms.get(token.any_lemma()) } else { None };
    by_word.into_iter().chain(by_lemma).flatten().find(|h| forms.contains(&h.form))
}

/// The harm that befalls a group of people: the verb before it, or the participle, verb or noun behind it.
fn harm_around(
    p: &Parse<'_>,
    count: &Count,
    people: &Range<usize>,
    sent: &Range<usize>,
) -> Option<(&'static str, usize)> {
    let t = &p.t;
    // Directly behind the number or the people: “30 wounded”, “12 civilian deaths”.
    for i in count.toks.end..people.end.max(count.toks.end + 2).min(sent.end) {
        if let Some(h) = harm_of(p, i, &["part", "noun"]).filter(|h| h.harm != "casualties") {
            return Some((h.harm, i));
        }
        if t.list[i].any(&["casualties"]) {
            return Some(("killed", i)).filter(|_| false);
        }
        if !matches!(t.list[i].pos, Pos::Adj | Pos::Noun | Pos::Num | Pos::Propn | Pos::Aux | Pos::Prep | Pos::Det) {
            break;
        }
    }
    // An active verb of harm before: “killed at least 12 people”, “killing 12 and wounding 30”, “the death toll rose to 45”.
    let mut i = count.toks.start;
    let mut steps = 0;
    while i > sent.start && steps < 14 {
        i -= 1;
        steps += 1;
        let token = &t.list[i];
        if let Some(h) = harm_of(p, i, &["verb"])
            && p.vg_at(i).is_some_and(|v| !p.vgs[v].passive)
        {
            return Some((h.harm, i));
        }
        if token.is("toll") && steps < 9 {
            return Some(("killed", i));
        }
        let skip = matches!(
            token.pos,
            Pos::Det | Pos::Adv | Pos::Num | Pos::Adj | Pos::Prep | Pos::Conj | Pos::Noun | Pos::Propn
        ) || token.any(&[
            ",", "than", "least", "to", "rose", "at", "more", "as", "many", "reached", "stands", "climbed", "them",
        ]);
        let stopper = matches!(token.pos, Pos::Verb) && !token.any(&["rose", "reached", "including"]);
        if !skip || stopper {
            break;
        }
    }
    // Behind: “12 people, including 5 children, were killed”, “left 12 people dead”, “12 people died”.
    let mut from = people.end.max(count.toks.end);
    let limit = sent.end.min(from + 22);
    let mut inserted = false;
    while from < limit {
        let token = &t.list[from];
        if let Some(h) = harm_of(p, from, &["part", "intr"]) {
            let verb = token.pos != Pos::Verb
                || p.vg_at(from).is_none_or(|v| {
                    p.vgs[v].passive
                        || h.form == "intr"
                        || h.harm == "missing"
                        || p.vgs[v].toks.len() == 1
                            && t.get(from + 1).is_none_or(|n| {
                                matches!(n.pos, Pos::Prep | Pos::Punct | Pos::Conj | Pos::Sub | Pos::Time | Pos::Adv)
                            })
                });
            if verb {
                return Some((h.harm, from));
            }
        }
        if token.any(&["including", "among", "most", "many", "of"]) {
            inserted = true;
        }
        let stop = token.any(&[";", ":"])
            || token.pos == Pos::Quote
            || token.pos == Pos::Sub && !inserted
            || token.pos == Pos::Verb
                && !token.any(&[
                    "including",
                    "reported",
                    "believed",
                    "confirmed",
                    "feared",
                    "said",
                    "left",
                    "thought",
                    "known",
                ])
                && p.vg_at(from).is_some_and(|v| !p.vgs[v].passive && p.vgs[v].finite());
        if stop {
            break;
        }
        from += 1;
    }
    None
}

fn scope(p: &Parse<'_>, sent: &Range<usize>) -> &'static str {
    let has = |words: &[&str]| sent.clone().any(|i| p.t.list[i].any(words));
    let pair = |a: &str, b: &str| sent.clone().any(|i| p.t.is(i, a) && p.t.is(i + 1, b));
    let period = |i: usize| {
        (i + 1..sent.end.min(i + 10)).any(|j| {
            p.t.list[j].pos == Pos::Time
                || p.t.list[j].low.len() == 4 && p.t.list[j].pos == Pos::Num
                || p.t.list[j].any(&["start", "beginning", "began", "onset"])
        })
    };
    let since = sent.clone().any(|i| p.t.is(i, "since") && period(i));
    // “in a conflict that has killed more than 100,000”.
    let war = sent.clone().any(|i| {
        p.t.list[i].any(&["conflict", "war", "uprising", "insurgency"])
            && (i + 1..sent.end.min(i + 5)).any(|j| p.t.list[j].any(&["has", "have"]))
    });
    if since
        || war
        || pair("so", "far")
        || pair("to", "date")
        || pair("in", "total")
        || pair("this", "year")
        || pair("this", "month")
        || pair("total", "of")
        || has(&["cumulative"])
        || pair("the", "past")
        || pair("last", "year")
    {
        return "cumulative";
    }
    if has(&["received", "admitted", "morgue", "treated", "hospitalized", "hospitalised"])
        && p.t.hits_in(sent, Cat::Target).any(|h| matches!(h.phrase.class, "hospital" | "field hospital" | "clinic"))
        || has(&["morgue"])
    {
        return "intake";
    }
    "unknown"
}

/// Adds the objects; `strike` tells which figures stand beside an attack of scope one.
pub fn emit(p: &Parse<'_>, figures: &mut [Figure], attrs: &Attrs, b: &mut Builder<'_>, strike: &[bool]) {
    for at in 0..figures.len() {
        let part_of = figures[at].part_of.map(|i| figures[i].id.clone());
        let figure = &mut figures[at];
        if figure.scope == "unknown" && strike.get(at).copied().unwrap_or(false) {
            figure.scope = "strike";
        }
        let (_, said_by, chain) = attrs.said(&figure.toks);
        let range = p.t.bytes(&figure.toks);
        let reason = match (&part_of, figure.who) {
            (Some(whole), _) => format!("a number and a word of harm; a part of {whole}, not to be added"),
            (None, "unknown") => "a number and a word of harm; the status of the people is not stated".to_owned(),
            _ => "a number, people and a word of harm".to_owned(),
        };
        let fields = json!({
            "harm": figure.harm, "min": figure.min, "max": figure.max, "who": figure.who, "scope": figure.scope,
            "approximate": figure.approximate.then_some(true), "part_of": part_of.map_or(Value::Null, |id| json!(id)),
            "said_by": said_by, "chain": chain,
        });
        let score = if figure.who == "unknown" { 0.8 } else { 0.87 };
        figure.id = b.push("casualties", range, fields, Why::new("number_and_harm", score, reason));
    }
}
