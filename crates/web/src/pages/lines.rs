//! The lines of evidence of an incident in words: why each is one, what to keep in mind, how they stand to each other, where all
//! of it is weakest, and circles of citation. What the drawings show, for who cannot see them, and what they cannot show.

use maud::{Markup, html};
use witnessmark_desk::case::IncidentCase;
use witnessmark_desk::report::Tongue;
use witnessmark_desk::weighing::weakest;
use witnessmark_model::vocabulary::Element;

use crate::app::Room;
use crate::parts::{item_cited, ltr, number, own};

/// Items named of one line.
const ITEMS: usize = 30;
/// Pairs of lines that are told.
const PAIRS: usize = 40;

/// Draws it; nothing without lines.
pub(crate) fn section(room: &Room<'_>, incident: &IncidentCase, t: Tongue) -> Markup {
    let Some(happened) = incident.weighed.elements.iter().find(|e| e.element == Element::Happened) else {
        return html! {};
    };
    let lines = &happened.lines;
    html! {
        (weak_points(incident, t))
        @if !lines.lines.is_empty() {
            details.lines {
                summary { (t.say("The lines in words", "الأصول بالكلمات")) " " (number(lines.lines.len())) }
                ol {
                    @for line in &lines.lines {
                        li {
                            strong { (own(&line.name)) } " — " (t.of(line.perceiving.labels())) ": "
                            @for (i, item) in line.items.iter().take(ITEMS).enumerate() { @if i > 0 { (t.say(", ", "، ")) } (item_cited(room.case, *item)) }
                            @if !line.why.is_empty() { div.fine { (t.say("One line, because ", "أصل واحد لأن ")) @for (i, why) in line.why.iter().take(ITEMS).enumerate() { @if i > 0 { (t.say("; ", "؛ ")) } (own(why.words(t.code()))) } } }
                            @if !line.flags.is_empty() { div.fine { (t.say("Keep in mind: ", "يُراعى: ")) @for (i, flag) in line.flags.iter().enumerate() { @if i > 0 { (t.say("; ", "؛ ")) } (own(flag.words(t.code()))) } } }
                        }
                    }
                }
                @if !lines.between.is_empty() {
                    p { strong { (t.say("How they stand to each other", "صلة بعضها ببعض")) } }
                    ul { @for (a, b, how) in lines.between.iter().take(PAIRS) { li { (ltr(format!("{} – {}", a + 1, b + 1))) ": " (own(how.words(t.code()))) } } }
                    @if lines.between.len() > PAIRS { p.muted { (t.say("and more pairs: ", "وأزواج أخرى: ")) (number(lines.between.len() - PAIRS)) } }
                }
            }
        }
        @for circle in &lines.circles { p.against-line { (own(circle.words(t.code()))) } }
    }
}

/// Where each element is weakest; elements that are weak at the same points share a line.
fn weak_points(incident: &IncidentCase, t: Tongue) -> Markup {
    let mut alike: Vec<(Vec<String>, Vec<&'static str>)> = Vec::new();
    for weighed in &incident.weighed.elements {
        let points: Vec<String> =
            weakest(&weighed.lines, &weighed.allowed.reasons).iter().map(|p| p.words(t.code())).collect();
        if points.is_empty() {
            continue;
        }
        match alike.iter_mut().find(|(known, _)| *known == points) {
            Some((_, elements)) => elements.push(t.of(weighed.element.labels())),
            None => alike.push((points, vec![t.of(weighed.element.labels())])),
        }
    }
    html! {
        @if !alike.is_empty() {
            div.weakest {
                p { strong { (t.say("Weakest single point", "أضعف نقطة منفردة")) } }
                ul { @for (points, elements) in &alike {
                    li { span.element-name { (elements.join(t.say(", ", "، "))) } ": " @for (i, point) in points.iter().enumerate() { @if i > 0 { (t.say("; ", "؛ ")) } (own(point)) } }
                } }
            }
        }
    }
}
