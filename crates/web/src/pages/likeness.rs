//! Search by picture: a file is sent on a plain form, read in the closed-off child, compared with what is at hand, and forgotten.
//!
//! Results are listed with what agrees, and shown blurred like every other picture. Deliberately nothing of what was sent is kept, on
//! disk or in memory, not even its name: who wants it in the archive collects it.

use std::sync::Arc;

use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use witnessmark_desk::report::Tongue;
use witnessmark_desk::similar::{Asked, Similar, asked_by_picture, similar};
use witnessmark_desk::weighing::Verdict;

use super::look::still;
use crate::app::{App, Room};
use crate::ask::{Ask, is_from_here};
use crate::error::{Oops, Result};
use crate::parts::{item_name, ltr, notice, number, token};
use crate::shell::{self, Page};

/// Largest picture that is taken, in bytes; as much more for the form around it.
pub(crate) const LONGEST: usize = 32 << 20;
/// Likenesses that are shown.
const MOST: usize = 60;

/// What went wrong, in the reader's language.
type Wrong = (&'static str, &'static str);

/// The form.
pub(crate) fn page(_: &Room<'_>, ask: &Ask) -> Result<Page> {
    let title = title(ask.tongue);
    Ok(Page::new(title, html! { h1 { (title) } (form(ask)) }))
}

fn title(t: Tongue) -> &'static str {
    t.say("Search by picture", "البحث بصورة")
}

fn form(ask: &Ask) -> Markup {
    let t = ask.tongue;
    html! {
        form method="post" action="/similar" enctype="multipart/form-data" {
            (token(ask))
            div.field.wide {
                label for="picture" { (t.say("A picture: JPEG, PNG, WebP, GIF, TIFF, up to 32 MB", "صورة: JPEG أو PNG أو WebP أو GIF أو TIFF، حتى 32 ميغابايت")) }
                input #picture type="file" name="picture" accept="image/*" required;
            }
            button type="submit" { (t.say("Search", "ابحث")) }
            p.fine { (t.say("It is read in a closed-off process, compared, and forgotten: nothing of it is kept, and no other machine sees it.", "تُقرأ في عملية معزولة وتُقارن ثم تُنسى: لا يُحفظ منها شيء ولا يراها أي جهاز آخر.")) }
        }
    }
}

/// What the form sent: the token and the bytes.
async fn sent(mut parts: Multipart) -> std::result::Result<(String, Vec<u8>), Wrong> {
    let wrong = |_| {
        (
            "The picture could not be taken: it is larger than 32 MB, or the sending broke off.",
            "تعذّر أخذ الصورة: حجمها أكبر من 32 ميغابايت أو انقطع الإرسال.",
        )
    };
    let (mut token, mut bytes) = (String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(wrong)? {
        match part.name() {
            Some("csrf") => token = part.text().await.map_err(wrong)?,
            Some("picture") => bytes = part.bytes().await.map_err(wrong)?.to_vec(),
            _ => {}
        }
    }
    Ok((token, bytes))
}

/// Compares what was sent with what is at hand.
pub(crate) async fn submit(State(app): State<Arc<App>>, ask: Ask, headers: HeaderMap, parts: Multipart) -> Response {
    if !is_from_here(&headers) {
        return shell::refused_form(&app, ask.tongue);
    }
    let bytes = match sent(parts).await {
        Ok((token, _)) if token != ask.csrf => return shell::refused_form(&app, ask.tongue),
        Ok((_, bytes)) => Ok(bytes),
        Err(wrong) => Err(wrong),
    };
    let (at, asked) = (Arc::clone(&app), ask.clone());
    // Read before the archive is taken in hand: a picture that takes its time keeps nobody waiting.
    let run = move || {
        let picture = bytes.and_then(|bytes| read(&bytes));
        at.read(|room| Ok(answer(room, &asked, picture.as_ref())))
    };
    let done = tokio::task::spawn_blocking(run).await;
    match done.unwrap_or(Err(Oops::NoSuch)) {
        Ok((page, status)) => shell::draw(&app, &ask, page, status),
        Err(oops) => shell::failed(&app, &ask, &oops, &app.reference()),
    }
}

fn read(bytes: &[u8]) -> std::result::Result<Asked, Wrong> {
    let unread = ("That is no picture that can be read here.", "ليست هذه صورة يمكن قراءتها هنا.");
    asked_by_picture(bytes).ok().flatten().ok_or(unread)
}

fn answer(room: &Room<'_>, ask: &Ask, picture: std::result::Result<&Asked, &Wrong>) -> (Page, StatusCode) {
    let t = ask.tongue;
    let found = picture.map(|picture| similar(&room.case.items, picture));
    let title = title(t);
    let body = html! {
        h1 { (title) }
        @match &found {
            Err((en, ar)) => (notice("alert", &html! { p role="status" { (t.say(en, ar)) } })),
            Ok(found) => (results(room, found, t)),
        }
        (form(ask))
    };
    (Page::new(title, body), if found.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY })
}

