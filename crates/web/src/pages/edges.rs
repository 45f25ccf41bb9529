//! On which edges of origin the lines of an incident hang: what would change if one of them were wrong, and the form by which a
//! member disputes one. A disputed edge is left out until the dispute is taken back; what it held together is then at most
//! apparently separate, which lifts nothing.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_desk::case::{Case, IncidentId, hangs_on};
use witnessmark_desk::report::Tongue;
use witnessmark_desk::weighing::{EdgeKind, HangsOn};
use witnessmark_desk::{decide, propositions};
use witnessmark_model::{EntryRef, ItemId, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::inquiry_forms::incident_at;
use crate::parts::{done, entry, incident_link, incident_of, item_cited, ltr, member, own, said, token};
use crate::shell::Page;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let incident = incident_of(room.case, &ask.id).ok_or(Oops::NoSuch)?;
    let title = t.say("What would change if an edge were wrong", "ما الذي يتغير لو كانت صلة خاطئة");
    let list = hangs_on(room.archive, room.case, incident.id)?;
    let is_grouped = matches!(incident.id, IncidentId::Grouped(_));
    let body = html! {
        p.crumbs { a href="/incidents" { (t.say("Incidents", "الوقائع")) } " › " (incident_link(incident, t)) }
        h1 { (title) }
        (done(ask))
        p.lead {
            (t.say(
                "Each line hangs on edges: who has what from whom, which pictures and words are the same. Every one is left out here by itself, and everything is weighed again without it. An edge that seems wrong can be disputed; nothing rises by that.",
                "يقوم كل أصل على صلات: مَن أخذ عن مَن، وأي الصور والعبارات واحدة. تُستبعد هنا كل صلة وحدها ويُعاد وزن كل شيء دونها. ويمكن المنازعة في صلة تبدو خاطئة، ولا يرتفع بذلك أي مستوى.",
            ))
        }
        @if list.is_empty() { p.muted { (t.say("The lines of this incident hang on no edge.", "لا تقوم أصول هذه الواقعة على أي صلة.")) } }
        @for (n, hang) in list.iter().enumerate() { (edge(room, n, hang, is_grouped, ask)) }
    };
    Ok(Page::new(title, body))
}

/// One end: an item by its name, a voice by the name that it goes by.
fn end(room: &Room<'_>, spelt: &str, name: &str) -> Markup {
    match spelt.strip_prefix("item:").and_then(|id| id.parse::<ItemId>().ok()) {
        Some(item) => item_cited(room.case, item),
        None => own(name),
    }
}

fn edge(room: &Room<'_>, n: usize, hang: &HangsOn, may_dispute: bool, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let (from, to, kind) = hang.edge.spelt();
    let dispute = room
        .archive
        .world()
        .disputes()
        .find(|(_, d)| d.edge == kind && d.from.get() == Some(&from) && d.to.get() == Some(&to));
    html! {
        article.card.edge id=(format!("edge-{n}")) {
            h2.edge-words { (end(room, &from, &hang.names.0)) " " span.kind { (kind_words(hang.edge.kind, t)) } " " (end(room, &to, &hang.names.1)) }
            @match &dispute {
                Some((by, disputed)) => {
                    p.assessed { strong { (t.say("Disputed, and left out. ", "متنازع فيها ومستبعدة. ")) } (member(room, by.signer)) @if let Some(reason) = disputed.reason.get() { ": " (said(reason, t)) } " " (entry(by.at)) }
                    form method="post" action=(format!("/incidents/{}/undispute", ask.id)) {
                        (token(ask)) input type="hidden" name="entry" value=(by.at);
                        label for=(format!("undo-{n}")) { (t.say("Reason for putting it in again", "سبب إعادتها")) }
                        input id=(format!("undo-{n}")) name="reason" dir="auto" maxlength="2000" required;
                        button type="submit" { (t.say("Take the dispute back", "اسحب المنازعة")) }
                    }
                },
                None => {
                    @if !hang.is_tried { p.muted { (t.say("Not tried: there are too many edges here to weigh everything without each.", "لم تُجرَّب: الصلات هنا أكثر من أن يُوزن كل شيء دون كل منها.")) } }
                    @else if hang.changes.is_empty() { p.muted { (t.say("Without it nothing would change.", "لا يتغير شيء دونها.")) } }
                    @else { (changes(hang, t)) }
                    @if may_dispute {
                        details.act {
                            summary { (t.say("Dispute this edge", "نازع في هذه الصلة")) }
                            form method="post" action=(format!("/incidents/{}/dispute", ask.id)) {
                                (token(ask))
                                input type="hidden" name="from" value=(from);
                                input type="hidden" name="to" value=(to);
                                input type="hidden" name="edge" value=(kind);
                                label for=(format!("why-{n}")) { (t.say("Why it is wrong", "لماذا هي خاطئة")) }
                                textarea id=(format!("why-{n}")) name="reason" dir="auto" rows="2" maxlength="8000" required {}
                                button type="submit" { (t.say("Record the dispute", "سجّل المنازعة")) }
                            }
                        }
                    }
                },
            }
        }
    }
}

fn changes(hang: &HangsOn, t: Tongue) -> Markup {
    html! {
        ul { @for change in &hang.changes {
            li {
                (t.of(change.element.labels())) ": " (t.say("lines ", "الأصول ")) (ltr(format!("{} → {}", change.lines.0, change.lines.1)))
                @if change.allowed.0 != change.allowed.1 { " · " (t.say("policy allows ", "تسمح السياسة بـ ")) (t.of(change.allowed.0.labels())) " → " strong { (t.of(change.allowed.1.labels())) } }
                @else if change.if_accepted.0 != change.if_accepted.1 { " · " (t.say("if all were accepted: ", "لو قُبل كل شيء: ")) (t.of(change.if_accepted.0.labels())) " → " (t.of(change.if_accepted.1.labels())) }
            }
        } }
    }
}

fn kind_words(kind: EdgeKind, t: Tongue) -> &'static str {
    t.of(kind.labels())
}

/// Records a dispute.
pub(crate) fn dispute(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let edge = (form.get("from"), form.get("to"), form.get("edge"));
    let at = propositions::dispute(a, member, Some(incident), edge, form.get("reason"))?;
    Ok(format!("/incidents/{}/edges?done={}", ask.id, at.index))
}

/// Takes one back.
pub(crate) fn undispute(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    incident_at(case, ask)?;
    let entry: EntryRef = form.get("entry").parse().map_err(|_| Oops::NoSuch)?;
    if !a.world().disputes().any(|(e, _)| e.at == entry) {
        return Err(Oops::Wrong("That is no dispute that stands.", "ليست هذه منازعة قائمة."));
    }
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is taken back.", "اذكر سبب السحب."))?;
    let at = decide::undo(a, member, entry, &reason)?;
    Ok(format!("/incidents/{}/edges?done={}", ask.id, at.index))
}
