//! What a phrase looks like from where it stands: its head, its neighbours, the verbs it hangs on, the attacks around it.
//!
//! Every feature is a few words joined by `=` and `:`, so that a weight can be read. Deliberately no position in the document
//! beyond “early” and “late”, and no names: a word counts only where the set of learned weights has it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::words;
use crate::extract::{
    lexicon::{Cat, LEXICON, Pos},
    syntax::Parse,
};

/// What a candidate is of its noun phrase.
pub const FORMS: [&str; 6] = ["base", "full", "name", "end", "begin", "part"];

/// A phrase that may fill a role.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its tokens, the article left out.
    pub toks: Range<usize>,
    /// Its noun phrase.
    np: usize,
    /// One of [`FORMS`]: `base`, `full` where it runs on behind *of*, `name` where it is what follows a title.
    form: &'static str,
}

impl Candidate {
    /// It is the noun phrase without its article, not a part of it nor more.
    pub fn is_base(&self) -> bool {
        self.form == "base"
    }

    /// Index of its form in [`FORMS`].
    pub fn form(&self) -> u8 {
        FORMS.iter().position(|form| *form == self.form).unwrap_or_default() as u8
    }
}

/// The phrases that may fill roles: each noun phrase without its article, its ends (“*armed* men”), what an *of* adds, the name
/// behind a title, and the beginnings that a noun follows (“*shining path* members”).
pub(super) fn candidates(p: &Parse<'_>) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    let list = &p.t.list;
    let mut ends = vec![false; list.len() + 1];
    p.nps.iter().for_each(|other| ends[other.toks.end] = true);
    for (np, phrase) in p.nps.iter().enumerate() {
        if phrase.pronoun || phrase.time {
            continue;
        }
        let mut start = phrase.toks.start;
        while start + 1 < phrase.toks.end && matches!(list[start].pos, Pos::Det | Pos::Poss | Pos::Adv | Pos::Quote) {
            start += 1;
        }
        let from = out.len();
        let mut add = |toks: Range<usize>, form: &'static str| {
            if !toks.is_empty() && !out[from..].iter().any(|other| other.toks == toks) {
                out.push(Candidate { toks, np, form });
            }
        };
        add(start..phrase.toks.end, "base");
        let full = p.full(np);
        let name = (start..phrase.toks.end).rev().take_while(|at| unknown(p, *at)).last();
        if let Some(name) = name.filter(|name| *name > start && phrase.toks.end - name <= 5) {
            add(name..phrase.toks.end, "name");
        }
        for at in (start + 1..phrase.toks.end).rev().take(MOST_ENDS) {
            if !matches!(list[at].pos, Pos::Quote | Pos::Punct | Pos::Conj | Pos::PosS) {
                add(at..phrase.toks.end, "end");
            }
        }
        for at in (start + 1..phrase.toks.end).rev().take(MOST_ENDS) {
            if list[at - 1].nominal() && !matches!(list[at - 1].pos, Pos::Num | Pos::Adj | Pos::Punct | Pos::Quote) {
                add(start..at, "begin");
            }
        }
        if full.end > phrase.toks.end && full.len() <= MOST_WORDS {
            add(start..full.end, "full");
            let mut cut = full.end;
            while cut > phrase.toks.end + 2 {
                cut -= 1;
                if ends[cut] {
                    add(start..cut, "part");
                }
            }
        }
    }
    out
}

/// Most shorter phrases that one gives on each side, and most words of a phrase.
const MOST_ENDS: usize = 4;
const MOST_WORDS: usize = 10;

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
    groups: Vec<[&'static str; 3]>,
}

