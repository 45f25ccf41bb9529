//! Commitments: each obligation in its instrument's own words, what speakers say it demands, where the two differ, and which
//! incidents were reported in its period and territory.

use maud::{Markup, html};
use witnessmark_desk::commitments::{Commitment, ObligationCase};
use witnessmark_desk::report::Tongue;
use witnessmark_report::document::{anchor, tame};

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::pages::incidents::card;
use crate::parts::{claim, elements, ltr, own, said};
use crate::shell::Page;

/// Incidents shown under one obligation.
const INCIDENTS: usize = 12;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Commitments", "الالتزامات");
    let body = html! {
        h1 { (title) }
        p.lead {
            (t.say(
                "What instruments demand, in their own words, beside what speakers say they demand. An incident listed here was reported; whether it was a breach is for a person to assess.",
                "ما تطالب به الصكوك بنصها، إلى جانب ما يقول المتحدثون إنها تطالب به. والواقعة المذكورة هنا واردة في تقارير؛ أما كونها خرقاً فيقيّمه شخص.",
            ))
        }
        @if room.case.commitments.is_empty() { p { (t.say("The archive holds no instrument.", "لا يحوي الأرشيف صكاً.")) } }
        @for commitment in &room.case.commitments { (one(room, commitment, t)) }
    };
    Ok(Page::new(title, body))
}

fn one(room: &Room<'_>, commitment: &Commitment, t: Tongue) -> Markup {
    let title = commitment.title_ar.as_deref().filter(|_| t == Tongue::Arabic).unwrap_or(&commitment.title);
    let facts = [
        (t.say("kind", "النوع"), Some(commitment.kind.clone()).filter(|k| !k.is_empty())),
        (t.say("number", "الرقم"), commitment.number.clone()),
        (t.say("adopted", "اعتُمد"), commitment.adopted.clone()),
        (t.say("issued by", "أصدره"), commitment.issuer.clone()),
    ];
    let differences = commitment.differences(room.case, t.code());
    html! {
        section.commitment aria-labelledby=(anchor(&commitment.row.short())) {
            h2 id=(anchor(&commitment.row.short())) { (own(title)) }
            dl.facts { @for (name, value) in facts { @if let Some(value) = value { div { dt { (name) } dd { (own(value)) } } } } }
            @for obligation in &commitment.obligations { (self::obligation(room, obligation, t)) }
            @if !commitment.said.is_empty() {
                h3 { (t.say("What speakers say that it demands", "ما يقول المتحدثون إنه يطالب به")) }
                @for held in commitment.said.iter().filter_map(|key| room.case.claims.get(key)) { (claim(room.case, held, t, &html! {})) }
            }
            @if !differences.is_empty() {
                h3 { (t.say("Where the two differ", "مواضع الاختلاف")) }
                ul { @for line in &differences { li { (own(line)) } } }
            }
        }
    }
}

/// Names of places, each once: a place without a name of its own is called by its id.
fn territory(names: &[String]) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for name in names {
        match list.iter_mut().find(|there| there.to_lowercase() == name.to_lowercase()) {
            // The spelling with capitals is the name.
            Some(there) if there.chars().all(|c| !c.is_uppercase()) => there.clone_from(name),
            Some(_) => {}
            None => list.push(name.clone()),
        }
    }
    list
}

fn obligation(room: &Room<'_>, held: &ObligationCase, t: Tongue) -> Markup {
    let o = &held.obligation;
    let text = held.text_ar.as_deref().filter(|_| t == Tongue::Arabic).unwrap_or(&o.text);
    let period = match (&o.from, &o.until) {
        (None, None) => t.say("not stated", "غير مذكورة").to_owned(),
        (from, until) => format!("{} – {}", from.as_deref().unwrap_or("…"), until.as_deref().unwrap_or("…")),
    };
    html! {
        article.obligation {
            h3 { (t.say("Paragraph ", "الفقرة ")) (ltr(&o.paragraph)) }
            blockquote.words dir="auto" { (said(text, t)) }
            dl.facts {
                div { dt { (t.say("who is bound", "الملزَم")) } dd { (own(&o.duty_bearer)) } }
                div { dt { (t.say("verb", "الفعل الإلزامي")) } dd { (own(&o.verb)) } }
                div { dt { (t.say("territory", "النطاق المكاني")) } dd { @if o.territory.is_empty() { (t.say("not stated", "غير مذكور")) } @else { (own(territory(&o.territory).join(t.say(", ", "، ")))) } } }
                div { dt { (t.say("period", "المدة")) } dd { (ltr(period)) } }
                @if !held.exceptions.is_empty() { div { dt { (t.say("leaves out", "يستثني")) } dd { (own(held.exceptions.join("; "))) } } }
            }
            p.verdict { (tame(&held.verdict_words(t.code()))) }
            @let bearing: Vec<_> = held.reported.iter().filter_map(|i| room.case.incidents.get(*i)).collect();
            @if !bearing.is_empty() {
                details {
                    summary { (t.say("Incidents reported in its period and territory", "وقائع وردت ضمن مدته ونطاقه")) " " (ltr(bearing.len().to_string())) }
                    @for incident in bearing.iter().take(INCIDENTS) { (card(incident, t, &elements(incident, t))) }
                    @if bearing.len() > INCIDENTS { p { a href="/incidents" { (t.say("All incidents", "كل الوقائع")) } } }
                }
            }
        }
    }
}
