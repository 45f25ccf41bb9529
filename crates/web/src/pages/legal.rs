//! Legal check lists of an incident: what would have to be shown, where the law says so, what members held each point to; who is
//! on record as bound by which treaty on its days; and the table that this rests on. Never a verdict.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::legal::{self, Holding, ListCase};
use witnessmark_desk::report::Tongue;
use witnessmark_desk::weighing::CAVEAT;
use witnessmark_model::entry::Bearing;
use witnessmark_model::vocabulary::label;
use witnessmark_model::{EntryRef, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::inquiry::cite;
use crate::pages::inquiry_forms::{UNKNOWN, claims, incident_at, pick_claims};
use crate::parts::{done, entry, incident_link, incident_of, ltr, member, notice, number, own, said, token};
use crate::shell::Page;

/// Draws an incident's lists.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let incident = incident_of(room.case, &ask.id).ok_or(Oops::NoSuch)?;
    let title = t.say("Legal check lists", "القوائم القانونية");
    let body = html! {
        p.crumbs { a href="/incidents" { (t.say("Incidents", "الوقائع")) } " › " (incident_link(incident, t)) }
        h1 { (title) }
        (done(ask))
        (notice("limit", &html! { p { (t.of(CAVEAT)) } }))
        (said_by(room, incident, t))
        @match incident.id {
            IncidentId::Proposed(_) => p.muted { (t.say("Only an incident that a person grouped can be held to a list.", "لا تُقابل بقائمة إلا واقعة جمعها شخص.")) },
            IncidentId::Grouped(at) => @for list in legal::lists(room.archive, at) { (self::list(room, incident, at, &list, ask)) },
        }
        (bound(room, incident, t)?)
    };
    Ok(Page::new(title, body))
}

/// Who characterises it how, in their words: claims, not findings.
fn said_by(room: &Room<'_>, incident: &IncidentCase, t: Tongue) -> Markup {
    let items: std::collections::BTreeSet<_> =
        incident.members.iter().filter_map(|key| room.case.claims.get(key)).map(|h| h.claim.item).collect();
    let legal: Vec<_> =
        room.case.claims.values().filter(|h| h.claim.predicate == "legal" && items.contains(&h.claim.item)).collect();
    let banned = legal::called_banned(room.case, incident);
    html! {
        @if !legal.is_empty() || !banned.is_empty() {
            section aria-labelledby="said-legal" {
                h2 #said-legal { (t.say("What speakers call it", "بم يصفه المتحدثون")) }
                ul.plain {
                    @for held in &legal { li { @if let Some(by) = &held.claim.stated_by { strong { (own(by)) } ": " } (said(&held.claim.quote, t)) " " (cite(incident, held.key)) } }
                    @for (class, key) in &banned { li { (own(label(class, t.code()))) ": " (t.say("called banned by whoever says this; the law of that is below", "يصفه قائل هذا بالمحظور؛ وحكم ذلك أدناه")) " " (cite(incident, *key)) } }
                }
            }
        }
    }
}

fn list(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, list: &ListCase<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let looked = list.points.iter().filter(|(_, said)| !said.is_empty()).count();
    html! {
        details.checklist open[list.is_begun()] id=(format!("list-{}", list.list.id)) {
            summary { strong { (t.of(list.list.labels)) } " " span.fine { (t.say("points looked at: ", "عناصر نُظر فيها: ")) (ltr(format!("{looked} / {}", list.points.len()))) } }
            ol.points { @for (point, said) in &list.points {
                li {
                    p { strong { (t.of(point.labels)) } }
                    p.fine { (t.say("Source: ", "المصدر: ")) (ltr(point.sources)) }
                    @if let Some(caution) = point.caution { p.fine { (t.of(caution)) } }
                    @if said.is_empty() { p.muted { (t.say("not looked at", "لم يُنظر فيه")) } }
                    @for (by, held) in said {
                        p.assessed {
                            span.tag { (bearing(held.bearing, t)) } " " (member(room, by.signer)) " " (entry(by.at))
                            @if let Some(reason) = held.reason.get() { ": " (crate::parts::said(reason, t)) }
                            @for claim in &held.claims { " " (cite(incident, room.archive.world().resolved(*claim))) }
                            @for search in &held.searches { " · " (t.say("search ", "بحث ")) (entry(*search)) }
                        }
                    }
                    (point_form(room, incident, at, list.list.id, point.id, ask))
                }
            } }
        }
    }
}

