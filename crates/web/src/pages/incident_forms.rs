//! What people do about an incident: assess an element, put claims into it, take a grouping back. The forms and what they
//! lead to, side by side.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::decide::{self, Assessment};
use witnessmark_desk::report::Tongue;
use witnessmark_model::entry::Body;
use witnessmark_model::vocabulary::{Element, Level, Standard};
use witnessmark_model::{ClaimRef, EntryRef, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::{review, same};
use crate::parts::{entry, incident_of, incident_slug, own, token};

/// Claims offered for an incident.
const OFFERED: usize = 60;

/// What a person saw of an element when they signed: the text that the entry commits to.
pub(crate) fn sight(case: &Case, incident: &IncidentCase, element: Element, t: Tongue) -> String {
    let mut lines = vec![format!("witnessmark shown/1 assess {} {element}", incident.id)];
    if let Some(weighed) = incident.weighed.elements.iter().find(|e| e.element == element) {
        lines.push(format!("policy {} allows {}", weighed.allowed.policy, weighed.allowed.level));
        lines.push(format!("lines {} contested {}", weighed.lines.lines.len(), weighed.contested.contested));
        for (value, keys) in &weighed.values {
            lines.push(format!("value {value}"));
            lines.extend(keys.iter().map(|key| format!("  {key} {}", case.cite(*key))));
        }
        lines.extend(weighed.allowed.reasons.iter().map(|r| format!("reason {}", r.words(t.code()))));
        lines.extend(weighed.allowed.missing.iter().map(|n| format!("needs {}", n.words(t.code()))));
        lines.extend(weighed.contested.against.iter().map(|a| format!("against {}", a.words(t.code()))));
    }
    lines.join("\n")
}

/// The form for one element; only for what a person grouped, and only up to what the policy allows.
pub(crate) fn assess_form(
    room: &Room<'_>,
    incident: &IncidentCase,
    allowed: Level,
    element: Element,
    ask: &Ask,
) -> Markup {
    let t = ask.tongue;
    if !matches!(incident.id, IncidentId::Grouped(_)) {
        return html! {};
    }
    let levels: Vec<Level> = Level::ALL.iter().copied().filter(|l| *l <= allowed).collect();
    let id = |what: &str| format!("{what}-{element}");
    html! {
        details.act {
            summary { (t.say("Assess this element", "قيّم هذا العنصر")) }
            form method="post" action=(format!("/incidents/{}/assess", incident_slug(incident.id))) {
                (token(ask))
                input type="hidden" name="element" value=(element);
                div.grid {
                    div.field {
                        label for=(id("level")) { (t.say("Level", "المستوى")) }
                        select id=(id("level")) name="level" { @for level in &levels { option value=(level) { (t.of(level.labels())) } } }
                    }
                    div.field {
                        label for=(id("standard")) { (t.say("Standard of proof (may be left out)", "معيار الإثبات (اختياري)")) }
                        select id=(id("standard")) name="standard" {
                            option value="" { (t.say("none stated", "غير مذكور")) }
                            // Beyond reasonable doubt is only ever the record of a court's own finding.
                            @for s in Standard::ALL.iter().filter(|s| **s != Standard::BeyondReasonableDoubt) { option value=(s) { (standard_words(*s, t)) } }
                        }
                    }
                }
                label for=(id("reason")) { (t.say("Reason", "السبب")) }
                textarea id=(id("reason")) name="reason" dir="auto" rows="3" maxlength="8000" required {}
                label for=(id("dissent")) { (t.say("Who disagrees, and why (may be left out)", "من يخالف ولماذا (اختياري)")) }
                input id=(id("dissent")) name="dissent" dir="auto" maxlength="4000";
                (review::reviewers(room, incident, element, ask))
                button type="submit" { (t.say("Sign the assessment", "وقّع التقييم")) }
            }
        }
    }
}

fn standard_words(standard: Standard, t: Tongue) -> &'static str {
    match standard {
        Standard::ReasonableSuspicion => t.say("reasonable suspicion", "اشتباه معقول"),
        Standard::ReasonableGrounds => t.say("reasonable grounds to believe", "أسباب معقولة للاعتقاد"),
        Standard::SubstantialGrounds => t.say("substantial grounds to believe", "أسباب جوهرية للاعتقاد"),
        Standard::BalanceOfProbabilities => t.say("balance of probabilities", "رجحان الاحتمالات"),
        Standard::ClearAndConvincing => t.say("clear and convincing", "واضح ومقنع"),
        Standard::BeyondReasonableDoubt => t.say("beyond reasonable doubt", "بما لا يدع مجالاً لشك معقول"),
    }
}

/// Signs it.
pub(crate) fn assess(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let IncidentId::Grouped(at) = incident.id else {
        return Err(Oops::Wrong("Only what a person grouped can be assessed.", "لا يُقيَّم إلا ما جمعه شخص."));
    };
    let unknown = Oops::Wrong("There is no such element or level.", "لا وجود لهذا العنصر أو المستوى.");
    let (Ok(element), Ok(level)) = (form.get("element").parse::<Element>(), form.get("level").parse::<Level>()) else {
        return Err(unknown);
    };
    let standard = match form.given("standard") {
        Some(word) => Some(word.parse::<Standard>().map_err(|_| unknown)?),
        None => None,
    };
    let reason = form.given("reason").ok_or(Oops::Wrong("An assessment needs a reason.", "لا تقييم دون سبب."))?;
    let shown = Some(sha256(sight(case, incident, element, ask.tongue).as_bytes()));
    let named: Vec<String> = form.all("reviewer").map(str::to_owned).collect();
    let reviewers = review::nameable(incident, element, member);
    let reviewers = reviewers.into_iter().filter(|key| named.contains(&key.to_string())).collect();
    let what = Assessment { element, level, standard, reason, dissent: form.given("dissent"), reviewers, shown };
    let signed = decide::assess(archive, member, case, at, what)?;
    Ok(format!("/incidents/{}?done={}#element-{element}", ask.id, signed.index))
}

