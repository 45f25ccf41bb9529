//! What there is, what waits, and what could not be read: the first page.

use maud::{Markup, html};
use witnessmark_desk::case::IncidentId;
use witnessmark_desk::report::Tongue;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{done, elements, incident_slug, item_name, ltr, notice, number, own};
use crate::shell::Page;
use crate::{pages, words};

/// Incidents shown here; the rest stand on their own page.
const INCIDENTS: usize = 6;
/// Unread items shown here.
const UNREAD: usize = 12;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Overview", "نظرة عامة");
    let body = html! {
        h1 { (own(&room.archive.config().name)) }
        (done(ask))
        (tally(room, t))
        (waiting(room, t))
        (incidents(room, t))
        (unread(room, t))
        (ledger(room, t))
    };
    Ok(Page::new(title, body))
}

fn tally(room: &Room<'_>, t: Tongue) -> Markup {
    let case = room.case;
    let grouped = case.incidents.iter().filter(|i| matches!(i.id, IncidentId::Grouped(_))).count();
    let asserted = case.claims.values().filter(|h| h.standing.as_str() != "proposed").count();
    let figures = [
        (case.items.len(), t.say("items", "مواد"), "/items"),
        (case.claims.len(), t.say("claims", "أقوال منسوبة"), "/statements"),
        (asserted, t.say("of them asserted by people", "منها أكدها أشخاص"), "/statements?by=people"),
        (grouped, t.say("incidents grouped by people", "وقائع جمعها أشخاص"), "/incidents?by=people"),
        (case.incidents.len() - grouped, t.say("proposed by the machine", "اقترحتها الآلة"), "/incidents?by=machine"),
        (case.commitments.len(), t.say("commitments", "التزامات"), "/commitments"),
    ];
    html! {
        ul.tally { @for (n, words, to) in figures { li { a href=(to) { span.figure { (number(n)) } span { (words) } } } } }
    }
}

fn waiting(room: &Room<'_>, t: Tongue) -> Markup {
    let counts = pages::queue::counts(room);
    let all: usize = counts.iter().map(|(_, n)| n).sum();
    html! {
        section aria-labelledby="waits" {
            h2 #waits { (t.say("Waiting for a person", "بانتظار قرار إنسان")) }
            @if all == 0 {
                p { (t.say("Nothing waits.", "لا شيء ينتظر.")) }
            } @else {
                p { (t.say("What a machine read and nobody has decided on. None of it counts toward a level.", "ما قرأته آلة ولم يقرر فيه أحد. ولا يُحتسب شيء منه في أي مستوى.")) }
                ul.chips { @for (kind, n) in counts { li { a href=(format!("/queue?kind={kind}")) { (words::kind(&kind, t)) " " (number(n)) } } } }
            }
        }
    }
}

fn incidents(room: &Room<'_>, t: Tongue) -> Markup {
    html! {
        section aria-labelledby="incidents" {
            h2 #incidents { (t.say("Incidents", "الوقائع")) }
            p.fine { (t.say("An incident is a hypothesis: these claims speak of one happening. It has no level; each of its elements has one.", "الواقعة فرضية: هذه الأقوال تتحدث عن حدث واحد. وليس لها مستوى، بل لكل عنصر من عناصرها مستوى.")) }
            @if room.case.incidents.is_empty() { p { (t.say("None yet.", "لا شيء بعد.")) } }
            @for incident in room.case.incidents.iter().take(INCIDENTS) { (pages::incidents::card(incident, t, &elements(incident, t))) }
            @if room.case.incidents.len() > INCIDENTS {
                p { a href="/incidents" { (t.say("All incidents", "كل الوقائع")) " " (number(room.case.incidents.len())) } }
            } @else if let Some(first) = room.case.incidents.first() {
                p.fine { a href=(format!("/incidents/{}", incident_slug(first.id))) { (t.say("Begin with the first", "ابدأ بالأولى")) } }
            }
        }
    }
}

fn unread(room: &Room<'_>, t: Tongue) -> Markup {
    let broken: Vec<_> = room.case.items.values().filter(|i| !i.problems.is_empty()).collect();
    html! {
        section aria-labelledby="unread" {
            h2 #unread { (t.say("What could not be read", "ما تعذّرت قراءته")) }
            @if broken.is_empty() { p { (t.say("Nothing: every analyzer read what it was given.", "لا شيء: قرأ كل محلل ما أُعطي.")) } }
            ul.plain {
                @for item in broken.iter().take(UNREAD) {
                    // Analyzers that look at the same bytes say the same of them.
                    @let mut said: Vec<&str> = Vec::new();
                    @for (_, what) in &item.problems { @if !said.contains(&what.as_str()) { @let () = said.push(what); } }
                    li { (item_name(item)) ": " @for (i, what) in said.iter().take(2).enumerate() { @if i > 0 { " · " } (own(what)) } }
                }
            }
            @if broken.len() > UNREAD { p.fine { a href="/items?unread=yes" { (t.say("All of them", "كلها")) " " (number(broken.len())) } } }
        }
    }
}

fn ledger(room: &Room<'_>, t: Tongue) -> Markup {
    let root = room.archive.log().root().hex();
    html! {
        section aria-labelledby="ledger" {
            h2 #ledger { (t.say("Ledger", "السجل")) }
            dl.facts {
                div { dt { (t.say("entries", "القيود")) } dd { a href="/ledger" { (ltr(room.archive.log().size().to_string())) } } }
                div { dt { (t.say("root", "الجذر")) } dd { code { (ltr(root)) } } }
            }
            @if room.archive.log().pending() > 0 {
                (notice("limit", &html! { p { (t.say("Entries that were accepted before a crash wait for the log's key: ", "قيود قُبلت قبل انقطاع وتنتظر مفتاح السجل: ")) (number(room.archive.log().pending())) } }))
            }
            p { a href="/ledger/check" { (t.say("Check that everything is unchanged since it was recorded", "تحقق من أن كل شيء لم يتغير منذ تسجيله")) } }
        }
    }
}
