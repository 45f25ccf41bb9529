//! Forms by which members inquire into an incident, and what each leads to: one signed entry. Plain forms, no scripts.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::inquire::{self, Argument, Asking, Looked, QuestionCase};
use witnessmark_desk::propositions;
use witnessmark_desk::reply::{self, CameBack, KINDS, Reply, ToParty};
use witnessmark_desk::report::Tongue;
use witnessmark_desk::weighing::{Proposition, Testable};
use witnessmark_model::entry::{Bearing, Outcome, QuestionForm, SearchOutcome, TestOutcome};
use witnessmark_model::vocabulary::{Element, Position};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{incident_of, ltr, own, token};
use crate::words;

/// Claims and items that are offered to tick.
const OFFERED: usize = 80;

fn action(ask: &Ask, what: &str) -> String {
    format!("/incidents/{}/{what}", ask.id)
}

/// The claims of the incident as boxes to tick, by their number on its page.
pub(crate) fn pick_claims(incident: &IncidentCase, prefix: &str, ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        fieldset.picks {
            legend { (t.say("Rests on these claims", "يستند إلى هذه الأقوال")) }
            @for (n, key) in incident.members.iter().enumerate().take(OFFERED) {
                span.pick-one {
                    input type="checkbox" name="claim" value=(key) id=(format!("{prefix}-c{n}"));
                    label for=(format!("{prefix}-c{n}")) { (ltr(format!("[{}]", n + 1))) }
                }
            }
        }
    }
}

/// To raise a question.
pub(crate) fn raise(ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        details.act {
            summary { (t.say("Raise a question or a rival explanation", "اطرح سؤالاً أو تفسيراً منافساً")) }
            form method="post" action=(action(ask, "question")) {
                (token(ask))
                div.field { label for="q-form" { (t.say("What it is", "ما هو")) } select #q-form name="form" { @for form in QuestionForm::ALL { option value=(form) { (t.of(form.labels())) } } } }
                label for="q-text" { (t.say("The question, or the other explanation", "السؤال أو التفسير الآخر")) }
                textarea #q-text name="text" dir="auto" rows="2" maxlength="8000" required {}
                label for="q-decides" { (t.say("What would decide it (may be left out)", "ما الذي يحسمه (اختياري)")) }
                input #q-decides name="decides" dir="auto" maxlength="4000";
                fieldset.picks {
                    legend { (t.say("Bears on", "يتصل بـ")) }
                    @for element in Element::ALL { span.pick-one { input type="checkbox" name="element" value=(element) id=(format!("q-{element}")); label for=(format!("q-{element}")) { (t.of(element.labels())) } } }
                }
                button type="submit" { (t.say("Record the question", "سجّل السؤال")) }
            }
        }
    }
}

/// To say what bears on a question.
pub(crate) fn argue(incident: &IncidentCase, case: &QuestionCase<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let n = case.entry.at.index;
    html! {
        details.act {
            summary { (t.say("Say what speaks for it or against it", "اذكر ما يؤيده أو يعارضه")) }
            form method="post" action=(action(ask, "argue")) {
                (token(ask))
                input type="hidden" name="question" value=(case.entry.at);
                div.field { label for=(format!("bearing-{n}")) { (t.say("Which way", "في أي اتجاه")) } select id=(format!("bearing-{n}")) name="bearing" { @for bearing in Bearing::ALL { option value=(bearing) { (t.of(bearing.labels())) } } } }
                (pick_claims(incident, &format!("argue-{n}"), ask))
                label for=(format!("argue-items-{n}")) { (t.say("Items, by id (may be left out)", "مواد بمعرّفاتها (اختياري)")) }
                input id=(format!("argue-items-{n}")) name="items" dir="ltr" maxlength="4000";
                label for=(format!("argue-reason-{n}")) { (t.say("Why", "لماذا")) }
                textarea id=(format!("argue-reason-{n}")) name="reason" dir="auto" rows="2" maxlength="8000" required {}
                button type="submit" { (t.say("Record", "سجّل")) }
            }
        }
    }
}

