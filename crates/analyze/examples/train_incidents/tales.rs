//! Learns what a sentence tells (`sentences.txt`).

use witnessmark_analyze::extract::incidents::{Files, KINDS, Model, Report, TOLD, normal, share};

use crate::{Document, Names, Settings, by_fold, fold, others, precision};

/// A smaller weight is not printed.
const LEAST_PRINTED: f32 = 0.12;

/// Features of a sentence, and what it tells: each kind by a target, victim or weapon of it, then any filler at all.
struct Sentence {
    features: Vec<u32>,
    tells: [bool; TOLD],
}

fn sentences(document: &Document, names: &mut Names) -> (Vec<Sentence>, Vec<Vec<u64>>) {
    let p = Report::new(&document.text);
    let hashes = p.sentences(&mut |hash, parts| names.name(hash, parts));
    let mut words = vec![String::new(); hashes.len()];
    for (word, sentence) in p.tokens() {
        words[sentence].push_str(word);
        words[sentence].push(' ');
    }
    let words = words.iter().map(|words| format!(" {} ", normal(words)));
    let told = |words: String| {
        let mut tells = [false; TOLD];
        for incident in &document.gold {
            for (role, mentions) in incident.roles.iter().enumerate() {
                if mentions.iter().any(|mention| words.contains(&format!(" {mention} "))) {
                    tells[TOLD - 1] = true;
                    for kind in (0..KINDS.len()).filter(|kind| role >= 2 && incident.kinds[*kind]) {
                        tells[kind] = true;
                    }
                }
            }
        }
        tells
    };
    let tells: Vec<_> = words.map(told).collect();
    let features = hashes.iter().map(|features| names.count(features.iter().copied()));
    (features.zip(tells).map(|(features, tells)| Sentence { features, tells }).collect(), hashes)
}

/// The weights of all; what each document tells is left with it, by the weights of the other folds.
pub fn learn(documents: &mut [Document]) -> String {
    let mut names = Names::default();
    let all: Vec<_> = documents.iter().map(|document| sentences(document, &mut names)).collect();
    let settings = Settings { passes: 30, rate: 0.014, penalty: 0.001 };
    let texts = by_fold(&|held| {
        let learned: Vec<&Sentence> = others(&all, held).into_iter().flat_map(|(sentences, _)| sentences).collect();
        let column = |column: usize| {
            let cases: Vec<_> = learned
                .iter()
                .map(|one| (one.features.as_slice(), share(one.features.len()) as f32, one.tells[column]))
                .collect();
            crate::learn(&cases, &names.seen, &settings)
        };
        names.print(&(0..TOLD).map(column).collect::<Vec<_>>(), LEAST_PRINTED)
    });
    let models: Vec<Model> =
        texts.iter().map(|text| Model::read(&Files { sentences: text, ..Files::default() })).collect();
    for (at, (document, (_, hashes))) in documents.iter_mut().zip(&all).enumerate() {
        document.told = models[fold(at)].told(hashes);
    }
    let told = || documents.iter().zip(&all).flat_map(|(document, (sentences, _))| document.told.iter().zip(sentences));
    for (column, name) in KINDS.iter().chain(&["any"]).enumerate() {
        let cases: Vec<_> = told().map(|(odds, one)| (f64::from(odds[column]), one.tells[column])).collect();
        let wanted = cases.iter().filter(|case| case.1).count();
        println!("sentences of {name} {wanted}: mean precision {:.3}", precision(cases.into_iter(), wanted));
    }
    texts.into_iter().last().unwrap_or_default()
}
