//! Reviews of an element: who examined it, what they found, and the form by which a member signs so. A reviewer signs for
//! themselves; an assessment can only name those who did, and counts none who is its author.

use std::collections::BTreeSet;

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::examine::{self, Found};
use witnessmark_model::entry::Finding;
use witnessmark_model::vocabulary::{Capture, Element};
use witnessmark_model::{EntryRef, ItemId, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::incident_forms::sight;
use crate::parts::{entry, incident_of, incident_slug, member, own, said, token};
use crate::words;

/// What can be found, in the order of work.
const FINDINGS: &[Finding] = &[
    Finding::Agrees,
    Finding::Disagrees,
    Finding::OpposingAnswered,
    Finding::AdversarialReview,
    Finding::UnpublishedDetail,
];

/// What was found so far.
pub(crate) fn found(room: &Room<'_>, incident: &IncidentCase, element: Element, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let IncidentId::Grouped(at) = incident.id else { return html! {} };
    let world = room.archive.world();
    let list: Vec<_> =
        world.examined(at).filter(|(entry, x)| x.element == element && world.is_current(entry.at)).collect();
    let reviewed = incident.weighed.elements.iter().find(|e| e.element == element).map(|e| &e.reviewed);
    let stale = |entry: EntryRef| {
        let found = reviewed.into_iter().flatten().find(|r| r.entry == entry && !r.stands())?;
        Some(found.since)
    };
    html! {
        @if !list.is_empty() {
            ul.reviews { @for (by, examined) in list {
                li {
                    (member(room, by.signer)) " " strong { (words::finding(examined.finding, t)) }
                    @if let Some(reason) = examined.reason.get() { ": " (said(reason, t)) } " " (entry(by.at))
                    @if let Some(since) = stale(by.at) { " " span.tag { (t.say("reviewed ", "روجع ")) (crate::pages::incident::before(since, t)) } }
                }
            } }
        }
    }
}

/// Members whom an assessment can name: those who signed that they agree, on the claims as they are now, and are not its author.
pub(crate) fn nameable(incident: &IncidentCase, element: Element, author: MemberKey) -> Vec<MemberKey> {
    let weighed = incident.weighed.elements.iter().find(|e| e.element == element);
    let reviewers = weighed.map(|e| e.reviewers()).unwrap_or_default();
    reviewers.into_iter().filter(|member| *member != author).collect()
}

/// Boxes for the reviewers of an assessment.
pub(crate) fn reviewers(room: &Room<'_>, incident: &IncidentCase, element: Element, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let list = nameable(incident, element, room.member());
    html! {
        fieldset.reviewers {
            legend { (t.say("Reviewers", "المراجعون")) }
            p.fine { (t.say("Level 3 needs two, neither of them you. A reviewer signs for themselves, with the form below; who has signed stands here.", "يحتاج المستوى 3 إلى اثنين ليس أيٌّ منهما أنت. ويوقّع المراجع عن نفسه بالنموذج أدناه؛ ومن وقّع يظهر هنا.")) }
            @for (i, reviewer) in list.iter().enumerate() {
                div.pickable {
                    input type="checkbox" name="reviewer" value=(reviewer) id=(format!("reviewer-{element}-{i}")) checked;
                    label for=(format!("reviewer-{element}-{i}")) { (member(room, *reviewer)) }
                }
            }
            @if list.is_empty() { p.muted { (t.say("Nobody else has signed yet.", "لم يوقّع أحد غيرك بعد.")) } }
        }
    }
}

/// The form by which a member signs what they found.
pub(crate) fn form(room: &Room<'_>, incident: &IncidentCase, element: Element, ask: &Ask) -> Markup {
    let t = ask.tongue;
    if !matches!(incident.id, IncidentId::Grouped(_)) {
        return html! {};
    }
    let id = |what: &str| format!("{what}-{element}");
    let accounts = accounts(room, incident);
    html! {
        details.act {
            summary { (t.say("Review this element", "راجع هذا العنصر")) }
            form method="post" action=(format!("/incidents/{}/examine", incident_slug(incident.id))) {
                (token(ask))
                input type="hidden" name="element" value=(element);
                div.grid {
                    div.field {
                        label for=(id("finding")) { (t.say("What you found", "ما وجدته")) }
                        select id=(id("finding")) name="finding" {
                            @for finding in FINDINGS.iter().filter(|f| **f != Finding::UnpublishedDetail || !accounts.is_empty()) { option value=(finding) { (words::finding(*finding, t)) } }
                        }
                    }
                    @if !accounts.is_empty() {
                        div.field {
                            label for=(id("account")) { (t.say("Account, for an unpublished detail alone", "الإفادة، للتفصيل غير المنشور وحده")) }
                            select id=(id("account")) name="item" { option value="" { (t.say("none", "لا شيء")) } @for (item, name) in &accounts { option value=(item) { (name) } } }
                        }
                    }
                }
                label for=(id("found-reason")) { (t.say("How you looked, and what speaks for it", "كيف نظرت، وما يؤيد ذلك")) }
                textarea id=(id("found-reason")) name="reason" dir="auto" rows="2" maxlength="8000" required {}
                p.fine { (t.say("Signed in your name: ", "بتوقيعك: ")) (member(room, room.member())) (own(" ")) }
                button type="submit" { (t.say("Sign the review", "وقّع المراجعة")) }
            }
        }
    }
}

/// Accounts among the incident's claims, which may hold a detail that nobody published.
fn accounts(room: &Room<'_>, incident: &IncidentCase) -> Vec<(ItemId, String)> {
    let of_claims = incident.members.iter().filter_map(|key| room.case.claims.get(key)).map(|held| held.claim.item);
    let is_account = |item: &ItemId| room.archive.world().captures(*item).any(|(_, c)| c.method == Capture::Interview);
    let items: BTreeSet<ItemId> = of_claims.filter(is_account).collect();
    items.into_iter().filter_map(|id| Some((id, room.case.items.get(&id)?.label()))).collect()
}

/// Signs it.
pub(crate) fn examine(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let IncidentId::Grouped(at) = incident.id else { return Err(Oops::NoSuch) };
    let unknown = Oops::Wrong("There is no such element or finding.", "لا وجود لهذا العنصر أو النتيجة.");
    let (Ok(element), Ok(finding)) = (form.get("element").parse::<Element>(), form.get("finding").parse::<Finding>())
    else {
        return Err(unknown);
    };
    let item = match form.given("item").filter(|_| finding == Finding::UnpublishedDetail) {
        Some(item) => Some(item.parse::<ItemId>().map_err(|_| unknown)?),
        None => None,
    };
    let reason = form.given("reason").ok_or(Oops::Wrong("Say how you looked.", "اذكر كيف نظرت."))?;
    let shown = Some(sha256(sight(case, incident, element, ask.tongue).as_bytes()));
    let seen = examine::before(case, at, element);
    let signed = examine::examine(archive, member, at, Found { element, finding, item, shown, seen, reason: &reason })?;
    Ok(format!("/incidents/{}?done={}#element-{element}", ask.id, signed.index))
}
