//! Persons and numbers of an Arabic verb, from its past and its imperfect in the third person.
//!
//! Folded letters, no vowel signs: what differs by vowels alone is one form. Deliberately derives no stem from another and
//! knows no verb: both tenses stand in the lexicon.

use witnessmark_model::words::fold;

/// Pronouns joined to a verb for whom it is told to.
const PRONOUNS: &[&str] = &["ه", "ها", "هم", "هما", "هن", "نا", "ني"];

/// Stands before a phrase whose words are verbs, to be compared whole.
pub const WHOLE: char = '=';

/// The lexicon with its lines of `verb` and `tell` inflected into lines of `cue`, and phrases of verbs marked as [`WHOLE`].
pub fn lexicon(file: &str) -> String {
    const VERBS: &[&str] = &["cue", "actverb", "light", "drop", "undergo"];
    let mut out = String::with_capacity(2 * file.len());
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let (Some(name), Some(class), Some(phrases)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let known = match name {
            "verb" | "tell" => "cue",
            other => other,
        };
        if !VERBS.contains(&known) {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        let mut forms: Vec<String> = Vec::new();
        for phrase in phrases.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()) {
            let weak = if phrase.ends_with('~') { "~" } else { "" };
            let plain = phrase.replace('~', "");
            let of = match name {
                "verb" => verb(&plain, class),
                "tell" => with_pronoun(&plain),
                _ => vec![plain],
            };
            forms.extend(of.into_iter().map(|form| format!("{WHOLE}{form}{weak}")));
        }
        out.push_str(&format!("{known} | {class} | {}\n", forms.join(", ")));
    }
    out
}

/// Every form of `past` or of `past imperfect`; of stances of asking and denying also *I* and *we* of the imperfect.
///
/// The imperfect is told by its `ي`: a verb whose past begins with one stands in the lexicon form by form.
pub fn verb(pair: &str, stance: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut words = pair.split_whitespace();
    if let Some(past) = words.next() {
        past_forms(&fold(past), &mut out);
    }
    if let Some(imperfect) = words.next() {
        imperfect_forms(&fold(imperfect), matches!(stance, "urges" | "denies"), &mut out);
    }
    out
}

/// Past forms with the pronoun of the person told: `أبلغه`, `أبلغتها`, `أبلغونا`.
pub fn with_pronoun(past: &str) -> Vec<String> {
    let past = fold(past);
    let subjects = ["", "ت", "و"];
    subjects.iter().flat_map(|of| PRONOUNS.iter().map(|to| format!("{past}{of}{to}")).collect::<Vec<_>>()).collect()
}

/// The verb without the pronoun of its object: `أوردته` is `أوردت`.
pub fn without_pronoun(word: &str) -> Option<&str> {
    let shortest = |stem: &&str| stem.chars().count() >= 3;
    ["هما", "ها", "هم", "نا", "ه"].iter().find_map(|pronoun| word.strip_suffix(pronoun)).filter(shortest)
}

fn past_forms(past: &str, out: &mut Vec<String>) {
    out.push(past.to_owned());
    // `نفى`, `دعا`: the last letter falls before an ending.
    let (stem, dual) = match past.strip_suffix(['ي', 'ا']) {
        Some(stem) => (stem, format!("{stem}يا")),
        None => (past, format!("{past}ا")),
    };
    out.push(dual);
    out.extend(["ت", "تا", "وا"].map(|ending| format!("{stem}{ending}")));
    if stem == past {
        out.push(format!("{stem}ن"));
    }
}

fn imperfect_forms(imperfect: &str, first_person: bool, out: &mut Vec<String>) {
    let Some(rest) = imperfect.strip_prefix('ي') else { return };
    out.extend(["ي", "ت"].map(|person| format!("{person}{rest}")));
    if first_person {
        out.push(format!("ن{rest}"));
    }
    let stem = rest.strip_suffix(['ي', 'و']).unwrap_or(rest);
    out.push(format!("ي{stem}ون"));
    out.push(format!("ي{stem}وا"));
    out.push(format!("ي{rest}ان"));
    out.push(format!("ت{rest}ان"));
    if stem == rest {
        out.push(format!("ي{rest}ن"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_and_defective_verbs_take_their_endings() {
        let of = |pair: &str, form: &str| verb(pair, "denies").iter().any(|known| known == form);
        for form in ["نفت", "نفوا", "ننفي", "ينفون", "تنفي"] {
            assert!(of("نفى ينفي", form), "{form}");
        }
        for form in ["أنكرت", "أنكروا", "ينكرون", "ينكران", "ننكر"] {
            assert!(of("أنكر ينكر", &fold(form)), "{form}");
        }
        assert!(!of("نفى ينفي", "نفيت"));
    }

    #[test]
    fn the_pronoun_of_an_object_is_put_on_and_taken_off() {
        assert!(with_pronoun("أخبر").contains(&"اخبرتنا".to_owned()));
        assert_eq!(without_pronoun("اوردته"), Some("اوردت"));
        assert_eq!(without_pronoun("له"), None);
    }
}
