//! Legal hold on pages: what keeps an item from being erased, the form that holds it or all items of an incident, and the form
//! that says why a hold no longer stands.
//!
//! The rules are the archive's own, the same as on the command line: a hold needs a reason, a release a class of reason and whether
//! opposing material is affected, and whoever releases cannot be the one who erases. Deliberately without erasing: that is not done from a page.

use std::collections::BTreeSet;

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_archive::hold::Hold;
use witnessmark_desk::case::{Case, IncidentCase};
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_model::entry::{HoldClass, Opposing, ReleaseClass};
use witnessmark_model::{EntryRef, ItemId, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{entry, incident_of, incident_slug, ltr, member, notice, said, time, token};

/// Items that are held together by one form.
const TOGETHER: usize = 1_000;

/// What holds it against erasure, and who released that; with the form to release what stands.
pub(crate) fn standing(room: &Room<'_>, item: &Item, ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        @for hold in room.archive.holds(item.id) {
            (notice("limit", &html! {
                p {
                    strong { (if hold.is_released() { t.say("Hold released. ", "رُفع منع الإتلاف. ") } else { t.say("Held: it must not be erased. ", "محفوظة: لا يجوز إتلافها. ") }) }
                    (t.of(hold.class.labels())) @if let Some(reason) = hold.reason.get() { " — " (said(reason, t)) }
                    " · " (member(room, hold.by)) " · " (time(&hold.time)) " " (entry(hold.at))
                }
                @for release in &hold.releases {
                    p {
                        (t.of(release.class.labels())) " · " (t.of(release.opposing.labels()))
                        @if let Some(reason) = release.reason.get() { " — " (said(reason, t)) }
                        " · " (member(room, release.by)) " " (entry(release.at))
                    }
                }
                @if !hold.is_released() {
                    p { (t.say("It takes a release by a second member, with a reason and whether opposing material is affected; whoever releases it cannot be the one who erases.", "يلزم رفعٌ يوقعه عضو ثانٍ، مع السبب وبيان ما إذا كانت مواد معارضة تُمس؛ ومن يرفع المنع لا يكون هو من يُتلف.")) }
                    (release_form(item, &hold, ask))
                }
            }))
        }
    }
}

fn release_form(item: &Item, hold: &Hold, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let id = |what: &str| format!("release-{what}-{}-{}", hold.at.log, hold.at.index);
    html! {
        details.act {
            summary { (t.say("Say that this hold no longer stands", "صرّح بأن هذا المنع لم يعد قائماً")) }
            form method="post" action=(format!("/items/{}/release", item.id)) {
                (token(ask))
                input type="hidden" name="hold" value=(hold.at);
                div.grid {
                    div.field {
                        label for=(id("class")) { (t.say("Why", "لماذا")) }
                        select id=(id("class")) name="class" required {
                            option value="" { (t.say("choose", "اختر")) }
                            @for class in ReleaseClass::ALL { option value=(class) { (t.of(class.labels())) } }
                        }
                    }
                    div.field {
                        label for=(id("opposing")) { (t.say("Does it speak against what is asserted, or for somebody accused?", "هل تعارض ما هو مؤكَّد، أو تفيد متهماً؟")) }
                        select id=(id("opposing")) name="opposing" required {
                            option value="" { (t.say("choose", "اختر")) }
                            @for opposing in Opposing::ALL { option value=(opposing) { (t.of(opposing.labels())) } }
                        }
                    }
                }
                label for=(id("reason")) { (t.say("Reason", "السبب")) }
                textarea id=(id("reason")) name="reason" dir="auto" rows="2" maxlength="4000" required {}
                button type="submit" { (t.say("Sign the release", "وقّع الرفع")) }
            }
        }
    }
}

/// The form that holds an item; none for one whose key is destroyed.
pub(crate) fn form(room: &Room<'_>, item: &Item, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let is_erased = item.subject.is_some_and(|subject| room.archive.world().is_erased(subject));
    html! {
        @if !is_erased {
            section aria-labelledby="hold" {
                h2 #hold { (t.say("Keep it from being erased", "امنع إتلافها")) }
                p { (t.say("A hold is an entry. Nothing ends it but a release that says why; whoever signs that cannot be the one who erases.", "المنع قيد. لا ينهيه إلا رفعٌ يذكر السبب؛ ومن يوقعه لا يكون هو من يُتلف.")) }
                details.act {
                    summary { (t.say("Hold it", "امنع إتلافها")) }
                    (hold_form(&format!("/items/{}/hold", item.id), t.say("Sign the hold", "وقّع المنع"), t, ask))
                }
            }
        }
    }
}