/// To settle one.
pub(crate) fn settle(case: &QuestionCase<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let n = case.entry.at.index;
    let rival = case.question.form == QuestionForm::Rival;
    let fits = |outcome: &&Outcome| match outcome {
        Outcome::Answered => !rival,
        Outcome::RuledOut | Outcome::Stands => rival,
        Outcome::CannotBeTold => true,
    };
    html! {
        details.act {
            summary { (t.say("Say what became of it", "اذكر ما آل إليه")) }
            form method="post" action=(action(ask, "settle")) {
                (token(ask))
                input type="hidden" name="question" value=(case.entry.at);
                div.field { label for=(format!("outcome-{n}")) { (t.say("What became of it", "ما آل إليه")) } select id=(format!("outcome-{n}")) name="outcome" { @for outcome in Outcome::ALL.iter().filter(fits) { option value=(outcome) { (t.of(outcome.labels())) } } } }
                label for=(format!("settle-reason-{n}")) { (t.say("Why", "لماذا")) }
                textarea id=(format!("settle-reason-{n}")) name="reason" dir="auto" rows="2" maxlength="8000" required {}
                p.fine { (t.say("What is said of it later opens it again.", "ما يُذكر عنه لاحقاً يفتحه من جديد.")) }
                button type="submit" { (t.say("Sign", "وقّع")) }
            }
        }
    }
}