fn results(room: &Room<'_>, found: &[Similar], t: Tongue) -> Markup {
    html! {
        p role="status" {
            @if found.is_empty() { (t.say("Nothing at hand is like it.", "لا شيء لدينا يشبهها.")) }
            @else { (t.say("At hand and like it: ", "لدينا ويشبهها: ")) (number(found.len())) }
        }
        p.fine { (t.say("A machine measured this; it can miss and it can be wrong. Likeness says nothing of who took a picture, or of what it shows.", "هذا ما قاسته آلة، وقد يفوتها شيء وقد تخطئ. والتشابه لا يقول شيئاً عمّن التقط الصورة ولا عمّا تُظهره.")) }
        ol.hits { @for like in found.iter().take(MOST) {
            @if let Some(item) = room.case.items.get(&like.item) {
                li {
                    h2 { (item_name(item)) }
                    p { (how(like, t)) }
                    (still(item, false, t))
                }
            }
        } }
    }
}

/// What agrees.
fn how(like: &Similar, t: Tongue) -> Markup {
    let kind = match like.kind {
        "exact" => t.say("the same file", "الملف نفسه"),
        "pdq" => t.say("near hashes", "بصمتان متقاربتان"),
        "region" => t.say("one shows a part of the other", "تُظهر إحداهما جزءاً من الأخرى"),
        "geometric" => t.say("points that agree", "نقاط متفقة"),
        _ => t.say("a frame of a film", "لقطة من فيلم"),
    };
    html! {
        (kind)
        @if let Some(distance) = like.distance { " · " (t.say("bits of the hashes that differ: ", "البتات المختلفة بين البصمتين: ")) (ltr(format!("{distance}/256"))) }
        @if let Some(inliers) = like.inliers { " · " (t.say("points that agree: ", "نقاط متفقة: ")) (ltr(inliers.to_string())) }
        @if like.mirrored { " · " (t.say("turned or mirrored", "مُدارة أو معكوسة")) }
        @if let Some(offset) = like.offset_s { " · " (t.say("in the film at ", "في الفيلم عند ")) (ltr(format!("{offset:.1} s"))) }
        @if let Some(verdict) = like.verdict { " · " (assessed(verdict, t)) }
    }
}

fn assessed(verdict: Verdict, t: Tongue) -> &'static str {
    match verdict {
        Verdict::Derived => t.say("measured as a copy", "قِيست نسخةً"),
        Verdict::Separate => t.say("measured as another capture of the scene", "قِيست لقطة أخرى للمشهد"),
        Verdict::CannotTell => t.say("a copy or a second capture: cannot be told", "نسخة أو لقطة ثانية: لا يمكن القول"),
        Verdict::SharedMark => t.say("they share a mark only", "تشتركان في علامة فقط"),
    }
}
