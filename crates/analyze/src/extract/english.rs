//! The English grammar, in order: tokens, phrases, names, attributions, then what each says.
//!
//! Deliberately thin: every reading is made in the room of its kind.

use super::{
    Options, attacks,
    attribution::Attrs,
    casualties, claims,
    frame::{self, Frame},
    mentions::Entities,
    object::Builder,
    syntax::Parse,
    tell,
    tokens::Tokens,
    wheres,
};
use crate::{text, time};

/// Reads an English text into `b`.
pub fn read(text: &str, options: &Options<'_>, b: &mut Builder<'_>) {
    let sentences = text::sentences(text);
    let p = Parse::new(Tokens::new(text, &sentences));
    let found = options.gazetteer.find(text);
    let place_flags = frame::place_tokens(&p, &found);
    let is_place = |at: usize| place_flags.get(at).copied().unwrap_or(false);
    let published = options.published.map(str::to_owned).or_else(|| dateline(text));
    let mut entities = Entities::find(&p);
    entities.emit(&p, b);
    let mut attrs = Attrs::find(&p, &entities);
    let frame = Frame::emit(&p, &entities, found, options, published.as_deref(), b);
    attrs.emit(&p, &entities, b);
    wheres::emit(&p, &entities, &frame, b);
    tell::things(&p, &entities, &attrs, b);
    let mut attacks = attacks::find(&p, &entities, &attrs, &is_place);
    let mut figures = casualties::find(&p);
    attacks::judge(&p, &attrs, &mut attacks, &figures, &|toks| frame.day_in(&p, toks));
    attacks::learned(&p, &entities, &attrs, &is_place, &mut attacks);
    let links = tell::link_figures(&p, &attacks, &figures);
    let strike: Vec<bool> =
        (0..figures.len()).map(|f| links.iter().any(|(a, g)| *g == f && attacks[*a].scope == "one")).collect();
    casualties::emit(&p, &mut figures, &attrs, b, &strike);
    tell::emit(&p, &entities, &attrs, &frame, &figures, &mut attacks, b);
    claims::emit(&p, &entities, &attrs, &frame, &attacks, b);
}

/// The date in a line of its own among the first: when the text says it was published.
fn dateline(text: &str) -> Option<String> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(4) {
        let words = line.trim();
        if (6..60).contains(&words.len())
            && let [only] = time::find(words, None).as_slice()
            && only.basis == "stated"
            && only.range.len() + 4 >= words.len()
        {
            return only.earliest.clone();
        }
        at += line.len();
    }
    let _ = at;
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prints how a text is read, for whoever works on the grammar: `SHOW='text' cargo test show_parse -- --nocapture`.
    #[test]
    #[allow(clippy::print_stdout, reason = "a tool for the people who work on the grammar")]
    fn show_parse() {
        let Ok(text) = std::env::var("SHOW") else { return };
        let p = Parse::new(Tokens::new(&text, &text::sentences(&text)));
        for (i, t) in p.t.list.iter().enumerate() {
            print!("{i}:{}/{:?} ", t.low, t.pos);
        }
        println!();
        for np in &p.nps {
            print!("[{}] ", p.t.words(&np.toks));
        }
        println!();
        for (i, vg) in p.vgs.iter().enumerate() {
            println!(
                "{} {vg:?} subject={:?} objects={:?}",
                p.t.words(&vg.toks),
                p.subject(i).map(|n| p.t.words(&p.nps[n].toks)),
                p.objects(i).iter().map(|n| p.t.words(&p.nps[*n].toks)).collect::<Vec<_>>()
            );
        }
    }
}
