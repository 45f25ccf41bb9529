//! The Arabic grammar: who says what, attacks with their parts, figures of harm, denials, appeals, pledges, legal words.
//!
//! A first version, over a lexicon (`lexicon/arabic.txt`) and word forms, not over parsed sentences: it reads the plain
//! prose of releases and bulletins, and deliberately leaves alone what it cannot tie to words of the lexicon. Words of
//! one side's vocabulary appear only in quotations; what is made of them is neutral.

mod appeals;
mod attacks;
mod attribution;
mod beside;
mod called_upon;
mod casualties;
mod inflect;
mod instruments;
mod kinds;
mod legal;
mod names;
mod numbers;
mod passed_on;
mod people;
mod saying;
mod statements;
mod things;
mod told_to;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::told::{self, Scene};
use super::{Options, object::Builder};
use crate::{text, time};
use words::Words;

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
    let cues: BTreeSet<usize> = attributions.iter().map(|one| one.cue.start).collect();
    attacks.retain(|attack| {
        let cue = cues.contains(&attack.trigger.start);
        !cue && (attack.is_told() || !told::inside(&reader.places, &attack.zone).is_empty())
    });
    let figures = casualties::find(&words);
    let said = told::attributions(&words, &attributions, &mut |tokens, role, b| reader.name(tokens, role, b), b);
    reader.people_tell(b);
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
    reader.called_upon(&attributions, &said, b);
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
}

#[cfg(test)]
mod tests;
