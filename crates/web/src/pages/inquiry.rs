//! What is still asked about an incident: open questions, rival explanations with what speaks for and against each, where was
//! looked and what was not found, what parties were asked and whether they answered, and propositions held to the evidence.
//!
//! The forms that add to it are in [`super::inquiry_forms`]. Silence is shown as no answer by a day, a search that found nothing
//! as where it looked: neither says more.

use maud::{Markup, html};
use witnessmark_desk::case::{IncidentCase, IncidentId};
use witnessmark_desk::inquire::{QuestionCase, questions};
use witnessmark_desk::propositions;
use witnessmark_desk::reply::{Reply, State, replies};
use witnessmark_desk::report::Tongue;
use witnessmark_model::entry::{Argued, Bearing, QuestionForm, Searched};
use witnessmark_model::{ClaimRef, Entry, EntryRef};

use crate::app::Room;
use crate::ask::Ask;
use crate::error::{Oops, Result};
use crate::pages::inquiry_forms as forms;
use crate::parts::{
    claim_cite, done, entry, incident_link, incident_of, incident_slug, item_cited, ltr, member, notice, number, own,
    said,
};
use crate::shell::Page;
use crate::words;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let incident = incident_of(room.case, &ask.id).ok_or(Oops::NoSuch)?;
    let title = t.say("Questions and search log", "الأسئلة وسجل البحث");
    let body = html! {
        p.crumbs { a href="/incidents" { (t.say("Incidents", "الوقائع")) } " › " (incident_link(incident, t)) }
        h1 { (title) }
        (done(ask))
        @match incident.id {
            IncidentId::Proposed(_) => (notice("machine", &html! { p { (t.say("Only an incident that a person grouped can be inquired into: accept the grouping first.", "لا يُبحث إلا في واقعة جمعها شخص: اقبل الجمع أولاً.")) } })),
            IncidentId::Grouped(at) => {
                (asked_so_far(room, incident, at, ask))
                (searches(room, at, ask))
                (parties(room, incident, at, ask))
                (tested(room, incident, at, ask))
            },
        }
    };
    Ok(Page::new(title, body))
}

/// A claim of the incident by its number on the incident's page, else by its id.
pub(crate) fn cite(incident: &IncidentCase, key: ClaimRef) -> Markup {
    match incident.members.iter().position(|m| *m == key) {
        Some(n) => {
            html! { a.cite href=(format!("/incidents/{}#told-{}", incident_slug(incident.id), n + 1)) { (ltr(format!("[{}]", n + 1))) } }
        }
        None => claim_cite(key),
    }
}

fn asked_so_far(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let list = questions(room.archive, at);
    let (rivals, open): (Vec<_>, Vec<_>) = list.iter().partition(|q| q.question.form == QuestionForm::Rival);
    html! {
        section aria-labelledby="questions" {
            h2 #questions { (t.say("Open questions", "أسئلة مفتوحة")) " " span.count { (number(open.len())) } }
            @if open.is_empty() { p.muted { (t.say("Nobody has raised one.", "لم يطرح أحد سؤالاً.")) } }
            @for question in &open { (self::question(room, incident, question, ask)) }
        }
        section aria-labelledby="rivals" {
            h2 #rivals { (t.say("Rival explanations", "تفسيرات منافسة")) " " span.count { (number(rivals.len())) } }
            p.fine { (t.say("What else could explain what is reported, and what speaks for and against each. One that is not supported is kept, with the reason.", "ما قد يفسّر ما ورد تفسيراً آخر، وما يؤيد كل تفسير وما يعارضه. وما لا سند له يبقى مع سببه.")) }
            @if rivals.is_empty() { p.muted { (t.say("Nobody has raised one.", "لم يطرح أحد تفسيراً.")) } }
            @for question in &rivals { (self::question(room, incident, question, ask)) }
        }
        (forms::raise(ask))
    }
}

fn question(room: &Room<'_>, incident: &IncidentCase, case: &QuestionCase<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let (en, ar) = case.standing().words();
    let of = |bearing: Bearing| case.arguments.iter().filter(move |(_, a)| a.bearing == bearing);
    html! {
        article.card.question id=(format!("question-{}", case.entry.at.index)) {
            header {
                h3 { @match case.question.text.get() { Some(text) => (own(text)), None => (withheld(t)) } }
                span.tag { (t.say(&en, &ar)) }
            }
            @if !case.question.elements.is_empty() {
                p.fine { (t.say("Bears on: ", "يتصل بـ: ")) (case.question.elements.iter().map(|e| t.of(e.labels())).collect::<Vec<_>>().join(t.say(", ", "، "))) }
            }
            @if let Some(Some(decides)) = case.question.decides.get() { p { (t.say("What would decide it: ", "ما يحسمه: ")) (own(decides)) } }
            @for (bearing, en, ar) in [(Bearing::For, "Speaks for it", "يؤيده"), (Bearing::Against, "Speaks against it", "يعارضه"), (Bearing::Unknown, "Looked at, and cannot tell", "نُظر فيه ولا يمكن الجزم")] {
                @if of(bearing).next().is_some() {
                    div.bearing.(bearing.as_str()) {
                        p { strong { (t.say(en, ar)) } }
                        ul { @for (by, argued) in of(bearing) { (argument(room, incident, by, argued, t)) } }
                    }
                }
            }
            @for (by, searched) in &case.searches { p.fine { (t.say("Search: ", "بحث: ")) (one_search(room, by, searched, t)) } }
            @for (by, settled) in &case.settled {
                p.assessed {
                    (t.of(settled.outcome.labels())) " " (entry(by.at)) " " (member(room, by.signer))
                    @if let Some(reason) = settled.reason.get() { ": " (said(reason, t)) }
                }
            }
            p.fine { (t.say("Raised by ", "طرحه ")) (member(room, case.entry.signer)) " " (entry(case.entry.at)) }
            (forms::argue(incident, case, ask))
            (forms::settle(case, ask))
        }
    }
}