/// Forms to put claims into an incident, to give it a name, and to take a grouping back.
pub(crate) fn group_form(room: &Room<'_>, incident: &IncidentCase, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let IncidentId::Grouped(at) = incident.id else { return html! {} };
    let grouped = room.case.grouped_claims();
    let loose: Vec<_> =
        room.case.claims.values().filter(|h| h.claim.is_of_one_event() && !grouped.contains(&h.key)).collect();
    let slug = incident_slug(incident.id);
    html! {
        section aria-labelledby="change" {
            h2 #change { (t.say("Change the grouping", "غيّر الجمع")) }
            details.act {
                summary { (t.say("Put claims into it, or give it another name", "أضف إليها أقوالاً أو سمّها باسم آخر")) }
                form method="post" action=(format!("/incidents/{slug}/group")) {
                    (token(ask))
                    @for (i, held) in loose.iter().take(OFFERED).enumerate() {
                        div.pickable {
                            input type="checkbox" name="claim" value=(held.key) id=(format!("add-{i}"));
                            label for=(format!("add-{i}")) { (own(room.case.cite(held.key))) }
                        }
                    }
                    div.field { label for="add-label" { (t.say("Name (may be left out)", "الاسم (اختياري)")) } input #add-label name="label" dir="auto" maxlength="200"; }
                    div.field { label for="add-reason" { (t.say("Reason", "السبب")) } input #add-reason name="reason" dir="auto" maxlength="2000" required; }
                    button type="submit" { (t.say("Record", "سجّل")) }
                }
            }
            (same::forms(room, incident, at, ask))
            details.act {
                summary { (t.say("Take a grouping back", "اسحب جمعاً")) }
                p { (t.say("Each grouping is an entry; taking one back takes its claims out. Taking back the first one dissolves the incident.", "كل جمع قيد؛ وسحبه يُخرج أقواله. وسحب الأول يحلّ الواقعة.")) }
                form method="post" action=(format!("/incidents/{slug}/undo")) {
                    (token(ask))
                    @for e in groupings(room.archive, at) {
                        div.pickable {
                            input type="radio" name="entry" value=(e) id=(format!("undo-{}", e.index)) required;
                            label for=(format!("undo-{}", e.index)) { (entry(e)) @if e == at { " " (t.say("opened the incident", "فتح الواقعة")) } }
                        }
                    }
                    div.field { label for="undo-reason" { (t.say("Reason", "السبب")) } input #undo-reason name="reason" dir="auto" maxlength="2000" required; }
                    button type="submit" { (t.say("Take it back", "اسحبه")) }
                }
            }
        }
    }
}

/// Entries that grouped claims into this incident, merged others into it or split it, and still stand; the opening one first.
fn groupings(archive: &Archive, incident: EntryRef) -> Vec<EntryRef> {
    let world = archive.world();
    let ids = world.ids_of(incident);
    let of_it = |body: &Body, at: EntryRef| match body {
        Body::Grouped(g) => ids.contains(&g.incident.unwrap_or(at)),
        Body::Merged(m) => ids.contains(&m.into),
        Body::Split(s) => ids.contains(&s.incident) || ids.contains(&s.into.unwrap_or(at)),
        _ => false,
    };
    world.entries().filter(|e| of_it(&e.body, e.at) && world.is_current(e.at)).map(|e| e.at).collect()
}

fn claims(form: &Form) -> Vec<ClaimRef> {
    form.all("claim").filter_map(|c| c.parse().ok()).take(1_000).collect()
}

/// Opens an incident.
pub(crate) fn open(archive: &mut Archive, member: MemberKey, _: &Case, _: &Ask, form: &Form) -> Result<String> {
    let at = decide::group(archive, member, claims(form), None, form.given("label"), form.given("reason"))?;
    Ok(format!("/incidents/{0}?done={0}", at.index))
}

/// Puts claims into one. A name alone is put on it by grouping again what is in it.
pub(crate) fn group(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let IncidentId::Grouped(at) = incident.id else { return Err(Oops::NoSuch) };
    let mut members = claims(form);
    let label = form.given("label");
    if members.is_empty() && label.is_some() {
        members.extend(incident.members.iter().take(1));
    }
    let done = decide::group(archive, member, members, Some(at), label, form.given("reason"))?;
    Ok(format!("/incidents/{}?done={}", ask.id, done.index))
}

/// Takes a grouping back.
pub(crate) fn undo(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let IncidentId::Grouped(at) = incident.id else { return Err(Oops::NoSuch) };
    let entry: EntryRef = form.get("entry").parse().map_err(|_| Oops::NoSuch)?;
    if !groupings(archive, at).contains(&entry) {
        return Err(Oops::Wrong("That is no grouping of this incident.", "ليس هذا جمعاً لهذه الواقعة."));
    }
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is taken back.", "اذكر سبب السحب."))?;
    let done = decide::undo(archive, member, entry, &reason)?;
    Ok(if entry == at {
        format!("/incidents?done={}", done.index)
    } else {
        format!("/incidents/{}?done={}", ask.id, done.index)
    })
}
