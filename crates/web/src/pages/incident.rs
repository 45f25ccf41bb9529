//! One incident: per element what is said, how it is supported, what a higher level needs and what stands against it; where
//! its items come from; figures of harm with their sources; positions; who says what; and the forms of a person's decisions.

use std::collections::BTreeSet;

use maud::{Markup, html};
use witnessmark_desk::case::{self, IncidentCase, IncidentId};
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::{Tongue, figures};
use witnessmark_model::vocabulary::{Element, Level};
use witnessmark_model::{ClaimRef, ItemId};

use crate::app::Room;
use crate::ask::Ask;
use crate::error::{Oops, Result};
use crate::pages::{beside, hold, incident_forms, inquiry, lines, look, review, same};
use crate::parts::{
    claim, claim_cite, done, entry, figure, incident_name, incident_of, level, ltr, member, notice, number, own,
    row_link, said,
};
use crate::shell::Page;
use crate::words;

/// Pictures that are shown.
const STILLS: usize = 24;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let incident = incident_of(room.case, &ask.id).ok_or(Oops::NoSuch)?;
    let title = incident.name(t.code());
    let why = case::why(room.archive, incident.id);
    let body = html! {
        p.crumbs { a href="/incidents" { (t.say("Incidents", "الوقائع")) } }
        h1 { (incident_name(incident, t)) }
        (done(ask))
        (standing(incident, &why.reasons, t))
        section aria-labelledby="elements" {
            h2 #elements { (t.say("Element by element", "عنصراً عنصراً")) }
            @if incident.weighed.elements.is_empty() { p { (level(Level::NotAssessed, false, t)) } }
            @for element in Element::ALL { (self::element(room, incident, *element, ask)) }
        }
        section aria-labelledby="lines" {
            h2 #lines { (t.say("Independent lines of evidence", "الأصول المستقلة للمعلومة")) }
            (figure(&figures::matrix(room.case, incident, &room.brief(t))))
            @if let (IncidentId::Grouped(_), Some(drawing)) = (incident.id, figures::origins(room.case, incident, t)) { (figure(&drawing)) }
        }
        (lines::section(room, incident, t))
        (pictures(room, incident, t))
        (harm(incident, t))
        (inquiry::summary(room, incident, t))
        (positions(incident, t))
        (told(room, incident, ask))
        (same::why(incident, &why.links, t))
        (beside::section(room, incident, ask))
        (incident_forms::group_form(room, incident, ask))
        (hold::incident_form(room, incident, ask))
    };
    Ok(Page::new(title, body))
}

fn standing(incident: &IncidentCase, reasons: &[(String, String)], t: Tongue) -> Markup {
    html! {
        @match incident.id {
            IncidentId::Proposed(row) => (notice("machine", &html! {
                p { strong { (t.say("Proposed by the machine, reviewed by nobody. ", "اقترحتها آلة ولم يراجعها أحد. ")) } (t.say("Its claims may speak of several happenings, or of none.", "قد تتحدث أقوالها عن أحداث عدة، أو عن لا شيء.")) }
                @if !reasons.is_empty() { ul { @for (en, ar) in reasons { li { (own(t.say(en, ar))) } } } }
                p { a.button href=(row_link(row)) { (t.say("Accept or reject this grouping", "اقبل هذا الجمع أو ارفضه")) } }
            })),
            IncidentId::Grouped(at) => p.fine {
                span.standing.person { (t.say("grouped by a person", "جمعها شخص")) } " " (entry(at))
                @if !incident.merged.is_empty() { " · " (t.say("merged into it: ", "دُمجت فيها: ")) @for old in &incident.merged { (entry(*old)) " " } }
                @if incident.labels.len() > 1 { " · " (t.say("also called ", "وتُسمّى أيضاً ")) @for other in &incident.labels[1..] { (own(other)) " " } }
            },
        }
    }
}

