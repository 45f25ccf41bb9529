//! One happening or two: what a person is asked first, the weights between two reports drawn step by step, and the forms by which
//! incidents are merged and split. Each answer is an entry; “not the same” stays until it is taken back.

use maud::{Markup, html};
use serde_json::Value;
use witnessmark_archive::Archive;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::report::Tongue;
use witnessmark_desk::same::{self, Going, Question};
use witnessmark_model::entry::Sameness;
use witnessmark_model::{ClaimRef, EntryRef, MemberKey};
use witnessmark_report::document::tame;

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{claim, done, incident_link, incident_of, incident_slug, ltr, number, own, pager, token};
use crate::shell::Page;
use crate::words;

/// Questions on one page.
const EACH: usize = 10;
/// Links of an incident that are drawn.
const LINKS: usize = 8;
/// Bits beyond which a step is drawn no longer: what excludes excludes.
const FARTHEST: f64 = 40.0;

/// Draws the questions.
pub(crate) fn list(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("One happening, or two?", "حدث واحد أم اثنان؟");
    let all = &room.case.questions;
    let from = ask.number("from").min(all.len());
    let body = html! {
        h1 { (title) }
        (done(ask))
        p.lead {
            (t.say(
                "Pairs of reports of which the program is unsure, those first whose answer settles most. An answer weighs from the next weighing on. “Not the same” stays until it is taken back.",
                "أزواج من التقارير لا يجزم البرنامج فيها، يتقدمها ما يحسم جوابه أكثر. ويُعمل بالجواب منذ الموازنة التالية. و«ليسا حدثاً واحداً» يبقى حتى يُسحب.",
            ))
        }
        @if all.is_empty() { p { (t.say("Nothing to ask.", "لا شيء للسؤال عنه.")) } }
        @for (n, question) in all.iter().enumerate().skip(from).take(EACH) { (self::question(room, ask, n, question)) }
        (pager(ask, all.len(), EACH, from))
    };
    Ok(Page::new(title, body))
}

fn question(room: &Room<'_>, ask: &Ask, n: usize, question: &Question) -> Markup {
    let t = ask.tongue;
    let probability = question.body.get("probability").and_then(Value::as_f64);
    let sides = [question.a, question.b];
    html! {
        article.element aria-label=(format!("{} {}", t.say("Question", "سؤال"), n + 1)) {
            header {
                h2 { (number(n + 1)) ". " (t.say("Do these two speak of one happening?", "هل يتحدث هذان عن حدث واحد؟")) }
                p.fine {
                    @if let Some(p) = probability { (t.say("the program says ", "يقول البرنامج ")) (ltr(format!("{:.0} %", p * 100.0))) " · " }
                    (t.say("the answer settles pairs of reports: ", "يحسم الجواب من أزواج التقارير: ")) (number(question.settles as usize))
                }
            }
            div.pair { @for key in sides {
                div {
                    @if let Some(held) = room.case.claims.get(&key) { (claim(room.case, held, t, &html! {})) }
                    @if let Some(incident) = in_incident(room.case, key) { p.fine { (t.say("in ", "ضمن ")) (incident_link(incident, t)) } }
                }
            } }
            (waterfall(&Value::Object(question.body.clone()), t))
            form method="post" action="/same" {
                (token(ask))
                input type="hidden" name="a" value=(question.a);
                input type="hidden" name="b" value=(question.b);
                div.field { label for=(format!("why-{n}")) { (t.say("Reason (may be left out)", "السبب (اختياري)")) } input id=(format!("why-{n}")) name="reason" dir="auto" maxlength="2000"; }
                p.tools { @for answer in Sameness::ALL { button type="submit" name="answer" value=(answer) { (t.of(words::sameness(*answer))) } " " } }
            }
        }
    }
}

/// The incident of people that a claim is in.
fn in_incident(case: &Case, key: ClaimRef) -> Option<&IncidentCase> {
    let at = case.grouped_in(key)?;
    case.incidents.iter().find(|i| i.id == IncidentId::Grouped(at))
}

/// What a person saw of a pair when they answered.
fn sight(case: &Case, a: ClaimRef, b: ClaimRef) -> String {
    let told = |q: &&Question| (q.a, q.b) == (a, b);
    let probability = case.questions.iter().find(told).and_then(|q| q.body.get("probability")).map(Value::to_string);
    let mut lines = vec![format!("witnessmark shown/1 pair {a} {b}"), case.cite(a), case.cite(b)];
    lines.extend(probability.map(|p| format!("probability {p}")));
    lines.join("\n")
}

