//! The list of incidents: hypotheses, each with how its elements are supported.

use maud::{Markup, html};
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::report::Tongue;
use witnessmark_model::vocabulary::label;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{done, elements, incident_link, incident_name, incident_slug, number, own, pager, token};
use crate::shell::{Page, encode};

/// Incidents on one page.
const EACH: usize = 25;
/// Loose claims offered for a new incident.
const LOOSE: usize = 60;

/// One incident as it stands in a list.
pub(crate) fn card(incident: &IncidentCase, t: Tongue, elements: &Markup) -> Markup {
    let proposed = matches!(incident.id, IncidentId::Proposed(_));
    let class = if proposed { "proposed" } else { "asserted" };
    html! {
        article.incident.(class) {
            h3 { (incident_link(incident, t)) }
            p.fine {
                @if proposed { span.standing.machine { (t.say("proposed by the machine · reviewed by nobody", "اقترحتها آلة · لم يراجعها أحد")) } }
                @else { span.standing.person { (t.say("grouped by a person", "جمعها شخص")) } }
                " " a href=(format!("/incidents/{}#told", incident_slug(incident.id))) { (t.say("claims: ", "الأقوال: ")) (number(incident.members.len())) span.unseen { ": " (incident_name(incident, t)) } }
            }
            (elements)
        }
    }
}

/// Draws the list.
pub(crate) fn list(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Incidents", "الوقائع");
    let (by, hit) = (ask.get("by"), ask.get("hit"));
    let all: Vec<&IncidentCase> = room.case.incidents.iter().filter(|i| is_asked(room.case, i, by, hit)).collect();
    let from = ask.number("from").min(all.len());
    let body = html! {
        h1 { (title) }
        (done(ask))
        p.lead {
            (t.say(
                "An incident is a hypothesis that some claims speak of one happening. It has no level: each element has one, and nobody's name but a person's raises it.",
                "الواقعة فرضية مفادها أن أقوالاً ما تتحدث عن حدث واحد. وليس لها مستوى: لكل عنصر مستوى، ولا يرفعه إلا شخص باسمه.",
            ))
        }
        (filters(ask, by, hit))
        @if all.is_empty() { p { @if by.is_empty() && hit.is_empty() { (t.say("None yet.", "لا شيء بعد.")) } @else { (t.say("None of these.", "لا شيء من هذه.")) } } }
        @for incident in all.iter().skip(from).take(EACH) { (card(incident, t, &elements(incident, t))) }
        (pager(ask, all.len(), EACH, from))
        (new_incident(room, ask))
    };
    Ok(Page::new(title, body))
}

/// Is it among those that are asked for: by who put it together, and by the class that is said to be hit?
pub(crate) fn is_asked(case: &Case, incident: &IncidentCase, by: &str, hit: &str) -> bool {
    let by_people = matches!(incident.id, IncidentId::Grouped(_));
    let of_class = || {
        let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
        claims.flat_map(|held| &held.claim.targets).any(|target| target.class == hit)
    };
    (match by {
        "people" => by_people,
        "machine" => !by_people,
        _ => true,
    }) && (hit.is_empty() || of_class())
}

fn filters(ask: &Ask, by: &str, hit: &str) -> Markup {
    let t = ask.tongue;
    let ways = [
        ("", t.say("all", "الكل")),
        ("people", t.say("grouped by people", "جمعها أشخاص")),
        ("machine", t.say("proposed by the machine", "اقترحتها آلة")),
    ];
    let class = if hit.is_empty() { String::new() } else { format!("&hit={}", encode(hit)) };
    html! {
        nav.chips aria-label=(t.say("Which", "أيّها")) {
            ul.chips {
                @for (way, words) in ways { li { a href=(format!("/incidents?by={way}{class}")) aria-current=[(by == way).then_some("true")] { (words) } } }
                @if !hit.is_empty() { li { a href=(format!("/incidents?by={}", encode(by))) { (t.say("said to have hit: ", "يُقال إنها أصابت: ")) (own(label(hit, t.code()))) " ×" } } }
            }
        }
    }
}

/// Claims of one event in no incident that a person grouped: what a new incident can be made of.
fn new_incident(room: &Room<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let grouped = room.case.grouped_claims();
    let loose: Vec<_> =
        room.case.claims.values().filter(|h| h.claim.is_of_one_event() && !grouped.contains(&h.key)).collect();
    html! {
        @if !loose.is_empty() {
            section aria-labelledby="new" {
                h2 #new { (t.say("Group claims into a new incident", "اجمع أقوالاً في واقعة جديدة")) }
                details {
                    summary { (t.say("Claims of one event that nobody has grouped", "أقوال عن حدث واحد لم يجمعها أحد")) " " (number(loose.len())) }
                    form method="post" action="/incidents" {
                        (token(ask))
                        @for (i, held) in loose.iter().take(LOOSE).enumerate() {
                            div.pickable {
                                input type="checkbox" name="claim" value=(held.key) id=(format!("claim-{i}"));
                                label for=(format!("claim-{i}")) { (own(room.case.cite(held.key))) }
                            }
                        }
                        div.field { label for="new-label" { (t.say("What to call it", "ما تُسمّى")) } input #new-label name="label" dir="auto" maxlength="200" required; }
                        div.field { label for="new-reason" { (t.say("Why they speak of one happening", "لماذا تتحدث عن حدث واحد")) } input #new-reason name="reason" dir="auto" maxlength="2000" required; }
                        button type="submit" { (t.say("Group", "اجمع")) }
                    }
                }
            }
        }
    }
}
