//! Words in a row: how likely each word of a report begins, continues or is outside a phrase that fills a role.
//!
//! A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001) for each sentence over eleven tags, with the
//! words, their groups, the verbs before and behind and what the report as a whole says as features. Its chances say which
//! phrases are worth a closer look and are a second opinion on each. Deliberately does not decide: no best row of tags is
//! ever taken.

use std::ops::Range;

use super::words::{Table, UNIT, groups_of, join, number, number_hash, of};
use crate::extract::{lexicon::Cat, syntax::Parse};

/// Tags: 0 outside, then for each role its first word and its further words.
pub const TAGS: usize = 11;

/// A sentence runs on as another one behind so many words.
const LONGEST: usize = 400;

/// Chances of each tag for each word.
pub type Chances = Vec<[f32; TAGS]>;

/// Scores of a word that is outside.
pub const OUTSIDE: [f32; TAGS] = {
    let mut scores = [-1e3; TAGS];
    scores[0] = 0.0;
    scores
};

/// Told of every feature of a word: its hash, and its name for whoever asks.
pub trait Sink {
    /// One feature.
    fn put(&mut self, hash: u64, name: &dyn Fn() -> String);
}

/// A part of a feature: its hash, and its words for whoever asks.
#[derive(Clone, Copy)]
struct Part<'p> {
    hash: u64,
    text: &'p str,
}

const fn part(text: &str) -> Part<'_> {
    Part { hash: of(text), text }
}

fn counted(value: u16) -> Part<'static> {
    Part { hash: number_hash(value), text: number(value) }
}

/// A word as features need it: itself, its groups from wide to narrow, its part of speech.
#[derive(Clone, Copy)]
struct Word<'p> {
    own: Part<'p>,
    groups: [Part<'static>; 3],
    pos: Part<'static>,
}

const BREAK: Part<'static> = part("|");
const EDGE: Word<'static> = Word { own: BREAK, groups: [BREAK; 3], pos: BREAK };
const NOTHING: Part<'static> = part("-");

/// A report's words, and the verbs and acts around each.
pub struct Rows<'p> {
    words: Vec<Word<'p>>,
    sentences: Vec<Range<usize>>,
    verbs: Vec<[Option<(usize, bool)>; 2]>,
    acts: Vec<[Part<'static>; 2]>,
    class: Vec<Part<'static>>,
    open: Vec<bool>,
    moods: [Part<'static>; 3],
}

#[inline(always)]
fn put(out: &mut impl Sink, name: Part<'static>, parts: &[Part<'_>]) {
    let hash = parts.iter().fold(name.hash, |hash, part| join(hash, part.hash));
    out.put(hash, &|| parts.iter().fold(name.text.to_owned(), |all, part| format!("{all} {}", part.text)));
}

macro_rules! put {
    ($out:expr, $name:literal $(, $part:expr)*) => {
        put($out, const { part($name) }, &[$($part),*])
    };
}