impl<'p> Shared<'p> {
    pub fn new(p: &'p Parse<'_>) -> Self {
        let mut shared = Shared {
            subject_of: BTreeMap::new(),
            object_of: BTreeMap::new(),
            heads: BTreeMap::new(),
            groups: Vec::new(),
        };
        shared.groups = p.t.list.iter().map(|token| words::groups_of(token).map(words::number)).collect();
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
    // The head of what the candidate holds: of “shining path members” begun, *path*.
    let head_at = if phrase.head < c.toks.end && phrase.head >= c.toks.start { phrase.head } else { c.toks.end - 1 };
    let head = &list[head_at];
    let sent = p.sent(phrase.head);
    let form = c.form;
    out(&["bias"]);
    out(&["form=", form]);
    out(&["h=", &head.base]);
    out(&["hf=", &head.base, ":", form]);
    let mut class = "-";
    classes(p, &c.toks, head_at, &mut |name| {
        out(&["hc=", name]);
        out(&["hcf=", name, ":", form]);
        class = name;
    });
    let names = c.toks.clone().filter(|at| unknown(p, *at)).count().min(4);
    if class == "-" && names > 0 && unknown(p, head_at) {
        class = "name";
        let low = &list[head_at].low;
        out(&["suf=", low.char_indices().rev().nth(2).map_or(low, |(at, _)| &low[at..])]);
    }
    for at in c.toks.clone().filter(|at| *at != head_at) {
        out(&["m=", &list[at].base]);
        if c.toks.len() <= 6 {
            out(&["mh=", &list[at].base, ":", &head.base]);
        }
    }
    if c.toks.len() > 1 && c.toks.len() <= 6 {
        let words: Vec<&str> = c.toks.clone().map(|at| list[at].low.as_ref()).collect();
        out(&["s=", &words.join("_")]);
    } else if c.toks.len() == 1 {
        out(&["s=", &list[c.toks.start].low]);
    }
    out(&["unknown=", digit(names), ":", digit(c.toks.len().min(6)), ":", form]);
    out(&["len=", digit(c.toks.len().min(6)), ":", class]);
    if c.toks.start > phrase.toks.start {
        out(&["left=", &list[c.toks.start - 1].base]);
        out(&["leftc=", &list[c.toks.start - 1].base, ":", class]);
    }
    if c.toks.end < phrase.toks.end {
        out(&["right=", &list[c.toks.end].base]);
    }
    out(&["first=", &list[c.toks.start].base]);
    out(&["plural=", if phrase.plural { "y" } else { "n" }, ":", class]);
    let word = |at: Option<usize>| at.filter(|at| sent.contains(at)).map_or("|", |at| list[at].base.as_ref());
    let before = |back: usize| phrase.toks.start.checked_sub(back);
    let (p1, p2, p3) = (word(before(1)), word(before(2)), word(before(3)));
    let behind = c.toks.end.max(phrase.toks.end);
    let (n1, n2, n3) = (word(Some(behind)), word(Some(behind + 1)), word(Some(behind + 2)));
    let det = if phrase.toks.start < c.toks.start { list[phrase.toks.start].base.as_ref() } else { "-" };
    out(&["det=", det, ":", class]);
    out(&["p1=", p1]);
    out(&["p1c=", p1, ":", class]);
    out(&["p2=", p2, ":", p1]);
    out(&["p2c=", p2, ":", p1, ":", class]);
    out(&["p3=", p3, ":", p2, ":", p1]);
    out(&["n1=", n1]);
    out(&["n1c=", n1, ":", class]);
    out(&["n2=", n1, ":", n2]);
    out(&["n2c=", n1, ":", n2, ":", class]);
    out(&["n3=", n1, ":", n2, ":", n3]);
    out(&["p1h=", p1, ":", &head.base]);
    for back in 1..=5 {
        let at = word(before(back));
        out(&["lw=", at]);
        if at == "|" {
            break;
        }
    }
    for on in 0..5 {
        let at = word(Some(behind + on));
        out(&["rw=", at]);
        if at == "|" {
            break;
        }
    }
    let group =
        |at: Option<usize>, width: usize| at.filter(|at| sent.contains(at)).map_or("|", |at| shared.groups[at][width]);
    let [_, middle, narrow] = shared.groups[head_at];
    out(&["hm=", middle]);
    out(&["hn=", narrow]);
    out(&["hmf=", middle, ":", form]);
    out(&["p1m=", group(before(1), 1), ":", middle]);
    out(&["p2m=", group(before(2), 1), ":", group(before(1), 1), ":", class]);
    out(&["n1m=", group(Some(behind), 1), ":", middle]);
    out(&["n2m=", group(Some(behind), 1), ":", group(Some(behind + 1), 1), ":", class]);
    for at in c.toks.clone().filter(|at| *at != head_at) {
        out(&["mm=", shared.groups[at][1], ":", class]);
    }
    // Verbs and acts of the whole sentence, on either side.
    for vg in &p.vgs[p.vgs.partition_point(|vg| vg.head < sent.start)..] {
        if vg.head >= sent.end {
            break;
        }
        let side = if vg.head < c.toks.start { "<" } else { ">" };
        let lemma = list[vg.head].any_lemma();
        let voice = if vg.passive { "p" } else { "a" };
        out(&["sv=", lemma, ":", voice, ":", side]);
        out(&["svc=", lemma, ":", voice, ":", side, ":", class]);
        out(&["svm=", shared.groups[vg.head][1], ":", voice, ":", side, ":", class]);
    }
    verbs(p, shared, c, class, out);
    // “murder of X”, “attack on X”: what the preposition hangs on.
    if let Some(prep) = before(1).filter(|at| sent.contains(at) && list[*at].pos == Pos::Prep)
        && let Some(host) = prep.checked_sub(1).and_then(|at| p.np_at(at))
    {
        let host_head = &list[p.nps[host].head];
        out(&["host=", p1, ":", &host_head.base]);
        out(&["hostm=", p1, ":", shared.groups[p.nps[host].head][1], ":", class]);
        out(&["hostc=", p1, ":", &host_head.base, ":", class]);
        if let Some(act) = p.t.hits_in(&p.nps[host].toks, Cat::Act).last() {
            out(&["hostact=", p1, ":", act.phrase.class]);
            out(&["hostactc=", p1, ":", act.phrase.class, ":", class]);
        }
    }
    surroundings(p, shared, c, class, &sent, out);
}

/// Verbs: whose subject or object it is, and the nearest before and behind.
fn verbs(p: &Parse<'_>, shared: &Shared<'_>, c: &Candidate, class: &str, out: Sink<'_>) {
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
        out(&[name, "c=", lemma(vg), ":", voice(vg), ":", class]);
        let [_, middle, narrow] = shared.groups[p.vgs[vg].head];
        out(&[name, "n=", narrow, ":", voice(vg)]);
        out(&[name, "m=", middle, ":", voice(vg), ":", class]);
        if let Some(kind) = kind(vg) {
            out(&[name, "act=", kind, ":", voice(vg)]);
            out(&[name, "actc=", kind, ":", voice(vg), ":", class]);
        }
    }
    let sent = p.sent(p.nps[c.np].head);
    let next = p.vgs.partition_point(|vg| vg.head < c.toks.end);
    if next < p.vgs.len() && p.vgs[next].head < sent.end {
        out(&["va=", lemma(next), ":", voice(next)]);
        out(&["vac=", lemma(next), ":", voice(next), ":", class]);
        out(&["vam=", shared.groups[p.vgs[next].head][1], ":", voice(next), ":", class]);
        if let Some(kind) = kind(next) {
            out(&["vact=", kind, ":", voice(next)]);
            out(&["vactc=", kind, ":", voice(next), ":", class]);
        }
    }
    let last = p.vgs.partition_point(|vg| vg.head < c.toks.start);
    if last > 0 && p.vgs[last - 1].head >= sent.start {
        let by = c.toks.start > 1 && (p.t.is(c.toks.start - 1, "by") || p.t.is(c.toks.start - 2, "by"));
        let by = if by { "by" } else { "-" };
        out(&["vb=", lemma(last - 1), ":", voice(last - 1), ":", by]);
        out(&["vbc=", lemma(last - 1), ":", voice(last - 1), ":", by, ":", class]);
        out(&["vbm=", shared.groups[p.vgs[last - 1].head][1], ":", voice(last - 1), ":", by, ":", class]);
        if let Some(kind) = kind(last - 1) {
            out(&["vbact=", kind, ":", voice(last - 1), ":", by]);
            out(&["vbactc=", kind, ":", voice(last - 1), ":", by, ":", class]);
        }
    }
}

/// Attacks, weapons and harm in the sentence, where in the text it stands, how often its head is told.
fn surroundings(p: &Parse<'_>, shared: &Shared<'_>, c: &Candidate, class: &str, sent: &Range<usize>, out: Sink<'_>) {
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
                    out(&["actclassc=", hit.phrase.class, ":", side, ":", class]);
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
fn classes(p: &Parse<'_>, toks: &Range<usize>, head: usize, found: &mut dyn FnMut(&'static str)) {
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