fn element(room: &Room<'_>, incident: &IncidentCase, element: Element, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let Some(weighed) = incident.weighed.elements.iter().find(|e| e.element == element) else { return html! {} };
    let several = weighed.values.len() > 1;
    html! {
        article.element id=(format!("element-{element}")) {
            header {
                h3 { (t.of(element.labels())) }
                (level(incident.level(element), weighed.contested.contested, t))
            }
            ul.values {
                @for (value, keys) in &weighed.values {
                    li {
                        strong { (own(words::element_value(value, t))) }
                        span.muted { @if several { (t.say(" as some report; see the others", " كما يفيد بعضهم؛ انظر ما عداه")) } @else { (t.say(" as reported", " كما ورد")) } }
                        " " (cites(incident, keys))
                    }
                }
                @if weighed.values.is_empty() { li.muted { (t.say("Nothing is said of it.", "لا يُقال عنه شيء.")) } }
            }
            @for (at, assessed) in incident.assessed.get(&element).into_iter().flatten() {
                p.assessed {
                    (t.say("Assessed as ", "قُيّم بأنه ")) (t.of(assessed.level.labels())) " " (entry(*at)) " "
                    @if let Some(e) = room.archive.world().entry(*at) { (member(room, e.signer)) }
                    " · " (t.say("under ", "بموجب ")) (ltr(&assessed.policy)) @if let Some(policy) = assessed.policy_entry { " " (entry(policy)) }
                    @if incident.is_from_before_a_merge(assessed) {
                        " " span.tag { (t.say("signed before the merge: look at it again", "وُقّع قبل الدمج: يجب النظر فيه من جديد")) }
                    }
                    @if let Some(since) = incident.since(element, *at) { " " span.tag { (before(since, t)) } }
                    @if let Some(reason) = assessed.reason.get() { ": " (said(reason, t)) }
                    @if let Some(Some(dissent)) = assessed.dissent.get() { br; strong { (t.say("Dissent: ", "رأي مخالف: ")) } (said(dissent, t)) }
                }
            }
            p.allows {
                (t.say("Policy allows up to: ", "تسمح السياسة حتى: ")) strong { (t.of(weighed.allowed.level.labels())) }
                @if weighed.allowed.if_accepted > weighed.allowed.level { " · " (t.say("if all proposals were accepted one by one: ", "لو قُبلت كل المقترحات واحداً واحداً: ")) (t.of(weighed.allowed.if_accepted.labels())) }
            }
            details {
                summary { (t.say("Why, and what the next level needs", "السبب، وما يحتاجه المستوى التالي")) }
                @if !weighed.allowed.reasons.is_empty() { p { (t.say("Why:", "السبب:")) } ul { @for reason in &weighed.allowed.reasons { li { (own(reason.words(t.code()))) } } } }
                @if !weighed.allowed.missing.is_empty() { p { (t.say("The next level needs:", "يحتاج المستوى التالي إلى:")) } ul { @for need in &weighed.allowed.missing { li { (own(need.words(t.code()))) } } } }
            }
            @if !weighed.contested.against.is_empty() {
                div.against {
                    p { strong { (t.say("What stands against it", "ما يعارضه")) } }
                    ul { @for against in &weighed.contested.against { li { (own(against.words(t.code()))) " " (cites(incident, &against.claims())) } } }
                }
            }
            (review::found(room, incident, element, ask))
            (incident_forms::assess_form(room, incident, weighed.allowed.level, element, ask))
            (review::form(room, incident, element, ask))
        }
    }
}

/// That something was signed before claims came or went.
pub(crate) fn before(since: witnessmark_desk::weighing::Looked, t: Tongue) -> String {
    let (newer, gone) = (since.newer, since.gone);
    let taken = match gone {
        0 => String::new(),
        n => t.say(&format!(", {n} taken back since"), &format!("، وسُحب بعده \u{2066}{n}\u{2069}")).to_owned(),
    };
    let head = match newer {
        0 => t.say("signed before claims changed", "وُقّع قبل تغيّر الأقوال").to_owned(),
        n => t.say(&format!("before {n} newer claims"), &format!("قبل \u{2066}{n}\u{2069} من الأقوال الأحدث")).to_owned(),
    };
    format!("{head}{taken}")
}

/// Claims by their number on this page; one that is in no list by its id.
fn cites(incident: &IncidentCase, keys: &[ClaimRef]) -> Markup {
    html! {
        span.cites { @for key in keys {
            @match incident.members.iter().position(|m| m == key) {
                Some(n) => a.cite href=(format!("#told-{}", n + 1)) { (ltr(format!("[{}]", n + 1))) },
                None => (claim_cite(*key)),
            } " "
        } }
    }
}

/// Pictures that the lines rest on or that claims are made of, blurred.
fn pictures(room: &Room<'_>, incident: &IncidentCase, t: Tongue) -> Markup {
    let of_lines = incident.weighed.elements.iter().flat_map(|e| &e.lines.lines).flat_map(|l| l.items.iter().copied());
    let of_claims = incident.members.iter().filter_map(|key| room.case.claims.get(key)).map(|held| held.claim.item);
    let items: BTreeSet<ItemId> = of_lines.chain(of_claims).collect();
    let list: Vec<&Item> =
        items.iter().filter_map(|id| room.case.items.get(id)).filter(|item| look::has_still(item)).collect();
    html! {
        @if !list.is_empty() {
            section aria-labelledby="pictures" {
                h2 #pictures { (t.say("Pictures", "الصور")) " " span.count { (number(list.len())) } }
                p.fine { (t.say("Gray and blurred; each can be looked at as it is when asked for again.", "رمادية ومموّهة؛ ويمكن النظر إلى كل منها كما هي عند طلب ذلك ثانية.")) }
                (look::stills(list, STILLS, t))
            }
        }
    }
}

