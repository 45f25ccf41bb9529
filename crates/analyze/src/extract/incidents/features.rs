//! What a phrase looks like from where it stands: its head, its neighbours, the verbs it hangs on, the attacks around it.
//!
//! Every feature is a few words joined by `=` and `:`, so that a weight can be read. Deliberately no position in the document
//! beyond “early” and “late”, and no names: a word counts only where the set of learned weights has it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::extract::{
    lexicon::{Cat, LEXICON, Pos},
    syntax::Parse,
    tokens::Tokens,
};

/// A phrase that may fill a role.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its tokens, the article left out.
    pub toks: Range<usize>,
    /// Its noun phrase.
    np: usize,
    /// `base`, `full` where it runs on behind *of*, `name` where it is what follows a title.
    form: &'static str,
}

/// A candidate with its words and features, for training.
#[derive(Debug, Clone)]
pub struct Example {
    /// The words.
    pub text: String,
    /// The features, in no order.
    pub features: Vec<String>,
    /// First and last token.
    pub toks: Range<usize>,
}

/// Everything a text gives to learn from.
pub fn examples(text: &str) -> Vec<Example> {
    let p = Parse::new(Tokens::new(text, &crate::text::sentences(text)));
    let shared = Shared::new(&p);
    let make = |candidate: &Candidate| {
        let mut features = Vec::new();
        phrase_features(&p, &shared, candidate, &mut |parts| features.push(parts.concat()));
        features.sort();
        features.dedup();
        Example { text: p.t.words(&candidate.toks).to_owned(), features, toks: candidate.toks.clone() }
    };
    candidates(&p).iter().map(make).collect()
}

/// The features of the whole text.
pub fn document_features(text: &str) -> Vec<String> {
    let p = Parse::new(Tokens::new(text, &crate::text::sentences(text)));
    let mut out = Vec::new();
    whole_features(&p, &mut |parts| out.push(parts.concat()));
    out.sort();
    out.dedup();
    out
}

/// The phrases that may fill roles.
pub(super) fn candidates(p: &Parse<'_>) -> Vec<Candidate> {
    let mut out = Vec::new();
    for (np, phrase) in p.nps.iter().enumerate() {
        if phrase.pronoun || phrase.time {
            continue;
        }
        let list = &p.t.list;
        let mut start = phrase.toks.start;
        while start + 1 < phrase.toks.end && matches!(list[start].pos, Pos::Det | Pos::Poss | Pos::Adv | Pos::Quote) {
            start += 1;
        }
        out.push(Candidate { toks: start..phrase.toks.end, np, form: "base" });
        let full = p.full(np);
        if full.end > phrase.toks.end && full.len() <= 9 {
            out.push(Candidate { toks: start..full.end, np, form: "full" });
        }
        // “general enrique lopez”: the name alone.
        let name = (start..phrase.toks.end).rev().take_while(|at| unknown(p, *at)).last();
        if let Some(name) = name.filter(|name| *name > start && phrase.toks.end - name <= 5) {
            out.push(Candidate { toks: name..phrase.toks.end, np, form: "name" });
        }
    }
    out
}

/// A word that no list has: in small letters, most likely a name.
fn unknown(p: &Parse<'_>, at: usize) -> bool {
    let token = &p.t.list[at];
    token.verb.is_none() && token.pos == Pos::Noun && !LEXICON.phrases.contains_key(&*token.base)
}

/// What is counted once for a text.
pub(super) struct Shared<'p> {
    subject_of: BTreeMap<usize, usize>,
    object_of: BTreeMap<usize, usize>,
    heads: BTreeMap<&'p str, usize>,
}

impl<'p> Shared<'p> {
    pub fn new(p: &'p Parse<'_>) -> Self {
        let mut shared = Shared { subject_of: BTreeMap::new(), object_of: BTreeMap::new(), heads: BTreeMap::new() };
        for vg in 0..p.vgs.len() {
            if let Some(np) = p.subject(vg) {
                for np in p.joined_left(np) {
                    shared.subject_of.entry(np).or_insert(vg);
                }
            }
            for np in p.objects(vg) {
                shared.object_of.entry(np).or_insert(vg);
            }
        }
        for np in &p.nps {
            *shared.heads.entry(&*p.t.list[np.head].base).or_default() += 1;
        }
        shared
    }
}

/// Where a feature goes, in parts that are to be joined.
pub(super) type Sink<'s> = &'s mut dyn FnMut(&[&str]);