impl<'p> Rows<'p> {
    /// The words of a report, of which the whole says `moods`.
    pub fn new(p: &'p Parse<'_>, moods: [&'static str; 3]) -> Self {
        let list = &p.t.list;
        let words: Vec<Word<'p>> = list
            .iter()
            .map(|token| {
                let (own, groups) = (part(&token.base), groups_of(token).map(counted));
                Word { own, groups, pos: counted(token.pos as u16) }
            })
            .collect();
        let mut sentences = Vec::new();
        let mut from = 0;
        for at in 1..=list.len() {
            if at == list.len() || list[at].sent != list[from].sent || at - from == LONGEST {
                sentences.push(from..at);
                from = at;
            }
        }
        let mut rows = Rows {
            verbs: vec![[None; 2]; words.len()],
            acts: vec![[NOTHING; 2]; words.len()],
            class: vec![NOTHING; words.len()],
            open: vec![false; words.len()],
            words,
            sentences,
            moods: moods.map(part),
        };
        for np in p.nps.iter().filter(|np| !np.pronoun && !np.time) {
            rows.open[np.toks.clone()].fill(true);
            // “members *of* the army”
            if let Some(next) = list.get(np.toks.end) {
                rows.open[np.toks.end] |= next.base == "of";
            }
        }
        for vg in &p.vgs {
            let sentence = p.sent(vg.head);
            for at in vg.head..sentence.end {
                rows.verbs[at][0] = (at > vg.head).then_some((vg.head, vg.passive)).or(rows.verbs[at][0]);
            }
            for at in (sentence.start..vg.head).rev() {
                if rows.verbs[at][1].is_some() {
                    break;
                }
                rows.verbs[at][1] = Some((vg.head, vg.passive));
            }
        }
        for hit in &p.t.hits {
            let name = match hit.phrase.cat {
                Cat::Act => {
                    let sentence = p.sent(hit.start);
                    for at in hit.end..sentence.end {
                        rows.acts[at][0] = part(hit.phrase.class);
                    }
                    for at in (sentence.start..hit.start).rev() {
                        if rows.acts[at][1].text != NOTHING.text {
                            break;
                        }
                        rows.acts[at][1] = part(hit.phrase.class);
                    }
                    "act"
                }
                Cat::Victim | Cat::Target | Cat::Weapon => hit.phrase.class,
                Cat::OrgHead => "head",
                Cat::State => "state",
                Cat::OrgPlain => "body",
                Cat::Title => "title",
                _ => continue,
            };
            for at in hit.start..hit.end {
                rows.class[at] = part(name);
            }
        }
        rows
    }

    /// Its sentences, in tokens.
    pub fn sentences(&self) -> &[Range<usize>] {
        &self.sentences
    }

    /// May the word be of a filler? The others are taken to be outside, unasked.
    pub fn open(&self, at: usize) -> bool {
        self.open[at]
    }

    /// The features of the word at `at`, in the sentence `number` with these tokens.
    pub fn features(&self, at: usize, number: usize, sentence: &Range<usize>, out: &mut impl Sink) {
        let word = |by: isize| {
            let at = at.wrapping_add_signed(by);
            if sentence.contains(&at) { &self.words[at] } else { &EDGE }
        };
        let [w3, w2, w1, w0, n1, n2, n3] = [-3, -2, -1, 0, 1, 2, 3].map(word);
        let class = self.class[at];
        put!(out, "b");
        put!(out, "w-3", w3.own);
        put!(out, "w-2", w2.own);
        put!(out, "w-1", w1.own);
        put!(out, "w0", w0.own);
        put!(out, "w+1", n1.own);
        put!(out, "w+2", n2.own);
        put!(out, "w+3", n3.own);
        put!(out, "w-1,0", w1.own, w0.own);
        put!(out, "w0,1", w0.own, n1.own);
        put!(out, "w-2,-1", w2.own, w1.own);
        put!(out, "w+1,2", n1.own, n2.own);
        put!(out, "m-2", w2.groups[1]);
        put!(out, "m-1", w1.groups[1]);
        put!(out, "m0", w0.groups[1]);
        put!(out, "m+1", n1.groups[1]);
        put!(out, "m+2", n2.groups[1]);
        put!(out, "f-1", w1.groups[2]);
        put!(out, "f0", w0.groups[2]);
        put!(out, "f+1", n1.groups[2]);
        put!(out, "gw-1", w0.groups[0], w1.own);
        put!(out, "gw+1", w0.groups[0], n1.own);
        put!(out, "m-1,0", w1.groups[1], w0.groups[1]);
        put!(out, "m0,1", w0.groups[1], n1.groups[1]);
        put!(out, "p3", w1.pos, w0.pos, n1.pos);
        put!(out, "p5", w2.pos, w1.pos, w0.pos, n1.pos, n2.pos);
        put!(out, "cl", class);
        put!(out, "cl-1", class, w1.own);
        let voice = |passive: bool| if passive { const { part("p") } } else { const { part("a") } };
        match self.verbs[at][0] {
            None => put!(out, "vb", NOTHING),
            Some((head, passive)) => {
                let (verb, voice) = (&self.words[head], voice(passive));
                put!(out, "vb", verb.own, voice);
                put!(out, "vbc", verb.own, voice, class);
                put!(out, "vbf", verb.groups[2], voice);
                put!(out, "vbw", verb.own, voice, w0.own);
                put!(out, "vbm", verb.groups[1], voice, w0.groups[0]);
            }
        }
        match self.verbs[at][1] {
            None => put!(out, "va", NOTHING),
            Some((head, passive)) => {
                let (verb, voice) = (&self.words[head], voice(passive));
                put!(out, "va", verb.own, voice);
                put!(out, "vac", verb.own, voice, class);
                put!(out, "vaf", verb.groups[2], voice);
                put!(out, "vaw", verb.own, voice, w0.own);
                put!(out, "vam", verb.groups[1], voice, w0.groups[0]);
            }
        }
        put!(out, "ab", self.acts[at][0], class);
        put!(out, "aa", self.acts[at][1], class);
        put!(out, "s", counted(number.min(5) as u16));
        for mood in self.moods {
            put!(out, "t", mood);
            put!(out, "tw", mood, w0.own);
            put!(out, "tm", mood, w0.groups[1]);
        }
    }
}

/// The weights of the field.
pub struct Tagger {
    weights: Table<TAGS>,
    steps: [[f32; TAGS]; TAGS],
}

struct Sum<'t> {
    table: &'t Table<TAGS>,
    sums: [i32; TAGS],
}