fn withheld(t: Tongue) -> Markup {
    html! { span.muted { (t.say("sealed or erased", "محجوب أو مُتلَف")) } }
}

fn argument(room: &Room<'_>, incident: &IncidentCase, by: &Entry, argued: &Argued, t: Tongue) -> Markup {
    html! {
        li {
            @match argued.reason.get() { Some(reason) => (own(reason)), None => (withheld(t)) } " "
            span.cites {
                @for key in &argued.claims { (cite(incident, room.archive.world().resolved(*key))) " " }
                @for item in &argued.items { (item_cited(room.case, *item)) " " }
            }
            span.fine { (member(room, by.signer)) " " (entry(by.at)) }
        }
    }
}

fn one_search(room: &Room<'_>, by: &Entry, searched: &Searched, t: Tongue) -> Markup {
    let days = if searched.first_day == searched.last_day {
        searched.first_day.clone()
    } else {
        format!("{} – {}", searched.first_day, searched.last_day)
    };
    html! {
        @match searched.place.get() { Some(place) => strong { (own(place)) }, None => (withheld(t)) }
        @if let Some(terms) = searched.terms.get() { (t.say(", for ", "، عن ")) (own(terms.join(t.say(", ", "، ")))) }
        " · " (ltr(&days)) " · " strong { (t.of(searched.outcome.labels())) }
        @for item in &searched.items { " " (item_cited(room.case, *item)) }
        @if let Some(Some(who)) = searched.by.get() { " · " (t.say("looked by ", "بحث ")) (own(who)) }
        @if let Some(Some(note)) = searched.note.get() { " — " (own(note)) }
        " " span.fine { (member(room, by.signer)) " " (entry(by.at)) }
    }
}

fn searches(room: &Room<'_>, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let list: Vec<_> = room.archive.world().searches(at).collect();
    html! {
        section aria-labelledby="searches" {
            h2 #searches { (t.say("Where was looked", "أين جرى البحث")) " " span.count { (number(list.len())) } }
            p.fine { (t.say("What was looked for and not found stands here too: it says where was looked, and no more.", "ما بُحث عنه ولم يوجد يرد هنا أيضاً: يقول أين جرى البحث ولا شيء أكثر.")) }
            @if list.is_empty() { p.muted { (t.say("No search is recorded.", "لم يُسجَّل بحث.")) } }
            ul.plain { @for (by, searched) in &list { li { (one_search(room, by, searched, t)) } } }
            (forms::search(room, at, ask))
        }
    }
}

fn parties(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let list = replies(room.archive, at);
    html! {
        section aria-labelledby="replies" {
            h2 #replies { (t.say("Right of reply", "حق الرد")) " " span.count { (number(list.len())) } }
            p.fine { (t.say("Who was asked for their side, what, and what came back. No answer is no answer by a day: neither a denial nor an admission.", "من سُئل عن روايته، وعمّ سُئل، وما الذي ورد. وعدم الجواب هو عدم جواب حتى يوم محدد: لا نفي ولا إقرار.")) }
            @if list.is_empty() { p.muted { (t.say("Nobody has been asked.", "لم يُسأل أحد.")) } }
            @for reply in &list { (self::reply(room, reply, ask)) }
            (forms::ask_party(incident, ask))
        }
    }
}

fn reply(room: &Room<'_>, reply: &Reply<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let (en, ar) = reply.state.words(&reply.asked.until);
    html! {
        article.card.reply id=(format!("reply-{}", reply.entry.at.index)) {
            header {
                h3 { @match reply.asked.party.get() { Some(party) => (own(party)), None => (withheld(t)) } }
                span.tag { (t.say(&en, &ar)) }
            }
            @if let Some(questions) = reply.asked.questions.get() { blockquote { (said(questions, t)) } }
            p.fine {
                @if let Some(sent) = &reply.asked.sent { (t.say("sent ", "أُرسل ")) (ltr(sent)) " · " }
                @if let Some(Some(channel)) = reply.asked.channel.get() { (own(channel)) " · " }
                (t.say("answer asked for by ", "طُلب الجواب حتى ")) (ltr(&reply.asked.until)) " · "
                (member(room, reply.entry.signer)) " " (entry(reply.entry.at))
            }
            ul.plain { @for (at, answered) in &reply.answers {
                li {
                    strong { (forms::came_back(&answered.kind, t)) }
                    @if let Some(position) = answered.position { " · " (t.say("position: ", "الموقف: ")) (words::position(position, t)) }
                    @if let Some(received) = &answered.received { " · " (ltr(received)) }
                    @if let Some(item) = answered.item { " · " (item_cited(room.case, item)) }
                    @if let Some(Some(note)) = answered.note.get() { ": " (said(note, t)) }
                    " " (entry(*at))
                }
            } }
            @if reply.state == State::NoAnswer { p.fine { (t.say("The day is over. That nobody answered says nothing of what happened.", "انقضى اليوم. وعدم جواب أحد لا يقول شيئاً عما حدث.")) } }
            (forms::respond(room, reply, ask))
        }
    }
}