pub(super) fn phrase_features(p: &Parse<'_>, shared: &Shared<'_>, c: &Candidate, out: Sink<'_>) {
    let list = &p.t.list;
    let phrase = &p.nps[c.np];
    let head = &list[phrase.head];
    let sent = p.sent(phrase.head);
    let form = c.form;
    out(&["bias"]);
    out(&["form=", form]);
    out(&["h=", &head.base]);
    out(&["hf=", &head.base, ":", form]);
    classes(p, &c.toks, phrase.head, &mut |class| {
        out(&["hc=", class]);
        out(&["hcf=", class, ":", form]);
    });
    for at in c.toks.clone().filter(|at| *at != phrase.head) {
        out(&["m=", &list[at].base]);
    }
    let names = c.toks.clone().filter(|at| unknown(p, *at)).count().min(4);
    out(&["unknown=", digit(names), ":", digit(c.toks.len().min(6)), ":", form]);
    if c.form == "name" {
        out(&["title=", &list[c.toks.start - 1].base]);
    }
    out(&["first=", &list[c.toks.start].base]);
    out(&["plural=", if phrase.plural { "y" } else { "n" }]);
    let word = |at: Option<usize>| at.filter(|at| sent.contains(at)).map_or("|", |at| list[at].base.as_ref());
    let before = |back: usize| phrase.toks.start.checked_sub(back);
    let (p1, p2) = (word(before(1)), word(before(2)));
    let (n1, n2) = (word(Some(c.toks.end)), word(Some(c.toks.end + 1)));
    let det = if phrase.toks.start < c.toks.start { list[phrase.toks.start].base.as_ref() } else { "-" };
    out(&["det=", det]);
    out(&["p1=", p1]);
    out(&["p2=", p2, ":", p1]);
    out(&["n1=", n1]);
    out(&["n2=", n1, ":", n2]);
    out(&["p1h=", p1, ":", &head.base]);
    verbs(p, shared, c, out);
    // “murder of X”, “attack on X”: what the preposition hangs on.
    if let Some(prep) = before(1).filter(|at| sent.contains(at) && list[*at].pos == Pos::Prep)
        && let Some(host) = prep.checked_sub(1).and_then(|at| p.np_at(at))
    {
        let host_head = &list[p.nps[host].head];
        out(&["host=", p1, ":", &host_head.base]);
        if let Some(act) = p.t.hits_in(&p.nps[host].toks, Cat::Act).last() {
            out(&["hostact=", p1, ":", act.phrase.class]);
        }
    }
    surroundings(p, shared, c, &sent, out);
}

/// Verbs: whose subject or object it is, and the nearest before and behind.
fn verbs(p: &Parse<'_>, shared: &Shared<'_>, c: &Candidate, out: Sink<'_>) {
    let voice = |vg: usize| if p.vgs[vg].passive { "p" } else { "a" };
    let lemma = |vg: usize| p.t.list[p.vgs[vg].head].any_lemma();
    let kind = |vg: usize| {
        let verbs = LEXICON.attack_verbs.get(lemma(vg));
        verbs.and_then(|list| list.first()).map(|(_, verb)| match verb.kind {
            'k' => "kill",
            'i' => "onto",
            _ => "hit",
        })
    };
    for (name, vg) in [("subj", shared.subject_of.get(&c.np)), ("obj", shared.object_of.get(&c.np))] {
        let Some(vg) = vg.copied() else { continue };
        out(&[name, "=", lemma(vg), ":", voice(vg)]);
        if let Some(kind) = kind(vg) {
            out(&[name, "act=", kind, ":", voice(vg)]);
        }
    }
    let sent = p.sent(p.nps[c.np].head);
    let next = p.vgs.partition_point(|vg| vg.head < c.toks.end);
    if next < p.vgs.len() && p.vgs[next].head < sent.end {
        out(&["va=", lemma(next), ":", voice(next)]);
        if let Some(kind) = kind(next) {
            out(&["vact=", kind, ":", voice(next)]);
        }
    }
    let last = p.vgs.partition_point(|vg| vg.head < c.toks.start);
    if last > 0 && p.vgs[last - 1].head >= sent.start {
        let by = c.toks.start > 1 && (p.t.is(c.toks.start - 1, "by") || p.t.is(c.toks.start - 2, "by"));
        let by = if by { "by" } else { "-" };
        out(&["vb=", lemma(last - 1), ":", voice(last - 1), ":", by]);
        if let Some(kind) = kind(last - 1) {
            out(&["vbact=", kind, ":", voice(last - 1), ":", by]);
        }
    }
}

