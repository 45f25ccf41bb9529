//! Tests of the grammar over tables: one text a language, and limits.

use crate::extract::{Options, extract};
use crate::place::Gazetteer;

fn kinds(text: &str, language: &str) -> Vec<&'static str> {
    let options =
        Options { doc: "d", published: Some("2024-03-15"), language: Some(language), gazetteer: Gazetteer::embedded() };
    extract(text, &options).iter().map(|object| object.kind).collect()
}

#[test]
fn one_sentence_in_each_language_gives_speaker_attack_and_figure() {
    for (language, text) in [
        ("fr", "Le maire a déclaré que des obus avaient frappé une école, tuant quatre élèves."),
        ("ru", "Мэр заявил, что снаряды попали в школу, погибли четыре человека."),
        ("uk", "Мер заявив, що снаряди влучили в школу, загинули четверо людей."),
    ] {
        let found = kinds(text, language);
        for kind in ["attribution", "attack", "casualties"] {
            assert!(found.contains(&kind), "{language}: {kind} in {found:?}");
        }
    }
}

#[test]
fn number_words_without_end_are_bounded() {
    let text = "двадцять два ".repeat(4000);
    let start = std::time::Instant::now();
    kinds(&text, "uk");
    assert!(start.elapsed() < std::time::Duration::from_secs(60));
}
