//! Reports and dossiers that went on record. Making one is the terminal's work: it writes files, and pages write none.

use maud::html;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{entry, ltr, member, number, own, time};
use crate::shell::Page;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Reports", "التقارير");
    let mut list: Vec<_> = room.archive.world().issued().collect();
    list.reverse();
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Each commits to every byte that went out, so that whoever holds a copy can tell whether it is the same.", "كل تقرير يلتزم بكل بايت خرج، ليتبيّن من لديه نسخة أهي نفسها.")) }
        @if list.is_empty() { p { (t.say("None yet.", "لا شيء بعد.")) } }
        @for (at, issued) in &list {
            article.card {
                h2 { (own(&issued.title)) }
                dl.facts {
                    div { dt { (t.say("kind", "النوع")) } dd { (own(&issued.kind)) " · " (t.say("for: ", "مستوى الإتاحة: ")) (t.of(issued.tier.labels())) } }
                    div { dt { (t.say("on record", "سُجِّل")) } dd { (entry(*at)) " " @if let Some(e) = room.archive.world().entry(*at) { (time(&e.time)) " " (member(room, e.signer)) } } }
                    div { dt { (t.say("sentences", "الجُمل")) } dd { (number(issued.sentences as usize)) } }
                    div { dt { (t.say("speaks of", "يتحدث عن")) } dd { (ltr(issued.size.to_string())) " " (t.say("entries", "قيود")) } }
                    div { dt { (t.say("manifest", "البيان")) } dd { code { (ltr(issued.manifest_digest.to_string())) } } }
                }
                p.tools { a.button href=(format!("/dispatches?report={}#send", at.index)) { (t.say("Record that it was sent", "سجّل إرساله")) } }
            }
        }
        section aria-labelledby="make" {
            h2 #make { (t.say("To make one", "لإعداد تقرير")) }
            p { (t.say("In the terminal:", "في الطرفية:")) }
            pre dir="ltr" { "witnessmark report ARCHIVE --out FOLDER --tier internal\nwitnessmark dossier ARCHIVE --out FILE.zip --tier public" }
        }
    };
    Ok(Page::new(title, body))
}