fn tested(room: &Room<'_>, incident: &IncidentCase, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let list = propositions::of_incident(room.case, at);
    let reasons = |key: EntryRef| room.archive.world().tests(at).find(|(e, _)| e.at == key);
    html! {
        section aria-labelledby="propositions" {
            h2 #propositions { (t.say("What denials and accusations assert, held to the evidence", "ما تقوله بيانات النفي والاتهام مقابَلاً بالأدلة")) " " span.count { (number(list.len())) } }
            p.fine { (t.say("Both sides' words are tested alike. A denial that is contradicted does not raise the attribution, and an accusation that is consistent is not shown by that.", "تُختبر أقوال الطرفين على السواء. والنفي المنقوض لا يقوّي الإسناد، والاتهام المتسق لا يثبت باتساقه.")) }
            @if list.is_empty() { p.muted { (t.say("Nobody's words hold a proposition that can be tested.", "لا تتضمن أقوال أحد ما يمكن اختباره.")) } }
            ul.plain { @for (n, (speaker, proposition)) in list.iter().enumerate() {
                li.proposition-row {
                    strong { (own(speaker)) } ": " (proposition.kind.words(t.code())) " " (said(&label_of(&proposition.quote, t), t)) " "
                    (cite(incident, proposition.claim)) " " span.tag { (proposition.standing(t.code())) }
                    @for (key, outcome) in &proposition.tested {
                        div.fine {
                            (t.of(outcome.labels())) " " (entry(*key))
                            @if let Some((by, tested)) = reasons(*key) {
                                " " (member(room, by.signer))
                                @if let Some(reason) = tested.reason.get() { ": " (said(reason, t)) }
                                @for claim in &tested.relies_on { " " (cite(incident, room.archive.world().resolved(*claim))) }
                            }
                        }
                    }
                    (forms::test(incident, n, proposition, ask))
                }
            } }
        }
    }
}

/// A term by its label, anything else as it is.
fn label_of(quote: &str, t: Tongue) -> String {
    witnessmark_model::vocabulary::label(quote, t.code()).to_owned()
}

/// What stands on the incident's own page: how many of each, and how they stand.
pub(crate) fn summary(room: &Room<'_>, incident: &IncidentCase, t: Tongue) -> Markup {
    let IncidentId::Grouped(at) = incident.id else { return html! {} };
    let questions = questions(room.archive, at);
    let searches = room.archive.world().searches(at).count();
    let replies = replies(room.archive, at);
    html! {
        section aria-labelledby="inquiry" {
            h2 #inquiry { (t.say("What is still asked", "ما لا يزال موضع سؤال")) }
            ul.plain {
                @for question in &questions {
                    @let (en, ar) = question.standing().words();
                    li { span.kind { (t.of(question.question.form.labels())) } " "
                        @match question.question.text.get() { Some(text) => (own(text)), None => (withheld(t)) } " "
                        span.tag { (t.say(&en, &ar)) } " "
                        span.fine { (t.say("for ", "يؤيد ")) (number(question.count(Bearing::For))) " · " (t.say("against ", "يعارض ")) (number(question.count(Bearing::Against))) }
                    }
                }
                @for reply in &replies {
                    @let (en, ar) = reply.state.words(&reply.asked.until);
                    li { span.kind { (t.say("right of reply", "حق الرد")) } " " @if let Some(party) = reply.asked.party.get() { (own(party)) " " } span.tag { (t.say(&en, &ar)) } }
                }
                @if questions.is_empty() && replies.is_empty() { li.muted { (t.say("No question is recorded, and nobody was asked.", "لم يُسجَّل سؤال ولم يُسأل أحد.")) } }
            }
            p { a.button href=(format!("/incidents/{}/inquiry", incident_slug(incident.id))) { (t.say("Questions, searches and right of reply", "الأسئلة والبحث وحق الرد")) " " span.count { (number(questions.len() + searches + replies.len())) } }
                " " a.button href=(format!("/incidents/{}/edges", incident_slug(incident.id))) { (t.say("What would change if an edge were wrong", "ما الذي يتغير لو كانت صلة خاطئة")) }
                " " a.button href=(format!("/incidents/{}/legal", incident_slug(incident.id))) { (t.say("Legal check lists", "القوائم القانونية")) } }
        }
    }
}