/// Attacks, weapons and harm in the sentence, where in the text it stands, how often its head is told.
fn surroundings(p: &Parse<'_>, shared: &Shared<'_>, c: &Candidate, sent: &Range<usize>, out: Sink<'_>) {
    let near = |cat: Cat| {
        p.t.hits_in(sent, cat)
            .filter(|hit| hit.start >= c.toks.end || hit.end <= c.toks.start)
            .min_by_key(|hit| hit.start.abs_diff(c.toks.start))
            .copied()
    };
    for (name, cat) in [("act", Cat::Act), ("weapon", Cat::Weapon), ("target", Cat::Target), ("victim", Cat::Victim)] {
        match near(cat) {
            Some(hit) => {
                let side = if hit.start < c.toks.start { "<" } else { ">" };
                let far = match hit.start.abs_diff(c.toks.start) {
                    0..=3 => "0",
                    4..=8 => "1",
                    _ => "2",
                };
                out(&[name, "=", side, far]);
                if cat == Cat::Act {
                    out(&["actclass=", hit.phrase.class, ":", side]);
                }
            }
            None => out(&[name, "=none"]),
        }
    }
    let number = p.t.list[c.toks.start].sent;
    out(&[
        "sentence=",
        match number {
            0 => "0",
            1 => "1",
            2..=4 => "2",
            5..=9 => "3",
            _ => "4",
        },
    ]);
    let told = shared.heads.get(&*p.t.list[p.nps[c.np].head].base).copied().unwrap_or_default();
    out(&["told=", digit(told.min(5))]);
    let quoted = p.t.list[c.toks.start].quoted;
    out(&["quoted=", if quoted { "y" } else { "n" }]);
    let bracket = c.toks.start > 0 && p.t.is(c.toks.start - 1, "(") && p.t.is(c.toks.end, ")");
    if bracket {
        out(&["bracket"]);
    }
}

/// Classes of the lexicon that the phrase's head ends in.
fn classes(p: &Parse<'_>, toks: &Range<usize>, head: usize, found: &mut dyn FnMut(&str)) {
    for (name, cat) in [
        ("victim", Cat::Victim),
        ("target", Cat::Target),
        ("weapon", Cat::Weapon),
        ("head", Cat::OrgHead),
        ("state", Cat::State),
        ("body", Cat::OrgPlain),
        ("title", Cat::Title),
        ("act", Cat::Act),
    ] {
        if let Some(hit) = p.t.hits_in(toks, cat).filter(|hit| hit.start <= head && head < hit.end).last() {
            found(name);
            if matches!(cat, Cat::Victim | Cat::Target | Cat::Weapon) {
                found(hit.phrase.class);
            }
        }
    }
    if p.t.hits_in(toks, Cat::Title).any(|hit| hit.start == toks.start && hit.end < toks.end) {
        found("titled");
    }
}

/// The class of the vocabulary for a target, victim or weapon.
pub(super) fn class_of(p: &Parse<'_>, toks: &Range<usize>, role: usize) -> Option<&'static str> {
    let cat = match role {
        2 => Cat::Target,
        3 => Cat::Victim,
        _ => Cat::Weapon,
    };
    p.t.hits_in(toks, cat).last().map(|hit| hit.phrase.class)
}

/// Words of the text and the classes of attack it has.
pub(super) fn whole_features(p: &Parse<'_>, out: Sink<'_>) {
    out(&["bias"]);
    for (at, token) in p.t.list.iter().enumerate() {
        if matches!(token.pos, Pos::Noun | Pos::Verb | Pos::Adj | Pos::Time | Pos::Propn) && token.base.len() > 2 {
            let word = if token.lemma().is_empty() { token.base.as_ref() } else { token.lemma() };
            out(&["w=", word]);
            if token.sent < 3 {
                out(&["early=", word]);
            }
        }
        if let Some(next) = p.t.list.get(at + 1).filter(|next| next.sent == token.sent)
            && matches!(token.pos, Pos::Noun | Pos::Verb | Pos::Adj | Pos::Aux)
            && matches!(next.pos, Pos::Noun | Pos::Verb | Pos::Prep)
        {
            out(&["b=", &token.base, ":", &next.base]);
        }
    }
    for hit in p.t.hits.iter().filter(|hit| hit.phrase.cat == Cat::Act) {
        out(&["act=", hit.phrase.class]);
    }
}

fn digit(value: usize) -> &'static str {
    ["0", "1", "2", "3", "4", "5", "6"][value.min(6)]
}
