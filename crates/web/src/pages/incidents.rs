//! The list of incidents: hypotheses, each with how its elements are supported.

use maud::{Markup, html};
use witnessmark_desk::case::{IncidentCase, IncidentId};
use witnessmark_desk::report::Tongue;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{done, elements, incident_slug, number, own, pager, token};
use crate::shell::Page;

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
            h3 { a href=(format!("/incidents/{}", incident_slug(incident.id))) { (own(incident.name(t.code()))) } }
            p.fine {
                @if proposed { span.standing.machine { (t.say("proposed by the machine · reviewed by nobody", "اقترحتها آلة · لم يراجعها أحد")) } }
                @else { span.standing.person { (t.say("grouped by a person", "جمعها شخص")) } }
                " " (t.say("claims: ", "الأقوال: ")) (number(incident.members.len()))
            }
            (elements)
        }
    }
}

/// Draws the list.
pub(crate) fn list(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Incidents", "الوقائع");
    let all = &room.case.incidents;
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
        @if all.is_empty() { p { (t.say("None yet.", "لا شيء بعد.")) } }
        @for incident in all.iter().skip(from).take(EACH) { (card(incident, t, &elements(incident, t))) }
        (pager(ask, all.len(), EACH, from))
        (new_incident(room, ask))
    };
    Ok(Page::new(title, body))
}

/// Claims of one event in no incident that a person grouped: what a new incident can be made of.
fn new_incident(room: &Room<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let grouped =
        |key| room.case.incidents.iter().any(|i| matches!(i.id, IncidentId::Grouped(_)) && i.members.contains(key));
    let loose: Vec<_> = room.case.claims.values().filter(|h| h.claim.is_of_one_event() && !grouped(&h.key)).collect();
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
