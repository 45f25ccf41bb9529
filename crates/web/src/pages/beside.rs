//! How an incident stands to others, as people say: one happening under two names, a second strike, the same facility. Each is
//! an entry with its ground; the form that makes one stands beside the list.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::decide;
use witnessmark_model::entry::IncidentRelation;
use witnessmark_model::{EntryRef, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{entry, incident_link, incident_of, incident_slug, ltr, member, said, token};
use crate::words;

/// Relations that are offered, the commonest first.
const RELATIONS: &[IncidentRelation] = &[
    IncidentRelation::DuplicateOf,
    IncidentRelation::SecondStrikeOn,
    IncidentRelation::SameFacility,
    IncidentRelation::PartOfSeries,
    IncidentRelation::Precedes,
    IncidentRelation::SamePattern,
    IncidentRelation::Contradicts,
];

fn grouped(case: &Case) -> impl Iterator<Item = (EntryRef, &IncidentCase)> {
    case.incidents.iter().filter_map(|incident| match incident.id {
        IncidentId::Grouped(at) => Some((at, incident)),
        IncidentId::Proposed(_) => None,
    })
}

/// The relations that stand, and the form for another.
pub(crate) fn section(room: &Room<'_>, incident: &IncidentCase, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let IncidentId::Grouped(at) = incident.id else { return html! {} };
    let world = room.archive.world();
    let stated: Vec<_> = world.connections(at).filter(|(entry, _)| world.is_current(*entry)).collect();
    let name = |of: EntryRef| match grouped(room.case).find(|(there, _)| *there == of) {
        Some((_, found)) => incident_link(found, t),
        None => ltr(format!("#{}", of.index)),
    };
    html! {
        section aria-labelledby="beside" {
            h2 #beside { (t.say("How it stands to other incidents", "صلتها بوقائع أخرى")) }
            @if stated.is_empty() { p.muted { (t.say("Nobody has stated a relation.", "لم يذكر أحد صلة.")) } }
            ul.plain { @for (by, connected) in &stated {
                li {
                    @if connected.from == at { (t.say("This one ", "هذه ")) } @else { (name(connected.from)) " " }
                    strong { (words::incident_relation(connected.relation, t)) } " "
                    @if connected.to == at { (t.say("this one", "هذه")) } @else { (name(connected.to)) }
                    @if let Some(basis) = connected.basis.get().filter(|b| !b.is_empty()) { ": " (said(basis, t)) }
                    " " (entry(*by)) " " @if let Some(found) = world.entry(*by) { (member(room, found.signer)) }
                }
            } }
            (form(room, incident, at, ask))
        }
    }
}

fn form(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let others: Vec<_> = grouped(room.case).filter(|(other, _)| *other != at).collect();
    html! {
        @if others.is_empty() {
            p.fine { (t.say("Only incidents that a person grouped can be related, and there is no other.", "لا تُذكر صلة إلا بين وقائع جمعها أشخاص، ولا واقعة أخرى كذلك.")) }
        } @else {
            details.act {
                summary { (t.say("State a relation", "اذكر صلة")) }
                form method="post" action=(format!("/incidents/{}/connect", incident_slug(incident.id))) {
                    (token(ask))
                    p.fine { (t.say("Read it as a sentence: this incident, the relation, the other one.", "تُقرأ جملةً: هذه الواقعة، ثم الصلة، ثم الأخرى.")) }
                    div.grid {
                        div.field {
                            label for="relation" { (t.say("This incident …", "هذه الواقعة …")) }
                            select #relation name="relation" { @for relation in RELATIONS { option value=(relation) { (words::incident_relation(*relation, t)) } } }
                        }
                        div.field {
                            label for="other" { (t.say("… that one", "… تلك")) }
                            select #other name="other" { @for (other, found) in &others { option value=(other) { (incident_name_plain(found, t)) } } }
                        }
                    }
                    label for="basis" { (t.say("On what ground", "على أي أساس")) }
                    textarea #basis name="basis" dir="auto" rows="2" maxlength="4000" required {}
                    button type="submit" { (t.say("Record the relation", "سجّل الصلة")) }
                }
            }
        }
    }
}

/// An option holds no markup.
fn incident_name_plain(incident: &IncidentCase, t: witnessmark_desk::report::Tongue) -> String {
    witnessmark_report::document::tame(&incident.name_isolated(t.code()))
}

/// Records one.
pub(crate) fn connect(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let IncidentId::Grouped(from) = incident.id else { return Err(Oops::NoSuch) };
    let unknown = Oops::Wrong("There is no such incident or relation.", "لا وجود لهذه الواقعة أو الصلة.");
    let (Ok(to), Ok(relation)) = (form.get("other").parse(), form.get("relation").parse::<IncidentRelation>()) else {
        return Err(unknown);
    };
    let basis = form.given("basis").ok_or(Oops::Wrong("Say on what ground.", "اذكر الأساس."))?;
    let at = decide::connect(archive, member, from, to, relation, &basis)?;
    Ok(format!("/incidents/{}?done={}#beside", ask.id, at.index))
}