/// Figures of harm: each with its scope and source; none is an average.
fn harm(incident: &IncidentCase, t: Tongue) -> Markup {
    html! {
        @if !incident.weighed.harm.is_empty() {
            section aria-labelledby="harm" {
                h2 #harm { (t.say("Figures of harm, as given", "أرقام الأذى كما وردت")) }
                p.fine { (t.say("Each with its scope and source; none is an average. A status that nobody states stays “not stated”, never civilian.", "لكلٍّ نطاقه ومصدره، وليس أي منها متوسطاً. والصفة التي لا يذكرها أحد تبقى «غير مذكورة»، ولا تصير مدنية.")) }
                div.table role="region" tabindex="0" aria-labelledby="harm" {
                    table {
                        thead { tr {
                            @for (en, ar) in [("harm", "الأذى"), ("who", "مَن"), ("scope", "النطاق"), ("figure", "الرقم"), ("said by", "القائل"), ("as of", "حتى تاريخ"), ("claim", "القول")] { th scope="col" { (t.say(en, ar)) } }
                        } }
                        tbody { @for range in &incident.weighed.harm { @for given in &range.figures {
                            tr {
                                td { (words::value(&range.harm, t)) }
                                td { (words::value(&range.who, t)) }
                                td { (words::value(&range.scope, t)) }
                                td.number { (ltr(words::figure(given.min, given.max, t))) }
                                td { (own(&given.said_by)) }
                                td { @if let Some(at) = &given.as_of { (ltr(at)) } @else { span.muted { (t.say("not stated", "غير مذكور")) } } }
                                td { (cites(incident, &[given.claim])) }
                            }
                        } } }
                    }
                }
                @for range in incident.weighed.harm.iter().filter(|r| !r.contradictions.is_empty()) {
                    p.against-line { (words::value(&range.harm, t)) " · " (words::value(&range.scope, t)) ": " (t.say("figures that cannot all be right", "أرقام لا يمكن أن تصح كلها")) " " (number(range.contradictions.len())) }
                }
            }
        }
    }
}

fn positions(incident: &IncidentCase, t: Tongue) -> Markup {
    html! {
        @if !incident.weighed.positions.is_empty() || !incident.weighed.accusations.is_empty() {
            section aria-labelledby="positions" {
                h2 #positions { (t.say("Positions of parties", "مواقف الأطراف")) }
                p.fine { (t.say("A bare denial changes its speaker's position and nothing else.", "النفي المجرد يغيّر موقف قائله ولا شيء سواه.")) }
                ul.plain { @for position in &incident.weighed.positions {
                    li {
                        strong { (own(&position.speaker)) } " " (words::position(position.position, t)) " "
                        (cites(incident, &position.claims))
                        @if let Some(until) = &position.until { (ltr(until)) " " }
                        @for at in &position.entries { (entry(*at)) " " }
                        @for proposition in &position.propositions { div.proposition { (said(&proposition.quote, t)) " " span.tag { (proposition.standing(t.code())) } } }
                    }
                } }
                @if !incident.weighed.accusations.is_empty() {
                    h3 { (t.say("Who accuses whom", "من ينسب إلى من")) }
                    ul.plain { @for accusation in &incident.weighed.accusations {
                        li {
                            strong { (own(&accusation.speaker)) } " → " (own(&accusation.accused)) " " (cites(incident, &accusation.claims))
                            @for proposition in &accusation.propositions { div.proposition { (proposition.kind.words(t.code())) ": " (own(accusation.asserts(proposition, t.code()))) " " span.tag { (proposition.standing(t.code())) } } }
                        }
                    } }
                }
            }
        }
    }
}

fn told(room: &Room<'_>, incident: &IncidentCase, ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        section aria-labelledby="told" {
            h2 #told { (t.say("Who says so, in their words", "من يقول ذلك وبأي عبارات")) " " span.count { (number(incident.members.len())) } }
            @for (n, key) in incident.members.iter().enumerate() { div.told id=(format!("told-{}", n + 1)) { span.told-number { (ltr(format!("[{}]", n + 1))) }
                @match room.case.claims.get(key) {
                    Some(held) => {
                        @let tools = match key {
                            ClaimRef::Row(row) => html! { p.tools { a.button href=(row_link(*row)) { (t.say("Look and decide", "انظر وقرر")) } } },
                            ClaimRef::Entry(_) => html! {},
                        };
                        (claim(room.case, held, t, &tools))
                    },
                    None => p.fine { (claim_cite(*key)) " " (t.say("cannot be read: sealed, erased or turned down", "لا يمكن قراءته: محجوب أو مُتلَف أو مرفوض")) },
                }
            } }
        }
    }
}