fn bearing(bearing: Bearing, t: Tongue) -> &'static str {
    match bearing {
        Bearing::For => t.say("facts for it", "وقائع تؤيده"),
        Bearing::Against => t.say("facts against it", "وقائع تعارضه"),
        Bearing::Unknown => t.say("unknown", "مجهول"),
    }
}

fn point_form(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, list: &str, point: &str, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let id = format!("{list}-{point}");
    let searches: Vec<_> = room.archive.world().searches(at).collect();
    html! {
        details.act {
            summary { (t.say("Hold this point to the evidence", "قابل هذا العنصر بالأدلة")) }
            form method="post" action=(format!("/incidents/{}/qualify", ask.id)) {
                (token(ask))
                input type="hidden" name="list" value=(list);
                input type="hidden" name="point" value=(point);
                div.field { label for=(format!("{id}-b")) { (t.say("What there is", "ما هو متاح")) } select id=(format!("{id}-b")) name="bearing" { @for b in Bearing::ALL { option value=(b) { (bearing(*b, t)) } } } }
                (pick_claims(incident, &id, ask))
                @if !searches.is_empty() {
                    fieldset.picks { legend { (t.say("Rests on these searches", "يستند إلى عمليات البحث هذه")) }
                        @for (by, search) in &searches { span.pick-one { input type="checkbox" name="search" value=(by.at) id=(format!("{id}-s{}", by.at.index)); label for=(format!("{id}-s{}", by.at.index)) { (ltr(format!("#{}", by.at.index))) @if let Some(place) = search.place.get() { " " (own(place)) } } } }
                    }
                }
                label for=(format!("{id}-r")) { (t.say("Why", "لماذا")) }
                textarea id=(format!("{id}-r")) name="reason" dir="auto" rows="2" maxlength="8000" required {}
                button type="submit" { (t.say("Sign", "وقّع")) }
            }
        }
    }
}

/// Who of the accused was on record as bound by what, on the days of the incident.
fn bound(room: &Room<'_>, incident: &IncidentCase, t: Tongue) -> Result<Markup> {
    let table = legal::table(room.archive)?;
    let list = legal::bound(room.case, incident, &table);
    let days = legal::days(room.case, incident);
    Ok(html! {
        section aria-labelledby="bound" {
            h2 #bound { (t.say("Who was bound by what on those days", "من كان ملتزماً بماذا في تلك الأيام")) }
            p.fine {
                (t.say("Those who are accused, as their accusers name them. Being accused is not having done it, and not on record is not not bound. Table: ", "المنسوب إليهم كما يسميهم من ينسب. والنسبة إليهم ليست فعلاً منهم، وعدم الورود في الجدول ليس عدم التزام. الجدول: "))
                (ltr(&table.version)) " · " (number(table.rows())) " " (t.say("rows", "أسطر")) " · " a href="/treaties" { (t.say("treaties", "المعاهدات")) }
            }
            @match days {
                None => p.muted { (t.say("Nobody states a day.", "لا يذكر أحد يوماً.")) },
                Some((first, last)) => p.fine { (t.say("Days: ", "الأيام: ")) (ltr(if first == last { first.to_string() } else { format!("{first} – {last}") })) },
            }
            @if list.is_empty() { p.muted { (t.say("Nobody is accused by name.", "لا يُنسب إلى أحد باسمه.")) } }
            @else {
                div.table role="region" tabindex="0" aria-labelledby="bound" { table {
                    thead { tr { @for (en, ar) in [("accused", "المنسوب إليه"), ("treaty", "المعاهدة"), ("on those days", "في تلك الأيام")] { th scope="col" { (t.say(en, ar)) } } } }
                    tbody { @for one in &list { tr { td { (own(&one.party)) } td { (own(t.say(&one.treaty.title, if one.treaty.title_ar.is_empty() { &one.treaty.title } else { &one.treaty.title_ar }))) } td { (own(one.stood.words(t.code()))) } } } }
                } }
            }
        }
    })
}