/// Records an answer.
pub(crate) fn answer(archive: &mut Archive, member: MemberKey, case: &Case, _: &Ask, form: &Form) -> Result<String> {
    let unknown = Oops::Wrong("There is no such pair or answer.", "لا وجود لهذا الزوج أو الجواب.");
    let claims = (form.get("a").parse::<ClaimRef>(), form.get("b").parse::<ClaimRef>());
    let ((Ok(a), Ok(b)), Ok(said)) = (claims, form.get("answer").parse::<Sameness>()) else { return Err(unknown) };
    let shown = sight(case, a, b);
    let at = same::answer(archive, member, (a, b), said, Some(shown.as_bytes()), form.given("reason"))?;
    Ok(format!("/same?done={}", at.index))
}

/// The steps from what chance asks for to the probability, each with a bar.
pub(crate) fn waterfall(link: &Value, t: Tongue) -> Markup {
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_f64);
    let (Some(chance), Some(probability)) = (number(link, "chance"), number(link, "probability")) else {
        return html! {};
    };
    let start = t.say("any two reports at hand, before they are compared", "أي تقريرين مما هو متاح قبل مقارنتهما");
    let mut steps: Vec<(String, f64, f64)> = vec![(start.to_owned(), -chance, -chance)];
    for step in link.get("waterfall").and_then(Value::as_array).into_iter().flatten().take(24) {
        let words = step.get(t.say("words", "words_ar")).and_then(Value::as_str).unwrap_or_default();
        let points = number(step, "points").unwrap_or_default();
        let sum = steps.last().map_or(0.0, |s| s.2) + points;
        steps.push((words.to_owned(), points, sum));
    }
    let near = |x: f64| x.clamp(-FARTHEST, FARTHEST);
    let least = steps.iter().map(|s| near(s.2)).fold(0.0, f64::min);
    let most = steps.iter().map(|s| near(s.2)).fold(0.0, f64::max);
    let at = |x: f64| (near(x) - least) / (most - least).max(1.0) * 200.0;
    html! {
        details.weights {
            summary { (t.say("The weights, step by step", "الأوزان خطوةً خطوة")) " " (ltr(format!("{:.0} %", probability * 100.0))) }
            p.fine { (t.say("In bits: one more doubles the odds. The line is even odds.", "بالبتات: كل بت يضاعف الأرجحية. والخط هو التساوي.")) }
            table.waterfall {
                thead { tr { th scope="col" { (t.say("what was compared", "ما قورن")) } th scope="col" { (t.say("bits", "بتات")) } th scope="col" { span.unseen { (t.say("drawn", "رسماً")) } } } }
                tbody { @for (words, points, sum) in &steps {
                    @let (from, to) = (at(sum - points), at(*sum));
                    tr {
                        th scope="row" { (own(words)) }
                        td.number { (ltr(if *points <= -FARTHEST { t.say("excludes", "يستبعد").to_owned() } else { format!("{points:+.1}") })) }
                        td dir="ltr" {
                            svg viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true" {
                                rect class=(if *points < 0.0 { "against" } else { "for" }) x=(format!("{:.1}", from.min(to))) y="1" width=(format!("{:.1}", (to - from).abs().max(0.6))) height="8" {}
                                line class="even" x1=(format!("{:.1}", at(0.0))) x2=(format!("{:.1}", at(0.0))) y1="0" y2="10" {}
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// Why the machine holds the claims of an incident to be of one happening, claim by claim.
pub(crate) fn why(incident: &IncidentCase, links: &[Value], t: Tongue) -> Markup {
    let place = |link: &Value, name: &str| {
        let key: ClaimRef = link.get(name)?.as_str()?.parse().ok()?;
        incident.members.iter().position(|m| *m == key)
    };
    let cite = |n: Option<usize>| html! { @if let Some(n) = n { a.cite href=(format!("#told-{}", n + 1)) { (ltr(format!("[{}]", n + 1))) } } };
    html! {
        @if !links.is_empty() {
            section aria-labelledby="why-one" {
                h2 #why-one { (t.say("Why these reports are held to be of one happening", "لماذا عُدّت هذه التقارير عن حدث واحد")) }
                @for link in links.iter().take(LINKS) {
                    div.link { p { (cite(place(link, "a"))) " – " (cite(place(link, "b"))) } (waterfall(link, t)) }
                }
                @if links.len() > LINKS { p.fine { (t.say("more: ", "غيرها: ")) (number(links.len() - LINKS)) } }
            }
        }
    }
}

/// Forms to merge an incident with another, and to split claims off it.
pub(crate) fn forms(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let slug = incident_slug(incident.id);
    let others: Vec<(EntryRef, String)> = room
        .case
        .incidents
        .iter()
        .filter_map(|other| match other.id {
            IncidentId::Grouped(id) if id != at => Some((id, tame(&other.name_isolated(t.code())))),
            _ => None,
        })
        .collect();
    html! {
        @if !others.is_empty() {
            details.act {
                summary { (t.say("It is the same happening as another incident", "هي والواقعة الأخرى حدث واحد")) }
                form method="post" action=(format!("/incidents/{slug}/merge")) {
                    (token(ask))
                    div.field { label for="merge-into" { (t.say("Merge it into", "ادمجها في")) } select #merge-into name="into" { @for (id, name) in &others { option value=(id) { (name) } } } }
                    div.field { label for="merge-reason" { (t.say("Reason", "السبب")) } input #merge-reason name="reason" dir="auto" maxlength="2000" required; }
                    p.fine { (t.say("Its number leads to the other from then on. What was assessed of it stays on record and is not carried over.", "يقود رقمها إلى الأخرى بعد ذلك. وما قُيّم منها يبقى مثبتاً ولا يُنقل.")) }
                    button type="submit" { (t.say("Merge", "ادمج")) }
                }
            }
        }
        @if incident.members.len() > 1 {
            details.act {
                summary { (t.say("Some of its claims speak of another happening", "بعض أقوالها عن حدث آخر")) }
                form method="post" action=(format!("/incidents/{slug}/split")) {
                    (token(ask))
                    @for (i, key) in incident.members.iter().enumerate() {
                        div.pickable {
                            input type="checkbox" name="claim" value=(key) id=(format!("leave-{i}"));
                            label for=(format!("leave-{i}")) { (own(room.case.cite(*key))) }
                        }
                    }
                    div.field { label for="split-into" { (t.say("They go to", "تنتقل إلى")) } select #split-into name="into" { option value="" { (t.say("a new incident", "واقعة جديدة")) } @for (id, name) in &others { option value=(id) { (name) } } } }
                    div.field { label for="split-label" { (t.say("Name of a new one (may be left out)", "اسم الجديدة (اختياري)")) } input #split-label name="label" dir="auto" maxlength="200"; }
                    div.field { label for="split-reason" { (t.say("Reason", "السبب")) } input #split-reason name="reason" dir="auto" maxlength="2000" required; }
                    button type="submit" { (t.say("Split", "افصل")) }
                }
            }
        }
    }
}

/// The incident of people that a form speaks of, and what a person saw of it.
fn seen(case: &Case, ask: &Ask) -> Result<(EntryRef, String)> {
    let incident = incident_of(case, &ask.id).ok_or(Oops::NoSuch)?;
    let IncidentId::Grouped(at) = incident.id else { return Err(Oops::NoSuch) };
    let mut lines = vec![format!("witnessmark shown/1 incident {at}"), incident.name(ask.tongue.code())];
    lines.extend(incident.members.iter().map(|key| format!("{key} {}", case.cite(*key))));
    Ok((at, lines.join("\n")))
}

/// Merges.
pub(crate) fn merge(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let (from, shown) = seen(case, ask)?;
    let into: EntryRef = form.get("into").parse().map_err(|_| Oops::NoSuch)?;
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why they are one.", "اذكر لماذا هما واحدة."))?;
    let at = same::merge(archive, member, (from, into), Some(shown.as_bytes()), &reason)?;
    Ok(format!("/incidents/{}?done={}", into.index, at.index))
}

/// Splits.
pub(crate) fn split(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let (from, shown) = seen(case, ask)?;
    let claims: Vec<ClaimRef> = form.all("claim").filter_map(|c| c.parse().ok()).take(1_000).collect();
    let into = form.given("into").map(|into| into.parse::<EntryRef>().map_err(|_| Oops::NoSuch)).transpose()?;
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why they part.", "اذكر سبب الفصل."))?;
    let going = Going { into, label: form.given("label").filter(|_| into.is_none()) };
    let at = same::split(archive, member, from, &claims, going, Some(shown.as_bytes()), &reason)?;
    Ok(format!("/incidents/{}?done={}", into.unwrap_or(at).index, at.index))
}