/// To record a search.
pub(crate) fn search(room: &Room<'_>, at: EntryRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let questions = inquire::questions(room.archive, at);
    html! {
        details.act {
            summary { (t.say("Record a search", "سجّل بحثاً")) }
            form method="post" action=(action(ask, "search")) {
                (token(ask))
                div.grid {
                    div.field { label for="s-where" { (t.say("Where", "أين")) } input #s-where name="where" dir="auto" maxlength="2000" required; }
                    div.field { label for="s-terms" { (t.say("For what (several with commas)", "عمّ (بفواصل)")) } input #s-terms name="terms" dir="auto" maxlength="4000" required; }
                    div.field { label for="s-first" { (t.say("First day", "أول يوم")) } input #s-first type="date" name="first" dir="ltr" required; }
                    div.field { label for="s-last" { (t.say("Last day (may be left out)", "آخر يوم (اختياري)")) } input #s-last type="date" name="last" dir="ltr"; }
                    div.field { label for="s-outcome" { (t.say("What came of it", "النتيجة")) } select #s-outcome name="outcome" { @for outcome in SearchOutcome::ALL { option value=(outcome) { (t.of(outcome.labels())) } } } }
                    div.field { label for="s-by" { (t.say("Who looked, if not you (may be left out)", "من بحث إن لم تكن أنت (اختياري)")) } input #s-by name="by" dir="auto" maxlength="400"; }
                    div.field { label for="s-for" { (t.say("For which question", "لأي سؤال")) } select #s-for name="question" {
                        option value="" { (t.say("none", "لا شيء")) }
                        @for q in &questions { option value=(q.entry.at) { (q.question.text.get().map(|text| witnessmark_report::document::tame(&text.chars().take(80).collect::<String>())).unwrap_or_default()) } }
                    } }
                    div.field { label for="s-items" { (t.say("Items found, by id (may be left out)", "ما وُجد من مواد بمعرّفاتها (اختياري)")) } input #s-items name="items" dir="ltr" maxlength="4000"; }
                }
                label for="s-note" { (t.say("Note (may be left out)", "ملاحظة (اختياري)")) }
                textarea #s-note name="note" dir="auto" rows="2" maxlength="8000" {}
                button type="submit" { (t.say("Record the search", "سجّل البحث")) }
            }
        }
    }
}

/// To record that a party was asked.
pub(crate) fn ask_party(incident: &IncidentCase, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let accused: Vec<&str> = incident
        .weighed
        .positions
        .iter()
        .filter(|p| p.position == Position::NotAsked)
        .map(|p| p.speaker.as_str())
        .collect();
    html! {
        details.act {
            summary { (t.say("Record questions to a party", "سجّل أسئلة إلى طرف")) }
            form method="post" action=(action(ask, "ask")) {
                (token(ask))
                @if !accused.is_empty() { p.fine { (t.say("Accused here, and not asked yet: ", "منسوب إليهم هنا ولم يُسألوا بعد: ")) @for (i, name) in accused.iter().enumerate() { @if i > 0 { (t.say(", ", "، ")) } (own(name)) } } }
                div.grid {
                    div.field { label for="p-party" { (t.say("Whom", "مَن")) } input #p-party name="party" dir="auto" maxlength="400" required; }
                    div.field { label for="p-channel" { (t.say("By which way (may be left out)", "بأي وسيلة (اختياري)")) } input #p-channel name="channel" dir="auto" maxlength="400"; }
                    div.field { label for="p-sent" { (t.say("Sent on", "أُرسل في")) } input #p-sent type="date" name="sent" dir="ltr"; }
                    div.field { label for="p-until" { (t.say("Answer asked for by", "يُطلب الجواب حتى")) } input #p-until type="date" name="until" dir="ltr" required; }
                }
                label for="p-questions" { (t.say("The questions, as sent", "الأسئلة كما أُرسلت")) }
                textarea #p-questions name="questions" dir="auto" rows="3" maxlength="16000" required {}
                button type="submit" { (t.say("Record", "سجّل")) }
            }
        }
    }
}

/// What came back, in words.
pub(crate) fn came_back(kind: &str, t: Tongue) -> &'static str {
    let (en, ar) = match kind {
        "none" => ("nothing came", "لم يرد شيء"),
        "acknowledged" => ("acknowledged", "إشعار بالاستلام"),
        "requests_more" => ("asks for more", "يطلب المزيد"),
        "accepts" => ("accepts", "يقبل"),
        "pledges" => ("pledges", "يتعهد"),
        "acts" => ("acts", "يتخذ إجراء"),
        "disputes" => ("disputes", "ينازع"),
        "denies" => ("denies", "ينفي"),
        "obstructs" => ("obstructs", "يعرقل"),
        _ => ("something came", "ورد رد"),
    };
    t.say(en, ar)
}

/// To record what a party answered.
pub(crate) fn respond(_: &Room<'_>, reply: &Reply<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let n = reply.entry.at.index;
    let taken = |p: &&Position| !matches!(p, Position::NotAsked | Position::Awaited | Position::NoAnswer);
    html! {
        details.act {
            summary { (t.say("Record what came back", "سجّل ما ورد")) }
            form method="post" action=(action(ask, "reply")) {
                (token(ask))
                input type="hidden" name="to" value=(reply.entry.at);
                div.grid {
                    div.field { label for=(format!("r-kind-{n}")) { (t.say("What it is", "ما هو")) } select id=(format!("r-kind-{n}")) name="kind" { @for kind in KINDS { option value=(kind) { (came_back(kind, t)) } } } }
                    div.field { label for=(format!("r-position-{n}")) { (t.say("Position that it takes (may be left out)", "الموقف الذي يتخذه (اختياري)")) } select id=(format!("r-position-{n}")) name="position" {
                        option value="" { (t.say("none", "لا شيء")) }
                        @for position in Position::ALL.iter().filter(taken) { option value=(position) { (words::position(*position, t)) } }
                    } }
                    div.field { label for=(format!("r-day-{n}")) { (t.say("Came on", "ورد في")) } input id=(format!("r-day-{n}")) type="date" name="received" dir="ltr"; }
                    div.field { label for=(format!("r-item-{n}")) { (t.say("The answer as an item, by id (may be left out)", "الرد مادةً بمعرّفها (اختياري)")) } input id=(format!("r-item-{n}")) name="item" dir="ltr" maxlength="80"; }
                }
                label for=(format!("r-note-{n}")) { (t.say("Note (may be left out)", "ملاحظة (اختياري)")) }
                textarea id=(format!("r-note-{n}")) name="note" dir="auto" rows="2" maxlength="8000" {}
                button type="submit" { (t.say("Record", "سجّل")) }
            }
        }
    }
}

/// To hold a proposition to the evidence.
pub(crate) fn test(incident: &IncidentCase, n: usize, proposition: &Proposition, ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        details.act {
            summary { (t.say("Hold it to the evidence", "قابله بالأدلة")) }
            form method="post" action=(action(ask, "test")) {
                (token(ask))
                input type="hidden" name="of" value=(proposition.claim);
                input type="hidden" name="proposition" value=(proposition.kind.as_str());
                div.field { label for=(format!("t-{n}")) { (t.say("It is", "هو")) } select id=(format!("t-{n}")) name="outcome" { @for outcome in TestOutcome::ALL { option value=(outcome) { (t.of(outcome.labels())) } } } }
                (pick_claims(incident, &format!("test-{n}"), ask))
                label for=(format!("t-reason-{n}")) { (t.say("Why", "لماذا")) }
                textarea id=(format!("t-reason-{n}")) name="reason" dir="auto" rows="2" maxlength="8000" required {}
                button type="submit" { (t.say("Sign", "وقّع")) }
            }
        }
    }
}

pub(crate) const UNKNOWN: Oops = Oops::Wrong("There is no such choice.", "لا وجود لهذا الخيار.");

pub(crate) fn incident_at(case: &Case, ask: &Ask) -> Result<EntryRef> {
    match incident_of(case, &ask.id).map(|incident| incident.id) {
        Some(IncidentId::Grouped(at)) => Ok(at),
        _ => Err(Oops::NoSuch),
    }
}

/// The claims that were ticked.
pub(crate) fn claims(form: &Form) -> Vec<ClaimRef> {
    form.all("claim").filter_map(propositions::claim_of).take(OFFERED).collect()
}

fn items(form: &Form) -> Result<Vec<ItemId>> {
    let typed = form.get("items").split([',', ' ', '\n']).map(str::trim).filter(|id| !id.is_empty());
    let read = typed.take(OFFERED).map(|id| id.parse::<ItemId>());
    read.collect::<std::result::Result<_, _>>().map_err(|_| {
        Oops::Wrong(
            "An item's id is 64 letters and digits; it stands on the item's page.",
            "معرّف المادة 64 حرفاً ورقماً، ويرد في صفحتها.",
        )
    })
}

fn back(ask: &Ask, done: EntryRef, to: &str) -> String {
    format!("/incidents/{}/inquiry?done={}#{to}", ask.id, done.index)
}

/// Records a question.
pub(crate) fn question(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let kind = form.get("form").parse().map_err(|_| UNKNOWN)?;
    let elements = form.all("element").filter_map(|e| e.parse::<Element>().ok()).collect();
    let decides = form.given("decides");
    let asking = Asking { form: kind, elements, text: form.get("text"), decides: decides.as_deref() };
    let done = inquire::question(a, member, incident, &asking)?;
    Ok(back(ask, done, &format!("question-{}", done.index)))
}

fn question_named(form: &Form) -> Result<EntryRef> {
    form.get("question").parse().map_err(|_| Oops::NoSuch)
}

/// Records what bears on one.
pub(crate) fn argued(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    incident_at(case, ask)?;
    let question = question_named(form)?;
    let bearing = form.get("bearing").parse().map_err(|_| UNKNOWN)?;
    let argument = Argument { bearing, claims: claims(form), items: items(form)?, reason: form.get("reason") };
    let done = inquire::argue(a, member, question, &argument)?;
    Ok(back(ask, done, &format!("question-{}", question.index)))
}

/// Settles one. What was on the screen is the question with all that is said of it.
pub(crate) fn settled(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let question = question_named(form)?;
    let outcome = form.get("outcome").parse().map_err(|_| UNKNOWN)?;
    let seen = inquire::questions(a, incident).into_iter().find(|q| q.entry.at == question).map(|q| sight(&q));
    let shown = seen.map(|text| sha256(text.as_bytes()));
    let done = inquire::settle(a, member, question, outcome, shown, form.get("reason"))?;
    Ok(back(ask, done, &format!("question-{}", question.index)))
}

/// What a person saw of a question when they settled it: the text that the entry commits to.
fn sight(case: &QuestionCase<'_>) -> String {
    let mut lines = vec![format!("witnessmark shown/1 settle {}", case.entry.at)];
    lines.extend(case.question.text.get().cloned());
    for (entry, argued) in &case.arguments {
        lines.push(format!("{} {} {}", entry.at, argued.bearing, argued.reason.get().map_or("", String::as_str)));
    }
    lines.extend(case.searches.iter().map(|(entry, searched)| format!("{} {}", entry.at, searched.outcome)));
    lines.join("\n")
}

/// Records a search.
pub(crate) fn searched(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let question = match form.given("question") {
        Some(text) => Some(text.parse().map_err(|_| Oops::NoSuch)?),
        None => None,
    };
    let when = match form.given("last") {
        Some(last) => format!("{}/{last}", form.get("first")),
        None => form.get("first").to_owned(),
    };
    let terms = form.get("terms").split([',', '،']).map(str::to_owned).collect();
    let (by, note) = (form.given("by"), form.given("note"));
    let looked = Looked {
        incident: Some(incident),
        question,
        place: form.get("where"),
        terms,
        when: &when,
        by: by.as_deref(),
        outcome: form.get("outcome").parse().map_err(|_| UNKNOWN)?,
        items: items(form)?,
        note: note.as_deref(),
    };
    let done = inquire::search(a, member, &looked)?;
    Ok(back(ask, done, "searches"))
}

/// Records that a party was asked.
pub(crate) fn asked(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let (channel, sent) = (form.given("channel"), form.given("sent"));
    let to = ToParty {
        party: form.get("party"),
        questions: form.get("questions"),
        channel: channel.as_deref(),
        sent: sent.as_deref(),
        until: form.get("until"),
    };
    let done = reply::ask(a, member, incident, &to)?;
    Ok(back(ask, done, &format!("reply-{}", done.index)))
}

/// Records what a party answered.
pub(crate) fn replied(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    incident_at(case, ask)?;
    let to: EntryRef = form.get("to").parse().map_err(|_| Oops::NoSuch)?;
    let item = match form.given("item") {
        Some(id) => Some(id.parse::<ItemId>().map_err(|_| Oops::NoSuch)?),
        None => None,
    };
    let position = match form.given("position") {
        Some(word) => Some(word.parse::<Position>().map_err(|_| UNKNOWN)?),
        None => None,
    };
    let (note, received) = (form.given("note"), form.given("received"));
    let came =
        CameBack { kind: form.get("kind"), item, note: note.as_deref(), received: received.as_deref(), position };
    let done = reply::respond(a, member, to, &came)?;
    Ok(back(ask, done, &format!("reply-{}", to.index)))
}

/// Records what holding a proposition to the evidence came to.
pub(crate) fn tested(a: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let incident = incident_at(case, ask)?;
    let claim = propositions::claim_of(form.get("of")).ok_or(Oops::NoSuch)?;
    let kind = Testable::parse(form.get("proposition")).ok_or(UNKNOWN)?;
    let held = propositions::Held {
        claim,
        kind,
        outcome: form.get("outcome").parse().map_err(|_| UNKNOWN)?,
        relies_on: claims(form),
        shown: Some(sha256(case.cite(claim).as_bytes())),
        reason: form.get("reason"),
    };
    let done = propositions::test(a, member, case, incident, &held)?;
    Ok(back(ask, done, "propositions"))
}
