//! Where reports went and what came back: the record, and the forms that add to it.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_desk::case::Case;
use witnessmark_desk::decide;
use witnessmark_desk::reply::{self, CameBack};
use witnessmark_desk::report::Tongue;
use witnessmark_model::{EntryRef, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{done, entry, ltr, own, said, time, token};
use crate::shell::Page;

/// How a report can go out.
const KINDS: &[(&str, &str, &str)] = &[
    ("letter", "letter", "رسالة"),
    ("meeting", "meeting", "لقاء"),
    ("briefing", "briefing", "إحاطة"),
    ("post", "public post", "منشور علني"),
];

/// What can come back.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("none", "no answer", "لا رد"),
    ("acknowledged", "acknowledged", "أقرّ بالتسلّم"),
    ("requests_more", "requests more", "يطلب المزيد"),
    ("accepts", "accepts", "يقبل"),
    ("pledges", "pledges", "يتعهد"),
    ("acts", "acts", "يتحرك"),
    ("disputes", "disputes", "يعترض"),
    ("denies", "denies", "ينفي"),
    ("obstructs", "obstructs", "يعرقل"),
];

fn word(list: &'static [(&str, &str, &str)], id: &str, t: Tongue) -> String {
    list.iter().find(|(k, _, _)| *k == id).map_or_else(|| id.to_owned(), |(_, en, ar)| t.say(en, ar).to_owned())
}

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Dispatches and responses", "الإرساليات والردود");
    let mut list: Vec<_> = room.archive.world().dispatched().collect();
    list.reverse();
    let withheld = |words: Option<&'static str>| html! { span.tag { (words.unwrap_or_default()) } };
    let body = html! {
        h1 { (title) }
        (done(ask))
        @if list.is_empty() { p { (t.say("Nothing was sent yet.", "لم يُرسل شيء بعد.")) } }
        @for (at, sent) in &list {
            article.card {
                h2 { @match sent.recipient.get() { Some(to) => (own(to)), None => (withheld(sent.recipient.withheld())) } }
                dl.facts {
                    div { dt { (t.say("how", "كيف")) } dd { (word(KINDS, &sent.kind, t)) } }
                    @if let Some(Some(capacity)) = sent.capacity.get() { div { dt { (t.say("in the capacity of", "بصفة")) } dd { (own(capacity)) } } }
                    div { dt { (t.say("report", "التقرير")) } dd { (entry(sent.report)) } }
                    div { dt { (t.say("on record", "سُجِّل")) } dd { (entry(*at)) " " @if let Some(e) = room.archive.world().entry(*at) { (time(&e.time)) } } }
                    @if let Some(due) = &sent.due { div { dt { (t.say("answer due", "موعد الرد")) } dd { (ltr(due)) } } }
                }
                h3 { (t.say("What came back", "ما عاد من ردود")) }
                @let answers: Vec<_> = room.archive.world().answers(*at).collect();
                @if answers.is_empty() { p { (t.say("Nothing is recorded.", "لا شيء مسجل.")) } }
                ul.plain { @for (back, answer) in &answers {
                    li { strong { (word(ANSWERS, &answer.kind, t)) } " " (entry(*back)) @if let Some(Some(note)) = answer.note.get() { " — " (said(note, t)) } }
                } }
                (respond_form(ask, *at))
            }
        }
        (send_form(room, ask))
    };
    Ok(Page::new(title, body))
}

fn respond_form(ask: &Ask, at: EntryRef) -> Markup {
    let t = ask.tongue;
    let id = |what: &str| format!("{what}-{}", at.index);
    html! {
        details.act {
            summary { (t.say("Record a response", "سجّل رداً")) }
            form method="post" action=(format!("/dispatches/{}/respond", at.index)) {
                (token(ask))
                div.field { label for=(id("kind")) { (t.say("What it is", "ما هو")) } select id=(id("kind")) name="kind" { @for (k, en, ar) in ANSWERS { option value=(k) { (t.say(en, ar)) } } } }
                div.field { label for=(id("note")) { (t.say("Note (may be left out)", "ملاحظة (اختياري)")) } textarea id=(id("note")) name="note" dir="auto" rows="2" maxlength="8000" {} }
                button type="submit" { (t.say("Record", "سجّل")) }
            }
        }
    }
}

fn send_form(room: &Room<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let reports: Vec<_> = room.archive.world().issued().collect();
    let chosen = ask.get("report");
    html! {
        section #send aria-labelledby="send-head" {
            h2 #send-head { (t.say("Record that a report was sent", "سجّل إرسال تقرير")) }
            @if reports.is_empty() { p { (t.say("There is no report yet.", "لا تقرير بعد.")) " " a href="/reports" { (t.say("Reports", "التقارير")) } } }
            @else {
                form method="post" action="/dispatches" {
                    (token(ask))
                    div.grid {
                        div.field { label for="send-report" { (t.say("Report", "التقرير")) } select #send-report name="report" { @for (at, issued) in &reports { option value=(at) selected[at.index.to_string() == chosen] { (format!("#{} {}", at.index, issued.title)) } } } }
                        div.field { label for="send-to" { (t.say("To whom", "إلى من")) } input #send-to name="to" dir="auto" required maxlength="500"; }
                        div.field { label for="send-capacity" { (t.say("In which capacity (may be left out)", "بأي صفة (اختياري)")) } input #send-capacity name="capacity" dir="auto" maxlength="500"; }
                        div.field { label for="send-kind" { (t.say("How", "كيف")) } select #send-kind name="kind" { @for (k, en, ar) in KINDS { option value=(k) { (t.say(en, ar)) } } } }
                        div.field { label for="send-due" { (t.say("Answer due (may be left out)", "موعد الرد (اختياري)")) } input #send-due type="date" name="due" dir="ltr"; }
                    }
                    button type="submit" { (t.say("Record", "سجّل")) }
                }
            }
        }
    }
}

/// Records that a report went out.
pub(crate) fn dispatch(archive: &mut Archive, member: MemberKey, _: &Case, _: &Ask, form: &Form) -> Result<String> {
    let report: EntryRef = form.get("report").parse().map_err(|_| Oops::NoSuch)?;
    let to = form.given("to").ok_or(Oops::Wrong("Say to whom it went.", "اذكر إلى من أُرسل."))?;
    let kind = form.get("kind");
    if KINDS.iter().all(|(known, _, _)| *known != kind) {
        return Err(Oops::Wrong("There is no such way to send.", "لا وجود لطريقة الإرسال هذه."));
    }
    let due = form.given("due");
    if due.as_deref().is_some_and(|day| day.parse::<jiff::civil::Date>().is_err()) {
        return Err(Oops::Wrong("Write the day as 2031-04-12.", "اكتب اليوم بصيغة 2031-04-12."));
    }
    let at = decide::dispatch(archive, member, report, &to, form.given("capacity"), kind, due)?;
    Ok(format!("/dispatches?done={}", at.index))
}

/// Records what came back.
pub(crate) fn respond(archive: &mut Archive, member: MemberKey, _: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let index: u64 = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    let sent = archive.at(index);
    let note = form.given("note");
    let came = CameBack { kind: form.get("kind"), item: None, note: note.as_deref(), received: None, position: None };
    let at = reply::respond(archive, member, sent, &came)?;
    Ok(format!("/dispatches?done={}", at.index))
}