fn hold_form(action: &str, button: &str, t: Tongue, ask: &Ask) -> Markup {
    html! {
        form method="post" action=(action) {
            (token(ask))
            div.field {
                label for="hold-class" { (t.say("On what ground", "على أي أساس")) }
                select #hold-class name="class" required {
                    option value="" { (t.say("choose", "اختر")) }
                    @for class in HoldClass::ALL { option value=(class) { (t.of(class.labels())) } }
                }
            }
            label for="hold-reason" { (t.say("Reason", "السبب")) }
            textarea #hold-reason name="reason" dir="auto" rows="2" maxlength="4000" required {}
            button type="submit" { (button) }
        }
    }
}

/// Items that an incident's claims come from, those left out whose keys are destroyed.
fn items_of(archive: &Archive, case: &Case, incident: &IncidentCase) -> BTreeSet<ItemId> {
    let items = incident.members.iter().filter_map(|key| case.claims.get(key)).map(|held| held.claim.item);
    let world = archive.world();
    items.filter(|item| !world.subject_of(*item).is_some_and(|subject| world.is_erased(subject))).collect()
}

/// The form that holds every item of an incident.
pub(crate) fn incident_form(room: &Room<'_>, incident: &IncidentCase, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let items = items_of(room.archive, room.case, incident);
    let standing =
        items.iter().filter(|item| room.archive.holds(**item).iter().any(|hold| !hold.is_released())).count();
    html! {
        @if !items.is_empty() {
            section aria-labelledby="hold" {
                h2 #hold { (t.say("Keep its items from being erased", "امنع إتلاف موادها")) }
                p { (t.say("Items: ", "المواد: ")) (ltr(items.len().to_string())) " · " (t.say("held: ", "الممنوع إتلافها: ")) (ltr(standing.to_string())) }
                details.act {
                    summary { (t.say("Hold them all", "امنع إتلافها كلها")) }
                    p { (t.say("Each item gets a hold of its own, released one by one on its page. Items that come into the incident later are not held by it.", "لكل مادة منع خاص بها يُرفع على صفحتها. وما يُضم إلى الواقعة لاحقاً لا يشمله.")) }
                    (hold_form(&format!("/incidents/{}/hold", incident_slug(incident.id)), t.say("Sign the holds", "وقّع قيود المنع"), t, ask))
                }
            }
        }
    }
}

fn ground(form: &Form) -> Result<(HoldClass, String)> {
    let class = form.get("class").parse().map_err(|_| Oops::Wrong("Say on what ground.", "اذكر الأساس."))?;
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is held.", "اذكر سبب المنع."))?;
    Ok((class, reason))
}

/// Holds an item.
pub(crate) fn hold(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let item: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    case.items.get(&item).ok_or(Oops::NoSuch)?;
    let (class, reason) = ground(form)?;
    let at = archive.session(member).and_then(|mut session| session.hold(item, class, &reason))?;
    Ok(format!("/items/{item}?done={}", at.index))
}

/// Holds every item of an incident.
pub(crate) fn hold_all(
    archive: &mut Archive,
    member: MemberKey,
    case: &Case,
    ask: &Ask,
    form: &Form,
) -> Result<String> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let items = items_of(archive, case, incident);
    let (class, reason) = ground(form)?;
    let mut last = None;
    let mut session = archive.session(member)?;
    for item in items.into_iter().take(TOGETHER) {
        last = Some(session.hold(item, class, &reason)?);
    }
    let at = last.ok_or(Oops::Wrong("There is no item to hold.", "لا مادة لمنع إتلافها."))?;
    Ok(format!("/incidents/{}?done={}", ask.id, at.index))
}

/// Says that a hold no longer stands.
pub(crate) fn release(archive: &mut Archive, member: MemberKey, _: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let item: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    let hold: EntryRef = form.get("hold").parse().map_err(|_| Oops::NoSuch)?;
    let standing = archive.holds(item).into_iter().find(|known| known.at == hold).ok_or(Oops::NoSuch)?;
    if standing.is_released() {
        return Err(Oops::Wrong("It is released already.", "رُفع من قبل."));
    }
    let class: ReleaseClass =
        form.get("class").parse().map_err(|_| Oops::Wrong("Say why, by its class.", "اذكر صنف السبب."))?;
    let opposing: Opposing = form
        .get("opposing")
        .parse()
        .map_err(|_| Oops::Wrong("Say whether opposing material is affected.", "اذكر ما إذا كانت مواد معارضة تُمس."))?;
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why.", "اذكر السبب."))?;
    let signed = archive.session(member).and_then(|mut s| s.release(hold, class, opposing, &reason))?;
    Ok(format!("/items/{item}?done={}", signed.index))
}