/// Records a point.
pub(crate) fn qualify(a: &mut Archive, who: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let claims = claims(form);
    let seen: Vec<String> = claims.iter().map(|claim| case.cite(*claim)).collect();
    let shown = format!("witnessmark shown/1 {} {}\n{}", form.get("list"), form.get("point"), seen.join("\n"));
    let holding = Holding {
        list: form.get("list"),
        point: form.get("point"),
        bearing: form.get("bearing").parse().map_err(|_| UNKNOWN)?,
        claims,
        searches: form.all("search").filter_map(|s| s.parse().ok()).take(100).collect(),
        standard: None,
        shown: Some(sha256(shown.as_bytes())),
        reason: form.get("reason"),
    };
    let at = legal::qualify(a, who, case, incident, &holding)?;
    Ok(format!("/incidents/{}/legal?done={}#list-{}", ask.id, at.index, form.get("list")))
}

/// Draws the table of treaties and of who was bound.
pub(crate) fn treaties(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let table = legal::table(room.archive)?;
    let title = t.say("Treaties and who was bound", "المعاهدات ومن التزم بها");
    let head = |list: &[(&'static str, &'static str)]| html! { thead { tr { @for (en, ar) in list { th scope="col" { (t.say(en, ar)) } } } } };
    let body = html! {
        h1 { (title) }
        (done(ask))
        p.lead { (t.say("Treaties ship with the program; who was bound by them, and from when, is brought by those who use it, each row with its source.", "المعاهدات مرفقة بالبرنامج؛ أما من التزم بها ومنذ متى فيأتي به مستخدموه، كل سطر بمصدره.")) }
        section aria-labelledby="parties" {
            h2 #parties { (t.say("On record as bound", "الوارد التزامه")) " " span.count { (number(table.rows())) } }
            @if table.rows() == 0 { p.muted { (t.say("No table has been adopted.", "لم يُعتمد جدول.")) } }
            @else { div.table role="region" tabindex="0" aria-labelledby="parties" { table {
                (head(&[("party", "الطرف"), ("treaty", "المعاهدة"), ("from", "من"), ("until", "إلى"), ("how", "كيف"), ("source", "المصدر")]))
                tbody { @for row in table.all() { tr { td { (own(&row.party)) } td { (ltr(&row.treaty)) } td { (ltr(&row.from)) } td { @if let Some(until) = &row.until { (ltr(until)) } } td { (own(&row.how)) } td { (own(&row.source)) } } } }
            } } }
        }
        section aria-labelledby="shipped" {
            h2 #shipped { (t.say("Treaties", "المعاهدات")) }
            div.table role="region" tabindex="0" aria-labelledby="shipped" { table {
                (head(&[("id", "المعرّف"), ("treaty", "المعاهدة"), ("made", "أُبرمت"), ("in force", "نفذت"), ("about", "بشأن")]))
                tbody { @for treaty in table.treaties.values() { tr {
                    td { (ltr(&treaty.id)) } td { (own(t.say(&treaty.title, if treaty.title_ar.is_empty() { &treaty.title } else { &treaty.title_ar }))) }
                    td { (ltr(&treaty.adopted)) } td { (ltr(&treaty.in_force)) }
                    td { @if treaty.weapons.is_empty() { (t.say("conduct of hostilities", "سير الأعمال العدائية")) } @for w in &treaty.weapons { (own(label(w, t.code()))) " " } }
                } } }
            } }
        }
        section aria-labelledby="adopt" {
            h2 #adopt { (t.say("Adopt a table", "اعتمد جدولاً")) }
            form method="post" action="/treaties" {
                (token(ask))
                label for="table-text" { (t.say("The table (TOML), word for word", "الجدول (TOML) حرفياً")) }
                textarea #table-text name="text" dir="ltr" rows="12" maxlength="200000" spellcheck="false" required {}
                label for="table-reason" { (t.say("Reason", "السبب")) }
                input #table-reason name="reason" dir="auto" maxlength="4000" required;
                button type="submit" { (t.say("Adopt it", "اعتمده")) }
            }
        }
    };
    Ok(Page::new(title, body))
}

/// Adopts a table.
pub(crate) fn adopt(archive: &mut Archive, who: MemberKey, _: &Case, _: &Ask, form: &Form) -> Result<String> {
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is adopted.", "اذكر سبب الاعتماد."))?;
    let text = format!("{}\n", form.get("text").replace("\r\n", "\n"));
    let at = legal::adopt_table(archive, who, &text, &reason)?;
    Ok(format!("/treaties?done={}", at.index))
}