impl Sink for Sum<'_> {
    #[inline]
    fn put(&mut self, hash: u64, _: &dyn Fn() -> String) {
        self.table.add(hash, &mut self.sums);
    }
}

impl Tagger {
    /// From a printed file: features, and `step FROM` lines for what may follow what.
    pub fn read(file: &str) -> Self {
        let mut steps = [[0.0f32; TAGS]; TAGS];
        for (line, step) in file.lines().filter(|line| line.starts_with("step ")).zip(&mut steps) {
            for (cell, value) in line.split('\t').skip(1).zip(step.iter_mut()) {
                *value = (cell.parse::<f32>().unwrap_or_default() / 100.0).exp();
            }
        }
        let rest: String =
            file.lines().filter(|line| !line.starts_with("step ")).fold(String::new(), |mut out, line| {
                out.push_str(line);
                out.push('\n');
                out
            });
        Tagger { weights: Table::read(&rest), steps }
    }

    /// Chances of every tag for every word of a report of which the whole says `moods`.
    pub fn chances(&self, p: &Parse<'_>, moods: [&'static str; 3]) -> Chances {
        let rows = Rows::new(p, moods);
        let mut out = Chances::with_capacity(p.t.list.len());
        for (number, sentence) in rows.sentences.iter().enumerate() {
            let scores: Vec<[f32; TAGS]> = sentence
                .clone()
                .map(|at| {
                    if !rows.open[at] {
                        return OUTSIDE;
                    }
                    let mut sum = Sum { table: &self.weights, sums: [0; TAGS] };
                    rows.features(at, number, sentence, &mut sum);
                    sum.sums.map(|sum| sum as f32 * UNIT)
                })
                .collect();
            out.extend(marginals(&scores, &self.steps));
        }
        out
    }
}

/// Chances of every tag of a sentence by forward and backward sums; `scores` are log weights, `steps` weights.
pub fn marginals(scores: &[[f32; TAGS]], steps: &[[f32; TAGS]; TAGS]) -> Chances {
    let weights: Vec<[f32; TAGS]> = scores
        .iter()
        .map(|row| {
            let most = row.iter().copied().fold(f32::MIN, f32::max);
            row.map(|score| (score - most).exp())
        })
        .collect();
    let scaled = |mut row: [f32; TAGS]| {
        let sum = row.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        row.iter_mut().for_each(|value| *value /= sum);
        row
    };
    let mut forward: Chances = Vec::with_capacity(weights.len());
    for weight in &weights {
        let row = match forward.last() {
            None => *weight,
            Some(before) => {
                let mut row = [0.0; TAGS];
                for (from, steps) in before.iter().zip(steps) {
                    for (value, step) in row.iter_mut().zip(steps) {
                        *value += from * step;
                    }
                }
                std::array::from_fn(|tag| row[tag] * weight[tag])
            }
        };
        forward.push(scaled(row));
    }
    let mut behind = [1.0f32; TAGS];
    for at in (0..weights.len()).rev() {
        forward[at] = scaled(std::array::from_fn(|tag| forward[at][tag] * behind[tag]));
        let ahead: [f32; TAGS] = std::array::from_fn(|tag| weights[at][tag] * behind[tag]);
        behind = scaled(std::array::from_fn(|from| (0..TAGS).map(|to| steps[from][to] * ahead[to]).sum()));
    }
    forward
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the sum over all rows of tags, which for three words and eleven tags is short.
    #[test]
    fn chances_are_those_of_all_rows_of_tags() {
        let scores: Vec<[f32; TAGS]> =
            (0..3).map(|at| std::array::from_fn(|tag| ((at * 7 + tag * 5) % 11) as f32 / 4.0)).collect();
        let steps: [[f32; TAGS]; TAGS] =
            std::array::from_fn(|a| std::array::from_fn(|b| 0.2 + ((a * 3 + b) % 5) as f32));
        let mut want = vec![[0.0f64; TAGS]; 3];
        for row in 0..TAGS.pow(3) {
            let tags = [row % TAGS, row / TAGS % TAGS, row / TAGS / TAGS];
            let weight = tags.iter().enumerate().map(|(at, tag)| f64::from(scores[at][*tag]).exp()).product::<f64>()
                * f64::from(steps[tags[0]][tags[1]] * steps[tags[1]][tags[2]]);
            tags.iter().enumerate().for_each(|(at, tag)| want[at][*tag] += weight);
        }
        for (want, got) in want.iter().zip(marginals(&scores, &steps)) {
            let all: f64 = want.iter().sum();
            for (want, got) in want.iter().zip(got) {
                assert!((want / all - f64::from(got)).abs() < 1e-5, "{want} {got}");
            }
        }
    }
}
