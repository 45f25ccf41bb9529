//! What was said, by kind: denials, pledges, appeals, forecasts, figures; and counted sets and campaigns, which are no incident.

use std::collections::BTreeSet;

use maud::html;
use witnessmark_desk::Held;
use witnessmark_model::ClaimRef;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{claim, number, pager, row_link};
use crate::shell::Page;

/// Statements on one page.
const EACH: usize = 40;

/// Groups: name in the address, English, Arabic.
const GROUPS: &[(&str, &str, &str)] = &[
    ("denial", "Denials", "نفي"),
    ("justification", "Justifications", "تبريرات"),
    ("pledge", "Announcements and pledges", "إعلانات وتعهدات"),
    ("appeal", "Appeals", "مناشدات"),
    ("forecast", "Forecasts", "توقعات"),
    ("commitment", "What instruments are said to demand", "ما يُقال إن الصكوك تطالب به"),
    ("legal", "Legal characterisations, as said", "أوصاف قانونية كما قيلت"),
    ("pattern", "Patterns that speakers see", "أنماط يراها المتحدثون"),
    ("casualties", "Figures of harm", "أرقام أذى"),
    ("dispatch", "Letters, meetings, tours and posts", "رسائل ولقاءات وجولات ومنشورات"),
    ("counted", "Counted sets of attacks: not an incident", "مجموعات معدودة من الهجمات: ليست واقعة"),
    ("campaign", "Campaigns: not an incident", "حملات: ليست واقعة"),
    ("attack", "Attacks in no incident", "هجمات لا تندرج في واقعة"),
    ("grouped", "Attacks in incidents", "هجمات مندرجة في وقائع"),
];

fn group_of(held: &Held, in_incidents: &BTreeSet<ClaimRef>) -> &'static str {
    let claim = &held.claim;
    let name = match (claim.predicate.as_str(), claim.scope.as_str()) {
        ("attack", "counted") => "counted",
        ("attack", "campaign") => "campaign",
        ("attack", _) if in_incidents.contains(&held.key) => "grouped",
        (predicate, _) => predicate,
    };
    GROUPS.iter().map(|(g, _, _)| *g).find(|g| *g == name).unwrap_or("attack")
}

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Statements", "التصريحات");
    let in_incidents: BTreeSet<ClaimRef> = room.case.incidents.iter().flat_map(|i| i.members.iter().copied()).collect();
    let people_only = ask.get("by") == "people";
    let all: Vec<(&str, &Held)> = room
        .case
        .claims
        .values()
        .filter(|h| !people_only || h.standing.as_str() != "proposed")
        .map(|h| (group_of(h, &in_incidents), h))
        .collect();
    let count = |group: &str| all.iter().filter(|(g, _)| *g == group).count();
    let first = GROUPS.iter().map(|(g, _, _)| *g).find(|g| count(g) > 0).unwrap_or("denial");
    let asked = ask.get("kind");
    let wanted = GROUPS.iter().map(|(g, _, _)| *g).find(|g| *g == asked).unwrap_or(first);
    let shown: Vec<&Held> = all.iter().filter(|(g, _)| *g == wanted).map(|(_, h)| *h).collect();
    let from = ask.number("from").min(shown.len());
    let heading = GROUPS.iter().find(|(g, _, _)| *g == wanted).map_or(title, |(_, en, ar)| t.say(en, ar));
    let by = if people_only { "&by=people" } else { "" };
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Who said what, in their words. That something was said does not make it so, whoever said it.", "من قال ماذا وبأي عبارات. وأن يُقال أمر لا يجعله كذلك، أياً كان قائله.")) }
        p.fine {
            @if people_only { (t.say("Only what people asserted. ", "ما أكده أشخاص فقط. ")) a href=(format!("/statements?kind={wanted}")) { (t.say("Show everything", "اعرض الكل")) } }
            @else { (t.say("Everything, machine readings included. ", "الكل، بما فيه قراءات الآلة. ")) a href=(format!("/statements?kind={wanted}&by=people")) { (t.say("Show only what people asserted", "اعرض ما أكده أشخاص فقط")) } }
        }
        nav aria-label=(t.say("Kinds", "الأنواع")) {
            ul.chips { @for (group, en, ar) in GROUPS.iter().filter(|(g, _, _)| count(g) > 0) {
                li { a href=(format!("/statements?kind={group}{by}")) aria-current=[(*group == wanted).then_some("true")] { (t.say(en, ar)) " " (number(count(group))) } }
            } }
        }
        h2 { (heading) }
        @if shown.is_empty() { p { (t.say("None.", "لا شيء.")) } }
        @for held in shown.iter().skip(from).take(EACH) {
            @let tools = match held.key {
                ClaimRef::Row(row) => html! { p.tools { a.button href=(row_link(row)) { (t.say("Look and decide", "انظر وقرر")) } } },
                ClaimRef::Entry(_) => html! {},
            };
            (claim(room.case, held, t, &tools))
        }
        (pager(ask, shown.len(), EACH, from))
    };
    Ok(Page::new(title, body))
}
