//! What waits for a person: proposals by kind and by how sure the analyzer is of its own reading, each with its words in
//! context. Accepting many at once is possible, and says what it is worth: nothing toward a level.

use std::collections::BTreeMap;

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_desk::case::{Case, Waiting};
use witnessmark_desk::decide;
use witnessmark_model::MemberKey;

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::proposal::{Sight, preview};
use crate::parts::{done, number, pager, row_link, row_of, row_slug, token};
use crate::shell::Page;
use crate::words;

/// Proposals on one page.
pub(crate) const EACH: usize = 20;

/// How many wait, by kind, in the order in which kinds first appear.
pub(crate) fn counts(room: &Room<'_>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for waiting in &room.case.waiting {
        *counts.entry(waiting.kind).or_default() += 1;
    }
    let mut list: Vec<(String, usize)> = counts.into_iter().map(|(k, n)| (k.to_owned(), n)).collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}

/// Draws the list.
pub(crate) fn list(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Waiting for a person", "بانتظار قرار إنسان");
    let wanted = ask.get("kind");
    let waiting: Vec<&Waiting> = room.case.waiting.iter().filter(|w| wanted.is_empty() || w.kind == wanted).collect();
    let from = ask.number("from").min(waiting.len());
    let shown: Vec<&Waiting> = waiting.iter().copied().skip(from).take(EACH).collect();
    let body = html! {
        h1 { (title) }
        (done(ask))
        p.lead {
            (t.say(
                "A machine read these; nobody has decided. Open one to accept, correct or reject it: what you saw is recorded with your decision.",
                "قرأت آلة هذه المقترحات ولم يقرر فيها أحد. افتح واحداً لتقبله أو تصححه أو ترفضه: يُسجَّل ما رأيته مع قرارك.",
            ))
        }
        nav.chips aria-label=(t.say("Kinds", "الأنواع")) {
            ul.chips {
                li { a href="/queue" aria-current=[wanted.is_empty().then_some("true")] { (t.say("all", "الكل")) } }
                @for (kind, n) in counts(room) {
                    li { a href=(format!("/queue?kind={kind}")) aria-current=[(kind == wanted).then_some("true")] { (words::kind(&kind, t)) " " (number(n)) } }
                }
            }
        }
        @if shown.is_empty() { p { (t.say("Nothing waits here.", "لا شيء ينتظر هنا.")) } }
        @else {
            form method="post" action="/queue" {
                (token(ask))
                ol.proposals {
                    @for waiting in &shown { (entry(room, ask, waiting)) }
                }
                (bulk_tools(ask))
            }
        }
        (pager(ask, waiting.len(), EACH, from))
    };
    Ok(Page::new(title, body))
}

fn entry(room: &Room<'_>, ask: &Ask, waiting: &Waiting) -> Markup {
    let t = ask.tongue;
    let slug = row_slug(waiting.row);
    html! {
        li.proposal {
            div.pick {
                @if waiting.kind != "incident" {
                    @let saw = Sight::of(room.archive, room.case, waiting.row, t).map(|sight| sight.preview_digest(t)).unwrap_or_default();
                    input type="checkbox" name="row" value=(format!("{slug} {saw}")) id=(format!("pick-{slug}"));
                    label.unseen for=(format!("pick-{slug}")) { (t.say("accept in bulk", "اقبل ضمن دفعة")) }
                }
            }
            div {
                (preview(room, waiting, t))
                p.tools {
                    a.button href=(row_link(waiting.row)) { (t.say("Look and decide", "انظر وقرر")) }
                }
            }
        }
    }
}

fn bulk_tools(ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        fieldset.bulk {
            legend { (t.say("Accept the marked ones together", "اقبل المؤشَّر عليها معاً")) }
            p {
                (t.say(
                    "What is accepted in bulk stays “not assessed”: it counts toward no level, and says so wherever it is printed.",
                    "ما يُقبل دفعة واحدة يبقى «لم يُقيَّم»: لا يُحتسب في أي مستوى، ويُذكر ذلك حيثما طُبع.",
                ))
            }
            label for="bulk-reason" { (t.say("Reason (may be left out)", "السبب (اختياري)")) }
            input #bulk-reason name="reason" dir="auto" maxlength="500";
            button type="submit" { (t.say("Accept in bulk", "اقبل ضمن دفعة")) }
        }
    }
}

/// Accepts what was marked, in bulk.
pub(crate) fn bulk(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let marked = form.all("row").filter_map(|sent| {
        let (slug, saw) = sent.split_once(' ')?;
        Some((row_of(slug)?, saw))
    });
    let marked: Vec<_> = marked.take(EACH * 5).collect();
    if marked.is_empty() {
        return Err(Oops::Wrong("Nothing was marked.", "لم يُؤشَّر على شيء."));
    }
    // What was on the screen is recorded, so it must still be what stands here; all are looked at before any is signed.
    let mut shown = Vec::new();
    for (row, saw) in marked {
        let sight = Sight::of(archive, case, row, ask.tongue)?;
        if sight.preview_digest(ask.tongue) != saw {
            return Err(Oops::Wrong(
                "One of these has changed since the page was drawn: look at the list again.",
                "تغيّر أحد هذه المقترحات منذ عرض الصفحة: انظر القائمة من جديد.",
            ));
        }
        shown.push((row, sight.preview_text(ask.tongue)));
    }
    let mut last = 0;
    for (row, shown) in shown {
        last = decide::accept(archive, member, row, Some(shown.as_bytes()), true, form.given("reason"))?.index;
    }
    Ok(format!("/queue?done={last}"))
}
